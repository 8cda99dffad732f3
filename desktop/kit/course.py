"""A figure over months: lines or columns on a quiet grid, its months below, each line named with its last figure."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.words import translate as _
from desktop.ports import Tone
from desktop.theme import colour, font, tone_colour

_SERIES = ("bar_1", "bar_2", "bar_3", "bar_4", "bar_5")
_GRID_LINES = 4
_TOP, _BOTTOM, _RIGHT = 30, 24, 8


@dataclass(frozen=True, slots=True)
class Run:
    """One figure month by month: None where there is none; `texts` say the same in words."""

    name: str
    points: Sequence[int | None]
    texts: Sequence[str]
    tone: Tone = ""
    is_columns: bool = False


class Course(QWidget):
    """Runs of figures over the same months. The pointer, and screen readers, are told each figure in words."""

    def __init__(self, title: str = "") -> None:
        super().__init__()
        self._title = title
        self._months: tuple[str, ...] = ()
        self._runs: tuple[Run, ...] = ()
        self._scale: tuple[str, ...] = ()
        self._most = 1
        self.setMouseTracking(True)
        self.setMinimumSize(260, 150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_runs(
        self, months: Sequence[str], runs: Sequence[Run], *, most: int, scale: Sequence[str]
    ) -> None:
        """Show figures; `most` is the size at the top of the grid, `scale` its lines from below in words."""
        self._months, self._runs = tuple(months), tuple(runs)
        self._most, self._scale = max(most, 1), tuple(scale)
        told = [f"{run.name}: {self._last(run)}" for run in self._runs]
        self.setAccessibleName(", ".join([self._title, *told]) if self._title else ", ".join(told))
        self.update()

    def sizeHint(self) -> QSize:
        """Wider than high."""
        return QSize(420, 190)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the names, the grid, the months, then the figures."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        field = self._field()
        self._draw_names(painter)
        self._draw_grid(painter, field)
        columns = [run for run in self._runs if run.is_columns]
        for run in self._runs:
            if run.is_columns:
                self._draw_columns(painter, field, run, columns.index(run), len(columns))
        for run in self._runs:
            if not run.is_columns:
                self._draw_line(painter, field, run)

    def event(self, event: QEvent) -> bool:
        """The month under the pointer, in words."""
        if not isinstance(event, QHelpEvent) or not self._months:
            return super().event(event)
        field = self._field()
        place = int((event.pos().x() - field.left()) / field.width() * len(self._months))
        if 0 <= place < len(self._months):
            QToolTip.showText(event.globalPos(), self.told(place), self)
        return True

    def told(self, place: int) -> str:
        """Every figure of one month, in words."""
        lines = [f"{run.name}: {run.texts[place]}" for run in self._runs]
        return "\n".join([self._months[place], *lines])

    def _field(self) -> QRectF:
        metrics = QFontMetrics(font("small", tabular=True))
        left = max((metrics.horizontalAdvance(text) for text in self._scale), default=0) + 10
        return QRectF(
            left, _TOP, max(1, self.width() - left - _RIGHT), max(1, self.height() - _TOP - _BOTTOM)
        )

    def _draw_names(self, painter: QPainter) -> None:
        """Each run's mark, name and last figure, in one line above the field."""
        at, small = 0.0, font("small", tabular=True)
        painter.setFont(small)
        for place, run in enumerate(self._runs):
            text = f"{run.name}  {self._last(run)}"
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._ink(place))
            painter.drawRoundedRect(QRectF(at, 7, 8, 8), 2, 2)
            painter.setPen(colour("ink_soft"))
            width = painter.fontMetrics().horizontalAdvance(text)
            painter.drawText(QRectF(at + 14, 0, width + 4, 22), Qt.AlignmentFlag.AlignVCenter, text)
            at += 14 + width + 20

    def _draw_grid(self, painter: QPainter, field: QRectF) -> None:
        painter.setFont(font("small", tabular=True))
        lines = max(len(self._scale) - 1, 1)
        for n, text in enumerate(self._scale):
            y = field.bottom() - field.height() * n / lines
            painter.setPen(QPen(colour("line"), 1))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            painter.setPen(colour("ink_soft"))
            box = QRectF(0, y - 9, field.left() - 8, 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        if not self._months:
            return
        step = field.width() / len(self._months)
        widest = max(painter.fontMetrics().horizontalAdvance(month) for month in self._months) + 8
        every = max(1, -int(-widest // step))
        for n, month in enumerate(self._months):
            if (len(self._months) - 1 - n) % every == 0:
                box = QRectF(field.left() + step * (n + 0.5) - widest / 2, field.bottom() + 4, widest, 18)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, month)

    def _draw_columns(self, painter: QPainter, field: QRectF, run: Run, place: int, beside: int) -> None:
        step = field.width() / max(len(self._months), 1)
        width = min(22.0, step * 0.7 / beside)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ink(self._runs.index(run)))
        for n, point in enumerate(run.points):
            if point:
                tall = field.height() * min(point, self._most) / self._most
                left = field.left() + step * (n + 0.5) - width * beside / 2 + width * place
                painter.drawRoundedRect(QRectF(left, field.bottom() - tall, width - 1.5, tall), 2, 2)

    def _draw_line(self, painter: QPainter, field: QRectF, run: Run) -> None:
        step, path = field.width() / max(len(self._months), 1), QPainterPath()
        dots: list[QPointF] = []
        for n, point in enumerate(run.points):
            if point is None:
                continue
            share = min(max(point, 0), self._most) / self._most
            spot = QPointF(field.left() + step * (n + 0.5), field.bottom() - field.height() * share)
            if n and run.points[n - 1] is not None and dots:
                path.lineTo(spot)
            else:
                path.moveTo(spot)
            dots.append(spot)
        ink = self._ink(self._runs.index(run))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink, 2))
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        for spot in dots:
            painter.drawEllipse(spot, 2.6, 2.6)

    def _ink(self, place: int) -> QColor:
        tone = self._runs[place].tone
        return tone_colour(tone) if tone else colour(_SERIES[min(place, len(_SERIES) - 1)])

    @staticmethod
    def _last(run: Run) -> str:
        told = [text for point, text in zip(run.points, run.texts, strict=True) if point is not None]
        return told[-1] if told else _("none")


def round_scale(largest: int) -> tuple[int, tuple[int, ...]]:
    """A round figure at or above the largest, and the sizes of the grid's lines from nought to it."""
    if largest <= 0:
        return _GRID_LINES, tuple(range(_GRID_LINES + 1))
    unit = 1
    while unit * 10 * _GRID_LINES <= largest:
        unit *= 10
    step = next(unit * part for part in (1, 2, 5, 10) if unit * part * _GRID_LINES >= largest)
    lines = -(-largest // step)
    return step * lines, tuple(step * n for n in range(lines + 1))
