"""Subcommands taken by a window: only from who has the book's key, one at a time, whatever becomes of who asked."""

import datetime as dt
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Client
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop import handing
from desktop.bridge.taker import Taker
from desktop.handing import Asked

KEY = b"k" * 32


@pytest.fixture
def ran(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator["Ran"]:
    with tempfile.TemporaryDirectory(
        prefix="bahi-"
    ) as folder:  # a socket's path has a hundred letters at most
        monkeypatch.setattr("tempfile.tempdir", folder)
        made = Ran()
        yield made
        made.taker.close()
        assert not Path(handing.address_of(KEY)).exists()


def _is_open() -> bool:
    """Whether somebody listens there; a place that is bound is not open yet."""
    try:
        Client(handing.address_of(KEY)).close()
    except OSError:
        return False
    return True


class Ran:
    """A window that listens, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.done: list[str] = []
        self.may_end = threading.Event()
        self.may_end.set()
        book: Any = SimpleNamespace(key=KEY)
        self._parent = QObject()
        self.taker = Taker(book, self._run, self.done.append, self._parent)
        self.taker.start()

    def _run(self, asked: Asked, _book: Any, tell: Callable[[str, str], None]) -> int:
        self.asked.append(asked)
        tell("out", "said\n")
        assert self.may_end.wait(10)
        return 7

    def until(self, holds: Callable[[], bool]) -> None:
        for _turn in range(1_000):
            if holds():
                return
            QTest.qWait(5)
        raise AssertionError("it did not come to be so")

    @contextmanager
    def caller(self, key: bytes = KEY) -> Iterator[Any]:
        self.until(_is_open)
        with Client(handing.address_of(KEY)) as connection:
            yield connection if handing.knows(connection, key, is_window=False) else None


def test_it_is_run_and_what_it_says_goes_back(
    ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {
        "book": Path("a.bahi"), "files": [Path("x.json"), Path("-")], "on": dt.date(2026, 4, 1), "yes": True,
        "group": ("a", "b"), "hours": 3, "none": None,
    }  # fmt: skip
    with ran.caller() as connection:
        connection.send_bytes(handing.packed(Asked("issue", given, "secret")))
        assert [connection.recv_bytes(), connection.recv_bytes()] == [b'["out", "said\\n"]', b'["exit", 7]']
    assert ran.asked == [
        Asked(
            "issue",
            {
                **given, "book": tmp_path / "a.bahi", "files": [tmp_path / "x.json", Path("-")], "group": ["a", "b"],
            },
            "secret",
        )
    ]  # fmt: skip
    ran.until(lambda: ran.done == ["issue"])
    with pytest.raises(TypeError):
        handing.packed(Asked("issue", {"book": object()}, None))


def test_who_has_another_key_is_not_heard(ran: Ran) -> None:
    with ran.caller(b"x" * 32) as nobody:
        assert nobody is None
    with ran.caller() as connection, pytest.raises((EOFError, OSError)):
        asks(connection, b"x" * (handing.ASKED_BYTES_MAX + 1))
    assert ran.asked == []


def asks(connection: Any, data: bytes) -> bytes:
    """Ask, and hear the first that is said."""
    connection.send_bytes(data)
    said: bytes = connection.recv_bytes()
    return said


def test_who_goes_meanwhile_leaves_it_to_its_end_and_the_next_one_is_taken(ran: Ran) -> None:
    ran.may_end.clear()
    with ran.caller() as connection:
        connection.send_bytes(handing.packed(Asked("sync", {}, None)))
        connection.recv_bytes()
    ran.may_end.set()
    ran.until(lambda: ran.done == ["sync"])
    with ran.caller() as connection:
        connection.send_bytes(handing.packed(Asked("remind", {}, None)))
        connection.recv_bytes()
        assert connection.recv_bytes() == b'["exit", 7]'
