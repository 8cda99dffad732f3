"""bahi attach and attachments: put on, listed, written out again byte for byte, refused whole."""

from pathlib import Path

import pytest

from tests.core.exchange.samples import INVOICE
from tests.desktop.command_line.runs import here, problems

pytestmark = pytest.mark.slow
PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 40


def test_a_proof_is_put_on_listed_and_written_out(tmp_path: Path, book: Path) -> None:
    photo = tmp_path / "challan.jpg"
    photo.write_bytes(PHOTO)
    number = INVOICE["number"]
    [told] = here("attach", book, number, photo, "--note", "signed", "--json").json
    assert (told["name"], told["size"], told["here"], told["note"]) == (
        "challan.jpg",
        len(PHOTO),
        True,
        "signed",
    )
    assert here("attach", book, number, photo, "--json").json == [told]
    assert here("attachments", book, number, "--json").json == [told]
    for name in ("challan.jpg", "challan 2.jpg"):
        assert here("attachments", book, number, "-o", tmp_path / "out").code == 0
        assert (tmp_path / "out" / name).read_bytes() == PHOTO
    assert here("verify", book, "--json").json["ok"]


def test_one_bad_file_refuses_all(tmp_path: Path, book: Path) -> None:
    photo, script = tmp_path / "a.jpg", tmp_path / "b.sh"
    photo.write_bytes(PHOTO)
    script.write_bytes(b"#!/bin/sh")
    (refused,) = problems(here("attach", book, INVOICE["number"], photo, script, "--json"), 1)
    assert (refused["code"], refused["file"]) == ("MEDIA", "b.sh")
    assert here("attachments", book, INVOICE["number"], "--json").json == []
    assert here("attach", book, INVOICE["number"], tmp_path / "none.jpg").code == 3
