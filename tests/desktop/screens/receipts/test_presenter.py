"""Receipts without a window: bills follow the sum until someone chooses, problems stand where they belong."""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.book import Book
from core.clock import FixedClock
from core.ledger.model import OpenItem
from core.ledger.queries import open_item
from core.problems import Problem
from core.receipts.bills import OpenBill
from core.receipts.model import DEDUCTION_KINDS, MODES, Cheque
from core.receipts.queries import receipts_page
from core.shortfall.model import Explanation
from desktop.ports import AlongRow, Choice, Place
from desktop.screens.receipts.actions import everywhere
from desktop.screens.receipts.allotment import Allotment, Sums
from desktop.screens.receipts.columns import deduction_choices, mode_choices
from desktop.screens.receipts.payers import payers
from desktop.screens.receipts.presenter import EntryPresenter
from desktop.screens.receipts.settling import SettlePresenter
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.desktop.screens.desk import Said, desk_of

D = dt.date


class FakeEntry:
    """A form of plain values; remembers what it was told."""

    def __init__(self) -> None:
        self.form: dict[str, Any] = dict.fromkeys(
            (
                "party",
                "dated_on",
                "amount",
                "mode",
                "tds_code",
                "tds",
                "other_kind",
                "other",
                "cheque_on",
                "account",
                "foreign_amount",
                "foreign_rate",
            )
        ) | {"reference": "", "note": "", "cheque_number": "", "cheque_bank": ""}
        self.fields = (False, "")
        self.exchange = ""
        self.short = ("", False)
        self.offered: list[Explanation] = []
        self.reason: tuple[str, str | None] = ("", None)
        self.bills: list[OpenBill] = []
        self.settled: dict[int, int] = {}
        self.sums = Sums(0, 0, 0)
        self.warned: list[str] = []
        self.problems: list[Problem] = []
        self.refused: list[Exception] = []
        self.asked: list[tuple[Problem, Any]] = []
        self.tds_hint = ""
        self.taken: list[AlongRow] = []
        self.in_line = False
        self.is_back = False

    def values(self) -> Mapping[str, Any]:
        return dict(self.form)

    def show_value(self, name: str, value: Any) -> None:
        is_choice = name in ("mode", "tds_code", "other_kind") and value is not None
        self.form[name] = Choice(value, value) if is_choice else value

    def show_fields(self, *, cheque: bool, currency: str) -> None:
        self.fields = (cheque, currency)

    def show_accounts(self, has_several: bool) -> None:
        self.has_several = has_several

    def say_exchange(self, text: str) -> None:
        self.exchange = text

    def show_short(self, text: str, *, is_explained: bool) -> None:
        self.short = (text, is_explained)

    def offer(self, found: Sequence[Explanation]) -> None:
        self.offered = list(found)

    def ask_reason(self, text: str, usual: str | None) -> None:
        self.reason = (text, usual)

    def take_back(self) -> None:
        self.is_back = True

    def say_tds(self, text: str) -> None:
        self.tds_hint = text

    def show_bills(self, bills: Sequence[OpenBill], today: dt.date) -> None:
        self.bills = list(bills)

    def show_taken(self, along: Sequence[AlongRow]) -> None:
        self.taken = list(along)

    def is_in_line(self) -> bool:
        return self.in_line

    def show_settled(self, settled: Mapping[int, int]) -> None:
        self.settled = dict(settled)

    def show_sums(self, sums: Sums) -> None:
        self.sums = sums

    def warn(self, texts: Sequence[str]) -> None:
        self.warned = list(texts)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)

    def show_refusal(self, error: Exception) -> None:
        self.refused.append(error)

    def ask(self, problem: Problem, yes: Any) -> None:
        self.asked.append((problem, yes))

    def set_busy(self, is_busy: bool) -> None:
        pass

    def set_over(self) -> None:
        self.is_over = True

    def show_credit(self, title: str, text: str) -> None:
        self.title = (title, text)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        yield made


@pytest.fixture
def said() -> Said:
    return Said(FixedClock.on(TODAY))


@pytest.fixture
def view() -> FakeEntry:
    return FakeEntry()


def bill(open_paise: int, place: int = 0) -> OpenBill:
    on = D(2026, 9, 1) + dt.timedelta(days=place)
    item = OpenItem(
        bytes([place]) * 16, b"p" * 16, "due", "INV", f"A/{place}", on, on, open_paise, open_paise
    )
    return OpenBill(item, open_paise)


def typed(entry: EntryPresenter, view: FakeEntry, **values: Any) -> None:
    for name, value in values.items():
        view.form[name] = value
        entry.edited(name)


