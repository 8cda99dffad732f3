"""Surfaces that order a page: headers, sections, cards, figures, facts, and a split that remembers itself."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGraphicsDropShadowEffect,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.kit.texts import Elided, KeyHint, label, show_if
from desktop.ports import Memory, Tone
from desktop.theme import colour, font, set_tone, space

_SHADOW = 60


def column(
    *widgets: QWidget, spacing: str = "small", margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QVBoxLayout:
    """Widgets one below the other, a distance of the grid apart."""
    made = QVBoxLayout()
    made.setContentsMargins(*margins)
    made.setSpacing(space(spacing))
    for widget in widgets:
        made.addWidget(widget)
    return made


def row(*widgets: QWidget, spacing: str = "small") -> QHBoxLayout:
    """Widgets side by side, a distance of the grid apart."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(space(spacing))
    for widget in widgets:
        made.addWidget(widget)
    return made


def rule() -> QFrame:
    """A hairline across."""
    made = QFrame()
    made.setProperty("part", "line")
    made.setFixedHeight(1)
    return made


class Card(QFrame):
    """A white sheet on the canvas, with an optional title; put widgets in with `add`."""

    def __init__(self, title: str = "", *, margin: str = "base") -> None:
        super().__init__()
        self.setProperty("part", "card")
        self._column = QVBoxLayout(self)
        pixels = space(margin)
        self._column.setContentsMargins(pixels, pixels, pixels, pixels)
        self._column.setSpacing(space("small"))
        if title:
            self._column.addWidget(label(title, "strong"))

    def add(self, widget: QWidget, stretch: int = 0) -> QWidget:
        """Put a widget below the others; gives it back."""
        self._column.addWidget(widget, stretch)
        return widget

    def set_margins(self, left: int, top: int, right: int, bottom: int) -> None:
        """Let the content come closer to the edge; parts stand without a gap then."""
        self._column.setContentsMargins(left, top, right, bottom)
        self._column.setSpacing(0)

    def add_stretch(self) -> None:
        """Push what stands above to the top."""
        self._column.addStretch(1)


class PageHeader(QWidget):
    """The head of a page: title, a quiet line, and room for buttons at the right."""

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__()
        self._title = label(title, "heading")
        self._text = Elided(text, "small", tone="muted")
        show_if(self._text, bool(text))
        self._buttons = row()
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(space("base"))
        across.addLayout(column(self._title, self._text, spacing="hair"), 1)
        across.addLayout(self._buttons)

    def title(self) -> str:
        """The title shown."""
        return self._title.text()

    def set_title(self, title: str, text: str = "") -> None:
        """Show another title and quiet line."""
        self._title.setText(title)
        self._text.set_whole(text)
        show_if(self._text, bool(text))

    def add(self, widget: QWidget) -> QWidget:
        """Put a button (or pill) at the right; gives it back."""
        self._buttons.addWidget(widget)
        return widget


class Section(QWidget):
    """A heading within a page, with a line of explanation and perhaps something at its right."""

    def __init__(self, title: str, text: str = "", *, trailing: QWidget | None = None) -> None:
        super().__init__()
        across = QHBoxLayout(self)
        across.setContentsMargins(0, space("medium"), 0, space("hair"))
        heading = column(label(title, "title"), spacing="hair")
        if text:
            heading.addWidget(label(text, "small", tone="muted", wrap=True))
        across.addLayout(heading, 1)
        if trailing is not None:
            across.addWidget(trailing, 0, Qt.AlignmentFlag.AlignBottom)


class Figure(Card):
    """One number that matters, large, with its caption and how it moved."""

    def __init__(self, caption: str, number: str = "", *, delta: str = "", tone: Tone = "") -> None:
        super().__init__()
        self._caption = label(caption, "caption", tone="muted")
        self._number = label(number, "figure")
        self._delta = Elided(delta, "small", tone=tone)
        for widget in (self._caption, self._number, self._delta):
            self.add(widget)
        self._column.setSpacing(space("tight"))
        self.show_number(number, delta=delta, tone=tone)

    def show_caption(self, caption: str) -> None:
        """Say what the number counts."""
        self._caption.setText(caption)

    def show_number(self, number: str, *, delta: str = "", tone: Tone = "") -> None:
        """Show another number and what is said below it."""
        self._number.setText(number)
        self._delta.set_whole(delta)
        show_if(self._delta, bool(delta))
        set_tone(self._delta, tone or "muted")
        self.setAccessibleName(f"{self._caption.text()}: {number} {delta}".strip())


