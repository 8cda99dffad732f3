"""The end of this device: what it still holds is laid down for the owners, then every key of the book is destroyed.

It is the last thing a revoked device does. An owner's device has signed its end: a stranger on the way cannot end it.
"""

import os
from typing import Any, NoReturn

import msgspec
from sqlalchemy.engine import Connection

from core.book import Book, series_of
from core.errors import Ended, TurnedAway
from core.ids import Id, RandomBytes
from core.store import keys, log
from core.store.epochs import copies
from core.words import translate as _
from sync.client import outbox
from sync.client.sealing import KEY_BYTES, lock, seal_to
from sync.client.session import Session
from sync.client.signer import is_signed
from sync.protocol.limits import SERIES_MAX
from sync.protocol.messages import Box, Deposit, Deposited, DeviceRow
from sync.protocol.messages.deposits import Laid
from sync.protocol.notices import LOST, notice_to_sign
from sync.protocol.packing import pack

_ID_BYTES = 16


class Laying(msgspec.Struct, frozen=True, array_like=True):
    """A deposit that is being laid down: its id and key, and the entries of the log between which it lies."""

    deposit: bytes
    key: bytes
    after: int
    upto: int


def leave(book: Book, session: Session, random: RandomBytes = os.urandom) -> NoReturn:
    """Lay down what waits, then end this device; at once where an owner said it is lost. Raises `Ended` when done.

    Cut off anywhere, it goes on where it stopped. Raises `TurnedAway`, with nothing destroyed, where no owner known
    here has signed; `Offline` while the deposit is not acknowledged.
    """
    laid = 0
    while True:
        laying = _laying(book, random)
        told = session.ask("deposit", Deposit(deposit=laying.deposit), Deposited)
        _check_notice(book, session, told)
        if told.ending == LOST:
            break
        waiting = book.read(lambda read: _waiting(read, laying))  # noqa: B023  read at once
        if waiting and not told.is_whole:
            told = _lay_down(book, session, laying, told, waiting, random)
        elif not waiting:
            session.ask("deposit", Deposit(deposit=laying.deposit, is_last=True), Deposited)
        laid += waiting
        if not book.read(lambda read: log.pending(read, after_entry=laying.upto, limit=1)):  # noqa: B023  as above
            break
        _begin(book, laying.upto, random)  # something was written meanwhile: it goes too
    keys.destroy_keys(book.path)
    raise _ended(told.ending == LOST, laid)


def purpose_of(deposit: bytes) -> str:
    """What the pages and keys of a deposit are sealed for."""
    return f"bahi 1 deposit {deposit.hex()}"


def _laying(book: Book, random: RandomBytes) -> Laying:
    """The deposit under way, or a new one that holds all that waits now."""
    kept: Any = book.facts().get("laying")
    return Laying(*kept) if kept else _begin(book, 0, random)


def _begin(book: Book, after: int, random: RandomBytes) -> Laying:
    """A deposit of all that waits after an entry; its id and key are kept before anything of it is sent."""
    waiting = book.read(lambda read: log.pending_before(read, 1 << 62, 1))
    upto = waiting[0].entry if waiting else 0
    laying = Laying(random(_ID_BYTES), random(KEY_BYTES), after, upto)
    book.write(_("Sync"), lambda work: work.note(laying=msgspec.structs.astuple(laying)))
    return laying


def _lay_down(
    book: Book, session: Session, laying: Laying, told: Deposited, changes: int, random: RandomBytes
) -> Deposited:
    """Send the pages that the service does not have yet."""
    purpose, after, page = purpose_of(laying.deposit), laying.after, 0
    while not told.is_whole:
        laid, after, is_last = book.read(lambda read: _page(read, laying.upto, after))  # noqa: B023  read at once
        if page == told.next:
            boxes = [
                Box(device=owner.device, sealed=seal_to(owner.sealing_key, laying.key, purpose, random))
                for owner in told.owners
            ]
            locked = lock(laying.key, page, pack(laid), purpose)
            asked = Deposit(
                deposit=laying.deposit, page=page, locked=locked, is_last=is_last, changes=changes,
                boxes=() if page else tuple(boxes),
            )  # fmt: skip
            told = session.ask("deposit", asked, Deposited)
        page += 1
    return told


def _page(read: Connection, upto: int, after: int) -> tuple[Laid, int, bool]:
    """The page after an entry, the entry it ends with, and whether it is the last; pages always fall alike."""
    parcel = outbox.parcel(read, after, upto=upto)
    assert parcel is not None
    last = parcel.first + len(parcel.changes) - 1
    device = log.read_meta(read)["device"]
    ends = log.entry_of(read, device, parcel.epoch, last)
    return _laid(read, device, parcel), ends, outbox.parcel(read, ends, upto=upto) is None


def _laid(read: Connection, device: Id, parcel: outbox.Parcel) -> Laid:
    """A page with what else is needed where another copy of this book has used its numbers."""
    meta, heads, start = log.read_meta(read), log.confirmed_heads(read, device), parcel.start
    series = [name for copy in copies(read) for name in series_of(copy.code)]
    if parcel.first > 1:
        before = parcel.first - 1
        [*kept] = log.entries_by_author(read, device, parcel.epoch, before, before)
        number, link = heads.get(parcel.epoch, (0, b""))
        start = kept[0].link if kept else link if number == before else b""
    return Laid(
        era=meta["era"], epoch=parcel.epoch, first=parcel.first, changes=parcel.changes, link=parcel.link,
        start=start, series=tuple(series[-SERIES_MAX:]), stood=log.last_confirmed_link(read, device),
        kept=tuple(sorted((epoch, number) for epoch, (number, _link) in heads.items())),
    )  # fmt: skip


def _waiting(read: Connection, laying: Laying) -> int:
    return sum(1 for entry in log.pending(read, after_entry=laying.after) if entry.entry <= laying.upto)


def _check_notice(book: Book, session: Session, told: Deposited) -> None:
    """An owner known here must have signed; one who came since is believed on a connection that proves the service."""
    meta = book.facts()
    rows = msgspec.convert(meta.get("staff", []), list[DeviceRow])
    known = next((row for row in rows if row.device == told.by), None)
    if known is None and session.transport.url.startswith("https://"):
        return
    notice = notice_to_sign(meta["tenant"], meta["device"], told.ending == LOST)
    is_owner = known is not None and known.role == "owner" and known.state != "ended"
    if known is not None and is_owner and is_signed(known.public_key, told.notice, notice):
        return
    raise TurnedAway(
        _("The service says that this device was revoked, but no owner known here has signed that."),
        remedy=_("Nothing is destroyed and nothing is lost. Ask an owner what became of this device."),
    )


def _ended(is_lost: bool, laid: int) -> Ended:
    if is_lost:
        message = _(
            "An owner reported this device as lost. The key of this book on this computer was destroyed."
        )
    elif laid:
        message = _(
            "An owner revoked this device. {count} changes that had not been sent lie sealed with the owners now, and "
            "the key of this book on this computer was destroyed."
        ).format(count=laid)
    else:
        message = _(
            "An owner revoked this device. Everything written here had been sent, and the key of this book on this "
            "computer was destroyed."
        )
    return Ended(message, remedy=_("The file can be deleted: nobody can open it any more."))
