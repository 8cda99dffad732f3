"""Decides what a document's page shows and what may be done with the document. Free of Qt."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from core.clock import india_time
from core.einvoice.commands import note_cancelled
from core.eway.commands import note_bill
from core.ids import Id
from core.invoicing.commands import cancel_document, draft_from, save_draft
from core.invoicing.model import Transport
from core.words import translate as _
from desktop.ports import Desk, Epoch, Failed, Place, Touched, Work
from desktop.screens.invoices.document import portal
from desktop.screens.invoices.document.story import Story, pdf_of, story_of

_WATCHED = ("invoicing", "ledger", "dunning", "interest")


class DocumentView(Protocol):
    """What the page can show."""

    def show_story(self, story: Story) -> None: ...
    def show_paper(self, pdf: bytes) -> None: ...
    def show_missing(self) -> None: ...
    def show_failure(self, error: Exception) -> None: ...
    def show_refusal(self, error: Exception) -> None: ...


class DocumentPresenter:
    """One document at a time; it is read again when the book tells that something of it changed."""

    def __init__(self, desk: Desk, view: DocumentView) -> None:
        self._desk = desk
        self._view = view
        self._epoch = Epoch()
        self._record: Id | None = None
        self._drawn: tuple[object, ...] | None = None
        self.story: Story | None = None
        self._stop = desk.hub.subscribe(self._hear)

    def show(self, record: Id) -> None:
        """Show a document."""
        if record != self._record:
            self.story, self._drawn = None, None
        self._record = record
        self.load()

    def load(self) -> None:
        """Read the document again."""
        if self._record is None:
            return
        self._epoch.turn()
        question = partial(
            story_of,
            record=self._record,
            today=self._desk.calendar.today(),
            now_us=self._desk.clock.now_us(),
        )
        self._desk.runner.read(question, self._on_story, self._view.show_failure, epoch=self._epoch)

    def go(self, place: Place) -> None:
        """Follow a line of the story."""
        self._desk.navigator.go(place.screen, record=place.record, page=place.page)

    def open_party(self) -> None:
        """Show the party it was given to."""
        if self.story is not None:
            self._desk.navigator.go("parties", record=self.story.document.buyer.party)

    def receive(self) -> None:
        """Record money for it."""
        if self.story is not None:
            self._desk.navigator.go("receipts", record=self.story.document.buyer.party, page="new")

    def begin(self, page: str) -> None:
        """Write a paper that begins from it: credit_note, debit_note, amend, revise or copy."""
        if self._record is not None:
            self._desk.navigator.go("invoices", record=self._record, page=page)

    def cancel(self, reason: str, then: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Cancel it for a reason; its number stays used."""
        story = self.story
        if story is None:
            return
        on = max(self._desk.calendar.today(), story.document.dated_on)
        command = partial(cancel_document, document=story.record, on=on, reason=reason)

        def done(_claim: Id) -> None:
            self._desk.notifier.done(_("{title} cancelled").format(title=story.title))
            then()

        self._desk.runner.write(_("Cancel document"), command, done, failed)

    def make_invoice(self) -> None:
        """Turn a quotation, proforma or challan into an invoice, to be looked through and issued."""
        if self._record is not None:
            command = partial(_drafted, source=self._record)
            self._desk.runner.write(_("Invoice from a paper"), command, self._on_drafted, self._refuse)

    # --- the portals

    def write_einvoice(self, file: Path) -> None:
        """Write the document's file for the invoice portal."""
        if self._record is not None:
            question = partial(portal.einvoice_of, record=self._record, on=self._desk.calendar.today())
            self._desk.runner.read(question, partial(self.write, file), self._refuse)

    def make_bill(self, transport: Transport | None, then: Callable[[bytes], None], failed: Failed) -> None:
        """Make the document's file for the e-way portal, its goods moving so."""
        story = self.story
        if story is not None:
            task = partial(
                portal.bill_of, story.document, transport=transport, on=self._desk.calendar.today()
            )
            self._desk.runner.network(task, then, failed)

    def write(self, file: Path, data: bytes) -> None:
        """Write what was made for a portal."""
        self._desk.runner.network(partial(portal.put, data, file), self._on_written, self._refuse)

    def take_answer(self, file: Path) -> None:
        """Keep what the invoice portal answered; it may speak of other papers too."""

        def read() -> tuple[str, dict[str, bytes]]:
            return portal.answer_in(file), portal.portal_keys()

        def on_read(found: tuple[str, dict[str, bytes]]) -> None:
            text, keys = found
            command = partial(portal.take, text=text, keys=keys)
            self._desk.runner.write(_("Answer of the invoice portal"), command, self._on_taken, self._refuse)

        self._desk.runner.network(read, on_read, self._refuse)

    def note_cancelled(
        self, at: dt.datetime, reason: str, remark: str, then: Callable[[], None], failed: Failed
    ) -> None:
        """Note that the portal has cancelled the IRN."""
        story = self.story
        if story is not None:
            command = partial(note_cancelled, document=story.record, at=at, reason=reason, remark=remark)
            self._desk.runner.write(_("IRN cancelled"), command, lambda _id: then(), failed)

    def note_bill(
        self,
        number: str,
        made_at: dt.datetime,
        valid_until: dt.datetime | None,
        then: Callable[[], None],
        failed: Failed,
    ) -> None:
        """Note the e-way bill that was made for it."""
        story = self.story
        if story is not None:
            command = partial(
                note_bill,
                document=story.record,
                bill_number=number,
                made_at=made_at,
                valid_until=valid_until,
            )
            self._desk.runner.write(_("E-way bill"), command, lambda _id: then(), failed)

    def now(self) -> dt.datetime:
        """Date and time in India, to the minute, without a zone, as the portals write them."""
        return india_time(self._desk.clock.now_us()).replace(second=0, microsecond=0, tzinfo=None)

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()
        self._stop()

    def _on_story(self, story: Story | None) -> None:
        self.story = story
        if story is None:
            self._view.show_missing()
            return
        self._view.show_story(story)
        told = story.returned
        looks = (
            story.record, story.row.open_paise, story.cancellation is not None, told.registered, told.noted,
        )  # fmt: skip
        if looks != self._drawn:
            self._drawn = looks
            self._desk.runner.network(
                partial(pdf_of, story), self._view.show_paper, self._view.show_failure, epoch=self._epoch
            )

    def _on_drafted(self, record: Id) -> None:
        self._desk.navigator.go("invoices", record=record, page="draft")

    def _on_written(self, file: Path) -> None:
        self._desk.notifier.done(_("{file} written").format(file=file.name))

    def _on_taken(self, answered: portal.Answered) -> None:
        self._desk.notifier.done(answered.text())

    def _refuse(self, error: Exception) -> None:
        self._view.show_refusal(error)

    def _hear(self, touched: Touched) -> None:
        about = {record for name in _WATCHED for record in touched.records.get(name, ())}
        if self._record in about or (self._record is not None and touched.records.get("ledger")):
            self.load()


def _drafted(work: Work, *, source: Id) -> Id:
    return save_draft(work, draft_from(work, source))
