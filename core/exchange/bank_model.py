"""What the interchange file tells of the bank and of tax deducted from us: accounts, lines of statements and which
money they are, credits as the department shows them, and certificates.

Lines and credits bear the number of the match or link that they belong to, so that each stands with what it says.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from core.exchange.document_model import FileReference
from core.exchange.parts import Part

Label = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
Nth = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Quarter = Annotated[int, msgspec.Meta(ge=1, le=4)]
Year = Annotated[int, msgspec.Meta(ge=1990, le=9000)]


class FileLayout(Part):
    """How a bank's file is read: the header that each column goes by, or the preset of a bank."""

    preset: str = ""
    date: str = ""
    value_date: str = ""
    description: str = ""
    reference: str = ""
    withdrawal: str = ""
    deposit: str = ""
    amount: str = ""
    sign: str = ""
    balance: str = ""
    day_first: bool | None = None


class FileBankAccount(Part):
    """An account of the company's own; `code` is what the file calls it by."""

    code: str
    name: str
    bank: str = ""
    number: str = ""
    ifsc: str = ""
    layout: FileLayout | None = None
    opened_on: dt.date | None = None
    opening: Decimal | None = None
    archived: bool = False


class FileAside(Part):
    """That a line is no customer's money."""

    on: dt.date
    reason: str
    note: str = ""


class FileBankLine(Part):
    """A line of a statement: money in is positive, money out negative."""

    account: str
    date: dt.date
    amount: Decimal
    description: str = ""
    reference: str = ""
    value_date: dt.date | None = None
    balance: Decimal | None = None
    nth: Nth = 1
    source: str = ""
    place: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)] = 0
    match: Label | None = None
    set_aside: FileAside | None = None


class FileMatchedPaper(FileReference):
    """A paper that moved money, and how much: in positive, out negative."""

    amount: Decimal
    type: Literal["RCT", "RVS", "PBK", "RCV", "RFV"] = "RCT"


class FileMatch(Part):
    """Which money the lines are that bear this number."""

    match: Label
    on: dt.date
    papers: tuple[FileMatchedPaper, ...] = ()
    reason: str = ""
    confidence: Percent = 100


class FileClaimed(Part):
    """That a credit was taken in the return of a financial year, on a day."""

    year: Year
    on: dt.date
    deducted: Decimal | None = None


class FileSeen(Part):
    """A credit of tax as Form 26AS, Form 168 or the GST portal shows it."""

    form: Literal["26AS", "168", "GST"]
    tan: str
    code: str
    year: Year
    quarter: Quarter
    paid_on: dt.date
    paid: Decimal
    deducted: Decimal
    deposited: Decimal
    deductor: str = ""
    status: Literal["F", "U", "P", "O", "Z"] = "F"
    booked_on: dt.date | None = None
    nth: Nth = 1
    source: str = ""
    seen_on: dt.date | None = None
    link: Label | None = None
    claimed: FileClaimed | None = None
    forms: tuple[Label, ...] = ()


class FileTdsForm(Part):
    """A form of a whole year as it was on a day: what bears its number stood in it, and nothing else."""

    form: Label
    year: Year
    made_on: dt.date
    source: str = ""


class FileTdsLink(Part):
    """That the credits which bear this number are the tax that these receipts tell."""

    link: Label
    on: dt.date
    receipts: tuple[FileReference, ...]
    note: str = ""


class FileCertificate(Part):
    """A certificate that is held."""

    form: Literal["16A", "131", "GSTR-7A"]
    number: str
    tan: str
    code: str
    year: Year
    quarter: Quarter
    deducted: Decimal
    issued_on: dt.date | None = None
    party: str | None = None
    note: str = ""
