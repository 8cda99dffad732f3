"""What the editor's type-aheads offer: parties, items, States. Each runs on a read thread, best first."""

import datetime as dt
from collections.abc import Callable, Sequence

from core.facts import Facts
from core.items.queries import items_matching
from core.statements.accounts import accounts_page
from core.words import money_text, price_text
from core.words import translate as _
from desktop.ports import Choice, Reader

_OFFERED = 12


def parties_on(today: Callable[[], dt.date]) -> Callable[[Reader, str], Sequence[Choice]]:
    """Parties by name, code or GSTIN, with where they are and what they owe."""

    def suggest(read: Reader, typed: str) -> Sequence[Choice]:
        rows = accounts_page(read, on=today(), limit=_OFFERED, search=typed).rows
        begins = typed.strip().casefold()
        found = sorted(rows, key=lambda row: not row.name.casefold().startswith(begins))
        return [Choice(row.id, row.name, _where(row.city, row.balance_paise)) for row in found]

    return suggest


def items(read: Reader, typed: str) -> Sequence[Choice]:
    """Items by code, name or HSN, with their price."""
    return [
        Choice(
            row.id, row.code or row.name, _what(row.name if row.code else row.hsn, row.price_tenthousandths)
        )
        for row in items_matching(read, typed, limit=_OFFERED)
    ]


def states() -> list[Choice]:
    """Every place of supply in force."""
    known = Facts.in_force().states().values()
    return [Choice(one.code, f"{one.name} ({one.code})") for one in known if one.is_place and not one.retired]


def payment_words() -> list[Choice]:
    """How a supply to a SEZ or abroad is made."""
    return [
        Choice(True, _("With payment of IGST")),
        Choice(False, _("Under LUT, without payment")),
    ]


def _where(city: str, balance_paise: int) -> str:
    owes = _("owes {amount}").format(amount=money_text(balance_paise)) if balance_paise > 0 else ""
    return " · ".join(part for part in (city, owes) if part)


def _what(name: str, price_tenthousandths: int) -> str:
    price = f"₹ {price_text(price_tenthousandths)}" if price_tenthousandths else ""
    return " · ".join(part for part in (name, price) if part)
