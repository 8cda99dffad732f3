"""How the portal's files write figures, days and periods: decided once, for every section of every return.

A figure is a JSON number of rupees with at most two decimals. It is made from paise by one division at the very
edge: Python rounds that division correctly and writes the shortest text that reads back the same, so up to fifteen
digits (the portal takes thirteen before the point) the text is the exact amount: 11850 paise are `118.5`.
Nothing is ever summed after this. Source of the shapes: the files of GSTN's returns offline tool, V3.2.4.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec

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


def file_name(gstin: str, made_on: dt.date) -> str:
    """The name of a GSTR-1 file: by the day it is made, day and month without zeros in front."""
    return f"returns_{made_on.day}{made_on.month}{made_on.year}_R1_{gstin}_offline.json"


def encoded(value: Json | list[Json]) -> bytes:
    """The bytes of a portal file."""
    return msgspec.json.encode(value)


def uploads(value: Json, limit_bytes: int = SPLIT_BYTES) -> list[Json]:
    """A GSTR-1 in as few files as the portal's limit asks for: itself, where it fits.

    Papers and rows are shared out in their order, each file with the same head; what stands under one buyer or place
    may go on in the next. A table that is one object is never divided.
    """
    if len(encoded(value)) <= limit_bytes:
        return [value]
    head: Json = {key: one for key, one in value.items() if isinstance(one, str)}
    files, room = [dict(head)], limit_bytes - len(encoded(head))
    left = room
    for section, piece in _pieces({key: one for key, one in value.items() if key not in head}):
        size = len(encoded({section: piece})) + 1
        if size > left and files[-1].keys() != head.keys():
            files.append(dict(head))
            left = room
        left -= size
        if isinstance(piece, list):
            _join(files[-1].setdefault(section, []), piece[0])
        else:
            files[-1][section] = piece
    return files


def _pieces(sections: Json) -> Iterator[tuple[str, Any]]:
    """The smallest parts of each section: a row, or a paper with what it stands under; a table that is one object."""
    for section, content in sections.items():
        if not isinstance(content, list):
            yield section, content
            continue
        for row in content:
            papers = next((key for key in ("inv", "nt") if key in row), None)
            if papers is None:
                yield section, [row]
                continue
            for paper in row[papers]:
                yield section, [{**row, papers: [paper]}]


def _join(rows: list[Json], row: Json) -> None:
    """Put a paper to the last ones where it stands under the same buyer or place."""
    papers = next((key for key in ("inv", "nt") if key in row), None)
    last = rows[-1] if rows else {}
    if papers is not None and papers in last and {**last, papers: []} == {**row, papers: []}:
        last[papers] += row[papers]
    else:
        rows.append(row)
