"""What is open of every paper on any day, reckoned again from the order of changes alone; and what follows from it.

A model of a few dozen lines beside the ledger: it knows papers by what they open, claims by what they take.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from core.catalogue import KINDS
from core.changes.change import Outcome, decode_change
from core.changes.kind import ChangeClass, Kind
from core.changes.record import decoded
from core.changes.standing import State
from core.ids import Id
from core.invoicing.model import Cancellation
from core.ledger.model import Allocation, Release, WriteOff
from core.receipts.model import RECEIPT, Receipt, Reversal
from core.statements.ageing import ageing, on_account_of
from core.statements.books import trial_balance_on
from core.statements.rules import bucket
from tests.simulation.broken import expect

_ITEMS = "SELECT paper, party, side, type, dated_on, due_on, amount_paise, open_paise FROM open_items"
_DEBTORS = "SELECT party, sum(paise) FROM postings WHERE account = 'debtors' GROUP BY party"
_ABOUT = "SELECT account, sum(paise) FROM postings WHERE about = ? GROUP BY account HAVING sum(paise) <> 0"
_UNDONE = "SELECT r.id, r.reversal, s.state FROM receipts r JOIN standing s ON s.record = r.id"
_GIVEN_UP = "SELECT coalesce(sum(paise), 0) FROM postings WHERE account = 'bad_debts'"
_DAYS = 7


class Entered(NamedTuple):
    """A change that took effect, as its author wrote it."""

    kind: Kind[Any]
    record: Id
    body: Any


def entered(order: Iterable[Any]) -> Iterator[Entered]:
    """The papers and claims that took effect, in order; a held paper does so when an owner accepts it."""
    held: dict[Id, Entered] = {}
    for row in order:
        change = decode_change(row.data)
        kind = KINDS[change.kind]
        if kind.change_class is ChangeClass.FIELDS:
            continue
        made = Entered(kind, change.record, decoded(kind.record, change.body))
        if row.outcome == Outcome.HELD:
            held.setdefault(change.record, made)
        elif row.outcome not in (Outcome.REFUSED, Outcome.DUPLICATE):
            yield made
            for paper in kind.effects(*made[1:]).accepts:
                yield held[paper]


class Till:
    """What papers opened and claims took, each with its day."""

    def __init__(self, changes: Iterable[Entered]) -> None:
        self.amounts: dict[Id, int] = {}
        self.taken: dict[Id, list[tuple[dt.date, int]]] = defaultdict(list)
        self.bodies: dict[Id, Any] = {}
        self.claims: dict[Id, Allocation | WriteOff] = {}
        """Those that still stand."""
        for _kind, record, body in changes:
            self.bodies[record] = body
            self._enter(_kind, record, body)

    def open_of(self, paper: Id, on: dt.date = dt.date.max) -> int:
        """What is open of a paper at the end of a day."""
        return self.amounts[paper] - sum(paise for day, paise in self.taken[paper] if day <= on)

    def turning_days(self) -> list[dt.date]:
        """The days on which something was taken or given back."""
        return sorted({day for taken in self.taken.values() for day, _paise in taken})

    def _enter(self, kind: Kind[Any], record: Id, body: Any) -> None:
        self.amounts |= dict(kind.effects(record, body).opens)
        if isinstance(body, Allocation | WriteOff):
            self.claims[record] = body
            self._take(body, _day(body), 1)
        elif isinstance(body, Release):
            self._give_back(body.claim, body.released_on)
        elif isinstance(body, Reversal):
            if body.of == RECEIPT:
                for claim in [claim for claim, made in self.claims.items() if _source(made) == body.paper]:
                    self._give_back(claim, body.counts_on)
            self._end(body.paper, body.counts_on)
        elif isinstance(body, Cancellation):
            self._end(body.document, body.cancelled_on)

    def _take(self, claim: Allocation | WriteOff, on: dt.date, sign: int) -> None:
        for paper, paise in _takes(claim):
            self.taken[paper].append((on, sign * paise))

    def _give_back(self, claim: Id, on: dt.date) -> None:
        made = self.claims.pop(claim, None)
        if made is not None:
            self._take(made, max(on, _day(made)), -1)

    def _end(self, paper: Id, on: dt.date) -> None:
        if self.amounts.get(paper):
            self.taken[paper].append((on, self.open_of(paper)))


def prove_settled(read: Any, till: Till) -> None:
    """Open amounts, ageing on past days, the debtors' account and what is left of each receipt are what happened."""
    items = {row[0]: row for row in read.exec_driver_sql(_ITEMS)}
    wrong = [paper.hex() for paper, row in items.items() if row[7] != till.open_of(paper)]
    expect(not wrong, f"more or less is open than the order of changes says: {wrong}")
    _receipts(read, till, items)
    _reversals(read, till)
    _debtors(read, items)
    given_up = sum(
        claim.postings[0].paise for claim in _written_off(till) if claim.postings[0].account == "bad_debts"
    )
    posted = read.exec_driver_sql(_GIVEN_UP).scalar()
    expect(posted == given_up, f"bad debts of {posted} are posted, and {given_up} was given up")
    days = till.turning_days()
    for on in days[:: max(1, len(days) // _DAYS)]:
        _aged(read, till, items, on)
        _trial(read, on)


def _receipts(read: Any, till: Till, items: dict[Id, Any]) -> None:
    """Receipts and deductions are allocations, what was given up of them, and what lies on account."""
    used: Counter[Id] = Counter()
    for claim in till.claims.values():
        used[_source(claim)] += _takes(claim)[0][1]
    for paper, row in items.items():
        body = till.bodies[paper]
        if not isinstance(body, Receipt) or _ended(till, paper):
            continue
        came = body.amount_paise + sum(deduction.paise for deduction in body.deductions)
        expect(
            came == used[paper] + row[7], f"{paper.hex()}: {came} came, {used[paper]} is used, {row[7]} left"
        )
        counts = max(body.dated_on, body.cheque.dated_on if body.cheque else body.dated_on)
        expect(row[4] == counts.isoformat(), f"{paper.hex()} counts from {row[4]}, not from {counts}")


def _reversals(read: Any, till: Till) -> None:
    """A receipt is taken back once: nothing rests on it, and what it posted is posted back but for charges."""
    found: dict[Id, Reversal] = {}
    for body in till.bodies.values():
        if isinstance(body, Reversal):
            expect(body.paper not in found, f"{body.paper.hex()} is taken back twice")
            found[body.paper] = body
    for receipt, by, state in read.exec_driver_sql(_UNDONE):
        is_back = receipt in found
        expect(
            is_back == (by is not None), f"{receipt.hex()}: its row does not say whether it was taken back"
        )
        if not is_back:
            continue
        expect(state == State.CANCELLED, f"{receipt.hex()} was taken back, and stands")
        stuck = [claim.hex() for claim in till.bodies[receipt].given_up if claim in till.claims]
        expect(not stuck, f"{receipt.hex()} was taken back, and what was given up with it is not: {stuck}")
        charges = found[receipt].charges_paise
        left = {"bank": -charges, "bank_charges": charges} if charges else {}
        posted = dict(map(tuple, read.exec_driver_sql(_ABOUT, (receipt,))))
        expect(posted == left, f"{receipt.hex()} was taken back, and {posted} of it stands posted")


def _debtors(read: Any, items: dict[Id, Any]) -> None:
    """What a party owes by its account is what is open of its bills less what lies on account."""
    owed: Counter[Id] = Counter()
    for _paper, party, side, *_rest, left in items.values():
        owed[party] += left if side == "due" else -left
    posted = Counter(dict(map(tuple, read.exec_driver_sql(_DEBTORS))))
    wrong = {party.hex() for party in owed | posted if owed[party] != posted[party]}
    expect(not wrong, f"the account and the open amounts of these parties differ: {wrong}")


def _aged(read: Any, till: Till, items: dict[Id, Any], on: dt.date) -> None:
    bills: dict[Id, list[int]] = defaultdict(lambda: [0] * 6)
    lies: Counter[Id] = Counter()
    for paper, party, side, _type, dated_on, due_on, *_amounts in items.values():
        if dated_on > on.isoformat():
            continue
        left = till.open_of(paper, on)
        if side == "due":
            bills[party][bucket(dt.date.fromisoformat(due_on), on)] += left
        else:
            lies[party] += left
    told = {row.party: row.buckets for row in ageing(read, on=on)[0]}
    reckoned = {party: tuple(buckets) for party, buckets in bills.items() if any(buckets)}
    expect(told == reckoned, f"ageing on {on} is not what the order of changes says")
    account = {party: paise for party, paise in lies.items() if paise}
    expect(on_account_of(read, on) == account, f"other money lies on account on {on} than the order says")


def _trial(read: Any, on: dt.date) -> None:
    rows = trial_balance_on(read, on).rows
    debit, credit = sum(row.debit_paise for row in rows), sum(row.credit_paise for row in rows)
    expect(debit == credit, f"the trial balance of {on} shows {debit} and {credit}")


def _written_off(till: Till) -> list[WriteOff]:
    return [claim for claim in till.claims.values() if isinstance(claim, WriteOff)]


def _ended(till: Till, paper: Id) -> bool:
    return any(isinstance(body, Reversal) and body.paper == paper for body in till.bodies.values())


def _takes(claim: Allocation | WriteOff) -> list[tuple[Id, int]]:
    if isinstance(claim, WriteOff):
        return [(claim.paper, claim.paise)]
    bills = [(line.document, line.paise) for line in claim.lines]
    return [(claim.credit, sum(paise for _paper, paise in bills)), *bills]


def _source(claim: Allocation | WriteOff) -> Id:
    return claim.paper if isinstance(claim, WriteOff) else claim.credit


def _day(claim: Allocation | WriteOff) -> dt.date:
    return claim.written_off_on if isinstance(claim, WriteOff) else claim.allocated_on
