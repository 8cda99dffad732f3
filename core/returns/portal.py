"""How the portal's files write figures, days and periods: decided once, for every section of every return.

A figure is a JSON number of rupees with at most two decimals. It is made from paise by one division at the very
edge: Python rounds that division correctly and writes the shortest text that reads back the same, so up to fifteen
digits (the portal takes thirteen before the point) the text is the exact amount: 11850 paise are `118.5`.
Nothing is ever summed after this. Source of the shapes: the files of GSTN's returns offline tool, V3.2.4.
"""

import datetime as dt
from typing import Any

import msgspec

from core.fiscal import month_bounds
from core.money import half_up

Json = dict[str, Any]

SPLIT_BYTES = 4_928_307
"""The offline tool splits an upload at 4.7 MiB."""


def amount(paise: int) -> int | float:
    """Paise as rupees: a whole number where there are no paise."""
    whole, rest = divmod(paise, 100)
    return paise / 100 if rest else whole


rate = amount
"""Basis points as per cent: 1800 is 18, 25 is 0.25."""


def quantity(thousandths: int) -> int | float:
    """Thousandths as a quantity with the two decimals the portal takes."""
    return amount(half_up(thousandths, 10))


def day(on: dt.date) -> str:
    """A day as GSTR-1 writes it: 02-08-2025."""
    return f"{on.day:02d}-{on.month:02d}-{on.year:04d}"


def period_end(period: str) -> dt.date:
    """The last day of "YYYY-MM"; ValueError when it is no month."""
    return month_bounds(period)[1]


def file_name(gstin: str, made_on: dt.date) -> str:
    """The name of a GSTR-1 file: by the day it is made, day and month without zeros in front."""
    return f"returns_{made_on.day}{made_on.month}{made_on.year}_R1_{gstin}_offline.json"


def encoded(value: Json) -> bytes:
    """The bytes of a portal file."""
    return msgspec.json.encode(value)
