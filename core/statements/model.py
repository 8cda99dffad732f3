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
    """One paper or event in the party's account, with the balance after it.

    `paper` is the paper concerned, of the type `paper_type`: of a cancellation the document, of a bounce the receipt.
    """

    dated_on: dt.date
    type: str
    number: str
    text: str = ""
    debit_paise: int = 0
    credit_paise: int = 0
    balance_paise: int = 0
    paper: Id = b""
    paper_type: str = ""


class ChequeHeld(Record):
    """A post-dated cheque in hand, by the receipt given for it; it counts from `cheque_on`, not before."""

    receipt: str
    cheque: str
    cheque_on: dt.date
    bank: str
    amount_paise: int


class Statement(Record):
    """A party's account over a period. `buckets` pairs each of BUCKETS with what is open in it on `aged_on`.

    `on_account_paise` is what of receipts and credit notes has settled no bill by then, and `cheques` are those not
    yet of their date: these are in no balance.
    """

    seller: Seller
    buyer: Buyer
    from_on: dt.date
    to_on: dt.date
    opening_paise: int = 0
    entries: tuple[Entry, ...] = ()
    closing_paise: int = 0
    buckets: tuple[tuple[str, int], ...] = ()
    aged_on: dt.date | None = None
    on_account_paise: int = 0
    cheques: tuple[ChequeHeld, ...] = ()
    language: str = "en"


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
    """The figures of the first screen. `due_this_week` is what falls due from today over seven days.

    `by_cheque_paise` is what post-dated cheques in hand will settle: owed until their days, so it stands in the ageing,
    yet in neither of the amounts open, since nobody chases it.
    """

    on: dt.date
    outstanding_paise: int
    overdue_paise: int
    due_this_week_paise: int
    received_this_month_paise: int
    on_account_paise: int
    open_bills: int
    overdue_bills: int
    by_cheque_paise: int = 0
    late_payers: tuple[LatePayer, ...] = ()
    expected: tuple[Expected, ...] = ()


class GroupRow(Record):
    """What the parties of one group, salesperson or branch owe, split over BUCKETS; `name` is empty where a party has
    none."""

    name: str
    parties: int
    total_paise: int
    buckets: tuple[int, ...]
    on_account_paise: int = 0


class OpenBill(Record):
    """A paper that was not settled on a day: `open_paise` of it, negative for a credit."""

    type: str
    number: str
    dated_on: dt.date
    due_on: dt.date
    amount_paise: int
    open_paise: int


class Confirmation(Record):
    """A letter that asks a party to confirm what it owes on a day, as auditors want it.

    `bills` are what makes up the balance; what of it they do not explain stands in `rest_paise` (money that counts
    for the books on another day than for the bill, after a close).
    """

    seller: Seller
    buyer: Buyer
    on: dt.date
    dated_on: dt.date
    balance_paise: int
    bills: tuple[OpenBill, ...] = ()
    rest_paise: int = 0
    language: str = "en"


class TrialRow(Record):
    """An account of the trial balance: its name in words and its balance on the one side or the other."""

    account: str
    name: str
    debit_paise: int
    credit_paise: int


class TrialBalance(Record):
    """Every account that is not at nought at the end of a day; both sides come to the same."""

    on: dt.date
    rows: tuple[TrialRow, ...]
    debit_paise: int
    credit_paise: int


class Finding(Record):
    """What an owner should look at before closing a period: what it is, how many, and which (the first few)."""

    code: str
    message: str
    count: int
    names: tuple[str, ...] = ()
    records: tuple[Id, ...] = ()


class MonthFigures(Record):
    """How money came in a month. Money is paise, days are hundredths of a day, shares hundredths of a per cent; None
    where there is nothing to divide by.

    `sales_paise` are invoices and debit notes less credit notes and cancellations. `open_paise` and `overdue_paise`
    are of the month's end, before money on account. `dso` is by count-back: the open amount exhausts the sales of the
    latest months, day by day; `simple_dso` is the open amount over the sales of the last three months; `best_dso` is
    the same with what is not yet due. `cei` is collection effectiveness: how much of what could be collected was.
    `late` and `taken` are the mean days past due and since the bill of the month's payments, by their rupees; the
    plain ones count each payment of a bill once. Early payments are no days late.
    """

    month: str
    sales_paise: int
    received_paise: int
    open_paise: int
    overdue_paise: int
    dso: int | None
    simple_dso: int | None
    best_dso: int | None
    cei: int | None
    payments: int
    paid_paise: int
    late: int | None
    late_plain: int | None
    taken: int | None
    taken_plain: int | None
