"""How bank accounts and the lines of their statements become rows; claims on lines have theirs in core.bank.matched."""

from core.bank.kinds import ACCOUNT_EDITED, STATED
from core.bank.model import BankAccount, Line
from core.bank.rules import OPEN, account_key
from core.changes.standing import State
from core.ledger.rules import reference_key
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.bank import bank_accounts, bank_lines


def project_account(rows: Rows, applied: Applied) -> None:
    """One row an account, written over as it is edited."""
    account: BankAccount = applied.body
    rows.put(
        bank_accounts,
        id=applied.record,
        name=account.name,
        name_key=account.name.casefold(),
        bank=account.bank,
        number=account.number,
        number_key=account_key(account.number),
        ifsc=account.ifsc,
        archived=int(account.archived),
    )


def project_line(rows: Rows, applied: Applied) -> None:
    """One row a line, open until a claim takes it; a line that is held is on no list but the Inbox's."""
    line: Line = applied.body
    if applied.state is State.HELD:
        return
    rows.insert(
        bank_lines,
        id=applied.record,
        account=line.account,
        dated_on=line.dated_on,
        place=line.place,
        value_on=line.value_on,
        paise=line.paise,
        description=line.description,
        reference=line.reference,
        reference_key=reference_key(line.reference),
        balance_paise=line.balance_paise,
        nth=line.nth,
        state=OPEN,
    )


PROJECTIONS: dict[str, Projection] = {
    ACCOUNT_EDITED.name: project_account,
    STATED.name: project_line,
}
