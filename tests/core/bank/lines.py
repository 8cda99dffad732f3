"""Lines of a bank and money of a book for tests of matching, in one line each."""

import datetime as dt
from collections.abc import Mapping, Sequence

from core.bank.matching import propose
from core.bank.names import Named, NameIndex
from core.bank.proposal import BankLine, Explain, Known, Money, Payable, Proposal
from core.ids import Id

DAY = dt.date(2026, 8, 10)
LOTUS, MANGO, SHREE = (bytes([n] * 16) for n in (1, 2, 3))
PARTIES = {
    LOTUS: "Lotus Foods Private Limited",
    MANGO: "Mango Electricals LLP",
    SHREE: "Shree Mahalakshmi Enterprises",
}
OWN = ("Nandi Instruments Private Limited",)
_count = iter(range(1, 10_000))


def an_id() -> Id:
    return next(_count).to_bytes(16, "big")


def line(rupees: int, description: str = "", *, days: int = 0, reference: str = "") -> BankLine:
    """A line so many days after DAY; money out is negative."""
    return BankLine(an_id(), DAY + dt.timedelta(days=days), rupees * 100, description, reference)


def money(
    rupees: int,
    party: Id = LOTUS,
    *,
    days: int = 0,
    mode: str = "neft",
    reference: str = "",
    cheque: str = "",
    slip: Id | None = None,
    type_: str = "RCT",
    parts: tuple[int, ...] = (),
) -> Money:
    """A paper of the book; a receipt unless told otherwise."""
    paper = an_id()
    return Money(
        paper, party, type_, f"{type_}/{int.from_bytes(paper)}", PARTIES[party], DAY + dt.timedelta(days=days),
        rupees * 100, mode, reference, cheque, slip, parts,
    )  # fmt: skip


def known(
    *,
    history: Mapping[str, Mapping[Id, int]] | None = None,
    payables: Sequence[Payable] = (),
    explain: Explain | None = None,
    learned: Mapping[Id, tuple[str, ...]] | None = None,
) -> Known:
    """The three parties, what earlier lines taught, and bills by number."""
    taught = learned or {}
    names = NameIndex(
        [Named(party, (name, *taught.get(party, ()))) for party, name in PARTIES.items()], own=OWN
    )
    keys: dict[str, list[Payable]] = {}
    for payable in payables:
        key = "".join(filter(str.isalnum, payable.number.casefold()))
        keys.setdefault(key, []).append(payable)
    return Known(names, PARTIES, history or {}, keys, explain)


def proposed(
    lines: Sequence[BankLine], papers: Sequence[Money] = (), what: Known | None = None
) -> list[Proposal]:
    """What is proposed for these lines."""
    return propose(lines, papers, what or known())


def only(lines: Sequence[BankLine], papers: Sequence[Money] = (), what: Known | None = None) -> Proposal:
    """The one proposal there is."""
    found = proposed(lines, papers, what)
    assert len(found) == 1, found
    return found[0]
