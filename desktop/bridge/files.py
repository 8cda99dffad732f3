"""Attachments of the open book: sealing, writing, fetching, all beside the window."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.clock import today
from core.errors import BahiError
from core.words import translate as _
from desktop.bridge.line import Line
from desktop.ports import Failed, Runner

if TYPE_CHECKING:
    from core.attachments.queries import AttachmentRow
    from core.attachments.vault import Sealed
    from core.book import Book


class BookFiles:
    """The proofs of one book (desktop.ports.Files)."""

    def __init__(self, book: "Book", runner: Runner, line: Line) -> None:
        self._book = book
        self._runner = runner
        self._line = line

    def add(self, about: bytes, file: Path, done: Callable[[], None], failed: Failed) -> None:
        """Seal a file, then attach it to a record."""
        from core.attachments.commands import attach

        def write(sealed: "Sealed") -> None:
            command = partial(
                attach, about=about, sealed=sealed, name=file.name, today=today(self._book.clock)
            )
            self._runner.write(_("Attach a file"), command, lambda _attachment: done(), failed)

        self._runner.network(partial(self._sealed, file), write, failed)

    def look(self, row: "AttachmentRow", shown: Callable[[bytes | None], None], failed: Failed) -> None:
        """The bytes of an attachment, from the vault or the service."""
        self._runner.network(partial(self._bytes, row), shown, failed)

    def _sealed(self, file: Path) -> "Sealed":
        from core.attachments.rules import SIZE_BYTES_MAX
        from core.attachments.vault import Vault
        from sync.client.tenant_key import ring_of

        try:
            with file.open("rb") as opened:
                data = opened.read(SIZE_BYTES_MAX + 1)
        except OSError as error:
            raise BahiError(
                _("The file could not be read: {reason}").format(reason=error.strerror)
            ) from error
        return Vault(self._book.path).seal(data, ring_of(self._book), name=file.name)

    def _bytes(self, row: "AttachmentRow") -> bytes | None:
        from sync.client.attachments import bytes_of

        return bytes_of(self._book, self._line.session, row)
