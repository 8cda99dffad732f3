"""Who may have paid: parties found by a few letters, with what each owes. Free of Qt."""

from core.company.queries import company
from core.ids import Id
from core.parties.model import Party
from core.parties.queries import party as party_record
from core.receipts.bills import OpenBill, open_bills
from core.statements.accounts import AccountRow, accounts_page
from core.words import short_money
from core.words import translate as _
from desktop.ports import Calendar, Choice, Reader, Suggest

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


def payer(party: Id, reader: Reader) -> tuple[Party | None, list[OpenBill], str]:
    """Who pays, the bills that are open, and the PAN under which the company is deducted from."""
    return party_record(reader, party), open_bills(reader, party), company(reader).pan


def _owes(row: AccountRow) -> str:
    if row.balance_paise > 0:
        return _("owes {amount}").format(amount=short_money(row.balance_paise))
    return row.city or row.code
