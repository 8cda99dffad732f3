"""What happens on the first run: a book is made, opened or joined, and handed to whoever shows it.

Nothing here touches a file by itself: `Books` does, off the GUI thread.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from core.company.rules import problems_with_company
from core.errors import KeyMissing, WrongKey
from core.problems import Problem
from core.words import translate as _
from desktop.ports import Runner
from desktop.screens.first_run.books import SUFFIX, Joining, MadeBook, NewBook, Shelf
from desktop.screens.first_run.company import (
    book_name,
    book_path,
    company_of,
    for_form,
    gstin_answer,
    problems_with_passphrase,
    state_name,
)


class View(Protocol):
    """The pages of the first run: "welcome", "new", "code", "unlock", "join"."""

    def show_page(self, page: str) -> None:
        """Show a page."""
        ...

    def fill(self, values: Mapping[str, Any]) -> None:
        """Put values into the fields of the page shown."""
        ...

    def say_of(self, field: str, hint: str, problem: str) -> None:
        """A quiet word in a field, and what is wrong with it."""
        ...

    def show_code(self, code: str, book: Path) -> None:
        """Show the recovery code of the book just made."""
        ...

    def ask_key(self, book: Path, sentence: str) -> None:
        """Ask for the passphrase of a book; the sentence says why."""
        ...

    def set_busy(self, is_busy: bool) -> None:
        """Hold the page while work is under way."""
        ...

    def tell_progress(self, done: int, count: int) -> None:
        """So much of so much has come; may be called from any thread."""
        ...

    def show_problems(self, problems: list[Problem]) -> None:
        """Show problems beside their fields."""
        ...

    def show_refusal(self, error: Exception) -> None:
        """Show what the world said; what was typed stays."""
        ...


class FirstRun:
    """Decides what follows what; `opened` gets each book that is ready, `recent` the last folder used."""

    def __init__(
        self,
        view: View,
        runner: Runner,
        shelf: Shelf,
        opened: Callable[[Any], None],
        *,
        folder: Path,
        user: str,
    ) -> None:
        self._view = view
        self._runner = runner
        self._shelf = shelf
        self._opened = opened
        self._folder = folder
        self._user = user
        self._made: MadeBook | None = None
        self._path = Path()
        self._is_path_typed = False

    def choose(self, way: str) -> None:
        """Take one of the ways of the welcome page: "new" or "join"."""
        self._view.show_page(way)
        self._is_path_typed = False
        self._view.fill({"user": self._user, "path": str(self._folder / f"{_('Our books')}{SUFFIX}")})

    def edited(self, field: str, value: Any) -> None:
        """A field changes under the keys: a GSTIN fills State and PAN, a name names the file."""
        if field == "gstin":
            self._judge_gstin(value)
        elif field in ("legal_name", "trade_name") and not self._is_path_typed:
            if name := book_name(value):
                self._view.fill({"path": str(self._folder / f"{name}{SUFFIX}")})
        elif field == "path":
            self._is_path_typed = True

    def left(self, field: str, value: Any) -> None:
        """A field is left: a GSTIN that is too short is too short now."""
        if field == "gstin" and value:
            self._judge_gstin(value, is_whole=True)

    def make(self, values: Mapping[str, Any]) -> None:
        """Make the book the form describes."""
        company = company_of(values)
        problems = [*for_form(problems_with_company(company)), *problems_with_passphrase(values)]
        if problems:
            self._view.show_problems(problems)
            return
        wish = NewBook(book_path(values["path"]), company, values["user"], values["passphrase"])
        self._do(lambda: self._shelf.make(wish), self._on_made)

    def join(self, values: Mapping[str, Any]) -> None:
        """Fetch the book of a company that another device shares."""
        if problems := problems_with_passphrase(values):
            self._view.show_problems(problems)
            return
        path, passphrase = book_path(values["path"]), values["passphrase"]
        wish = Joining(path, values["server"], values["code"], values["user"], passphrase)
        self._do(lambda: self._shelf.join(wish, self._view.tell_progress), self._on_made)

    def open(self, path: Path, *, passphrase: str = "", recovery_code: str = "") -> None:
        """Open a book that is there; asks for its key when the keyring has none."""
        self._path = path

        def verb() -> Any:
            return self._shelf.open(path, passphrase=passphrase, recovery_code=recovery_code)

        self._do(verb, self._opened)

    def not_opened(self, path: Path, error: Exception) -> None:
        """A book could not be opened at the start: say why, and ask for its key if that is all."""
        self._path = path
        self._on_failed(error)

    def unlock(self, values: Mapping[str, Any]) -> None:
        """Try the key that was typed."""
        if not values["passphrase"] and not values["recovery_code"]:
            sentence = _("Type the passphrase, or the recovery code.")
            self._view.show_problems([Problem("REQUIRED", sentence, "passphrase")])
            return
        self.open(self._path, passphrase=values["passphrase"], recovery_code=values["recovery_code"])

    def code_kept(self) -> None:
        """The recovery code is written down: on to the book."""
        if self._made is not None:
            made, self._made = self._made, None
            self._opened(made.book)

    def back(self) -> None:
        """To the welcome page; a book already made is opened all the same."""
        if self._made is None:
            self._view.show_page("welcome")

    def _do(self, verb: Callable[[], Any], then: Callable[[Any], None]) -> None:
        self._view.set_busy(True)

        def done(answer: Any) -> None:
            self._view.set_busy(False)
            then(answer)

        self._runner.network(verb, done, self._on_failed)

    def _on_made(self, made: MadeBook) -> None:
        self._made = made
        if not made.recovery_code:
            self.code_kept()
            return
        self._view.show_page("code")
        self._view.show_code(made.recovery_code, made.book.path)

    def _on_failed(self, error: Exception) -> None:
        self._view.set_busy(False)
        if isinstance(error, KeyMissing | WrongKey) and self._path.name:
            self._view.ask_key(self._path, str(error) if isinstance(error, WrongKey) else error.message)
        elif isinstance(error, KeyMissing):
            sentence = _("This computer has no keyring, so the book needs a passphrase.")
            self._view.show_problems([Problem("REQUIRED", sentence, "passphrase")])
        else:
            self._view.show_refusal(error)

    def _judge_gstin(self, typed: str, *, is_whole: bool = False) -> None:
        answer, problem = gstin_answer(typed, is_whole=is_whole)
        if answer is None or problem is not None:
            self._view.say_of("gstin", "", "" if problem is None else problem.sentence)
            return
        state = answer.state_code or ""
        self._view.say_of("gstin", state_name(state), "")
        self._view.fill({"state": state, "pan": answer.pan or ""})
