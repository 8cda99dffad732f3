"""What a service has forgotten of people, or of a whole business, and is told again; on every engine."""

import random
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.changes.change import Role
from core.clock import FixedClock
from sync.client.session import ServiceRefused, Session, ask, signed
from sync.client.signer import Signer
from sync.protocol import messages as m
from sync.server import house, tables
from sync.server.database import writing
from tests.sync.fleet import TODAY, Wire, a_service
from tests.sync.server.raw import RawDevice, a_second, a_tenant
from tests.sync.server.test_people import LOTUS, RECORDS, a_revoke


@pytest.fixture
def first(tmp_path: Path, engine: str) -> RawDevice:
    made = a_tenant(tmp_path)
    yield made
    made.service.means.database.dispose()


def put_back(by: RawDevice, device: bytes, **values: object) -> None:
    """As if the service was restored: a new era, and a device stands as it did before."""
    with writing(by.service.means.database, by.tenant) as connection:
        at = tables.devices.c
        own = sa.and_(at.tenant == by.tenant, at.device == device)
        connection.execute(sa.update(tables.devices).where(own).values(**values))
        house.begin_era(connection, by.clock.now_us())


def state_of(by: RawDevice, device: bytes) -> tuple[str, str]:
    staff = by.session.ask("people", m.AskStaff(), m.Staff)
    return next((row.state, row.role) for row in staff.people.devices if row.device == device)


def told(by: RawDevice, people: m.People) -> bool:
    return ask(Wire(by.service), "tell", m.Tell(tenant=by.tenant, people=people), m.Told).is_news


def test_a_revocation_is_known_again_and_a_forged_list_is_not_believed(first: RawDevice) -> None:
    other = a_second(first)
    other.write("parties.edited", RECORDS[0], LOTUS)
    said = first.session.ask("revoke", a_revoke(first, other.device), m.People)
    put_back(first, other.device, state="live", ending="", notice=b"")
    assert state_of(first, other.device) == ("live", "bookkeeper")
    lie = m.People(version=said.version + 1, devices=said.devices, era=said.era, seal=said.seal)
    assert not told(first, lie)
    assert told(first, said)
    assert state_of(first, other.device) == ("ended", "bookkeeper")
    assert not told(first, said)
    answer = other.session.ask("deposit", m.Deposit(deposit=RECORDS[1]), m.Deposited)
    assert (answer.ending, answer.by) == ("revoked", first.device)


def test_one_that_joined_since_is_known_again(first: RawDevice) -> None:
    other = a_second(first, Role.OWNER)
    other.write("parties.edited", RECORDS[0], LOTUS)
    said = first.session.ask("people", m.AskStaff(), m.Staff).people
    with writing(first.service.means.database, first.tenant) as connection:
        for table in (tables.known_schemas, tables.devices, tables.series):
            own = sa.and_(table.c.tenant == first.tenant, table.c.device == other.device)
            connection.execute(sa.delete(table).where(own))
    put_back(first, first.device, ending="")
    with pytest.raises(ServiceRefused) as caught:
        other.session.ask("people", m.AskStaff(), m.Staff)
    assert caught.value.code == "TURNED_AWAY"
    assert told(other, said)
    assert state_of(other, other.device) == ("live", "owner")
    again = other.session.ask("people", m.AskStaff(), m.Staff).people
    assert {row.series for row in again.series} == {row.series for row in said.series}


def test_a_whole_business_is_founded_again_beside_others(first: RawDevice) -> None:
    """The tenant, its devices, series and keys are what they were; its order is empty, in an era of its own."""
    dice = random.Random(8)
    owner, clerk = Signer(dice.randbytes(32)), Signer(dice.randbytes(32))
    tenant = dice.randbytes(16)
    rows = [
        m.DeviceRow(
            device=bytes([n]) * 16, code=code, name=code, user=user, role=role, state="live", public_key=key
        )
        for n, code, user, role, key in (
            (1, "A", "Asha", "owner", owner.public_key), (2, "B", "Ravi", "bookkeeper", clerk.public_key),
        )
    ]  # fmt: skip
    series = (m.SeriesRow(series="A", device=rows[0].device), m.SeriesRow(series="B", device=rows[1].device))
    people = m.People(version=7, devices=tuple(rows), series=series, key_version=3, key_is_made=True)
    again = m.Again(tenant=tenant, era=5, people=people)
    asked = m.Found(
        code=first.service.founding_code(), book=bytes(16), company="", device=rows[0].device, epoch=1,
        public_key=owner.public_key, name="", letter="A", user="Asha", series=("A",), upto=0, again=again,
    )  # fmt: skip
    wire = Wire(first.service)
    for _asked_again in range(2):
        founded = ask(wire, "found", signed(asked, owner), m.Founded)
        assert (founded.tenant, founded.people.version, founded.people.key_version) == (tenant, 8, 3)
        assert founded.era > 5
        assert founded.people.series == series
    before = first.session.ask("meet", m.Meet(era=1, seq=0, run=b""), m.Met)
    assert (before.era, before.gathering, before.owners) == (1, False, ())
    met = Session(wire, clerk, tenant, rows[1].device).ask("meet", m.Meet(era=5, seq=9, run=bytes(16)), m.Met)
    assert (met.head, met.known, met.gathering) == (0, False, True)
    assert [(each.device, each.public_key) for each in met.owners] == [(rows[0].device, owner.public_key)]


def test_a_business_that_is_not_here_is_said_to_be_so(tmp_path: Path, engine: str) -> None:
    service = a_service(tmp_path, FixedClock.on(TODAY))
    stranger = Session(Wire(service), Signer(bytes(32)), b"T" * 16, b"D" * 16)
    with pytest.raises(ServiceRefused) as caught:
        stranger.ask("people", m.AskStaff(), m.Staff)
    assert caught.value.code == "NO_BUSINESS"
    service.means.database.dispose()
