"""What matching works with: lines, money of the book, what is known beside them, and the proposals it makes. Pure."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from core.bank.names import NameIndex
from core.ids import Id
from core.shortfall.model import Explanation

CERTAIN = 90
"""From this confidence on, and with nothing else that could be meant, a proposal is certain."""


class BankLine(NamedTuple):
    """A line of a statement still open: money in is positive, money out negative."""

    id: Id
    dated_on: dt.date
    paise: int
    description: str
    reference: str = ""


class Money(NamedTuple):
    """A paper of the book that moved money through the bank, not matched yet; what went out is negative.

    `type` is RCT, RCV, RFV, RVS or PBK; `cheque` its six digits; `slip` the deposit it was handed in with; `parts`
    the lines it makes at the bank when these are known to be several (a bounce and the bank's charge for it);
    `elsewhere` the name of another account than the lines', when the paper itself names one.
    """

    paper: Id
    party: Id
    type: str
    number: str
    name: str
    dated_on: dt.date
    paise: int
    mode: str = "neft"
    reference: str = ""
    cheque: str = ""
    slip: Id | None = None
    parts: tuple[int, ...] = ()
    elsewhere: str = ""


class Payable(NamedTuple):
    """A bill still open, to be found by its number in a line's text."""

    document: Id
    party: Id
    number: str
    open_paise: int


class NewReceipt(NamedTuple):
    """A receipt to be recorded from a line, its bills as explained; without an explanation it stays on account."""

    party: Id
    name: str
    amount_paise: int
    mode: str
    reference: str
    explanation: Explanation | None = None
    cheque: str = ""


class Credit(NamedTuple):
    """Money that lies on account of a party, from a receipt or a credit note: it may be given back."""

    paper: Id
    number: str
    open_paise: int
    dated_on: dt.date


class NewBounce(NamedTuple):
    """A receipt that the bank returned by a line out, to be taken back; what it took for that is `charges_paise`."""

    receipt: Money
    charges_paise: int = 0


class NewPayback(NamedTuple):
    """Money given back by a line out, to be recorded: so much of a credit of the party."""

    party: Id
    name: str
    credit: Id
    credit_number: str
    amount_paise: int
    mode: str
    reference: str = ""


class Proposal(NamedTuple):
    """What lines may be: money of the book (`papers`), a new receipt, a bounce or payback to be recorded, or nothing
    of a customer's (`aside`).

    `hindrance` says why it cannot be accepted as it is; it is shown all the same. `reason` says why in words,
    `arithmetic` line by line; `confidence` is 0 to 100. Only a `certain` one may be taken unseen: nothing else could
    be meant.
    """

    lines: tuple[Id, ...]
    papers: tuple[Money, ...] = ()
    new: NewReceipt | None = None
    aside: str = ""
    confidence: int = 0
    reason: str = ""
    certain: bool = False
    arithmetic: tuple[str, ...] = ()
    days: int = 0
    bounce: NewBounce | None = None
    payback: NewPayback | None = None
    hindrance: str = ""

    @property
    def recorded(self) -> NewReceipt | NewBounce | NewPayback | None:
        """The paper that accepting it records first."""
        return self.new or self.bounce or self.payback

    @property
    def taken(self) -> tuple[Id, ...]:
        """The lines and papers that only one proposal may have."""
        return (*self.lines, *(money.paper for money in self.papers))


Explain = Callable[[Id, BankLine], Sequence[Explanation]]
"""How what a party paid by a line settles its bills: the likeliest first."""


class Known(NamedTuple):
    """What the book knows beside lines and money."""

    names: NameIndex
    parties: Mapping[Id, str]
    history: Mapping[str, Mapping[Id, int]]
    payables: Mapping[str, Sequence[Payable]]
    explain: Explain | None = None
    explained_max: int = 1_000
    asides: Mapping[tuple[str, bool], Mapping[str, int]] = MappingProxyType({})
    returnable: Sequence[Money] = ()
    credits: Mapping[Id, Sequence[Credit]] = MappingProxyType({})
    """`asides`: why lines of a payer were set aside before, by the payer's name and whether money came in;
    `returnable`: receipts of the last months that the bank may have returned; `credits`: what lies on account."""
