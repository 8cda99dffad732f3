"""The first run decides: GSTIN, names, passphrases, keys; the world's refusals leave what was typed."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import AlreadyThere, InUse, KeyMissing, WrongKey
from core.problems import Problem
from desktop.bridge.run_now import RunNow
from desktop.ports import Choice
from desktop.screens.first_run.books import Joining, MadeBook, NewBook
from desktop.screens.first_run.company import book_name, states
from desktop.screens.first_run.presenter import FirstRun

FILLED = {
    "gstin": "29AAKCN5519Q1ZK", "legal_name": "Nandi Instruments", "trade_name": "", "pan": "AAKCN5519Q",
    "state": Choice("29", "Karnataka"), "line1": "14 Residency Road", "city": "Bengaluru", "pincode": "560025",
    "phone": "", "email": "", "upi_id": "nandi@okbank", "user": "Asha", "path": "/books/Nandi",
    "passphrase": "", "again": "",
}  # fmt: skip


class FakeView:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.page = "welcome"
        self.values: dict[str, Any] = {}
        self.hints: dict[str, tuple[str, str]] = {}
        self.problems: list[Problem] = []
        self.refusal: Exception | None = None
        self.code = ""
        self.asked_key: tuple[Path, str] | None = None
        self.busy: list[bool] = []
        self.progress = (0, 0)

    def show_page(self, page: str) -> None:
        self.page = page

    def fill(self, values: Mapping[str, Any]) -> None:
        self.values.update(values)

    def say_of(self, field: str, hint: str, problem: str) -> None:
        self.hints[field] = (hint, problem)

    def show_code(self, code: str, book: Path) -> None:
        self.code = code

    def ask_key(self, book: Path, sentence: str) -> None:
        self.asked_key = (book, sentence)

    def set_busy(self, is_busy: bool) -> None:
        self.busy.append(is_busy)

    def tell_progress(self, done: int, count: int) -> None:
        self.progress = (done, count)

    def show_problems(self, problems: list[Problem]) -> None:
        self.problems = problems

    def show_refusal(self, error: Exception) -> None:
        self.refusal = error


class FakeShelf:
    """Makes books of air, or raises what it is told to."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.wishes: list[Any] = []
        self.keys: list[tuple[str, str]] = []
        self.code = "7F3K-9QWE"

    def make(self, wish: NewBook) -> MadeBook:
        return self._answer(wish, MadeBook(SimpleNamespace(path=wish.path), self.code))  # type: ignore[arg-type]

    def join(self, wish: Joining, told: Callable[[int, int], None]) -> MadeBook:
        told(3, 9)
        return self._answer(wish, MadeBook(SimpleNamespace(path=wish.path), self.code))  # type: ignore[arg-type]

    def open(self, path: Path, *, passphrase: str = "", recovery_code: str = "") -> Any:
        self.keys.append((passphrase, recovery_code))
        return self._answer(path, SimpleNamespace(path=path))

    def _answer(self, wish: Any, answer: Any) -> Any:
        self.wishes.append(wish)
        if self.error is not None:
            raise self.error
        return answer


@pytest.fixture(name="view")
def _view() -> FakeView:
    return FakeView()


@pytest.fixture(name="shelf")
def _shelf() -> FakeShelf:
    return FakeShelf()


@pytest.fixture(name="opened")
def _opened() -> list[Any]:
    return []


@pytest.fixture(name="run")
def _run(view: FakeView, shelf: FakeShelf, opened: list[Any]) -> FirstRun:
    return FirstRun(view, RunNow(None), shelf, opened.append, folder=Path("/books"), user="asha")  # type: ignore[arg-type]


def test_a_gstin_fills_state_and_pan_as_soon_as_it_is_whole(run: FirstRun, view: FakeView) -> None:
    run.edited("gstin", "29AAKCN5519Q1Z")
    assert view.values == {}
    assert view.hints["gstin"] == ("", "")
    run.edited("gstin", "29AAKCN5519Q1ZK")
    assert view.values == {"state": "29", "pan": "AAKCN5519Q"}
    assert view.hints["gstin"] == ("Karnataka", "")


def test_a_mistyped_gstin_is_told_at_once_and_a_short_one_when_it_is_left(
    run: FirstRun, view: FakeView
) -> None:
    run.edited("gstin", "29AAKCN5519Q1ZX")
    assert "should be K" in view.hints["gstin"][1]
    run.edited("gstin", "29AAKCN")
    assert view.hints["gstin"] == ("", "")
    run.left("gstin", "29AAKCN")
    assert "15 characters" in view.hints["gstin"][1]


