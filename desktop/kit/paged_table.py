"""PagedTable: a list of any length that keeps its place, with its empty, loading and failed states."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.words import translate as _
from desktop.kit.cells import CellPainter, SortHeader, column_pixels
from desktop.kit.paged_model import ROWS_MAX, PagedModel
from desktop.kit.states import EmptyState, Failure, Loading
from desktop.kit.texts import label
from desktop.ports import Ask, Hub, Listing, Memory, Nothing, Runner
from desktop.theme import size, space

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RowsView(QTableView):
    """The table's view: whole rows, Enter opens, letters go to the filter, Ctrl+arrows sort."""

    opened = Signal(QModelIndex)
    typed = Signal(str)
    sort_moved = Signal(int)
    sort_turned = Signal(bool)

    def __init__(self, model: PagedModel) -> None:
        super().__init__()
        self._painter = CellPainter(self)
        self._growing: tuple[int, int] | None = None
        self._giving_way: tuple[tuple[int, int], ...] = ()
        self.setItemDelegate(self._painter)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(size("row"))
        rows.setMinimumSectionSize(size("row"))
        self.doubleClicked.connect(self.opened)

    def let_grow(self, column: int, least: int) -> None:
        """Give a column the width left over, and never less than `least` pixels."""
        self._growing = (column, least)
        self._grow()

    def let_give_way(self, columns: Sequence[tuple[int, int]]) -> None:
        """Let columns go from sight, the first one first, while room is short; each with its width in pixels."""
        self._giving_way = tuple(columns)
        self._grow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The growing column takes what is left."""
        super().resizeEvent(event)
        self._grow()

    def _grow(self) -> None:
        if self._growing is None:
            return
        column, least = self._growing
        header = self.horizontalHeader()
        self._make_room(column, least)
        others = header.length() - header.sectionSize(column)
        header.resizeSection(column, max(least, self.viewport().width() - others))

    def _make_room(self, growing: int, least: int) -> None:
        header = self.horizontalHeader()
        staying = set(range(header.count())) - {growing, *(place for place, _width in self._giving_way)}
        needed = least + sum(header.sectionSize(place) for place in staying)
        needed += sum(width for _place, width in self._giving_way)
        for place, width in self._giving_way:
            is_short = needed > self.viewport().width()
            if self.isColumnHidden(place) != is_short:
                self.setColumnHidden(place, is_short)
            needed -= width

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; Ctrl with arrows sorts; all else is the table's own."""
        key, is_ctrl = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in _ENTER and not is_ctrl:
            if self.currentIndex().isValid():
                self.opened.emit(self.currentIndex())
        elif is_ctrl and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.sort_moved.emit(1 if key == Qt.Key.Key_Right else -1)
        elif is_ctrl and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.sort_turned.emit(key == Qt.Key.Key_Down)
        elif key == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802  Qt's
        """Letters narrow the list instead of jumping through what happens to be loaded."""
        if search.strip():
            self.typed.emit(search)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The row under the mouse is lit."""
        self._hover(self.rowAt(event.position().toPoint().y()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse has gone."""
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, row: int) -> None:
        if row != self._painter.hovered_row:
            self._painter.hovered_row = row
            self.viewport().update()


