"""A payment link says exactly what is due, in a form every payment app reads."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.gst.upi import UpiError, is_upi_id, upi_link

PAYEE = {"pa": "nandi@okbank", "pn": "Nandi Instruments", "tr": "NI/26-27/0042", "tn": "Invoice"}


def test_blanks_and_signs_are_percent_encoded() -> None:
    link = upi_link(**PAYEE | {"pn": "Acme & Sons"}, am_paise=496_300)
    assert link.startswith("upi://pay?pa=nandi@okbank&pn=Acme%20%26%20Sons&tr=NI%2F26-27%2F0042&")
    assert link.endswith("&am=4963.00&cu=INR")


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=50), st.integers(1, 10**12))
def test_what_is_put_in_comes_out(name: str, note: str, amount_paise: int) -> None:
    link = upi_link(pa="nandi@okbank", pn=name, am_paise=amount_paise, tr="1", tn=note)
    values = dict(parse_qsl(urlsplit(link).query, keep_blank_values=True, separator="&"))
    assert (values["pn"], values["tn"]) == (name, note)
    assert link.isascii()
    assert not set(link) & set(' +"<>')


@pytest.mark.parametrize(
    ("other", "amount_paise"), [({"pa": "nandi"}, 100), ({}, 0), ({}, -100), ({"tr": "9" * 36}, 100)]
)
def test_no_link_is_made_of_what_cannot_be_paid(other: dict[str, str], amount_paise: int) -> None:
    with pytest.raises(UpiError):
        upi_link(**PAYEE | other, am_paise=amount_paise)


def test_a_long_note_is_cut() -> None:
    assert "tn=" + "x" * 50 + "&" in upi_link(**PAYEE | {"tn": "x" * 80}, am_paise=100)


@pytest.mark.parametrize(
    ("text", "valid"),
    [("nandi@okbank", True), ("a.b-c_1@ybl", True), ("nandi", False), ("a@", False), ("नन्दी@okbank", False),
     ("nandi@ok bank", False), ("x@okbank", False)],
)  # fmt: skip
def test_an_address_is_name_at_handle(text: str, valid: bool) -> None:
    assert is_upi_id(text) is valid
