"""Advances and refunds without a window: what the voucher will say as one types, saving, what is told of papers."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from core.advances.queries import refund, voucher, vouchers_page
from core.book import Book
from core.clock import FixedClock
from core.company.commands import save_company
from core.ledger.queries import open_item
from core.problems import Problem
from desktop.ports import Ask, Choice, Place
from desktop.screens.receipts.advancing import AdvancePresenter
from desktop.screens.receipts.columns import (
    advance_mode_choices,
    kind_text,
    moved_paise,
    receipt_listing,
    state_text,
    state_tone,
)
from desktop.screens.receipts.payers import place_choices, purpose_choices
from desktop.screens.receipts.refunding import RefundPresenter
from desktop.screens.receipts.settling import SettlePresenter
from desktop.screens.receipts.sketch import Sketch
from desktop.screens.receipts.stories import Story, story_of
from tests.core.advances.vouchers import give_back, set_off, take
from tests.core.books import COMPANY, TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.desktop.screens.desk import Said, desk_of

D = dt.date
CHOICES = ("purpose", "mode", "place")


class FakeForm:
    """A form of plain values; remembers what it was told."""

    def __init__(self) -> None:
        self.form: dict[str, Any] = dict.fromkeys(
            ("party", "dated_on", "amount", "purpose", "rate", "cess", "place", "mode")
        ) | {"reference": "", "description": "", "note": "", "reason": ""}
        self.sketch = Sketch((), "", "")
        self.is_taxed = True
        self.warned: list[str] = []
        self.problems: list[Problem] = []
        self.refused: list[Exception] = []
        self.asked: list[tuple[Problem, Any]] = []
        self.is_back = False
        self.title = ("", "")

    def values(self) -> Mapping[str, Any]:
        return dict(self.form)

    def show_value(self, name: str, value: Any) -> None:
        is_choice = name in CHOICES and value is not None
        self.form[name] = Choice(value, value) if is_choice else value

    def show_taxed(self, is_taxed: bool) -> None:
        self.is_taxed = is_taxed

    def show_sketch(self, sketch: Sketch) -> None:
        self.sketch = sketch

    def show_advance(self, title: str, text: str) -> None:
        self.title = (title, text)

    def begin(self) -> None:
        assert self.form["amount"]

    def take_back(self) -> None:
        self.is_back = True

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
        pass

    # what settling shows

    def show_credit(self, title: str, text: str) -> None:
        self.title = (title, text)

    def show_bills(self, bills: Sequence[Any], today: dt.date) -> None:
        pass

    def show_settled(self, settled: Mapping[int, int]) -> None:
        pass

    def show_sums(self, sums: Any) -> None:
        pass


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        yield made


@pytest.fixture
def said() -> Said:
    return Said(FixedClock.on(TODAY))


@pytest.fixture
def view() -> FakeForm:
    return FakeForm()


def typed(entry: Any, view: FakeForm, **values: Any) -> None:
    for name, value in values.items():
        view.form[name] = value
        entry.edited(name)


def begun_for(view: FakeForm, book: Book, said: Said, party: bytes, **rest: Any) -> AdvancePresenter:
    entry = AdvancePresenter(view, desk_of(book, said), None)
    typed(entry, view, party=Choice(party, "Lotus Foods"), **rest)
    return entry


# --- taking an advance


def test_the_voucher_is_shown_as_one_types(book: Book, said: Said, view: FakeForm) -> None:
    entry = begun_for(view, book, said, a_party(book), amount=23_600_00)
    assert view.form["place"].value == "33"
    assert dict(view.sketch.lines) == {"Value": "20,000.00", "IGST 18%": "3,600.00"}
    assert view.sketch.total == "₹ 23,600.00"
    assert "Tamil Nadu, another State: IGST" in view.sketch.text
    typed(entry, view, place=Choice("29", "Karnataka"))
    assert dict(view.sketch.lines) == {"Value": "20,000.00", "CGST 9%": "1,800.00", "SGST 9%": "1,800.00"}
    typed(entry, view, rate=500, cess=100_00)
    assert dict(view.sketch.lines)["Cess"] == "100.00"
    typed(entry, view, purpose=Choice("goods", "Goods"))
    assert (view.is_taxed, view.sketch.lines) == (False, ())
    assert "bears no GST" in view.sketch.text
    typed(entry, view, purpose=Choice("services", "Services"), place=None)
    assert "Tamil Nadu" in view.sketch.text, "left blank it follows the party again"
    typed(entry, view, cess=90_000_00)
    typed(entry, view, party=None)
    assert (view.sketch.total, view.sketch.is_wrong) == ("", False)


def test_an_advance_is_taken_and_its_page_shown(book: Book, said: Said, view: FakeForm) -> None:
    lotus = a_party(book)
    entry = begun_for(
        view,
        book,
        said,
        lotus,
        amount=590_00,
        mode=Choice("upi", "UPI"),
        reference="U1",
        description="Design",
    )
    entry.save()
    [row] = book.read(vouchers_page).rows
    paper = book.read(lambda read: voucher(read, row.id))
    assert (paper.amount_paise, paper.rate_bp, paper.mode, paper.reference, paper.description) == (
        590_00, 1800, "upi", "U1", "Design",
    )  # fmt: skip
    assert said.places == [Place("back"), Place("receipts", row.id)]
    assert said.kept["receipt.mode"] == "upi"
    assert said.said == ["Advance of ₹ 590.00 from Lotus Foods taken"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": 100, "rate": None}, "rate"),
        ({"amount": 100, "rate": 20_000}, "rate"),
        ({"amount": 100, "cess": 200}, "cess"),
        ({"amount": 100, "dated_on": D(2026, 12, 1)}, "dated_on"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    book: Book, said: Said, view: FakeForm, values: dict[str, Any], field: str
) -> None:
    entry = begun_for(view, book, said, a_party(book), **values)
    entry.save()
    assert field in [problem.field for problem in view.problems]
    assert book.read(vouchers_page).rows == []
    assert said.places == []


def test_who_charges_no_gst_begins_with_none(book: Book, said: Said, view: FakeForm) -> None:
    company = structs.replace(COMPANY, composition=True)
    book.write("Company", lambda work: save_company(work, company))
    entry = begun_for(view, book, said, a_party(book), amount=100_00)
    assert view.form["rate"] == 0
    typed(entry, view, rate=1800)
    assert view.sketch.is_wrong
    entry.save()
    assert [problem.field for problem in view.problems] == ["rate"]


def test_a_reference_is_told_whatever_paper_has_it_and_asked_about(
    book: Book, said: Said, view: FakeForm
) -> None:
    lotus = a_party(book)
    money_in(book, lotus, 500, D(2026, 11, 1), reference="UTR 77")
    take(book, lotus, 500, D(2026, 11, 1), reference="UTR 78")
    entry = begun_for(view, book, said, lotus, amount=900_00, reference="utr77")
    entry.left("reference")
    assert "AR/26-27/0001" in view.warned[0]
    typed(entry, view, reference="utr-78")
    entry.left("reference")
    assert "AV/26-27/0001" in view.warned[0]
    entry.save()
    [(problem, yes)] = view.asked
    assert problem.code == "REFERENCE_USED"
    yes()
    assert len(book.read(vouchers_page).rows) == 2


def test_what_was_typed_comes_back_after_a_kill(book: Book, said: Said, view: FakeForm) -> None:
    lotus = a_party(book)
    entry = begun_for(
        view, book, said, lotus, amount=1_180_00, place=Choice("29", "29"), rate=500, note="First half"
    )
    entry.put_away()  # nobody saved and nobody left: the program was killed
    again = FakeForm()
    restored = AdvancePresenter(again, desk_of(book, said), None)
    assert again.is_back
    assert (again.form["amount"], again.form["rate"], again.form["place"].value) == (1_180_00, 500, "29")
    restored.save()
    [row] = book.read(vouchers_page).rows
    assert book.read(lambda read: voucher(read, row.id)).place_of_supply == "29"
    fresh = FakeForm()
    AdvancePresenter(fresh, desk_of(book, said), None).back()
    assert not fresh.is_back


def test_a_receipt_that_turns_out_to_be_an_advance_is_taken_over(
    book: Book, said: Said, view: FakeForm
) -> None:
    lotus = a_party(book)
    begun = {
        "party": Choice(lotus, "Lotus Foods"), "dated_on": D(2026, 11, 3), "amount": 590_00, "note": "n",
        "mode": Choice("adjustment", "Adjustment"), "reference": "U9",
    }  # fmt: skip
    entry = AdvancePresenter(view, desk_of(book, said), None, begun)
    assert (view.is_back, view.form["amount"], view.form["mode"].value) == (True, 590_00, "neft")
    entry.save()
    [row] = book.read(vouchers_page).rows
    assert (row.dated_on, row.reference) == (D(2026, 11, 3), "U9")
    assert said.places == [Place("back"), Place("back"), Place("receipts", row.id)]


# --- giving back


def test_an_advance_is_given_back_with_its_tax(book: Book, said: Said, view: FakeForm) -> None:
    lotus = a_party(book)
    record = take(book, lotus, 1_180, D(2026, 10, 5))
    set_off(
        book, record, lotus, a_bill(book, lotus, 500, D(2026, 10, 20), rate_bp=1800), 590, D(2026, 10, 20)
    )
    entry = RefundPresenter(view, desk_of(book, said), record)
    assert view.form["amount"] == 590_00
    assert view.title[0] == "Lotus Foods"
    assert dict(view.sketch.lines) == {"Value": "500.00", "IGST 18%": "90.00"}
    typed(entry, view, amount=591_00)
    assert view.sketch.total == ""
    typed(entry, view, reason="order withdrawn")
    entry.save()
    assert [(problem.code, problem.field) for problem in view.problems] == [("OPEN_AMOUNT", "amount")]
    typed(entry, view, amount=None)
    entry.save()
    assert [problem.field for problem in view.problems] == ["amount"]
    typed(entry, view, amount=118_00)
    assert dict(view.sketch.lines) == {"Value": "100.00", "IGST 18%": "18.00"}
    entry.save()
    [row] = book.read(lambda read: vouchers_page(read, only="refunds")).rows
    paper = book.read(lambda read: refund(read, row.id))
    assert (paper.amount_paise, paper.tax.igst_paise, paper.reason) == (118_00, 18_00, "order withdrawn")
    assert said.places == [Place("back"), Place("receipts", row.id)]


def test_an_advance_for_goods_goes_back_without_tax_and_a_used_one_not_at_all(
    book: Book, said: Said, view: FakeForm
) -> None:
    lotus = a_party(book)
    record = take(book, lotus, 100, D(2026, 10, 5), purpose="goods")
    RefundPresenter(view, desk_of(book, said), record)
    assert (view.sketch.lines, view.sketch.total) == ((), "₹ 100.00")
    give_back(book, record, 100, TODAY)
    RefundPresenter(FakeForm(), desk_of(book, said), record)
    assert said.places == [Place("back")]


# --- lists and pages


def test_advances_and_refunds_stand_among_the_receipts(book: Book) -> None:
    lotus = a_party(book)
    taken = take(book, lotus, 300, D(2026, 11, 2))
    back = give_back(book, taken, 100, D(2026, 11, 3))
    received = money_in(book, lotus, 50, D(2026, 11, 4))
    listing = receipt_listing()

    def rows(scope: str) -> list[Any]:
        return list(
            book.read(lambda read: listing.fetch(read, Ask(scope=scope, descending=True), None, 9)).rows
        )

    assert [row.id for row in rows("all")] == [received, back, taken]
    assert [row.id for row in rows("advances")] == [back, taken]
    assert [row.id for row in rows("on_account")] == [received, taken]
    told = [(kind_text(row), moved_paise(row), state_text(row), state_tone(row)) for row in rows("all")]
    assert told == [
        ("", 50_00, "On account", "accent"), ("refund", -100_00, "Given back", "success"),
        ("advance", 300_00, "Part used", "accent"),
    ]  # fmt: skip
    everything = [taken, back, received]
    for scope, found in (("all", 3), ("advances", 2), ("on_account", 2)):
        again = book.read(lambda read, scope=scope: listing.reread(read, Ask(scope=scope), everything))
        assert len(again) == found


def test_the_page_of_each_paper_tells_its_story_and_draws_it(book: Book) -> None:
    lotus = a_party(book)
    taken = take(book, lotus, 1_180, D(2026, 10, 5), description="Plant design")
    bill = a_bill(book, lotus, 500, D(2026, 10, 20), rate_bp=1800)
    set_off(book, taken, lotus, bill, 590, D(2026, 10, 20))
    back = give_back(book, taken, 118, TODAY)

    def story(record: bytes) -> Story:
        found = book.read(lambda read: story_of(record, TODAY, read))
        assert found is not None
        assert found.draw().startswith(b"%PDF")
        return found

    advance = story(taken)
    assert (advance.title, advance.pill, advance.can_settle, advance.can_give_back) == (
        "AV/26-27/0001", "Part used", True, True,
    )  # fmt: skip
    assert dict(advance.facts)["IGST 18%"] == "180.00"
    assert [(way.number, way.figure, way.place) for way in advance.ways] == [
        ("A/26-27/0001", "590.00", Place("invoices", bill)), ("AF/26-27/0001", "118.00", Place("receipts", back)),
    ]  # fmt: skip
    given = story(back)
    assert (given.pill, given.can_settle, given.can_give_back) == ("Given back", False, False)
    assert [way.place for way in given.ways] == [Place("receipts", taken)]
    assert not story(money_in(book, lotus, 5, TODAY)).can_give_back
    assert book.read(lambda read: story_of(b"?" * 16, TODAY, read)) is None


def test_an_advance_settles_bills_on_the_same_page_as_a_receipt(
    book: Book, said: Said, view: FakeForm
) -> None:
    lotus = a_party(book)
    taken = take(book, lotus, 1_000, D(2026, 10, 1))
    bill = a_bill(book, lotus, 700, D(2026, 11, 1))
    settling = SettlePresenter(view, desk_of(book, said), taken)
    settling.save()
    assert book.read(lambda read: open_item(read, bill)).open_paise == 0
    assert book.read(lambda read: open_item(read, taken)).open_paise == 300_00


def test_what_the_forms_offer_is_named() -> None:
    assert "adjustment" not in {choice.value for choice in advance_mode_choices()}
    assert [choice.text for choice in purpose_choices()] == ["Services", "Goods"]
    places = {choice.value: choice.text for choice in place_choices()}
    assert places["33"] == "Tamil Nadu"
    assert "28" not in places
