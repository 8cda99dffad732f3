"""TDS as a life: expected at issue, deducted on receipt, seen in the form, certificate held, claimed.

A row is a deductor, a nature of payment and a quarter. A credit stands with the deduction that it was matched to,
else in its own quarter; so over a year nothing is told twice and nothing is left out. Amounts are paise.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.facts import Facts
from core.fiscal import financial_year, quarter, year_bounds
from core.ids import Id, imported_id
from core.tds.expecting import Expected, gst_expected
from core.tds.matching import Credit, Deducted, Match, Outcome, match
from core.tds.queries import (
    CertificateRow,
    ClaimRow,
    Payer,
    SeenRow,
    certificates,
    claims,
    deductions,
    expectations,
    gst_bills,
    links,
    payee_pan,
    payers,
    seen_rows,
)
from core.tds.rules import GST_CODE, code_on, is_same

EXPECTED, NOT_DUE = "expected", "not_due"
"""Two states beside the outcomes: nothing is deducted yet; deducted, but the deductor's statement is not due yet."""

GRAVITY = (
    Outcome.MISSING, Outcome.SHORT, Outcome.UNKNOWN, Outcome.WRONG_SECTION, Outcome.EXCESS, Outcome.OTHER_QUARTER,
    Outcome.NOT_FINAL, NOT_DUE, Outcome.MATCHED, Outcome.REVERSED, EXPECTED,
)  # fmt: skip
"""States from the gravest on: a row shows the gravest of what it holds."""

ASKED = frozenset(
    {Outcome.MISSING, Outcome.SHORT, Outcome.WRONG_SECTION, Outcome.OTHER_QUARTER, Outcome.NOT_FINAL}
)
"""What a deductor is asked to put right."""


class TdsRow(NamedTuple):
    """A deductor's tax of one nature in one quarter. `party` is None for a deductor that no party is known for."""

    id: Id
    key: str
    party: Id | None
    name: str
    tan: str
    code: str
    year: int
    quarter: int
    expected_paise: int
    deducted_paise: int
    seen_paise: int
    certified_paise: int
    claimed_paise: int
    state: str
    receipts: int

    @property
    def difference_paise(self) -> int:
        """What our receipts say more than the form shows; negative when the form shows more."""
        return self.deducted_paise - self.seen_paise

    @property
    def is_asked(self) -> bool:
        """Whether the deductor is to be asked to put something right."""
        return self.state in ASKED


class Life(NamedTuple):
    """A year of it: the rows, the matches they are made of, each under the row that it stands in, and by party what
    was expected of each document (income-tax alone)."""

    rows: list[TdsRow]
    matches: dict[Id, list[Match]]
    known: dict[Id, Payer]
    expected: dict[Id, list[Expected]]


class _Sums:
    """A row being added up."""

    def __init__(self) -> None:
        self.name = self.tan = ""
        self.party: Id | None = None
        self.expected = self.deducted = self.seen = self.certified = self.claimed = 0
        self.states: set[str] = set()
        self.matches: list[Match] = []
        self.receipts: set[Id] = set()


_Key = tuple[str, str, int]


def life(read: Connection, year: int, on: dt.date, facts: Facts | None = None) -> list[TdsRow]:
    """The rows of a financial year, by deductor and quarter; `on` is today."""
    return story(read, year, on, facts).rows


def story(read: Connection, year: int, on: dt.date, facts: Facts | None = None) -> Life:
    """The same with the matches the rows are made of."""
    return _told(read, year, on, facts or Facts.in_force(), gst=False)


def gst_story(read: Connection, year: int, on: dt.date, facts: Facts | None = None) -> Life:
    """GST-TDS of a year in the same shape, kept apart: it goes to the electronic cash ledger, not to income-tax."""
    return _told(read, year, on, facts or Facts.in_force(), gst=True)


