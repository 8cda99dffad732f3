"""Sealing: only the receiver opens, only for the same purpose, and a byte changed opens nothing."""

import os

import pytest

from sync.client.sealing import lock, open_sealed, public_of, seal_to, unlock

SECRET, OTHER = bytes(range(32)), bytes(range(1, 33))


def test_who_holds_the_key_reads_what_was_sealed_to_it() -> None:
    sealed = seal_to(public_of(SECRET), b"told", "deposit", os.urandom)
    assert open_sealed(SECRET, sealed, "deposit") == b"told"
    assert b"told" not in sealed


@pytest.mark.parametrize(
    ("secret", "purpose", "turned"),
    [(OTHER, "deposit", None), (SECRET, "key", None), (SECRET, "deposit", 0), (SECRET, "deposit", 40)],
    ids=["another's key", "another purpose", "the once-key turned", "the text turned"],
)
def test_nobody_else_reads_it(secret: bytes, purpose: str, turned: int | None) -> None:
    sealed = bytearray(seal_to(public_of(SECRET), b"told", "deposit", os.urandom))
    if turned is not None:
        sealed[turned] ^= 1
    assert open_sealed(secret, bytes(sealed), purpose) is None


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(31), bytes(32), bytes(80)])
def test_what_is_no_seal_opens_as_nothing(sealed: bytes) -> None:
    assert open_sealed(SECRET, sealed, "deposit") is None


def test_two_seals_of_one_text_have_nothing_in_common() -> None:
    one, two = (seal_to(public_of(SECRET), b"told", "x", os.urandom) for _ in range(2))
    assert one[:32] != two[:32]
    assert one[32:] != two[32:]


def test_a_page_opens_under_its_own_number_alone() -> None:
    locked = lock(SECRET, 3, b"page", "deposit")
    assert unlock(SECRET, 3, locked, "deposit") == b"page"
    assert unlock(SECRET, 4, locked, "deposit") is None
    assert unlock(SECRET, 3, locked, "another") is None


def test_nothing_is_sealed_to_what_is_no_key() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal_to(b"short", b"told", "x", os.urandom)
