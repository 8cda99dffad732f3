"""A refused allocation cut to what is open now, so that it can be tried again."""

import msgspec

from core.ledger.model import Allocation, AllocationLine
from core.ledger.queries import open_item
from core.store.work import Work


def fit_allocation(work: Work, allocation: Allocation) -> Allocation | None:
    """The same allocation with no more than is open of its credit and of each bill; None where nothing is."""
    credit = open_item(work.read, allocation.credit)
    left = credit.open_paise if credit is not None else 0
    lines = []
    for line in allocation.lines:
        bill = open_item(work.read, line.document)
        paise = min(line.paise, left, bill.open_paise if bill is not None else 0)
        if paise > 0:
            lines.append(AllocationLine(line.document, paise))
            left -= paise
    return msgspec.structs.replace(allocation, lines=tuple(lines)) if lines else None
