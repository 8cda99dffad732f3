"""Rounds of sync in the window: run at their time, told as they stand, quiet when offline, ended when asked."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.clock import FixedClock
from core.errors import Offline, TurnedAway
from desktop.bridge.first_window import FirstWindow
from desktop.bridge.rounds import SyncRounds
from desktop.ports import Epoch, RoundTold, SyncState
from sync.client.session import Busy
from tests.core.books import TODAY


class Round(NamedTuple):
    """What a round did."""

    waiting: int = 0
    inbox: int = 0
    reached: int = 0
    sent: int = 0
    received: int = 0
    note: str = ""


class Step(NamedTuple):
    """How far a round has come."""

    sent: int = 0
    waiting: int = 0
    received: int = 0
    head: int = 0


class Written(NamedTuple):
    """A commit."""

    origin: str
    label: str = "Bill"
    records: tuple[str, ...] = ("invoicing",)


class Later:
    """A runner whose answers come when the test gives them."""

    def __init__(self) -> None:
        self.asked: list[
            tuple[Callable[[], Any], Callable[[Any], None], Callable[[Exception], None], Epoch, int]
        ] = []

    def network(self, task: Any, then: Any = None, failed: Any = None, *, epoch: Any = None) -> None:
        self.asked.append((task, then, failed, epoch, epoch.now))

    def answer(self, error: Exception | None = None) -> None:
        task, then, failed, epoch, turn = self.asked.pop(0)
        if epoch.now != turn:
            return
        if error is not None:
            failed(error)
        else:
            then(task())


class Told:
    """What was told of sync."""

    def __init__(self, _app: QApplication) -> None:
        self.states: list[SyncState] = []
        self.errors: list[Exception] = []
        self.runner = Later()
        self.done = Round()
        self.clock = FixedClock.on(TODAY, 17)
        self.rounds = SyncRounds(self.runner, self.clock, self.states.append, self.errors.append)  # type: ignore[arg-type]

    def start(self) -> None:
        self.rounds.start(lambda: self.done, waiting=0)

    @property
    def kind(self) -> str:
        return self.states[-1].kind


@pytest.fixture(name="told")
def _told(qapp: QApplication) -> Iterator[Told]:
    made = Told(qapp)
    yield made
    made.rounds.stop()
    made.rounds.deleteLater()


def test_the_first_round_runs_at_once_and_is_told(told: Told) -> None:
    told.start()
    assert told.kind == "syncing"
    assert len(told.runner.asked) == 1
    told.runner.answer()
    assert told.states[-1] == SyncState("synced", "17:00")
    told.rounds.nudge()
    assert told.kind == "syncing"
    told.rounds.nudge()
    assert len(told.runner.asked) == 1, "one round at a time"


def test_what_is_written_waits_and_leaves_soon(told: Told) -> None:
    told.start()
    told.runner.answer()
    told.rounds.heard(Written("sync"))  # type: ignore[arg-type]
    told.rounds.heard(Written("local", "Typing", ()))  # type: ignore[arg-type]
    told.rounds.heard(Written("local", "Read", ("inbox",)))  # type: ignore[arg-type]
    assert told.kind == "synced"
    told.rounds.heard(Written("local"))  # type: ignore[arg-type]
    told.rounds.heard(Written("local"))  # type: ignore[arg-type]
    assert told.states[-1] == SyncState("waiting", waiting=2)
    for _turn in range(60):
        QTest.qWait(50)
        if told.runner.asked:
            break
    assert told.runner.asked, "within some seconds it is sent"


def test_offline_is_told_once_since_when_and_never_shouted(told: Told) -> None:
    told.start()
    told.runner.answer(Offline("The service cannot be reached."))
    assert told.states[-1] == SyncState("offline", "17:00", why="The service cannot be reached.")
    told.rounds.nudge()
    assert told.kind == "offline", "no flicker while it tries again"
    told.runner.answer(Offline("The service cannot be reached."))
    assert told.errors == []
    told.rounds.nudge()
    told.runner.answer()
    assert told.kind == "synced"


def test_the_last_rounds_are_remembered_newest_first_with_why_they_ended(told: Told) -> None:
    told.done = Round(sent=3, received=10, note="One waits for an owner.")
    told.start()
    told.runner.answer()
    told.rounds.nudge()
    told.runner.answer(TurnedAway("This device was revoked."))
    assert told.rounds.rounds == (
        RoundTold("17:00", note="This device was revoked.", is_failed=True),
        RoundTold("17:00", 3, 10, "One waits for an owner."),
    )
    assert told.states[-1].why == "This device was revoked."
    for _more in range(20):
        told.rounds.nudge()
        told.runner.answer()
    assert len(told.rounds.rounds) == 6


def test_a_head_that_moved_is_fetched_at_once(told: Told) -> None:
    told.start()
    told.done = Round(reached=7)
    told.runner.answer()
    told.rounds.head_moved(7)
    assert told.runner.asked == [], "that far it has come already"
    told.rounds.head_moved(8)
    assert len(told.runner.asked) == 1
    told.done = Round(reached=8)
    told.runner.answer()
    assert told.runner.asked == []


def test_a_head_heard_during_a_round_that_missed_it_is_fetched_after_it(told: Told) -> None:
    told.start()
    told.rounds.head_moved(5)
    told.done = Round(reached=4)
    told.runner.answer()
    assert len(told.runner.asked) == 1
    told.runner.answer()
    assert told.runner.asked == [], (
        "a head that no round reaches (the service was restored) is no reason to go on"
    )


def test_what_changed_beside_the_order_is_fetched_at_once_and_once(told: Told) -> None:
    told.start()
    told.rounds.stirred()
    told.done = Round(reached=7)
    told.runner.answer()
    assert len(told.runner.asked) == 1, "the round under way may have missed it"
    told.runner.answer()
    assert told.runner.asked == []
    told.rounds.stirred()
    assert len(told.runner.asked) == 1
    told.runner.answer()
    assert told.runner.asked == []


def test_progress_is_told_while_a_round_runs(told: Told) -> None:
    told.start()
    told.rounds.progress(Step(2_000, 9_000))
    assert told.states[-1] == SyncState("syncing", waiting=9_000, sent=2_000)
    told.rounds.progress(Step(0, 0, 500, 9_500))
    assert told.states[-1] == SyncState("syncing", received=500, head=9_500)
    told.runner.answer()
    told.rounds.progress(Step(1, 1))
    assert told.kind == "synced"


def test_a_service_that_asks_for_patience_gets_it(told: Told) -> None:
    told.start()
    told.runner.answer(Busy(900))
    assert told.kind == "offline"
    assert told.rounds.due_in_s >= 899


def test_a_machine_that_slept_asks_at_once(told: Told) -> None:
    told.start()
    told.runner.answer(Busy(900))
    told.clock.move(seconds=3600)
    for _turn in range(40):
        QTest.qWait(50)
        if told.runner.asked:
            break
    assert told.runner.asked


def test_the_same_trouble_is_told_once(told: Told) -> None:
    told.start()
    for _again in range(3):
        told.runner.answer(TurnedAway("This device was revoked."))
        told.rounds.nudge()
    told.runner.answer()
    told.rounds.nudge()
    told.runner.answer(TurnedAway("This device was revoked."))
    assert len(told.errors) == 2


def test_what_needs_a_person_is_told(told: Told) -> None:
    told.done = Round(waiting=1, inbox=3)
    told.start()
    told.runner.answer()
    assert told.states[-1] == SyncState("attention", "17:00", 1, 3)
    told.rounds.nudge()
    told.runner.answer(TurnedAway("This device was revoked."))
    assert told.kind == "attention"
    assert [str(error) for error in told.errors] == ["This device was revoked."]


def test_a_round_under_way_ends_unheard_when_the_book_closes(told: Told) -> None:
    told.start()
    told.rounds.stop()
    before = list(told.states)
    told.runner.answer()
    told.rounds.nudge()
    assert told.states == before
    assert told.runner.asked == []


def test_an_unshared_book_has_no_rounds(told: Told) -> None:
    told.rounds.heard(Written("local"))  # type: ignore[arg-type]
    told.rounds.nudge()
    assert told.states == []
    assert told.rounds.state == SyncState("local")


def test_the_second_window_knocks_and_goes(qapp: QApplication, tmp_path: Any) -> None:
    first, second = FirstWindow(tmp_path), FirstWindow(tmp_path)
    knocks: list[object] = []
    first.raised.connect(knocks.append)
    assert first.claim()
    assert not second.claim()
    assert not second.claim(tmp_path / "नंदी.bahi")
    for _turn in range(50):
        qapp.processEvents()
        if len(knocks) == 2:
            break
        QTest.qWait(10)
    assert knocks == [None, tmp_path / "नंदी.bahi"]
    first.close()
    assert second.claim(), "the name is free when the first has gone"
    second.close()
