"""What a newcomer meets: README's commands exist, locks are whole, and every library's licence is listed."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "requirements" / "runtime.lock"
DEVELOPMENT = ROOT / "requirements" / "development.lock"


def pins(lock: Path) -> dict[str, str]:
    """Each pinned library of a lock with its version."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text("utf-8"), re.MULTILINE))


def make_targets() -> set[str]:
    """The targets of the Makefile."""
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_the_commands_of_the_readme_exist() -> None:
    told = set(re.findall(r"^\s*make ([a-z]+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))
    assert {"run", "test"} <= told <= make_targets()


def test_ci_calls_targets_that_exist() -> None:
    steps = re.search(r"for step in ([a-z ]+); do", (ROOT / ".ci" / "run").read_text("utf-8"))
    assert steps is not None
    assert set(steps.group(1).split()) <= make_targets()


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT], ids=lambda lock: lock.stem)
def test_every_pin_carries_a_hash_and_no_address(lock: Path) -> None:
    blocks = re.split(r"\n(?=[a-z0-9-]+==)", "\n" + lock.read_text("utf-8").replace("\\\n", " "))[1:]
    assert len(blocks) == len(pins(lock)) > 0
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in lock.read_text("utf-8")


@pytest.mark.parametrize(
    ("wanted", "lock"),
    [("runtime.in", RUNTIME), ("windows.in", RUNTIME), ("development.in", DEVELOPMENT)],
)
def test_what_is_asked_for_is_locked(wanted: str, lock: Path) -> None:
    lines = (ROOT / "requirements" / wanted).read_text("utf-8").splitlines()
    names = [match[0].lower() for line in lines if (match := re.match(r"[A-Za-z][\w-]*", line))]
    assert names
    assert [name for name in names if name not in pins(lock)] == []


def test_the_two_locks_agree() -> None:
    runtime, development = pins(RUNTIME), pins(DEVELOPMENT)
    assert {name: development[name] for name in runtime.keys() & development.keys()} == {
        name: runtime[name] for name in runtime.keys() & development.keys()
    }


def test_windows_gets_its_own_needs_and_linux_does_not() -> None:
    text = RUNTIME.read_text("utf-8")
    for name in ("pywin32-ctypes", "colorama", "tzdata"):
        assert re.search(rf'^{name}==\S+ ; sys_platform == "win32"', text, re.MULTILINE), name


def licences() -> dict[str, tuple[str, str]]:
    """Version and licence of each runtime library, as docs/licences.md lists them."""
    rows = re.findall(
        r"^\| ([a-z0-9-]+) \| (\S+) \| ([^|]+) \|",
        (ROOT / "docs" / "licences.md").read_text("utf-8"),
        re.MULTILINE,
    )
    return {name: (version, licence.strip()) for name, version, licence in rows if name != "library"}


def test_every_runtime_library_stands_in_the_list_of_licences() -> None:
    assert {name: version for name, (version, _) in licences().items()} == pins(RUNTIME)


def test_no_runtime_library_is_under_the_gpl() -> None:
    bound = [
        name
        for name, (_, licence) in licences().items()
        if re.search(r"(?<!L)(A?GPL)", licence) and "LGPL" not in licence
    ]
    assert bound == []


def test_every_font_has_its_licence_beside_it() -> None:
    fonts = sorted((ROOT / "resources" / "fonts").glob("*.ttf"))
    assert fonts
    for font in fonts:
        family = font.stem.split("-")[0]
        licence = font.with_name(f"{family}-OFL.txt")
        assert "SIL Open Font License" in licence.read_text("utf-8")


def test_system_packages_are_named_once_each() -> None:
    script = ROOT / "installers" / "system_packages.sh"
    listed = subprocess.run(
        [str(script), "--list"], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"libegl1", "libxcb-cursor0", "xvfb", "gnome-keyring"} <= set(listed)
    assert len(listed) == len(set(listed))
