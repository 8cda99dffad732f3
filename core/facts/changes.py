"""What a pack would change, told before it is taken: fact by fact, with the first day on which answers differ."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from core.facts.pack import Pack, identity, shown
from core.facts.reader import Facts
from core.facts.records import Dated
from core.facts.tables import TABLES

What = Literal["added", "ended", "altered", "removed", "sourced"]
_TOLD_ALONE = ("source", "confirmed")
"""Where a fact was seen, which no answer depends on."""


class FactChange(msgspec.Struct, frozen=True):
    """One fact before and after, as its file would have it; None where there is none.

    `since` is the first day on which an answer differs (None: from ever), not asked for when only the source changed.
    """

    table: str
    name: str
    what: What
    since: dt.date | None
    before: dict[str, object] | None
    after: dict[str, object] | None

    def alters_past(self, today: dt.date) -> bool:
        """Says whether answers change for days that are over: those are shown apart, never slipped in."""
        return self.what != "sourced" and (self.since is None or self.since < today)


def changes_in(pack: Pack, facts: Facts, release: Facts | None = None) -> list[FactChange]:
    """Gives what taking the pack would change in `facts`, by table and name; nothing is written.

    `release` are the facts that the pack is laid over (the shipped ones): a table that an earlier pack replaced and
    this one does not carry goes back to theirs, and that is told too.
    """
    after = pack.over(release or Facts.shipped())
    changes: list[FactChange] = []
    for table, shape in TABLES.items():
        before_rows, after_rows = facts.entries(table, shape.row), after.entries(table, shape.row)
        if before_rows != after_rows:
            changes += _table_changes(table, before_rows, after_rows)
    return changes


def _table_changes(table: str, before: Iterable[Dated], after: Iterable[Dated]) -> list[FactChange]:
    old, new = _grouped(table, before), _grouped(table, after)
    changes: list[FactChange] = []
    for key in dict.fromkeys((*old, *new)):
        gone = {row.since: row for row in old.get(key, ()) if row not in new.get(key, ())}
        come = {row.since: row for row in new.get(key, ()) if row not in old.get(key, ())}
        days = sorted({*gone, *come}, key=lambda day: day or dt.date.min)
        changes += [_change(table, shown(key[:-1]), gone.get(day), come.get(day)) for day in days]
    return changes


def _grouped(table: str, rows: Iterable[Dated]) -> Mapping[tuple[object, ...], list[Dated]]:
    groups: dict[tuple[object, ...], list[Dated]] = {}
    for row in rows:
        groups.setdefault((*identity(table, row), row.applies), []).append(row)
    return groups


def _change(table: str, name: str, before: Dated | None, after: Dated | None) -> FactChange:
    what, since = _what(before, after)
    return FactChange(table, name, what, since, _told(before), _told(after))


def _what(before: Dated | None, after: Dated | None) -> tuple[What, dt.date | None]:
    if before is None:
        return "added", after.since if after is not None else None
    if after is None:
        return "removed", before.since
    differing = {
        field for field in before.__struct_fields__ if getattr(before, field) != getattr(after, field)
    }
    differing -= set(_TOLD_ALONE)
    if not differing:
        return "sourced", None
    if differing != {"until"}:
        return "altered", before.since
    ends = [row.until for row in (before, after) if row.until is not None]
    what: What = "ended" if after.until is not None and before.until is None else "altered"
    return what, min(ends) + dt.timedelta(days=1)


def _told(row: Dated | None) -> dict[str, object] | None:
    if row is None:
        return None
    told: dict[str, object] = msgspec.to_builtins(row)
    return told
