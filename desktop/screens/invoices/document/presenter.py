"""Decides what a document's page shows and what may be done with the document. Free of Qt."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from core.ids import Id
from core.invoicing.commands import cancel_document
from core.words import translate as _
from desktop.ports import Desk, Epoch, Place, Touched
from desktop.screens.invoices.document.story import Story, pdf_of, story_of

_WATCHED = ("invoicing", "ledger", "dunning")


class DocumentView(Protocol):
    """What the page can show."""

    def show_story(self, story: Story) -> None: ...
    def show_paper(self, pdf: bytes) -> None: ...
    def show_missing(self) -> None: ...
    def show_failure(self, error: Exception) -> None: ...


class DocumentPresenter:
    """One document at a time; it is read again when the book tells that something of it changed."""

    def __init__(self, desk: Desk, view: DocumentView) -> None:
        self._desk = desk
        self._view = view
        self._epoch = Epoch()
        self._record: Id | None = None
        self._drawn: tuple[Id, int, bool] | None = None
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
        question = partial(story_of, record=self._record, today=self._desk.calendar.today())
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
        """Write a paper that begins from it: credit_note, debit_note or copy."""
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
        looks = (story.record, story.row.open_paise, story.cancellation is not None)
        if looks != self._drawn:
            self._drawn = looks
            self._desk.runner.network(
                partial(pdf_of, story), self._view.show_paper, self._view.show_failure, epoch=self._epoch
            )

    def _hear(self, touched: Touched) -> None:
        about = {record for name in _WATCHED for record in touched.records.get(name, ())}
        if self._record in about or (self._record is not None and touched.records.get("ledger")):
            self.load()
