"""Our own mistakes: caught wherever they surface, written down discreetly, shown once.

By then the transaction has rolled back: nothing half done is in the book.
"""

import logging
import platform
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal

from core.clock import Clock, india_time
from desktop.bridge.logs import discreet_trace

_log = logging.getLogger(__name__)
_KEPT = 10


@dataclass(frozen=True, slots=True)
class CrashReport:
    """What went wrong without names or amounts; `file` is where it was written, None if that failed too."""

    kind: str
    text: str
    file: Path | None


class CrashReporter(QObject):
    """Takes unexpected exceptions from any thread, writes each to a file and shows it on the GUI thread."""

    _caught = Signal(object)

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        show: Callable[[CrashReport], None],
        *,
        version: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder = folder
        self._clock = clock
        self._show = show
        self._version = version
        self._caught.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Hear of exceptions nobody caught, on the GUI thread and on all others."""
        sys.excepthook = self._hook
        threading.excepthook = lambda told: self._hook(told.exc_type, told.exc_value, told.exc_traceback)

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def report(self, error: BaseException) -> None:
        """Write a report of an exception and show it soon; may be called on any thread."""
        text = self._text(error)
        _log.error("a mistake of ours was caught: %s", type(error).__name__, exc_info=error)
        self._caught.emit(CrashReport(type(error).__name__, text, self._written(text)))

    def _hook(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        self.report(error)

    def _tell(self, report: CrashReport) -> None:
        self._show(report)

    def _text(self, error: BaseException) -> str:
        when = india_time(self._clock.now_us()).strftime("%d-%m-%Y %H:%M")
        machine = f"{platform.system()} {platform.release()} · Python {platform.python_version()}"
        return f"Bahi {self._version} · {machine}\n{when}\n\n{discreet_trace(error)}\n"

    def _written(self, text: str) -> Path | None:
        file = self._folder / f"crash-{self._clock.now_us()}.txt"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            for old in sorted(self._folder.glob("crash-*.txt"))[:-_KEPT]:
                old.unlink()
        except OSError:
            return None
        return file
