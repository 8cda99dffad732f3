"""Bugs of the wire and of the service's order, each as a switch: planted to see that the short histories find them."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from sqlalchemy.engine import Connection

import sync.server.checkouts as checkouts
import sync.server.gate as gate
import sync.server.handback as handback
import sync.server.ordering as ordering
import sync.server.reception as reception
import sync.server.scopes as scopes
from core.changes.change import Outcome
from core.changes.merge import Cells, Edit, Merged, edit_by_field, without, written_over
from core.changes.record import field_number
from core.changes.stamp import StampMaker
from core.parties.kinds import EDITED
from core.parties.model import Party
from core.store import confirmed as confirmed_changes
from core.store import log as book_log
from core.store.replica import Replica
from core.store.work import Work
from sync.client.courier import Courier
from sync.server import log as server_log
from tests.simulation import trade
from tests.simulation.planted import Plant


def answered_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    """The service answers a push, and then its commit fails."""
    writing, pushes = ordering.writing, itertools.count(1)

    @contextmanager
    def writing_or_not(*told: Any) -> Iterator[Connection]:
        with writing(*told) as connection:
            yield connection
            if next(pushes) > 9 and not next(pushes) % 3:
                connection.rollback()
                connection.exec_driver_sql("BEGIN IMMEDIATE")

    patch.setattr(ordering, "writing", writing_or_not)


def a_plain_sequence(patch: pytest.MonkeyPatch) -> None:
    """The order is counted by a sequence beside the tenant's head, which a transaction undone does not give back."""
    take_head, given = server_log.take_head, {}

    def next_of_sequence(connection: Connection, tenant: bytes) -> Any:
        head = take_head(connection, tenant)
        seq = max(head.seq, given.get((id(connection.engine.pool), tenant), 0))
        given[id(connection.engine.pool), tenant] = seq + 1
        return head._replace(seq=seq)

    patch.setattr(reception.log, "take_head", next_of_sequence)


def merged_by_wall_clock(patch: pytest.MonkeyPatch) -> None:
    """Of two values the one with the later clock stands, whatever its writer had seen; nobody is told."""

    def merge(cells: Cells, incoming: Edit, *, base: int) -> Merged:
        values = {
            field: stood.values[field]
            for field, stood in edit_by_field(cells).items()
            if field in incoming.values and stood.stamp > incoming.stamp
        }
        return Merged(written_over(cells, without(incoming, values)), values, ())

    patch.setattr(gate, "merge", merge)


