"""Judges a GSTR-1 or GSTR-3B that anybody made: its shape by our own JSON Schemas, its fields by the portal's rules.

The schemas lie beside this in data/, each rule with its source. A file that comes from a portal or another program is
read as far as it goes: a missing section is no fault, and a check digit that is wrong refuses nothing.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.money import rupees
from core.problems import Problem
from core.returns import gstr1_rules, gstr3b_rules
from core.returns.portal_reading import nearest_paise, objects
from core.words import translate as _

if TYPE_CHECKING:  # the library is read when a file is judged, not at the start
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

GSTR1 = "gstr1"
GSTR3B = "gstr3b"
MOST_PROBLEMS = 200
"""After so many problems no more are told."""
HEADS = {"txval": "taxable", "iamt": "igst", "camt": "cgst", "samt": "sgst", "csamt": "cess"}

_DATA = Path(__file__).parent / "data"
_OPERATORS = {"suppval": "taxable", "igst": "igst", "cgst": "cgst", "sgst": "sgst", "cess": "cess"}


def form_of(value: Mapping[str, Any]) -> str:
    """Which return a file is: gstr3b when it names a ret_period or its tables, else gstr1."""
    return GSTR3B if {"ret_period", "sup_details"} & value.keys() else GSTR1


def problems_with_return(value: Any) -> list[Problem]:
    """Everything that the portal would refuse, with the path of each; at most 200 problems are told."""
    if not isinstance(value, dict):
        return [Problem("SHAPE", _("A return is one JSON object"))]
    form = form_of(value)
    across = gstr3b_rules.problems_across if form == GSTR3B else gstr1_rules.problems_across
    found = [*islice(_shape(value, form), MOST_PROBLEMS), *islice(across(value), MOST_PROBLEMS)]
    return list(dict.fromkeys(found))[:MOST_PROBLEMS]


def totals(value: Any) -> dict[str, dict[str, Any]]:
    """What each section comes to: its count, and figures as texts of rupees; credit notes lessen.

    Figures that cannot be read count as nought.
    """
    if not isinstance(value, dict):
        return {}
    return _totals_3b(value) if form_of(value) == GSTR3B else _totals_1(value)


def _shape(value: Any, form: str) -> Iterator[Problem]:
    for error in _validator(form).iter_errors(value):
        rule = error.schema if isinstance(error.schema, dict) else {}
        source = (
            rule.get("$comment", "") if error.absolute_path else ""
        )  # the whole file's is a word on its origin
        yield Problem(
            rule.get("x-code", "SHAPE"),
            _sentence(error),
            _path(error.absolute_path),
            _("The portal's rule: {rule}").format(rule=source) if source else "",
        )


def _sentence(error: "ValidationError") -> str:
    shown = json.dumps(error.instance, ensure_ascii=False, default=str)[:60]
    match error.validator:
        case "enum":
            choices = ", ".join(str(one) for one in error.validator_value)
            return _("{value} is none of {choices}").format(value=shown, choices=choices)
        case "required":
            missing = [key for key in error.validator_value if key not in error.instance]
            return _("{keys} is missing").format(keys=", ".join(missing))
        case "type":
            return _("{value} is of another kind than {kind}").format(value=shown, kind=error.validator_value)
        case "minimum" | "exclusiveMinimum" | "maximum":
            return _("{value} is outside what the portal takes").format(value=shown)
        case "minItems":
            return _("An empty list is left out")
        case _:
            return _("{value} does not have the form the portal asks for").format(value=shown)


def _path(parts: Iterable[str | int]) -> str:
    written = ""
    for part in parts:
        written += f"[{part}]" if isinstance(part, int) else f".{part}" if written else part
    return written


@cache
def _validator(form: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator

    schema = json.loads((_DATA / f"{form}.schema.json").read_text("utf-8"))
    return Draft202012Validator(schema)


class _Sums:
    """Sums by section, in the order in which sections are met."""

    def __init__(self) -> None:
        self._sections: dict[str, dict[str, int]] = {}
        self._counts: dict[str, int] = {}

    def count(self, section: str) -> None:
        self._counts[section] = self._counts.get(section, 0) + 1

    def add(self, section: str, row: Mapping[str, Any], names: Mapping[str, str], sign: int = 1) -> None:
        into = self._sections.setdefault(section, dict.fromkeys(names.values(), 0))
        for key, name in names.items():
            into[name] = into.get(name, 0) + sign * nearest_paise(row.get(key))

    def told(self) -> dict[str, dict[str, Any]]:
        return {
            section: {"count": count}
            | {name: rupees(paise) for name, paise in self._sections.get(section, {}).items()}
            for section, count in self._counts.items()
        }


def _totals_1(value: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    sums = _Sums()
    for paper in gstr1_rules.papers_of(value):
        sums.count(paper.section)
        sign = -1 if paper.told.get("ntty") == "C" else 1
        for _where, item in paper.told_items():
            sums.add(paper.section, item, HEADS, sign)
    _add_rows(sums, "b2cs", value.get("b2cs"), HEADS)
    for section in ("b2csa", "at", "ata", "txpd", "txpda"):
        names = HEADS if section == "b2csa" else {"ad_amt": "taxable", **HEADS}
        names = {key: name for key, name in names.items() if section == "b2csa" or key != "txval"}
        for row in objects(value.get(section)):
            sums.count(section)
            for item in objects(row.get("itms")):
                sums.add(section, item, names)
    nil = {"nil_amt": "nil", "expt_amt": "exempt", "ngsup_amt": "non_gst"}
    for table, key, names in (
        ("nil", "inv", nil),
        ("hsn", "data", HEADS),
        ("hsn", "hsn_b2b", HEADS),
        ("hsn", "hsn_b2c", HEADS),
        ("supeco", "clttx", _OPERATORS),
        ("supeco", "paytx", _OPERATORS),
    ):
        inner = value.get(table)
        rows = inner.get(key) if isinstance(inner, dict) else None
        _add_rows(sums, table if key in ("inv", "data") else key, rows, names)
    return sums.told() | _documents_issued(value)


def _add_rows(sums: _Sums, section: str, rows: Any, names: Mapping[str, str]) -> None:
    for row in objects(rows):
        sums.count(section)
        sums.add(section, row, names)


def _documents_issued(value: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    table = value.get("doc_issue")
    natures = objects(table.get("doc_det") if isinstance(table, dict) else None)
    rows = [row for nature in natures for row in objects(nature.get("docs"))]
    if not rows:
        return {}
    keys = {"totnum": "total", "cancel": "cancelled", "net_issue": "net"}
    counts = {name: sum(_whole(row.get(key)) for row in rows) for key, name in keys.items()}
    return {"doc_issue": {"count": len(rows)} | counts}


def _totals_3b(value: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    sums = _Sums()
    for name, _where, row in gstr3b_rules.rows_of(value):
        sums.count(name)
        sums.add(name, row, HEADS)
    return sums.told()


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
