"""Questions about bank accounts and the lines of their statements."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.bank.model import BankAccount, Line
from core.bank.rules import OPEN, account_key
from core.ids import Id
from core.ledger.rules import reference_key
from core.store.paging import PAGE_ROWS, Page, after, page_of
from core.store.read import in_runs, paper_of, record_of
from core.store.tables.bank import bank_accounts, bank_lines, bank_papers
from core.words import WordsError, parse_amount


class AccountRow(NamedTuple):
    """An account as a list shows it: how many lines are open, the day of its last line, and the bank's balance then."""

    id: Id
    name: str
    bank: str
    number: str
    ifsc: str
    archived: bool
    open_lines: int
    last_on: dt.date | None
    balance_paise: int | None


class LineRow(NamedTuple):
    """A line as a list shows it. `match` is the claim in force, whatever it says; `state` open, matched or aside.

    `number` and `name` are of the papers it is matched with, the first of them; `papers` says how many they are.
    """

    id: Id
    account: Id
    dated_on: dt.date
    place: int
    value_on: dt.date | None
    paise: int
    description: str
    reference: str
    balance_paise: int | None
    state: str
    match: Id | None
    party: Id | None = None
    number: str = ""
    name: str = ""
    papers: int = 0


_COLUMNS = (
    "id", "account", "dated_on", "place", "value_on", "paise", "description", "reference", "balance_paise", "state",
)  # fmt: skip
_MARKS = ", ".join((*_COLUMNS, "claim"))
_ROW = sa.select(*(bank_lines.c[name] for name in _COLUMNS), bank_lines.c.claim)
OPEN_COUNTED_MAX = 10_000
_ORDER = (bank_lines.c.dated_on, bank_lines.c.place, bank_lines.c.id)


def account(read: Connection, record: Id) -> BankAccount | None:
    """The whole record; None when the book has none."""
    return record_of(read, BankAccount, record)


def account_by_number(read: Connection, number: str) -> Id | None:
    """The account of a number, however it is written; None when there is none."""
    wanted = account_key(number)
    if not wanted:
        return None
    question = sa.select(bank_accounts.c.id).where(bank_accounts.c.number_key == wanted).limit(1)
    found: Id | None = read.execute(question).scalar()
    return found


def accounts(read: Connection, *, archived: bool = False) -> list[AccountRow]:
    """The accounts by name; archived ones only when asked for."""
    columns = [bank_accounts.c[name] for name in ("id", "name", "bank", "number", "ifsc", "archived")]
    question = sa.select(*columns).order_by(bank_accounts.c.name_key, bank_accounts.c.id)
    if not archived:
        question = question.where(bank_accounts.c.archived == 0)
    rows = []
    for found in read.execute(question).all():
        last_on, balance = _last_line(read, found.id)
        named = (found.id, found.name, found.bank, found.number, found.ifsc, bool(found.archived))
        rows.append(AccountRow(*named, open_lines(read, found.id), last_on, balance))
    return rows


