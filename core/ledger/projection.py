"""How papers become postings, balances and open items, and how an allocation lessens what is open.

`post`, `open_item` and `reverse` are called by the projections of the rooms that own the papers.
"""

import datetime as dt
from collections.abc import Sequence

from core.closing.projection import entered_on
from core.ids import Id
from core.ledger.kinds import ALLOCATED, RELEASED, WRITTEN_OFF
from core.ledger.model import Account, Allocation, OpenItem, Posting, Release, WriteOff
from core.ledger.monthly import note_lessened, note_opened, note_paid, note_posted, note_taken_back
from core.ledger.spells import note_taken
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.ledger import allocations, balances, open_items, postings

NO_PARTY: Id = b""


def post(
    rows: Rows,
    *,
    paper: Id,
    party: Id,
    dated_on: dt.date,
    postings: Sequence[Posting],
    about: Id | None = None,
    after: int = 0,
) -> None:
    """Enter a paper's postings and add them to the balances. `about` is the paper concerned when it is another;
    `after` so many that the same paper entered before.

    A paper whose period is closed is entered on the first open day.
    """
    day = entered_on(rows, dated_on).isoformat()
    for n, posting in enumerate(postings, after + 1):
        _enter(rows, n, paper, about or paper, party, day, posting.account, posting.paise)


def open_item(rows: Rows, item: OpenItem) -> None:
    """Open an amount: a bill's value on the side "due", a receipt's or credit note's on the side "credit"."""
    rows.insert(
        open_items, paper=item.paper, party=item.party, side=item.side, type=item.type, number=item.number,
        dated_on=item.dated_on, due_on=item.due_on, amount_paise=item.amount_paise, open_paise=item.open_paise,
    )  # fmt: skip
    note_opened(rows, item)


def reverse(
    rows: Rows, *, paper: Id, by: Id, party: Id, on: dt.date, postings: Sequence[Posting], open_paise: int
) -> None:
    """Take a paper back from a day on: its postings with the signs turned, and its open amount to nought.

    `by` is the cancellation; nothing may rest on the paper, so `open_paise` is its whole amount.
    """
    turned = [Posting(posting.account, -posting.paise) for posting in postings]
    post(rows, paper=by, party=party, dated_on=on, postings=turned, about=paper)
    lessen(rows, claim=by, n=1, credit=by, document=paper, paise=open_paise, on=on)
    note_taken_back(rows, paper, open_paise, on)


def lessen(rows: Rows, *, claim: Id, n: int, credit: Id, document: Id, paise: int, on: dt.date) -> None:
    """Note that a claim's line lessens what is open of a document from a day on."""
    rows.insert(
        allocations, claim=claim, n=n, credit=credit, document=document, paise=paise, allocated_on=on
    )  # fmt: skip
    rows.add(open_items, (document,), open_paise=-paise)
    note_taken(rows, document, paise, on)
    note_lessened(rows, document, paise, on)


def project_allocation(rows: Rows, applied: Applied) -> None:
    """Each line lessens its bill; the credit is lessened by them all."""
    allocation: Allocation = applied.body
    for n, line in enumerate(allocation.lines, 1):
        lessen(
            rows, claim=applied.record, n=n, credit=allocation.credit, document=line.document, paise=line.paise,
            on=allocation.allocated_on,
        )  # fmt: skip
    _use(rows, allocation.credit, sum(line.paise for line in allocation.lines), allocation.allocated_on)
    lines = [(line.document, line.paise) for line in allocation.lines]
    note_paid(rows, allocation.credit, lines, allocation.allocated_on)


def project_write_off(rows: Rows, applied: Applied) -> None:
    """What is given up is open no more, and posted."""
    claim: WriteOff = applied.body
    on = claim.written_off_on
    post(
        rows, paper=applied.record, party=claim.party, dated_on=on, postings=claim.postings, about=claim.paper
    )
    lessen(
        rows, claim=applied.record, n=1, credit=applied.record, document=claim.paper, paise=claim.paise, on=on
    )  # fmt: skip


def project_release(rows: Rows, applied: Applied) -> None:
    """What the claim settled is open again."""
    release: Release = applied.body
    give_back(rows, applied, on=release.released_on)


def give_back(rows: Rows, applied: Applied, *, on: dt.date, posted: int = 0) -> None:
    """Take back what a change has undone: each line again as its opposite, never before the day it was made for.

    Every projection of a kind that undoes claims calls this; `posted` is how many postings it entered itself.
    """
    n = 0
    for claim in applied.released:
        body: Allocation | WriteOff = applied.paper(claim)
        if isinstance(body, WriteOff):
            day = max(on, body.written_off_on)
            turned = [Posting(posting.account, -posting.paise) for posting in body.postings]
            post(
                rows, paper=applied.record, party=body.party, dated_on=day, postings=turned, about=body.paper,
                after=posted,
            )  # fmt: skip
            posted += len(turned)
            lines, credit = [(body.paper, body.paise)], claim
        else:
            day = max(on, body.allocated_on)
            lines, credit = [(line.document, line.paise) for line in body.lines], body.credit
            _use(rows, credit, -sum(paise for _paper, paise in lines), day)
            note_paid(rows, credit, lines, body.allocated_on, given_back=True)
        for document, paise in lines:
            n += 1
            lessen(
                rows, claim=applied.record, n=n, credit=credit, document=document, paise=-paise, on=day
            )  # fmt: skip


def _use(rows: Rows, credit: Id, paise: int, on: dt.date) -> None:
    rows.add(open_items, (credit,), open_paise=-paise)
    note_taken(rows, credit, paise, on)


def _enter(rows: Rows, n: int, paper: Id, about: Id, party: Id, day: str, account: str, paise: int) -> None:
    rows.insert(
        postings, paper=paper, n=n, about=about, account=account, party=party, dated_on=day, paise=paise
    )  # fmt: skip
    rows.add(balances, (account, party if account == Account.DEBTORS else NO_PARTY), paise=paise)
    note_posted(rows, account, day, paise)


PROJECTIONS: dict[str, Projection] = {
    ALLOCATED.name: project_allocation,
    WRITTEN_OFF.name: project_write_off,
    RELEASED.name: project_release,
}
