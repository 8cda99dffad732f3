"""A contract's milestones as lines of a grid, and what the plan comes to. Pure.

Grid columns: title, worth, amount, hsn, tax, due_on, state.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from core.ids import Id
from core.milestones.model import Contract, Milestone, MilestoneTax, Worth
from core.milestones.rules import worth_paise
from core.words import (
    amount_text,
    date_text,
    money_text,
    parse_amount,
    parse_date,
    parse_price,
    price_text,
    rate_text,
)
from core.words import translate as _

_PCT_TO_BP = 100
_SERVICE = MilestoneTax()


@dataclass(frozen=True, slots=True)
class Stage:
    """A milestone being planned: its id when it is in the book already, and how it stands there."""

    milestone: Milestone = field(default_factory=Milestone)
    record: Id | None = None
    state: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written in its line."""
        return self.record is None and not self.milestone.title and self.milestone.worth == Worth()


@dataclass(frozen=True, slots=True)
class Plan:
    """A contract as it is being written: its fields, its stages in order, and those taken out."""

    contract: Contract = field(default_factory=Contract)
    record: Id | None = None
    buyer: str = ""
    stages: tuple[Stage, ...] = ()
    dropped: tuple[Id, ...] = ()

    @property
    def written(self) -> tuple[tuple[int, Stage], ...]:
        """The stages somebody wrote in, each with its row."""
        return tuple((row, stage) for row, stage in enumerate(self.stages) if not stage.is_blank)

    @property
    def planned_paise(self) -> int:
        """What the stages come to."""
        return sum(
            worth_paise(stage.milestone.worth, self.contract.value_paise) for _row, stage in self.written
        )


def parse_worth(text: str) -> Worth:
    """Reads 10% as a share of the contract, anything else as an amount."""
    typed = text.strip()
    if typed.endswith("%"):
        return Worth(tenthousandths_pct=parse_price(typed.removesuffix("%")))
    return Worth(paise=parse_amount(typed))


def worth_text(worth: Worth) -> str:
    """Writes a worth: "10%", "₹ 1,25,000.00"."""
    share = worth.tenthousandths_pct
    if share is not None:
        return f"{price_text(share)}%" if share % _PCT_TO_BP else rate_text(share // _PCT_TO_BP)
    return "" if worth.paise is None else money_text(worth.paise)


def parse_day(today: dt.date) -> Callable[[str], dt.date | None]:
    """Reads a date as people type it."""
    return lambda text: parse_date(text, today=today)


def day_text(on: dt.date) -> str:
    """Writes a date."""
    return date_text(on)


def with_cell(plan: Plan, row: int, name: str, value: Any) -> Plan:
    """The plan with a cell given; rows up to it are made."""
    stages = [*plan.stages, *(Stage() for _each in range(row + 1 - len(plan.stages)))]
    stages[row] = replace(stages[row], milestone=_with(stages[row].milestone, name, value))
    return replace(plan, stages=tuple(stages))


def without_row(plan: Plan, row: int) -> Plan:
    """The plan without a row; a stage that is in the book will be dropped."""
    if row >= len(plan.stages):
        return plan
    gone = plan.stages[row].record
    dropped = plan.dropped if gone is None else (*plan.dropped, gone)
    return replace(plan, stages=plan.stages[:row] + plan.stages[row + 1 :], dropped=dropped)


def row_of(stage: Stage, value_paise: int) -> dict[str, Any]:
    """How a stage reads in the grid."""
    if stage.is_blank:
        return dict.fromkeys(("title", "worth", "amount", "hsn", "tax", "due_on", "state"))
    body = stage.milestone
    worth = None if body.worth == Worth() else body.worth
    return {
        "title": body.title or None,
        "worth": worth,
        "amount": amount_text(worth_paise(body.worth, value_paise)) if worth is not None else None,
        "hsn": body.tax.hsn or None,
        "tax": body.tax.rate_bp,
        "due_on": body.due_on,
        "state": stage.state or None,
    }


def sums_text(plan: Plan) -> tuple[str, bool]:
    """What the stages come to beside the contract, and whether that is too much."""
    planned, value = plan.planned_paise, plan.contract.value_paise
    if not value:
        return _("Planned {planned}").format(planned=money_text(planned)), False
    if planned > value:
        text = _("Planned {planned}: {over} more than the contract")
        return text.format(planned=money_text(planned), over=money_text(planned - value)), True
    text = (
        _("Planned {planned} of {value}, {rest} to be planned")
        if planned < value
        else _("All of {value} is planned")
    )
    return text.format(
        planned=money_text(planned), value=money_text(value), rest=money_text(value - planned)
    ), False


def _with(body: Milestone, name: str, value: Any) -> Milestone:
    put = msgspec.structs.replace
    if name == "worth":
        return put(body, worth=value or Worth())
    if name == "hsn":
        return put(body, tax=put(body.tax, hsn=value or ""))
    if name == "tax":
        return put(body, tax=put(body.tax, rate_bp=_SERVICE.rate_bp if value is None else value))
    if name == "title":
        return put(body, title=value or "")
    return put(body, **{name: value})
