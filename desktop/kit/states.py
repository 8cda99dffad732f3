"""The states a page can be in besides full: empty, loading, failed; and banners and toasts that say so."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.errors import BahiError
from core.words import translate as _
from desktop.kit.buttons import button, icon_button
from desktop.kit.texts import label, show_if
from desktop.ports import Nothing, Tone
from desktop.theme import colour, set_icon, set_tone, size, space

_TONE_ICONS: dict[str, str] = {
    "danger": "danger",
    "warning": "warning",
    "success": "success",
    "accent": "info",
    "muted": "info",
    "": "info",
}
_STRIPE_ROW, _STRIPE_HEIGHT, _STRIPES = 34, 10, 8
_TOAST_MS = 5_000
_LINE_WIDTH = 340


class EmptyState(QWidget):
    """Nothing is here yet: what belongs here, and the one action that puts something."""

    asked = Signal()

    def __init__(self, nothing: Nothing, *, tint: str = "ink_faint") -> None:
        super().__init__()
        picture = QLabel()
        set_icon(picture, nothing.icon, tint, 32)
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = label(nothing.title, "title")
        self._text = label(nothing.text, "body", tone="muted", wrap=True)
        self._action = button(nothing.action, "primary", run=self.asked.emit)
        stack = QVBoxLayout(self)
        stack.setContentsMargins(*(space("wide"),) * 4)
        stack.setSpacing(space("small"))
        stack.addStretch(2)
        centre = Qt.AlignmentFlag.AlignHCenter
        stack.addWidget(picture, 0, centre)
        stack.addSpacing(space("tight"))
        stack.addWidget(self._title, 0, centre)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._fit_text()
        stack.addWidget(self._text, 0, centre)
        stack.addSpacing(space("small"))
        stack.addWidget(self._action, 0, centre)
        stack.addStretch(3)
        show_if(self._text, bool(nothing.text))
        show_if(self._action, bool(nothing.action))

        self._take_keys()

    def say(self, title: str, text: str = "", action: str | None = None) -> None:
        """Show other words, and another action where one is given."""
        self._title.setText(title)
        self._text.setText(text)
        if action is not None:
            self._action.setText(action)
            show_if(self._action, bool(action))
        show_if(self._text, bool(text))
        self._fit_text()
        self._take_keys()

    def _take_keys(self) -> None:
        """The keys go to its action; without one it holds them itself, so that no button beside it gets them."""
        self.setAccessibleName(f"{self._title.text()}. {self._text.text()}")
        self.setFocusProxy(self._action if self._action.text() else None)  # type: ignore[arg-type]

    def _fit_text(self) -> None:
        """A wrapped label guesses a narrow width by itself: give it its line, up to a comfortable length."""
        natural = self._text.fontMetrics().horizontalAdvance(self._text.text()) + 8
        width = min(_LINE_WIDTH, natural)
        self._text.setMinimumWidth(width)
        # Centred in a layout a label is given the height of one line, whatever it needs.
        self._text.setMinimumHeight(max(0, self._text.heightForWidth(width)))


class Failure(EmptyState):
    """The world said no: what happened, what to do, and a way to try again."""

    def __init__(self, error: Exception) -> None:
        explained = isinstance(error, BahiError)
        title = error.message if isinstance(error, BahiError) else _("This could not be shown")
        remedy = error.remedy if isinstance(error, BahiError) else ""
        text = remedy if explained else _("A mistake in Bahi. Your book is unharmed.")
        super().__init__(Nothing(title, text, _("Try again"), "warning"), tint="danger")


class Loading(QWidget):
    """The shape of what is coming, shown only if it takes longer than a blink."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Loading"))
        self._is_due = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(150)
        self._timer.timeout.connect(self._on_due)

    def showEvent(self, event: QShowEvent) -> None:
        """Wait a blink before drawing."""
        self._is_due = False
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Loaded in time: nothing was drawn."""
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw pale bars where lines will stand."""
        if not self._is_due:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("muted_soft"))
        top = float(size("header"))
        shares = (0.32, 0.5, 0.41, 0.62, 0.37, 0.55, 0.46, 0.3)
        for line in range(_STRIPES):
            y = top + line * _STRIPE_ROW + (_STRIPE_ROW - _STRIPE_HEIGHT) / 2
            painter.setOpacity(1 - line / _STRIPES)
            width = self.width() * shares[line] * 0.8
            painter.drawRoundedRect(QRectF(space("base"), y, width, _STRIPE_HEIGHT), 5, 5)
            painter.drawRoundedRect(QRectF(self.width() - 116, y, 100, _STRIPE_HEIGHT), 5, 5)

    def _on_due(self) -> None:
        self._is_due = True
        self.update()


