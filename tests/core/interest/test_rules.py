"""The days that the MSMED Act counts, who is a supplier, and what lateness costs the buyer.

Sources: MSMED Act 2006, s. 2(b), 2(n), 15; the example of acceptance on 15 February 2025 is the Institute of Chartered
Accountants of India's.
"""

import datetime as dt

import msgspec
import pytest

from core.company.model import Udyam
from core.interest.leverage import leverage
from core.interest.model import Acceptance, Booking, Clock, Span, Taxing
from core.interest.rules import (
    NO_UDYAM,
    NOT_SMALL,
    TRADER,
    UDYAM_LATER,
    UDYAM_UNDATED,
    accepted_on,
    agreed_clock,
    doubts_of_supplier,
    msmed_clock,
    problems_with_acceptance,
    problems_with_booking,
    problems_with_taxing,
    why_not_supplier,
)
from core.interest.wording import span_text
from core.invoicing.model import Buyer, Document, Seller, Totals
from core.parties.model import InterestTerms

D = dt.date
BILL = b"b" * 16
LAKH = 1_00_000_00
SMALL = Udyam("UDYAM-KR-03-0001234", "small", D(2022, 1, 1))


def accepted(delivered: D, objected: D | None = None, removed: D | None = None) -> Acceptance:
    return Acceptance(BILL, delivered, objected, removed, D(2026, 12, 31))


CLOCKS = [
    # no agreement: 15 days end on the 25th, the appointed day is the 26th
    (D(2026, 1, 10), None, D(2026, 1, 25), False),
    # 60 days agreed: 45 at most
    (D(2026, 1, 10), D(2026, 3, 11), D(2026, 2, 24), True),
    # 45 days exactly, and 30
    (D(2026, 1, 10), D(2026, 2, 24), D(2026, 2, 24), False),
    (D(2026, 1, 10), D(2026, 2, 9), D(2026, 2, 9), False),
    # ICAI: accepted on 15 February 2025, 45 days end on 1 April 2025
    (D(2025, 2, 15), D(2025, 5, 30), D(2025, 4, 1), True),
    # a leap year's February
    (D(2028, 1, 15), D(2028, 12, 31), D(2028, 2, 29), True),
    # a date agreed before delivery is the day of delivery
    (D(2026, 1, 10), D(2026, 1, 2), D(2026, 1, 10), False),
]


@pytest.mark.parametrize(("delivered", "agreed_on", "last_on", "is_capped"), CLOCKS)
def test_the_last_day_to_pay(delivered: D, agreed_on: D | None, last_on: D, is_capped: bool) -> None:
    clock = msmed_clock(D(2020, 1, 1), accepted(delivered), agreed_on)
    assert (clock.last_on, clock.is_capped, clock.is_noted) == (last_on, is_capped, True)
    assert clock.starts_on == last_on + dt.timedelta(days=1)


def test_without_a_noted_delivery_the_bills_date_stands_for_it() -> None:
    clock = msmed_clock(D(2026, 1, 10), None, None)
    assert (clock.accepted_on, clock.is_noted, clock.starts_on) == (D(2026, 1, 10), False, D(2026, 1, 26))


OBJECTIONS = [
    (None, None, D(2026, 1, 10)),
    (D(2026, 1, 25), D(2026, 2, 3), D(2026, 2, 3)),
    (D(2026, 1, 25), None, None),
    # 16 days after delivery is too late: accepted on delivery, removed or not
    (D(2026, 1, 26), None, D(2026, 1, 10)),
    (D(2026, 1, 26), D(2026, 2, 3), D(2026, 1, 10)),
]


@pytest.mark.parametrize(("objected", "removed", "day"), OBJECTIONS)
def test_an_objection_made_in_time_moves_the_day_of_acceptance(
    objected: D | None, removed: D | None, day: D | None
) -> None:
    noted = accepted(D(2026, 1, 10), objected, removed)
    assert accepted_on(noted) == day
    assert msmed_clock(D(2026, 1, 1), noted, None).starts_on == (day and day + dt.timedelta(days=16))


SUPPLIERS = [
    (SMALL, ""),
    (Udyam(), NO_UDYAM),
    (msgspec.structs.replace(SMALL, size="medium"), NOT_SMALL),
    (msgspec.structs.replace(SMALL, size=""), NOT_SMALL),
    (msgspec.structs.replace(SMALL, since=D(2026, 1, 10)), ""),
    (msgspec.structs.replace(SMALL, since=D(2026, 1, 11)), UDYAM_LATER),
    (msgspec.structs.replace(SMALL, size="micro", trader=True), ""),
]


@pytest.mark.parametrize(("udyam", "why"), SUPPLIERS)
def test_who_is_a_supplier(udyam: Udyam, why: str) -> None:
    assert why_not_supplier(udyam, D(2026, 1, 10)) == why


def test_a_trader_and_an_undated_registration_are_doubtful_not_decided() -> None:
    assert list(doubts_of_supplier(SMALL)) == []
    assert list(doubts_of_supplier(Udyam("U", "small", trader=True))) == [TRADER, UDYAM_UNDATED]


def test_interest_by_agreement_runs_after_the_days_of_grace() -> None:
    clock = agreed_clock(D(2026, 4, 30), InterestTerms(1800, "simple", 7))
    assert (clock.last_on, clock.starts_on) == (D(2026, 5, 7), D(2026, 5, 8))


