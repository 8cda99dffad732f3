"""Cells of an EditGrid: how they are drawn, the edit that opens in them, the keys that lead through them."""

from typing import Any, cast

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from core.words import WordsError
from desktop.kit.fields.base import HintedEdit
from desktop.kit.fields.chooser import Chooser
from desktop.kit.grid_model import GridColumn, GridModel
from desktop.ports import Choice, Runner
from desktop.theme import colour, font, set_tone, size

Index = QModelIndex | QPersistentModelIndex
_PADDING = 8
_SIDES = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
}
_ON = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class CellEdit(HintedEdit):
    """The edit that stands in the current cell; a choice also holds what was picked."""

    def __init__(self, column: GridColumn, parent: QWidget) -> None:
        super().__init__()
        self.setParent(parent)
        self.column = column
        self.choice: Choice | None = None
        self.chooser: Chooser | None = None
        self.setFont(font("body", tabular=column.align == "right"))
        self.setProperty("part", "cell")
        self.setAccessibleName(column.title)
        self.setAlignment(_SIDES[column.align])
        self.setPlaceholderText(column.hint)
        self.textEdited.connect(self._on_typed)

    def _on_typed(self, text: str) -> None:
        """Show what a sum comes to, where it reads otherwise than typed."""
        self.choice = None
        if self.column.align == "left":
            return
        try:
            value = self.column.read(text)
        except WordsError:
            self.set_hint("")
            return
        written = self.column.written(value)
        self.set_hint(f"= {written}" if written and written != text.strip() else "")


