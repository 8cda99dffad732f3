"""The large book of `bahi bench`: five years of a business, every change through a Work and its projections.

Bills are settled as late as the public file of receivables of 2012 says, in one, two or three parts; some never are,
some are cancelled, credited or given up, some money lies on account before it finds its bill. The same seed makes the
same history.
"""

import datetime as dt
import gc
import itertools
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from core.book import Book, Work
    from core.ids import Id
    from core.invoicing.model import Buyer, Document

DAYS = 5 * 365
SHARE_OF_PARTIES = 50
"""Documents to a party: a million make 20,000 parties."""
LARGEST_BILLS = 1_500
"""Bills of the largest party of a large book; with its receipts that is an account of more than 2,000 entries."""
DAYS_LATE = (-29, -22, -17, -14, -12, -10, -9, -7, -6, -4, -3, -1, 0, 2, 4, 6, 8, 11, 14, 19, 45)
"""Days past due at each twentieth of the 1,277 settled bills of 2012."""
PARTS = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3)
TERMS_DAYS, PAYDAYS, PART_DAYS = 30, 30, 30
"""A party pays every so many days what has come up since; a bill's parts come so far apart."""
NEVER_PAID, CANCELLED, CREDITED, LONG_DEBT = 0.008, 0.01, 0.02, 0.03
ON_ACCOUNT, POST_DATED, WITH_TDS, GIVEN_UP, UNDONE = 0.05, 0.02, 0.2, 0.003, 0.002
IN_A_WORK = 20_000
LARGE_CACHE = "PRAGMA cache_size = -2097152"
"""The sums of 20,000 parties are written over all the time; in the usual cache they would be read again each time."""
STATES = ("29", "33", "27")
KINDS_OF_BILL = 60
_FIRST = ("Lotus", "Sagar", "Vimal", "Nandi", "Surya", "Ganga", "Meru", "Kaveri", "Arjun", "Tulsi", "Chetak", "Himal",
          "Konark", "Malwa", "Narmada", "Pragati", "Rajat", "Shakti", "Triveni", "Utsav")  # fmt: skip
_TRADE = ("Foods", "Traders", "Textiles", "Chemicals", "Motors", "Agencies", "Industries", "Exports", "Pharma",
          "Enterprises", "Steels", "Papers", "Ceramics")  # fmt: skip
_CITIES = ("Chennai", "Pune", "Mysuru", "Nagpur", "Madurai", "Hubballi")


class Part(NamedTuple):
    """A part of a bill that comes up on a payday of its party."""

    bill: int
    parts_left: int


class Filled(NamedTuple):
    """What was written."""

    documents: int
    receipts: int
    allocations: int


Told = Callable[[int], None]


def fill(
    book: "Book", documents: int, today: dt.date, *, seed: int = 2012, told: Told | None = None
) -> Filled:
    """Write five years that end today into a book that has its company and no paper yet."""
    history = _History(book, documents, today, random.Random(seed))  # noqa: S311  a seeded history, no secret
    gc.disable()  # millions of records that hold no circles
    try:
        history.write(told)
    finally:
        gc.enable()
    return Filled(history.documents, history.receipts, history.allocations)


