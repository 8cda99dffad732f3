"""A member's device that sends anything at all: the service answers every change, and honest devices go on."""

import random
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalogue import KINDS
from core.changes.change import Outcome, decode_change
from core.parties.model import Party
from core.store import log
from tests.sync.day import apart, begin
from tests.sync.fleet import Device, a_fleet
from tests.sync.server.raw import RawDevice, invited, patch

_leaf = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=8)
    | st.binary(max_size=20) | st.sampled_from(["2026-11-20", "A/26-27/0001", "INV", b"p" * 16])
)  # fmt: skip
_value = st.recursive(
    _leaf,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.integers(0, 40), inner, max_size=6),
    max_leaves=25,
)


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, engine: str) -> Iterator[tuple[RawDevice, Device]]:
    with a_fleet(tmp_path_factory.mktemp("hostile"), 1) as (service, (honest,)):
        apart(honest.book, begin(honest.book), phone="1", reference="U", email="a@b.in")
        honest.sync()
        yield invited(service, honest.courier.session), honest


@given(
    st.sampled_from([*sorted(KINDS), "no.such"]), _value, st.integers(-5, 2**63), st.integers(-(2**63), 2**63)
)
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_change_holds_it_is_answered_and_pulled(
    world: tuple[RawDevice, Device], kind: str, body: Any, base: int, stamp: int
) -> None:
    stranger, honest = world
    entry = stranger.write(kind, random.randbytes(16), body, base=base, stamp=stamp or 1)
    assert entry.outcome in set(Outcome) - {Outcome.PENDING}
    honest.sync()
    assert honest.book.facts()["seq"] == entry.seq


@given(st.data())
@settings(max_examples=120)
def test_good_changes_with_one_part_gone_wrong_are_answered_and_pulled(
    world: tuple[RawDevice, Device], data: st.DataObject
) -> None:
    stranger, honest = world
    good = [
        decode_change(entry.data)
        for entry in honest.entries()
        if entry.device == honest.book.facts()["device"]
    ]
    change = data.draw(st.sampled_from(good))
    body = _with_one_part_changed(msgspec.msgpack.decode(change.body), data)
    record = data.draw(st.sampled_from([random.randbytes(16), change.record]))
    stranger.write(change.kind, record, body)
    honest.sync()
    assert honest.book.read(log.shelved_count) == 0, "this version stumbled over what the service let pass"


def _with_one_part_changed(body: Any, data: st.DataObject) -> Any:
    if isinstance(body, list) and body and data.draw(st.integers(0, 9)):
        at = data.draw(st.integers(0, len(body) - 1))
        return [*body[:at], _with_one_part_changed(body[at], data), *body[at + 1 :]]
    if isinstance(body, dict) and body:
        at = data.draw(st.sampled_from(sorted(body)))
        return {**body, at: _with_one_part_changed(body[at], data)}
    return data.draw(_leaf)


def test_after_all_of_it_the_book_is_sound(world: tuple[RawDevice, Device]) -> None:
    stranger, honest = world
    for data in (msgspec.msgpack.encode(list(range(n))) for n in range(12)):
        stranger.send(data)
    last = stranger.write("parties.edited", b"z" * 16, patch(Party(name="Lotus")))
    assert last.outcome is Outcome.APPLIED
    honest.sync()
    assert honest.book.read(log.shelved_count) == 0
    assert honest.book.verify().problems == ()


def test_a_stamp_that_no_table_can_keep_is_clamped_on_every_device(world: tuple[RawDevice, Device]) -> None:
    stranger, honest = world
    stranger.write("parties.edited", b"s" * 16, patch(Party(name="Lotus")), stamp=1 << 63)
    stranger.write("receipts.recorded", b"t" * 16, ["x"], stamp=(1 << 64) - 1)
    honest.sync()
    assert honest.book.read(log.shelved_count) == 0


def test_a_value_nested_beyond_reason_is_not_looked_into(world: tuple[RawDevice, Device]) -> None:
    stranger, honest = world
    deep: Any = 1
    for _n in range(400):
        deep = [deep]
    entry = stranger.write("parties.edited", b"d" * 16, {1: "D", 2: "Deep", 99: deep})
    assert entry.outcome is Outcome.REFUSED
    honest.sync()
