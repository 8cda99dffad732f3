"""GSTR-3B of a period: tables 3.1, 3.1.1 and 3.2 from the same parts as GSTR-1.

What is bought is no part of the book, so input credit, inward supplies, interest and fees stand at nought; the
portal or the user fills them. Shapes and dates: GSTN's GSTR-3B utility V5.8; what goes into 3.1: the GSTR-3B form.
Sales under reverse charge count in 3.1(a) with their value alone, as india-compliance has it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from core.facts import Facts
from core.fiscal import return_period
from core.gst.party_kind import PartyKind
from core.gst.section import NONE
from core.returns.gstr1_parts import INTER, NIL, Head, Part, parts_of
from core.returns.gstr1_summaries import added, received, used
from core.returns.model import Month
from core.returns.portal import Json, amount

OPERATORS_FROM = "2022-07"
"""From this period Table 3.1.1 is asked for."""
PLACES_UNTIL = "2025-10"
"""After this period the portal fills Table 3.2 itself and the file leaves it out."""

_PLACES = {
    "unreg_details": (PartyKind.UNREGISTERED, PartyKind.OVERSEAS),
    "comp_details": (PartyKind.COMPOSITION,),
    "uin_details": (PartyKind.UIN,),
}
_CREDIT = {
    "itc_avl": ("IMPG", "IMPS", "ISRC", "ISD", "OTH"),
    "itc_rev": ("RUL", "OTH"),
    "itc_inelg": ("RUL", "OTH"),
}


def gstr3b(month: Month, facts: Facts) -> Json:
    """The file that the portal takes for the period, as a JSON value."""
    parts = parts_of(month, facts)
    value: Json = {
        "gstin": month.gstin,
        "ret_period": return_period(month.period),
        "sup_details": {
            "osup_det": _row(taxable(parts, month)),
            "osup_zero": _row(zero_rated(parts)),
            "osup_nil_exmp": _row(_untaxed(parts, with_gst=True)),
            "isup_rev": _row(Head(0)),
            "osup_nongst": _row(_untaxed(parts, with_gst=False)),
        },
    }
    if month.period >= OPERATORS_FROM:
        value["eco_dtls"] = {
            "eco_sup": _row(Head(0)),
            "eco_reg_sup": {"txval": amount(_operators(parts).taxable_paise)},
        }
    value |= _not_ours()
    if month.period <= PLACES_UNTIL:
        value["inter_sup"] = {key: _places(parts, kinds) for key, kinds in _PLACES.items()}
    return value


def taxable(parts: Sequence[Part], month: Month) -> Head:
    """3.1(a): taxed supplies inside India less notes, and advances received less advances used."""
    head = Head(0)
    for part in parts:
        if part.section not in (NIL, NONE) and not is_zero_rated(part):
            _add(head, part)
    for moves, weight in ((received(month), 1), (used(month), -1)):
        for move, sign in moves:
            moved = Head(
                0, move.taxable_paise, move.igst_paise, move.cgst_paise, move.sgst_paise, move.cess_paise
            )
            added(head, moved, sign * weight)
    return head


def zero_rated(parts: Sequence[Part]) -> Head:
    """3.1(b): exports and taxed supplies to a SEZ, with payment of IGST and without (IGST Act, s. 16)."""
    head = Head(0)
    for part in parts:
        if part.section not in (NIL, NONE) and is_zero_rated(part):
            _add(head, part)
    return head


def is_zero_rated(part: Part) -> bool:
    """Whether a part is an export or a supply to a SEZ."""
    return part.sold.is_export or part.sold.kind == PartyKind.SEZ


def _add(head: Head, part: Part) -> None:
    """Add a part; under reverse charge its value alone, for the tax is the buyer's."""
    for one in part.heads:
        if part.document.reverse_charge:
            head.taxable_paise += part.sign * one.taxable_paise
        else:
            added(head, one, part.sign)


def _untaxed(parts: Iterable[Part], *, with_gst: bool) -> Head:
    """3.1(c), nil-rated and exempt, or 3.1(e), outside GST."""
    head = Head(0)
    for part in parts:
        value = part.nil_paise + part.exempt_paise if with_gst else part.non_gst_paise
        head.taxable_paise += part.sign * value
    return head


def _operators(parts: Iterable[Part]) -> Head:
    """3.1.1(ii): supplies whose tax the operator pays."""
    head = Head(0)
    for part in parts:
        if part.section == NONE:
            for one in part.heads:
                added(head, one, part.sign)
    return head


def _places(parts: Iterable[Part], kinds: Sequence[PartyKind]) -> list[Json]:
    """3.2: what of 3.1(a) went to such buyers in other States, by place of supply."""
    rows: dict[str, Head] = {}
    for part in parts:
        document = part.document
        if (
            part.section not in (NIL, NONE)
            and document.supply == INTER
            and document.buyer.kind in kinds
            and not is_zero_rated(part)
        ):
            _add(rows.setdefault(document.place_of_supply, Head(0)), part)
    return [
        {"pos": place, "txval": amount(row.taxable_paise), "iamt": amount(row.igst_paise)}
        for place, row in sorted(rows.items())
        if not row.is_nought
    ]


def _row(head: Head) -> Json:
    return {"txval": amount(head.taxable_paise)} | _taxes(
        head.igst_paise, head.cgst_paise, head.sgst_paise, head.cess_paise
    )


def _taxes(igst: int = 0, cgst: int = 0, sgst: int = 0, cess: int = 0) -> Json:
    return {"iamt": amount(igst), "camt": amount(cgst), "samt": amount(sgst), "csamt": amount(cess)}


def _not_ours() -> Json:
    """The blocks that the utility always writes, at nought."""
    credit: dict[str, Any] = {key: [{"ty": ty} | _taxes() for ty in kinds] for key, kinds in _CREDIT.items()}
    return {
        "itc_elg": {
            "itc_avl": credit["itc_avl"],
            "itc_rev": credit["itc_rev"],
            "itc_net": _taxes(),
            "itc_inelg": credit["itc_inelg"],
        },
        "inward_sup": {"isup_details": [{"ty": ty, "inter": 0, "intra": 0} for ty in ("GST", "NONGST")]},
        "intr_ltfee": {"intr_details": _taxes(), "ltfee_details": {}},
    }
