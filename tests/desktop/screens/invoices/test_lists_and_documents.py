"""The list's rows and a document's story, asked of a real book by presenters without a window."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.changes.standing import State
from core.company.model import Address, Registration
from core.errors import RuleBroken
from core.ids import Id
from core.invoicing.commands import issue_document, save_draft
from core.invoicing.model import Draft, DraftLine
from core.invoicing.queries import DocumentRow
from core.parties.commands import save_party
from core.parties.model import Party
from core.receipts.commands import record_receipt
from desktop.ports import Ask, Place, Tone
from desktop.screens.invoices.columns import listing, state_shown
from desktop.screens.invoices.document.presenter import DocumentPresenter
from desktop.screens.invoices.document.story import pdf_of
from desktop.screens.invoices.presenter import ListPresenter
from tests.core.books import TODAY, a_book
from tests.desktop.screens.invoices.desk import FakeCalendar, FakeDesk, FakeView


def _row(open_paise: int, due_on: dt.date, *, state: State = State.LIVE, of_type: str = "INV") -> DocumentRow:
    return DocumentRow(
        b"",
        of_type,
        "A/1",
        TODAY,
        due_on,
        b"",
        "Kaveri",
        1_000_00,
        1_000_00,
        0,
        "here",
        False,
        state,
        open_paise,
    )


_LATE, _SOON, _FAR = dt.date(2026, 11, 8), dt.date(2026, 11, 24), dt.date(2026, 12, 20)


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (_row(1_000_00, _FAR), ("Unpaid", "")),
        (_row(400_00, _FAR), ("Part paid", "warning")),
        (_row(1_000_00, _SOON), ("Due in 4 d", "warning")),
        (_row(1_000_00, TODAY), ("Due today", "warning")),
        (_row(400_00, _LATE), ("Overdue 12 d", "danger")),
        (_row(0, _LATE), ("Paid", "success")),
        (_row(1_000_00, _LATE, state=State.HELD), ("Held", "warning")),
        (_row(1_000_00, _LATE, state=State.CONTESTED), ("Contested", "danger")),
        (_row(0, _LATE, state=State.CANCELLED), ("Cancelled", "muted")),
        (_row(10_00, _LATE, of_type="CRN"), ("To be used", "")),
        (_row(0, _LATE, of_type="CRN"), ("Used", "success")),
        (_row(0, _FAR, of_type="QTN"), ("Given", "")),
        (_row(0, TODAY, of_type="CHL"), ("Given", "")),
        (_row(0, _LATE, of_type="QTN")._replace(dated_on=_LATE), ("Given", "")),
        (_row(0, _LATE, of_type="QTN")._replace(dated_on=dt.date(2026, 10, 8)), ("Lapsed", "muted")),
    ],
)
def test_how_a_document_stands_in_a_word(row: DocumentRow, shown: tuple[str, Tone]) -> None:
    assert state_shown(row, TODAY) == shown


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """A fresh book."""
    with a_book(tmp_path) as opened:
        yield opened


@pytest.fixture
def bill(book: Book) -> Id:
    """A bill of 1,180 of which 180 is paid, and a draft beside it."""
    address = Address(line1="1 Mill Road", city="Mysuru", state_code="29")
    party = Party(name="Kaveri", registration=Registration(state_code="29"), address=address)
    buyer = book.write("p", lambda work: save_party(work, party))
    sold = Draft(party=buyer, lines=(DraftLine("Meter", None, "90261010", 1000, "NOS", 10_000_000),))
    record: Id = book.write("d", lambda work: issue_document(work, sold, today=TODAY))
    book.write("d", lambda work: save_draft(work, sold))
    book.write(
        "r",
        lambda work: record_receipt(
            work, party=buyer, dated_on=TODAY, amount_paise=180_00, mode="neft", today=TODAY
        ),
    )
    return record


@pytest.mark.parametrize(
    ("scope", "text", "numbers"),
    [
        ("all", "", ["A/26-27/0001"]),
        ("open", "", ["A/26-27/0001"]),
        ("overdue", "", []),
        ("drafts", "", ["Draft"]),
        ("drafts", "rao", []),
        ("notes", "", []),
        ("cancelled", "", []),
        ("all", "kav", ["A/26-27/0001"]),
        ("all", "1180", ["A/26-27/0001"]),
        ("all", "nobody", []),
    ],
)
def test_the_list_answers_scope_and_words(
    book: Book, bill: Id, scope: str, text: str, numbers: list[str]
) -> None:
    asked = listing(FakeCalendar())
    ask = Ask(text, scope, "dated_on", descending=True)
    rows = book.read(lambda read: asked.fetch(read, ask, None, 100)).rows
    assert [row.number for row in rows] == numbers
    again = book.read(lambda read: asked.reread(read, ask, [row.id for row in rows]))
    assert list(again) == list(rows)


def test_the_list_leads_to_documents_and_drafts(book: Book, bill: Id) -> None:
    fakes, view = FakeDesk(book), FakeView()
    presenter = ListPresenter(fakes.desk, view)
    assert view.shown["set_footer"][0] == ("Owed in all", "₹ 1,000.00")
    asked = listing(FakeCalendar())
    [row] = book.read(lambda read: asked.fetch(read, Ask(scope="drafts"), None, 100)).rows
    presenter.open(row.id)
    presenter.open(bill)
    assert fakes.navigator.places == [Place("invoices", row.id, "draft"), Place("invoices", bill)]


def test_a_document_is_shown_with_what_settled_it_and_its_paper(book: Book, bill: Id) -> None:
    view = FakeView()
    DocumentPresenter(FakeDesk(book).desk, view).show(bill)
    story = view.shown["show_story"]
    assert story.title == "Invoice A/26-27/0001"
    assert [(step.title, step.figure) for step in story.settled] == [("Receipt AR/26-27/0001", "180.00")]
    assert "by Asha" in story.history[0].detail
    assert (story.may_be_paid, story.may_be_noted, story.stands) == (True, True, True)
    assert view.shown["show_paper"].startswith(b"%PDF")
    assert pdf_of(story, copies=("duplicate",)).startswith(b"%PDF")


def test_a_document_that_is_not_there_says_so(book: Book) -> None:
    view = FakeView()
    DocumentPresenter(FakeDesk(book).desk, view).show(bytes(16))
    assert "show_missing" in view.shown


def test_a_page_follows_the_book(book: Book, bill: Id) -> None:
    fakes, view = FakeDesk(book), FakeView()
    presenter = DocumentPresenter(fakes.desk, view)
    presenter.show(bill)
    party = view.shown["show_story"].document.buyer.party
    book.write(
        "r",
        lambda work: record_receipt(
            work, party=party, dated_on=TODAY, amount_paise=1_000_00, mode="neft", today=TODAY
        ),
    )
    assert view.shown["show_story"].shown == ("Paid", "success")
    presenter.put_away()
    assert fakes.hub.listeners == []


def test_cancelling_is_refused_while_money_rests_on_it(book: Book, bill: Id) -> None:
    fakes, view = FakeDesk(book), FakeView()
    presenter = DocumentPresenter(fakes.desk, view)
    presenter.show(bill)
    refused: list[Exception] = []
    presenter.cancel("Keyed twice", lambda: None, refused.append)
    assert isinstance(refused[0], RuleBroken)
    assert fakes.notifier.said == []


def test_a_document_leads_to_what_follows_from_it(book: Book, bill: Id) -> None:
    fakes, view = FakeDesk(book), FakeView()
    presenter = DocumentPresenter(fakes.desk, view)
    presenter.show(bill)
    party = view.shown["show_story"].document.buyer.party
    presenter.receive()
    presenter.open_party()
    presenter.begin("copy")
    assert fakes.navigator.places == [
        Place("receipts", party, "new"),
        Place("parties", party),
        Place("invoices", bill, "copy"),
    ]


def test_the_chosen_documents_are_one_paper(book: Book, bill: Id) -> None:
    view = FakeView()
    papers: list[tuple[str, bytes]] = []
    view.chosen = lambda: [bill]  # type: ignore[attr-defined]
    view.show_papers = lambda title, draw: papers.append((title, draw()))  # type: ignore[attr-defined]
    ListPresenter(FakeDesk(book).desk, view).print_chosen()
    [(title, pdf)] = papers
    assert title == "A/26-27/0001"
    assert pdf.startswith(b"%PDF")
