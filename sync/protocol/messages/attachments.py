"""Sealed files: offered, sent and fetched in parts. The service cannot tell what they are."""

from typing import Annotated

import msgspec

from core.attachments.rules import SEALED_PART_BYTES, SIZE_BYTES_MAX, parts_of, sealed_size
from sync.protocol.messages.base import First, Key32, Message

FILE_BYTES_MAX = sealed_size(SIZE_BYTES_MAX)
PARTS_MAX = parts_of(FILE_BYTES_MAX)

PartNumber = Annotated[int, msgspec.Meta(ge=0, lt=PARTS_MAX)]
Part = Annotated[bytes, msgspec.Meta(max_length=SEALED_PART_BYTES)]


class OfferFile(Message):
    """This device has a file of so many sealed bytes: which parts of it does the service lack?"""

    address: Key32
    key_version: First
    size: Annotated[int, msgspec.Meta(ge=1, le=FILE_BYTES_MAX)]


class FileOffered(Message):
    """The parts that the service lacks; none when it has them all."""

    missing: tuple[PartNumber, ...]


class SendPart(Message):
    """One part of a file that was offered, counted from 0."""

    address: Key32
    n: PartNumber
    data: Part


class PartTaken(Message):
    """How many parts are still missing."""

    missing: PartNumber


class AskPart(Message):
    """One part of a file."""

    address: Key32
    n: PartNumber


class PartGiven(Message):
    """The part, and how many bytes the whole has."""

    data: Part
    size: Annotated[int, msgspec.Meta(ge=1, le=FILE_BYTES_MAX)]
