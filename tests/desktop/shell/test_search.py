"""What the palette finds of the book, and where Enter leads."""

from pathlib import Path

import pytest

from desktop.ports import Place
from desktop.shell.search import find
from tests.core.advances.vouchers import give_back, take
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in

pytestmark = pytest.mark.slow


def test_every_paper_of_money_is_found_and_leads_to_its_page(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        lotus = a_party(book)
        bill = a_bill(book, lotus, 100, TODAY)
        receipt = money_in(book, lotus, 50, TODAY, reference="UTR501")
        advance = take(book, lotus, 900, TODAY, reference="UTR502")
        refund = give_back(book, advance, 400, TODAY, reference="UTR503")
        found = book.read(lambda read: find(read, "utr50"))
        assert [each.place for each in found] == [
            Place("receipts", record) for record in (refund, advance, receipt)
        ]
        assert found[1].text == "AV/26-27/0001 · Lotus Foods"
        everything = {each.place for each in book.read(lambda read: find(read, "lotus"))}
        assert {Place("parties", lotus), Place("invoices", bill), Place("receipts", advance)} <= everything
