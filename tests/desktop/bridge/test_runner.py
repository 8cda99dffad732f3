"""The runner: work off the GUI thread, answers on it, stale ones dropped, errors delivered, writes in order."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.errors import Offline
from desktop.bridge import RunNow, ThreadRunner
from desktop.ports import Epoch, Runner


class FakeBook:
    """Answers questions with its own name; runs commands at once."""

    def read(self, question: Callable[[Any], Any]) -> Any:
        return question("reader")

    def write(self, label: str, command: Callable[[Any], Any]) -> Any:
        return command(label)


class Heard:
    """What came back, and on which thread."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.errors: list[Exception] = []
        self.threads: set[int] = set()

    def then(self, answer: Any) -> None:
        self.answers.append(answer)
        self.threads.add(threading.get_ident())

    def failed(self, error: Exception) -> None:
        self.errors.append(error)
        self.threads.add(threading.get_ident())


@pytest.fixture
def strays() -> tuple[list[Exception], list[Exception]]:
    """Errors nobody waited for, and crashes."""
    return [], []


@pytest.fixture
def runner(qtbot, strays) -> Iterator[ThreadRunner]:
    made = ThreadRunner(FakeBook(), on_error=strays[0].append, on_crash=strays[1].append)
    yield made
    assert made.close()


def settled(qtbot, runner: ThreadRunner) -> None:
    qtbot.waitUntil(lambda: runner.under_way == 0, timeout=5_000)


def test_answers_come_back_on_the_gui_thread_and_work_runs_elsewhere(qtbot, runner):
    heard, worked = Heard(), set()

    def question(reader: str) -> str:
        worked.add(threading.get_ident())
        return reader

    runner.read(question, heard.then)
    runner.write("Issue", lambda work: worked.add(threading.get_ident()) or work, heard.then)
    runner.network(lambda: worked.add(threading.get_ident()) or "net", heard.then)
    settled(qtbot, runner)
    assert sorted(heard.answers) == ["Issue", "net", "reader"]
    assert heard.threads == {threading.get_ident()}
    assert threading.get_ident() not in worked


def test_writes_keep_their_order(qtbot, runner):
    heard = Heard()
    for number in range(200):
        runner.write("w", lambda _work, number=number: number, heard.then)
    settled(qtbot, runner)
    assert heard.answers == list(range(200))


def test_answers_of_an_older_turn_are_dropped_good_or_bad(qtbot, runner):
    heard, epoch, gate = Heard(), Epoch(), threading.Event()

    def slow(_reader: object) -> str:
        gate.wait(5)
        return "old"

    def slow_failure(_reader: object) -> str:
        gate.wait(5)
        raise Offline("old")

    runner.read(slow, heard.then, heard.failed, epoch=epoch)
    runner.read(slow_failure, heard.then, heard.failed, epoch=epoch)
    epoch.turn()
    runner.read(lambda _reader: "new", heard.then, heard.failed, epoch=epoch)
    gate.set()
    settled(qtbot, runner)
    assert (heard.answers, heard.errors) == (["new"], [])


def test_a_question_that_is_stale_before_it_starts_is_not_asked(qtbot, runner):
    asked, epoch, gate = [], Epoch(), threading.Event()
    for _reader in range(3):
        runner.read(lambda _reader: gate.wait(5), lambda _answer: None)
    runner.read(asked.append, lambda _answer: None, epoch=epoch)
    epoch.turn()
    gate.set()
    settled(qtbot, runner)
    assert asked == []


def test_errors_of_the_world_reach_whoever_asked_or_the_window(qtbot, runner, strays):
    heard = Heard()

    def fails(*_given: object) -> None:
        raise Offline("No network.")

    runner.network(fails, heard.then, heard.failed)
    runner.network(fails)
    settled(qtbot, runner)
    assert [str(error) for error in heard.errors] == ["No network."]
    assert [str(error) for error in strays[0]] == ["No network."]
    assert strays[1] == []


def test_our_mistakes_always_reach_the_crash_report(qtbot, runner, strays):
    heard = Heard()
    runner.write("w", lambda _work: 1 // 0, heard.then, heard.failed)
    runner.read(lambda _reader: 1 // 0, heard.then)
    settled(qtbot, runner)
    assert [type(error) for error in strays[1]] == [ZeroDivisionError, ZeroDivisionError]
    assert [type(error) for error in heard.errors] == [ZeroDivisionError]
    assert strays[0] == []


def test_closing_waits_for_writes_and_takes_no_more_work(qtbot, strays):
    made = ThreadRunner(FakeBook(), on_error=strays[0].append, on_crash=strays[1].append)
    written, heard = [], Heard()
    for number in range(20):
        made.write("w", lambda _work, number=number: (time.sleep(0.002), written.append(number)), heard.then)
    assert made.close()
    assert written == list(range(20))
    made.write("late", written.append)
    assert len(written) == 20


@pytest.mark.parametrize("kind", ["threads", "now"])
def test_both_runners_keep_one_contract(qtbot, strays, kind):
    book = FakeBook()
    made: Runner = (
        RunNow(book)
        if kind == "now"
        else ThreadRunner(book, on_error=strays[0].append, on_crash=strays[1].append)
    )
    heard = Heard()

    def fails() -> None:
        raise Offline("No network.")

    made.read(lambda reader: reader, heard.then)
    made.write("label", lambda work: work, heard.then)
    made.network(fails, heard.then, heard.failed)
    qtbot.waitUntil(lambda: len(heard.answers) + len(heard.errors) == 3)
    assert sorted(heard.answers) == ["label", "reader"]
    assert [type(error) for error in heard.errors] == [Offline]
    if isinstance(made, ThreadRunner):
        assert made.close()


def test_ten_thousand_answers_arrive_without_a_loss(qtbot, runner):
    heard = Heard()
    for number in range(10_000):
        runner.read(lambda _reader, number=number: number, heard.then)
    qtbot.waitUntil(lambda: runner.under_way == 0, timeout=20_000)
    assert sorted(heard.answers) == list(range(10_000))
