"""The sealed files beside a book: how a key is wrapped, and the form in which wraps lie on the disk.

A wrap is AES-256-GCM under a key that Argon2id draws from a passphrase or a recovery code.
"""

import hashlib
import hmac
import os
import unicodedata
from pathlib import Path
from typing import Annotated, NamedTuple, TypeVar

import msgspec

from core.errors import Damaged, KeyMissing, TooNew
from core.ids import Id, RandomBytes, id_text, parse_id
from core.store.files import beside, write_whole
from core.words import translate as _

FORMAT = 1
_LARGEST_BYTES = 65_536
_SALT_BYTES, _NONCE_BYTES, _KEY_BYTES, _CHECK_BYTES = 16, 12, 32, 16


class Cost(NamedTuple):
    """What one guess at a secret costs, in Argon2id's terms."""

    memory_kib: int
    passes: int
    lanes: int


STRONG = Cost(memory_kib=65_536, passes=3, lanes=4)  # RFC 9106, second recommendation: 0.1 s a guess
LIGHT = Cost(memory_kib=1_024, passes=1, lanes=1)  # for secrets of 128 bits, which nobody guesses


class Wrap(msgspec.Struct, frozen=True):
    """A secret sealed under another; a file from elsewhere cannot ask for more than 1 GiB or 64 passes."""

    memory_kib: Annotated[int, msgspec.Meta(ge=8, le=1_048_576)]
    passes: Annotated[int, msgspec.Meta(ge=1, le=64)]
    lanes: Annotated[int, msgspec.Meta(ge=1, le=64)]
    salt: Annotated[bytes, msgspec.Meta(min_length=8, max_length=64)]
    nonce: Annotated[bytes, msgspec.Meta(min_length=_NONCE_BYTES, max_length=_NONCE_BYTES)]
    sealed: Annotated[bytes, msgspec.Meta(min_length=17, max_length=4096)]


class KeyFile(msgspec.Struct, frozen=True):
    """NAME.bahi.key: whose key it is, how to know it again, and its wraps by what opens them."""

    book: str
    check: bytes
    wraps: dict[str, Wrap]

    @property
    def book_id(self) -> Id:
        """The book's id as 16 bytes."""
        return parse_id(self.book)


class SecretFile(msgspec.Struct, frozen=True):
    """NAME.bahi.device: the device's small secrets by name, each wrapped by the passphrase."""

    book: str
    wraps: dict[str, Wrap]


class _Envelope(msgspec.Struct, frozen=True):
    format: int
    sha256: str
    body: msgspec.Raw


F = TypeVar("F", KeyFile, SecretFile)


def seal(
    secret: bytes, password: str, purpose: str, cost: Cost, random_bytes: RandomBytes = os.urandom
) -> Wrap:
    """Wrap a secret under a password, for one purpose (book and way) alone."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = random_bytes(_SALT_BYTES), random_bytes(_NONCE_BYTES)
    sealed = AESGCM(_drawn(password, salt, cost)).encrypt(nonce, secret, purpose.encode())
    return Wrap(*cost, salt=salt, nonce=nonce, sealed=sealed)


def unseal(wrap: Wrap, password: str, purpose: str) -> bytes | None:
    """The secret, or None when the password is another or the wrap was made for something else."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    drawn = _drawn(password, wrap.salt, Cost(wrap.memory_kib, wrap.passes, wrap.lanes))
    try:
        return AESGCM(drawn).decrypt(wrap.nonce, wrap.sealed, purpose.encode())
    except InvalidTag:
        return None


def _drawn(password: str, salt: bytes, cost: Cost) -> bytes:
    """A key from a password; the same letters give the same key however the keyboard composed them."""
    from argon2.low_level import Type, hash_secret_raw

    letters = unicodedata.normalize("NFC", password).encode()
    return hash_secret_raw(letters, salt, cost.passes, cost.memory_kib, cost.lanes, _KEY_BYTES, Type.ID)


def check_value(key: bytes, book_id: Id) -> bytes:
    """What knows the right key again and gives nothing of it away."""
    return hmac.digest(key, b"bahi key check 1" + book_id, "sha256")[:_CHECK_BYTES]


def fits(book: Path, key: bytes) -> bool:
    """Whether this is the key that the file beside the book speaks of."""
    file = read_key_file(book)
    return hmac.compare_digest(file.check, check_value(key, file.book_id))


def read_key_file(book: Path) -> KeyFile:
    """The key file beside a book; KeyMissing when there is none."""
    path = beside(book, ".key")
    if not path.exists():
        raise KeyMissing(
            _("The key file {key} is missing beside the book.").format(key=path.name),
            remedy=_("Put it back beside the book, or restore a backup, which carries both."),
        )
    return _read(path, KeyFile)


def write_key_file(book: Path, file: KeyFile, *, fresh: bool = False) -> None:
    """Write it whole; `fresh` raises FileExistsError where one stands."""
    write_whole(beside(book, ".key"), _enveloped(file), fresh=fresh)


def read_secret_file(book: Path) -> SecretFile | None:
    """The device's secrets beside a book, when this device has no keyring to keep them."""
    path = beside(book, ".device")
    return _read(path, SecretFile) if path.exists() else None


def write_secret_file(book: Path, file: SecretFile) -> None:
    """Write it whole."""
    write_whole(beside(book, ".device"), _enveloped(file))


def _enveloped(file: KeyFile | SecretFile) -> bytes:
    """The file's bytes: its format, a check against damage, and the body."""
    body = msgspec.json.encode(file)
    envelope = _Envelope(FORMAT, hashlib.sha256(body).hexdigest(), msgspec.Raw(body))
    return msgspec.json.encode(envelope) + b"\n"


def _read(path: Path, shape: type[F]) -> F:
    """Read one of ours; Damaged when a byte is not as it was written, TooNew for a later format."""
    try:
        with path.open("rb") as stream:
            envelope = msgspec.json.decode(stream.read(_LARGEST_BYTES), type=_Envelope)
        if envelope.format > FORMAT:
            raise TooNew(
                _("The file {name} was written by a newer Bahi.").format(name=path.name),
                remedy=_("Install the newest Bahi and open the book again."),
            )
        if hashlib.sha256(envelope.body).hexdigest() != envelope.sha256:
            raise _damaged(path)
        file = msgspec.json.decode(envelope.body, type=shape)
        parse_id(file.book)
    except ValueError:  # not JSON, not UTF-8, a field missing or out of bounds, no id
        raise _damaged(path) from None
    return file


def key_file_of(book_id: Id, key: bytes, wraps: dict[str, Wrap]) -> KeyFile:
    """A key file for this key."""
    return KeyFile(id_text(book_id), check_value(key, book_id), wraps)


def _damaged(path: Path) -> Damaged:
    return Damaged(
        _("The file {name} is damaged.").format(name=path.name),
        remedy=_("Put the copy from a backup in its place."),
    )
