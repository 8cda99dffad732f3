"""Questions about items."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.ids import Id
from core.items.model import Item
from core.store.paging import PAGE_ROWS, Page, ordered_page
from core.store.read import in_runs, record_of
from core.store.tables.items import items, merged_items


class ItemRow(NamedTuple):
    """An item as a list shows it."""

    id: Id
    code: str
    name: str
    hsn: str
    unit: str
    treatment: str
    rate_bp: int
    price_tenthousandths: int
    archived: bool


_BY_CODE = (
    "SELECT id FROM items WHERE code_key = ? ORDER BY id IN (SELECT item FROM merged_items), id LIMIT 1"
)
_BY_CODES = "SELECT code_key, id, id IN (SELECT item FROM merged_items) FROM items WHERE code_key IN (RUN)"
_MERGED = sa.select(merged_items.c.item)
_ROW = sa.select(*(items.c[name] for name in ItemRow._fields))


def item(read: Connection, record: Id) -> Item | None:
    """The whole record."""
    return record_of(read, Item, record)


def item_by_code(read: Connection, code: str) -> Id | None:
    """The item of a code, whatever its case, a merged one last; None when there is none."""
    found = read.exec_driver_sql(_BY_CODE, (code.casefold(),)).scalar()
    return found if isinstance(found, bytes) else None


def items_by_code(read: Connection, codes: Iterable[str]) -> dict[str, Id]:
    """The same of many codes at once, by the code in small letters."""
    asked = in_runs(read, _BY_CODES, {code.casefold() for code in codes})
    found: dict[str, Id] = {}
    for code, record, _is_merged in sorted(asked, key=lambda row: row[1:][::-1]):
        found.setdefault(code, record)
    return found


def merging_of(read: Connection, record: Id) -> Id | None:
    """The claim by which an item became another; None when it stands for itself."""
    found = read.execute(sa.select(merged_items.c.claim).where(merged_items.c.item == record)).scalar()
    return found if isinstance(found, bytes) else None


def items_by_name(
    read: Connection, *, key: tuple[str, Id] | None = None, limit: int = PAGE_ROWS, archived: bool = False
) -> Page[ItemRow]:
    """A page of items by name."""
    order = (items.c.name_key, items.c.id)
    question = _ROW.where(items.c.archived == int(archived), items.c.id.not_in(_MERGED))
    page = ordered_page(read, question, order, key, limit)
    return Page([_shown(row[:-1]) for row in page.rows], page.next_key)


def items_matching(read: Connection, typed: str, *, limit: int = 12) -> list[ItemRow]:
    """Items whose name or code holds every word typed, or whose HSN begins with it; those that begin so first."""
    begins = typed.strip().casefold()
    held = [
        sa.or_(
            sa.func.instr(items.c.name_key, word) > 0,
            sa.func.instr(items.c.code_key, word) > 0,
            items.c.hsn.startswith(word, autoescape=True),
        )
        for word in begins.split()
    ]
    starts = sa.or_(
        items.c.code_key.startswith(begins, autoescape=True),
        items.c.name_key.startswith(begins, autoescape=True),
    )
    stands = (items.c.archived == 0, items.c.id.not_in(_MERGED))
    question = _ROW.where(*stands, *held).order_by(starts.desc(), items.c.name_key, items.c.id)
    return [_shown(row) for row in read.execute(question.limit(limit))]


def item_rows(read: Connection, records: list[Id]) -> list[ItemRow]:
    """These items as a list shows them, for re-reading what was touched."""
    found = read.execute(_ROW.where(items.c.id.in_(records)))
    return [_shown(row) for row in found]


def _shown(row: Sequence[Any]) -> ItemRow:
    return ItemRow._make((*row[:-1], bool(row[-1])))
