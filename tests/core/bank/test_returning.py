"""Lines out that the book has no paper for yet: bounces recorded from the line, money given back, what recurs."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from core.bank.accepting import Accepted, set_aside_all, take_back
from core.bank.money import money_unmatched
from core.bank.proposals import explainer, proposals_for_line, seek
from core.bank.queries import lines_open
from core.book import Book
from core.changes.answer import Answer
from core.changes.change import Outcome
from core.ids import Id
from core.ledger.queries import open_item, trial_balance
from core.problems import Problem
from core.receipts.model import Cheque, Reversal
from core.receipts.reversing import bounce_receipt
from core.store.read import paper_of
from tests.core.bank.taking import AUGUST, JULY, JUNE, UTR, an_account, found_for, row_of, stated, take
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.order import Order, digests

pytestmark = pytest.mark.slow
BACK = JULY + dt.timedelta(days=4)


def a_cheque_credited(book: Book, account: Id, party: Id) -> Id:
    """A cheque of 2,300 that came and was matched with its line."""
    made = money_in(book, party, 2300, JULY, mode="cheque", reference="004513", cheque=Cheque("004513", JULY))
    stated(book, account, (JULY, 2300, "CLG CHQ 004513"))
    (found,) = found_for(book, account)
    take(book, found)
    return made


def test_a_bounce_is_proposed_with_the_charge_of_the_next_line_and_recorded_by_one_accept(
    tmp_path: Path,
) -> None:
    with a_book(tmp_path) as book:
        account, party = an_account(book), a_party(book)
        bill = a_bill(book, party, 2300, JUNE)
        cheque = a_cheque_credited(book, account, party)
        went = stated(
            book, account, (BACK, -2300, "CHQ RETURN 004513 FUNDS INSUFF"), (BACK, -295, "O/W RTN CHG 004513"),
            (BACK, -90, "SMS CHRGS"),
        )  # fmt: skip
        found = next(each for each in found_for(book, account) if each.bounce)
        assert (found.lines, found.certain) == (tuple(went[:2]), False)
        assert found.bounce is not None
        assert (found.bounce.receipt.paper, found.bounce.charges_paise) == (cheque, 29_500)
        assert "with charges of ₹ 295.00 from the next line" in found.reason
        (alone, *_rest) = book.read(lambda read: proposals_for_line(read, went[0]))
        assert set(alone.lines) == set(went[:2]), "the line by itself finds its charge too"
        done = take(book, found)
        assert done.bounce is not None
        made = book.read(lambda read: paper_of(read, Reversal, done.bounce))
        assert made is not None
        assert (made.dated_on, made.charges_paise, made.paper) == (BACK, 29_500, cheque)
        assert made.reason == "CHQ RETURN 004513 FUNDS INSUFF"
        assert book.read(lambda read: open_item(read, bill)).open_paise == 230_000
        assert [row.paise for row in book.read(lambda read: lines_open(read, account))] == [-9_000]
        assert sum(book.read(trial_balance).values()) == 0
        assert not any(each.bounce for each in found_for(book, account)), "it is taken back once"
        assert book.verify().ok


def test_a_transfer_sent_back_is_known_by_its_reference_and_a_vendor_is_not_taken_for_one(
    tmp_path: Path,
) -> None:
    with a_book(tmp_path) as book:
        account, party = an_account(book), a_party(book)
        paid = money_in(book, party, 1000, JULY, reference=UTR)
        lines = stated(
            book,
            account,
            (BACK, -1000, f"NEFT RTN-{UTR}-ACCOUNT CLOSED"),
            (BACK, -1000, "UPI/MEENA STATIONERS"),
        )
        bounces = [each for each in found_for(book, account) if each.bounce]
        assert [(each.lines, each.bounce.receipt.paper) for each in bounces if each.bounce] == [
            ((lines[0],), paid)
        ]


def test_a_bounce_whose_charge_differs_from_the_books_is_told_and_not_accepted(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account, party = an_account(book), a_party(book)
        cheque = a_cheque_credited(book, account, party)
        book.write(
            "Bounce",
            lambda work: bounce_receipt(work, cheque, on=BACK, reason="Funds", charges_paise=29_500, today=TODAY,
                                        date_confirmed=True),
        )  # fmt: skip
        stated(book, account, (BACK, -2300, "CHQ RETURN 004513"), (BACK, -354, "CHQ RTN CHRGS"))
        told = [each for each in found_for(book, account) if each.hindrance]
        assert [each.hindrance for each in told] == [
            "The bank took ₹ 354.00 for this bounce, the book says ₹ 295.00."
        ]
        assert not told[0].certain


def test_money_given_back_is_recorded_from_what_lies_on_account_and_taken_back(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account, party = an_account(book), a_party(book)
        paid = money_in(book, party, 900, JULY)
        line = stated(
            book, account, (JULY, 900, "NEFT LOTUS FOODS"), (AUGUST, -900, "NEFT DR-LOTUS FOODS-REFUND")
        )[1]
        found = next(each for each in found_for(book, account) if each.payback)
        assert found.payback is not None
        assert (found.lines, found.payback.credit, found.payback.amount_paise, found.certain) == (
            (line,), paid, 90_000, False,
        )  # fmt: skip
        done = take(book, found)
        assert book.read(lambda read: open_item(read, paid)).open_paise == 0
        assert row_of(book, line).state == "matched"
        book.write("Back", lambda work: take_back(work, [done], today=TODAY))
        assert book.read(lambda read: open_item(read, paid)).open_paise == 90_000
        assert row_of(book, line).state == "open"
        assert [m.type for m in book.read(money_unmatched)] == ["RCT"]
        assert book.verify().ok


def test_a_credit_of_less_or_of_later_pays_nothing_back(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account, party = an_account(book), a_party(book)
        money_in(book, party, 900, JULY)
        stated(book, account, (AUGUST, -901, "NEFT DR-LOTUS FOODS"), (JUNE, -900, "NEFT DR-LOTUS FOODS"))
        assert not any(each.payback for each in found_for(book, account))


def test_words_set_aside_before_are_set_aside_again_with_their_reason(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account = an_account(book)
        before = stated(
            book, account, (JUNE, -700, "UPI/MEENA STATIONERS/1"), (JULY, -800, "UPI/MEENA STATIONERS/2")
        )
        done = book.write(
            "Aside", lambda work: set_aside_all(work, before, reason="vendor", note="Paper", today=TODAY)
        )
        assert {row_of(book, line).state for line in before} == {"aside"}
        line, came = stated(
            book, account, (AUGUST, -650, "UPI/MEENA STATIONERS/3"), (AUGUST, 650, "UPI/MEENA STATIONERS/4")
        )
        (found,) = found_for(book, account)
        assert (found.lines, found.aside, found.certain) == ((line,), "vendor", False)
        assert found.reason == "Lines with these words were set aside so 2 times before."
        book.write("Back", lambda work: take_back(work, done, today=TODAY))
        assert {row_of(book, line).state for line in (*before, came)} == {"open"}
        assert found_for(book, account) == []
        assert book.verify().ok


def test_two_devices_record_one_bounce_from_the_line_and_agree(tmp_path: Path) -> None:
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        account, party = an_account(here), a_party(here)
        bill = a_bill(here, party, 2300, JUNE)
        cheque = a_cheque_credited(here, account, party)
        lines = stated(here, account, (BACK, -2300, "CHQ RETURN 004513"), (BACK, -295, "RTN CHG 004513"))
        order.round(here)
        one, two = (
            take(book, next(each for each in found_for(book, account) if each.bounce))
            for book in (here, there)
        )
        assert one.bounce != two.bounce
        order.round(here)
        told = Problem("NOT_STANDING", "This was taken back already.", "paper")
        order.round(
            there,
            {
                "receipts.reversed": (Outcome.HELD, Answer(problems=(told,))),
                "bank.matched": (Outcome.REFUSED, Answer(winner=one.claim)),
            },
        )
        assert len(digests([here, there])) == 1
        for book in (here, there):
            _agree(book, lines, one, bill, cheque)
            assert sum(book.read(trial_balance).values()) == 0


def _agree(book: Book, lines: list[Id], done: Accepted, bill: Id, cheque: Id) -> None:
    assert {row_of(book, line).match for line in lines} == {done.claim}
    assert book.read(lambda read: open_item(read, bill)).open_paise == 230_000, "it is open once, not twice"
    item = book.read(lambda read: open_item(read, cheque))
    assert item is None or item.open_paise == 0


def test_a_credit_that_came_between_two_lines_is_there_for_the_second(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        account, party = an_account(book), a_party(book)
        lines = stated(
            book,
            account,
            (AUGUST, 700, "NEFT LOTUS FOODS 1"),
            (AUGUST + dt.timedelta(days=9), 700, "NEFT LOTUS FOODS 2"),
        )
        a_bill(book, party, 1000, JUNE)
        money_in(book, party, 300, AUGUST + dt.timedelta(days=5), allocate=())

        def used(read: Connection) -> list[bool]:
            explained, (first, second) = explainer(read), seek(read, account, TODAY).lines
            return [any(way.credits_used for way in explained(party, line)) for line in (first, second)]

        assert len(lines) == 2
        assert book.read(used) == [False, True]
