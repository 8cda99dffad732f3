"""Who may come in: founding a tenant, inviting and enrolling devices, and letting them in by their keys."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.change import Role
from core.ids import Id, RandomBytes
from core.numbering.rules import DEVICE_LETTERS, is_copy_series, series_of
from core.words import translate as _
from sync.protocol import refusals
from sync.protocol.messages import Bind, DeviceRow, Found, Join, People, SeriesRow, Waiting
from sync.protocol.refusals import Refused
from sync.server import chains, log, tables
from sync.server.codes import BINDING, FOUNDING, JOINING, known_code, mark_code, used
from sync.server.database import alter, enter, find, put
from sync.server.house import era
from sync.server.seals import sealed

INVITED, LIVE, ENDED = "invited", "live", "ended"
WAITING = "waiting"
"""A deposit that waits for an owner's word."""


class Member(NamedTuple):
    """A device as the service knows it; `ending` says how an ended one ended (sync.protocol.notices)."""

    tenant: Id
    device: Id
    code: str
    user: str
    role: Role
    state: str
    public_key: bytes
    epoch: int
    name: str
    ending: str
    sealing_key: bytes
    notice: bytes
    heir_of: bytes


_MEMBER = sa.select(*(tables.devices.c[name] for name in Member._fields))


def member(connection: Connection, tenant: Id, device: Id) -> Member | None:
    """A device of a tenant; None when there is none."""
    found = find(connection, tables.devices, Member._fields, tenant=tenant, device=device).fetchone()
    return Member(*found)._replace(role=Role(found.role)) if found else None


def owners(connection: Connection, tenant: Id) -> list[Member]:
    """The live devices of owners."""
    kept = tables.devices.c
    found = connection.execute(
        _MEMBER.where(kept.tenant == tenant, kept.role == Role.OWNER.value, kept.state == LIVE).order_by(
            kept.device
        )
    )
    return [Member(*row)._replace(role=Role.OWNER) for row in found]


def check_owner(asking: Member) -> None:
    """Refuse who is no owner."""
    if asking.role is not Role.OWNER:
        raise Refused(refusals.ROLE, _("Only an owner may do this."))


def revoked() -> Refused:
    """What a device hears that an owner has ended."""
    return Refused(refusals.REVOKED, _("This device was revoked by an owner."))


def people(connection: Connection, tenant: Id) -> People:
    """Devices and series as they stand, with their version, sealed."""
    kept = tables.devices.c
    named = [kept[name] for name in DeviceRow.__struct_fields__]
    found = connection.execute(sa.select(*named).where(kept.tenant == tenant).order_by(kept.device))
    rows = tuple(DeviceRow(**row) for row in found.mappings())
    kept = tables.series.c
    owned = connection.execute(
        sa.select(kept.series, kept.device).where(kept.tenant == tenant).order_by(kept.series)
    )
    version, is_made = key_in_force(connection, tenant)
    said = People(
        version=people_version(connection, tenant),
        devices=rows,
        series=tuple(SeriesRow(**row) for row in owned.mappings()),
        key_version=version,
        key_is_made=is_made,
        deposits=_waiting(connection, tenant),
        schema=schema_in_force(connection, tenant),
    )
    return sealed(connection, tenant, said)


def _waiting(connection: Connection, tenant: Id) -> tuple[Waiting, ...]:
    """The deposits that wait for an owner's word."""
    kept = tables.deposits.c
    named = [kept[name] for name in Waiting.__struct_fields__]
    found = connection.execute(
        sa.select(*named).where(kept.tenant == tenant, kept.state == WAITING).order_by(kept.deposit)
    )
    return tuple(Waiting(**row) for row in found.mappings())


def people_version(connection: Connection, tenant: Id) -> int:
    """The version of devices and series; rises with every change of them."""
    return int(find(connection, tables.tenants, ("people",), tenant=tenant).scalar_one())


