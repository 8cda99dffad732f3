"""An oracle: dicts that take changes in the service's order, and say beforehand what becomes of each.

It knows what kinds declare (their own problems, admissions and effects) and nothing of keeper, judge, merge, database
or wire: those are what it is laid beside. What it says is compared change by change with the stored outcomes, and at
the end with how every record stands in every book.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from core.catalogue import KINDS
from core.changes.answer import decode_answer
from core.changes.change import Actor, Outcome, Role, content_hash, decode_change
from core.changes.kind import ChangeClass, Effects, Kind
from core.changes.record import decoded, field_name, from_image
from core.changes.standing import Recorded, Stand, State
from core.ids import Id, imported_id
from core.parties.kinds import EDITED as PARTY
from tests.simulation.afield import Whose
from tests.simulation.broken import expect
from tests.simulation.rows import rows_of
from tests.simulation.taken_along import Outs

OUT_OF_SCOPE = "OUT_OF_SCOPE"
LIVE, HELD, CONTESTED = State.LIVE, State.HELD, State.CONTESTED
_STANDING = "SELECT record, state, total_paise, open_paise, rests FROM standing WHERE kind NOT IN ('month', 'given up')"
_OVER = (State.CANCELLED, State.VOID, State.HELD)


@dataclass
class Paper:
    """A paper or claim, and what became of it."""

    kind: Kind[Any]
    body: Any
    hash: bytes
    effects: Effects
    seq: int
    state: State = LIVE
    total: int = 0
    open: int = 0
    leaning: int = 0

    @property
    def stands(self) -> bool:
        return self.state in (LIVE, CONTESTED)


class Cell(NamedTuple):
    """A field: its value, and who wrote it when and where in the order."""

    value: Any
    stamp: int
    device: Id
    seq: int
    epoch: int


@dataclass
class Oracle:
    """What stands after the changes it was told of. As `Standing` it answers what admissions ask."""

    series: Mapping[str, Id]
    ended: Mapping[Id, str] = field(default_factory=dict)
    """The last role of each device: what a deposit of it is judged by."""
    common: Mapping[int, int] = field(default_factory=dict)
    """By seq of what was judged anew after a fork: how much of the order its author had seen is that of now."""
    carried_by: Mapping[int, frozenset[Id]] = field(default_factory=dict)
    """By seq of what came from the field: the parties that its author carried."""
    whose: Whose = field(default_factory=Whose)
    authors: dict[Id, Id] = field(default_factory=dict)
    outs: Outs = field(default_factory=Outs)
    """The bills that devices have with them."""
    papers: dict[Id, Paper] = field(default_factory=dict)
    places: dict[str, Id] = field(default_factory=dict)
    fields: dict[Id, tuple[Kind[Any], dict[int, Cell]]] = field(default_factory=dict)
    months: Counter[Id] = field(default_factory=Counter)
    given_up: Counter[Id] = field(default_factory=Counter)
    draws: dict[Id, set[Id]] = field(default_factory=lambda: defaultdict(set))
    """By credit: the claims that draw on it."""

    def predict(self, row: Any, role: Role | None) -> Outcome:
        """Take the next change of the order in; answers what must become of it. Without a role: out of a deposit."""
        change, told = decode_change(row.data), decode_answer(row.answer)
        kind, actor = KINDS[change.kind], Actor(row.device, change.user, role or Role(self.ended[row.device]))
        self.authors.setdefault(change.record, row.device)
        if kind.change_class is ChangeClass.FIELDS:
            made_here = change.record if kind is PARTY and change.record not in self.fields else None
            if not self._may(row, self.whose.note(kind, change.record, None, None), told, made_here):
                return Outcome.REFUSED
            return self._fields(kind, change, told.stamp or change.stamp, row, actor)
        body = decoded(kind.record, change.body)
        alike = (kind.likeness(body) if kind.likeness else b"") or content_hash(bytes(change.body))
        made = Paper(kind, body, alike, kind.effects(change.record, body), row.seq)
        is_kept_back = not self._may(row, self.whose.note(kind, change.record, body, made.effects), told)
        if kind.change_class is ChangeClass.ONCE:
            return self._paper(change.record, made, actor, is_kept_back=role is None or is_kept_back)
        return self._claim(change.record, made, actor, is_kept_back=is_kept_back)

    def _may(self, row: Any, about: frozenset[Id], told: Any, made: Id | None = None) -> bool:
        """Whether a change is its author's to make. The service says so of what names no party itself."""
        carried = self.carried_by.get(row.seq)
        says_no = any(problem.code == OUT_OF_SCOPE for problem in told.problems)
        if carried is None:
            return True
        may = self.whose.may(about, carried, made)
        expect(may or says_no, f"{row.kind} at {row.seq}: it is about a party that its author does not carry")
        if about:
            expect(may is not says_no, f"{row.kind} at {row.seq}: its author carries all that it is about")
        if says_no and KINDS[row.kind].change_class is not ChangeClass.FIELDS:
            self.whose.keep_back(row.record, row.device)
        return not says_no

    def stand(self, record: Id) -> Stand | None:
        """How a record stands."""
        if (paper := self.papers.get(record)) is not None:
            return Stand(
                paper.kind.name, paper.state, paper.seq, paper.hash, paper.total, paper.open, paper.leaning, paper.seq
            )  # fmt: skip
        if record in self.fields:
            kind, cells = self.fields[record]
            return Stand(kind.name, LIVE, 0, b"", seq=max(cell.seq for cell in cells.values()))
        if record in self.months:
            return Stand("month", LIVE, 0, b"", rests=self.months[record])
        if record in self.given_up:
            return Stand("given up", LIVE, 0, b"", total_paise=self.given_up[record])
        return None

    def holder(self, place: str) -> Id | None:
        """Who has a place."""
        return self.places.get(place)

    def image(self, record: Id) -> Mapping[int, Any] | None:
        """The fields of a record."""
        known = self.fields.get(record)
        return {n: known[1][n].value for n in sorted(known[1])} if known else None

    def recorded(self, paper: Id) -> Recorded | None:
        """A paper as it was written."""
        known = self.papers.get(paper)
        return Recorded(known.kind, known.body) if known else None

    def owns_series(self, device: Id, series: str) -> bool:
        """Whose series it is."""
        return self.series.get(series) == device

    def _fields(self, kind: Kind[Any], change: Any, stamp: int, row: Any, actor: Actor) -> Outcome:
        """Per field the newest stamp wins where the writer had not seen what stood; of equal ones, the first."""
        patch = msgspec.msgpack.decode(change.body, type=dict[int, Any])
        known = self.fields.get(change.record)
        cells = dict(known[1]) if known else {}
        is_merged, base = False, min(change.base, self.common.get(row.seq, change.base))
        for number, value in patch.items():
            stood, mine = cells.get(number), Cell(value, stamp, actor.device, row.seq, row.epoch)
            unseen = stood is not None and stood.seq > base and stood[2::2] != mine[2::2]
            if stood is not None and unseen and (stood.stamp, stood.device) >= (stamp, actor.device):
                is_merged = True
            else:
                is_merged = is_merged or (stood is not None and unseen and stood.value != value)
                cells[number] = mine
        body = from_image(kind.record, {n: cells[n].value for n in sorted(cells)})
        named = {field_name(kind.record, number) for number in patch}
        wrong = [p for p in kind.problems(body) if not known or not p.field or p.field.split(".")[0] in named]
        if (
            wrong
            or self._not_allowed(kind, change.record, body, actor)
            or (known is not None and known[0] is not kind)
            or change.record in self.papers
        ):
            return Outcome.REFUSED
        self.fields[change.record] = (kind, cells)
        return Outcome.MERGED if is_merged else Outcome.APPLIED

    def _not_allowed(self, kind: Kind[Any], record: Id, body: Any, actor: Actor) -> bool:
        return actor.role not in kind.roles or any(kind.admit(record, body, self, actor))

    def _paper(self, record: Id, made: Paper, actor: Actor, *, is_kept_back: bool) -> Outcome:
        """A paper stands, is held, or is known already."""
        known, number = self.papers.get(record), made.effects.number
        is_other = known is not None and (known.hash, known.kind) != (made.hash, made.kind)
        if is_other or record in self.fields:
            return Outcome.HELD
        if known is not None and known.state is not HELD:
            return Outcome.DUPLICATE
        wrong = any(made.kind.problems(made.body)) or self._not_allowed(made.kind, record, made.body, actor)
        wrong = wrong or is_kept_back or (bool(number) and self.places.get(number, record) != record)
        if known is not None:
            if wrong:
                return Outcome.DUPLICATE
            self._let_stand(record, known)
            return Outcome.APPLIED
        made.total = sum(paise for paper, paise in made.effects.opens if paper == record)
        made.state = HELD
        self.papers[record] = made
        if number:
            self.places.setdefault(number, record)
        if wrong:
            return Outcome.HELD
        self._let_stand(record, made)
        return Outcome.APPLIED

    def _claim(self, record: Id, made: Paper, actor: Actor, *, is_kept_back: bool = False) -> Outcome:
        """A claim has all that it wants, or nothing."""
        if (known := self.papers.get(record)) is not None:
            return (
                Outcome.DUPLICATE if (known.hash, known.kind) == (made.hash, made.kind) else Outcome.REFUSED
            )
        wants, asked = made.effects, Counter[Id]()
        for paper, paise in wants.takes:
            asked[paper] += paise
        fits = (
            all(self.places.get(place, paper) == paper for place, paper in wants.holds)
            and all(self._has(paper, paise) for paper, paise in asked.items())
            and not any(self._is_over(paper) for paper in (*wants.undoes, *wants.ends))
            and all(self._is_untouched(self.papers.get(paper)) for paper in wants.ends)
            and all(self._waits(paper) for paper in (*wants.accepts, *wants.voids))
        )
        fits = fits and not any(made.kind.problems(made.body))
        fits = fits and not is_kept_back and not self._not_allowed(made.kind, record, made.body, actor)
        if not fits or self._is_with_others(made.seq, asked, actor.device):
            self._miss(wants)
            return Outcome.REFUSED
        for paper, paise in asked.items():
            self.outs.settled(made.seq, paper, actor.device, paise)
        made.total = made.open = sum(paise for paper, paise in wants.opens if paper == record)
        self.papers[record] = made
        self._carry_out(record, wants)
        return Outcome.APPLIED

    def _is_with_others(self, seq: int, asked: Mapping[Id, int], device: Id) -> bool:
        others = {paper: self.outs.with_others(seq, paper, device) for paper in asked}
        return any(
            others[paper] and paise > 0 and paise > self.papers[paper].open - others[paper]
            for paper, paise in asked.items()
        )

    def _has(self, paper: Id, paise: int) -> bool:
        known = self.papers.get(paper)
        return known is not None and known.stands and known.open >= paise

    def _is_over(self, paper: Id) -> bool:
        return (known := self.stand(paper)) is None or known.state in _OVER

    def _is_untouched(self, known: Paper | None) -> bool:
        return known is not None and not known.leaning and known.open == known.total

    def _waits(self, paper: Id) -> bool:
        return (known := self.papers.get(paper)) is not None and known.state is HELD

    def _let_stand(self, record: Id, paper: Paper) -> None:
        paper.state = CONTESTED if self.places.get(f"missed/{record.hex()}") else LIVE
        paper.open = paper.total
        self._carry_out(record, paper.effects)

    def _carry_out(self, record: Id, does: Effects) -> None:
        if does.takes:
            self.draws[does.takes[0][0]].add(record)
        for paper, paise in does.takes:
            self._open(paper, -paise)
        for paper in does.rests:
            self._lean(paper, 1)
        for place, paper in does.holds:
            self.places[place] = paper
            if (known := self.papers.get(paper)) and known.state is CONTESTED and known.total:
                known.state = LIVE
        for paper in does.ends:
            self._end(paper)
        for undone in does.undoes:
            self._undo(undone)
        if does.posts_on is not None:
            self.months[imported_id("month", f"{does.posts_on:%Y-%m}")] += 1
        for paper, paise in does.gives_up:
            self.given_up[imported_id("given up", paper.hex())] += paise
        for paper in does.accepts:
            self._let_stand(paper, self.papers[paper])
        for paper in does.voids:
            self._free(paper)
            self.papers[paper].state = State.VOID

    def _miss(self, wants: Effects) -> None:
        for _place, paper in wants.holds:
            known = self.papers.get(paper)
            if known is not None and known.state is LIVE:
                known.state = CONTESTED
            elif known is not None and known.state is HELD:
                self.places[f"missed/{paper.hex()}"] = paper

    def _undo(self, undone: Id) -> None:
        known = self.papers.get(undone)
        if known is not None and known.effects.takes:
            self._give_back(undone)
            return
        for claim in sorted(self.draws[undone]):
            self._give_back(claim)
        self._end(undone)

    def _give_back(self, claim: Id) -> None:
        made = self.papers[claim]
        if not made.stands:
            return
        for paper, paise in made.effects.takes:
            self._open(paper, paise)
        for paper, paise in made.effects.gives_up:
            self.given_up[imported_id("given up", paper.hex())] -= paise
        self.draws[made.effects.takes[0][0]].discard(claim)
        made.state = State.CANCELLED

    def _end(self, paper: Id) -> None:
        known = self.papers.get(paper)
        if known is None:
            return
        for leaned_on in known.effects.rests:
            self._lean(leaned_on, -1)
        self._free(paper)
        known.state, known.open = State.CANCELLED, 0

    def _free(self, paper: Id) -> None:
        kept = ("number/", "taken/", "drawn/", "decided/")
        for place in [p for p, holder in self.places.items() if holder == paper and not p.startswith(kept)]:
            del self.places[place]

    def _open(self, paper: Id, paise: int) -> None:
        if (known := self.papers.get(paper)) is not None:
            known.open += paise

    def _lean(self, paper: Id, by: int) -> None:
        if (known := self.papers.get(paper)) is not None:
            known.leaning += by


