"""The statement of a party as a paper on the screen, to print or to save."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.statements.model import Statement
from core.words import date_text
from core.words import translate as _
from desktop.kit import PageHeader, PaperView
from desktop.ports import Action, Desk, Epoch
from desktop.screens.parties.presenter import drawn, statement_pdf
from desktop.theme import space


class StatementPage(QWidget):
    """A party's account over the period, as it is printed."""

    is_over = False

    def __init__(self, desk: Desk, party: bytes) -> None:
        super().__init__()
        self._desk = desk
        self._party = party
        self._name = _("Statement")
        self._epoch = Epoch()
        self._header = PageHeader(_("Statement of account"))
        self.paper = PaperView(desk.runner, file_name=lambda: f"{self._name}.pdf")
        self.paper.setAccessibleName(_("Statement of account"))
        self.paper.shown.connect(lambda _pages: self.paper.fit_width(shrink_only=True))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("base"))
        whole.setSpacing(space("small"))
        whole.addWidget(self._header)
        whole.addWidget(self.paper, 1)
        self.setFocusProxy(self.paper)
        self._stop = desk.calendar.subscribe(self.load)
        self.load()

    def load(self) -> None:
        """Draw the account over the period the window looks at."""
        self._epoch.turn()
        question = partial(statement_pdf, party=self._party, calendar=self._desk.calendar)
        self._desk.runner.read(question, self._draw, self._desk.notifier.fail, epoch=self._epoch)

    def actions_here(self) -> Sequence[Action]:
        """Printing and saving."""
        return (
            Action("statement.print", _("Print"), self.paper.print_out, ("Ctrl+P",), icon="print"),
            Action("statement.save", _("Save as PDF"), self.paper.save, ("Ctrl+Shift+S",), icon="export"),
        )

    def put_away(self) -> None:
        """The paper goes."""
        self._epoch.turn()
        self._stop()

    def _draw(self, found: tuple[Statement, str]) -> None:
        account, language = found
        self._name = _("Statement {name}").format(name=account.buyer.name)
        span = f"{date_text(account.from_on)} – {date_text(account.to_on)}"
        self._header.set_title(account.buyer.name, _("Statement of account, {period}").format(period=span))
        self._desk.runner.network(
            partial(drawn, account, language),
            self.paper.show_pdf,
            self._desk.notifier.fail,
            epoch=self._epoch,
        )
