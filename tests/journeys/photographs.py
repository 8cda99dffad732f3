"""Photographs of the real window on a book, every screen in light and some in dark: for the day, README and eyes."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication
from sqlalchemy.engine import Connection

from core.clock import SystemClock
from desktop import theme
from desktop.app import Root
from desktop.bridge import FileMemory

SIZE = (1440, 900)
SETTLE_SECONDS = 0.9


def photograph(book_path: Path, folder: Path, passphrase: str) -> list[Path]:
    """Open the window on the book and leave a PNG of each screen in the folder; answers the files."""
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(["bahi"])
    assert isinstance(app, QApplication)
    memory = FileMemory(folder / "window.json")
    theme.apply(app, "light")
    root = Root(app, SystemClock(), memory)
    book = root.shelf.open(book_path, passphrase=passphrase)
    shown = book.read(_worth_showing)
    root.window.resize(*SIZE)
    root.window.show()
    root.show_book(book)
    taken: list[Path] = []
    for look in ("light", "dark"):
        root.window.use_theme(look)
        for name, go in _places(root.window, shown):
            try:
                go()
            except KeyError:
                continue
            _settle(app)
            target = folder / f"{name}-{look}.png"
            if not root.window.grab().save(str(target)):
                raise SystemExit(f"{target} could not be written")
            taken.append(target)
    root.window.close()
    _settle(app, 0.2)
    memory_file = folder / "window.json"
    memory_file.unlink(missing_ok=True)
    return taken


def _places(window: Any, shown: dict[str, bytes]) -> list[tuple[str, Callable[[], None]]]:
    def at(screen: str, record: bytes | None = None, page: str = "") -> Callable[[], None]:
        return lambda: window.go(screen, record=record, page=page)

    screens = (
        "today",
        "invoices",
        "contracts",
        "parties",
        "receipts",
        "bank",
        "collections",
        "statements",
        "gst",
        "tds",
        "inbox",
        "settings",
    )
    records = [
        ("document", at("invoices", shown["document"])),
        ("editor", at("invoices", shown["draft"], "draft")),
        ("contract", at("contracts", shown["contract"])),
        ("party", at("parties", shown["party"])),
        ("cheques", at("receipts", page="cheques")),
        ("how-they-pay", at("statements", page="behaviour")),
    ]
    return [*((name, at(name)) for name in screens), *records]


def _worth_showing(read: Connection) -> dict[str, bytes]:
    """A record of each kind that has something to show."""

    def first(sql: str) -> bytes:
        return bytes(read.exec_driver_sql(sql).scalar_one())

    return {
        "document": first("SELECT id FROM documents WHERE type = 'INV' ORDER BY dated_on DESC, id LIMIT 1"),
        "draft": first("SELECT id FROM drafts ORDER BY id LIMIT 1"),
        "contract": first("SELECT id FROM contracts ORDER BY id LIMIT 1"),
        "party": first(
            "SELECT party FROM open_items WHERE open_paise > 0 AND side = 'due' "
            "GROUP BY party ORDER BY count(*) DESC LIMIT 1"
        ),
    }


def _settle(app: QApplication, seconds: float = SETTLE_SECONDS) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        app.processEvents()
        time.sleep(0.01)


if __name__ == "__main__":
    photograph(Path(sys.argv[1]), Path(sys.argv[2]), os.environ["BAHI_PASSPHRASE"])
