"""Way: a line that leads somewhere: icon, title, a quiet line below, a figure at the right; Enter goes."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from desktop.kit.surfaces import column
from desktop.kit.texts import Elided, KeyHint, label
from desktop.ports import Tone
from desktop.theme import font, set_icon, set_tone, space

_TALL, _LOW = 56, 40


class Way(QPushButton):
    """One line of a list of ways on. Arrow keys move between neighbours, Enter or a click goes."""

    def __init__(
        self,
        title: str,
        detail: str = "",
        *,
        figure: str = "",
        note: str = "",
        icon: str = "",
        tone: Tone = "",
        keys: str = "",
        run: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self.setProperty("part", "way")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # The stylesheet knows the heights: one line, or two.
        self.setProperty("lines", 2 if detail or note else 1)
        self.setAccessibleName(title)
        self.setAccessibleDescription(", ".join(part for part in (figure, note, detail) if part))
        across = QHBoxLayout(self)
        across.setContentsMargins(space("medium"), 0, space("medium"), 0)
        across.setSpacing(space("medium"))
        if icon:
            across.addWidget(_picture(icon, tone or "accent"))
        words = column(Elided(title, "strong" if detail else "body"), spacing="hair")
        if detail:
            words.addWidget(Elided(detail, "small", tone="muted"))
        _centre(words)
        across.addLayout(words, 1)
        if figure or note:
            across.addLayout(_figures(figure, note, tone))
        if keys:
            across.addWidget(KeyHint(keys))
        across.addWidget(_picture("right", "ink_faint"))
        for inner in self.findChildren(QLabel):
            inner.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if run is not None:
            self.clicked.connect(lambda: run())

    def sizeHint(self) -> QSize:
        """As wide as there is room, as high as its lines."""
        return QSize(280, _TALL if self.property("lines") == 2 else _LOW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes, as everywhere."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        else:
            super().keyPressEvent(event)


def _figures(figure: str, note: str, tone: Tone) -> QVBoxLayout:
    stack = column(spacing="hair")
    below: Tone = tone or "muted"
    lines: tuple[tuple[str, str, Tone], ...] = ((figure, "strong", ""), (note, "small", below))
    for text, step, ink in lines:
        if text:
            made = label(text, step)
            made.setFont(font(step, tabular=True))
            made.setAlignment(Qt.AlignmentFlag.AlignRight)
            set_tone(made, ink)
            stack.addWidget(made)
    _centre(stack)
    return stack


def _centre(stack: QVBoxLayout) -> None:
    stack.insertStretch(0, 1)
    stack.addStretch(1)


def _picture(icon: str, tint: str) -> QLabel:
    made = QLabel()
    set_icon(made, icon, tint)
    return made
