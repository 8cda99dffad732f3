"""What must hold of a world once it has healed, judged from the logs and rows themselves."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from typing import Any

import msgspec
import sqlalchemy as sa

from core.catalogue import KINDS
from core.changes.answer import decode_answer
from core.changes.change import Change, Outcome, decode_change
from core.changes.kind import ChangeClass
from core.ids import Id
from core.store import log
from core.store.rows import is_all_sums
from core.store.tables import PROJECTED
from sync.server import archive, tables
from sync.server.database import reading
from tests.simulation.afield import prove_carried, scope_of
from tests.simulation.ledger import prove_ledger
from tests.simulation.matched import prove_matched
from tests.simulation.oracle import foretold, prove_standing
from tests.simulation.returns import prove_returns
from tests.simulation.rows import rows_of
from tests.simulation.settled import Till, entered, prove_settled
from tests.simulation.taken_along import Outs
from tests.simulation.watch import Said, said
from tests.simulation.world import Device, World, expect

_PASSES_MAX = 5


def heal(world: World) -> None:
    """Sync until nobody has anything to say: each sends, the service gathers what it needs, each takes in the rest."""
    for _pass in range(_PASSES_MAX):
        behind = [device for device in world.devices if not _is_settled(world, device)]
        for device in behind:
            done = device.sync() is not None or device.waits_for_others
            expect(done, "a round fails although the weather is calm")
            if _pass:
                device.agree()
        if not behind:
            return
        if _pass and world.is_gathering() and any(device.waits_for_others for device in world.devices):
            world.declare_lost()  # a device of some parties cannot prove the order any more, and says so


def _is_settled(world: World, device: Device) -> bool:
    head = _head(world)

    def ask(read: Any) -> bool:
        is_waiting = log.pending_count(read) or log.shelved_count(read)
        meta = log.read_meta(read)
        is_by_scope = not world.field or meta.get("scope", 0) == scope_of(world, device)
        return not is_waiting and (meta["seq"], meta.get("run", b"")) == (head.seq, head.run) and is_by_scope

    return device.book.read(ask) and not world.is_gathering()


def prove(world: World, *, rebuilds: int = 99) -> None:
    """Everything that must hold at the end; raises `Broken` with what does not.

    The first and so many more books are rebuilt from their logs, and tell their returns; the others must be as those
    are, row by row.
    """
    rebuilt = [world.devices[0], *world.devices[max(1, len(world.devices) - rebuilds) :]]
    for device in world.devices:
        _settled(world, device)
    for device in rebuilt:
        _replayed(device)
    order = arrived(world)
    whole = [device for device in world.devices if not device.book.facts().get("partial")]
    _alike(whole)
    _no_number_twice(order, world.watch.clones)
    prove_returns(world, [device for device in rebuilt[1:] if device in whole])
    world.devices[0].book.read(lambda read: prove_ledger(read, order))
    till = Till(entered(order))
    world.devices[0].book.read(lambda read: prove_settled(read, till))
    world.devices[0].book.read(lambda read: prove_matched(read, till))
    _order(order)
    came = {said(row.device, row.data): row.seq for row in order}
    _foretold(world, order)
    for device in world.devices:
        device.session.end(world.watch.order, came, device.name)
    told = {row.seq: decode_answer(row.answer) for row in order}
    _nothing_lost(world, came.keys())
    loud = _loud(order, told)
    for device in whole:
        _everything_shown(device, loud)
    _fields_as_written(world, order, told)


def _settled(world: World, device: Device) -> None:
    head = _head(world)

    def ask(read: Any) -> None:
        meta, waiting = log.read_meta(read), log.pending_count(read)
        expect(waiting == 0, f"{device.path.name}: {waiting} changes still wait")
        expect(meta["seq"] == head.seq and meta["run"] == head.run, f"{device.path.name}: not at the head")
        is_alike = bool(meta.get("partial")) or int(meta["digest"], 16) == int(head.digest, 16)
        expect(is_alike, f"{device.path.name}: another digest than the service")
        _open_amounts(read)

    device.book.read(ask)


def _replayed(device: Device) -> None:
    """A book replayed from its log, from the beginning, is the book."""
    proof = device.book.verify()
    expect(proof.ok, f"{device.path.name}: {[problem.message + problem.field for problem in proof.problems]}")


def _open_amounts(read: Any) -> None:
    wrong = read.exec_driver_sql(
        "SELECT count(*) FROM open_items o JOIN standing s ON s.record = o.paper "
        "WHERE o.open_paise <> s.open_paise OR o.open_paise < 0 OR o.open_paise > o.amount_paise"
    ).scalar()
    expect(wrong == 0, f"{wrong} open items are not what stands, or beyond their amount")


def _alike(devices: Sequence[Device]) -> None:
    books = [device.book.read(_rows) for device in devices]
    for device, rows in zip(devices[1:], books[1:], strict=True):
        for name, found in rows.items():
            expect(found == books[0][name], f"{device.path.name}: table {name} differs")


def _rows(read: Any) -> dict[str, Counter[Any]]:
    """Every projected row, without what is numbered locally."""
    return {name: Counter(rows_of(read, sql)) for name, sql in _ALIKE.items()}


def _statement(table: sa.Table) -> str:
    names = [c.name for c in table.columns if (table.name, c.name) != ("standing", "entry")]
    where = " OR ".join(f"{name} <> 0" for name in table.info["sums"]) if is_all_sums(table) else "1"
    return f"SELECT {', '.join(names)} FROM {table.name} WHERE {where}"


_ALIKE = {table.name: _statement(table) for table in PROJECTED} | {
    "search": "SELECT text, record, kind FROM search"
}
"""By table: what must be alike in all books."""


def _no_number_twice(order: Sequence[archive.Entry], clones: Set[Id]) -> None:
    """No device gives a number twice; of two that say one thing of one number or period, one stands."""
    given: Counter[str] = Counter()
    standing: Counter[str] = Counter()
    for row in order:
        change = decode_change(row.data)
        kind = KINDS[change.kind]
        if kind.change_class is ChangeClass.ONCE and row.outcome != Outcome.DUPLICATE:
            body = msgspec.msgpack.decode(change.body, type=kind.record)
            place = kind.effects(change.record, body).number or ""
            given[place] += hasattr(body, "series") and not (
                row.device in clones and row.outcome == Outcome.HELD
            )
            standing[place] += row.outcome != Outcome.HELD
    twice = [place for place, count in (given | standing).items() if place and count > 1]
    expect(not twice, f"numbers used twice: {twice}")


def _order(order: Sequence[archive.Entry]) -> None:
    """Gapless in all and for each epoch of a device, as a reader of the service sees it."""
    numbers: Counter[tuple[bytes, int]] = Counter()
    for at, row in enumerate(order, 1):
        author = row.device, row.epoch
        numbers[author] += 1
        expect(row.seq == at, f"the order has a gap at {at}")
        expect(row.number == numbers[author], f"a device's numbers have a gap or a repeat at {at}")


def _foretold(world: World, order: Sequence[archive.Entry]) -> None:
    """The oracle says beforehand what becomes of each change, and how all stands in the end."""
    with world.database.connect() as connection:
        kept = tables.series.c
        series = dict(map(tuple, connection.execute(sa.select(kept.series, kept.device))))
        people = tables.devices.c
        ended = dict(map(tuple, connection.execute(sa.select(people.device, people.role))))
    watch = world.watch
    oracle = foretold(
        order, series, watch.roles, ended, watch.common, watch.carried_by, Outs(watch.asked, watch.times)
    )
    for device in world.devices:
        if device.book.facts().get("partial"):
            device.book.read(lambda read: prove_carried(read, world, device, oracle))  # noqa: B023  read at once
        else:
            device.book.read(lambda read: prove_standing(read, oracle))
    world.watch.gapless()


def _nothing_lost(world: World, came: Set[Said]) -> None:
    """Each change that was written has its place in the order, unless its machine was lost with it."""
    lost = world.seen.keys() - came - world.forgiven
    expect(not lost, f"changes that were written never reached the order: {lost}")


def _loud(order: Sequence[archive.Entry], told: Mapping[int, Any]) -> dict[int, str]:
    """By seq: the kind of what did not simply pass."""
    return {
        row.seq: row.kind
        for row in order
        if row.outcome in (Outcome.REFUSED, Outcome.HELD) or bool(told[row.seq].lost)
    }


def _everything_shown(device: Device, loud: Mapping[int, str]) -> None:
    """What did not simply pass stands in the Inbox of every device."""
    shown = device.book.read(lambda read: {row[0] for row in rows_of(read, "SELECT seq FROM inbox")})
    untold = {seq: kind for seq, kind in loud.items() if seq not in shown}
    expect(not untold, f"{device.path.name}: nobody is told of {untold}")


def _fields_as_written(world: World, order: Sequence[archive.Entry], told: Mapping[int, Any]) -> None:
    """A model of two dozen lines: in order, each field takes what was written, unless a loss is on record.

    What its author saw is what the harness noted when it was written, not what the change says of itself.
    """
    model: dict[bytes, dict[int, Any]] = {}
    refused: set[tuple[bytes, bytes, int]] = set()
    for row in order:
        change: Change = decode_change(row.data)
        kind = KINDS[change.kind]
        if kind.change_class is not ChangeClass.FIELDS:
            continue
        if row.outcome == Outcome.REFUSED:
            refused.update(
                (row.device, change.record, field) for field in msgspec.msgpack.decode(change.body)
            )
            continue
        fields, answer = model.setdefault(change.record, {}), told[row.seq]
        lost = {loss.field: loss for loss in answer.lost}
        before = world.seen.get(said(row.device, row.data))
        patch: dict[int, Any] = msgspec.msgpack.decode(change.body, type=dict[int, Any])
        for field, value in patch.items():
            stands, saw = fields.get(field), (before or {}).get(field)
            unseen = before is not None and field in fields and stands != saw and stands != value
            unseen = (
                unseen and (row.device, change.record, field) not in refused
            )  # it saw its own refused value
            expect(
                not unseen or field in lost, f"{change.kind} at {row.seq}: a value was lost without a record"
            )
            fields[field] = answer.values.get(field, value)
            if field in lost:
                values = {repr(lost[field].value), repr(lost[field].winner_value)}
                expect(
                    values == {repr(value), repr(stands)},
                    f"{row.seq}: the record of a loss tells other values",
                )
    shown = world.devices[0].book.read(lambda read: dict(rows_of(read, "SELECT record, image FROM images")))
    expect(model.keys() == shown.keys(), "records of class fields are missing")
    for record, fields in model.items():
        image = msgspec.msgpack.decode(shown[record], type=dict[int, Any])
        expect(image == fields, f"{record.hex()}: the record is not what the order makes of it")


def _head(world: World) -> Any:
    with world.database.connect() as connection:
        return connection.execute(sa.select(tables.heads)).one()


def arrived(world: World) -> list[archive.Entry]:
    """Every change in the order of the service, archived ones too."""
    with reading(world.database) as connection:
        return list(archive.entries_after(connection, world.tenant, 0, 1 << 30))
