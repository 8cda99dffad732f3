"""The house rules that no linter knows: sizes, names, where colours live, and floats far from money."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("core", "sync", "desktop", "resources", "installers")

FILE_LINES = 400
FUNCTION_LINES = 60
TEST_FILE_LINES = 500

# Files that may be longer, and how long they are today. The numbers only shrink.
LONGER: dict[str, int] = {}

BANNED_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"}

# Rooms that reckon with money. Paper is not one of them: it measures the page in points.
MONEY_ROOMS = (
    "money.py",
    "fiscal.py",
    "words",
    "gst",
    "company",
    "parties",
    "items",
    "numbering",
    "ledger",
    "invoicing",
    "milestones",
    "receipts",
    "dunning",
    "statements",
    "exchange",
)
# Where exact sums are made; there even a true division is a float about to happen.
EXACT = re.compile(r"core/(money\.py|gst/.*|.*/rules\.py|ledger/.*)")

COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b")

# Written in pieces, so that this file passes its own test.
FORBIDDEN = re.compile(
    "|".join(
        (
            "pypi" + r"\.org",
            "python" + "hosted",
            "npm" + r"js\.",
            "deb" + r"\.debian",
            "index" + "[-_]url",
            r"\.\./" + "shared",
            "/(wo" + "rk|ro" + "ot|opt)/",
        )
    )
)
LEFT_OUT = re.compile("--no-emit-" + "index-" + "url")  # how pip-compile is told to leave it out


def sources(*folders: str) -> list[Path]:
    """Every Python file under these folders of the repository."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def named(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def texts() -> Iterator[tuple[str, str]]:
    """Every text file of the repository with its name; fonts, pictures and what is made are left out."""
    made = {"build", "dist", "__pycache__"}
    binary = {".ttf", ".png", ".pdf", ".mo", ".ico", ".pyc"}
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts[:-1])
        if hidden or made.intersection(parts):
            continue
        if path.is_file() and path.suffix not in binary:
            yield named(path), path.read_text("utf-8", errors="replace")


def strings(module: ast.Module) -> Iterator[tuple[int, str]]:
    """The string literals of a file with their lines, docstrings among them."""
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def overlong_functions(module: ast.Module) -> Iterator[str]:
    """Functions that do not fit a screen, with their line and length."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{node.lineno} {node.name}: {length}"


def styles_and_colours(module: ast.Module) -> Iterator[int]:
    """The lines where a style sheet is set or a colour is spelt out."""
    for line, text in strings(module):
        if COLOUR.search(text):
            yield line
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and node.attr == "setStyleSheet":
            yield node.lineno


def overlong_files(paths: list[Path], limit: int) -> list[str]:
    """Files above the limit, or above the number they were excused for."""
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in paths}
    return [f"{name}: {lines}" for name, lines in lengths.items() if lines > LONGER.get(name, limit)]


def test_no_file_is_too_long_to_read_in_one_sitting() -> None:
    assert overlong_files(sources(*PRODUCT), FILE_LINES) == []
    assert overlong_files(sources("tests"), TEST_FILE_LINES) == []


def test_excuses_for_long_files_only_shrink() -> None:
    for name, excused in LONGER.items():
        lines = len((ROOT / name).read_text("utf-8").splitlines())
        assert lines == excused, f"{name} has {lines} lines; write that number down"
        assert lines > FILE_LINES, f"{name} needs no excuse any more"


def test_every_function_fits_a_screen() -> None:
    long = [
        f"{named(path)}:{found}" for path in sources(*PRODUCT) for found in overlong_functions(tree(path))
    ]
    assert long == []


def test_no_room_is_a_drawer_for_everything() -> None:
    drawers = [
        named(path)
        for path in sources(*PRODUCT, "tests")
        if BANNED_NAMES.intersection(part.removesuffix(".py") for part in path.relative_to(ROOT).parts)
    ]
    assert drawers == []


def test_every_module_says_what_lives_there() -> None:
    silent = [named(path) for path in sources(*PRODUCT) if not ast.get_docstring(tree(path))]
    assert silent == []


def test_styles_and_colours_stand_in_the_theme_alone() -> None:
    strays = [
        f"{named(path)}:{line}"
        for path in sources("desktop")
        if not named(path).startswith("desktop/theme/")
        for line in styles_and_colours(tree(path))
    ]
    assert strays == []


def floats(module: ast.Module, exact: bool) -> Iterator[ast.expr | ast.stmt]:
    """Float literals, the name `float`, and (where sums must be exact) every true division."""
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node
        if isinstance(node, ast.Name) and node.id == "float":
            yield node
        if exact and isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield node


def test_no_float_touches_money() -> None:
    strays = []
    for path in sources(*(f"core/{room}" for room in MONEY_ROOMS)) + [
        ROOT / "core" / room for room in MONEY_ROOMS if room.endswith(".py")
    ]:
        exact = EXACT.fullmatch(named(path)) is not None
        strays += [f"{named(path)}:{node.lineno}" for node in floats(tree(path), exact)]
    assert strays == []


@pytest.mark.parametrize(
    ("source", "exact", "found"),
    [("a = 1.5", False, 1), ("b = float('2')", False, 1), ("c = a / 2", True, 1), ("c = a // 2", True, 0)],
)
def test_the_search_for_floats_can_find_one(source: str, exact: bool, found: int) -> None:
    assert len(list(floats(ast.parse(source), exact))) == found


def test_the_core_asks_the_environment_nothing() -> None:
    strays = [
        f"{named(path)}:{node.lineno}"
        for path in sources("core")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb")
    ]
    assert strays == []


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    strays = [name for name, text in texts() if FORBIDDEN.search(LEFT_OUT.sub("", text))]
    assert strays == []


@pytest.mark.parametrize(
    "text", ["see https://pypi" + ".org/simple", "--extra-index" + "-url", "../" + "shared"]
)
def test_the_search_for_registries_can_find_one(text: str) -> None:
    assert FORBIDDEN.search(text)
