"""Keyset pages: a page is found by the last row's key, never by counting rows."""

from typing import Any, Generic, NamedTuple, TypeVar

import sqlalchemy as sa

Row = TypeVar("Row")
PAGE_ROWS = 100


class Page(NamedTuple, Generic[Row]):
    """Rows in order and the key that the next page starts after; None at the end."""

    rows: list[Row]
    next_key: tuple[Any, ...] | None


def after(columns: tuple[Any, ...], key: tuple[Any, ...] | None, *, descending: bool = False) -> Any:
    """The condition that a row comes after a key, for columns that all sort one way."""
    if key is None:
        return sa.true()
    here, there = sa.tuple_(*columns), sa.tuple_(*(sa.literal(part) for part in key))
    return here < there if descending else here > there


def page_of(rows: list[Row], limit: int, key: Any) -> Page[Row]:
    """The page in `limit + 1` rows fetched; `key(row)` is the row's key."""
    if len(rows) <= limit:
        return Page(rows, None)
    kept = rows[:limit]
    return Page(kept, tuple(key(kept[-1])))
