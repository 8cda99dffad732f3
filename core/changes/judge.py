"""The one judgement of a change, run by the device before it records and by the service when it arrives.

Papers are held, claims and fields refused; the reasons are Problems. Nothing here writes.
"""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from core.changes.change import Actor, Outcome
from core.changes.kind import Effects, Kind
from core.changes.record import field_name
from core.changes.standing import Standing, State
from core.ids import Id, imported_id
from core.problems import Problem
from core.words import translate as _


class Verdict(NamedTuple):
    """The outcome, why, and the record that already has what a refused claim wanted."""

    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    winner: Id | None = None


DRAWN, DECIDED = "drawn/", "decided/"
APPLIED = Verdict(Outcome.APPLIED)


def judge_paper(
    kind: Kind[Any],
    record: Id,
    body: Any,
    likeness: bytes,
    standing: Standing,
    actor: Actor,
    *,
    fresh: bool = False,
) -> Verdict:
    """Applied, duplicate or held. `fresh` says that the id was made just now and cannot be known yet.

    A held paper that is written again is judged with its new author: it stands when that one may write it.
    """
    known = None if fresh else standing.stand(record)
    if known is not None and (known.hash != likeness or known.kind != kind.name):
        return Verdict(Outcome.HELD, (_problem("ID_USED", _("Another paper already has this identity.")),))
    if known is not None and known.state is not State.HELD:
        return Verdict(Outcome.DUPLICATE)
    problems = [*_role(kind, actor), *kind.problems(body), *kind.admit(record, body, standing, actor)]
    place = kind.effects(record, body).number
    if place:
        holder = standing.holder(place)
        if holder is not None and holder != record:
            problems.append(
                _problem("NUMBER_USED", _("This number is already used by another paper."), "number")
            )
    if known is not None and problems:
        return Verdict(Outcome.DUPLICATE)
    return Verdict(Outcome.HELD, tuple(problems)) if problems else APPLIED


def judge_claim(
    kind: Kind[Any], record: Id, body: Any, likeness: bytes, standing: Standing, actor: Actor
) -> Verdict:
    """Applied, duplicate or refused with the winner."""
    if (known := standing.stand(record)) is not None:
        same = known.hash == likeness and known.kind == kind.name
        outcome = Outcome.DUPLICATE if same else Outcome.REFUSED
        return Verdict(
            outcome, () if same else (_problem("ID_USED", _("Another record already has this identity.")),)
        )
    problems = [*_role(kind, actor), *kind.problems(body)]
    if problems:
        return Verdict(Outcome.REFUSED, tuple(problems))
    effects = kind.effects(record, body)
    taken, holder = _taken(effects, standing)
    unfit, taker = _unfit(effects, standing)
    problems = [*taken, *unfit, *kind.admit(record, body, standing, actor)]
    return Verdict(Outcome.REFUSED, tuple(problems), holder or taker) if problems else APPLIED


def judge_fields(
    kind: Kind[Any], record: Id, body: Any, patch: Mapping[int, Any], standing: Standing, actor: Actor
) -> Verdict:
    """Applied or refused. `body` is the record with the patch in.

    A new record is judged whole; of one that is there only what the patch says is held against it.
    """
    known = standing.stand(record)
    if known is not None and known.kind != kind.name:
        return Verdict(
            Outcome.REFUSED, (_problem("ID_USED", _("Another record already has this identity.")),)
        )
    problems = list(kind.problems(body))
    if problems and known is not None:
        named = {field_name(kind.record, number) for number in patch}
        problems = [p for p in problems if not p.field or p.field.split(".")[0] in named]
    problems += [*_role(kind, actor), *kind.admit(record, body, standing, actor)]
    return Verdict(Outcome.REFUSED, tuple(problems)) if problems else APPLIED


def _role(kind: Kind[Any], actor: Actor) -> list[Problem]:
    if actor.role in kind.roles:
        return []
    return [_problem("ROLE", _("The role {role} may not do this.").format(role=actor.role.value))]


def _taken(effects: Effects, standing: Standing) -> tuple[list[Problem], Id | None]:
    for place, paper in effects.holds:
        holder = standing.holder(place)
        if holder is not None and holder != paper:
            return [_problem("TAKEN", _("Another paper has already done this."))], holder
    return [], None


def _unfit(effects: Effects, standing: Standing) -> tuple[list[Problem], Id | None]:
    """What does not fit the papers as they stand, and the paper that took what is no longer open."""
    problems: list[Problem] = []
    taker: Id | None = None
    asked: dict[Id, int] = {}
    for paper, paise in effects.takes:
        asked[paper] = asked.get(paper, 0) + paise
    for paper, paise in asked.items():
        known = standing.stand(paper)
        if known is None or not known.stands:
            problems.append(
                _problem("NOT_STANDING", _("A paper named here does not stand (held, cancelled, unknown)."))
            )
        elif paise > known.open_paise:
            problems.append(_problem("OPEN_AMOUNT", _("This is more than is still open."), "lines"))
            taker = taker or standing.holder(taken_place(paper))
    for undone in effects.undoes:
        known = standing.stand(undone)
        if known is None or known.state in (State.CANCELLED, State.VOID, State.HELD):
            problems.append(_problem("NOT_STANDING", _("This was taken back already.")))
    for paper in effects.ends:
        known = standing.stand(paper)
        if known is None or known.state in (State.CANCELLED, State.VOID, State.HELD):
            problems.append(
                _problem("NOT_STANDING", _("This paper is not standing, so it cannot be cancelled."))
            )
        elif known.rests or known.open_paise != known.total_paise:
            problems.append(
                _problem(
                    "LEANED_ON",
                    _("A receipt or note rests on this paper; undo that first, or use a credit note."),
                )
            )
            taker = taker or standing.holder(taken_place(paper))
    for paper in (*effects.accepts, *effects.voids):
        known = standing.stand(paper)
        if known is None or known.state is not State.HELD:
            problems.append(_problem("DECIDED", _("This paper waits no more: it was decided already.")))
            taker = taker or standing.holder(decided_place(paper))
    return problems, taker


def taken_place(paper: Id) -> str:
    """The place that says which paper was last set against this one: a bill's receipt, a receipt's bill."""
    return f"taken/{paper.hex()}"


def decided_place(paper: Id) -> str:
    """The place that the claim holds which accepted or voided a held paper."""
    return f"{DECIDED}{paper.hex()}"


def missed_place(paper: Id) -> str:
    """The place that tells of a held paper that another has what it was given for; it is contested once accepted."""
    return f"missed/{paper.hex()}"


def drawn_place(claim: Id) -> str:
    """The place that a claim holds on the credit it drew on, as long as it stands."""
    return f"{DRAWN}{claim.hex()}"


def month_of_papers(on: dt.date) -> Id:
    """The record that counts what is entered in a month, so that closing it can tell whether more came since."""
    return _month(on.year, on.month)


@lru_cache(maxsize=1_000)
def _month(year: int, month: int) -> Id:
    return imported_id("month", f"{year:04}-{month:02}")


def given_up_of(paper: Id) -> Id:
    """The record that adds up what of a paper was given up, so that a limit holds for all of it together."""
    return imported_id("given up", paper.hex())


def _problem(code: str, message: str, field: str = "") -> Problem:
    return Problem(code=code, message=message, field=field)
