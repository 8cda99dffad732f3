"""What papers print that no other record holds: the bills a receipt settles, the cheques of a pay-in slip.

Amounts are paise.
"""

import datetime as dt
from typing import NamedTuple

from core.invoicing.model import Seller


class Settled(NamedTuple):
    """A bill that a receipt settles, wholly or in part: its value, and how much of it this receipt pays."""

    number: str
    dated_on: dt.date
    amount_paise: int
    settled_paise: int


class SlipCheque(NamedTuple):
    """A cheque as a pay-in slip names it; `drawer` is who wrote it."""

    number: str
    dated_on: dt.date
    bank: str
    drawer: str
    amount_paise: int


class PayIn(NamedTuple):
    """A pay-in slip: cheques handed to our bank on a day, into this account."""

    seller: Seller
    deposited_on: dt.date
    bank: str
    account: str
    ifsc: str
    cheques: tuple[SlipCheque, ...]
    number: str = ""
    language: str = "en"