def a_clock_without_memory(patch: pytest.MonkeyPatch) -> None:
    """A stamp is what the clock says, also when that was set back."""

    def next_stamp(self: StampMaker) -> int:
        self.last = (self._clock.now_us() // 1000) << 16
        return self.last

    patch.setattr(StampMaker, "next", next_stamp)


def a_tombstone_is_dropped(patch: pytest.MonkeyPatch) -> None:
    """What another device put away comes back here: tombstones are filtered out of what is taken in."""
    take_effect = Work.take_effect
    archived = field_number(Party, "archived")

    def without_tombstones(
        self: Work, kind: Any, change: Any, device: bytes, *told: Any, **named: Any
    ) -> None:
        if kind is EDITED and device != self.actor.device:
            fields = msgspec.msgpack.decode(change.body, type=dict[int, Any])
            if fields.pop(archived, False):
                change = msgspec.structs.replace(change, body=msgspec.Raw(msgspec.msgpack.encode(fields)))
        take_effect(self, kind, change, device, *told, **named)

    patch.setattr(Work, "take_effect", without_tombstones)
    patch.setattr(trade, "_ODD", {"archived": lambda n: n < 60})  # people here put parties away often


def answers_are_judged_anew(patch: pytest.MonkeyPatch) -> None:
    """A device takes every claim of others for granted that it would have granted itself."""
    read_entry = confirmed_changes.read_entry

    def as_it_would(work: Work, arrived: Any, data: bytes) -> Any:
        confirmed = read_entry(work, arrived, data)
        if confirmed.outcome is Outcome.REFUSED and arrived.device != work.actor.device:
            return confirmed._replace(outcome=Outcome.APPLIED)
        return confirmed

    as_it_comes, whenever_it_stands_again = Replica.apply.__globals__, vars(confirmed_changes)
    for room in (as_it_comes, whenever_it_stands_again):
        patch.setitem(room, "read_entry", as_it_would)


def an_answer_is_lost_for_good(patch: pytest.MonkeyPatch) -> None:
    """A round that was cut off is thought to have sent everything: what was in it is never sent again."""
    send = Courier._send

    def send_once(self: Courier, *told: Any) -> int:
        try:
            return send(self, *told)
        except BaseException:
            with self._book._engine.begin() as connection:
                connection.info["door"] = book_log.HAND
                connection.exec_driver_sql(
                    book_log.HAND + "UPDATE changes SET outcome = 1 WHERE outcome = 0 AND entry = "
                    "(SELECT max(entry) FROM changes)"
                )
            raise

    patch.setattr(Courier, "_send", send_once)


def half_a_page_moves_the_cursor_over_all_of_it(patch: pytest.MonkeyPatch) -> None:
    """A page that is too large is cut, and the head is told as if all of it had been sent."""
    page_after = server_log.page_after

    def cut(connection: Connection, tenant: bytes, seq: int, *told: Any) -> Any:
        entries, run = page_after(connection, tenant, seq, *told)
        return (entries[:-1], run) if len(entries) > 3 else (entries, run)

    patch.setattr(ordering.log, "page_after", cut)


def a_held_paper_counts(patch: pytest.MonkeyPatch) -> None:
    """The service holds a paper and lets it open its amount all the same."""
    judge = gate.judge_paper

    def lenient(*about: Any, **named: Any) -> Any:
        verdict = judge(*about, **named)
        return verdict._replace(outcome=Outcome.APPLIED) if verdict.outcome is Outcome.HELD else verdict

    patch.setattr(gate, "judge_paper", lenient)


def a_clone_is_taken_for_itself(patch: pytest.MonkeyPatch) -> None:
    """What is sent under a number that is here already is thought to be what is here."""
    patch.setattr(reception.Reception, "_agree", lambda _self, _push, _links: True)


def nobody_asks_who_has_a_bill(patch: pytest.MonkeyPatch) -> None:
    """The gate settles a bill that somebody has taken along."""
    patch.setattr(checkouts.Out, "problem", lambda *_asked: None)


def the_old_order_counts_as_seen(patch: pytest.MonkeyPatch) -> None:
    """After a fork a place that an author saw is thought to be that place of the new order."""
    patch.setattr(handback, "_seen_up_to", lambda _common, read: read)


def handed_back_by_nobody_known(patch: pytest.MonkeyPatch) -> None:
    """What is judged anew is merged as if its authors had no epochs."""
    patch.setattr(gate.Gate, "epoch", property(lambda _self: 0, lambda _self, _epoch: None), raising=False)


def nothing_is_hidden(patch: pytest.MonkeyPatch) -> None:
    """A device in the field is shown what it does not carry."""
    patch.setattr(scopes.Shown, "hidden", lambda _self, _entries: frozenset())


def what_a_device_may_write_is_not_asked(patch: pytest.MonkeyPatch) -> None:
    """What a device in the field writes about others' parties is taken."""
    patch.setattr(scopes.Within, "problem", lambda *_asked: None)


PLANTS: tuple[Plant, ...] = (
    answered_before_the_commit,
    a_plain_sequence,
    merged_by_wall_clock,
    a_clock_without_memory,
    a_tombstone_is_dropped,
    answers_are_judged_anew,
    an_answer_is_lost_for_good,
    half_a_page_moves_the_cursor_over_all_of_it,
    a_held_paper_counts,
    a_clone_is_taken_for_itself,
    nobody_asks_who_has_a_bill,
    the_old_order_counts_as_seen,
    handed_back_by_nobody_known,
    nothing_is_hidden,
    what_a_device_may_write_is_not_asked,
)
