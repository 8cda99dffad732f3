"""Settings by keys alone: bank details kept, dark and Hindi at once, the book proved, shared and joined for real."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from core.book import Book, waiting_to_sync
from core.clock import FixedClock, SystemClock
from core.company.queries import company
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import party_by_code
from core.words import current_language
from desktop import theme
from desktop.screens.first_run.view import FirstRunView
from desktop.screens.settings.view import SettingsView
from tests.core.books import PASSPHRASE, TODAY, a_book
from tests.journeys.counter import accessible_names
from tests.journeys.program import Program, the_program


@pytest.fixture(name="clock")
def _clock() -> FixedClock:
    return FixedClock.on(TODAY)


@pytest.fixture(name="book")
def _book(tmp_path: Path, clock: FixedClock) -> Iterator[Book]:
    with a_book(tmp_path, clock=clock) as book:
        yield book


def view(program: Program) -> SettingsView:
    found = program.window.view()
    assert isinstance(found, SettingsView)
    return found


@pytest.mark.journey
def test_bank_details_are_kept_by_keys_alone(qapp: QApplication, book: Book, clock: FixedClock) -> None:
    with the_program(qapp, clock) as program:
        program.root.show_book(book)
        program.settle()
        program.press("Alt+9")
        program.shot("settings_company")
        assert accessible_names(program.window) == []
        program.press("Down", "Return")
        program.press("Ctrl+A")
        program.fill("Canara Bank")
        program.press("Ctrl+A")
        program.fill("77001", "CNRB0000001")
        program.press("Ctrl+Return")
        kept = book.read(company)
        assert (kept.bank.name, kept.bank.account, kept.bank.ifsc) == ("Canara Bank", "77001", "CNRB0000001")
        assert kept.bank.upi_id == "nandi@okbank", "what was not touched stays"
        assert "Saved" in program.window.notifier.texts()
        program.shot("settings_papers")
        program.window.go("settings", page="company")
        program.press("Return", "Down")
        program.window.view().company.field("trade_name").setFocus()
        program.press("Ctrl+A")
        program.type("Nandi Works")
        program.press("Ctrl+Return")
        program.until(lambda: program.window.windowTitle() == "Nandi Works · Bahi")
        program.press("Esc")
        assert program.focus().accessibleName() or program.focus().property("part") == "place"


@pytest.mark.journey
def test_dark_and_hindi_come_at_once(qapp: QApplication, book: Book, clock: FixedClock) -> None:
    with the_program(qapp, clock) as program:
        program.root.show_book(book)
        program.settle()
        program.window.go("settings", page="look")
        program.press("Return", "Right", "Right", "Space")
        assert theme.current() == "dark"
        assert program.root.appearance() == "dark"
        program.shot("settings_look")
        program.press("Tab", "Right", "Space")
        program.until(lambda: current_language() == "hi")
        program.settle()
        assert program.window.here is not None
        assert program.window.here.screen == "settings", "one stays where one was"
        program.window.go("today")
        program.shot("today_hindi")


@pytest.mark.journey
def test_the_book_is_proved_while_one_works(qapp: QApplication, book: Book, clock: FixedClock) -> None:
    with the_program(qapp, clock, look="dark", size=(1180, 720)) as program:
        program.root.show_book(book)
        program.settle()
        program.window.go("settings", page="backup")
        program.press("Tab", "Space")
        program.until(lambda: view(program).safety.result().startswith("Proved"))
        program.shot("settings_proof")


@pytest.mark.journey
def test_a_service_out_of_reach_keeps_what_was_typed(
    qapp: QApplication, book: Book, clock: FixedClock
) -> None:
    with the_program(qapp, clock) as program:
        program.root.show_book(book)
        program.settle()
        program.press("Ctrl+Shift+S")
        form = view(program).devices.form
        program.fill("http://127.0.0.1:9", "ABCDE-FGHJK")
        program.until(lambda: bool(form.banner.text()))
        assert form.value("server") == "http://127.0.0.1:9"
        program.shot("settings_offline")


@pytest.fixture(name="service")
def _service(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A real service in a process of its own: its address and its founding code."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    database = f"sqlite:///{tmp_path}/service.db"
    command = [sys.executable, "-m", "desktop", "serve", "--database", database, "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        code = re.search(r"code: (\S+)", process.stdout.readline())
        assert code is not None
        process.stdout.readline()
        for _turn in range(100):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield f"http://127.0.0.1:{port}", code[1]
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.mark.processes
def test_a_book_is_shared_and_joined_and_both_agree(
    qapp: QApplication, tmp_path: Path, service: tuple[str, str]
) -> None:
    server, code = service
    clock = SystemClock()
    with a_book(tmp_path, clock=clock) as made:  # type: ignore[arg-type]
        path = made.path
    with the_program(qapp, clock) as first:
        first.root.start(path)
        first.until(lambda: first.window.findChild(FirstRunView) is not None)
        first.fill(PASSPHRASE, "")
        first.until(lambda: first.root.open_book is not None)
        first.press("Ctrl+Shift+S")
        first.fill(server, code)
        first.until(lambda: view(first).devices.invite.isVisible())
        first.until(lambda: sync_kind(first) == "synced")
        view(first).devices.invite.setFocus()
        first.press("Space")
        first.until(lambda: bool(view(first).devices.code()))
        first.shot("settings_invited")
        first.book.write("Party", lambda work: save_party(work, Party(code="RAVI", name="Ravi Stores")))

        with the_program(qapp, clock) as second:
            second.root.start(None)
            second.press("Down", "Down", "Return")
            second.fill(server, view(first).devices.code())
            second.press("Ctrl+A")
            second.fill("Ravi")
            second.press("Ctrl+A")
            second.fill(str(tmp_path / "second.bahi"), PASSPHRASE)
            second.type(PASSPHRASE)
            second.press("Ctrl+Return")
            page = second.window.findChild(FirstRunView)
            assert page is not None
            second.until(lambda: bool(page.code.code()))
            second.press("Space", "Return")
            second.until(lambda: second.root.open_book is not None)

            first.until(lambda: first_is_empty(first))
            second.press("Ctrl+Shift+S")
            second.until(lambda: second.book.read(lambda read: party_by_code(read, "RAVI")) is not None)
            second.until(lambda: sync_kind(second) == "synced")
            second.shot("synced")
            assert first.book.verify().digest == second.book.verify().digest


def sync_kind(program: Program) -> str:
    assert program.root.open_book is not None
    rounds = program.root.open_book.rounds
    return "" if rounds is None else rounds.state.kind


def first_is_empty(program: Program) -> bool:
    return sync_kind(program) == "synced" and program.book.read(waiting_to_sync) == 0


@pytest.mark.journey
def test_the_law_in_force_is_shown(qapp: QApplication, book: Book, clock: FixedClock) -> None:
    with the_program(qapp, clock) as program:
        program.root.show_book(book)
        program.settle()
        program.window.go("settings", page="law")
        program.until(lambda: "GST" in " ".join(name for name, _told in view(program).law.facts()))
        assert accessible_names(program.window) == []
        program.shot("settings_law")
        program.press("Return")
        assert program.focus() is view(program).law.choose
