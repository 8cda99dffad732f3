"""Bytes from outside: whatever they are, a message or `Unreadable`, within bounded memory and time."""

import random
import time
import tracemalloc
from collections.abc import Iterator

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol import messages as m
from sync.protocol.limits import MESSAGE_BYTES_MAX
from sync.protocol.packing import Unreadable, expand, pack, read, unpack


def _shapes() -> Iterator[type[m.Message]]:
    kinds = [m.Message]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if kind is not m.Message and kind.__module__.startswith("sync.protocol"):
            yield kind


SHAPES = sorted(set(_shapes()), key=lambda shape: shape.__name__)
_shape = st.sampled_from(SHAPES)
_plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary(max_size=64),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=30,
)  # fmt: skip
_message = st.builds(lambda shape, values: (shape, values), _shape, st.lists(_plain, max_size=14))


def packed(plain: bytes) -> bytes:
    """Plain bytes as they would travel."""
    return zstandard.ZstdCompressor().compress(plain)


def taken(shape: type[m.Message], data: bytes) -> m.Message | None:
    """The message, or None where the bytes are none; any other error fails the test."""
    try:
        return unpack(shape, data)
    except Unreadable:
        return None


def test_every_shape_is_there() -> None:
    assert {m.Signed, m.Push, m.Pulled, m.Found, m.Refusal} <= set(SHAPES)


@given(_shape, st.binary(max_size=400))
def test_random_bytes(shape: type[m.Message], data: bytes) -> None:
    taken(shape, data)
    taken(shape, packed(data))


@given(_message)
def test_arrays_of_anything(made: tuple[type[m.Message], list[object]]) -> None:
    shape, values = made
    found = taken(shape, packed(msgspec.msgpack.encode(values)))
    if found is not None:
        assert pack(unpack(shape, pack(found))) == pack(found)


@given(st.data())
def test_true_messages_cut_and_with_a_bit_flipped(data: st.DataObject) -> None:
    shape = data.draw(_shape)
    whole = pack(_some(shape, data))
    taken(shape, whole[: data.draw(st.integers(0, len(whole)))])
    at = data.draw(st.integers(0, len(whole) * 8 - 1))
    flipped = bytearray(whole)
    flipped[at // 8] ^= 1 << at % 8
    taken(shape, bytes(flipped))
    plain = bytearray(expand(whole))
    at = data.draw(st.integers(0, len(plain) * 8 - 1))
    plain[at // 8] ^= 1 << at % 8
    taken(shape, packed(bytes(plain)))


def _some(shape: type[m.Message], data: st.DataObject) -> m.Message:
    """A message of this shape, as hypothesis makes it from the shape's own types."""
    return data.draw(_built(shape))


def _built(shape: type[m.Message]) -> st.SearchStrategy[m.Message]:
    fields = msgspec.inspect.type_info(shape)
    assert isinstance(fields, msgspec.inspect.StructType)
    return st.builds(shape, **{field.name: _of(field.type) for field in fields.fields})


def _of(kind: msgspec.inspect.Type) -> st.SearchStrategy[object]:
    info = msgspec.inspect
    match kind:
        case info.Metadata(type=inner):
            return _of(inner)
        case info.IntType(ge=low, le=high):
            return st.integers(low if low is not None else -(2**63), high if high is not None else 2**63 - 1)
        case info.StrType(max_length=longest):
            return st.text(max_size=min(longest or 20, 20))
        case info.BytesType(min_length=least, max_length=longest):
            return st.binary(
                min_size=least or 0, max_size=longest if longest is not None and longest < 300 else 300
            )
        case info.BoolType():
            return st.booleans()
        case info.NoneType():
            return st.none()
        case info.UnionType(types=kinds):
            return st.one_of([_of(each) for each in kinds])
        case info.VarTupleType(item_type=item) | info.ListType(item_type=item):
            return st.lists(_of(item), max_size=3).map(tuple)
        case info.TupleType(item_types=items):
            return st.tuples(*[_of(item) for item in items])
        case info.DictType(key_type=key, value_type=value):
            return st.dictionaries(_of(key), _of(value), max_size=3)
        case info.StructType(cls=cls):
            return _built(cls)
        case info.EnumType(cls=cls):
            return st.sampled_from(list(cls))
    raise AssertionError(f"{kind} is not known to this test")


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_nesting_without_end(shape: type[m.Message]) -> None:
    for opening in (b"\x91", b"\x81\x01", b"\x81\xa1a"):
        nested = opening * 200_000 + b"\xc0"
        assert taken(shape, packed(nested)) is None
        with pytest.raises(Unreadable):
            read(shape, nested)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_lengths_that_lie_take_no_memory(shape: type[m.Message]) -> None:
    lies = [kind + b"\xff\xff\xff\xff" for kind in (b"\xdd", b"\xc6", b"\xdf", b"\xdb")]
    tracemalloc.start()
    try:
        for told in lies:
            for plain in (told, b"\x91" + told, b"\x92\xc4\x10" + bytes(16) + told):
                assert taken(shape, packed(plain)) is None
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * MESSAGE_BYTES_MAX


def test_bombs_cost_no_more_than_a_message_may_weigh() -> None:
    bomb = _bomb()
    tracemalloc.start()
    began_s = time.process_time()
    try:
        for data in (bomb, bomb + bomb, pack(m.Refusal(code="x")) + bomb):
            taken(m.Refusal, data)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert time.process_time() - began_s < 1
    assert peak < 4 * MESSAGE_BYTES_MAX


def _bomb() -> bytes:
    """Some kilobytes that unpack to a gigabyte."""
    made = zstandard.ZstdCompressor(level=19).compressobj()
    parts = [made.compress(bytes(1 << 20)) for _n in range(1 << 10)]
    return b"".join([*parts, made.flush()])


def test_noise_of_every_length_ends_soon() -> None:
    dice = random.Random(6)
    began_s = time.process_time()
    for size in (0, 1, 2, 5, 17, 1 << 10, 1 << 16, 1 << 20):
        noise = dice.randbytes(size)
        for shape in SHAPES:
            taken(shape, noise)
            taken(shape, b"\x28\xb5\x2f\xfd" + noise)
    assert time.process_time() - began_s < 10
