"""Ledger files: a table of open or settled invoices becomes bills brought forward, and what settled them.

A bill settled on a day is paid in full by a receipt of that day. What stands in dispute is kept as a note on the
bill until disputes have papers of their own.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from core.errors import RuleBroken
from core.exchange.columns import Columns, match_columns, read_date
from core.exchange.credits import allocation_id
from core.exchange.document_model import FileAllocation
from core.exchange.documents import keep, opening_document
from core.exchange.model import FileOpening, FileReceipt
from core.exchange.reading import PROBLEMS_MAX
from core.exchange.receipts import KIND, keep_receipt, receipt_of
from core.exchange.register import Register
from core.exchange.report import Tally
from core.exchange.tables import Row, Table
from core.fiscal import financial_year
from core.gst.number import MAX_LENGTH
from core.ids import Id
from core.ledger.kinds import ALLOCATED
from core.ledger.model import Allocation, AllocationLine
from core.numbering.rules import number_place
from core.parties.commands import save_party
from core.parties.model import Party
from core.problems import Problem, located
from core.store.tables.parties import parties
from core.store.work import Work
from core.words import translate as _

YES = frozenset({"yes", "y", "true", "1", "disputed"})
NO = frozenset({"", "no", "n", "false", "0", "-"})


class LedgerFile(NamedTuple):
    """A table with its columns matched."""

    table: Table
    columns: Columns


class Bill(NamedTuple):
    """One row, read."""

    line: int
    customer: str
    number: str
    dated_on: dt.date
    due_on: dt.date | None
    amount: Decimal
    disputed: bool
    settled_on: dt.date | None


def ledger_file(table: Table, given: Mapping[str, str]) -> LedgerFile:
    """The table with its columns matched by header and by what is given. Raises `RuleBroken`."""
    return LedgerFile(table, match_columns(table, given))


def bills_in(file: LedgerFile) -> list[Bill]:
    """Every row as a bill. Raises `RuleBroken` naming file, line and field of all that cannot be read."""
    problems: list[Problem] = []
    bills = []
    for row in file.table.rows:
        try:
            bills.append(_bill(file.columns, row))
        except RuleBroken as refused:
            problems += [located(p, file=file.table.name, line=row.line) for p in refused.problems]
            if len(problems) >= PROBLEMS_MAX:
                break
    if problems:
        raise RuleBroken(problems)
    return bills


def take_ledger_file(work: Work, file: LedgerFile, tally: Tally) -> None:
    """Take a ledger file in. Raises `RuleBroken` with everything wrong with it."""
    taker = _Taker(work, file, tally)
    for bill in bills_in(file):
        taker.take(bill)
    taker.finish()


class _Taker:
    """Takes the bills of one file in, row by row."""

    def __init__(self, work: Work, file: LedgerFile, tally: Tally) -> None:
        self._work = work
        self._file = file
        self._tally = tally
        self._register = Register(work)
        self._codes: dict[str, str] = {}
        self._numbers: set[str] = set()
        self._receipts: set[str] = set()
        self._problems: list[Problem] = []
        self._disputed = 0

    def take(self, bill: Bill) -> None:
        """Take one bill in, with its customer when new and with what settled it."""
        try:
            self._take(bill, self._customer(bill.customer))
        except RuleBroken as refused:
            self._problems += [
                located(_in_columns(p), file=self._file.table.name, line=bill.line) for p in refused.problems
            ]

    def finish(self) -> None:
        """Refuse what was wrong; tell what was not made anything of."""
        if self._problems:
            raise RuleBroken(self._problems[:PROBLEMS_MAX])
        name = self._file.table.name
        if self._file.columns.ignored:
            message = _("Columns not used: {headers}.").format(headers=", ".join(self._file.columns.ignored))
            self._tally.warnings.append(Problem("COLUMNS_IGNORED", message, "", "", name, 1))
        if self._disputed:
            message = _("{count} bills are in dispute; that is kept as a note on each of them.")
            self._tally.warnings.append(
                Problem("DISPUTES_AS_NOTES", message.format(count=self._disputed), "disputed", "", name)
            )

    def _take(self, bill: Bill, code: str) -> None:
        given = FileOpening(
            number=bill.number,
            date=bill.dated_on,
            party=code,
            amount=bill.amount,
            due_date=bill.due_on,
            note=_("In dispute when it was brought forward.") if bill.disputed else "",
        )
        document = opening_document(self._register, given)
        kept = keep(self._work, self._register, document, document.buyer.party, self._numbers, given)
        self._tally.count("opening", was_known=kept.was_known)
        self._disputed += bill.disputed
        if bill.settled_on is not None:
            self._settle(bill, code, kept.id, document.totals.invoice_value_paise)

    def _settle(self, bill: Bill, code: str, document: Id, paise: int) -> None:
        assert bill.settled_on is not None
        given = FileReceipt(
            party=code,
            amount=bill.amount,
            number=bill.number,
            date=bill.settled_on,
            mode="other",
            note=_("Settled, says the ledger that was brought forward."),
            allocations=(FileAllocation(document=bill.number, amount=bill.amount, date=bill.dated_on),),
        )
        receipt = receipt_of(self._register, self._numbered(given))
        record, known = keep_receipt(self._work, self._register, receipt, self._receipts)
        self._tally.count("receipts", was_known=known)
        if not known:
            on = max(bill.settled_on, bill.dated_on)
            body = Allocation(record, receipt.buyer.party, on, (AllocationLine(document, paise),))
            self._work.record(ALLOCATED, allocation_id(self._register, record, on), body)

    def _numbered(self, given: FileReceipt) -> FileReceipt:
        """The receipt bears its bill's number; one that is taken in its year gets a count behind it."""
        assert given.number is not None
        number, count = given.number, 1
        while self._place(given, number) in self._receipts:
            count += 1
            number = f"{given.number[: MAX_LENGTH - 1 - len(str(count))]}-{count}"
        return msgspec.structs.replace(given, number=number)

    def _place(self, given: FileReceipt, number: str) -> str:
        assert given.date is not None
        return number_place(KIND, financial_year(given.date), number)

    def _customer(self, customer: str) -> str:
        """The code of a customer: a party's code, or its name; else a new party's."""
        key = customer.casefold()
        if key not in self._codes:
            self._codes[key] = self._known(customer) or self._made(customer)
        return self._codes[key]

    def _known(self, customer: str) -> str:
        found = self._register.party(customer)
        if found is not None:
            return customer
        named = self._work.read.execute(
            sa.select(parties.c.code).where(parties.c.name_key == customer.casefold()).limit(2)
        ).all()
        return named[0].code if len(named) == 1 and named[0].code else ""

    def _made(self, customer: str) -> str:
        record = self._register.id_of("party", customer.casefold())
        party = Party(code=customer, name=customer)
        save_party(self._work, party, record)
        self._register.keep_party(customer, record, party)
        self._tally.count("parties", was_known=False)
        return customer


