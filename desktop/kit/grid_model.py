"""The lines of an EditGrid: plain values in rows, what could not be read, and what is wrong with them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from core.problems import Problem
from core.words import (
    WordsError,
    amount_text,
    parse_amount,
    parse_price,
    parse_quantity,
    parse_rate,
    price_text,
    quantity_text,
    rate_text,
)
from desktop.ports import Align, Choice, Suggest

Kind: TypeAlias = Literal["text", "choice", "quantity", "amount", "price", "rate", "computed", "said"]
Index: TypeAlias = QModelIndex | QPersistentModelIndex

_READ: Mapping[str, Callable[[str], Any]] = {
    "text": lambda text: text.strip(),
    "quantity": parse_quantity,
    "amount": parse_amount,
    "price": parse_price,
    "rate": parse_rate,
}
_WRITE: Mapping[str, Callable[[Any], str]] = {
    "text": str,
    "computed": str,
    "said": str,
    "quantity": quantity_text,
    "amount": amount_text,
    "price": price_text,
    "rate": rate_text,
    "choice": lambda choice: choice.text,
}
_LINE = re.compile(r"^\w+\[(\d+)\](?:\.(.+))?$")


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One column of an EditGrid. Values: choice → Choice, quantity → thousandths, amount → paise,
    price → ten-thousandths of a rupee, rate → basis points, text, computed and said → str; blank → None.
    A computed figure and words said are only read.
    """

    name: str
    title: str
    kind: Kind
    width: int = 10
    """In characters."""
    stretch: bool = False
    suggest: Suggest | None = None
    create: str = ""
    """Offer to create what was typed: EditGrid.create_asked."""
    hint: str = ""
    """A quiet word in the empty cell being typed in."""
    reads: Callable[[str], Any] | None = None
    writes: Callable[[Any], str] | None = None
    """For values of one's own: how they are read (WordsError if they cannot be) and written."""

    @property
    def is_editable(self) -> bool:
        """Whether the keys stop here."""
        return self.kind not in ("computed", "said")

    @property
    def align(self) -> Align:
        """Figures stand at the right."""
        return "left" if self.kind in ("text", "choice", "said") else "right"

    def written(self, value: Any) -> str:
        """How a value reads in the cell."""
        return "" if value is None else (self.writes or _WRITE[self.kind])(value)

    def read(self, text: str) -> Any:
        """The value of a typed text; WordsError if it cannot be read."""
        return (self.reads or _READ[self.kind])(text) if text.strip() else None


