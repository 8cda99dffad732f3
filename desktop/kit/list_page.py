"""ListPage, the one way a screen shows a list: header and actions, filter and scopes, table, totals below."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPagedPaintDevice
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from core.words import translate as _
from desktop.kit.buttons import Segments, action_button
from desktop.kit.fields.base import HintedEdit
from desktop.kit.list_out import Cells, as_table, export_list, print_table, rows_of
from desktop.kit.paged_table import PagedTable
from desktop.kit.surfaces import Card, PageHeader, empty
from desktop.kit.texts import label, show_if
from desktop.ports import Action, Hub, Listing, Memory, Runner
from desktop.theme import size, space

_PAUSE_MS = 60
"""Typing faster than this is one question."""


class ListPage(QWidget):
    """A Listing as a whole page. `/` or letters filter, Down goes to the rows, Esc clears and goes back."""

    row_activated = Signal(object)
    selection_changed = Signal(list)
    action_asked = Signal()
    """The action of the empty list was taken."""

    def __init__(
        self,
        title: str,
        listing: Listing[Any],
        runner: Runner,
        hub: Hub | None = None,
        memory: Memory | None = None,
        *,
        actions: Sequence[Action] = (),
    ) -> None:
        super().__init__()
        self._runner = runner
        self.header = PageHeader(title)
        self.table = PagedTable(listing, runner, hub, memory)
        self._filter = HintedEdit()
        self._scopes = Segments(
            [(scope.name, scope.title) for scope in listing.scopes], accessible_name=_("Show")
        )
        self._pause = QTimer(self)
        self._footer = QHBoxLayout()
        self._footer_frame = QFrame()
        self._build(actions)
        self._connect()

    # --- what presenters use

    def selected_ids(self) -> list[bytes]:
        """Ids of the selected rows, from the top."""
        return self.table.selected_ids()

    def select(self, row_id: bytes) -> bool:
        """Select a row; False if it is not loaded."""
        return self.table.select(row_id)

    def ask(self, *, text: str | None = None, scope: str | None = None) -> None:
        """Narrow the list."""
        self.table.ask(text=text, scope=scope)

    def set_title(self, title: str, text: str = "") -> None:
        """Show another title and quiet line."""
        self.header.set_title(title, text)

    def set_footer(self, figures: Sequence[tuple[str, str]]) -> None:
        """Show totals below the list: (caption, figure) each; they come from a query of their own."""
        empty(self._footer)
        self._footer.addStretch(1)
        for caption, figure in figures:
            self._footer.addWidget(label(caption, "small", tone="muted"))
            self._footer.addWidget(label(figure, "strong"))
            self._footer.addSpacing(space("small"))
        show_if(self._footer_frame, bool(figures))

    def list_actions(self) -> list[Action]:
        """Export and print, for the screen's `actions_here`: every row that answers the question."""
        return [
            Action("list.export", _("Export this list"), self.export, ("Ctrl+E",), icon="export"),
            Action("list.print", _("Print this list"), self.print_out, ("Ctrl+P",), icon="print"),
        ]

    def export(self) -> None:
        """Ask for a place and write the list there, as Excel or CSV."""
        asked = self.table.model.asked
        export_list(self, self.table.listing, asked, self._runner, title=self.header.title())

    def print_out(self) -> None:
        """Show the printer dialog and print the list."""
        # Loaded on first use: the window starts without the printing system.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        asked = QPrintDialog(printer, self)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.accepted.connect(lambda: self._with_rows(lambda rows: self._print_on(printer, rows)))
        QDialog.open(asked)

    def _with_rows(self, then: Callable[[list[Cells]], None]) -> None:
        listing, ask = self.table.listing, self.table.model.asked
        self._runner.read(partial(rows_of, listing, ask), then)

    def _print_on(self, printer: QPagedPaintDevice, rows: list[Cells]) -> None:
        print_table(as_table(self.header.title(), self.table.listing.columns, rows), printer)

    def focus_filter(self) -> None:
        """Put the focus into the filter, all selected."""
        self._filter.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def put_away(self) -> None:
        """Nothing under way is wanted any more."""
        self.table.put_away()

    # --- building

    def _build(self, actions: Sequence[Action]) -> None:
        for number, action in enumerate(actions):
            self.header.add(action_button(action, "primary" if number == 0 else ""))
        self._filter.setPlaceholderText(_("Filter"))
        self._filter.setAccessibleName(_("Filter"))
        self._filter.set_hint("/")
        self._filter.set_mark("search")
        self._filter.setFixedHeight(size("control"))
        self._filter.setFixedWidth(280)
        bar = QHBoxLayout()
        bar.setSpacing(space("medium"))
        bar.addWidget(self._scopes)
        bar.addStretch(1)
        bar.addWidget(self._filter)
        show_if(self._scopes, bool(self.table.listing.scopes))
        self._footer_frame.setProperty("part", "footer")
        self._footer_frame.setLayout(self._footer)
        self._footer.setContentsMargins(space("base"), space("small"), space("base"), space("small"))
        self._footer_frame.hide()
        card = Card(margin="hair")
        card.set_margins(1, 1, 1, 6)
        card.add(self.table, 1)
        card.add(self._footer_frame)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("wide"))
        whole.setSpacing(space("base"))
        whole.addWidget(self.header)
        whole.addLayout(bar)
        whole.addWidget(card, 1)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.table.row_activated.connect(self.row_activated)
        self.table.selection_changed.connect(self.selection_changed)
        self.table.action_asked.connect(self.action_asked)
        self.table.typed.connect(self._on_typed)
        self.table.asked.connect(self._show_asked)
        self._scopes.chosen.connect(lambda name: self.table.ask(scope=name))
        self._filter.textEdited.connect(lambda _text: self._pause.start(_PAUSE_MS))
        self._filter.installEventFilter(self)
        self.table.view.installEventFilter(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._put_filter)
        self._show_asked(self.table.model.asked)

    def _on_typed(self, letters: str) -> None:
        if letters == "/":
            self.focus_filter()
            return
        self._filter.setFocus(Qt.FocusReason.OtherFocusReason)
        self._filter.setText(letters)
        self._pause.start(_PAUSE_MS)

    def _put_filter(self) -> None:
        self.table.ask(text=self._filter.text().strip())

    def _show_asked(self, ask: object) -> None:
        asked = self.table.model.asked
        if self._filter.text().strip() != asked.text:
            self._filter.setText(asked.text)
        self._filter.set_hint("" if asked.text else "/")
        self._scopes.choose(asked.scope)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys between filter and rows: Down or Enter goes down; Esc clears what is typed, then goes back."""
        if not isinstance(event, QKeyEvent):
            return False
        is_escape = event.key() == Qt.Key.Key_Escape
        if is_escape and (self._filter.text() or watched is self._filter):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._clear()
                return True
        is_down = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if watched is self._filter and event.type() == QEvent.Type.KeyPress and is_down:
            self._pause.stop()
            self._put_filter()
            self.table.view.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return False

    def _clear(self) -> None:
        self._pause.stop()
        self._filter.clear()
        self._put_filter()
        self.table.view.setFocus(Qt.FocusReason.TabFocusReason)
