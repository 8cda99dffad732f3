"""Taking bills along: asked of the service while online; what it answers is kept, to be looked at on the way."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from core.book import Book
from core.ids import Id
from core.store import log
from core.words import translate as _
from sync.client.courier import courier_of
from sync.client.session import Session
from sync.protocol.messages import AskCheckOuts, CheckIn, CheckOut, CheckOuts, TakenBill

_META = "check_outs"


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


@contextmanager
def way_of(book: Book, *, passphrase: str | None = None) -> Iterator[Session]:
    """The way to a shared book's service. Raises `RuleBroken` (NOT_SHARED, DEVICE_KEY), `KeyMissing`, `WrongKey`."""
    courier = courier_of(book, passphrase=passphrase)
    try:
        yield courier.session
    finally:
        courier.close()


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
    """What was out when the service was last asked, without what has run out since."""
    kept: list[Any] = log.read_meta(read).get(_META, [])
    rows = [msgspec.convert(row, OutRow, strict=False) for row in kept]
    return [row for row in rows if row.until_us > now_us]


def _kept(book: Book, told: CheckOuts) -> Taken:
    rows = [OutRow(row.bill, row.device, row.user, row.paise, row.until_us) for row in told.rows]
    book.write(_("Sync"), lambda work: work.note(**{_META: [list(row) for row in rows]}))
    return Taken(rows, tuple(told.refused))
