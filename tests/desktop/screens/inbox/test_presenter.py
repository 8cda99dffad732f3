"""The Inbox without a window: each choice has its words and key, and each item a place to look at."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from core.clock import FixedClock
from core.inbox.commands import ASIDE, VERBS
from core.inbox.model import Attention, Choice, InboxItem, Told, Wanted, Weight
from core.inbox.rules import choices_for, weight_of
from core.problems import Problem
from desktop.ports import Place
from desktop.screens.inbox.columns import Counts, Matter, kind_text, kind_tone
from desktop.screens.inbox.presenter import InboxPresenter, place_of
from desktop.screens.inbox.ways import Asked, asked_before, next_step, side_titles, ways
from tests.core.books import TODAY
from tests.desktop.screens.desk import Said, desk_of

SETTLES = ASIDE | {Choice.RESTORE, Choice.TRY_AGAIN, Choice.ACCEPT, Choice.VOID, Choice.REOPEN, Choice.AGREE}
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
        self.asked: list[Asked] = []
        self.counts: list[Counts] = []
        self.refused: list[Exception] = []
        self.refreshed = 0
        self.closed = 0

    def show_matter(self, matter: Matter | None) -> None:
        self.item = matter.item if matter is not None else None

    def show_counts(self, counts: Counts) -> None:
        self.counts.append(counts)

    def ask(self, asked: Asked) -> None:
        self.asked.append(asked)

    def close_asked(self) -> None:
        self.closed += 1

    def show_refusal(self, error: Exception) -> None:
        self.refused.append(error)

    def refresh(self) -> None:
        self.refreshed += 1

    def select(self, item_id: str, part: str) -> None:
        self.selected = (item_id, part)


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


ROLE = (Problem("ROLE", "The role auditor may not do this."),)
TOLD = {
    "plain": Told(problems=ROLE),
    "claim": Told(problems=ROLE, wanted=(Wanted(PAPER, "A/26-27/0001", 500_00),)),
    "fields": Told(problems=ROLE, fields=("code", "name")),
    "elsewhere": Told(problems=(Problem("ID_USED", "Another paper already has this identity."),)),
    "unread": Told(problems=(Problem("UNKNOWN_KIND", "The service does not know this kind of change yet."),)),
    "number": Told(problems=(Problem("NUMBER_USED", "This number is already used by another paper."),)),
}
BY_ROOMS: dict[str, list[tuple[str, ...]]] = {
    Attention.DOUBLE: [("merge", "merge_other", "both_right"), ("take_back", "both_right")],
    Attention.DEPOSIT: [("release", "discard")],
    Attention.HALT: [("agree", "dismiss")],
}
"""What rooms offer of kinds that they find themselves."""

TO_READ = {
    Attention.CLOCK, Attention.LATE, Attention.COPY, Attention.DIFFERS, Attention.LEFT, Attention.SHELVED,
    Attention.ENDED,
}  # fmt: skip


OF = ("invoicing.issued", "invoicing.cancelled", "ledger.allocated", "returns.filed")


def offers(kind: Attention) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What may be offered of a kind: (of which kind of change, the choices)."""
    if kind in BY_ROOMS:
        yield from ((OF[0], choices) for choices in BY_ROOMS[kind])
        return
    for of, told, is_owner in product(OF, TOLD.values(), (True, False)):
        choices = choices_for(kind, told, paper_kind="invoicing.issued", of=of, is_owner=is_owner)
        yield of, tuple(str(choice) for choice in choices)


@pytest.mark.parametrize("kind", list(Attention))
def test_each_kind_has_words_and_a_next_step_that_works(kind: Attention) -> None:
    assert kind_text(kind)[0].isupper()
    assert kind_tone(kind) in ("accent", "danger", "warning", "muted")
    for of, choices in set(offers(kind)):
        item = an_item(kind, of, choices=choices, paper=PAPER)
        offered = ways(item)
        assert [way.choice for way in offered] == list(choices) != []
        assert len({way.key for way in offered} | {"O", "W"}) == len(offered) + 2
        assert all(way.does.endswith(".") for way in offered), "each says what comes of it"
        assert {way.choice for way in offered} <= SETTLES | VERBS
        assert all(side_titles(item))
        decides = any(choice != Choice.DISMISS for choice in choices)
        assert decides or next_step(item) or offered[0].text == "Read", "something to do, or plainly nothing"
        assert (weight_of(kind, choices) == Weight.KNOW) is (kind in TO_READ)


@pytest.mark.parametrize("choice", list(Choice))
def test_each_choice_has_words_and_what_is_grave_is_asked_first(choice: Choice) -> None:
    item = an_item(choices=(choice.value,), paper=PAPER)
    (way,) = ways(item)
    asked = asked_before(choice, item)
    assert not way.is_grave or asked is not None
    assert asked is None or (asked.title and asked.text.endswith(".") and asked.save)


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
    assert (view.asked, said.places) == ([], [])
    presenter.choose(Choice.CANCEL)
    presenter.choose(Choice.CREDIT_NOTE)
    presenter.open_winner()
    assert [asked.title for asked in view.asked] == ["Cancel Party Lotus"]
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
    monkeypatch.setattr("desktop.screens.inbox.presenter.part_of", lambda _read, found: f"part of {found}")
    said, view = Said(FixedClock.on(TODAY)), FakeView()
    presenter = InboxPresenter(view, desk_of(Book(), said))
    presenter.find(PAPER)
    assert view.selected == ("2", "part of 2")
    presenter.find(b"unheard of")
    assert view.selected == ("2", "part of 2")
