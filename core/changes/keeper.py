"""Keeps the standing: loads what is asked, changes it as judged changes say, remembers what was before.

Device and service each give it their tables through four loaders and write its dirty rows back; the sums are the
same for both, which is why their digests can be compared.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import msgspec

from core.changes.change import Outcome, content_hash
from core.changes.digest import Digest
from core.changes.judge import (
    DRAWN,
    decided_place,
    drawn_place,
    given_up_of,
    missed_place,
    month_of_papers,
    taken_place,
)
from core.changes.kind import NO_EFFECTS, ChangeClass, Effects, Kind
from core.changes.record import in_order
from core.changes.standing import Recorded, Stand, State
from core.ids import Id

_encoder = msgspec.msgpack.Encoder()

MONTH, GIVEN_UP = "month", "given up"
"""What stands where papers are counted by month, and where it is added up what of a paper was given up; no kind of
change bears these names."""

Before = tuple[str, Any, Any]
"""("stand", record, Stand or None) · ("place", place, paper or None) · ("image", record, image or None)."""


class Keeper(ABC):
    """The standing within one transaction. `journal`, when set, gathers what each step overwrote."""

    def __init__(self, digest: Digest) -> None:
        self.digest = digest
        self.journal: list[Before] | None = None
        self.stands: dict[Id, Stand | None] = {}
        self.places: dict[str, Id | None] = {}
        self.images: dict[Id, Mapping[int, Any] | None] = {}
        self.dirty_stands: set[Id] = set()
        self.dirty_places: set[str] = set()
        self.dirty_images: set[Id] = set()
        self.released: list[Id] = []
        """The claims that the change enacted last has undone, in the order in which they were made."""
        self.accepted: list[Id] = []
        """The papers held until now that stand by the change enacted last."""
        self.declared = NO_EFFECTS
        """What the change enacted last declares."""

    @abstractmethod
    def load_stand(self, record: Id) -> Stand | None: ...

    @abstractmethod
    def load_holder(self, place: str) -> Id | None: ...

    @abstractmethod
    def load_image(self, record: Id) -> Mapping[int, Any] | None: ...

    @abstractmethod
    def places_of(self, paper: Id) -> list[str]:
        """The places a paper holds, gathered changes included."""

    @abstractmethod
    def effects_of(self, paper: Id) -> Effects:
        """What a recorded paper declared."""

    @abstractmethod
    def recorded(self, paper: Id) -> Recorded | None:
        """A paper or claim as it was written, with its kind."""

    @abstractmethod
    def owns_series(self, device: Id, series: str) -> bool: ...

    def stand(self, record: Id) -> Stand | None:
        """How a record stands; None when it is not known."""
        if record not in self.stands:
            self.stands[record] = self.load_stand(record)
        return self.stands[record]

    def holder(self, place: str) -> Id | None:
        """The paper that holds a place."""
        if place not in self.places:
            self.places[place] = self.load_holder(place)
        return self.places[place]

    def image(self, record: Id) -> Mapping[int, Any] | None:
        """The fields of a record of class *fields*."""
        if record not in self.images:
            self.images[record] = self.load_image(record)
        return self.images[record]

    def set_stand(self, record: Id, stand: Stand | None, *, fresh: bool = False) -> None:
        """Put a record's standing, keeping digest and journal right."""
        before = None if fresh else self.stand(record)
        if self.journal is not None:
            self.journal.append(("stand", record, before))
        if before is not None:
            self.digest.remove(record, before)
        if stand is not None:
            self.digest.add(record, stand)
        self.stands[record] = stand
        self.dirty_stands.add(record)

    def set_place(self, place: str, paper: Id | None) -> None:
        """Give a place to a paper, or free it."""
        if self.journal is not None:
            self.journal.append(("place", place, self.holder(place)))
        self.places[place] = paper
        self.dirty_places.add(place)

    def set_image(self, record: Id, image: Mapping[int, Any] | None) -> None:
        """Put the fields of a record."""
        if self.journal is not None:
            self.journal.append(("image", record, self.image(record)))
        self.images[record] = image
        self.dirty_images.add(record)

    def restore(self, before: Before) -> None:
        """Take one journalled step back; steps are taken back in reverse order.

        What the service has confirmed meanwhile stays: a record's seq never falls.
        """
        what, key, value = before
        if what == "stand":
            now = self.stand(key)
            seq = max(now.seq, value.seq) if now is not None and value is not None else 0
            self.set_stand(key, value if value is None else value._replace(seq=seq or value.seq))
        elif what == "place":
            self.set_place(key, value)
        else:
            self.set_image(key, value)

    def enact_fields(
        self, kind: Kind[Any], record: Id, patch: Mapping[int, Any], *, entry: int, seq: int
    ) -> None:
        """Bring a patch into the image and let the record stand by the image's hash."""
        before = self.image(record)
        image = in_order({**before, **patch} if before else patch)
        known = self.stand(record)
        self.set_image(record, image)
        digest = content_hash(_encoder.encode(image))
        first = known.entry if known else entry
        self.set_stand(
            record,
            Stand(kind.name, State.LIVE, first, digest, seq=seq or (known.seq if known else 0)),
            fresh=known is None,
        )

    def enact(
        self, kind: Kind[Any], record: Id, body: Any, outcome: Outcome, *,
        entry: int, seq: int, likeness: bytes, fresh: bool = False,
    ) -> bool:  # fmt: skip
        """Let a paper or claim take effect (PENDING or APPLIED), stand held, or be refused.

        False when there is nothing to show of it: a claim refused, or a paper held because its identity is
        another's (the record that has it stands as it stood); nor of a held paper that is written again and stands
        by that (`accepted` names it).
        """
        self.released, self.accepted = [], []
        effects = self.declared = kind.effects(record, body)
        if outcome is Outcome.REFUSED:
            self._contest(effects)
            return False
        held = outcome is Outcome.HELD
        if not fresh and self.stand(record) is not None and kind.change_class is ChangeClass.ONCE:
            if not held:
                self._accept(record)
                self._confirm(record, seq)
            return False
        total = sum(paise for paper, paise in effects.opens if paper == record)
        state = State.HELD if held else State.LIVE
        stand = Stand(kind.name, state, entry, likeness, total, 0 if held else total, 0, seq)
        self.set_stand(record, stand, fresh=fresh)
        if effects.number and (not held or self._is_unborne(effects.number)):
            self.set_place(effects.number, record)
        if not held:
            self._carry_out(record, effects)
        return True

    def keep_number(self, record: Id, number: str) -> None:
        """Keep the place of a number used, though nothing else of its paper stands: it was printed and handed over."""
        if self.holder(number) is None:
            self.set_place(number, record)

    def _is_unborne(self, number: str) -> bool:
        """Whether no paper that is known bears a number; one of which nothing but its number is kept gives way."""
        holder = self.holder(number)
        return holder is None or self.stand(holder) is None

    def forget(self) -> None:
        """Begin again with nothing: every row of what stood was taken away beneath."""
        self.digest.value = 0
        self.journal = None
        for kept in (self.stands, self.places, self.images):
            kept.clear()
        for dirty in (self.dirty_stands, self.dirty_places, self.dirty_images):
            dirty.clear()

    def _carry_out(self, record: Id, effects: Effects) -> None:
        last = effects.takes[-1][0] if len(effects.takes) > 1 else record
        if effects.takes:
            self.set_place(drawn_place(record), effects.takes[0][0])
        for n, (paper, paise) in enumerate(effects.takes):
            self._change(paper, open_paise=-paise)
            self.set_place(taken_place(paper), effects.takes[0][0] if n else last)
        for paper in effects.rests:
            self._change(paper, rests=1)
        for place, paper in effects.holds:
            self.set_place(place, paper)
            self._uncontest(paper)
        for paper in effects.ends:
            self._end(paper)
        for undone in effects.undoes:
            self._undo(undone)
        if effects.posts_on is not None:
            self._count(month_of_papers(effects.posts_on))
        for paper, paise in effects.gives_up:
            self._give_up(given_up_of(paper), paise)
        for paper in effects.accepts:
            self._accept(paper)
        for paper in effects.voids:
            self._void(paper)
        for paper in (*effects.accepts, *effects.voids):
            self.set_place(decided_place(paper), record)

    def _accept(self, paper: Id) -> None:
        """A held paper stands: what it opens is open, and what it declares is done."""
        known = self.stand(paper)
        if known is None or known.state is not State.HELD:
            return
        has_missed = self.holder(missed_place(paper)) is not None
        state = State.CONTESTED if has_missed else State.LIVE
        self.set_stand(paper, known._replace(state=state, open_paise=known.total_paise))
        self.accepted.append(paper)
        self._carry_out(paper, self.effects_of(paper))

    def _confirm(self, paper: Id, seq: int) -> None:
        """Its newest change has its place."""
        known = self.stand(paper)
        if known is not None and seq > known.seq:
            self.set_stand(paper, known._replace(seq=seq))

    def _void(self, paper: Id) -> None:
        """A held paper never stands; it gives up every place but its number."""
        known = self.stand(paper)
        if known is not None and known.state is State.HELD:
            self._free(paper)
            self.set_stand(paper, known._replace(state=State.VOID))

    def _undo(self, record: Id) -> None:
        """Give back what a claim took; of a paper, what every claim took that drew on it, and end the paper."""
        if self.effects_of(record).takes:
            self._give_back(record)
            return
        drawn = [place for place in self.places_of(record) if place.startswith(DRAWN)]
        for claim in sorted(bytes.fromhex(place.removeprefix(DRAWN)) for place in drawn):
            self._give_back(claim)
        self._end(record)

    def _give_back(self, claim: Id) -> None:
        known = self.stand(claim)
        if known is None or not known.stands:
            return
        effects = self.effects_of(claim)
        for paper, paise in effects.takes:
            self._change(paper, open_paise=paise)
        for paper, paise in effects.gives_up:
            self._give_up(given_up_of(paper), -paise)
        self.set_place(drawn_place(claim), None)
        self.set_stand(claim, known._replace(state=State.CANCELLED))
        self.released.append(claim)

    def _count(self, month: Id) -> None:
        known = self.stand(month) or Stand(MONTH, State.LIVE, 0, b"")
        self.set_stand(month, known._replace(rests=known.rests + 1))

    def _give_up(self, sums: Id, paise: int) -> None:
        known = self.stand(sums) or Stand(GIVEN_UP, State.LIVE, 0, b"")
        self.set_stand(sums, known._replace(total_paise=known.total_paise + paise))

    def _end(self, paper: Id) -> None:
        for leaned_on in self.effects_of(paper).rests:
            self._change(leaned_on, rests=-1)
        self._free(paper)
        known = self.stand(paper)
        if known is not None:
            self.set_stand(paper, known._replace(state=State.CANCELLED, open_paise=0))

    def _free(self, paper: Id) -> None:
        for place in self.places_of(paper):
            if not place.startswith("number/"):
                self.set_place(place, None)

    def _change(self, paper: Id, *, open_paise: int = 0, rests: int = 0) -> None:
        known = self.stand(paper)
        if known is None:
            return
        self.set_stand(
            paper, known._replace(open_paise=known.open_paise + open_paise, rests=known.rests + rests)
        )

    def _uncontest(self, paper: Id) -> None:
        """A bill that came second has the one place it wanted: its rival was cancelled, and it was claimed anew.

        A reminder wants many places, and stays contested for the steps it did not get.
        """
        known = self.stand(paper)
        if known is not None and known.state is State.CONTESTED and known.total_paise:
            self.set_stand(paper, known._replace(state=State.LIVE))

    def _contest(self, effects: Effects) -> None:
        for _place, paper in effects.holds:
            known = self.stand(paper)
            if known is not None and known.state is State.LIVE:
                self.set_stand(paper, known._replace(state=State.CONTESTED))
            elif known is not None and known.state is State.HELD:
                self.set_place(missed_place(paper), paper)


def likeness_of(kind: Kind[Any], body: Any, canonical: bytes) -> bytes:
    """The 16 bytes by which a paper or claim is known again."""
    told = kind.likeness(body) if kind.likeness is not None else b""
    return told or content_hash(canonical)


def is_fields(kind: Kind[Any]) -> bool:
    """Whether the kind's records are merged per field."""
    return kind.change_class is ChangeClass.FIELDS
