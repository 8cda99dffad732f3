"""How cells and headers of lists are drawn: calm rows, tabular figures at the right, pills, a quiet detail."""

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from desktop.kit.paged_model import PagedModel
from desktop.kit.texts import draw_pill
from desktop.ports import Column
from desktop.theme import colour, font, size, tone_colour

_PADDING = 10
_BAR_HEIGHT, _BAR_GAP = 8, 10
_SHARE_INKS = ("success", "accent", "warning")
_EDGE = 18
"""First and last column keep further from the edge."""

_SIDES = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    "centre": Qt.AlignmentFlag.AlignCenter,
}


class CellPainter(QStyledItemDelegate):
    """Draws a cell straight from its row: text, quiet detail, pill, tone; ground by selection and hover."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self.hovered_row = -1
        self._body = font("body")
        self._figures = font("body", tabular=True)
        self._small = font("small")

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows are of one height."""
        return QSize(80, size("row"))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one cell."""
        model = cast(PagedModel, index.model())
        column: Column = model.columns[index.column()]
        row = model.row(index.row())
        painter.save()
        self._draw_ground(painter, option, index)
        room = _room(option.rect, index.column(), model.columnCount())
        tone = column.tone(row) if column.tone is not None else ""
        text = column.text(row)
        if column.pill:
            if text:
                draw_pill(painter, QRectF(room), text, tone)
        else:
            is_figure = column.align == "right" or text[:1].isdigit()
            painter.setFont(self._figures if is_figure else self._body)
            painter.setPen(colour("ink_soft") if tone == "muted" else tone_colour(tone))
            self._draw_text(painter, room, text, column.detail(row) if column.detail else "", column)
            if column.shares is not None:
                taken = painter.fontMetrics().horizontalAdvance("100%") + _BAR_GAP
                _draw_shares(painter, QRectF(room.adjusted(taken, 0, 0, 0)), column.shares(row))
        painter.restore()

    def _draw_text(self, painter: QPainter, room: QRect, text: str, detail: str, column: Column) -> None:
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _SIDES[column.align], shown)
        if detail:
            rest = room.adjusted(metrics.horizontalAdvance(shown) + 8, 0, 0, 0)
            painter.setFont(self._small)
            painter.setPen(colour("ink_faint"))
            if rest.width() > 24:
                cut = painter.fontMetrics().elidedText(detail, Qt.TextElideMode.ElideRight, rest.width())
                painter.drawText(rest, _SIDES["left"], cut)

    def _draw_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        room = option.rect
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(room, colour("selection"))
        elif index.row() == self.hovered_row:
            painter.fillRect(room, colour("hover"))
        painter.fillRect(QRect(room.left(), room.bottom(), room.width(), 1), colour("line"))
        is_current = self._view.currentIndex().row() == index.row()
        if is_current and is_selected and index.column() == 0 and self._view.hasFocus():
            painter.fillRect(QRect(room.left(), room.top(), 3, room.height()), colour("accent"))


class SortHeader(QHeaderView):
    """Column titles; a click on a sortable one asks for another order, an arrow shows the one in force."""

    sort_asked = Signal(str)

    def __init__(self, model: PagedModel) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._model = model
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setFixedHeight(size("header"))
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.sectionClicked.connect(self._on_clicked)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803  Qt's
        """Draw a title and, if the list is sorted by it, the direction."""
        column = self._model.columns[logicalIndex]
        painter.save()
        painter.fillRect(rect, colour("surface"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colour("line_strong"))
        is_sorted = self._model.asked.sort == column.name
        painter.setFont(font("caption"))
        painter.setPen(colour("ink" if is_sorted else "ink_soft"))
        arrow = ("  ↓" if self._model.asked.descending else "  ↑") if is_sorted else ""
        room = _room(rect, logicalIndex, len(self._model.columns))
        text = painter.fontMetrics().elidedText(
            column.title, Qt.TextElideMode.ElideRight, room.width() - (14 if arrow else 0)
        )
        painter.drawText(room, _SIDES[column.align], text + arrow)
        painter.restore()

    def _on_clicked(self, section: int) -> None:
        column = self._model.columns[section]
        if column.sortable:
            self.sort_asked.emit(column.name)


def _draw_shares(painter: QPainter, room: QRectF, shares: Sequence[int]) -> None:
    """One bar in parts; what is left of it stays pale."""
    track = QRectF(room.left(), room.center().y() - _BAR_HEIGHT / 2, room.width(), _BAR_HEIGHT)
    clip = QPainterPath()
    clip.addRoundedRect(track, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
    painter.setClipPath(clip)
    painter.fillRect(track, colour("pressed"))
    at = track.left()
    for share, ink in zip(shares, _SHARE_INKS, strict=False):
        width = track.width() * share / 1000
        painter.fillRect(QRectF(at, track.top(), width, track.height()), colour(ink))
        at += width
    painter.setClipping(False)


def _room(rect: QRect, column: int, columns: int) -> QRect:
    left = _EDGE if column == 0 else _PADDING
    right = _EDGE if column == columns - 1 else _PADDING
    return rect.adjusted(left, 0, -right, 0)


def column_pixels(column: Column, place: int, columns: int, digit: int) -> int:
    """How wide a column is on the screen: its characters, its padding, its distance from the edge."""
    edges = (_EDGE if place == 0 else _PADDING) + (_EDGE if place == columns - 1 else _PADDING)
    return column.width * digit + edges
