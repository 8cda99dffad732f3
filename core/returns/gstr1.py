"""GSTR-1 of a period: the portal's file, the IFF of a quarter's first months, and the sections with their totals.

Everything is summed from the figures that the papers carry since their issue. Keys come in the order in which GSTN's
returns offline tool V3.2.4 writes them; what is empty is left out.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from core.advances.rules import Move
from core.changes.record import Record
from core.facts import Facts
from core.fiscal import return_period
from core.gst.section import NONE
from core.ids import Id
from core.returns.gstr1_hsn import HsnRow, hsn, hsn_rows
from core.returns.gstr1_papers import paper_sections
from core.returns.gstr1_parts import Head, Part, parts_of
from core.returns.gstr1_summaries import (
    added,
    advances,
    amended,
    amended_head,
    b2cs,
    collected,
    nil,
    operators,
    received,
    used,
)
from core.returns.model import Month
from core.returns.portal import Json
from core.returns.table13 import doc_issue, runs
from core.words import translate as _

IFF_KEYS = ("gstin", "fp", "version", "hash", "b2b", "b2ba", "cdnr", "cdnra", "ecom", "ecoma")
"""What an Invoice Furnishing Facility carries: supplies to registered buyers alone."""
HASH = "hash"
"""The file's seal, a word that the offline tool never fills in."""
NEWEST = dt.date.max
"""A file is written in the newest form that the facts know, whatever its period."""


class SectionTotal(Record):
    """What one section comes to, in paise, signed; `documents` are the papers behind it.

    `weight` says how it counts in the whole: 1 adds, -1 lessens, 0 repeats what other sections carry (Tables 12 and
    14(a)) or corrects a row of an earlier period. `reverse_charge_paise` is so much of the tax as the buyers pay.
    """

    section: str
    table: str
    title: str
    count: int
    taxable_paise: int = 0
    igst_paise: int = 0
    cgst_paise: int = 0
    sgst_paise: int = 0
    cess_paise: int = 0
    weight: int = 1
    reverse_charge_paise: int = 0
    documents: tuple[Id, ...] = ()


def gstr1(month: Month, facts: Facts) -> Json:
    """The file that the portal takes for the period, as a JSON value."""
    parts = parts_of(month, facts)
    papers = paper_sections(parts)
    value: Json = {
        "gstin": month.gstin,
        "fp": return_period(month.period),
        "version": facts.schema_version("gstr1", NEWEST),
        "hash": HASH,
    }
    sections: Json = {
        "b2b": papers["b2b"],
        "b2ba": papers["b2ba"],
        "b2cl": papers["b2cl"],
        "b2cla": papers["b2cla"],
        "b2cs": b2cs(parts),
        "b2csa": amended(month, "b2cs"),
        "nil": _wrapped("inv", nil(parts)),
        "exp": papers["exp"],
        "expa": papers["expa"],
        "cdnra": papers["cdnra"],
        "at": advances(received(month)),
        "ata": amended(month, "at"),
        "cdnr": papers["cdnr"],
        "cdnur": papers["cdnur"],
        "cdnura": papers["cdnura"],
        "doc_issue": doc_issue(month.numbers),
        "hsn": hsn(parts, month.period, facts),
        "supeco": operators(parts),
        "txpd": advances(used(month)),
        "txpda": amended(month, "txpd"),
    }
    return value | {key: section for key, section in sections.items() if section}


def iff(month: Month, facts: Facts) -> Json:
    """The file of a quarter's first or second month: what registered buyers wait for."""
    whole = gstr1(month, facts)
    return {key: whole[key] for key in IFF_KEYS if key in whole}


def taxed_sections(month: Month, parts: Sequence[Part]) -> list[SectionTotal]:
    """The sections that make up the tax of a return, in the order of the form, empty ones too."""
    by_section: dict[str, list[Part]] = {}
    for part in parts:
        if not part.is_furnished:
            by_section.setdefault(part.section, []).append(part)
    found = [_total(code, by_section.get(code, ())) for code in _PAPERS]
    found += [_rows_total("b2csa", month), _moves_total("at", received(month), 1)]
    found += [_rows_total("ata", month), _moves_total("txpd", used(month), -1), _rows_total("txpda", month)]
    return found


def sections(month: Month, facts: Facts, parts: Sequence[Part] | None = None) -> list[SectionTotal]:
    """Every section that holds anything, in the order of the form; `parts` are the month's, where the caller has them.

    An amendment's section comes to what it changes, as the portal's summary says it.
    """
    parts = parts_of(month, facts) if parts is None else parts
    found = taxed_sections(month, parts)
    found += [
        _total("supeco_52", collected(parts), weight=0),
        _total("supeco_9_5", [part for part in parts if part.section == NONE], weight=0),
    ]
    found += [_hsn_total(code, rows, parts) for code, rows in hsn_rows(parts, month.period, facts).items()]
    numbers = runs(month.numbers)
    table, title = _titles()["doc_issue"]
    found.append(SectionTotal("doc_issue", table, title, sum(run.total for run in numbers), weight=0))
    return [one for one in found if one.count or not _is_nought(one)]


def papers_in(month: Month, section: str, facts: Facts) -> list[Part]:
    """The papers behind a section, each with its figures there.

    Also behind supeco_52, supeco_9_5 and the lists of Table 12 (data, hsn_b2b, hsn_b2c).
    """
    parts = parts_of(month, facts)
    return [part for part in parts if _CHOICES.get(section, _is_in(section))(part)]


