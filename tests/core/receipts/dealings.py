"""What is done with cheques and money that goes back, in one line each, and what the books then say."""

import datetime as dt

from core.book import Book
from core.ids import Id
from core.ledger.queries import balance, open_item, open_items, trial_balance
from core.receipts.model import Cheque
from core.receipts.reversing import bounce_receipt, pay_back, reverse_payback, reverse_receipt
from core.statements.ageing import ageing
from tests.core.books import TODAY
from tests.core.dealings import money_in

D = dt.date
AUGUST, SEPTEMBER, OCTOBER = D(2026, 8, 1), D(2026, 9, 1), D(2026, 10, 1)


def a_cheque_in(book: Book, party: Id, rupees: int, on: dt.date, cheque_on: dt.date, **rest: object) -> Id:
    """A cheque taken from a party; the oldest bills are settled unless told otherwise."""
    cheque = Cheque(number=f"{rupees:06d}", dated_on=cheque_on, bank="Lotus Bank", branch="Chennai")
    return money_in(book, party, rupees, on, mode="cheque", cheque=cheque, **rest)


def bounced(
    book: Book, receipt: Id, on: dt.date, charges_paise: int = 0, reason: str = "Funds insufficient"
) -> Id:
    """The bank returns it."""
    return book.write(
        "Bounce",
        lambda work: bounce_receipt(
            work, receipt, on=on, reason=reason, charges_paise=charges_paise, today=TODAY, date_confirmed=True
        ),
    )


def taken_back(book: Book, receipt: Id, on: dt.date = TODAY) -> Id:
    """It was a mistake."""
    return book.write(
        "Take back",
        lambda work: reverse_receipt(
            work, receipt, on=on, reason="Entered twice", today=TODAY, date_confirmed=True
        ),
    )


def given_back(book: Book, credit: Id, rupees: int, on: dt.date = TODAY) -> Id:
    """Money goes back from what lies on account."""
    return book.write(
        "Give back",
        lambda work: pay_back(
            work, credit, on=on, amount_paise=rupees * 100, mode="neft", reason="Paid twice", today=TODAY,
            date_confirmed=True,
        ),
    )  # fmt: skip


def given_back_undone(book: Book, payback: Id, on: dt.date = TODAY) -> Id:
    """Giving back was a mistake."""
    return book.write(
        "Take back",
        lambda work: reverse_payback(
            work, payback, on=on, reason="Never sent", today=TODAY, date_confirmed=True
        ),
    )


def left_of(book: Book, *papers: Id) -> list[int]:
    """What is open of each, in rupees."""
    found = [book.read(lambda read, paper=paper: open_item(read, paper)) for paper in papers]
    return [item.open_paise // 100 for item in found]


def owed_on(book: Book, on: dt.date) -> int:
    """What all parties owe at the end of a day by ageing, in rupees."""
    return book.read(lambda read: ageing(read, on=on))[1].total_paise // 100


def agrees(book: Book, *parties: Id) -> None:
    """The ledger and the open amounts say the same of each party, the books balance, and verify proves them."""
    assert sum(book.read(trial_balance).values()) == 0
    for party in parties:
        items = book.read(lambda read, party=party: open_items(read, party=party))
        due = sum(item.open_paise for item in items if item.side == "due")
        credit = sum(item.open_paise for item in items if item.side == "credit")
        assert due - credit == book.read(lambda read, party=party: balance(read, party)), items
        assert all(item.open_paise > 0 for item in items)
    proof = book.verify()
    assert proof.ok, [problem.message for problem in proof.problems]
