"""Fields for words: one line, notes of several lines, and a switch."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QCompleter, QPlainTextEdit, QSizePolicy

from desktop.kit.fields.base import Field, HintedEdit
from desktop.theme import colour, font

_TRACK_WIDTH, _TRACK_HEIGHT = 34, 18


class TextField(Field):
    """One line of text; outer blanks are dropped. `capitals` writes GSTINs and codes as they should be."""

    def __init__(self, *, placeholder: str = "", max_length: int = 200, capitals: bool = False) -> None:
        self._line = HintedEdit()
        super().__init__(self._line)
        self._capitals = capitals
        self._line.setPlaceholderText(placeholder)
        self._line.setMaxLength(max_length)
        self._line.textEdited.connect(lambda _text: self.edited.emit(self.value()))
        self._line.focus_left.connect(self.settle)

    def value(self) -> str:
        """The text, outer blanks dropped; never None."""
        text = self._line.text().strip()
        return text.upper() if self._capitals else text

    def set_value(self, value: str | None) -> None:
        """Show a text."""
        self._line.setText(value or "")
        self._line.setCursorPosition(0)
        self._kept = self.value()

    def set_hint(self, text: str) -> None:
        """A quiet word inside the field ("Karnataka" beside a GSTIN)."""
        self._line.set_hint(text)

    def complete_with(self, words: Sequence[str]) -> None:
        """Write these words to their end as soon as they are begun."""
        completer = QCompleter(list(words), self._line)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._line.setCompleter(completer)

    def hide_text(self) -> None:
        """Show dots instead of letters: for a passphrase."""
        self._line.setEchoMode(HintedEdit.EchoMode.Password)

    def settle(self) -> None:
        if self._line.text() != self.value():
            self._line.setText(self.value())
        super().settle()


class NotesField(Field):
    """Several lines of text. Enter makes a new line; Tab leaves."""

    def __init__(self, *, placeholder: str = "", lines: int = 3) -> None:
        self._box = QPlainTextEdit()
        super().__init__(self._box)
        self._box.setFont(font("body"))
        self._box.setPlaceholderText(placeholder)
        self._box.setTabChangesFocus(True)
        self._box.setFixedHeight(lines * self._box.fontMetrics().lineSpacing() + 20)
        self._box.textChanged.connect(lambda: self.edited.emit(self.value()))

    def value(self) -> str:
        """The text, outer blanks dropped; never None."""
        return self._box.toPlainText().strip()

    def set_value(self, value: str | None) -> None:
        """Show a text."""
        was = self._box.blockSignals(True)
        self._box.setPlainText(value or "")
        self._box.blockSignals(was)
        self._kept = self.value()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leaving settles; Enter is a new line here."""
        if event.type() == QEvent.Type.FocusOut:
            self.settle()
        return super().eventFilter(watched, event)

    def _takes_enter(self) -> bool:
        return False


class Switch(QAbstractButton):
    """On or off, drawn as a switch with its words beside it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(text)
        self.setFont(font("body"))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Room for switch and words."""
        return QSize(_TRACK_WIDTH + 14 + self.fontMetrics().horizontalAdvance(self.text()), 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the track, the knob and the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(2, (self.height() - _TRACK_HEIGHT) / 2, _TRACK_WIDTH, _TRACK_HEIGHT)
        is_on = self.isChecked()
        if self.hasFocus():
            painter.setPen(colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            around = track.adjusted(-2, -2, 2, 2)
            painter.drawRoundedRect(around, around.height() / 2, around.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("accent" if is_on else "line_strong"))
        painter.drawRoundedRect(track, _TRACK_HEIGHT / 2, _TRACK_HEIGHT / 2)
        knob = track.right() - _TRACK_HEIGHT / 2 if is_on else track.left() + _TRACK_HEIGHT / 2
        painter.setBrush(colour("accent_ink" if is_on else "surface"))
        painter.drawEllipse(QPointF(knob, track.center().y()), 6.5, 6.5)
        painter.setPen(colour("ink" if self.isEnabled() else "ink_faint"))
        painter.setFont(self.font())
        words = self.rect().adjusted(_TRACK_WIDTH + 12, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())


class ToggleField(Field):
    """Yes or no; Space switches, Enter goes on."""

    def __init__(self, text: str = "") -> None:
        self._switch = Switch(text)
        super().__init__(self._switch)
        self.set_name(text)
        self._kept = False
        self._switch.toggled.connect(self._on_toggled)

    def value(self) -> bool:
        """Whether it is on."""
        return self._switch.isChecked()

    def set_value(self, value: bool | None) -> None:
        """Show on or off."""
        was = self._switch.blockSignals(True)
        self._switch.setChecked(bool(value))
        self._switch.blockSignals(was)
        self._kept = self.value()

    def is_blank(self) -> bool:
        """A switch always says something."""
        return False

    def _on_toggled(self, is_on: bool) -> None:
        self.edited.emit(is_on)
        self.settle()
