"""The window goes by what this user applied, and says so when it cannot."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.facts import Facts
from core.facts.folder import apply_pack
from core.facts.reader import put_in_force
from desktop.bridge.taken_facts import take_up_facts
from tests.core.facts.packs import KEY, shipped, signed


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this user's facts lie."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    yield tmp_path / "bahi" / "facts"
    put_in_force(None)


def started() -> list[Exception]:
    """Start, and give what the window was told."""
    told: list[Exception] = []
    take_up_facts(told.append)
    return told


def test_a_pack_applied_holds_in_the_window(folder: Path) -> None:
    assert started() == []
    apply_pack(signed({"rates": shipped("rates")}), folder, own_key=KEY)
    put_in_force(None)
    assert started() == []
    assert Facts.in_force().version == "2027-03"


def test_a_damaged_pack_is_told_and_the_release_stands(folder: Path) -> None:
    apply_pack(signed({"rates": shipped("rates")}), folder, own_key=KEY)
    (folder / "facts.bahifacts").write_bytes(b"harmed")
    (told,) = started()
    assert "no pack of facts" in str(told)
    assert Facts.in_force() is Facts.shipped()
