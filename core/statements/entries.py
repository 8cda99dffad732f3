"""The entries of a party's account: each paper and event of a period with its words and the balance after it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.advances.rules import RECEIPT_VOUCHER, REFUND_VOUCHER
from core.ids import Id
from core.ledger.kinds import RELEASED, WRITTEN_OFF
from core.ledger.model import Account, WriteOff
from core.ledger.rules import BAD_DEBT, ROUNDING, SETTLEMENT
from core.parties.merged import family
from core.statements.model import ChequeHeld, Entry
from core.store.read import papers_of
from core.store.tables.advances import vouchers
from core.store.tables.invoicing import documents
from core.store.tables.ledger import open_items, postings
from core.store.tables.receipts import paybacks, receipts, reversals
from core.store.tables.store import standing
from core.words import Say, date_text, money_text

CANCELLED, WRITE_OFF, WRITE_OFF_UNDONE = "CAN", "WOF", "WOB"
REVERSAL, PAYBACK, DEBIT_NOTE, CREDIT_NOTE, RECEIPT, _INVOICE = "RVS", "PBK", "DBN", "CRN", "RCT", "INV"

is_debtors = postings.c.account == sa.literal_column(f"'{Account.DEBTORS.value}'")
_originals = documents.alias("originals")
_given_back = vouchers.alias("given_back")
_paid_back = open_items.alias("paid_back")
_own = postings.c.paper == postings.c.about
_others = postings.alias("others")
_is_interest = sa.case(
    (
        open_items.c.type == DEBIT_NOTE,
        sa.exists().where(
            _others.c.paper == postings.c.about, _others.c.account == Account.INTEREST.value
        ).correlate(postings),
    ),
    else_=sa.false(),
)  # fmt: skip


def _about(*types: str) -> Any:
    """The paper that an entry concerns where it is of these types: others cost no look-up in its table."""
    return sa.case((open_items.c.type.in_(types), postings.c.about))


_ENTRY = (
    sa.select(
        postings.c.paper,
        postings.c.about,
        postings.c.dated_on,
        postings.c.paise,
        _own.label("own"),
        open_items.c.type,
        open_items.c.number,
        open_items.c.due_on,
        sa.func.coalesce(receipts.c.mode, vouchers.c.mode, paybacks.c.mode).label("mode"),
        sa.func.coalesce(receipts.c.reference, vouchers.c.reference, paybacks.c.reference).label("reference"),
        receipts.c.deducted_paise,
        receipts.c.cheque_number,
        receipts.c.cheque_on,
        vouchers.c.type.label("voucher"),
        _given_back.c.number.label("advance"),
        _paid_back.c.number.label("credit"),
        _originals.c.number.label("original"),
        standing.c.kind.label("kind"),
        reversals.c.number.label("reversal"),
        reversals.c.cause,
        reversals.c.paper.label("reversed"),
        _is_interest.label("is_interest"),
    )
    .join_from(postings, open_items, open_items.c.paper == postings.c.about, isouter=True)
    .join(receipts, receipts.c.id == _about(RECEIPT), isouter=True)
    .join(vouchers, vouchers.c.id == _about(RECEIPT_VOUCHER, REFUND_VOUCHER), isouter=True)
    .join(paybacks, paybacks.c.id == _about(PAYBACK), isouter=True)
    .join(_given_back, _given_back.c.id == vouchers.c.voucher, isouter=True)
    .join(_paid_back, _paid_back.c.paper == paybacks.c.credit, isouter=True)
    .join(documents, documents.c.id == _about(CREDIT_NOTE, DEBIT_NOTE), isouter=True)
    .join(_originals, _originals.c.id == documents.c.original, isouter=True)
    .join(standing, standing.c.record == sa.case((~_own, postings.c.paper)), isouter=True)
    .join(reversals, reversals.c.id == postings.c.paper, isouter=True)
    .order_by(postings.c.dated_on, postings.c.paise < 0, open_items.c.number, postings.c.paper, postings.c.n)
)


def entries(
    read: Connection, party: Id, from_on: dt.date, to_on: dt.date, opening_paise: int, _: Say
) -> tuple[Entry, ...]:
    """What was entered in a party's account from a day to a day, with the balance after each."""
    wanted = _ENTRY.where(
        is_debtors,
        postings.c.party.in_(family(read, party)),
        postings.c.dated_on >= from_on,
        postings.c.dated_on <= to_on,
    )
    rows = read.execute(wanted).all()
    given_up = papers_of(read, WriteOff, [row.paper for row in rows if row.kind == WRITTEN_OFF.name])
    due = _("due {date}")
    balance, found = opening_paise, []
    for row in rows:
        paise: int = row.paise
        balance += paise
        if row.own and row.type == _INVOICE:
            type_, number, text = _INVOICE, row.number, due.format(date=date_text(row.due_on))
        else:
            type_ = _type(row)
            number = (row.reversal if type_ == REVERSAL else row.number) or ""
            text = _text(row, type_, given_up.get(row.paper), _)
        debit, credit = (paise, 0) if paise > 0 else (0, -paise)
        found.append(
            Entry(row.dated_on, type_, number, text, debit, credit, balance, row.about, row.type or "")
        )
    return tuple(found)


