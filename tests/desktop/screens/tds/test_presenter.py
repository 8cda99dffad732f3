"""The TDS screen without a window: the year, what is linked, claimed and noted, forms looked at, letters written."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.book import Book
from core.clock import FixedClock
from core.errors import BahiError
from core.tds.life import EXPECTED, NOT_DUE
from core.tds.matching import Outcome
from core.tds.queries import certificates
from desktop.ports import Ask, Choice
from desktop.screens.tds.actions import everywhere
from desktop.screens.tds.columns import (
    certificate_listing,
    coming_listing,
    credit_listing,
    for_export,
    life_listing,
    state_text,
    state_tone,
    trail_listing,
)
from desktop.screens.tds.coming import looked_at, read_file
from desktop.screens.tds.letters import drawn, file_name, letter_listing, written
from desktop.screens.tds.presenter import Figures, TdsPresenter
from desktop.screens.tds.rows import coming_rows
from tests.core.books import TODAY, a_book
from tests.desktop.screens.desk import Said, desk_of
from tests.journeys.tds_desk import FORM, GST_LIST, OLD_FORM, a_year, hold, read_forms

pytestmark = pytest.mark.slow


class FakeView:
    """The screen; remembers what it was told."""

    def __init__(self) -> None:
        self.years: list[str] = []
        self.tax: Figures = ()
        self.gst: Figures = ()
        self.closed = 0
        self.refused: list[Exception] = []

    def is_shown(self) -> bool:
        return True

    def show_year(self, label: str) -> None:
        self.years.append(label)

    def show_totals(self, tax: Figures, gst: Figures) -> None:
        self.tax, self.gst = tax, gst

    def close_sheet(self) -> None:
        self.closed += 1

    def refuse_sheet(self, error: Exception) -> None:
        self.refused.append(error)


class Office:
    """A presenter over a real book."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.parties = a_year(book)
        self.said = Said(FixedClock.on(TODAY))
        self.view = FakeView()
        self.act = TdsPresenter(self.view, desk_of(book, self.said))
        book.listeners.append(self._tell)

    def _tell(self, touched: Any) -> None:
        for heard in list(self.said.heard):
            heard(touched)

    def rows(self, listing: Any, **ask: Any) -> list[Any]:
        return list(self.book.read(lambda read: listing.fetch(read, Ask(**ask), None, 100)).rows)

    def life(self, *, gst: bool = False, **ask: Any) -> list[Any]:
        def told(reader: Any) -> Any:
            return (self.act.told(reader).gst if gst else self.act.told(reader).tax).rows

        return self.rows(life_listing(told, gst=gst), **ask)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with a_book(tmp_path) as book:
        yield Office(book)


def test_the_year_follows_what_is_read_and_stepped(office: Office) -> None:
    assert {row.state for row in office.life()} == {Outcome.MISSING, NOT_DUE}
    read_forms(office.book, FORM, OLD_FORM, GST_LIST)
    states = {(row.name, row.quarter): row.state for row in office.life()}
    assert states == {
        ("Indus Foods", 1): Outcome.MISSING, ("Indus Foods", 3): NOT_DUE, ("Kaveri Foods", 2): Outcome.SHORT,
        ("Lotus Foods", 1): Outcome.EXCESS, ("Lotus Foods", 2): Outcome.MISSING,
    }  # fmt: skip
    assert office.view.tax[-1] == ("To put right", "3")
    assert [row.state for row in office.life(gst=True)] == [Outcome.MATCHED, Outcome.EXCESS]
    assert [row.name for row in office.life(scope="wrong")] == ["Indus Foods", "Kaveri Foods", "Lotus Foods"]
    assert {row.quarter for row in office.life(scope="q2")} == {2}
    assert [row.name for row in office.life(text="kave")] == ["Kaveri Foods"]
    assert next(row.difference_paise for row in office.life(sort="difference")) < 0
    office.act.step(-1)
    assert office.view.years == ["2025-26"]
    assert "STRANGER TRADING COMPANY" in {row.name for row in office.life()}


