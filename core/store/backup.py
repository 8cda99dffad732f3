"""A backup: one file NAME.bahibackup with a consistent copy of the book, its key file, its attachments and a manifest.

Still encrypted under the book's key; written whole or not at all, and read back before it counts.
"""

import hashlib
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import msgspec

from core.errors import Damaged, NotABook
from core.ids import Id, parse_id
from core.store.engine import Progress, connect, copy_book, explained, faults
from core.store.files import FILES, beside, flush, flush_folder, place, temporary, write_whole
from core.store.migrate import is_known, too_new, version_of
from core.store.trouble import already_there, damaged
from core.store.wraps import read_key_file
from core.words import translate as _

FORMAT = 1
_BOOK, _KEY, _MANIFEST = "book.bahi", "book.bahi.key", "manifest.json"
_KEY_BYTES_MAX = 65_536
_TOLD_BYTES_MAX = 16_384
_TOLD_A_FILE_BYTES_MAX = 256
_CHUNK_BYTES = 1 << 20
_MARK = ".restored"
_ATTACHED = re.compile(r"files/([0-9a-f]{2})/\1[0-9a-f]{62}")


class Part(msgspec.Struct, frozen=True):
    """One file in a backup, and how to know it again."""

    size_bytes: Annotated[int, msgspec.Meta(ge=1)]
    sha256: Annotated[str, msgspec.Meta(min_length=64, max_length=64)]


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself: which book, when made (UTC microseconds), its schema and its parts."""

    format: int
    book: str
    name: str
    made_at_us: int
    version: str
    parts: dict[str, Part]

    @property
    def book_id(self) -> Id:
        """The book's id as 16 bytes."""
        return parse_id(self.book)


def backup(
    book: Path, key: bytes, target: Path, *, made_at_us: int, progress: Progress | None = None
) -> Manifest:
    """Write a backup of a book, open or not, and prove that it can be read back.

    An older backup of that name is replaced only by one that is proved. DiskFull, ReadOnly, or Damaged when
    the book itself fails its checks: then no backup pretends to be one.
    """
    copy, part = temporary(target.with_suffix(".copy")), temporary(target)
    try:
        with explained(book, key):
            copy_book(book, key, copy, progress=progress)
            if faults(copy, key):
                raise damaged(book)
            # What the copy names was sealed before it was named: the files are listed after the copy is made.
            files = {_BOOK: copy, _KEY: beside(book, ".key"), **_attached(book)}
            manifest = _manifest_of(book, key, files, made_at_us)
        with explained(target):
            _pack(part, files, manifest)
            with _opened(part) as packed:
                _check(packed, _manifest_in(packed, part), part)
            place(part, target)
    finally:
        copy.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
    return manifest


def read_manifest(source: Path) -> Manifest:
    """What a backup says of itself; NotABook, Damaged or TooNew when it is none that this Bahi reads."""
    with explained(source), _opened(source) as packed:
        return _manifest_in(packed, source)


def restore(source: Path, target: Path) -> Manifest:
    """Bring a book back from a backup under a new name; never over anything that stands there.

    The book is marked as a restored copy (`restore_note`): before its first paper it takes a new epoch
    and new series. AlreadyThere, NotABook, Damaged, TooNew, DiskFull or ReadOnly leave nothing behind.
    """
    _refuse_occupied(target)
    part, key_part = temporary(target), temporary(beside(target, ".key"))
    attached = beside(target, FILES)
    made: list[Path] = []
    try:
        with explained(source), _opened(source) as packed, explained(target):
            manifest = _manifest_in(packed, source)
            _unpack(packed, manifest, _BOOK, part, source)
            _unpack(packed, manifest, _KEY, key_part, source)
            write_whole(beside(target, _MARK), msgspec.json.encode(manifest), fresh=True)
            made.append(beside(target, _MARK))
            _unpack_attached(packed, manifest, attached, source)
            # The book comes last: where it stands, its key and its mark stand.
            for path, name in ((key_part, beside(target, ".key")), (part, target)):
                place(path, name, fresh=True)
                made.append(name)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        shutil.rmtree(attached, ignore_errors=True)
        raise
    finally:
        part.unlink(missing_ok=True)
        key_part.unlink(missing_ok=True)
    return manifest


def restore_note(book: Path) -> bytes:
    """What `restore` left beside a book; empty where it is no copy, or has taken its own epoch and series."""
    try:
        return beside(book, _MARK).read_bytes()
    except FileNotFoundError:
        return b""


def settle_restored_copy(book: Path) -> None:
    """Take the mark away, once the copy has its own epoch and series."""
    beside(book, _MARK).unlink(missing_ok=True)


