"""What happens on the screen of standing: the day looked at, what is summed, where a line leads. Free of Qt."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from core.closing.commands import close_books, reopen_books
from core.closing.queries import CloseRow
from core.statements.model import Finding, MonthFigures, TrialBalance, TrialRow
from core.words import date_text, money_text
from core.words import translate as _
from desktop.ports import Desk, Epoch, Reader, Touched
from desktop.screens.statements.columns import MONEY
from desktop.screens.statements.reading import (
    PARTY,
    Closing,
    Kept,
    Owed,
    Standing,
    closing,
    months,
    standing,
    trial,
)

_PLACES = {
    "DRAFTS": ("invoices", "drafts"), "HELD": ("inbox", ""), "BANK_LINES": ("bank", ""), "RETURNS": ("gst", "periods"),
    "NOT_SYNCED": ("settings", "sync"),
}  # fmt: skip
"""Where what an owner should look at is cured."""


class StatementsView(Protocol):
    """The screen of standing."""

    def refresh(self) -> None:
        """Read every table again."""
        ...

    def show_ageing(self, found: Standing, title: str) -> None:
        """The sums of the ageing, and whose it is."""
        ...

    def show_months(self, found: Sequence[MonthFigures]) -> None:
        """The figures and charts of the months."""
        ...

    def show_trial(self, found: TrialBalance) -> None:
        """The sums of the trial balance."""
        ...

    def show_closing(self, found: Closing) -> None:
        """How far the books are closed."""
        ...

    def refuse(self, error: Exception) -> None:
        """Show why it was refused."""
        ...


class StatementsPresenter:
    """One day looked at, and what is made of it."""

    def __init__(self, view: StatementsView, desk: Desk) -> None:
        self._view = view
        self._desk = desk
        self._kept = Kept()
        self._epoch = Epoch()
        self.on = desk.calendar.today()
        self.by = PARTY
        self._within: tuple[str, str] | None = None
        """The group looked into: what it is a group of, and its name."""
        self._stops = (desk.hub.subscribe(self._hear), desk.calendar.subscribe(self.load))

    def put_away(self) -> None:
        """The screen goes."""
        self._epoch.turn()
        for stop in self._stops:
            stop()

    def load(self) -> None:
        """Read the figures beside the tables."""
        self._epoch.turn()
        read, fail = self._desk.runner.read, self._desk.notifier.fail
        read(self._standing, self._show_ageing, fail, epoch=self._epoch)
        read(self._months, self._view.show_months, fail, epoch=self._epoch)
        if not self._desk.carries_all:
            return
        read(self._trial, self._view.show_trial, fail, epoch=self._epoch)
        read(self._closing, self._view.show_closing, fail, epoch=self._epoch)

    # --- what is looked at

    def look_on(self, on: dt.date) -> None:
        """Look at the end of another day."""
        if on != self.on:
            self.on = on
            self._look_again()

    def sum_by(self, by: str) -> None:
        """Sum by party, group, salesperson or branch."""
        self.by, self._within = by, None
        self._look_again()

    def open_owed(self, row: Owed) -> None:
        """A party's page; of a group its parties."""
        if row.party is not None:
            self._desk.navigator.go("parties", record=row.party)
            return
        self._within = (self.by, row.name)
        self.by = PARTY
        self._look_again()

    def leave_group(self) -> None:
        """Back from the parties of a group to the groups."""
        if self._within is not None:
            self.by, self._within = self._within[0], None
            self._look_again()

    @property
    def is_within(self) -> bool:
        """Whether the parties of one group are looked at."""
        return self._within is not None

    # --- what the tables ask

    def owed(self, reader: Reader) -> Sequence[Owed]:
        """The lines of the ageing."""
        return self._standing(reader).rows

    def month_rows(self, reader: Reader) -> Sequence[MonthFigures]:
        """The months."""
        return self._months(reader)

    def trial_rows(self, reader: Reader) -> Sequence[TrialRow]:
        """The accounts."""
        return self._trial(reader).rows

    def findings(self, reader: Reader) -> Sequence[Finding]:
        """What to look at before closing."""
        return self._closing(reader).findings

    def closes(self, reader: Reader) -> Sequence[CloseRow]:
        """Every close."""
        return self._closing(reader).closes

    # --- closing

    def cure(self, finding: Finding) -> None:
        """Go to where a finding is cured."""
        screen, page = _PLACES[finding.code]
        self._desk.navigator.go(screen, page=page)

    def close(self, through: dt.date, first_on: dt.date, done: Callable[[], None]) -> None:
        """Close the books up to a month's end."""
        command = partial(close_books, through=through, today=self._desk.calendar.today(), first_on=first_on)
        text = _("The books are closed up to {date}").format(date=date_text(through))
        self._desk.runner.write(_("Close a period"), command, self._said(text, done), self._view.refuse)

    def reopen(self, reason: str, done: Callable[[], None]) -> None:
        """Open the last closed period again."""
        command = partial(reopen_books, reason=reason, today=self._desk.calendar.today())
        self._desk.runner.write(
            _("Open a period again"),
            command,
            self._said(_("The period is open again"), done),
            self._view.refuse,
        )

    # --- inside

    def _said(self, text: str, done: Callable[[], None]) -> Callable[[bytes], None]:
        def said(_record: bytes) -> None:
            self._desk.notifier.done(text)
            done()

        return said

    def _look_again(self) -> None:
        self.load()
        self._view.refresh()

    def _hear(self, touched: Touched) -> None:
        if any(touched.records.get(kind) for kind in MONEY):
            self._kept.forget()
            self.load()

    def _show_ageing(self, found: Standing) -> None:
        title = "" if self._within is None else self._within[1] or _("Without a group")
        self._view.show_ageing(found, title)

    def _standing(self, reader: Reader) -> Standing:
        on, by, within = self.on, self.by, self._within
        return self._kept.answer(("owed", on, by, within), lambda: standing(reader, on, by, within=within))

    def _months(self, reader: Reader) -> list[MonthFigures]:
        on = self.on
        return self._kept.answer(("months", on), lambda: months(reader, on))

    def _trial(self, reader: Reader) -> TrialBalance:
        on = self.on
        return self._kept.answer(("trial", on), lambda: trial(reader, on))

    def _closing(self, reader: Reader) -> Closing:
        today = self._desk.calendar.today()
        return self._kept.answer(("closing", today), lambda: closing(reader, today))


def closed_text(found: Closing) -> str:
    """How far the books are closed, in a sentence."""
    if found.closed is None:
        return _("No period is closed: every day of the books takes papers.")
    return _("The books are closed up to {date}; papers of earlier days are refused.").format(
        date=date_text(found.closed)
    )


def owed_text(found: Standing) -> tuple[tuple[str, str], ...]:
    """What stands below the ageing."""
    overdue = found.total_paise - found.buckets[0]
    told = [
        (_("On account"), found.on_account_paise),
        (_("Overdue"), overdue),
        (_("Owed"), found.total_paise),
    ]
    return tuple((caption, money_text(paise)) for caption, paise in told)
