"""Interest beside a bill: what its card says and what may be done from it; no window."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from core.book import Book
from core.company.commands import save_company
from core.company.model import Registration, Udyam
from core.errors import RuleBroken
from core.ids import Id
from core.invoicing.papers import INTEREST, INTEREST_TAX
from core.parties.model import InterestTerms
from desktop.ports import Place
from desktop.screens.invoices.document.interest import InterestPresenter, InterestTold, sheet_of
from desktop.screens.invoices.document.story import story_of
from tests.core.books import TODAY
from tests.core.dealings import a_bill, a_party
from tests.core.interest.dealings import SMALL, a_small_enterprise, charge, paper, pay, registered
from tests.desktop.screens.invoices.desk import FakeDesk

D = dt.date
JUNE = D(2026, 6, 1)
pytestmark = pytest.mark.slow


class Card:
    """What the card was told last."""

    def __init__(self) -> None:
        self.told: InterestTold | None = None

    def show_interest(self, told: InterestTold | None) -> None:
        self.told = told


class Setting:
    """A small enterprise's book and the card of a document's page."""

    def __init__(self, book: Book) -> None:
        self.book, self.card = book, Card()
        self.fakes = FakeDesk(book)
        self.presenter = InterestPresenter(self.fakes.desk, self.card)
        self.errors: list[Exception] = []
        self.done = 0

    def show(self, record: Id) -> InterestTold:
        self.presenter.show(record)
        assert self.card.told is not None
        return self.card.told

    def facts(self, record: Id) -> dict[str, str]:
        return {name: value for name, value in self.show(record).facts() if value}

    def then(self) -> None:
        self.done += 1


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    with a_small_enterprise(tmp_path) as book:
        yield Setting(book)


def test_the_card_says_how_much_by_what_right_and_since_when(setting: Setting) -> None:
    bill = a_bill(setting.book, registered(setting.book), 1_00_000, JUNE, rate_bp=1800)
    told = setting.show(bill)
    assert told.is_shown
    assert told.figure().replace("\u00a0", " ") == "₹ 8,512.40"
    assert setting.facts(bill) == {
        "By right of": "MSMED Act, section 16",
        "Pay by": "16-06-2026",
        "Runs from": "17-06-2026",
        "Rate now": "16.5% (3 × 5.5%) not confirmed",
    }
    assert [text.split(":")[0] for text in told.doubts()] == [
        "No delivery is noted",
        "The bank rate from 17-06-2026 on is not confirmed by a source",
    ]
    assert len(told.costs()) == 2
    assert (told.may_charge, told.may_note_acceptance, told.may_show_lines, told.may_tax) == (
        True, True, True, False,
    )  # fmt: skip
    assert sheet_of(told).startswith(b"%PDF")


def test_delivery_is_noted_from_the_card(setting: Setting) -> None:
    bill = a_bill(setting.book, a_party(setting.book), 1_00_000, JUNE)
    setting.show(bill)
    setting.presenter.note_acceptance(
        D(2026, 6, 20), None, None, "GRN 7", setting.then, setting.errors.append
    )
    assert setting.facts(bill)["Accepted on"] == "20-06-2026"
    assert setting.facts(bill)["Runs from"] == "06-07-2026"
    setting.presenter.note_acceptance(
        D(2026, 6, 20), D(2026, 6, 1), None, "", setting.then, setting.errors.append
    )
    assert isinstance(setting.errors[0], RuleBroken)
    assert setting.done == 1
    setting.presenter.note_acceptance(
        D(2026, 6, 20), D(2026, 6, 25), None, "", setting.then, setting.errors.append
    )
    told = setting.show(bill)
    assert told.doubts() == ["Interest does not run yet: the buyer's objection in writing is not removed."]
    assert not told.may_charge


def test_charging_shows_the_note_and_taxing_it_the_next(setting: Setting) -> None:
    book = setting.book
    party = registered(book)
    bill = a_bill(book, party, 1_00_000, JUNE, rate_bp=1800)
    setting.show(bill)
    setting.presenter.charge(TODAY, setting.then, setting.errors.append)
    [place] = setting.fakes.navigator.places
    note = place.record
    assert note is not None
    assert (place, paper(book, note).reason) == (Place("invoices", note), INTEREST)
    told = setting.show(note)
    assert (told.is_shown, told.is_note, told.may_give_up, told.may_tax) == (True, True, True, False)
    assert setting.facts(note) == {"Tax": "None is waiting: it falls due when interest is received."}
    pay(book, party, note, 1_000)
    assert setting.show(note).may_tax
    assert setting.facts(note)["Not taxed yet"].replace("\u00a0", " ") == "₹ 1,000.00"
    setting.presenter.tax("", None, setting.then, setting.errors.append)
    made = setting.fakes.navigator.places[-1].record
    assert made is not None
    assert paper(book, made).reason == INTEREST_TAX
    assert not setting.show(made).is_shown, "the tax note bears no interest"
    story = book.read(lambda read: story_of(read, record=note, today=TODAY, now_us=0))
    assert story is not None
    assert story.shown[0] == "Part paid", "a note is not turned into an invoice"
    assert [step.title for step in story.related] == [f"{paper(book, made).number} was made from it"]
    facts = setting.facts(bill)
    assert facts["Charged"].replace("\u00a0", " ") == "₹ 8,512.40"
    assert facts["Paid of it"].replace("\u00a0", " ") == "₹ 1,000.00"
    assert not setting.show(bill).may_charge
    assert setting.errors == []
    setting.show(note)
    setting.presenter.give_up(setting.then, setting.errors.append)
    assert not setting.show(note).may_give_up
    setting.presenter.give_up(setting.then, setting.errors.append)
    assert isinstance(setting.errors[-1], RuleBroken)


def test_where_no_interest_is_due_the_card_is_away(setting: Setting) -> None:
    book = setting.book
    book.write("Company", lambda work: save_company(work, msgspec.structs.replace(SMALL, udyam=Udyam())))
    bill = a_bill(book, a_party(book), 1_00_000, JUNE)
    assert not setting.show(bill).is_shown
    terms = InterestTerms(rate_bp=1800, rests="simple")
    agreed = a_bill(book, a_party(book, "ROSE", interest=terms), 1_00_000, JUNE)
    told = setting.show(agreed)
    assert told.is_shown
    assert not told.may_note_acceptance
    assert setting.facts(agreed)["Rate now"] == "18%"


def test_a_bill_paid_in_time_has_no_card_and_one_paid_late_has(setting: Setting) -> None:
    book = setting.book
    party = a_party(book)
    in_time, late = (a_bill(book, party, 1_00_000, JUNE) for _n in range(2))
    pay(book, party, in_time, 1_00_000, D(2026, 6, 16))
    pay(book, party, late, 1_00_000, D(2026, 7, 17))
    assert not setting.show(in_time).is_shown
    told = setting.show(late)
    assert told.is_shown
    assert told.costs() == []


def test_the_companys_own_registration_is_no_matter_of_the_card(setting: Setting) -> None:
    book = setting.book
    plain = msgspec.structs.replace(SMALL, registration=Registration("unregistered", "", "29"))
    book.write("Company", lambda work: save_company(work, plain))
    party = a_party(book)
    note = charge(book, a_bill(book, party, 1_00_000, JUNE))
    pay(book, party, note, 100)
    assert not setting.show(note).may_tax
