"""A party's statement, or its balance confirmation letter, as a paper on the screen, to print or to save."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from core.statements.model import Confirmation, Statement
from core.statements.workbook import confirmation_file, statement_file
from core.words import date_text
from core.words import translate as _
from desktop.kit import PageHeader, PaperView
from desktop.kit.list_out import written
from desktop.ports import Action, Desk, Epoch
from desktop.screens.parties.presenter import confirmation_drawn, confirmation_of, drawn, statement_pdf
from desktop.theme import space


class PartyPaper(QWidget):
    """One paper about a party, as it is printed, over the period the window looks at."""

    is_over = False

    def __init__(self, desk: Desk, party: bytes, title: str, question: Callable[..., Any]) -> None:
        super().__init__()
        self._desk = desk
        self._party = party
        self._question = question
        self._name = title
        self._found: Any = None
        self._epoch = Epoch()
        self.header = PageHeader(title)
        self.paper = PaperView(desk.runner, file_name=lambda: f"{self._name}.pdf")
        self.paper.setAccessibleName(title)
        self.paper.shown.connect(lambda _pages: self.paper.fit_width(shrink_only=True))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("base"))
        whole.setSpacing(space("small"))
        whole.addWidget(self.header)
        whole.addWidget(self.paper, 1)
        self.setFocusProxy(self.paper)
        self._stop = desk.calendar.subscribe(self.load)
        self.load()

    def load(self) -> None:
        """Draw it over the period the window looks at."""
        self._epoch.turn()
        question = partial(self._question, party=self._party, calendar=self._desk.calendar)
        self._desk.runner.read(question, self._draw, self._desk.notifier.fail, epoch=self._epoch)

    def actions_here(self) -> Sequence[Action]:
        """Printing and saving."""
        return (
            Action("statement.print", _("Print"), self.paper.print_out, ("Ctrl+P",), icon="print"),
            Action("statement.save", _("Save as PDF"), self.paper.save, ("Ctrl+Shift+S",), icon="export"),
            Action("statement.excel", _("Save as Excel"), self._on_excel, ("Ctrl+Shift+E",), icon="export"),
        )

    def put_away(self) -> None:
        """The paper goes."""
        self._epoch.turn()
        self._stop()

    def told(self, found: Any) -> tuple[str, str, str, Callable[[], bytes], Callable[[], bytes]]:
        """The file's name, the head's two lines, and what makes the PDF and the workbook."""
        raise NotImplementedError

    def _draw(self, found: Any) -> None:
        self._found = found
        self._name, title, text, pdf, _excel = self.told(found)
        self.header.set_title(title, text)
        self._desk.runner.network(pdf, self.paper.show_pdf, self._desk.notifier.fail, epoch=self._epoch)

    def _on_excel(self) -> None:
        if self._found is None:
            return
        name, *_rest, excel = self.told(self._found)
        kinds = _("Excel workbook (*.xlsx)")
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save as Excel"), f"{name}.xlsx", kinds)
        if chosen:
            self._desk.runner.network(lambda: written(excel(), Path(chosen)))


class StatementPage(PartyPaper):
    """A party's account over the period."""

    def __init__(self, desk: Desk, party: bytes) -> None:
        super().__init__(desk, party, _("Statement of account"), statement_pdf)

    def told(
        self, found: tuple[Statement, str]
    ) -> tuple[str, str, str, Callable[[], bytes], Callable[[], bytes]]:
        """What is said of the account, and its files."""
        account, language = found
        span = f"{date_text(account.from_on)} – {date_text(account.to_on)}"
        return (
            _("Statement {name}").format(name=account.buyer.name), account.buyer.name,
            _("Statement of account, {period}").format(period=span), partial(drawn, account, language),
            partial(statement_file, account),
        )  # fmt: skip


class ConfirmationPage(PartyPaper):
    """The letter that asks a party to confirm its balance."""

    def __init__(self, desk: Desk, party: bytes) -> None:
        super().__init__(desk, party, _("Balance confirmation"), confirmation_of)

    def told(self, found: Confirmation) -> tuple[str, str, str, Callable[[], bytes], Callable[[], bytes]]:
        """What is said of the letter, and its files."""
        return (
            _("Balance {name}").format(name=found.buyer.name), found.buyer.name,
            _("Balance confirmation as on {date}").format(date=date_text(found.on)),
            partial(confirmation_drawn, found), partial(confirmation_file, found),
        )  # fmt: skip
