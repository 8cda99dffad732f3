"""What two books must agree on of money, by names and numbers alone: ids differ between a book and its copy."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection

from core.bank.queries import accounts, lines_page
from core.bank.reconciling import reconciliation
from core.closing.queries import closed_through, closes_made
from core.inbox.queries import items as inbox_items
from core.interest.queries import charged_until, interest_awaiting_tax, interest_on
from core.invoicing.queries import documents_page
from core.ledger.queries import trial_balance
from core.parties.queries import parties_by_name
from core.receipts.cheque_list import STATUSES, cheques
from core.receipts.queries import reversal_of
from core.statements.behaviour import figures
from core.statements.books import trial_balance_on
from core.statements.grouping import BY, ageing_by
from core.statements.money import money_page
from core.statements.queries import statement
from core.tds.life import gst_story, story
from tests.core.books import TODAY

_HEX = re.compile("[0-9a-f]{32}")
DAYS = (dt.date(2026, 4, 30), dt.date(2026, 6, 15), dt.date(2026, 8, 31), dt.date(2026, 10, 7), TODAY)


def told_of_money(read: Connection) -> dict[str, Any]:
    """Balances, ageing, accounts of parties, lists of money and cheques, the bank, TDS, interest and closes."""
    return {
        "trial": trial_balance(read),
        "trials": [trial_balance_on(read, day) for day in DAYS],
        "aged": [[_plain(row) for row in ageing_by(read, on=day, by=by)] for day in DAYS for by in BY],
        "accounts": _accounts(read),
        "figures": [_plain(month) for month in figures(read, dt.date(2026, 4, 1), TODAY)],
        "money": sorted((_money(read, row) for row in money_page(read, limit=500).rows), key=str),
        "cheques": [_plain(cheques(read, on=TODAY, status=status)) for status in STATUSES],
        "bank": _bank(read),
        "tds": [_life(told) for told in (story(read, 2026, TODAY), gst_story(read, 2026, TODAY))],
        "interest": _interest(read),
        "closes": (closed_through(read), sorted(str(_plain(row)) for row in closes_made(read))),
        "released": sorted(_words(item.text) for item in inbox_items(read) if item.kind == "released"),
    }  # fmt: skip


def _accounts(read: Connection) -> list[Any]:
    """The account of each party, the entries of one day in any order."""
    found = []
    for party in parties_by_name(read, limit=500).rows:
        told = statement(read, party.id, from_on=dt.date(2026, 1, 1), to_on=TODAY, today=TODAY)
        entries = [
            (each.dated_on, each.type, each.number, each.text, each.debit_paise, each.credit_paise)
            for each in told.entries
        ]
        found.append((party.name, sorted(entries), told.closing_paise, told.buckets))
    return sorted(found)


def _money(read: Connection, row: Any) -> Any:
    back = reversal_of(read, row.id)
    return _plain(row), _plain(back) if back is not None else None


def _bank(read: Connection) -> list[Any]:
    found = []
    for account in accounts(read, archived=True):
        lines = [_plain(line) for line in lines_page(read, account=account.id, limit=500).rows]
        told = [_plain(reconciliation(read, account.id, day)) for day in DAYS]
        found.append((_plain(account), sorted(lines, key=str), told))
    return sorted(found, key=str)


def _life(told: Any) -> Any:
    matches = sorted(str(_plain(match)) for matches in told.matches.values() for match in matches)
    return sorted(map(str, map(_plain, told.rows))), matches


def _interest(read: Connection) -> list[Any]:
    rows = documents_page(read, limit=500).rows
    told = []
    for row in rows:
        for day in (DAYS[2], TODAY):
            told.append((row.number, _plain(interest_on(read, row.id, day)), charged_until(read, row.id)))
    return [sorted(told, key=str), [_plain(each) for each in interest_awaiting_tax(read, TODAY)]]


def _words(text: str) -> list[str]:
    """What an item of the Inbox says, its bills in any order."""
    return sorted(word.strip(",.") for word in text.split())


def _plain(value: Any) -> Any:
    """A value without the ids in it; lists of records in an order of their own."""
    if isinstance(value, bytes) or (isinstance(value, str) and _HEX.fullmatch(value)):
        return "id"
    if hasattr(value, "_fields"):
        return {name: _plain(getattr(value, name)) for name in value._fields}
    if hasattr(value, "__struct_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, Mapping):
        return {_plain(key): _plain(each) for key, each in value.items()}
    if isinstance(value, set | frozenset | list | tuple):
        return sorted((_plain(each) for each in value), key=str)
    return value
