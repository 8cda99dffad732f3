"""The type-ahead under a line edit: asks for suggestions, shows them, gives back the one picked.

Used by ChoiceField and by the cells of EditGrid. Typing faster than the answers is safe: an Enter pressed
before they arrive waits for them.
"""

from functools import partial

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from core.words import translate as _
from desktop.ports import Choice, Epoch, Runner, Suggest
from desktop.theme import colour, font

_ROW = 30
_SHOWN = 8
_KEYS_DOWN = (Qt.Key.Key_Down, Qt.Key.Key_PageDown)
_KEYS_UP = (Qt.Key.Key_Up, Qt.Key.Key_PageUp)
_KEYS_TAKE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class _Choices(QAbstractListModel):
    """The suggestions, and perhaps one last row that offers to create what was typed."""

    def __init__(self) -> None:
        super().__init__()
        self.choices: list[Choice] = []
        self.create = ""

    def show(self, choices: list[Choice], create: str) -> None:
        self.beginResetModel()
        self.choices, self.create = choices, create
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return len(self.choices) + bool(self.create)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if index.row() < len(self.choices):
            choice = self.choices[index.row()]
            return f"{choice.text}\t{choice.detail}"
        return self.create


class _ChoicePainter(QStyledItemDelegate):
    """Text at the left, detail quietly at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(80, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        text, _tab, detail = str(index.data()).partition("\t")
        painter.save()
        room = QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("selection"))
            painter.drawRoundedRect(room, 5, 5)
        room.adjust(9, 0, -9, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font("small"))
        quiet = painter.fontMetrics().elidedText(detail, Qt.TextElideMode.ElideRight, room.width() // 2)
        taken = painter.fontMetrics().horizontalAdvance(quiet) + (12 if quiet else 0)
        painter.setPen(colour("ink_soft"))
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, quiet)
        painter.setFont(font("body"))
        is_create = index.row() == index.model().rowCount() - 1 and bool(index.model().create)
        painter.setPen(colour("accent" if is_create else "ink"))
        words = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width() - taken)
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, words)
        painter.restore()


class Chooser(QObject):
    """Watches a line edit: opens under it while typing, picks by Enter, Tab or a click."""

    picked = Signal(object)
    """The Choice taken."""
    create_asked = Signal(str)
    """The row that creates was taken, with what was typed."""
    passed = Signal()
    """Enter or Tab took something: on to the next field or cell."""

    def __init__(self, edit: QLineEdit, suggest: Suggest, runner: Runner, *, create: str = "") -> None:
        super().__init__(edit)
        self._edit = edit
        self._suggest = suggest
        self._runner = runner
        self._create = create
        self._epoch = epoch = Epoch()
        self.destroyed.connect(lambda: epoch.turn())
        self._is_asking = False
        self._take_on_answer = False
        self._model = _Choices()
        self._frame: QFrame | None = None
        self._list: QListView | None = None
        edit.installEventFilter(self)
        edit.textEdited.connect(self.ask)

    @property
    def is_open(self) -> bool:
        """Whether suggestions are shown."""
        return self._frame is not None and self._frame.isVisible()

    def choices(self) -> list[Choice]:
        """The suggestions of the last answer."""
        return list(self._model.choices)

    def ask(self, text: str) -> None:
        """Ask for suggestions for a text; they open when they arrive."""
        self._epoch.turn()
        self._is_asking = True
        self._runner.read(
            partial(_suggestions, self._suggest, text),
            partial(self._show, text),
            self._give_up,
            epoch=self._epoch,
        )

    def close(self) -> None:
        """Close the list and forget the question under way."""
        self._epoch.turn()
        self._is_asking = self._take_on_answer = False
        if self._frame is not None:
            self._frame.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys of the list while the line edit keeps the focus."""
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.is_open:
                event.accept()
            return False
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._takes_key(event)
        if kind == QEvent.Type.FocusOut:
            self.close()
        return False

    def _takes_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if key in _KEYS_TAKE and (self._is_asking or self.is_open):
            return self._take_or_wait()
        if key == Qt.Key.Key_Escape and self.is_open:
            self.close()
            return True
        if key in _KEYS_DOWN or key in _KEYS_UP:
            if self.is_open:
                self._move(1 if key in _KEYS_DOWN else -1)
                return True
            if key == Qt.Key.Key_Down:
                self.ask("" if self._edit.hasSelectedText() else self._edit.text())
                return True
        return False

    def _take_or_wait(self) -> bool:
        if self._is_asking:
            self._take_on_answer = True
            return True
        return self._take(self._list.currentIndex().row() if self._list is not None else -1)

    def _take(self, row: int) -> bool:
        model = self._model
        if not 0 <= row < model.rowCount():
            self.close()
            return False
        typed = self._edit.text().strip()
        self.close()
        if row < len(model.choices):
            self.picked.emit(model.choices[row])
            self.passed.emit()
        else:
            self.create_asked.emit(typed)
        return True

    def _show(self, text: str, choices: list[Choice]) -> None:
        self._is_asking = False
        typed = text.strip()
        create = f"{self._create}  “{typed}”" if self._create and typed else self._create
        self._model.show(choices, create)
        if self._take_on_answer:
            self._take_on_answer = False
            if self._take(0):
                return
        if self._model.rowCount() and self._edit.hasFocus():
            self._open()
        elif self._frame is not None:
            self._frame.hide()

    def _give_up(self, error: Exception) -> None:
        self._is_asking = self._take_on_answer = False

    def _move(self, step: int) -> None:
        if self._list is not None:
            rows = self._model.rowCount()
            row = min(max(self._list.currentIndex().row() + step, 0), rows - 1)
            self._list.setCurrentIndex(self._model.index(row, 0))

    def _open(self) -> None:
        frame, view = self._made()
        view.setCurrentIndex(self._model.index(0, 0))
        window = self._edit.window()
        if frame.parent() is not window:
            frame.setParent(window)
        frame.setGeometry(self._room(window.height()))
        frame.show()
        frame.raise_()

    def _room(self, window_height: int) -> QRect:
        top_left = self._edit.mapTo(self._edit.window(), QPoint(0, self._edit.height() + 3))
        height = min(self._model.rowCount(), _SHOWN) * _ROW + 14
        below, above = window_height - top_left.y() - 6, top_left.y() - self._edit.height() - 12
        if below < height and above > below:
            height = min(height, above)
            top_left.setY(top_left.y() - self._edit.height() - 6 - height)
        else:
            height = min(height, below)
        return QRect(top_left, QSize(max(self._edit.width(), 280), height))

    def _made(self) -> tuple[QFrame, QListView]:
        if self._frame is None or self._list is None:
            self._frame = QFrame(self._edit.window())
            self._frame.setProperty("part", "raised")
            self._list = QListView()
            self._list.setAccessibleName(_("Suggestions"))
            self._list.setModel(self._model)
            self._list.setItemDelegate(_ChoicePainter(self._list))
            self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
            self._list.pressed.connect(lambda index: self._take(index.row()))
            column = QVBoxLayout(self._frame)
            column.setContentsMargins(1, 1, 1, 1)
            column.addWidget(self._list)
            self._edit.destroyed.connect(self._frame.deleteLater)
        return self._frame, self._list


def _suggestions(suggest: Suggest, text: str, reader: object) -> list[Choice]:
    return list(suggest(reader, text))