def entry_for(view: FakeEntry, book: Book, said: Said, party: bytes) -> EntryPresenter:
    entry = EntryPresenter(view, desk_of(book, said), None)
    typed(entry, view, party=Choice(party, "Lotus Foods"))
    return entry


# --- the allotment


def test_bills_follow_the_sum_until_someone_chooses() -> None:
    allotment = Allotment([bill(100, 0), bill(50, 1)])
    allotment.follow(120)
    assert allotment.settled == {0: 100, 1: 20}
    allotment.settle(0, 30)
    allotment.follow(500)
    assert allotment.settled == {0: 30, 1: 20}
    assert allotment.sums(500).on_account_paise == 450
    allotment.settle(1, None)
    allotment.fit(60)
    assert allotment.settled == {0: 60}


@given(st.lists(st.integers(1, 10_000), max_size=8), st.integers(0, 40_000))
def test_what_is_proposed_is_never_more_than_there_is_nor_than_is_open(opens: list[int], credit: int) -> None:
    bills = [bill(paise, place) for place, paise in enumerate(opens)]
    allotment = Allotment(bills)
    allotment.follow(credit)
    assert allotment.problems(credit) == []
    assert allotment.sums(credit).settled_paise == min(credit, sum(opens))
    assert [line.paise for line in allotment.lines()] == list(allotment.settled.values())


@pytest.mark.parametrize(
    ("paise", "is_whole"),
    [(1_000, True), (1_500, True), (999, True), (901, True), (1_599, True), (900, False), (1_100, False),
     (1_600, False), (0, False)],
)  # fmt: skip
def test_a_sum_is_whole_when_it_ends_where_a_bill_ends_but_for_paise(paise: int, is_whole: bool) -> None:
    assert Allotment([bill(1_000, 0), bill(500, 1)]).is_whole(paise) is is_whole


def test_too_much_for_a_bill_or_in_all_is_told_at_its_place() -> None:
    allotment = Allotment([bill(100, 0), bill(50, 1)])
    allotment.settle(1, 70)
    allotment.settle(0, 100)
    assert [(problem.code, problem.field) for problem in allotment.problems(150)] == [
        ("OPEN_AMOUNT", "lines[1].settle"), ("OVER", "lines"),
    ]  # fmt: skip


# --- entering


def test_a_receipt_is_recorded_with_its_bills(book: Book, said: Said, view: FakeEntry) -> None:
    lotus = a_party(book)
    first, second = a_bill(book, lotus, 1_000, D(2026, 8, 1)), a_bill(book, lotus, 500, D(2026, 9, 1))
    entry = entry_for(view, book, said, lotus)
    assert [one.item.paper for one in view.bills] == [first, second]
    typed(entry, view, amount=1_200_00, mode=Choice("upi", "UPI"), reference="U1")
    assert (view.settled, view.sums.on_account_paise) == ({0: 1_000_00, 1: 200_00}, 0)
    entry.save()
    [row] = book.read(receipts_page).rows
    assert (row.amount_paise, row.open_paise, row.mode) == (1_200_00, 0, "upi")
    assert said.places == [Place("back"), Place("receipts", row.id)]
    assert said.kept["receipt.mode"] == "upi"  # the next one begins with it


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "amount"),
        ({"amount": 100, "tds": 10}, "tds_code"),
        ({"amount": 100, "other": 10}, "other_kind"),
        ({"amount": 100, "dated_on": D(2026, 12, 1)}, "dated_on"),
        ({"amount": 100, "tds": 10, "tds_code": Choice("9999", "")}, "tds_code"),
        ({"amount": 100, "tds_code": Choice("1024", ""), "tds": -10}, "tds"),
        ({"amount": -100}, "amount"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    book: Book, said: Said, view: FakeEntry, values: dict[str, Any], field: str
) -> None:
    entry = entry_for(view, book, said, a_party(book))
    typed(entry, view, **values)
    entry.save()
    assert field in [problem.field for problem in view.problems]
    assert book.read(receipts_page).rows == []
    assert said.places == []


def test_tds_is_expected_until_it_is_typed(book: Book, said: Said, view: FakeEntry) -> None:
    """118,000 with GST on 100,000: 2 % of the value without GST."""
    lotus = a_party(book, tds_code="1024")
    a_bill(book, lotus, 100_000, D(2026, 9, 1), rate_bp=1800)
    entry = entry_for(view, book, said, lotus)
    typed(entry, view, amount=116_000_00)
    assert view.form["tds"] == 2_000_00
    assert "2%" in view.tds_hint
    assert view.settled == {0: 118_000_00}
    typed(entry, view, tds=1_000_00)
    typed(entry, view, amount=117_000_00)
    assert view.form["tds"] == 1_000_00
    typed(entry, view, tds_code=None)
    assert view.tds_hint == ""


