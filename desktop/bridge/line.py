"""The line to the service of one book: rounds by one courier, and a listener beside it that hears the head move."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from core.book import Book
    from sync.client.courier import Courier, Progress
    from sync.client.session import Session


class Done(NamedTuple):
    """What a round did: changes that still wait, items that need attention, the place in the order it reached, what it
    sent and took in, and why some wait."""

    waiting: int
    inbox: int
    reached: int
    sent: int = 0
    received: int = 0
    note: str = ""


class Line:
    """Made with the book; the courier is made at the first round, in its thread, and kept.

    `head_moved` is given each head that is heard, in the listener's thread, and `stirred` called there when something
    beside the order has changed; `progress` is given each step of a round, in its.
    """

    def __init__(
        self,
        book: "Book",
        passphrase: str,
        *,
        head_moved: Callable[[int], None] = lambda _seq: None,
        progress: Callable[["Progress"], None] = lambda _progress: None,
    ) -> None:
        self.head_moved = head_moved
        self.stirred: Callable[[], None] = lambda: None
        self.progress = progress
        self._book = book
        self._passphrase = passphrase
        self._courier: Courier | None = None
        self._stale: Courier | None = None
        self._over = threading.Event()

    def run(self) -> Done:
        """One round; slow."""
        courier = self._courier or self._begun()
        done = courier.round()
        self._send_files(courier)
        reached = self._book.facts()["seq"]
        return Done(done.waiting, done.inbox, reached, done.sent, done.received, done.note)

    def _begun(self) -> "Courier":
        from sync.client.courier import courier_of

        if self._stale is not None:
            self._stale.close()
            self._stale = None
        courier = courier_of(self._book, passphrase=self._passphrase or None)
        courier.progress = lambda progress: self.progress(progress)
        self._courier = courier
        self._listen(courier)
        return courier

    @property
    def session(self) -> "Session | None":
        """The way to ask the service; None before the first round, and for a book that is not shared."""
        return self._courier.session if self._courier is not None else None

    def _send_files(self, courier: "Courier") -> None:
        """Files go behind the changes: what stops them is told at the next round, by the changes."""
        from core.errors import Offline
        from sync.client.attachments import send_waiting

        try:
            send_waiting(self._book, courier.session)
        except Offline:
            return

    def renew(self) -> None:
        """This device has another key: the next round comes in with it, and so does a listener of its own."""
        self._over.set()
        self._over = threading.Event()
        self._courier, self._stale = None, self._courier

    def close(self) -> None:
        """No more is heard; let the connections go."""
        self._over.set()
        for courier in (self._courier, self._stale):
            if courier is not None:
                courier.close()

    def _listen(self, courier: "Courier") -> None:
        from sync.client.listening import Listener
        from sync.client.transport import HttpTransport

        way = HttpTransport(courier.session.transport.url)
        listener = Listener(
            courier.session,
            way,
            self._heard,
            now_s=time.monotonic,
            random=random.random,
            wait=self._over.wait,
            stirred=self._stir,
        )

        def run() -> None:
            with closing(way):
                listener.run()

        threading.Thread(target=run, name="bahi-events", daemon=True).start()

    def _heard(self, seq: int) -> None:
        if not self._over.is_set():
            self.head_moved(seq)

    def _stir(self) -> None:
        if not self._over.is_set():
            self.stirred()
