"""The letter that asks a deductor to put right what its statements say of us; drawn by core.paper."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.company.queries import company as company_of_book
from core.facts import Facts
from core.ids import Id
from core.invoicing.model import Buyer, Seller
from core.invoicing.settling import buyer_of, seller_of
from core.parties.queries import party as party_record
from core.receipts.model import Receipt
from core.receipts.queries import bills_settled
from core.store.read import papers_of
from core.tds.life import ASKED, Life, TdsRow, story
from core.tds.matching import Match, Outcome
from core.tds.queries import payee_pan


class LetterLine(NamedTuple):
    """A deduction that the form does not show as it should; amounts in paise. `form_says` is the code, or the last day
    of the quarter, that the form has instead."""

    invoices: tuple[str, ...]
    receipt: str
    dated_on: dt.date
    paid_paise: int
    tds_paise: int
    shown_paise: int
    code: str
    outcome: Outcome
    form_says: str = ""
    quarter: int = 0
    year: int = 0


class TdsLetter(NamedTuple):
    """The letter to one deductor for a financial year."""

    dated_on: dt.date
    year: int
    seller: Seller
    buyer: Buyer
    pan: str
    tan: str
    lines: tuple[LetterLine, ...]
    language: str

    @property
    def missing_paise(self) -> int:
        """What the form shows less than we were deducted."""
        return sum(line.tds_paise - line.shown_paise for line in self.lines)


def letter_to(
    read: Connection,
    party: Id,
    *,
    year: int,
    on: dt.date,
    told: Life | None = None,
    facts: Facts | None = None,
) -> TdsLetter | None:
    """The letter that a deductor is due for a year, as of today; None when nothing is to be asked of it."""
    facts = facts or Facts.in_force()
    told = told or story(read, year, on, facts)
    body = party_record(read, party)
    lines = tuple(_lines(read, [row for row in told.rows if row.party == party], told))
    if body is None or not lines:
        return None
    company = company_of_book(read)
    return TdsLetter(
        on, year, seller_of(company, facts), buyer_of(party, body, facts), payee_pan(read), body.tan, lines,
        body.language or company.language,
    )  # fmt: skip


def letters_due(read: Connection, *, year: int, on: dt.date, facts: Facts | None = None) -> list[TdsLetter]:
    """The letters of every deductor that is to be asked something, by name."""
    told = story(read, year, on, facts)
    parties = dict.fromkeys(row.party for row in told.rows if row.is_asked and row.party is not None)
    found = (letter_to(read, party, year=year, on=on, told=told, facts=facts) for party in parties)
    return [letter for letter in found if letter is not None]


def _lines(read: Connection, rows: list[TdsRow], told: Life) -> Iterator[LetterLine]:
    matches: dict[int, Match] = {}
    for row in rows:
        if row.is_asked:
            matches |= {id(found): found for found in told.matches[row.id] if found.outcome in ASKED}
    receipts = {one.receipt for found in matches.values() for one in found.deductions}
    papers = papers_of(read, Receipt, receipts)
    written: list[LetterLine] = []
    for found in matches.values():
        shown = _shown(found)
        for one, seen in zip(found.deductions, shown, strict=True):
            paper = papers[one.receipt]
            bills = tuple(bill.number for bill in bills_settled(read, one.receipt))
            first = found.credits[0] if found.credits else None
            written.append(LetterLine(
                bills, one.number, one.dated_on, paper.credit_paise, one.paise, seen, one.code, found.outcome,
                first.code if first is not None else "", first.quarter if first is not None else 0,
                first.year if first is not None else 0,
            ))  # fmt: skip
    yield from sorted(written, key=lambda line: (line.dated_on, line.receipt))


def _shown(found: Match) -> list[int]:
    """What the form shows of each deduction: its credits shared out in order of days."""
    left, answers = found.seen_paise, []
    for at, one in enumerate(found.deductions):
        part = left if at == len(found.deductions) - 1 else min(left, one.paise)
        answers.append(part)
        left -= part
    return answers
