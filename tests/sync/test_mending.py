"""Something was damaged, on a device or at the service: the next round finds it by the digest and mends it, or tells it
once; sync goes on, and nothing is deleted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from core.changes.answer import Answer, encode_answer
from core.changes.change import Outcome
from core.changes.digest import BUCKETS, bucket_of, row_sum
from core.changes.standing import Stand, State
from core.clock import FixedClock
from core.inbox.commands import settle
from core.inbox.queries import items
from core.ledger.queries import open_item
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import party
from core.store import log, mending
from core.store.engine import ANY_HAND, write_transaction
from sync.client import mend
from sync.protocol import messages as m
from sync.server import digests, tables
from tests.sync.day import Shared, apart, begin, edit
from tests.sync.fleet import Device, a_fleet

pytestmark = [pytest.mark.slow, pytest.mark.allow_logs]


class Pair:
    """Two devices in step over a day's work."""

    def __init__(self, devices: list[Device]) -> None:
        self.one, self.two = devices
        self.shared: Shared = begin(self.one.book)
        self.agree()
        apart(self.one.book, self.shared, phone="+919800000001", reference="U1", contact="C1")
        self.agree()

    def agree(self) -> None:
        for device in (self.one, self.two) * 2:
            device.sync()
        assert self.one.digest == self.two.digest == self.head()
        assert "differs" not in {k for k, v in self.two.book.facts().items() if v}

    def head(self) -> str:
        with self.service.connect() as connection:
            return str(connection.execute(sa.select(tables.heads.c.digest)).scalar_one())

    @property
    def service(self) -> Any:
        return self.one.wire.service.means.database

    def something_new(self) -> None:
        edit(self.one.book, self.shared.party, email="new@lotus.in")
        self.one.sync()

    def whole(self) -> None:
        """Both books stand as the service does, and prove themselves; the service's sums are those of its rows."""
        self.agree()
        for device in (self.one, self.two):
            assert device.book.verify().problems == ()
            assert device.book.read(items) == [
                item for item in device.book.read(items) if item.kind != "repair"
            ]
        with self.service.connect() as connection:
            tenant = self.one.book.facts()["tenant"]
            found = digests.sums(connection, tenant)
            rows = connection.execute(sa.select(tables.standing)).mappings().all()
        made = dict.fromkeys(range(BUCKETS), 0)
        for row in rows:
            stand = Stand(*(row[name] for name in Stand._fields))._replace(state=State(row["state"]))
            made[bucket_of(row["record"])] += row_sum(row["record"], stand)
        assert found == {bucket: value % (1 << 128) for bucket, value in made.items()}
        assert self.two.book.read(mending.bucket_sums) == list(found.values())


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with a_fleet(tmp_path, 2) as (_service, devices):
        yield Pair(devices)


def damage(device: Device, sql: str, *given: object) -> None:
    """Another program writes in the book's file."""
    with write_transaction(device.book._engine) as connection:
        connection.info["door"] = ANY_HAND
        done = connection.exec_driver_sql(sql, given)
        assert done.rowcount >= 1
        connection.info.clear()
    device.book._forget_facts()  # as the next start of the program would find it


def digest_off(device: Device) -> None:
    """The digest that the book keeps is no longer what the service says."""
    damage(device, "UPDATE meta SET value = ? WHERE name = 'digest'", msgspec.msgpack.encode("1"))


def asked(device: Device) -> list[str]:
    device.wire.calls.clear()
    device.sync()
    return [call for call in device.wire.calls if call not in ("knock", "prove")]


def test_sums_by_bucket_are_kept_with_the_rows(pair: Pair) -> None:
    pair.whole()


def test_a_row_altered_is_made_anew_from_the_log(pair: Pair) -> None:
    damage(pair.two, "UPDATE open_items SET open_paise = open_paise + 1 WHERE paper = ?", pair.shared.invoice)
    digest_off(pair.two)
    assert asked(pair.two) == ["pull"], "what the log here can mend asks the service nothing"
    pair.whole()


def test_a_stand_altered_shows_when_it_is_touched_and_is_made_anew(pair: Pair) -> None:
    damage(
        pair.two, "UPDATE standing SET rests = rests + 3, hash = x'00' WHERE record = ?", pair.shared.party
    )
    pair.something_new()
    assert asked(pair.two) == ["pull"]
    pair.whole()


