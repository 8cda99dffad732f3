"""Random histories of a few customers, and what the papers of a book come to when they are read one by one.

`Papers` knows nothing of the ledger's rows: it follows the log in plain Python.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from core.book import Book
from core.catalogue import KINDS
from core.changes.change import decode_change
from core.changes.record import decoded
from core.errors import RuleBroken
from core.ids import Id
from core.invoicing.commands import cancel_document, issue_document
from core.invoicing.model import Draft, DraftLine, Original
from core.ledger.commands import release, write_off
from core.receipts.commands import settle_bills
from core.receipts.model import Cheque, Deduction
from core.receipts.reversing import bounce_receipt, pay_back, reverse_payback, reverse_receipt
from core.statements.rules import bucket
from core.store import log
from tests.core.books import TODAY
from tests.core.dealings import a_bill, a_party, money_in

FIRST = dt.date(2026, 4, 1)
GROUPS = (("North", "Asha", "Pune"), ("north ", "Ravi", "Pune"), ("South", "", "Delhi"), ("", "Asha", ""))


class History:
    """A business whose next deed chance decides; what the rules refuse is not done."""

    def __init__(self, book: Book, seed: int) -> None:
        self.book, self._chance = book, random.Random(seed)
        self.parties = [
            a_party(book, f"P{n}", group=group, salesperson=person, branch=branch)
            for n, (group, person, branch) in enumerate(GROUPS)
        ]
        self.done: Counter[str] = Counter()
        self._bills: list[Id] = []
        self._money: list[Id] = []
        self._notes: list[Id] = []
        self._paid_back: list[Id] = []

    def act(self) -> None:
        """Do one thing."""
        deeds = [self.bill] * 4 + [self.receive] * 4 + [self.settle, self.settle, self.undo, self.undo]
        deeds += [
            self.give_up,
            self.give_up,
            self.bounce,
            self.bounce,
            self.reverse,
            self.give_back,
            self.give_back,
        ]
        deeds += [self.take_back_given, self.cancel, self.credit_note]
        deed: Callable[[], None] = self._chance.choice(deeds)
        try:
            deed()
        except RuleBroken:
            return
        self.done[deed.__name__] += 1

    def bill(self) -> None:
        day = self._day()
        due_on = day + dt.timedelta(days=self._chance.randint(0, 60))
        rate = self._chance.choice((0, 1800))
        self._bills.append(
            a_bill(self.book, self._party(), self._chance.randint(1, 900), day, due_on=due_on, rate_bp=rate)
        )

    def receive(self) -> None:
        day, how = self._day(), {}
        if self._chance.random() < 0.4:
            later = day + dt.timedelta(days=self._chance.randint(-5, 40))
            how = {"mode": "cheque", "cheque": Cheque(str(self._chance.randint(100_000, 999_999)), later)}
        kept = (Deduction(kind="tds", paise=self._chance.randint(1, 9_99), code="1024"),)
        self._money.append(
            money_in(
                self.book, self._party(), self._chance.randint(1, 1_500), day,
                kept_back=self._chance.choice((kept, ())), allocate=self._chance.choice(("oldest", "oldest", None)),
                reference=f"UTR{len(self._money)}", **how,
            )
        )  # fmt: skip

    def settle(self) -> None:
        self._write(
            lambda work: settle_bills(
                work, self._one(self._money + self._notes), allocate="oldest", on=self._day()
            )
        )

    def undo(self) -> None:
        claims = self.book.read(
            lambda read: read.exec_driver_sql(
                "SELECT s.record, max(a.allocated_on) FROM standing s JOIN allocations a ON a.claim = s.record "
                "WHERE s.kind IN ('ledger.allocated', 'ledger.written_off') GROUP BY 1 ORDER BY 1"
            ).all()
        )
        if not claims:
            raise RuleBroken([])
        claim, made_on = self._chance.choice(claims)
        on = max(self._day(), dt.date.fromisoformat(made_on))
        self._write(lambda work: release(work, claim, on=on, reason="mistake"))

    def give_up(self) -> None:
        reason = self._chance.choice(("rounding", "bad_debt", "settlement"))
        paper = self._one(self._chance.choice((self._bills, self._bills, self._money)))
        paise = self._chance.randint(1, 300)
        self._write(lambda work: write_off(work, paper=paper, paise=paise, reason=reason, on=self._day()))

    def bounce(self) -> None:
        self._write(
            lambda work: bounce_receipt(
                work, self._one(self._money), on=self._late(), reason="funds", charges_paise=118_00, today=TODAY,
                date_confirmed=True,
            )
        )  # fmt: skip

    def reverse(self) -> None:
        self._write(
            lambda work: reverse_receipt(
                work,
                self._one(self._money),
                on=self._late(),
                reason="twice",
                today=TODAY,
                date_confirmed=True,
            )
        )

    def give_back(self) -> None:
        paise = self._chance.randint(1, 20_00)
        self._paid_back.append(
            self._write(
                lambda work: pay_back(
                    work, self._one(self._money), on=self._late(), amount_paise=paise, mode="neft", reason="left over",
                    today=TODAY, date_confirmed=True,
                )
            )
        )  # fmt: skip

    def take_back_given(self) -> None:
        self._write(
            lambda work: reverse_payback(
                work,
                self._one(self._paid_back),
                on=self._day(),
                reason="not sent",
                today=TODAY,
                date_confirmed=True,
            )
        )

    def cancel(self) -> None:
        bill = self._one(self._bills)
        self._write(lambda work: cancel_document(work, bill, on=self._day(), reason="keyed twice"))

    def credit_note(self) -> None:
        line = DraftLine(
            description="Return", hsn="84138190", price_tenthousandths=self._chance.randint(1, 300) * 10_000,
            treatment="exempt",
        )  # fmt: skip
        note = Draft(
            type="CRN", party=self._party(), dated_on=self._day(), lines=(line,), reason="return",
            original=Original(number="OLD/7", dated_on=FIRST),
        )  # fmt: skip
        issued = self._write(lambda work: issue_document(work, note, today=TODAY, date_confirmed=True))
        self._notes.append(issued)

    def _write(self, command: Callable[[Any], Any]) -> Any:
        return self.book.write("Deed", command)

    def _day(self) -> dt.date:
        return FIRST + dt.timedelta(days=self._chance.randint(0, (TODAY - FIRST).days))

    def _late(self) -> dt.date:
        return TODAY - dt.timedelta(days=self._chance.randint(0, 60))

    def _party(self) -> Id:
        return self._chance.choice(self.parties)

    def _one(self, among: list[Id]) -> Id:
        if not among:
            raise RuleBroken([])
        return self._chance.choice(among)


class Move(NamedTuple):
    """From a day on so much more (or less) is open of a paper."""

    on: dt.date
    paise: int


class Paper(NamedTuple):
    """A paper that opens an amount, with all that ever moved it."""

    party: Id
    is_due: bool
    due_on: dt.date
    moves: list[Move]

    def open_paise(self, on: dt.date) -> int:
        return sum(move.paise for move in self.moves if move.on <= on)


class Payment(NamedTuple):
    """So much money paid a bill on a day."""

    on: dt.date
    paise: int
    days_late: int


class Papers:
    """What a book's log comes to."""

    def __init__(self, book: Book) -> None:
        self.papers: dict[Id, Paper] = {}
        self.brought: Counter[tuple[str, str]] = Counter()
        self._money: set[Id] = set()
        self._types: dict[Id, str] = {}
        self._payments: dict[Id, list[Payment]] = {}
        self._claims: dict[Id, list[tuple[Id, Move]]] = {}
        self._credit_of: dict[Id, Id] = {}
        for entry in book.read(lambda read: list(log.in_order(read))):
            change = decode_change(entry.data)
            follow = getattr(self, "_" + change.kind.replace(".", "_"), None)
            if follow is not None:
                follow(change.record, decoded(KINDS[change.kind].record, change.body))

    def ageing(self, on: dt.date) -> dict[Id, tuple[int, ...]]:
        """By party what is open of bills, by age."""
        found: dict[Id, list[int]] = {}
        for paper in self.papers.values():
            if paper.is_due and paper.open_paise(on):
                found.setdefault(paper.party, [0] * 6)[bucket(paper.due_on, on)] += paper.open_paise(on)
        return {party: tuple(buckets) for party, buckets in found.items()}

    def on_account(self, on: dt.date) -> dict[Id, int]:
        """By party what is open of credits."""
        found: Counter[Id] = Counter()
        for paper in self.papers.values():
            if not paper.is_due:
                found[paper.party] += paper.open_paise(on)
        return {party: paise for party, paise in found.items() if paise}

    def payments(self, month: str) -> list[Payment]:
        """The payments of bills in a month that stand."""
        return [paid for made in self._payments.values() for paid in made if f"{paid.on:%Y-%m}" == month]

    def _bring(self, on: dt.date, what: str, paise: int) -> None:
        self.brought[f"{on:%Y-%m}", what] += paise

    def _open(self, record: Id, party: Id, is_due: bool, on: dt.date, due_on: dt.date, paise: int) -> None:
        self.papers[record] = Paper(party, is_due, due_on, [Move(on, paise)])

    def _move(self, claim: Id, paper: Id, on: dt.date, paise: int) -> None:
        self.papers[paper].moves.append(Move(on, paise))
        self._claims.setdefault(claim, []).append((paper, Move(on, paise)))

    def _undo(self, claim: Id, on: dt.date) -> None:
        self._payments.pop(claim, None)
        for paper, move in self._claims.pop(claim):
            self.papers[paper].moves.append(Move(max(on, move.on), -move.paise))

    def _invoicing_issued(self, record: Id, body: Any) -> None:
        owed = abs(sum(posting.paise for posting in body.postings if posting.account == "debtors"))
        self._types[record] = body.type
        self._open(record, body.buyer.party, body.type != "CRN", body.dated_on, body.due_on, owed)
        self._bring(body.dated_on, "sales", -owed if body.type == "CRN" else owed)

    def _invoicing_cancelled(self, record: Id, body: Any) -> None:
        paise = self.papers[body.document].moves[0].paise
        self._move(record, body.document, body.cancelled_on, -paise)
        self._bring(body.cancelled_on, "sales", paise if self._types[body.document] == "CRN" else -paise)

    def _receipts_recorded(self, record: Id, body: Any) -> None:
        paise = body.amount_paise + sum(deduction.paise for deduction in body.deductions)
        on = max(body.dated_on, body.cheque.dated_on) if body.cheque else body.dated_on
        self._open(record, body.buyer.party, False, on, on, paise)
        self._money.add(record)
        self._bring(on, "received", paise)

    def _receipts_paid_back(self, record: Id, body: Any) -> None:
        self._open(record, body.buyer.party, True, body.dated_on, body.dated_on, body.amount_paise)

    def _receipts_reversed(self, record: Id, body: Any) -> None:
        for claim in [
            claim for claim, moved in self._claims.items() if any(p == body.paper for p, _m in moved)
        ]:
            self._undo(claim, body.counts_on)
        paise = self.papers[body.paper].moves[0].paise
        self._move(record, body.paper, body.counts_on, -paise)
        if body.paper in self._money:
            self._bring(body.counts_on, "received", -paise)

    def _ledger_allocated(self, record: Id, body: Any) -> None:
        for line in body.lines:
            self._move(record, line.document, body.allocated_on, -line.paise)
            self._move(record, body.credit, body.allocated_on, -line.paise)
            if body.credit in self._money and line.document in self._types:
                late = (body.allocated_on - self.papers[line.document].due_on).days
                paid = Payment(body.allocated_on, line.paise, max(0, late))
                self._payments.setdefault(record, []).append(paid)

    def _ledger_written_off(self, record: Id, body: Any) -> None:
        self._move(record, body.paper, body.written_off_on, -body.paise)

    def _ledger_released(self, _record: Id, body: Any) -> None:
        self._undo(body.claim, body.released_on)
