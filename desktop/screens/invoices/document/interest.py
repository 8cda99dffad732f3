"""Interest on the document shown: what has run, how it comes about, what was charged, and what may be done. Free of Qt.

Of a debit note that charges interest: what was received of it, and whether its tax was asked.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Protocol

from core.ids import Id
from core.interest.commands import book_interest, note_acceptance, tax_interest, waive_interest
from core.interest.leverage import Leverage
from core.interest.model import Acceptance, BillInterest
from core.interest.queries import (
    InterestReceived,
    acceptance_of,
    interest_awaiting_tax,
    interest_on,
    leverage_on,
)
from core.interest.wording import basis_text, flag_text, rate_told, reason_text
from core.invoicing.model import Document
from core.invoicing.papers import is_interest
from core.invoicing.queries import document
from core.ledger.queries import open_item
from core.paper import draw_interest
from core.words import date_text, money_text
from core.words import translate as _
from desktop.ports import Desk, Epoch, Failed, Reader


@dataclass(frozen=True, slots=True)
class InterestTold:
    """What is known of interest on a document; `received` and `open_paise` are of a note that charges it."""

    record: Id
    document: Document
    today: dt.date
    interest: BillInterest | None = None
    acceptance: Acceptance | None = None
    leverage: Leverage | None = None
    is_note: bool = False
    received: InterestReceived | None = None
    open_paise: int = 0

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to say: interest runs, may run, or was charged."""
        if self.interest is None:
            return self.is_note
        told = self.interest
        return bool(told.basis) and bool(told.open_paise or told.interest_paise or told.booked_paise)

    @property
    def may_show_lines(self) -> bool:
        """Whether the reckoning has lines."""
        return self.interest is not None and bool(self.interest.sheet.spans)

    @property
    def may_charge(self) -> bool:
        """Whether something has run that is not charged."""
        return self.interest is not None and self.interest.unbooked_paise > 0

    @property
    def may_note_acceptance(self) -> bool:
        """Whether the day of delivery decides anything."""
        return self.interest is not None and self.interest.basis == "msmed"

    @property
    def may_tax(self) -> bool:
        """Whether interest was received whose tax was not asked."""
        return self.received is not None

    @property
    def may_give_up(self) -> bool:
        """Whether charged interest is still open."""
        return self.is_note and self.open_paise > 0

    def figure(self) -> str:
        """The interest that has run."""
        return money_text(self.interest.interest_paise) if self.interest is not None else ""

    def facts(self) -> list[tuple[str, str]]:
        """How it comes about, each in a line; those that have nothing to say are empty."""
        if self.interest is None:
            return self._facts_of_note()
        told, clock = self.interest, self.interest.clock
        spans = told.sheet.spans
        accepted = date_text(clock.accepted_on) if clock.accepted_on and clock.is_noted else ""
        return [
            (_("By right of"), basis_text(told)),
            (_("Accepted on"), accepted),
            (_("Pay by"), date_text(clock.last_on) if clock.last_on else ""),
            (_("Runs from"), date_text(clock.starts_on) if clock.starts_on else ""),
            (_("Rate now"), rate_told(spans[-1]) if spans else ""),
            (_("Charged"), money_text(told.booked_paise) if told.booked_paise else ""),
            (_("Paid of it"), money_text(told.settled_paise) if told.settled_paise else ""),
            (_("Not charged"), money_text(told.unbooked_paise) if told.booked_paise else ""),
        ]

    def doubts(self) -> list[str]:
        """Why none runs, and what is doubtful."""
        if self.interest is None:
            return []
        why = [reason_text(self.interest.reason)] if self.interest.reason else []
        return [*why, *(flag_text(code, self.interest) for code in self.interest.flags)]

    def costs(self) -> list[str]:
        """What being late costs the buyer himself, for a letter."""
        return self.leverage.sentences() if self.leverage is not None else []

    def _facts_of_note(self) -> list[tuple[str, str]]:
        received = self.received
        if received is None:
            return [(_("Tax"), _("None is waiting: it falls due when interest is received."))]
        return [
            (_("Received"), money_text(received.received_paise)),
            (_("Taxed of it"), money_text(received.taxed_paise) if received.taxed_paise else ""),
            (_("Not taxed yet"), money_text(received.awaiting_paise)),
            (_("Last received"), date_text(received.received_on)),
        ]


