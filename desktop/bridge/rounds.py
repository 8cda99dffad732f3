"""Rounds of sync in the window: when the next is due, run beside the GUI, and how sync stands, told as it changes.

The courier is made by the caller; this room knows only that a round is a slow call that answers what it did.
"""

import random
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from core.clock import Clock, india_time
from core.errors import BahiError, Offline
from desktop.ports import Epoch, Runner, SyncState, Touched
from sync.client.cadence import Cadence

_TICK_MS = 500
_UNLOGGED = {"inbox"}


class Done(Protocol):
    """What a round did (sync.client.courier.Round is one)."""

    @property
    def waiting(self) -> int:
        """Changes that still wait here."""
        ...

    @property
    def inbox(self) -> int:
        """Items that need attention."""
        ...


class SyncRounds(QObject):
    """Runs rounds of a shared book at their time and tells how sync stands; does nothing for an unshared one."""

    def __init__(
        self,
        runner: Runner,
        clock: Clock,
        told: Callable[[SyncState], None],
        failed: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._clock = clock
        self._told = told
        self._failed = failed
        self._round: Callable[[], Done] | None = None
        self._cadence = Cadence()
        self._epoch = Epoch()
        self._is_under_way = False
        self._was_offline_since = ""
        self._state = SyncState("local")
        self._elapsed = QElapsedTimer()
        self._elapsed.start()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    @property
    def state(self) -> SyncState:
        """How sync stands."""
        return self._state

    def start(self, run: Callable[[], Done], *, waiting: int) -> None:
        """The book is shared: from now on rounds are run by `run`, the first one at once."""
        self._round = run
        self._tell(SyncState("waiting" if waiting else "syncing", waiting=waiting))
        self._cadence = Cadence().woke(self._now_s())
        self._timer.start()
        self._on_tick()

    def stop(self) -> None:
        """No more rounds; what is under way ends unheard."""
        self._timer.stop()
        self._epoch.turn()
        self._round = None

    def nudge(self) -> None:
        """Somebody pressed the key, or the machine woke: now."""
        self._cadence = self._cadence.woke(self._now_s())
        self._on_tick()

    def heard(self, touched: Touched) -> None:
        """A commit: what was written here waits, and leaves soon. Typing and reading the Inbox are no changes."""
        is_change = touched.origin == "local" and bool(set(touched.records) - _UNLOGGED)
        if self._round is None or not is_change:
            return
        self._cadence = self._cadence.wrote(self._now_s())
        if not self._is_under_way and self._state.kind in ("synced", "waiting"):
            self._tell(SyncState("waiting", waiting=self._state.waiting + 1))

    def _on_tick(self) -> None:
        run = self._round
        if run is None or self._is_under_way or not self._cadence.is_due(self._now_s()):
            return
        self._is_under_way = True
        if self._state.kind != "offline":
            self._tell(SyncState("syncing", waiting=self._state.waiting))
        self._runner.network(run, self._on_done, self._on_failed, epoch=self._epoch)

    def _on_done(self, done: Done) -> None:
        self._is_under_way = False
        self._was_offline_since = ""
        self._cadence = self._cadence.succeeded(self._now_s(), random.random)
        if done.inbox:
            self._tell(SyncState("attention", self._time(), done.waiting, done.inbox))
        elif done.waiting:
            self._tell(SyncState("waiting", waiting=done.waiting))
        else:
            self._tell(SyncState("synced", self._time()))

    def _on_failed(self, error: Exception) -> None:
        self._is_under_way = False
        self._cadence = self._cadence.failed(self._now_s(), random.random)
        if isinstance(error, Offline):
            self._was_offline_since = self._was_offline_since or self._time()
            self._tell(SyncState("offline", self._was_offline_since, self._state.waiting))
            return
        self._tell(SyncState("attention", self._time(), self._state.waiting, 1))
        if isinstance(error, BahiError):
            self._failed(error)

    def _tell(self, state: SyncState) -> None:
        self._state = state
        self._told(state)

    def _time(self) -> str:
        return india_time(self._clock.now_us()).strftime("%H:%M")

    def _now_s(self) -> float:
        return self._elapsed.elapsed() / 1000
