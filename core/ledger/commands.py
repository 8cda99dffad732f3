"""Verbs of the ledger: letting a credit settle bills."""

import datetime as dt
from collections.abc import Sequence

from core.closing.commands import refuse_closed
from core.errors import RuleBroken
from core.ids import Id
from core.ledger.history import free_from
from core.ledger.kinds import ALLOCATED, RELEASED, WRITTEN_OFF
from core.ledger.model import Allocation, AllocationLine, Release, WriteOff
from core.ledger.queries import open_item, sides
from core.ledger.rules import CREDIT, DUE, write_off_postings
from core.parties.merged import kept_party
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _


def allocate(work: Work, *, credit: Id, party: Id, lines: Sequence[AllocationLine], on: dt.date) -> Id:
    """Let a receipt or credit note settle bills of the same party. Answers the claim's id.

    `on` is the day from which, never before all of it is open: a cheque that bounced had its bills until then. Raises
    `RuleBroken` when a paper is of another party or of the wrong side, or less is open than asked; CLOSED for a day of
    a closed period.
    """
    wanted = {credit: sum(line.paise for line in lines)}
    for line in lines:
        wanted[line.document] = wanted.get(line.document, 0) + line.paise
    day = max(on, free_from(work.read, wanted))
    refuse_closed(work, day)
    allocation = Allocation(credit, party, day, tuple(lines))
    problems = _unfit(work, allocation)
    if problems:
        raise RuleBroken(problems)
    claim = work.new_id()
    work.record(ALLOCATED, claim, allocation)
    return claim


def write_off(work: Work, *, paper: Id, paise: int, reason: str, on: dt.date, note: str = "") -> Id:
    """Give up so much of what is open of a bill, or of a credit nobody claims; answers the claim's id.

    `on` is the day it is posted, never before the paper's. Raises `RuleBroken`: NOT_STANDING, OPEN_AMOUNT, LIMIT
    (an owner alone goes beyond the company's limit), CHOICE, CLOSED.
    """
    item = open_item(work.read, paper)
    if item is None:
        message = _("This paper has no open amount in the book.")
        raise RuleBroken([Problem("NOT_STANDING", message, "paper")])
    day = max(on, item.dated_on)
    refuse_closed(work, day)
    postings = write_off_postings(item.side, paise, reason)
    claim = work.new_id()
    work.record(WRITTEN_OFF, claim, WriteOff(paper, item.party, day, paise, reason, note, postings))
    return claim


def release(work: Work, claim: Id, *, on: dt.date, reason: str = "") -> Id:
    """Undo an allocation or a write-off: what it settled is open again from `on`, never before the day it was made for.

    Answers the new claim's id. Raises `RuleBroken` with NOT_STANDING when it is undone already, CHOICE for another kind
    of claim, CLOSED.
    """
    known = work.standing.stand(claim)
    if known is None or known.kind not in (ALLOCATED.name, WRITTEN_OFF.name):
        message = _("Only an allocation or a write-off is undone so.")
        raise RuleBroken([Problem("CHOICE", message, "claim")])
    body: Allocation | WriteOff = work.paper(claim)
    day = max(on, body.written_off_on if isinstance(body, WriteOff) else body.allocated_on)
    refuse_closed(work, day)
    record = work.new_id()
    work.record(RELEASED, record, Release(claim, body.party, day, reason))
    return record


def _unfit(work: Work, allocation: Allocation) -> list[Problem]:
    papers = [allocation.credit, *(line.document for line in allocation.lines)]
    known = sides(work.read, papers)
    payer = kept_party(work.read, allocation.party)
    problems = []
    for place, paper in enumerate(papers):
        field = f"lines.{place}.document" if place else "credit"
        party, side = known.get(paper, (None, ""))
        if party is None:
            problems.append(Problem("NOT_STANDING", _("This paper has no open amount in the book."), field))
        elif party != payer:
            problems.append(Problem("PARTY", _("This paper belongs to another party."), field))
        elif side != (DUE if place else CREDIT):
            problems.append(
                Problem("SIDE", _("A receipt or credit note settles bills, nothing else."), field)
            )
    return problems
