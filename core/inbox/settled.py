"""What was settled: by a choice on this device, or by what the books say since; with who and when where they tell."""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from core.changes.change import decode_change
from core.changes.judge import decided_place
from core.changes.stamp import instant_of
from core.changes.standing import State
from core.inbox.kinds import ACCEPTED
from core.inbox.model import Attention, Choice, InboxItem
from core.inbox.queries import ROWS, InboxRow, found_items, needs_attention, reader_of, row_of, worded
from core.store.log import read_meta
from core.words import translate as _

SETTLED_MAX = 200
"""So many are shown, the newest; the rest stand in the log like everything."""

_READ = "SELECT item, read_at_us FROM inbox_read"
_LAST_OF = "SELECT data FROM changes WHERE record = ? AND outcome <> 4 ORDER BY entry DESC LIMIT 1"
_DECISION = (
    "SELECT c.data, c.kind FROM places p JOIN standing s ON s.record = p.paper JOIN changes c ON c.entry = s.entry "
    "WHERE p.place = ?"
)


class Settled(NamedTuple):
    """An item that needs nobody any more: what became of it, by whom (empty: the books do not say) and when."""

    item: InboxItem
    how: str
    by: str
    at_us: int


Closer = Callable[[Connection], list[Settled]]
"""Tells what was settled in a room above by something that can be looked at, and perhaps undone, later on."""

_closers: list[Closer] = []


def tell_settled(closer: Closer) -> None:
    """Let a room above tell what it settled; the roof names each once."""
    if closer not in _closers:
        _closers.append(closer)


def settled_item(read: Connection, item_id: str) -> InboxItem | None:
    """One of the settled items that rooms tell of; None when there is none of this id."""
    return next((each.item for closer in _closers for each in closer(read) if each.item.id == item_id), None)


def settled_items(read: Connection, limit: int = SETTLED_MAX) -> list[Settled]:
    """What was settled, newest first; what was only put aside here offers REOPEN."""
    reader, me = reader_of(read), str(read_meta(read)["user"])
    read_at: dict[str, int] = dict(iter(read.exec_driver_sql(_READ)))
    found = [
        _put_aside(each, me, read_at[each.id]) for each in found_items(read) if each.id in read_at
    ]  # fmt: skip
    found += [each for closer in _closers for each in closer(read)]
    for row in map(row_of, read.exec_driver_sql(f"{ROWS} ORDER BY i.seq DESC, i.id")):
        if len(found) >= limit:
            break
        is_over = not needs_attention(read, row, reader.device)
        if row.id not in read_at and not is_over:
            continue
        if row.kind == Attention.REFUSED and row.told.fields and row.device != reader.device:
            continue  # another's own edit, which that one's Inbox tells of
        item = worded(read, row, reader)
        if is_over:
            found.append(_over(read, row, item, me, read_at.get(row.id, 0)))
        else:
            found.append(_put_aside(item, me, read_at[row.id]))
    return sorted(found, key=lambda each: -each.at_us)


def _put_aside(item: InboxItem, me: str, at_us: int) -> Settled:
    return Settled(item._replace(choices=(Choice.REOPEN.value,)), _("Put aside here"), me, at_us)


def _over(read: Connection, row: InboxRow, item: InboxItem, me: str, read_at_us: int) -> Settled:
    how, change = _what_became(read, row)
    by, at_us = (change.user, instant_of(change.stamp)) if change is not None else ("", 0)
    if read_at_us and not by:
        by, at_us = me, read_at_us
    return Settled(item._replace(choices=()), how, by, at_us or instant_of(row.stamp))


def _what_became(read: Connection, row: InboxRow) -> tuple[str, Any]:
    is_gone = row.paper_state in (State.CANCELLED, State.VOID)
    decided = row.paper if row.kind == Attention.HELD else None
    if row.kind == Attention.LEANING and not is_gone:
        decided = row.winner
    if decided is not None:
        found = read.exec_driver_sql(_DECISION, (decided_place(decided),)).fetchone()
        if found is not None:
            how = _("Accepted") if found[1] == ACCEPTED.name else _("Voided")
            return how, decode_change(found[0])
    if row.kind == Attention.CONFLICT:
        return _("Put back"), _last_change(read, row)
    if row.kind == Attention.RELEASED:
        return _("Paid since"), None
    if is_gone:
        return _("Cancelled since"), None
    return _("Over"), None


def _last_change(read: Connection, row: InboxRow) -> Any:
    found = read.exec_driver_sql(_LAST_OF, (row.record,)).fetchone()
    return decode_change(found[0]) if found else None
