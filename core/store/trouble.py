"""What the driver, the disk and the key say when something fails, told as BookError with a remedy.

A wrong key and a damaged file look alike to SQLCipher; the check value in the key file tells them apart.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import AlreadyThere, BookError, Damaged, DiskFull, InUse, NotABook, ReadOnly, WrongKey
from core.store.files import beside, could_be_book, temporary
from core.store.wraps import fits
from core.words import translate as _

_READONLY, _BUSY, _LOCKED, _IOERR, _CORRUPT = 8, 5, 6, 10, 11
_FULL, _CANTOPEN, _PERM, _AUTH, _NOTADB = 13, 14, 3, 23, 26
# The driver's backup() raises without a code; SQLite's words are then all there is.
_CODES = {
    "attempt to write a readonly database": _READONLY,
    "database is locked": _BUSY,
    "disk I/O error": _IOERR,
    "database disk image is malformed": _CORRUPT,
    "database or disk is full": _FULL,
    "unable to open database file": _CANTOPEN,
    "file is not a database": _NOTADB,
}
_PROBE_BYTES = 65_536

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NOT_ALLOWED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def explained(path: Path, key: bytes | None = None) -> Iterator[None]:
    """Turn what driver and system raise about this book into BookError; everything else passes as it is.

    With the key at hand a wrong key is told from a damaged file.
    """
    try:
        yield
    except Exception as error:
        explanation = explain(error, path, key)
        if explanation is None:
            raise
        raise explanation from error


def explain(error: BaseException, path: Path, key: bytes | None = None) -> BookError | None:
    """The BookError that says what an error of the driver or the system means; None when it is neither."""
    driver_error = getattr(error, "orig", None) or error
    code = getattr(driver_error, "sqlite_errorcode", None) or _CODES.get(str(driver_error))
    if isinstance(code, int):
        return _of_driver(code, path, key)
    if isinstance(driver_error, OSError):
        return _of_system(driver_error, path)
    return None


def _of_driver(code: int, path: Path, key: bytes | None) -> BookError | None:
    """By SQLite's result code, of which the low byte is the kind."""
    kind = code & 0xFF
    if kind == _FULL or (kind == _IOERR and not _has_room(path)):
        return disk_full(path)
    if kind in (_READONLY, _PERM, _AUTH):
        return read_only(path)
    if kind in (_BUSY, _LOCKED):
        return InUse(
            _("Another program is writing to the book {name}.").format(name=path.name),
            remedy=_("Close it there, then try again."),
        )
    if kind == _NOTADB:
        return unreadable(path, key)
    if kind == _CORRUPT:
        return damaged(path)
    if kind == _IOERR:
        return disk_failed(path)
    if kind == _CANTOPEN:
        return read_only(path) if path.exists() else missing(path)
    return None


def _has_room(path: Path) -> bool:
    """Whether a file of the book's size may grow in its folder.

    A quota or a limit on file sizes comes from SQLite as a mere I/O error; so it is tried, on a file with a hole.
    """
    probe = temporary(path)
    try:
        sizes = [file.stat().st_size for file in (path, beside(path, "-wal")) if file.exists()]
        with probe.open("xb") as file:
            file.seek(max(sizes, default=0))
            file.write(bytes(_PROBE_BYTES))
    except OSError as error:
        return error.errno not in _NO_ROOM
    finally:
        probe.unlink(missing_ok=True)
    return True


def _of_system(error: OSError, path: Path) -> BookError:
    """By the system's error number."""
    where = Path(error.filename) if isinstance(error.filename, str) else path
    if error.errno in _NO_ROOM:
        return disk_full(where)
    if error.errno in _NOT_ALLOWED:
        return read_only(where)
    if isinstance(error, FileNotFoundError):
        return missing(where)
    if isinstance(error, FileExistsError):
        return already_there(Path(error.filename2) if isinstance(error.filename2, str) else where)
    return BookError(
        _("The file {path} cannot be used: {reason}.").format(path=where, reason=error.strerror or error),
        remedy=_("Check the disk and the name of the file."),
    )


def unreadable(path: Path, key: bytes | None) -> BookError:
    """Why the first page of a file makes no sense: no book, the wrong key, or damage."""
    if not path.exists():
        return missing(path)
    known = beside(path, ".key").exists()
    if not could_be_book(path) and not known:
        return no_book(path)
    if key is None or not known:
        return WrongKey(
            _("The key does not open {name}, or the file is no book of Bahi.").format(name=path.name),
            remedy=_("Put the key file {key} back beside the book.").format(key=beside(path, ".key").name),
        )
    return damaged(path) if fits(path, key) else wrong_key(path)


def no_book(path: Path) -> NotABook:
    """For a file of some other kind."""
    return NotABook(
        _("{name} is not a book of Bahi.").format(name=path.name),
        remedy=_("Choose a file that Bahi made; its name ends in .bahi."),
    )


def missing(path: Path) -> NotABook:
    """For a file or folder that is not there."""
    return NotABook(
        _("There is no file {path}.").format(path=path),
        remedy=_("Check the name, or restore the book from a backup."),
    )


def already_there(path: Path) -> AlreadyThere:
    """For a name that a new file should take and another has."""
    return AlreadyThere(
        _("There is already a file {path}.").format(path=path),
        remedy=_("Choose another name, or move that file away if you know what it is."),
    )


def wrong_key(path: Path) -> WrongKey:
    """For a key of another book."""
    return WrongKey(
        _("This key does not open {name}: it belongs to another book.").format(name=path.name),
        remedy=_("Use the passphrase or the recovery code of this book."),
    )


def damaged(path: Path) -> Damaged:
    """For a file whose pages fail their checks."""
    return Damaged(
        _("The book {name} is damaged: part of the file fails its check.").format(name=path.name),
        remedy=_("Keep this file as it is and restore the newest backup under another name."),
    )


def disk_failed(path: Path) -> Damaged:
    """For a disk that neither reads nor writes as it should."""
    return Damaged(
        _("The disk failed while reading or writing {name}.").format(name=path.name),
        remedy=_("Copy the book and its key file to another disk before anything else."),
    )


def disk_full(path: Path) -> DiskFull:
    """For a write that found no room."""
    return DiskFull(
        _("There is no room to write {name}; the book is as it was before.").format(name=path.name),
        remedy=_("Free some space on the disk, or raise the quota, and do it again."),
    )


def read_only(path: Path) -> ReadOnly:
    """For a file or folder this user may not use."""
    return ReadOnly(
        _("{path} may not be written or opened by this user.").format(path=path),
        remedy=_("Change the rights of the file and its folder, or move the book to a folder of yours."),
    )
