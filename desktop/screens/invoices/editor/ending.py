"""How writing a draft ends: issued, put away, or refused with everything still there. Free of Qt."""

from collections.abc import Callable, Sequence

from core.errors import RuleBroken
from core.problems import Problem
from core.words import translate as _
from desktop.ports import Desk
from desktop.screens.invoices.editor import cells
from desktop.screens.invoices.editor.face import EditorView
from desktop.screens.invoices.editor.keeper import Issued, Keeper
from desktop.screens.invoices.editor.writing import Writing

DATE_CHECK = "DATE_CHECK"


class Ending:
    """Ends the writing of one draft; `over` is called when it has ended."""

    def __init__(
        self, desk: Desk, view: EditorView, writing: Writing, keeper: Keeper, over: Callable[[], None]
    ) -> None:
        self._desk = desk
        self._view = view
        self._writing = writing
        self._keeper = keeper
        self._over = over
        self.is_under_way = False

    def issue(self, *, date_confirmed: bool = False) -> None:
        """Issue the paper, unless something is wrong with it: then say so beside the field."""
        if self.is_under_way:
            return
        problems = self._writing.problems(self._desk.calendar.today())
        self.show_problems(problems)
        if not problems:
            self._begin()
            draft = self._writing.dated(self._writing.draft)
            self._keeper.issue(draft, date_confirmed=date_confirmed, then=self._on_issued, failed=self.refuse)

    def discard(self) -> None:
        """Put the draft away and go back to the list; it can be brought back."""
        if self.is_under_way:
            return
        self._begin()
        self._keeper.discard(self._on_discarded, self.refuse)

    def refuse(self, error: Exception) -> None:
        """Say why the book refused; what was written stays."""
        self.is_under_way = False
        self._view.set_busy(False)
        if not isinstance(error, RuleBroken):
            self._view.show_failure(error)
            return
        doubts = [problem for problem in error.problems if problem.code == DATE_CHECK]
        if doubts and len(doubts) == len(error.problems):
            self._view.ask_date(doubts[0], lambda: self.issue(date_confirmed=True))
        else:
            self.show_problems(error.problems)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show problems where the grid and the head have their fields."""
        self._view.show_problems(cells.problems_in_rows(problems, self._writing.draft.lines))

    def _begin(self) -> None:
        # What is typed now is taken or given up: no keystroke may be kept after the end.
        self._writing.typed = None
        self.is_under_way = True
        self._view.set_busy(True)

    def _end(self) -> None:
        self._view.set_busy(False)
        self._over()

    def _on_issued(self, issued: Issued) -> None:
        self._end()
        self._desk.notifier.done(_("{number} issued. Ctrl+P prints it.").format(number=issued.number))
        self._desk.navigator.go("invoices", record=issued.record)

    def _on_discarded(self) -> None:
        self._end()
        draft, keeper, go = self._writing.draft, self._keeper, self._desk.navigator.go

        def undo() -> None:
            keeper.bring_back(draft, lambda: go("invoices", record=keeper.record, page="draft"))

        self._desk.notifier.done(_("Draft put away"), undo=undo if keeper.is_kept else None)
        go("invoices")