BAD_ACCEPTANCES = [
    (accepted(D(2026, 1, 10), D(2026, 1, 9)), "objected_on"),
    (accepted(D(2026, 1, 10), None, D(2026, 1, 12)), "objected_on"),
    (accepted(D(2026, 1, 10), D(2026, 1, 12), D(2026, 1, 11)), "removed_on"),
    (accepted(D(2027, 1, 1)), "delivered_on"),
]


@pytest.mark.parametrize(("noted", "field"), BAD_ACCEPTANCES)
def test_what_is_wrong_with_an_acceptance(noted: Acceptance, field: str) -> None:
    assert [problem.field for problem in problems_with_acceptance(noted)] == [field]


def test_claims_are_of_more_than_nothing() -> None:
    good = Booking(BILL, b"n" * 16, 1, D(2026, 1, 1), D(2026, 2, 1), 1)
    assert not list(problems_with_booking(good))
    for wrong in ({"nth": 0}, {"interest_paise": 0}, {"upto_on": D(2026, 1, 1)}):
        assert list(problems_with_booking(msgspec.structs.replace(good, **wrong)))
    assert not list(problems_with_taxing(Taxing(b"n" * 16, BILL, 1, 1)))
    assert list(problems_with_taxing(Taxing(b"n" * 16, BILL, 1, 0)))


SPANS = [
    (
        Span(D(2026, 1, 26), D(2026, 2, 26), 31, 31, LAKH, 0, 550, 1650, 1375_00),
        "one month, ₹ 1,00,000.00 at 16.5%",
    ),
    (
        Span(D(2026, 2, 26), D(2026, 3, 1), 3, 28, LAKH, 1375_00, 550, 1650, 149_35),
        "3 of 28 days of a month, ₹ 1,01,375.00 at 16.5%",
    ),
    (
        Span(D(2026, 1, 1), D(2027, 1, 1), 365, 365, LAKH, 0, 0, 1800, 18_000_00),
        "365 days, ₹ 1,00,000.00 at 18%",
    ),
]


@pytest.mark.parametrize(("span", "said"), SPANS)
def test_a_line_says_its_days_and_what_bears_interest(span: Span, said: str) -> None:
    assert said in span_text(span).replace("\u00a0", " ")


# --- what lateness costs the buyer


def bill(**rest: object) -> Document:
    given: dict[str, object] = {
        "type": "INV", "number": "A/26-27/0001", "series": "A", "dated_on": D(2026, 1, 10), "due_on": D(2026, 2, 9),
        "seller": Seller("Nandi"), "buyer": Buyer(b"p" * 16, kind="registered", gstin="27AAPFU0939F1ZV"),
        "place_of_supply": "27",
        "totals": Totals(taxable_paise=LAKH, igst_paise=18_000_00, invoice_value_paise=1_18_000_00),
    }  # fmt: skip
    return Document(**(given | rest))  # type: ignore[arg-type]


CLOCK = Clock(D(2026, 1, 10), True, None, D(2026, 1, 25), D(2026, 1, 26))


def test_the_buyers_credit_and_deduction_in_proportion_to_what_is_unpaid() -> None:
    found = leverage(bill(), D(2026, 7, 9), open_paise=59_000_00, clock=CLOCK)
    # 10 January and 180 days is 9 July; half of the bill is unpaid
    assert (found.itc_on, found.itc_paise, found.is_itc_lost) == (D(2026, 7, 9), 9_000_00, False)
    assert (found.deduction_paise, found.year_ends_on) == (50_000_00, D(2026, 3, 31))
    assert found.section == "Income-tax Act 1961, s. 43B(h)"
    later = leverage(bill(), D(2026, 7, 10), open_paise=59_000_00, clock=CLOCK)
    assert later.is_itc_lost
    assert later.sentences()[0].startswith("A/26-27/0001 is unpaid more than 180 days")


def test_from_april_2026_the_new_act_is_named_and_the_sentence_follows_the_day() -> None:
    new = bill(dated_on=D(2026, 4, 1))
    clock = msmed_clock(D(2026, 4, 1), None, None)

    def said(on: D) -> str:
        return leverage(new, on, open_paise=1_18_000_00, clock=clock).sentences()[1]

    assert said(D(2026, 4, 10)).startswith("If A/26-27/0001 is not paid by 16-04-2026")
    assert "unless it is paid by 31-03-2027" in said(D(2026, 4, 17))
    assert "unpaid since its year ended on 31-03-2027" in said(D(2027, 4, 1))
    assert "Income-tax Act 2025, s. 37(2)(g)" in said(D(2027, 4, 1))


NOT_TOUCHED = [
    ({"reverse_charge": True}, (False, True)),
    ({"buyer": Buyer(b"p" * 16, kind="composition", gstin="27AAPFU0939F1ZV")}, (False, True)),
    ({"buyer": Buyer(b"p" * 16)}, (False, False)),
    ({"dated_on": D(2023, 3, 31)}, (True, False)),
    ({"opening": True}, (False, False)),
]


@pytest.mark.parametrize(("rest", "touched"), NOT_TOUCHED)
def test_whom_these_laws_do_not_touch(rest: dict[str, object], touched: tuple[bool, bool]) -> None:
    found = leverage(bill(**rest), D(2026, 8, 1), open_paise=1_18_000_00, clock=CLOCK)
    assert (bool(found.itc_paise), bool(found.deduction_paise)) == touched
    assert len(found.sentences()) == sum(touched)


def test_nothing_unpaid_costs_nothing() -> None:
    assert leverage(bill(), D(2026, 8, 1), open_paise=0, clock=CLOCK).sentences() == []
    assert len(leverage(bill(), D(2026, 8, 1), open_paise=LAKH).sentences()) == 1
