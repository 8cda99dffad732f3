"""Reads an interchange file, hostile or not: bounded, strict, every refusal with file, line and field.

`.json` or `.json.zst`, UTF-8. What is wrong is told as Problems; line numbers are looked up only for those.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError, JSONDecoder
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import structs

from core.errors import RuleBroken
from core.exchange.model import FORMAT, BahiFile
from core.exchange.places import Places
from core.problems import Problem, located
from core.words import translate as _

Shape = TypeVar("Shape")
FILE_BYTES_MAX = 256 << 20
"""An honest file of a million lines stays below this, packed or not."""
PROBLEMS_MAX = 200

_ZSTD = b"\x28\xb5\x2f\xfd"
_AT = re.compile(r" - at `\$?\.?(?P<path>.*)`$", re.DOTALL)
_UNKNOWN = re.compile(r"unknown field `(?P<key>[^`]*)`")
_MISSING = re.compile(r"missing required field `(?P<key>[^`]*)`")
_AT_BYTE = re.compile(r" \(byte (?P<at>[0-9]+)\)$")
_ODD_FIGURE = re.compile(
    r'"(?!-?[0-9]+(?:\.[0-9]+|(?:-[0-9]+)*)?"|\+[0-9]{10,}")(?:[\s\d_+.eE-]|\\u[0-9a-fA-F]{4}|\\[tnrf])++"'
)
"""A text of figures and their signs that is neither a plain decimal, nor a date, nor a telephone number."""
_decoder = JSONDecoder(parse_int=str, parse_float=str)


class Source(NamedTuple):
    """A file as read: its name, where things stand in its text, and what it holds."""

    name: str
    places: Places
    file: BahiFile

    def placed(self, problem: Problem) -> Problem:
        """The problem with file and line filled in."""
        return located(problem, file=self.name, line=self.places.line(problem.field))


class Findings:
    """Gathers what is wrong with a file, so that all of it is told at once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def add(self, code: str, message: str, field: str, remedy: str = "") -> None:
        """Note a problem at a path of the file."""
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(self.source.placed(Problem(code, message, field, remedy)))

    @contextmanager
    def within(self, path: str) -> Iterator[None]:
        """Note what a command refuses in here as problems below this path, and go on after it."""
        try:
            yield
        except RuleBroken as refused:
            for problem in refused.problems:
                placed = below(problem, path)
                self.add(placed.code, placed.message, placed.field, placed.remedy)

    def finish(self) -> None:
        """Raise `RuleBroken` with everything noted, if anything was."""
        if self.problems:
            raise RuleBroken(self.problems)


def below(problem: Problem, path: str) -> Problem:
    """The problem with its field as the file calls it, below a path."""
    return structs.replace(problem, field=_below(path, _as_written(problem.field)))


def read_source(data: bytes, name: str) -> Source:
    """The file in these bytes. Raises `RuleBroken` with one problem: what is wrong first."""
    text = _text(_unpacked(data, name), name)
    return Source(name, Places(text), read_json(text, BahiFile, name))


def read_json(text: str, shape: type[Shape], name: str) -> Shape:
    """What a JSON text of this shape holds. Raises `RuleBroken` with one problem: what is wrong first, and where."""
    try:
        found = msgspec.json.decode(text, type=shape)
        _check_figures(text, shape, name)
        return found
    except msgspec.ValidationError as error:
        raise RuleBroken([_misfit(str(error), text, name)]) from None
    except msgspec.DecodeError as error:
        raise RuleBroken([_malformed(str(error), text, name)]) from None
    except RecursionError:
        raise _refused("MALFORMED", _("The file is nested too deeply."), name) from None


def _check_figures(text: str, shape: type[Any], name: str) -> None:
    """Refuse figures written as no plain decimal (1e5, 1_000, figures of other scripts): decimals are read so too.

    Each text that looks so is made one that no decimal is; whoever asked for a decimal there then complains.
    """
    plain, odd = _ODD_FIGURE.subn('"?"', text)
    if not odd:
        return
    try:
        msgspec.json.decode(plain, type=shape)
    except msgspec.ValidationError as error:
        at = _AT.search(str(error))
        path = at["path"] if at else ""
        message = _(
            "A figure has the digits 0 to 9, a point, and a minus sign before it where it is below nought."
        )
        raise RuleBroken([Problem("FIGURE", message, path, "", name, Places(text).line(path))]) from None


