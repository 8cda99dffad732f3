"""What receipts, credit notes and advances settle: the allocations a file states, then the rule for notes that state
none.

What was undone since is taken first, each allocation with its undoing: then everything fits that stands.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.document_model import FileAllocation
from core.exchange.reading import Findings
from core.exchange.register import BILLS, Brought, Register
from core.ids import Id
from core.invoicing.model import Original
from core.ledger.kinds import ALLOCATED, RELEASED
from core.ledger.model import Allocation, AllocationLine, Release
from core.money import rupees
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _


class Credit(NamedTuple):
    """A receipt or credit note just taken in, and the day from which it counts.

    `stated` None leaves a note to the rule, a receipt on account.
    """

    id: Id
    party: Id
    dated_on: dt.date
    paise: int
    stated: Sequence[FileAllocation] | None
    path: str
    original: Original | None = None


class Undone(NamedTuple):
    """So much of a credit went to a bill on a day, and was undone from another day on, for a reason."""

    bill: Id
    paise: int
    on: dt.date
    until: dt.date
    reason: str = ""


def take_undone(work: Work, register: Register, given: Iterable[Credit], findings: Findings) -> None:
    """Let each credit settle what was undone since, and undo it."""
    for credit in given:
        found = []
        for n, each in enumerate(credit.stated or ()):
            if each.until is None:
                continue
            with findings.within(f"{credit.path}.allocations[{n}]"):
                bill, paise, on = _settling(register, credit, each)
                _check(work, bill, paise, 0, credit.paise)
                found.append(Undone(bill.id, paise, on, each.until, each.reason))
        with findings.within(f"{credit.path}.allocations"):
            undo_all(work, register, credit, found)


def undo_all(
    work: Work, register: Register, credit: Credit, undone: Sequence[Undone], *, apart: Id = b""
) -> None:
    """Make these allocations of a credit, and undo each: of one day together, a bill only once in each.

    `apart` gives them ids apart from the credit's others.
    """
    groups: list[dict[Id, Undone]] = []
    last: dict[tuple[dt.date, dt.date, str], tuple[dict[Id, Undone], int]] = {}
    for each in undone:
        key = (each.on, each.until, each.reason)
        group, paise = last.get(key, ({}, 0))
        if not group or each.bill in group or paise + each.paise > credit.paise:
            group, paise = {}, 0
            groups.append(group)
        group[each.bill] = each
        last[key] = (group, paise + each.paise)
    for n, made in enumerate(groups):
        first = next(iter(made.values()))
        what = (first.on.isoformat(), first.until.isoformat(), str(n))
        claim = register.id_of("undone", credit.id.hex(), apart.hex(), *what)
        lines = tuple(AllocationLine(each.bill, each.paise) for each in made.values())
        if work.record(ALLOCATED, claim, Allocation(credit.id, credit.party, first.on, lines)):
            release = Release(claim, credit.party, first.until, first.reason)
            work.record(RELEASED, register.id_of("released", claim.hex()), release)


def take_stated(work: Work, register: Register, given: Iterable[Credit], findings: Findings) -> None:
    """Let each credit settle what the file says, in order of days."""
    for credit in sorted(given, key=lambda credit: credit.dated_on):
        if credit.stated:
            _stated(work, register, credit, credit.stated, findings)


def take_by_rule(work: Work, register: Register, given: Iterable[Credit], findings: Findings) -> None:
    """Let each note that says nothing settle its original as far as that is open, in order of days."""
    for credit in sorted(given, key=lambda credit: credit.dated_on):
        if credit.stated is None and credit.original is not None and credit.original.document:
            _by_rule(work, register, credit, credit.original.document, findings)


def allocation_id(register: Register, credit: Id, on: dt.date) -> Id:
    """The id of an imported allocation that stands: one a credit and day."""
    return register.id_of("allocation", credit.hex(), on.isoformat())


def _stated(
    work: Work, register: Register, credit: Credit, stated: Sequence[FileAllocation], findings: Findings
) -> None:
    by_day: dict[dt.date, dict[Id, int]] = {}
    left = credit.paise
    for n, given in enumerate(stated):
        if given.until is not None:
            continue
        with findings.within(f"{credit.path}.allocations[{n}]"):
            bill, paise, on = _settling(register, credit, given)
            asked = sum(lines.get(bill.id, 0) for lines in by_day.values())
            _check(work, bill, paise, asked, left)
            left -= paise
            lines = by_day.setdefault(on, {})
            lines[bill.id] = lines.get(bill.id, 0) + paise
    with findings.within(f"{credit.path}.allocations"):
        for on, lines in sorted(by_day.items()):
            _allocate(work, register, credit, on, lines)


def _settling(register: Register, credit: Credit, given: FileAllocation) -> tuple[Brought, int, dt.date]:
    """The bill, how much of it, and from which day."""
    types = (given.type,) if given.type else BILLS
    bill = register.need_document(given.document, types=types, on=given.date)
    paise = figures.paise(given.amount, "amount")
    if not register.is_one(bill.party, credit.party):
        raise RuleBroken([Problem("PARTY", _("This document is another party's."), "document")])
    if paise <= 0:
        raise RuleBroken([Problem("RANGE", _("An allocation is more than nothing."), "amount")])
    return bill, paise, given.on or max(credit.dated_on, bill.dated_on)


def _check(work: Work, bill: Brought, paise: int, asked: int, left: int) -> None:
    stand = work.standing.stand(bill.id)
    open_paise = (stand.open_paise if stand else 0) - asked
    if paise > open_paise:
        message = _("{asked} is allocated, but only {open} of {number} is open.")
        raise RuleBroken([too_much(message, paise, open_paise, bill.number)])
    if paise > left:
        message = _("{asked} is allocated, but only {open} of the credit is left.")
        raise RuleBroken([too_much(message, paise, left, "")])


def _by_rule(work: Work, register: Register, credit: Credit, original: Id, findings: Findings) -> None:
    """A note settles its original as far as that is open."""
    stand, known = work.standing.stand(original), work.standing.stand(credit.id)
    left = known.open_paise if known is not None else 0
    paise = min(stand.open_paise if stand and stand.stands else 0, left)
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