def test_warnings_come_when_a_field_is_left(book: Book, said: Said, view: FakeEntry) -> None:
    lotus = a_party(book)
    money_in(book, lotus, 500, D(2026, 11, 1), reference="UTR 77")
    entry = entry_for(view, book, said, lotus)
    typed(entry, view, amount=2_00_000_00, reference="utr77")
    entry.left("reference")
    assert len(view.warned) == 1
    assert "already has this reference" in view.warned[0]
    typed(entry, view, mode=Choice("cash", "Cash"))
    entry.left("mode")
    assert len(view.warned) == 1
    assert "the law bars" in view.warned[0]


def test_a_cheque_that_was_taken_already_is_told_and_forbids_nothing(
    book: Book, said: Said, view: FakeEntry
) -> None:
    lotus = a_party(book)
    cheque = Cheque("004513", D(2026, 11, 18), "HDFC")
    money_in(book, lotus, 500, D(2026, 11, 18), mode="cheque", cheque=cheque)
    entry = entry_for(view, book, said, lotus)
    typed(
        entry, view, mode=Choice("cheque", "Cheque"), amount=500_00, cheque_number="4513", cheque_bank="hdfc"
    )
    entry.left("cheque_number")
    assert view.warned == ["Receipt AR/26-27/0001 of 18-11-2026, 500.00, has this cheque already."]
    typed(entry, view, cheque_bank="Canara")
    entry.left("cheque_bank")
    assert view.warned == []
    typed(entry, view, cheque_bank="")
    entry.save()
    assert view.asked == []
    assert len(book.read(receipts_page).rows) == 2


def test_a_doubt_is_asked_once_and_a_yes_is_taken(book: Book, said: Said, view: FakeEntry) -> None:
    lotus = a_party(book)
    money_in(book, lotus, 500, D(2026, 11, 1), reference="UTR 77")
    entry = entry_for(view, book, said, lotus)
    typed(entry, view, amount=900_00, reference="UTR 77")
    entry.save()
    [(problem, yes)] = view.asked
    assert problem.code == "REFERENCE_USED"
    assert len(book.read(receipts_page).rows) == 1
    yes()
    assert len(book.read(receipts_page).rows) == 2


def test_a_yes_to_the_date_is_taken_with_the_yes_to_the_reference(book: Book, view: FakeEntry) -> None:
    """The machine's clock fell back a month: the date is doubted, then the reference."""
    lotus = a_party(book)
    money_in(book, lotus, 500, D(2026, 11, 1), reference="UTR 77")
    said = Said(FixedClock.on(D(2026, 10, 1)))
    entry = entry_for(view, book, said, lotus)
    typed(entry, view, amount=900_00, reference="UTR 77")
    entry.save()
    view.asked[-1][1]()
    if len(view.asked) > 1:
        view.asked[-1][1]()
    assert {problem.code for problem, _yes in view.asked} == {"DATE_CHECK", "REFERENCE_USED"}
    assert len(book.read(receipts_page).rows) == 2


def test_what_was_typed_comes_back_after_a_kill(book: Book, said: Said, view: FakeEntry) -> None:
    lotus = a_party(book, tds_code="1024")
    a_bill(book, lotus, 1_000, D(2026, 8, 1), rate_bp=1800)
    a_bill(book, lotus, 500, D(2026, 9, 1))
    entry = entry_for(view, book, said, lotus)
    typed(entry, view, amount=1_200_00, tds=3_00, mode=Choice("upi", "UPI"), reference="U1", note="Half")
    entry.settle_line(0, 700_00)
    entry.put_away()  # nobody saved and nobody left: the program was killed
    again = FakeEntry()
    restored = EntryPresenter(again, desk_of(book, said), None)
    assert again.is_back
    assert {name: value for name, value in again.form.items() if name != "party"} == {
        name: value if not isinstance(value, Choice) else Choice(value.value, value.value)
        for name, value in view.form.items()
        if name != "party"
    }
    assert again.form["party"].value == lotus
    assert again.settled == view.settled == {0: 700_00, 1: 23_00}
    restored.save()
    [row] = book.read(receipts_page).rows
    assert (row.amount_paise, row.open_paise) == (1_200_00, 480_00)
    fresh = FakeEntry()
    EntryPresenter(fresh, desk_of(book, said), None)
    assert not fresh.is_back


