"""Charts drawn by QPainter: bars, one stacked bar, a sparkline. Figures stand beside the shapes, always."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ports import Tone
from desktop.theme import colour, font, tone_colour

_SERIES = ("bar_1", "bar_2", "bar_3", "bar_4", "bar_5")
_BAR_ROW, _BAR_HEIGHT = 30, 10
_STACK_WIDTH, _STACK_HEIGHT, _LEGEND_ROW = 320, 12, 22


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its size (any unit, zero or more), how the size reads, and perhaps a tone."""

    label: str
    size: int
    text: str
    tone: Tone = ""
    is_rest: bool = False
    """What is left over: as pale as the ground."""


class _Chart(QWidget):
    """A drawing that speaks its figures to screen readers."""

    def __init__(self, bars: Sequence[Bar]) -> None:
        super().__init__()
        self._bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_bars(bars)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show other figures."""
        self._bars = tuple(bars)
        self.setAccessibleName(", ".join(f"{bar.label}: {bar.text}" for bar in bars))
        self.updateGeometry()
        self.update()

    def _ink(self, place: int) -> QColor:
        if self._bars[place].is_rest:
            return colour("pressed")
        tone = self._bars[place].tone
        return tone_colour(tone) if tone else colour(_SERIES[min(place, len(_SERIES) - 1)])


class Bars(_Chart):
    """Horizontal bars one below the other: label, bar, figure (the buckets of an ageing)."""

    def sizeHint(self) -> QSize:
        """A row a bar."""
        return QSize(320, _BAR_ROW * max(1, len(self._bars)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw labels at the left, figures at the right, bars between."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words, figures = font("body"), font("body", tabular=True)
        left = max((QFontMetrics(words).horizontalAdvance(bar.label) for bar in self._bars), default=0) + 16
        right = max((QFontMetrics(figures).horizontalAdvance(bar.text) for bar in self._bars), default=0) + 16
        largest = max((bar.size for bar in self._bars), default=0) or 1
        room = max(0, self.width() - left - right)
        for place, bar in enumerate(self._bars):
            line = QRectF(0, place * _BAR_ROW, self.width(), _BAR_ROW)
            painter.setFont(words)
            painter.setPen(colour("ink_soft"))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, bar.label)
            painter.setFont(figures)
            painter.setPen(tone_colour(bar.tone))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, bar.text)
            track = QRectF(left, line.center().y() - _BAR_HEIGHT / 2, room, _BAR_HEIGHT)
            _draw_bar(painter, track, colour("muted_soft"))
            track.setWidth(max(_BAR_HEIGHT if bar.size else 0, room * bar.size / largest))
            _draw_bar(painter, track, self._ink(place))


class StackedBar(_Chart):
    """One bar in parts, with its legend of names and figures below."""

    def sizeHint(self) -> QSize:
        """The bar and its legend."""
        lines = -(-len(self._bars) // self._legends())
        return QSize(_STACK_WIDTH, _STACK_HEIGHT + 10 + _LEGEND_ROW * lines)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the parts with a hairline between, then the legend."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = sum(bar.size for bar in self._bars)
        track = QRectF(0, 0, self.width(), _STACK_HEIGHT)
        clip = QPainterPath()
        clip.addRoundedRect(track, _STACK_HEIGHT / 2, _STACK_HEIGHT / 2)
        painter.setClipPath(clip)
        painter.fillRect(track, colour("muted_soft"))
        at = 0.0
        for place, bar in enumerate(self._bars if whole else ()):
            width = self.width() * bar.size / whole
            painter.fillRect(QRectF(at, 0, max(0.0, width - 1.5), _STACK_HEIGHT), self._ink(place))
            at += width
        painter.setClipping(False)
        for place, _bar in enumerate(self._bars):
            self._draw_legend(painter, place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer legends may stand in a line now."""
        super().resizeEvent(event)
        self.updateGeometry()

    def _legends(self) -> int:
        """How many legends stand in a line: as many as fit."""
        metrics = QFontMetrics(font("small", tabular=True))
        widths = [metrics.horizontalAdvance(bar.label + bar.text) for bar in self._bars]
        fitting = max(self.width(), _STACK_WIDTH) // (max(widths, default=0) + 36)
        return max(1, min(len(self._bars), fitting))

    def _draw_legend(self, painter: QPainter, place: int) -> None:
        bar, beside = self._bars[place], self._legends()
        share, gap = self.width() / beside, 12 if beside > 1 else 0
        top = _STACK_HEIGHT + 10 + (place // beside) * _LEGEND_ROW
        box = QRectF((place % beside) * share, top, share - gap, _LEGEND_ROW)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ink(place))
        painter.drawRoundedRect(QRectF(box.left(), box.center().y() - 4, 8, 8), 2, 2)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font("small", tabular=True))
        taken = painter.fontMetrics().horizontalAdvance(bar.text)
        words = box.adjusted(14, 0, -taken - 8, 0)
        cut = painter.fontMetrics().elidedText(bar.label, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.setPen(colour("ink_soft"))
        painter.drawText(words, middle | Qt.AlignmentFlag.AlignLeft, cut)
        painter.setPen(colour("ink"))
        if beside > 2:  # side by side a figure stands with its own name, not with the next
            box.setLeft(words.left() + painter.fontMetrics().horizontalAdvance(cut) + 8)
            painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeft, bar.text)
        else:
            painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, bar.text)


class Sparkline(QWidget):
    """How a figure went, without axes; `spoken` says the same in words."""

    def __init__(self, points: Sequence[int] = (), *, spoken: str = "", tone: Tone = "accent") -> None:
        super().__init__()
        self._points = tuple(points)
        self._tone: Tone = tone
        self.setAccessibleName(spoken)
        self.setMinimumSize(64, 28)

    def show_points(self, points: Sequence[int], *, spoken: str = "") -> None:
        """Show another course."""
        self._points = tuple(points)
        self.setAccessibleName(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        """Small: it stands beside a figure."""
        return QSize(120, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, a pale ground under it and a dot at its end."""
        if len(self._points) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        low, high = min(self._points), max(self._points)
        span = (high - low) or 1
        step = (self.width() - 8) / (len(self._points) - 1)
        tall = self.height() - 8
        course = [
            QPointF(4 + number * step, 4 + tall * (1 - (point - low) / span))
            for number, point in enumerate(self._points)
        ]
        line = QPainterPath(course[0])
        for point in course[1:]:
            line.lineTo(point)
        ground = QPainterPath(line)
        ground.lineTo(course[-1].x(), self.height())
        ground.lineTo(course[0].x(), self.height())
        ink = tone_colour(self._tone)
        pale = QColor(ink)
        pale.setAlpha(28)
        painter.fillPath(ground, pale)
        painter.setPen(QPen(ink, 1.6))
        painter.drawPath(line)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(course[-1], 3, 3)


def _draw_bar(painter: QPainter, track: QRectF, ink: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawRoundedRect(track, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