def moves_in(month: Month, section: str) -> list[tuple[Move, int]]:
    """What moved of advances behind the section at or txpd, each with its sign there."""
    return received(month) if section == "at" else used(month) if section == "txpd" else []


def _wrapped(key: str, rows: list[Json]) -> Json:
    return {key: rows} if rows else {}


def _total(code: str, parts: Sequence[Part], *, weight: int = 1) -> SectionTotal:
    head, by_buyer = Head(0), 0
    for part in parts:
        head.taxable_paise += part.sign * (part.nil_paise + part.exempt_paise + part.non_gst_paise)
        for one in part.heads:
            added(head, one, part.sign)
            if part.document.reverse_charge:
                by_buyer += part.sign * _tax(one)
    shown = [part for part in parts if not part.is_former]
    return _row(code, len(shown), head, weight, by_buyer, _ids(shown))


def _hsn_total(code: str, rows: Sequence[HsnRow], parts: Sequence[Part]) -> SectionTotal:
    head = Head(0)
    for row in rows:
        added(head, row.head, 1)
    behind = [part for part in parts if _CHOICES[code](part)]
    return _row(code, len(rows), head, 0, 0, _ids(behind))


def _moves_total(code: str, moves: Sequence[tuple[Move, int]], weight: int) -> SectionTotal:
    head = Head(0)
    for move, sign in moves:
        moved = Head(
            0, move.taxable_paise, move.igst_paise, move.cgst_paise, move.sgst_paise, move.cess_paise
        )
        added(head, moved, sign)
    vouchers = tuple(dict.fromkeys(move.voucher for move, _sign in moves if move.voucher is not None))
    return _row(code, len(moves), head, weight, 0, vouchers)


def _rows_total(code: str, month: Month) -> SectionTotal:
    head, count = Head(0), 0
    for given in month.amendments:
        if f"{given.section}a" == code:
            count += 1
            added(head, amended_head(given, is_inter=month.is_inter_state(given.place_of_supply)), 1)
    return _row(code, count, head, 0, 0, ())


def _row(
    code: str, count: int, head: Head, weight: int, by_buyer: int, documents: tuple[Id, ...]
) -> SectionTotal:
    table, title = _titles()[code]
    return SectionTotal(
        code,
        table,
        title,
        count,
        head.taxable_paise,
        head.igst_paise,
        head.cgst_paise,
        head.sgst_paise,
        head.cess_paise,
        weight,
        by_buyer,
        documents,
    )


def _ids(parts: Iterable[Part]) -> tuple[Id, ...]:
    return tuple(dict.fromkeys(part.reported.id for part in parts if part.reported.id is not None))


def _tax(head: Head) -> int:
    return head.igst_paise + head.cgst_paise + head.sgst_paise + head.cess_paise


def _is_nought(one: SectionTotal) -> bool:
    taxes = (one.igst_paise, one.cgst_paise, one.sgst_paise, one.cess_paise)
    return not (one.taxable_paise or any(taxes))


def _is_in(section: str) -> Callable[[Part], bool]:
    return lambda part: part.section == section and not part.is_former and not part.is_furnished


def _in_table_12(part: Part) -> bool:
    return part.section != NONE and not part.is_former


_PAPERS = ("b2b", "b2ba", "b2cl", "b2cla", "exp", "expa", "b2cs", "nil", "cdnr", "cdnra", "cdnur", "cdnura")
_CHOICES: dict[str, Callable[[Part], bool]] = {
    "supeco_52": lambda part: bool(collected([part])) and not part.is_former,
    "supeco_9_5": lambda part: part.section == NONE and not part.is_former,
    "data": _in_table_12,
    "hsn_b2b": lambda part: _in_table_12(part) and part.sold.is_registered,
    "hsn_b2c": lambda part: _in_table_12(part) and not part.sold.is_registered,
}


def _titles() -> dict[str, tuple[str, str]]:
    """Each section's tables of the form and its name, in the language chosen."""
    return {
        "b2b": ("4A, 4B, 6B, 6C", _("Registered buyers")),
        "b2ba": ("9A", _("Registered buyers, amended")),
        "b2cl": ("5", _("Large sales to consumers in other States")),
        "b2cla": ("9A", _("Large sales to consumers, amended")),
        "exp": ("6A", _("Exports")),
        "expa": ("9A", _("Exports, amended")),
        "b2cs": ("7", _("Other sales to consumers")),
        "b2csa": ("10", _("Other sales to consumers, amended")),
        "nil": ("8", _("Nil-rated, exempt and non-GST")),
        "cdnr": ("9B", _("Notes to registered buyers")),
        "cdnra": ("9C", _("Notes to registered buyers, amended")),
        "cdnur": ("9B", _("Notes to other buyers")),
        "cdnura": ("9C", _("Notes to other buyers, amended")),
        "at": ("11A", _("Advances received")),
        "ata": ("11A", _("Advances received, amended")),
        "txpd": ("11B", _("Advances set off")),
        "txpda": ("11B", _("Advances set off, amended")),
        "supeco_52": ("14(a)", _("Through operators who collect tax")),
        "supeco_9_5": ("14(b)", _("Through operators who pay the tax")),
        "data": ("12", _("By HSN code")),
        "hsn_b2b": ("12", _("By HSN code: registered buyers")),
        "hsn_b2c": ("12", _("By HSN code: other buyers")),
        "doc_issue": ("13", _("Documents issued")),
    }
