"""Settings: what is kept is shown, what is saved is kept, and what is wrong stands beside its field."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from core.book import Book
from core.clock import FixedClock
from core.company.queries import company
from core.dunning.model import Ladder, Step
from core.dunning.queries import ladder
from core.errors import DiskFull
from core.problems import Problem
from desktop.ports import Choice
from desktop.screens.settings.company import company_values, ladder_values, paper_values
from desktop.screens.settings.office import Office
from desktop.screens.settings.presenter import Settings
from desktop.screens.settings.safety import Safety
from tests.core.books import COMPANY, TODAY, a_book
from tests.desktop.screens.desk import Said, desk_of

pytestmark = pytest.mark.slow
TOUCHED = SimpleNamespace(records={"parties": frozenset()})
STATE = Choice("29", "Karnataka")


class FakeForms:
    """Remembers what was shown on each page."""

    def __init__(self) -> None:
        self.values: dict[str, dict[str, Any]] = {}
        self.problems: dict[str, Sequence[Problem]] = {}
        self.refusals: dict[str, Exception] = {}
        self.typing: set[str] = set()
        self.gstin = ("", "")
        self.series: Sequence[tuple[str, str]] = ()

    def fill(self, page: str, values: Mapping[str, Any]) -> None:
        self.values.setdefault(page, {}).update(values)

    def is_typing(self, page: str) -> bool:
        return page in self.typing

    def show_problems(self, page: str, problems: Sequence[Problem]) -> None:
        self.problems[page] = problems

    def show_refusal(self, page: str, error: Exception) -> None:
        self.refusals[page] = error

    def say_of_gstin(self, state: str, problem: str) -> None:
        self.gstin = (state, problem)

    def show_series(self, facts: Sequence[tuple[str, str]]) -> None:
        self.series = facts


@pytest.fixture(name="clock")
def _clock() -> FixedClock:
    return FixedClock.on(TODAY)


@pytest.fixture(name="book")
def _book(tmp_path: Path, clock: FixedClock) -> Iterator[Book]:
    with a_book(tmp_path, clock=clock) as book:
        yield book


@pytest.fixture(name="said")
def _said(clock: FixedClock) -> Said:
    return Said(clock)


@pytest.fixture(name="forms")
def _forms() -> FakeForms:
    return FakeForms()


@pytest.fixture(name="settings")
def _settings(forms: FakeForms, book: Book, said: Said) -> Settings:
    presenter = Settings(forms, desk_of(book, said))
    presenter.load()
    return presenter


def typed(values: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    """Values as the forms give them: states and choices picked."""
    picked = {"state": STATE, "filing": Choice("monthly", ""), "rounding": Choice("rupee", "")}
    spoken = {"language": Choice("hi", "हिन्दी")}
    return {
        **values,
        **{name: one for name, one in {**picked, **spoken}.items() if name in values},
        **changed,
    }


def test_what_the_book_keeps_is_shown(settings: Settings, forms: FakeForms) -> None:
    assert forms.values["company"]["gstin"] == COMPANY.registration.gstin
    assert forms.values["papers"]["upi_id"] == "nandi@okbank"
    assert forms.values["ladder"]["title2"] == "Final notice"
    assert forms.series[0] == ("A", "none yet, device A")


def test_details_are_kept_and_what_the_form_does_not_ask_stays(
    settings: Settings, book: Book, forms: FakeForms, said: Said
) -> None:
    settings.save_details(typed(company_values(COMPANY), trade_name="Nandi", turnover=5_00_00_000_00))
    kept = book.read(company)
    assert kept == replace(COMPANY, trade_name="Nandi", turnover_paise=5_00_00_000_00)
    assert said.said == ["Saved"]
    assert forms.problems["company"] == ()


def test_papers_are_kept(settings: Settings, book: Book) -> None:
    settings.save_papers(typed(paper_values(COMPANY), terms_days=45_000, signatory="Asha Rao"))
    kept = book.read(company)
    assert (kept.terms_days, kept.signatory, kept.language) == (45, "Asha Rao", "hi")
    assert kept.bank == COMPANY.bank


def test_a_wrong_gstin_is_not_kept(settings: Settings, book: Book, forms: FakeForms) -> None:
    settings.save_details(typed(company_values(COMPANY), gstin="29AAKCN5519Q1ZX"))
    assert [problem.field for problem in forms.problems["company"]] == ["gstin"]
    settings.save_details(typed(company_values(COMPANY), state=Choice("27", "Maharashtra")))
    assert [problem.field for problem in forms.problems["company"]] == ["state"]
    assert book.read(company) == COMPANY


def test_a_typed_gstin_fills_state_and_pan(settings: Settings, forms: FakeForms) -> None:
    settings.gstin_typed("27AAPFU0939F1ZV")
    assert forms.gstin == ("Maharashtra", "")
    assert (forms.values["company"]["state"], forms.values["company"]["pan"]) == ("27", "AAPFU0939F")
    settings.gstin_typed("27AAPFU0939F1ZW")
    assert "should be V" in forms.gstin[1]


def test_without_a_gstin_the_company_is_unregistered(settings: Settings, book: Book) -> None:
    settings.save_details(typed(company_values(COMPANY), gstin=""))
    assert book.read(company).registration.kind == "unregistered"


def test_the_ladder_is_kept_and_must_climb(settings: Settings, book: Book, forms: FakeForms) -> None:
    values = ladder_values(Ladder())
    for at, tone in enumerate(("gentle", "firm", "final")):
        values[f"tone{at}"] = Choice(tone, tone)
    settings.save_ladder({**values, "days0": 7_000, "title2": "", "minimum": 500_00})
    kept = book.read(ladder)
    assert kept.steps == (Step(7, "gentle", "Payment reminder"), Step(15, "firm", "Second reminder"))
    assert kept.minimum_paise == 500_00
    settings.save_ladder({**values, "days0": 20_000})
    assert "ladder" in forms.refusals


def test_what_is_being_typed_is_not_written_over(settings: Settings, forms: FakeForms, said: Said) -> None:
    forms.typing.add("company")
    forms.values["company"]["trade_name"] = "half typ"
    said.heard[0](TOUCHED)
    assert forms.values["company"]["trade_name"] == "half typ"
    settings.put_away()
    assert said.heard == []


# --- safety


class FakeSafety:
    """Remembers what was shown."""

    def __init__(self) -> None:
        self.last = ""
        self.results: list[tuple[str, Sequence[tuple[str, str]], bool]] = []
        self.busy: list[str] = []

    def show_last(self, text: str) -> None:
        self.last = text

    def show_result(self, text: str, facts: Sequence[tuple[str, str]], *, is_well: bool) -> None:
        self.results.append((text, facts, is_well))

    def set_busy(self, text: str) -> None:
        self.busy.append(text)


def test_a_backup_is_written_proved_and_remembered(book: Book, said: Said, tmp_path: Path) -> None:
    view = FakeSafety()
    presenter = Safety(view, desk_of(book, said), Office(book, "", lambda: None, tmp_path))
    presenter.load()
    assert "No backup" in view.last
    assert presenter.backup_name().endswith("nandi 2026-11-20.bahibackup")
    target = tmp_path / "kept.bahibackup"
    presenter.backup(target)
    assert target.exists()
    assert view.results[-1][2]
    assert "20-11-2026" in view.last
    assert view.busy == ["Backing up…", ""]


def test_a_proof_tells_its_chain_and_a_failed_one_its_problems(
    book: Book, said: Said, tmp_path: Path
) -> None:
    view, office = FakeSafety(), Office(book, "", lambda: None, tmp_path)
    presenter = Safety(view, desk_of(book, said), office)
    presenter.verify()
    text, facts, is_well = view.results[-1]
    assert is_well
    assert text.startswith("Proved")
    assert dict(facts)["Changes"] == "1"

    bad = SimpleNamespace(ok=False, problems=(Problem("CHAIN", "Entry 7 was altered."),))
    office.verify = lambda: bad  # type: ignore[method-assign,assignment,return-value]
    presenter.verify()
    assert view.results[-1][1:] == ([("CHAIN", "Entry 7 was altered.")], False)


def test_a_full_disk_is_told(book: Book, said: Said, tmp_path: Path) -> None:
    view, office = FakeSafety(), Office(book, "", lambda: None, tmp_path)

    def full(_target: Path) -> int:
        raise DiskFull("The disk is full.")

    office.backup = full  # type: ignore[method-assign]
    Safety(view, desk_of(book, said), office).backup(tmp_path / "x")
    assert view.results[-1] == ("The disk is full.", (), False)
