"""A short payment and what explains it. Nothing here is stored: it is found again from bills and receipts.

Amounts are paise, rates basis points, chances tenths of a bit (ten points: half as likely).
"""

import datetime as dt
from typing import NamedTuple

from core.ids import Id
from core.receipts.model import Deduction


class Bill(NamedTuple):
    """A bill still to be paid: what is open of it, and what of its whole value TDS and GST-TDS are reckoned on.

    `is_of_services`: all of it has accounting codes of services (SAC 99).
    """

    document: Id
    number: str
    open_paise: int
    amount_paise: int
    tds_base_paise: int
    gst_base_paise: int
    due_on: dt.date
    dated_on: dt.date
    is_of_services: bool = False


class Credit(NamedTuple):
    """A credit note, an advance or money on account that the payer may have set off."""

    paper: Id
    number: str
    open_paise: int
    type: str = "CRN"


class Habit(NamedTuple):
    """What a payer kept back in `times` of its earlier receipts; `on_gross` when it reckons on the value with GST."""

    kind: str
    code: str = ""
    rate_bp: int = 0
    on_gross: bool = False
    times: int = 1


class Payer(NamedTuple):
    """What is known of who paid.

    `tds_codes` are (code, rate) as agreed, the usual one first; `retention_bp` is what the contract lets it keep;
    `receipts` is how many earlier receipts the habits were read from. `payee_pan` is ours: a contractor who is a person
    bears a lower rate.
    """

    kind: str = "registered"
    tds_codes: tuple[tuple[str, int], ...] = ()
    gst_tds: bool = False
    retention_bp: int = 0
    credits: tuple[Credit, ...] = ()
    habits: tuple[Habit, ...] = ()
    receipts: int = 0
    payee_pan: str = ""


class Explained(NamedTuple):
    """So much of this bill is settled, in whatever way."""

    document: Id
    paise: int


class Explanation(NamedTuple):
    """One way in which the money comes out to the paisa, always.

    money + deductions + credits used + written off = bills settled + on account. `score` is 1,000 less ten for each
    halving of its chance. `is_certain`: it alone is likely, no bill is paid in part, nothing is given up, and whatever
    was kept back is agreed, usual or lawful; then it may be accepted without a look. `flags` name what deserves a
    remark: tds_on_gross, part, on_account, open, write_off. `sentence` sums it up; `arithmetic` is the sum, line by
    line.
    """

    lines: tuple[Explained, ...]
    deductions: tuple[Deduction, ...]
    credits_used: tuple[Credit, ...]
    write_off_paise: int
    on_account_paise: int
    score: int
    is_certain: bool = False
    flags: tuple[str, ...] = ()
    sentence: str = ""
    arithmetic: tuple[str, ...] = ()
