"""What this book holds of the order beyond what the service has: handed back as it was, or taken back after a fork.

A service restored from a backup knows less than its devices. Where its log goes on otherwise than this one, what lies
above the last common place is no longer confirmed: this device's own changes wait again under their old numbers, and
all of it is kept aside in its order, to be handed back and judged anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.changes.answer import Arrived
from core.changes.change import CHAIN_START, Outcome, run_hash
from core.ids import Id
from core.store import log
from core.store.confirmed import HIDDEN, decoded_change
from core.store.engine import HAND
from core.store.epochs import renumber_one, write_anew
from core.store.mark import Why
from core.store.replay import replay, start_over
from core.store.work import Work

_RUN_BYTES = 16


class Runs:
    """The running hash at every place in the order that this book can prove, from place `first` to its cursor.

    It begins at the book's base. Where the older log reaches down to a place `since` with the running hash `run`, and
    leads from there to the base, it begins there.
    """

    def __init__(self, read: Connection, since: int = 0, run: bytes = b"") -> None:
        base = log.base_of(read)
        told = bytearray()
        self.first, self._start = base.seq, base.run
        if since < base.seq and _run_on(told, run, _older(read, since, base.seq)) == base.run:
            self.first, self._start = since, run
        else:
            told.clear()
        _run_on(told, base.run, _since(read, base.seq))
        self._told = bytes(told)
        self.last = self.first + len(self._told) // _RUN_BYTES

    def at(self, seq: int) -> bytes | None:
        """The running hash at a place; None where it cannot be told."""
        if seq == self.first:
            return self._start
        place = (seq - self.first) * _RUN_BYTES
        return self._told[place - _RUN_BYTES : place] if self.first < seq <= self.last else None


class OlderRuns(Runs):
    """The same of the older log alone, from the beginning of the order as far as it reaches without a gap."""

    def __init__(self, read: Connection) -> None:
        reached = 0
        for (seq,) in read.exec_driver_sql("SELECT seq FROM older_changes WHERE seq > 0 ORDER BY seq"):
            if seq != reached + 1:
                break
            reached = seq
        told = bytearray()
        _run_on(told, b"", _older(read, 0, reached))
        self.first, self._start, self._told, self.last = 0, b"", bytes(told), reached


_Answered = Iterable[tuple[bytes, int, bytes]]
"""Link, outcome and answer of each entry, in order."""


def _run_on(told: bytearray, run: bytes, entries: _Answered) -> bytes:
    """Tell the running hash after each entry; answers the last."""
    for link, outcome, answer in entries:
        run = run_hash(run, link, Outcome(outcome), answer)
        told += run
    return run


def _since(read: Connection, seq: int) -> _Answered:
    sql = "SELECT link, outcome, answer FROM changes WHERE seq > ? ORDER BY seq"
    return ((row[0], row[1], row[2]) for row in read.exec_driver_sql(sql, (seq,)))


def _older(read: Connection, since: int, upto: int) -> _Answered:
    """The older log between two places; nothing where it has a gap there."""
    where = "FROM older_changes WHERE seq > ? AND seq <= ?"
    (count,) = read.exec_driver_sql(f"SELECT count(*) {where}", (since, upto)).one()
    if count != upto - since:
        return ()
    found = read.exec_driver_sql(f"SELECT link, outcome, answer {where} ORDER BY seq", (since, upto))
    return ((row[0], row[1], row[2]) for row in found)


class Aside(NamedTuple):
    """One entry taken back: where it stood, and what it was."""

    place: int
    device: Id
    epoch: int
    number: int
    data: bytes
    link: bytes
    start: bytes
    is_left: int


_ASIDE = ", ".join(Aside._fields)


def ordered(read: Connection, after_seq: int, limit: int, weight: int) -> list[Arrived]:
    """The next entries after a place as they were answered, each with its data: so many, and of that weight; up to the
    first that this book does not have whole."""
    found: list[Arrived] = []
    for entry in log.ordered_after(read, after_seq):
        if entry.idle == HIDDEN or (found and entry.seq != found[-1].seq + 1):
            break
        weight -= len(entry.data) + len(entry.answer)
        if len(found) == limit or (found and weight < 0):
            break
        found.append(
            Arrived(
                entry.seq or 0, entry.device, entry.epoch, entry.number, Outcome(entry.outcome),
                entry.answer, entry.data, _start(read, entry.device, entry.epoch, entry.number),
            )
        )  # fmt: skip
    return found


def take_back(work: Work, seq: int, run: bytes) -> int:
    """What stands above a place is confirmed no more: keep it aside, and let own changes wait again under their old
    numbers. The cursor is that place then. Answers how many entries were taken back.

    What waits already is kept aside after it: the place that its author saw is one of the old order too.
    """
    read, device = work.read, work.actor.device
    work.flush()
    count = int(read.exec_driver_sql("SELECT count(*) FROM changes WHERE seq > ?", (seq,)).scalar_one())
    before = int(read.exec_driver_sql("SELECT coalesce(max(place), 0) FROM taken_back").scalar_one())
    authors = read.exec_driver_sql(
        "SELECT DISTINCT device, epoch FROM changes WHERE seq > ? AND device <> ?", (seq, device)
    ).fetchall()
    read.exec_driver_sql(
        HAND + f"INSERT INTO taken_back ({_ASIDE}) "
        "SELECT ? + c.seq, c.device, c.epoch, c.number, c.data, c.link, coalesce(h.start, ?), 0 FROM changes c "
        "LEFT JOIN chains h ON h.device = c.device AND h.epoch = c.epoch WHERE c.seq > ? AND c.idle <> ?",
        (before, CHAIN_START, seq, HIDDEN),
    )
    read.exec_driver_sql(
        HAND + f"INSERT INTO taken_back ({_ASIDE}) "
        "SELECT ? + c.entry, c.device, c.epoch, c.number, c.data, c.link, coalesce(h.start, ?), 0 FROM changes c "
        "LEFT JOIN chains h ON h.device = c.device AND h.epoch = c.epoch WHERE c.seq IS NULL",
        (before + work.meta.get("seq", 0), CHAIN_START),
    )
    read.exec_driver_sql(
        HAND + "UPDATE changes SET seq = NULL, outcome = 0, answer = x'', idle = 0, undo = NULL "
        "WHERE seq > ? AND device = ?",
        (seq, device),
    )
    read.exec_driver_sql(HAND + "DELETE FROM changes WHERE seq > ?", (seq,))
    for author in authors:
        _shorten_chain(read, *author)
    work.note(seq=seq, run=run)
    start_over(work)
    replay(work)
    return count


def take_all_back(work: Work, common: int) -> None:
    """The order forked above the place `common`, beneath the base of this book: all that it holds of what came then is
    kept aside, also what it still has of before its base, and what it had sent and not heard of.

    The cursor is the base. Done again, it finds nothing more.
    """
    read, base = work.read, log.base_of(work.read)
    before = int(read.exec_driver_sql("SELECT coalesce(max(place), 0) FROM taken_back").scalar_one())
    read.exec_driver_sql(
        HAND + f"INSERT INTO taken_back ({_ASIDE}) "
        "SELECT ? + c.seq, c.device, c.epoch, c.number, c.data, c.link, coalesce(h.start, ?), 0 FROM older_changes c "
        "LEFT JOIN chains h ON h.device = c.device AND h.epoch = c.epoch WHERE c.seq > ? AND length(c.data) > 0",
        (before, CHAIN_START, common),
    )
    read.exec_driver_sql(  # its own papers that the base has whole: nobody else may have them now
        HAND + f"INSERT OR IGNORE INTO taken_back ({_ASIDE}) "
        "SELECT ? + c.seq, c.device, c.epoch, c.number, c.data, c.link, ?, 0 FROM changes c "
        "WHERE c.device = ? AND c.epoch = ? AND c.seq > ? AND c.seq <= ? AND c.number > 0 AND length(c.data) > 0 "
        "AND (c.device, c.epoch, c.number) NOT IN (SELECT device, epoch, number FROM taken_back)",
        (before, CHAIN_START, work.actor.device, work.meta["epoch"], common, base.seq),
    )
    put_aside(read, log.unheard(read))
    read.exec_driver_sql(HAND + "DELETE FROM older_changes WHERE seq > ? OR seq = 0", (common,))
    if work.meta.get("seq", 0) > base.seq:
        take_back(work, base.seq, base.run)


def write_own_anew(work: Work) -> None:
    """What this device wrote follows on changes of its own that are nowhere any more: write what it has aside, and what
    waits, under the numbers of a new epoch, which hangs on nothing.

    What waits is aside no longer, for the load puts it there as it is then.
    """
    work.read.exec_driver_sql(
        HAND + "DELETE FROM taken_back WHERE (device, epoch, number) IN "
        "(SELECT device, epoch, number FROM changes WHERE seq IS NULL)"
    )
    write_anew(work, Why.LACKING, start=CHAIN_START, first=_renumber_aside)


def _renumber_aside(work: Work) -> None:
    sql = f"SELECT {_ASIDE} FROM taken_back WHERE device = ? AND is_left = 0 ORDER BY place"
    for row in work.read.exec_driver_sql(sql, (work.actor.device,)).fetchall():
        aside = Aside(*row)
        change = decoded_change(aside.data)
        if change is not None:
            entry = log.Entry(
                0, aside.device, aside.epoch, aside.number, None, change.kind, change.record,
                Outcome.PENDING, 0, aside.data, aside.link, b"", None,
            )  # fmt: skip
            now = renumber_one(work, entry)
            work.read.exec_driver_sql(
                HAND
                + "UPDATE taken_back SET epoch = ?, number = ?, data = ?, link = ?, start = ? WHERE place = ?",
                (now.epoch, now.number, now.data, now.link, CHAIN_START, aside.place),
            )


def put_aside(read: Connection, entries: Sequence[log.Entry]) -> None:
    """Keep these of this device aside after everything else, but for those that are there."""
    known = set(map(tuple, read.exec_driver_sql("SELECT device, epoch, number FROM taken_back")))
    last = int(read.exec_driver_sql("SELECT coalesce(max(place), 0) FROM taken_back").scalar_one())
    new = [entry for entry in entries if (entry.device, entry.epoch, entry.number) not in known]
    rows = [
        Aside(last + n, entry.device, entry.epoch, entry.number, entry.data, entry.link,
              log.chain_start(read, entry.device, entry.epoch), 0)
        for n, entry in enumerate(new, 1)
    ]  # fmt: skip
    if rows:
        marks = ", ".join("?" * len(Aside._fields))
        read.exec_driver_sql(
            HAND + f"INSERT INTO taken_back ({_ASIDE}) VALUES ({marks})", list(map(tuple, rows))
        )


def aside(read: Connection, limit: int, weight: int, *, left: bool = False) -> list[Aside]:
    """What waits to be handed back and judged anew, in its old order: so many, and of that weight; each author's
    numbers follow on. With `left`, what found no place at the service."""
    found: list[Aside] = []
    numbers: dict[tuple[Id, int], int] = {}
    sql = f"SELECT {_ASIDE} FROM taken_back WHERE is_left = ? ORDER BY place LIMIT ?"
    for row in read.exec_driver_sql(sql, (int(left), limit)):
        entry = Aside(*row)
        weight -= len(entry.data)
        author = (entry.device, entry.epoch)
        follows = numbers.get(author, entry.number - 1) == entry.number - 1
        if found and (weight < 0 or not follows):
            break
        numbers[author] = entry.number
        found.append(entry)
    return found


def aside_count(read: Connection) -> int:
    """How many entries taken back are still here."""
    return int(read.exec_driver_sql("SELECT count(*) FROM taken_back").scalar_one())


def left_count(read: Connection) -> int:
    """How many changes of before the restore found no place at the service."""
    return int(read.exec_driver_sql("SELECT count(*) FROM taken_back WHERE is_left = 1").scalar_one())


def put_away(work: Work, dealt: Sequence[Aside], left: Sequence[int]) -> None:
    """The service has dealt with these; those it `left` (by their place in the page) stay, unless they wait here."""
    device = work.actor.device
    stay = {dealt[at].place for at in left if at < len(dealt) and dealt[at].device != device}
    read = work.read
    gone = [(entry.place,) for entry in dealt if entry.place not in stay]
    if gone:
        read.exec_driver_sql(HAND + "DELETE FROM taken_back WHERE place = ?", gone)
    if stay:
        sql = HAND + "UPDATE taken_back SET is_left = 1 WHERE place = ?"
        read.exec_driver_sql(sql, [(place,) for place in stay])


def as_arrived(entries: Sequence[Aside]) -> Iterator[Arrived]:
    """Entries taken back, as they travel: the seq is the old one, and there is no answer any more."""
    for entry in entries:
        yield Arrived(
            entry.place,
            entry.device,
            entry.epoch,
            entry.number,
            Outcome.APPLIED,
            b"",
            entry.data,
            entry.start,
        )


def _start(read: Connection, device: Id, epoch: int, number: int) -> bytes:
    return log.chain_start(read, device, epoch) if number == 1 else CHAIN_START


def _shorten_chain(read: Connection, device: Id, epoch: int) -> None:
    """Let another device's chain end at the last change of it that this book still has confirmed."""
    sql = "SELECT number, link FROM changes WHERE device = ? AND epoch = ? AND number > 0 ORDER BY number DESC LIMIT 1"
    row = read.exec_driver_sql(sql, (device, epoch)).fetchone()
    found = (int(row[0]), bytes(row[1])) if row else None
    based = [head for head in log.base_of(read).chains if (head.device, head.epoch) == (device, epoch)]
    if based and (found is None or found[0] < based[0].number):
        found = (based[0].number, based[0].link)
    if found is None:
        read.exec_driver_sql(HAND + "DELETE FROM chains WHERE device = ? AND epoch = ?", (device, epoch))
    else:
        log.keep_chain_head(read, device, epoch, found[0], found[1])
