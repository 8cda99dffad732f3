"""What a feature writes to the log: each kind with its class, its record, who may write it and how it is judged.

A kind is pure data and functions; the device runs them before it records, the service runs them at the gate.
"""

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from core.changes.change import Actor, Role
from core.changes.record import Record
from core.changes.standing import Standing
from core.ids import Id
from core.problems import Problem

R = TypeVar("R", bound=Record)


class ChangeClass(enum.StrEnum):
    """How the service treats a change: merged per field, inserted once, or judged in arrival order."""

    FIELDS = "fields"
    ONCE = "once"
    CLAIM = "claim"


class Effects(NamedTuple):
    """What a change does to the standing, declared by its kind from its record alone.

    opens: (paper, paise) that the paper leaves open; takes: (paper, paise) used of an open amount (negative
    gives back); holds: (place, paper) claimed; number: the place of the paper's number, kept for ever; ends:
    papers cancelled, which frees what they hold; rests: papers that must stand because this one leans on them;
    undoes: claims whose amounts are given back, and papers taken back with every claim that drew on them (a bounced
    cheque), which then stand no longer; posts_on: the day it is entered on in the ledger, where it is; gives_up:
    (paper, paise) that nobody will ask for any more, added up by paper; accepts: held papers that stand from now on
    with all that they declare; voids: held papers that never will.
    """

    opens: tuple[tuple[Id, int], ...] = ()
    takes: tuple[tuple[Id, int], ...] = ()
    holds: tuple[tuple[str, Id], ...] = ()
    number: str = ""
    ends: tuple[Id, ...] = ()
    rests: tuple[Id, ...] = ()
    undoes: tuple[Id, ...] = ()
    posts_on: dt.date | None = None
    gives_up: tuple[tuple[Id, int], ...] = ()
    accepts: tuple[Id, ...] = ()
    voids: tuple[Id, ...] = ()


class Renumbering(NamedTuple):
    """What a device's changes are numbered now that its numbers were found used by another copy of its book.

    `epoch` is the new one; `kept` the last number that stands of each older epoch; `moved` what is added, by epoch, to
    the numbers above it.
    """

    epoch: int
    kept: Mapping[int, int]
    moved: Mapping[int, int]


NO_EFFECTS = Effects()
WRITERS = frozenset({Role.OWNER, Role.BOOKKEEPER})
COLLECTORS = WRITERS | {Role.FIELD}
OWNERS = frozenset({Role.OWNER})


def _no_problems(_record: Any) -> Iterable[Problem]:
    return ()


def _admit_all(_id: Id, _record: Any, _standing: Standing, _actor: Actor) -> Iterable[Problem]:
    return ()


def _no_flags(_record: Any) -> tuple[str, ...]:
    return ()


def _parties_named(_id: Id, body: Any) -> tuple[Id, ...]:
    """The party that a record names, as most do: by itself, or as its buyer."""
    party = getattr(body, "party", None) or getattr(getattr(body, "buyer", None), "party", None)
    return (party,) if isinstance(party, bytes) and party else ()


def _no_effects(_id: Id, _record: Any) -> Effects:
    return NO_EFFECTS


@dataclass(frozen=True, slots=True)
class Kind(Generic[R]):
    """One kind of change. `name` is feature.past_fact; `schema` rises when fields are appended.

    `likeness` gives the 16 bytes by which two papers of one id are equal when that is not their whole body
    (imported papers are equal when their files state the same); empty bytes mean the whole body after all.
    `renumbered` is for a paper that speaks of its own device's numbers: the same, said in the new ones.
    `parties` are those a record is about. `older` are the shapes that older versions know, each its schema and how many
    fields it had (core.changes.versions). A kind that `waits` is not recorded while a newer version's papers of its
    parties lie on the shelf; one that names no party, while anything does. `flags` are remarks on a paper that hold
    nothing up, such as that the dated facts here do not know what it says.
    """

    name: str
    change_class: ChangeClass
    record: type[R]
    problems: Callable[[R], Iterable[Problem]] = _no_problems
    admit: Callable[[Id, R, Standing, Actor], Iterable[Problem]] = _admit_all
    effects: Callable[[Id, R], Effects] = _no_effects
    roles: frozenset[Role] = field(default=WRITERS)
    schema: int = 1
    likeness: Callable[[R], bytes] | None = None
    renumbered: Callable[[R, Renumbering], R] | None = None
    parties: Callable[[Id, R], tuple[Id, ...]] = _parties_named
    older: tuple[tuple[int, int], ...] = ()
    waits: bool = False
    flags: Callable[[R], tuple[str, ...]] = _no_flags


def fields_kind(name: str, record: type[R], **rest: Any) -> Kind[R]:
    """A kind whose records are merged per field."""
    return Kind(name, ChangeClass.FIELDS, record, **rest)


def once_kind(name: str, record: type[R], **rest: Any) -> Kind[R]:
    """A kind whose records are papers: inserted once, never updated, never refused."""
    return Kind(name, ChangeClass.ONCE, record, **rest)


def claim_kind(name: str, record: type[R], **rest: Any) -> Kind[R]:
    """A kind that takes what another may take; the first to arrive at the service has it."""
    return Kind(name, ChangeClass.CLAIM, record, **rest)
