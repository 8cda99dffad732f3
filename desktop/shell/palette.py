"""The palette (Ctrl+K): any action, party or number by typing a few letters of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from core.words import translate as _
from desktop.kit.surfaces import lift, rule
from desktop.kit.texts import label
from desktop.ports import Action, Epoch, Finding, Place, Reader, Runner, Search
from desktop.theme import colour, font, pixmap, set_state, size, space

Index = QModelIndex | QPersistentModelIndex
_ROW = 38
_SHOWN = 9
_ACTIONS_MAX = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette."""

    text: str
    detail: str
    icon: str
    run: Callable[[], object]


def matching(actions: Sequence[Action], typed: str) -> list[Action]:
    """Actions whose words begin with the typed ones, best first; all that can be done for nothing typed."""
    wanted = typed.casefold().split()
    scored = []
    for place, action in enumerate(actions):
        words = f"{action.text} {action.words}".casefold().split()
        if action.when() and all(any(word.startswith(part) for word in words) for part in wanted):
            is_first = bool(wanted) and words[0].startswith(wanted[0])
            scored.append((not is_first, place, action))
    return [action for *_rank, action in sorted(scored, key=lambda found: found[:2])]


class _Entries(QAbstractListModel):
    """The lines shown."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []

    def show(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            entry = self.entries[index.row()]
            return f"{entry.text} {entry.detail}".strip()
        return None


class _EntryPainter(QStyledItemDelegate):
    """Icon, text, and quietly at the right what it is or which key does it."""

    def __init__(self, model: _Entries, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = self._model.entries[index.row()]
        room = QRect(option.rect)
        painter.save()
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("selection"))
            painter.drawRoundedRect(room, 6, 6)
        room.adjust(12, 0, -12, 0)
        mark = pixmap(entry.icon or "forward", "accent" if is_chosen else "ink_soft")
        painter.drawPixmap(room.left(), room.center().y() - 7, mark)
        room.adjust(28, 0, 0, 0)
        side = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font("small", tabular=True))
        painter.setPen(colour("ink_soft"))
        painter.drawText(room, side | Qt.AlignmentFlag.AlignRight, entry.detail)
        room.adjust(0, 0, -painter.fontMetrics().horizontalAdvance(entry.detail) - 12, 0)
        painter.setFont(font("body"))
        painter.setPen(colour("ink"))
        cut = painter.fontMetrics().elidedText(entry.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, side | Qt.AlignmentFlag.AlignLeft, cut)
        painter.restore()


class Palette(QFrame):
    """An overlay over the window. Typing filters actions at once and asks the book for the rest."""

    place_asked = Signal(object)
    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("part", "raised")
        self.setAccessibleName(_("Find anything"))
        self._window = window
        self._actions: Sequence[Action] = ()
        self._search: Search | None = None
        self._runner: Runner | None = None
        self._epoch = Epoch()
        self._findings: list[Finding] = []
        self._line = QLineEdit()
        self._model = _Entries()
        self._list = QListView()
        self._nothing = label("", "body", tone="muted")
        self._build()
        lift(self)
        window.installEventFilter(self)
        self.hide()

    def open_with(self, actions: Sequence[Action], search: Search | None, runner: Runner | None) -> None:
        """Open over the window, empty, with these actions and this search of the book."""
        self._actions, self._search, self._runner = actions, search, runner
        self._findings = []
        self._line.clear()
        self._line.setPlaceholderText(_("Action, party or number"))
        self._show_entries("")
        self._place()
        self.show()
        self.raise_()
        self._line.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_up(self) -> None:
        """Close; answers still under way are dropped."""
        self._epoch.turn()
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def entries(self) -> list[Entry]:
        """The lines shown; for tests and screen readers."""
        return list(self._model.entries)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the list while the line keeps the focus; a press outside closes."""
        if watched is self._window:
            if event.type() == QEvent.Type.Resize and self.isVisible():
                self._place()
            return False
        if event.type() == QEvent.Type.FocusOut:
            self.close_up()
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.KeyPress:
            return self._takes_key(event.key())
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
        return False

    def _takes_key(self, key: int) -> bool:
        row, last = self._list.currentIndex().row(), self._model.rowCount() - 1
        if key == Qt.Key.Key_Escape:
            self.close_up()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(row)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Tab):
            self._list.setCurrentIndex(self._model.index(min(row + 1, last), 0))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Backtab):
            self._list.setCurrentIndex(self._model.index(max(row - 1, 0), 0))
        else:
            return False
        return True

    def _take(self, row: int) -> None:
        if 0 <= row < len(self._model.entries):
            entry = self._model.entries[row]
            self.close_up()
            entry.run()

    def _on_typed(self, text: str) -> None:
        self._epoch.turn()
        typed = text.strip()
        if not typed:
            self._findings = []
        self._show_entries(typed)
        if typed and self._search is not None and self._runner is not None:
            question = partial(_found, self._search, typed)
            self._runner.read(question, self._on_found, lambda _error: None, epoch=self._epoch)

    def _on_found(self, findings: list[Finding]) -> None:
        self._findings = findings
        self._show_entries(self._line.text().strip())

    def _show_entries(self, typed: str) -> None:
        found = [_of_finding(finding, self._go) for finding in self._findings]
        doable = [_of_action(action) for action in matching(self._actions, typed)]
        self._model.show(doable[:_ACTIONS_MAX] + found if typed else doable)
        self._list.setCurrentIndex(self._model.index(0, 0))
        has_any = bool(self._model.entries)
        self._list.setVisible(has_any)
        self._nothing.setText(_("Nothing found"))  # the language may be another since
        self._nothing.setVisible(not has_any)
        self._place()

    def _go(self, place: Place) -> None:
        self.place_asked.emit(place)

    def _place(self) -> None:
        rows = min(max(1, self._model.rowCount()), _SHOWN)
        width = min(size("palette"), self._window.width() - 2 * space("wide"))
        height = 50 + 1 + rows * _ROW + 10
        self._list.setFixedHeight(rows * _ROW + 8)
        self.setGeometry((self._window.width() - width) // 2, 88, width, height)

    def _build(self) -> None:
        self._line.setProperty("part", "bare")
        self._line.setFont(font("title"))
        self._line.setPlaceholderText(_("Action, party or number"))
        self._line.setAccessibleName(_("Find anything"))
        self._line.setFixedHeight(50)
        self._line.setTextMargins(space("base"), 0, space("base"), 0)
        self._line.textEdited.connect(self._on_typed)
        self._line.installEventFilter(self)
        self._list.setModel(self._model)
        self._list.setItemDelegate(_EntryPainter(self._model, self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._list.pressed.connect(lambda index: self._take(index.row()))
        self._nothing.setContentsMargins(space("base"), 0, 0, space("tight"))
        self._nothing.setFixedHeight(_ROW)
        set_state(self._list, "part", "entries")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 0, 1, 1)
        whole.setSpacing(0)
        whole.addWidget(self._line)
        whole.addWidget(rule())
        whole.addWidget(self._list)
        whole.addWidget(self._nothing)


def _of_action(action: Action) -> Entry:
    return Entry(action.text, action.keys[0] if action.keys else "", action.icon, action.run)


def _of_finding(finding: Finding, go: Callable[[Place], None]) -> Entry:
    return Entry(finding.text, finding.detail, finding.icon, partial(go, finding.place))


def _found(search: Search, typed: str, reader: Reader) -> list[Finding]:
    return list(search(reader, typed))
