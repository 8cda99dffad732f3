"""The window's composition root: builds the objects, wires them, opens the book, and puts everything away.

The window paints before the book's engine is imported; each screen is imported when it is first shown.
"""

import os
import signal
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_config_path, user_documents_path, user_log_path
from PySide6.QtCore import QObject, QProcess, Qt, QTimer
from PySide6.QtWidgets import QApplication

from core.clock import Clock, SystemClock
from core.version import VERSION
from core.words import translate as _
from core.words import use_language
from desktop import theme
from desktop.bridge import Collector, CrashReport, CrashReporter, FileMemory, ThreadRunner, TouchedHub
from desktop.bridge.along import BookAlong
from desktop.bridge.deposits import BookDeposits
from desktop.bridge.files import BookFiles
from desktop.bridge.first_window import FirstWindow
from desktop.bridge.line import Line
from desktop.bridge.logs import start_logging
from desktop.bridge.runner import NoBook
from desktop.bridge.taken_facts import take_up_facts
from desktop.bridge.taker import Run, Taker
from desktop.folders import facts_folder, marks_folder
from desktop.ports import Action, Desk, SyncState, Touched
from desktop.screens.first_run.books import Books
from desktop.shell import MainWindow, OpenBook, Screen, remembered_language, remembered_theme
from desktop.shell.registry import AHEAD, actions_of, screens_of
from desktop.shell.sync_status import SyncStatus

if TYPE_CHECKING:
    from core.book import Book
    from desktop.bridge.rounds import SyncRounds
    from desktop.screens.first_run.presenter import FirstRun
    from desktop.screens.settings.view import SettingsView

_RECENT = "books.recent"
_RECENT_MAX = 4
_LOOK = "window.theme"
_WORLD_FAILED = 3
_AHEAD_MS = 250


class Root(QObject):
    """Everything that lives as long as the window: one book at a time, and what goes on around it."""

    def __init__(
        self, app: QApplication, clock: Clock, memory: FileMemory, run_handed: Run | None = None
    ) -> None:  # `run_handed` runs a subcommand of the command line on the open book; None: none is taken
        super().__init__()
        self.run_handed = run_handed
        self.app = app
        self.clock = clock
        self.memory = memory
        self.wants_restart = False
        self.window = MainWindow(clock, memory)
        self.crashes = CrashReporter(
            user_log_path("bahi", appauthor=False) / "crashes",
            clock,
            self._show_crash,
            version=VERSION,
            parent=self,
        )
        self.aside = ThreadRunner(
            NoBook(), on_error=self.window.notifier.fail, on_crash=self.crashes.report, parent=self
        )
        self.shelf = Books(clock, marks_folder())
        self.open_book: OpenedBook | None = None
        self._first_run: FirstRun | None = None
        self.window.closing.connect(self.finish)
        self.window.language_changed.connect(self._on_language)
        self.app.styleHints().colorSchemeChanged.connect(lambda _scheme: self.follow_system())

    def start(self, book: Path | None) -> None:
        """Open this book, else the last one, else offer the first run."""
        path = book or next(iter(self.recent()), None)
        if path is None:
            self.show_first_run()
            return
        given = os.environ.get("BAHI_PASSPHRASE", "")  # as for the command line: where there is no keyring
        opened = partial(self.shelf.open, path, passphrase=given)
        self.aside.network(opened, self.show_book, partial(self._not_opened, path))

    def recent(self) -> list[Path]:
        """The books opened last that are still there, newest first."""
        kept = self.memory.recall(_RECENT, [])
        return [Path(one) for one in kept if isinstance(one, str) and Path(one).exists()]

    def show_first_run(self) -> None:
        """Put the book away and show the ways to another."""
        from desktop.screens.first_run import view
        from desktop.screens.first_run.books import user_name

        self.put_book_away()
        page, self._first_run = view.make(
            self.aside,
            self.shelf,
            self.show_book,
            folder=user_documents_path() / "Bahi",
            user=user_name(),
            recent=self.recent(),
        )
        self.window.show_page(page)

    def show_book(self, book: "Book") -> None:
        """Fill the window with a book that is open."""
        self.put_book_away()
        self._first_run = None
        names = [str(book.path), *(str(one) for one in self.recent())]
        self.memory.keep(_RECENT, list(dict.fromkeys(names))[:_RECENT_MAX])
        self.memory.save()
        self.open_book = OpenedBook(self, book)
        self.open_book.show()

    def put_book_away(self) -> None:
        """Finish what is being written and close the book, if one is open."""
        if self.open_book is not None:
            self.window.close_book()
            self.open_book.close()
            self.open_book = None

    def open_again(self) -> None:
        """Fill the window anew with the book that is open: it offers other screens now."""
        if self.open_book is None:
            return
        path = self.open_book.book.path
        opened = partial(self.shelf.open, path, passphrase=self.shelf.passphrase_of(path))
        self.put_book_away()
        self.aside.network(opened, self.show_book, partial(self._not_opened, path))

    def finish(self) -> None:
        """The window goes: nothing asked for is lost."""
        self.put_book_away()
        self.aside.close()
        self.memory.save()

    def come_forward(self, book: Path | None) -> None:
        """A second start: this window is the one, and opens what that start was to open."""
        if book is not None and (self.open_book is None or self.open_book.book.path != book):
            self.start(book)
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    # --- how it looks

    def appearance(self) -> str:
        """What was chosen: "light", "dark" or "system"."""
        return str(self.memory.recall(_LOOK, "system"))

    def use_appearance(self, chosen: str) -> None:
        """Take a look now and for the next start."""
        self.window.use_theme(theme.of_system(self.app) if chosen == "system" else theme.named(chosen))
        self.memory.keep(_LOOK, chosen)

    def speak(self, language: str) -> None:
        """Take a language now and for the next start."""
        self.window.speak(language)

    def follow_system(self) -> None:
        """The system went light or dark."""
        if self.appearance() == "system":
            self.use_appearance("system")

    def restart(self) -> None:
        """Close, and start anew."""
        self.wants_restart = True
        self.window.close()

    def _not_opened(self, path: Path, error: Exception) -> None:
        self.show_first_run()
        if self._first_run is not None:
            self._first_run.not_opened(path, error)

    def _on_language(self, _language: str) -> None:
        if self.open_book is None:
            self.show_first_run()

    def _show_crash(self, report: CrashReport) -> None:
        self.window.show_crash(report, self.restart)