class GridCells(QStyledItemDelegate):
    """Draws cells, opens edits in them and turns keys into moves."""

    moved = Signal(int)
    """On (+1) or back (-1) by a cell; the cell's text is already taken."""
    row_moved = Signal(int)
    """Up (-1) or down (+1) a row."""
    remove_asked = Signal()
    create_asked = Signal(str)
    typed = Signal(str)
    """The text in the open edit after a keystroke."""

    def __init__(self, view: QTableView, runner: Runner) -> None:
        super().__init__(view)
        self._view = view
        self._runner = runner
        self._body = font("body")
        self._figures = font("body", tabular=True)
        self._small = font("small")

    # --- drawing

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Rows are of one height."""
        return QSize(60, size("cell"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell: a hairline below, text, and red where something is wrong."""
        model = cast(GridModel, index.model())
        column = model.columns[index.column()]
        problem = model.problem(index.row(), column.name)
        painter.save()
        room: QRect = option.rect
        if problem:
            painter.fillRect(room, colour("danger_soft"))
        elif index.row() == self._view.currentIndex().row() and self._view.property("is_active"):
            painter.fillRect(room, colour("hover"))
        painter.fillRect(QRect(room.left(), room.bottom(), room.width(), 1), colour("line"))
        inner = room.adjusted(_PADDING, 0, -_PADDING, 0)
        painter.setFont(self._figures if column.align == "right" else self._body)
        ink = "danger" if problem else ("ink" if column.is_editable else "ink_soft")
        painter.setPen(colour(ink))
        text = painter.fontMetrics().elidedText(
            model.text(index.row(), column), Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, _SIDES[column.align], text)
        value = model.value(index.row(), column.name)
        if isinstance(value, Choice) and value.detail:
            self._draw_detail(painter, inner, text, value.detail)
        painter.restore()

    def _draw_detail(self, painter: QPainter, room: QRect, text: str, detail: str) -> None:
        rest = room.adjusted(painter.fontMetrics().horizontalAdvance(text) + 8, 0, 0, 0)
        if rest.width() > 30:
            painter.setFont(self._small)
            painter.setPen(colour("ink_faint"))
            cut = painter.fontMetrics().elidedText(detail, Qt.TextElideMode.ElideRight, rest.width())
            painter.drawText(rest, _SIDES["left"], cut)

    # --- editing

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """An edit for a cell, with suggestions under it if it is a choice."""
        column = cast(GridModel, index.model()).columns[index.column()]
        edit = CellEdit(column, parent)
        edit.textEdited.connect(self.typed)
        if column.suggest is not None:
            edit.chooser = Chooser(edit, column.suggest, self._runner, create=column.create)
            edit.chooser.picked.connect(lambda choice: self._on_picked(edit, choice))
            edit.chooser.passed.connect(lambda: self._leave(edit, 1))
            edit.chooser.create_asked.connect(self.create_asked)
        return edit

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Put the cell's text into the edit, all selected: typing replaces."""
        edit = cast(CellEdit, editor)
        model = cast(GridModel, index.model())
        if edit.isModified():
            return
        edit.setText(model.text(index.row(), edit.column))
        value = model.value(index.row(), edit.column.name)
        edit.choice = value if isinstance(value, Choice) else None
        set_tone(edit, "danger" if model.problem(index.row(), edit.column.name) else "")
        edit.selectAll()

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        """Take what stands in the edit into the cell."""
        edit, grid = cast(CellEdit, editor), cast(GridModel, model)
        if edit.column.kind == "choice":
            if edit.choice is not None or edit.isModified():
                grid.give_value(index.row(), edit.column, edit.choice)
        elif edit.isModified():
            grid.give(index.row(), edit.column, edit.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """The edit covers its cell."""
        editor.setGeometry(option.rect)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Keys in an edit: the suggestions first, then the walk from cell to cell."""
        if not isinstance(editor, CellEdit):
            return super().eventFilter(editor, event)
        if editor.chooser is not None and editor.chooser.eventFilter(editor, event):
            return True
        if event.type() == QEvent.Type.FocusOut:
            return super().eventFilter(editor, event)
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.KeyPress:
            return self._takes_key(editor, event)
        if _is_step(event) and not editor.isModified():
            event.ignore()  # nothing was typed in this cell: the window's undo is meant
            return True
        if event.key() == Qt.Key.Key_Escape and editor.isModified():
            event.accept()
            return event.type() == QEvent.Type.ShortcutOverride
        return False

    def _takes_key(self, edit: CellEdit, event: QKeyEvent) -> bool:
        key = event.key()
        is_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if is_ctrl and key == Qt.Key.Key_Delete:
            self.remove_asked.emit()
        elif is_ctrl:
            return False
        elif key == Qt.Key.Key_Backtab:
            self._leave(edit, -1)
        elif key in _ON:
            self._leave(edit, -1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.commitData.emit(edit)
            self.row_moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_Escape and edit.isModified():
            edit.setModified(False)
            self.setEditorData(edit, self._view.currentIndex())
        else:
            return False
        return True

    def _on_picked(self, edit: CellEdit, choice: Choice) -> None:
        edit.setText(choice.text)
        edit.choice = choice

    def _leave(self, edit: CellEdit, step: int) -> None:
        self.commitData.emit(edit)
        self.moved.emit(step)


def _is_step(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


class GridHeader(QHeaderView):
    """Column titles above the lines."""

    def __init__(self, model: GridModel) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._model = model
        self.setFixedHeight(size("header"))
        self.setHighlightSections(False)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803  Qt's
        """Draw one title."""
        column = self._model.columns[logicalIndex]
        painter.save()
        painter.fillRect(rect, colour("surface"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colour("line_strong"))
        painter.setFont(font("caption"))
        painter.setPen(colour("ink_soft"))
        painter.drawText(rect.adjusted(_PADDING, 0, -_PADDING, 0), _SIDES[column.align], column.title)
        painter.restore()


class LineNumbers(QHeaderView):
    """Quiet line numbers at the left."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setFixedWidth(36)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setDefaultSectionSize(size("cell"))
        self.setMinimumSectionSize(size("cell"))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803  Qt's
        """Draw one number."""
        painter.save()
        painter.fillRect(rect, colour("surface"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colour("line"))
        painter.setFont(font("caption", tabular=True))
        painter.setPen(colour("ink_faint"))
        painter.drawText(rect.adjusted(0, 0, -10, 0), _SIDES["right"], str(logicalIndex + 1))
        painter.restore()
