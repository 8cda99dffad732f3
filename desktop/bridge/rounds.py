"""Rounds of sync in the window: when the next is due, run beside the GUI, and how sync stands, told as it changes.

The courier is made by the caller; this room knows only that a round is a slow call that answers what it did.
"""

import random
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from core.clock import Clock, india_time
from core.errors import BahiError, Offline
from desktop.ports import Epoch, RoundTold, Runner, SyncState, Touched
from sync.client.cadence import Cadence
from sync.client.session import Busy

_TICK_MS = 500
_SLEPT_US = 30_000_000
_ROUNDS_KEPT = 6
_BEYOND = 1 << 62
"""A head that no round reaches: what is to be fetched is not told by how far the order goes."""

_UNLOGGED = {"inbox", "checkouts"}


class Done(Protocol):
    """What a round did (desktop.bridge.line.Done is one)."""

    @property
    def waiting(self) -> int:
        """Changes that still wait here."""
        ...

    @property
    def inbox(self) -> int:
        """Items that need attention."""
        ...

    @property
    def reached(self) -> int:
        """The place in the order that it reached."""
        ...

    @property
    def sent(self) -> int:
        """Changes sent."""
        ...

    @property
    def received(self) -> int:
        """Changes of others taken in."""
        ...

    @property
    def note(self) -> str:
        """Why some wait, where that is not for lack of a way."""
        ...


class Step(Protocol):
    """How far a round has come (sync.client.courier.Progress is one)."""

    @property
    def sent(self) -> int:
        """Sent of what waited when the round began."""
        ...

    @property
    def waiting(self) -> int:
        """What waited then."""
        ...

    @property
    def received(self) -> int:
        """The place in the order that is reached."""
        ...

    @property
    def head(self) -> int:
        """How far the order goes."""
        ...


class SyncRounds(QObject):
    """Runs rounds of a shared book at their time and tells how sync stands; does nothing for an unshared one.

    `head_moved`, `stirred` and `progress` may be called from any thread.
    """

    _head_was_told = Signal(object)
    _step_was_told = Signal(object)

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
        self._head = 0
        self._reached = 0
        self._told_of = ""
        self._ticked_us = 0
        self._state = SyncState("local")
        self._rounds: deque[RoundTold] = deque(maxlen=_ROUNDS_KEPT)
        self._head_was_told.connect(self._on_head)
        self._step_was_told.connect(self._on_step)
        self._elapsed = QElapsedTimer()
        self._elapsed.start()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    @property
    def state(self) -> SyncState:
        """How sync stands."""
        return self._state

    @property
    def rounds(self) -> Sequence[RoundTold]:
        """The last rounds, newest first."""
        return tuple(self._rounds)

    @property
    def due_in_s(self) -> float:
        """Seconds until the next round; 0 when it is due."""
        return max(0.0, self._cadence.due_at_s - self._now_s())

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

    def head_moved(self, seq: int) -> None:
        """The order goes so far now: what is new is fetched at once."""
        self._head_was_told.emit(seq)

    def stirred(self) -> None:
        """Something beside the order has changed, such as what is taken along: it is fetched at once."""
        self._head_was_told.emit(None)

    def progress(self, step: Step) -> None:
        """The round under way has come so far."""
        self._step_was_told.emit(step)

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
        self._notice_sleep()
        if run is None or self._is_under_way or not self._cadence.is_due(self._now_s()):
            return
        self._is_under_way = True
        self._head = (
            0  # what is heard from now on may be news that this round misses; nothing else asks for another
        )
        if self._state.kind != "offline":
            self._tell(SyncState("syncing", waiting=self._state.waiting))
        self._runner.network(run, self._on_done, self._on_failed, epoch=self._epoch)

    def _notice_sleep(self) -> None:
        """A machine that slept finds its connections dead and much news: it does not wait out the old times."""
        now_us = self._clock.now_us()
        if self._ticked_us and now_us - self._ticked_us > _SLEPT_US:
            self._cadence = self._cadence.woke(self._now_s())
        self._ticked_us = now_us

    def _on_head(self, seq: int | None) -> None:
        self._head = max(self._head, _BEYOND if seq is None else seq)
        if self._head > self._reached:
            self._fetch_soon()

    def _fetch_soon(self) -> None:
        self._cadence = self._cadence.woke(self._now_s())
        if self._round is not None:
            self._on_tick()

    def _on_step(self, step: Step) -> None:
        if self._is_under_way and self._round is not None and self._state.kind in ("syncing", "offline"):
            state = SyncState(
                "syncing", waiting=step.waiting, sent=step.sent, received=step.received, head=step.head
            )
            self._tell(state)

    def _on_done(self, done: Done) -> None:
        self._is_under_way = False
        self._was_offline_since = self._told_of = ""
        self._reached = done.reached
        self._rounds.appendleft(RoundTold(self._time(), done.sent, done.received, done.note))
        self._cadence = self._cadence.succeeded(self._now_s(), random.random)
        self._tell_done(done)
        if self._head > self._reached:
            self._fetch_soon()

    def _tell_done(self, done: Done) -> None:
        if done.inbox:
            self._tell(SyncState("attention", self._time(), done.waiting, done.inbox, why=done.note))
        elif done.waiting:
            self._tell(SyncState("waiting", waiting=done.waiting, why=done.note))
        else:
            self._tell(SyncState("synced", self._time()))

    def _on_failed(self, error: Exception) -> None:
        self._is_under_way = False
        at_least_s = error.retry_after_s if isinstance(error, Busy) else 0.0
        self._cadence = self._cadence.failed(self._now_s(), random.random, at_least_s=at_least_s)
        why = _why(error)
        self._rounds.appendleft(RoundTold(self._time(), note=why, is_failed=True))
        if isinstance(error, Offline):
            self._was_offline_since = self._was_offline_since or self._time()
            self._tell(SyncState("offline", self._was_offline_since, self._state.waiting, why=why))
            return
        self._tell(SyncState("attention", self._time(), self._state.waiting, 1, why=why))
        if isinstance(error, BahiError) and str(error) != self._told_of:
            self._told_of = str(error)
            self._failed(error)

    def _tell(self, state: SyncState) -> None:
        self._state = state
        self._told(state)

    def _time(self) -> str:
        return india_time(self._clock.now_us()).strftime("%H:%M")

    def _now_s(self) -> float:
        return self._elapsed.elapsed() / 1000


def _why(error: Exception) -> str:
    """An error in a sentence, with what to do; a mistake of ours is told by the report of the crash."""
    return str(error) if isinstance(error, BahiError) else ""
