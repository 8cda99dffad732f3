"""What receipts and credit notes settle: the allocations a file states, then the rule for notes that state none."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.document_model import FileAllocation
from core.exchange.reading import Findings
from core.exchange.register import BILLS, Register
from core.ids import Id
from core.invoicing.model import Original
from core.ledger.kinds import ALLOCATED
from core.ledger.model import Allocation, AllocationLine
from core.money import rupees
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _


class Credit(NamedTuple):
    """A receipt or credit note just taken in. `stated` None leaves a note to the rule, a receipt on account."""

    id: Id
    party: Id
    dated_on: dt.date
    paise: int
    stated: Sequence[FileAllocation] | None
    path: str
    original: Original | None = None


def take_allocations(work: Work, register: Register, given: Iterable[Credit], findings: Findings) -> None:
    """Let each credit settle what the file says, in order of days; then the notes their originals."""
    ordered = sorted(given, key=lambda credit: credit.dated_on)
    for credit in ordered:
        if credit.stated:
            _stated(work, register, credit, credit.stated, findings)
    for credit in ordered:
        if credit.stated is None and credit.original is not None and credit.original.document:
            _by_rule(work, register, credit, credit.original.document, findings)


def allocation_id(register: Register, credit: Id, on: dt.date) -> Id:
    """The id of an imported allocation: one a credit and day."""
    return register.id_of("allocation", credit.hex(), on.isoformat())


def _stated(
    work: Work, register: Register, credit: Credit, stated: Sequence[FileAllocation], findings: Findings
) -> None:
    by_day: dict[dt.date, dict[Id, int]] = {}
    left = credit.paise
    for n, given in enumerate(stated):
        with findings.within(f"{credit.path}.allocations[{n}]"):
            types = (given.type,) if given.type else BILLS
            bill = register.need_document(given.document, types=types, on=given.date)
            paise = figures.paise(given.amount, "amount")
            on = given.on or max(credit.dated_on, bill.dated_on)
            stand = work.standing.stand(bill.id)
            asked = sum(lines.get(bill.id, 0) for lines in by_day.values())
            open_paise = (stand.open_paise if stand else 0) - asked
            if bill.party != credit.party:
                raise RuleBroken([Problem("PARTY", _("This document is another party's."), "document")])
            if paise <= 0:
                raise RuleBroken([Problem("RANGE", _("An allocation is more than nothing."), "amount")])
            if paise > open_paise:
                message = _("{asked} is allocated, but only {open} of {number} is open.")
                raise RuleBroken([too_much(message, paise, open_paise, bill.number)])
            if paise > left:
                message = _("{asked} is allocated, but only {open} of the credit is left.")
                raise RuleBroken([too_much(message, paise, left, "")])
            left -= paise
            lines = by_day.setdefault(on, {})
            lines[bill.id] = lines.get(bill.id, 0) + paise
    with findings.within(f"{credit.path}.allocations"):
        for on, lines in sorted(by_day.items()):
            _allocate(work, register, credit, on, lines)


def _by_rule(work: Work, register: Register, credit: Credit, original: Id, findings: Findings) -> None:
    """A note settles its original as far as that is open."""
    stand = work.standing.stand(original)
    paise = min(stand.open_paise if stand and stand.stands else 0, credit.paise)
    if paise > 0:
        with findings.within(credit.path):
            _allocate(work, register, credit, credit.dated_on, {original: paise})


def _allocate(work: Work, register: Register, credit: Credit, on: dt.date, lines: dict[Id, int]) -> None:
    body = Allocation(
        credit.id, credit.party, on, tuple(AllocationLine(bill, paise) for bill, paise in lines.items())
    )
    work.record(ALLOCATED, allocation_id(register, credit.id, on), body)


def too_much(message: str, paise: int, open_paise: int, number: str) -> Problem:
    """The refusal of an allocation of more than there is, with both figures."""
    text = message.format(asked=rupees(paise), open=rupees(max(open_paise, 0)), number=number)
    return Problem("OPEN_AMOUNT", text, "amount")
