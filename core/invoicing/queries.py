"""Questions about documents and drafts."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.stamp import instant_of
from core.changes.standing import State
from core.ids import Id
from core.invoicing.model import Cancellation, Document, Draft
from core.invoicing.papers import BILLS, CREDIT_NOTE, INVOICE, NOTES, OFFERS
from core.ledger.rules import DUE
from core.parties.merged import family, family_of
from core.store.paging import PAGE_ROWS, Page, after, ordered_page, page_of
from core.store.read import change_of, paper_of, record_of
from core.store.search import match_of
from core.store.tables.invoicing import document_lines as lines
from core.store.tables.invoicing import documents, drafts
from core.store.tables.ledger import open_items
from core.store.tables.parties import parties
from core.store.tables.store import standing

_SEARCH = sa.table("search", sa.column("rowid"), sa.column("record"))
_STANDING = (int(State.LIVE), int(State.CONTESTED))
_NO_INVOICE = documents.c.type != sa.literal_column("'INV'")
"""In these words the index of notes and other papers, which are few and by date, knows itself meant."""
_listed = documents.alias("listed")
_CANCELLED = sa.text("SELECT id FROM documents WHERE cancellation IS NOT NULL")
SHORT_PERIOD = 20_000
"""Days of so many documents are sorted whole; of days with more a page is soon full when the list is walked."""
MANY = 10_000
"""So many of a list's papers are sorted; of more a page is soon full when the whole list is walked in its order."""
_MOST_ARE_PAID = sa.func.likely(
    sa.and_(standing.c.open_paise == 0, standing.c.state.in_(_STANDING)), type_=sa.Boolean
)
"""Told so, the database walks the list in its order until a page is full."""
_OPEN_BILL = (open_items.c.side == DUE, open_items.c.open_paise > sa.literal_column("0"))
_TYPES = {"notes": sorted(NOTES), "offers": sorted(OFFERS)}
SORTS = {
    "dated_on": documents.c.dated_on,
    "number": documents.c.number_key,
    "party_name": documents.c.party_key,
    "due_on": documents.c.due_on,
    "value_paise": documents.c.value_paise,
}
"""What a list of documents sorts by."""

Days = tuple[dt.date, dt.date]
"""The first and the last day, both included."""
STATES = ("all", "open", "overdue", "paid", "held", "contested", "cancelled", "notes", "offers")
"""What a list of documents may be narrowed to."""


class DocumentRow(NamedTuple):
    """A document as a list shows it. `open_paise` is what is unpaid of a bill, or unused of a credit note."""

    id: Id
    type: str
    number: str
    dated_on: dt.date
    due_on: dt.date
    party: Id
    party_name: str
    value_paise: int
    taxable_paise: int
    tax_paise: int
    origin: str
    opening: bool
    state: State
    open_paise: int


class DraftRow(NamedTuple):
    """An open draft as a list shows it; `worth_paise` is what its lines come to before tax."""

    id: Id
    type: str
    party: Id | None
    party_name: str
    dated_on: dt.date | None
    owner: Id
    lines: int
    worth_paise: int
    milestone: Id | None


class LastPrice(NamedTuple):
    """What a party last paid for an item."""

    price_tenthousandths: int
    price_includes_tax: bool
    discount_tenthousandths_pct: int
    dated_on: dt.date
    number: str


class WrittenBy(NamedTuple):
    """Who wrote something, and the instant in UTC microseconds."""

    user: str
    at_us: int


_ROW = sa.select(
    *(documents.c[name] for name in DocumentRow._fields[:-2]), standing.c.state, standing.c.open_paise
).join_from(documents, standing, standing.c.record == documents.c.id)
_DRAFT = sa.select(
    drafts.c.id, drafts.c.type, drafts.c.party, sa.func.coalesce(parties.c.name, "").label("party_name"),
    *(drafts.c[name] for name in DraftRow._fields[4:]),
).join_from(drafts, parties, parties.c.id == drafts.c.party, isouter=True)  # fmt: skip