class GridModel(QAbstractTableModel):
    """Rows of values by column name; there is always at least one row to type into."""

    value_given = Signal(int, str, object)

    def __init__(self, columns: Sequence[GridColumn]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self._rows: list[dict[str, Any]] = [{}]
        self._unread: dict[tuple[int, str], str] = {}
        self._wrong: dict[tuple[int, str], str] = {}

    # --- plain values

    def rows(self) -> list[dict[str, Any]]:
        """All rows as plain values, without blank ones at the end."""
        last = max((number for number in range(len(self._rows)) if not self.is_blank(number)), default=-1)
        return [
            {column.name: row.get(column.name) for column in self.columns} for row in self._rows[: last + 1]
        ]

    def set_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Show these rows (one blank row if there are none)."""
        self.beginResetModel()
        self._rows = [dict(row) for row in rows] or [{}]
        self._unread.clear()
        self._wrong.clear()
        self.endResetModel()

    def set_cell(self, row: int, name: str, value: Any) -> None:
        """Show a value in one cell; tells nobody."""
        if self._rows[row].get(name) != value or (row, name) in self._unread:
            self._rows[row][name] = value
            self._unread.pop((row, name), None)
            place = self.index(row, self.place(name))
            self.dataChanged.emit(place, place)

    def value(self, row: int, name: str) -> Any:
        """The value of a cell."""
        return self._rows[row].get(name)

    def place(self, name: str) -> int:
        """Where a column stands."""
        return next(number for number, column in enumerate(self.columns) if column.name == name)

    def is_blank(self, row: int) -> bool:
        """Whether nothing was given in a row; computed cells do not count."""
        return not any(
            column.is_editable
            and (self._rows[row].get(column.name) not in (None, "") or (row, column.name) in self._unread)
            for column in self.columns
        )

    def give(self, row: int, column: GridColumn, text: str) -> None:
        """Take what was typed into a cell: its value, or the text itself and why it cannot be read."""
        key = (row, column.name)
        self._wrong.pop(key, None)
        try:
            value = column.read(text)
        except WordsError as error:
            self._unread[key] = text
            self._wrong[key] = str(error)
            value = None
        else:
            self._unread.pop(key, None)
        self.give_value(row, column, value)

    def give_value(self, row: int, column: GridColumn, value: Any) -> None:
        """Take a value into a cell, and tell of it if it is another."""
        has_changed = self._rows[row].get(column.name) != value
        self._rows[row][column.name] = value
        if isinstance(value, Choice):
            self._unread.pop((row, column.name), None)
            self._wrong.pop((row, column.name), None)
        place = self.index(row, self.place(column.name))
        self.dataChanged.emit(place, place)
        if has_changed:
            self.value_given.emit(row, column.name, value)

    # --- rows come and go

    def insert(self, row: int) -> None:
        """Put in a blank row."""
        self.beginInsertRows(QModelIndex(), row, row)
        self._rows.insert(row, {})
        self._shift(row, 1)
        self.endInsertRows()

    def remove(self, row: int) -> None:
        """Take a row out; the last one is only emptied."""
        if len(self._rows) == 1:
            self.set_rows([])
            return
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._rows[row]
        for marks in (self._unread, self._wrong):
            for key in [key for key in marks if key[0] == row]:
                del marks[key]
        self._shift(row + 1, -1)
        self.endRemoveRows()

    def _shift(self, start: int, by: int) -> None:
        for marks in (self._unread, self._wrong):
            moved = {(row + by if row >= start else row, name): text for (row, name), text in marks.items()}
            marks.clear()
            marks.update(moved)

    # --- problems

    def problem(self, row: int, name: str) -> str:
        """What is wrong with a cell; empty if nothing."""
        return self._wrong.get((row, name), "")

    def first_wrong(self) -> tuple[int, str] | None:
        """The first cell with a problem; None if all are well."""
        return min(self._wrong, default=None)

    def unread(self) -> list[tuple[int, str]]:
        """Cells whose text cannot be read, in order."""
        return sorted(self._unread)

    def show_problems(self, problems: Iterable[Problem]) -> list[Problem]:
        """Mark the cells problems speak of (`lines[2].rate`); gives back those of no cell here."""
        self._wrong = {key: text for key, text in self._wrong.items() if key in self._unread}
        apart = []
        names = {column.name for column in self.columns}
        for problem in problems:
            found = _LINE.match(problem.field)
            row = int(found[1]) if found else -1
            if found is None or not 0 <= row < len(self._rows):
                apart.append(problem)
                continue
            name = found[2] if found[2] in names else self.columns[0].name
            self._wrong[row, name] = problem.sentence
        self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1))
        return apart

    # --- Qt's side

    def rowCount(self, parent: Index | None = None) -> int:
        """Rows, blank ones too."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Columns."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def text(self, row: int, column: GridColumn) -> str:
        """What stands in a cell: what was typed if it cannot be read, else its value written."""
        typed = self._unread.get((row, column.name))
        return column.written(self._rows[row].get(column.name)) if typed is None else typed

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text of a cell, and what screen readers say."""
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self.text(index.row(), column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.problem(index.row(), column.name) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {self.text(index.row(), column)}"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles, and line numbers."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.columns[section].title if orientation == Qt.Orientation.Horizontal else str(section + 1)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Computed cells are only read."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self.columns[index.column()].is_editable:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags
