"""One round of sync: everything waiting is sent, everything new is taken in. No threads, no sleeping.

A round may end anywhere, by an error or a crash: the next one goes on from what both sides have kept.
"""

import logging
import threading
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.book import Book
from core.changes.answer import Arrived
from core.errors import BahiError, ProtocolBroken, RuleBroken
from core.inbox.queries import unread_count
from core.problems import Problem
from core.store import log
from core.words import translate as _
from sync.client import outbox, tenant_key
from sync.client.people import adopt
from sync.client.session import Session
from sync.client.signer import Signer, kept_signer
from sync.client.transport import HttpTransport, Transport
from sync.protocol.messages import People, Pull, Pulled, Push, Pushed, entries_of

PAGES_TOGETHER = 16
_log = logging.getLogger(__name__)


class Round(NamedTuple):
    """What one round did: changes sent and received, how many still wait, how many items the Inbox shows."""

    sent: int
    received: int
    waiting: int
    inbox: int


class Courier:
    """Brings one book and its service together, a round at a time."""

    def __init__(self, book: Book, transport: Transport, signer: Signer) -> None:
        meta = book.facts()
        if not meta.get("shared"):
            raise not_shared()
        self._book = book
        self._signer = signer
        self._era: int = meta["era"]
        self._session = Session(transport, signer, meta["tenant"], meta["device"])
        self._answered = 0
        self._one_at_a_time = threading.Lock()

    @property
    def session(self) -> Session:
        """The way to ask the service as this device."""
        return self._session

    def round(self) -> Round:
        """Send all, take in all; a second caller waits for the first.

        Raises `Offline`, `TurnedAway` or `ProtocolBroken`; what was done until then stays.
        """
        with self._one_at_a_time:
            sent = self._send()
            received = self._receive()
            tenant_key.keep_up(self._book, self._session, self._signer)
        return Round(sent, received, outbox.waiting(self._book), self._book.read(unread_count))

    def close(self) -> None:
        """Let the connection go."""
        self._session.transport.close()

    def _send(self) -> int:
        sent = 0
        while True:
            after = self._answered
            parcel = self._book.read(lambda read: outbox.parcel(read, after))  # noqa: B023  read at once
            if parcel is None:
                return sent
            push = Push(era=self._era, **parcel._asdict())
            answer = self._session.ask("push", push, Pushed)
            if answer.next < parcel.first:
                raise ProtocolBroken(
                    _("The service has lost changes of this device that it had confirmed."),
                    remedy=_("Nothing is lost here. Ask whoever runs the service about a restored backup."),
                )
            if answer.next == parcel.first:
                raise ProtocolBroken(_("The service took nothing of what was sent."))
            sent += min(answer.next, parcel.first + len(parcel.changes)) - parcel.first
            self._answered = self._entry_of(parcel.epoch, answer.next - 1)

    def _entry_of(self, epoch: int, number: int) -> int:
        device = self._book.facts()["device"]
        return self._book.read(lambda read: log.entry_of(read, device, epoch, number))

    def _receive(self) -> int:
        received = 0
        while True:
            meta = self._book.facts()
            entries, answer = self._fetch(meta, together=PAGES_TOGETHER if outbox.waiting(self._book) else 1)
            if entries:
                self._take_in(entries, answer.run)
            received += sum(1 for entry in entries if entry.device != meta["device"])
            if not entries or entries[-1].seq >= answer.head:
                self._compare(answer)
                return received

    def _fetch(self, meta: log.Meta, together: int) -> tuple[list[Arrived], Pulled]:
        """The next pages: several at once while changes wait here, since each step replays those."""
        entries: list[Arrived] = []
        seq, run, people = meta["seq"], meta["run"], meta.get("people", 0)
        while True:
            pull = Pull(era=self._era, seq=seq, run=run, people=people, epoch=meta["epoch"])
            answer = self._session.ask("pull", pull, Pulled)
            if answer.people is not None:
                people = answer.people.version
                self._adopt(answer.people)
            page = _entries(answer)
            entries += page
            together -= 1
            if not page or page[-1].seq >= answer.head or not together:
                return entries, answer
            seq, run = page[-1].seq, answer.run

    def _take_in(self, entries: list[Arrived], run: bytes) -> None:
        try:
            self._book.apply(entries, {"era": self._era, "run": run})
            return
        except BahiError:
            raise
        except Exception as error:  # noqa: BLE001  one entry that this version stumbles over must not stop sync
            _log.error(
                "a page cannot be applied (%s): its entries are tried one by one", type(error).__name__
            )
        for entry in entries:
            try:
                self._book.apply([entry], {"era": self._era})
            except BahiError:
                raise
            except Exception as error:  # noqa: BLE001  as above
                _log.error(
                    "entry %d is shelved (%s) until a version can apply it", entry.seq, type(error).__name__
                )
                self._book.apply([entry], {"era": self._era}, shelve=True)

    def _adopt(self, people: People) -> None:
        self._book.write(_("Sync"), lambda work: adopt(work, people))

    def _compare(self, answer: Pulled) -> None:
        """With nothing pending and the whole order taken in, both sides must stand alike."""

        def differs(read: Connection) -> bool:
            meta = log.read_meta(read)
            if meta["seq"] != answer.head or log.pending_count(read) or log.shelved_count(read):
                return False
            return int(meta["digest"], 16) != int(answer.digest, 16)

        if answer.digest and self._book.read(differs):
            raise ProtocolBroken(
                _(
                    "This book and the service agree in the order of changes, and not in what they make of it."
                ),
                remedy=_("Run `bahi verify` on this book, and keep a backup of it."),
            )


def _entries(answer: Pulled) -> list[Arrived]:
    try:
        return entries_of(answer.page)
    except ValueError as error:
        raise ProtocolBroken(_("The service sent a page that cannot be read.")) from error


def not_shared() -> RuleBroken:
    """This book has no service."""
    return RuleBroken(
        [
            Problem(
                code="NOT_SHARED",
                message=_("This book is not shared with a service."),
                remedy=_("Share it with `bahi share`, or join another with `bahi join`."),
            )
        ]
    )


def courier_of(book: Book, *, passphrase: str | None = None, transport: Transport | None = None) -> Courier:
    """The courier of a shared book. Raises `RuleBroken` (NOT_SHARED), `KeyMissing` or `WrongKey`."""
    meta = book.facts()
    if not meta.get("shared"):
        raise not_shared()
    signer = kept_signer(book.path, passphrase)
    if signer is None:
        raise no_device_key()
    return Courier(book, transport or HttpTransport(meta["server"]), signer)


def no_device_key() -> RuleBroken:
    """The device's key is gone."""
    return RuleBroken(
        [
            Problem(
                code="DEVICE_KEY",
                message=_("This computer no longer has the key by which the service knows this device."),
                remedy=_("Nothing is lost. Ask an owner for a code and join as a new device."),
            )
        ]
    )


__all__ = ["Courier", "Round", "courier_of"]
