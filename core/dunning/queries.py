"""Questions about reminding: whom to chase and why, and the letters sent."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.record import field_number
from core.changes.standing import State
from core.dunning import rules
from core.dunning.model import LADDER_ID, Ladder, Reminder
from core.dunning.rules import Bill, Chase
from core.ids import Id
from core.ledger.queries import open_items
from core.ledger.rules import CREDIT, DUE
from core.parties.merged import family
from core.parties.model import Party
from core.receipts.cheque_list import covered_by_cheques
from core.store.paging import PAGE_ROWS, Page, after, page_of
from core.store.read import in_runs, paper_of, record_of
from core.store.tables.dunning import reminders, steps_taken
from core.store.tables.store import standing
from core.words import date_text, money_text
from core.words import translate as _


class WorkRow(NamedTuple):
    """A party to chase. `next_step` is the step of the letter that is due now, 0 when none is; `score` ranks.

    `covered_paise` is what post-dated cheques cover of the bills that are late; `limit_paise` the credit allowed.
    """

    party: Id
    code: str
    name: str
    overdue_paise: int
    on_account_paise: int
    oldest_days: int
    bills: int
    next_step: int
    next_title: str
    last_reminded_on: dt.date | None
    last_step: int
    covered_paise: int
    limit_paise: int | None
    score: int

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, in words; worded when they are asked for, as a list of thousands shows a page."""
        return tuple(_reasons(self))


class ReminderRow(NamedTuple):
    """A letter as a list shows it."""

    id: Id
    number: str
    dated_on: dt.date
    party: Id
    name: str
    step: int
    tone: str
    bills: int
    total_paise: int
    state: State


_CONTESTED = sa.select(standing.c.record).where(
    standing.c.state == sa.literal_column(str(int(State.CONTESTED)))
)
_STEPS = (
    "SELECT document, step, dated_on FROM steps_taken WHERE document IN (RUN) AND dated_on <= ? ORDER BY step"
)
_LAST_LETTERS = (
    "SELECT r.party, r.dated_on, r.step FROM parties p CROSS JOIN reminders r ON p.id IN (RUN) AND r.id = "
    "(SELECT l.id FROM reminders l JOIN standing s ON s.record = l.id "
    "WHERE l.party = p.id AND l.dated_on <= ? AND s.state IN (?, ?) "
    "ORDER BY l.dated_on DESC, l.id DESC LIMIT 1)"
)
_NAMED = (
    "SELECT p.id, p.code, p.name, i.image FROM parties p JOIN images i ON i.record = p.id WHERE p.id IN (RUN)"
)
_LIMIT = field_number(Party, "credit_limit_paise")
_IMAGE = msgspec.msgpack.Decoder(dict[int, Any])
_ROW = sa.select(*(reminders.c[name] for name in ReminderRow._fields[:9]), standing.c.state).join_from(
    reminders, standing, standing.c.record == reminders.c.id
)


def ladder(read: Connection) -> Ladder:
    """The ladder in force; the usual three steps before anyone set one."""
    return record_of(read, Ladder, LADDER_ID) or Ladder()


def reminder(read: Connection, record: Id) -> Reminder | None:
    """The whole letter."""
    return paper_of(read, Reminder, record)


def reminder_ids(read: Connection, number: str) -> list[Id]:
    """The letters of a number, whatever its case."""
    found = read.execute(sa.select(reminders.c.id).where(reminders.c.number_key == number.casefold()))
    return list(found.scalars())


def reminders_page(
    read: Connection, *, key: tuple[Any, ...] | None = None, limit: int = PAGE_ROWS, party: Id | None = None
) -> Page[ReminderRow]:
    """A page of letters, newest first; of one party or of all."""
    order = (reminders.c.dated_on, reminders.c.id)
    wanted = [after(order, key, descending=True)]
    if party is not None:
        wanted.append(reminders.c.party.in_(family(read, party)))
    question = _ROW.where(*wanted).order_by(*(part.desc() for part in order)).limit(limit + 1)
    rows = [_row(found) for found in read.execute(question)]
    return page_of(rows, limit, lambda row: (row.dated_on.isoformat(), row.id))


def reminder_rows(read: Connection, records: Sequence[Id]) -> list[ReminderRow]:
    """These letters, for re-reading what was touched."""
    return [_row(found) for found in read.execute(_ROW.where(reminders.c.id.in_(records)))]


def reminders_on(read: Connection, document: Id) -> list[ReminderRow]:
    """The letters that asked for a document, oldest first."""
    taken = sa.select(steps_taken.c.reminder).where(steps_taken.c.document == document)
    found = read.execute(_ROW.where(reminders.c.id.in_(taken)).order_by(reminders.c.dated_on, reminders.c.id))
    return [_row(row) for row in found]


def worklist(read: Connection, *, on: dt.date) -> list[WorkRow]:
    """Whom to chase on a day, the most deserving first, each with the reasons in words.

    Nobody appears whose money on account covers what is overdue. Contested and held papers are left out.
    """
    policy = ladder(read)
    covered = covered_by_cheques(read, on=on)
    found = chases(read, policy, on=on, covered=covered)
    named = _named(read, found)
    last = _last_reminders(read, found, on)
    cheques = _covered_late(read, covered, on)
    rows = [
        _work_row(policy, party, found[party], named.get(party), last.get(party), cheques.get(party, 0), on)
        for party in found
    ]
    return sorted(rows, key=lambda row: (-row.score, row.name.casefold(), row.party))


