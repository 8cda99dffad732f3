"""What may be done with a receipt after it was recorded: paid in, cleared, bounced, taken back, given back, undone.

Each deed says what its dialog asks and which command it runs. Free of Qt.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.bank.queries import accounts
from core.changes.standing import State
from core.errors import RuleBroken
from core.ids import Id
from core.ledger.commands import release
from core.problems import Problem
from core.receipts.cheque_list import CLEARED, DEPOSITED, IN_HAND, POST_DATED, ChequeRow
from core.receipts.cheques import clear_receipt, deposit_cheques, undo_clearing, undo_deposit
from core.receipts.commands import undo_allocation
from core.receipts.queries import Settlement
from core.receipts.reversing import bounce_receipt, pay_back, reverse_payback, reverse_receipt
from core.receipts.rules import UNBANKED
from core.statements.money import MoneyRow
from core.words import date_text, money_text
from core.words import translate as _
from desktop.ports import Choice, Reader, Work
from desktop.screens.receipts.values import Values

Asked = Callable[[Work, Values, dt.date, bool], object]
"""(work, what the dialog holds, today, the date was confirmed) → the command's own answer."""


def known_deeds() -> tuple[tuple[str, str, str], ...]:
    """Name, title and keys of the deeds that have keys; giving back shares its own with that of an advance."""
    return (
        ("deposit", _("Deposit"), "Ctrl+D"),
        ("clear", _("Cleared"), "Ctrl+L"),
        ("bounce", _("Bounced"), "Ctrl+Shift+D"),
        ("undo", _("Undo a settlement"), "Ctrl+Z"),
        ("take_back", _("Take back"), "Ctrl+Shift+X"),
    )


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that may be done. `asks` are the fields of its dialog, in order; none: it is done at once.

    `given` are the values they begin with (a date left out is the working date), `choices` what the fields "claim"
    and "account" offer.
    """

    name: str
    title: str
    text: str
    yes: str
    done: str
    run: Asked
    asks: tuple[str, ...] = ()
    keys: str = ""
    icon: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    choices: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    is_grave: bool = False


def receipt_deeds(
    row: MoneyRow, cheque: ChequeRow | None, made: Sequence[Settlement], reader: Reader
) -> tuple[Deed, ...]:
    """What may be done with a receipt as it stands."""
    if row.state not in (State.LIVE, State.CONTESTED):
        return ()
    found = [*_bank_deeds(row, cheque, reader)]
    if row.open_paise:
        found.append(give_back_deed(row.id, row.open_paise, row.mode, reader))
    if made:
        found.append(_undoing(made))
    found.append(_taking_back(row))
    return tuple(found)


def payback_deeds(row: MoneyRow) -> tuple[Deed, ...]:
    """What may be done with money given back."""
    if row.state not in (State.LIVE, State.CONTESTED):
        return ()

    def run(work: Work, values: Values, today: dt.date, confirmed: bool) -> Id:
        return reverse_payback(
            work,
            row.id,
            on=values["dated_on"],
            reason=values["reason"],
            today=today,
            date_confirmed=confirmed,
        )

    return (
        Deed(
            "take_back", _("Take back"), _("It was entered by mistake: the money is on account as before."),
            _("Take back"), _("{number} taken back").format(number=row.number), run, ("dated_on", "reason"),
            "Ctrl+Shift+X", "undo", is_grave=True,
        ),
    )  # fmt: skip


def account_choices(reader: Reader) -> tuple[Choice, ...]:
    """The company's own bank accounts; none where it keeps only one."""
    known = accounts(reader)
    return tuple(Choice(row.id, row.name or row.bank, row.number) for row in known) if len(known) > 1 else ()


def deposit_deed(receipts: Sequence[Id], paise: int, reader: Reader) -> Deed:
    """Cheques handed to our bank, one or many by one slip."""

    def run(work: Work, values: Values, today: dt.date, _confirmed: bool) -> Id:
        chosen = values.get("account")
        return deposit_cheques(
            work, receipts, on=values["dated_on"], bank_account=None if chosen is None else chosen.value,
            slip=values["slip"], today=today,
        )  # fmt: skip

    known = account_choices(reader)
    text = _("{count} cheques, {amount} in all, go to our bank by one pay-in slip.")
    if len(receipts) == 1:
        text = _("The cheque of {amount} goes to our bank.")
    return Deed(
        "deposit", _("Deposit"), text.format(count=len(receipts), amount=money_text(paise)), _("Deposit"),
        _("Cheques of {amount} deposited").format(amount=money_text(paise)), run,
        ("dated_on", *(("account",) if known else ()), "slip"), "Ctrl+D", "bank",
        choices={"account": known},
    )  # fmt: skip


