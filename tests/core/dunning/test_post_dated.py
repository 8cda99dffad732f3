"""Whoever gave a post-dated cheque is not chased for what it covers, until it bounces or is handed back."""

import datetime as dt
from pathlib import Path

import pytest

from core.dunning.queries import worklist
from core.receipts.cheque_list import covered_by_cheques
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party
from tests.core.receipts.dealings import OCTOBER, SEPTEMBER, a_cheque_in, owed_on, taken_back

pytestmark = pytest.mark.slow
CHRISTMAS = dt.date(2026, 12, 25)


def test_a_bill_that_a_post_dated_cheque_covers_is_not_chased(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        bill = a_bill(book, party, 1_000, SEPTEMBER)
        record = a_cheque_in(book, party, 1_000, OCTOBER, CHRISTMAS)
        assert owed_on(book, TODAY) == 1_000, "in ageing the bill is open until the cheque's day"
        assert book.read(lambda read: covered_by_cheques(read, on=TODAY)) == {bill: 1_000_00}
        assert book.read(lambda read: worklist(read, on=TODAY)) == []
        taken_back(book, record)
        [row] = book.read(lambda read: worklist(read, on=TODAY))
        assert row.overdue_paise == 1_000_00
        assert not any("cheque" in reason for reason in row.reasons)


def test_what_the_cheque_does_not_cover_is_chased_and_the_reasons_say_so(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        a_bill(book, party, 1_000, SEPTEMBER)
        a_cheque_in(book, party, 600, OCTOBER, CHRISTMAS)
        [row] = book.read(lambda read: worklist(read, on=TODAY))
        assert row.overdue_paise == 400_00
        assert "₹600.00 covered by post-dated cheques" in [
            reason.replace("₹\u00a0", "₹").replace("₹ ", "₹") for reason in row.reasons
        ]
