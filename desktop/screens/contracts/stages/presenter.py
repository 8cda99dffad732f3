"""Decides what a contract's page shows, and certifies and bills its milestones. Free of Qt."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from core.errors import RuleBroken
from core.ids import Id
from core.milestones.commands import bill_milestone, certify
from core.milestones.model import Contract
from core.milestones.queries import (
    ContractRow,
    MilestoneRow,
    contract,
    contract_rows,
    milestone_rows,
)
from core.milestones.rules import Stage
from core.problems import Problem
from core.words import translate as _
from desktop.ports import Calendar, Desk, Epoch, Reader, Touched, Work

DATE_CHECK = "DATE_CHECK"
_WATCHED = ("milestones", "invoicing", "ledger")


class Account(NamedTuple):
    """A contract and how far it has come."""

    record: Id
    contract: Contract
    row: ContractRow


class Billed(NamedTuple):
    """The document that bills a milestone."""

    document: Id
    number: str


class StagesView(Protocol):
    """What the page can show."""

    def show_account(self, account: Account) -> None: ...
    def show_missing(self) -> None: ...
    def show_failure(self, error: Exception) -> None: ...
    def show_next(self, *, can_certify: bool, can_bill: bool) -> None: ...
    def ask_certificate(self, stage: MilestoneRow, on: dt.date) -> None: ...
    def ask_date(self, problem: Problem, yes: Callable[[], None]) -> None: ...


class StagesPresenter:
    """One contract at a time."""

    def __init__(self, desk: Desk, view: StagesView) -> None:
        self._desk = desk
        self._view = view
        self._epoch = Epoch()
        self._record: Id | None = None
        self._stage: MilestoneRow | None = None
        self._is_billing = False
        self._stop = desk.hub.subscribe(self._hear)

    @property
    def can_certify(self) -> bool:
        """Whether the chosen milestone waits to be certified."""
        return self._stage is not None and self._stage.state is Stage.PLANNED

    @property
    def can_bill(self) -> bool:
        """Whether the chosen milestone may be billed now."""
        return self._stage is not None and self._stage.state is Stage.CERTIFIED and not self._is_billing

    @property
    def has_bill(self) -> bool:
        """Whether a document bills the chosen milestone."""
        return self._stage is not None and self._stage.document is not None

    def next_to_do(self, rows: Sequence[MilestoneRow]) -> Id | None:
        """The milestone that wants something done: one to bill, else the first to certify."""
        for wanted in (Stage.CONTESTED, Stage.CERTIFIED, Stage.PLANNED):
            for row in rows:
                if row.state is wanted:
                    return row.id
        return None

    def show(self, record: Id) -> None:
        """Show a contract."""
        if record != self._record:
            self._stage = None
        self._record = record
        self.load()

    def choose(self, records: list[Id]) -> None:
        """Another milestone is chosen."""
        if len(records) != 1:
            self._on_chosen([])
            return
        self._desk.runner.read(partial(milestone_rows, records=records), self._on_chosen, epoch=self._epoch)

    def open(self, record: Id) -> None:
        """Enter on a milestone: its bill if it has one, else the next thing to do with it."""

        def follow(rows: list[MilestoneRow]) -> None:
            self._on_chosen(rows)
            if self.has_bill:
                self.show_bill()
            elif self.can_bill:
                self.bill()
            else:
                self.ask_certificate()

        self._desk.runner.read(partial(milestone_rows, records=[record]), follow, epoch=self._epoch)

    def show_bill(self) -> None:
        """Show the document that bills the milestone."""
        if self._stage is not None and self._stage.document is not None:
            self._desk.navigator.go("invoices", record=self._stage.document)

    def ask_certificate(self) -> None:
        """Ask when and by whom the chosen milestone was certified."""
        if self._stage is not None and self.can_certify:
            self._view.ask_certificate(self._stage, self._desk.calendar.working_on())

    def certify(
        self,
        stage: MilestoneRow,
        on: dt.date,
        by: str,
        then: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Certify a milestone."""

        def done(_claim: Id) -> None:
            self._desk.notifier.done(_("“{title}” certified. B bills it.").format(title=stage.title))
            then()

        self._desk.runner.write(_("Certify"), partial(certify, record=stage.id, on=on, by=by), done, failed)

    def bill(self, *, date_confirmed: bool = False) -> None:
        """Issue the bill of the chosen milestone and show it."""
        if self._stage is None or not self.can_bill:
            return
        self._is_billing = True
        command = partial(
            _bill, record=self._stage.id, calendar=self._desk.calendar, date_confirmed=date_confirmed
        )
        self._desk.runner.write(_("Bill milestone"), command, self._on_billed, self._on_refused)

    def plan(self) -> None:
        """Change the contract and its milestones."""
        if self._record is not None:
            self._desk.navigator.go("contracts", record=self._record, page="plan")

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()
        self._stop()

    def load(self) -> None:
        """Read the contract again."""
        if self._record is not None:
            self._epoch.turn()
            question = partial(_account, record=self._record)
            self._desk.runner.read(question, self._on_account, self._view.show_failure, epoch=self._epoch)

    def _on_account(self, found: Account | None) -> None:
        if found is None:
            self._view.show_missing()
            return
        self._view.show_account(found)
        if self._stage is not None:
            self.choose([self._stage.id])

    def _on_chosen(self, rows: list[MilestoneRow]) -> None:
        self._stage = rows[0] if rows else None
        self._view.show_next(can_certify=self.can_certify, can_bill=self.can_bill)

    def _on_billed(self, billed: Billed) -> None:
        self._is_billing = False
        self._desk.notifier.done(_("{number} issued. Ctrl+P prints it.").format(number=billed.number))
        self._desk.navigator.go("invoices", record=billed.document)

    def _on_refused(self, error: Exception) -> None:
        self._is_billing = False
        doubts = error.problems if isinstance(error, RuleBroken) else ()
        if len(doubts) == 1 and doubts[0].code == DATE_CHECK:
            self._view.ask_date(doubts[0], lambda: self.bill(date_confirmed=True))
        else:
            self._desk.notifier.fail(error)

    def _hear(self, touched: Touched) -> None:
        if any(touched.records.get(name) for name in _WATCHED):
            self.load()


def _account(read: Reader, *, record: Id) -> Account | None:
    found, rows = contract(read, record), contract_rows(read, [record])
    return Account(record, found, rows[0]) if found is not None and rows else None


def _bill(work: Work, *, record: Id, calendar: Calendar, date_confirmed: bool) -> Billed:
    document = bill_milestone(
        work, record, today=calendar.today(), on=calendar.working_on(), date_confirmed=date_confirmed
    )
    return Billed(document, work.paper(document).number)
