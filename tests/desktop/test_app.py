"""The composition root: a mistake is shown and survived, books change places, and no screen is said plainly."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.clock import FixedClock
from core.errors import DiskFull
from desktop.screens.first_run.view import FirstRunView
from desktop.shell.sheets import CrashSheet
from tests.core.books import PASSPHRASE, TODAY, a_book
from tests.journeys.program import the_program


@pytest.mark.journey
@pytest.mark.allow_logs
def test_a_mistake_of_ours_is_shown_and_the_window_goes_on(qapp: QApplication, tmp_path: Path) -> None:
    clock = FixedClock.on(TODAY)
    with a_book(tmp_path, clock=clock) as book, the_program(qapp, clock) as program:
        program.root.show_book(book)
        program.settle()
        assert program.root.open_book is not None

        def mistake(_read: object) -> None:
            raise ZeroDivisionError

        program.root.open_book.runner.read(mistake, lambda _none: None)
        program.until(lambda: program.window.findChild(CrashSheet) is not None)
        program.shot("crash")
        sheet = program.window.findChild(CrashSheet)
        assert isinstance(sheet, CrashSheet)
        sheet.accept()
        program.settle()
        assert program.window.isVisible()
        assert not program.root.wants_restart
        program.root.restart()
        assert program.root.wants_restart
        assert program.root.open_book is None, "the book is closed before another start"


@pytest.mark.journey
def test_the_world_saying_no_is_a_toast(qapp: QApplication, tmp_path: Path) -> None:
    clock = FixedClock.on(TODAY)
    with a_book(tmp_path, clock=clock) as book, the_program(qapp, clock) as program:
        program.root.show_book(book)
        program.settle()
        assert program.root.open_book is not None

        def full(_work: object) -> None:
            raise DiskFull("There is no room left.")

        program.root.open_book.runner.write("Save", full)
        program.until(lambda: "There is no room left." in program.window.notifier.texts())


@pytest.mark.journey
def test_another_book_takes_the_place_of_the_first(qapp: QApplication, tmp_path: Path) -> None:
    clock = FixedClock.on(TODAY)
    with a_book(tmp_path, name="first.bahi", clock=clock) as made:
        first = made.path
    with a_book(tmp_path, name="second.bahi", clock=clock) as made:
        second = made.path
    with the_program(qapp, clock) as program:
        for path in (first, second):
            program.root.start(path)
            program.until(lambda: program.window.findChild(FirstRunView) is not None)
            QTest.qWait(10)
            program.fill(PASSPHRASE, "")
            program.until(lambda path=path: program.root.open_book is not None and program.book.path == path)
        assert program.root.recent() == [second, first]
        program.press("Ctrl+O")
        program.until(lambda: program.root.open_book is None)
        program.shot("first_run_recent")
        program.press("Down", "Return")
        program.until(lambda: program.window.focusWidget() is not None)
        program.fill(PASSPHRASE, "")
        program.until(lambda: program.root.open_book is not None and program.book.path == first)
        assert program.root.recent() == [first, second]


@pytest.mark.processes
def test_without_a_screen_it_says_so_and_ends() -> None:
    bare = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    done = subprocess.run(
        [sys.executable, "-m", "desktop"], env=bare, capture_output=True, text=True, check=False
    )
    if sys.platform.startswith("linux"):
        assert done.returncode == 3
        assert "bahi --help" in done.stderr
