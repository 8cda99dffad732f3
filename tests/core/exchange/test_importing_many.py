"""What a file of many parties and papers costs the book: it is asked once for all, not once for each."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.book import Book
from core.items.commands import save_item
from core.items.model import Item
from core.items.queries import item_by_code, items_by_code
from core.parties.commands import keep_party, merge_parties, save_party
from core.parties.model import Party
from core.parties.queries import parties_by_code, party_by_code
from core.store.work import Work
from tests.core.books import a_book
from tests.core.exchange.samples import INVOICE, LOTUS, PUMP, RECEIPT, a_file, take

pytestmark = pytest.mark.slow


def many(first: int, count: int) -> dict[str, Any]:
    """So many parties, each with an item, a bill and a receipt of its own."""
    at = range(first, first + count)
    return a_file(
        parties=[{**LOTUS, "code": f"P{n}", "gstin": None, "kind": "unregistered"} for n in at],
        items=[{**PUMP, "code": f"I{n}"} for n in at],
        documents=[
            {**INVOICE, "number": f"N/{n}", "party": f"P{n}", "lines": [{**INVOICE["lines"][0], "item": f"I{n}"}],
             "totals": None}
            for n in at
        ],
        receipts=[{**RECEIPT, "number": f"R/{n}", "party": f"P{n}", "deductions": [], "allocations": []} for n in at],
    )  # fmt: skip


def asked(book: Book, file: dict[str, Any]) -> int:
    """How many statements taking a file in is."""
    count = 0

    def one_more(*_args: object) -> None:
        nonlocal count
        count += 1

    sa.event.listen(book._engine, "before_cursor_execute", one_more)
    try:
        take(book, file)
    finally:
        sa.event.remove(book._engine, "before_cursor_execute", one_more)
    return count


def test_a_longer_file_asks_hardly_more(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        few, more = asked(book, many(100, 5)), asked(book, many(200, 105))
        assert more < few + 10


def test_many_codes_are_found_as_each_is(tmp_path: Path) -> None:
    """Also where two have one code, as devices apart may make them: a merged one comes last."""

    def masters(work: Work) -> None:
        first = save_party(work, Party("TWICE", "First"))
        second = keep_party(work, Party("twice", "Second"), work.new_id())
        save_party(work, Party("ONCE", "Once"))
        merge_parties(work, first, second)
        save_item(work, Item("PUMP", "Pump"))

    with a_book(tmp_path) as book:
        book.write("Masters", masters)
        codes = ("Twice", "once", "nobody")
        found = book.read(lambda read: parties_by_code(read, codes))
        each = {
            code.casefold(): book.read(lambda read, code=code: party_by_code(read, code)) for code in codes
        }
        assert found == {code: record for code, record in each.items() if record is not None}
        assert len(found) == 2
        pump = book.read(lambda read: item_by_code(read, "pump"))
        assert book.read(lambda read: items_by_code(read, ("Pump", "none"))) == {"pump": pump}
