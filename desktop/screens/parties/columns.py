"""How parties, their accounts and their papers read in lists. Free of Qt."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.changes.standing import State
from core.dunning.queries import ReminderRow, reminder_rows, reminders_page
from core.statements.accounts import (
    AccountRow,
    PaperRow,
    account_rows,
    accounts_page,
    open_papers,
    papers_page,
)
from core.statements.model import Statement
from core.words import amount_text, date_text, money_text
from core.words import translate as _
from desktop.ports import Ask, Calendar, Column, Listing, Nothing, Page, PageLike, Reader, Scope, Tone

PAPERS = frozenset({"invoicing", "receipts", "advances", "ledger"})
"""Kinds of record that change what a party owes."""


def party_listing(calendar: Calendar) -> Listing[AccountRow]:
    """All parties with what they owe today."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[AccountRow]:
        return accounts_page(
            reader, on=calendar.today(), key=after, limit=limit, only=ask.scope or "all", search=ask.text,
            sort=ask.sort or "name", descending=ask.descending,
        )  # fmt: skip

    def reread(reader: Reader, ask: Ask, ids: Sequence[bytes]) -> Sequence[AccountRow]:
        rows = account_rows(reader, list(ids), on=calendar.today())
        return [row for row in rows if row.archived == (ask.scope == "archived")]

    return Listing(
        name="parties",
        columns=_party_columns(),
        fetch=fetch,
        reread=reread,
        row_id=lambda row: row.id,
        shows=frozenset({"parties"}),
        depends=PAPERS,
        scopes=(
            Scope("all", _("All")),
            Scope("owing", _("Owing")),
            Scope("overdue", _("Overdue")),
            Scope("archived", _("Archived")),
        ),
        sort="name",
        nothing=Nothing(
            _("No parties here"),
            _("Parties are your customers. Enter one, and bills, receipts and reminders gather on its page."),
            _("New party"),
            "parties",
        ),
    )


def _party_columns() -> tuple[Column[AccountRow], ...]:
    return (
        Column("name", _("Party"), lambda row: row.name, width=20, stretch=True, sortable=True,
               detail=lambda row: row.code),
        Column("gstin", _("GSTIN"), lambda row: row.gstin or _("Unregistered"), width=18,
               tone=lambda row: "" if row.gstin else "muted"),
        Column("city", _("City"), lambda row: row.city, width=11, sortable=True),
        Column("balance", _("Balance"), lambda row: balance_text(row.balance_paise), "right", 15, sortable=True,
               paise=lambda row: row.balance_paise,
               tone=lambda row: "" if row.balance_paise else "muted"),
        Column("overdue", _("Overdue"), lambda row: _or_dash(row.overdue_paise), "right", 13, sortable=True,
               tone=lambda row: "danger" if row.overdue_paise else "muted"),
        Column("last_paid", _("Last paid"), lambda row: date_text(row.last_paid_on) if row.last_paid_on else "–",
               "right", 12, sortable=True, tone=lambda row: "" if row.last_paid_on else "muted"),
    )  # fmt: skip


def balance_text(paise: int) -> str:
    """A balance as an account book has it: "1,250.00 Dr", "500.00 Cr", a dash for nought."""
    if not paise:
        return "–"
    side = _("{amount} Dr") if paise > 0 else _("{amount} Cr")
    return side.format(amount=amount_text(abs(paise)))


def _or_dash(paise: int) -> str:
    return amount_text(paise) if paise else "–"