def chases(
    read: Connection,
    policy: Ladder,
    *,
    on: dt.date,
    party: Id | None = None,
    covered: Mapping[Id, int] | None = None,
) -> dict[Id, Chase]:
    """What each party, or one, is to be asked for on a day; only those who are to be chased.

    What a post-dated cheque in hand covers (paise by bill; looked up when not given) is asked of nobody, though
    the bill stands open in ageing until the cheque's day.
    """
    covered = covered_by_cheques(read, on=on) if covered is None else covered
    contested = set(read.execute(_CONTESTED).scalars())
    late = [
        (item, days)
        for item, days in rules.bills_late(
            rules.less_covered(open_items(read, party=party, side=DUE, on=on), covered), on
        )
        if item.paper not in contested
    ]
    bills: dict[Id, list[Bill]] = {}
    taken = _steps(read, [item.paper for item, _days in late], on)
    for item, days in late:
        step, step_on = taken.get(item.paper, (0, None))
        bills.setdefault(item.party, []).append(Bill(item, days, step, step_on))
    on_account: dict[Id, int] = {}
    for item in open_items(read, party=party, side=CREDIT, on=on):
        on_account[item.party] = on_account.get(item.party, 0) + item.open_paise
    asked = {
        who: rules.chase(policy, found, on_account_paise=on_account.get(who, 0), on=on)
        for who, found in bills.items()
    }
    return {who: found for who, found in asked.items() if found is not None}


def _covered_late(read: Connection, covered: Mapping[Id, int], on: dt.date) -> dict[Id, int]:
    """What post-dated cheques cover of each party's bills that are past due."""
    question = "SELECT paper, party FROM open_items WHERE paper IN (RUN) AND due_on < ?"
    found: dict[Id, int] = {}
    for paper, party in in_runs(read, question, covered, on.isoformat()):
        found[party] = found.get(party, 0) + covered[paper]
    return found


def _steps(read: Connection, documents: list[Id], on: dt.date) -> dict[Id, tuple[int, dt.date]]:
    """The highest step each document stood on at the end of a day, and since when."""
    found = in_runs(read, _STEPS, documents, on.isoformat())
    return {document: (step, dt.date.fromisoformat(dated_on)) for document, step, dated_on in found}


def _last_reminders(read: Connection, parties: Iterable[Id], on: dt.date) -> dict[Id, tuple[dt.date, int]]:
    """The day and the step of each party's newest letter; a look-up a party, however many letters there are."""
    states = (int(State.LIVE), int(State.CONTESTED))
    found = in_runs(read, _LAST_LETTERS, parties, on.isoformat(), *states)
    return {party: (dt.date.fromisoformat(dated_on), step) for party, dated_on, step in found}


def _named(read: Connection, parties: Iterable[Id]) -> dict[Id, Any]:
    """Code, name and credit limit of these parties."""
    found = in_runs(read, _NAMED, parties)
    return {party: (code, name, _IMAGE.decode(image).get(_LIMIT)) for party, code, name, image in found}


def _work_row(
    policy: Ladder,
    party: Id,
    found: Chase,
    named: Any,
    last: tuple[dt.date, int] | None,
    covered_paise: int,
    on: dt.date,
) -> WorkRow:
    code, name, limit = named or ("", "", None)
    since = None if last is None else (on - last[0]).days
    title = policy.steps[found.step - 1].title if found.step else ""
    return WorkRow(
        party, code, name, found.overdue_paise, found.on_account_paise, found.oldest_days, len(found.dues),
        found.step, title, last[0] if last else None, last[1] if last else 0, covered_paise, limit,
        rules.score(found, reminded_days_ago=since),
    )  # fmt: skip


def _reasons(row: WorkRow) -> list[str]:
    amount, days, limit = money_text(row.overdue_paise), row.oldest_days, row.limit_paise
    if row.bills == 1:
        said = [_("{amount} overdue, {days} days late").format(amount=amount, days=days)]
    else:
        said = [
            _("{amount} overdue in {count} bills, the oldest {days} days late").format(
                amount=amount, count=row.bills, days=days
            )
        ]
    if row.on_account_paise:
        said.append(_("{amount} lies on account").format(amount=money_text(row.on_account_paise)))
    if row.covered_paise:
        said.append(_("{amount} covered by post-dated cheques").format(amount=money_text(row.covered_paise)))
    if limit is not None and row.overdue_paise > limit:
        said.append(_("more than the credit limit of {amount}").format(amount=money_text(limit)))
    if row.last_reminded_on is None:
        said.append(_("never reminded"))
    else:
        said.append(
            _("last reminded on {date}, step {step}").format(
                date=date_text(row.last_reminded_on), step=row.last_step
            )
        )
    if row.next_title:
        said.append(_("due now: {title}").format(title=_(row.next_title)))
    return said


def _row(found: Any) -> ReminderRow:
    return ReminderRow._make((*found[:9], State(found[9])))
