"""Who may write what: every kind of the catalogue by every role, and the device says the same as the service's gate."""

import datetime as dt
import enum
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.catalogue import KINDS
from core.changes.change import Actor, Change, Outcome, Role, encode_change
from core.changes.digest import Bucketed
from core.changes.kind import ChangeClass, Kind
from core.changes.record import encoded, image_of
from core.errors import RuleBroken
from core.inbox.queries import items
from core.store.work import Work
from sync.client.owner import Owner
from sync.server.database import reading
from sync.server.gate import Gate
from sync.server.service import Service
from sync.server.standing import ServerStanding
from tests.sync.day import a_draft, begin, edit
from tests.sync.fleet import Device, a_fleet

pytestmark = pytest.mark.slow
RECORD = b"R" * 16
NOON = dt.datetime(2026, 11, 20, 12)
LEAVES = {bytes: RECORD, str: "X", int: 1, bool: False, dt.date: NOON.date(), dt.datetime: NOON}


class Admitted(Exception):
    """The device would write it."""


def a_record(shape: Any) -> Any:
    """The plainest record of a shape: what has a default keeps it, everything else is filled in by its type."""
    hints = typing.get_type_hints(shape)
    asked = {
        field.name: a_value(hints[field.name]) for field in msgspec.structs.fields(shape) if field.required
    }
    return shape(**asked)


def a_value(hint: Any) -> Any:
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return None if type(None) in parts else a_value(parts[0])
    if origin is tuple:
        return (a_value(parts[0]),) if parts[1:] == (Ellipsis,) else tuple(map(a_value, parts))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return a_record(hint)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint))
    return LEAVES[hint]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, engine: str) -> Iterator[tuple[Service, Device, Device]]:
    """An owner's device, and one that holds each role in turn."""
    with a_fleet(tmp_path_factory.mktemp("roles"), 2) as (service, [owner, other]):
        yield service, owner, other


def appoint(owner: Device, other: Device, role: Role) -> None:
    acting = Owner(owner.book, owner.courier.session, owner.courier.signer)
    acting.appoint(other.book.facts()["device"], role)


def said_by_device(device: Device, kind: Kind[Any], body: Any) -> list[str]:
    """The codes of the problems with which a book refuses a change; none where it would write it."""

    def command(work: Work) -> None:
        work._write = _admitted  # type: ignore[method-assign]
        work.record(kind, RECORD, body)

    try:
        device.book.write("Try", command)
    except RuleBroken as broken:
        return [problem.code for problem in broken.problems]
    except Admitted:
        return []
    raise AssertionError(f"{kind.name} was neither refused nor written")


def _admitted(*_given: object, **_named: object) -> None:
    raise Admitted


def said_by_gate(service: Service, device: Device, kind: Kind[Any], body: Any) -> tuple[Outcome, list[str]]:
    """What the gate makes of the same change, with the codes of its problems; nothing of it is kept."""
    meta = device.book.facts()
    fields = kind.change_class is ChangeClass.FIELDS
    raw = msgspec.msgpack.encode(image_of(body)) if fields else encoded(body)
    change = Change(1, 1, "Ravi", "owner", kind.name, RECORD, kind.schema, 1, 0, msgspec.Raw(raw))
    with reading(service.means.database, meta["tenant"]) as connection:
        standing = ServerStanding(connection, meta["tenant"], Bucketed(0), service.means.kinds)
        from sync.server import devices

        known = devices.member(connection, meta["tenant"], meta["device"])
        assert known is not None
        actor = Actor(known.device, known.user, known.role)
        gate = Gate(service.means.kinds, standing, actor, service.means.clock.now_us())
        ruling = gate.rule(gate.read(1, encode_change(change)), 1)
    return ruling.outcome, [problem.code for problem in ruling.answer.problems]


@pytest.mark.parametrize("role", Role)
def test_the_device_and_the_gate_say_the_same(office: tuple[Service, Device, Device], role: Role) -> None:
    """The change itself says that an owner wrote it; what counts is the role that its device holds at arrival."""
    service, owner, other = office
    appoint(owner, other, role)
    other.sync()
    assert other.book.facts()["role"] == role
    for kind in KINDS.values():
        body = a_record(kind.record)
        here = said_by_device(other, kind, body)
        outcome, there = said_by_gate(service, other, kind, body)
        assert here == there, kind.name
        assert ("ROLE" in there) == (role not in kind.roles), kind.name
        if role not in kind.roles:
            held = kind.change_class is ChangeClass.ONCE
            assert outcome is (Outcome.HELD if held else Outcome.REFUSED), kind.name


def test_an_auditor_writes_nothing_but_notes_of_reading() -> None:
    assert [kind.name for kind in KINDS.values() if Role.AUDITOR in kind.roles] == []


def test_what_was_written_under_a_role_that_is_gone_is_judged_by_the_one_held_at_arrival(
    tmp_path: Path,
) -> None:
    from core.invoicing.commands import issue_document
    from tests.core.books import TODAY

    with a_fleet(tmp_path, 2, role=Role.BOOKKEEPER) as (_service, [owner, other]):
        shared = begin(owner.book)
        for device in (owner, other):
            device.sync()
        edit(other.book, shared.party, name="Lotus and Sons")
        other.book.write("Sale", lambda work: issue_document(work, a_draft(shared.party), today=TODAY))
        appoint(owner, other, Role.AUDITOR)
        other.sync()
        assert other.book.facts()["role"] == "auditor"
        told = {item.kind for item in other.book.read(items)}
        assert {"refused", "held"} <= told, "nothing is lost: both stand in the Inbox"
        owner.sync()
        assert "held" in {item.kind for item in owner.book.read(items)}
        assert owner.digest == other.digest
