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
    """What one party owes, split over BUCKETS in their order: open bills, net of what settled them.

    Money on account settles no bill yet, so it stands beside the buckets, never in them.
    """

    party: Id
    code: str
    name: str
    total_paise: int
    buckets: tuple[int, ...]
    on_account_paise: int = 0


class LatePayer(Record):
    """A party with bills past due: how much, and how late the oldest is."""

    party: Id
    name: str
    overdue_paise: int
    oldest_days: int


class Expected(Record):
    """What falls due in the week that starts on a day; what is overdue already stands apart."""

    from_on: dt.date
    due_paise: int


class TodayFigures(Record):
    """The figures of the first screen. `due_this_week` is what falls due from today over seven days."""

    on: dt.date
    outstanding_paise: int
    overdue_paise: int
    due_this_week_paise: int
    received_this_month_paise: int
    on_account_paise: int
    open_bills: int
    overdue_bills: int
    late_payers: tuple[LatePayer, ...] = ()
    expected: tuple[Expected, ...] = ()