def refused_before(device: Device, kind: str) -> log.Entry:
    return next(e for e in device.entries() if e.kind == kind and e.outcome == Outcome.APPLIED)


@pytest.mark.parametrize("kind", ["ledger.allocated", "parties.edited", "invoicing.issued"])
def test_an_answer_altered_is_taken_from_the_service(pair: Pair, kind: str) -> None:
    """The log itself says something else here: making it anew does not help, its entries are fetched."""
    entry = refused_before(pair.two, kind)
    answer = encode_answer(Answer(values={2: "Somebody else"})) if kind == "parties.edited" else b""
    outcome = Outcome.MERGED if answer else Outcome.HELD if kind == "invoicing.issued" else Outcome.REFUSED
    damage(
        pair.two, "UPDATE changes SET outcome = ?, answer = ? WHERE entry = ?", int(outcome), answer, entry.entry
    )  # fmt: skip
    digest_off(pair.two)
    calls = asked(pair.two)
    assert calls[:4] == ["pull", "buckets", "records", "entries"]
    pair.whole()


@pytest.mark.parametrize(
    "kind", ["ledger.allocated", "parties.edited", "receipts.recorded", "invoicing.issued"]
)
def test_an_entry_missing_is_taken_from_the_service(pair: Pair, kind: str) -> None:
    entry = refused_before(pair.two, kind)
    damage(pair.two, "DELETE FROM changes WHERE entry = ?", entry.entry)
    digest_off(pair.two)
    pair.two.sync()
    pair.whole()
    assert any(each.data == entry.data and each.seq == entry.seq for each in pair.two.entries())


def test_only_what_differs_is_fetched(pair: Pair) -> None:
    pair.one.book.write(
        "Many", lambda work: [save_party(work, Party(name=f"Party {n}", notes="n" * 500)) for n in range(400)]
    )
    pair.agree()
    entry = refused_before(pair.two, "receipts.recorded")
    damage(pair.two, "DELETE FROM changes WHERE entry = ?", entry.entry)
    digest_off(pair.two)
    before = pair.two.wire.bytes_received
    pair.two.sync()
    assert pair.two.wire.bytes_received - before < 25_000, "not the 200,000 bytes of everything"
    pair.whole()


def sums_follow(pair: Pair) -> None:
    """The damaged rows of the service have come into its sums."""
    offer = m.Offer(era=1, records=(), buckets=tuple(range(BUCKETS)))
    pair.one.courier.session.ask("offer", offer, m.Offered)


def at_service(pair: Pair, statement: Any) -> None:
    with pair.service.begin() as connection:
        assert connection.execute(statement).rowcount == 1


def test_a_cell_altered_at_the_service_is_made_anew_there(pair: Pair) -> None:
    kept = tables.standing.c
    with pair.service.connect() as connection:
        cells = connection.execute(sa.select(kept.cells).where(kept.record == pair.shared.party)).scalar_one()
    at_service(
        pair,
        sa.update(tables.standing)
        .where(kept.record == pair.shared.party)
        .values(cells=cells.replace(b"Lotus Foods", b"Lotus Goods")),
    )
    pair.something_new()
    pair.two.sync()
    pair.whole()
    for device in (pair.one, pair.two):
        known = device.book.read(lambda read: party(read, pair.shared.party))
        assert known is not None
        assert (known.name, known.email) == ("Lotus Foods", "new@lotus.in")


def test_an_entry_that_the_service_lacks_is_given_back_and_proved_by_its_neighbours(pair: Pair) -> None:
    kept = tables.changes.c
    entry = refused_before(pair.two, "parties.edited")
    with pair.service.connect() as connection:
        before = connection.execute(sa.select(tables.changes).where(kept.seq == entry.seq)).one()
    at_service(pair, sa.delete(tables.changes).where(kept.seq == entry.seq))
    at_service(pair, sa.delete(tables.standing).where(tables.standing.c.record == pair.shared.party))
    sums_follow(pair)
    pair.two.sync()
    with pair.service.connect() as connection:
        after = connection.execute(sa.select(tables.changes).where(kept.seq == entry.seq)).one()
    assert tuple(after)[:-1] == tuple(before)[:-1], "all but when it arrived"
    pair.whole()


