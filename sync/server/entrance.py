"""Coming in: founding a tenant, inviting and joining, and being known by one's key."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.change import Role
from core.ids import Id
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.limits import CODE_LASTS_S, TOKEN_LASTS_S, shown_code
from sync.protocol.packing import request_to_sign, to_sign
from sync.protocol.refusals import Refused
from sync.server import codes, devices, refounding, scopes, tables, versions
from sync.server.database import find, reading, writing
from sync.server.deeds import deed
from sync.server.devices import Member
from sync.server.house import era
from sync.server.route import Means, Route
from sync.server.tokens import key_mark, signed_by

_FOR_REVOKED = "deposit"
"""The one thing that a device whom an owner has ended may ask."""


def let_in(means: Means, path: str, signed: m.Signed) -> Member:
    """The live device that has signed a request. Raises `Refused`: TOKEN to prove oneself anew, TURNED_AWAY."""
    grant = means.sealer.opened(signed.token, "token", means.clock.now_us())
    if grant is None:
        raise Refused(refusals.TOKEN, _("The token has run out."))
    with reading(means.database, grant.tenant) as connection:
        known = devices.member(connection, grant.tenant, grant.device)
        if known is None:
            raise _stranger(connection, grant.tenant)
    if key_mark(known.public_key) != grant.key:
        raise Refused(refusals.TURNED_AWAY, _("This device is not one of the business's any more."))
    if not signed_by(known.public_key, signed.signature, request_to_sign(path, signed.token, signed.body)):
        raise Refused(refusals.TURNED_AWAY, _("The request is not signed by this device."))
    if known.state != devices.LIVE and path != _FOR_REVOKED:
        raise devices.revoked()
    return known


def found(means: Means, asked: m.Found) -> m.Founded:
    """Make a tenant of a book, or again the one that the service has lost."""
    _check_own_signature(asked, asked.public_key)
    now_us, again = means.clock.now_us(), asked.again
    with writing(means.database) as connection:
        if again is None:
            tenant = devices.found(connection, asked, now_us, means.random)
        else:
            tenant = refounding.found_again(connection, asked, again, now_us)
        schema = asked.schema if again is None else again.people.schema
        versions.begin(connection, tenant, asked.device, schema, means.kinds)
        return m.Founded(
            tenant=tenant, era=era(connection, tenant), people=devices.people(connection, tenant)
        )


def join(means: Means, asked: m.Join) -> m.Joined:
    """Enrol a device by an owner's code."""
    _check_own_signature(asked, asked.public_key)
    with writing(means.database) as connection:
        tenant, enrolled = devices.join(connection, asked, means.clock.now_us())
        kept = tables.tenants.c
        book, company = connection.execute(
            sa.select(kept.book, kept.company).where(kept.tenant == tenant)
        ).one()
        return m.Joined(
            tenant=tenant, era=era(connection, tenant), book=book, company=company, letter=enrolled.code,
            role=enrolled.role.value, people=devices.people(connection, tenant),
        )  # fmt: skip


def bind(means: Means, asked: m.Bind) -> m.Bound:
    """Give a device whose key was lost a new one, or enrol its book as a second device."""
    _check_own_signature(asked, asked.public_key)
    with writing(means.database) as connection:
        tenant, bound = devices.bind(connection, asked, means.clock.now_us())
        if bound.heir_of and bound.state == devices.INVITED:
            scopes.inherit(connection, tenant, bound.heir_of, bound.device)
        return m.Bound(
            device=bound.device, letter=bound.code, role=bound.role.value, epoch=bound.epoch,
            people=devices.people(connection, tenant),
        )  # fmt: skip


def knock(means: Means, asked: m.Knock) -> m.Challenge:
    """A challenge to be signed."""
    return m.Challenge(nonce=means.sealer.challenge(asked.tenant, asked.device, means.clock.now_us()))


def prove(means: Means, asked: m.Prove) -> m.Token:
    """A token for who has signed the challenge."""
    now_us = means.clock.now_us()
    grant = means.sealer.opened(asked.nonce, "challenge", now_us)
    if grant is None or (grant.tenant, grant.device) != (asked.tenant, asked.device):
        raise Refused(refusals.TOKEN, _("The challenge has run out."))
    with writing(means.database, asked.tenant) as connection:
        known = devices.member(connection, asked.tenant, asked.device)
        if known is None:
            raise _stranger(connection, asked.tenant)
        if not signed_by(known.public_key, asked.signature, to_sign(asked)):
            raise Refused(refusals.TURNED_AWAY, _("The challenge is not signed by this device."))
        devices.come_in(connection, known, asked.app, now_us)
        versions.heard(connection, known, asked.schema, means.kinds)
    token = means.sealer.token(asked.tenant, asked.device, known.public_key, now_us)
    return m.Token(token=token, lasts_s=TOKEN_LASTS_S)


def invite(means: Means, asking: Member, asked: m.Invite) -> m.Invited:
    """A code with which one more device may join, or one that is there bind a new key."""
    if asked.role not in set(Role):
        raise Refused(refusals.UNREADABLE, _("There is no such role."))
    with deed(means, asking) as done:
        done.allow_grave(asked.code)
        devices.check_ready(done.connection, asking.tenant)
        for_device = devices.live(done.connection, asking.tenant, asked.device) if asked.device else None
        code = codes.new_code(
            done.connection, codes.BINDING if for_device else codes.JOINING, done.now_us, means.random,
            tenant=asking.tenant, role=for_device.role if for_device else Role(asked.role),
            inviter=asking.device, for_device=asked.device or None, is_gone=asked.is_gone,
        )  # fmt: skip
    return m.Invited(code=shown_code(code), lasts_s=CODE_LASTS_S)


def _stranger(connection: Connection, tenant: Id) -> Refused:
    """What a device hears that is not known: whether its whole business is not."""
    if find(connection, tables.tenants, ("tenant",), tenant=tenant).first() is None:
        return Refused(refusals.NO_BUSINESS, _("The service does not know this business (any more)."))
    return Refused(refusals.TURNED_AWAY, _("This device is not one of the business's any more."))


def _check_own_signature(asked: m.Found | m.Join | m.Bind, public_key: bytes) -> None:
    if not signed_by(public_key, asked.signature, to_sign(asked)):
        raise Refused(refusals.TURNED_AWAY, _("The request is not signed by its own key."))


ROUTES = (
    Route("found", m.Found, found, is_signed=False),
    Route("join", m.Join, join, is_signed=False),
    Route("bind", m.Bind, bind, is_signed=False),
    Route("knock", m.Knock, knock, is_signed=False),
    Route("prove", m.Prove, prove, is_signed=False),
    Route("invite", m.Invite, invite),
)