class PagedTable(QWidget):
    """A Listing on the screen. Sort, scope and typed filter are new questions, remembered under its name."""

    row_activated = Signal(object)
    """Enter or a double click: the row's id (bytes)."""
    selection_changed = Signal(list)
    """Ids (bytes) of the selected rows."""
    action_asked = Signal()
    """The action of the empty state was taken."""
    typed = Signal(str)
    """Letters typed on the table: for the filter."""
    asked = Signal(object)
    """A new question (Ask) was put."""

    def __init__(
        self, listing: Listing[Any], runner: Runner, hub: Hub | None = None, memory: Memory | None = None
    ) -> None:
        super().__init__()
        self.listing = listing
        self._memory = memory
        self._place: tuple[list[bytes], int] | None = None
        self._selected: list[bytes] = []
        self._awaited: bytes | None = None
        self.model: PagedModel[Any] = PagedModel(listing, runner, self._remembered())
        self.view = RowsView(self.model)
        self.view.setAccessibleName(listing.name)
        self._header = SortHeader(self.model)
        self.view.setHorizontalHeader(self._header)
        self._stack = QStackedWidget()
        self._loading = Loading()
        self._message: EmptyState | None = None
        self._limit = label("", "small", tone="muted")
        self._build()
        self._connect()
        if hub is not None:
            self.destroyed.connect(hub.subscribe(self.model.hear))
        self.destroyed.connect(self.model.put_away)
        self.model.ask(self.model.asked)

    # --- asking

    def ask(self, *, text: str | None = None, scope: str | None = None) -> None:
        """Narrow the list by typed words or a scope; None leaves it as it is."""
        now = self.model.asked
        self._put(
            replace(now, text=now.text if text is None else text, scope=now.scope if scope is None else scope)
        )

    def sort_by(self, name: str, *, descending: bool = False) -> None:
        """Ask for another order."""
        self._put(replace(self.model.asked, sort=name, descending=descending))

    def refresh(self) -> None:
        """Read again what is loaded."""
        self.model.refresh()

    # --- selection

    def selected_ids(self) -> list[bytes]:
        """Ids of the selected rows, from the top."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return [self.model.row_id(row) for row in rows]

    def row_of(self, row_id: bytes) -> Any:
        """A row by its id; None if it is not loaded."""
        place = self.model.place_of(row_id)
        return None if place is None else self.model.row(place)

    def select(self, row_id: bytes) -> bool:
        """Select a row and bring it into sight; False if it is not loaded."""
        place = self.model.place_of(row_id)
        if place is None:
            return False
        index = self.model.index(place, 0)
        self.view.setCurrentIndex(index)
        self.view.scrollTo(index)
        return True

    def select_soon(self, row_id: bytes) -> None:
        """Select a row now, or as soon as it is loaded."""
        self._awaited = None if self.select(row_id) else row_id

    def put_away(self) -> None:
        """Nothing that is still under way is wanted any more."""
        self.model.put_away()

    # --- building

    def _build(self) -> None:
        digit = self.view.fontMetrics().horizontalAdvance("0")
        columns = self.listing.columns
        giving_way: list[tuple[int, int, int]] = []
        for place, column in enumerate(columns):
            pixels = column_pixels(column, place, len(columns), digit)
            if column.gives_way:
                giving_way.append((column.gives_way, place, pixels))
            self._header.resizeSection(place, pixels)
            if column.stretch:
                self.view.let_grow(place, pixels)
        self.view.let_give_way([(place, pixels) for _order, place, pixels in sorted(giving_way)])
        self._header.setMinimumSectionSize(40)
        self._limit.setContentsMargins(space("base"), space("tight"), space("base"), space("tight"))
        self._limit.hide()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._loading)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._stack, 1)
        whole.addWidget(self._limit)
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        self.view.opened.connect(lambda index: self.row_activated.emit(self.model.row_id(index.row())))
        self.view.typed.connect(self.typed)
        self.view.sort_moved.connect(self._on_sort_moved)
        self.view.sort_turned.connect(self._on_sort_turned)
        self.view.selectionModel().selectionChanged.connect(self._on_selection)
        self._header.sort_asked.connect(self._on_header)
        self.model.state_changed.connect(self._show_state)
        self.model.about_to_merge.connect(self._hold_place)
        self.model.merged.connect(self._take_place)
        self.model.merged.connect(self._keep_one_selected)
        self.model.modelAboutToBeReset.connect(self._hold_selection)
        self.model.modelReset.connect(self._restore_selection)

    def _remembered(self) -> Ask:
        """The question put last time; a sort column or scope that is no more is forgotten."""
        listing = self.listing
        ask = Ask(sort=listing.sort, descending=listing.descending)
        scopes = [scope.name for scope in listing.scopes]
        if scopes:
            ask = replace(ask, scope=scopes[0])
        if self._memory is None:
            return ask
        kept = self._memory.recall(f"list.{listing.name}", {})
        if kept.get("sort") in [column.name for column in listing.columns if column.sortable]:
            ask = replace(ask, sort=kept["sort"], descending=bool(kept.get("descending")))
        if kept.get("scope") in scopes:
            ask = replace(ask, scope=kept["scope"])
        return replace(ask, text=self._memory.recall(f"filter.{listing.name}", ""))

    def _put(self, ask: Ask) -> None:
        if ask == self.model.asked:
            return
        if self._memory is not None:
            kept = {"sort": ask.sort, "descending": ask.descending, "scope": ask.scope}
            self._memory.keep(f"list.{self.listing.name}", kept)
            self._memory.keep(f"filter.{self.listing.name}", ask.text, private=True)
        self.model.ask(ask)
        self._header.viewport().update()
        self.asked.emit(ask)

    # --- sorting by header and keys

    def _on_header(self, name: str) -> None:
        now = self.model.asked
        self.sort_by(name, descending=not now.descending if now.sort == name else False)

    def _on_sort_moved(self, step: int) -> None:
        names = [column.name for column in self.listing.columns if column.sortable]
        if names:
            now = names.index(self.model.asked.sort) if self.model.asked.sort in names else -step
            self.sort_by(names[(now + step) % len(names)])

    def _on_sort_turned(self, descending: bool) -> None:
        if self.model.asked.sort:
            self.sort_by(self.model.asked.sort, descending=descending)

    # --- keeping place and selection by id

    def _hold_place(self) -> None:
        value, height = self.view.verticalScrollBar().value(), size("row")
        top = value // height
        below = [self.model.row_id(row) for row in range(top, min(top + 50, self.model.rowCount()))]
        self._place = (below, value - top * height) if value else None

    def _take_place(self) -> None:
        if self._place is None:
            return
        ids, offset = self._place
        self._place = None
        places = (self.model.place_of(row_id) for row_id in ids)
        found = next((place for place in places if place is not None), None)
        if found is not None:
            self.view.verticalScrollBar().setValue(found * size("row") + offset)

    def _hold_selection(self) -> None:
        self._selected = self.selected_ids()

    def _restore_selection(self) -> None:
        chosen = self.view.selectionModel()
        rows = QItemSelectionModel.SelectionFlag.Rows
        for row_id in self._selected:
            place = self.model.place_of(row_id)
            if place is not None:
                index = self.model.index(place, 0)
                chosen.select(index, QItemSelectionModel.SelectionFlag.Select | rows)
                chosen.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        if not chosen.hasSelection() and self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(0, 0))

    def _keep_one_selected(self) -> None:
        """The selected row has gone, or the first has come: the row at its place is selected."""
        if self.model.rowCount() and not self.view.selectionModel().hasSelection():
            place = min(max(0, self.view.currentIndex().row()), self.model.rowCount() - 1)
            index = self.model.index(place, 0)
            rows = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.view.selectionModel().setCurrentIndex(index, rows)

    def _on_selection(self) -> None:
        self.selection_changed.emit(self.selected_ids())

    # --- states

    def _show_state(self) -> None:
        state, has_rows = self.model.state, self.model.rowCount() > 0
        self._limit.setVisible(self.model.is_full or (state == "failed" and has_rows))
        if self.model.is_full:
            self._limit.setText(
                _("The first {count} rows are shown. Narrow the list to see others.").format(
                    count=f"{ROWS_MAX:,}"
                )
            )
        elif state == "failed" and has_rows:
            self._limit.setText(str(self.model.error))
        if self._awaited is not None and has_rows:
            self.select_soon(self._awaited)
        focus = QApplication.focusWidget()
        had_keys = focus is not None and self.isAncestorOf(focus)
        if has_rows:
            self._stack.setCurrentWidget(self.view)
        elif state == "loading":
            self._stack.setCurrentWidget(self._loading)
        else:
            self._show_message()
        shown = self._stack.currentWidget()
        self.setFocusProxy(shown)  # type: ignore[arg-type]
        if had_keys and shown is not None:
            shown.setFocus(
                Qt.FocusReason.OtherFocusReason
            )  # else a button beside the table would get the keys

    def _show_message(self) -> None:
        if self._message is not None:
            self._stack.removeWidget(self._message)
            self._message.deleteLater()
        if self.model.state == "failed" and self.model.error is not None:
            self._message = Failure(self.model.error)
            self._message.asked.connect(self.refresh)
        elif self.model.asked.text:
            words = _("Nothing matches “{text}”").format(text=self.model.asked.text)
            self._message = EmptyState(Nothing(words, action=_("Clear the filter"), icon="filter"))
            self._message.asked.connect(lambda: self.ask(text=""))
        else:
            self._message = EmptyState(self.listing.nothing)
            self._message.asked.connect(self.action_asked)
        self._stack.addWidget(self._message)
        self._stack.setCurrentWidget(self._message)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press beside the rows gives the table the focus."""
        self.view.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def top_left(self) -> QPoint:
        """Where the rows begin, in this widget; for menus opened by key."""
        return self.view.mapTo(self, QPoint(0, self._header.height()))