def _bill(columns: Columns, row: Row) -> Bill:
    problems: list[Problem] = []
    texts = {field: str(columns.cell(row, field)).strip() for field in ("customer", "number")}
    problems += [Problem("REQUIRED", _("This is blank."), field) for field, text in texts.items() if not text]
    dates: dict[str, dt.date | None] = {}
    for field in ("date", "due_date", "settled_on"):
        try:
            dates[field] = read_date(columns.cell(row, field), day_first=columns.day_first)
        except ValueError:
            message = _("“{text}” is no date.").format(text=str(columns.cell(row, field))[:40])
            problems.append(Problem("DATE", message, field, _("Write it as YYYY-MM-DD or dd-mm-yyyy.")))
    on = dates.get("date")
    if "date" in dates and on is None:
        problems.append(Problem("REQUIRED", _("This is blank."), "date"))
    problems += _order_of_days(dates)
    amount = _amount(str(columns.cell(row, "amount")), problems)
    disputed = _yes_or_no(str(columns.cell(row, "disputed")), problems)
    if problems or on is None:
        raise RuleBroken(problems)
    return Bill(
        row.line,
        texts["customer"],
        texts["number"],
        on,
        dates["due_date"],
        amount,
        disputed,
        dates["settled_on"],
    )


def _order_of_days(dates: Mapping[str, dt.date | None]) -> Iterator[Problem]:
    on = dates.get("date")
    if on is None:
        return
    due, settled = dates.get("due_date"), dates.get("settled_on")
    if due is not None and due < on:
        yield Problem("DUE_DATE", _("It falls due before its own date."), "due_date")
    if settled is not None and settled < on:
        yield Problem("SETTLED_ON", _("It is settled before its own date."), "settled_on")


def _amount(text: str, problems: list[Problem]) -> Decimal:
    plain = text.strip().removeprefix("₹").removeprefix("Rs.").removeprefix("Rs").strip()
    whole, _point, _part = plain.partition(".")
    if "," in whole and _grouped(whole):
        plain = plain.replace(",", "")
    try:
        amount = Decimal(plain)
        fits = amount.is_finite() and amount == amount.quantize(Decimal("0.01"))
    except InvalidOperation:
        fits, amount = False, Decimal(0)
    if not fits:
        message = _("“{text}” is no amount in rupees and paise.").format(text=text[:40])
        problems.append(Problem("AMOUNT", message, "amount"))
    elif amount <= 0:
        problems.append(Problem("RANGE", _("A bill comes to more than nothing."), "amount"))
    return amount


def _grouped(whole: str) -> bool:
    first, *rest = whole.lstrip("-").split(",")
    return 1 <= len(first) <= 3 and all(2 <= len(part) <= 3 for part in rest) and len(rest[-1]) == 3


def _yes_or_no(text: str, problems: list[Problem]) -> bool:
    word = text.strip().casefold()
    if word not in YES and word not in NO:
        message = _("“{text}” is neither yes nor no.").format(text=text[:40])
        problems.append(Problem("CHOICE", message, "disputed"))
    return word in YES


def _in_columns(problem: Problem) -> Problem:
    """The problem under the name of the column it came from."""
    words = {
        "party": "customer",
        "dated_on": "date",
        "due_on": "due_date",
        "name": "customer",
        "code": "customer",
    }
    return msgspec.structs.replace(problem, field=words.get(problem.field, problem.field))