class Foot(QFrame):
    """A line below a table: the chosen row in full, and what Enter does with it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "footer")
        self._text = label("", "small", tone="muted", wrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._key, self._way = KeyHint("Enter"), label("", "small", tone="muted")
        across = QHBoxLayout(self)
        across.setContentsMargins(space("base"), space("small"), space("base"), space("tight"))
        across.addWidget(self._text, 1)
        across.addWidget(self._way)
        across.addWidget(self._key)
        self.hide()

    def say(self, text: str, way: str = "") -> None:
        """Show a row's words and its way; none: hide."""
        self._text.setText(text)
        self._way.setText(way)
        show_if(self._way, bool(way))
        show_if(self._key, bool(way))
        show_if(self, bool(text))

    def text(self) -> str:
        """What is said."""
        return self._text.text()


class FactList(QWidget):
    """Names and their values in two columns, for reading; values can be copied.

    A value with a word too long for its column (a GSTIN, an address of e-mail) stands below its name.
    """

    def __init__(self, facts: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._facts: list[tuple[str, str]] = []
        self._below: list[bool] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(space("base"))
        self._grid.setVerticalSpacing(space("small"))
        self._grid.setColumnStretch(1, 1)
        self.show_facts(facts)

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show other facts; those without a value are left out."""
        self._facts = [(name, value) for name, value in facts if value]
        self._lay(self._too_wide())

    def minimumSizeHint(self) -> QSize:
        """No width of its own: its values wrap or stand below."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width: other values fit beside their names."""
        super().resizeEvent(event)
        below = self._too_wide()
        if below != self._below:
            self._lay(below)

    def _too_wide(self) -> list[bool]:
        names, values = QFontMetrics(font("small")), QFontMetrics(font("body"))
        taken = max((names.horizontalAdvance(name) for name, _value in self._facts), default=0)
        room = self.width() - taken - space("base") - space("small")
        widest = [
            max(map(values.horizontalAdvance, value.split()), default=0) for _name, value in self._facts
        ]
        return [width > room for width in widest]

    def _lay(self, below: list[bool]) -> None:
        self._below = below
        empty(self._grid)
        at_top, line = Qt.AlignmentFlag.AlignTop, 0
        for (name, value), is_below in zip(self._facts, below, strict=True):
            self._grid.addWidget(label(name, "small", tone="muted"), line, 0, at_top)
            told = label(value, "body", wrap=True, selectable=True)
            if is_below:
                line += 1
                self._grid.addWidget(told, line, 0, 1, 2, at_top)
            else:
                self._grid.addWidget(told, line, 1, at_top)
            line += 1


class SplitPane(QSplitter):
    """Two panes side by side; where the user drags the border is remembered under a name."""

    def __init__(
        self, left: QWidget, right: QWidget, memory: Memory, name: str, *, share: float = 0.6
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._memory = memory
        self._name = f"split.{name}"
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(left)
        self.addWidget(right)
        kept = memory.recall(self._name, None)
        self.setSizes(kept if isinstance(kept, list) else [round(1000 * share), round(1000 * (1 - share))])
        self.splitterMoved.connect(lambda *_at: memory.keep(self._name, self.sizes()))


def lift(widget: QWidget) -> None:
    """Let an overlay stand off the page by a soft shadow."""
    shadow = QGraphicsDropShadowEffect(widget)
    shade = colour("shadow")
    shade.setAlpha(_SHADOW)
    shadow.setColor(shade)
    shadow.setBlurRadius(space("broad"))
    shadow.setOffset(0, space("small"))
    widget.setGraphicsEffect(shadow)


class FollowingArea(QScrollArea):
    """Scrolls to whatever takes the focus in it, however it came there."""

    def __init__(self) -> None:
        super().__init__()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        held = self.widget()
        if now is not None and held is not None and held.isAncestorOf(now):
            self.ensureWidgetVisible(now, space("wide"), space("vast"))


def scrolling(widget: QWidget) -> QScrollArea:
    """A widget in a quiet scroll area that grows with it and follows the focus."""
    area = FollowingArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    widget.setProperty("part", "bare")
    area.setWidget(widget)
    return area


def empty(layout: QGridLayout | QVBoxLayout | QHBoxLayout) -> None:
    """Take everything out of a layout and let it go."""
    while layout.count():
        taken = layout.takeAt(0)
        if taken is not None and (widget := taken.widget()) is not None:
            widget.hide()
            widget.deleteLater()