def schema_in_force(connection: Connection, tenant: Id) -> int:
    """The schema at which every device of a business writes (sync.server.versions)."""
    kept = tables.schemas_in_force.c
    return int(connection.execute(sa.select(kept.schema).where(kept.tenant == tenant)).scalar() or 1)


def key_in_force(connection: Connection, tenant: Id) -> tuple[int, bool]:
    """The newest version of the tenant key, and whether an owner's device has made it yet."""
    kept = tables.tenant_keys.c
    question = sa.select(kept.version, kept.is_made).where(kept.tenant == tenant)
    found = connection.execute(question.order_by(kept.version.desc()).limit(1)).one()
    return found.version, bool(found.is_made)


def want_key(connection: Connection, tenant: Id, version: int) -> None:
    """Ask an owner's device for a new version of the tenant key."""
    put(connection, tables.tenant_keys, [{"tenant": tenant, "version": version, "is_made": 0}])


def hold_people(connection: Connection, tenant: Id) -> None:
    """Hold who is there to the end of the transaction: what is read from now on stands until then."""
    kept = tables.tenants.c
    connection.execute(sa.update(tables.tenants).where(kept.tenant == tenant).values(people=kept.people))


def found(connection: Connection, asked: Found, now_us: int, random: RandomBytes) -> Id:
    """Make the tenant of a founding code, or know it again when the same device asks once more."""
    code = known_code(connection, asked.code, FOUNDING, now_us)
    if code.tenant is not None:
        enter(connection, code.tenant)
        known = member(connection, code.tenant, asked.device)
        if known is None or known.public_key != asked.public_key:
            raise used()
        return Id(code.tenant)
    tenant = random(16)
    enter(connection, tenant)
    row = {
        "tenant": tenant, "book": asked.book, "company": asked.company, "founder": asked.device,
        "founded_upto": asked.upto, "people": 1, "founded_at_us": now_us, "founded_era": era(connection, tenant),
        "people_era": era(connection, tenant),
    }  # fmt: skip
    connection.execute(sa.insert(tables.tenants).values(row))
    log.begin(connection, tenant)
    want_key(connection, tenant, 1)
    _enrol(connection, tenant, asked, asked.letter, Role.OWNER, asked.epoch, now_us)
    owned = [{"tenant": tenant, "series": name, "device": asked.device} for name in asked.series]
    put(connection, tables.series, owned)
    mark_code(connection, asked.code, tenant=tenant, device=asked.device, used=1)
    return tenant


def join(connection: Connection, asked: Join, now_us: int) -> tuple[Id, Member]:
    """Enrol a device by an invitation. Until it has come in once, the code serves again, in place of that device."""
    code = known_code(connection, asked.code, JOINING, now_us)
    tenant: Id = code.tenant
    enter(connection, tenant)
    known = member(connection, tenant, asked.device)
    if known is not None and (code.device != asked.device or known.public_key != asked.public_key):
        raise used()
    if known is None:
        if code.used:
            raise used()
        if code.device is not None:
            _forget_invited(connection, tenant, code.device)
        letter = _free_letter(connection, tenant)
        _enrol(connection, tenant, asked, letter, Role(code.role), 1, now_us)
        owned = [{"tenant": tenant, "series": name, "device": asked.device} for name in series_of(letter)]
        put(connection, tables.series, owned)
        mark_code(connection, asked.code, device=asked.device)
        people_changed(connection, tenant)
    enrolled = member(connection, tenant, asked.device)
    assert enrolled is not None
    return tenant, enrolled


def come_in(connection: Connection, known: Member, app: str, now_us: int) -> None:
    """A device has shown its key, and runs this version; at the first time it becomes live, and its code is used up."""
    at = tables.devices.c
    state = LIVE if known.state == INVITED else known.state
    connection.execute(
        sa.update(tables.devices)
        .where(at.tenant == known.tenant, at.device == known.device)
        .values(state=state, seen_at_us=now_us, app=app)
    )
    if known.state != INVITED:
        return
    kept = tables.codes.c
    connection.execute(
        sa.update(tables.codes).where(kept.tenant == known.tenant, kept.device == known.device).values(used=1)
    )
    people_changed(connection, known.tenant)


