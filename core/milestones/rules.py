"""What must be true of contracts and milestones, what a stage is worth, and how it stands. Pure.

How a milestone stands is derived from its certification and its papers each time, never kept.
"""

import enum
from collections.abc import Iterable, Iterator

from core.changes.standing import State
from core.ids import Id
from core.invoicing.model import Draft, DraftLine
from core.milestones.model import Contract, Milestone, Worth
from core.money import half_up
from core.problems import Problem
from core.words import money_text
from core.words import translate as _

PER_CENT_TENTHOUSANDTHS = 10_000
WHOLE_TENTHOUSANDTHS = 100 * PER_CENT_TENTHOUSANDTHS


class Stage(enum.StrEnum):
    """How far a milestone has come."""

    PLANNED = "planned"
    CERTIFIED = "certified"
    BILLED = "billed"
    CONTESTED = "contested"
    PAID = "paid"


def problems_with_contract(contract: Contract) -> Iterator[Problem]:
    """Each thing wrong with a contract."""
    if not contract.title.strip():
        yield Problem(code="REQUIRED", message=_("The contract needs a title."), field="title")
    if contract.party is None:
        yield Problem(code="REQUIRED", message=_("Choose the party of the contract."), field="party")
    if contract.value_paise < 0:
        yield Problem(
            code="RANGE", message=_("The value of a contract is not negative."), field="value_paise"
        )


def problems_with_milestone(milestone: Milestone) -> Iterator[Problem]:
    """Each thing wrong with a milestone."""
    if not milestone.contract:
        yield Problem(code="REQUIRED", message=_("A milestone belongs to a contract."), field="contract")
    if not milestone.title.strip():
        yield Problem(code="REQUIRED", message=_("The milestone needs a title."), field="title")
    paise, share = milestone.worth.paise, milestone.worth.tenthousandths_pct
    if (paise is None) == (share is None):
        yield Problem(
            code="CHOICE",
            message=_("Enter an amount or a per cent of the contract, one of the two."),
            field="worth",
        )
    elif (paise is not None and paise <= 0) or (share is not None and not 0 < share <= WHOLE_TENTHOUSANDTHS):
        yield Problem(code="RANGE", message=_("A milestone is worth more than nothing."), field="worth")


def worth_paise(worth: Worth, value_paise: int) -> int:
    """What a milestone bills without tax: its amount, or its share of the contract's value rounded half up."""
    if worth.paise is not None:
        return worth.paise
    return half_up(value_paise * (worth.tenthousandths_pct or 0), WHOLE_TENTHOUSANDTHS)


def problems_beyond_value(worths_paise: Iterable[int], value_paise: int) -> Iterator[Problem]:
    """Whether the stages of a contract come to more than the contract. A contract without a value has no bound."""
    total = sum(worths_paise)
    if value_paise and total > value_paise:
        yield Problem(
            code="BEYOND_VALUE",
            message=_("The milestones come to {total}, the contract to {value}.").format(
                total=money_text(total), value=money_text(value_paise)
            ),
            field="worth",
            remedy=_("Make the stages smaller, or raise the contract's value first."),
        )


def state(*, certified: bool, bill: State | None, open_paise: int = 0, also_billed: bool = False) -> Stage:
    """How a milestone stands. `bill` is how the document that bills it stands, None when there is none;
    `also_billed` says that a second document was given for it, which makes it contested until one is cancelled."""
    if bill is None or bill in (State.CANCELLED, State.VOID):
        return Stage.CERTIFIED if certified else Stage.PLANNED
    if bill is State.CONTESTED or also_billed:
        return Stage.CONTESTED
    return Stage.PAID if bill is State.LIVE and open_paise == 0 else Stage.BILLED


def billing_draft(contract: Contract, milestone: Milestone, record: Id, *, owner: Id) -> Draft:
    """The bill of a milestone before it is issued: one line, worth what the stage is worth."""
    line = DraftLine(
        description=f"{contract.title}: {milestone.title}",
        hsn=milestone.tax.hsn,
        unit=milestone.tax.unit,
        price_tenthousandths=worth_paise(milestone.worth, contract.value_paise) * 100,
        rate_bp=milestone.tax.rate_bp,
    )
    return Draft(
        owner=owner,
        party=contract.party,
        place_of_supply=contract.place_of_supply,
        lines=(line,),
        reference=contract.order_number,
        milestone=record,
    )


def not_certified() -> Problem:
    """What to say when a stage is billed before its time."""
    return Problem(
        code="NOT_CERTIFIED",
        message=_("This milestone is not certified yet."),
        remedy=_("Certify the stage, then bill it."),
    )


def not_planned() -> Problem:
    """What to say of a stage that is not there, or is to happen no more."""
    return Problem(code="MILESTONE", message=_("This milestone is not known, or was dropped."))


def billed() -> Problem:
    """What to say when a stage stands on a paper already."""
    return Problem(
        code="BILLED",
        message=_("A document already bills this milestone."),
        remedy=_("Cancel that document first, or answer it with a credit note."),
    )


def certified_place(milestone: Id) -> str:
    """The place that the certification of a milestone holds."""
    return f"certified/{milestone.hex()}"


def billed_place(milestone: Id) -> str:
    """The place that the document which bills a milestone holds."""
    return f"milestone/{milestone.hex()}"


def search_words(contract: Contract) -> str:
    """What a contract is found by."""
    return " ".join(part for part in (contract.code, contract.title, contract.order_number) if part)
