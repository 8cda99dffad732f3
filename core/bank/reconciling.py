"""The bank reconciliation: why the statement shows another balance than the book, on any day, to the paisa."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.bank.model import BankAccount, Match, SetAside
from core.bank.money import Banked, accounts_named, money_until
from core.bank.proposal import Money
from core.bank.queries import LineRow, accounts, lines_between
from core.bank.queries import account as account_of
from core.bank.rules import ASIDE, FIRST_DAY, account_key
from core.company.queries import company
from core.ids import Id
from core.store.read import papers_of


class Aside(NamedTuple):
    """What lines set aside for one reason come to."""

    reason: str
    times: int
    paise: int


class Reconciliation(NamedTuple):
    """Balance of the book − uncleared money + lines not in the book = balance of the statement, less `difference`.

    `uncleared` is money of the book that the bank had not told by that day, `lines` what the bank told that the book
    did not have by then, `aside` what of the statement is no customer's money, by reason. `difference` is what remains:
    lines that no statement brought, or an opening balance that is not the bank's. `statement_paise` is None before the
    first line; `stated_on` is the day of the line it is read from.
    """

    account: Id
    name: str
    on: dt.date
    book_paise: int
    uncleared: tuple[Money, ...]
    lines: tuple[LineRow, ...]
    aside: tuple[Aside, ...]
    statement_paise: int | None
    stated_on: dt.date | None

    @property
    def uncleared_paise(self) -> int:
        """What the bank has yet to tell."""
        return sum(money.paise for money in self.uncleared)

    @property
    def lines_paise(self) -> int:
        """What the book has yet to be told."""
        return sum(line.paise for line in self.lines)

    @property
    def aside_paise(self) -> int:
        """What was set aside."""
        return sum(each.paise for each in self.aside)

    @property
    def reckoned_paise(self) -> int:
        """What the statement should show."""
        return self.book_paise - self.uncleared_paise + self.lines_paise + self.aside_paise

    @property
    def difference_paise(self) -> int:
        """What the statement shows beyond that; nought when all is explained, or nothing is stated."""
        return 0 if self.statement_paise is None else self.statement_paise - self.reckoned_paise


def reconciliation(read: Connection, account: Id, on: dt.date) -> Reconciliation:
    """The reconciliation of an account at the end of a day. KeyError when the book has no such account.

    Money that names no account is that account's which the company prints on its invoices (else the first by name),
    unless a line of another account is matched with it.
    """
    known = account_of(read, account)
    if known is None:
        raise KeyError(account.hex())
    lines = lines_between(read, account, FIRST_DAY, on)
    banked = _of_account(read, account, money_until(read, on))
    late = _straddling(read, lines, banked)
    uncleared = tuple(each.money for each in banked if each.claim is None or each.claim in late)
    told = tuple(row for row in lines if row.match is None or row.match in late)
    last = lines[-1] if lines else None
    return Reconciliation(
        account, known.name, on, known.opening_paise + sum(each.money.paise for each in banked),
        tuple(sorted(uncleared, key=lambda money: (money.dated_on, money.number))), told,
        _aside(read, lines), _stated(known, lines), last.dated_on if last else None,
    )  # fmt: skip


def book_paise(read: Connection, account: Id, on: dt.date) -> int:
    """What the book says lies on an account at the end of a day."""
    known = account_of(read, account) or BankAccount()
    return known.opening_paise + sum(
        each.money.paise for each in _of_account(read, account, money_until(read, on))
    )


def _of_account(read: Connection, account: Id, banked: Iterable[Banked]) -> list[Banked]:
    every = accounts(read, archived=True)
    if len(every) < 2:
        return list(banked)
    all_money = list(banked)
    by_claim = _accounts_of_claims(read)
    named = accounts_named(read, [each.money for each in all_money if each.claim is None])
    ours = account_key(company(read).bank.account)
    main = next((row.id for row in every if ours and account_key(row.number) == ours), every[0].id)
    return [
        each
        for each in all_money
        if (by_claim.get(each.claim, main) if each.claim else named.get(each.money.paper) or main) == account
    ]


def _accounts_of_claims(read: Connection) -> dict[Id, Id]:
    sql = "SELECT DISTINCT claim, account FROM bank_lines WHERE state = 'matched'"
    return {bytes(claim): bytes(account) for claim, account in read.exec_driver_sql(sql)}


def _straddling(read: Connection, lines: list[LineRow], banked: list[Banked]) -> set[Id]:
    """The matches of which a line or a paper is later than the day: they were not made then."""
    came: dict[Id, int] = defaultdict(int)
    for row in lines:
        if row.match is not None and row.state != ASIDE:
            came[row.match] += row.paise
    for each in banked:
        if each.claim is not None:
            came[each.claim] -= each.money.paise
    suspects = [claim for claim, paise in came.items() if paise]
    whole = papers_of(read, Match, [claim for claim in came if claim not in set(suspects)])
    later = {line.id for line in lines}
    return set(suspects) | {
        claim for claim, match in whole.items() if not later.issuperset(match.lines) and match.lines
    }


def _aside(read: Connection, lines: list[LineRow]) -> tuple[Aside, ...]:
    rows = [row for row in lines if row.state == ASIDE and row.match is not None]
    why = papers_of(read, SetAside, [row.match for row in rows if row.match is not None])
    sums: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.match is not None:
            sums[why[row.match].reason].append(row.paise)
    return tuple(Aside(reason, len(paise), sum(paise)) for reason, paise in sorted(sums.items()))


def _stated(account: BankAccount, lines: list[LineRow]) -> int | None:
    """What the bank's last line says; where it says no balance, the opening one and all lines since."""
    if not lines:
        return None
    last = lines[-1]
    return last.balance_paise if last.balance_paise is not None else _since(account, lines)


def _since(account: BankAccount, lines: list[LineRow]) -> int:
    total = 0
    for row in reversed(lines):
        if row.balance_paise is not None:
            return row.balance_paise + total
        total += row.paise
    return account.opening_paise + total
