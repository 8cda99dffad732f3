"""Who may what: roles, names and the end of devices, set by owners alone; and the owners' second factor."""

import sqlalchemy as sa

from core.changes.change import Role
from core.ids import Id
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.notices import LOST, REVOKED, notice_to_sign
from sync.protocol.refusals import Refused
from sync.server import devices, factors, log, tables
from sync.server.database import reading
from sync.server.deeds import Deed, deed
from sync.server.devices import Member
from sync.server.house import era
from sync.server.route import Means, Route
from sync.server.tokens import signed_by


def appoint(means: Means, asking: Member, asked: m.Appoint) -> m.People:
    """Give a device a role; it holds for the next change of it that arrives."""
    if asked.role not in set(Role):
        raise Refused(refusals.UNREADABLE, _("There is no such role."))
    role = Role(asked.role)
    with deed(means, asking) as done:
        known = _known(done, asked.device)
        if known.role is not role:
            done.allow_grave(asked.code)
            if role is not Role.OWNER:
                _keep_an_owner(done, known)
            _keep(done, known, role=role.value, set_era=era(done.connection, asking.tenant))
            devices.people_changed(done.connection, asking.tenant)
        return devices.people(done.connection, asking.tenant)


def rename(means: Means, asking: Member, asked: m.Rename) -> m.People:
    """Give a device a name."""
    with deed(means, asking) as done:
        done.allow()
        known = _known(done, asked.device)
        _keep(done, known, name=asked.name)
        devices.people_changed(done.connection, asking.tenant)
        return devices.people(done.connection, asking.tenant)


def revoke(means: Means, asking: Member, asked: m.Revoke) -> m.People:
    """End a device: its next request is refused, but for laying down what it still holds.

    Who was revoked may be declared lost later; a device once lost stays so.
    """
    ending = LOST if asked.is_lost else REVOKED
    with deed(means, asking) as done:
        known = _known(done, asked.device)
        if known.ending not in (ending, LOST):
            done.allow_grave(asked.code)
            told = notice_to_sign(asking.tenant, asked.device, asked.is_lost)
            if not signed_by(done.asking.public_key, asked.notice, told):
                raise Refused(refusals.UNREADABLE, _("The notice is not signed by this device."))
            if known.state != devices.ENDED:
                _keep_an_owner(done, known)
                devices.end(done.connection, known)
            present = era(done.connection, asking.tenant)
            _keep(done, known, ending=ending, notice=asking.device + asked.notice, set_era=present)
            devices.people_changed(done.connection, asking.tenant)
        return devices.people(done.connection, asking.tenant)


def staff(means: Means, asking: Member, _asked: m.AskStaff) -> m.Staff:
    """Who is there, and how it stands with each."""
    kept, sent = tables.devices.c, tables.chains.c
    total = sa.func.coalesce(sa.func.sum(sent.number), 0)
    with reading(means.database, asking.tenant) as connection:
        numbers = {
            row[0]: int(row[1])
            for row in connection.execute(
                sa.select(sent.device, total).where(sent.tenant == asking.tenant).group_by(sent.device)
            )
        }
        found = connection.execute(
            sa.select(kept.device, kept.seen_at_us, kept.enrolled_at_us, kept.ending, kept.app)
            .where(kept.tenant == asking.tenant)
            .order_by(kept.device)
        )
        rows = tuple(m.StaffRow(**row, sent=numbers.get(row["device"], 0)) for row in found.mappings())
        people = devices.people(connection, asking.tenant)
        return m.Staff(people=people, rows=rows, head=log.head(connection, asking.tenant).seq)


def ask_factor(means: Means, asking: Member, _asked: m.AskFactor) -> m.FactorState:
    """Whether the user who asks has a second factor."""
    with reading(means.database, asking.tenant) as connection:
        return factors.state(connection, asking.tenant, asking.user)


def begin_factor(means: Means, asking: Member, asked: m.BeginFactor) -> m.FactorBegun:
    """A secret for the app on the owner's phone."""
    with deed(means, asking) as done:
        done.allow_grave(asked.code)
        return m.FactorBegun(secret=factors.begin(done.connection, done.asking, means.random))


def confirm_factor(means: Means, asking: Member, asked: m.ConfirmFactor) -> m.FactorState:
    """The first code sets the second factor."""
    with deed(means, asking) as done:
        done.allow()
        factors.confirm(done.connection, done.asking, asked, done.now_us)
        return factors.state(done.connection, asking.tenant, asking.user)


def remove_factor(means: Means, asking: Member, asked: m.RemoveFactor) -> m.FactorState:
    """Take a second factor away."""
    with deed(means, asking) as done:
        done.allow()
        factors.remove(done.connection, done.asking, asked, done.now_us)
        return factors.state(done.connection, asking.tenant, asked.user)


def _known(done: Deed, device: Id) -> Member:
    known = devices.member(done.connection, done.asking.tenant, device)
    if known is None:
        raise Refused(refusals.UNREADABLE, _("There is no such device."))
    return known


def _keep_an_owner(done: Deed, leaving: Member) -> None:
    """Refuse to take the last owner away."""
    others = [
        each for each in devices.owners(done.connection, leaving.tenant) if each.device != leaving.device
    ]
    if leaving.role is Role.OWNER and leaving.state == devices.LIVE and not others:
        raise Refused(refusals.LAST_OWNER, _("This is the last owner. Make another device an owner first."))


def _keep(done: Deed, known: Member, **values: object) -> None:
    kept = tables.devices.c
    done.connection.execute(
        sa.update(tables.devices)
        .where(kept.tenant == known.tenant, kept.device == known.device)
        .values(**values)
    )


ROUTES = (
    Route("appoint", m.Appoint, appoint),
    Route("rename", m.Rename, rename),
    Route("revoke", m.Revoke, revoke),
    Route("people", m.AskStaff, staff),
    Route("factor", m.AskFactor, ask_factor),
    Route("factor_begin", m.BeginFactor, begin_factor),
    Route("factor_confirm", m.ConfirmFactor, confirm_factor),
    Route("factor_remove", m.RemoveFactor, remove_factor),
)
