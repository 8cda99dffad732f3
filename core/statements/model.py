"""The statement of account of one party, and what is owed by age: answers to questions, never logged.

Amounts are paise. A debit is what the party owes more, a credit what it owes less; the balance is their sum.
"""

import datetime as dt

from core.changes.record import Record
from core.ids import Id
from core.invoicing.model import Buyer, Seller

BUCKETS = ("not_due", "1-30", "31-60", "61-90", "91-180", "180+")
"""The ages of open bills in days past due, in the order every ageing keeps."""


class Entry(Record):
    """One paper or event in the party's account, with the balance after it."""

    dated_on: dt.date
    type: str
    number: str
    text: str = ""
    debit_paise: int = 0
    credit_paise: int = 0
    balance_paise: int = 0


class Statement(Record):
    """A party's account over a period. `buckets` pairs each of BUCKETS with what is open in it on `to_on`."""

    seller: Seller
    buyer: Buyer
    from_on: dt.date
    to_on: dt.date
    opening_paise: int = 0
    entries: tuple[Entry, ...] = ()
    closing_paise: int = 0
    buckets: tuple[tuple[str, int], ...] = ()


class AgeingRow(Record):
    """What one party owes, split over BUCKETS in their order."""

    party: Id
    code: str
    name: str
    total_paise: int
    buckets: tuple[int, ...]
