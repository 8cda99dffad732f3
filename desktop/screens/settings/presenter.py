"""Settings decides: what is saved of company, papers and ladder; presenters of devices and safety stand beside."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from core.book import series_rows
from core.company.commands import save_company
from core.company.model import Company
from core.company.queries import company as kept_company
from core.company.rules import problems_with_company
from core.dunning.commands import save_ladder
from core.dunning.model import Ladder
from core.dunning.queries import ladder as kept_ladder
from core.numbering.queries import last_numbers
from core.numbering.rules import number_text
from core.problems import Problem
from core.words import translate as _
from desktop.ports import Desk, Reader, Touched
from desktop.screens.settings import company as forms


class View(Protocol):
    """The pages "company", "papers" and "ladder": each a form."""

    def fill(self, page: str, values: Mapping[str, Any]) -> None:
        """Show values; what was typed and not saved is written over."""
        ...

    def is_typing(self, page: str) -> bool:
        """Whether something was typed there and is not saved."""
        ...

    def show_problems(self, page: str, problems: Sequence[Problem]) -> None:
        """Show problems beside their fields; none: all is well and saved."""
        ...

    def show_refusal(self, page: str, error: Exception) -> None:
        """Show why a save was refused."""
        ...

    def say_of_gstin(self, state: str, problem: str) -> None:
        """The State that a GSTIN belongs to, or what is wrong with it."""
        ...

    def show_series(self, facts: Sequence[tuple[str, str]]) -> None:
        """The numbers in use: (series, what it gave last)."""
        ...


class Settings:
    """Shows what is kept and saves what is changed."""

    def __init__(self, view: View, desk: Desk) -> None:
        self._view = view
        self._desk = desk
        self._company = Company()
        self._stop = desk.hub.subscribe(self._on_touched)

    def load(self) -> None:
        """Show what the book keeps; a form with something typed is left alone."""
        self._desk.runner.read(_kept, self._show)

    def gstin_typed(self, typed: str, *, is_whole: bool = False) -> None:
        """A GSTIN fills State and PAN, or says what is wrong with it."""
        state, pan, problem = forms.gstin_says(typed, is_whole=is_whole)
        self._view.say_of_gstin(forms.state_name(state), problem)
        if state:
            self._view.fill("company", {"state": state, **({"pan": pan} if pan else {})})

    def save_details(self, values: Mapping[str, Any]) -> None:
        """Keep the company's details."""
        self._save("company", forms.with_details(self._company, values))

    def save_papers(self, values: Mapping[str, Any]) -> None:
        """Keep what the company's papers carry."""
        self._save("papers", forms.with_papers(self._company, values))

    def save_ladder(self, values: Mapping[str, Any]) -> None:
        """Keep the ladder of reminders."""
        ladder = forms.ladder_of(values)
        self._write("ladder", lambda work: save_ladder(work, ladder))

    def put_away(self) -> None:
        """The screen goes."""
        self._stop()

    def _save(self, page: str, company: Company) -> None:
        problems = forms.for_form(problems_with_company(company))
        if problems:
            self._view.show_problems(page, problems)
            return
        self._write(page, lambda work: save_company(work, company))

    def _write(self, page: str, command: Callable[[Any], None]) -> None:
        def done(_none: None) -> None:
            self._view.show_problems(page, ())
            self._desk.notifier.done(_("Saved"))

        self._desk.runner.write(
            _("Settings"), command, done, lambda error: self._view.show_refusal(page, error)
        )

    def _show(self, kept: tuple[Company, Ladder, list[tuple[str, str]]]) -> None:
        self._company, ladder, series = kept
        shown = {
            "company": forms.company_values(self._company),
            "papers": forms.paper_values(self._company),
            "ladder": forms.ladder_values(ladder),
        }
        for page, values in shown.items():
            if not self._view.is_typing(page):
                self._view.fill(page, values)
        self._view.show_series(series)

    def _on_touched(self, touched: Touched) -> None:
        if touched.records:
            self.load()


def _kept(read: Reader) -> tuple[Company, Ladder, list[tuple[str, str]]]:
    return kept_company(read), kept_ladder(read), _series(read)


def _series(read: Reader) -> list[tuple[str, str]]:
    """Each series with its owner and the last number it gave in its latest year."""
    latest = {row.series: row for row in reversed(last_numbers(read))}
    said = []
    for series, code in series_rows(read):
        last = latest.get(series)
        text = number_text(series, last.year, last.last) if last else _("none yet")
        said.append((series, _("{number}, device {code}").format(number=text, code=code)))
    return said
