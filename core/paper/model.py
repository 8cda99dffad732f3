"""What papers print that no other record holds: which bills a receipt settles, as the caller found it.

Amounts are paise.
"""

import datetime as dt
from typing import NamedTuple


class Settled(NamedTuple):
    """A bill that a receipt settles, wholly or in part: its value, and how much of it this receipt pays."""

    number: str
    dated_on: dt.date
    amount_paise: int
    settled_paise: int
