"""Newer beside older: what is written at the schema in force, and what an older version can read. Pure.

The schema is one number for the whole catalogue. A kind's `schema` is the number at which its record got its last
fields; `older` are the shapes before, each with its number and how many fields it had.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from core.changes.kind import Kind
from core.changes.record import Record, decoded, encoded
from core.errors import RuleBroken
from core.problems import Problem
from core.words import translate as _

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[msgspec.Raw, ...])


class Written(NamedTuple):
    """The shape in which a record is written: its schema, and how many of its fields are (None: all)."""

    schema: int
    fields: int | None = None


def schema_of(kinds: Mapping[str, Kind[Any]]) -> int:
    """The schema that whoever knows these kinds can write and read."""
    return max((kind.schema for kind in kinds.values()), default=1)


def written_at(kind: Kind[Any], in_force: int) -> Written | None:
    """The newest shape of a kind that everybody knows at the schema in force; None when none did yet."""
    if kind.schema <= in_force:
        return Written(kind.schema)
    known = [Written(*shape) for shape in kind.older if shape[0] <= in_force]
    return max(known, default=None)


def shape_in_force(kind: Kind[Any], in_force: int | None) -> Written:
    """How a kind is written at the schema in force; None: nobody else reads this book, so as this version knows it.

    Raises `RuleBroken` (SCHEMA) for a kind that is not to be written yet.
    """
    shape = Written(kind.schema) if in_force is None else written_at(kind, in_force)
    if shape is None:
        raise not_in_force()
    return shape


def shortened(body: Record, fields: int) -> bytes | None:
    """A record's canonical bytes with so many fields; None where one beyond says more than nothing."""
    data = _encoder.encode(_decoder.decode(encoded(body))[:fields])
    return data if decoded(type(body), data) == body else None


def not_in_force() -> RuleBroken:
    """Why what came with a newer schema cannot be written yet."""
    message = _("This cannot be recorded before every computer of the business has the newer Bahi.")
    remedy = _(
        "Update Bahi on the other computers and let them sync once, or let an owner end those that are gone."
    )
    return RuleBroken([Problem(code="SCHEMA", message=message, remedy=remedy)])


def on_the_shelf() -> RuleBroken:
    """Why nothing is decided over papers that this version cannot read."""
    message = _(
        "A newer Bahi has written papers that this one cannot read; they may change what this rests on."
    )
    remedy = _("Install the newest Bahi on this computer; it then takes them in by itself.")
    return RuleBroken([Problem(code="SHELVED", message=message, remedy=remedy)])
