"""The TDS to expect of what is being typed, in figures and in words. Free of Qt."""

from typing import NamedTuple

from core.facts import Facts
from core.receipts.bills import likely_tds
from core.receipts.rules import tds_rate_bp
from core.words import money_text, rate_text
from core.words import translate as _
from desktop.screens.receipts.allotment import Allotment
from desktop.screens.receipts.values import Values


class Expected(NamedTuple):
    """So much may have been kept back, and the sentence that says so."""

    paise: int
    text: str


def expected(values: Values, allotment: Allotment, pan: str) -> Expected | None:
    """What the payer is likely to have kept back; None without a code, a rate or a sum. `pan` is the company's own."""
    code, money, on = values["tds_code"], values["amount"], values["dated_on"]
    if code is None or on is None or not money:
        return None
    rate = tds_rate_bp(code.value, on, Facts.in_force(), pan=pan)
    if rate is None:
        return None
    # Money that settles whole bills, but for paise, leaves nothing that was kept back.
    if allotment.is_whole(money):
        return Expected(0, _("Whole bills are paid: nothing seems kept back"))
    paise = likely_tds(allotment.bills, money, rate)
    sentence = _("{amount} may be expected: {rate} of the value without GST")
    return Expected(paise, sentence.format(amount=money_text(paise), rate=rate_text(rate)))