# --- the account of one party


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of the account: its place makes its id; `paper` is the paper it speaks of."""

    place: int
    dated_on: dt.date
    type: str
    number: str
    text: str
    debit_paise: int
    credit_paise: int
    balance_paise: int
    paper: bytes = b""
    paper_type: str = ""


def statement_lines(statement: Statement) -> list[StatementLine]:
    """The account as lines: what was brought forward, each paper, what is carried forward."""
    first = StatementLine(
        0, statement.from_on, "", "", _("Brought forward"), 0, 0, statement.opening_paise
    )  # fmt: skip
    lines = [
        StatementLine(
            place, entry.dated_on, entry.type, entry.number, entry.text, entry.debit_paise,
            entry.credit_paise, entry.balance_paise, entry.paper, entry.paper_type,
        )
        for place, entry in enumerate(statement.entries, 1)
    ]  # fmt: skip
    return [first, *lines] if lines or statement.opening_paise else []


def statement_listing(question: Callable[[Reader], Statement]) -> Listing[StatementLine]:
    """A party's account over the period, with its running balance."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[StatementLine]:
        typed = ask.text.casefold()
        lines = statement_lines(question(reader))
        return Page([line for line in lines if typed in f"{line.text} {line.number}".casefold()])

    return Listing(
        name="party.statement",
        columns=_statement_columns(),
        fetch=fetch,
        reread=lambda reader, ask, ids: fetch(reader, ask, None, 0).rows,
        row_id=lambda line: line.place.to_bytes(4, "big"),
        shows=frozenset(),
        depends=PAPERS,
        nothing=Nothing(
            _("Nothing in this period"), _("Alt+F2 looks at another period."), icon="parties"
        ),
    )  # fmt: skip


def _statement_columns() -> tuple[Column[StatementLine], ...]:
    return (
        Column("date", _("Date"), lambda line: date_text(line.dated_on), width=11),
        Column("number", _("Particulars"), lambda line: line.number or line.text, width=13, stretch=True,
               detail=_line_detail, tone=lambda line: "" if line.type else "muted"),
        Column("debit", _("Debit"), lambda line: _or_blank(line.debit_paise), "right", 11),
        Column("credit", _("Credit"), lambda line: _or_blank(line.credit_paise), "right", 11),
        Column("balance", _("Balance"), lambda line: balance_text(line.balance_paise), "right", 14,
               paise=lambda line: line.balance_paise),
    )  # fmt: skip


def _line_detail(line: StatementLine) -> str:
    return f"{type_text(line.type)}  {line.text}".strip() if line.number else ""


def _or_blank(paise: int) -> str:
    return amount_text(paise) if paise else ""


# --- its bills and papers


def open_listing(party: bytes, calendar: Calendar) -> Listing[PaperRow]:
    """What is open of a party, oldest due first."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[PaperRow]:
        rows = open_papers(reader, party)
        return Page([row for row in rows if ask.text.casefold() in row.number.casefold()])

    late = partial(days_late, calendar.today())
    columns: tuple[Column[PaperRow], ...] = (
        Column("number", _("Bill"), lambda row: row.number, width=18, stretch=True,
               detail=lambda row: type_text(row.type)),
        Column("date", _("Date"), lambda row: date_text(row.dated_on), width=11, gives_way=2),
        Column("due", _("Due on"), lambda row: date_text(row.due_on) if is_bill(row) else "", width=11),
        Column("state", _("Status"), lambda row: state_text(row, late(row)), width=14, pill=True,
               tone=lambda row: state_tone(row, late(row))),
        Column("amount", _("Amount"), lambda row: amount_text(row.amount_paise), "right", 12, gives_way=1),
        Column("open", _("Open"), lambda row: balance_text(signed_open(row)), "right", 14, paise=signed_open),
    )  # fmt: skip
    return Listing(
        name="party.open",
        columns=columns,
        fetch=fetch,
        reread=lambda reader, ask, ids: fetch(reader, ask, None, 0).rows,
        row_id=lambda row: row.paper,
        shows=frozenset(),
        depends=PAPERS,
        nothing=Nothing(_("Nothing is open"), _("Every bill is settled, and nothing lies on account."), icon="success"),
    )  # fmt: skip


def papers_listing(party: bytes, calendar: Calendar) -> Listing[PaperRow]:
    """All documents and receipts of a party, newest first."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[PaperRow]:
        return papers_page(reader, party, key=after, limit=limit)

    late = partial(days_late, calendar.today())
    columns: tuple[Column[PaperRow], ...] = (
        Column("date", _("Date"), lambda row: date_text(row.dated_on), width=11),
        Column("number", _("Paper"), lambda row: row.number, width=18, stretch=True,
               detail=lambda row: type_text(row.type)),
        Column("state", _("Status"), lambda row: state_text(row, late(row)), width=14, pill=True,
               tone=lambda row: state_tone(row, late(row))),
        Column("amount", _("Amount"), lambda row: amount_text(row.amount_paise), "right", 12),
    )  # fmt: skip
    return Listing(
        name="party.papers",
        columns=columns,
        fetch=fetch,
        reread=lambda reader, ask, ids: fetch(reader, ask, None, len(ids)).rows,
        row_id=lambda row: row.paper,
        shows=frozenset(),
        depends=PAPERS,
        nothing=Nothing(_("No papers yet"), _("F8 makes a sale, F6 records a receipt."), icon="invoices"),
    )


