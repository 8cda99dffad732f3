"""What happens in the Inbox: an item looked at, settled by one key, or opened. Free of Qt."""

import datetime as dt
from functools import partial
from typing import Protocol

from core.errors import RuleBroken
from core.ids import Id
from core.inbox.commands import Verb, can_undo, settle, undo
from core.inbox.model import Attention, Choice, InboxItem
from core.inbox.queries import items
from core.invoicing.commands import cancel_document
from core.items.commands import part_item
from core.items.doubles import merge_double as merge_items
from core.items.doubles import part_merged as part_merged_item
from core.parties.commands import part_party
from core.parties.doubles import merge_double as merge_parties
from core.parties.doubles import part_merged as part_merged_party
from core.receipts.doubles import take_back_double
from core.words import translate as _
from desktop.ports import Desk, Epoch, Place, Reader, Touched, Work
from desktop.screens.inbox.columns import HEARD, Counts, Matter, count, matter_of, part_of
from desktop.screens.inbox.ways import Asked, asked_before

_SCREENS = {
    "parties": "parties", "receipts": "receipts", "invoicing": "invoices", "milestones": "contracts",
    "dunning": "collections", "company": "settings",
}  # fmt: skip
_PAPERS = {
    "dunning": "collections", "receipts": "receipts", "advances": "receipts", "returns": "gst", "einvoice": "",
    "eway": "",
}  # fmt: skip
"""The screens of papers that are no documents; none shows by itself what a portal said."""


class InboxView(Protocol):
    """The Inbox with one item at its side."""

    def show_matter(self, matter: Matter | None) -> None:
        """Show the item looked at; None: none is."""
        ...

    def show_counts(self, counts: Counts) -> None:
        """Show how many wait, and how many are there to be read."""
        ...

    def ask(self, asked: Asked) -> None:
        """Ask for what a choice needs before it is done."""
        ...

    def close_asked(self) -> None:
        """It was taken."""
        ...

    def show_refusal(self, error: Exception) -> None:
        """Show why the choice was refused."""
        ...

    def refresh(self) -> None:
        """Read the list again."""
        ...

    def select(self, item_id: str, part: str) -> None:
        """Choose an item in the list, in the part of the Inbox where it stands."""
        ...


class InboxPresenter:
    """What needs attention, one by one."""

    def __init__(self, view: InboxView, desk: Desk) -> None:
        self._view = view
        self._desk = desk
        self._epoch = Epoch()
        self._counting = Epoch()
        self.item: InboxItem | None = None
        self._id = ""
        self._asked_for = ""
        self._stop = desk.hub.subscribe(self._hear)

    def put_away(self) -> None:
        """The screen goes."""
        self._epoch.turn()
        self._counting.turn()
        self._stop()

    def count(self) -> None:
        """Tell the view how many there are."""
        self._counting.turn()
        self._desk.runner.read(count, self._view.show_counts, epoch=self._counting)

    def look_at(self, item_id: str) -> None:
        """Another row is the current one; empty: none is."""
        self._id = item_id
        self._epoch.turn()
        if not item_id:
            self._show(None)
            return
        question = partial(matter_of, item_id=item_id)
        self._desk.runner.read(question, self._show, self._view.show_refusal, epoch=self._epoch)

    def find(self, record: Id) -> None:
        """Look at the item about a record, if there is one."""

        def asked(reader: Reader) -> tuple[str, str]:
            found = next((one.id for one in items(reader) if record in (one.record, one.paper)), "")
            return (found, part_of(reader, found)) if found else ("", "")

        self._desk.runner.read(asked, lambda found: self._view.select(*found) if found[0] else None)

    def can(self, choice: str) -> bool:
        """Whether the item looked at offers this."""
        return self.item is not None and choice in self.item.choices

    def choose(self, choice: str) -> None:
        """Do what was chosen about the item looked at, after asking what it needs."""
        item = self.item
        if item is None or choice not in item.choices:
            return
        asked = asked_before(choice, item)
        if choice == Choice.CREDIT_NOTE:
            self._desk.navigator.go("invoices", record=item.paper, page="credit_note")
        elif asked is not None:
            self._asked_for = choice
            self._view.ask(asked)
        else:
            self._settle(item, choice)

    def answer(self, reason: str = "", code: str = "") -> None:
        """What was asked is answered: do the choice."""
        if self.item is not None and self.can(self._asked_for):
            self._settle(self.item, self._asked_for, reason, code)

    @property
    def place(self) -> Place | None:
        """Where what the item is about is shown; None where no screen shows it."""
        return place_of(self.item, self._desk.calendar.today()) if self.item is not None else None

    def open(self) -> None:
        """Go to what the item is about."""
        place = self.place
        if place is not None:
            self._desk.navigator.go(place.screen, record=place.record, page=place.page)

    def open_winner(self) -> None:
        """Go to the paper that was first, or the other of two."""
        item = self.item
        if item is not None and item.winner is not None and (screen := _screen_of_winner(item)):
            self._desk.navigator.go(screen, record=item.winner)

    def _settle(self, item: InboxItem, choice: str, reason: str = "", code: str = "") -> None:
        deposits = self._desk.deposits
        if choice in (Choice.RELEASE, Choice.DISCARD):
            if deposits is not None:
                deposits.settle(
                    item.id, choice, reason, code, partial(self._settled, item, choice), self._on_refused
                )
            return
        verbs = verbs_for(self._desk.calendar.working_on(), self._desk.calendar.today(), reason)
        command = partial(
            settle, item=item.id, choice=choice, at_us=self._desk.clock.now_us(), reason=reason, verbs=verbs
        )
        self._desk.runner.write(
            _("Settle attention"), command, lambda _none: self._settled(item, choice), self._on_refused
        )

    def _settled(self, item: InboxItem, choice: str) -> None:
        self._view.close_asked()
        told = _("{about} is back") if choice == Choice.REOPEN else _("{about} is settled")
        undo = partial(self._undo, item, choice) if _can_undo(choice) else None
        self._desk.notifier.done(told.format(about=item.about), undo=undo)
        self._view.refresh()
        self.count()

    def _undo(self, item: InboxItem, choice: str) -> None:
        command = partial(_undo, item=item, choice=choice)
        self._desk.runner.write(
            _("Undo"), command, lambda _none: self._view.refresh(), self._view.show_refusal
        )

    def _on_refused(self, error: Exception) -> None:
        self._view.show_refusal(error)
        if isinstance(error, RuleBroken) and any(found.code == "SETTLED" for found in error.problems):
            self._view.refresh()

    def _show(self, matter: Matter | None) -> None:
        self.item = matter.item if matter is not None else None
        self._view.show_matter(matter)

    def _hear(self, touched: Touched) -> None:
        if any(touched.records.get(kind) for kind in HEARD):
            self.look_at(self._id)
            self.count()


