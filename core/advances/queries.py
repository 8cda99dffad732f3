"""Questions about advances: the vouchers, what was set against what, and what each month declares of them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.advances.model import ReceiptVoucher, RefundVoucher
from core.advances.rules import RECEIPT_VOUCHER, REFUND_VOUCHER, Move, Use, moves_of
from core.changes.standing import State
from core.ids import Id
from core.ledger.rules import reference_key
from core.parties.merged import family
from core.store.paging import PAGE_ROWS, Page, ordered_page
from core.store.read import in_runs, paper_of, papers_of
from core.store.search import match_of
from core.store.tables.advances import vouchers
from core.store.tables.store import standing


class VoucherRow(NamedTuple):
    """A receipt voucher (RCV) or refund voucher (RFV) as a list shows it.

    `open_paise` is what of an advance is not used yet, or what of a refund no voucher pays yet.
    """

    id: Id
    type: str
    number: str
    dated_on: dt.date
    party: Id
    name: str
    mode: str
    reference: str
    amount_paise: int
    purpose: str
    rate_bp: int
    voucher: Id | None
    open_paise: int
    state: State


class Uses(NamedTuple):
    """What was taken of one advance: set against papers of the book, and given back."""

    adjusted: tuple[Use, ...] = ()
    refunded: tuple[Use, ...] = ()


_SEARCH = sa.table("search", sa.column("rowid"), sa.column("record"))
_ROW = sa.select(
    *(vouchers.c[name] for name in VoucherRow._fields[:12]), standing.c.open_paise, standing.c.state
).join_from(vouchers, standing, standing.c.record == vouchers.c.id)
_STANDS = (int(State.LIVE), int(State.CONTESTED))
_USES = (
    "SELECT a.credit, i.type, i.number, a.allocated_on, a.paise FROM allocations a "
    "JOIN open_items i ON i.paper = a.document WHERE a.credit IN (RUN)"
)
_MOVED = (
    "SELECT v.id FROM vouchers v WHERE v.dated_on BETWEEN :since AND :until AND v.type = 'RCV' "
    "UNION SELECT v.id FROM allocations a CROSS JOIN vouchers v ON v.id = a.credit "
    "WHERE a.allocated_on BETWEEN :since AND :until "
    "UNION SELECT u.voucher FROM used_elsewhere u WHERE u.dated_on BETWEEN :since AND :until"
)
"""CROSS JOIN keeps the database to the order written: from what happened in those days to its voucher."""
_OF_STANDING = "SELECT record FROM standing WHERE record IN (RUN) AND state IN (?, ?)"
SORTS = {
    "date": vouchers.c.dated_on,
    "number": vouchers.c.number_key,
    "name": vouchers.c.name_key,
    "amount": vouchers.c.amount_paise,
}
"""What a list may be sorted by; each has its index."""


def voucher(read: Connection, record: Id) -> ReceiptVoucher | None:
    """The whole receipt voucher; None when the book has none."""
    return paper_of(read, ReceiptVoucher, record) if _type_of(read, record) == RECEIPT_VOUCHER else None


def refund(read: Connection, record: Id) -> RefundVoucher | None:
    """The whole refund voucher; None when the book has none."""
    return paper_of(read, RefundVoucher, record) if _type_of(read, record) == REFUND_VOUCHER else None


def voucher_ids(read: Connection, number: str, *, paper_type: str | None = None) -> list[Id]:
    """The vouchers of a number, whatever its case; of one type (RCV, RFV) or of both."""
    question = sa.select(vouchers.c.id).where(vouchers.c.number_key == number.casefold())
    if paper_type is not None:
        question = question.where(vouchers.c.type == paper_type)
    return list(read.execute(question.order_by(vouchers.c.dated_on, vouchers.c.id)).scalars())


def voucher_rows(read: Connection, records: Iterable[Id]) -> list[VoucherRow]:
    """These vouchers as a list shows them, for re-reading what was touched."""
    return [_row(found) for found in read.execute(_ROW.where(vouchers.c.id.in_(list(records))))]


def vouchers_page(
    read: Connection,
    *,
    key: tuple[Any, ...] | None = None,
    limit: int = PAGE_ROWS,
    only: str = "all",
    party: Id | None = None,
    search: str = "",
    sort: str = "date",
    descending: bool = True,
) -> Page[VoucherRow]:
    """A page of vouchers. `only` is all, on_account (advances not used up), advances or refunds.

    What answers `search`, word by word as it is typed, comes newest first, whatever the sort.
    """
    question, match = _ROW, match_of(search, "voucher")
    order: tuple[Any, ...] = (SORTS[sort], vouchers.c.id)
    if match:
        question = question.join(_SEARCH, _SEARCH.c.record == vouchers.c.id).where(
            sa.literal_column("search").op("MATCH")(match)
        )
        order, descending = (_SEARCH.c.rowid,), True
    wanted: list[Any] = []
    if only == "on_account":
        wanted.append(vouchers.c.id.in_(sa.text(_ON_ACCOUNT)))
    elif only != "all":
        wanted.append(vouchers.c.type == (RECEIPT_VOUCHER if only == "advances" else REFUND_VOUCHER))
    if party is not None:
        wanted.append(vouchers.c.party.in_(family(read, party)))
    page = ordered_page(read, question.where(*wanted), order, key, limit, descending=descending)
    return Page([_row(row) for row in page.rows], page.next_key)


def voucher_of_reference(read: Connection, reference: str) -> VoucherRow | None:
    """The voucher that already has a bank's or cheque's reference; None when there is none."""
    wanted = reference_key(reference)
    if not wanted:
        return None
    asked = (vouchers.c.reference_key == wanted, vouchers.c.reference_key != sa.literal_column("''"))
    found = read.execute(_ROW.where(*asked)).first()
    return _row(found) if found else None


def refunds_of(read: Connection, record: Id) -> list[VoucherRow]:
    """The refund vouchers that give an advance back, in order of days."""
    question = _ROW.where(vouchers.c.voucher == record)
    return [_row(found) for found in read.execute(question.order_by(vouchers.c.dated_on, vouchers.c.id))]


def uses_of(read: Connection, records: Iterable[Id]) -> dict[Id, Uses]:
    """What was taken of these advances by allocation, by voucher; nothing for one that lies whole on account."""
    found: dict[Id, Uses] = {}
    for credit, type_, number, day, paise in in_runs(read, _USES, records):
        use, known = Use(number, dt.date.fromisoformat(day), paise), found.get(credit, Uses())
        if type_ == REFUND_VOUCHER:
            found[credit] = known._replace(refunded=(*known.refunded, use))
        else:
            found[credit] = known._replace(adjusted=(*known.adjusted, use))
    return found


def moves(read: Connection, since: dt.date, until: dt.date) -> list[Move]:
    """What a period declares of advances for services: received, set against invoices, given back, day by day.

    Both days are included. Held vouchers move nothing.
    """
    moved = list(read.execute(sa.text(_MOVED), _days(since, until)).scalars())
    standing_ids = [row[0] for row in in_runs(read, _OF_STANDING, moved, *_STANDS)]
    papers, taken = papers_of(read, ReceiptVoucher, standing_ids), uses_of(read, standing_ids)
    found = [
        move
        for record, paper in papers.items()
        for move in moves_of(paper, *taken.get(record, Uses()), record=record)
        if since <= move.moved_on <= until
    ]
    return sorted(found, key=lambda move: (move.moved_on, move.received_on, move.voucher or b"", move.number))


def moves_of_voucher(read: Connection, record: Id) -> list[Move]:
    """The whole story of one advance, as `moves` tells it; nothing where it is held or for goods."""
    stands = [row[0] for row in in_runs(read, _OF_STANDING, [record], *_STANDS)]
    paper = voucher(read, record) if stands else None
    if paper is None:
        return []
    return moves_of(paper, *uses_of(read, [record]).get(record, Uses()), record=record)


def advances_between(read: Connection, first: dt.date, last: dt.date) -> int:
    """The money that came in as advances from a day to a day; held vouchers do not count."""
    found = read.execute(
        sa.select(sa.func.coalesce(sa.func.sum(vouchers.c.amount_paise), 0))
        .join_from(vouchers, standing, standing.c.record == vouchers.c.id)
        .where(
            vouchers.c.dated_on.between(first, last),
            vouchers.c.type == RECEIPT_VOUCHER,
            standing.c.state.in_(_STANDS),
        )
    ).scalar_one()
    return int(found)


_ON_ACCOUNT = "SELECT paper FROM open_items WHERE side = 'credit' AND type = 'RCV' AND open_paise > 0"


def _type_of(read: Connection, record: Id) -> str | None:
    found: str | None = read.execute(sa.select(vouchers.c.type).where(vouchers.c.id == record)).scalar()
    return found


def _days(since: dt.date, until: dt.date) -> dict[str, str]:
    return {"since": since.isoformat(), "until": until.isoformat()}


def _row(found: Any) -> VoucherRow:
    return VoucherRow._make((*found[:13], State(found[13])))