def _told(read: Connection, year: int, on: dt.date, facts: Facts, *, gst: bool) -> Life:
    known = payers(read)
    told = _Teller(year, on, facts, known, payee_pan(read), gst=gst)
    seen = seen_rows(read, year - 1, year + 1, gst=gst)
    first, last = year_bounds(year - 1)[0], year_bounds(year + 1)[1]
    kept_back = deductions(read, first, last, known, kind="gst_tds" if gst else "tds")
    told.take_matches(kept_back, seen, links(read), claims(read))
    if gst:
        for bill in gst_bills(read, year, known):
            told.take_expected(bill.party, GST_CODE, bill.dated_on, gst_expected(bill, facts))
    else:
        told.expected = expectations(read, year, known, facts)
        for party, answers in told.expected.items():
            for one in answers:
                told.take_expected(party, one.code, one.bill.dated_on, one.tds_paise)
    told.take_certificates(certificates(read, year))
    return told.answer()


class _Teller:
    """Adds the year up, row by row."""

    def __init__(
        self, year: int, on: dt.date, facts: Facts, known: dict[Id, Payer], pan: str, *, gst: bool
    ) -> None:
        self._year, self._on, self._facts, self._known, self._pan, self._gst = (
            year,
            on,
            facts,
            known,
            pan,
            gst,
        )
        self.expected: dict[Id, list[Expected]] = {}
        self._by_key: dict[str, Payer] = {}
        self._alias: dict[str, str] = {}
        for payer in sorted(known.values(), key=lambda payer: (payer.name.casefold(), payer.party)):
            key = payer.gst_key if gst else payer.key
            self._by_key.setdefault(key, payer)
            if gst:
                for name in (payer.gstin[2:12], payer.pan, payer.tan):
                    if name:
                        self._alias.setdefault(name, key)
        self._sums: dict[_Key, _Sums] = defaultdict(_Sums)
        self._codes: dict[tuple[str, dt.date], str] = {}

    def take_matches(
        self,
        kept_back: Iterable[Deducted],
        seen: Iterable[SeenRow],
        linked: dict[Id, Id],
        claimed: dict[Id, ClaimRow],
    ) -> None:
        """Match, and put each deduction and each credit into its row."""
        same: dict[tuple[str, str], bool] = {}

        def is_one(code: str, other: str) -> bool:
            if (code, other) not in same:
                same[code, other] = self._gst or is_same(code, other, self._facts)
            return same[code, other]

        current = [row.credit for row in seen if row.is_current]
        for found in match(kept_back, current, is_one, links=linked, key_of=self._key_of):
            self._put(self._judged(found), claimed)

    def take_expected(self, party: Id, code: str, on: dt.date, paise: int) -> None:
        """What is expected of one document."""
        payer = self._known.get(party)
        if payer is None or not paise:
            return
        sums = self._row(payer.gst_key if self._gst else payer.key, code, on)
        sums.expected += paise
        sums.states.add(EXPECTED)

    def take_certificates(self, held: Iterable[CertificateRow]) -> None:
        """Certificates of this year."""
        for one in held:
            if (one.form == "GSTR-7A") == self._gst:
                tan = self._alias.get(one.tan[2:12], one.tan[2:12]) if self._gst else one.tan
                _first, last = quarter_bounds(one.year, one.quarter)
                sums = self._row(tan, one.code, last)
                sums.certified += one.deducted_paise
                sums.tan = sums.tan or one.tan

    def answer(self) -> Life:
        """Every row of the year."""
        rows, matches = [], {}
        for (key, code, quarter_of_year), sums in self._sums.items():
            payer = self._by_key.get(key)
            record = imported_id("tds row", key, code, f"{self._year}", f"{quarter_of_year}")
            name = payer.name if payer is not None else sums.name or key
            tan = payer.tan if payer is not None and not self._gst else sums.tan
            state = min(sums.states or {EXPECTED}, key=GRAVITY.index)
            rows.append(TdsRow(
                record, key, None if payer is None else payer.party, name, tan, code, self._year, quarter_of_year,
                sums.expected, sums.deducted, sums.seen, sums.certified, sums.claimed, state, len(sums.receipts),
            ))  # fmt: skip
            matches[record] = sums.matches
        rows.sort(key=lambda row: (row.name.casefold(), row.key, row.quarter, row.code))
        return Life(rows, matches, self._known, self.expected)

    def _judged(self, found: Match) -> Match:
        """A credit of a TAN that no party has is told apart from one that is more than was deducted."""
        alone = found.outcome is Outcome.EXCESS and found.link is None and not found.deductions
        if alone and all(self._key_of(one) not in self._by_key for one in found.credits):
            return found._replace(outcome=Outcome.UNKNOWN)
        return found

    def _put(self, found: Match, claimed: dict[Id, ClaimRow]) -> None:
        touched: set[_Key] = set()
        for one in found.deductions:
            if financial_year(one.dated_on) == self._year:
                key = self._key(one.deductor, one.code, one.dated_on)
                self._sums[key].deducted += one.paise
                self._sums[key].receipts.add(one.receipt)
                touched.add(key)
        for on, code, deductor, credit, paise in self._shared(found):
            if financial_year(on) == self._year:
                key = self._key(deductor, code, on)
                sums = self._sums[key]
                sums.seen += paise
                sums.name, sums.tan = sums.name or credit.deductor, sums.tan or credit.tan
                if credit.line in claimed:
                    sums.claimed += paise
                touched.add(key)
        for key in touched:
            self._sums[key].matches.append(found)
            self._sums[key].states.add(self._state(found))

    def _state(self, found: Match) -> str:
        if found.outcome is Outcome.MISSING:
            return (
                NOT_DUE
                if self._on <= statement_due(found.deductions[0].dated_on, self._facts)
                else found.outcome
            )
        return found.outcome

    def _shared(self, found: Match) -> Iterator[tuple[dt.date, str, str, Credit, int]]:
        """Each credit with the day, code and deductor it stands under, shared out to deductions of several rows."""
        left = [one.paise for one in found.deductions]
        for credit in found.credits:
            paise = credit.deducted_paise
            for at, one in enumerate(found.deductions):
                last = at == len(left) - 1
                part = paise if last else max(0, min(paise, left[at]))
                if part or (last and not credit.deducted_paise):
                    yield one.dated_on, one.code, one.deductor, credit, part
                left[at] -= part
                paise -= part
            if not left:
                _first, day = quarter_bounds(credit.year, credit.quarter)
                yield day, credit.code, self._key_of(credit), credit, paise

    def _key_of(self, credit: Credit) -> str:
        if not self._gst:
            return credit.tan
        return self._alias.get(credit.tan[2:12], credit.tan[2:12])

    def _row(self, deductor: str, code: str, on: dt.date) -> _Sums:
        return self._sums[self._key(deductor, code, on)]

    def _key(self, deductor: str, code: str, on: dt.date) -> _Key:
        if self._gst:
            return deductor, GST_CODE, quarter(on)
        first, _last = quarter_bounds(financial_year(on), quarter(on))
        asked = (code, first)
        if asked not in self._codes:
            self._codes[asked] = code_on(code, first, self._pan, self._facts)
        return deductor, self._codes[asked], quarter(on)


def quarter_bounds(year: int, quarter_of_year: int) -> tuple[dt.date, dt.date]:
    """The first and the last day of a quarter of a financial year."""
    month = 3 * quarter_of_year + 1
    first = dt.date(year + (month > 12), (month - 1) % 12 + 1, 1)
    following = dt.date(year + (month + 3 > 12), (month + 2) % 12 + 1, 1)
    return first, following - dt.timedelta(days=1)


def statement_due(on: dt.date, facts: Facts) -> dt.date:
    """The day by which the deductor's statement of a deduction made on a day is due (Income-tax Rules 1962, 31A)."""
    _first, last = quarter_bounds(financial_year(on), quarter(on))
    name = "tds_statement_last_days" if quarter(on) == 4 else "tds_statement_days"
    return last + dt.timedelta(days=facts.find_days(name, on) or 0)
