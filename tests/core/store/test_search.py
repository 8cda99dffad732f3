"""Search as one types: prefixes, several words, numbers without their noughts, hostile text, bounded answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.parties.commands import save_party
from core.parties.model import Party
from core.store.search import match_of, search
from tests.core.books import a_book

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
    assert match_of("12") == '("12"* OR "0012")'
    assert match_of("A/26-27/0012") == '"A/26-27/0012"*'
    assert match_of("12345") == '"12345"*'


def test_the_answer_is_bounded(book: Book) -> None:
    def many(work: object) -> None:
        for at in range(60):
            save_party(work, Party(code=f"M{at}", name=f"Mohan {at:03d}"))  # type: ignore[arg-type]

    book.write("Parties", many)
    assert len(book.read(lambda read: search(read, "mohan"))) == 5
