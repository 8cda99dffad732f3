"""Which row of a sheet is its header, and which column is what: by the account's layout, by a bank's, by its words."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from core.bank.model import Layout
from core.bank.reading.presets import FIELDS, bare, field_of_header, headers_of, presets
from core.problems import Problem
from core.sheets.reading import Cell, Row, Sheet
from core.words import translate as _

HEADER_WITHIN = 300
"""A header stands within the first rows of a sheet; what comes before it names account, holder and period."""
_FILLED_MIN = 3


class Columns(NamedTuple):
    """Where each field stands. `balance_sign` is a column of Dr and Cr right behind the balance; `bank` the key and
    name of the bank whose layout it is, where only one has it."""

    places: dict[str, int]
    balance_sign: int | None = None
    bank: tuple[str, str] = ("", "")

    def cell(self, row: Row, field: str) -> Cell:
        """A field's cell in a row; blank where the row or the column has none."""
        place = self.places.get(field)
        return row.cells[place] if place is not None and place < len(row.cells) else ""


class Header(NamedTuple):
    """The header of a statement: its sheet, its place among the sheet's rows, its cells, what each column is."""

    sheet: Sheet
    at: int
    names: tuple[str, ...]
    columns: Columns

    @property
    def layout(self) -> Layout:
        """What an account remembers, so that the next file is read the same way."""
        named = {field: self.names[place] for field, place in self.columns.places.items()}
        return with_names(Layout(preset=self.columns.bank[0]), **named)


def find_header(sheets: Sequence[Sheet], layout: Layout) -> Header | None:
    """The header among all sheets of which the most columns are known; None when no row is one."""
    best: tuple[int, Header] | None = None
    for sheet in sheets:
        for at, row in enumerate(sheet.rows[:HEADER_WITHIN]):
            names = tuple(str(cell).strip() for cell in row.cells)
            if sum(1 for name in names if name) < _FILLED_MIN:
                continue
            columns = columns_of(names, layout)
            if columns is not None and (best is None or len(columns.places) > best[0]):
                best = len(columns.places), Header(sheet, at, names, columns)
    return best[1] if best else None


def columns_of(names: Sequence[str], layout: Layout) -> Columns | None:
    """What the columns under these headers are; None unless day, amount and words are among them."""
    bares = [bare(name) for name in names]
    given = headers_of(layout)
    if any(header not in bares for header in given.values()):
        return None
    bank, headers = _shipped_for(bares, layout.preset)
    words = field_of_header()
    places: dict[str, int] = {}
    wanted: list[dict[str, str]] = [given, headers]
    for told in wanted:
        for field, header in told.items():
            if field not in places and header in bares:
                _take(places, field, bares.index(header))
    for place, header in enumerate(bares):
        field = words.get(header, "")
        if field and not given.get(field):
            _take(places, field, place)
    return _whole(places, bares, words, bank)


def _take(places: dict[str, int], field: str, place: int) -> None:
    if field not in places and place not in places.values():
        places[field] = place


def _shipped_for(bares: Sequence[str], key: str) -> tuple[tuple[str, str], dict[str, str]]:
    """The shipped layout whose headers are all there and the most; of the account's bank where it is known."""
    known = set(bares)
    fitting = [one for one in presets() if known.issuperset(one.headers.values())]
    fitting = [one for one in fitting if one.bank.key == key] or fitting
    if not fitting:
        return ("", ""), {}
    most = max(len(one.headers) for one in fitting)
    fullest = [one for one in fitting if len(one.headers) == most]
    told = {(one.bank.key, one.bank.name) for one in fullest}
    return (told.pop() if len(told) == 1 else ("", "")), fullest[0].headers


def _whole(
    places: dict[str, int], bares: Sequence[str], words: dict[str, str], bank: tuple[str, str]
) -> Columns | None:
    if "withdrawal" in places and "deposit" in places:
        places.pop("amount", None)
        places.pop("sign", None)
    elif "amount" not in places:
        return None
    else:
        places.pop("withdrawal", None)
        places.pop("deposit", None)
    if "date" not in places and "value_date" in places:
        places["date"] = places.pop("value_date")
    if "description" not in places and "reference" in places:
        places["description"] = places.pop("reference")
    if "date" not in places or "description" not in places:
        return None
    behind = places.get("balance", -2) + 1
    is_sign = 0 < behind < len(bares) and words.get(bares[behind]) == "sign" and behind not in places.values()
    return Columns(places, behind if is_sign else None, bank)


def not_found(sheets: Sequence[Sheet], layout: Layout, name: str) -> Problem:
    """No row is a header: what a person is told, with the headers that the likeliest row has."""
    rows = [row for sheet in sheets for row in sheet.rows[:HEADER_WITHIN]]
    likeliest = max(rows, key=_header_likeness, default=Row(1, ()))
    seen = ", ".join(str(cell) for cell in likeliest.cells if cell)
    if headers_of(layout):
        message = _("The file has not the columns that this account's statements had. It has: {headers}.")
    else:
        message = _("Which columns are date, description and amount cannot be told. The file has: {headers}.")
    remedy = _("Say once which column is what; it is remembered for the account.")
    return Problem("COLUMNS", message.format(headers=seen), "layout", remedy, name, likeliest.line)


def _header_likeness(row: Row) -> tuple[int, int]:
    words = field_of_header()
    texts = [cell for cell in row.cells if isinstance(cell, str) and cell and not cell[0].isdigit()]
    return sum(bare(cell) in words for cell in texts), len(texts)


def with_names(layout: Layout, **named: str) -> Layout:
    """The layout with some columns named by a person; an empty name forgets one."""
    assert set(named) <= set(FIELDS), "a layout has no such column"
    return msgspec.structs.replace(layout, **named)
