"""Records as the log carries them: frozen structs whose fields are numbered by their place, from 1.

Fields are only ever appended; a number is never given to another field. Papers and claims travel whole, as
arrays; a record of class *fields* travels as a patch {field number: value} on the image before.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, dataclass_transform

import msgspec

R = TypeVar("R", bound="Record")
Image = dict[int, Any]

_encoder = msgspec.msgpack.Encoder()
_image = msgspec.msgpack.Decoder(Image)


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a change carries. Money is integer paise, dates are `datetime.date`, ids are 16 bytes."""


def encoded(record: Record) -> bytes:
    """The canonical bytes of a whole record."""
    return _encoder.encode(record)


@cache
def _decoder(shape: type[R]) -> "msgspec.msgpack.Decoder[R]":
    return msgspec.msgpack.Decoder(shape)


def decoded(shape: type[R], data: bytes | msgspec.Raw) -> R:
    """The record in its canonical bytes; `msgspec.ValidationError` when they do not fit the shape."""
    found: R = _decoder(shape).decode(data)
    return found


def patch_of(data: bytes | msgspec.Raw) -> Image:
    """The fields by number in canonical bytes, of a patch or a whole image; `msgspec.ValidationError` for others."""
    return _image.decode(data)


def in_order(image: Mapping[int, Any]) -> Mapping[int, Any]:
    """An image with its numbers rising, as most come."""
    numbers = list(image)
    rising = sorted(numbers)
    return image if rising == numbers else {n: image[n] for n in rising}


def image_of(record: Record) -> Image:
    """Every field by its number, as plain values; fields that stand at their default are left out."""
    plain = msgspec.to_builtins(record, builtin_types=(bytes,))
    blank = _defaults(type(record))
    return {n: value for n, value in enumerate(plain, 1) if n not in blank or value != blank[n]}


@cache
def _defaults(shape: type[Record]) -> Mapping[int, Any]:
    found: Image = {}
    for n, field in enumerate(msgspec.structs.fields(shape), 1):
        if field.default is not msgspec.NODEFAULT:
            found[n] = msgspec.to_builtins(field.default, builtin_types=(bytes,))
        elif field.default_factory is not msgspec.NODEFAULT:
            found[n] = msgspec.to_builtins(field.default_factory(), builtin_types=(bytes,))
    return found


def from_image(shape: type[R], image: Mapping[int, Any]) -> R:
    """The record that an image stands for; numbers the shape does not know are passed over (they stay shelved)."""
    blank = _blank(shape)
    values = {**blank, **image}
    if len(values) > len(blank):
        values = {n: values[n] for n in blank}
    return msgspec.convert(list(values.values()), shape, builtin_types=(bytes,))


@cache
def _blank(shape: type[Record]) -> Mapping[int, Any]:
    """A record's fields as they are when nothing is said, in their order; None where there is no such thing."""
    blank = _defaults(shape)
    return {n: blank.get(n) for n in range(1, len(shape.__struct_fields__) + 1)}


def patch_between(before: Mapping[int, Any], after: Mapping[int, Any], shape: type[Record]) -> Image:
    """The fields that differ, with their new values; a field back at its default is carried as that default.

    What a newer version wrote into fields that the shape does not know stays as it is.
    """
    blank = _defaults(shape)
    known = range(1, len(shape.__struct_fields__) + 1)
    patch = {}
    for n in known:
        old, new = before.get(n, blank.get(n)), after.get(n, blank.get(n))
        if old != new:
            patch[n] = new
    return patch


def field_name(shape: type[Record], number: int) -> str:
    """The name of a field by its number; "field 9" for one this version does not know."""
    names = shape.__struct_fields__
    return names[number - 1] if 1 <= number <= len(names) else f"field {number}"


def field_number(shape: type[Record], name: str) -> int:
    """The number of a field by its name."""
    return shape.__struct_fields__.index(name) + 1
