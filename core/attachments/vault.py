"""Where the bytes of attachments lie: a folder NAME.bahi.files beside the book, each file sealed.

A file is cut into parts of 256 KiB; each is sealed by ChaCha20-Poly1305 (RFC 8439) under a key drawn by HKDF-SHA256
(RFC 5869) from the key of the business and the file's address. The same bytes travel to the service and lie there.
"""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from core.attachments.rules import PART_BYTES, SEALED_PART_BYTES, SIZE_BYTES_MAX, media_of, parts_of
from core.errors import RuleBroken
from core.problems import Problem
from core.store.files import FILES, beside, write_whole
from core.store.trouble import explained
from core.words import translate as _

_NONCE_BYTES = 12
_KEY_BYTES = 32
_SENT = ".sent"

Ring = Mapping[int, Sequence[bytes]]
"""The keys of the business by version; around a restored service two may have been made of one. What is sealed now is
sealed under the first of the newest."""


class Sealed(NamedTuple):
    """A file in the vault: its address, the version of the key it is sealed under, its kind and its size."""

    address: bytes
    key_version: int
    media: str
    size_bytes: int


class Vault:
    """The sealed files of one book."""

    def __init__(self, book: Path) -> None:
        self._folder = beside(book, FILES)

    def seal(self, data: bytes, ring: Ring, *, name: str = "") -> Sealed:
        """Put a file in. Raises `RuleBroken` (MEDIA, TOO_LARGE, EMPTY), DiskFull or ReadOnly."""
        media = media_of(data)
        if not media or len(data) > SIZE_BYTES_MAX:
            raise _refused(name, data)
        version = max(ring)
        key = ring[version][0]
        address = address_of(data, key)
        path = self._path(address)
        with explained(path):
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, b"".join(_sealed(data, address, key)))
        return Sealed(address, version, media, len(data))

    def open(self, address: bytes, key_version: int, ring: Ring) -> bytes | None:
        """The file's own bytes; None when it is not here, was altered, or its key is not."""
        if key_version not in ring or not self.has(address):
            return None
        with explained(self._path(address)):
            return _opened(self._path(address).read_bytes(), address, ring[key_version])

    def has(self, address: bytes) -> bool:
        """Whether the file is on this device."""
        return self._path(address).exists()

    def size(self, address: bytes) -> int:
        """How many bytes the sealed file has."""
        return self._path(address).stat().st_size

    def part(self, address: bytes, n: int) -> bytes:
        """The nth part as it lies and travels, from 0."""
        with self._path(address).open("rb") as file:
            file.seek(n * SEALED_PART_BYTES)
            return file.read(SEALED_PART_BYTES)

    def keep(self, address: bytes, key_version: int, sealed: bytes, ring: Ring) -> bool:
        """Put in what came from the service; False when it is not what its address says."""
        if key_version not in ring or _opened(sealed, address, ring[key_version]) is None:
            return False
        path = self._path(address)
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, sealed)
            self.note_sent(address)
        return True

    def unsent(self) -> list[bytes]:
        """The addresses of the files that the service is not known to have, the oldest first."""
        if not self._folder.is_dir():
            return []
        found = [path for path in self._folder.glob("??/*") if len(path.name) == 2 * _KEY_BYTES]
        waiting = [path for path in found if not path.with_name(path.name + _SENT).exists()]
        return [
            bytes.fromhex(path.name) for path in sorted(waiting, key=lambda each: each.stat().st_mtime_ns)
        ]

    def sent(self) -> list[bytes]:
        """The addresses of the files here that the service has too."""
        marks = sorted(self._folder.glob(f"??/*{_SENT}")) if self._folder.is_dir() else []
        return [bytes.fromhex(mark.name.removesuffix(_SENT)) for mark in marks]

    def note_sent(self, address: bytes) -> None:
        """The service has all of it."""
        path = self._path(address)
        path.with_name(path.name + _SENT).touch()

    def forget_sent(self) -> None:
        """The service was restored: what it has must be asked again."""
        for mark in self._folder.glob(f"??/*{_SENT}"):
            mark.unlink(missing_ok=True)

    def drop(self, address: bytes) -> None:
        """Take a file away from this device."""
        path = self._path(address)
        path.unlink(missing_ok=True)
        path.with_name(path.name + _SENT).unlink(missing_ok=True)

    def _path(self, address: bytes) -> Path:
        name = address.hex()
        return self._folder / name[:2] / name


def address_of(data: bytes, key: bytes) -> bytes:
    """By what a file is known to who has the key: HMAC-SHA256 of its bytes."""
    return hmac.digest(_drawn(key, b"bahi 1 attachment address"), data, "sha256")


def _sealed(data: bytes, address: bytes, key: bytes) -> Iterator[bytes]:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    cipher, last = ChaCha20Poly1305(_file_key(key, address)), (len(data) - 1) // PART_BYTES
    for n in range(last + 1):
        part = data[n * PART_BYTES : (n + 1) * PART_BYTES]
        yield cipher.encrypt(_nonce(n, is_last=n == last), part, address)


def _opened(sealed: bytes, address: bytes, keys: Sequence[bytes]) -> bytes | None:
    """What was sealed under one of these keys."""
    return next((found for key in keys if (found := _opened_by(key, sealed, address)) is not None), None)


def _opened_by(key: bytes, sealed: bytes, address: bytes) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    cipher, last = ChaCha20Poly1305(_file_key(key, address)), parts_of(len(sealed)) - 1
    found = bytearray()
    try:
        for n in range(last + 1):
            part = sealed[n * SEALED_PART_BYTES : (n + 1) * SEALED_PART_BYTES]
            found += cipher.decrypt(_nonce(n, is_last=n == last), part, address)
    except InvalidTag:
        return None
    data = bytes(found)
    return data if hmac.compare_digest(address_of(data, key), address) else None


def _nonce(n: int, *, is_last: bool) -> bytes:
    """Of each part another, and of the last one such as no part before it has: nothing can be cut off unseen."""
    return bytes([is_last]) + n.to_bytes(_NONCE_BYTES - 1, "big")


def _file_key(key: bytes, address: bytes) -> bytes:
    return _drawn(key, b"bahi 1 attachment " + address)


def _drawn(key: bytes, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(hashes.SHA256(), _KEY_BYTES, salt=None, info=purpose).derive(key)


def _refused(name: str, data: bytes) -> RuleBroken:
    if not data:
        problem = Problem("EMPTY", _("The file is empty."), file=name)
    elif len(data) > SIZE_BYTES_MAX:
        problem = Problem(
            "TOO_LARGE", _("An attachment has at most 20 MiB."), file=name,
            remedy=_("Take the photo smaller, or divide the document."),
        )  # fmt: skip
    else:
        problem = Problem("MEDIA", _("Only photos (JPEG, PNG, WebP) and PDF can be attached."), file=name)
    return RuleBroken([problem])
