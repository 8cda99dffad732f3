"""What the papers of a file settle among themselves, and what is open of each: as an import would leave it.

What the file allocates by name comes first; then each credit note that names nothing settles its original as far as
that is open, and each correction that lessens a paper that paper.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.credits import too_much
from core.exchange.document_model import FileAllocation, FileReference
from core.exchange.finding import PAYBACK
from core.exchange.settled_file import SettledDocument, SettledFile, key_of, number_key
from core.exchange.tally import Use
from core.ids import Id
from core.invoicing.posting import owed_paise
from core.problems import Problem
from core.words import translate as _


class Asked(NamedTuple):
    """So much of a credit is to settle, on a day, the bill of a number, of this type and date where they are given."""

    number: str
    type: str | None
    dated_on: dt.date | None
    amount: Decimal
    elsewhere: bool = False
    on: dt.date | None = None


class Credited(NamedTuple):
    """A credit: whose it is, how much of it there is, and where the file says what it settles."""

    party: Id
    paise: int
    path: str


class Settlement(NamedTuple):
    """Open paise of each document by its place in the file, and what each credit settles by its own place."""

    opens: dict[int, int]
    notes: dict[int, list[Use]]
    receipts: dict[int, list[Use]]
    advances: dict[int, list[Use]]


def settlement(settled: SettledFile) -> Settlement:
    """What is open of each document of the file, and what each credit settles; what is wrong goes to its findings."""
    found = Settlement({each.at: _owed(each) for each in settled.documents}, {}, {}, {})
    for note in _notes(settled):
        if note.given.allocations is not None:
            asked = _asked(note.given.allocations)
            credit = Credited(note.document.buyer.party, found.opens[note.at], f"{note.path}.allocations")
            found.notes[note.at] = _take(settled, found.opens, credit, asked)
            _lessen(found.opens, note.at, sum(use.paise for use in found.notes[note.at]))
    for at, received, receipt in settled.receipts:
        asked = [] if settled.is_taken_back(receipt) else _asked(received.allocations or ())
        credit = Credited(receipt.buyer.party, receipt.credit_paise, f"receipts[{at}].allocations")
        found.receipts[at] = _take(settled, found.opens, credit, asked)
    for at, advance, voucher in settled.advances:
        asked = [
            Asked(a.document, a.type, a.document_date, a.amount, a.elsewhere, a.date)
            for a in advance.adjusted
            if a.until is None
        ]
        credit = Credited(voucher.buyer.party, voucher.amount_paise, f"advances[{at}].adjusted")
        found.advances[at] = _take(settled, found.opens, credit, asked)
    _give_up(settled, found.opens)
    for note in sorted(_notes(settled), key=lambda each: each.document.dated_on):
        original = settled.answered(note.document) or settled.corrected(note.document)
        if note.given.allocations is None and original is not None:
            part = min(found.opens[original.at], found.opens[note.at])
            found.notes[note.at] = [Use(original.document.number, part)] if part else []
            _lessen(found.opens, original.at, part)
            _lessen(found.opens, note.at, part)
    return found


def _asked(allocations: Iterable[FileAllocation]) -> list[Asked]:
    """What stands of the allocations that a file states."""
    return [Asked(a.document, a.type, a.date, a.amount) for a in allocations if a.until is None]


def _give_up(settled: SettledFile, opens: dict[int, int]) -> None:
    """Take off what was given back out of notes, and what was written off of documents."""
    by_number = {(each.document.type, key_of(each.document)): each.at for each in settled.documents}
    gone = {number_key(each.paper.number, each.paper.date) for each in settled.file.reversals
            if each.paper.type == PAYBACK}  # fmt: skip
    taken: list[tuple[str, FileReference, Decimal]] = [
        (each.type, each, each.amount) for each in settled.file.write_offs if each.until is None
    ]
    for payback in settled.file.paybacks:
        if payback.paid is not None:
            taken += [(each.type, each, each.amount) for each in payback.paid if each.until is None]
        elif number_key(payback.number, payback.date) not in gone:
            taken.append((payback.credit.type, payback.credit, payback.amount))
    for type_, named, amount in taken:
        at = by_number.get((type_, number_key(named.number, named.date)))
        if at is not None:
            _lessen(opens, at, figures.paise(amount, "amount"))


def _notes(settled: SettledFile) -> list[SettledDocument]:
    """What gives credit: credit notes, and corrections that lessen what they correct."""
    return [each for each in settled.documents if owed_paise(each.document) < 0 and not each.cancelled]


def _owed(each: SettledDocument) -> int:
    """What a document opens, on whichever side; nothing once it is cancelled."""
    return 0 if each.cancelled else abs(owed_paise(each.document))


def _take(settled: SettledFile, opens: dict[int, int], credit: Credited, asked: Iterable[Asked]) -> list[Use]:
    """The uses that a credit states, each taken off what is open of its bill where the file has that bill.

    What an import would refuse is noted, and takes nothing.
    """
    uses: list[Use] = []
    for n, each in enumerate(asked):
        with settled.findings.within(f"{credit.path}[{n}]"):
            paise = figures.paise(each.amount, "amount")
            if paise <= 0:
                raise RuleBroken([Problem("RANGE", _("An allocation is more than nothing."), "amount")])
            left = credit.paise - sum(use.paise for use in uses)
            if paise > left:
                message = _("{asked} is allocated, but only {open} of the credit is left.")
                raise RuleBroken([too_much(message, paise, left, "")])
            bill = None if each.elsewhere else settled.named(each.number, each.type, each.dated_on)
            if bill is not None:
                _check_bill(settled, bill, credit, paise, opens[bill.at])
                if each.on is not None and each.on < bill.document.dated_on:
                    message = _("An advance is set against an invoice when both are there, not before.")
                    raise RuleBroken([Problem("DATE", message, "date")])
                _lessen(opens, bill.at, paise)
            uses.append(Use(bill.document.number if bill else each.number, paise))
    return uses


def _check_bill(
    settled: SettledFile, bill: SettledDocument, credit: Credited, paise: int, open_paise: int
) -> None:
    if not settled.is_one(bill.document.buyer.party, credit.party):
        raise RuleBroken([Problem("PARTY", _("This document is another party's."), "document")])
    if paise > open_paise:
        message = _("{asked} is allocated, but only {open} of {number} is open.")
        raise RuleBroken([too_much(message, paise, open_paise, bill.document.number)])


def _lessen(opens: dict[int, int], at: int, paise: int) -> None:
    opens[at] = max(opens[at] - paise, 0)
