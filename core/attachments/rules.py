"""What may be attached. Pure."""

import unicodedata
from collections.abc import Iterator

from core.attachments.model import Attached, Detached
from core.problems import Problem
from core.words import translate as _

SIZE_BYTES_MAX = 20 << 20
NAME_CHARS_MAX = 120
NOTE_CHARS_MAX = 500
ADDRESS_BYTES = 32
PART_BYTES = 256 << 10
TAG_BYTES = 16
SEALED_PART_BYTES = PART_BYTES + TAG_BYTES
"""A sealed file is kept and travels in parts of this size, the last one shorter."""

_BEGINS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)
_RIFF, _WEBP = b"RIFF", b"WEBP"
MEDIA = ("image/jpeg", "image/png", "image/webp", "application/pdf")
"""What every device can show by itself; nothing that could run."""


def media_of(data: bytes) -> str:
    """The kind of file by its first bytes; "" for one that is not taken."""
    if data.startswith(_RIFF) and data[8:12] == _WEBP:
        return "image/webp"
    return next((media for begins, media in _BEGINS if data.startswith(begins)), "")


def parts_of(sealed_bytes: int) -> int:
    """How many parts a sealed file of so many bytes has."""
    return -(-sealed_bytes // SEALED_PART_BYTES)


def sealed_size(size_bytes: int) -> int:
    """How many bytes a file has once it is sealed."""
    return size_bytes + TAG_BYTES * -(-size_bytes // PART_BYTES)


def tidy_name(name: str) -> str:
    """A file's name as it is kept: one line, without signs that hide or turn letters, shortened before its ending."""
    plain = "".join(
        sign for sign in name if unicodedata.category(sign)[0] != "C" and sign not in '/\\:*?"<>|'
    )
    plain = " ".join(plain.split()).strip(". ") or "file"
    if len(plain) <= NAME_CHARS_MAX:
        return plain
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        return plain[:NAME_CHARS_MAX]
    return f"{stem[: NAME_CHARS_MAX - len(ending) - 1]}.{ending}"


def problems_with_attached(attached: Attached) -> Iterator[Problem]:
    """What is wrong with it by itself."""
    if len(attached.address) != ADDRESS_BYTES or attached.key_version < 1:
        yield Problem("ADDRESS", _("This is no address of an attachment."), "address")
    if attached.media not in MEDIA:
        yield Problem("MEDIA", _("Only photos (JPEG, PNG, WebP) and PDF can be attached."), "media")
    if not 0 < attached.size_bytes <= SIZE_BYTES_MAX:
        yield Problem("TOO_LARGE", _("An attachment has at most 20 MiB."), "size_bytes")
    if not attached.name or attached.name != tidy_name(attached.name):
        yield Problem("NAME", _("The name of the file cannot be kept as it is."), "name")
    if len(attached.note) > NOTE_CHARS_MAX:
        yield Problem("TOO_LONG", _("The note is too long."), "note")


def problems_with_detached(detached: Detached) -> Iterator[Problem]:
    """A reason is wanted."""
    if not detached.reason.strip():
        yield Problem("REQUIRED", _("Give a reason."), "reason")
