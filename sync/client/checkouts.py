"""Taking bills along: asked of the service while online; what is out is kept, to be looked at on the way.

Every pull says as of which number of what stands beside the order this is known, and is answered anew where that has
changed; so it costs no request of its own.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from core.book import Book
from core.ids import Id
from core.store import log
from core.store.work import Work
from core.words import translate as _
from sync.client.session import Session
from sync.protocol.messages import AskCheckOuts, CheckIn, CheckOut, CheckOuts, TakenBill

_META, _AS_OF = "check_outs", "check_outs_as_of"


class OutRow(NamedTuple):
    """Who has a bill with him: how much of it in paise, and until which instant (UTC microseconds)."""

    bill: Id
    device: Id
    user: str
    paise: int
    until_us: int


class Taken(NamedTuple):
    """Everything that is out now, and the bills that were asked for and not to be had."""

    rows: list[OutRow]
    refused: tuple[Id, ...]


def check_out(book: Book, session: Session, bills: Iterable[Id], *, hours: int = 12) -> Taken:
    """Take all that is open of these bills along. Raises `Offline`, `TurnedAway`."""
    asked = CheckOut(bills=tuple(TakenBill(bill=bill) for bill in bills), hours=hours)
    return _kept(book, session.ask("check_out", asked, CheckOuts))


def check_in(book: Book, session: Session, bills: Iterable[Id] = ()) -> Taken:
    """Give these bills back; all that this device has, when none is named. Raises `Offline`, `TurnedAway`."""
    return _kept(book, session.ask("check_in", CheckIn(bills=tuple(bills)), CheckOuts))


def look(book: Book, session: Session) -> Taken:
    """Ask who has what. Raises `Offline`, `TurnedAway`."""
    return _kept(book, session.ask("check_outs", AskCheckOuts(), CheckOuts))


def last_known(read: Connection, now_us: int) -> list[OutRow]:
    """What was out when the service was last heard, without what has run out since."""
    kept: list[Any] = log.read_meta(read).get(_META, [])
    rows = [msgspec.convert(row, OutRow, strict=False) for row in kept]
    return [row for row in rows if row.until_us > now_us]


def known(meta: log.Meta) -> int:
    """The number of what stands beside the order as of which this book knows what is out; 0 in a new era."""
    era, beside = meta.get(_AS_OF, (0, 0))
    return int(beside) if era == meta["era"] else 0


def keep(book: Book, told: CheckOuts) -> list[OutRow]:
    """Keep what is out now; the screens hear which bills came or went."""
    rows = [OutRow(row.bill, row.device, row.user, row.paise, row.until_us) for row in told.rows]

    def take_in(work: Work) -> None:
        before = {tuple(row) for row in work.meta.get(_META, [])}
        for bill in {row[0] for row in before ^ set(rows)}:
            work.rows.touch("checkouts", bill)
        work.note(**{_META: [list(row) for row in rows], _AS_OF: [work.meta["era"], told.beside]})

    book.write(_("Sync"), take_in)
    return rows


def _kept(book: Book, told: CheckOuts) -> Taken:
    return Taken(keep(book, told), tuple(told.refused))
