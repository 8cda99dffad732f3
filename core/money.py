"""Exact sums in whole numbers: paise, ten-thousandths, thousandths, basis points.

Money is integer paise everywhere; text is read and written exactly, and nothing here touches a float.
"""

import re

from core.words import translate as _

MAX_DIGITS = 15
"""More digits than this in a written figure are a mistake, not an amount."""

PRICE_DECIMALS = 4
QUANTITY_DECIMALS = 3
RATE_DECIMALS = 2

_DECIMAL = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]+))?")


class MoneyError(ValueError):
    """Says in one sentence why a text is not an exact figure."""


def paise(text: str) -> int:
    """Reads rupees ("-1234.5") as paise; at most two decimals, else MoneyError."""
    return scaled(text, 2)


def rupees(amount_paise: int) -> str:
    """Writes paise as plain rupees with two decimals: "-1234.50"."""
    return unscaled(amount_paise, 2, keep=2)


def rate_bp(text: str) -> int:
    """Reads a per cent ("18", "0.25") as basis points (1800, 25)."""
    return scaled(text, RATE_DECIMALS)


def price_tenthousandths(text: str) -> int:
    """Reads a unit price in rupees as ten-thousandths of a rupee."""
    return scaled(text, PRICE_DECIMALS)


def quantity_thousandths(text: str) -> int:
    """Reads a quantity as thousandths."""
    return scaled(text, QUANTITY_DECIMALS)


def scaled(text: str, decimals: int) -> int:
    """Reads a plain decimal as a whole number of 10^-decimals, exactly.

    Zeros beyond the decimals allowed are harmless; any other digit there, anything but ASCII digits,
    a sign and one point, and more than 15 digits raise MoneyError.
    """
    match = _DECIMAL.fullmatch(text.strip())
    if match is None:
        raise MoneyError(_("“{text}” is not a plain decimal number").format(text=text[:40]))
    sign, whole, fraction = match.group(1), match.group(2), (match.group(3) or "").rstrip("0")
    if len(fraction) > decimals:
        raise MoneyError(
            _("{text} has more than {count} decimal places").format(text=text.strip()[:40], count=decimals)
        )
    digits = (whole + fraction.ljust(decimals, "0")).lstrip("0")
    if len(digits) > MAX_DIGITS:
        raise MoneyError(_("{text} is too large").format(text=text.strip()[:40]))
    value = int(digits or "0")
    return -value if sign == "-" else value


def unscaled(value: int, decimals: int, *, keep: int = 0) -> str:
    """Writes a whole number of 10^-decimals as a plain decimal; end zeros go, down to `keep` places."""
    digits = str(abs(value)).rjust(decimals + 1, "0")
    whole, fraction = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    kept = fraction.rstrip("0").ljust(min(keep, decimals), "0")
    return ("-" if value < 0 else "") + (f"{whole}.{kept}" if kept else whole)


def half_up(numerator: int, denominator: int) -> int:
    """Divides and rounds to the nearest whole number, halves away from zero; the denominator is positive."""
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def round_to_rupee(amount_paise: int) -> int:
    """Rounds paise to a whole rupee, 50 paise away from zero; the answer is in paise."""
    return half_up(amount_paise, 100) * 100
