"""What Settings can do with the book as a whole: share, back up, prove. Slow verbs, off the GUI thread."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.ids import id_text
from desktop.screens.settings.staff_office import StaffOffice

if TYPE_CHECKING:
    from core.book import Book, Proof


@dataclass(frozen=True, slots=True)
class BookFacts:
    """Which book this is, and how it stands with a service (empty `server`: it is not shared)."""

    path: Path
    device_code: str
    user: str
    role: str
    server: str
    business: str = ""
    device: str = ""


class Office:
    """The verbs; each may raise a BahiError. `passphrase` serves where the machine has no keyring."""

    def __init__(
        self, book: "Book", passphrase: str, on_shared: Callable[[], None], facts_folder: Path
    ) -> None:
        self.facts_folder = facts_folder
        self._book = book
        self._passphrase = passphrase
        self.on_shared = on_shared
        self.people = StaffOffice(book, passphrase)

    def facts(self) -> BookFacts:
        """Read from the book; quick."""
        kept = self._book.facts()
        server = kept.get("server", "") if kept.get("shared") else ""
        business = id_text(kept["tenant"]) if server else ""
        return BookFacts(
            self._book.path,
            kept["code"],
            kept["user"],
            kept["role"],
            server,
            business,
            id_text(kept["device"]),
        )

    def share(self, url: str, code: str, told: Callable[[int, int], None]) -> None:
        """Found the company at a service from this book, and send everything; a company that its service has
        forgotten, there again."""
        from sync.client.enrol import share
        from sync.client.transport import HttpTransport

        with closing(HttpTransport(self.facts().server or url)) as transport:
            share(
                self._book, url, code, passphrase=self._passphrase or None, transport=transport,
                progress=lambda step: told(step.sent, step.waiting),
            )  # fmt: skip

    def backup(self, target: Path) -> int:
        """Write a backup, proved by reading it back; answers its size in bytes."""
        self._book.backup(target)
        return target.stat().st_size

    def verify(self) -> "Proof":
        """Prove the file, the chain of changes and every row."""
        return self._book.verify()
