"""Books for tests: made in a temporary folder, with a cheap passphrase and a clock that stands still."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.book import PLAN, Book, Identity
from core.clock import FixedClock
from core.company.commands import save_company
from core.company.model import Address, Bank, Company, Registration
from core.ids import IdMaker
from core.store import wraps
from core.store.plan import Plan

TODAY = dt.date(2026, 11, 20)
PASSPHRASE = "correct horse battery"
CHEAP = wraps.Cost(passes=1, memory_kib=64, lanes=1)

COMPANY = Company(
    legal_name="Nandi Instruments Private Limited",
    trade_name="Nandi Instruments",
    registration=Registration(kind="registered", gstin="29AAKCN5519Q1ZK", state_code="29"),
    pan="AAKCN5519Q",
    address=Address(line1="14 Residency Road", city="Bengaluru", state_code="29", pincode="560025"),
    email="accounts@nandi.example",
    phone="+919800000000",
    bank=Bank(name="Example Bank", account="000111222333", ifsc="EXAM0000001", upi_id="nandi@okbank"),
)


@contextmanager
def a_book(
    folder: Path,
    *,
    name: str = "nandi.bahi",
    code: str = "A",
    company: Company | None = COMPANY,
    clock: FixedClock | None = None,
    plan: Plan = PLAN,
    marks: Path | None = None,
) -> Iterator[Book]:
    """An open new book that keeps `company`, on 20 November 2026 at eleven."""
    clock = clock or FixedClock.on(TODAY)
    book, _code = Book.create(
        folder / name,
        Identity(user="Asha", device_name="desk", code=code),
        passphrase=PASSPHRASE,
        clock=clock,
        ids=IdMaker(clock),
        plan=plan,
        cost=CHEAP,
        marks=marks,
    )
    with book:
        if company is not None:
            book.write("Company", lambda work: save_company(work, company))
        yield book
