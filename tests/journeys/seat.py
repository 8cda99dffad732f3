"""The window as a process of its own, with somebody before it who types: told by lines of JSON on standard input.

`python -m tests.journeys.seat BOOK` opens the book as `bahi BOOK` does and says `{"ready": true}`. Each order is a
list: a verb and what it is given; it is answered by one line. The window goes on living between the orders.
"""

import json
import os
import queue
import sys
import threading
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from core.clock import SystemClock
from desktop import theme
from desktop.__main__ import _run_handed
from desktop.bridge import Collector
from desktop.screens.receipts.editor import EntryPage
from tests.core.books import PASSPHRASE
from tests.journeys.program import Program


class Seat:
    """What may be ordered; the names are the verbs."""

    def __init__(self, path: Path) -> None:
        app = QApplication(sys.argv[:1])
        theme.apply(app, "light")
        self._collector = Collector(app)
        self._program = Program(app, SystemClock(), (1440, 900))  # type: ignore[arg-type]
        self._program.root.run_handed = _run_handed
        self._program.root.show_book(self._program.root.shelf.open(path, passphrase=PASSPHRASE))
        self._program.settle()

    def go(self, screen: str, page: str = "") -> None:
        """Go to a screen."""
        self._program.window.go(screen, page=page)

    def press(self, *keys: str) -> None:
        """Press keys."""
        self._program.press(*keys)

    def type(self, text: str) -> None:
        """Type where the focus is."""
        self._program.type(text)

    def words(self) -> str:
        """Every text that is shown."""
        labels = self._program.window.findChildren(QLabel)
        return " | ".join(one.text() for one in labels if one.isVisible())

    def entry(self) -> dict[str, Any]:
        """What stands in the form of a receipt, and beside it."""
        page = self._program.window.findChild(EntryPage)
        assert page is not None
        values, bills = page.values(), page.bills.grid.model
        shown = [[bills.value(row, "number"), bills.value(row, "open")] for row in range(bills.rowCount())]
        party = values["party"]
        return {
            "party": party.text if party else "", "amount": values["amount"], "reference": values["reference"],
            "bills": shown,
        }  # fmt: skip

    def rows(self) -> list[str]:
        """The first column of the list that is shown."""
        page = self._program.window.view()
        model = page.content().table.model
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    def dialog(self) -> str:
        """The dialog that stands over the window; empty where none does."""
        found = QApplication.activeModalWidget()
        return "" if found is None else type(found).__name__

    def sync(self) -> str:
        """How sync stands."""
        opened = self._program.root.open_book
        assert opened is not None
        assert opened.rounds is not None
        return opened.rounds.state.kind

    def shot(self, name: str) -> str:
        """A picture."""
        return str(self._program.shot(name))

    def close(self) -> None:
        """Close the window."""
        self._program.close()
        self._collector.stop()


def main() -> None:
    """Answer each line, and let the window live meanwhile."""
    seat = Seat(Path(sys.argv[1]))
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=lambda: [lines.put(line) for line in sys.stdin], daemon=True).start()
    _say({"ready": True})
    while True:
        QTest.qWait(5)
        try:
            verb, *given = json.loads(lines.get_nowait())
        except queue.Empty:
            continue
        _say(getattr(seat, verb)(*given))
        if verb == "close":
            return


def _say(answer: object) -> None:
    sys.__stdout__.write(json.dumps(answer) + "\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
