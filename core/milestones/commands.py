"""Verbs of contracts and milestones: what is agreed, when a stage is complete, and billing it."""

import datetime as dt
from collections.abc import Iterator

import msgspec

from core.errors import RuleBroken
from core.ids import Id
from core.invoicing.commands import issue_document
from core.milestones.kinds import BILLED, CERTIFIED, CONTRACTED, STAGED
from core.milestones.model import Billing, Certification, Contract, Milestone
from core.milestones.queries import contract, contract_by_code, milestone, worths
from core.milestones.rules import (
    billed,
    billed_place,
    billing_draft,
    certified_place,
    not_certified,
    not_planned,
    problems_beyond_value,
    worth_paise,
)
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _


def save_contract(work: Work, body: Contract, record: Id | None = None) -> Id:
    """Keep a contract, new when no record is named. Raises `RuleBroken`, also when its code is another's."""
    record = work.new_id() if record is None else record
    holder = contract_by_code(work.read, body.code) if body.code else None
    if holder is not None and holder != record:
        raise RuleBroken([_code_used(body.code)])
    problems = list(problems_beyond_value(_worths(work, record, body.value_paise), body.value_paise))
    if problems:
        raise RuleBroken([msgspec.structs.replace(problem, field="value_paise") for problem in problems])
    work.record(CONTRACTED, record, body)
    return record


def save_milestone(work: Work, body: Milestone, record: Id | None = None) -> Id:
    """Keep a stage of a contract, new when no record is named.

    Raises `RuleBroken`: BEYOND_VALUE when the stages come to more than the contract, BILLED when the stage already
    stands on a paper and its worth or its tax would change.
    """
    before = None if record is None else milestone(work.read, record)
    record = work.new_id() if record is None else record
    problems = [*_door(work, record, before, body)]
    if problems:
        raise RuleBroken(problems)
    work.record(STAGED, record, body)
    return record


def drop_milestone(work: Work, record: Id) -> None:
    """Let a stage happen no more. Raises `RuleBroken` with BILLED when a document stands for it."""
    body = _known(work, record)
    work.record(STAGED, record, msgspec.structs.replace(body, dropped=True))


def certify(work: Work, record: Id, *, on: dt.date, by: str = "") -> Id:
    """Certify that a stage is complete and may be billed; answers the claim. Raises `RuleBroken` (TAKEN)."""
    _known(work, record)
    claim = work.new_id()
    work.record(CERTIFIED, claim, Certification(milestone=record, certified_on=on, certified_by=by))
    return claim


def bill_milestone(
    work: Work, record: Id, *, today: dt.date, on: dt.date | None = None, date_confirmed: bool = False
) -> Id:
    """Issue the invoice of a certified stage and claim the stage for it, in one Work; answers the document.

    Raises `RuleBroken`: NOT_CERTIFIED, BILLED when a document stands for it already, and whatever issuing refuses.
    """
    body = _known(work, record)
    agreed = contract(work.read, body.contract)
    if agreed is None:
        raise RuleBroken(
            [Problem(code="CONTRACT", message=_("The contract of this milestone is not known."))]
        )
    if work.standing.holder(billed_place(record)) is not None:
        raise RuleBroken([billed()])
    if work.standing.holder(certified_place(record)) is None:
        raise RuleBroken([not_certified()])
    draft = billing_draft(agreed, body, record, owner=work.actor.device)
    draft = msgspec.structs.replace(draft, dated_on=on or today)
    document = issue_document(work, draft, today=today, date_confirmed=date_confirmed)
    work.record(BILLED, work.new_id(), Billing(milestone=record, document=document))
    return document


def _door(work: Work, record: Id, before: Milestone | None, body: Milestone) -> Iterator[Problem]:
    agreed = contract(work.read, body.contract)
    if agreed is None:
        yield Problem(code="CONTRACT", message=_("Choose the contract of this milestone."), field="contract")
        return
    is_billed = before is not None and work.standing.holder(billed_place(record)) is not None
    if is_billed and before is not None and _billing_part(before) != _billing_part(body):
        yield billed()
    if not body.dropped and (body.worth.paise is None) != (body.worth.tenthousandths_pct is None):
        others = _worths(work, body.contract, agreed.value_paise, but=record)
        worths = [*others, worth_paise(body.worth, agreed.value_paise)]
        yield from problems_beyond_value(worths, agreed.value_paise)


def _worths(work: Work, agreed: Id, value_paise: int, *, but: Id | None = None) -> list[int]:
    """What the stages of a contract are worth at a value of the contract."""
    found = worths(work.read, agreed)
    return [worth_paise(worth, value_paise) for stage, worth in found.items() if stage != but]


def _billing_part(body: Milestone) -> tuple[object, ...]:
    return body.contract, body.worth, body.tax


def _known(work: Work, record: Id) -> Milestone:
    body = milestone(work.read, record)
    if body is None or body.dropped:
        raise RuleBroken([not_planned()])
    return body


def _code_used(code: str) -> Problem:
    return Problem(
        code="DUPLICATE",
        message=_("The code {code} is already another contract's.").format(code=code),
        field="code",
        remedy=_("Choose another code, or open that contract."),
    )
