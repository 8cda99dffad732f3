"""Why a payment is short: what the explainer finds, and how an accepted answer is recorded. Free of Qt."""

import datetime as dt
from collections.abc import Iterable, Mapping

from core.facts import Facts
from core.ids import Id
from core.ledger.wording import write_off_words
from core.receipts.model import Deduction, ForeignMoney
from core.receipts.rules import ForeignBill, ForeignShare, foreign_paise, foreign_share
from core.shortfall.model import Explanation
from core.shortfall.queries import payer_of
from core.shortfall.rules import explain
from core.words import amount_text, money_text
from core.words import translate as _
from desktop.ports import Choice, Reader
from desktop.screens.receipts.allotment import Allotment
from desktop.screens.receipts.values import Values, deductions_of

_BANK_CHARGE, _EXCHANGE = "bank_charge", "exchange"


def explanations(
    party: Id, amount_paise: int, on: dt.date, text: str, chosen: Iterable[Id] | None, reader: Reader
) -> list[Explanation]:
    """The likeliest explanations of what came in, best first."""
    facts = Facts.in_force()
    payer, bills = payer_of(reader, party, on, facts)
    return explain(amount_paise, bills, payer, on, facts, chosen=chosen, text=text)


def credit_in(explanation: Explanation, amount_paise: int) -> int:
    """What settles bills by an explanation: money, what was kept back, credits used, and what is given up."""
    kept = sum(deduction.paise for deduction in explanation.deductions)
    used = sum(credit.open_paise for credit in explanation.credits_used)
    return amount_paise + kept + used + explanation.write_off_paise


def settled_by(explanation: Explanation) -> dict[Id, int]:
    """What of each bill it settles, in whatever way."""
    return {line.document: line.paise for line in explanation.lines}


def shown_deductions(explanation: Explanation) -> Mapping[str, object]:
    """The first TDS and the first other deduction, as the form shows them."""
    tds = next((one for one in explanation.deductions if one.kind == "tds"), None)
    other = next((one for one in explanation.deductions if one.kind != "tds"), None)
    return {
        "tds_code": None if tds is None else tds.code,
        "tds": None if tds is None else tds.paise,
        "other_kind": None if other is None else other.kind,
        "other": None if other is None else other.paise,
    }


def reason_choices() -> list[Choice]:
    """Why an amount is given up."""
    return [Choice(code, name, told) for code, (name, told) in write_off_words().items()]


def money_in(values: Values, currency: str) -> ForeignMoney | None:
    """The foreign money that the form holds; None where it is not filled."""
    amount, rate = values["foreign_amount"], values["foreign_rate"]
    if not currency or not amount or not rate or amount < 0 or rate < 0:
        return None
    return ForeignMoney(currency, amount // 10, rate * 100)


def currency_of(allotment: Allotment) -> str:
    """The currency of the party's oldest bill in foreign currency; empty where every bill is in rupees."""
    foreign = (bill.foreign for bill in allotment.bills if bill.foreign is not None)
    return next((one.currency for one in foreign), "")


def share_of(money: ForeignMoney, allotment: Allotment) -> ForeignShare:
    """What the money settles at the bills' own rates; of bills chosen by hand those alone."""
    chosen = allotment.chosen()
    bills = [
        ForeignBill(bill.item.paper, bill.item.open_paise, bill.foreign.rate_millionths)
        for bill in allotment.bills
        if bill.foreign is not None
        and bill.foreign.currency == money.currency
        and (chosen is None or bill.item.paper in chosen)
    ]
    return foreign_share(money, bills)


def foreign_deductions(values: Values, money: ForeignMoney, share: ForeignShare) -> tuple[Deduction, ...]:
    """What was kept back of foreign money: as typed, the rest of its value as the banks' charges, and gain or loss."""
    typed = deductions_of(values)
    value = foreign_paise(money.hundredths, money.rate_millionths)
    rest = value - (values["amount"] or 0) - sum(deduction.paise for deduction in typed)
    charges = (Deduction(_BANK_CHARGE, rest),) if rest > 0 else ()
    gain = (Deduction(_EXCHANGE, -share.gain_paise),) if share.gain_paise else ()
    return (*typed, *charges, *gain)


def exchange_text(values: Values, money: ForeignMoney, share: ForeignShare) -> str:
    """What the form says below the rate: the value, what the banks kept, what the rate brought or cost."""
    value = foreign_paise(money.hundredths, money.rate_millionths)
    said = [
        _("{currency} {amount} come to {value}").format(
            currency=money.currency, amount=amount_text(money.hundredths), value=money_text(value)
        )
    ]
    rest = value - (values["amount"] or 0) - sum(one.paise for one in deductions_of(values))
    if rest > 0 and values["amount"] is not None:
        said.append(_("{amount} kept by the banks").format(amount=money_text(rest)))
    if share.gain_paise > 0:
        said.append(_("{amount} gained by the rate").format(amount=money_text(share.gain_paise)))
    if share.gain_paise < 0:
        said.append(_("{amount} lost by the rate").format(amount=money_text(-share.gain_paise)))
    return "; ".join(said)
