"""EditGrid: the lines of a paper, typed as on paper: Enter walks on, a new line follows the last."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.problems import Problem
from core.words import translate as _
from desktop.kit.grid_cells import CellEdit, GridCells, GridHeader, LineNumbers
from desktop.kit.grid_model import GridColumn, GridModel
from desktop.kit.texts import label
from desktop.ports import Runner
from desktop.theme import set_state, size, space

_WALKED_IN = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class GridView(QTableView):
    """The view of the lines: the current cell is always being typed in."""

    remove_asked = Signal()

    def __init__(self, model: GridModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalHeader(LineNumbers())

    def open_cell(self, index: QModelIndex) -> None:
        """Make a cell current and type in it, if it can be typed in."""
        if not index.isValid():
            return
        if index == self.currentIndex() and isinstance(edit := self.indexWidget(index), CellEdit):
            edit.setFocus(Qt.FocusReason.TabFocusReason)
            return
        self.close_cell()
        self.setCurrentIndex(index)
        self.scrollTo(index)
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)

    def close_cell(self) -> None:
        """Take what is typed and close the edit."""
        edit = self.indexWidget(self.currentIndex())
        if isinstance(edit, CellEdit):
            self.commitData(edit)
            self.closeEditor(edit, QAbstractItemDelegate.EndEditHint.NoHint)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Coming in by Tab opens the current cell, or the first."""
        super().focusInEvent(event)
        # Closing an edit gives the focus back here too, for another reason: nothing is opened then.
        if event.reason() in _WALKED_IN:
            at = self.currentIndex() if self.currentIndex().isValid() else self.model().index(0, 0)
            self.open_cell(at)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click types in that cell."""
        super().mousePressEvent(event)
        self.open_cell(self.indexAt(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """With no edit open: Enter or a letter opens the cell."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_cell(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.remove_asked.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        elif event.text().isprintable() and event.text():
            self.open_cell(self.currentIndex() if self.currentIndex().isValid() else self.model().index(0, 0))
            edit = self.indexWidget(self.currentIndex())
            if isinstance(edit, CellEdit):
                QApplication.sendEvent(edit, event)
        else:
            super().keyPressEvent(event)


