"""What the department and the deductor say of tax deducted from us: facts, and the claim made on them.

What was expected and deducted follows from documents and receipts and is never stored.
"""

import datetime as dt

from core.changes.record import Record
from core.ids import Id

FORMS = ("26AS", "168", "GST")
"""Form 26AS to 31 March 2026, Form 168 from then on; GST: the TDS and TCS credit received, of the GST portal."""

STATUSES = ("F", "U", "P", "O", "Z")
"""Of booking: final, unmatched, provisional, overbooked, mismatched. Only a final one is a credit to rely on."""


class Seen(Record):
    """A credit as the department shows it. `year` is the year in which the financial year begins.

    `code` is the section (194C) or the payment code (1024) as printed; `status` F (final), U, P, O, Z; amounts in
    paise; a reversal's are negative. For GST-TDS `tan` is the deductor's GSTIN and `code` "51". `nth` counts equal
    lines of one form; the record's id is made of all of it but `source` and `seen_on` (core.tds.rules.seen_id), so
    that no import doubles it. `seen_on` is the day on which the department made the file.
    """

    form: str
    tan: str
    deductor: str
    code: str
    year: int
    quarter: int
    paid_on: dt.date
    paid_paise: int
    deducted_paise: int
    deposited_paise: int
    status: str = "F"
    booked_on: dt.date | None = None
    nth: int = 1
    source: str = ""
    seen_on: dt.date | None = None


class FormSeen(Record):
    """A form as it was on the day the department made it: all its lines of one financial year.

    A line goes by what stays the same of it (core.tds.rules.line_id). What the newest form shows no more, because the
    deductor corrected his statement, is no credit any more.

    Kept of forms 26AS and 168, which tell a whole year; its id is made of all of it (core.tds.rules.form_id).
    """

    year: int
    made_on: dt.date
    lines: tuple[Id, ...]
    source: str = ""


class Certificate(Record):
    """A certificate of the deductor: Form 16A to 31 March 2026, Form 131 from then on, or GSTR-7A."""

    form: str
    number: str
    tan: str
    code: str
    year: int
    quarter: int
    deducted_paise: int
    issued_on: dt.date | None = None
    party: Id | None = None
    note: str = ""


class Linked(Record):
    """A claim: these credits are the tax that these receipts say was deducted (what the rules could not tell)."""

    seen: tuple[Id, ...]
    receipts: tuple[Id, ...]
    linked_on: dt.date
    note: str = ""


class Claimed(Record):
    """A claim: this credit is taken in the return of a financial year (its first year), on a day.

    `line` is what stays the same of the credit while its status changes (core.tds.rules.line_id).
    """

    line: Id
    year: int
    claimed_on: dt.date
    deducted_paise: int


class TdsUndone(Record):
    """A claim: a link, or the note that a credit was claimed, is undone."""

    claim: Id
    undone_on: dt.date
    reason: str = ""
