"""A house of empty rooms, read off the import contracts: somewhere to plant a wrong import.

The rooms are those the contracts name, so a contract extended by a room is tested with that room in it.
"""

import configparser
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / ".importlinter"

# Every feature has these files, and every screen those; the wildcards of the contracts look for them.
_FEATURE_FILES = ("model", "rules", "kinds", "projection", "commands", "queries")
_SCREEN_FILES = ("view", "presenter", "columns")
_FEATURES = ("parties", "invoicing", "receipts")
_SCREENS = ("invoices", "parties")


def contract_names() -> list[str]:
    """The names of all contracts, in their order."""
    return [section["name"] for section in _contracts()]


def build(place: Path) -> None:
    """Writes the contracts and an empty module for every room they name into `place`."""
    place.joinpath(".importlinter").write_text(CONTRACTS.read_text("utf-8"), "utf-8")
    for section in _contracts():
        for container in section.get("containers", "").split() or [""]:
            for room in re.findall(r"\w+", section.get("layers", "")):
                _room(place, f"{container}.{room}".lstrip("."))
        for module in f"{section.get('source_modules', '')} {section.get('forbidden_modules', '')}".split():
            if module.split(".")[0] in ("core", "sync", "desktop") and "*" not in module:
                _room(place, module)
    for feature in _FEATURES:
        for file in _FEATURE_FILES:
            _room(place, f"core.{feature}.{file}")
    for screen in _SCREENS:
        for file in _SCREEN_FILES:
            _room(place, f"desktop.screens.{screen}.{file}")


def plant(place: Path, module: str, line: str) -> None:
    """Adds one line to a module of the skeleton, making the module where there is none."""
    _room(place, module)
    folder = place.joinpath(*module.split("."))
    with folder.joinpath("__init__.py").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def broken_contracts(place: Path) -> list[str]:
    """The names of the contracts that `lint-imports` reports broken; raises when it could not judge all."""
    verdict = run_linter(place)
    found = re.findall(r"^(.+?) (KEPT|BROKEN)\b.*$", verdict.stdout, re.MULTILINE)
    if [name for name, _ in found] != contract_names():
        raise AssertionError(f"lint-imports did not judge every contract:\n{verdict.stdout}{verdict.stderr}")
    broken = [name for name, state in found if state == "BROKEN"]
    assert (verdict.returncode != 0) == bool(broken), verdict.stdout
    return broken


def run_linter(place: Path) -> subprocess.CompletedProcess[str]:
    """Runs `lint-imports` on the tree at `place`, as `make check` does."""
    linter = Path(sys.executable).with_name("lint-imports")
    command = [str(linter), "--no-cache", "--no-logo", "--config", ".importlinter"]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=100, check=False)


def _contracts() -> list[configparser.SectionProxy]:
    parser = configparser.ConfigParser()
    parser.read(CONTRACTS, "utf-8")
    return [parser[name] for name in parser.sections() if name.startswith("importlinter:contract:")]


def _room(place: Path, module: str) -> None:
    """Makes a package of `module` and of everything above it."""
    folder = place
    for part in module.split("."):
        folder /= part
        folder.mkdir(exist_ok=True)
        folder.joinpath("__init__.py").touch()
