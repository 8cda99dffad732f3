"""How the portals' JSON files write figures, days and texts; one place for e-invoice and e-way bill.

Sources: INV-01 v1.1 (no quotation mark or backslash in a text, days as DD/MM/YYYY) and the e-way bill's bulk format.
"""

import datetime as dt
import json
import re
from typing import Any

from core.gst.settle import TO_PAISE
from core.money import half_up, unscaled

URP = "URP"
"""Who has no GSTIN (unregistered person), and every buyer abroad."""
PIN_ABROAD = 999_999
OTHER_TERRITORY = "97"
"""Waters and other places of no State; they have no PIN code."""

_BLANKS = re.compile(r"\s+")
_PIN = re.compile(r"[1-9][0-9]{5}")


def figure(value: int, decimals: int = 2) -> Any:
    """The number that a reader of JSON makes of a whole number of 10^-decimals: exact to 15 digits, and printed so.

    It is only written out; nothing is ever summed of it.
    """
    return json.loads(unscaled(value, decimals))


def day(on: dt.date) -> str:
    """A date as DD/MM/YYYY."""
    return f"{on.day:02d}/{on.month:02d}/{on.year:04d}"


def cleaned(text: str, limit: int) -> str:
    """A text as the portals take it: quotation marks and backslashes replaced, blanks single, cut at the limit."""
    plain = text.replace('"', "'").replace("\\", "/")
    return _BLANKS.sub(" ", plain).strip()[:limit].strip()


def is_pin(text: str) -> bool:
    """Whether a text is a PIN code: six digits, the first not nought."""
    return _PIN.fullmatch(text) is not None


def cess_by_unit(quantity_thousandths: int, per_unit_tenthousandths: int, cess_paise: int) -> int:
    """How much of a line's settled cess is by unit, in paise; the rest is by value."""
    return min(half_up(quantity_thousandths * per_unit_tenthousandths, TO_PAISE), cess_paise)