def is_interchange(data: bytes) -> bool:
    """Whether the bytes look like an interchange file rather than a table."""
    return data.startswith(_ZSTD) or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _unpacked(data: bytes, name: str) -> bytes:
    if data.startswith(_ZSTD):
        # Only packed files want the library.
        import zstandard

        try:
            with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)) as stream:
                data = stream.read(FILE_BYTES_MAX + 1)
        except zstandard.ZstdError:
            raise _refused("MALFORMED", _("The file is packed, and the packing is damaged."), name) from None
    if len(data) > FILE_BYTES_MAX:
        raise _refused("TOO_LARGE", _("The file is larger than 256 MiB."), name)
    return data


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused("ENCODING", _("The file is not UTF-8."), name, line) from None


def _misfit(told: str, text: str, name: str) -> Problem:
    """What msgspec found, in our words, with path and line."""
    at = _AT.search(told)
    path = at["path"] if at else ""
    what = told[: at.start()] if at else told
    if unknown := _UNKNOWN.search(what):
        field = _below(path, unknown["key"])
        message = _("The key {key} is not known here.").format(key=unknown["key"])
        remedy = _("Correct the spelling or take it out; nothing is dropped silently.")
        return Problem("UNKNOWN_KEY", message, field, remedy, name, Places(text).line(field))
    if missing := _MISSING.search(what):
        field = _below(path, missing["key"])
        message = _("{key} is missing here.").format(key=missing["key"])
        return Problem("REQUIRED", message, field, "", name, Places(text).line(field))
    if path == "format":
        message = _("This is not an interchange file of Bahi: its format is not {format}.")
        return Problem("FORMAT", message.format(format=FORMAT), path, "", name, Places(text).line(path))
    message = _("This does not fit: {what}.").format(what=what)
    return Problem("SHAPE", message, path, "", name, Places(text).line(path))


def _malformed(told: str, text: str, name: str) -> Problem:
    try:
        _decoder.decode(text)
        line = None
    except JSONDecodeError as error:
        line = error.lineno
    except (ValueError, RecursionError):
        line = None
    message = _("The file is not well-formed JSON: {what}.").format(what=_AT_BYTE.sub("", told))
    return Problem("MALFORMED", message, "", "", name, line)


def _refused(code: str, message: str, name: str, line: int | None = None) -> RuleBroken:
    return RuleBroken([Problem(code, message, "", "", name, line)])


def _below(path: str, field: str) -> str:
    if not path or not field:
        return path or field
    return path + field if field.startswith("[") else f"{path}.{field}"


_COUNTED = re.compile(r"\b(lines|charges|deductions|elsewhere)\.([0-9]+)")
_FILE_WORDS = {
    "amount_paise": "amount",
    "applicable_percent_bp": "applicable_percent",
    "cess_paise": "cess",
    "cess_per_unit_tenthousandths": "cess_per_unit",
    "cess_rate_bp": "cess_pct",
    "charges_paise": "charges",
    "credit_limit_paise": "credit_limit",
    "dated_on": "date",
    "deducted_paise": "deducted",
    "discount_paise": "discount",
    "discount_tenthousandths_pct": "discount_pct",
    "doc_on": "doc_date",
    "due_on": "due_date",
    "elsewhere": "adjusted",
    "hundredths": "amount",
    "opening_paise": "opening",
    "paise": "amount",
    "price_tenthousandths": "price",
    "quantity_thousandths": "quantity",
    "rate_bp": "gst_rate",
    "rate_millionths": "rate",
    "registration": "gstin",
    "taxable_paise": "taxable",
    "write_off_limit_paise": "write_off_limit",
}
"""What records call otherwise than the file does."""


def _as_written(field: str) -> str:
    """A field of a record as the file calls it."""
    field = field.removeprefix("tax.").removeprefix("registration.")
    counted = _COUNTED.sub(lambda found: f"{found[1]}[{int(found[2]) - 1}]", field)
    counted = "interest.rate" if counted == "interest.rate_bp" else counted  # of a party, where it is no GST
    parts = (part.partition("[") for part in counted.split("."))
    return ".".join(_FILE_WORDS.get(name, name) + bracket + at for name, bracket, at in parts)