def document(read: Connection, record: Id) -> Document | None:
    """A document, whole, as it was issued; None when the book has none of this id."""
    known = read.execute(sa.select(documents.c.id).where(documents.c.id == record)).scalar()
    return None if known is None else paper_of(read, Document, record)


def cancellation(read: Connection, record: Id) -> Cancellation | None:
    """When and why a document was cancelled; None while it is not."""
    claim = read.execute(sa.select(documents.c.cancellation).where(documents.c.id == record)).scalar()
    return None if claim is None else paper_of(read, Cancellation, claim)


def written_by(read: Connection, record: Id) -> WrittenBy | None:
    """Who wrote a paper or claim, and when; None when the book has none of this id."""
    change = change_of(read, record)
    return None if change is None else WrittenBy(change.user, instant_of(change.stamp))


_OF_NUMBER = "SELECT id, type, dated_on FROM documents WHERE number_key = ? ORDER BY dated_on, id"


def document_ids(
    read: Connection,
    number: str,
    *,
    type: str | None = None,  # noqa: A002  the command line's own word
    on: dt.date | None = None,
) -> list[Id]:
    """The documents of a number, whatever its case; more than one when two types or years share it."""
    found = read.exec_driver_sql(_OF_NUMBER, (number.casefold(),))
    day = on.isoformat() if on is not None else None
    return [record for record, of_type, dated in found if type in (None, of_type) and day in (None, dated)]


def documents_page(
    read: Connection,
    *,
    key: tuple[Any, ...] | None = None,
    limit: int = PAGE_ROWS,
    state: str = "all",
    search: str = "",
    sort: str = "dated_on",
    descending: bool = True,
    on: dt.date | None = None,
    type: str | None = None,  # noqa: A002
    party: Id | None = None,
    dated: Days | None = None,
) -> Page[DocumentRow]:
    """A page of documents. `state` is one of STATES (overdue asks `on`), `sort` one of SORTS.

    What answers `search` comes newest first, whatever the sort.
    """
    is_short = dated is not None and (sort != "dated_on" or bool(search)) and _is_short(read, dated)
    is_plain = party is None and dated is None and type is None and not search
    if is_plain and _are_many_open(read, state, sort, on):
        question, order = _walked(state, on), (SORTS[sort], documents.c.id)
    else:
        question, order = _narrowed(
            _ROW, state, search, sort, on=on, of_type=type, members=family_of(read, party), dated=dated,
            is_short=is_short,
        )  # fmt: skip
    if dated is not None and is_short and match_of(search):
        question = question.where(_SEARCH.c.rowid.between(*_entries_of(read, dated)))
    page = ordered_page(read, question, order, key, limit, descending=descending or bool(search))
    return Page([_document_row(row[:-1]) for row in page.rows], page.next_key)


def document_rows(
    read: Connection,
    records: Sequence[Id],
    *,
    state: str = "all",
    search: str = "",
    on: dt.date | None = None,
    type: str | None = None,  # noqa: A002
    party: Id | None = None,
    dated: Days | None = None,
) -> list[DocumentRow]:
    """These documents as a list shows them, without those that no longer answer the question."""
    question, _order = _narrowed(
        _ROW, state, search, "dated_on", on=on, of_type=type, members=family_of(read, party), dated=dated
    )
    return [_document_row(row) for row in read.execute(question.where(documents.c.id.in_(records)))]


def notes_on(read: Connection, record: Id) -> list[DocumentRow]:
    """The credit and debit notes that answer a document, oldest first."""
    found = read.execute(_ROW.where(documents.c.original == record).order_by(documents.c.dated_on))
    return [_document_row(row) for row in found]


def correction_of(read: Connection, record: Id) -> Id | None:
    """The newest document that stands in the place of another (it amends or revises it); None when none does."""
    question = (
        sa.select(documents.c.id)
        .join_from(documents, standing, standing.c.record == documents.c.id)
        .where(documents.c.corrects == record, standing.c.state.in_(_STANDING))
        .order_by(documents.c.id.desc())
        .limit(1)
    )
    return read.execute(question).scalar()


