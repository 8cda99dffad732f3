"""Bills that a device takes along while it is online: until a moment the gate keeps others from settling them.

What is out stands beside the order, in no log; a device that never comes back blocks nothing for longer than it asked.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.engine import Connection

from core.changes.kind import COLLECTORS, Effects
from core.changes.standing import Standing
from core.clock import india_time
from core.ids import Id
from core.problems import Problem
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.refusals import Refused
from sync.server import log, scopes, tables
from sync.server.database import put, reading, writing
from sync.server.devices import Member
from sync.server.route import Means, Route

CHECKED_OUT = "CHECKED_OUT"
_HOUR_US = 3_600_000_000


class Out:
    """What devices of a tenant have with them, as the gate asks it within one push; read when it is first asked."""

    def __init__(self, connection: Connection, tenant: Id, now_us: int) -> None:
        self._connection = connection
        self._tenant = tenant
        self._now_us = now_us
        self._rows: dict[Id, list[m.CheckOutRow]] | None = None

    def problem(self, effects: Effects, device: Id, standing: Standing) -> Problem | None:
        """Why a claim of a device may not take what it takes: somebody else has the bill with him."""
        asked: dict[Id, int] = {}
        for paper, paise in effects.takes:
            asked[paper] = asked.get(paper, 0) + paise
        for paper, paise in asked.items():
            others = [row for row in self._of(paper) if row.device != device]
            stand = standing.stand(paper) if others and paise > 0 else None
            if stand is not None and paise > stand.open_paise - sum(row.paise for row in others):
                until = india_time(max(row.until_us for row in others))
                message = _("{user} has taken this bill along until {time}.")
                return Problem(
                    CHECKED_OUT, message.format(user=others[0].user, time=f"{until:%d-%m-%Y %H:%M}"), "lines"
                )
        return None

    def settled(self, effects: Effects, device: Id) -> None:
        """What a device has taken of a bill by a claim it has with it no more."""
        for paper, paise in effects.takes:
            for row in [row for row in self._of(paper) if row.device == device]:
                kept = tables.checkouts.c
                where = (kept.tenant == self._tenant, kept.bill == paper, kept.device == device)
                left = max(0, row.paise - paise)
                self._connection.execute(sa.update(tables.checkouts).where(*where).values(paise=left))
                log.stir(self._connection, self._tenant)
                self._rows = None

    def _of(self, paper: Id) -> list[m.CheckOutRow]:
        if self._rows is None:
            self._rows = {}
            for row in rows_out(self._connection, self._tenant, self._now_us):
                self._rows.setdefault(row.bill, []).append(row)
        return self._rows.get(paper, [])


def rows_out(connection: Connection, tenant: Id, now_us: int) -> list[m.CheckOutRow]:
    """What devices have with them at a moment, by bill."""
    kept = tables.checkouts.c
    found = connection.execute(
        sa.select(kept.bill, kept.device, kept.user, kept.paise, kept.until_us)
        .where(kept.tenant == tenant, kept.until_us > now_us, kept.paise > 0)
        .order_by(kept.bill, kept.device)
    )
    return [m.CheckOutRow(**row) for row in found.mappings()]


def check_out(means: Means, asking: Member, asked: m.CheckOut) -> m.CheckOuts:
    """Take bills along; those of which others have too much already are refused, the rest are taken.

    Raises `Refused` with ROLE for who may not record money.
    """
    if asking.role not in COLLECTORS:
        raise Refused(refusals.ROLE, _("Who may not record money takes no bills along."))
    now_us = means.clock.now_us()
    scopes.make_ready(means, asking)
    with writing(means.database, asking.tenant) as connection:
        head = log.take_head(connection, asking.tenant)  # what is open is judged in the order of arrival
        shown = _shown(connection, asking, [each.bill for each in asked.bills])
        others: dict[Id, int] = {}
        for row in rows_out(connection, asking.tenant, now_us):
            if row.device != asking.device:
                others[row.bill] = others.get(row.bill, 0) + row.paise
        free = {
            bill: paise - others.get(bill, 0)
            for bill, paise in _open(connection, asking.tenant, [each.bill for each in asked.bills]).items()
        }
        wanted = {each.bill: each.paise or free.get(each.bill, 0) for each in asked.bills}
        taken = {
            bill: paise for bill, paise in wanted.items() if 0 < paise <= free.get(bill, 0) and bill in shown
        }
        until_us = now_us + asked.hours * _HOUR_US
        rows = [
            {
                "tenant": asking.tenant, "bill": bill, "device": asking.device, "user": asking.user,
                "paise": paise, "until_us": until_us,
            }
            for bill, paise in taken.items()
        ]  # fmt: skip
        put(connection, tables.checkouts, rows)
        _forget_run_out(connection, asking.tenant, now_us)
        answer = replace(
            _stirred(connection, asking, now_us), refused=tuple(bill for bill in wanted if bill not in taken)
        )
    means.told(asking.tenant, head.seq)
    return answer


def check_in(means: Means, asking: Member, asked: m.CheckIn) -> m.CheckOuts:
    """Give bills back."""
    kept = tables.checkouts.c
    where = [kept.tenant == asking.tenant, kept.device == asking.device]
    if asked.bills:
        where.append(kept.bill.in_(asked.bills))
    scopes.make_ready(means, asking)
    with writing(means.database, asking.tenant) as connection:
        head = log.take_head(connection, asking.tenant)
        connection.execute(sa.delete(tables.checkouts).where(*where))
        answer = _stirred(connection, asking, means.clock.now_us())
    means.told(asking.tenant, head.seq)
    return answer


def told(means: Means, asking: Member, _asked: m.AskCheckOuts) -> m.CheckOuts:
    """Who has which bills with him."""
    scopes.make_ready(means, asking)
    with reading(means.database, asking.tenant) as connection:
        return out(connection, asking, log.head(connection, asking.tenant), means.clock.now_us())


def out(connection: Connection, asking: Member, head: log.Head, now_us: int) -> m.CheckOuts:
    """What is out of the bills that are shown to a device, as of this head."""
    rows = rows_out(connection, asking.tenant, now_us)
    shown = _shown(connection, asking, [row.bill for row in rows])
    told = tuple(row for row in rows if row.bill in shown or row.device == asking.device)
    return m.CheckOuts(rows=told, beside=head.beside)


def _stirred(connection: Connection, asking: Member, now_us: int) -> m.CheckOuts:
    """What is out after a change of it, of which all are to hear."""
    log.stir(connection, asking.tenant)
    return out(connection, asking, log.head(connection, asking.tenant), now_us)


def _shown(connection: Connection, asking: Member, bills: Iterable[Id]) -> set[Id]:
    """Those of these bills that a device may know of."""
    if not scopes.in_force(connection, asking).partial:
        return set(bills)
    return scopes.Shown(connection, asking).records(bills)


def _open(connection: Connection, tenant: Id, bills: Iterable[Id]) -> dict[Id, int]:
    kept = tables.standing.c
    found = connection.execute(
        sa.select(kept.record, kept.open_paise).where(
            kept.tenant == tenant, kept.record.in_(list(bills)), kept.open_paise > 0
        )
    )
    return {row.record: row.open_paise for row in found}


def _forget_run_out(connection: Connection, tenant: Id, now_us: int) -> None:
    kept = tables.checkouts.c
    connection.execute(sa.delete(tables.checkouts).where(kept.tenant == tenant, kept.until_us <= now_us))


ROUTES = (
    Route("check_out", m.CheckOut, check_out),
    Route("check_in", m.CheckIn, check_in),
    Route("check_outs", m.AskCheckOuts, told),
)
