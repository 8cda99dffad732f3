"""The mark that a book leaves outside its file: where it lives, and the highest number it has used there.

A small file a book and epoch in a folder of the user's own, replaced after each commit that wrote a change. A mark
behind its file is normal (the process died between the two); a file behind its mark, a mark that is missing or that
of another installation tells that the file is a copy, and so does what `restore` leaves beside it.
"""

import enum
import hashlib
import logging
import os
from pathlib import Path

import msgspec

from core.ids import RandomBytes
from core.store.backup import restore_note
from core.store.files import write_whole
from core.store.log import Meta

_log = logging.getLogger(__name__)
_INSTALLATION = "installation"
_INSTALLATION_BYTES = 16


class Why(enum.StrEnum):
    """Why a book begins a new epoch."""

    RESTORED = "restored"
    MOVED = "moved"
    UNMARKED = "unmarked"
    BEHIND = "behind"
    FORKED = "forked"
    REBOUND = "rebound"
    LACKING = "lacking"


class Mark(msgspec.Struct, frozen=True):
    """What the file says: the installation, and the highest number used in this epoch."""

    installation: str
    number: int


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Mark)


class Marks:
    """The marks of one installation, for one book. Without a folder none are kept or asked for."""

    def __init__(self, folder: Path | None, book: Path, *, random: RandomBytes = os.urandom) -> None:
        self._folder = folder
        self._book = book
        self.installation = _installation(folder, random) if folder is not None else ""

    def why_copy(self, meta: Meta, number: int) -> Why | None:
        """Why this file is a copy that has no numbers of its own yet; None when it is none.

        `meta` are the book's little facts, `number` the last of its present epoch. A book that never lived anywhere
        makes its home here.
        """
        if (note := restore_note(self._book)) and meta.get("settled_restore") != _hashed(note):
            return Why.RESTORED
        if not self.installation or not meta.get(_INSTALLATION):
            return None
        if meta[_INSTALLATION] != self.installation:
            return Why.MOVED
        mark = self._read(meta)
        if mark is None:
            return Why.UNMARKED
        if mark.installation != self.installation:
            return Why.MOVED
        return Why.BEHIND if mark.number > number else None

    def home(self, meta: Meta) -> dict[str, str]:
        """The little facts by which a book that settles here knows this home again."""
        note = restore_note(self._book)
        facts = {_INSTALLATION: self.installation} if self.installation else {}
        if note and meta.get("settled_restore") != _hashed(note):
            facts["settled_restore"] = _hashed(note)
        return facts

    def keep(self, meta: Meta, number: int) -> None:
        """Replace the mark, or make it. What cannot be written is told to the log: the books are not stopped by it."""
        if not self.installation:
            return
        path = self._path(meta)
        part = f"{path}.{os.getpid()}.part"
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.write(handle, _encoder.encode(Mark(self.installation, number)))
            finally:
                os.close(handle)
            os.replace(part, path)
        except OSError as error:
            _log.warning("the book's mark cannot be written: %s", error.strerror)

    def _read(self, meta: Meta) -> Mark | None:
        try:
            return _decoder.decode(self._path(meta).read_bytes())
        except (OSError, msgspec.DecodeError):
            return None

    def _path(self, meta: Meta) -> Path:
        assert self._folder is not None
        return self._folder / f"{meta['book'].hex()}-{meta['device'].hex()}-{meta['epoch']}.mark"


def _installation(folder: Path, random: RandomBytes) -> str:
    """This installation's id, made once a folder; empty where the folder cannot be used."""
    path = folder / _INSTALLATION
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            try:
                write_whole(path, random(_INSTALLATION_BYTES).hex().encode(), fresh=True)
            except FileExistsError:  # another process was quicker
                pass
        return path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        _log.warning("marks of books cannot be kept: %s", type(error).__name__)
        return ""


def _hashed(note: bytes) -> str:
    return hashlib.sha256(note).hexdigest()
