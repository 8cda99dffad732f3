"""The list of invoices, notes and drafts: what it asks the book and how a row reads. Free of Qt."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.changes.standing import State
from core.ids import Id
from core.invoicing.papers import BILLS, CHALLAN, CREDIT_NOTE, INVOICE, POSTING, type_words
from core.invoicing.queries import (
    DocumentRow,
    DraftRow,
    document_rows,
    documents_page,
    draft_rows,
    drafts_page,
)
from core.words import amount_text, date_text
from core.words import translate as _
from desktop.ports import Ask, Calendar, Column, Listing, Nothing, Page, PageLike, Period, Reader, Scope, Tone

DRAFTS, ALL, SALES = "drafts", "all", "sales"
_STATES = {
    "overdue": "overdue",
    "open": "open",
    "notes": "notes",
    "offers": "offers",
    "cancelled": "cancelled",
}
_TYPES = {SALES: INVOICE, "challans": CHALLAN}
_OF_THE_PERIOD = frozenset({SALES, "notes", "challans", "offers", "cancelled"})
"""The scopes that look at the period of the top bar. What is open, overdue or a draft is so on any date."""
_SOON_DAYS = 7


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A document or a draft as a row; `shown` is its state in a word, with the tone of its pill."""

    id: Id
    number: str
    kind: str
    dated_on: str
    due_on: str
    party_name: str
    value_paise: int
    open_paise: int | None
    shown: tuple[str, Tone] = field(default=("", ""))


def listing(calendar: Calendar) -> Listing[PaperLine]:
    """The list as the screen shows it; today decides what is overdue, the period what it looks at."""
    today = calendar.today

    def fetch(read: Reader, ask: Ask, after: object, limit: int) -> PageLike[PaperLine]:
        if ask.scope == DRAFTS:
            page = drafts_page(read, key=after, limit=limit)  # type: ignore[arg-type]
            return Page([draft_line(row) for row in page.rows if _answers(row, ask.text)], page.next_key)
        found = documents_page(
            read,
            key=after,  # type: ignore[arg-type]
            limit=limit,
            search=ask.text,
            sort=ask.sort or "dated_on",
            descending=ask.descending,
            on=today(),
            **_narrowed(ask, calendar.period()),
        )
        return Page([document_line(row, today()) for row in found.rows], found.next_key)

    def reread(read: Reader, ask: Ask, ids: Sequence[bytes]) -> Sequence[PaperLine]:
        if ask.scope == DRAFTS:
            return [draft_line(row) for row in draft_rows(read, ids) if _answers(row, ask.text)]
        narrowed = _narrowed(ask, calendar.period())
        rows = document_rows(read, ids, search=ask.text, on=today(), **narrowed)
        return [document_line(row, today()) for row in rows]

    return Listing(
        name="invoices",
        columns=_columns(),
        fetch=fetch,
        reread=reread,
        row_id=lambda row: row.id,
        shows=frozenset({"invoicing"}),
        scopes=scopes(),
        sort="dated_on",
        descending=True,
        nothing=Nothing(
            _("No papers here"),
            _("Bill a sale with F8. Alt+F2 looks at another period, “All” at all of them."),
            _("New sale"),
            "invoices",
        ),
    )


def scopes() -> list[Scope]:
    """The chips above the list."""
    return [
        Scope(SALES, _("Sales")),
        Scope("notes", _("Notes")),
        Scope("challans", _("Challans")),
        Scope("offers", _("Offers")),
        Scope("open", _("Open")),
        Scope("overdue", _("Overdue")),
        Scope(DRAFTS, _("Drafts")),
        Scope("cancelled", _("Cancelled")),
        Scope(ALL, _("All")),
    ]


def looks_at(ask: Ask, period: Period) -> str:
    """Which days the list looks at, in a line. What is typed is looked for on any date."""
    if _days(ask, period) is None:
        return _("Of any date")
    return _("Dated {since} to {until}").format(
        since=date_text(period.from_on), until=date_text(period.to_on)
    )