def test_what_is_given_up_does_not_come_back(book: Book, said: Said, view: FakeEntry) -> None:
    entry = entry_for(view, book, said, a_party(book))
    typed(entry, view, amount=1_200_00)
    entry.back()
    again = FakeEntry()
    EntryPresenter(again, desk_of(book, said), None)
    assert (again.is_back, again.form["amount"]) == (False, None)


def test_bills_settled_meanwhile_are_told_and_read_again(book: Book, said: Said, view: FakeEntry) -> None:
    lotus = a_party(book)
    first, second = a_bill(book, lotus, 1_000, D(2026, 8, 1)), a_bill(book, lotus, 1_000, D(2026, 9, 1))
    entry = entry_for(view, book, said, lotus)
    typed(entry, view, amount=1_000_00)
    assert view.settled == {0: 1_000_00}
    money_in(book, lotus, 1_000, D(2026, 10, 1))  # another device was first
    entry.save()
    assert view.problems
    assert [one.item.paper for one in view.bills] == [second]
    assert view.settled == {0: 1_000_00}
    entry.save()
    open_now = [
        book.read(lambda read, paper=paper: open_item(read, paper)).open_paise for paper in (first, second)
    ]
    assert open_now == [0, 0]


class SlowReads:
    """A Runner whose answers to questions wait."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.waiting: list[Any] = []
        self.write = inner.write
        self.network = inner.network

    def read(self, question: Any, then: Any, failed: Any = None, *, epoch: Any = None) -> None:
        self.waiting.append(lambda: self._inner.read(question, then, failed))


def test_saving_before_the_bills_are_read_waits_for_them(book: Book, said: Said, view: FakeEntry) -> None:
    lotus = a_party(book)
    a_bill(book, lotus, 1_000, D(2026, 8, 1))
    desk = desk_of(book, said)
    slow = SlowReads(desk.runner)
    entry = EntryPresenter(view, dataclasses.replace(desk, runner=slow), None)
    slow.waiting.clear()
    typed(entry, view, party=Choice(lotus, "Lotus Foods"), amount=1_000_00)
    entry.save()
    assert book.read(receipts_page).rows == []
    slow.waiting.pop()()
    [row] = book.read(receipts_page).rows
    assert row.open_paise == 0  # it settled the bill


# --- settling later, and the small things


def test_what_lies_on_account_settles_chosen_bills(book: Book, said: Said, view: FakeEntry) -> None:
    lotus = a_party(book)
    record = money_in(book, lotus, 1_000, D(2026, 10, 1))
    first, second = a_bill(book, lotus, 700, D(2026, 11, 1)), a_bill(book, lotus, 700, D(2026, 11, 2))
    settling = SettlePresenter(view, desk_of(book, said), record)
    assert view.settled == {0: 700_00, 1: 300_00}
    settling.settle_line(0, None)
    settling.settle_line(1, 700_00)
    settling.save()
    open_now = [
        book.read(lambda read, paper=paper: open_item(read, paper)).open_paise for paper in (first, second)
    ]
    assert open_now == [700_00, 0]
    assert said.places == [Place("back")]
    settling.settle_line(1, None)
    settling.save()
    assert [problem.code for problem in view.problems] == ["REQUIRED"]


def test_payers_are_offered_by_what_they_owe_then_by_how_their_name_begins(book: Book, said: Said) -> None:
    a_party(book, "LOTUS")
    sagar = a_party(book, "SAGAR", name="Blue Lotus Traders")
    a_bill(book, sagar, 90_000, D(2026, 9, 1))
    suggest = payers(said)
    offered = book.read(lambda read: suggest(read, ""))
    assert [(choice.text, choice.detail) for choice in offered] == [
        ("Blue Lotus Traders", "owes ₹ 90,000"), ("Lotus Foods", "Chennai"),
    ]  # fmt: skip
    assert [choice.text for choice in book.read(lambda read: suggest(read, "lot"))] == [
        "Lotus Foods", "Blue Lotus Traders",
    ]  # fmt: skip


def test_every_mode_and_deduction_is_offered_by_name() -> None:
    assert sorted(choice.value for choice in mode_choices()) == sorted(MODES)
    assert {choice.value for choice in deduction_choices()} == set(DEDUCTION_KINDS) - {"tds"}
    assert all(choice.text[0].isupper() for choice in [*mode_choices(), *deduction_choices()])


def test_f6_leads_to_a_new_receipt_and_alt_f6_to_an_advance(said: Said) -> None:
    actions = everywhere(desk_of(None, said))
    for action in actions:
        action.run()
    assert [action.keys for action in actions] == [("F6",), ("Alt+F6",), ("Ctrl+Shift+H",)]
    assert said.places == [Place("receipts", None, page) for page in ("new", "advance", "cheques")]
