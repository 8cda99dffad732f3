"""Messages travel whole or not at all, and never unpack to more than they may weigh."""

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from core.changes.answer import Arrived
from core.changes.change import Outcome
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.limits import MESSAGE_BYTES_MAX, read_code, shown_code
from sync.protocol.packing import Unreadable, expand, pack, plain, request_to_sign, to_sign, unpack

DEVICE = bytes(range(16))
AUTHOR = m.Author(device=DEVICE, epoch=1, first=1)


def test_a_message_comes_back_as_it_was() -> None:
    push = m.Push(era=1, epoch=1, first=7, changes=(b"a", b"bc"), link=bytes(32))
    assert unpack(m.Push, pack(push)) == push


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not zstd",
        pack(m.Knock(tenant=DEVICE, device=DEVICE))[:-3],
        zstandard.compress(b"\xc1"),
        zstandard.compress(plain(m.Knock(tenant=DEVICE, device=DEVICE)) + b"x"),
        pack(m.Refusal(code="x")),
        zstandard.compress(msgspec.msgpack.encode([b"short", DEVICE])),
        zstandard.compress(b"\x91" * 100_000),
    ],
    ids=[
        "empty",
        "garbage",
        "cut short",
        "no msgpack",
        "more behind",
        "another message",
        "a short id",
        "deep",
    ],
)
def test_anything_else_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        unpack(m.Knock, data)


def test_a_bomb_is_stopped_at_the_limit() -> None:
    bomb = zstandard.compress(bytes(200 * MESSAGE_BYTES_MAX))
    assert len(bomb) < 100_000
    with pytest.raises(Unreadable):
        expand(bomb)
    assert len(expand(zstandard.compress(bytes(MESSAGE_BYTES_MAX)))) == MESSAGE_BYTES_MAX


def test_a_frame_that_asks_for_a_huge_window_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27, write_content_size=False)
    frame = zstandard.ZstdCompressor(compression_params=parameters).compressobj().compress(bytes(10))
    writer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    frame = writer.compress(bytes(10)) + writer.flush()
    with pytest.raises(Unreadable):
        expand(frame)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3), st.sampled_from(list(Outcome)), st.binary(max_size=5), st.binary(max_size=20)
        )
    ),
    st.integers(1, 1 << 40),
)
def test_a_page_carries_the_entries_of_many_devices(
    rows: list[tuple[int, Outcome, bytes, bytes]], first: int
) -> None:
    numbers = [5, 1, 9, 1]
    entries = []
    for at, (by, outcome, answer, data) in enumerate(rows):
        entries.append(Arrived(first + at, bytes([by]) * 16, by + 1, numbers[by], outcome, answer, data))
        numbers[by] += 1
    page = unpack(m.Pulled, pack(m.Pulled(page=m.page_of(entries), run=b"", head=0))).page
    assert m.entries_of(page) == entries


@pytest.mark.parametrize(
    "page",
    [
        m.Page(by=(0,), outcomes=(1,), answers=(b"",), data=(b"",)),
        m.Page(authors=(AUTHOR,), by=(-1,), outcomes=(1,), answers=(b"",), data=(b"",)),
        m.Page(authors=(AUTHOR,), by=(0,), outcomes=(9,), answers=(b"",), data=(b"",)),
        m.Page(authors=(AUTHOR,), by=(0,), outcomes=(), answers=(b"",), data=(b"",)),
    ],
    ids=["no author", "a negative author", "no such outcome", "uneven columns"],
)  # fmt: skip
def test_columns_that_do_not_agree_are_no_page(page: m.Page) -> None:
    with pytest.raises(ValueError, match=r".+"):
        m.entries_of(page)


def test_what_is_signed_covers_everything_but_the_signature() -> None:
    one = m.Knock(tenant=DEVICE, device=DEVICE)
    join = m.Join(
        code="A", device=DEVICE, public_key=bytes(32), name="desk", user="Ravi", signature=b"x" * 64
    )
    assert to_sign(join) == to_sign(msgspec.structs.replace(join, signature=b""))
    assert to_sign(join) != to_sign(msgspec.structs.replace(join, user="Asha"))
    assert request_to_sign("push", b"t", plain(one)) != request_to_sign("pull", b"t", plain(one))
    assert request_to_sign("push", b"t", b"body") != request_to_sign("push", b"tb", b"ody")


def test_two_messages_are_never_signed_alike() -> None:
    shared = {"tenant": DEVICE, "device": DEVICE}
    assert to_sign(m.Prove(**shared, nonce=b"")) != to_sign(m.Prove(**shared, nonce=b"n"))


@pytest.mark.parametrize(("typed", "kept"), [("k7qf2-9mxo1", "K7QF29MX01"), (" k7qf 29mx il", "K7QF29MX11")])
def test_a_code_is_read_as_people_type_it(typed: str, kept: str) -> None:
    assert read_code(typed) == kept
    assert read_code(shown_code(kept)) == kept


def test_every_refusal_has_a_status() -> None:
    codes = {value for name, value in vars(refusals).items() if name.isupper() and isinstance(value, str)}
    assert codes == set(refusals.STATUS)
    assert all(400 <= status < 600 for status in refusals.STATUS.values())
