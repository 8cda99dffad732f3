"""The books against GSTR-3B: the output tax that the ledger holds for a period, and each difference explained."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.ids import Id
from core.invoicing.model import Document
from core.ledger.model import Account
from core.returns.covering import papers_dated
from core.returns.crossfoot import Tax
from core.returns.finding import BLOCKS, WARNS, Finding
from core.returns.gstr1_summaries import received, used
from core.returns.model import Month
from core.returns.periods import bounds
from core.store.read import in_runs
from core.words import money_text
from core.words import translate as _

_HEADS = (Account.OUTPUT_IGST, Account.OUTPUT_CGST, Account.OUTPUT_SGST, Account.OUTPUT_CESS)
_POSTED = "SELECT about, account, -sum(paise) FROM postings WHERE paper IN (RUN) GROUP BY about, account"
_SUMMED = "SELECT account, -sum(paise) FROM postings WHERE paper IN (RUN) GROUP BY account"
_CANCELLED = (
    "SELECT claim FROM allocations WHERE allocated_on BETWEEN ? AND ? AND claim = credit "
    "AND document IN (SELECT id FROM documents WHERE cancellation IS NOT NULL)"
)
"""Cancellations by their day: a cancellation lessens its document by itself."""


def books_findings(read: Connection, whole: Month, declared: Tax) -> Iterator[Finding]:
    """How the ledger's output tax of a period differs from what its GSTR-3B declares; nothing where they agree."""
    papers = _posting(read, whole)
    in_books = _posted_in_all(read, papers)
    if in_books == declared:
        return
    ledger, told = _ledger(read, papers), _told(whole)
    explained = Tax()
    for code, message, part in _explanations(read, whole, ledger, told):
        explained = explained.plus(part)
        if any(part):
            yield _finding(code, message.format(tax=money_text(part.total_paise)), is_explained=True)
    left = declared.minus(in_books).minus(explained)
    if any(left):
        message = _(
            "The ledger's output tax is {books}, GSTR-3B declares {declared}; {left} is not explained."
        )
        message = message.format(
            books=money_text(in_books.total_paise), declared=money_text(declared.total_paise),
            left=money_text(left.total_paise),
        )  # fmt: skip
        yield _finding("BOOKS_DIFFER", message, is_explained=False)


def _explanations(
    read: Connection, whole: Month, ledger: Mapping[Id, Tax], told: Mapping[Id, Tax]
) -> Iterator[tuple[str, str, Tax]]:
    """What GSTR-3B has more (or less) than the books, by its cause."""
    first, last = bounds(whole.period, whole.filing)
    here = {report.id for report in whole.documents if first <= report.document.dated_on <= last}
    late, cancelled, elsewhere = Tax(), Tax(), Tax()
    states = dict(
        in_runs(
            read, "SELECT record, state FROM standing WHERE record IN (RUN)", [*ledger.keys() - told.keys()]
        )
    )
    for record in {**ledger, **told}:
        more = told.get(record, Tax()).minus(ledger.get(record, Tax()))
        if record in told and record not in here:
            late = late.plus(more)
        elif states.get(record) == State.CANCELLED:
            cancelled = cancelled.plus(more)
        elif record not in told:
            elsewhere = elsewhere.plus(more)
    yield "BOOKS_LATE", _("{tax} of tax is on papers dated earlier that this return tells."), late
    yield (
        "BOOKS_CANCELLED",
        _("{tax} is of papers cancelled in another period than that of their date."),
        cancelled,
    )
    yield (
        "BOOKS_ELSEWHERE",
        _("{tax} is of papers dated in this period that another return tells."),
        elsewhere,
    )
    yield "BOOKS_ADVANCES", _("{tax} is on advances, which the ledger carries without tax."), _advances(whole)


def _posting(read: Connection, whole: Month) -> list[Id]:
    """The documents and cancellations that post in the period."""
    first, last = bounds(whole.period, whole.filing)
    cancelled = read.exec_driver_sql(_CANCELLED, (first.isoformat(), last.isoformat()))
    return [*(paper.id for paper in papers_dated(read, first, last)), *(row[0] for row in cancelled)]


def _posted_in_all(read: Connection, papers: Iterable[Id]) -> Tax:
    """What these papers posted to the accounts of output tax."""
    sums = dict.fromkeys(_HEADS, 0)
    for account, paise in in_runs(read, _SUMMED, papers):
        if account in sums:
            sums[Account(account)] += paise
    return Tax(*sums.values())


def _ledger(read: Connection, papers: Iterable[Id]) -> dict[Id, Tax]:
    """What these papers posted to the accounts of output tax, by the document it is about."""
    found: dict[Id, Tax] = {}
    for about, account, paise in in_runs(read, _POSTED, papers):
        if account in _HEADS:
            at = _HEADS.index(Account(account))
            found[about] = found.get(about, Tax()).plus(Tax(*(paise if n == at else 0 for n in range(4))))
    return {about: tax for about, tax in found.items() if any(tax)}


def _told(whole: Month) -> dict[Id, Tax]:
    """What the papers of the return posted to the accounts of output tax, whenever."""
    return {
        report.id: tax
        for report in whole.documents
        if report.id is not None and any(tax := _posted(report.document))
    }


def _posted(document: Document) -> Tax:
    by_account = {posting.account: -posting.paise for posting in document.postings}
    return Tax(*(by_account.get(account.value, 0) for account in _HEADS))


def _advances(whole: Month) -> Tax:
    found = Tax()
    for moves, weight in ((received(whole), 1), (used(whole), -1)):
        for move, sign in moves:
            heads = (move.igst_paise, move.cgst_paise, move.sgst_paise, move.cess_paise)
            found = found.plus(Tax(*(weight * sign * paise for paise in heads)))
    return found


def _finding(code: str, message: str, *, is_explained: bool) -> Finding:
    rule = _("The books against GSTR-3B, 3.1(a) and (b)")
    remedy = _("Nothing to do: the difference is explained.")
    if not is_explained:
        remedy = _("Look at the papers of the period; run bahi verify.")
    return Finding(code, WARNS if is_explained else BLOCKS, message, rule, remedy, place="gst")
