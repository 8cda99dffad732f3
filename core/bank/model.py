"""Bank accounts, the lines of their statements, and which receipts a line is.

A line is a fact; matching it is a claim, so that of two devices that match one line the first has it.
"""

import datetime as dt

from core.changes.record import Record
from core.ids import Id


class Layout(Record):
    """How a bank's CSV or Excel statement is read: the header each column goes by. Remembered for the account.

    `preset` is the key of a bank whose layout ships (core/bank/data/presets.json); the columns override it where named.
    `day_first` says how dates with slashes are meant; None where the file proves it.
    """

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


class BankAccount(Record):
    """An account of the company's, as the master record knows it now."""

    name: str = ""
    bank: str = ""
    number: str = ""
    ifsc: str = ""
    layout: Layout = Layout()
    opened_on: dt.date | None = None
    opening_paise: int = 0
    archived: bool = False


class Line(Record):
    """A line of a bank's statement: money in is positive, money out negative; `balance_paise` as the bank tells it.

    Its id is made of the account and what the bank states (core.bank.rules.line_id), so that no import doubles it:
    `nth` counts equal lines of one day. `place` is where the file has it among its day's lines, the first being 1;
    `reference` what names the payment (a UTR, an RRN, a cheque's number), as the importing device read it.
    """

    account: Id
    dated_on: dt.date
    paise: int
    description: str = ""
    reference: str = ""
    value_on: dt.date | None = None
    balance_paise: int | None = None
    nth: int = 1
    source: str = ""
    place: int = 0


class MatchedPaper(Record):
    """A paper of the book that moved money, and how much: what came in positive, what went out negative."""

    paper: Id
    paise: int
    number: str = ""


class Match(Record):
    """A claim: these lines are this money, to the paisa. Each line and each paper is matched once.

    Without papers the lines are the bank's own entry and its taking back; without lines the papers are money that the
    bank never saw (a cheque handed back before it was paid in).

    `reason` says how it was found, in the words of core.bank.matching; `confidence` in per cent.
    """

    lines: tuple[Id, ...]
    papers: tuple[MatchedPaper, ...]
    matched_on: dt.date
    reason: str = ""
    confidence: int = 100

    @property
    def number(self) -> str:
        """The numbers of its papers, by which people know the match."""
        return ", ".join(filter(None, (paper.number for paper in self.papers)))


class SetAside(Record):
    """A claim: this line is no customer's money (a charge, a transfer between own accounts, something private)."""

    line: Id
    set_aside_on: dt.date
    reason: str
    note: str = ""


class Unmatching(Record):
    """A claim: a match, or a line's being set aside, is undone."""

    claim: Id
    undone_on: dt.date
    reason: str = ""
