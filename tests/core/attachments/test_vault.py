"""The vault: what was put in comes out, nothing else does, and nothing that was altered."""

import os
from pathlib import Path

import pytest

from core.attachments.rules import (
    PART_BYTES,
    SEALED_PART_BYTES,
    SIZE_BYTES_MAX,
    media_of,
    sealed_size,
    tidy_name,
)
from core.attachments.vault import Vault, address_of
from core.errors import RuleBroken

RING = {1: [bytes(32)], 2: [b"k" * 32]}
JPEG = b"\xff\xd8\xff"


def photo(size: int) -> bytes:
    return JPEG + os.urandom(size - len(JPEG))


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "nandi.bahi")


@pytest.mark.parametrize("size", [4, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES])
def test_what_is_put_in_comes_out(vault: Vault, size: int) -> None:
    data = photo(size)
    sealed = vault.seal(data, RING)
    assert (sealed.key_version, sealed.media, sealed.size_bytes) == (2, "image/jpeg", size)
    assert vault.size(sealed.address) == sealed_size(size)
    assert vault.open(sealed.address, 2, RING) == data
    assert vault.seal(data, RING) == sealed
    assert vault.unsent() == [sealed.address]


def test_nothing_can_be_read_without_the_key_or_told_from_the_address(vault: Vault, tmp_path: Path) -> None:
    data = photo(5000)
    sealed = vault.seal(data, RING)
    assert vault.open(sealed.address, 2, {1: RING[1]}) is None
    assert vault.open(sealed.address, 1, RING) is None
    assert address_of(data, RING[1][0]) != sealed.address
    [path] = [each for each in (tmp_path / "nandi.bahi.files").rglob("*") if each.is_file()]
    assert data[3:40] not in path.read_bytes()


def test_what_was_altered_cut_or_put_in_another_order_is_not_opened(vault: Vault, tmp_path: Path) -> None:
    data = photo(2 * PART_BYTES + 100)
    sealed = vault.seal(data, RING)
    [path] = [each for each in (tmp_path / "nandi.bahi.files").rglob("*") if each.is_file()]
    good = path.read_bytes()
    one, two, rest = good[:SEALED_PART_BYTES], good[SEALED_PART_BYTES : 2 * SEALED_PART_BYTES], good[-116:]
    for bad in (two + one + rest, one + two, one + rest, good[:-1], good[:-1] + b"x", b"", good + rest):
        assert not vault.keep(sealed.address, 2, bad, RING)
        path.write_bytes(bad)
        assert vault.open(sealed.address, 2, RING) is None
    assert vault.keep(sealed.address, 2, good, RING)
    assert vault.open(sealed.address, 2, RING) == data
    assert vault.unsent() == []
    vault.forget_sent()
    assert vault.unsent() == [sealed.address]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "EMPTY"), (b"MZ\x90", "MEDIA"), (b"<html>", "MEDIA"), (JPEG + bytes(SIZE_BYTES_MAX), "TOO_LARGE")],
)
def test_what_is_not_taken_is_refused_by_name(vault: Vault, data: bytes, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        vault.seal(data, RING, name="proof.exe")
    assert [(each.code, each.file) for each in refused.value.problems] == [(code, "proof.exe")]


@pytest.mark.parametrize(
    ("data", "media"),
    [(b"%PDF-1.7", "application/pdf"), (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"), (b"RIFF\0\0\0\0WAVE", "")],
)
def test_a_file_is_known_by_how_it_begins(data: bytes, media: str) -> None:
    assert media_of(data) == media


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "etcpasswd"), ("a\u202egnp.exe", "agnp.exe"), ("  ", "file"), ("a 4.jpg", "a 4.jpg"),
        ("x" * 200 + ".jpeg", "x" * 115 + ".jpeg"), ("x" * 200, "x" * 120),
    ],
)  # fmt: skip
def test_names_are_kept_tidy(name: str, kept: str) -> None:
    assert tidy_name(name) == kept == tidy_name(kept)
