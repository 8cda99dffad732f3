"""The sections of GSTR-1 that only sum: b2cs, nil, at, txpd and supeco, and the amendments of their rows.

Rows of b2cs, nil and at may be negative; a row that comes to nought is left out. Shapes: GSTN's returns offline
tool, V3.2.4 (its sheet atadj is the key txpd).
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from core.advances.rules import Move
from core.fiscal import month_bounds, return_period
from core.gst.section import NONE, OPERATOR_COLLECTS
from core.gst.settle import WHOLE_RATE
from core.money import half_up
from core.returns.gstr1_papers import REDUCED_BP, taxes
from core.returns.gstr1_parts import INTER, NIL, Head, Part
from core.returns.model import Month, PeriodAmendment
from core.returns.portal import Json, amount, rate

NIL_ROWS = ("INTRB2B", "INTRAB2B", "INTRB2C", "INTRAB2C")
"""Between States and inside, to registered buyers and to others."""


def added(into: Head, head: Head, sign: int) -> None:
    """Add a head to a sum."""
    into.taxable_paise += sign * head.taxable_paise
    into.igst_paise += sign * head.igst_paise
    into.cgst_paise += sign * head.cgst_paise
    into.sgst_paise += sign * head.sgst_paise
    into.cess_paise += sign * head.cess_paise


def b2cs(parts: Sequence[Part]) -> list[Json]:
    """Table 7: one row a place, rate and applicable per cent, notes netted."""
    rows: dict[tuple[str, str, int, bool], Head] = {}
    for part in parts:
        if part.section != "b2cs":
            continue
        document = part.document
        is_reduced = document.applicable_percent_bp == REDUCED_BP
        for head in part.heads:
            key = (document.supply, document.place_of_supply, head.rate_bp, is_reduced)
            added(rows.setdefault(key, Head(head.rate_bp)), head, part.sign)
    return [
        {"sply_ty": supply, "rt": rate(rate_bp), "typ": "OE", "pos": place}
        | _mark(is_reduced)
        | {"txval": amount(row.taxable_paise)}
        | taxes(row, is_igst=supply == INTER)
        for (supply, place, rate_bp, is_reduced), row in sorted(rows.items())
        if not row.is_nought
    ]


def nil(parts: Sequence[Part]) -> list[Json]:
    """Table 8: nil-rated, exempt and non-GST supplies, notes netted."""
    rows = {name: [0, 0, 0] for name in NIL_ROWS}
    for part in parts:
        if part.section != NIL:
            continue
        side = "B2B" if part.sold.is_registered else "B2C"
        row = rows[("INTR" if part.document.supply == INTER else "INTRA") + side]
        row[0] += part.sign * part.nil_paise
        row[1] += part.sign * part.exempt_paise
        row[2] += part.sign * part.non_gst_paise
    return [
        {"sply_ty": name, "expt_amt": amount(exempt), "nil_amt": amount(nil_), "ngsup_amt": amount(non_gst)}
        for name, (nil_, exempt, non_gst) in rows.items()
        if nil_ or exempt or non_gst
    ]


def received(month: Month) -> list[tuple[Move, int]]:
    """What Table 11A sums, with its sign: advances received, less what of them was used or given back in the period.

    An advance of an earlier period that is given back lessens it too; one that is used is in Table 11B.
    """
    since = first_day(month)
    return [
        (move, 1 if move.what == "received" else -1)
        for move in month.advances
        if move.what != "adjusted" or move.received_on >= since
    ]


def used(month: Month) -> list[tuple[Move, int]]:
    """What Table 11B sums: advances of earlier periods set against invoices in this one."""
    since = first_day(month)
    return [(move, 1) for move in month.advances if move.what == "adjusted" and move.received_on < since]


def first_day(month: Month) -> dt.date:
    """The day on which the return's period begins: a quarter is named by its last month."""
    first, _last = month_bounds(month.period)
    if month.filing == "quarterly" and first.month % 3 == 0:
        return first.replace(month=first.month - 2)
    return first


