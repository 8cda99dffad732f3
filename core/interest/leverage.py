"""What late payment costs the buyer himself, by his own law: sentences for reminders and letters. Pure.

Sources: CGST Act, s. 16(2), second proviso, and CGST Rules, 37: the input tax credit on what is unpaid 180 days after
the invoice's date is given back with interest, until it is paid; not on supplies under reverse charge. Income-tax Act
1961, s. 43B(h), for bills of 1 April 2023 on, and Income-tax Act 2025, s. 37(2)(g), for those of 1 April 2026 on: what
is owed to a micro or small enterprise beyond the time of MSMED Act, s. 15, is deducted only in the year of payment; the
section of the new Act was seen in a secondary source alone. MSMED Act, s. 23: the interest is no deduction at all.
"""

import datetime as dt
from typing import NamedTuple

from core.fiscal import financial_year, year_bounds
from core.gst.party_kind import PartyKind
from core.interest.model import Clock
from core.invoicing.model import Document
from core.money import half_up
from core.words import date_text, money_text
from core.words import translate as _

ITC_DAYS = 180
_DEFERRED_FROM, _NEW_ACT_FROM = dt.date(2023, 4, 1), dt.date(2026, 4, 1)
_TAKES_CREDIT = (PartyKind.REGISTERED, PartyKind.SEZ, PartyKind.DEEMED_EXPORT)


class Leverage(NamedTuple):
    """What the buyer loses by one unpaid bill; a day is None where that law does not touch him.

    `itc_on` is the last day to pay and keep `itc_paise` of credit; `last_on` the last to pay in time and deduct
    `deduction_paise` in the year that ends on `year_ends_on`.
    """

    number: str
    on: dt.date
    itc_on: dt.date | None = None
    itc_paise: int = 0
    last_on: dt.date | None = None
    deduction_paise: int = 0
    section: str = ""
    year_ends_on: dt.date | None = None

    @property
    def is_itc_lost(self) -> bool:
        """Whether the 180 days are over."""
        return self.itc_on is not None and self.on > self.itc_on

    @property
    def is_late(self) -> bool:
        """Whether the time of the MSMED Act is over."""
        return self.last_on is not None and self.on > self.last_on

    def sentences(self) -> list[str]:
        """What to tell the buyer, a sentence each; none where neither law touches him."""
        return [text for text in (self._credit(), self._deduction()) if text]

    def _credit(self) -> str:
        if self.itc_on is None or not self.itc_paise:
            return ""
        text = (
            _(
                "{number} is unpaid more than 180 days after its date, so input tax credit of {amount} is to be "
                "reversed with interest since {date} (CGST Act, s. 16(2), second proviso; CGST Rules, 37)."
            )
            if self.is_itc_lost
            else _(
                "If {number} is unpaid after {date}, 180 days from its date, input tax credit of {amount} is to be "
                "reversed with interest (CGST Act, s. 16(2), second proviso; CGST Rules, 37)."
            )
        )
        return text.format(number=self.number, amount=money_text(self.itc_paise), date=date_text(self.itc_on))

    def _deduction(self) -> str:
        if self.last_on is None or self.year_ends_on is None or not self.deduction_paise:
            return ""
        if not self.is_late:
            text = _(
                "If {number} is not paid by {date}, {amount} is deducted only in the year of payment ({section})."
            )
        elif self.on <= self.year_ends_on:
            text = _(
                "{number} was to be paid by {date}; unless it is paid by {year_end}, {amount} is deducted only in the "
                "year of payment ({section})."
            )
        else:
            text = _(
                "{number} was to be paid by {date} and is unpaid since its year ended on {year_end}: {amount} is "
                "deducted only in the year of payment ({section})."
            )
        return text.format(
            number=self.number,
            date=date_text(self.last_on),
            year_end=date_text(self.year_ends_on),
            amount=money_text(self.deduction_paise),
            section=self.section,
        )


def leverage(document: Document, on: dt.date, *, open_paise: int, clock: Clock | None = None) -> Leverage:
    """What the buyer loses while so much of a bill is unpaid; `clock` is that of the MSMED Act, None where the company
    is no micro or small enterprise. In proportion to what is unpaid (CGST Rules, 37(1))."""
    totals = document.totals
    value = totals.invoice_value_paise
    found = Leverage(document.number, on)
    if document.opening or open_paise <= 0 or value <= 0:
        return found
    tax = totals.igst_paise + totals.cgst_paise + totals.sgst_paise + totals.cess_paise
    takes_credit = document.buyer.kind in _TAKES_CREDIT and not document.reverse_charge
    if takes_credit and tax:
        itc_on = document.dated_on + dt.timedelta(days=ITC_DAYS)
        found = found._replace(itc_on=itc_on, itc_paise=half_up(tax * open_paise, value))
    may_deduct = document.buyer.kind not in (PartyKind.UNREGISTERED, PartyKind.OVERSEAS, PartyKind.GOVERNMENT)
    if clock is None or clock.last_on is None or not may_deduct or document.dated_on < _DEFERRED_FROM:
        return found
    cost = value - tax if takes_credit else value
    return found._replace(
        last_on=clock.last_on,
        deduction_paise=half_up(cost * open_paise, value),
        section=_section(document.dated_on),
        year_ends_on=year_bounds(financial_year(document.dated_on))[1],
    )


def _section(on: dt.date) -> str:
    if on < _NEW_ACT_FROM:
        return _("Income-tax Act 1961, s. 43B(h)")
    return _("Income-tax Act 2025, s. 37(2)(g)")
