"""Loading a book from the service's snapshot: for a device that joins, and one that is too far behind.

Pages come one by one and are kept beside the book, proved by their hashes, so that whatever stops this the next round
goes on. The book is as it was until the loaded file takes its place.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from core.book import Book
from core.changes.image import Row
from core.errors import Forked, ProtocolBroken
from core.store import retake
from core.store.carrying import StillWaiting
from core.store.loading import Snapshot
from core.store.pages import KeptPages, Spoiled
from core.store.wiping import AGREED, HALTED, WipeOut
from core.words import translate as _
from sync.client.session import ServiceRefused, Session
from sync.protocol import refusals
from sync.protocol.limits import SNAPSHOT_WORTH
from sync.protocol.messages import AskSnapshot, AskSnapshotPage, Manifest, SnapshotPage, SnapshotRows
from sync.protocol.messages.snapshots import chain_heads, rows_of
from sync.protocol.packing import Unreadable, plain, read, unpack

_log = logging.getLogger(__name__)
_UNFIT = "unfit_snapshot"
_TRIES = 5

Tell = Callable[[int, int], None]
"""Told how much of how much is done, first of the pages fetched, then of the rows loaded; it may raise to cancel."""


def is_far(seq: int, head: int) -> bool:
    """Whether a device at `seq` is so far behind that a snapshot is worth more than what it would replace."""
    behind = head - seq
    return behind > SNAPSHOT_WORTH and behind * 2 > head


def load(
    book: Book, session: Session, tell: Tell = lambda _done, _count: None, *, anew: bool = False,
    past_fork: int | None = None,
) -> bool:  # fmt: skip
    """Load the book from the service's snapshot; False when it has none that is worth it, or that can be loaded.

    Where the device is to carry other parties than before, it is loaded `anew` whatever it is worth, and not before all
    that waits is sent. With `past_fork` its cursor is of an order that is no more: the service's ends there, the
    snapshot is of no earlier place, and not one record goes unasked.

    Raises what asking raises, and what Book.load raises (WIPE_OUT among it) but `ProtocolBroken`.
    """
    kept = KeptPages(book.path, book.key)
    manifest = _manifest(
        book, session, kept, anew=anew, held=book.facts()["seq"] if past_fork is None else past_fork
    )
    if manifest is None:
        return False
    facts = book.facts()
    try:
        try:
            _fetch(session, kept, manifest, tell)
        except Spoiled:
            kept.begin(plain(manifest))
            _fetch(session, kept, manifest, tell)
        taken_in = partial(
            book.load, _snapshot(session, kept, manifest), era=manifest.era, is_agreed=bool(facts.get(AGREED)),
            past_fork=past_fork is not None, progress=tell,
        )  # fmt: skip
        try:
            taken_in()
        except Forked:
            if past_fork is None:
                raise
            book.write(
                _("Sync"), retake.write_own_anew
            )  # what waits follows on changes that are nowhere any more
            taken_in()
    except StillWaiting:
        return False
    except WipeOut as error:
        _tell_halted(book, error)
        raise
    except ServiceRefused as refused:
        if refused.code != refusals.GONE:
            raise
        kept.discard()
        return False
    except Forked:  # this book parts from the other copy first
        raise
    except ProtocolBroken as error:  # the order itself is there to be pulled
        _log.error("the snapshot at %d cannot be loaded: %s", manifest.seq, error)
        kept.discard()
        book.write(_("Sync"), lambda work: work.note(**{_UNFIT: manifest.seq}))
        return False
    kept.discard()
    if facts.get(AGREED) or facts.get(HALTED):
        book.write(_("Sync"), lambda work: work.note(**{AGREED: False, HALTED: None}))
    return True


def _tell_halted(book: Book, error: WipeOut) -> None:
    """The Inbox asks for a person's word, once for the same loss."""
    known = book.facts().get(HALTED)
    if known is None or (known[0], known[1], *known[3:]) != (error.lost, error.held, error.past_fork):
        told = [error.lost, error.held, book.clock.now_us(), error.past_fork]
        book.write(_("Sync"), lambda work: work.note(**{HALTED: told}))


def _manifest(book: Book, session: Session, kept: KeptPages, *, anew: bool, held: int) -> Manifest | None:
    """The snapshot that was begun, as long as the service has it, else its newest; None when none is worth it."""
    begun = _begun(kept)
    facts = book.facts()
    least = held if anew else held + 1
    seq = begun.seq if begun is not None and begun.seq >= least else 0
    told = session.ask("snapshot", AskSnapshot(held=held, seq=seq, anew=anew), Manifest)
    if not told.seq or told.seq < least or told.seq == facts.get(_UNFIT):
        kept.discard()
        return None
    if begun is None or (begun.seq, begun.pages) != (told.seq, told.pages):
        kept.begin(plain(told))
    return told


def _begun(kept: KeptPages) -> Manifest | None:
    found = kept.manifest()
    try:
        return read(Manifest, found) if found is not None else None
    except Unreadable:
        return None


def _fetch(session: Session, kept: KeptPages, manifest: Manifest, tell: Tell) -> None:
    """Fetch the pages that are not here yet; one that came damaged is asked for again."""
    here = kept.numbers()
    for number, told in enumerate(manifest.pages):
        if number not in here:
            kept.keep(number, _page(session, manifest.seq, number, told))
        tell(number + 1, len(manifest.pages))


def _page(session: Session, seq: int, number: int, told: bytes) -> bytes:
    for _try in range(_TRIES):
        data = session.ask("snapshot_page", AskSnapshotPage(seq=seq, page=number), SnapshotPage).data
        if hashlib.sha256(data).digest() == told:
            return data
    raise ProtocolBroken(_("A page of the service's snapshot is damaged."))


def _snapshot(session: Session, kept: KeptPages, manifest: Manifest) -> Snapshot:
    """What was fetched, page by page; a page that was spoiled where it lay is fetched once more."""

    def pages() -> Iterator[Sequence[Row]]:
        for number, told in enumerate(manifest.pages):
            data = kept.page(number)
            if data is None or hashlib.sha256(data).digest() != told:
                data = _page(session, manifest.seq, number, told)
            yield _rows(data)

    return Snapshot(
        manifest.seq, manifest.run, manifest.digest, chain_heads(manifest), manifest.count, pages, manifest.scope,
        manifest.partial, manifest.older,
    )  # fmt: skip


def _rows(data: bytes) -> list[Row]:
    try:
        return rows_of(unpack(SnapshotRows, data))
    except ValueError as error:  # Unreadable is one
        raise ProtocolBroken(_("The service sent a page that cannot be read.")) from error
