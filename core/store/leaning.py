"""How a change becomes rows, and which papers it leans on that do not count: held or voided ones that it names."""

import re

from core.changes.change import Change
from core.changes.kind import ChangeClass
from core.ids import Id
from core.store.plan import Applied, Plan
from core.store.rows import Rows
from core.store.standing import BookStanding

_ID = re.compile(rb"\xc4\x10(.{16})", re.DOTALL)
"""How msgpack writes the id of a record."""

_BESIDE = ("inbox.", "attachments.", "returns.")
"""Rooms whose changes speak of a paper and build nothing on it."""


def project(plan: Plan, rows: Rows, standing: BookStanding, applied: Applied, change: Change) -> None:
    """Let a change that takes effect become rows, and tell the Inbox of what it leans on that does not count."""
    plan.projections[applied.kind.name](rows, applied)
    if standing.out and (papers := leaned_on(standing.out, applied, bytes(change.body))):
        plan.leaning(rows, applied, papers)


def leaned_on(out: set[Id], applied: Applied, body: bytes) -> list[Id]:
    """Of the papers that are held or voided those that a paper or claim names; not the one whose place it claims, for
    the two were made together."""
    kind = applied.kind
    if kind.change_class is ChangeClass.FIELDS or kind.name.startswith(_BESIDE):
        return []
    named = out.intersection(_ID.findall(body)) - {applied.record}
    if named:
        named.difference_update(paper for _place, paper in kind.effects(applied.record, applied.body).holds)
    return sorted(named)
