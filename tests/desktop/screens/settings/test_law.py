"""The page of the law decides: a pack is shown before it is taken, refused in words, and in force once it is taken."""

import base64
import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from core.book import Book
from core.clock import FixedClock
from core.errors import RuleBroken
from core.facts import Facts
from core.facts.folder import KEYS_FILE
from core.facts.reader import put_in_force
from desktop.screens.settings.law import Law, Offer
from tests.core.books import TODAY, a_book
from tests.core.facts.packs import KEY, shipped, signed
from tests.desktop.screens.desk import Said, desk_of


class Page:
    """A page that remembers what it was told."""

    def __init__(self) -> None:
        self.law: dict[str, str] = {}
        self.offer: Offer | None = None
        self.done: list[str] = []
        self.refusals: list[Exception] = []

    def show_law(self, facts: Sequence[tuple[str, str]]) -> None:
        self.law = dict(facts)

    def show_offer(self, offer: Offer | None) -> None:
        self.offer = offer

    def show_done(self, text: str) -> None:
        self.done.append(text)

    def show_refusal(self, error: Exception) -> None:
        self.refusals.append(error)


@pytest.fixture(autouse=True)
def released() -> Iterator[None]:
    """What a test puts in force ends with it."""
    yield
    put_in_force(None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A user's folder that trusts the tests' key."""
    made = tmp_path / "facts"
    made.mkdir()
    (made / KEYS_FILE).write_bytes(msgspec.json.encode({"entries": [KEY]}))
    return made


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        yield made


def a_law(book: Book, folder: Path) -> tuple[Law, Page]:
    page = Page()
    return Law(page, desk_of(book, Said(FixedClock.on(TODAY))), folder), page


def a_pack(tmp_path: Path) -> Path:
    """From 2027 on the large sale to a consumer begins at fifty thousand rupees."""
    rows = []
    for row in shipped("limits"):
        if row.name == "b2cl" and row.until is None:  # type: ignore[attr-defined]
            rows.append(msgspec.structs.replace(row, until=dt.date(2027, 3, 31)))
            row = msgspec.structs.replace(row, since=dt.date(2027, 4, 1), amount="50000.00")
        rows.append(row)
    file = tmp_path / "law.bahifacts"
    file.write_bytes(signed({"limits": rows}, about="A lower limit"))
    return file


def test_a_pack_is_shown_then_taken(book: Book, folder: Path, tmp_path: Path) -> None:
    law, page = a_law(book, folder)
    law.load()
    assert page.law["Facts of"] == Facts.shipped().version
    law.read_pack(a_pack(tmp_path))
    assert page.refusals == []
    assert page.offer is not None
    assert page.offer.past == []
    told = " ".join(f"{name} {text}" for name, text in page.offer.ahead)
    assert "50000" in told
    assert "01-04-2027" in told
    assert Facts.in_force() is Facts.shipped(), "nothing is taken before one says so"
    law.take(page.offer)
    assert Facts.in_force().limit("b2cl", dt.date(2027, 4, 1)) == 50_000_00
    assert Facts.in_force().limit("b2cl", dt.date(2027, 3, 31)) == Facts.shipped().limit("b2cl", TODAY)
    assert page.law["Facts of"] != Facts.shipped().version
    assert page.offer is None


def test_what_is_no_pack_is_refused_in_words(book: Book, folder: Path, tmp_path: Path) -> None:
    law, page = a_law(book, folder)
    file = a_pack(tmp_path)
    data = file.read_bytes()
    file.write_bytes(data[:-40] + base64.b64encode(bytes(30)))
    law.read_pack(file)
    law.read_pack(tmp_path / "not there.bahifacts")
    assert page.offer is None
    assert isinstance(page.refusals[0], RuleBroken)
    assert "not there.bahifacts" in str(page.refusals[1])


def test_the_official_list_of_codes_is_taken(book: Book, folder: Path, tmp_path: Path) -> None:
    law, page = a_law(book, folder)
    file = tmp_path / "hsn.csv"
    file.write_text("HSN_CD,HSN_Description\n0101,Live horses\n84138190,Pumps of other kinds\n", "utf-8")
    law.take_codes(file)
    assert page.refusals == []
    found = Facts.in_force().hsn("84138190")
    assert found is not None
    assert found.description == "Pumps of other kinds"
    assert page.law["HSN and SAC codes"] == "hsn.csv"
