"""Two records that are one: a claim says that one became the other, and reads follow it. Pure.

A record that was joined to another holds a place of its own name, which the claim keeps until it is undone. No paper
moves. Whoever joins the two the other way round at the same time comes second, and is refused: there is no circle.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from core.changes.kind import Effects
from core.changes.standing import Standing
from core.ids import Id
from core.problems import Problem
from core.words import translate as _

JOINED = "joined/"


def joined_place(record: Id) -> str:
    """The place that the claim holds by which a record became another."""
    return f"{JOINED}{record.hex()}"


def joining_effects(claim: Id, record: Id) -> Effects:
    """What joining a record to another declares: its own place, and nothing of any paper."""
    return Effects(holds=((joined_place(record), claim),))


def kept_one(standing: Standing, record: Id) -> Id:
    """What a record is by now: itself, or what it was joined to in the end."""
    seen = {record}
    while (claim := standing.holder(joined_place(record))) is not None:
        recorded = standing.recorded(claim)
        if recorded is None or recorded.body.into in seen:
            break
        record = recorded.body.into
        seen.add(record)
    return record


def problems_with_joining(record: Id, into: Id, standing: Standing) -> Iterator[Problem]:
    """Whether one may become the other: both are there, they are two, and the other did not become this one."""
    if record == into or kept_one(standing, into) == record:
        yield other_way_round()
    if standing.stand(record) is None or standing.stand(into) is None:
        yield Problem("UNKNOWN", _("One of the two is not known."), "into")


def other_way_round() -> Problem:
    """The problem that joining two would close a circle."""
    return Problem("CYCLE", _("These two are one already, the other way round."), "into")


def kept_in(joined: Mapping[Any, Any], record: Any) -> Any:
    """What a record is in the end, from what each became first."""
    seen, kept = {record}, joined.get(record, record)
    while kept in joined and kept not in seen:
        seen.add(kept)
        kept = joined[kept]
    return kept


def kept_ones(joined: Mapping[Any, Any]) -> dict[Any, Any]:
    """What each joined record is in the end, from what each became first."""
    return {record: kept_in(joined, record) for record in joined}
