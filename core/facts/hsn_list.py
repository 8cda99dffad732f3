"""The official list of HSN and SAC codes: read from the portal's file, kept for the user, used for search.

A list that holds goods stands in place of the shipped goods, one that holds services in place of the shipped
services. The columns are found by their headers; without any, the first is the code and the second what it is for.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from core.errors import RuleBroken
from core.facts.records import HsnFact
from core.facts.search import HsnIndex
from core.problems import Problem
from core.words import translate as _

PROBLEMS_MAX = 20
DESCRIPTION_MAX = 2000
CODE_LENGTHS = (2, 4, 6, 8)
GROUP_LENGTH = 5
"""Services are also listed by groups of five digits, which no paper carries."""

_CODES = ("hsncd", "hsn", "hsncode", "saccd", "sac", "saccode", "hsnsac", "hsnsaccode", "hsnsaccd", "code")
_DESCRIPTIONS = (
    "hsndescription",
    "sacdescription",
    "description",
    "desc",
    "hsndesc",
    "sacdesc",
    "goods",
    "services",
)


class Line(Protocol):
    """One row of a sheet: the line it stands on, and its cells."""

    @property
    def line(self) -> int: ...
    @property
    def cells(self) -> Sequence[object]: ...


class Sheet(Protocol):
    """A table as read: its file's name, its header and its rows."""

    @property
    def name(self) -> str: ...
    @property
    def header(self) -> Sequence[str]: ...
    @property
    def rows(self) -> Sequence[Line]: ...


class HsnCodes(NamedTuple):
    """The codes that answer: the index, which kinds an official list covers, and the file that list came from."""

    lookup: HsnIndex
    lists_goods: bool
    lists_services: bool
    source: str


class _Kept(msgspec.Struct):
    """The list as kept: pairs of code and description."""

    source: str
    codes: list[tuple[str, str]]


class _Cell(NamedTuple):
    """A code as a line has it, and what it is for."""

    sheet: str
    line: int
    code: str
    description: str


def read_hsn_list(sheets: Iterable[Sheet]) -> list[tuple[str, str]]:
    """Gives every code and what it is for, in the file's order; a code that comes twice is taken once.

    Leading zeros that a spreadsheet ate come back: where no code of goods begins with nought, an odd number of digits
    can only be that. Raises RuleBroken with each wrong line named; then nothing of the file is taken.
    """
    cells = [cell for sheet in sheets for cell in _cells(sheet)]
    goods = [cell.code for cell in cells if cell.code.isdecimal() and not cell.code.startswith("99")]
    eaten = not any(code.startswith("0") for code in goods)
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for cell in cells:
        code = _mended(cell.code) if eaten else cell.code
        problem = _problem(cell, code)
        if problem is not None:
            problems.append(problem)
        found.setdefault(code, cell.description)
    if problems:
        raise RuleBroken(problems[:PROBLEMS_MAX])
    if not found:
        raise RuleBroken([Problem("EMPTY", _("The file holds no codes."))])
    return list(found.items())


def kept_list(codes: Sequence[tuple[str, str]], source: str) -> bytes:
    """Gives the file in which a list is kept."""
    return msgspec.json.encode(_Kept(source, list(codes)))


def codes_of(shipped: Sequence[HsnFact], path: Path | None) -> HsnCodes:
    """Gives the codes that answer: the list kept at `path` over the shipped ones; these alone when there is none."""
    kept = _kept(path)
    if kept is None:
        return HsnCodes(HsnIndex(shipped), lists_goods=False, lists_services=False, source="")
    source = _("the official list, imported from {file}").format(file=kept.source)
    told = [
        HsnFact(code=code, description=text, since=None, until=None, source=source)
        for code, text in kept.codes
    ]
    services = any(fact.is_service for fact in told)
    goods = any(not fact.is_service for fact in told)
    rest = [fact for fact in shipped if not (services if fact.is_service else goods)]
    return HsnCodes(HsnIndex((*told, *rest)), goods, services, kept.source)


def _kept(path: Path | None) -> _Kept | None:
    """The list as kept; None when there is none or it is damaged: the shipped selection is always there."""
    if path is None:
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return None


def _cells(sheet: Sheet) -> Iterator[_Cell]:
    places = _places(sheet.header)
    if not places:
        if len(sheet.header) < 2 or not sheet.header[0].strip().isdecimal():
            raise RuleBroken([_no_columns(sheet)])
        places = [(0, 1)]
        yield _Cell(sheet.name, 1, sheet.header[0].strip(), _text(sheet.header[1]))
    for row in sheet.rows:
        for code_at, text_at in places:
            code, text = _at(row.cells, code_at), _at(row.cells, text_at)
            if code or text:
                yield _Cell(sheet.name, row.line, code, text)


def _places(header: Sequence[str]) -> list[tuple[int, int]]:
    """Where each code stands and, after it, what it is for: a sheet may hold goods beside services."""
    bare = ["".join(sign for sign in name.lower() if sign.isalnum()) for name in header]
    texts = [place for place, name in enumerate(bare) if name in _DESCRIPTIONS]
    codes = [place for place, name in enumerate(bare) if name in _CODES]
    return [
        (code, next(text for text in texts if text > code)) for code in codes if texts and texts[-1] > code
    ]


def _at(cells: Sequence[object], place: int) -> str:
    return _text(cells[place]) if place < len(cells) else ""


def _text(cell: object) -> str:
    return " ".join(str(cell).split())


def _mended(code: str) -> str:
    return f"0{code}" if code.isdecimal() and len(code) % 2 and not _is_group(code) else code


def _is_group(code: str) -> bool:
    return len(code) == GROUP_LENGTH and code.startswith("99")


def _problem(cell: _Cell, code: str) -> Problem | None:
    if not (code.isascii() and code.isdecimal() and (len(code) in CODE_LENGTHS or _is_group(code))):
        message = _("{code} is no code of goods or services: 2, 4, 6 or 8 digits.").format(
            code=cell.code[:40]
        )
        return Problem("HSN_CODE", message, "code", "", cell.sheet, cell.line)
    if not cell.description or len(cell.description) > DESCRIPTION_MAX:
        message = _("What the code {code} is for is missing or too long.").format(code=code)
        return Problem("HSN_DESCRIPTION", message, "description", "", cell.sheet, cell.line)
    return None


def _no_columns(sheet: Sheet) -> Problem:
    message = _("No column is the code and none what it is for. The headers are: {headers}.").format(
        headers=", ".join(sheet.header)[:400]
    )
    remedy = _("Name the columns HSN_CD and HSN_Description, or SAC_CD and SAC_Description.")
    return Problem("COLUMN", message, "", remedy, sheet.name, 1)
