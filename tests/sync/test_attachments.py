"""Sealed files between devices: resumed after any cut, fetched on demand, never readable by the service."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.attachments.commands import attach, detach
from core.attachments.queries import AttachmentRow, addresses, attachments_of
from core.attachments.rules import PART_BYTES
from core.attachments.vault import Vault
from core.changes.change import Role
from core.errors import Offline
from core.ids import Id
from core.parties.commands import save_party
from core.parties.model import Party
from sync.client.attachments import bytes_of, send_waiting
from sync.client.tenant_key import tenant_keys
from sync.client.transport import Reply
from sync.server import attachments as room
from sync.server import tables
from sync.server.service import Service
from tests.sync.business import a_business
from tests.sync.fleet import TODAY, Device, a_fleet, a_joiner, want_another

pytestmark = pytest.mark.slow
PHOTO = b"\xff\xd8\xff" + os.urandom(3 * PART_BYTES)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[tuple[Service, list[Device]]]:
    with a_fleet(tmp_path) as (service, devices):
        for device in (*devices, *devices):
            device.sync()
        yield service, devices


def put_in(device: Device, data: bytes = PHOTO, about: Id | None = None) -> AttachmentRow:
    """Attach a photo to a party; nothing is sent yet."""
    sealed = Vault(device.book.path).seal(data, tenant_keys(device.book))
    party = about or device.book.write("Party", lambda work: save_party(work, Party(name="Lotus")))
    device.book.write("Attach", lambda work: attach(work, party, sealed, name="challan.jpg", today=TODAY))
    return device.book.read(lambda read: attachments_of(read, party))[-1]


def test_a_photo_goes_from_device_to_device_and_the_service_cannot_read_it(
    fleet: tuple[Service, list[Device]],
) -> None:
    service, (one, two) = fleet
    row = put_in(one)
    one.sync()
    two.sync()
    [seen] = two.book.read(lambda read: attachments_of(read, row.about))
    assert bytes_of(two.book, two.courier.session, seen) is None, "nobody has sent it yet"
    assert send_waiting(one.book, one.courier.session) == 1
    assert send_waiting(one.book, one.courier.session) == 0
    assert bytes_of(two.book, two.courier.session, seen) == PHOTO
    two.wire.cut = True
    assert bytes_of(two.book, two.courier.session, seen) == PHOTO, "it is here now"
    with service.means.database.connect() as connection:
        kept = b"".join(connection.execute(sa.select(tables.file_parts.c.data)).scalars())
    assert PHOTO[100:200] not in kept
    assert {device.digest for device in (one, two)} == {one.digest}


def test_what_was_cut_off_goes_on_where_it_was(fleet: tuple[Service, list[Device]]) -> None:
    _service, (one, two) = fleet
    row = put_in(one)
    one.sync()
    post, sent = one.wire.post, 0

    def post_and_lose(path: str, body: bytes) -> Reply:
        nonlocal sent
        reply = post(path, body)
        sent += path == "send_part"
        if path == "send_part" and sent in (2, 3):
            raise Offline("the answer was lost")
        return reply

    one.wire.post = post_and_lose  # type: ignore[method-assign]
    for _cut in range(2):
        with pytest.raises(Offline):
            send_waiting(one.book, one.courier.session)
    assert send_waiting(one.book, one.courier.session) == 1
    assert sent == 4, "each part went once"
    two.sync()
    [seen] = two.book.read(lambda read: attachments_of(read, row.about))
    assert bytes_of(two.book, two.courier.session, seen) == PHOTO


def test_a_file_that_nobody_names_for_thirty_days_is_collected(
    fleet: tuple[Service, list[Device]], monkeypatch: pytest.MonkeyPatch
) -> None:
    service, (one, _two) = fleet
    row = put_in(one)
    kept = put_in(one, PHOTO[:-1], row.about)
    one.sync()
    assert send_waiting(one.book, one.courier.session) == 2
    one.book.write("Off", lambda work: detach(work, row.id, reason="wrong", today=TODAY))
    one.sync()
    sizes = []
    for days in (1, 20, 11):
        service.means.clock.move(seconds=days * 86_400 + 1)  # type: ignore[attr-defined]
        extra = put_in(one, PHOTO[: -2 - days], row.about)
        one.sync()
        send_waiting(one.book, one.courier.session)
        with service.means.database.connect() as connection:
            sizes.append(set(connection.execute(sa.select(tables.files.c.address)).scalars()))
        assert extra.address in sizes[-1]
    assert [row.address in found for found in sizes] == [True, True, False]
    assert all(kept.address in found for found in sizes)
    with service.means.database.connect() as connection:
        total = connection.execute(sa.select(tables.file_sums.c.size)).scalar_one()
        assert total == connection.execute(sa.select(sa.func.sum(tables.files.c.size))).scalar_one()


def test_without_room_it_waits_for_room(
    fleet: tuple[Service, list[Device]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _service, (one, _two) = fleet
    put_in(one)
    one.sync()
    monkeypatch.setattr(room, "QUOTA_BYTES", 1000)
    assert send_waiting(one.book, one.courier.session) == 0
    monkeypatch.undo()
    assert send_waiting(one.book, one.courier.session) == 1


def test_what_the_service_gives_is_believed_by_its_seal_alone(fleet: tuple[Service, list[Device]]) -> None:
    service, (one, two) = fleet
    row = put_in(one)
    one.sync()
    send_waiting(one.book, one.courier.session)
    two.sync()
    with service.means.database.begin() as connection:
        connection.execute(
            sa.update(tables.file_parts).where(tables.file_parts.c.n == 1).values(data=bytes(PART_BYTES + 16))
        )
    assert bytes_of(two.book, two.courier.session, row) is None
    assert not Vault(two.book.path).has(row.address)


def test_an_auditor_sees_and_sends_nothing(fleet: tuple[Service, list[Device]], tmp_path: Path) -> None:
    service, (one, _two) = fleet
    row = put_in(one)
    one.sync()
    send_waiting(one.book, one.courier.session)
    eye = a_joiner(tmp_path / "eye.bahi", service, one.book, role=Role.AUDITOR)
    try:
        one.sync()
        eye.sync()
        assert bytes_of(eye.book, eye.courier.session, row) == PHOTO
        Vault(eye.book.path).seal(PHOTO + b"x", tenant_keys(eye.book))
        assert send_waiting(eye.book, eye.courier.session) == 0
    finally:
        eye.book.close()


def test_what_was_sealed_under_either_key_of_a_version_is_read_by_all(tmp_path: Path) -> None:
    """Two owners' devices have made one each of version 2: one before the service was restored, one after."""
    with a_business(tmp_path) as business:
        one, two, three = business.devices
        for device in (*business.devices, *business.devices):
            device.sync()
        file = business.backup()
        want_another(business.service, 2)
        two.sync()
        photos = {put_in(two).address: PHOTO}
        business.restore(file)
        want_another(business.service, 2)
        one.sync()
        photos[put_in(one, PHOTO[:-1]).address] = PHOTO[:-1]
        assert tenant_keys(one.book)[2] != tenant_keys(two.book)[2]
        for _round in range(3):
            for device in business.devices:
                device.sync()
                send_waiting(device.book, device.courier.session)
        for device in business.devices:
            for row in device.book.read(addresses).values():
                assert bytes_of(device.book, device.courier.session, row) == photos[row.address]
            assert len(device.book.read(addresses)) == 2
        assert [len(each) for _version, each in sorted(tenant_keys(three.book).items())] == [1, 2, 1]
        for device in business.devices:
            device.wire.calls.clear()
            device.sync()
            assert device.wire.calls == ["pull"], "nobody goes on asking"
