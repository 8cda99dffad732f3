"""One process at a time writes a book: a lock of the operating system on NAME.bahi.lock.

Taken before anything of the book is read, held until it is closed; the system frees it when a process dies.
"""

import errno
import json
import os
import platform
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from core.errors import BookError, InUse
from core.store.files import beside
from core.store.trouble import explained
from core.words import translate as _

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LARGEST_BYTES = 4096
_LOCKED_BYTE = 1 << 20  # Windows keeps a locked byte from readers too: lock one far behind the text
_REFUSED = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
_NETWORK_KINDS = ("nfs", "cifs", "smb", "afs", "ncp", "coda", "davfs", "fuse.sshfs", "fuse.rclone")
_REMOTE_DRIVE = 4


class NetworkFolder(BookError):
    """The book lies on another computer, where a lock keeps nobody out."""


class BookLock:
    """The right to write a book, as a context manager; `acquire` and `release` for longer lives.

    InUse names the process that has it, in this program or another; ReadOnly when the folder may not be
    written; NetworkFolder when the folder is another computer's (found out on Linux and Windows only).
    """

    def __init__(self, book: Path) -> None:
        self._book = book
        self._handle: int | None = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    @property
    def held(self) -> bool:
        """Whether this lock is held now."""
        return self._handle is not None

    def acquire(self) -> None:
        """Take the lock now or raise; never waits."""
        if self._handle is not None:
            raise AssertionError("this lock is held already")
        path = beside(self._book, ".lock")
        with explained(path):
            if is_network_folder(path.parent):
                raise NetworkFolder(
                    _("The folder {folder} lies on another computer.").format(folder=path.parent),
                    remedy=_("Move the book to a disk of this computer; sync brings it to the others."),
                )
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
            os.truncate(handle, 0)
            os.write(handle, json.dumps({"pid": os.getpid(), "host": platform.node()}).encode())
        except OSError as error:
            os.close(handle)
            if error.errno in _REFUSED:
                raise self._in_use() from None
            with explained(path):
                raise
        self._handle = handle

    def release(self) -> None:
        """Give the lock back; does nothing when it is not held. The file stays: removing it would race."""
        if self._handle is None:
            return
        handle, self._handle = self._handle, None
        os.truncate(handle, 0)
        os.close(handle)  # the system frees the lock with the file

    def _in_use(self) -> InUse:
        pid, host = holder(self._book)
        if pid is None:
            message = _("The book {name} is open in another process.").format(name=self._book.name)
        else:
            message = _("The book {name} is open in process {pid} on {host}.").format(
                name=self._book.name, pid=pid, host=host
            )
        return InUse(message, remedy=_("Close it there, then try again. Reading is possible meanwhile."))


def holder(book: Path) -> tuple[int | None, str]:
    """Process number and computer of whoever holds the lock, as he wrote them; (None, "") when unknown."""
    try:
        with beside(book, ".lock").open("rb") as file:
            written = json.loads(file.read(_LARGEST_BYTES))
        return int(written["pid"]), str(written["host"])
    except (OSError, ValueError, KeyError, TypeError):
        return None, ""


def is_network_folder(folder: Path) -> bool:
    """Whether a folder is known to lie on another computer; False where the system does not tell."""
    if sys.platform == "win32":
        return _is_remote_drive(folder)
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return _kind_of_mount(folder.resolve(), mounts).startswith(_NETWORK_KINDS)


def _kind_of_mount(folder: Path, mounts: str) -> str:
    """The file system of a folder, by the longest mount point above it; a later mount covers an earlier."""
    longest, kind = -1, ""
    for line in mounts.splitlines():
        fields, separator, system = line.partition(" - ")
        columns = fields.split()
        if not separator or len(columns) < 5:
            continue
        point = Path(columns[4].replace("\\040", " "))
        if folder.is_relative_to(point) and len(point.parts) >= longest:
            longest, kind = len(point.parts), system.split()[0]
    return kind


if sys.platform == "win32":

    def _lock(handle: int) -> None:
        """Lock one byte of the file, or raise OSError at once."""
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)

    def _is_remote_drive(folder: Path) -> bool:
        import ctypes

        root = folder.resolve().anchor
        return root.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(root) == _REMOTE_DRIVE

else:

    def _lock(handle: int) -> None:
        """Lock the file, or raise OSError at once."""
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
