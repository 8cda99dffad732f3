"""The pages of Settings are found by what stands on them."""

import pytest

from core.clock import FixedClock
from desktop.ports import Place
from desktop.screens.settings.actions import everywhere
from desktop.screens.settings.view import _ALSO
from tests.core.books import TODAY
from tests.desktop.screens.desk import Said, desk_of


@pytest.mark.parametrize(
    ("typed", "page"), [("lut", "gstin"), ("upi", "bank"), ("hsn", "law"), ("sync", "devices"), ("restore", "backup")]
)  # fmt: skip
def test_a_page_is_found_by_a_word_of_what_stands_on_it(typed: str, page: str) -> None:
    said = Said(FixedClock.on(TODAY))
    [found] = [one for one in everywhere(desk_of(None, said)) if typed in one.words.split()]
    found.run()
    assert said.places == [Place("settings", page=page)]
    assert page in {*_ALSO, "law", "devices"}