class OpenedBook(QObject):
    """One book in the window: its threads, its hub, its screens and its rounds of sync."""

    def __init__(self, root: Root, book: "Book") -> None:
        super().__init__(root)
        from core.book import carries_all

        self.root = root
        self.book = book
        self.hub = TouchedHub(self)
        self.runner = ThreadRunner(
            book, on_error=root.window.notifier.fail, on_crash=root.crashes.report, parent=self
        )
        book.listeners.append(self.hub.announce)
        window, given = root.window, root.shelf.passphrase_of(book.path)
        self._line = Line(book, given)
        self.desk = Desk(
            self.runner, self.hub, window, window.notifier, window.calendar, root.memory, root.clock,
            BookFiles(book, self.runner, self._line), BookDeposits(book, self.runner, given),
            BookAlong(book, self.runner, given), book.read(carries_all),
        )  # fmt: skip
        self.rounds: SyncRounds | None = None
        self._unread = list(AHEAD)
        self._ahead = QTimer(self)
        self._ahead.timeout.connect(self._read_ahead)
        self.hub.subscribe(self._on_touched)
        self.status = SyncStatus(window, self.runner, self._on_asked, self)
        run = root.run_handed
        self._taker = Taker(book, run, self._on_handed, self) if run else None

    def show(self) -> None:
        """Fill the window; Today comes first."""
        from desktop.shell.search import find

        shown = OpenBook(
            company=self.book.read(_company_name) or self.book.path.stem,
            screens=self._screens,
            actions=self._actions,
            search=find,
        )
        self.root.window.open_book(shown, self.runner)
        self._count_inbox()
        self.look_for_service()
        self._ahead.start(_AHEAD_MS)
        if self._taker is not None:
            self._taker.start()

    def look_for_service(self) -> None:
        """Start rounds of sync when the book is shared; begin them anew when this device has another key."""
        self.status.tell(SyncState("local"))
        facts = self.book.facts()
        if not facts.get("shared"):
            return
        if self.rounds is not None:  # its key was exchanged
            self._line.renew()
            self.rounds.nudge()
            return
        from desktop.bridge.rounds import SyncRounds

        self.rounds = SyncRounds(
            self.runner, self.root.clock, self._on_state, self.root.window.notifier.fail, self
        )
        self.status.rounds = lambda: () if self.rounds is None else self.rounds.rounds
        self.hub.subscribe(self.rounds.heard)
        self._line.head_moved, self._line.progress = self.rounds.head_moved, self.rounds.progress
        self._line.stirred = self.rounds.stirred
        self.rounds.start(self._line.run, waiting=0)

    def on_sync_asked(self) -> None:
        """A round now, or how to share."""
        if self.rounds is None:
            self.root.window.go("settings", page="devices")
        else:
            self.rounds.nudge()

    def _on_state(self, state: SyncState) -> None:
        """Sync stands so now; after a round the device may carry other parties than the window was filled for."""
        from core.book import carries_all

        self.status.tell(state)
        if state.kind in ("synced", "attention"):
            self.runner.read(carries_all, self._on_carried)

    def _on_carried(self, carries_all: bool) -> None:
        if carries_all != self.desk.carries_all:
            self.root.open_again()

    def _on_asked(self, what: str) -> None:
        """What the panel of sync leads to."""
        if what == "inbox":
            self.root.window.go("inbox")
        elif what == "sync":
            self.on_sync_asked()
        else:
            self.root.window.go("settings", page="devices")

    def _on_handed(self, name: str) -> None:
        """The command line has run a subcommand here: what it wrote was heard; how the book is shared is looked at."""
        if self.rounds is None or name == "bind":
            self.look_for_service()
        elif name == "sync":
            self.rounds.nudge()

    def close(self) -> None:
        """Finish the writes under way, then close the file."""
        if self._taker is not None:
            self._taker.close()
        self.status.put_away()
        if self.rounds is not None:
            self.rounds.stop()
        self.runner.close()
        self._line.close()
        self.book.close()
        self.deleteLater()

    def _read_ahead(self) -> None:
        if not self._unread:
            self._ahead.stop()
        else:
            import_module(self._unread.pop(0))

    def _screens(self) -> Sequence[Screen]:
        return screens_of(self.desk, self._settings)

    def _settings(self) -> "SettingsView":
        from desktop.screens.settings.office import Office
        from desktop.screens.settings.view import make

        given = self.root.shelf.passphrase_of(self.book.path)
        office = Office(self.book, given, self.look_for_service, facts_folder())
        return make(self.desk, office, self.root, VERSION, self.on_sync_asked)

    def _actions(self) -> Sequence[Action]:
        own = [
            Action("book.sync", _("Sync now"), self.on_sync_asked, ("Ctrl+Shift+S",), icon="syncing"),
            Action(
                "book.sync_panel", _("How sync stands"), self.status.panel.toggle, ("F12",), icon="synced"
            ),
            Action("book.other", _("Another book"), self.root.show_first_run, ("Ctrl+O",), icon="book"),
        ]
        return [*actions_of(self.desk), *own]

    def _on_touched(self, touched: Touched) -> None:
        if "inbox" in touched.records or touched.origin == "sync":
            self._count_inbox()
        if "company" in touched.records:
            self.runner.read(_company_name, self._show_company)

    def _count_inbox(self) -> None:
        from core.inbox.queries import unread_count

        self.runner.read(unread_count, lambda count: self.root.window.set_badge("inbox", count, "danger"))

    def _show_company(self, name: str) -> None:
        self.root.window.rename(name or self.book.path.stem)


