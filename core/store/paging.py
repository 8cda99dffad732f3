"""Keyset pages: a page is found by the last row's key, never by counting rows."""

import datetime as dt
from typing import Any, Generic, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

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


def ordered(
    question: sa.Select[Any],
    order: tuple[Any, ...],
    key: tuple[Any, ...] | None,
    limit: int,
    *,
    descending: bool,
) -> sa.Select[Any]:
    """The question for the `limit + 1` rows after a key: each has its `place` last, the first that it is ordered by."""
    directed = [part.desc() for part in order] if descending else list(order)
    placed = question.add_columns(order[0].label("place")).where(after(order, key, descending=descending))
    return placed.order_by(*directed).limit(limit + 1)


def ordered_page(
    read: Connection,
    question: sa.Select[Any],
    order: tuple[Any, ...],
    key: tuple[Any, ...] | None,
    limit: int,
    *,
    descending: bool = False,
) -> Page[Any]:
    """A page of a question whose rows have an `id`; `order` is a column and that id, or a column that suffices.

    A key is plain: days stand in it as they are kept.
    """
    found = list(read.execute(ordered(question, order, key, limit, descending=descending)))
    return page_of(found, limit, lambda row: (_plain(row.place), row.id)[: len(order)])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
