"""One round of sync: everything waiting is sent, everything new is taken in, and both sides are compared.

No threads, no sleeping. A round may end anywhere, by an error or a crash: the next one goes on from what both sides
have kept, and sends or fetches at most one page again.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from core.book import Book
from core.changes.answer import Arrived
from core.errors import BahiError, Forked, Offline, ProtocolBroken, RuleBroken
from core.inbox.queries import unread_count
from core.problems import Problem
from core.store import log, retake
from core.words import translate as _
from sync.client import (
    attachments,
    bootstrap,
    checkouts,
    clocks,
    copies,
    older,
    outbox,
    past_fork,
    scopes,
    tenant_key,
    ways,
)
from sync.client.handback import hand_over, meet, tell, waits_for
from sync.client.hearing import Hearing, prove
from sync.client.leaving import leave
from sync.client.mend import compare
from sync.client.people import adopt, as_said
from sync.client.session import ServiceRefused, Session
from sync.client.signer import Signer, kept_signer
from sync.client.transport import HttpTransport, Transport
from sync.protocol import refusals
from sync.protocol.limits import PAGE_BYTES_MAX
from sync.protocol.messages import People, Pull, Pulled, Pushed, entries_of

PAGES_TOGETHER = 16
PAGES_A_STEP = 4
TURNS_MAX = 6
"""So often a round begins again after a refusal that it can answer; another device may be at it meanwhile."""

_PAGE_BYTES_MIN = 4096
_ROUNDS: WeakKeyDictionary[Book, threading.Lock] = WeakKeyDictionary()
"""One round at a time of an open book, whoever asks for it: the window, or a subcommand that it runs for another."""

_log = logging.getLogger(__name__)


class Round(NamedTuple):
    """What one round did: changes sent and received, how many still wait, how many items the Inbox shows; and why some
    wait, in a sentence, where that is not for lack of a way to the service."""

    sent: int
    received: int
    waiting: int
    inbox: int
    note: str = ""


class Progress(NamedTuple):
    """How far a round has come: sent of what waited at its start, and the place reached of the head."""

    sent: int
    waiting: int
    received: int = 0
    head: int = 0


class Courier:
    """Brings one book and its service together, a round at a time."""

    def __init__(self, book: Book, transport: Transport, signer: Signer) -> None:
        meta = book.facts()
        if not meta.get("shared"):
            raise not_shared()
        self._book = book
        self._signer = signer
        self._session = Session(transport, signer, meta["tenant"], meta["device"], schema=book.schema)
        self._answered = 0
        self._unproved: tuple[int, int] | None = None  # epoch and number
        self._sent = self._received = 0
        self._inbox = self._counted_at = -1
        self._page_bytes = PAGE_BYTES_MAX
        self._has_offered_left = self._has_parted = self._has_told = False
        self.progress: Callable[[Progress], None] = lambda _progress: None
        self._one_at_a_time = _ROUNDS.setdefault(book, threading.Lock())

    @property
    def session(self) -> Session:
        """The way to ask the service as this device."""
        return self._session

    @property
    def signer(self) -> Signer:
        """The keys of this device."""
        return self._signer

    def round(self) -> Round:
        """Send all, take in all; a second caller waits for the first. Raises `Offline`, `ServiceRefused` or
        `ProtocolBroken`; what was done until then stays."""
        with self._one_at_a_time:
            self._sent = self._received = 0
            self._has_parted, self._has_told, self._unproved = False, False, None
            copies.become_itself(self._book)
            try:
                note = self._turns()
            except ServiceRefused as refused:
                if refused.code == refusals.REVOKED:
                    leave(self._book, self._session)
                raise
            tenant_key.keep_up(self._book, self._session, self._signer)
            return Round(self._sent, self._received, outbox.waiting(self._book), self._in_inbox(), note)

    def close(self) -> None:
        """Let the connection go."""
        self._session.transport.close()

    def _in_inbox(self) -> int:
        """How many items the Inbox shows: looked for once after each write, since doubles are sought in all masters."""
        turn = self._book.turn
        if turn != self._counted_at:
            self._inbox, self._counted_at = self._book.read(unread_count), turn
        return self._inbox

    def _turns(self) -> str:
        """Send and receive; where the service says no, go the way on and begin again. Answers why changes wait."""
        for _turn in range(TURNS_MAX):
            try:
                note = self._send_all()
                self._take_all_in()
                return note
            except ServiceRefused as refused:
                self._go_on(refused)
            except Forked:
                self._part()
        raise Offline(
            _("The service is being changed right now."),
            remedy=_("Nothing is lost; the next round tries again."),
        )

    def _send_all(self) -> str:
        """Hand over what a restored service has lost, then what waits. Answers why it waits on, if it does."""
        try:
            self._hand_over()
            self._send()
            return ""
        except ServiceRefused as refused:
            if refused.code == refusals.NOT_READY:
                met = meet(self._book, self._session)
                if met.gathering:
                    return waits_for(met.awaited)
            elif ways.step_after(refused.code) is ways.Step.STOP and refused.code not in ways.CLOSED:
                self._receive()
            raise

    def _go_on(self, refused: ServiceRefused) -> None:
        """Do what follows a refusal. Raises it again, with words for a person, where nothing here can."""
        step = ways.step_after(refused.code)
        if step is ways.Step.MEET:
            past_fork.meet(self._book, self._session, self._tell_loaded)
            self._answered = 0
        elif refused.code == refusals.TURNED_AWAY and self._tell_who_is_there():
            return
        elif step is ways.Step.BEGIN_ANEW and not self._has_parted:
            self._part()
        elif step is ways.Step.SMALLER and self._page_bytes > _PAGE_BYTES_MIN:
            self._page_bytes //= 4
        else:
            if step is ways.Step.SMALLER:  # one change alone is too large for the way: what comes is taken in
                self._receive()
            refused.remedy = refused.remedy or ways.remedy(refused.code)
            raise refused

    def _tell_who_is_there(self) -> bool:
        """A restored service knows its own seal on who is there; told once a round, for it may have heard it before."""
        said, self._has_told = None if self._has_told else as_said(self._book.facts()), True
        if said is not None:
            tell(self._session, self._book.facts()["tenant"], said)
        return said is not None

    def _part(self) -> None:
        """Another copy of this book has used its numbers: begin anew, once a round."""
        copies.part(self._book, self._session, self._take_in)
        self._has_parted = True
        self._answered = 0

    def _hand_over(self) -> None:
        """After a fork: what was taken back goes first, in its old order; once a process, what found no place then."""
        if not self._book.read(retake.aside_count):
            return
        hand_over(self._book, self._session)
        if not self._has_offered_left:
            self._has_offered_left = True
            hand_over(self._book, self._session, left=True)

    def _send(self) -> None:
        """Page by page. While the service judges one, the next is made ready and the answers to the last taken in."""
        waiting, hearing = outbox.waiting(self._book), Hearing(self._book)
        parcel = self._parcel(self._answered)
        while parcel is not None:
            with self._session.under_way("push", hearing.push(parcel), Pushed) as reply:
                end = parcel.first + len(parcel.changes)
                last = self._entry_of(parcel.epoch, end - 1)
                following = self._parcel(last)
                hearing.take_in()
                answer = reply()
            if answer.next < parcel.first:
                raise ServiceRefused(refusals.HAND_BACK, _("The service has lost changes of this device."))
            if answer.next == parcel.first:
                raise ProtocolBroken(_("The service took nothing of what was sent."))
            is_as_thought = answer.next == end  # it may have had more already, or have taken less
            if answer.next > end:
                self._unproved = parcel.epoch, answer.next - 1
            self._sent += min(answer.next, end) - parcel.first
            self._answered = last if is_as_thought else self._entry_of(parcel.epoch, answer.next - 1)
            hearing.hear(answer)
            self.progress(Progress(self._sent, waiting))
            parcel = following if is_as_thought else self._parcel(self._answered)
        hearing.take_in()

    def _take_all_in(self) -> None:
        try:
            self._receive()
        except ProtocolBroken:
            if self._unproved is not None:
                prove(self._book, self._session, *self._unproved)
            raise

    def _parcel(self, after_entry: int) -> outbox.Parcel | None:
        return self._book.read(lambda read: outbox.parcel(read, after_entry, self._page_bytes))

    def _entry_of(self, epoch: int, number: int) -> int:
        device = self._book.facts()["device"]
        return self._book.read(lambda read: log.entry_of(read, device, epoch, number))

    def _receive(self) -> None:
        has_loaded = False
        while True:
            meta = self._book.facts()
            waiting = outbox.waiting(self._book)
            entries, answer = self._fetch(meta, waiting)
            if scopes.is_first_told(meta, answer):
                scopes.begin(self._book, answer)
                continue
            if scopes.is_blind(meta, answer) and self._load_anew():
                continue
            clocks.compare(self._book, answer.now_us)
            if bootstrap.is_far(meta["seq"] + waiting, answer.head) and bootstrap.load(
                self._book, self._session, self._tell_loaded
            ):
                self._answered, has_loaded = 0, True
                continue
            if entries:
                self._take_in(entries, scopes.cursor(meta, answer, entries))
                self.progress(Progress(0, 0, entries[-1].seq, answer.head))
            self._received += sum(1 for entry in entries if entry.device != meta["device"])
            if not entries or entries[-1].seq >= answer.head:
                if scopes.is_renewed(meta, answer):
                    if self._load_anew():
                        continue
                    return
                compare(self._book, self._session, answer)
                if not has_loaded:  # the person waits for the book first
                    older.fetch(self._book, self._session)
                return

    def _load_anew(self) -> bool:
        """This device is to carry something else: load its book by that, once all that waits is sent."""
        attachments.send_waiting(self._book, self._session)
        if not bootstrap.load(self._book, self._session, self._tell_loaded, anew=True):
            return False
        scopes.let_files_go(self._book)
        self._answered = 0
        return True

    def _tell_loaded(self, done: int, count: int) -> None:
        self.progress(Progress(0, 0, done, count))

    def _fetch(self, meta: log.Meta, waiting: int) -> tuple[list[Arrived], Pulled]:
        """The next pages, a few at once since each commit waits for the disk, and many while changes wait here, since
        each step replays those; one where a snapshot is worth more."""
        together = PAGES_TOGETHER if waiting else PAGES_A_STEP
        entries: list[Arrived] = []
        seq, run, people, beside = meta["seq"], meta["run"], meta.get("people", 0), checkouts.known(meta)
        while True:
            pull = Pull(
                era=meta["era"], seq=seq, run=run, people=people, epoch=meta["epoch"], scope=meta.get("scope", 0),
                beside=beside,
            )  # fmt: skip
            answer = self._session.ask("pull", pull, Pulled)
            if answer.outs is not None:
                beside = answer.outs.beside
                checkouts.keep(self._book, answer.outs)
            if answer.people is not None:
                people = answer.people.version
                self._adopt(answer.people)
            page = _entries(answer)
            entries += page
            together -= 1
            is_far = bootstrap.is_far(meta["seq"] + waiting, answer.head)
            if not page or page[-1].seq >= answer.head or not together or is_far:
                return entries, answer
            seq, run = page[-1].seq, answer.run

    def _take_in(self, entries: list[Arrived], cursor: Mapping[str, Any]) -> None:
        try:
            self._book.apply(entries, cursor)
            return
        except BahiError:
            raise
        except Exception as error:  # noqa: BLE001  one entry that this version stumbles over must not stop sync
            _log.error(
                "a page cannot be applied (%s): its entries are tried one by one", type(error).__name__
            )
        cursor = scopes.without_run(cursor)
        for entry in entries:
            try:
                self._book.apply([entry], cursor)
            except BahiError:
                raise
            except Exception as error:  # noqa: BLE001  as above
                _log.error(
                    "entry %d is shelved (%s) until a version can apply it", entry.seq, type(error).__name__
                )
                self._book.apply([entry], cursor, shelve=True)

    def _adopt(self, people: People) -> None:
        self._book.write(_("Sync"), lambda work: adopt(work, people))


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
    if signer is None or meta.get("binding"):
        raise no_device_key()
    return Courier(book, transport or HttpTransport(meta["server"]), signer)


@contextmanager
def way_of(book: Book, *, passphrase: str | None = None) -> Iterator[Session]:
    """The way to a shared book's service, for a while. Raises as `courier_of` does."""
    courier = courier_of(book, passphrase=passphrase)
    try:
        yield courier.session
    finally:
        courier.close()


def no_device_key() -> RuleBroken:
    """The device's key is gone."""
    return RuleBroken(
        [
            Problem(
                code="DEVICE_KEY",
                message=_("This computer no longer has the key by which the service knows this device."),
                remedy=_(
                    "Nothing is lost. Ask an owner for a code for this device, and enter it here (`bahi bind`)."
                ),
            )
        ]
    )


__all__ = ["Courier", "Round", "courier_of"]
