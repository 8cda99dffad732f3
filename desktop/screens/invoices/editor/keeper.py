"""Keeps a draft while it is written: each field left is one change; keystrokes go to the draft journal between.

Commands run on the writer thread, one after the other, so what is kept last was written last.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import msgspec

from core.book import journal
from core.changes.record import encoded
from core.clock import Clock
from core.ids import Id, IdMaker
from core.invoicing.commands import discard_draft, issue_document, save_draft
from core.invoicing.filed import covering_return
from core.invoicing.model import Document, Draft
from core.words import translate as _
from desktop.ports import Calendar, Failed, Runner, Work
from desktop.screens.invoices.editor.cells import written
from desktop.screens.invoices.editor.known import NEW_PLACE, draft_place


class Issued(NamedTuple):
    """A document that was just issued."""

    record: Id
    number: str


class Keeper:
    """Where one draft is kept. A draft not kept yet has its id ready, so that no write waits for another."""

    def __init__(self, runner: Runner, clock: Clock, calendar: Calendar, record: Id | None) -> None:
        self.record = record or IdMaker(clock).new()
        self.is_kept = record is not None
        self._runner = runner
        self._clock = clock
        self._calendar = calendar

    @property
    def place(self) -> str:
        """Where its keystrokes go."""
        return draft_place(self.record) if self.is_kept else NEW_PLACE

    def keep(self, draft: Draft, then: Callable[[], None], failed: Failed) -> None:
        """Keep the draft as a change, which lets its keystrokes go."""
        command = partial(_keep, draft=written(draft), record=self.record, place=self.place)
        was_kept, self.is_kept = self.is_kept, True

        def give_up(error: Exception) -> None:
            self.is_kept = was_kept
            failed(error)

        self._runner.write(_("Draft"), command, lambda _record: then(), give_up)

    def jot(self, draft: Draft) -> None:
        """Keep what is being typed and is no change yet."""
        at_us = self._clock.now_us()
        value = encoded(draft)
        self._runner.write(_("Typing"), partial(journal.keep, place=self.place, value=value, at_us=at_us))

    def issue(
        self, draft: Draft, *, date_confirmed: bool, then: Callable[[Issued], None], failed: Failed
    ) -> None:
        """Issue the draft; what was kept of it is billed."""
        command = partial(
            _issue,
            draft=written(draft),
            draft_id=self.record if self.is_kept else None,
            place=self.place,
            calendar=self._calendar,
            date_confirmed=date_confirmed,
        )
        self._runner.write(_("Issue"), command, then, failed)

    def discard(self, then: Callable[[], None], failed: Failed) -> None:
        """Put the draft away."""
        command = partial(_discard, record=self.record if self.is_kept else None, place=self.place)
        self._runner.write(_("Discard draft"), command, lambda _none: then(), failed)

    def bring_back(self, draft: Draft, then: Callable[[], None]) -> None:
        """Undo a discard."""
        kept = msgspec.structs.replace(written(draft), discarded=False)
        self._runner.write(
            _("Draft"), partial(save_draft, draft=kept, record=self.record), lambda _record: then()
        )


def _keep(work: Work, *, draft: Draft, record: Id, place: str) -> Id:
    journal.let_go(work, place)
    return save_draft(work, draft, record)


def _issue(
    work: Work, *, draft: Draft, draft_id: Id | None, place: str, calendar: Calendar, date_confirmed: bool
) -> Issued:
    journal.let_go(work, place)
    record = issue_document(
        work,
        draft,
        today=calendar.today(),
        draft_id=draft_id,
        date_confirmed=date_confirmed,
        is_filed=lambda paper: _is_filed(work, paper),
    )
    return Issued(record, work.paper(record).number)


def _is_filed(work: Work, paper: Id) -> bool:
    document: Document = work.paper(paper)
    return covering_return(paper, document.dated_on, work.standing) is not None


def _discard(work: Work, *, record: Id | None, place: str) -> None:
    journal.let_go(work, place)
    if record is not None:
        discard_draft(work, record)
