"""Receipt vouchers for tests: as papers without a book, and taken in one line by a book."""

import datetime as dt

from core.advances.commands import receive_advance, refund_advance
from core.advances.model import AdjustedElsewhere, ReceiptVoucher
from core.advances.rules import SERVICES
from core.advances.settling import Advance, settled_voucher
from core.book import Book
from core.company.model import Address, Company, Registration
from core.facts import Facts
from core.ids import Id
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.parties.model import Party
from tests.core.books import COMPANY, TODAY

FACTS = Facts.shipped()
PARTY = b"p" * 16
HERE, CHENNAI = "29", "33"


def a_customer(state: str = HERE, *, kind: str = "unregistered") -> Party:
    return Party(
        code="LOTUS",
        name="Lotus Foods",
        registration=Registration(kind=kind, state_code=state),
        address=Address(city="Somewhere", state_code=state),
    )


def a_voucher(
    amount_paise: int,
    rate_bp: int = 1800,
    *,
    on: dt.date = TODAY,
    purpose: str = SERVICES,
    state: str = HERE,
    cess_paise: int = 0,
    company: Company = COMPANY,
    elsewhere: tuple[AdjustedElsewhere, ...] = (),
) -> ReceiptVoucher:
    asked = Advance(on, amount_paise, rate_bp, purpose, cess_paise=cess_paise)
    return settled_voucher(
        asked, company=company, party_id=PARTY, party=a_customer(state), facts=FACTS, elsewhere=elsewhere
    )


def take(book: Book, party: Id, rupees: int, on: dt.date, *, rate_bp: int = 1800, **rest: object) -> Id:
    """An advance for services by bank."""
    given = {"mode": "neft", "purpose": SERVICES, "date_confirmed": True, **rest}
    return book.write(
        "Advance",
        lambda work: receive_advance(
            work, party=party, dated_on=on, amount_paise=rupees * 100, rate_bp=rate_bp, today=TODAY, **given
        ),
    )


def give_back(book: Book, voucher: Id, rupees: int, on: dt.date, **rest: object) -> Id:
    """A refund by bank."""
    given = {"mode": "neft", "reason": "order withdrawn", "date_confirmed": True, **rest}
    return book.write(
        "Refund",
        lambda work: refund_advance(
            work, voucher=voucher, dated_on=on, amount_paise=rupees * 100, today=TODAY, **given
        ),
    )


def set_off(book: Book, voucher: Id, party: Id, bill: Id, rupees: int, on: dt.date) -> Id:
    """So much of an advance set against a bill."""
    lines = [AllocationLine(bill, rupees * 100)]
    return book.write("Set off", lambda work: allocate(work, credit=voucher, party=party, lines=lines, on=on))