def letters_listing(party: bytes) -> Listing[ReminderRow]:
    """The reminders a party was sent, newest first."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[ReminderRow]:
        return reminders_page(reader, key=after, limit=limit, party=party)

    columns: tuple[Column[ReminderRow], ...] = (
        Column("date", _("Date"), lambda row: date_text(row.dated_on), width=11),
        Column("number", _("Number"), lambda row: row.number, width=18, stretch=True),
        Column("step", _("Step"), lambda row: str(row.step), "right", 6),
        Column("bills", _("Bills"), lambda row: str(row.bills), "right", 7),
        Column("total", _("Asked for"), lambda row: money_text(row.total_paise), "right", 17),
    )
    return Listing(
        name="party.letters",
        columns=columns,
        fetch=fetch,
        reread=lambda reader, ask, ids: reminder_rows(reader, ids),
        row_id=lambda row: row.id,
        shows=frozenset(),
        depends=frozenset({"dunning"}),
        nothing=Nothing(_("Never reminded"), _("Letters of the ladder gather here."), icon="mail"),
    )


def signed_open(row: PaperRow) -> int:
    """What is open as the balance feels it: a credit lessens it."""
    return row.open_paise if is_bill(row) else -row.open_paise


def is_bill(row: PaperRow) -> bool:
    """Whether the paper is owed, not given as credit: bills, and money given back that nothing paid yet."""
    return row.type in ("INV", "DBN", "RFV", "PBK")


def days_late(today: dt.date, row: PaperRow) -> int:
    """How many days a bill that is still open is past due; nought for all else."""
    return max(0, (today - row.due_on).days) if is_bill(row) and row.open_paise else 0


def state_text(row: PaperRow, late: int) -> str:
    """How a paper stands, in a word or two."""
    named = {State.HELD: _("Held"), State.CONTESTED: _("Contested"), State.CANCELLED: _("Cancelled")}
    if row.state in named:
        return named[row.state]
    if not is_bill(row):
        return _("On account") if row.open_paise else _("Used")
    if not row.open_paise:
        return _("Settled")
    if late:
        return _("{days} days late").format(days=late)
    return _("Part paid") if row.open_paise < row.amount_paise else _("Open")


def state_tone(row: PaperRow, late: int) -> Tone:
    """The tone that supports it."""
    if row.state in (State.HELD, State.CONTESTED):
        return "warning"
    if row.state is State.CANCELLED:
        return "muted"
    if not is_bill(row):
        return "accent" if row.open_paise else "muted"
    if not row.open_paise:
        return "success"
    return "danger" if late else ""


def type_text(type_: str) -> str:
    """A paper's type as people call it."""
    named = {"INV": _("Invoice"), "CRN": _("Credit note"), "DBN": _("Debit note"), "RCT": _("Receipt"),
             "RCV": _("Advance"), "RFV": _("Refund"), "CAN": _("Cancelled"), "RVS": _("Taken back"),
             "PBK": _("Paid back"), "WOF": _("Written off"), "WOB": _("Write-off undone")}  # fmt: skip
    return named.get(type_, type_)
