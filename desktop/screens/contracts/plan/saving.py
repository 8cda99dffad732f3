"""A plan read from the book and kept in it, all or nothing. Free of Qt."""

import msgspec

from core.errors import RuleBroken
from core.ids import Id
from core.milestones.commands import drop_milestone, save_contract, save_milestone
from core.milestones.queries import contract, milestone, milestones_of
from core.milestones.rules import worth_paise
from core.parties.queries import party
from core.problems import Problem, located
from desktop.ports import Reader, Work
from desktop.screens.contracts.columns import stage_shown
from desktop.screens.contracts.plan.lines import Plan, Stage


def save_plan(work: Work, *, plan: Plan) -> Id:
    """Keep a plan in one Work: what shrinks before what grows, so that no step on the way is too much.

    Problems of a milestone name its row as the grid does: `lines[2].worth`.
    """
    before = contract(work.read, plan.record) if plan.record is not None else None
    record = plan.record
    is_smaller = before is not None and plan.contract.value_paise < before.value_paise
    if record is None or not is_smaller:
        record = save_contract(work, plan.contract, record)
    for gone in plan.dropped:
        drop_milestone(work, gone)
    value = plan.contract.value_paise
    for row, stage in sorted(plan.written, key=lambda line: _growth(work, line[1], value)):
        body = msgspec.structs.replace(stage.milestone, contract=record, position=row)
        try:
            save_milestone(work, body, stage.record)
        except RuleBroken as refused:
            raise RuleBroken([_in_row(problem, row) for problem in refused.problems]) from refused
    if is_smaller:
        save_contract(work, plan.contract, record)
    return record


def _growth(work: Work, stage: Stage, value_paise: int) -> int:
    before = milestone(work.read, stage.record) if stage.record is not None else None
    now = worth_paise(stage.milestone.worth, value_paise)
    return now - (worth_paise(before.worth, value_paise) if before is not None else 0)


def _in_row(problem: Problem, row: int) -> Problem:
    field = problem.field if problem.field in ("title", "worth") else "title"
    return located(msgspec.structs.replace(problem, field=field), prefix=f"lines[{row}]")


def plan_of(read: Reader, *, record: Id) -> Plan:
    """A contract and its milestones as they are in the book."""
    agreed = contract(read, record)
    if agreed is None:
        return Plan()
    buyer = party(read, agreed.party) if agreed.party is not None else None
    stages = []
    for row in milestones_of(read, record):
        body = milestone(read, row.id)
        if body is not None:
            stages.append(Stage(body, row.id, stage_shown(row.state)[0]))
    return Plan(agreed, record, buyer.name if buyer is not None else "", tuple(stages))
