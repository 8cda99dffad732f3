"""What the ledger writes to the log: allocations, each a claim on what is open."""

from core.changes.kind import Effects, claim_kind
from core.ids import Id
from core.ledger.model import Allocation
from core.ledger.rules import problems_with_allocation


def _effects(_claim: Id, allocation: Allocation) -> Effects:
    total = sum(line.paise for line in allocation.lines)
    bills = tuple((line.document, line.paise) for line in allocation.lines)
    return Effects(takes=((allocation.credit, total), *bills))


ALLOCATED = claim_kind("ledger.allocated", Allocation, problems=problems_with_allocation, effects=_effects)
KINDS = (ALLOCATED,)
