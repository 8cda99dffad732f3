"""Sums kept beside the ledger's rows: what a month brought by party and in all, what a day posted by account.

Of a party's month: `billed_paise` by invoices and debit notes, `credited_paise` by credit notes, `received_paise` by
receipts and advances (each less what was taken back in it); `opened_paise` and `settled_paise` of what is due, so that
their sums up to a month are what is open at its end; `fell_late_paise` and `late_settled_paise` likewise of what is
past due. Payments of bills count in the month they were made for and a payment given back counts nowhere: their number
and `paid_paise`, the days past due (`late_days`; early is nought) and the days since the bill (`taken_days`), plain and
times paise.
"""

import datetime as dt
from collections.abc import Iterable

from core.ids import Id
from core.ledger.model import OpenItem
from core.ledger.rules import DUE
from core.store.rows import Rows
from core.store.tables.ledger import open_items
from core.store.tables.statements import account_days, party_months

ALL: Id = b""
"""The party of the sums of all."""

_BILLS, _MONEY, _CREDIT_NOTE = ("INV", "DBN"), ("RCT", "RCV"), "CRN"
_DAY = dt.timedelta(days=1)
_MOST = 10**17
"""A sum of hostile figures stays within what the file keeps."""


def note_posted(rows: Rows, account: str, day: str, paise: int) -> None:
    """So much was posted to an account on a day ("2026-06-10")."""
    rows.add(account_days, (account, day), paise=paise)


def note_opened(rows: Rows, item: OpenItem) -> None:
    """A paper opened an amount."""
    paise, month = item.amount_paise, _month(item.dated_on)
    if item.side != DUE:
        kind = _kind(item.type)
        if kind:
            _add(rows, item.party, month, **{kind: paise})
        return
    billed = paise if item.type in _BILLS else 0
    late = _month_late(item.dated_on, item.due_on)
    if late == month:
        _add(rows, item.party, month, billed_paise=billed, opened_paise=paise, fell_late_paise=paise)
    else:
        _add(rows, item.party, month, billed_paise=billed, opened_paise=paise)
        _add(rows, item.party, late, fell_late_paise=paise)


def note_lessened(rows: Rows, document: Id, paise: int, on: dt.date) -> None:
    """So much less is open of a paper from a day on; what is given back counts against it."""
    found = rows.fixed(open_items, (document,))
    if found is None or found[2] != DUE:
        return
    _paper, party, _side, _type, _number, dated_on, due_on, *_amounts = found
    month, late = _month(on), _month_late(dt.date.fromisoformat(dated_on), dt.date.fromisoformat(due_on))
    if late <= month:
        _add(rows, party, month, settled_paise=paise, late_settled_paise=paise)
    else:
        _add(rows, party, month, settled_paise=paise)
        _add(rows, party, late, late_settled_paise=paise)


def note_taken_back(rows: Rows, paper: Id, paise: int, on: dt.date) -> None:
    """A paper was cancelled or reversed."""
    found = rows.fixed(open_items, (paper,))
    kind = _kind(found[3]) if found is not None else ""
    if found is not None and kind:
        _add(rows, found[1], _month(on), **{kind: -paise})


def note_paid(
    rows: Rows, credit: Id, lines: Iterable[tuple[Id, int]], on: dt.date, *, given_back: bool = False
) -> None:
    """A credit paid bills on a day, or what it paid that day was given back; credit notes pay nothing."""
    source = rows.fixed(open_items, (credit,))
    if source is None or source[3] not in _MONEY:
        return
    sign, month = -1 if given_back else 1, _month(on)
    for document, paise in lines:
        found = rows.fixed(open_items, (document,))
        if found is None or found[3] not in _BILLS:
            continue
        late = max(0, (on - dt.date.fromisoformat(found[6])).days)
        taken = max(0, (on - dt.date.fromisoformat(found[5])).days)
        _add(
            rows, found[1], month, payments=sign, paid_paise=sign * paise, late_days=sign * late,
            late_paise_days=sign * min(paise * late, _MOST), taken_days=sign * taken,
            taken_paise_days=sign * min(paise * taken, _MOST),
        )  # fmt: skip


def _add(rows: Rows, party: Id, month: str, **sums: int) -> None:
    rows.add(party_months, (party, month), **sums)
    rows.add(party_months, (ALL, month), **sums)


def _kind(type_: str) -> str:
    if type_ in _BILLS:
        return "billed_paise"
    if type_ in _MONEY:
        return "received_paise"
    return "credited_paise" if type_ == _CREDIT_NOTE else ""


def _month(day: dt.date) -> str:
    return day.isoformat()[:7]


def _month_late(dated_on: dt.date, due_on: dt.date) -> str:
    """The month at whose end a bill, still open, is past due for the first time."""
    return _month(max(dated_on, due_on + _DAY))
