"""Measures how long a window takes to show a book: in processes of its own, so that no Qt is loaded here."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROUNDS = 5
_CACHES = Path("/proc/sys/vm/drop_caches")
_TIMEOUT_SECONDS = 60

_SHOW_BOOK = """
import gc; gc.disable()  # as desktop/__main__.py does
import sys, time
from pathlib import Path
from PySide6.QtWidgets import QApplication
from core.clock import SystemClock
from desktop import theme
from desktop.app import Root
from desktop.bridge import FileMemory
app = QApplication(["bahi"])
theme.apply(app, "light")
root = Root(app, SystemClock(), FileMemory(Path(sys.argv[2])))
root.window.show()
app.processEvents()
from core.book import Book
root.show_book(Book.open(Path(sys.argv[1]), passphrase=sys.stdin.readline().rstrip()))
for _turn in range(20):
    app.processEvents()
print(time.perf_counter())
root.window.close()
"""
_SHOW_NOTHING = """
import time
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(["bahi"])
window = QMainWindow()
window.show()
for _turn in range(20):
    app.processEvents()
print(time.perf_counter())
"""


class Start(NamedTuple):
    """Seconds to a window with the book, and to a bare window; None where not measured."""

    window: float | None
    bare: float | None


def warm_seconds(book: Path, passphrase: str) -> Start:
    """The median of several starts, after one that warms the caches."""
    _run(_SHOW_BOOK, book, passphrase)
    _run(_SHOW_NOTHING, book, passphrase)
    shown = [_run(_SHOW_BOOK, book, passphrase) for _n in range(ROUNDS)]
    bare = [_run(_SHOW_NOTHING, book, passphrase) for _n in range(ROUNDS)]
    return Start(statistics.median(shown), statistics.median(bare))


def cold_seconds(book: Path, passphrase: str) -> Start:
    """One start each with an empty page cache; nothing where this user may not empty it."""
    if not _drop_caches():
        return Start(None, None)
    shown = _run(_SHOW_BOOK, book, passphrase)
    _drop_caches()
    return Start(shown, _run(_SHOW_NOTHING, book, passphrase))


def _drop_caches() -> bool:
    try:
        os.sync()
        _CACHES.write_text("3\n")
    except (OSError, AttributeError):
        return False
    return True


def _run(program: str, book: Path, passphrase: str) -> float:
    """Seconds from the start of the process; its clock and ours are one (a monotonic clock of the machine)."""
    with tempfile.TemporaryDirectory(prefix="bahi-window-") as home:
        places = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), home)
        # as an installed program has them, also where this Python keeps none
        compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(book.parent / "compiled")}
        screen = {} if _has_screen() else {"QT_QPA_PLATFORM": "offscreen"}
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", program, str(book), str(Path(home) / "window.json")],
            input=passphrase + "\n", capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False,
            env={**os.environ, **places, **compiled, **screen},
        )  # fmt: skip
    if done.returncode != 0 or not done.stdout.strip():
        raise OSError(f"the window did not start: {done.stderr.strip()[-400:]}")
    return float(done.stdout.split()[-1]) - start


def _has_screen() -> bool:
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
