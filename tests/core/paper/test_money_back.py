"""What money that goes back prints: a cheque returned, money given back, and the pay-in slip of cheques."""

import datetime as dt
from pathlib import Path

import pytest

from core.paper import PayIn, SlipCheque, draw_payback, draw_receipt, draw_reversal, draw_slip
from core.receipts.model import Deduction, ForeignMoney
from core.receipts.queries import payback, receipt, reversal
from tests.core.books import a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.paper.house import SELLER
from tests.core.paper.reading import drawn, page_texts
from tests.core.receipts.dealings import AUGUST, OCTOBER, SEPTEMBER, a_cheque_in, bounced, given_back

pytestmark = pytest.mark.slow


def text_of(draw: object) -> str:
    return " ".join(" ".join(page_texts(drawn(draw))).split())


def test_a_post_dated_cheque_and_its_return(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        a_bill(book, party, 1_000, AUGUST)
        record = a_cheque_in(book, party, 1_000, SEPTEMBER, OCTOBER)
        paper = book.read(lambda read: receipt(read, record))
        told = text_of(lambda target: draw_receipt(paper, [], target))
        for words in ("Cheque no. 001000", "Cheque date 01-10-2026", "Lotus Bank, Chennai",
                      "The cheque is post-dated: the money counts from 01-10-2026."):  # fmt: skip
            assert words in told
        back = bounced(book, record, OCTOBER, 354_00)
        paper = book.read(lambda read: reversal(read, back))
        told = text_of(lambda target: draw_reversal(paper, target))
        for words in ("Cheque Returned", "AX/26-27/0001", "Receipt AR/26-27/0001", "Funds insufficient", "354.00",
                      "What it settled is owed again."):  # fmt: skip
            assert words in told


def test_foreign_money_and_money_given_back(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        kept = (Deduction("bank_charge", 500_00), Deduction("exchange", -1_500_00))
        record = money_in(
            book, party, 84_000, SEPTEMBER, foreign=ForeignMoney("USD", 1_000_00, 84_500_000), kept_back=kept
        )
        paper = book.read(lambda read: receipt(read, record))
        told = text_of(lambda target: draw_receipt(paper, [], target))
        assert "USD 1,000.00 at ₹ 84.50" in told
        assert "Exchange gain" in told
        back = given_back(book, record, 200)
        paper = book.read(lambda read: payback(read, back))
        told = text_of(lambda target: draw_payback(paper, target))
        for words in ("Payback Voucher", "Out of AR/26-27/0001", "Paid twice", "Rupees Two Hundred Only"):
            assert words in told


def test_a_pay_in_slip_names_each_cheque_and_the_sum_over_pages() -> None:
    cheques = tuple(
        SlipCheque(f"{n:06d}", dt.date(2026, 9, 1), "Lotus Bank", f"Drawer {n}", n * 100_00)
        for n in range(1, 61)
    )
    slip = PayIn(SELLER, dt.date(2026, 9, 2), "State Bank of India", "000111", "SBIN0001234", cheques, "7")
    pages = page_texts(drawn(lambda target: draw_slip(slip, target)))
    told = " ".join(" ".join(pages).split())
    assert len(pages) > 1
    assert all(f"{n:06d}" in told for n in range(1, 61))
    assert "1,83,000.00" in told
    assert "Brought forward" in told
    assert "SBIN0001234" in told
