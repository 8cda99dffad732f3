"""What the lines of an account may be: reads the book once, and asks core.bank.matching."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from core.bank.grouping import SUM_DAYS
from core.bank.matching import choices, propose
from core.bank.model import SetAside
from core.bank.money import money_unmatched, receipts_returnable
from core.bank.names import Named, NameIndex, payer_key
from core.bank.proposal import BankLine, Credit, Explain, Known, Money, Payable, Proposal
from core.bank.queries import LineRow, line_rows, lines_open
from core.bank.returning import CHARGE_DAYS, CHARGE_PAISE_MAX, RETURN_DAYS
from core.bank.rules import OPEN
from core.changes.record import field_number
from core.company.queries import company
from core.facts import Facts
from core.ids import Id
from core.ledger.queries import open_items
from core.ledger.rules import CREDIT, DUE, reference_key
from core.parties.merged import merged
from core.parties.model import Party
from core.shortfall.model import Bill, Explanation, Payer
from core.shortfall.queries import payer_of
from core.shortfall.rules import explain
from core.store.read import papers_of

ADVANCE = "RCV"
ASIDES_MAX = 5_000
"""So many of the latest lines set aside teach what is none of a customer's."""
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
    knows = Known(
        names, dict(_parties(read)), _history(read, names.own), _payables(read), asides=_asides(read, names.own),
        returnable=_returnable(read, lines), credits=_credits(read) if any(each.paise < 0 for each in lines) else {},
    )  # fmt: skip
    return Sought(lines, tuple(money_unmatched(read, account)), knows)


def found_in(read: Connection, sought: Sought) -> list[Proposal]:
    """What is proposed. Bills are sought for the first 1,000 new receipts; `choices_in` seeks them for any line."""
    return propose(sought.lines, sought.money, sought.known._replace(explain=explainer(read)))


def choices_in(read: Connection, sought: Sought, line: BankLine) -> list[Proposal]:
    """All that one line may be, the likeliest first."""
    near = dt.timedelta(days=CHARGE_DAYS)
    beside = [
        each for each in sought.lines
        if -CHARGE_PAISE_MAX <= each.paise < 0 and line.dated_on <= each.dated_on <= line.dated_on + near
    ]  # fmt: skip
    known = sought.known._replace(explain=explainer(read))
    return choices(line, _worth(sought.money, line), known, beside=beside if line.paise < 0 else ())


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
        or line.paise in each.parts
        or (first <= each.dated_on <= last and 0 < each.paise * line.paise < line.paise * line.paise)
    ]


def name_index(read: Connection) -> NameIndex:
    """The names by which a bank may call the parties, and our own."""
    sql = (
        "SELECT p.id, p.name, i.image FROM parties p JOIN images i ON i.record = p.id "
        "WHERE p.archived = 0 OR p.id IN (SELECT party FROM merged_parties)"
    )
    kept = merged(read)
    ours = company(read)
    named = (
        Named(kept.get(record, record), (name, *_images.decode(image).get(_PAYER_NAMES, ())))
        for record, name, image in read.exec_driver_sql(sql)
    )
    return NameIndex(named, own=(ours.legal_name, ours.trade_name, ours.bank.upi_id))


def explainer(read: Connection, facts: Facts | None = None) -> Explain:
    """How a party's money settles its bills.

    What is known of a party is read once for all its lines of a month between which no credit of it came: rates and
    habits of one day would do for the month, but a credit is there from its own day.
    """
    law = facts or Facts.in_force()
    came: dict[Id, list[dt.date]] = {}
    seen: dict[tuple[object, ...], tuple[Payer, list[Bill]]] = {}

    def explained(party: Id, line: BankLine) -> Sequence[Explanation]:
        on = line.dated_on
        if party not in came:
            came[party] = sorted(item.dated_on for item in open_items(read, party=party, side=CREDIT))
        at = (party, on.year, on.month, bisect_right(came[party], on))
        if at not in seen:
            seen[at] = payer_of(read, party, on, law)
        payer, bills = seen[at]
        return explain(line.paise, bills, payer, on, law, text=f"{line.description} {line.reference}".strip())

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


def _returnable(read: Connection, lines: Sequence[BankLine]) -> Sequence[Money]:
    days = [line.dated_on for line in lines if line.paise < 0]
    if not days:
        return ()
    return receipts_returnable(read, min(days) - dt.timedelta(days=RETURN_DAYS), max(days))


def _credits(read: Connection) -> Mapping[Id, Sequence[Credit]]:
    found: dict[Id, list[Credit]] = {}
    for item in open_items(read, side=CREDIT):
        if item.type != ADVANCE:  # which has a refund voucher of its own
            credit = Credit(item.paper, item.number, item.open_paise, item.dated_on)
            found.setdefault(item.party, []).append(credit)
    return found


def _asides(read: Connection, own: frozenset[str]) -> Mapping[tuple[str, bool], Mapping[str, int]]:
    sql = (
        "SELECT description, paise, claim FROM bank_lines WHERE state = 'aside' AND claim IS NOT NULL "
        "ORDER BY dated_on DESC LIMIT ?"
    )
    rows = read.exec_driver_sql(sql, (ASIDES_MAX,)).fetchall()
    why = papers_of(read, SetAside, [bytes(claim) for _description, _paise, claim in rows])
    found: dict[tuple[str, bool], dict[str, int]] = {}
    for description, paise, claim in rows:
        key, aside = payer_key(description, own), why.get(bytes(claim))
        if key and aside is not None:
            of = found.setdefault((key, paise > 0), {})
            of[aside.reason] = of.get(aside.reason, 0) + 1
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
