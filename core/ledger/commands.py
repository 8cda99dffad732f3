"""Verbs of the ledger: letting a credit settle bills."""

import datetime as dt
from collections.abc import Sequence

from core.errors import RuleBroken
from core.ids import Id
from core.ledger.kinds import ALLOCATED
from core.ledger.model import Allocation, AllocationLine
from core.ledger.queries import sides
from core.ledger.rules import CREDIT, DUE
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _


def allocate(work: Work, *, credit: Id, party: Id, lines: Sequence[AllocationLine], on: dt.date) -> Id:
    """Let a receipt or credit note settle bills of the same party. Answers the claim's id.

    Raises `RuleBroken` when a paper is of another party or of the wrong side, or less is open than asked.
    """
    allocation = Allocation(credit, party, on, tuple(lines))
    problems = _unfit(work, allocation)
    if problems:
        raise RuleBroken(problems)
    claim = work.new_id()
    work.record(ALLOCATED, claim, allocation)
    return claim


def _unfit(work: Work, allocation: Allocation) -> list[Problem]:
    papers = [allocation.credit, *(line.document for line in allocation.lines)]
    known = sides(work.read, papers)
    problems = []
    for place, paper in enumerate(papers):
        field = f"lines.{place}.document" if place else "credit"
        party, side = known.get(paper, (None, ""))
        if party is None:
            problems.append(Problem("NOT_STANDING", _("This paper has no open amount in the book."), field))
        elif party != allocation.party:
            problems.append(Problem("PARTY", _("This paper belongs to another party."), field))
        elif side != (DUE if place else CREDIT):
            problems.append(
                Problem("SIDE", _("A receipt or credit note settles bills, nothing else."), field)
            )
    return problems
