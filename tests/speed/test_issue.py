"""Issuing invoices through the ordinary command, beside the raw encrypted write of the very same rows."""

import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from core.book import Book
from core.company.model import Address, Registration
from core.ids import Id
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine
from core.items.commands import save_item
from core.items.model import Item, ItemTax
from core.parties.commands import save_party
from core.parties.model import Party
from core.store import migrate
from core.store.engine import connect, create_file, open_engine
from core.store.tables import metadata
from core.store.work import Work
from tests.core.books import TODAY, a_book

INVOICES = 1_000
ROUNDS = 5
KEY = bytes(range(32))
WRITTEN_OVER = frozenset({"meta", "chains", "standing"}) | {
    table.name for table in metadata.sorted_tables if table.info["sums"]
}
Rows = dict[str, list[tuple[Any, ...]]]


def drafts(book: Book, count: int) -> list[Draft]:
    """Drafts of five lines at two rates for a score of parties, within and beyond the State."""

    def masters(work: Work) -> tuple[list[Id], list[Id]]:
        parties = [save_party(work, _party(n)) for n in range(20)]
        items = [
            save_item(work, Item(code=f"I{n}", name=f"Article {n}", tax=ItemTax("84138190")))
            for n in range(10)
        ]
        return parties, items

    parties, items = book.write("Masters", masters)
    return [_draft(n, parties[n % len(parties)], items) for n in range(count)]


def _party(n: int) -> Party:
    state = ("29", "33", "27")[n % 3]
    address = Address("7 Mount Road", "", "Chennai", state, "600002")
    return Party(
        code=f"P{n}",
        name=f"Party number {n}",
        registration=Registration("unregistered", "", state),
        address=address,
    )


def _draft(n: int, party: Id, items: list[Id]) -> Draft:
    lines = tuple(
        DraftLine(
            item=items[(n + at) % len(items)],
            description=f"Article {(n + at) % len(items)}",
            hsn="84138190",
            quantity_thousandths=1_000 * (1 + (n + at) % 7),
            price_tenthousandths=1_000_000 + 333 * n + at,
            discount_tenthousandths_pct=50_000 * (at % 2),
            rate_bp=500 if at % 3 else 1_800,
        )
        for at in range(5)
    )
    return Draft(party=party, lines=lines)


def all_rows(read: Connection) -> Rows:
    tables = [table.name for table in metadata.sorted_tables]
    rows = {name: [tuple(row) for row in read.exec_driver_sql(f"SELECT * FROM {name}")] for name in tables}
    found = read.exec_driver_sql("SELECT rowid, text, record, kind FROM search")
    return {**rows, "search (rowid, text, record, kind)": [tuple(row) for row in found]}


def written(before: Rows, after: Rows) -> Rows:
    """The rows that a write left: new ones and those it wrote over."""
    known = {name: set(rows) for name, rows in before.items()}
    fresh = {name: [row for row in rows if row not in known[name]] for name, rows in after.items()}
    return {name: rows for name, rows in fresh.items() if rows}


class Raw:
    """A fresh encrypted file with the same tables, written by the bare driver."""

    def __init__(self, path: Path) -> None:
        create_file(path, KEY)
        engine = open_engine(path, KEY)
        migrate.create_schema(engine)
        engine.dispose()
        self.connection = connect(path, KEY)

    def write(self, rows: Rows, clock: Callable[[], float] = time.perf_counter) -> float:
        """Seconds for these rows in one transaction."""
        start = clock()
        self.connection.execute("BEGIN IMMEDIATE")
        for name, found in rows.items():
            marks = ", ".join("?" * len(found[0]))
            over = " OR REPLACE" if name in WRITTEN_OVER else ""
            self.connection.executemany(f"INSERT{over} INTO {name} VALUES ({marks})", found)
        self.connection.execute("COMMIT")
        return clock() - start


def one_work(folder: Path) -> tuple[float, float]:
    """Processor seconds for a thousand invoices in one Work, and for their rows raw."""
    with a_book(folder) as book:
        waiting = drafts(book, INVOICES)
        before = book.read(all_rows)
        gc.collect()
        start = time.process_time()
        book.write("Issue", lambda work: [issue_document(work, draft, today=TODAY) for draft in waiting])
        seconds = time.process_time() - start
        rows = written(before, book.read(all_rows))
    assert len(rows["documents"]) == INVOICES
    assert len(rows["document_lines"]) == 5 * INVOICES
    raw = Raw(folder / "raw.bahi")
    gc.collect()
    taken = raw.write(rows, time.process_time)
    raw.connection.close()
    return seconds, taken


@pytest.mark.speed
def test_a_thousand_invoices_in_one_work_cost_five_raw_writes_at_most(tmp_path: Path) -> None:
    rounds = []
    for n in range(ROUNDS):
        folder = tmp_path / str(n)
        folder.mkdir()
        rounds.append(one_work(folder))
    issued, raw = (min(column) for column in zip(*rounds, strict=True))  # others' work only adds to it
    print(f"issue: {issued:.3f} s for {INVOICES} in one Work; raw {raw:.3f} s; {issued / raw:.1f} times")
    assert issued <= 5 * raw


@pytest.mark.speed
def test_an_invoice_a_work_costs_three_raw_commits_at_most(tmp_path: Path) -> None:
    count = 200
    raw = Raw(tmp_path / "raw.bahi")
    with a_book(tmp_path) as book:
        waiting = drafts(book, count + 1)
        book.write("Warm", lambda work: issue_document(work, waiting[-1], today=TODAY))
        before = book.read(all_rows)
        gc.collect()
        pairs = []
        for draft in waiting[:count]:  # turn by turn, so that a busy disk slows both alike
            start = time.perf_counter()
            book.write("Issue", lambda work, draft=draft: issue_document(work, draft, today=TODAY))
            issued = time.perf_counter() - start
            after = book.read(all_rows)
            pairs.append((issued, raw.write(written(before, after))))
            before = after
    raw.connection.close()
    each, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"issue: {1e3 * each:.2f} ms a Work; raw {1e3 * bare:.2f} ms; {each / bare:.1f} times")
    assert each <= 3 * bare
