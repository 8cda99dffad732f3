"""Parties without a window: the form's fields follow each other, the page leads to its papers."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.book import Book
from core.changes.standing import State
from core.clock import FixedClock
from core.company.model import Address, Registration
from core.parties.model import InterestTerms, Party
from core.parties.queries import own_words, parties_by_name, party
from core.problems import Problem
from core.statements.accounts import PaperRow, papers_page
from desktop.ports import Choice, Place
from desktop.screens.parties.columns import balance_text, state_text, statement_lines, type_text
from desktop.screens.parties.editing import FormPresenter, party_of, values_of
from desktop.screens.parties.head import Head
from desktop.screens.parties.presenter import PartyPresenter
from tests.core.advances.vouchers import give_back, take
from tests.core.books import TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.desktop.screens.desk import Said, desk_of

GSTIN = "29AAKCN5519Q1ZK"


class FakeForm:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.hint = ""
        self.marked: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.refused: list[Exception] = []

    def show_values(self, values: Mapping[str, Any]) -> None:
        self.values |= values

    def say_gstin(self, hint: str) -> None:
        self.hint = hint

    def show_problem(self, name: str, text: str) -> None:
        self.marked[name] = text

    def show_problems(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)

    def show_refusal(self, error: Exception) -> None:
        self.refused.append(error)

    def set_busy(self, is_busy: bool) -> None:
        pass

    def offer_words(self, words: Mapping[str, Sequence[str]]) -> None:
        self.offered = words

    def set_over(self) -> None:
        self.is_over = True


class FakePage:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.heads: list[Head] = []
        self.asked: list[Any] = []

    def show_head(self, head: Head) -> None:
        self.heads.append(head)

    def show_failure(self, error: Exception) -> None:
        raise error

    def confirm_date(self, error: Exception, yes: Any) -> None:
        self.asked.append(yes)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path) as made:
        yield made


@pytest.fixture
def said() -> Said:
    return Said(FixedClock.on(TODAY))


def given_values(**values: Any) -> dict[str, Any]:
    return {**values_of(Party(name="Lotus Foods")), **values}


def test_a_gstin_fills_state_and_pan_and_makes_the_kind_registered(book: Book, said: Said) -> None:
    view = FakeForm()
    form = FormPresenter(view, desk_of(book, said), None)
    form.gstin_typed(GSTIN[:9])
    assert (view.hint, view.marked) == ("", {"gstin": ""})
    form.gstin_typed(GSTIN)
    assert (view.hint, view.values["state"], view.values["pan"]) == ("Karnataka", "29", "AAKCN5519Q")
    form.kind_after_gstin("unregistered", GSTIN)
    assert view.values["kind"] == "registered"
    form.kind_after_gstin("sez", GSTIN)
    assert view.values["kind"] == "registered"  # a kind that was chosen stays chosen


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"name": " "}, "name", "needs a name"),
        ({"gstin": "29AAKCN5519Q1ZA"}, "gstin", "should be K"),
        ({"kind": Choice("registered", "")}, "gstin", "has a GSTIN"),
        ({"gstin": GSTIN, "kind": Choice("overseas", "")}, "gstin", ""),
        (
            {"gstin": GSTIN, "kind": Choice("registered", ""), "state": Choice("33", "")},
            "state",
            "another State",
        ),
        ({"terms_days": 400_000}, "terms_days", "0 and 365"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_kept(
    book: Book, said: Said, values: dict[str, Any], field: str, words: str
) -> None:
    view = FakeForm()
    FormPresenter(view, desk_of(book, said), None).save(given_values(**values))
    assert [problem.field for problem in view.problems] == [field]
    assert words in view.problems[0].message
    assert book.read(parties_by_name).rows == []


def test_a_new_party_is_kept_and_opened(book: Book, said: Said) -> None:
    view = FakeForm()
    FormPresenter(view, desk_of(book, said), None).save(given_values(code="LOTUS", terms_days=45_000))
    [row] = book.read(parties_by_name).rows
    assert said.places == [Place("back"), Place("parties", row.id)]
    assert book.read(lambda read: party(read, row.id)).terms_days == 45


def test_a_code_of_another_party_is_refused_at_its_field(book: Book, said: Said) -> None:
    a_party(book, "LOTUS")
    view = FakeForm()
    FormPresenter(view, desk_of(book, said), None).save(given_values(name="Lily", code="lotus"))
    assert [problem.field for problem in view.problems] == ["code"]
    assert said.places == []


words = st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=12).map(str.strip)


@given(
    name=words, phone=words, pan=words, line=words, city=words,
    days=st.none() | st.integers(0, 365), limit=st.none() | st.integers(0, 10**12), tds=st.sampled_from(["", "1024"]),
)  # fmt: skip
def test_a_form_left_as_it_was_shown_changes_nothing(
    name: str, phone: str, pan: str, line: str, city: str, days: int | None, limit: int | None, tds: str
) -> None:
    kept = Party(
        name=name, phone=phone, pan=pan, terms_days=days, credit_limit_paise=limit, tds_code=tds, archived=True,
        registration=Registration(kind="unregistered", state_code="33"),
        address=Address(line1=line, city=city, state_code="33"), language="hi",
    )  # fmt: skip
    assert party_of(values_of(kept), kept) == kept


def test_the_page_tells_the_account_and_leads_to_papers(book: Book, said: Said) -> None:
    lotus = a_party(book)
    bill = a_bill(book, lotus, 5_000, dt.date(2026, 9, 1))
    receipt = money_in(book, lotus, 1_500, dt.date(2026, 10, 20))
    view = FakePage()
    page = PartyPresenter(view, desk_of(book, said), lotus)
    assert view.heads[-1].title == "Lotus Foods"
    assert view.heads[-1].figures[1] == ("3,500.00", "one bill, 50 days late", "danger")
    said.period = lambda: type("P", (), {"from_on": dt.date(2026, 4, 1), "to_on": TODAY})()  # type: ignore[method-assign]
    lines = statement_lines(book.read(page.account))
    assert [line.balance_paise for line in lines] == [0, 5_000_00, 3_500_00]
    for line in lines:
        page.open_line(line)
    assert said.places == [Place("invoices", bill), Place("receipts", receipt)]
    page.put_away()
    assert said.heard == []


def test_advances_and_refunds_lead_to_their_papers_too(book: Book, said: Said) -> None:
    lotus = a_party(book)
    advance = take(book, lotus, 900, dt.date(2026, 10, 1))
    refund = give_back(book, advance, 400, dt.date(2026, 10, 2))
    page = PartyPresenter(FakePage(), desk_of(book, said), lotus)
    said.period = lambda: type("P", (), {"from_on": dt.date(2026, 4, 1), "to_on": TODAY})()  # type: ignore[method-assign]
    for line in statement_lines(book.read(page.account)):
        page.open_line(line)
    papers = book.read(lambda read: papers_page(read, lotus)).rows
    for row in papers:
        page.open_paper(row)
    there = [Place("receipts", advance), Place("receipts", refund)]
    assert said.places == [*there, *reversed(there)]
    assert [(type_text(row.type), state_text(row, 0)) for row in papers] == [
        ("Refund", "Settled"), ("Advance", "On account"),
    ]  # fmt: skip


def test_a_letter_is_written_only_when_one_is_due(book: Book, said: Said) -> None:
    lotus = a_party(book)
    page = PartyPresenter(FakePage(), desk_of(book, said), lotus)
    page.remind()
    a_bill(book, lotus, 5_000, dt.date(2026, 9, 1))
    page.remind()
    assert said.said == ["No reminder of Lotus Foods is due today", "Reminder to Lotus Foods written"]


@pytest.mark.parametrize(
    ("paise", "text"),
    [(0, "–"), (1_250_00, "1,250.00 Dr"), (-500_00, "500.00 Cr"), (12_34_567_50, "12,34,567.50 Dr")],
)
def test_a_balance_reads_as_in_an_account_book(paise: int, text: str) -> None:
    assert balance_text(paise) == text


def test_a_paper_says_how_it_stands() -> None:
    def row(type_: str, open_paise: int, state: State = State.LIVE) -> PaperRow:
        return PaperRow(b"p", type_, "A/1", TODAY, TODAY, 100, open_paise, state)

    said = [
        state_text(row("INV", 100), 0), state_text(row("INV", 40), 0), state_text(row("INV", 100), 7),
        state_text(row("INV", 0), 0), state_text(row("RCT", 5), 0), state_text(row("RCT", 0), 0),
        state_text(row("INV", 100, State.CONTESTED), 7), state_text(row("INV", 0, State.CANCELLED), 0),
    ]  # fmt: skip
    assert said == [
        "Open",
        "Part paid",
        "7 days late",
        "Settled",
        "On account",
        "Used",
        "Contested",
        "Cancelled",
    ]


def test_what_a_party_agreed_and_how_it_is_called_goes_through_the_form_unchanged(tmp_path: Path) -> None:
    agreed = Party(
        name="Lotus Foods", group="Wholesale", salesperson="Ravi", branch="Chennai", agreed_in_writing=True,
        interest=InterestTerms(1800, "monthly", 5), payer_names=("LOTUS FOODS PVT", "lotus@okhdfc"),
    )  # fmt: skip
    kept = party_of(values_of(agreed), Party())
    assert kept.interest == agreed.interest
    assert kept.payer_names == agreed.payer_names
    assert (kept.group, kept.salesperson, kept.branch, kept.agreed_in_writing) == (
        "Wholesale", "Ravi", "Chennai", True,
    )  # fmt: skip
    with a_book(tmp_path) as book:
        a_party(book, group="Wholesale", branch="Chennai")
        a_party(book, code="ROSE", group="Retail", branch="Chennai")
        assert book.read(own_words) == {
            "group": ["Retail", "Wholesale"],
            "salesperson": [],
            "branch": ["Chennai"],
        }
