"""The Inbox without a window: each choice has its words and key, and each item a place to look at."""

from typing import Any

import pytest

from core.clock import FixedClock
from core.inbox.model import Attention, Choice, InboxItem, Told
from core.inbox.rules import choices_for
from desktop.ports import Place
from desktop.screens.inbox.columns import kind_text, kind_tone, ways
from desktop.screens.inbox.presenter import InboxPresenter, place_of
from tests.core.books import TODAY
from tests.desktop.screens.desk import Said, desk_of

RECORD, PAPER, WINNER = b"r" * 16, b"p" * 16, b"w" * 16


def an_item(kind: str = "conflict", of: str = "parties.edited", **rest: Any) -> InboxItem:
    known = {"choices": ("keep", "restore"), "paper": None, "winner": None, **rest}
    return InboxItem(
        "1.0.aa", kind, "Party Lotus", "Changed.", "ours", "theirs", known["choices"], of, RECORD,
        known["paper"], known["winner"], 0,
    )  # fmt: skip


class FakeView:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.item: InboxItem | None = None
        self.reasons: list[str] = []
        self.refused: list[Exception] = []
        self.refreshed = 0
        self.closed = 0

    def show_item(self, item: InboxItem | None) -> None:
        self.item = item

    def ask_reason(self, about: str) -> None:
        self.reasons.append(about)

    def close_reason(self) -> None:
        self.closed += 1

    def show_refusal(self, error: Exception) -> None:
        self.refused.append(error)

    def refresh(self) -> None:
        self.refreshed += 1

    def select(self, item_id: str) -> None:
        self.selected = item_id


@pytest.mark.parametrize(
    ("item", "place"),
    [
        (an_item(), Place("parties", RECORD)),
        (an_item(of="company.edited"), Place("settings")),
        (
            an_item("gap", "returns.gap_explained")._replace(id="gap.INV.2026.NI/26-27/0004"),
            Place("gst", page="gaps:2026-11:NI/26-27/0004"),
        ),
        (
            an_item("gap", "returns.gap_explained")._replace(id="gap.INV.2025.NI/25-26/0011"),
            Place("gst", page="gaps:2026-03:NI/25-26/0011"),
        ),
        (an_item("late", "invoicing.issued", paper=PAPER), Place("invoices", PAPER)),
        (an_item(of="milestones.contracted"), Place("contracts", RECORD)),
        (an_item(of="invoicing.drafted"), Place("invoices", RECORD, "draft")),
        (an_item("contested", "milestones.billed", paper=PAPER), Place("invoices", PAPER)),
        (an_item("held", "receipts.recorded", paper=PAPER), Place("receipts", PAPER)),
        (an_item("held", "dunning.reminded", paper=PAPER), Place("collections", PAPER, "letter")),
        (an_item("held", "advances.refunded", paper=PAPER), Place("receipts", PAPER)),
        (an_item("held", "returns.filed", paper=PAPER), Place("gst", PAPER)),
        (an_item("held", "einvoice.registered", paper=PAPER), None),
        (
            an_item("refused", "ledger.allocated", paper=PAPER)._replace(paper_kind="receipts.recorded"),
            Place("receipts", PAPER),
        ),
        (an_item("refused", "unknown.kind"), None),
    ],
)
def test_each_item_leads_to_what_it_is_about(item: InboxItem, place: Place | None) -> None:
    assert place_of(item, TODAY) == place


@pytest.mark.parametrize("kind", list(Attention))
def test_each_kind_has_words_and_each_choice_a_key_of_its_own(kind: Attention) -> None:
    choices = choices_for(kind, Told(), paper_kind="invoicing.issued")
    offered = ways(an_item(kind, choices=tuple(str(choice) for choice in choices)))
    assert [way.choice for way in offered] == list(choices)
    assert len({way.key for way in offered}) == len(offered)
    assert kind_text(kind)[0].isupper()
    assert kind_tone(kind) in ("accent", "danger", "warning", "muted")


def test_a_kind_or_choice_of_a_newer_version_is_shown_as_far_as_known() -> None:
    item = an_item("novel", choices=("dismiss", "novel"))
    assert kind_text(item.kind) == "novel"
    assert [way.choice for way in ways(item)] == ["dismiss"]


def test_what_is_not_offered_cannot_be_chosen() -> None:
    said, view = Said(FixedClock.on(TODAY)), FakeView()
    presenter = InboxPresenter(view, desk_of(None, said))
    presenter.choose("cancel")
    presenter.item = an_item(
        "contested", choices=("cancel", "credit_note", "dismiss"), paper=PAPER, winner=WINNER
    )
    assert not presenter.can("restore")
    presenter.choose("restore")
    assert (view.reasons, said.places) == ([], [])
    presenter.choose(Choice.CANCEL)
    presenter.choose(Choice.CREDIT_NOTE)
    presenter.open_winner()
    assert view.reasons == ["Party Lotus"]
    assert said.places == [Place("invoices", PAPER, "credit_note"), Place("invoices", WINNER)]


def test_one_comes_to_the_item_about_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    class Book:
        """Answers questions with nothing behind it."""

        def read(self, question: Any) -> Any:
            return question(None)

    known = [
        an_item(of="company.edited")._replace(id="1", record=b"other"),
        an_item(paper=PAPER)._replace(id="2"),
    ]
    monkeypatch.setattr("desktop.screens.inbox.presenter.items", lambda _read: known)
    said, view = Said(FixedClock.on(TODAY)), FakeView()
    presenter = InboxPresenter(view, desk_of(Book(), said))
    presenter.find(PAPER)
    assert view.selected == "2"
    presenter.find(b"unheard of")
    assert view.selected == "2"