def _refuse_occupied(target: Path) -> None:
    """A write-ahead log left beside a free name would be read into the book that comes there."""
    for path in (target, *(beside(target, ending) for ending in (".key", _MARK, FILES, "-wal", "-journal"))):
        if path.exists():
            raise already_there(path)


def _attached(book: Path) -> dict[str, Path]:
    """The sealed files of the book's vault, by their names in a backup."""
    found = {
        f"files/{path.parent.name}/{path.name}": path for path in sorted(beside(book, FILES).glob("??/*"))
    }
    return {name: path for name, path in found.items() if _ATTACHED.fullmatch(name)}


def _manifest_of(book: Path, key: bytes, files: dict[str, Path], made_at_us: int) -> Manifest:
    """Describe the parts as they lie on the disk."""
    with closing(connect(files[_BOOK], key, read_only=True)) as connection:
        version = version_of(connection)
    if version is None:
        raise damaged(book)
    parts = {name: _part_of(path) for name, path in files.items()}
    return Manifest(FORMAT, read_key_file(book).book, book.name, made_at_us, version, parts)


def _part_of(path: Path) -> Part:
    with path.open("rb") as file:
        return Part(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _pack(target: Path, files: dict[str, Path], manifest: Manifest) -> None:
    """Write the container: plain storage, since what is encrypted does not shrink."""
    with target.open("xb") as stream:
        target.chmod(0o600)
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as packed:
            packed.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
            for name, path in files.items():
                packed.write(path, name)


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    """The container; what is no container is NotABook, a broken one Damaged."""
    with source.open("rb") as stream:
        is_container = stream.read(4) == b"PK\3\4"
    try:
        with zipfile.ZipFile(source) as packed:
            yield packed
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise (_damaged(source) if is_container else _no_backup(source)) from error


def _manifest_in(packed: zipfile.ZipFile, source: Path) -> Manifest:
    """The manifest, after a look at names and sizes: nothing is unpacked that was not announced."""
    found = {info.filename: info for info in packed.infolist()}
    others = set(found) - {_MANIFEST, _BOOK, _KEY}
    is_whole = len(found) - len(others) == 3 and len(packed.infolist()) == len(found)
    if not is_whole or not all(map(_ATTACHED.fullmatch, others)):
        raise _no_backup(source)
    stored = all(info.compress_type == zipfile.ZIP_STORED for info in found.values())
    told_max = _TOLD_BYTES_MAX + _TOLD_A_FILE_BYTES_MAX * len(others)
    if not stored or found[_MANIFEST].file_size > told_max or found[_KEY].file_size > _KEY_BYTES_MAX:
        raise _no_backup(source)
    try:
        manifest = msgspec.json.decode(packed.read(_MANIFEST), type=Manifest)
        parse_id(manifest.book)
    except ValueError:
        raise _damaged(source) from None
    if manifest.format > FORMAT or not is_known(manifest.version):
        raise too_new(source)
    announced = {name: part.size_bytes for name, part in manifest.parts.items()}
    if announced != {name: info.file_size for name, info in found.items() if name != _MANIFEST}:
        raise _damaged(source)
    return manifest


def _check(packed: zipfile.ZipFile, manifest: Manifest, source: Path) -> None:
    """Read every part back against its hash."""
    for name, part in manifest.parts.items():
        with packed.open(name) as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != part.sha256:  # type: ignore[arg-type]
                raise _damaged(source)


def _unpack(packed: zipfile.ZipFile, manifest: Manifest, name: str, target: Path, source: Path) -> None:
    """Write one part to a new private file, and keep it only when its hash is as announced."""
    digest = hashlib.sha256()
    with packed.open(name) as stream, target.open("xb") as file:
        target.chmod(0o600)
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
            file.write(chunk)
    if digest.hexdigest() != manifest.parts[name].sha256:
        raise _damaged(source)


def _unpack_attached(packed: zipfile.ZipFile, manifest: Manifest, folder: Path, source: Path) -> None:
    """Put the files back into the vault, each proved by its hash."""
    for name in sorted(set(manifest.parts) - {_BOOK, _KEY}):
        target = folder / name.removeprefix("files/")
        target.parent.mkdir(parents=True, exist_ok=True)
        _unpack(packed, manifest, name, target, source)
        flush(target)
    for each in (*folder.glob("??"), folder):
        if each.is_dir():
            flush_folder(each)


def _no_backup(source: Path) -> NotABook:
    return NotABook(
        _("{name} is not a backup of Bahi.").format(name=source.name),
        remedy=_("Choose a file that Bahi's backup made; its name ends in .bahibackup."),
    )


def _damaged(source: Path) -> Damaged:
    return Damaged(
        _("The backup {name} is damaged.").format(name=source.name),
        remedy=_("Use another backup. Nothing was restored from this one."),
    )
