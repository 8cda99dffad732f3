"""Reads the figures people type: 1,25,000 and 1.25l and 2cr and 10*125 and 100+20-5.

A small exact calculator over + - * / and brackets; nothing is evaluated as code, and blank is never zero.
"""

import re
from fractions import Fraction

from core.words.errors import WordsError
from core.words.language import translate as _

MAX_LENGTH = 120
MAX_SIZE = 10**15
"""Anything larger, counted in the smallest unit, is a slip of the finger."""

_UNITS = {
    "k": 10**3,
    "t": 10**3,
    "l": 10**5,
    "lac": 10**5,
    "lacs": 10**5,
    "lakh": 10**5,
    "lakhs": 10**5,
    "cr": 10**7,
    "crore": 10**7,
    "crores": 10**7,
}
_TOKEN = re.compile(r"\s*(?:([0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)\s*([a-z]*)|([-+*/()]))")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}")
_SIGNS = str.maketrans("०१२३४५६७८९−–×x÷", "0123456789--**/")
_RUPEE_SIGN = re.compile(r"^(?:₹|rs\.?|inr)\s*")


def parse_amount(text: str) -> int | None:
    """Reads an amount in rupees as paise, rounded half up; blank gives None, nonsense raises WordsError.

    Takes commas, k, l (lakh) and cr (crore), + - * / and brackets, a leading ₹ or Rs and a trailing /-.
    """
    plain = _RUPEE_SIGN.sub("", text.strip().lower()).removesuffix("/-")
    return _number(plain, 100, text)


def parse_quantity(text: str) -> int | None:
    """Reads a quantity as thousandths, rounded half up; blank gives None, nonsense raises WordsError."""
    return _number(text, 1_000, text)


def parse_price(text: str) -> int | None:
    """Reads a unit price in rupees as ten-thousandths, rounded half up; blank gives None."""
    return _number(_RUPEE_SIGN.sub("", text.strip().lower()).removesuffix("/-"), 10_000, text)


def parse_rate(text: str) -> int | None:
    """Reads a per cent, with or without its sign, as basis points; blank gives None."""
    return _number(text.strip().removesuffix("%"), 100, text)


def _number(text: str, scale: int, original: str) -> int | None:
    plain = text.strip().lower().translate(_SIGNS)
    if not original.strip():
        return None
    if len(plain) > MAX_LENGTH:
        raise WordsError(_("This is too long to be a figure"))
    reader = _Sum(_tokens(plain, original), original)
    value = reader.whole() * scale
    doubled = 2 * abs(value.numerator) + value.denominator
    size = doubled // (2 * value.denominator)
    if size >= MAX_SIZE:
        raise WordsError(_("“{text}” is too large").format(text=original.strip()))
    return -size if value < 0 else size


def _tokens(plain: str, original: str) -> list[Fraction | str]:
    found: list[Fraction | str] = []
    at = 0
    while at < len(plain):
        match = _TOKEN.match(plain, at)
        if match is None:
            raise _unreadable(original)
        figure, unit, sign = match.groups()
        found.append(sign if sign else _figure(figure, unit, original))
        at = match.end()
    return found


def _figure(figure: str, unit: str, original: str) -> Fraction:
    whole, _point, fraction = figure.partition(".")
    if "," in whole:
        if not _GROUPED.fullmatch(whole):
            sentence = _("The commas in “{text}” are not where they belong")
            raise WordsError(sentence.format(text=original.strip()))
        whole = whole.replace(",", "")
    if unit and unit not in _UNITS:
        raise WordsError(
            _("“{unit}” is not understood; k, l (lakh) and cr (crore) may follow a figure").format(unit=unit)
        )
    return Fraction(int((whole or "0") + fraction), 10 ** len(fraction)) * _UNITS.get(unit, 1)


def _unreadable(original: str) -> WordsError:
    return WordsError(_("“{text}” is not a figure").format(text=original.strip()[:40]))


class _Sum:
    """Reads a sum from its tokens: terms of factors, brackets, signs."""

    def __init__(self, tokens: list[Fraction | str], original: str) -> None:
        self._tokens = tokens
        self._at = 0
        self._original = original

    def whole(self) -> Fraction:
        value = self._terms()
        if self._at != len(self._tokens):
            raise _unreadable(self._original)
        return value

    def _next(self, *signs: str) -> str:
        token = self._tokens[self._at] if self._at < len(self._tokens) else ""
        if isinstance(token, str) and token in signs:
            self._at += 1
            return token
        return ""

    def _terms(self) -> Fraction:
        value = self._factors()
        while sign := self._next("+", "-"):
            term = self._factors()
            value = value + term if sign == "+" else value - term
        return value

    def _factors(self) -> Fraction:
        value = self._factor()
        while sign := self._next("*", "/"):
            factor = self._factor()
            if sign == "/" and not factor:
                raise WordsError(_("“{text}” divides by zero").format(text=self._original.strip()))
            value = value * factor if sign == "*" else value / factor
        return value

    def _factor(self) -> Fraction:
        if sign := self._next("+", "-"):
            return -self._factor() if sign == "-" else self._factor()
        if self._next("("):
            value = self._terms()
            if not self._next(")"):
                raise _unreadable(self._original)
            return value
        token = self._tokens[self._at] if self._at < len(self._tokens) else ""
        if isinstance(token, str):
            raise _unreadable(self._original)
        self._at += 1
        return token