def test_a_file_has_the_quiet_texts_in_columns(office: Office) -> None:
    listing = for_export(life_listing(lambda reader: office.act.told(reader).tax.rows))
    titles = [column.title for column in listing.columns]
    assert titles[:4] == ["Deductor", "TAN", "Quarter", "Code"]
    row = office.life()[0]
    assert [column.text(row) for column in listing.columns][:5] == [
        "Indus Foods",
        "MUMI07777B",
        "Q1",
        "1024",
        "9,000",
    ]


def test_a_trail_shows_both_sides_and_the_bills(office: Office) -> None:
    read_forms(office.book, FORM)
    row = next(row for row in office.life() if row.name == "Lotus Foods")
    listing = trail_listing(lambda reader: office.act.trail(row, reader))
    money = office.rows(listing)
    assert [(one.number[-4:], one.deducted_text, one.shown_text, one.state) for one in money] == [
        ("0003", "500.00", "–", Outcome.MISSING),
        ("0002", "1,000.00", "1,000.00", Outcome.WRONG_SECTION),
        ("0001", "4,000.00", "4,000.00", Outcome.MATCHED),
        ("", "–", "1,500.00", Outcome.EXCESS),
    ]
    assert [one.state for one in office.rows(listing, scope="wrong")] == [
        Outcome.MISSING,
        Outcome.WRONG_SECTION,
    ]
    bills = office.rows(listing, scope="bills")
    assert [(one.deducted_text, one.detail, one.state) for one in bills] == [
        ("1,500.00", "2 % of ₹ 75,000.00", EXPECTED),
        ("4,000.00", "2 % of ₹ 2,00,000.00", EXPECTED),
    ]


def test_linking_by_hand_offers_what_is_open_and_is_undone(office: Office) -> None:
    read_forms(office.book, FORM)
    offered = office.book.read(lambda read: office.act.open_credits(read, "1,500"))
    assert [one.text for one in offered] == ["1,500.00 · LOTUS FOODS PRIVATE LIMITED"]
    receipts = office.book.read(lambda read: office.act.open_deductions(read, "indus"))
    assert [one.text for one in receipts] == ["2,400.00 · Indus Foods", "9,000.00 · Indus Foods"]
    office.act.link([offered[0].value], [receipts[1].value])
    assert office.view.closed == 1
    row = next(row for row in office.life() if row.name == "Indus Foods" and row.quarter == 1)
    assert (row.seen_paise, row.state) == (150_000, Outcome.SHORT)
    office.act.link([offered[0].value], [receipts[0].value])
    assert len(office.view.refused) == 1
    (link,) = {row.link for row in office.book.read(office.act.credits)} - {None}
    assert link is not None
    office.act.undo([link])
    assert not any(row.link for row in office.book.read(office.act.credits))


def test_a_credit_is_claimed_once_in_one_year(office: Office) -> None:
    read_forms(office.book, FORM)
    listing = credit_listing(office.act.credits)
    matched = next(row for row in office.rows(listing) if row.state == Outcome.MATCHED)
    office.act.claim([matched.id], 2026)
    office.act.claim([matched.id], 2027)
    assert [str(error) for error in office.view.refused] == ["Another paper has already done this."]
    assert next(row.claimed_text for row in office.rows(listing) if row.id == matched.id) == "2026-27"
    assert matched.id not in {row.id for row in office.rows(listing, scope="unclaimed")}
    assert {row.state for row in office.rows(listing, scope="open")} == {Outcome.EXCESS}
    assert office.rows(listing, scope="old") == []


def test_a_certificate_is_noted_or_says_what_is_missing(office: Office) -> None:
    office.act.note_certificate({"form": None, "quarter": Choice(1, "Q1"), "amount": None})
    assert [one.field for one in office.view.refused[0].problems] == ["form", "amount"]  # type: ignore[attr-defined]
    typed = {
        "form": Choice("131", "Form 131"), "quarter": Choice(1, "Q1"), "amount": 400_000, "number": "X9",
        "tan": "nonsense", "code": "1024", "issued_on": None, "note": "",
    }  # fmt: skip
    office.act.note_certificate(typed)
    assert "TAN" in str(office.view.refused[1])
    office.act.note_certificate({**typed, "tan": "CHEL01234A"})
    assert office.view.closed == 1
    hold(office.book)
    rows = office.rows(certificate_listing(office.act.held))
    assert [row.number for row in rows] == ["KLMNOPQ", "X9"]
    assert office.rows(certificate_listing(office.act.held), text="x9") == [rows[1]]
    assert len(office.book.read(lambda read: certificates(read, 2026))) == 2


