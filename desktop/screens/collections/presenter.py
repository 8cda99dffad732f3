"""What happens on the worklist: the party looked at, its ladder, reminding it. Free of Qt."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from core.dunning.commands import remind_party
from core.dunning.model import Ladder
from core.dunning.queries import WorkRow, chases, ladder, worklist
from core.dunning.rules import Due
from core.errors import RuleBroken
from core.ids import Id
from core.words import date_text, money_text
from core.words import translate as _
from desktop.ports import Along, AlongRow, Calendar, Desk, Epoch, Reader, Tone, Touched
from desktop.screens.collections.columns import HEARD

BILLS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder as a party stands on it: taken, due now, or later."""

    title: str
    text: str
    pill: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class ChasedBill:
    """A bill past due: its number, how late, what is open, and where Enter leads."""

    document: Id
    number: str
    text: str
    open_paise: int


@dataclass(frozen=True, slots=True)
class Chased:
    """A party of the worklist, looked at."""

    row: WorkRow
    reasons: tuple[str, ...]
    rungs: tuple[Rung, ...]
    bills: tuple[ChasedBill, ...]
    more: int
    is_paused: bool
    along: tuple[AlongRow, ...] = ()
    may_take: bool = False

    @property
    def is_mine(self) -> bool:
        """Whether its bills are with this device."""
        return any(row.is_mine for row in self.along)


class WorklistView(Protocol):
    """The worklist with one party at its side."""

    def show_chased(self, chased: Chased | None) -> None:
        """Show the party looked at; None: nobody is."""
        ...

    def show_totals(self, overdue_paise: int, due: int) -> None:
        """Show what is overdue in all, and how many letters are due."""
        ...

    def ask(self, title: str, text: str, yes: Callable[[], None]) -> None:
        """Ask before going on."""
        ...


class WorklistPresenter:
    """Whom to chase, and reminding them one by one."""

    def __init__(self, view: WorklistView, desk: Desk) -> None:
        self._view = view
        self._desk = desk
        self._epoch = Epoch()
        self._stop = desk.hub.subscribe(self._hear)
        self._load_totals()

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()
        self._stop()

    def look_at(self, row: WorkRow | None) -> None:
        """Another row is the current one, or it reads otherwise now."""
        self._epoch.turn()
        if row is None:
            self._view.show_chased(None)
        else:
            question = partial(_chased, row, self._desk.calendar, self._desk.along)
            self._desk.runner.read(question, self._view.show_chased, epoch=self._epoch)

    def open_party(self, party: Id) -> None:
        """Go to the party's page."""
        self._desk.navigator.go("parties", record=party)

    def open_bill(self, document: Id) -> None:
        """Go to a bill."""
        self._desk.navigator.go("invoices", record=document)

    def remind(self, party: Id, name: str, *, confirmed: bool = False) -> None:
        """Write the letter that is due to a party, and say so."""
        command = partial(remind_party, party=party, on=self._desk.calendar.today(), date_confirmed=confirmed)
        refused = partial(self._on_refused, party, name)
        self._desk.runner.write(_("Remind"), command, partial(self._reminded, name), refused)

    def take_along(self, chased: Chased) -> None:
        """Take a party's bills along, or give them back."""
        along = self._desk.along
        if along is None or not chased.may_take:
            return
        deed = along.give_back if chased.is_mine else along.take
        deed(chased.row.party, partial(self._on_taken, chased), self._desk.notifier.fail)

    def _on_taken(self, chased: Chased, missed: int) -> None:
        name = chased.row.name
        if chased.is_mine:
            self._desk.notifier.done(_("The bills of {name} are given back").format(name=name))
        elif missed:
            text = _("Of the bills of {name} with somebody else: {count}").format(count=missed, name=name)
            self._desk.notifier.tell(text, tone="warning")
        else:
            self._desk.notifier.done(_("The bills of {name} are with you").format(name=name))
        self.look_at(chased.row)

    def _reminded(self, name: str, letter: Id | None) -> None:
        if letter is None:
            self._desk.notifier.tell(_("No letter to {name} is due today").format(name=name))
        else:
            self._desk.notifier.done(_("Letter to {name} written").format(name=name))

    def _on_refused(self, party: Id, name: str, error: Exception) -> None:
        if is_date_check(error):
            again = partial(self.remind, party, name, confirmed=True)
            self._view.ask(_("Is the date right?"), str(error), again)
        else:
            self._desk.notifier.fail(error)

    def _hear(self, touched: Touched) -> None:
        if any(touched.records.get(kind) for kind in HEARD):
            self._load_totals()

    def _load_totals(self) -> None:
        def totals(reader: Reader) -> tuple[int, int]:
            rows = worklist(reader, on=self._desk.calendar.today())
            return sum(row.overdue_paise for row in rows), sum(1 for row in rows if row.next_step)

        self._desk.runner.read(totals, lambda found: self._view.show_totals(*found), self._desk.notifier.fail)


def is_date_check(error: Exception) -> bool:
    """Whether only the machine's date is doubted."""
    return isinstance(error, RuleBroken) and any(found.code == "DATE_CHECK" for found in error.problems)


def _chased(row: WorkRow, calendar: Calendar, along: Along | None, reader: Reader) -> Chased | None:
    on, policy = calendar.today(), ladder(reader)
    found = chases(reader, policy, on=on, party=row.party).get(row.party)
    if found is None:
        return None
    shown, may_take = found.dues[:BILLS_SHOWN], along is not None and along.is_offered()
    return Chased(
        row=row,
        reasons=row.reasons,
        rungs=_rungs(policy, found.dues, row),
        bills=tuple(_bill(due) for due in shown),
        more=len(found.dues) - len(shown),
        is_paused=policy.paused,
        along=tuple(along.known(reader, row.party)) if along is not None and may_take else (),
        may_take=may_take,
    )


def _bill(due: Due) -> ChasedBill:
    item = due.bill.item
    text = _("{days} days late").format(days=due.bill.days_late)
    return ChasedBill(item.paper, item.number, text, item.open_paise)


def _rungs(policy: Ladder, dues: tuple[Due, ...], row: WorkRow) -> tuple[Rung, ...]:
    taken = max((due.bill.taken for due in dues), default=0)
    days = {due.bill.taken: due.bill.taken_on for due in dues if due.bill.taken_on is not None}
    rungs = []
    for step, rung in enumerate(policy.steps, 1):
        after = _("{days} days after the due date").format(days=rung.after_days)
        if step == row.next_step:
            rungs.append(Rung(_(rung.title), after, _("Due now"), "warning"))
        elif step <= taken:
            on = days.get(step)
            done = _("written {date}").format(date=date_text(on)) if on else after
            rungs.append(Rung(_(rung.title), done, _("Written"), "success"))
        else:
            rungs.append(Rung(_(rung.title), after, _("Later"), "muted"))
    return tuple(rungs)


def along_text(row: AlongRow) -> str:
    """Who has bills with him: how much of them, until when."""
    amount = money_text(row.paise)
    if row.is_mine:
        return _("{amount} of its bills are with you until {time}").format(amount=amount, time=row.until)
    return _("{user} has {amount} of its bills along until {time}").format(
        user=row.user, amount=amount, time=row.until
    )


def asked_text(row: WorkRow) -> str:
    """What the party is asked for, less what lies on account."""
    return money_text(row.overdue_paise - row.on_account_paise)
