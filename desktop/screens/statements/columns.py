"""How the lists of standing read: the ageing, the months, the trial balance, the closes. Free of Qt."""

from collections.abc import Callable, Sequence
from typing import Any

from core.closing.queries import CloseRow
from core.statements.model import Finding, MonthFigures, TrialRow
from core.statements.naming import age_names
from core.words import amount_text, date_text, days_text, month_text
from core.words import translate as _
from desktop.ports import Ask, Column, Listing, Nothing, Page, PageLike, Reader, Tone
from desktop.screens.statements.reading import Owed

MONEY = frozenset({"invoicing", "receipts", "advances", "ledger", "closing", "parties", "interest"})
"""Kinds of record that change how a customer stands."""
_SORTS: dict[str, Callable[[Owed], Any]] = {
    "name": lambda row: row.name.casefold(),
    "total": lambda row: row.total_paise,
    "on_account": lambda row: row.on_account_paise,
}


def ageing_listing(rows: Callable[[Reader], Sequence[Owed]]) -> Listing[Owed]:
    """What each party or group owes, by age; sorted and narrowed among what is known."""

    def answer(reader: Reader, ask: Ask) -> list[Owed]:
        typed = ask.text.casefold()
        found = [row for row in rows(reader) if typed in f"{row.name} {row.detail}".casefold()]
        if ask.sort in _SORTS:
            found.sort(key=_SORTS[ask.sort], reverse=ask.descending)
        elif ask.sort.startswith("bucket_"):
            place = int(ask.sort.removeprefix("bucket_"))
            found.sort(key=lambda row: row.buckets[place], reverse=ask.descending)
        return found

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[Owed]:
        found, start = answer(reader, ask), after or 0
        more = start + limit < len(found)
        return Page(found[start : start + limit], start + limit if more else None)

    return Listing(
        name="statements.ageing",
        columns=_ageing_columns(),
        fetch=fetch,
        reread=lambda reader, ask, ids: [row for row in answer(reader, ask) if _owed_id(row) in set(ids)],
        row_id=_owed_id,
        shows=frozenset(),
        depends=MONEY,
        sort="total",
        descending=True,
        nothing=Nothing(_("Nobody owes anything"), _("On this day no bill was open."), icon="success"),
    )


def _ageing_columns() -> tuple[Column[Owed], ...]:
    first, *late = age_names()
    return (
        Column("name", _("Party"), lambda row: row.name or _("Without a group"), width=22, stretch=True, sortable=True,
               detail=lambda row: "" if row.party else row.detail, tone=lambda row: "" if row.name else "muted"),
        Column("total", _("Owed"), lambda row: amount_text(row.total_paise), "right", 13, sortable=True,
               paise=lambda row: row.total_paise),
        Column("bucket_0", first, lambda row: _or_dash(row.buckets[0]), "right", 12, sortable=True,
               paise=lambda row: row.buckets[0], tone=lambda row: "" if row.buckets[0] else "muted",
               gives_way=1),
        *(_bucket(place, name) for place, name in enumerate(late, 1)),
        Column("on_account", _("On account"), lambda row: _or_dash(row.on_account_paise), "right", 12,
               sortable=True, paise=lambda row: row.on_account_paise,
               tone=lambda row: "accent" if row.on_account_paise else "muted", gives_way=2),
    )  # fmt: skip


def _bucket(place: int, name: str) -> Column[Owed]:
    def tone(row: Owed) -> Tone:
        if not row.buckets[place]:
            return "muted"
        return "danger" if place > 2 else "warning" if place > 1 else ""

    return Column(
        f"bucket_{place}", name, lambda row: _or_dash(row.buckets[place]), "right", 11, sortable=True, tone=tone,
        paise=lambda row: row.buckets[place],
    )  # fmt: skip


def _owed_id(row: Owed) -> bytes:
    return row.party or f"group:{row.name}".encode()


