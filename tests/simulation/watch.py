"""What must hold at any time, looked at after each request that the service answered.

The invariants by name: `cursor_within_head`, `numbers_gapless`, `stamps_rise`, `nothing_overdrawn`,
`paper_numbers_unique`, `papers_unchanged`, `one_answer_each`, `digests_agree`. Those of a session are in session.py,
those of the end in proof.py.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core.catalogue import KINDS
from core.changes.change import Change, Outcome, Role, decode_change
from core.changes.kind import ChangeClass
from core.changes.record import decoded
from core.ids import Id
from sync.server import tables
from tests.simulation.broken import expect

_RUNNING = re.compile(r"(.*?)(\d+)$")


class Place(NamedTuple):
    """Who wrote a change, and its number there."""

    device: Id
    epoch: int
    number: int


class Watch:
    """What the service has told so far, and whether it keeps to it."""

    def __init__(self) -> None:
        self.order: list[Place] = []
        """The order of changes: what stands at seq n + 1."""
        self.roles: dict[int, Role] = {}
        """By seq: the role that its author held when it arrived."""
        self.digests: dict[int, int] = {}
        """By seq: the digest there."""
        self._told: dict[Place, tuple[bytes, bytes, int]] = {}
        self._stamps: dict[tuple[Id, int], int] = {}
        self._running: dict[str, set[int]] = {}

    def look(self, database: Engine) -> None:
        """See what is new, and whether all that must hold does."""
        with database.connect() as connection:
            head = connection.execute(sa.select(tables.heads)).fetchone()
            if head is None:
                return
            expect(head.seq >= len(self.order), f"the head fell from {len(self.order)} to {head.seq}")
            kept = tables.changes
            rows = connection.execute(
                sa.select(kept).where(kept.c.seq > len(self.order)).order_by(kept.c.seq)
            ).all()
            people = tables.devices.c
            roles = dict(map(tuple, connection.execute(sa.select(people.device, people.role))))
            for row in rows:
                self._take(row, Role(roles[row.device]))
            if rows:
                nothing_overdrawn(connection)
                one_answer_each(connection, len(self.order))
            expect(
                head.seq == len(self.order), f"the head is {head.seq} and the order ends at {len(self.order)}"
            )
            digests_agree(self.digests, head.seq, head.digest, "the service")

    def fall_back(self, seq: int) -> None:
        """The service was restored from a backup that ends here."""
        for place in self.order[seq:]:
            del self._told[place]
        del self.order[seq:]
        self.digests = {at: digest for at, digest in self.digests.items() if at <= seq}
        self._running.clear()
        self._stamps.clear()

    def _take(self, row: Any, role: Role) -> None:
        expect(row.seq == len(self.order) + 1, f"the order has a gap at {row.seq}")
        place = Place(row.device, row.epoch, row.number)
        numbers_gapless(self._told, place)
        papers_unchanged(self._told, place, (row.data, row.answer, row.outcome))
        change = decode_change(row.data)
        stamps_rise(self._stamps, place, change.stamp)
        self._note_numbers(row, change)
        self.order.append(place)
        self.roles[row.seq] = role

    def _note_numbers(self, row: Any, change: Change) -> None:
        kind = KINDS[change.kind]
        if kind.change_class is not ChangeClass.ONCE or row.outcome == Outcome.DUPLICATE:
            return
        body = decoded(kind.record, change.body)
        given = kind.effects(change.record, body).number
        if given and hasattr(body, "series"):
            paper_numbers_unique(self._running, given)

    def gapless(self, forgiven: Iterable[str] = ()) -> None:
        """At the end: each series runs from 1 without a gap, but for those of devices that were lost with papers."""
        for series, numbers in self._running.items():
            gaps = set(range(1, max(numbers) + 1)) - numbers
            is_forgiven = any(f"/{code}/" in f"/{series}" for code in forgiven)
            expect(is_forgiven or not gaps, f"series {series} has gaps: {sorted(gaps)}")


def cursor_within_head(seq: int, head: int, who: str) -> None:
    """No device has seen more of the order than there is."""
    expect(seq <= head, f"{who} is at {seq}, and the order ends at {head}")


def numbers_gapless(told: dict[Place, Any], place: Place) -> None:
    """A device's changes arrive in the order of its numbers, none left out, in each of its epochs."""
    before = place._replace(number=place.number - 1)
    expect(
        place.number == 1 or before in told,
        f"change {place.number} of a device came before the one before it",
    )


def stamps_rise(stamps: dict[tuple[Id, int], int], place: Place, stamp: int) -> None:
    """What an author writes later is stamped later, whatever the clock did meanwhile."""
    author = (place.device, place.epoch)
    expect(
        stamp > stamps.get(author, 0),
        f"change {place.number} of a device is stamped before the one before it",
    )
    stamps[author] = stamp


def papers_unchanged(told: dict[Place, Any], place: Place, now: tuple[bytes, bytes, int]) -> None:
    """What was once told of a change is told of it for ever: its bytes, its answer, its outcome."""
    expect(
        told.setdefault(place, now) == now, f"change {place.number} of a device was told twice, and otherwise"
    )


def paper_numbers_unique(running: dict[str, set[int]], given: str) -> None:
    """No series gives a number twice."""
    found = _RUNNING.match(given)
    if found is not None:
        numbers = running.setdefault(found[1], set())
        expect(int(found[2]) not in numbers, f"number {given} was given twice")
        numbers.add(int(found[2]))


def nothing_overdrawn(connection: Connection) -> None:
    """At the service no more is allocated than there is, and nothing is given back beyond it."""
    kept = tables.standing.c
    wrong = connection.execute(
        sa.select(sa.func.count()).where(
            sa.or_(kept.open_paise < 0, kept.open_paise > kept.total_paise), kept.total_paise >= 0
        )
    ).scalar()
    expect(not wrong, f"{wrong} papers have less than nothing open, or more than their amount")


def one_answer_each(connection: Connection, seq: int) -> None:
    """Each change that was taken has one stored answer."""
    kept = tables.changes.c
    places = connection.execute(sa.select(kept.device, kept.epoch, kept.number)).all()
    twice = [place for place, times in Counter(map(tuple, places)).items() if times > 1]
    expect(
        len(places) == seq and not twice,
        f"{len(places)} answers for {seq} changes, {len(twice)} of them twice",
    )


def digests_agree(digests: dict[int, int], seq: int, digest: str, who: str) -> None:
    """At one cursor all have one digest."""
    now = int(digest, 16)
    expect(digests.setdefault(seq, now) == now, f"{who} has another digest at {seq} than another had there")
