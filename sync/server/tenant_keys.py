"""The tenant key on its way: made on an owner's device, sealed to each; nobody here can open what is kept of it."""

import sqlalchemy as sa

from core.changes.change import Role
from core.words import translate as _
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.refusals import Refused
from sync.server import devices, tables
from sync.server.database import put, reading, writing
from sync.server.devices import Member
from sync.server.route import Means, Route


def seal(means: Means, asking: Member, asked: m.Seal) -> m.SealTaken:
    """Keep the key for the devices it is sealed to. Of two owners' devices that make a version, the first one did.

    The version after one that is made may be made at any time, by an owner who has keys that others lack.
    """
    if asking.role is not Role.OWNER:
        raise Refused(refusals.ROLE, _("Only an owner hands on the key of the business."))
    with writing(means.database, asking.tenant) as connection:
        devices.hold_people(connection, asking.tenant)
        version, is_made = devices.key_in_force(connection, asking.tenant)
        version += asked.is_new and is_made
        if asked.version != version or (not asked.is_new and not is_made):
            return m.SealTaken(is_taken=False)
        if asked.is_new:
            row = {"tenant": asking.tenant, "version": version, "is_made": 1}
            put(connection, tables.tenant_keys, [row])
        kept = tables.devices.c
        for each in asked.sealed:
            moved = connection.execute(
                sa.update(tables.devices)
                .where(kept.tenant == asking.tenant, kept.device == each.device, kept.state != devices.ENDED)
                .values(key_version=version)
            )
            if moved.rowcount:
                row = {"tenant": asking.tenant, "device": each.device, "version": version}
                put(connection, tables.sealed_keys, [{**row, "sealed": each.sealed}])
        devices.people_changed(connection, asking.tenant)
    return m.SealTaken(is_taken=True)


def fetch(means: Means, asking: Member, _asked: m.FetchKey) -> m.KeyFetched:
    """What was sealed to the device that asks."""
    kept = tables.sealed_keys.c
    with reading(means.database, asking.tenant) as connection:
        found = connection.execute(
            sa.select(kept.version, kept.sealed).where(
                kept.tenant == asking.tenant, kept.device == asking.device
            )
        ).fetchone()
    if found is None:
        return m.KeyFetched(version=0, sealed=b"")
    return m.KeyFetched(version=found.version, sealed=found.sealed)


ROUTES = (Route("seal", m.Seal, seal), Route("key", m.FetchKey, fetch))
