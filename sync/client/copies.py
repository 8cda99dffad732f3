"""Copies of a book, as sync meets them: a copy becomes itself before it asks anything, and a fork goes on in peace.

Two copies of one device's book may both have written. The service has the changes of one under their numbers; the
other takes in what both have, and writes what it alone has anew, under an epoch and series of its own.
"""

from collections.abc import Callable

from sqlalchemy.engine import Connection

from core.book import Book
from core.changes.answer import Arrived
from core.changes.change import Outcome
from core.errors import ProtocolBroken
from core.store import log
from core.store.epochs import write_anew
from core.words import translate as _
from sync.client.scopes import cursor, without_run
from sync.client.session import Session
from sync.protocol.messages import Pull, Pulled, entries_of


def become_itself(book: Book) -> None:
    """Let a book that is a copy begin its own epoch now; every other stays as it is."""
    if book.why_copy() is not None:
        book.settle()


def part(book: Book, session: Session, take_in: Callable[[list[Arrived], log.Meta], None]) -> None:
    """Part from the copy that has used this device's numbers: what both have is taken in, the rest written anew.

    `take_in` applies entries, notes the cursor and, where it tells one, checks the running hash after them. May be cut
    off anywhere: the next round begins again. Raises `Offline` or what the service says.
    """
    while True:
        meta = book.facts()
        pull = Pull(
            era=meta["era"], seq=meta["seq"], run=meta["run"], people=meta.get("people", 0),
            scope=meta.get("scope", 0),
        )  # fmt: skip
        answer = session.ask("pull", pull, Pulled)
        try:
            entries = entries_of(answer.page)
        except ValueError as error:
            raise ProtocolBroken(_("The service sent a page that cannot be read.")) from error
        count = book.read(lambda read: _agreed(read, entries))  # noqa: B023  read at once
        if count:
            told = cursor(meta, answer, entries[:count])
            take_in(entries[:count], told if count == len(entries) else without_run(told))
        if count < len(entries) or not entries or entries[-1].seq >= answer.head:
            break
    book.write(_("Sync"), write_anew)


def _agreed(read: Connection, entries: list[Arrived]) -> int:
    """How many entries come before the first that this book has otherwise, or not at all, under its own number."""
    meta = log.read_meta(read)
    for count, entry in enumerate(entries):
        if entry.device != meta["device"]:
            continue
        [*kept] = log.entries_by_author(read, entry.device, entry.epoch, entry.number, entry.number)
        if not kept and entry.epoch == meta["epoch"]:
            return count
        if kept and kept[0].outcome == Outcome.PENDING and kept[0].data != entry.data:
            return count
    return len(entries)