class Banner(QFrame):
    """A sentence across a form or page that stays until it is dealt with; hidden while it has no text."""

    acted = Signal()
    acted_otherwise = Signal()

    def __init__(self, text: str = "", tone: Tone = "", action: str = "") -> None:
        super().__init__()
        self.setProperty("part", "banner")
        self._icon = QLabel()
        self._text = label("", "body", wrap=True)
        self._action = button(action, "quiet", run=self.acted.emit)
        self._other = button("", "quiet", run=self.acted_otherwise.emit)
        across = QHBoxLayout(self)
        across.setContentsMargins(space("medium"), space("tight"), space("tight"), space("tight"))
        across.setSpacing(space("small"))
        across.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        across.addWidget(self._text, 1)
        for one in (self._action, self._other):
            across.addWidget(one, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setMinimumHeight(size("control") + space("small"))
        self.say(text, tone, action)

    def text(self) -> str:
        """The sentence shown."""
        return self._text.text()

    def say(self, text: str, tone: Tone = "", action: str = "", other: str = "") -> None:
        """Show a sentence (an empty one hides the banner), with up to two things to do about it."""
        self._text.setText(text)
        for one, title in ((self._action, action), (self._other, other)):
            one.setText(title)
            show_if(one, bool(title))
        set_tone(self, tone)
        set_tone(self._text, tone)
        set_icon(self._icon, _TONE_ICONS[tone], tone or "ink_soft")
        self.setAccessibleName(text)
        show_if(self, bool(text))


class Toast(QFrame):
    """A short word in the corner that goes by itself; it never takes the focus."""

    gone = Signal()

    def __init__(
        self, text: str, tone: Tone = "", *, action: str = "", run: Callable[[], None] | None = None
    ) -> None:
        super().__init__()
        self.setProperty("part", "toast")
        self.setAccessibleName(text)
        self.setMaximumWidth(size("toast"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        mark = QLabel()
        set_icon(mark, _TONE_ICONS[tone], tone or "ink_soft")
        across = QHBoxLayout(self)
        across.setContentsMargins(space("medium"), space("small"), space("small"), space("small"))
        across.setSpacing(space("small"))
        across.addWidget(mark, 0, Qt.AlignmentFlag.AlignVCenter)
        words = label(text, "body")
        across.addWidget(words, 1)
        if action and run is not None:
            across.addWidget(_unfocused(button(action, "quiet", run=self.act)))
        across.addWidget(_unfocused(icon_button("close", _("Dismiss"), run=self.go)))
        self._natural = min(super().sizeHint().width(), size("toast"))
        words.setWordWrap(self._natural == size("toast"))  # a wrapped label asks for less than it needs
        self._run = run
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.go)
        self._timer.start(_TOAST_MS * (2 if tone in ("danger", "warning") or action else 1))

    def go(self) -> None:
        """Leave now."""
        self._timer.stop()
        self.hide()
        self.gone.emit()

    def sizeHint(self) -> QSize:
        """No wider than a toast may be, and as high as its words then need."""
        hint = super().sizeHint()
        width = self._natural
        height = self.heightForWidth(width) if self.hasHeightForWidth() else hint.height()
        return QSize(width, max(height, hint.height()))

    def act(self) -> bool:
        """Do what is offered and go; False if nothing is offered."""
        if self._run is None:
            return False
        self.go()
        self._run()
        return True


def _unfocused(widget: QWidget) -> QWidget:
    widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return widget
