"""Who may have paid and for what: parties by a few letters, with what each owes; places of supply. Free of Qt."""

from collections.abc import Sequence
from typing import NamedTuple

from core.advances.rules import PURPOSES
from core.company.queries import company
from core.facts import Facts
from core.ids import Id
from core.parties.model import Party
from core.parties.queries import party as party_record
from core.parties.queries import party_rows
from core.receipts.bills import OpenBill, open_bills
from core.statements.accounts import AccountRow, accounts_page
from core.words import money_text, short_money
from core.words import translate as _
from desktop.ports import Along, AlongRow, Calendar, Choice, Reader, Suggest
from desktop.screens.receipts.deeds import account_choices
from desktop.screens.receipts.stories import purpose_name

HEARD = frozenset({"invoicing", "receipts", "advances", "ledger", "parties", "checkouts"})
"""Kinds of record that change what is open of a party, or who is out with its bills."""

_LOOKED_AT, _OFFERED = 40, 12


def payers(calendar: Calendar) -> Suggest:
    """Suggests parties: for nothing typed those who owe most, else those whose name begins so first."""

    def suggest(reader: Reader, typed: str) -> list[Choice]:
        text = typed.strip()
        page = accounts_page(
            reader, on=calendar.today(), search=text, limit=_LOOKED_AT,
            sort="name" if text else "balance", descending=not text,
        )  # fmt: skip
        rows = page.rows
        if text:
            rows = sorted(rows, key=lambda row: not row.name.casefold().startswith(text.casefold()))
        return [Choice(row.id, row.name, _owes(row)) for row in rows[:_OFFERED]]

    return suggest


class Payer(NamedTuple):
    """Who pays, the bills that are open, the PAN under which the company is deducted from, and who has bills along."""

    party: Party | None
    bills: list[OpenBill]
    pan: str
    along: list[AlongRow]


def payer(party: Id, along: Along | None, reader: Reader) -> Payer:
    """What is to be known when somebody pays."""
    out = along.known(reader, party) if along is not None else []
    return Payer(party_record(reader, party), open_bills(reader, party), company(reader).pan, out)


def taken_text(along: Sequence[AlongRow]) -> str:
    """Who else is out with the party's bills, and what that means for a receipt; empty where nobody is."""
    said = _("{user} is out with {amount} of these bills until {time}: settled here, that will be refused.")
    return "\n".join(
        said.format(user=row.user, amount=money_text(row.paise), time=row.until)
        for row in along
        if not row.is_mine
    )


def gone_text() -> str:
    """What is said where the party is in the book no more: an owner took it from a device in the field."""
    return _("This device does not carry this party any more. Hand the receipt to the office, or leave it.")


def named_choice(party: Id, reader: Reader) -> Choice | None:
    """A party as the field of payers shows it; None when the book has none."""
    found = party_rows(reader, [party])
    return Choice(party, found[0].name, found[0].code) if found else None


def own_accounts(reader: Reader, typed: str) -> list[Choice]:
    """Suggests the company's own bank accounts."""
    text = typed.strip().casefold()
    return [one for one in account_choices(reader) if text in f"{one.text} {one.detail}".casefold()]


def has_accounts(reader: Reader) -> bool:
    """Whether the company keeps several bank accounts, so that one is to be chosen."""
    return bool(account_choices(reader))


def purpose_choices() -> list[Choice]:
    """What an advance may be for."""
    return [Choice(purpose, purpose_name(purpose)) for purpose in PURPOSES]


def place_choices() -> list[Choice]:
    """Every place of supply in force, by name."""
    known = Facts.in_force().states().values()
    places = [one for one in known if one.is_place and not one.retired]
    return [Choice(one.code, one.name, one.code) for one in sorted(places, key=lambda one: one.name)]


def _owes(row: AccountRow) -> str:
    if row.balance_paise > 0:
        return _("owes {amount}").format(amount=short_money(row.balance_paise))
    return row.city or row.code
