"""Sums of the ledger: whether postings balance, and which bills a sum settles. Pure."""

from collections.abc import Iterable, Iterator

from core.ids import Id
from core.ledger.model import Account, Allocation, AllocationLine, OpenItem, Posting, WriteOff
from core.problems import Problem
from core.words import translate as _

DUE = "due"
CREDIT = "credit"
"""The sides of an open item: what the party owes, and what was received or credited and not yet used."""

PAISE_MAX = 10**15
"""No amount of one paper is larger: what balances add up stays far below what a row can hold."""

ROUNDING, BAD_DEBT, SETTLEMENT = "rounding", "bad_debt", "settlement"
WRITE_OFF_REASONS = (ROUNDING, BAD_DEBT, SETTLEMENT)
"""Why an amount is given up: a difference of paise, a debt that will not be paid, a settlement with the party."""


def write_off_postings(side: str, paise: int, reason: str) -> tuple[Posting, ...]:
    """What giving up an open amount posts: a bill's against round-off or bad debts, an unclaimed credit's the other
    way."""
    sign = 1 if side == DUE else -1
    account = Account.ROUND_OFF if reason == ROUNDING else Account.BAD_DEBTS
    return (Posting(account.value, sign * paise), Posting(Account.DEBTORS.value, -sign * paise))


def problems_with_write_off(write_off: WriteOff) -> Iterator[Problem]:
    """Each thing wrong with a write-off by itself; the limit of its author's role is asked at the gate."""
    if not 0 < write_off.paise <= PAISE_MAX:
        yield Problem("RANGE", _("What is written off is more than nothing."), "paise")
    if write_off.reason not in WRITE_OFF_REASONS:
        yield Problem("CHOICE", _("Say why it is written off."), "reason")
    debtors = sum(posting.paise for posting in write_off.postings if posting.account == Account.DEBTORS)
    absurd = any(abs(posting.paise) > PAISE_MAX for posting in write_off.postings)
    if absurd or not balanced(write_off.postings) or abs(debtors) != write_off.paise:
        yield Problem("POSTINGS", _("What the write-off posts is not what it says."), "postings")


def balanced(postings: Iterable[Posting]) -> bool:
    """Whether what is debited equals what is credited."""
    return sum(posting.paise for posting in postings) == 0


def oldest_first(items: Iterable[OpenItem], paise: int) -> tuple[AllocationLine, ...]:
    """Settles bills by due date, then date, then number, as far as the sum goes; never more than is open."""
    lines: list[AllocationLine] = []
    for item in sorted(items, key=lambda item: (item.due_on, item.dated_on, item.number, item.paper)):
        part = min(paise, item.open_paise)
        if part <= 0:
            continue
        lines.append(AllocationLine(item.paper, part))
        paise -= part
    return tuple(lines)


def problems_with_allocation(allocation: Allocation) -> Iterator[Problem]:
    """Each thing wrong with an allocation by itself; `lines.1.paise` names the first line's sum."""
    if not allocation.lines:
        yield Problem("REQUIRED", _("Nothing is allocated."), "lines", _("Choose at least one bill."))
    seen: set[Id] = set()
    for place, line in enumerate(allocation.lines, 1):
        if not 0 < line.paise <= PAISE_MAX:
            yield Problem("RANGE", _("An allocation is more than nothing."), f"lines.{place}.paise")
        if line.document in seen:
            yield Problem("DUPLICATE", _("This bill is named twice."), f"lines.{place}.document")
        if line.document == allocation.credit:
            yield Problem("SIDE", _("A paper does not settle itself."), f"lines.{place}.document")
        seen.add(line.document)


def reference_key(reference: str) -> str:
    """A bank's or cheque's reference as it is compared: letters and digits alone, whatever their case."""
    return "".join(letter for letter in reference.casefold() if letter.isalnum())
