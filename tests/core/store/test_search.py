"""Search as one types: prefixes, several words, numbers without their noughts, hostile text, bounded answers."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from core.book import Book
from core.parties.commands import save_party
from core.parties.model import Party
from core.store.search import match_of, newest, search
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in

NAMES = ("Ramesh Traders", "Sita Ramachandran & Sons", "Rämesh Exports", "रमेश भंडार", "Anand Works")


@pytest.fixture(name="book")
def _book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as book:
        for at, name in enumerate(NAMES):
            party = Party(code=f"P{at}", name=name)
            book.write("Party", lambda work, party=party: save_party(work, party))
        yield book


def found(book: Book, typed: str) -> list[str]:
    names = {
        book.read(lambda read: read.exec_driver_sql("SELECT id, name FROM parties").fetchall())[at]
        for at in range(5)
    }
    by_id = {bytes(record): name for record, name in names}
    return [by_id[hit.record] for hit in book.read(lambda read: search(read, typed))]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("ram", ["Ramesh Traders", "Sita Ramachandran & Sons"]),
        ("RAM", ["Ramesh Traders", "Sita Ramachandran & Sons"]),
        ("sons sita", ["Sita Ramachandran & Sons"]),
        ("ram trad", ["Ramesh Traders"]),
        ("रमेश", ["रमेश भंडार"]),
        ("p4", ["Anand Works"]),
        ("r", []),
        ("", []),
        ('" ORDER *', []),
        ("nobody", []),
        ("100%", []),
    ],
)
def test_parties_are_found_by_the_beginnings_of_their_words(book: Book, typed: str, names: list[str]) -> None:
    assert found(book, typed) == names


@pytest.mark.parametrize(
    "typed", ['"', "'", 'a"b', "NEAR(", "x AND", "-x-", "col:y", "^^", "(((", "%_%%", "\x00ab"]
)
def test_whatever_is_typed_is_no_syntax(book: Book, typed: str) -> None:
    assert found(book, typed + " zz") == []


def test_a_number_is_found_without_its_noughts() -> None:
    assert match_of("12") == 'text : (("12"* OR "0012"))'
    assert match_of("A/26-27/0012") == 'text : ("A/26-27/0012"*)'
    assert match_of("12345") == 'text : ("12345"*)'


KINDS = ("party", "document", "receipt", "voucher", "payback", "reversal", "contract", "item", "reminder")


@pytest.mark.slow
def test_records_of_a_kind_are_found_as_among_all_and_the_names_of_kinds_are_no_words(tmp_path: Path) -> None:
    """Beside asking of all kinds and looking at each row's own."""
    with a_book(tmp_path) as book:
        for code in ("LOTUS", "NANDI", "PARTY"):
            party = a_party(book, code)
            for n in range(3):
                a_bill(book, party, 100 + n, TODAY - dt.timedelta(n))
                money_in(book, party, 90 + n, TODAY - dt.timedelta(n))
        for typed in (
            "lo",
            "nandi",
            "traders 1",
            "a/26",
            "ar/",
            "12",
            "26-27",
            "party",
            "doc",
            "receipt",
            "voucher",
        ):
            everything = book.read(partial(newest, typed=typed, limit=1_000))
            for kinds in [*((kind,) for kind in KINDS), ("receipt", "voucher", "payback")]:
                found = book.read(partial(records, match=match_of(typed, *kinds)))
                assert found == [hit.record for hit in everything if hit.kind in kinds], (typed, kinds)
        assert len(book.read(partial(records, match=match_of("lo", "document")))) == 3
        assert len(book.read(partial(records, match=match_of("party", "document", "receipt")))) == 6
        assert book.read(partial(records, match=match_of("receipt"))) == []


def records(read: Connection, match: str) -> list[bytes]:
    """What answers a question to the index, newest first."""
    sql = "SELECT record FROM search WHERE search MATCH ? ORDER BY rowid DESC"
    return [record for (record,) in read.exec_driver_sql(sql, (match,))]


def test_too_little_asks_nothing_whatever_the_kind() -> None:
    assert match_of("a", "party") == match_of("", "party") == match_of("--", "party") == ""


def test_the_answer_is_bounded(book: Book) -> None:
    def many(work: object) -> None:
        for at in range(60):
            save_party(work, Party(code=f"M{at}", name=f"Mohan {at:03d}"))  # type: ignore[arg-type]

    book.write("Parties", many)
    assert len(book.read(lambda read: search(read, "mohan"))) == 5
