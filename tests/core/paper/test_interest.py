"""The interest sheet: every line of the reckoning, what is doubtful about it, its totals and its language."""

import datetime as dt

import msgspec

from core.facts import Facts
from core.interest.model import AGREED, MSMED, BillInterest, Clock, Moved
from core.interest.rules import DEEMED, UNCONFIRMED, agreed_interest, msmed_clock, msmed_interest
from core.invoicing.model import Buyer, Document, Seller, Totals
from core.paper import draw_interest
from core.parties.model import InterestTerms
from core.words import amount_text, date_text
from tests.core.paper.reading import drawn, page_texts

D = dt.date
LAKH = 1_00_000_00
ON = D(2026, 5, 5)
BILL = Document(
    type="INV", number="A/25-26/0042", series="A", dated_on=D(2026, 1, 10), due_on=D(2026, 2, 9),
    seller=Seller("Nandi Instruments Private Limited", gstin="29AAKCN5519Q1ZK", udyam_number="UDYAM-KR-03-0001234"),
    buyer=Buyer(b"p" * 16, name="Urban Mills"), place_of_supply="27",
    totals=Totals(taxable_paise=LAKH, invoice_value_paise=LAKH),
)  # fmt: skip


def of_the_act(on: D = ON) -> BillInterest:
    """A lakh of which 40,000 came on 10 March, and 500 of its interest on 10 April."""
    clock = msmed_clock(BILL.dated_on, None, None)
    assert clock.starts_on is not None
    sheet = msmed_interest(
        LAKH, clock.starts_on, on, Facts.shipped(), payments=[Moved(D(2026, 3, 10), 40_000_00)],
        settlements=[Moved(D(2026, 4, 10), 500_00)],
    )  # fmt: skip
    return BillInterest(
        b"b" * 16, BILL.number, b"p" * 16, BILL.dated_on, LAKH, on, MSMED, flags=(DEEMED, UNCONFIRMED), clock=clock,
        sheet=sheet, booked_paise=2_000_00, settled_paise=500_00, open_paise=60_000_00,
    )  # fmt: skip


def text_of(interest: BillInterest, bill: Document = BILL) -> str:
    return " ".join(page_texts(drawn(lambda target: draw_interest(bill, interest, target))))


def test_every_line_stands_there_with_its_days_rate_and_interest() -> None:
    interest = of_the_act()
    text = text_of(interest)
    run = settled = 0
    for span in interest.sheet.spans:
        run, settled = run + span.interest_paise, settled + span.settled_paise
        assert f"{date_text(span.to_on)} " in text
        owed = amount_text(span.principal_paise + run - settled)
        assert f"{amount_text(span.interest_paise)} {owed}" in text
    assert "16 of 28" in text
    assert "16.5% (3 × 5.5%) not confirmed" in text
    assert "40,000.00 paid" in text
    assert "500.00 of interest paid" in text
    assert "Udyam registration UDYAM-KR-03-0001234." in text


def test_its_sums_are_those_of_the_reckoning() -> None:
    interest = of_the_act()
    text = text_of(interest)
    for paise in (interest.interest_paise, interest.booked_paise, interest.open_paise):
        assert amount_text(paise) in text
    owed = interest.open_paise + interest.interest_paise - interest.settled_paise
    assert f"Bill and interest owed ₹ {amount_text(owed)}" in text.replace("\u00a0", " ")


def test_what_is_doubtful_is_said_with_the_figure() -> None:
    text = text_of(of_the_act())
    assert "The bank rate from 01-03-2026 on is not confirmed by a source" in text
    assert "No delivery is noted: the bill's date stands for it." in text.replace("’", "'")


def test_a_long_reckoning_carries_its_sum_to_the_next_page() -> None:
    pages = page_texts(drawn(lambda target: draw_interest(BILL, of_the_act(D(2031, 1, 1)), target)))
    assert len(pages) == 2
    assert "Carried forward" in pages[0]
    assert "Brought forward" in pages[1]


def test_interest_by_agreement_speaks_of_its_own_rule() -> None:
    terms = InterestTerms(rate_bp=1800)
    sheet = agreed_interest(LAKH, D(2026, 2, 10), ON, terms)
    clock = Clock(None, False, D(2026, 2, 9), D(2026, 2, 9), D(2026, 2, 10))
    plain = of_the_act()._replace(
        basis=AGREED, flags=(), clock=clock, sheet=sheet, booked_paise=0, settled_paise=0
    )
    text = text_of(plain)
    assert "By agreement" in text
    assert "Simple interest by days, the year of 365" in text
    assert "18%" in text
    assert "(3 ×" not in text
    assert "84 1,00,000.00" in text
    assert "bank rate" not in text


def test_it_is_drawn_in_the_bills_language() -> None:
    hindi = msgspec.structs.replace(BILL, language="hi")
    assert drawn(lambda target: draw_interest(hindi, of_the_act(), target)).startswith(b"%PDF")