def _days(ask: Ask, period: Period) -> tuple[dt.date, dt.date] | None:
    if ask.text or ask.scope not in _OF_THE_PERIOD:
        return None
    return period.from_on, period.to_on


def _narrowed(ask: Ask, period: Period) -> dict[str, Any]:
    """How the question to the book is narrowed by the scope and the period."""
    return {
        "state": _STATES.get(ask.scope, "all"),
        "type": _TYPES.get(ask.scope),
        "dated": _days(ask, period),
    }


def document_line(row: DocumentRow, today: dt.date) -> PaperLine:
    """A document as a row."""
    return PaperLine(
        row.id,
        row.number,
        kind_text(row.type),
        date_text(row.dated_on),
        date_text(row.due_on) if row.type in BILLS else "",
        row.party_name,
        row.value_paise,
        row.open_paise if row.state in (State.LIVE, State.CONTESTED) else 0,
        state_shown(row, today),
    )


def draft_line(row: DraftRow) -> PaperLine:
    """A draft as a row; what it comes to is before tax."""
    return PaperLine(
        row.id,
        _("Draft"),
        kind_text(row.type),
        date_text(row.dated_on) if row.dated_on else "",
        "",
        row.party_name or _("No party yet"),
        row.worth_paise,
        None,
        (_("Draft"), "accent"),
    )


def state_shown(row: DocumentRow, today: dt.date) -> tuple[str, Tone]:
    """How a document stands, in a word or three."""
    stands: dict[State, tuple[str, Tone]] = {
        State.HELD: (_("Held"), "warning"),
        State.CONTESTED: (_("Contested"), "danger"),
        State.CANCELLED: (_("Cancelled"), "muted"),
        State.VOID: (_("Void"), "muted"),
    }
    if row.state in stands:
        return stands[row.state]
    if row.type not in POSTING:
        has_ended = row.dated_on < row.due_on < today  # one that names no day stands on its own alone
        return (_("Lapsed"), "muted") if has_ended else (_("Given"), "")
    if row.type == CREDIT_NOTE:
        return (_("To be used"), "") if row.open_paise else (_("Used"), "success")
    if row.open_paise == 0:
        return _("Paid"), "success"
    days = (today - row.due_on).days
    if days > 0:
        return _("Overdue {days} d").format(days=days), "danger"
    if row.open_paise < row.value_paise:
        return _("Part paid"), "warning"
    if days > -_SOON_DAYS:
        return (_("Due today") if days == 0 else _("Due in {days} d").format(days=-days)), "warning"
    return _("Unpaid"), ""


def kind_text(type_: str) -> str:
    """What a type of paper is called beside its number; nothing for an invoice."""
    return "" if type_ == INVOICE else type_words().get(type_, type_)


def _columns() -> list[Column[PaperLine]]:
    return [
        Column("number", _("Number"), lambda row: row.number, width=15, sortable=True),
        Column("dated_on", _("Date"), lambda row: row.dated_on, width=11, sortable=True),
        Column(
            "party_name",
            _("Party"),
            lambda row: row.party_name,
            width=14,
            sortable=True,
            stretch=True,
            detail=lambda row: row.kind,
        ),
        Column("due_on", _("Due on"), lambda row: row.due_on, width=11, sortable=True),
        Column(
            "value_paise",
            _("Amount ₹"),
            lambda row: amount_text(row.value_paise),
            align="right",
            width=13,
            sortable=True,
        ),
        Column(
            "open_paise",
            _("Open ₹"),
            lambda row: amount_text(row.open_paise) if row.open_paise else "",
            align="right",
            width=13,
        ),
        Column(
            "state", _("Status"), lambda row: row.shown[0], width=13, pill=True, tone=lambda row: row.shown[1]
        ),
    ]


def _answers(row: DraftRow, typed: str) -> bool:
    return all(word in row.party_name.casefold() for word in typed.casefold().split())