def live(connection: Connection, tenant: Id, device: Id) -> Member:
    """A device that is live; refuses any other."""
    known = member(connection, tenant, device)
    if known is None or known.state != LIVE:
        raise Refused(refusals.UNREADABLE, _("There is no such device."))
    return known


def bind(connection: Connection, asked: Bind, now_us: int) -> tuple[Id, Member]:
    """Give a live device a new key, and end the old one; or enrol its book as a second device, its heir.

    It is the same device where its own book asks on its own installation, or where an owner said that its old key is
    gone. Asked again with the same key, by this code or another for the same device, it is answered the same.
    """
    code = known_code(connection, asked.code, BINDING, now_us)
    tenant: Id = code.tenant
    enter(connection, tenant)
    hold_people(connection, tenant)
    if code.for_device != asked.device:
        raise Refused(refusals.BAD_CODE, _("This code is for another device."))
    is_same = asked.is_same or bool(code.is_gone)
    bound = asked.device if is_same else asked.heir
    known = member(connection, tenant, bound)
    if known is not None and known.public_key == asked.public_key and known.state != ENDED:
        return tenant, known
    if code.used or (known is not None and not is_same):
        raise used()
    before = live(connection, tenant, asked.device)
    if is_same:
        _exchange_key(connection, before, asked)
    else:
        letter = _free_letter(connection, tenant)
        _enrol(connection, tenant, asked, letter, before.role, 1, now_us, heir_of=asked.device)
        owned = [{"tenant": tenant, "series": name, "device": bound} for name in series_of(letter)]
        put(connection, tables.series, owned)
    mark_code(connection, asked.code, device=bound, used=1)
    people_changed(connection, tenant)
    enrolled = member(connection, tenant, bound)
    assert enrolled is not None
    return tenant, enrolled


def _exchange_key(connection: Connection, known: Member, asked: Bind) -> None:
    kept = tables.devices.c
    connection.execute(
        sa.update(tables.devices)
        .where(kept.tenant == known.tenant, kept.device == known.device)
        .values(
            public_key=asked.public_key, sealing_key=asked.sealing_key, set_era=era(connection, known.tenant)
        )
    )
    forget_sealed(connection, known)


def end(connection: Connection, known: Member) -> None:
    """A device is no more: neither it nor any code it gave lets anybody in, and a new tenant key is wanted."""
    at, codes = tables.devices.c, tables.codes.c
    connection.execute(
        sa.update(tables.devices)
        .where(at.tenant == known.tenant, at.device == known.device)
        .values(state=ENDED)
    )
    forget_sealed(connection, known)
    unused = sa.or_(
        codes.inviter == known.device, codes.device == known.device, codes.for_device == known.device
    )
    connection.execute(sa.delete(tables.codes).where(codes.tenant == known.tenant, codes.used == 0, unused))
    version, is_made = key_in_force(connection, known.tenant)
    if is_made:
        want_key(connection, known.tenant, version + 1)


def forget_sealed(connection: Connection, known: Member) -> None:
    """What was sealed to a device's key is of no use (any more)."""
    at = {"tenant": known.tenant, "device": known.device}
    alter(connection, tables.devices, at, key_version=0)
    kept = tables.sealed_keys.c
    connection.execute(
        sa.delete(tables.sealed_keys).where(kept.tenant == known.tenant, kept.device == known.device)
    )


def check_ready(connection: Connection, tenant: Id) -> None:
    """Refuse an invitation before the first device has sent everything it held when it founded the tenant."""
    kept = tables.tenants.c
    founder, upto = connection.execute(
        sa.select(kept.founder, kept.founded_upto).where(kept.tenant == tenant)
    ).one()
    if chains.sent(connection, tenant, founder) < upto:
        raise Refused(
            refusals.NOT_READY,
            _("The first device has not sent everything yet. Sync it to the end, then invite."),
        )