class _History:
    """Plans the days one after the other and writes each as it comes."""

    def __init__(self, book: "Book", wanted: int, today: dt.date, chance: random.Random) -> None:
        self.documents = self.receipts = self.allocations = 0
        self._book, self._wanted, self._today, self._chance = book, wanted, today, chance
        self._first = today - dt.timedelta(days=DAYS - 1)
        self._numbers: dict[tuple[str, int], int] = defaultdict(int)
        self._due: dict[int, dict[int, list[Part]]] = defaultdict(lambda: defaultdict(list))
        self._later: dict[int, list[Callable[[Any, int], object]]] = defaultdict(list)
        self._bills: dict[int, tuple[Id, int]] = {}
        """Bills by their place in the plan: the paper, and what of it is open."""
        self._buyers: list[Buyer] = []
        self._kinds: dict[str, list[Document]] = {}
        self._note: Document

    def write(self, told: Told | None) -> None:
        self._book.write("Masters", self._masters)
        gathered: list[int] = []
        for day in range(DAYS):
            gathered.append(day)
            if self._quota(day) - self.documents >= IN_A_WORK or day == DAYS - 1:
                self._book.write("Days", partial(self._days, days=tuple(gathered)))
                gathered = []
                if told is not None:
                    told(self.documents)

    def _quota(self, day: int) -> int:
        return self._wanted * (day + 1) // DAYS

    def _days(self, work: "Work", days: tuple[int, ...]) -> None:
        work.read.exec_driver_sql(LARGE_CACHE)
        for day in days:
            for deed in self._later.pop(day, ()):
                deed(work, day)
            for party, parts in self._due.pop(day, {}).items():
                self._receive(work, day, party, parts)
            for party in self._who(max(0, self._quota(day) - self.documents)):
                self._bill(work, day, party)

    def _who(self, count: int) -> Iterator[int]:
        """The parties billed on a day; the first, largest one has its own share."""
        chance = self._chance
        own = min(LARGEST_BILLS / DAYS, self._wanted / DAYS / 20)
        for party in chance.choices(range(1, len(self._buyers)), cum_weights=self._weights, k=count):
            yield 0 if chance.random() < own / max(count, 1) else party

    # -- masters

    def _masters(self, work: "Work") -> None:
        from core.company.queries import company
        from core.facts import Facts
        from core.invoicing.settling import buyer_of
        from core.parties.commands import save_party

        assert company(work.read) is not None
        facts = Facts.in_force()
        count = max(20, self._wanted // SHARE_OF_PARTIES)
        for n in range(count):
            party = _party(n)
            self._buyers.append(buyer_of(save_party(work, party), party, facts))
        weights = [min(20.0, self._chance.lognormvariate(0, 1)) for _n in range(1, count)]
        self._weights = list(itertools.accumulate(weights))
        self._habits = [self._chance.choice((-6, -2, 0, 0, 3, 8, 15, 30, 60)) for _n in range(count)]
        self._make_kinds(work)

    def _make_kinds(self, work: "Work") -> None:
        """Bills as the ordinary command settles them, for each State, to be written again under new numbers."""
        from core.invoicing.commands import issue_document
        from core.invoicing.model import Draft, Original
        from core.invoicing.queries import document

        for at, state in enumerate(STATES):
            made = []
            for kind in range(KINDS_OF_BILL):
                draft = Draft(party=self._buyers[at].party, dated_on=self._first, lines=_lines(kind))
                record = issue_document(work, draft, today=self._today, date_confirmed=True)
                made.append(document(work.read, record))
                self._numbers["A", _year(self._first)] += 1
                self.documents += 1
            self._kinds[state] = [each for each in made if each is not None]
        bill = self._kinds[STATES[0]][0]
        note = Draft(type="CRN", party=self._buyers[0].party, dated_on=self._first, lines=_lines(0)[:1],
                     reason="return", original=Original(number=bill.number, dated_on=self._first))  # fmt: skip
        record = issue_document(work, note, today=self._today, date_confirmed=True)
        self._numbers["AC", _year(self._first)] += 1
        self.documents += 1
        found = document(work.read, record)
        assert found is not None
        self._note = found

    # -- what happens on a day

    def _bill(self, work: "Work", day: int, party: int) -> None:
        from msgspec import structs

        from core.invoicing.kinds import ISSUED

        chance, dated_on = self._chance, self._date(day)
        kind = chance.choice(self._kinds[STATES[party % len(STATES)]])
        paper = structs.replace(
            kind, number=self._number("A", dated_on), dated_on=dated_on,
            due_on=dated_on + dt.timedelta(days=TERMS_DAYS), buyer=self._buyers[party],
        )  # fmt: skip
        record = work.new_id()
        work.record(ISSUED, record, paper)
        bill, value = self.documents, paper.totals.invoice_value_paise
        self.documents += 1
        self._bills[bill] = (record, value)
        if chance.random() < CANCELLED:
            self._later[day + chance.randrange(1, 9)].append(
                lambda work, on: self._cancel(work, on, bill, dated_on)
            )
        elif chance.random() < CREDITED:
            self._later[day + chance.randrange(2, 15)].append(
                lambda work, on: self._credit(work, on, party, bill)
            )
            self._plan(day, party, Part(bill, 1))
        elif chance.random() >= NEVER_PAID:
            self._plan(day, party, Part(bill, chance.choice(PARTS)))

    def _plan(self, day: int, party: int, part: Part) -> None:
        """Lay a bill on the payday of its party that comes after its own delay."""
        chance, at = self._chance, self._chance.randrange(20)
        late = chance.randint(DAYS_LATE[at], DAYS_LATE[at + 1]) + self._habits[party]
        if chance.random() < LONG_DEBT:
            late += chance.randrange(90, 700)
        self._due[self._payday(day + max(0, TERMS_DAYS + late), party)][party].append(part)

    def _payday(self, day: int, party: int) -> int:
        return day + (party - day) % PAYDAYS

    def _receive(self, work: "Work", day: int, party: int, parts: list[Part]) -> None:
        """One receipt for all that comes up, by bank or cheque; allocated at once, or only when somebody looks."""
        from core.ledger.model import AllocationLine
        from core.receipts.kinds import RECORDED

        lines: dict[Id, AllocationLine] = {}
        for part in parts:
            record, open_paise = self._bills[part.bill]
            paise = -(-open_paise // part.parts_left)
            if part.parts_left == 1 and self._chance.random() < GIVEN_UP and paise > 500:
                paise -= 50
                self._later[day + 1].append(partial(self._give_up, bill=part.bill))
            if paise <= 0:
                continue
            lines[record] = AllocationLine(record, paise)
            self._bills[part.bill] = (record, open_paise - paise)
            if part.parts_left > 1:
                again = self._payday(day + PART_DAYS, party)
                self._due[again][party].append(Part(part.bill, part.parts_left - 1))
        if not lines:
            return
        paper = self._receipt(day, party, sum(line.paise for line in lines.values()))
        record = work.new_id()
        work.record(RECORDED, record, paper)
        self.receipts += 1
        on, claim = paper.counts_on, tuple(lines.values())
        if self._chance.random() < ON_ACCOUNT:
            on_day = day + self._chance.randrange(3, 60)
            self._later[on_day].append(
                lambda work, at: self._allocate(work, record, party, max(on, self._date(at)), claim)
            )
        else:
            made = self._allocate(work, record, party, on, claim)
            if self._chance.random() < UNDONE:
                self._later[day + 12].append(
                    lambda work, at: self._undo(work, at, made, record, party, claim)
                )

    def _receipt(self, day: int, party: int, paise: int) -> Any:
        from core.receipts.model import Cheque, Deduction, Receipt
        from core.receipts.rules import postings_for

        chance, dated_on = self._chance, self._date(day)
        kept = paise // 100 if chance.random() < WITH_TDS else 0
        deductions = (Deduction("tds", kept, "1024"),) if kept else ()
        mode, cheque = chance.choice(("neft", "neft", "upi", "cheque", "rtgs")), None
        if mode == "cheque":
            after = chance.randrange(10, 60) if chance.random() < 5 * POST_DATED else 0
            cheque = Cheque(
                f"{chance.randrange(10**6):06d}", dated_on + dt.timedelta(days=after), "Canara Bank"
            )
        return Receipt(
            number=self._number("AR", dated_on), series="AR", dated_on=dated_on, seller=self._note.seller,
            buyer=self._buyers[party], amount_paise=paise - kept, mode=mode,
            reference=f"UTR{self.receipts:09d}", deductions=deductions,
            postings=postings_for(paise - kept, mode, deductions), cheque=cheque,
        )  # fmt: skip

    def _allocate(self, work: "Work", credit: "Id", party: int, on: dt.date, lines: Any) -> "Id":
        from core.ledger.kinds import ALLOCATED
        from core.ledger.model import Allocation

        work.standing.warm([credit, *(line.document for line in lines)])
        claim = work.new_id()
        work.record(ALLOCATED, claim, Allocation(credit, self._buyers[party].party, on, lines))
        self.allocations += len(lines)
        return claim

    def _undo(self, work: "Work", day: int, claim: "Id", credit: "Id", party: int, lines: Any) -> None:
        """An allocation that was wrong is undone, and made again some days later."""
        from core.ledger.commands import release

        release(work, claim, on=self._date(day))
        self._later[day + 9].append(
            lambda work, at: self._allocate(work, credit, party, self._date(at), lines)
        )

    def _give_up(self, work: "Work", day: int, bill: int) -> None:
        from core.ledger.commands import write_off

        record, open_paise = self._bills[bill]
        if open_paise:
            write_off(work, paper=record, paise=open_paise, reason="rounding", on=self._date(day))
            self._bills[bill] = (record, 0)

    def _cancel(self, work: "Work", day: int, bill: int, dated_on: dt.date) -> None:
        from core.invoicing.kinds import CANCELLED
        from core.invoicing.model import Cancellation

        record, _open = self._bills.pop(bill)
        work.record(CANCELLED, work.new_id(), Cancellation(record, self._date(day), "keyed twice", dated_on))

    def _credit(self, work: "Work", day: int, party: int, bill: int) -> None:
        """A credit note that settles a part of its bill at once."""
        from msgspec import structs

        from core.invoicing.kinds import ISSUED
        from core.ledger.model import AllocationLine

        record, open_paise = self._bills[bill]
        paise = self._note.totals.invoice_value_paise
        if self._buyers[party].address.state_code != STATES[0] or open_paise < paise:
            return
        dated_on, note = self._date(day), work.new_id()
        paper = structs.replace(
            self._note, number=self._number("AC", dated_on), dated_on=dated_on, due_on=dated_on,
            buyer=self._buyers[party],
        )  # fmt: skip
        work.record(ISSUED, note, paper)
        self.documents += 1
        self._allocate(work, note, party, dated_on, (AllocationLine(record, paise),))
        self._bills[bill] = (record, open_paise - paise)

    def _date(self, day: int) -> dt.date:
        return self._first + dt.timedelta(days=day)

    def _number(self, series: str, dated_on: dt.date) -> str:
        from core.numbering.rules import number_text

        year = _year(dated_on)
        self._numbers[series, year] += 1
        return number_text(series, year, self._numbers[series, year])


def _year(on: dt.date) -> int:
    from core.fiscal import financial_year

    return financial_year(on)


def _running(weights: list[float]) -> Iterator[float]:
    total = 0.0
    for weight in weights:
        total += weight
        yield total


def _party(n: int) -> Any:
    from core.company.model import Address, Registration
    from core.parties.model import Party

    state = STATES[n % len(STATES)]
    name = f"{_FIRST[n % len(_FIRST)]} {_TRADE[n // 7 % len(_TRADE)]}"
    return Party(
        code=f"P{n:05d}", name=name if n < len(_FIRST) else f"{name} {n}",
        registration=Registration("unregistered", "", state), terms_days=TERMS_DAYS,
        address=Address("7 Mount Road", "", _CITIES[n % len(_CITIES)], state, "600002"),
    )  # fmt: skip


def _lines(kind: int) -> Any:
    from core.invoicing.model import DraftLine

    return tuple(
        DraftLine(
            description=f"Article {(kind + at) % 40}", hsn="84138190", rate_bp=500 if at % 3 else 1_800,
            price_tenthousandths=1_000_000 + 70_000 * kind + 333 * at,
            quantity_thousandths=1_000 * (1 + (kind + at) % 7),
        )
        for at in range(1 + kind % 5)
    )  # fmt: skip
