"""Texts of the window: labels in the steps of the type scale, key hints, pills, and how pills are drawn."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.ports import Tone
from desktop.theme import font, set_tone, tone_colour, tone_ground

_PILL_HEIGHT = 20
_PILL_PADDING = 8
_MARK = 7


def label(
    text: str = "", step: str = "body", *, tone: Tone = "", wrap: bool = False, selectable: bool = False
) -> QLabel:
    """A text in one step of the type scale ("caption", "small", "body", "strong", "title", "heading")."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(font(step))
    made.setProperty("type", step)
    made.setWordWrap(wrap)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        made.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    if tone:
        set_tone(made, tone)
    return made


def show_if(widget: QWidget, is_shown: bool) -> None:
    """Show or hide a part of something; one that has no parent yet never becomes a window of its own."""
    if not is_shown or widget.parentWidget() is not None:
        widget.setVisible(is_shown)
    else:
        widget.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)


class Elided(QLabel):
    """A text that may be cut with … when room is short; its whole is kept as tooltip and for the reader."""

    def __init__(self, text: str = "", step: str = "body", *, tone: Tone = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(step))
        self.setProperty("type", step)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._whole = ""
        set_tone(self, tone)
        self.set_whole(text)

    def set_whole(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setAccessibleName(text)
        self.setToolTip(text)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew for the width there is."""
        super().resizeEvent(event)
        self._cut()

    def sizeHint(self) -> QSize:
        """As wide as the whole text would like to be."""
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._whole) + 2, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        """May shrink to a few letters."""
        return QSize(24, QFontMetrics(self.font()).height() + 2)

    def _cut(self) -> None:
        metrics = QFontMetrics(self.font())
        super().setText(metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, max(24, self.width())))


class KeyHint(QLabel):
    """A key as it is written on the keyboard: a small chip ("F8", "Ctrl+K")."""

    def __init__(self, keys: str) -> None:
        super().__init__(keys)
        self.setFont(font("caption"))
        self.setProperty("part", "key")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFixedHeight(20)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class Badge(QLabel):
    """A small count beside a name; hidden at zero."""

    def __init__(self, count: int = 0, *, tone: Tone = "") -> None:
        super().__init__()
        self.setFont(font("caption"))
        self.setProperty("part", "badge")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFixedHeight(18)
        set_tone(self, tone)
        self.set_count(count)

    def set_count(self, count: int) -> None:
        """Show a count; more than 999 reads 999+."""
        self.setText("999+" if count > 999 else str(count))
        show_if(self, count > 0)


class Pill(QWidget):
    """A state in a word: text and a shape of its own for each tone, so that colour is never needed."""

    def __init__(self, text: str = "", tone: Tone = "") -> None:
        super().__init__()
        self._text = text
        self._tone: Tone = tone
        self.setFont(font("caption"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def show_state(self, text: str, tone: Tone = "") -> None:
        """Show another state."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The word shown."""
        return self._text

    def sizeHint(self) -> QSize:
        """Room for shape and word."""
        return QSize(pill_width(self._text, QFontMetrics(self.font())), _PILL_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, shape and word."""
        painter = QPainter(self)
        draw_pill(painter, QRectF(self.rect()), self._text, self._tone)


def pill_width(text: str, metrics: QFontMetrics) -> int:
    """How wide a pill of this text is, in pixels."""
    return metrics.horizontalAdvance(text) + _MARK + 5 + 2 * _PILL_PADDING


def draw_pill(painter: QPainter, room: QRectF, text: str, tone: Tone) -> None:
    """Draw a pill at the left of a room, centred in its height; shared by Pill and table cells."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font("caption"))
    width = min(room.width(), pill_width(text, painter.fontMetrics()))
    box = QRectF(room.left(), room.center().y() - _PILL_HEIGHT / 2, width, _PILL_HEIGHT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tone_ground(tone))
    painter.drawRoundedRect(box, _PILL_HEIGHT / 2, _PILL_HEIGHT / 2)
    ink = tone_colour(tone or "muted")
    _draw_mark(painter, QPointF(box.left() + _PILL_PADDING + _MARK / 2, box.center().y()), tone)
    painter.setPen(ink)
    words = box.adjusted(_PILL_PADDING + _MARK + 5, 0, -_PILL_PADDING + 2, 0)
    cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(words.width()))
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)
    painter.restore()


def _draw_mark(painter: QPainter, centre: QPointF, tone: Tone) -> None:
    """Triangle: danger. Half disc: warning. Disc: success. Diamond: accent. Ring: all else."""
    ink = tone_colour(tone or "muted")
    half = _MARK / 2
    box = QRectF(centre.x() - half, centre.y() - half, _MARK, _MARK)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    if tone == "danger":
        painter.drawPolygon([box.bottomLeft(), box.bottomRight(), QPointF(centre.x(), box.top())])
    elif tone == "accent":
        painter.drawPolygon(
            [
                QPointF(centre.x(), box.top()),
                QPointF(box.right(), centre.y()),
                QPointF(centre.x(), box.bottom()),
                QPointF(box.left(), centre.y()),
            ]
        )
    elif tone == "success":
        painter.drawEllipse(box)
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink, 1.4))
        painter.drawEllipse(box.adjusted(0.7, 0.7, -0.7, -0.7))
        if tone == "warning":
            painter.setBrush(ink)
            painter.drawPie(box.adjusted(0.7, 0.7, -0.7, -0.7), 90 * 16, 180 * 16)
