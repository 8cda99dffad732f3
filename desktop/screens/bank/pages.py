"""Pages of the bank beside its lines: a statement before it is imported, and the reconciliation of a day."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from core.bank.model import Layout
from core.ids import Id
from core.problems import Problem
from core.words import money_text
from core.words import translate as _
from desktop.kit import Banner, DateField, KeyHint, ListPage, button, label
from desktop.ports import Action, Desk, Tone
from desktop.screens.bank.importing import ImportPresenter, Preview, preview_listing
from desktop.screens.bank.reconcile import reconciliation_listing
from desktop.screens.bank.sheets import ColumnsSheet

_TOLD = 3
_DATE_WIDTH = 160


class ImportPage(QWidget):
    """What a file would bring: what is new, what is here already, what could not be read."""

    def __init__(self, desk: Desk, account: Id, name: str, over: Callable[[], None]) -> None:
        super().__init__()
        self._desk = desk
        self._account_name = name
        self.presenter = ImportPresenter(self, desk, account, over)
        self._preview: Preview | None = None
        self.list = ListPage(_("Import a statement"), preview_listing(lambda: self._preview), desk.runner)
        self._banner = Banner()
        self._take = button(_("Import"), "primary", icon="import", run=self.presenter.take)
        self._take.setEnabled(False)
        self.list.header.add(button(_("Another file …"), "quiet", icon="open", run=self.choose))
        self.list.header.add(self._take)
        self.list.header.add(KeyHint(_("Ctrl+Enter")))
        self.list.set_title(_("Import a statement"), _("into {account}").format(account=name))
        self.list.action_asked.connect(self.choose)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        inside = self.list.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.insertWidget(1, self._banner)
        whole.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def actions_here(self) -> Sequence[Action]:
        """Importing, and another file."""
        return (
            Action("bank.take", _("Import the new lines"), self.presenter.take, ("Ctrl+Return", "Ctrl+Enter"),
                   self._take.isEnabled, "import"),
            Action("bank.file", _("Another file"), self.choose, ("Ctrl+O",), icon="open"),
        )  # fmt: skip

    def choose(self) -> None:
        """Ask for a file."""
        kept = str(self._desk.memory.recall("bank.folder", str(Path.home())))
        kinds = _(
            "Statements (*.csv *.xls *.xlsx *.txt *.ofx *.qfx *.sta *.mt940 *.940 *.htm *.html);;All files (*)"
        )
        chosen, _kind = QFileDialog.getOpenFileName(self, _("The bank's statement"), kept, kinds)
        if chosen:
            self._desk.memory.keep("bank.folder", str(Path(chosen).parent))
            self.presenter.take_file(Path(chosen))

    def put_away(self) -> None:
        """The page goes."""
        self.presenter.put_away()
        self.list.put_away()

    # --- what the presenter says

    def show_preview(self, preview: Preview) -> None:
        """Show the lines, and how many are new."""
        self._preview = preview
        known = len(preview.rows) - preview.new
        text = _("{name} into {account}: {new} new lines, {known} here already").format(
            name=preview.statement.name, account=self._account_name, new=preview.new, known=known
        )
        self.list.set_title(_("Import a statement"), text)
        new = [row.line.paise for row in preview.rows if not row.is_known]
        came, went = sum(paise for paise in new if paise > 0), -sum(paise for paise in new if paise < 0)
        self.list.set_footer([(_("New, paid in"), money_text(came)), (_("New, paid out"), money_text(went))])
        self._take.setEnabled(preview.new > 0)
        self._take.setText(
            _("Import {count} lines").format(count=preview.new) if preview.new else _("Nothing new")
        )
        self.list.table.refresh()
        self.list.setFocus()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Say what is doubtful or could not be read."""
        told = [problem.sentence for problem in problems[:_TOLD]]
        if len(problems) > _TOLD:
            told.append(_("and {count} more").format(count=len(problems) - _TOLD))
        tone: Tone = "warning" if self._preview is not None else "danger"
        self._banner.say("\n".join(told), tone)

    def ask_columns(self, rows: Sequence[Sequence[str]], layout: Layout, problems: Sequence[Problem]) -> None:
        """Ask which column is what."""
        ColumnsSheet(rows, layout, problems, self.presenter.read_with, self.window()).open()


class ReconcilePage(QWidget):
    """Why the statement shows another balance than the book, on a day."""

    def __init__(self, desk: Desk, account: Id, name: str) -> None:
        super().__init__()
        self._on = desk.calendar.today()
        self._day = DateField(today=self._on)
        self._day.set_value(self._on)
        self._day.set_name(_("As on"))
        self._day.setFixedWidth(_DATE_WIDTH)
        listing = reconciliation_listing(lambda: account, lambda: self._on)
        self.list = ListPage(_("Bank reconciliation"), listing, desk.runner, desk.hub)
        self.list.set_title(_("Bank reconciliation"), name)
        self.list.header.add(label(_("As on"), "small", tone="muted"))
        self.list.header.add(self._day)
        for title, icon, keys, run in (
            (_("Export"), "export", "Ctrl+E", self.list.export),
            (_("Print"), "print", "Ctrl+P", self.list.print_out),
        ):
            self.list.header.add(button(title, "", icon=icon, run=run))
            self.list.header.add(KeyHint(keys))
        self._day.left.connect(self._on_day)
        self._day.entered.connect(lambda: self._on_day(self._day.value()))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.list)
        self.setFocusProxy(self.list)

    def actions_here(self) -> Sequence[Action]:
        """Another day, and the list on paper or in a file."""
        day = Action("bank.day", _("Another day"), self._day.editor.setFocus, ("Ctrl+D",), icon="calendar")
        return (day, *self.list.list_actions())

    def put_away(self) -> None:
        """The page goes."""
        self.list.put_away()

    def _on_day(self, day: dt.date | None) -> None:
        if day is not None and day != self._on:
            self._on = day
            self.list.table.refresh()
