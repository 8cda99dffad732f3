"""What the interchange file tells of money beside the papers: cheques, money taken back and given back, what was
written off, interest, deliveries, and periods closed.

docs/interchange.md describes every key.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from core.exchange.document_model import FileReference
from core.exchange.parts import FilePerson, Mode, Part

CreditType = Literal["RCT", "CRN", "INV", "DBN", "RCV"]
"""What may pay money given back; an invoice or debit note that lessens what it corrects gives credit too."""
SettledType = Literal["INV", "DBN", "CRN", "RCT", "RCV", "PBK"]
Nth = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Month = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class FileCheque(Part):
    """A cheque as its drawer wrote it."""

    number: str
    date: dt.date
    bank: str = ""
    branch: str = ""


class FileForeignMoney(Part):
    """What came in foreign currency, and the rupees that one unit of it came to."""

    currency: str
    amount: Decimal
    rate: Decimal


class FileCredit(FileReference):
    """A paper that gives credit."""

    type: CreditType = "RCT"


class FilePaid(FileCredit, kw_only=True):
    """So much of a credit went into money given back; with `until` it was undone from that day on."""

    amount: Decimal
    on: dt.date | None = None
    until: dt.date | None = None
    reason: str = ""


class FilePayback(Part):
    """Money given back to a party in credit. Without `paid` all of it came from its credit on its own day."""

    number: str
    date: dt.date
    party: str
    credit: FileCredit
    amount: Decimal
    mode: Mode = "neft"
    reference: str = ""
    reason: str = ""
    bank_account: str = ""
    language: str | None = None
    paid: tuple[FilePaid, ...] | None = None
    seller: FilePerson | None = None
    buyer: FilePerson | None = None


class FileTakenBack(FileReference):
    type: Literal["RCT", "PBK"] = "RCT"


class FileReversal(Part):
    """A receipt, or money given back, taken back: what it had settled is open again."""

    number: str
    date: dt.date
    paper: FileTakenBack
    cause: Literal["bounced", "mistake"] = "bounced"
    reason: str = ""
    charges: Decimal | None = None


class FileDeposit(Part):
    """Cheques handed to our bank by one pay-in slip."""

    date: dt.date
    receipts: tuple[FileReference, ...]
    bank_account: str = ""
    slip: str = ""


class FileClearing(FileReference):
    """The day on which the bank credited a receipt."""

    on: dt.date


class FileWriteOff(FileReference):
    """So much of what is open of a paper given up; with `until` that was undone from that day on.

    With `receipt` it was given up with that receipt: what takes the money back gives this back too.
    """

    on: dt.date
    amount: Decimal
    reason: Literal["rounding", "bad_debt", "settlement"]
    type: SettledType = "INV"
    note: str = ""
    receipt: FileReference | None = None
    until: dt.date | None = None
    undone_reason: str = ""


class FileReopened(Part):
    on: dt.date
    reason: str


class FileClose(Part):
    """The books closed up to a day; `first` is the earliest month that was looked at for it."""

    through: dt.date
    on: dt.date
    first: Month | None = None
    note: str = ""
    reopened: FileReopened | None = None


class FileAcceptance(FileReference):
    """When what a bill is for was delivered, and an objection with its end; of several the last counts."""

    delivered_on: dt.date
    type: Literal["INV", "DBN"] = "INV"
    objected_on: dt.date | None = None
    removed_on: dt.date | None = None
    noted_on: dt.date | None = None
    note: str = ""


class FileTaxed(FileReference):
    """The debit note that asked the tax on so much interest received."""

    amount: Decimal
    nth: Nth = 1


class FileInterest(FileReference):
    """The debit note `note` charged interest on a bill, from a day up to another that bears none any more."""

    note: FileReference
    from_on: dt.date = msgspec.field(name="from")
    upto_on: dt.date = msgspec.field(name="upto")
    amount: Decimal
    type: Literal["INV", "DBN"] = "INV"
    nth: Nth = 1
    taxed: tuple[FileTaxed, ...] = ()