def advances(moves: Iterable[tuple[Move, int]]) -> list[Json]:
    """Rows of Table 11: by place, one item a rate; `ad_amt` is the advance without its tax."""
    places: dict[tuple[str, bool], dict[int, Head]] = {}
    for move, sign in moves:
        rates = places.setdefault((move.place_of_supply, move.inter_state), {})
        head = Head(
            move.rate_bp,
            move.taxable_paise,
            move.igst_paise,
            move.cgst_paise,
            move.sgst_paise,
            move.cess_paise,
        )
        added(rates.setdefault(move.rate_bp, Head(move.rate_bp)), head, sign)
    rows = []
    for (place, is_inter), rates in sorted(places.items()):
        items = [_item(rates[rate_bp], "ad_amt", is_inter) for rate_bp in sorted(rates)]
        items = [item for item in items if item]
        if items:
            rows.append({"pos": place, "sply_ty": _supply(is_inter), "itms": items})
    return rows


def amended(month: Month, section: str) -> list[Json]:
    """Rows of b2csa, ata or txpda: what a row of an earlier period (`omon`) should have been."""
    key = "txval" if section == "b2cs" else "ad_amt"
    groups: dict[tuple[str, str, bool], dict[int, Head]] = {}
    for given in month.amendments:
        if given.section == section:
            is_reduced = given.applicable_percent_bp == REDUCED_BP
            rates = groups.setdefault((given.period, given.place_of_supply, is_reduced), {})
            head = amended_head(given, is_inter=month.is_inter_state(given.place_of_supply))
            added(rates.setdefault(given.rate_bp, Head(given.rate_bp)), head, 1)
    rows = []
    for (period, place, is_reduced), rates in sorted(groups.items()):
        is_inter = month.is_inter_state(place)
        row: Json = {"omon": return_period(period), "pos": place, "sply_ty": _supply(is_inter)}
        if section == "b2cs":
            row["typ"] = "OE"
        items = [_figures(rates[rate_bp], key, is_inter) for rate_bp in sorted(rates)]
        rows.append(row | _mark(is_reduced) | {"itms": items})
    return rows


def amended_head(given: PeriodAmendment, *, is_inter: bool) -> Head:
    """The corrected row with its tax, each head rounded half up on the row's value."""
    exact = given.taxable_paise * given.rate_bp * given.applicable_percent_bp
    if is_inter:
        return Head(
            given.rate_bp, given.taxable_paise, half_up(exact, WHOLE_RATE), cess_paise=given.cess_paise
        )
    half = half_up(exact, 2 * WHOLE_RATE)
    return Head(given.rate_bp, given.taxable_paise, 0, half, half, given.cess_paise)


def operators(parts: Sequence[Part]) -> dict[str, list[Json]]:
    """Table 14: supplies through operators, by operator: clttx where he collects tax, paytx where he pays it."""
    found = {
        "clttx": [part for part in parts if _is_collected(part)],
        "paytx": [part for part in parts if part.section == NONE],
    }
    return {key: _by_operator(chosen) for key, chosen in found.items() if chosen}


def _is_collected(part: Part) -> bool:
    return part.sold.ecommerce_section == OPERATOR_COLLECTS and part.section != NIL


def collected(parts: Sequence[Part]) -> list[Part]:
    """The parts that Table 14(a) repeats."""
    return [part for part in parts if _is_collected(part)]


def _by_operator(parts: Iterable[Part]) -> list[Json]:
    rows: dict[str, Head] = {}
    for part in parts:
        operator = part.document.ecommerce
        row = rows.setdefault(operator.gstin if operator else "", Head(0))
        for head in part.heads:
            added(row, head, part.sign)
    return [
        {
            "etin": gstin,
            "suppval": amount(row.taxable_paise),
            "igst": amount(row.igst_paise),
            "cgst": amount(row.cgst_paise),
            "sgst": amount(row.sgst_paise),
            "cess": amount(row.cess_paise),
        }
        for gstin, row in sorted(rows.items())
        if not row.is_nought
    ]


def _item(head: Head, key: str, is_igst: bool) -> Json:
    return {} if head.is_nought else _figures(head, key, is_igst)


def _figures(head: Head, key: str, is_igst: bool) -> Json:
    return {"rt": rate(head.rate_bp), key: amount(head.taxable_paise)} | taxes(head, is_igst=is_igst)


def _supply(is_inter: bool) -> str:
    return INTER if is_inter else "INTRA"


def _mark(is_reduced: bool) -> Json:
    return {"diff_percent": rate(REDUCED_BP // 100)} if is_reduced else {}