def made_from(read: Connection, record: Id) -> list[DocumentRow]:
    """The documents made from a quotation, proforma or challan, oldest first; cancelled ones too."""
    found = read.execute(_ROW.where(documents.c.source == record).order_by(documents.c.dated_on))
    return [_document_row(row) for row in found]


def noted_paise(read: Connection, record: Id) -> int:
    """What the credit notes standing on a document come to."""
    question = (
        sa.select(sa.func.coalesce(sa.func.sum(documents.c.value_paise), 0))
        .join_from(documents, standing, standing.c.record == documents.c.id)
        .where(
            documents.c.original == record, documents.c.type == CREDIT_NOTE, standing.c.state.in_(_STANDING)
        )
    )
    return int(read.execute(question).scalar_one())


def drafts_page(
    read: Connection, *, key: tuple[Any, ...] | None = None, limit: int = PAGE_ROWS
) -> Page[DraftRow]:
    """A page of open drafts, newest first."""
    question = (
        _DRAFT.where(after((drafts.c.id,), key, descending=True))
        .order_by(drafts.c.id.desc())
        .limit(limit + 1)
    )
    rows = [DraftRow(*row) for row in read.execute(question)]
    return page_of(rows, limit, lambda row: (row.id,))


def draft_rows(read: Connection, records: Sequence[Id]) -> list[DraftRow]:
    """These drafts as a list shows them; those issued or discarded are left out."""
    return [DraftRow(*row) for row in read.execute(_DRAFT.where(drafts.c.id.in_(records)))]


def draft(read: Connection, record: Id) -> Draft | None:
    """The whole draft, issued and discarded ones too."""
    return record_of(read, Draft, record)


def last_price(read: Connection, party: Id, item: Id) -> LastPrice | None:
    """What a party was last billed for an item; None when it never was. Notes and cancelled bills do not count."""
    question = (
        sa.select(
            lines.c.price_tenthousandths, lines.c.price_includes_tax, lines.c.discount_tenthousandths_pct,
            lines.c.dated_on, documents.c.number,
        )
        .join_from(lines, documents, documents.c.id == lines.c.document)
        .join(standing, standing.c.record == documents.c.id)
        .where(
            lines.c.party.in_(family(read, party)), lines.c.item == item, lines.c.item.is_not(None),
            documents.c.type == "INV", standing.c.state.in_(_STANDING),
        )
        .order_by(lines.c.dated_on.desc(), lines.c.document.desc(), lines.c.n.desc())
        .limit(1)
    )  # fmt: skip
    found = read.execute(question).first()
    return None if found is None else LastPrice._make((found[0], bool(found[1]), *found[2:]))


def _narrowed(
    question: sa.Select[Any], state: str, search: str, sort: str, *, on: dt.date | None,
    of_type: str | None, members: list[Id] | None, dated: Days | None, is_short: bool = False,
) -> tuple[sa.Select[Any], tuple[Any, ...]]:  # fmt: skip
    """The question with its conditions, and the columns that it is ordered by; `is_short` says that few are of the
    days asked for."""
    order: tuple[Any, ...] = (SORTS[sort], documents.c.id)
    if of_type is not None:
        question = question.where(documents.c.type == of_type)
    is_open = state in ("open", "overdue")
    if dated is not None:
        question = question.where(
            _day_of(open_items if is_open else documents, by_index=is_short or sort == "dated_on").between(
                *dated
            )
        )
    few = _TYPES.get(state) or ([of_type] if of_type not in (None, INVOICE) else [])
    if few:
        question = question.where(documents.c.type.in_(few))
        ids = sa.select(_listed.c.id).where(
            _listed.c.type != sa.literal_column("'INV'"), _listed.c.type.in_(few)
        )
        question = question.where(_NO_INVOICE if sort == "dated_on" else documents.c.id.in_(ids))
    if members is not None:
        question = question.where(documents.c.party.in_(members))
    if is_open:
        question, order = _still_open(question, order, sort)
        if state == "overdue":
            assert on is not None, "overdue is asked as of a day"
            question = question.where(_late(on, of_order=None if is_short else order[0]))
    elif state == "paid":
        question = question.where(documents.c.type.in_(BILLS), _MOST_ARE_PAID)
    elif state == "cancelled":
        question = question.where(documents.c.cancellation.is_not(None))
        if sort != "dated_on":
            question = question.where(documents.c.id.in_(_CANCELLED))
    elif state in ("held", "contested"):
        question = question.where(standing.c.state == sa.literal_column(str(int(State[state.upper()]))))
    match = match_of(search, "document")
    if match:
        question = question.join(_SEARCH, _SEARCH.c.record == documents.c.id).where(
            sa.literal_column("search").op("MATCH")(match)
        )
        order = (_SEARCH.c.rowid,)
    return question, order


