"""An export imported into an empty book gives the same papers, numbers, figures, balances and statements."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs
from sqlalchemy.engine import Connection

from core.book import Book
from core.exchange import answers
from core.exchange.exporting import encoded_file, export_book
from core.exchange.importing import import_files
from core.exchange.issuing import issue_file
from core.exchange.model import FORMAT, BahiFile
from core.exchange.preview import preview
from core.exchange.reading import read_source
from core.facts import Facts
from core.invoicing.queries import documents_page
from core.ledger.queries import trial_balance
from core.parties.queries import parties_by_name
from core.returns.commands import file_return
from core.returns.gstr1 import gstr1
from core.returns.gstr3b import gstr3b
from core.returns.month import month_of
from core.returns.queries import return_periods
from core.statements.queries import ageing, statement
from tests.core.books import TODAY, a_book
from tests.core.exchange import busy_gst
from tests.core.exchange.busy import fill
from tests.core.exchange.samples import INVOICE, NOTE, RECEIPT, a_file, source, take

DAYS = (dt.date(2026, 6, 30), dt.date(2026, 9, 30), TODAY)


def told(read: Connection) -> dict[str, Any]:
    """What the two books must agree on, by names and numbers alone."""
    parties = parties_by_name(read, limit=500).rows
    accounts = {}
    for party in parties:
        found = statement(read, party.id, from_on=dt.date(2026, 1, 1), to_on=TODAY, today=TODAY)
        entries = [structs.replace(entry, paper=b"") for entry in found.entries]
        accounts[party.name] = (entries, found.closing_paise, found.buckets)
    aged = {day: sorted((row.name, row.total_paise, row.buckets, row.on_account_paise)
                        for row in ageing(read, on=day)[0]) for day in DAYS}  # fmt: skip
    return {"trial": trial_balance(read), "accounts": accounts, "aged": aged}


def carried(book: Book, folder: Path, name: str) -> Any:
    """The book's export, taken into an empty book; answers that book's own."""
    data = encoded_file(book.read(export_book), Path(name))
    with a_book(folder, name=f"{name}.bahi", company=None) as other:
        source = read_source(data, name)
        report = other.write("Import", lambda work: import_files(work, [source]))
        assert report.known == {}
        assert other.read(told) == book.read(told)
        assert other.read(returns_of) == book.read(returns_of)
        assert other.verify().ok
        again = other.write("Import", lambda work: import_files(work, [source]))
        assert again.is_empty
        return other.read(export_book)


SAID_ALIKE = (
    "totals",
    "section",
    "table",
    "inv_typ",
    "exp_typ",
    "sup_typ",
    "supply",
    "open",
    "state",
    "return_period",
)


def settles_alike(book: Book, written: BahiFile) -> None:
    """A preview of the book's file gives the book's returns, and its documents as the book shows them."""
    source = read_source(encoded_file(written, Path("out.json")), "out.json")
    returns = book.read(returns_of)
    for period in returns["gstr1"]:
        found = preview(source, lambda _document, _paise: "", period=period)
        assert found["problems"] == []
        assert found["gstr1"] == returns["gstr1"][period]
        assert found["gstr3b"] == returns["gstr3b"][period]
    turned = structs.replace(written, documents=written.documents[::-1], advances=written.advances[::-1])
    other_way = read_source(encoded_file(turned, Path("out.json")), "out.json")
    for period in ("2026-04", "2026-06"):
        again = preview(other_way, lambda _document, _paise: "", period=period)
        assert (again["gstr1"], again["gstr3b"]) == (returns["gstr1"][period], returns["gstr3b"][period])
    rows = book.read(lambda read: [row for row in documents_page(read, limit=500).rows if not row.opening])
    shown = book.read(lambda read: [answers.show(read, row.id, lambda _document, _paise: "") for row in rows])
    told = {(each["type"], each["number"]): each for each in found["documents"]}
    assert len(told) == len(shown)
    for each in shown:
        other = told[each["type"], each["number"]]
        assert {key: other[key] for key in SAID_ALIKE} == {key: each[key] for key in SAID_ALIKE}


@pytest.mark.slow
@settings(max_examples=6, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(seed=st.integers(0, 2**32))
def test_a_busy_book_survives_the_way_out_and_in(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder = tmp_path_factory.mktemp("busy")
    with a_book(folder) as book:
        fill(book, seed)
        written = book.read(export_book)
        assert written.format == FORMAT
        assert len(written.documents) > 3
        assert written.reminders
        assert carried(book, folder, "out.json") == written


def returns_of(read: Connection) -> dict[str, Any]:
    """Every return of the year, and the period that tells each document."""
    months = [f"2026-{month:02d}" for month in range(4, 12)]
    facts = Facts.in_force()
    told = {name: month_of(read, name, facts=facts) for name in months}
    shown = [row for row in documents_page(read, limit=500).rows if not row.opening]
    periods = return_periods(read, [row.id for row in shown])
    return {
        "gstr1": {name: gstr1(month, facts) for name, month in told.items()},
        "gstr3b": {name: gstr3b(month, facts) for name, month in told.items()},
        "periods": {(row.type, row.number): periods.get(row.id) for row in shown},
    }


@pytest.mark.slow
@settings(max_examples=6, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(seed=st.integers(0, 2**32))
def test_a_book_of_every_paper_of_gst_gives_the_same_returns(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("gst")
    with a_book(folder) as book:
        done = busy_gst.fill(book, seed)
        assert len(done) > 5
        written = book.read(export_book)
        assert [each.period for each in written.returns][:4] == ["2026-04", "2026-04", "2026-05", "2026-05"]
        assert carried(book, folder, "out.json") == written
        settles_alike(book, written)


def test_a_paper_that_came_after_its_return_is_told_where_it_was(tmp_path: Path) -> None:
    bare = {key: value for key, value in INVOICE.items() if key not in ("number", "due_date")}
    file = source(a_file(documents=[bare]))
    with a_book(tmp_path) as book:
        book.write("Issue", lambda work: issue_file(work, file, today=TODAY))
        on = dt.date(2026, 6, 11)
        book.write("File", lambda work: file_return(work, "GSTR1", "2026-05", on, today=TODAY, despite=True))
        book.write("Issue", lambda work: issue_file(work, file, today=TODAY))
        written = book.read(export_book)
        (returned,) = written.returns
        assert [each.number for each in returned.exceptions] == ["A/26-27/0002"]
        assert carried(book, tmp_path, "out.json") == written
        assert book.read(returns_of)["periods"] == {
            ("INV", "A/26-27/0001"): "2026-05",
            ("INV", "A/26-27/0002"): "2026-06",
        }


def test_the_sample_survives_packed(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        gone = {"type": "INV", "number": "NI/26-27/0043", "date": "2026-05-05", "reason": "keyed twice"}
        take(book, a_file(documents=[INVOICE, NOTE], receipts=[RECEIPT], cancelled=[gone]))
        assert carried(book, tmp_path, "out.json.zst") == book.read(export_book)
