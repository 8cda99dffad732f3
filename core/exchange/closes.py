"""Periods closed and opened again, in and out: last of all, for what is older was entered before."""

import datetime as dt

from msgspec import structs
from sqlalchemy.engine import Connection

from core.changes.judge import month_of_papers
from core.closing.kinds import CLOSED, REOPENED
from core.closing.model import Close, MonthSeen, Reopening
from core.closing.queries import standing_close
from core.closing.rules import month_end
from core.errors import RuleBroken
from core.exchange.model import BahiFile
from core.exchange.money_model import FileClose, FileReopened
from core.exchange.named import claims_in
from core.exchange.reading import Findings
from core.exchange.register import Register
from core.exchange.report import KnownAlready, Tally
from core.ids import Id
from core.problems import Problem
from core.store.work import Work
from core.words import date_text
from core.words import translate as _

MONTHS_MAX = 1_200

_MOVED = (
    "SELECT DISTINCT p.about FROM postings p WHERE p.dated_on IN "
    "(SELECT date(through, '+1 day') FROM closes) AND NOT EXISTS "
    "(SELECT 1 FROM open_items o WHERE o.paper = p.paper AND o.dated_on = p.dated_on) AND NOT EXISTS "
    "(SELECT 1 FROM allocations a WHERE a.claim = p.paper AND a.allocated_on = p.dated_on)"
)
"""What was entered on the first open day after a close and is of another day itself."""


def take_closes(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in `closes` in their order, each opened again at once where it was."""
    known = KnownAlready(map(_made, closes_as_file(work.read)) if file.closes else ())
    nth: dict[dt.date, int] = {}
    for n, given in enumerate(file.closes):
        with findings.within(f"closes[{n}]"):
            nth[given.through] = nth.get(given.through, 0) + 1
            was_known = known.take(_made(given)) or not _take_close(work, register, given, nth[given.through])
            tally.count("closes", was_known=was_known)


def _made(given: FileClose) -> FileClose:
    """What it says of itself, opened again since or not."""
    return structs.replace(given, reopened=None)


def _take_close(work: Work, register: Register, given: FileClose, nth: int) -> bool:
    record = register.id_of("close", given.through.isoformat(), str(nth))
    if work.standing.stand(record) is not None:
        return False
    last = standing_close(work.read)
    before = last.through if last is not None else None
    if before is not None and given.through <= before:
        message = _("The books are closed up to {date} already.").format(date=date_text(before))
        raise RuleBroken([Problem("CLOSED", message, "through")])
    after = last.id if last is not None else None
    work.record(CLOSED, record, Close(given.through, given.on, _months(work, given), given.note, after))
    if given.reopened is not None:
        again = Reopening(record, given.reopened.on, before, given.reopened.reason)
        work.record(REOPENED, register.id_of("reopened", record.hex()), again)
    return True


def _months(work: Work, given: FileClose) -> tuple[MonthSeen, ...]:
    """How much the book has entered in each month that the close looks at."""
    if given.first is None:
        return ()
    day = dt.date.fromisoformat(f"{given.first}-01")
    months: list[MonthSeen] = []
    while day <= given.through:
        if len(months) == MONTHS_MAX:
            raise RuleBroken([Problem("RANGE", _("A close looks at no more than a hundred years."), "first")])
        counted = work.standing.stand(month_of_papers(day))
        months.append(MonthSeen(f"{day:%Y-%m}", counted.rests if counted is not None else 0))
        day = month_end(day) + dt.timedelta(days=1)
    return tuple(months)


def closes_as_file(read: Connection) -> tuple[FileClose, ...]:
    """`closes`: those that were opened again first, then those in force, so that the last one is."""
    again: dict[Id, Reopening] = {
        body.close: body for _id, _state, body in claims_in(read, REOPENED, Reopening)
    }
    written = [
        _file_close(body, again.get(record)) for record, _state, body in claims_in(read, CLOSED, Close)
    ]
    return tuple(sorted(written, key=lambda each: (each.reopened is None, each.through, each.on, each.note)))


def _file_close(body: Close, again: Reopening | None) -> FileClose:
    return FileClose(
        through=body.through,
        on=body.closed_on,
        first=body.months[0].month if body.months else None,
        note=body.note,
        reopened=FileReopened(on=again.reopened_on, reason=again.reason) if again is not None else None,
    )


def moved_by_closes(read: Connection) -> list[Id]:
    """The papers that came after their period was closed, and are entered on a later day than their own."""
    return [row[0] for row in read.exec_driver_sql(_MOVED)]
