"""The money of the book that went through a bank: receipts, advances, what was given back and taken back."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from core.advances.rules import REFUND_VOUCHER
from core.bank.proposal import Money
from core.changes.standing import State
from core.ids import Id
from core.receipts.model import MISTAKE, Deposit, Payback, Receipt, Reversal
from core.store.read import in_runs, papers_of

_HELD, _VOID = State.HELD.value, State.VOID.value


class _Papers(NamedTuple):
    """How one kind of paper is asked for: its columns, its tables, and how one entered by mistake is known."""

    id: str
    day: str
    question: str
    no_mistake: str


def _papers(
    at: str, money: str, of: str, day: str, tables: str, *, type_: str, rest: str, no_mistake: str
) -> _Papers:
    """`at` is the alias of the paper's own table, `of` that of the paper with its name and mode; `money` its sum."""
    columns = f"{at}.party, {type_}, {at}.number, {of}.name, {day}, {money}, {of}.mode, {of}.reference, {rest}, k.claim"
    joined = f"JOIN standing s ON s.record = {at}.id LEFT JOIN bank_papers k ON k.paper = {at}.id"
    wanted = f"{of}.mode NOT IN ('cash', 'adjustment') AND s.state NOT IN ({_HELD}, {_VOID})"
    question = f"SELECT {at}.id, {columns} FROM {tables} {joined} WHERE {wanted}"  # noqa: S608  own names
    return _Papers(f"{at}.id", day, question, no_mistake)


_NOT = f"<> '{MISTAKE}'"
_ALL = (
    _papers("r", "r.amount_paise", "r", "r.counts_on", "receipts r", type_="'RCT'",
            rest="r.cheque_number, r.deposit, 0", no_mistake=f"r.reversal_cause {_NOT}"),
    _papers("v", "-v.amount_paise", "p", "v.dated_on", "reversals v JOIN receipts p ON p.id = v.paper", type_="'RVS'",
            rest="p.cheque_number, NULL, v.charges_paise", no_mistake=f"v.cause {_NOT}"),
    _papers("v", "v.amount_paise", "p", "v.dated_on", "reversals v JOIN paybacks p ON p.id = v.paper", type_="'RVS'",
            rest="'', NULL, v.charges_paise", no_mistake=f"v.cause {_NOT}"),
    _papers("b", "-b.amount_paise", "b", "b.dated_on", "paybacks b LEFT JOIN reversals v ON v.id = b.reversal",
            type_="'PBK'", rest="'', NULL, 0", no_mistake=f"coalesce(v.cause, '') {_NOT}"),
    _papers("w", f"CASE w.type WHEN '{REFUND_VOUCHER}' THEN -w.amount_paise ELSE w.amount_paise END", "w", "w.dated_on",
            "vouchers w", type_="w.type", rest="'', NULL, 0", no_mistake="1"),
)  # fmt: skip


_RETURNABLE = f"{_ALL[0].question} AND r.reversal_cause = '' AND r.counts_on BETWEEN ? AND ?"


class Banked(NamedTuple):
    """A paper that moved money, and the match that says by which lines; None when none does yet."""

    money: Money
    claim: Id | None


def money_unmatched(read: Connection, account: Id | None = None) -> list[Money]:
    """What no line of a bank is yet, of all accounts; what names another account than the one given says so.

    What was entered by mistake and taken back moved nothing: neither of the two is there.
    """
    found = [
        each.money
        for papers in _ALL
        for each in _asked(read, f"{papers.question} AND k.claim IS NULL AND {papers.no_mistake}")
    ]
    rows = read.exec_driver_sql("SELECT id, name FROM bank_accounts")
    names: dict[Id | None, str] = {bytes(record): name for record, name in rows if record != account}
    if account is None or not names:
        return found
    named = accounts_named(read, found)
    return [each._replace(elsewhere=names.get(named[each.paper], "")) for each in found]


def accounts_named(read: Connection, money: Iterable[Money]) -> dict[Id, Id | None]:
    """The account that each paper itself names: a receipt's own or its slip's, a payback's, a bounced receipt's."""
    every = list(money)
    whose = {each.paper: each.paper for each in every}
    whose |= {
        record: body.paper for record, body in papers_of(read, Reversal, _of_type(every, "RVS")).items()
    }
    slips = papers_of(read, Deposit, {each.slip for each in every if each.slip is not None})
    received, given = (
        [bytes(row[0]) for row in in_runs(read, f"SELECT id FROM {table} WHERE id IN (RUN)", whose.values())]  # noqa: S608
        for table in ("receipts", "paybacks")
    )
    found = {record: body.bank_account for record, body in papers_of(read, Receipt, received).items()}
    found |= {record: body.bank_account for record, body in papers_of(read, Payback, given).items()}
    by_slip = {record: body.bank_account for record, body in slips.items()}
    return {
        each.paper: (by_slip.get(each.slip) if each.slip else None) or found.get(whose[each.paper])
        for each in every
    }


def _of_type(money: Iterable[Money], type_: str) -> list[Id]:
    return [each.paper for each in money if each.type == type_]


def receipts_returnable(read: Connection, first: dt.date, last: dt.date) -> list[Money]:
    """Receipts through a bank that count from these days and stand: the bank may return them yet."""
    days = (first.isoformat(), last.isoformat())
    return [each.money for each in _asked(read, _RETURNABLE, *days)]


def money_until(read: Connection, upto: dt.date) -> list[Banked]:
    """All money until the end of a day, matched or not, of all accounts; what was entered by mistake with its
    taking back."""
    return [
        each
        for papers in _ALL
        for each in _asked(read, f"{papers.question} AND {papers.day} <= ?", upto.isoformat())
    ]


def money_of(read: Connection, records: Iterable[Id]) -> dict[Id, Money]:
    """These papers, matched or not, by id."""
    wanted = list(records)
    found = {}
    for papers in _ALL:
        for row in in_runs(read, f"{papers.question} AND {papers.id} IN (RUN)", wanted):
            found[bytes(row[0])] = _banked(row).money
    return found


def _asked(read: Connection, question: str, *given: str) -> Iterator[Banked]:
    for row in read.exec_driver_sql(question, given):
        yield _banked(row)


def _banked(row: Any) -> Banked:
    paper, party, type_, number, name, day, paise, mode, reference, cheque, slip, charges, claim = row
    parts = (paise, -charges) if charges else ()
    money = Money(
        bytes(paper), bytes(party), type_, number, name, dt.date.fromisoformat(day), paise - charges, mode, reference,
        cheque[-6:].zfill(6) if cheque else "", slip, parts,
    )  # fmt: skip
    return Banked(money, claim)
