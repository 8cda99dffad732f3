"""The second factor of owners: set by its first code, asked for before what is grave, each code taken once.

Codes are not kept and not logged. After five wrong ones in a row the next may be tried only after a while, ever longer.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.ids import Id
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.refusals import Refused
from sync.protocol.second_factor import SECRET_BYTES, proof_to_sign, step_given
from sync.server import tables
from sync.server.database import put
from sync.server.devices import Member
from sync.server.tokens import signed_by

_FREE_TRIES = 5
_WAIT_US = 30_000_000
_WAIT_MAX_US = 3_600_000_000


class WrongFactor(Refused):
    """A code that is not the user's now; it is counted."""

    def __init__(self, message: str) -> None:
        super().__init__(refusals.BAD_CODE, message)


def check(connection: Connection, asking: Member, code: str, now_us: int) -> None:
    """Take the code of the user who asks, if the user has a second factor. Raises `Refused`: FACTOR, or wrong."""
    row = _row(connection, asking.tenant, asking.user)
    if row is None or not row.secret:
        return
    if not code:
        raise Refused(refusals.FACTOR, _("Type the six digits that your second factor shows now."))
    if now_us < row.wait_until_us:
        raise Refused(refusals.FACTOR, _("Too many wrong codes were typed. Wait a while, then try again."))
    step = step_given(row.secret, code, now_us, row.step)
    if step is None:
        raise WrongFactor(_("This code is not the one that is shown now, or it was used already."))
    _keep(connection, row, step=step, tries=0, wait_until_us=0)


def count_wrong(connection: Connection, tenant: Id, user: str, now_us: int) -> None:
    """A wrong code was typed."""
    row = _row(connection, tenant, user)
    if row is None:
        return
    tries = row.tries + 1
    over = tries - _FREE_TRIES
    wait_us = min(_WAIT_MAX_US, _WAIT_US << min(over, 16)) if over >= 0 else 0
    _keep(connection, row, tries=tries, wait_until_us=now_us + wait_us)


def state(connection: Connection, tenant: Id, user: str) -> m.FactorState:
    """Whether the user has a second factor."""
    row = _row(connection, tenant, user)
    is_set = row is not None and bool(row.secret)
    return m.FactorState(is_set=is_set, is_recoverable=is_set and bool(row.recovery_key))


def begin(connection: Connection, asking: Member, random: Any) -> bytes:
    """A new secret for the user; the one before stays in force until the new one is confirmed."""
    row, fresh = _row(connection, asking.tenant, asking.user), random(SECRET_BYTES)
    if row is not None:
        _keep(connection, row, fresh=fresh)
        return bytes(fresh)
    first = {"tenant": asking.tenant, "user": asking.user, "secret": b"", "fresh": fresh, "recovery_key": b""}
    put(connection, tables.factors, [{**first, "step": 0, "tries": 0, "wait_until_us": 0}])
    return bytes(fresh)


def confirm(connection: Connection, asking: Member, asked: m.ConfirmFactor, now_us: int) -> None:
    """The first code of the new secret puts it in force. Raises `Refused`: FACTOR when none was asked for, or wrong."""
    row = _row(connection, asking.tenant, asking.user)
    if row is None or not row.fresh:
        raise Refused(refusals.FACTOR, _("No second factor is being set up. Begin again."))
    step = step_given(row.fresh, asked.code, now_us, 0)
    if step is None:
        raise WrongFactor(_("This code is not the one that is shown now, or it was used already."))
    _keep(
        connection, row, secret=row.fresh, fresh=b"", step=step, recovery_key=asked.recovery_key, tries=0,
        wait_until_us=0,
    )  # fmt: skip


def remove(connection: Connection, asking: Member, asked: m.RemoveFactor, now_us: int) -> None:
    """Take a user's second factor away: by one's own code, by another owner, or by the recovery code's proof."""
    row = _row(connection, asking.tenant, asked.user)
    if row is None:
        return
    if asked.proof:
        proof = proof_to_sign(asking.tenant, asked.user)
        if not row.recovery_key or not signed_by(row.recovery_key, asked.proof, proof):
            raise WrongFactor(
                _("This is not the recovery code that was given when the second factor was set.")
            )
    elif row.secret:
        check(connection, asking, asked.code, now_us)
    kept = tables.factors.c
    connection.execute(sa.delete(tables.factors).where(kept.tenant == asking.tenant, kept.user == asked.user))


def _row(connection: Connection, tenant: Id, user: str) -> Any:
    kept = tables.factors.c
    return connection.execute(
        sa.select(tables.factors).where(kept.tenant == tenant, kept.user == user)
    ).fetchone()


def _keep(connection: Connection, row: Any, **values: Any) -> None:
    kept = tables.factors.c
    connection.execute(
        sa.update(tables.factors).where(kept.tenant == row.tenant, kept.user == row.user).values(**values)
    )