def cheques_held(read: Connection, party: Id, on: dt.date) -> tuple[ChequeHeld, ...]:
    """The post-dated cheques of a party that were in hand at the end of a day; they count from their own dates."""
    given = receipts.c
    question = (
        sa.select(given.number, given.cheque_number, given.cheque_on, given.cheque_bank, given.amount_paise)
        .join_from(receipts, reversals, reversals.c.id == given.reversal, isouter=True)
        .where(
            given.party.in_(family(read, party)), given.dated_on <= on, given.cheque_on > on,
            sa.or_(given.reversal.is_(None), reversals.c.dated_on > on),
        )
        .order_by(given.cheque_on, given.number)
    )  # fmt: skip
    return tuple(ChequeHeld(*row) for row in read.execute(question))


def _type(row: Any) -> str:
    if row.reversal is not None and row.about in (row.reversed, row.paper):
        return REVERSAL
    if row.own:
        return row.type or (PAYBACK if row.credit is not None else "")
    if row.kind == WRITTEN_OFF.name:
        return WRITE_OFF
    if row.kind == RELEASED.name or row.reversal is not None:
        return WRITE_OFF_UNDONE
    return CANCELLED


def _text(row: Any, type_: str, given_up: WriteOff | None, _: Say) -> str:
    if type_ == REVERSAL:
        cause = _("cheque returned unpaid") if row.cause == "bounced" else _("entered by mistake")
        return ", ".join(part for part in (cause, row.number) if part)
    if given_up is not None:
        return ", ".join(part for part in (_reason(given_up.reason, _), given_up.note) if part)
    if not row.own:
        return ""
    if row.mode is not None:
        return ", ".join(_of_money(row, _))
    if row.is_interest:
        return _("interest for late payment")
    if row.original is not None:
        return _("against {number}").format(number=row.original)
    if row.paise > 0 and row.due_on is not None:
        return _("due {date}").format(date=date_text(row.due_on))
    return ""


def _of_money(row: Any, _: Say) -> Iterator[str]:
    if row.voucher == RECEIPT_VOUCHER:
        yield _("advance")
    elif row.advance is not None:
        yield _("advance {number} given back").format(number=row.advance)
    elif row.credit is not None:
        yield _("given back of {number}").format(number=row.credit)
    if row.cheque_number and row.cheque_on is not None:
        yield _("cheque {number} of {date}").format(number=row.cheque_number, date=date_text(row.cheque_on))
    elif row.reference:
        yield row.reference
    if row.deducted_paise:
        yield _("with {amount} kept back").format(amount=money_text(row.deducted_paise))


def _reason(reason: str, _: Say) -> str:
    named = {
        ROUNDING: _("difference in rounding"),
        BAD_DEBT: _("will not be paid"),
        SETTLEMENT: _("settled with the party"),
    }
    return named.get(reason, "")
