"""The books as a whole: the trial balance at any date, the first day of entries, and what to look at before a close."""

import datetime as dt
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.ids import Id
from core.ledger.model import Account
from core.statements.model import Finding, TrialBalance, TrialRow
from core.store import log
from core.store.read import refuse_partial
from core.store.tables.invoicing import drafts
from core.store.tables.statements import account_days
from core.words import date_text
from core.words import translate as _

NAMES_MAX = 5
"""So many are named of what was found; the rest are counted."""

_HELD = (
    "SELECT s.record, coalesce(d.number, r.number, v.number) FROM standing s "
    "LEFT JOIN documents d ON d.id = s.record LEFT JOIN receipts r ON r.id = s.record "
    "LEFT JOIN vouchers v ON v.id = s.record "
    "WHERE s.state = 2 AND coalesce(d.dated_on, r.dated_on, v.dated_on) <= ? ORDER BY 2"
)
_OPEN_LINES = (
    "FROM bank_accounts a CROSS JOIN bank_lines l ON l.account = a.id "
    "WHERE l.claim IS NULL AND l.dated_on <= ?"
)
"""CROSS JOIN asks the index of open lines account by account."""


def trial_balance_on(read: Connection, on: dt.date) -> TrialBalance:
    """The balance of every account at the end of a day, in the order of the accounts, nought left out.

    Raises `RuleBroken` (PARTIAL) in a book that lacks parties.
    """
    refuse_partial(read)
    question = (
        sa.select(account_days.c.account, sa.func.sum(account_days.c.paise))
        .where(account_days.c.dated_on <= on)
        .group_by(account_days.c.account)
    )
    found = {account: int(paise) for account, paise in read.execute(question) if paise}
    order = [account for account in _names() if account in found]
    order += sorted(account for account in found if account not in order)
    rows = tuple(
        TrialRow(account, account_name(account), max(found[account], 0), max(-found[account], 0))
        for account in order
    )
    return TrialBalance(on, rows, sum(row.debit_paise for row in rows), sum(row.credit_paise for row in rows))


def account_name(account: str) -> str:
    """What an account is called; one that this version does not know as it stands."""
    return _names().get(account, account)


def first_entry_on(read: Connection) -> dt.date | None:
    """The earliest day anything is entered on; None in a book without entries."""
    found: dt.date | None = read.execute(sa.select(sa.func.min(account_days.c.dated_on))).scalar()
    return found


def before_closing(read: Connection, through: dt.date, *, unfiled: Sequence[str] = ()) -> list[Finding]:
    """What an owner should look at before the books are closed through a day; nothing of it forbids the close.

    `unfiled` names the returns up to that day that the room of returns says are not filed.
    """
    found = [*_drafts(read, through), *_held(read, through), *_bank(read, through)]
    if unfiled:
        message = _("Returns of the period are not filed.")
        found.append(Finding("RETURNS", message, len(unfiled), tuple(unfiled[:NAMES_MAX])))
    return [*found, *_unsent(read)]


def _drafts(read: Connection, through: dt.date) -> Iterator[Finding]:
    question = sa.select(drafts.c.id, drafts.c.dated_on).where(drafts.c.dated_on <= through)
    found = read.execute(question.order_by(drafts.c.dated_on, drafts.c.id)).all()
    if found:
        message = _("Drafts dated in the period are not issued.")
        yield _finding(
            "DRAFTS", message, [date_text(row.dated_on) for row in found], [row.id for row in found]
        )


def _held(read: Connection, through: dt.date) -> Iterator[Finding]:
    found = read.exec_driver_sql(_HELD, (through.isoformat(),)).all()
    if found:
        message = _("Papers of the period wait for an owner's word.")
        yield _finding("HELD", message, [row[1] for row in found], [row[0] for row in found])


def _bank(read: Connection, through: dt.date) -> Iterator[Finding]:
    day = through.isoformat()
    count = int(read.exec_driver_sql(f"SELECT count(*) {_OPEN_LINES}", (day,)).scalar_one())
    if count:
        message = _("Lines of the bank are matched to nothing yet.")
        first = f"SELECT l.dated_on, l.description {_OPEN_LINES} ORDER BY l.dated_on, l.id LIMIT {NAMES_MAX}"
        words = [
            f"{date_text(dt.date.fromisoformat(on))} {text}".strip()
            for on, text in read.exec_driver_sql(first, (day,))
        ]
        yield Finding("BANK_LINES", message, count, tuple(words))


def _unsent(read: Connection) -> Iterator[Finding]:
    waiting = log.pending_count(read) if log.read_meta(read).get("shared") else 0
    if waiting:
        yield Finding("NOT_SYNCED", _("Changes of this device have not been synced yet."), waiting)


def _finding(code: str, message: str, names: list[str], records: list[Id]) -> Finding:
    return Finding(code, message, len(names), tuple(names[:NAMES_MAX]), tuple(records[:NAMES_MAX]))


def _names() -> dict[str, str]:
    return {
        Account.DEBTORS.value: _("Customers"),
        Account.BANK.value: _("Bank"),
        Account.CASH.value: _("Cash"),
        Account.TDS_RECEIVABLE.value: _("TDS receivable"),
        Account.GST_TDS_RECEIVABLE.value: _("GST TDS receivable"),
        Account.RETENTION.value: _("Retention money receivable"),
        Account.OUTPUT_IGST.value: _("Output IGST"),
        Account.OUTPUT_CGST.value: _("Output CGST"),
        Account.OUTPUT_SGST.value: _("Output SGST"),
        Account.OUTPUT_CESS.value: _("Output cess"),
        Account.OPENING.value: _("Opening balances"),
        Account.SALES.value: _("Sales"),
        Account.OTHER_CHARGES.value: _("Other charges"),
        Account.INTEREST.value: _("Interest received"),
        Account.EXCHANGE_DIFFERENCE.value: _("Exchange difference"),
        Account.BANK_CHARGES.value: _("Bank charges"),
        Account.OTHER_DEDUCTIONS.value: _("Other deductions"),
        Account.BAD_DEBTS.value: _("Bad debts written off"),
        Account.ROUND_OFF.value: _("Round-off"),
    }
