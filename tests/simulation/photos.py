"""Photos in a simulated world: attached where there is no line, sent in parts, looked at elsewhere, taken off again."""

import sqlalchemy as sa

from core.attachments.commands import attach, detach
from core.attachments.queries import AttachmentRow, addresses
from core.attachments.rules import PART_BYTES, parts_of
from core.attachments.vault import Vault
from core.changes.change import Role
from core.clock import india_date
from sync.client.attachments import bytes_of, send_waiting
from sync.client.tenant_key import tenant_keys
from sync.server import tables
from sync.server.database import reading
from tests.simulation.broken import expect
from tests.simulation.rows import rows_of
from tests.simulation.world import Device, World

_JPEG = b"\xff\xd8\xff"
_SIZES = (40, 40, 400, PART_BYTES + 9)


def photo_attached(world: World) -> None:
    """Somebody photographs a signed challan."""
    device, chance = world.chance.choice(world.devices), world.chance
    ring = tenant_keys(device.book)
    parties = device.book.read(lambda read: rows_of(read, "SELECT id FROM parties ORDER BY id"))
    if not ring or not parties:
        return
    data, about = _JPEG + chance.randbytes(chance.choice(_SIZES)), chance.choice(parties)[0]
    sealed, today = Vault(device.book.path).seal(data, ring), india_date(device.clock.now_us())
    world.photos[sealed.address] = data
    device.write("Attach", lambda work: attach(work, about, sealed, name="challan.jpg", today=today))


def photo_taken_off(world: World) -> None:
    """It was the wrong one."""
    device = world.chance.choice(world.devices)
    row, today = _any(world, device), india_date(device.clock.now_us())
    if row is not None:
        device.write("Detach", lambda work: detach(work, row.id, reason="wrong", today=today))


def photos_sent(world: World) -> None:
    """What waits on a device goes to the service, as far as the line holds."""
    device = world.chance.choice(world.devices)
    if not device.is_ending:
        device.ask(lambda: send_waiting(device.book, device.courier.session))


def photo_looked_at(world: World) -> None:
    """Somebody opens a photo on another device: it is what was photographed, or not to be had yet."""
    device = world.chance.choice(world.devices)
    row = _any(world, device)
    if row is not None and not device.is_ending:
        device.ask(lambda: _looked_at(world, device, row))


def prove_photos(world: World) -> None:
    """Whatever a device holds that may send it can be seen by everybody whose book names it; and the sums are right."""
    if not world.photos:
        return
    for _round in range(2):  # whoever came last is handed the key of the business
        for device in world.devices:
            expect(device.sync() is not None, "a round fails although the weather is calm")
    held = set[bytes]()
    for device in world.devices:
        send_waiting(device.book, device.courier.session)
        if device.book.facts()["role"] != Role.AUDITOR.value:
            vault = Vault(device.book.path)
            held |= {address for address in device.book.read(addresses) if vault.has(address)}
    for device in world.devices:
        for address, row in device.book.read(addresses).items():
            found = _looked_at(world, device, row)
            expect(found or address not in held, f"{device.name}: a photo that another has is not to be had")
    _prove_sums(world)


def _looked_at(world: World, device: Device, row: AttachmentRow) -> bool:
    found = bytes_of(device.book, device.courier.session, row)
    expect(found in (None, world.photos[row.address]), f"{device.name}: a photo is another than was taken")
    return found is not None


def _any(world: World, device: Device) -> AttachmentRow | None:
    rows = sorted(device.book.read(addresses).values(), key=lambda row: row.id)
    return world.chance.choice(rows) if rows else None


def _prove_sums(world: World) -> None:
    kept, part = tables.files.c, tables.file_parts.c
    with reading(world.database, world.tenant) as connection:
        files = connection.execute(sa.select(kept.address, kept.size, kept.missing)).fetchall()
        counted = sa.select(part.address, sa.func.count()).group_by(part.address)
        parts = {row[0]: row[1] for row in connection.execute(counted)}
        total = connection.execute(sa.select(tables.file_sums.c.size)).scalar() or 0
    expect(total == sum(file.size for file in files), "the service counts other bytes than it has")
    for file in files:
        here = parts.get(file.address, 0)
        expect(here == parts_of(file.size) - file.missing, "a file has another number of parts than is told")
