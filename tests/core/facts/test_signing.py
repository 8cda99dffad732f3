"""The way from a key and a folder of tables to a pack that a user takes."""

import runpy
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

import core.facts
from core.facts import Facts
from core.facts.folder import apply_pack, read_key

TREE = Path(core.facts.__file__).parents[2]


@pytest.fixture
def tool() -> Callable[[list[str]], int]:
    main: Callable[[list[str]], int] = runpy.run_path(str(TREE / "installers" / "facts_pack.py"))["main"]
    return main


def test_a_pack_is_made_signed_and_taken(
    tool: Callable[[list[str]], int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret, out, data = tmp_path / "secret", tmp_path / "new.bahifacts", tmp_path / "data"
    assert tool(["key", "clerk", "-o", str(secret)]) == 0
    key = read_key(capsys.readouterr().out)
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    shutil.copytree(TREE / "core" / "facts" / "data", data)
    limits = data / "limits.json"
    limits.write_text(
        limits.read_text("utf-8").replace('"100000", "from": "2024-08-01"', '"90000", "from": "2024-08-01"'),
        "utf-8",
    )
    made = [
        "make",
        "limits",
        "--data",
        str(data),
        "--key",
        str(secret),
        "--version",
        "2027-01",
        "-o",
        str(out),
    ]
    assert tool(made) == 0
    assert "version 2027-01, signed by clerk" in capsys.readouterr().out
    pack = apply_pack(out.read_bytes(), tmp_path / "user", own_key=key)
    assert (pack.key, set(pack.tables), Facts.in_force().version) == ("clerk", {"limits"}, "2027-01")


def test_a_key_is_never_written_over(tool: Callable[[list[str]], int], tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("kept")
    with pytest.raises(FileExistsError):
        tool(["key", "clerk", "-o", str(secret)])
    assert secret.read_text() == "kept"