def test_a_forged_entry_finds_no_hole(pair: Pair) -> None:
    kept = tables.changes.c
    entry = refused_before(pair.two, "parties.edited")
    at_service(pair, sa.delete(tables.changes).where(kept.seq == entry.seq))
    (mine,) = [
        each
        for each in pair.two.book.read(lambda read: list(mending.entries_of(read, [entry.record])))
        if each.seq == entry.seq
    ]
    forged = msgspec.structs.replace(mine, data=mine.data.replace(b"Lotus", b"Locus"))
    for lie in (forged, msgspec.structs.replace(mine, outcome=Outcome.REFUSED)):
        offer = m.Offer(era=1, records=(), entries=(lie,))
        told = pair.two.courier.session.ask("offer", offer, m.Offered)
        assert told == m.Offered(entries=0, records=0)
    told = pair.two.courier.session.ask("offer", m.Offer(era=1, records=(), entries=(mine,)), m.Offered)
    assert told.entries == 1


def test_the_head_s_own_digest_altered_is_summed_anew(pair: Pair) -> None:
    at_service(pair, sa.update(tables.heads).values(digest="1"))
    pair.two.sync()
    assert asked(pair.two) == ["pull"]
    pair.whole()


def test_what_cannot_be_mended_is_told_once_and_sync_goes_on(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service takes a paper for something else: no round mends that, and none stumbles over it."""
    kept = tables.standing.c
    at_service(
        pair, sa.update(tables.standing).where(kept.record == pair.shared.invoice).values(total_paise=1)
    )
    sums_follow(pair)
    rebuilt = []
    make_anew = mending.make_anew
    monkeypatch.setattr(mending, "make_anew", lambda work: rebuilt.append(1) or make_anew(work))
    done = pair.two.sync()
    assert rebuilt
    told = [item for item in pair.two.book.read(items) if item.kind == "repair"]
    assert len(told) == 1
    assert done.inbox == len(pair.two.book.read(items))
    assert "verify" in told[0].text
    rebuilt.clear()
    assert asked(pair.two) == ["pull"], "no loop"
    pair.something_new()
    rebuilt.clear()
    assert asked(pair.two) == ["pull"]
    edit(pair.two.book, pair.shared.party, contact="Mala")
    assert pair.two.sync().waiting == 0
    assert rebuilt == []
    pair.two.book.write("Seen", lambda work: settle(work, told[0].id, "dismiss"))
    pair.two.sync()
    assert [item for item in pair.two.book.read(items) if item.kind == "repair"] == []
    assert isinstance(pair.two.book.clock, FixedClock)
    pair.two.book.clock.move(seconds=mend.TRY_AGAIN_US / 1_000_000 + 1)
    pair.two.sync()
    assert rebuilt, "a day later it is tried again"
    assert pair.two.book.verify().problems == ()


def test_with_changes_pending_nothing_is_compared(pair: Pair) -> None:
    digest_off(pair.two)
    edit(pair.two.book, pair.shared.party, contact="Mala")
    pair.two.courier._receive()
    assert pair.two.book.read(log.pending_count) == 1
    pair.two.sync()
    pair.whole()


def test_cut_off_anywhere_it_is_mended_by_a_later_round(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.errors import Offline

    entry = refused_before(pair.two, "receipts.recorded")
    damage(pair.two, "DELETE FROM changes WHERE entry = ?", entry.entry)
    digest_off(pair.two)
    post = pair.two.wire.post
    for calls in range(1, 8):
        left = [calls]

        def dying(path: str, body: bytes, left: list[int] = left) -> Any:
            reply = post(path, body)
            left[0] -= 1
            if left[0] <= 0:
                raise Offline("cut")
            return reply

        monkeypatch.setattr(pair.two.wire, "post", dying)
        try:
            pair.two.sync()
        except Offline:
            pass
    monkeypatch.setattr(pair.two.wire, "post", post)
    pair.whole()
    item = pair.two.book.read(lambda read: open_item(read, pair.shared.invoice))
    assert item is not None
    assert item.open_paise == 0
