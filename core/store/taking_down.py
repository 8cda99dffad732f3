"""After an update: what lay on the shelf and can be read now takes effect, in its place in the order.

The rows are made anew from the log, so that the book equals one that never was old.
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from core.changes.change import Outcome
from core.changes.kind import Kind
from core.changes.versions import schema_of
from core.store import log
from core.store.confirmed import IN_EFFECT, SET_ASIDE, SHELVED, UNREAD, confirmed_of, is_readable, number_of
from core.store.engine import HAND
from core.store.replay import Stumbled, make_anew
from core.store.tables.store import shelf
from core.store.work import Work
from core.version import VERSION

_log = logging.getLogger(__name__)
_KNOWN, _SCHEMA = "known_by", "known_schema"


def is_newer(facts: log.Meta, kinds: Mapping[str, Kind[Any]]) -> bool:
    """Whether a book was written by a version that knows a newer schema than this one."""
    return bool(facts.get(_SCHEMA, 0) > schema_of(kinds))


def is_due(facts: log.Meta, kinds: Mapping[str, Kind[Any]]) -> bool:
    """Whether this is another version than the one that had the book last."""
    return facts.get(_KNOWN) != _fingerprint(kinds)


def take_down(work: Work) -> None:
    """Let what this version can read of the shelf take effect. What it stumbles over lies there on."""
    ready = {each.entry: each.seq for each in log.shelved(work.read) if is_readable(work, each)}
    _lay(work, ready, IN_EFFECT)
    is_due_anew = bool(ready) or _bears_more_numbers(work)
    while is_due_anew:
        try:
            make_anew(work)
            break
        except Stumbled as stumbled:
            if stumbled.entry not in ready:
                raise
            _log.error("entry %s stays on the shelf", ready.pop(stumbled.entry))
            _lay(work, [stumbled.entry], SHELVED)
    for seq, party in work.read.exec_driver_sql("SELECT seq, party FROM shelf").fetchall():
        if seq in ready.values():
            work.let_go(shelf, seq, party)
    take_note(work)


def _bears_more_numbers(work: Work) -> bool:
    """Whether this version can read a number, on a paper that the service could not read, which is not kept yet."""
    if not work.meta.get(UNREAD):
        return False
    sql = "SELECT entry FROM changes WHERE idle = ? AND outcome = ?"
    found = work.read.exec_driver_sql(sql, (SET_ASIDE, int(Outcome.HELD))).fetchall()
    numbers = (number_of(confirmed_of(work, log.entry_at(work.read, entry))) for (entry,) in found)
    return any(number and work.standing.holder(number) is None for number in numbers)


def take_note(work: Work) -> None:
    """From now on this is the version that had the book last."""
    kinds = work.plan.kinds
    work.note(**{_KNOWN: _fingerprint(kinds), _SCHEMA: schema_of(kinds)})


def _lay(work: Work, entries: Iterable[int], idle: int) -> None:
    rows = [(idle, entry) for entry in entries]
    if rows:
        work.read.exec_driver_sql(HAND + "UPDATE changes SET idle = ? WHERE entry = ?", rows)


def _fingerprint(kinds: Mapping[str, Kind[Any]]) -> str:
    known = " ".join(sorted(f"{name}:{kind.schema}" for name, kind in kinds.items()))
    return hashlib.sha256(f"{VERSION} {known}".encode()).hexdigest()[:16]
