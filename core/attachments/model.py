"""What the log says of an attachment. The bytes lie sealed in the vault beside the book, and at the service."""

import datetime as dt

from core.changes.record import Record
from core.ids import Id


class Attached(Record):
    """A file that belongs to a record (`about`: a document, receipt, payback or party).

    `address` is HMAC-SHA256 of its bytes under the key of the business of `key_version`: equal files have one
    address, and nobody without the key can tell what they are. `media` is the kind of file by its bytes.
    """

    about: Id
    address: bytes
    key_version: int
    name: str
    media: str
    size_bytes: int
    added_on: dt.date
    note: str = ""


class Detached(Record):
    """An attachment taken off again, and why. Its bytes are kept for 30 days after the last that names them."""

    attachment: Id
    reason: str
    on: dt.date