def open_lines(read: Connection, account: Id) -> int:
    """How many lines of an account are neither matched nor set aside; counted no further than `OPEN_COUNTED_MAX`."""
    is_open = (bank_lines.c.account == account, bank_lines.c.claim.is_(None))
    some = sa.select(sa.literal(1)).where(*is_open).limit(OPEN_COUNTED_MAX).subquery()
    return int(read.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


def line(read: Connection, record: Id) -> Line | None:
    """The whole line as it was stated; None when the book has none."""
    return paper_of(read, Line, record)


def line_rows(read: Connection, records: list[Id]) -> list[LineRow]:
    """These lines as a list shows them, for re-reading what was touched; in no order."""
    found = in_runs(read, f"SELECT {_MARKS} FROM bank_lines WHERE id IN (RUN)", records)  # noqa: S608  own names
    return _with_papers(read, [_plain(row) for row in found])


def lines_page(
    read: Connection,
    *,
    account: Id,
    scope: str = "all",
    key: tuple[Any, ...] | None = None,
    limit: int = PAGE_ROWS,
    search: str = "",
    descending: bool = True,
) -> Page[LineRow]:
    """A page of an account's lines by day, the newest first. `scope` is all, open, matched or aside.

    `search` finds an amount, what a reference begins with, or lines whose description holds every word.
    """
    wanted = [bank_lines.c.account == account, after(_ORDER, key, descending=descending)]
    directed = [part.desc() for part in _ORDER] if descending else list(_ORDER)
    answering = _answering(search)
    if answering:
        # what is searched stands in the index by day: no line is looked up before it answers
        wanted += [*answering, *([] if scope == "all" else [bank_lines.c.state == scope])]
        some = sa.select(bank_lines.c.id).where(*wanted).order_by(*directed).limit(limit + 1)
        question = _ROW.where(bank_lines.c.id.in_(some.subquery().select()))
    else:
        question = _ROW.where(*wanted, *_scoped(scope)).limit(limit + 1)
    found = list(read.execute(question.order_by(*directed)))
    page = page_of(found, limit, lambda row: (row.dated_on.isoformat(), row.place, row.id))
    return Page(_with_papers(read, [LineRow(*row) for row in page.rows]), page.next_key)


def lines_open(read: Connection, account: Id | None = None) -> list[LineRow]:
    """Every open line, the oldest first: what is to be matched. Of one account, or of all."""
    sql = f"SELECT {_MARKS} FROM bank_lines WHERE claim IS NULL"  # noqa: S608  own names
    sql += " AND account = ?" if account is not None else ""
    found = read.exec_driver_sql(
        f"{sql} ORDER BY account, dated_on, place, id", (account,) if account else ()
    )
    return [_plain(row) for row in found.fetchall()]


def lines_between(read: Connection, account: Id, first: dt.date, last: dt.date) -> list[LineRow]:
    """An account's lines from a day to a day, in order."""
    question = _ROW.where(bank_lines.c.account == account, bank_lines.c.dated_on.between(first, last))
    return [LineRow(*row) for row in read.execute(question.order_by(*_ORDER))]


def known_lines(read: Connection, records: Iterable[Id]) -> set[Id]:
    """Which of these lines the book has."""
    return {bytes(row[0]) for row in in_runs(read, "SELECT id FROM bank_lines WHERE id IN (RUN)", records)}


def _last_line(read: Connection, account: Id) -> tuple[dt.date | None, int | None]:
    question = sa.select(bank_lines.c.dated_on, bank_lines.c.balance_paise).where(
        bank_lines.c.account == account
    )
    found = read.execute(question.order_by(*(part.desc() for part in _ORDER)).limit(1)).first()
    return (found.dated_on, found.balance_paise) if found else (None, None)


def _scoped(scope: str) -> list[Any]:
    if scope == "all":
        return []
    if scope == OPEN:
        return [bank_lines.c.claim.is_(None)]
    return [bank_lines.c.claim.is_not(None), bank_lines.c.state == scope]


def _answering(search: str) -> list[Any]:
    typed = search.strip().casefold()
    if not typed:
        return []
    words = [bank_lines.c.description.contains(word, autoescape=True) for word in typed.split()]
    found = [sa.and_(*words)]
    if reference := reference_key(typed):
        found.append(bank_lines.c.reference_key.startswith(reference, autoescape=True))
    try:
        paise = parse_amount(typed)
    except WordsError:
        paise = None
    if paise:
        found.append(sa.func.abs(bank_lines.c.paise) == paise)
    return [sa.or_(*found)]


def _plain(row: Any) -> LineRow:
    """A row of plain SQL: its days are texts."""
    record, account, dated_on, place, value_on, *rest = row
    value = dt.date.fromisoformat(value_on) if value_on else None
    return LineRow(record, account, dt.date.fromisoformat(dated_on), place, value, *rest)


def _with_papers(read: Connection, rows: list[LineRow]) -> list[LineRow]:
    claims = {row.match for row in rows if row.match is not None}
    taken: dict[Id, list[Any]] = {}
    sql = f"SELECT claim, party, number, name FROM {bank_papers.name} WHERE claim IN (RUN) ORDER BY paper"  # noqa: S608
    for found in in_runs(read, sql, claims):
        taken.setdefault(bytes(found[0]), []).append(found)
    return [_named(row, taken[row.match]) if row.match in taken else row for row in rows]


def _named(row: LineRow, papers: list[Any]) -> LineRow:
    first = papers[0]
    return row._replace(party=first[1], number=first[2], name=first[3], papers=len(papers))
