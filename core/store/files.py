"""Files beside the book, written whole or not at all.

Every write goes to a temporary file of the same folder, is flushed to the disk and only then takes its name.
"""

import errno
import os
from pathlib import Path

PAGE_BYTES = 4096
FILES = ".files"
"""The folder beside a book where its attachments lie, sealed."""
_PLAIN_HEADER = b"SQLite format 3\0"
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}


def beside(book: Path, ending: str) -> Path:
    """The file that belongs to a book: `beside(NAME.bahi, ".key")` is NAME.bahi.key."""
    return book.with_name(book.name + ending)


def temporary(target: Path) -> Path:
    """A name in the target's folder for what is not finished yet; each process has its own."""
    return target.with_name(f".{target.name}.{os.getpid()}.part")


def could_be_book(path: Path) -> bool:
    """Whether size and first bytes allow an encrypted book; says nothing about the key."""
    size = path.stat().st_size
    if size == 0 or size % PAGE_BYTES:
        return False
    with path.open("rb") as file:
        return file.read(len(_PLAIN_HEADER)) != _PLAIN_HEADER


def write_whole(target: Path, content: bytes, *, fresh: bool = False) -> None:
    """Write a private file (0600) in one step; `fresh` raises FileExistsError where one stands."""
    part = temporary(target)
    part.unlink(missing_ok=True)
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        place(part, target, fresh=fresh)
    finally:
        part.unlink(missing_ok=True)


def place(part: Path, target: Path, *, fresh: bool = False) -> None:
    """Flush a finished file to the disk and give it its name, atomically.

    With `fresh` a file that stands there is never replaced: FileExistsError.
    """
    flush(part)
    if fresh:
        link_or_rename(part, target)
    else:
        part.replace(target)
    flush_folder(target.parent)


def link_or_rename(part: Path, target: Path) -> None:
    """Give a file a free name; FileExistsError where one stands, also when another process is quicker."""
    try:
        os.link(part, target)
        part.unlink()
    except FileExistsError:
        raise
    except OSError as error:
        # A file system without hard links (FAT, some phones): the check and the move are two steps there.
        if error.errno not in _NO_LINKS:
            raise
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        part.rename(target)


def flush(path: Path) -> None:
    """Force a file's bytes to the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Force a folder's names to the disk, where the system knows such a thing."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
