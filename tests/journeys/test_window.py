"""The real program in a process of its own, on a virtual screen, worked by the names a screen reader hears."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageGrab

from core.book import Book
from core.clock import SystemClock
from core.company.queries import company
from core.parties.queries import parties_by_name
from tests.core.books import PASSPHRASE, a_book

_SCREEN = "1440x900x24"
_BUS = Path("/usr/libexec/at-spi-bus-launcher")
_DRIVER = Path(__file__).with_name("at_spi.py")
_SYSTEM_PYTHON = "/usr/bin/python3"
SHOTS = Path(__file__).parents[2] / "build" / "screens"


def _can_drive() -> bool:
    tools = all(shutil.which(tool) for tool in ("Xvfb", "dbus-run-session", "xdotool"))
    asked = [_SYSTEM_PYTHON, "-c", "import gi; gi.require_version('Atspi', '2.0')"]
    return tools and _BUS.exists() and subprocess.run(asked, capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(
        "CI" not in os.environ and not _can_drive(), reason="needs Xvfb, dbus and the accessibility bus"
    ),
]


class Screen:
    """A virtual screen with a session and an accessibility bus of its own."""

    def __init__(self, home: Path) -> None:
        self._home = home
        run = home / "run"
        run.mkdir(mode=0o700)
        self.display = _free_display()
        self._xvfb = subprocess.Popen(
            ["Xvfb", self.display, "-screen", "0", _SCREEN, "-nolisten", "tcp"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.environment = {
            **os.environ,
            "HOME": str(home), "DISPLAY": self.display, "XDG_RUNTIME_DIR": str(run),
            "XDG_CONFIG_HOME": str(home / "config"), "XDG_STATE_HOME": str(home / "state"),
            "QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }  # fmt: skip
        daemon = ["dbus-daemon", "--session", "--print-address", "--nofork"]
        self._bus = subprocess.Popen(
            daemon, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=self.environment
        )
        assert self._bus.stdout is not None
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._bus.stdout.readline().strip()
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": self.environment}
        self._spi = subprocess.Popen([str(_BUS), "--launch-immediately"], **quiet)  # type: ignore[call-overload]
        self._started: list[subprocess.Popen[str]] = []
        self._driver: subprocess.Popen[str] | None = None

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start the program."""
        command = [sys.executable, "-W", "ignore", "-m", "desktop", *arguments]
        process = subprocess.Popen(command, env=self.environment, stderr=subprocess.PIPE, text=True)
        self._started.append(process)
        return process

    def ask(self, *words: str) -> Any:
        """Let the driver do something by name."""
        if self._driver is None:
            self._driver = subprocess.Popen(
                [_SYSTEM_PYTHON, str(_DRIVER)], env=self.environment, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        assert self._driver.stdin is not None
        assert self._driver.stdout is not None
        self._driver.stdin.write(json.dumps(words) + "\n")
        self._driver.stdin.flush()
        answer = json.loads(self._driver.stdout.readline())
        if "error" in answer:
            self.shot("window_failed")
            raise AssertionError(answer["error"])
        return answer["said"]

    def keys(self, *keys: str) -> None:
        """Press real keys on the screen."""
        for key in keys:
            subprocess.run(["xdotool", "key", key], env=self.environment, check=True)
            time.sleep(0.15)

    def type(self, text: str) -> None:
        """Type real letters."""
        subprocess.run(["xdotool", "type", "--delay", "15", text], env=self.environment, check=True)
        time.sleep(0.2)

    def focus_window(self) -> None:
        """Give the window the keys; there is no window manager that would."""
        asked = ["xdotool", "search", "--onlyvisible", "--name", "Bahi"]
        for _turn in range(50):
            found = subprocess.run(asked, env=self.environment, capture_output=True, text=True, check=False)
            if found.stdout.strip():
                window = found.stdout.split()[0]
                subprocess.run(
                    ["xdotool", "windowfocus", "--sync", window], env=self.environment, check=False
                )
                return
            time.sleep(0.1)
        raise AssertionError("no window came")

    def shot(self, name: str) -> None:
        """Keep a picture of the screen."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        ImageGrab.grab(xdisplay=self.display).save(SHOTS / f"{name}.png")

    def close(self) -> None:
        """End all that was started."""
        for process in self._started:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=15)
        for helper in (self._driver, self._spi, self._bus, self._xvfb):
            if helper is not None:
                helper.terminate()
                helper.wait(10)
        for stream in (self._bus.stdout, *(_streams(self._driver))):
            if stream is not None:
                stream.close()


@pytest.fixture(name="screen")
def _screen(tmp_path: Path) -> Iterator[Screen]:
    home = tmp_path / "home"
    home.mkdir()
    screen = Screen(home)
    try:
        yield screen
    finally:
        screen.close()


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    """A book under a passphrase, closed."""
    with a_book(tmp_path, clock=SystemClock()) as book:  # type: ignore[arg-type]
        return book.path


def test_a_party_is_entered_by_name_and_the_book_has_it(screen: Screen, path: Path) -> None:
    program = screen.start(str(path))
    screen.focus_window()
    screen.ask("wait", "Passphrase")
    screen.focus_window()
    screen.ask("focus", "Passphrase")
    screen.type(PASSPHRASE)
    screen.ask("press", "Open the book")
    assert screen.ask("wait", "Make your first invoice")
    screen.shot("window_today")
    screen.ask("press", "Enter a customer")
    screen.ask("wait", "Name")
    screen.ask("focus", "Name")
    screen.type("Ramesh & Sons")
    screen.shot("window_party")
    screen.keys("ctrl+Return")
    _until(lambda: screen.ask("names") and "Ramesh & Sons" in " ".join(screen.ask("names")))
    screen.shot("window_saved")
    program.send_signal(signal.SIGTERM)
    program.wait(15)
    assert program.returncode == 0

    with Book.open(path, passphrase=PASSPHRASE, read_only=True) as book:
        names = [row.name for row in book.read(parties_by_name).rows]
        assert names == ["Ramesh & Sons"]
        assert book.read(company).trade_name == "Nandi Instruments"


def test_a_passphrase_from_the_environment_opens_the_book_at_once(screen: Screen, path: Path) -> None:
    screen.environment["BAHI_PASSPHRASE"] = PASSPHRASE
    screen.start(str(path))
    assert screen.ask("wait", "Make your first invoice")


def test_a_second_start_brings_the_first_window_forward(screen: Screen, path: Path) -> None:
    first = screen.start()
    screen.ask("wait", "Make a new book")
    second = screen.start(str(path))
    assert second.wait(15) == 0
    assert first.poll() is None
    screen.ask("wait", "Passphrase")  # the first window opens what the second was to open


def test_writing_subcommands_are_handed_to_the_window(screen: Screen, path: Path) -> None:
    """The program as people start it: what would write is run by the window, what reads is answered beside it."""
    screen.start(str(path))
    screen.ask("wait", "Passphrase")
    screen.focus_window()
    screen.ask("focus", "Passphrase")
    screen.type(PASSPHRASE)
    screen.ask("press", "Open the book")
    screen.ask("wait", "Make your first invoice")
    environment = {**screen.environment, "BAHI_PASSPHRASE": PASSPHRASE}
    for name, key in (("remind", "reminders"), ("worklist", "[]")):
        command = [sys.executable, "-m", "desktop", name, str(path), "--on", "2026-11-20", "--json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert key in done.stdout


def _until(holds: Any, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return
        time.sleep(0.2)
    raise AssertionError("it did not come to be so")


def _free_display() -> str:
    taken = {file.name.removeprefix("X") for file in Path("/tmp/.X11-unix").glob("X*")}
    return next(f":{number}" for number in range(90, 200) if str(number) not in taken)


def _streams(process: "subprocess.Popen[str] | None") -> list[Any]:
    return [] if process is None else [process.stdin, process.stdout]
