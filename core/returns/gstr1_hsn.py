"""Table 12 of GSTR-1: supplies by HSN code, unit and rate.

Credit notes are netted; services (99…) have the unit NA and no quantity; codes keep their leading zeros. Non-GST
supplies and those whose tax an operator pays (s. 9(5)) stay outside. From the period 2025-05 there are two lists:
unregistered and overseas buyers in b2c, all others in b2b. Sources: GSTN's advisories on Table 12 of Jan and May
2025; its returns offline tool, V3.2.4.
"""

import re
from collections.abc import Sequence

import msgspec

from core.facts import Facts
from core.gst.section import NONE
from core.invoicing.model import Line
from core.returns.gstr1_parts import Head, Part
from core.returns.portal import Json, amount, quantity, rate

TWO_LISTS_FROM = "2025-05"
SERVICES = "99"
NOT_COUNTED = "NA"
OTHER_UNIT = "OTH"
USER_WORDS = 30
"""How many characters of our own words a row takes."""

_FOREIGN_SIGNS = re.compile(r"[^ A-Za-z0-9_@./&-]+")


class HsnRow(msgspec.Struct):
    """What the lines of one code, unit and rate come to; `description` is the first one's."""

    code: str
    unit: str
    head: Head
    quantity_thousandths: int = 0
    description: str = ""


def hsn_rows(parts: Sequence[Part], period: str, facts: Facts) -> dict[str, list[HsnRow]]:
    """The rows by their list: data before two lists were asked for, else hsn_b2b and hsn_b2c."""
    lists: dict[str, dict[tuple[str, str, int], HsnRow]] = {}
    for part in _once_a_paper(parts):
        name = _list_of(part, period)
        rows = lists.setdefault(name, {})
        for line in part.document.lines:
            if line.treatment != "non_gst":
                _counted(rows, line, part, facts)
    return {
        name: [row for _key, row in sorted(rows.items()) if not _is_nought(row)]
        for name, rows in sorted(lists.items())
    }


def hsn(parts: Sequence[Part], period: str, facts: Facts) -> dict[str, list[Json]]:
    """Table 12 as the file has it; empty lists are left out."""
    return {
        name: [_shown(n, row, facts) for n, row in enumerate(rows, 1)]
        for name, rows in hsn_rows(parts, period, facts).items()
        if rows
    }


def uqc_of(code: str, unit: str, facts: Facts) -> str:
    """The unit a row takes: NA for services, the code before a dash, OTH for what the portal does not know."""
    if code.startswith(SERVICES):
        return NOT_COUNTED
    unit = unit.partition("-")[0].strip().upper()
    return unit if unit != NOT_COUNTED and facts.uqc(unit) is not None else OTHER_UNIT


def counted(code: str, quantity_thousandths: int) -> int:
    """The quantity a row takes: none for services."""
    return 0 if code.startswith(SERVICES) else quantity_thousandths


def user_words(description: str) -> str:
    """Our own words for a row, in the signs and the length that the portal takes."""
    return " ".join(_FOREIGN_SIGNS.sub(" ", description).split())[:USER_WORDS].strip()


def _once_a_paper(parts: Sequence[Part]) -> list[Part]:
    """One part for each paper that counts: a paper split between sections has its lines read once.

    An amendment counts with what it changes; where the paper before it is not at hand, it counts whole.
    """
    seen: dict[int, Part] = {}
    for part in parts:
        is_at_hand = not part.is_former or part.document is not part.reported.document
        if part.section != NONE and is_at_hand:
            seen.setdefault(id(part.document), part)
    return list(seen.values())


def _list_of(part: Part, period: str) -> str:
    if period < TWO_LISTS_FROM:
        return "data"
    return "hsn_b2b" if part.sold.is_registered else "hsn_b2c"


def _counted(rows: dict[tuple[str, str, int], HsnRow], line: Line, part: Part, facts: Facts) -> None:
    code, unit = line.hsn, uqc_of(line.hsn, line.unit, facts)
    key = (code, unit, line.rate_bp)
    row = rows.get(key)
    if row is None:
        row = rows[key] = HsnRow(code, unit, Head(line.rate_bp), description=line.description)
    sign = part.sign
    row.quantity_thousandths += sign * counted(code, _moved(line))
    head = row.head
    head.taxable_paise += sign * line.taxable_paise
    head.igst_paise += sign * line.igst_paise
    head.cgst_paise += sign * line.cgst_paise
    head.sgst_paise += sign * line.sgst_paise
    head.cess_paise += sign * line.cess_paise


def _moved(line: Line) -> int:
    """How much was supplied: less where it came back on the same paper, none on a line that is but a discount."""
    quantity = line.quantity_thousandths
    return abs(quantity) if line.gross_paise >= 0 else min(quantity, 0)


def _is_nought(row: HsnRow) -> bool:
    return row.head.is_nought and not row.quantity_thousandths


def _shown(n: int, row: HsnRow, facts: Facts) -> Json:
    known = facts.hsn(row.code)
    ours = user_words(row.description)
    words = {"user_desc": ours, "desc": known.description if known else ours}
    head = row.head
    return (
        {"num": n, "hsn_sc": row.code}
        | {key: text for key, text in words.items() if text}
        | {
            "uqc": row.unit,
            "qty": quantity(row.quantity_thousandths),
            "rt": rate(head.rate_bp),
            "txval": amount(head.taxable_paise),
            "iamt": amount(head.igst_paise),
            "samt": amount(head.sgst_paise),
            "camt": amount(head.cgst_paise),
            "csamt": amount(head.cess_paise),
        }
    )