def begin_epoch(connection: Connection, known: Member, epoch: int, wanted: Sequence[str]) -> None:
    """A device has begun an epoch: it owns the series of that copy from now on.

    Those that are not made of its own code, or are another's, it does not get; papers numbered in them are held.
    """
    kept = tables.devices.c
    connection.execute(
        sa.update(tables.devices)
        .where(kept.tenant == known.tenant, kept.device == known.device)
        .values(epoch=epoch)
    )
    kept = tables.series.c
    free = {name for name in wanted if is_copy_series(name, known.code)}
    taken = connection.execute(
        sa.select(kept.series).where(kept.tenant == known.tenant, kept.series.in_(sorted(free)))
    )
    free -= {row[0] for row in taken}
    owned = [{"tenant": known.tenant, "series": name, "device": known.device} for name in sorted(free)]
    put(connection, tables.series, owned)
    if owned:
        people_changed(connection, known.tenant)


def _enrol(
    connection: Connection, tenant: Id, asked: Found | Join | Bind, letter: str, role: Role, epoch: int,
    now_us: int, *, heir_of: Id = b"",
) -> None:  # fmt: skip
    device = asked.heir if isinstance(asked, Bind) else asked.device
    row = {
        "tenant": tenant, "device": device, "code": letter, "name": asked.name, "user": asked.user,
        "role": role.value, "state": INVITED, "public_key": asked.public_key, "epoch": epoch,
        "enrolled_at_us": now_us, "sealing_key": asked.sealing_key,
        "key_version": 0, "seen_at_us": 0, "ending": "", "notice": b"",
        "heir_of": heir_of, "app": "", "set_era": era(connection, tenant), "late_from": 0, "late_upto": 0,
    }  # fmt: skip
    connection.execute(sa.insert(tables.devices).values(row))


def _forget_invited(connection: Connection, tenant: Id, device: Id) -> None:
    """Take away a device that was enrolled by this code and never came in."""
    for table in (tables.devices, tables.series):
        connection.execute(sa.delete(table).where(table.c.tenant == tenant, table.c.device == device))


def _free_letter(connection: Connection, tenant: Id) -> str:
    kept = tables.series.c
    owned: set[str] = {
        row[0] for row in connection.execute(sa.select(kept.series).where(kept.tenant == tenant))
    }
    kept = tables.devices.c
    owned |= {row[0] for row in connection.execute(sa.select(kept.code).where(kept.tenant == tenant))}
    for tail in ("", *"23456789"):
        for letter in DEVICE_LETTERS:
            code: str = letter + tail
            if code not in owned:
                return code
    raise Refused(refusals.NOT_READY, _("This business has no device code left."))


def people_changed(connection: Connection, tenant: Id) -> None:
    """Let every device fetch anew who is there. The first time in an era, how far it was before it is kept."""
    kept, present = tables.tenants.c, era(connection, tenant)
    [said_in] = find(connection, tables.tenants, ("people_era",), tenant=tenant).one()
    if said_in < present:
        keep_said_before(connection, tenant, said_before(connection, tenant))
    connection.execute(
        sa.update(tables.tenants)
        .where(kept.tenant == tenant)
        .values(people=kept.people + 1, people_era=present)
    )
    log.stir(connection, tenant)


def said_before(connection: Connection, tenant: Id) -> tuple[int, int]:
    """Of which era and version the newest list of who is there is that is known of before the present era: the one in
    the backup, or one that a device has brought since."""
    told = find(connection, tables.told, ("era", "version"), tenant=tenant).fetchone()
    said_in, version = find(connection, tables.tenants, ("people_era", "people"), tenant=tenant).one()
    own = (said_in, version) if said_in < era(connection, tenant) else (0, 0)
    return max(own, (told.era, told.version) if told else own)


def keep_said_before(connection: Connection, tenant: Id, said: tuple[int, int]) -> None:
    """From now on that is the newest one known of."""
    put(connection, tables.told, [{"tenant": tenant, "era": said[0], "version": said[1]}])
