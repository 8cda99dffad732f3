"""What happens in the Inbox: an item looked at, settled by one key, or opened. Free of Qt."""

import datetime as dt
from functools import partial
from typing import Protocol

from core.errors import RuleBroken
from core.ids import Id
from core.inbox.commands import settle
from core.inbox.model import Attention, Choice, InboxItem
from core.inbox.queries import item as item_of
from core.inbox.queries import items
from core.invoicing.commands import cancel_document
from core.words import translate as _
from desktop.ports import Desk, Epoch, Place, Reader, Touched, Work
from desktop.screens.inbox.columns import HEARD

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

    def show_item(self, item: InboxItem | None) -> None:
        """Show the item looked at; None: none is."""
        ...

    def ask_reason(self, about: str) -> None:
        """Ask why a paper is cancelled."""
        ...

    def close_reason(self) -> None:
        """The reason was taken."""
        ...

    def show_refusal(self, error: Exception) -> None:
        """Show why the choice was refused."""
        ...

    def refresh(self) -> None:
        """Read the list again."""
        ...

    def select(self, item_id: str) -> None:
        """Choose an item in the list."""
        ...


class InboxPresenter:
    """What needs attention, one by one."""

    def __init__(self, view: InboxView, desk: Desk) -> None:
        self._view = view
        self._desk = desk
        self._epoch = Epoch()
        self.item: InboxItem | None = None
        self._id = ""
        self._stop = desk.hub.subscribe(self._hear)

    def put_away(self) -> None:
        """The screen goes."""
        self._epoch.turn()
        self._stop()

    def look_at(self, item_id: str) -> None:
        """Another row is the current one; empty: none is."""
        self._id = item_id
        self._epoch.turn()
        if not item_id:
            self._show(None)
            return

        def read(reader: Reader) -> InboxItem | None:
            return item_of(reader, item_id)

        self._desk.runner.read(read, self._show, self._view.show_refusal, epoch=self._epoch)

    def find(self, record: Id) -> None:
        """Look at the item about a record, if there is one."""

        def asked(reader: Reader) -> str:
            return next((one.id for one in items(reader) if record in (one.record, one.paper)), "")

        self._desk.runner.read(asked, lambda found: self._view.select(found) if found else None)

    def can(self, choice: str) -> bool:
        """Whether the item looked at offers this."""
        return self.item is not None and choice in self.item.choices

    def choose(self, choice: str) -> None:
        """Do what was chosen about the item looked at."""
        item = self.item
        if item is None or choice not in item.choices:
            return
        if choice == Choice.CANCEL:
            self._view.ask_reason(item.about)
        elif choice == Choice.CREDIT_NOTE:
            self._desk.navigator.go("invoices", record=item.paper, page="credit_note")
        else:
            command = partial(settle, item=item.id, choice=choice, at_us=self._desk.clock.now_us())
            self._write(command, item)

    def cancel(self, reason: str) -> None:
        """Cancel the paper of the item looked at, for this reason."""
        item = self.item
        if item is None:
            return
        verb = partial(_cancel, on=self._desk.calendar.working_on(), reason=reason)
        command = partial(
            settle, item=item.id, choice=Choice.CANCEL.value, at_us=self._desk.clock.now_us(),
            verbs={Choice.CANCEL.value: verb},
        )  # fmt: skip
        self._write(command, item)

    def open(self) -> None:
        """Go to what the item is about."""
        today = self._desk.calendar.today()
        place = place_of(self.item, today) if self.item is not None else None
        if place is not None:
            self._desk.navigator.go(place.screen, record=place.record, page=place.page)

    def open_winner(self) -> None:
        """Go to the paper that was first."""
        if self.item is not None and self.item.winner is not None:
            self._desk.navigator.go("invoices", record=self.item.winner)

    def _write(self, command: "partial[None]", item: InboxItem) -> None:
        self._desk.runner.write(
            _("Settle attention"), command, lambda _none: self._settled(item), self._on_refused
        )

    def _settled(self, item: InboxItem) -> None:
        self._view.close_reason()
        self._desk.notifier.done(_("{about} is settled").format(about=item.about))
        self._view.refresh()

    def _on_refused(self, error: Exception) -> None:
        self._view.show_refusal(error)
        if isinstance(error, RuleBroken) and any(found.code == "SETTLED" for found in error.problems):
            self._view.refresh()

    def _show(self, item: InboxItem | None) -> None:
        self.item = item
        self._view.show_item(item)

    def _hear(self, touched: Touched) -> None:
        if any(touched.records.get(kind) for kind in HEARD):
            self.look_at(self._id)


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


def _cancel(work: Work, item: InboxItem, *, on: dt.date, reason: str) -> None:
    assert item.paper is not None, "only a paper's item offers this"
    cancel_document(work, item.paper, on=on, reason=reason)
