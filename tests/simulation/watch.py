"""What must hold at any time, looked at after each request that the service answered.

The invariants by name: `cursor_within_head`, `numbers_gapless`, `stamps_rise`, `nothing_overdrawn`,
`paper_numbers_unique`, `papers_unchanged`, `one_answer_each`, `digests_agree`. Those of a session are in session.py,
those of the end in proof.py.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection, Engine

from core.catalogue import KINDS
from core.changes.answer import decode_answer
from core.changes.change import Change, Outcome, Role, decode_change
from core.changes.kind import ChangeClass
from core.changes.record import decoded
from core.ids import Id
from tests.simulation.broken import expect
from tests.simulation.rows import rows_of
from tests.simulation.taken_along import Asked

_HEAD = "SELECT seq, digest FROM heads"
_NEW = (
    "SELECT seq, device, epoch, number, kind, data, answer, outcome FROM changes WHERE seq > ? ORDER BY seq"
)
_OVERDRAWN = (
    "SELECT count(*) FROM standing WHERE total_paise >= 0 AND (open_paise < 0 OR open_paise > total_paise)"
)
_OUT = "SELECT bill, device, paise, until_us FROM checkouts"
_PLACES = "SELECT count(*) FROM (SELECT DISTINCT device, epoch, number FROM changes)"
_RUNNING = re.compile(r"(.*?)(\d+)$")


class Place(NamedTuple):
    """Who wrote a change, and its number there."""

    device: Id
    epoch: int
    number: int


class Said(NamedTuple):
    """What a change says and who said it when, whatever number it bears: a copy that parts gives it another."""

    device: Id
    record: Id
    stamp: int
    body: bytes


def said(device: Id, data: bytes) -> Said:
    """What these bytes of a device say."""
    change = decode_change(data)
    return Said(device, change.record, change.stamp, bytes(change.body))


class Kept(NamedTuple):
    """A change as the service keeps it."""

    seq: int
    device: Id
    epoch: int
    number: int
    kind: str
    data: bytes
    answer: bytes
    outcome: int


class Watch:
    """What the service has told so far, and whether it keeps to it."""

    def __init__(self) -> None:
        self.order: list[Place] = []
        """The order of changes: what stands at seq n + 1."""
        self.roles: dict[int, Role | None] = {}
        """By seq: the role that its author held when it arrived; None for what an owner let in from a deposit."""
        self.digests: dict[int, int] = {}
        """By seq: the digest there."""
        self.told: dict[Place, tuple[bytes, bytes, int]] = {}
        """By change: what was told of it."""
        self.is_releasing = False
        """What arrives now comes out of a deposit."""
        self.clones: set[Id] = set()
        """Of which devices there were two books, alike to the last mark: of the numbers that both gave one stands."""
        self.times: dict[int, int | None] = {}
        """By seq: when it arrived."""
        self.carried: frozenset[Id] = frozenset()
        """The parties that the device carries which asks now."""
        self.carried_by: dict[int, frozenset[Id]] = {}
        """By seq of what came from the field: the parties that its author carried."""
        self.common: dict[int, int] = {}
        """By seq of what was judged anew: up to where its author and the service had one order."""
        self.asked: list[Asked] = []
        """What devices have taken along and given back."""
        self.forks: list[int] = []
        """Where the order went on otherwise than devices knew it, after an owner declared the rest lost."""
        self.may_fork = False
        self._reach = 0
        self._expected: dict[int, Place] = {}
        """What a service that was put back must take again, by seq."""
        self._stamps: dict[tuple[Id, int], int] = {}
        self._given: dict[int, str] = {}
        """By seq: the number that its paper bears."""

    @property
    def reach(self) -> int:
        """How far a device may have seen the order, also one that knows more than a service that was put back."""
        return max(self._reach, self._known)

    @property
    def _known(self) -> int:
        """How far the order of now goes, with what a service that was put back must take again."""
        return max(len(self.order), max(self._expected, default=0))

    def is_current(self, order: Mapping[int, Place]) -> bool:
        """Whether what a device shows is the order of now, not that of before a fork."""
        since = min(self.forks, default=0)
        return not since or all(self._at(seq) == place for seq, place in order.items() if seq >= since)

    def _at(self, seq: int) -> Place | None:
        return self.order[seq - 1] if seq <= len(self.order) else None

    def note_outs(self, database: Engine) -> None:
        """Devices have taken bills along, or given them back."""
        with database.connect() as connection:
            rows = rows_of(connection, _OUT)
        out = {(bill, device): (paise, until_us) for bill, device, paise, until_us in rows}
        self.asked.append(Asked(self._known, out))

    def note_carried(self, database: Engine, device: Id) -> None:
        """A device is about to send: note what it carries, and what it has lost without knowing it."""
        with database.connect() as connection:
            found = rows_of(connection, "SELECT party FROM scopes WHERE device = ?", device)
        self.carried = frozenset(row[0] for row in found)

    def look(self, database: Engine, now_us: int, handed_back_by: Id | None = None) -> None:
        """See what is new, and whether all that must hold does; where it was handed back, by whom."""
        with database.connect() as connection:
            heads = rows_of(connection, _HEAD)
            if not heads:
                return
            [(seq, digest)] = heads
            expect(seq >= len(self.order), f"the head fell from {len(self.order)} to {seq}")
            new = [Kept(*row) for row in rows_of(connection, _NEW, len(self.order))]
            if new:
                roles = dict(rows_of(connection, "SELECT device, role FROM devices"))
                by = roles.get(handed_back_by, Role.OWNER.value)
                for row in new:
                    self._note_fork(row)
                    self.times.setdefault(row.seq, None if handed_back_by else now_us)
                    if handed_back_by and self.forks and row.seq not in self.roles:
                        self.common[row.seq] = self.forks[-1] - 1
                    if roles[row.device] == Role.FIELD.value and not self.is_releasing:
                        if not handed_back_by:
                            self.carried_by.setdefault(row.seq, self.carried)
                        elif row.seq in self.common:
                            found = rows_of(
                                connection, "SELECT party FROM scopes WHERE device = ?", row.device
                            )
                            self.carried_by.setdefault(row.seq, frozenset(each[0] for each in found))
                    role = Role(roles[row.device] if by == Role.OWNER.value else by)
                    self._take(row, None if self.is_releasing else role)
                nothing_overdrawn(connection)
                one_answer_each(connection, len(self.order))
            expect(seq == len(self.order), f"the head is {seq} and the order ends at {len(self.order)}")
            digests_agree(self.digests, seq, digest, "the service")

    def heard(self) -> set[Said]:
        """All that the service was ever told and has."""
        return {said(place.device, data) for place, (data, _answer, _outcome) in self.told.items()}

    def fall_back(self, seq: int, known: int) -> None:
        """The service was put back to `seq`; up to `known` its devices hold the order, and give it back as it was."""
        known = max(seq, known)
        self._expected = {at: self.order[at - 1] for at in range(seq + 1, known + 1)}
        for place in self.order[known:]:
            del self.told[place]
        del self.order[seq:]
        for noted in (self.digests, self.roles, self.times, self.common, self.carried_by):
            for at in [at for at in noted if at > known]:
                del noted[at]
        self.may_fork = False
        self._given = {at: number for at, number in self._given.items() if at <= seq}
        self._stamps.clear()

    def _note_fork(self, row: Kept) -> None:
        """What comes on top of a service that waits for nobody may be new; what devices know beyond is judged anew."""
        place, now = Place(row.device, row.epoch, row.number), (row.data, row.answer, row.outcome)
        expected = self._expected.get(row.seq)
        if not self.may_fork or expected is None or (expected == place and self.told.get(place) == now):
            return
        self._reach = max(self.reach, self._reach)
        for lost in self._expected.values():
            self.told.pop(lost, None)
        for noted in (self.digests, self.roles, self.times, self.common, self.carried_by, self._given):
            for at in [at for at in noted if at >= row.seq]:
                del noted[at]  # type: ignore[attr-defined]
        self.asked = [Asked(min(each.seq, row.seq - 1), each.out) for each in self.asked]
        self._expected, self.may_fork = {}, False
        self._stamps.clear()
        self.forks.append(row.seq)

    def _take(self, row: Kept, role: Role | None) -> None:
        expect(row.seq == len(self.order) + 1, f"the order has a gap at {row.seq}")
        place = Place(row.device, row.epoch, row.number)
        numbers_gapless(self.told, place)
        papers_unchanged(self.told, place, (row.data, row.answer, row.outcome))
        expected = self._expected.pop(row.seq, place)
        expect(expected == place, f"a service that was put back has another change at {row.seq} than it had")
        change = decode_change(row.data)
        stamps_rise(self._stamps, place, change.stamp, decode_answer(row.answer).stamp)
        self._note_number(row, change)
        self.order.append(place)
        self.roles.setdefault(row.seq, role)

    def _note_number(self, row: Kept, change: Change) -> None:
        kind = KINDS[change.kind]
        is_anothers = row.device in self.clones and any(
            problem.code == "NUMBER_USED" for problem in decode_answer(row.answer).problems
        )
        if kind.change_class is not ChangeClass.ONCE or row.outcome == Outcome.DUPLICATE or is_anothers:
            return
        body = decoded(kind.record, change.body)
        given = kind.effects(change.record, body).number
        if given and hasattr(body, "series"):
            paper_numbers_unique(self._given.values(), given)
            self._given[row.seq] = given

    def gapless(self) -> None:
        """At the end: the papers of each series run from 1 without a gap."""
        running: dict[str, set[int]] = defaultdict(set)
        for given in self._given.values():
            found = _RUNNING.match(given)
            assert found is not None
            running[found[1]].add(int(found[2]))
        for series, numbers in running.items():
            gaps = set(range(1, max(numbers) + 1)) - numbers
            expect(not gaps, f"series {series} has gaps: {sorted(gaps)}")


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


def stamps_rise(stamps: dict[tuple[Id, int], int], place: Place, stamp: int, clamped: int) -> None:
    """What an author writes later is stamped later, whatever the clock did meanwhile.

    Where the service had to clamp a stamp (0: it had not), that counts, and what comes after goes on from there.
    """
    author = (place.device, place.epoch)
    before = stamps.get(author, 0)
    rises = clamped >= before if clamped else stamp > before
    expect(rises, f"change {place.number} of a device is stamped before the one before it")
    stamps[author] = clamped or stamp


def papers_unchanged(told: dict[Place, Any], place: Place, now: tuple[bytes, bytes, int]) -> None:
    """What was once told of a change is told of it for ever: its bytes, its answer, its outcome."""
    expect(
        told.setdefault(place, now) == now, f"change {place.number} of a device was told twice, and otherwise"
    )


def paper_numbers_unique(given: Iterable[str], number: str) -> None:
    """No series gives a number twice."""
    expect(number not in given, f"number {number} was given twice")


def nothing_overdrawn(connection: Connection) -> None:
    """At the service no more is allocated than there is, and nothing is given back beyond it."""
    [(wrong,)] = rows_of(connection, _OVERDRAWN)
    expect(not wrong, f"{wrong} papers have less than nothing open, or more than their amount")


def one_answer_each(connection: Connection, seq: int) -> None:
    """Each change that was taken has one stored answer."""
    [(answers,)] = rows_of(connection, "SELECT count(*) FROM changes")
    [(places,)] = rows_of(connection, _PLACES)
    expect(answers == places == seq, f"{answers} answers for {seq} changes, at {places} places")


def digests_agree(digests: dict[int, int], seq: int, digest: str, who: str) -> None:
    """At one cursor all have one digest."""
    now = int(digest, 16)
    expect(digests.setdefault(seq, now) == now, f"{who} has another digest at {seq} than another had there")
