"""Things to press: buttons, icon buttons, and segments of which one is chosen."""

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from desktop.kit.texts import KeyHint
from desktop.ports import Action
from desktop.theme import font, set_icon, space

Part: TypeAlias = Literal["", "primary", "quiet", "danger"]
_TINTS = {"": "ink_soft", "primary": "accent_ink", "quiet": "ink_soft", "danger": "danger"}


class PushButton(QPushButton):
    """A button that Enter presses as Space does: Qt lets it do so in dialogs alone."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, without modifiers, presses it."""
        if _is_enter(event):
            self.click()
        else:
            super().keyPressEvent(event)


class ToolButton(QToolButton):
    """An icon that Enter presses as Space does."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, without modifiers, presses it."""
        if _is_enter(event):
            self.click()
        else:
            super().keyPressEvent(event)


def button(
    text: str,
    part: Part = "",
    *,
    icon: str = "",
    run: Callable[[], object] | None = None,
    keys: str = "",
) -> QPushButton:
    """A button of the usual height. `part`: the one "primary" of a page, "quiet", "danger" or plain.

    `keys` is only shown (as tooltip); the shortcut itself belongs to an Action.
    """
    made = PushButton(text)
    made.setFont(font("body"))
    made.setProperty("part", part)
    made.setAutoDefault(False)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    if icon:
        set_icon(made, icon, _TINTS[part])
    if keys:
        made.setToolTip(keys)
    if run is not None:
        made.clicked.connect(lambda: run())
    return made


def icon_button(
    icon: str, name: str, *, run: Callable[[], object] | None = None, keys: str = ""
) -> QToolButton:
    """A quiet button with an icon alone; `name` is what screen readers and the tooltip say."""
    made = ToolButton()
    made.setProperty("part", "quiet")
    made.setAccessibleName(name)
    made.setToolTip(f"{name}  {keys}".strip())
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    set_icon(made, icon)
    if run is not None:
        made.clicked.connect(lambda: run())
    return made


def action_button(action: Action, part: Part = "") -> QWidget:
    """A button for an Action, its first key shown beside it."""
    pressed = button(
        action.text, part, icon=action.icon, run=action.run, keys=action.keys[0] if action.keys else ""
    )
    pressed.setEnabled(action.when())
    if not action.keys:
        return pressed
    pressed.setAccessibleDescription(action.keys[0])
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(space("tight") + 2)
    row.addWidget(pressed)
    row.addWidget(KeyHint(action.keys[0]))
    return both


class Segments(QFrame):
    """A few names side by side of which one is chosen; arrow keys move, one Tab stop."""

    chosen = Signal(str)

    def __init__(self, options: Sequence[tuple[str, str]], *, accessible_name: str = "") -> None:
        super().__init__()
        self.setProperty("part", "segments")
        self.setAccessibleName(accessible_name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        self._buttons: dict[str, QPushButton] = {}
        for name, title in options:
            self._buttons[name] = self._segment(name, title)
            row.addWidget(self._buttons[name])
        if options:
            self.choose(options[0][0])

    def choice(self) -> str:
        """The chosen name; empty if there are none."""
        return next((name for name, one in self._buttons.items() if one.isChecked()), "")

    def choose(self, name: str) -> None:
        """Choose a name silently; an unknown one changes nothing."""
        if name in self._buttons:
            self._buttons[name].setChecked(True)

    def rename(self, name: str, title: str) -> None:
        """Write another title on one of them."""
        if name in self._buttons:
            self._buttons[name].setText(title)

    def _segment(self, name: str, title: str) -> QPushButton:
        made = PushButton(title)
        made.setFont(font("body"))
        made.setProperty("part", "segment")
        made.setCheckable(True)
        made.setAutoExclusive(True)
        made.setAutoDefault(False)
        made.setCursor(Qt.CursorShape.PointingHandCursor)
        made.clicked.connect(lambda: self.chosen.emit(name))
        return made


def _is_enter(event: QKeyEvent) -> bool:
    plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
    return plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()