def verbs_for(on: dt.date, today: dt.date, reason: str) -> dict[str, Verb]:
    """What choices do in other rooms, on a day and for a reason."""

    def cancel(work: Work, item: InboxItem) -> None:
        assert item.paper is not None, "only a paper's item offers this"
        cancel_document(work, item.paper, on=on, reason=reason)

    def merge(work: Work, item: InboxItem, *, into_other: bool = False) -> None:
        (merge_items if item.of == "items.merged" else merge_parties)(work, item, into_other=into_other)

    def take_back(work: Work, item: InboxItem) -> None:
        take_back_double(work, item, on=on, reason=reason, today=today)

    def part(work: Work, item: InboxItem) -> None:
        (part_merged_item if item.of == "items.merged" else part_merged_party)(work, item)

    return {
        Choice.CANCEL.value: cancel,
        Choice.PART.value: part,
        Choice.MERGE.value: merge,
        Choice.MERGE_OTHER.value: partial(merge, into_other=True),
        Choice.TAKE_BACK.value: take_back,
    }


def _can_undo(choice: str) -> bool:
    return can_undo(choice) or choice in (Choice.MERGE, Choice.MERGE_OTHER)


def _undo(work: Work, item: InboxItem, choice: str) -> None:
    if choice in (Choice.MERGE, Choice.MERGE_OTHER):
        gone = item.record if choice == Choice.MERGE_OTHER else item.winner
        assert gone is not None, "an item of two names both"
        (part_item if item.of == "items.merged" else part_party)(work, gone)
    undo(work, item.id, choice)


def _screen_of_winner(item: InboxItem) -> str:
    if item.kind == Attention.DOUBLE:
        return {"parties.merged": "parties", "items.merged": ""}.get(item.of, "receipts")
    return "invoices"


def place_of(item: InboxItem, today: dt.date) -> Place | None:
    """Where an item's paper or record is shown; None where no screen shows it."""
    if item.kind == Attention.GAP:
        _gap, _type, year, number = item.id.split(".", 3)
        last = min(dt.date(int(year) + 1, 3, 31), today)  # a month of the number's own year
        return Place("gst", page=f"gaps:{last:%Y-%m}:{number}")
    feature = item.of.partition(".")[0]
    if item.paper is not None:
        room = (item.paper_kind or item.of).partition(".")[0]
        screen = _PAPERS.get(room, "invoices")
        return Place(screen, item.paper, "letter" if room == "dunning" else "") if screen else None
    if item.of == "invoicing.drafted":
        return Place("invoices", item.record, "draft")
    screen = _SCREENS.get(feature, "")
    return Place(screen, None if screen == "settings" else item.record) if screen else None