def foretold(
    order: Iterable[Any], series: Mapping[str, Id], roles: Mapping[int, Role | None], ended: Mapping[Id, str],
    common: Mapping[int, int], carried_by: Mapping[int, frozenset[Id]], outs: Outs,
) -> Oracle:  # fmt: skip
    """The oracle after the whole order; fails where the service told another outcome. `roles` are by seq."""
    oracle = Oracle(series, ended, common, carried_by, outs=outs)
    for row in order:
        said = oracle.predict(row, roles[row.seq])
        told = Outcome(row.outcome)
        expect(said is told, f"{row.kind} at {row.seq}: the service told {told.name}, the oracle {said.name}")
    return oracle


def prove_standing(read: Any, oracle: Oracle) -> None:
    """Every paper stands in this book as the oracle says, with as much open."""
    shown = {row[0]: tuple(row[1:]) for row in rows_of(read, _STANDING)}
    said = {
        record: (int(paper.state), paper.total, paper.open, paper.leaning)
        for record, paper in oracle.papers.items()
    }
    said |= {record: (int(LIVE), 0, 0, 0) for record in oracle.fields}
    wrong = [record.hex() for record in said.keys() | shown.keys() if said.get(record) != shown.get(record)]
    expect(not wrong, f"records that stand otherwise than the oracle says: {wrong}")
    images = dict(rows_of(read, "SELECT record, image FROM images"))
    for record in oracle.fields:
        image = msgspec.msgpack.decode(images[record], type=dict[int, Any])
        expect(image == oracle.image(record), f"{record.hex()}: other fields than the oracle says")
