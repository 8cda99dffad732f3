"""What all fields have in common, and the line edit they share, with a quiet hint at its empty side."""

from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.theme import colour, font, pixmap, set_tone, size

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class HintedEdit(QLineEdit):
    """A line edit with a quiet word at the side where no text is: a weekday, a result, a currency."""

    focus_left = Signal()
    pressed = Signal()
    """The mouse was pressed in it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFont(font("body"))
        self._hint = ""
        self._mark = ""

    def set_mark(self, icon: str) -> None:
        """Show a small icon before the text."""
        self._mark = icon
        self.setTextMargins(size("icon") + 4, 0, 0, 0)

    def set_hint(self, text: str) -> None:
        """Show another hint; empty for none."""
        if text != self._hint:
            self._hint = text
            self.update()

    def hint(self) -> str:
        """The hint shown."""
        return self._hint

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Arriving by keyboard selects all, so that typing replaces."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press is told of: choices open by it."""
        super().mousePressEvent(event)
        self.pressed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving settles what was typed; a menu or another window is no leaving."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.focus_left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, then the hint."""
        super().paintEvent(event)
        painter = QPainter(self)
        if self._mark:
            painter.drawPixmap(10, (self.height() - size("icon")) // 2, pixmap(self._mark, "ink_faint"))
        if self._hint:
            self._draw_hint(painter)

    def _draw_hint(self, painter: QPainter) -> None:
        painter.setFont(font("small"))
        painter.setPen(colour("ink_faint"))
        room = self.rect().adjusted(10, 0, -10, 0)
        is_right = bool(self.alignment() & Qt.AlignmentFlag.AlignRight)
        side = Qt.AlignmentFlag.AlignLeft if is_right else Qt.AlignmentFlag.AlignRight
        if self._has_room(room):
            painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, self._hint)

    def _has_room(self, room: QRect) -> bool:
        taken = self.fontMetrics().horizontalAdvance(self.text() or self.placeholderText())
        return taken + self.fontMetrics().horizontalAdvance(self._hint) + 16 < room.width()


class Field(QWidget):
    """One value a form asks for. Derived fields give `_editor` and say value and set_value."""

    edited = Signal(object)
    """The value after each keystroke; None while it cannot be read."""
    left = Signal(object)
    """The value when the field was left and is another than before."""
    entered = Signal()
    """Enter was pressed and the value stands: on to the next field."""

    def __init__(self, editor: QWidget) -> None:
        super().__init__()
        self._editor = editor
        self._kept: object = None
        self._told_problem = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(editor)
        self.setFocusProxy(editor)
        if isinstance(editor, QLineEdit):
            editor.setFixedHeight(size("control"))
        editor.installEventFilter(self)

    @property
    def editor(self) -> QWidget:
        """The widget that takes the keys; a label's buddy."""
        return self._editor

    def value(self) -> Any:
        """The value as it stands; None where it is blank or cannot be read."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value; emits nothing."""
        raise NotImplementedError

    def is_blank(self) -> bool:
        """Whether nothing is given."""
        return self.value() in (None, "")

    def problem(self) -> str:
        """What is wrong with what was typed, in a sentence; empty if it can be read."""
        return ""

    def set_problem(self, text: str) -> None:
        """Mark the field as wrong (empty text: right again); the form shows the sentence beside it."""
        self._told_problem = text
        set_tone(self._editor, "danger" if text else "")
        self._editor.setAccessibleDescription(text)

    def set_name(self, name: str) -> None:
        """What screen readers call the field."""
        self._editor.setAccessibleName(name)

    def set_read_only(self, is_read_only: bool) -> None:
        """Show the value without letting it be changed."""
        self._editor.setEnabled(not is_read_only)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter leads on to the next field."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if event.key() in _ENTER and is_plain and self._takes_enter():
                return True
        return super().eventFilter(watched, event)

    def _takes_enter(self) -> bool:
        """Enter was pressed; True if the field has used it."""
        self.settle()
        self.entered.emit()
        return True

    def settle(self) -> None:
        """The field is left: tell of a changed value once."""
        value = self.value()
        if value != self._kept:
            self._kept = value
            self.left.emit(value)
