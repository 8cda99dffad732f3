"""What a device wrote over an order that the service lost is judged by what it could have seen of the new one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.changes.change import Outcome, Role
from core.ids import Id
from core.inbox.queries import items
from core.parties.queries import party
from sync.client.handback import declare_lost
from sync.server import tables
from tests.core.books import PASSPHRASE
from tests.sync.business import Business, a_business
from tests.sync.day import begin, edit

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def business(tmp_path: Path) -> Iterator[Business]:
    with a_business(tmp_path) as made:
        yield made


def forked(business: Business, **waits: str) -> Id:
    """The service lost five edits of the second device, which has one more that waits; the first wrote on instead."""
    one, two, _three = business.devices
    record = begin(one.book).party
    for device in business.devices * 2:
        device.sync()
    file = business.backup()
    for n in range(5):
        edit(two.book, record, phone=f"+9198000000{n:02d}")
        two.sync()
    edit(two.book, record, **waits)
    business.restore(file)
    edit(one.book, record, contact="One")
    one.sync()
    declare_lost(one.book, passphrase=PASSPHRASE, transport=one.wire)
    one.sync()
    return record


def test_its_own_earlier_edits_are_no_strangers(business: Business) -> None:
    record = forked(business, phone="+919900000000")
    business.agree()
    edit(business.devices[1].book, record, phone="+919911111111")
    business.agree()
    for device in business.devices:
        kept = device.book.read(lambda read: party(read, record))
        assert kept is not None
        assert (kept.phone, kept.contact) == ("+919911111111", "One")
        assert not [item for item in device.book.read(items) if item.kind == "conflict"]


def test_what_came_in_the_place_of_the_lost_it_has_not_seen(business: Business) -> None:
    """The edit that waited names a place of the old order: what stands there now is another's, and nobody's loss is
    silent."""
    record = forked(business, contact="Two")
    business.agree()
    for device in business.devices:
        assert [item.kind for item in device.book.read(items)] == ["conflict"]
        kept = device.book.read(lambda read: party(read, record))
        assert kept is not None
        assert kept.contact in ("One", "Two")


def test_what_its_scope_forbids_is_not_handed_over_anew(business: Business) -> None:
    record = forked(business, phone="+919900000000")
    one, two, _three = business.devices
    known = one.book.read(lambda read: party(read, record))
    assert known is not None
    before = known.phone
    device, kept = two.book.facts()["device"], tables.devices.c
    with business.service.means.database.begin() as connection:
        connection.execute(
            sa.update(tables.devices).where(kept.device == device).values(role=Role.FIELD.value)
        )
    two.sync()
    outcomes = {row.outcome for row in business.rows() if row.device == device}
    assert int(Outcome.REFUSED) in outcomes
    one.sync()
    known = one.book.read(lambda read: party(read, record))
    assert known is not None
    assert known.phone == before
