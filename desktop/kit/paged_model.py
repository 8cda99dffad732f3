"""The rows of a list as far as loaded: pages appended, touched rows read again, stale answers dropped.

One thing is under way at a time; whatever happens meanwhile is remembered and caught up with after it.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from desktop.kit.row_changes import order_kept, runs_of
from desktop.ports import Ask, Column, Epoch, Listing, Page, PageLike, Reader, Runner, Touched

Row = TypeVar("Row")
State: TypeAlias = Literal["loading", "ready", "empty", "failed"]
Index: TypeAlias = QModelIndex | QPersistentModelIndex

PAGE_ROWS = 100
ROWS_MAX = 20_000
_STEPS_MAX = 200
"""More insertions and removals than this at once are shown as a new list."""

_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    "centre": Qt.AlignmentFlag.AlignCenter,
}


class PagedModel(QAbstractTableModel, Generic[Row]):
    """A Listing's rows, fetched page by page through a Runner. It formats by Column and decides nothing."""

    state_changed = Signal()
    about_to_merge = Signal()
    merged = Signal()

    def __init__(self, listing: Listing[Row], runner: Runner, ask: Ask) -> None:
        super().__init__()
        self.listing = listing
        self.state: State = "loading"
        self.error: Exception | None = None
        self._runner = runner
        self._ask = ask
        self._epoch = Epoch()
        self._rows: list[Row] = []
        self._ids: list[bytes] = []
        self._places: dict[bytes, int] = {}
        self._next_key: Any = None
        self._is_under_way = False
        self._touched_ids: set[bytes] = set()
        self._is_stale = False

    # --- what is shown

    @property
    def asked(self) -> Ask:
        """The question whose answer is shown or under way."""
        return self._ask

    @property
    def is_full(self) -> bool:
        """Whether the limit of loaded rows is reached while there are more."""
        return self._next_key is not None and len(self._rows) >= ROWS_MAX

    @property
    def columns(self) -> Sequence[Column[Row]]:
        """The columns, in order."""
        return self.listing.columns

    def row(self, number: int) -> Row:
        """A loaded row."""
        return self._rows[number]

    def row_id(self, number: int) -> bytes:
        """The id of a loaded row."""
        return self._ids[number]

    def place_of(self, row_id: bytes) -> int | None:
        """Where a row stands, None if it is not loaded."""
        return self._places.get(row_id)

    # --- questions

    def ask(self, ask: Ask) -> None:
        """Put a new question: answers under way are dropped, rows stay until the new ones come."""
        self._epoch.turn()
        self._ask = ask
        self._touched_ids.clear()
        self._is_stale = False
        self._is_under_way = True
        if not self._rows:
            self._become("loading")
        self._runner.read(
            partial(_first_page, self.listing, ask), self._on_first, self._on_failed, epoch=self._epoch
        )

    def refresh(self) -> None:
        """Read everything loaded again, keeping selection and place."""
        if self.state == "failed":
            self.ask(self._ask)
            return
        self._is_stale = True
        self._catch_up()

    def hear(self, touched: Touched) -> None:
        """Take in what a commit touched: rows shown are read again by id, new ones bring a fresh reading."""
        records = touched.records
        if any(records.get(kind) for kind in self.listing.depends):
            self._is_stale = True
        for kind in self.listing.shows:
            self._touched_ids |= records.get(kind, frozenset())
        self._catch_up()

    def put_away(self) -> None:
        """Drop all answers still under way."""
        self._epoch.turn()

    # --- Qt's side

    def rowCount(self, parent: Index | None = None) -> int:
        """Rows loaded so far."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Columns of the listing."""
        return 0 if parent is not None and parent.isValid() else len(self.listing.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, alignment and what screen readers say of a cell."""
        if not index.isValid():
            return None
        column = self.listing.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(self._rows[index.row()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGN[column.align]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {column.text(self._rows[index.row()])}"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.listing.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.listing.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGN[self.listing.columns[section].align]
        return None

    def canFetchMore(self, parent: Index) -> bool:
        """Whether a further page may be asked for now: never while one is under way."""
        return (
            not parent.isValid()
            and not self._is_under_way
            and self._next_key is not None
            and len(self._rows) < ROWS_MAX
        )

    def fetchMore(self, parent: Index) -> None:
        """Ask for the next page. Refuses by itself: Qt's model tester calls it whatever canFetchMore says."""
        if not self.canFetchMore(parent):
            return
        self._is_under_way = True
        limit = min(PAGE_ROWS, ROWS_MAX - len(self._rows))
        self._runner.read(
            partial(_next_page, self.listing, self._ask, self._next_key, limit),
            self._on_more,
            self._on_failed,
            epoch=self._epoch,
        )

    # --- answers

    def _on_first(self, page: PageLike[Row]) -> None:
        self.beginResetModel()
        self._take_all(list(page.rows))
        self._next_key = page.next_key
        self.endResetModel()
        self._landed()

    def _on_more(self, page: PageLike[Row]) -> None:
        fresh = [row for row in page.rows if self.listing.row_id(row) not in self._places]
        self._next_key = page.next_key
        if fresh:
            start = len(self._rows)
            self.beginInsertRows(QModelIndex(), start, start + len(fresh) - 1)
            self._rows.extend(fresh)
            for place, row in enumerate(fresh, start):
                row_id = self.listing.row_id(row)
                self._ids.append(row_id)
                self._places[row_id] = place
            self.endInsertRows()
        self._landed()

    def _on_reread(self, asked: frozenset[bytes], rows: Sequence[Row]) -> None:
        found = {self.listing.row_id(row): row for row in rows}
        gone = asked - found.keys()
        merged = [found.get(row_id, row) for row_id, row in zip(self._ids, self._rows, strict=True)]
        self._merge([row for row in merged if self.listing.row_id(row) not in gone])
        self._landed()

    def _on_reloaded(self, page: Page[Row]) -> None:
        self._next_key = page.next_key
        self._merge(list(page.rows))
        self._landed()

    def _on_failed(self, error: Exception) -> None:
        self._is_under_way = False
        self.error = error
        self._become("failed")

    def _landed(self) -> None:
        self._is_under_way = False
        self.error = None
        self._become("ready" if self._rows else "empty")
        self._catch_up()

    def _become(self, state: State) -> None:
        self.state = state
        self.state_changed.emit()

    # --- catching up with what was touched

    def _catch_up(self) -> None:
        if self._is_under_way or (self.state == "failed" and not self._rows):
            return
        known = frozenset(self._touched_ids & self._places.keys())
        is_reload = self._is_stale or len(known) < len(self._touched_ids)
        self._touched_ids.clear()
        self._is_stale = False
        if is_reload:
            self._is_under_way = True
            depth = max(PAGE_ROWS, len(self._rows))
            question = partial(_pages_to, self.listing, self._ask, depth)
            self._runner.read(question, self._on_reloaded, self._on_failed, epoch=self._epoch)
        elif known:
            self._is_under_way = True
            again = partial(_again, self.listing, self._ask, tuple(known))
            self._runner.read(again, partial(self._on_reread, known), self._on_failed, epoch=self._epoch)

    def _merge(self, rows: list[Row]) -> None:
        """Turn the rows shown into these by the fewest steps, so that selection and place stay."""
        ids = [self.listing.row_id(row) for row in rows]
        wanted = set(ids)
        gone = runs_of([place for place, row_id in enumerate(self._ids) if row_id not in wanted])
        new = runs_of([place for place, row_id in enumerate(ids) if row_id not in self._places])
        self.about_to_merge.emit()
        if len(gone) + len(new) > _STEPS_MAX:
            self.beginResetModel()
            self._take_all(rows)
            self.endResetModel()
        else:
            self._drop(gone)
            self._reorder([row_id for row_id in ids if row_id in self._places])
            self._insert(new, rows)
            self._replace(rows)
        self.merged.emit()

    def _drop(self, runs: list[tuple[int, int]]) -> None:
        for first, last in reversed(runs):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1], self._ids[first : last + 1]
            self.endRemoveRows()
        self._number()

    def _reorder(self, ids: list[bytes]) -> None:
        if order_kept(self._ids, ids):
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        held = [(self._ids[index.row()], index.column()) for index in before]
        by_id = dict(zip(self._ids, self._rows, strict=True))
        self._take_all([by_id[row_id] for row_id in ids])
        after = [self.index(self._places[row_id], column) for row_id, column in held]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _insert(self, runs: list[tuple[int, int]], rows: list[Row]) -> None:
        for first, last in runs:
            self.beginInsertRows(QModelIndex(), first, last)
            self._rows[first:first] = rows[first : last + 1]
            self._ids[first:first] = [self.listing.row_id(row) for row in rows[first : last + 1]]
            self.endInsertRows()
        self._number()

    def _replace(self, rows: list[Row]) -> None:
        changed = [place for place, row in enumerate(rows) if row != self._rows[place]]
        for first, last in runs_of(changed):
            self._rows[first : last + 1] = rows[first : last + 1]
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))

    def _take_all(self, rows: list[Row]) -> None:
        self._rows = rows
        self._ids = [self.listing.row_id(row) for row in rows]
        self._number()

    def _number(self) -> None:
        self._places = {row_id: place for place, row_id in enumerate(self._ids)}


def _first_page(listing: Listing[Row], ask: Ask, reader: Reader) -> PageLike[Row]:
    return listing.fetch(reader, ask, None, PAGE_ROWS)


def _next_page(listing: Listing[Row], ask: Ask, after: Any, limit: int, reader: Reader) -> PageLike[Row]:
    return listing.fetch(reader, ask, after, limit)


def _again(listing: Listing[Row], ask: Ask, ids: Sequence[bytes], reader: Reader) -> Sequence[Row]:
    return listing.reread(reader, ask, ids)


def _pages_to(listing: Listing[Row], ask: Ask, depth: int, reader: Reader) -> Page[Row]:
    """Rows from the start to a depth, in as many fetches as the query needs."""
    page = listing.fetch(reader, ask, None, depth)
    rows = list(page.rows)
    while page.next_key is not None and len(rows) < depth:
        page = listing.fetch(reader, ask, page.next_key, depth - len(rows))
        rows.extend(page.rows)
    return Page(rows, page.next_key)