def test_the_name_names_the_file_until_another_is_typed(run: FirstRun, view: FakeView) -> None:
    run.choose("new")
    run.edited("legal_name", 'Nandi: Pumps / "Co"')
    assert view.values["path"] == str(Path("/books/Nandi Pumps Co.bahi"))
    run.edited("path", "/elsewhere/x.bahi")
    run.edited("legal_name", "Other")
    assert view.values["path"] == str(Path("/books/Nandi Pumps Co.bahi"))


def test_a_book_is_made_its_code_is_shown_and_then_it_opens(
    run: FirstRun, view: FakeView, shelf: FakeShelf, opened: list[Any]
) -> None:
    run.make(FILLED)
    wish = shelf.wishes[0]
    assert wish.path == Path("/books/Nandi.bahi")
    assert wish.company.registration.gstin == "29AAKCN5519Q1ZK"
    assert wish.company.registration.kind == "registered"
    assert wish.company.bank.upi_id == "nandi@okbank"
    assert (view.page, view.code, opened) == ("code", "7F3K-9QWE", [])
    run.back()
    assert view.page == "code", "nobody passes the code by going back"
    run.code_kept()
    run.code_kept()
    assert [book.path for book in opened] == [Path("/books/Nandi.bahi")]
    assert view.busy == [True, False]


def test_who_has_no_gstin_is_unregistered(run: FirstRun, shelf: FakeShelf) -> None:
    run.make({**FILLED, "gstin": ""})
    assert shelf.wishes[0].company.registration.kind == "unregistered"
    assert shelf.wishes[0].company.registration.state_code == "29"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"legal_name": ""}, "legal_name"),
        ({"gstin": "29AAKCN5519Q1ZX"}, "gstin"),
        ({"state": Choice("27", "Maharashtra")}, "state"),
        ({"passphrase": "short", "again": "short"}, "passphrase"),
        ({"passphrase": "long enough", "again": "long enouhg"}, "again"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_made(
    run: FirstRun, view: FakeView, shelf: FakeShelf, given: dict[str, Any], field: str
) -> None:
    run.make({**FILLED, **given})
    assert [problem.field for problem in view.problems] == [field]
    assert shelf.wishes == []


def test_without_a_keyring_a_passphrase_is_asked_for(run: FirstRun, view: FakeView, shelf: FakeShelf) -> None:
    shelf.error = KeyMissing("There is no keyring.", remedy="Choose a passphrase.")
    run.make(FILLED)
    assert [problem.field for problem in view.problems] == ["passphrase"]
    assert "no keyring" in view.problems[0].message


def test_a_file_that_stands_there_is_told(run: FirstRun, view: FakeView, shelf: FakeShelf) -> None:
    shelf.error = AlreadyThere("There is a file already.")
    run.make(FILLED)
    assert view.refusal is shelf.error
    assert view.busy == [True, False]


def test_a_locked_book_asks_for_its_key_until_it_fits(
    run: FirstRun, view: FakeView, shelf: FakeShelf, opened: list[Any]
) -> None:
    book = Path("/books/Nandi.bahi")
    shelf.error = KeyMissing("The key is not in the keyring.")
    run.open(book)
    assert view.asked_key == (book, "The key is not in the keyring.")
    run.unlock({"passphrase": "", "recovery_code": ""})
    assert view.problems[0].field == "passphrase"
    shelf.error = WrongKey("That does not open it.")
    run.unlock({"passphrase": "wrong", "recovery_code": ""})
    assert view.asked_key == (book, "That does not open it.")
    shelf.error = None
    run.unlock({"passphrase": "right", "recovery_code": ""})
    assert [one.path for one in opened] == [book]
    assert shelf.keys == [("", ""), ("wrong", ""), ("right", "")]


def test_a_book_in_use_is_told_on_the_welcome_page(run: FirstRun, view: FakeView) -> None:
    run.not_opened(Path("/books/Nandi.bahi"), InUse("Another process has it open."))
    assert isinstance(view.refusal, InUse)


def test_a_company_is_joined_by_its_code(run: FirstRun, view: FakeView, shelf: FakeShelf) -> None:
    run.choose("join")
    values = {"server": "http://s", "code": "AB-CD", "path": "/books/Shared.bahi", "user": "Ravi"}
    run.join({**values, "passphrase": "", "again": ""})
    assert shelf.wishes == [Joining(Path("/books/Shared.bahi"), "http://s", "AB-CD", "Ravi")]
    assert (view.page, view.progress) == ("code", (3, 9))


def test_book_names_fit_every_system() -> None:
    assert book_name("  A/B\\C: *?<>| d.  ") == "A B C d"
    assert book_name("नंदी & Sons") == "नंदी & Sons"
    assert book_name("...") == ""
    assert len(book_name("x" * 300)) == 60


def test_the_states_offered_are_those_in_force() -> None:
    codes = [code for code, _name in states()]
    assert "29" in codes
    assert "25" not in codes, "Daman and Diu became a part of 26"
    assert len(codes) == len(set(codes))
