"""What the portal asks of a GSTR-3B across its fields, judged on anybody's file.

Sources: GSTN's GSTR-3B utility V5.8, as described in onyb/gst spec/gstr3b/form.json.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from core.fiscal import month_bounds
from core.problems import Problem
from core.returns.gstr3b import PLACES_UNTIL
from core.returns.portal_reading import nearest_paise, objects, paise_of, read_period
from core.words import translate as _

NEGATIVES_FROM = dt.date(2024, 9, 1)
"""From this period rows of 3.1, 3.1.1 and 3.2 may be negative."""
ROWS = {
    "sup_details": ("osup_det", "osup_zero", "osup_nil_exmp", "isup_rev", "osup_nongst"),
    "eco_dtls": ("eco_sup", "eco_reg_sup"),
}
PLACES = ("unreg_details", "comp_details", "uin_details")
FIGURES = ("txval", "iamt", "camt", "samt", "csamt")

_MIRRORED = frozenset({"osup_det", "isup_rev", "eco_sup"})

Found = Iterator[Problem]


def rows_of(value: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Rows of 3.1, 3.1.1 and 3.2 as (name, path, row)."""
    for table, names in ROWS.items():
        inner = value.get(table)
        for name in names if isinstance(inner, dict) else ():
            row = inner.get(name) if isinstance(inner, dict) else None
            if isinstance(row, dict):
                yield name, f"{table}.{name}", row
    places = value.get("inter_sup")
    for name in PLACES if isinstance(places, dict) else ():
        rows = objects(places.get(name)) if isinstance(places, dict) else []
        for n, row in enumerate(rows):
            yield name, f"inter_sup.{name}[{n}]", row


def problems_across(value: Mapping[str, Any]) -> Found:
    """Everything that is wrong between the fields of a GSTR-3B."""
    period = read_period(value.get("ret_period"))
    seen: set[tuple[str, str]] = set()
    for name, path, row in rows_of(value):
        yield from _figures(row, path, period)
        if name in _MIRRORED and nearest_paise(row.get("camt")) != nearest_paise(row.get("samt")):
            yield Problem("CGST_SGST", _("CGST and SGST are not the same"), f"{path}.samt")
        if name in PLACES:
            key = (name, str(row.get("pos")))
            if key in seen:
                message = _("A place of supply stands in Table 3.2 once")
                yield Problem("ROW_TWICE", message, f"{path}.pos")
            seen.add(key)
    yield from _igst_of_places(value, period)


def _figures(row: Mapping[str, Any], path: str, period: dt.date | None) -> Found:
    for key in FIGURES:
        figure = row.get(key)
        if isinstance(figure, int | float) and paise_of(figure) is None:
            message = _("{figure} has more than two decimals").format(figure=str(figure)[:40])
            yield Problem("DECIMALS", message, f"{path}.{key}")
        if period is not None and period < NEGATIVES_FROM and nearest_paise(figure) < 0:
            message = _("Before September 2024 no figure of this table is negative")
            yield Problem("NEGATIVE", message, f"{path}.{key}")


def _igst_of_places(value: Mapping[str, Any], period: dt.date | None) -> Found:
    """IGST of 3.2 is at most that of 3.1(a) and 3.1.1(i), while the file told 3.2 (inter_sup_igst_within_31)."""
    if period is not None and period > month_bounds(PLACES_UNTIL)[1]:
        return
    rows = list(rows_of(value))
    told = sum(nearest_paise(row.get("iamt")) for name, _path, row in rows if name in PLACES)
    within = sum(
        nearest_paise(row.get("iamt")) for name, _path, row in rows if name in ("osup_det", "eco_sup")
    )
    if told and told > within:
        message = _("The IGST of Table 3.2 is more than that of Tables 3.1(a) and 3.1.1(i)")
        yield Problem("PLACES_IGST", message, "inter_sup")
