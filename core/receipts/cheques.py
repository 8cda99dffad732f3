"""Verbs of cheques: handed to our bank with others by one pay-in slip, credited by it, and either of it undone."""

import datetime as dt
from collections.abc import Iterator, Sequence

from core.changes.standing import Stand
from core.errors import RuleBroken
from core.ids import Id
from core.problems import Problem
from core.receipts.cheque_list import cheque_rows
from core.receipts.kinds import CLEARED, DEPOSITED, RECORDED
from core.receipts.model import Clearing, Deposit, Receipt
from core.receipts.rules import CHEQUE, UNBANKED
from core.store.work import Work
from core.words import date_text
from core.words import translate as _


def deposit_cheques(
    work: Work,
    receipts: Sequence[Id],
    *,
    on: dt.date,
    bank_account: Id | None = None,
    slip: str = "",
    today: dt.date | None = None,
) -> Id:
    """Note that cheques were handed to our bank, all by one pay-in slip; answers the deposit's id.

    It posts nothing. Raises `RuleBroken`: REQUIRED, NOT_STANDING, CHOICE for what is no cheque, DEPOSITED, and DATE
    for a cheque whose own day has not come; FUTURE.
    """
    problems = [*_future(on, today)]
    at_bank = {row.receipt for row in cheque_rows(work.read, receipts) if row.deposited_on is not None}
    for receipt in receipts:
        problems += _undepositable(work, receipt, on, is_at_bank=receipt in at_bank)
    if problems:
        raise RuleBroken(problems)
    record = work.new_id()
    work.record(DEPOSITED, record, Deposit(on, tuple(receipts), bank_account, slip.strip()))
    return record


def undo_deposit(work: Work, receipts: Sequence[Id]) -> Id:
    """Note that these cheques were not handed in after all: they are in hand.

    Raises `RuleBroken`: NOT_STANDING; CLEARED while one counts as credited.
    """
    rows = cheque_rows(work.read, receipts)
    at_bank = {row.receipt for row in rows if row.deposited_on is not None}
    if not receipts or not at_bank.issuperset(receipts):
        raise RuleBroken([Problem("NOT_STANDING", _("This cheque is not at the bank."), "receipts")])
    if any(row.cleared_on is not None for row in rows):
        message = _("The bank has credited this cheque.")
        raise RuleBroken([Problem("CLEARED", message, "receipts", _("Undo the clearing first."))])
    record = work.new_id()
    work.record(DEPOSITED, record, Deposit(None, tuple(receipts)))
    return record


def clear_receipt(work: Work, receipt: Id, *, on: dt.date, today: dt.date | None = None) -> Id:
    """Note that the bank credited a receipt's money; answers the clearing's id. It posts nothing.

    Raises `RuleBroken`: NOT_STANDING, CHOICE for cash, FUTURE, DATE before the money counts or the cheque was handed
    in.
    """
    known = work.standing.stand(receipt)
    problems = [*_future(on, today), *_unknown(known)]
    if not problems:
        paper: Receipt = work.paper(receipt)
        if paper.mode in UNBANKED:
            problems.append(Problem("CHOICE", _("No bank credits cash or an adjustment."), "mode"))
        elif paper.mode == CHEQUE and on < paper.counts_on:
            problems.append(_too_early(paper))
        problems += before_deposit(work, receipt, on)
    if problems:
        raise RuleBroken(problems)
    return _clear(work, Clearing(receipt, on))


def undo_clearing(work: Work, receipt: Id) -> Id:
    """Note that the bank has not credited a receipt after all; answers the new clearing's id."""
    problems = [*_unknown(work.standing.stand(receipt))]
    if problems:
        raise RuleBroken(problems)
    return _clear(work, Clearing(receipt, None))


def before_deposit(work: Work, receipt: Id, on: dt.date) -> Iterator[Problem]:
    """Whether a day lies before the one on which a cheque was handed in: the bank did nothing with it by then."""
    for row in cheque_rows(work.read, [receipt]):
        if row.deposited_on is not None and on < row.deposited_on:
            message = _("The cheque was handed in on {date}.").format(date=date_text(row.deposited_on))
            yield Problem("DATE", message, "dated_on", _("Choose that day or a later one."))


def _clear(work: Work, clearing: Clearing) -> Id:
    record = work.new_id()
    work.record(CLEARED, record, clearing)
    return record


def _undepositable(work: Work, receipt: Id, on: dt.date, *, is_at_bank: bool) -> Iterator[Problem]:
    known = work.standing.stand(receipt)
    yield from _unknown(known)
    if known is None or known.kind != RECORDED.name or not known.stands:
        return
    paper: Receipt = work.paper(receipt)
    if paper.mode != CHEQUE:
        message = _("Receipt {number} is no cheque.").format(number=paper.number)
        yield Problem("CHOICE", message, "receipts")
    elif is_at_bank:
        message = _("The cheque of {number} is at the bank already.").format(number=paper.number)
        yield Problem("DEPOSITED", message, "receipts")
    elif on < paper.counts_on:
        yield _too_early(paper)


def _unknown(known: Stand | None) -> Iterator[Problem]:
    if known is None or known.kind != RECORDED.name or not known.stands:
        yield Problem("NOT_STANDING", _("This receipt does not stand."), "receipts")


def _too_early(paper: Receipt) -> Problem:
    message = _("The cheque of {number} is dated {date}: no bank takes it before.")
    told = message.format(number=paper.number, date=date_text(paper.counts_on))
    return Problem("DATE", told, "dated_on", _("Keep it in hand until its day."))


def _future(on: dt.date, today: dt.date | None) -> Iterator[Problem]:
    if today is not None and on > today:
        yield Problem("FUTURE", _("What has not happened yet is not noted."), "dated_on")
