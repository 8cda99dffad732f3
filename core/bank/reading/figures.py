"""Amounts and days as banks write them. Paise are exact: a figure with more than paise in it is none."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from core.bank.rules import FIRST_DAY, LAST_DAY, PAISE_MAX
from core.sheets.reading import Cell

_FIGURE = re.compile(
    r"(?P<open>\()?\s*(?P<lead>cr|dr)?\.?\s*(?P<sign>[+-])?\s*(?:rs\.?|inr|₹)?\s*(?P<second>[+-])?\s*"
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}|[0-9]+)?(?P<decimals>\.[0-9]*)?"
    r"\s*(?P<behind>-)?\s*(?P<close>\))?\s*\(?(?P<mark>cr|dr|c|d)?\.?\)?"
)
_NOTHING = frozenset({"", "-", "--", "na", "n/a", "nil", "null", "none"})
_TO_PAISE = Decimal("0.01")
_NOISE = Decimal("0.0000005")
"""What Excel's figures are off by, at the most; anything more is part of a figure."""

_CLOCK = re.compile(
    r"[ T,]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?(?: ?[ap]\.?m\.?)?Z?$", re.IGNORECASE
)
_ISO = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_NUMBERS = re.compile(r"([0-9]{1,2})\s?([-/. ])\s?([0-9]{1,2})\s?\2\s?([0-9]{4}|[0-9]{2})")
_NAMED = re.compile(r"([0-9]{1,2})[-/. ]*([A-Za-z]{3,9})[-/., ']*([0-9]{4}|[0-9]{2})")
_MONTH_LED = re.compile(r"([A-Za-z]{3,9})[-/. ]+([0-9]{1,2}),?[-/. ]+([0-9]{4})")
_COMPACT = re.compile(r"(19|20)[0-9]{6}")
_SERIAL = re.compile(r"[0-9]{5}")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS_WHOLE = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
                 "november", "december")  # fmt: skip
_SERIAL_DAY_NOUGHT = dt.date(1899, 12, 30)


class Figure(NamedTuple):
    """A figure: paise with the sign written, and the mark Cr (+1) or Dr (-1) that stood by it, else 0."""

    paise: int
    mark: int = 0


def figure(cell: Cell) -> Figure | None:
    """The figure in a cell, None in a blank one; ValueError when it is none."""
    if isinstance(cell, Decimal):
        return Figure(_paise(cell))
    if isinstance(cell, dt.date):
        raise ValueError(cell)
    text = unicodedata.normalize("NFKC", cell).strip().lower().replace("−", "-")
    if text in _NOTHING:
        return None
    found = _FIGURE.fullmatch(text)
    if found is None or not (found["digits"] or (found["decimals"] or ".") != "."):
        raise ValueError(cell)
    if bool(found["open"]) != bool(found["close"]) and not (found["mark"] and not found["open"]):
        raise ValueError(cell)
    paise = _paise(Decimal((found["digits"] or "0").replace(",", "") + (found["decimals"] or "")))
    minus = "-" in (found["sign"], found["second"], found["behind"]) or (found["open"] and not found["mark"])
    return Figure(-paise if minus else paise, _mark(found["mark"] or found["lead"] or ""))


def mark(cell: Cell) -> int:
    """What a column of marks says: +1 money in (Cr), -1 money out (Dr), 0 nothing; ValueError for another word."""
    word = "".join(letter for letter in str(cell).lower() if letter.isalpha())
    if not word:
        return 0
    if word in _IN:
        return 1
    if word in _OUT:
        return -1
    raise ValueError(cell)


_IN = frozenset({"cr", "c", "credit", "deposit", "in"})
_OUT = frozenset({"dr", "d", "debit", "withdrawal", "out"})


def day(cell: Cell, *, day_first: bool, serial: bool = False) -> dt.date | None:
    """The day in a cell, None in a blank one; ValueError when it is none or far off. `serial` takes Excel's numbers."""
    if isinstance(cell, dt.date):
        return _sensible(cell)
    if is_serial(cell):
        if not serial:
            raise ValueError(cell)
        return _sensible(_SERIAL_DAY_NOUGHT + dt.timedelta(days=int(Decimal(cell))))
    text = _CLOCK.sub("", unicodedata.normalize("NFKC", str(cell)).strip().strip("'"))
    if not text:
        return None
    return _sensible(_written(text, day_first=day_first))


def is_serial(cell: Cell) -> bool:
    """Whether a cell could be a day as Excel counts them."""
    if isinstance(cell, Decimal):
        return 10_000 <= cell < 100_000
    return isinstance(cell, str) and _SERIAL.fullmatch(cell.strip()) is not None


def order_told(cell: Cell) -> tuple[int, int, bool] | None:
    """The two numbers of a day written in numbers, and whether with slashes; None where nothing is to be told."""
    if not isinstance(cell, str):
        return None
    found = _NUMBERS.fullmatch(_CLOCK.sub("", cell.strip()))
    return (int(found[1]), int(found[3]), found[2] == "/") if found else None


def _written(text: str, *, day_first: bool) -> dt.date:
    if iso := _ISO.fullmatch(text):
        return dt.date(int(iso[1]), int(iso[3]), int(iso[4]))
    if numbers := _NUMBERS.fullmatch(text):
        first, second = int(numbers[1]), int(numbers[3])
        number, month = (first, second) if day_first else (second, first)
        return dt.date(_year(numbers[4]), month, number)
    if named := _NAMED.fullmatch(text):
        return dt.date(_year(named[3]), _month(named[2]), int(named[1]))
    if led := _MONTH_LED.fullmatch(text):
        return dt.date(int(led[3]), _month(led[1]), int(led[2]))
    if _COMPACT.fullmatch(text):
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    raise ValueError(text)


def _year(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)


def _month(name: str) -> int:
    """The month of a name, whole or cut; ValueError for another word."""
    plain = name.lower()
    month = _MONTHS.index(plain[:3])
    if not _MONTHS_WHOLE[month].startswith(plain) and plain != "sept":
        raise ValueError(name)
    return month + 1


def _sensible(on: dt.date) -> dt.date:
    if not FIRST_DAY <= on <= LAST_DAY:
        raise ValueError(on)
    return on


def _paise(rupees: Decimal) -> int:
    exact = rupees.quantize(_TO_PAISE) if abs(rupees) < PAISE_MAX else None
    if exact is None or abs(exact - rupees) > _NOISE:
        raise ValueError(rupees)
    return int(exact * 100)


def _mark(word: str) -> int:
    return {"c": 1, "d": -1}.get(word[:1], 0)