def interest_told(read: Reader, *, record: Id, today: dt.date) -> InterestTold | None:
    """What is known of interest on a document; None when the book has none. Runs on a read thread."""
    shown = document(read, record)
    if shown is None:
        return None
    if is_interest(shown):
        waiting = interest_awaiting_tax(read, today, notes=[record])
        item = open_item(read, record)
        is_debit = item is not None and item.side == "due"
        return InterestTold(
            record, shown, today, is_note=is_debit, received=waiting[0] if waiting else None,
            open_paise=item.open_paise if item is not None and is_debit else 0,
        )  # fmt: skip
    interest = interest_on(read, record, today)
    costs = leverage_on(read, record, today) if interest is not None and interest.open_paise else None
    return InterestTold(record, shown, today, interest, acceptance_of(read, record), costs)


def sheet_of(told: InterestTold) -> bytes:
    """The interest sheet as PDF; runs on any thread."""
    assert told.interest is not None, "only a bill has a sheet"
    paper = BytesIO()
    draw_interest(told.document, told.interest, paper)
    return paper.getvalue()


class InterestView(Protocol):
    """What the card can show."""

    def show_interest(self, told: InterestTold | None) -> None: ...


class InterestPresenter:
    """Interest of one document at a time, read again whenever its page is."""

    def __init__(self, desk: Desk, view: InterestView) -> None:
        self._desk = desk
        self._view = view
        self._epoch = Epoch()
        self.told: InterestTold | None = None

    def show(self, record: Id) -> None:
        """Read the interest of a document."""
        self._epoch.turn()
        if self.told is not None and self.told.record != record:
            self._take(None)
        question = partial(interest_told, record=record, today=self.today())
        self._desk.runner.read(question, self._take, lambda _error: self._take(None), epoch=self._epoch)

    def today(self) -> dt.date:
        """The day up to which interest is shown."""
        return self._desk.calendar.today()

    def note_acceptance(
        self,
        delivered_on: dt.date | None,
        objected_on: dt.date | None,
        removed_on: dt.date | None,
        note: str,
        then: Callable[[], None],
        failed: Failed,
    ) -> None:
        """Note delivery, and an objection with its end."""
        if self.told is None or delivered_on is None:
            return
        command = partial(
            note_acceptance, document=self.told.record, delivered_on=delivered_on, objected_on=objected_on,
            removed_on=removed_on, note=note, today=self.today(),
        )  # fmt: skip
        self._write(_("Delivery noted"), command, then, failed)

    def charge(self, upto: dt.date | None, then: Callable[[], None], failed: Failed) -> None:
        """Charge what has run up to a day, and show the note."""
        if self.told is not None and upto is not None:
            command = partial(book_interest, document=self.told.record, upto=upto, today=self.today())
            self._issue(_("Interest charged"), command, then, failed)

    def tax(self, hsn: str, rate_bp: int | None, then: Callable[[], None], failed: Failed) -> None:
        """Issue the note for the tax on what was received, and show it."""
        if self.told is not None:
            command = partial(
                tax_interest, note=self.told.record, today=self.today(), hsn=hsn, rate_bp=rate_bp
            )
            self._issue(_("Tax on interest asked"), command, then, failed)

    def give_up(self, then: Callable[[], None], failed: Failed) -> None:
        """Give up what is open of a note, by a credit note."""
        if self.told is not None:
            command = partial(waive_interest, note=self.told.record, today=self.today())
            self._issue(_("Interest given up"), command, then, failed)

    def _issue(self, done: str, command: Callable[..., Id], then: Callable[[], None], failed: Failed) -> None:
        def on_issued(record: Id) -> None:
            self._desk.notifier.done(done)
            then()
            self._desk.navigator.go("invoices", record=record)

        self._desk.runner.write(done, command, on_issued, failed)

    def _write(self, done: str, command: Callable[..., Id], then: Callable[[], None], failed: Failed) -> None:
        def on_written(_record: Id) -> None:
            self._desk.notifier.done(done)
            then()

        self._desk.runner.write(done, command, on_written, failed)

    def _take(self, told: InterestTold | None) -> None:
        self.told = told
        self._view.show_interest(told)