def give_back_deed(credit: Id, open_paise: int, mode: str, reader: Reader) -> Deed:
    """Money that lies on account goes back to the party."""

    def run(work: Work, values: Values, today: dt.date, confirmed: bool) -> Id:
        if values["amount"] is None:
            raise RuleBroken([Problem("REQUIRED", _("Enter what is given back."), "amount_paise")])
        return pay_back(
            work, credit, on=values["dated_on"], amount_paise=values["amount"], mode=values["mode"].value,
            reference=values["reference"], reason=values["reason"], today=today, date_confirmed=confirmed,
        )  # fmt: skip

    return Deed(
        "give_back", _("Give money back"),
        _("{amount} lies on account.").format(amount=money_text(open_paise)), _("Give back"),
        _("Money given back"), run, ("amount", "dated_on", "mode", "reference", "reason"), "Alt+R", "receipts",
        given={"amount": open_paise, "mode": "neft" if mode in UNBANKED else mode},
    )  # fmt: skip


def _bank_deeds(row: MoneyRow, cheque: ChequeRow | None, reader: Reader) -> Iterator[Deed]:
    if row.mode in UNBANKED:
        return
    if cheque is not None and cheque.status in (IN_HAND, POST_DATED):
        yield deposit_deed([row.id], row.amount_paise, reader)
    if cheque is not None and cheque.status in (IN_HAND, DEPOSITED):
        yield _clearing(row)
    yield _bouncing(row, is_cheque=cheque is not None)
    if cheque is not None and cheque.status == DEPOSITED:
        yield Deed(
            "undo_deposit", _("Not deposited after all"), "", "", _("The cheque is in hand"),
            lambda work, _values, _today, _confirmed: undo_deposit(work, [row.id]), icon="undo",
        )  # fmt: skip
    if cheque is not None and cheque.status == CLEARED:
        yield Deed(
            "undo_clearing", _("Not cleared after all"), "", "", _("The cheque is not cleared"),
            lambda work, _values, _today, _confirmed: undo_clearing(work, row.id), icon="undo",
        )  # fmt: skip


def _clearing(row: MoneyRow) -> Deed:
    return Deed(
        "clear", _("Cleared"), _("The bank credited {amount}.").format(amount=money_text(row.amount_paise)),
        _("Cleared"), _("{number} is cleared").format(number=row.number),
        lambda work, values, today, _confirmed: clear_receipt(work, row.id, on=values["dated_on"], today=today),
        ("dated_on",), "Ctrl+L", "check",
    )  # fmt: skip


def _bouncing(row: MoneyRow, *, is_cheque: bool) -> Deed:
    def run(work: Work, values: Values, today: dt.date, confirmed: bool) -> Id:
        return bounce_receipt(
            work, row.id, on=values["dated_on"], reason=values["reason"], charges_paise=values["charges"] or 0,
            today=today, date_confirmed=confirmed,
        )  # fmt: skip

    return Deed(
        "bounce", _("Bounced") if is_cheque else _("Returned unpaid"),
        _("The bank returned it unpaid. Every bill that it settled is open again from this day."),
        _("Record the return"), _("{number} is taken back: its bills are open again").format(number=row.number),
        run, ("dated_on", "reason", "charges"), "Ctrl+Shift+D", "warning",
        given={"reason": _("Funds insufficient") if is_cheque else ""}, is_grave=True,
    )  # fmt: skip


def _taking_back(row: MoneyRow) -> Deed:
    def run(work: Work, values: Values, today: dt.date, confirmed: bool) -> Id:
        return reverse_receipt(
            work,
            row.id,
            on=values["dated_on"],
            reason=values["reason"],
            today=today,
            date_confirmed=confirmed,
        )

    return Deed(
        "take_back", _("Take back"),
        _("It was entered by mistake, or the cheque was handed back. Every bill that it settled is open again."),
        _("Take back"), _("{number} taken back").format(number=row.number), run, ("dated_on", "reason"),
        "Ctrl+Shift+X", "undo", is_grave=True,
    )  # fmt: skip


def _undoing(made: Sequence[Settlement]) -> Deed:
    def run(work: Work, values: Values, today: dt.date, _confirmed: bool) -> Id:
        if values["claim"] is None:
            raise RuleBroken([Problem("REQUIRED", _("Choose what is undone."), "claim")])
        chosen = values["claim"].value
        asked = {"on": values["dated_on"], "reason": values["reason"]}
        if any(each.claim == chosen and each.is_write_off for each in made):
            return release(work, chosen, **asked)
        return undo_allocation(work, chosen, **asked, today=today)

    choices = tuple(Choice(each.claim, _settled_text(each), money_text(each.paise)) for each in made)
    return Deed(
        "undo", _("Undo a settlement"), _("What it settled is open again, and the money lies on account."),
        _("Undo"), _("Settlement undone"), run, ("claim", "dated_on", "reason"), "Ctrl+Z", "undo",
        given={"claim": made[0].claim}, choices={"claim": choices},
    )  # fmt: skip


def _settled_text(made: Settlement) -> str:
    numbers = [line.number for line in made.lines[:2]]
    more = len(made.lines) - len(numbers)
    named = ", ".join(numbers)
    if more:
        named = _("{bills} and {count} more").format(bills=named, count=more)
    if made.is_write_off:
        named = _("Written off: {bills}").format(bills=named)
    return _("{date}: {bills}").format(date=date_text(made.allocated_on), bills=named)
