"""PIN codes by State, as the portals hold them together."""

import pytest

from core.gst.pin import lies_in


@pytest.mark.parametrize(
    ("pin", "state"),
    [("560025", "29"), ("600002", "33"), ("110001", "07"), ("400001", "27"), ("160017", "04"), ("500001", "36"),
     ("522001", "37"), ("194101", "38"), ("605001", "34")],
)  # fmt: skip
def test_where_they_belong(pin: str, state: str) -> None:
    assert lies_in(pin, state)


@pytest.mark.parametrize(
    ("pin", "state"), [("560025", "33"), ("110001", "06"), ("600002", "29"), ("403001", "24")]
)
def test_where_they_do_not(pin: str, state: str) -> None:
    assert not lies_in(pin, state)
