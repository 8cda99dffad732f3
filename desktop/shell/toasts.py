"""Toasts in the corner of the window, and the Notifier presenters speak through."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.errors import BahiError
from core.words import translate as _
from desktop.kit.states import Toast
from desktop.kit.surfaces import lift
from desktop.ports import Tone
from desktop.theme import space

_SHOWN = 4


class ToastStack(QWidget):
    """Says short things in the window's lower left corner (desktop.ports.Notifier)."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._left = 0
        self._toasts: list[Toast] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space("small"))
        window.installEventFilter(self)
        self.hide()

    def done(self, text: str, *, undo: Callable[[], None] | None = None) -> None:
        """Say that something was done; offer Undo where it can be undone."""
        self._show(Toast(text, "success", action=_("Undo") if undo else "", run=undo))

    def tell(self, text: str, *, tone: Tone = "") -> None:
        """Say something worth knowing."""
        self._show(Toast(text, tone))

    def fail(self, error: Exception) -> None:
        """Show an error of the world or a refusal."""
        text = str(error) if isinstance(error, BahiError) else _("A mistake in Bahi. Nothing was changed.")
        self._show(Toast(text, "danger"))

    def keep_right_of(self, pixels: int) -> None:
        """Leave this much free at the left: the sidebar. Totals stand at the right."""
        self._left = pixels
        self._place()

    def texts(self) -> list[str]:
        """What is being said now, oldest first."""
        return [toast.accessibleName() for toast in self._toasts]

    def undo_last(self) -> bool:
        """Take the newest Undo offered; False if there is none."""
        return any(toast.act() for toast in reversed(self._toasts))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner while the window is resized."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _show(self, toast: Toast) -> None:
        for same in [one for one in self._toasts if one.accessibleName() == toast.accessibleName()]:
            same.go()
        while len(self._toasts) >= _SHOWN:
            self._toasts[0].go()
        self._toasts.append(toast)
        lift(toast)
        self._column.addWidget(toast, 0, Qt.AlignmentFlag.AlignLeft)
        toast.ensurePolished()
        toast.setFixedSize(toast.sizeHint())
        toast.gone.connect(lambda: self._drop(toast))
        toast.show()  # a layout gives no room to what is not shown yet
        self.show()
        self._place()
        self.raise_()

    def _drop(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            self._column.removeWidget(toast)
            toast.deleteLater()
        self.setVisible(bool(self._toasts))
        self._place()

    def _place(self) -> None:
        self.adjustSize()
        window, edge = self._window, space("wide")
        self.move(self._left + edge, window.height() - self.height() - edge)