class EditGrid(QWidget):
    """Lines of typed cells. The presenter hears `edited` and sets computed cells; the grid decides nothing.

    Enter or Tab go on, Shift+Tab back, Up and Down change lines, Ctrl+Delete removes one, Esc undoes a cell.
    Enter in the first cell of a blank last line leaves the grid (`finished`).
    """

    edited = Signal(int, str, object)
    typed = Signal(int, str, str)
    """(row, column, text) at each keystroke, before the cell is left."""
    row_added = Signal(int)
    row_removed = Signal(int)
    create_asked = Signal(int, str, str)
    """(row, column, typed text): a choice wants a new one."""
    finished = Signal()

    def __init__(self, columns: Sequence[GridColumn], runner: Runner, *, grows: bool = True) -> None:
        """A grid that does not grow keeps the lines it is given: none is added or removed."""
        super().__init__()
        self._grows = grows
        self.model = GridModel(columns)
        self.view = GridView(self.model)
        self._cells = GridCells(self.view, runner)
        self._note = label("", "small", tone="danger", wrap=True)
        self._build()
        self._connect()

    # --- what presenters use

    def rows(self) -> list[dict[str, Any]]:
        """The lines as plain values by column name, without blank ones at the end."""
        return self.model.rows()

    def set_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Show these lines; what was being typed is let go."""
        self._drop_edit()
        self.model.set_rows(rows)
        self._show_note()

    def set_cell(self, row: int, name: str, value: Any) -> None:
        """Show a value (a computed one, or a default that follows from another cell)."""
        self.model.set_cell(row, name, value)

    def set_row(self, row: int, values: Mapping[str, Any]) -> None:
        """Show several values of a line."""
        for name, value in values.items():
            self.model.set_cell(row, name, value)

    def value(self, row: int, name: str) -> Any:
        """The value of one cell."""
        return self.model.value(row, name)

    def show_problems(self, problems: Iterable[Problem]) -> list[Problem]:
        """Mark the cells problems speak of; gives back the problems that belong elsewhere."""
        apart = self.model.show_problems(problems)
        self._show_note()
        return apart

    def go_to_problem(self) -> bool:
        """Open the first cell with a problem, so that its sentence is read; False if there is none."""
        wrong = self.model.first_wrong()
        if wrong is not None:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            self.open_cell(*wrong)
        return wrong is not None

    def settle(self) -> bool:
        """Take what is being typed; False if a cell cannot be read (it is opened)."""
        self.view.close_cell()
        unread = self.model.unread()
        if unread:
            row, name = unread[0]
            self.view.open_cell(self.model.index(row, self.model.place(name)))
        return not unread

    def open_cell(self, row: int, name: str) -> None:
        """Type in a cell."""
        self.view.open_cell(self.model.index(row, self.model.place(name)))

    def is_typed_in(self) -> bool:
        """Whether a cell is open."""
        return isinstance(self.view.indexWidget(self.view.currentIndex()), CellEdit)

    def current_row(self) -> int:
        """The line being typed in."""
        return max(0, self.view.currentIndex().row())

    def remove_row(self) -> None:
        """Take out the line being typed in; the one after it comes up."""
        row, column = self.current_row(), max(0, self.view.currentIndex().column())
        if not self._grows:
            return
        self._drop_edit()
        self.model.remove(row)
        self.row_removed.emit(row)
        self.view.open_cell(self.model.index(min(row, self.model.rowCount() - 1), column))

    # --- building

    def _build(self) -> None:
        self.view.setItemDelegate(self._cells)
        self.view.setAccessibleName(_("Lines"))
        header = GridHeader(self.model)
        self.view.setHorizontalHeader(header)
        digit = self.view.fontMetrics().horizontalAdvance("0")
        for place, column in enumerate(self.model.columns):
            header.resizeSection(place, column.width * digit + 16)
            if column.stretch:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        self._note.setContentsMargins(space("base"), space("tight"), space("base"), space("tight"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.view, 1)
        whole.addWidget(self._note)
        self._note.hide()
        self.setMinimumHeight(size("header") + 3 * size("cell"))
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        self.model.value_given.connect(self.edited)
        self.model.dataChanged.connect(lambda *_at: self._show_note())
        self._cells.moved.connect(self._on_moved)
        self._cells.row_moved.connect(self._on_row_moved)
        self._cells.remove_asked.connect(self.remove_row)
        self._cells.create_asked.connect(self._on_create)
        self._cells.typed.connect(self._on_typed)
        self.view.remove_asked.connect(self.remove_row)
        self.view.selectionModel().currentChanged.connect(lambda *_at: self._on_current())

    # --- walking

    def _on_moved(self, step: int) -> None:
        at = self.view.currentIndex()
        stops = [place for place, column in enumerate(self.model.columns) if column.is_editable]
        row, place = at.row(), at.column()
        if step > 0 and self._grows and place == stops[0] and self._is_end(row):
            self._leave()
            return
        ahead = [stop for stop in stops if (stop > place if step > 0 else stop < place)]
        if ahead:
            self._open(row, ahead[0] if step > 0 else ahead[-1])
        elif step > 0:
            self._next_row(row, stops[0])
        elif row > 0:
            self._open(row - 1, stops[-1])
        else:
            self._drop_edit()
            self.focusPreviousChild()

    def _next_row(self, row: int, place: int) -> None:
        if row + 1 == self.model.rowCount():
            if self.model.is_blank(row) or not self._grows:
                self._leave()
                return
            self.model.insert(row + 1)
            self.row_added.emit(row + 1)
        self._open(row + 1, place)

    def _on_row_moved(self, step: int) -> None:
        at = self.view.currentIndex()
        row = min(max(at.row() + step, 0), self.model.rowCount() - 1)
        self._open(row, at.column())

    def _is_end(self, row: int) -> bool:
        return row + 1 == self.model.rowCount() and row > 0 and self.model.is_blank(row)

    def _open(self, row: int, place: int) -> None:
        self._drop_edit()
        self.view.open_cell(self.model.index(row, place))

    def _leave(self) -> None:
        self._drop_edit()
        self.finished.emit()

    def _drop_edit(self) -> None:
        edit = self.view.indexWidget(self.view.currentIndex())
        if isinstance(edit, CellEdit):
            edit.setModified(False)
            self.view.closeEditor(edit, QAbstractItemDelegate.EndEditHint.NoHint)

    def _on_typed(self, text: str) -> None:
        at = self.view.currentIndex()
        self.typed.emit(at.row(), self.model.columns[at.column()].name, text)

    def _on_create(self, text: str) -> None:
        at = self.view.currentIndex()
        self.create_asked.emit(at.row(), self.model.columns[at.column()].name, text)

    # --- what is wrong here

    def _on_current(self) -> None:
        set_state(self.view, "is_active", True)
        self.view.viewport().update()
        self._show_note()

    def _show_note(self) -> None:
        at = self.view.currentIndex()
        text = self.model.problem(at.row(), self.model.columns[at.column()].name) if at.isValid() else ""
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:
        """Another palette: draw anew."""
        if event.type() == QEvent.Type.PaletteChange:
            self.view.viewport().update()
        super().changeEvent(event)
