"""What a business does in a day, in one line each, for tests of what is received, owed and chased."""

import datetime as dt

from core.book import Book
from core.company.model import Address, Registration
from core.ids import Id
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine
from core.parties.commands import save_party
from core.parties.model import Party
from core.receipts.commands import record_receipt
from core.receipts.model import Deduction
from tests.core.books import TODAY

RUPEE = 100


def a_party(book: Book, code: str = "LOTUS", **rest: object) -> Id:
    """An unregistered customer in Chennai."""
    known = {"name": f"{code.title()} Foods", "terms_days": 30, **rest}
    party = Party(
        code=code,
        registration=Registration(state_code="33"),
        address=Address(line1="7 Mount Road", city="Chennai", state_code="33", pincode="600002"),
        **known,
    )
    return book.write("Party", lambda work: save_party(work, party))


def a_bill(
    book: Book, party: Id, rupees: int, dated_on: dt.date, *, due_on: dt.date | None = None, rate_bp: int = 0
) -> Id:
    """An invoice of one line, without tax unless a rate is given."""
    treatment = "taxable" if rate_bp else "exempt"
    line = DraftLine(
        description="Dosing pump", hsn="84138190", price_tenthousandths=rupees * 10_000, treatment=treatment,
        rate_bp=rate_bp,
    )  # fmt: skip
    draft = Draft(party=party, dated_on=dated_on, due_on=due_on, lines=(line,))
    return book.write("Bill", lambda work: issue_document(work, draft, today=TODAY, date_confirmed=True))


def money_in(
    book: Book, party: Id, rupees: int, on: dt.date, *, kept_back: tuple[Deduction, ...] = (), **rest: object
) -> Id:
    """Money received by bank; the oldest bills are settled unless told otherwise."""
    given = {"mode": "neft", "date_confirmed": True, **rest}
    return book.write(
        "Receipt",
        lambda work: record_receipt(
            work, party=party, dated_on=on, amount_paise=rupees * RUPEE, deductions=kept_back, today=TODAY, **given
        ),
    )  # fmt: skip
