"""ScreenView: what the shell expects of a screen."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.ports import Action, Place


class ScreenView(QWidget):
    """A screen in the window. Derived views put their content in with `set_content` and override the rest.

    The shell calls `show_place` each time the user comes here, `actions` to fill menus, palette and help,
    and `put_away` once, when the screen goes for good (closing, or another language).
    """

    actions_changed = Signal()
    """What can be done here is another list now; `set_content` says so by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "canvas")
        self._pages = QStackedWidget()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def set_content(self, widget: QWidget) -> None:
        """Show a widget as the whole screen; pages shown before are kept (a list under its editor)."""
        if self._pages.indexOf(widget) < 0:
            self._pages.addWidget(widget)
        self._pages.setCurrentWidget(widget)
        self.setFocusProxy(widget)
        self.actions_changed.emit()
        if self.isVisible():
            widget.setFocus()

    def drop_content(self, widget: QWidget) -> None:
        """Let a page go for good."""
        self._pages.removeWidget(widget)
        widget.deleteLater()

    def content(self) -> QWidget | None:
        """The page shown."""
        return self._pages.currentWidget()

    def actions_here(self) -> Sequence[Action]:
        """What the user can do here, now; asked anew whenever menus, palette or help open."""
        return ()

    def show_place(self, place: Place) -> None:
        """The user comes here: show this record or page, and take the focus."""
        self.setFocus()

    def focus_filter(self) -> None:
        """`/` was pressed: put the focus into the filter, if there is one."""
        found = self.content()
        if found is not None and hasattr(found, "focus_filter"):
            found.focus_filter()

    def put_away(self) -> None:
        """The screen goes: stop listening, drop what is under way."""
