"""Sheet: a dialog that is a form. It is shown with open(), never blocks, and closes when its command is done."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from core.words import translate as _
from desktop.kit.buttons import Part, button
from desktop.kit.form import Form
from desktop.kit.surfaces import row
from desktop.kit.texts import label
from desktop.theme import colour, size, space

_DIMNESS = 56


class Scrim(QWidget):
    """The window's content, dimmed while a dialog stands over it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dimness."""
        shade = colour("shadow")
        shade.setAlpha(_DIMNESS)
        QPainter(self).fillRect(self.rect(), shade)


class Dialog(QDialog):
    """A dialog over the dimmed window; shown with open(), forgotten when closed."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._scrim: Scrim | None = None

    def showEvent(self, event: QShowEvent) -> None:
        """Dim the window below."""
        super().showEvent(event)
        parent = self.parentWidget()
        if parent is not None and self._scrim is None:
            self._scrim = Scrim(parent.window())

    def hideEvent(self, event: QHideEvent) -> None:
        """Light again."""
        super().hideEvent(event)
        if self._scrim is not None:
            self._scrim.hide()
            self._scrim.deleteLater()
            self._scrim = None


class Sheet(Dialog):
    """A form in a dialog over the window: Ctrl+Enter saves, Esc leaves. The presenter calls `accept()`.

    Build the form with `Form(save=_("Record"), back=_("Leave it"))`; its save_asked is the presenter's.
    """

    def __init__(self, title: str, form: Form, *, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setMinimumWidth(size("sheet"))
        self.form = form
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(space("wide"),) * 4)
        whole.setSpacing(space("small"))
        whole.addWidget(label(title, "heading"))
        if text:
            whole.addWidget(label(text, "body", tone="muted", wrap=True))
        whole.addSpacing(space("small"))
        whole.addWidget(form, 1)
        form.back_asked.connect(self.reject)

    def showEvent(self, event: QShowEvent) -> None:
        """The first field takes the focus."""
        super().showEvent(event)
        self.form.focus_first()


class Question(Dialog):
    """Asks before something that cannot be taken back; `answered` is called with a yes only."""

    def __init__(
        self,
        title: str,
        text: str,
        *,
        yes: str,
        answered: Callable[[], None],
        part: Part = "primary",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent)
        self.setMinimumWidth(size("sheet") - 80)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(space("wide"),) * 4)
        whole.setSpacing(space("medium"))
        whole.addWidget(label(title, "title"))
        whole.addWidget(label(text, "body", tone="muted", wrap=True))
        no = button(_("Leave it"), "quiet", run=self.reject)
        self._yes = button(yes, part, run=self.accept)
        buttons = row(no, self._yes)
        buttons.insertStretch(0, 1)
        whole.addLayout(buttons)
        self.accepted.connect(answered)
        self._yes.setDefault(True)
        self._yes.setFocus()