def _are_many_open(read: Connection, state: str, sort: str, on: dt.date | None) -> bool:
    """Whether so many bills are open, or overdue, that to sort them takes longer than to meet a page of them."""
    if state not in ("open", "overdue") or sort in ("dated_on", "due_on"):
        return False
    late = open_items.c.due_on < on if state == "overdue" else sa.true()
    return _more_than(read, sa.select(open_items.c.paper).where(*_OPEN_BILL, late), MANY)


def _more_than(read: Connection, question: sa.Select[Any], count: int) -> bool:
    return bool(list(read.execute(question.limit(1).offset(count))))


def _walked(state: str, on: dt.date | None) -> sa.Select[Any]:
    """Open or overdue bills as whoever walks through all papers in the order asked for meets them.

    What is told to be likely is asked of each paper on the way; no index is chosen for it.
    """
    unpaid = sa.exists().where(open_items.c.paper == documents.c.id, *_OPEN_BILL)
    wanted = sa.and_(unpaid, documents.c.due_on < on) if state == "overdue" else unpaid
    return _ROW.where(sa.func.likely(wanted, type_=sa.Boolean))


def _is_short(read: Connection, dated: Days) -> bool:
    """Whether days have so few documents that they are best found by date."""
    days = sa.select(documents.c.id).where(documents.c.dated_on.between(*dated))
    return not _more_than(read, days.order_by(documents.c.dated_on), SHORT_PERIOD)


def _entries_of(read: Connection, dated: Days) -> tuple[int, int]:
    """The first and the last entry of the log for documents of some days, between which a search looks for them."""
    ends = sa.select(sa.func.min(standing.c.entry), sa.func.max(standing.c.entry))
    ends = ends.join_from(documents, standing, standing.c.record == documents.c.id)
    [(first, last)] = read.execute(ends.where(documents.c.dated_on.between(*dated)))
    return first or 1, last or 0


def _day_of(table: sa.Table, *, by_index: bool) -> Any:
    """The date; behind a plus where no index is to be used for it, so that the list is walked in its order."""
    day = table.c.dated_on
    return day if by_index else sa.literal_column(f"+{table.name}.dated_on", type_=day.type)


def _still_open(
    question: sa.Select[Any], order: tuple[Any, ...], sort: str
) -> tuple[sa.Select[Any], tuple[Any, ...]]:
    """Bills with something unpaid, drawn from the small indexes of what is open where these sort as asked."""
    joined = question.join(open_items, open_items.c.paper == documents.c.id).where(*_OPEN_BILL)
    if sort in ("dated_on", "due_on"):
        return joined, (open_items.c[sort], open_items.c.paper)
    return joined, order


def _late(on: dt.date, *, of_order: Any) -> Any:
    """What fell due before a day. Where the list is not in order of due dates, their index must not be used: the
    plus keeps the database from it."""
    if of_order is open_items.c.due_on:
        return open_items.c.due_on < on
    return sa.text("+open_items.due_on < :late_on").bindparams(late_on=on.isoformat())


def _document_row(row: Any) -> DocumentRow:
    return DocumentRow._make((*row[:11], bool(row[11]), State(row[12]), row[13]))
