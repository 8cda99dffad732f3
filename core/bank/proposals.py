"""What the lines of an account may be: reads the book once, and asks core.bank.matching."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from core.bank.grouping import SUM_DAYS
from core.bank.matching import choices, propose
from core.bank.money import money_unmatched
from core.bank.names import Named, NameIndex, payer_key
from core.bank.proposal import BankLine, Explain, Known, Money, Payable, Proposal
from core.bank.queries import LineRow, line_rows, lines_open
from core.bank.rules import OPEN
from core.changes.record import field_number
from core.company.queries import company
from core.facts import Facts
from core.ids import Id
from core.ledger.queries import open_items
from core.ledger.rules import DUE, reference_key
from core.parties.model import Party
from core.shortfall.model import Bill, Explanation, Payer
from core.shortfall.queries import payer_of
from core.shortfall.rules import explain

HISTORY_MAX = 20_000
"""So many of the latest matched lines teach who a payer is."""

_images = msgspec.msgpack.Decoder(dict[int, Any])
_PAYER_NAMES = field_number(Party, "payer_names")


class Sought(NamedTuple):
    """All that matching an account's lines needs, read once; it may be asked again as long as little has changed."""

    lines: tuple[BankLine, ...]
    money: tuple[Money, ...]
    known: Known

    def without(self, taken: Iterable[Id]) -> "Sought":
        """The same without lines and money that are matched by now."""
        gone = frozenset(taken)
        return Sought(
            tuple(line for line in self.lines if line.id not in gone),
            tuple(money for money in self.money if money.paper not in gone),
            self.known,
        )


def proposals(read: Connection, account: Id, on: dt.date) -> list[Proposal]:
    """What each open line of an account is likely to be, at most one for each; `on` is the day of asking."""
    return found_in(read, seek(read, account, on))


def seek(read: Connection, account: Id, on: dt.date) -> Sought:
    """Read what matching needs."""
    lines = tuple(bank_line(row) for row in lines_open(read, account) if row.dated_on <= on)
    names = name_index(read)
    knows = Known(names, dict(_parties(read)), _history(read, names.own), _payables(read))
    return Sought(lines, tuple(money_unmatched(read)), knows)


def found_in(read: Connection, sought: Sought) -> list[Proposal]:
    """What is proposed. Bills are sought for the first 1,000 new receipts; `choices_in` seeks them for any line."""
    return propose(sought.lines, sought.money, sought.known._replace(explain=explainer(read)))


def choices_in(read: Connection, sought: Sought, line: BankLine) -> list[Proposal]:
    """All that one line may be, the likeliest first."""
    return choices(line, _worth(sought.money, line), sought.known._replace(explain=explainer(read)))


def proposals_for_line(read: Connection, line: Id) -> list[Proposal]:
    """All that an open line may be, the likeliest first; none when it is not open any more."""
    rows = [row for row in line_rows(read, [line]) if row.state == OPEN]
    return choices_in(read, seek(read, rows[0].account, rows[0].dated_on), bank_line(rows[0])) if rows else []


def _worth(money: Iterable[Money], line: BankLine) -> list[Money]:
    """Money that a line may be, alone or as a part."""
    near = dt.timedelta(days=SUM_DAYS)
    first, last = line.dated_on - near, line.dated_on + near
    return [
        each
        for each in money
        if each.paise == line.paise
        or each.slip is not None
        or (first <= each.dated_on <= last and 0 < each.paise * line.paise < line.paise * line.paise)
    ]


def name_index(read: Connection) -> NameIndex:
    """The names by which a bank may call the parties, and our own."""
    sql = (
        "SELECT p.id, p.name, p.merged_into, i.image FROM parties p JOIN images i ON i.record = p.id "
        "WHERE p.archived = 0 OR p.merged_into IS NOT NULL"
    )
    ours = company(read)
    named = (
        Named(bytes(merged or record), (name, *_images.decode(image).get(_PAYER_NAMES, ())))
        for record, name, merged, image in read.exec_driver_sql(sql)
    )
    return NameIndex(named, own=(ours.legal_name, ours.trade_name))


def explainer(read: Connection, facts: Facts | None = None) -> Explain:
    """How a party's money settles its bills; each party's bills are read once."""
    law = facts or Facts.in_force()
    seen: dict[Id, tuple[Payer, list[Bill]]] = {}

    def explained(party: Id, line: BankLine) -> Sequence[Explanation]:
        if party not in seen:
            seen[party] = payer_of(read, party, line.dated_on, law)
        payer, bills = seen[party]
        return explain(line.paise, bills, payer, line.dated_on, law, text=line.description)

    return explained


def bank_line(row: LineRow) -> BankLine:
    """A line as matching takes it."""
    return BankLine(row.id, row.dated_on, row.paise, row.description, row.reference)


def _parties(read: Connection) -> Iterable[tuple[Id, str]]:
    for record, name in read.exec_driver_sql("SELECT id, name FROM parties"):
        yield bytes(record), name


def _payables(read: Connection) -> Mapping[str, Sequence[Payable]]:
    found: dict[str, list[Payable]] = {}
    for item in open_items(read, side=DUE):
        key = reference_key(item.number)
        if len(key) >= 4 and any(map(str.isdigit, key)):
            payable = Payable(item.paper, item.party, item.number, item.open_paise)
            found.setdefault(key, []).append(payable)
    return found


def _history(read: Connection, own: frozenset[str]) -> Mapping[str, Mapping[Id, int]]:
    sql = (
        "SELECT l.description, k.party FROM bank_lines l JOIN bank_papers k ON k.claim = l.claim "
        "WHERE l.state = 'matched' AND k.party IS NOT NULL ORDER BY l.dated_on DESC LIMIT ?"
    )
    found: dict[str, dict[Id, int]] = {}
    for description, party in read.exec_driver_sql(sql, (HISTORY_MAX,)):
        key = payer_key(description, own)
        if key:
            of = found.setdefault(key, {})
            of[bytes(party)] = of.get(bytes(party), 0) + 1
    return found
