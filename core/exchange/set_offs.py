"""What of an imported advance is set against bills of the book, and what against invoices that it does not have."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from core.advances.model import AdjustedElsewhere
from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.model import FileAdjusted, FileAdvance
from core.exchange.register import BILLS, Brought, Register
from core.exchange.uses import uses_of_credit
from core.ids import Id
from core.ledger.kinds import ALLOCATED
from core.ledger.model import Allocation, AllocationLine
from core.money import rupees
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _

UNKNOWN = "NO_DOCUMENT"


class SetOff(NamedTuple):
    """So much of an advance set, on a day, against a bill of the book; `field` is where the file says so.

    With `until` it was undone from that day on.
    """

    bill: Brought
    on: dt.date
    paise: int
    field: str
    until: dt.date | None = None
    reason: str = ""


def adjusted_elsewhere(given: FileAdvance) -> tuple[AdjustedElsewhere, ...]:
    """Every adjustment of an advance as the file states it, as if the book had none of its invoices."""
    return tuple(
        AdjustedElsewhere(each.document, each.date, figures.paise(each.amount, f"adjusted[{n}].amount"))
        for n, each in enumerate(given.adjusted)
    )


def placed(
    register: Register, given: FileAdvance, party: Id, known: Sequence[AdjustedElsewhere]
) -> tuple[list[SetOff], list[AdjustedElsewhere], list[AdjustedElsewhere]]:
    """The adjustments against bills of the book; those that the voucher is known to keep; and those it is to keep."""
    set_off, kept, more, left = [], [], [], list(known)
    for n, (each, apart) in enumerate(zip(given.adjusted, adjusted_elsewhere(given), strict=True)):
        field = f"adjusted[{n}]"
        if apart.paise <= 0:
            raise RuleBroken(
                [Problem("RANGE", _("An adjustment is of more than nothing."), f"{field}.amount")]
            )
        if apart in left:
            left.remove(apart)
            kept.append(apart)
            continue
        bill = None if each.elsewhere else _bill(register, each, field)
        if bill is None:
            more.append(apart)
            continue
        if not register.is_one(bill.party, party):
            message = _("This document is another party's.")
            raise RuleBroken([Problem("PARTY", message, f"{field}.document")])
        if given.date is not None and each.date < max(given.date, bill.dated_on):
            message = _("An advance is set against an invoice when both are there, not before.")
            raise RuleBroken([Problem("DATE", message, f"{field}.date")])
        set_off.append(SetOff(bill, each.date, apart.paise, field, each.until, each.reason))
    return set_off, kept, more


def _bill(register: Register, each: FileAdjusted, field: str) -> Brought | None:
    types = (each.type,) if each.type else BILLS
    if not set(types) <= set(BILLS):
        raise RuleBroken([Problem("CHOICE", _("An advance is set against an invoice."), f"{field}.type")])
    try:
        return register.need_document(
            each.document, types=types, on=each.document_date, field=f"{field}.document"
        )
    except RuleBroken as refused:
        if [problem.code for problem in refused.problems] == [UNKNOWN]:
            return None
        raise


def set_off_bills(work: Work, register: Register, record: Id, party: Id, wanted: Sequence[SetOff]) -> None:
    """Allocate what the file sets against bills of the book, less what is allocated so already."""
    there: dict[tuple[Id, dt.date], int] = {}
    for use in uses_of_credit(work.read, record) if wanted else ():
        if use.until is None:
            there[use.bill.paper, use.on] = there.get((use.bill.paper, use.on), 0) + use.paise
    asked: dict[tuple[Id, dt.date], int] = {}
    for each in wanted:
        key = (each.bill.id, each.on)
        asked[key] = asked.get(key, 0) + each.paise
        missing = min(each.paise, asked[key] - there.get(key, 0))
        if missing <= 0:
            continue
        _check_open(work, record, each, missing)
        claim = register.id_of(
            "adjustment", record.hex(), each.bill.id.hex(), each.on.isoformat(), str(asked[key])
        )
        lines = (AllocationLine(each.bill.id, missing),)
        work.record(ALLOCATED, claim, Allocation(record, party, each.on, lines))


def _check_open(work: Work, record: Id, each: SetOff, paise: int) -> None:
    for paper, message in (
        (each.bill.id, _("{asked} is set against {number}, but only {open} of it is open.")),
        (record, _("{asked} is set against {number}, but only {open} of the advance is left.")),
    ):
        stand = work.standing.stand(paper)
        open_paise = stand.open_paise if stand else 0
        if paise > open_paise:
            text = message.format(
                asked=rupees(paise), open=rupees(max(open_paise, 0)), number=each.bill.number
            )
            raise RuleBroken([Problem("OPEN_AMOUNT", text, f"{each.field}.amount")])
