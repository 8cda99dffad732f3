"""Somebody else's return read as far as it goes: what is of another kind than asked for counts as not there."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core.fiscal import month_bounds
from core.money import half_up


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; nothing where it is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """A text as it stands; empty where it is none."""
    return value if isinstance(value, str) else ""


def read_day(value: Any) -> dt.date | None:
    """A day written DD-MM-YYYY, where it is one."""
    parts = text(value).split("-")
    if [len(part) for part in parts] != [2, 2, 4] or not all(p.isascii() and p.isdigit() for p in parts):
        return None
    try:
        return dt.date(int(parts[2]), int(parts[1]), int(parts[0]))
    except ValueError:
        return None


def read_period(value: Any) -> dt.date | None:
    """The last day of a period written MMYYYY, where it is one."""
    written = text(value)
    if len(written) != 6 or not (written.isascii() and written.isdigit()):
        return None
    try:
        return month_bounds(f"{written[2:]}-{written[:2]}")[1]
    except ValueError:
        return None


def paise_of(value: Any) -> int | None:
    """A JSON number of rupees in paise; None where it is none or has more than two decimals."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    exact = Decimal(str(value))
    if not exact.is_finite() or abs(exact) > 10**15:
        return None
    paise = int(exact * 100)
    return paise if exact * 100 == paise else None


def nearest_paise(value: Any) -> int:
    """The same, nought where it is no figure, and rounded where it has more decimals."""
    exact = paise_of(value)
    if exact is not None or isinstance(value, bool) or not isinstance(value, int | float):
        return exact or 0
    rounded = Decimal(str(value))
    if not rounded.is_finite() or abs(rounded) > 10**15:
        return 0
    return half_up(int(rounded * 10**6), 10**4)
