"""What only this device has, carried from a book into the file that was loaded to take its place.

Changes that wait are replayed there; read marks, what is being typed and everything else that is no part of the books
is copied; the log until now becomes the older log.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy.engine import Connection

from core.changes.change import Outcome, chain_link
from core.clock import Clock
from core.errors import Forked
from core.ids import Id, IdMaker
from core.store import log
from core.store.confirmed import HIDDEN, NO_LONGER_HOLDS, decoded_change
from core.store.engine import ANY_HAND, connect, open_engine
from core.store.files import flush
from core.store.older import LEADS, NEXT
from core.store.plan import Plan
from core.store.replay import replay
from core.store.retake import put_aside
from core.store.tables import UNLOGGED
from core.store.work import Work
from core.words import translate as _

_OTHERWISE = frozenset({"meta", "chains", "older_changes"})
_OF_THE_NEW = frozenset({"seq", "run", "digest", "era", "base", "scope", "partial", NEXT, LEADS, log.BLIND})
_OLDER = "device, epoch, number, seq, kind, record, outcome, data, link, answer"
_WAITING = ", ".join(log.Entry._fields)
_BEFORE_ALL = 1 << 48
_FEW = 500
"""So many records are asked for by themselves; for more the whole file is read."""


def lost_records(book: Connection, target: Path, key: bytes) -> tuple[int, int]:
    """How many records of the book, of how many that the service had confirmed, the new file lacks.

    One whose first change was put aside, to be handed over, is not lost; an edit alone brings nothing back.
    """
    held = {row[0] for row in book.exec_driver_sql("SELECT record FROM standing WHERE seq > 0")}
    if not held:
        return 0, 0
    aside = {
        change.record
        for (data,) in book.exec_driver_sql("SELECT data FROM taken_back WHERE is_left = 0")
        if (change := decoded_change(data)) is not None and not change.base
    }
    with closing(connect(target, key)) as found:
        sql, asked = "SELECT record FROM standing", tuple(held) if len(held) <= _FEW else ()
        if asked:
            sql += f" WHERE record IN ({', '.join('?' * len(asked))})"
        standing = {row[0] for row in found.execute(sql, asked)}
    return len(held - standing - aside), len(held)


class StillWaiting(Exception):
    """Changes wait, and the parties they are about may be carried no more: they are sent first."""


def refuse_while_waiting(book: Connection) -> None:
    """Raise `StillWaiting` when something has not been sent, or has no answer yet."""
    if log.pending_count(book):
        raise StillWaiting


def carry_over(
    book: Path, target: Path, key: bytes, plan: Plan, clock: Clock, ids: IdMaker, *, lets_go: bool = False,
    past_fork: bool = False,
) -> None:  # fmt: skip
    """Bring what only this device has from the book, which nobody writes meanwhile, into the new file.

    With `lets_go` what the new file lacks is carried no more: the older log stays behind, but for this device's own
    changes of what it still carries, and what was being typed about such a party. `past_fork` what waits saw an order
    that is no more: it is put aside too, to be judged so; an earlier epoch of this device may end before it did.

    Raises `Forked` when the service has other changes under this device's numbers.
    """
    engine = open_engine(target, key)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA synchronous = OFF").close()
            connection.info["door"] = ANY_HAND
            with _beside(connection, book, key):
                waiting = _carry(connection, lets_go=lets_go, past_fork=past_fork)
                if past_fork:
                    put_aside(connection, waiting)
                work = Work(connection, plan, clock, ids)
                taken = [entry._replace(entry=work.next_entry()) for entry in waiting]
                work.take_log(taken)
                work.flush()
                replay(work)
                work.close(_("Sync"), "sync")
                connection.commit()
            connection.info.clear()
    finally:
        engine.dispose()
    flush(target)


@contextmanager
def _beside(connection: Connection, book: Path, key: bytes) -> Iterator[None]:
    connection.exec_driver_sql(f"ATTACH DATABASE ? AS old KEY \"x'{key.hex()}'\"", (str(book),))
    connection.exec_driver_sql("BEGIN")
    try:
        yield
    finally:
        connection.rollback()
        connection.exec_driver_sql("DETACH DATABASE old")


def _carry(connection: Connection, *, lets_go: bool, past_fork: bool = False) -> list[log.Entry]:
    """Everything that is no part of the books; answers the changes that wait, in the order they were written."""
    for table in sorted(UNLOGGED - _OTHERWISE):
        connection.exec_driver_sql(f"INSERT OR REPLACE INTO {table} SELECT * FROM old.{table}")
    old = log.read_meta(connection, "old.meta")
    kept = log.read_meta(connection)
    stamps = {name: max(old.get(name, 0), kept.get(name, 0)) for name in ("stamp", "newest_stamp")}
    mine = {name: value for name, value in old.items() if name not in _OF_THE_NEW}
    log.write_meta(connection, **{**mine, **stamps})
    if lets_go or kept.get("partial"):
        log.write_meta(connection, numbers_given=_numbers_given(connection, old))
    if lets_go:
        _forget_typing(connection)
        _carry_log(connection, "device = ? AND record IN (SELECT record FROM main.changes)", old["device"])
    else:
        _carry_log(connection)
        _carry_unheard(connection)
    return sorted(_outbox(connection, old["device"], old["epoch"], past_fork=past_fork))


def _carry_log(connection: Connection, which: str = "1", *of: Id) -> None:
    """What the service has of these changes may be lost with it, and this book then be the only one that has them."""
    connection.exec_driver_sql(
        f"INSERT OR REPLACE INTO older_changes SELECT * FROM old.older_changes WHERE {which}", of
    )
    since = log.base_of(connection, "old.meta").seq
    connection.exec_driver_sql(
        f"INSERT OR REPLACE INTO older_changes ({_OLDER}) SELECT {_OLDER} FROM old.changes "
        f"WHERE seq > ? AND idle <> ? AND {which}",
        (since, HIDDEN, *of),
    )


def _carry_unheard(connection: Connection) -> None:
    """What was sent and not heard of: until its places come, it is nowhere else here."""
    connection.exec_driver_sql(
        f"INSERT OR IGNORE INTO older_changes ({_OLDER}) "
        "SELECT c.device, c.epoch, c.number, 0, c.kind, c.record, ?, c.data, c.link, x'' FROM old.changes c "
        "JOIN chains h ON h.device = c.device AND h.epoch = c.epoch WHERE c.seq IS NULL AND c.number <= h.number",
        (int(Outcome.PENDING),),
    )


def _numbers_given(connection: Connection, old: log.Meta) -> dict[str, int]:
    """The last number of each run that papers bear here: none is given again, though its paper leaves this device."""
    given: dict[str, int] = dict(old.get("numbers_given", {}))
    for (place,) in connection.exec_driver_sql("SELECT place FROM old.places WHERE place LIKE 'number/%'"):
        run, _slash, number = place.rpartition("/")
        if number.isascii() and number.isdigit():
            given[run] = max(given.get(run, 0), int(number))
    return given


def _forget_typing(connection: Connection) -> None:
    """What is being typed names a party by its id or its name: it goes where the new file lacks that party."""
    lost = "SELECT id, name FROM old.parties WHERE id NOT IN (SELECT id FROM main.parties)"
    signs = [
        sign
        for party, name in connection.exec_driver_sql(lost)
        for sign in (party, party.hex().encode(), str(UUID(bytes=party)).encode(), name.encode())
        if sign
    ]
    for place, value in connection.exec_driver_sql("SELECT place, value FROM draft_journal").fetchall():
        if any(sign in value or sign in place.encode() for sign in signs):
            connection.exec_driver_sql("DELETE FROM draft_journal WHERE place = ?", (place,))


def _outbox(connection: Connection, device: Id, present: int, *, past_fork: bool) -> Iterator[log.Entry]:
    """This device's changes beyond what the snapshot has of each of its epochs; its chains go on from there.

    Past a fork an epoch before the `present` one may lack changes that the service has lost and nobody here has: it
    ends before them.
    """
    chains = connection.exec_driver_sql(
        "SELECT epoch, number, link, start FROM old.chains WHERE device = ?", (device,)
    ).fetchall()
    for epoch, number, link, start in chains:
        known, at = log.chain_head(connection, device, epoch)
        if known > number and epoch == present:
            raise Forked(_("Another copy of this book has written under this device's numbers."))
        if not known:  # the file was loaded as this epoch's, which knew of no link to hang on
            log.drop_chain(connection, device, epoch)
        log.keep_chain_head(connection, device, epoch, known, at, start=start)
        at, reached, may_end = at if known else start, known, past_fork and epoch != present
        for entry in _beyond(connection, device, epoch, known):
            if entry.link != chain_link(at, device, epoch, entry.data):
                break
            at, reached = entry.link, entry.number
            yield entry._replace(
                seq=None, outcome=int(Outcome.PENDING), answer=b"", idle=NO_LONGER_HOLDS, undo=None
            )
        if number >= known:
            if at != link and not may_end:
                raise Forked(_("Another copy of this book has used this device's numbers for other changes."))
            log.keep_chain_head(connection, device, epoch, reached, at)


def _beyond(connection: Connection, device: Id, epoch: int, known: int) -> list[log.Entry]:
    """This device's changes of an epoch after a number, with those that were put aside since the order forked beneath
    the base of the book; what the base itself tells of is not among them."""
    sql = f"SELECT {_WAITING} FROM old.changes WHERE device = ? AND epoch = ? AND number > ? AND length(link) > 0"
    found = {row[3]: log.Entry(*row) for row in connection.exec_driver_sql(sql, (device, epoch, known))}
    aside = (
        "SELECT place, number, data, link FROM old.taken_back WHERE device = ? AND epoch = ? AND number > ?"
    )
    for place, number, data, link in connection.exec_driver_sql(aside, (device, epoch, known)):
        change = decoded_change(data)
        if number in found or change is None:
            continue
        found[number] = log.Entry(
            place - _BEFORE_ALL, device, epoch, number, None, change.kind, change.record, int(Outcome.PENDING),
            NO_LONGER_HOLDS, data, link, b"", None,
        )  # fmt: skip
    return [found[number] for number in sorted(found)]