def main(book: Path | None = None, run_handed: Run | None = None) -> int:
    """Open the window; 0 when it was closed, or when another one came forward instead; 3 without a screen."""
    if not _has_screen():
        told = _("There is no screen here. “bahi --help” tells what can be done without one.")
        sys.stderr.write(f"{told}\n")
        return _WORLD_FAILED
    os.environ.setdefault("QT_LOGGING_RULES", "qt.text.font.db=false")
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Bahi")
    app.setDesktopFileName("bahi")
    folder = user_config_path("bahi", appauthor=False)
    first = FirstWindow(folder)
    if not first.claim(book):
        return 0
    log = start_logging(user_log_path("bahi", appauthor=False))
    memory = FileMemory(folder / "window.json")
    use_language(remembered_language(memory))
    theme.apply(app, remembered_theme(memory, theme.of_system(app)))
    root = Root(app, SystemClock(), memory, run_handed)
    first.raised.connect(root.come_forward)
    root.crashes.install()
    collector = Collector(app)
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_told: root.window.close())
    root.window.show()
    app.processEvents()
    take_up_facts(root.window.notifier.fail)
    root.start(book)
    code = app.exec()
    collector.stop()
    root.crashes.uninstall()
    first.close()
    log.close()
    if root.wants_restart:
        QProcess.startDetached(sys.executable, sys.argv if not getattr(sys, "frozen", False) else [])
    return code


def _company_name(read: Any) -> str:
    from core.company.queries import company

    kept = company(read)
    return kept.trade_name or kept.legal_name


def _has_screen() -> bool:
    return sys.platform != "linux" or any(
        map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    )
