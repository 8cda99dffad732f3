"""The Runner of the window: three thread pools, one signal back.

Three readers, one writer (so writes keep their order), two for the network. No thread is ever killed.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal

from core.errors import BahiError
from desktop.ports import Epoch, Failed, Reader, Work

T = TypeVar("T")
_log = logging.getLogger(__name__)

_READERS, _WRITERS, _CALLERS = 3, 1, 2


class BookLike(Protocol):
    """The two doors of a book; core.book.Book is one."""

    def read(self, question: Callable[[Reader], T]) -> T:
        """Answer a question from a read connection of this thread."""
        ...

    def write(self, label: str, command: Callable[[Work], T]) -> T:
        """Run a command in one transaction."""
        ...


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who waits for an answer, and since which turn."""

    then: Callable[[Any], None] | None
    failed: Failed | None
    epoch: Epoch | None
    turn: int

    @property
    def is_stale(self) -> bool:
        return self.epoch is not None and self.epoch.now != self.turn


class ThreadRunner(QObject):
    """Keeps the GUI thread free: work runs in pools, answers come back by one queued signal.

    `on_error` shows a BahiError nobody waited for; `on_crash` gets every other exception.
    """

    _answered = Signal(object, object, object)

    def __init__(
        self,
        book: BookLike,
        *,
        on_error: Failed,
        on_crash: Failed,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._book = book
        self._on_error = on_error
        self._on_crash = on_crash
        self._is_open = True
        self._under_way = 0
        self._readers = _pool(self, _READERS)
        self._writers = _pool(self, _WRITERS)
        self._callers = _pool(self, _CALLERS)
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def under_way(self) -> int:
        """How many answers are still to come; for tests and for closing."""
        return self._under_way

    def read(
        self,
        question: Callable[[Reader], T],
        then: Callable[[T], None],
        failed: Failed | None = None,
        *,
        epoch: Epoch | None = None,
    ) -> None:
        """Ask the book on a read thread (desktop.ports.Runner)."""
        self._start(self._readers, partial(self._book.read, question), then, failed, epoch)

    def write(
        self,
        label: str,
        command: Callable[[Work], T],
        then: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Run a command on the writer thread (desktop.ports.Runner)."""
        self._start(self._writers, partial(self._book.write, label, command), then, failed, None)

    def network(
        self,
        task: Callable[[], T],
        then: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        *,
        epoch: Epoch | None = None,
    ) -> None:
        """Run a slow task beside the book (desktop.ports.Runner)."""
        self._start(self._callers, task, then, failed, epoch)

    def close(self, limit_ms: int = 10_000) -> bool:
        """Take no more work and wait for what runs; False if something still runs after the limit.

        Writes asked for before are finished; answers that nobody can take any more are dropped.
        """
        self._is_open = False
        self._readers.clear()
        self._callers.clear()
        waited = [pool.waitForDone(limit_ms) for pool in (self._writers, self._readers, self._callers)]
        return all(waited)

    def _start(
        self,
        pool: QThreadPool,
        work: Callable[[], T],
        then: Callable[[T], None] | None,
        failed: Failed | None,
        epoch: Epoch | None,
    ) -> None:
        if not self._is_open:
            _log.info("work asked for after closing was left undone")
            return
        self._under_way += 1
        pool.start(partial(self._run, work, _Asked(then, failed, epoch, epoch.now if epoch else 0)))

    def _run(self, work: Callable[[], object], asked: _Asked) -> None:
        """On a pool's thread: do the work, send what came of it."""
        answer: object = None
        error: Exception | None = None
        try:
            if not asked.is_stale:
                answer = work()
        except Exception as caught:  # noqa: BLE001  every failure is delivered, none is swallowed
            error = caught
        self._answered.emit(asked, answer, error)

    def _deliver(self, asked: _Asked, answer: object, error: Exception | None) -> None:
        """On the GUI thread: hand the answer to whoever asked, unless it is stale or all is closed."""
        self._under_way -= 1
        if error is not None and not isinstance(error, BahiError):
            self._on_crash(error)
        if asked.is_stale or not self._is_open:
            return
        if error is None:
            if asked.then is not None:
                asked.then(answer)
        elif asked.failed is not None:
            asked.failed(error)
        elif isinstance(error, BahiError):
            self._on_error(error)


class NoBook:
    """Stands where no book is open; only the network pool is used then."""

    def read(self, question: Callable[[Any], Any]) -> Any:
        raise AssertionError("no book is open here")

    def write(self, label: str, command: Callable[[Any], Any]) -> Any:
        raise AssertionError("no book is open here")


def _pool(parent: QObject, threads: int) -> QThreadPool:
    pool = QThreadPool(parent)
    pool.setMaxThreadCount(threads)
    # Threads are kept: each holds its own connection to the book, which is costly to open again.
    pool.setExpiryTimeout(-1)
    return pool