def test_a_form_that_only_leaves_a_line_out_is_told_and_taken(office: Office, tmp_path: Path) -> None:
    read_forms(office.book, FORM)
    newer = tmp_path / "form.txt"
    kept = [line for line in FORM.read_text().splitlines() if "^18-Aug-2026^" not in line]
    newer.write_text("\n".join(kept).replace("05-11-2026", "05-12-2026"))
    brings, problems = office.book.read(lambda read: looked_at(read_file(newer), read))
    assert ([line.deducted_paise for line in brings.gone], brings.new, problems) == ([1_000_00], (), [])
    rows = coming_rows(brings, problems)
    assert [row.amount for row in rows if row.what == "gone"] == ["1,000.00"]
    read_forms(office.book, newer)
    assert office.book.read(lambda read: looked_at(read_file(newer), read))[0].gone == ()


def test_a_form_is_looked_at_before_it_is_taken(office: Office, tmp_path: Path) -> None:
    form = read_file(FORM)
    brings, problems = office.book.read(lambda read: looked_at(form, read))
    assert (len(brings.new), brings.unknown_deductors, problems) == (4, (), [])
    other = tmp_path / "form.txt"
    other.write_text(
        FORM.read_text().replace("02-Jun-2026", "31-Jun-2026").replace("AAKCN5519Q", "ZZKCN5519Q")
    )
    brings, problems = office.book.read(lambda read: looked_at(read_file(other), read))
    assert [(one.code, one.line) for one in problems] == [("PAN", None), ("DATE", 9)]
    rows = coming_rows(brings, problems)
    assert [row.what for row in rows] == ["problem", "problem", "new", "new", "new"]
    listing = coming_listing(lambda: rows)
    assert [row.tan for row in office.rows(listing, scope="problem")] == ["PAN", "Transaction date"]
    strange = read_file(OLD_FORM)
    brings, _problems = office.book.read(lambda read: looked_at(strange, read))
    assert brings.unknown_deductors == ("STRANGER TRADING COMPANY (MUMS09999D)",)
    with pytest.raises(BahiError, match="could not be read"):
        read_file(tmp_path / "nowhere.txt")


def test_letters_are_drawn_named_and_written_each_to_its_file(office: Office, tmp_path: Path) -> None:
    read_forms(office.book, FORM)
    letters = office.rows(letter_listing(2026, TODAY, None))
    assert [one.buyer.code for one in letters] == ["INDUS", "KAVERI", "LOTUS"]
    assert [one.buyer.code for one in office.rows(letter_listing(2026, TODAY, office.parties["KAVERI"]))] == [
        "KAVERI"
    ]
    assert drawn(letters).startswith(b"%PDF")
    assert file_name(letters[0]) == "TDS 2026-27 INDUS Indus Foods.pdf"
    assert written([*letters, letters[0]], tmp_path) == 4
    assert len(list(tmp_path.glob("*.pdf"))) == 4
    with pytest.raises(BahiError, match="could not be written"):
        written(letters, tmp_path / "nowhere")


def test_every_state_has_words_and_no_two_look_alike() -> None:
    states = [*Outcome, EXPECTED, NOT_DUE]
    assert len({state_text(state) for state in states}) == len(states)
    assert all(state_text(state) != state for state in states)
    assert state_tone(Outcome.MATCHED) == "success"


def test_tds_is_reached_from_everywhere(office: Office) -> None:
    for action in everywhere(desk_of(office.book, office.said)):
        action.run()
    assert [(place.screen, place.page) for place in office.said.places] == [
        ("tds", ""),
        ("tds", "letters"),
        ("tds", "gst"),
    ]
