"""When goods or services were accepted, which the law counts its days from; interest as it is reckoned, and what of it
was charged.

Interest itself is never stored: it is reckoned anew from the bill, what was paid on it and the dated bank rate. Only
what a user charges becomes a paper, a debit note of core.invoicing.
"""

import datetime as dt
from typing import NamedTuple

from core.changes.record import Record
from core.ids import Id


class Acceptance(Record):
    """A fact: what a bill is for was delivered, and the buyer objected to it or not (MSMED Act, s. 2(b)).

    An objection counts when made in writing within 15 days of delivery; then the day of acceptance is the day on which
    the supplier removed it (`removed_on`), and none as long as he has not. Of several the one noted last counts.
    """

    document: Id
    delivered_on: dt.date
    objected_on: dt.date | None = None
    removed_on: dt.date | None = None
    noted_on: dt.date | None = None
    note: str = ""


class Booking(Record):
    """A claim: `note` is the `nth` debit note that charges interest on a bill, from a day up to another, which bears
    none any more. A second note of the same place is contested."""

    document: Id
    note: Id
    nth: int
    from_on: dt.date
    upto_on: dt.date
    interest_paise: int


class Taxing(Record):
    """A claim: `document` is the `nth` debit note that asks the tax on so much interest received under `note`."""

    note: Id
    document: Id
    nth: int
    paise: int


MSMED, AGREED = "msmed", "agreed"
"""By which right interest runs: the MSMED Act, s. 16, or what the parties agreed."""


class Moved(NamedTuple):
    """So much was paid on a day; below nought it was taken back, and is owed again from that day on."""

    on: dt.date
    paise: int


class BankRate(NamedTuple):
    """A yearly rate from a day on, until the next one; `is_confirmed` says that it was seen in a source."""

    from_on: dt.date
    rate_bp: int
    is_confirmed: bool = True


class Span(NamedTuple):
    """One line of the reckoning: from a day up to another, which bears no interest any more.

    Interest bears on the principal and on what interest was added to it at earlier rests (`compounded_paise`). Of a
    month `days` of its `of_days` are in the line; simple interest counts by the year of 365. `bank_bp` is the bank
    rate, nought where the rate was agreed. `paid_paise` and `settled_paise` came in on the first day: on the bill, and
    on the interest charged. `is_rest` says that interest is added to the principal after this line.
    """

    from_on: dt.date
    to_on: dt.date
    days: int
    of_days: int
    principal_paise: int
    compounded_paise: int
    bank_bp: int
    rate_bp: int
    interest_paise: int
    paid_paise: int = 0
    settled_paise: int = 0
    is_rest: bool = False
    is_confirmed: bool = True


class InterestSheet(NamedTuple):
    """Interest line by line. `unconfirmed_from` is the first day whose bank rate no source was seen for."""

    spans: tuple[Span, ...] = ()
    unconfirmed_from: dt.date | None = None

    @property
    def interest_paise(self) -> int:
        """All the interest of these lines."""
        return sum(span.interest_paise for span in self.spans)


class Clock(NamedTuple):
    """The days that the law or the agreement counts for one bill.

    `accepted_on` is None while an objection of the buyer stands; `is_noted` says that delivery was noted, and the
    bill's date is not just taken for it. `last_on` is the last day to pay in time, `starts_on` the first that bears
    interest; `is_capped` that the days agreed are cut to 45.
    """

    accepted_on: dt.date | None
    is_noted: bool = False
    agreed_on: dt.date | None = None
    last_on: dt.date | None = None
    starts_on: dt.date | None = None
    is_capped: bool = False


class BillInterest(NamedTuple):
    """Interest on one bill up to a day.

    `basis` is MSMED or AGREED, and empty when there is none: `reason` says why (core.interest.wording). `flags` are
    what is doubtful. `booked_paise` is what debit notes charged of it, `settled_paise` what was paid or given up of
    these.
    """

    document: Id
    number: str
    party: Id
    dated_on: dt.date
    amount_paise: int
    on: dt.date
    basis: str = ""
    reason: str = ""
    flags: tuple[str, ...] = ()
    clock: Clock = Clock(None)
    sheet: InterestSheet = InterestSheet()
    booked_paise: int = 0
    settled_paise: int = 0
    open_paise: int = 0

    @property
    def interest_paise(self) -> int:
        """All the interest that has run, charged or not, paid or not."""
        return self.sheet.interest_paise

    @property
    def unbooked_paise(self) -> int:
        """What has run and no debit note has charged yet."""
        return max(self.interest_paise - self.booked_paise, 0)

    @property
    def over_paise(self) -> int:
        """What was charged beyond what has run: a payment or an acceptance came to be known later."""
        return max(self.booked_paise - self.interest_paise, 0)
