"""What a receipt's page offers as it stands, how cheques read, and how foreign money is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.bank.commands import save_account
from core.bank.model import BankAccount
from core.book import Book
from core.ids import Id
from core.receipts.cheque_list import cheque_rows
from core.receipts.cheques import clear_receipt, deposit_cheques
from core.receipts.model import ForeignMoney
from core.receipts.rules import ForeignShare
from desktop.ports import Choice
from desktop.screens.receipts.cheque_columns import cheque_state, cheque_tone, since_text
from desktop.screens.receipts.deeds import account_choices, deposit_deed, known_deeds
from desktop.screens.receipts.explaining import exchange_text, foreign_deductions, reason_choices
from desktop.screens.receipts.slips import Chosen, deposit_asked, slip_of
from desktop.screens.receipts.stories import story_of
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.receipts.dealings import AUGUST, OCTOBER, SEPTEMBER, D, a_cheque_in, bounced, given_back

pytestmark = pytest.mark.slow


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        yield made


def offered(book: Book, record: Id) -> list[str]:
    story = book.read(lambda read: story_of(record, TODAY, read))
    return [deed.name for deed in story.deeds]


def test_what_is_offered_follows_what_happened(book: Book) -> None:
    party = a_party(book)
    a_bill(book, party, 1_000, AUGUST)
    cheque = a_cheque_in(book, party, 600, SEPTEMBER, SEPTEMBER)
    assert offered(book, cheque) == ["deposit", "clear", "bounce", "undo", "take_back"]
    book.write("Deposit", lambda work: deposit_cheques(work, [cheque], on=OCTOBER))
    assert offered(book, cheque) == ["clear", "bounce", "undo_deposit", "undo", "take_back"]
    book.write("Clear", lambda work: clear_receipt(work, cheque, on=OCTOBER))
    assert offered(book, cheque) == ["bounce", "undo_clearing", "undo", "take_back"]
    bounced(book, cheque, TODAY)
    assert offered(book, cheque) == []
    cash = money_in(book, party, 2_000, OCTOBER, mode="cash")
    assert offered(book, cash) == ["give_back", "undo", "take_back"]
    later = a_cheque_in(book, party, 50, OCTOBER, D(2026, 12, 24))
    assert offered(book, later) == ["deposit", "bounce", "give_back", "take_back"]
    back = given_back(book, cash, 100)
    assert offered(book, back) == ["take_back"]


def test_keys_of_deeds_are_told_once() -> None:
    keys = [key for _name, _title, key in known_deeds()]
    assert len(keys) == len(set(keys))


def test_a_page_tells_of_a_bounce_and_leads_to_its_paper(book: Book) -> None:
    party = a_party(book)
    cheque = a_cheque_in(book, party, 600, SEPTEMBER, SEPTEMBER)
    made = bounced(book, cheque, OCTOBER, 354_00)
    story = book.read(lambda read: story_of(cheque, TODAY, read))
    assert (story.pill, story.tone, story.heading) == ("Bounced", "danger", "Taken back by")
    assert dict(story.facts)["Why"] == "Funds insufficient"
    assert [way.place.record for way in story.ways] == [made]
    paper = book.read(lambda read: story_of(made, TODAY, read))
    assert (paper.title, paper.pill) == ("AX/26-27/0001", "Bounced")
    assert dict(paper.facts)["Bank charges"].endswith("354.00")
    assert not paper.can_settle
    assert paper.draw().startswith(b"%PDF")
    assert story.draw().startswith(b"%PDF")


def test_cheques_read_by_how_they_stand(book: Book) -> None:
    party = a_party(book)
    cheque = a_cheque_in(book, party, 600, SEPTEMBER, SEPTEMBER)
    told = []
    for deed in (
        lambda work: None,
        lambda work: deposit_cheques(work, [cheque], on=D(2026, 9, 2)),
        lambda work: clear_receipt(work, cheque, on=D(2026, 9, 3)),
    ):
        book.write("Deed", deed)
        [row] = book.read(lambda read: cheque_rows(read, [cheque], on=TODAY))
        told.append((cheque_state(row), cheque_tone(row), since_text(row)))
    assert told == [
        ("In hand", "accent", "01-09-2026"),
        ("Deposited", "accent", "02-09-2026"),
        ("Cleared", "success", "03-09-2026"),
    ]


def test_only_cheques_in_hand_are_chosen_and_paid_in_where_several_accounts_are_kept(book: Book) -> None:
    party = a_party(book)
    one, later = (
        a_cheque_in(book, party, n, SEPTEMBER, on) for n, on in ((1, SEPTEMBER), (2, D(2026, 12, 24)))
    )
    rows = book.read(lambda read: cheque_rows(read, [one, later], on=TODAY))
    chosen = Chosen()
    for row in rows:
        chosen.turn(row)
    assert chosen.paise == {one: 1_00}
    assert book.read(account_choices) == ()
    kept = [
        BankAccount(name=name, bank=name, number=name * 3, ifsc="SBIN0001234") for name in ("Alpha", "Beta")
    ]
    ids = [book.write("Account", lambda work, made=made: save_account(work, made)) for made in kept]
    deed = book.read(lambda read: deposit_asked(rows, chosen, read))
    assert deed.asks == ("dated_on", "account", "slip")
    values = {"dated_on": OCTOBER, "slip": "9", "account": Choice(ids[1], "Beta")}
    made = book.write("Deposit", lambda work: deed.run(work, values, TODAY, False))
    slip = book.read(lambda read: slip_of(made, TODAY, read))
    assert (slip.bank, slip.account, slip.number, len(slip.cheques)) == ("Beta", "BetaBetaBeta", "9", 1)
    assert book.read(lambda read: slip_of(b"?" * 16, TODAY, read)) is None
    chosen.clear()
    assert book.read(lambda read: deposit_asked([rows[1]], chosen, read)) is None
    assert book.read(lambda read: deposit_deed([one], 1_00, read)).choices["account"]


def test_foreign_money_is_told_with_its_charges_and_what_the_rate_cost() -> None:
    values = {"amount": 81_500_00, "tds": None, "tds_code": None, "other": None, "other_kind": None}
    money = ForeignMoney("USD", 1_000_00, 82_000_000)
    share = ForeignShare((), -1_000_00, 0)
    kept = foreign_deductions(values, money, share)
    assert [(one.kind, one.paise) for one in kept] == [("bank_charge", 500_00), ("exchange", 1_000_00)]
    told = exchange_text(values, money, share).replace("\u00a0", " ")
    assert told == "USD 1,000.00 come to ₹ 82,000.00; ₹ 500.00 kept by the banks; ₹ 1,000.00 lost by the rate"
    assert [choice.value for choice in reason_choices()] == ["rounding", "settlement", "bad_debt"]