def month_listing(months: Callable[[Reader], Sequence[MonthFigures]]) -> Listing[MonthFigures]:
    """Month by month what was sold and received, and how long it took; the newest first."""
    columns: tuple[Column[MonthFigures], ...] = (
        Column("month", _("Month"), lambda row: month_text(row.month), width=10, stretch=True),
        Column("sales", _("Sales"), lambda row: amount_text(row.sales_paise), "right", 12),
        Column("received", _("Received"), lambda row: amount_text(row.received_paise), "right", 12),
        Column("open", _("Open at its end"), lambda row: amount_text(row.open_paise), "right", 13),
        Column("overdue", _("Overdue"), lambda row: _or_dash(row.overdue_paise), "right", 12),
        Column("dso", _("DSO"), lambda row: days_text(row.dso), "right", 6),
        Column("simple", _("DSO, 3 months"), lambda row: days_text(row.simple_dso), "right", 11, gives_way=1),
        Column("best", _("Best possible"), lambda row: days_text(row.best_dso), "right", 11, gives_way=2),
        Column("cei", _("Collected"), lambda row: share_text(row.cei), "right", 9),
        Column("late", _("Days late"), lambda row: days_text(row.late), "right", 8),
    )  # fmt: skip
    nothing = Nothing(
        _("Nothing to reckon yet"), _("Bills and receipts make these figures."), icon="statements"
    )
    return Listing.whole(
        "statements.months",
        columns,
        lambda reader: list(reversed(months(reader))),
        _month_id,
        depends=MONEY,
        nothing=nothing,
    )


def _month_id(row: MonthFigures) -> bytes:
    return row.month.encode()


def trial_listing(rows: Callable[[Reader], Sequence[TrialRow]]) -> Listing[TrialRow]:
    """Every account with its balance, on the one side or the other."""
    columns: tuple[Column[TrialRow], ...] = (
        Column("name", _("Account"), lambda row: row.name, width=28, stretch=True),
        Column("debit", _("Debit"), lambda row: _or_blank(row.debit_paise), "right", 18,
               paise=lambda row: row.debit_paise),
        Column("credit", _("Credit"), lambda row: _or_blank(row.credit_paise), "right", 18,
               paise=lambda row: row.credit_paise),
    )  # fmt: skip
    nothing = Nothing(_("No entries yet"), _("Up to this day nothing was entered."), icon="statements")
    return Listing.whole(
        "statements.trial", columns, rows, lambda row: row.account.encode(), depends=MONEY, nothing=nothing
    )


def close_listing(rows: Callable[[Reader], Sequence[CloseRow]]) -> Listing[CloseRow]:
    """Every close, and when it was taken back."""
    columns: tuple[Column[CloseRow], ...] = (
        Column("through", _("Closed up to"), lambda row: date_text(row.through), width=14, stretch=True),
        Column("closed_on", _("Closed on"), lambda row: date_text(row.closed_on), width=13),
        Column("state", _("Status"), _close_state, width=24, pill=True,
               tone=lambda row: "muted" if row.reopened_on else "success"),
    )  # fmt: skip
    nothing = Nothing(_("Nothing is closed"), _("Every day of the books still takes papers."), icon="lock")
    return Listing.whole(
        "statements.closes", columns, rows, lambda row: row.id, depends=MONEY, nothing=nothing
    )


def finding_listing(rows: Callable[[Reader], Sequence[Finding]]) -> Listing[Finding]:
    """What an owner should look at before closing."""
    columns: tuple[Column[Finding], ...] = (
        Column(
            "message",
            _("Before you close"),
            lambda row: row.message,
            width=40,
            stretch=True,
            detail=lambda row: ", ".join(row.names),
        ),
        Column("count", _("How many"), lambda row: str(row.count), "right", 10),
    )
    nothing = Nothing(
        _("Nothing stands in the way"),
        _("No drafts, no open bank lines, no unfiled returns."),
        icon="success",
    )
    return Listing.whole(
        "statements.findings", columns, rows, lambda row: row.code.encode(), depends=MONEY, nothing=nothing
    )


def share_text(hundredths: int | None) -> str:
    """A share with one decimal: "87.5 %"."""
    return "–" if hundredths is None else f"{days_text(hundredths)} %"


def _close_state(row: CloseRow) -> str:
    if row.reopened_on is None:
        return _("In force")
    return _("Opened again on {date}").format(date=date_text(row.reopened_on))


def _or_dash(paise: int) -> str:
    return amount_text(paise) if paise else "–"


def _or_blank(paise: int) -> str:
    return amount_text(paise) if paise else ""
