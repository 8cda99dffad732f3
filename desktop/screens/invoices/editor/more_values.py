"""What the sheet “More” holds of a draft: its values by field, which groups can apply, and what is set in a line.

Fields are named as problems name them (`transport.distance_km`), so that what is wrong stands beside its field. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from core.company.model import Address
from core.gst.party_kind import PartyKind
from core.gst.place import is_export
from core.gst.settle import WHOLE_BP
from core.invoicing.model import (
    Charge,
    Document,
    Draft,
    Ecommerce,
    Foreign,
    Original,
    ShippingBill,
    Transport,
)
from core.invoicing.papers import CHALLAN, INVOICE, NOTES, POSTING
from desktop.screens.invoices.editor.known import Known

MILLIONTHS = 100
"""Millionths in a ten-thousandth: a rate of exchange is typed with four decimals."""
THOUSANDTHS = 1_000

ADDRESSES = ("ship_to", "dispatch_from")
NAMED = ("original", "amends", "revises")
_PARTS: Mapping[str, type[msgspec.Struct]] = {
    "ship_to": Address,
    "dispatch_from": Address,
    "ecommerce": Ecommerce,
    "shipping_bill": ShippingBill,
    "foreign": Foreign,
    "transport": Transport,
    "original": Original,
    "amends": Original,
    "revises": Original,
}
_PLAIN = (
    "reverse_charge", "intra_igst", "place_rule", "discount_paise", "applicable_percent_bp", "supplied_on", "paid_on",
)  # fmt: skip
_KEY = {"ecommerce": "gstin", "foreign": "currency", **dict.fromkeys(NAMED, "number")}
"""The field without which a part of a draft says nothing."""


def groups_of(draft: Draft, document: Document, known: Known) -> frozenset[str]:
    """The groups of fields that can apply to this paper, and those in which something is set."""
    return frozenset({*_applying(draft, document, known), *_set_in(draft)})


def values_of(draft: Draft) -> dict[str, Any]:
    """Every field's value: None or empty where nothing is set."""
    values: dict[str, Any] = {name: getattr(draft, name) for name in _PLAIN}
    values["rounding"] = draft.rounding == "rupee"
    values["discount_paise"] = draft.discount_paise or None
    for part, kind in _PARTS.items():
        given = getattr(draft, part)
        for name in _names(kind):
            values[f"{part}.{name}"] = getattr(given, name) if given is not None else None
    for part in ADDRESSES:
        values[f"{part}.country"] = values[f"{part}.country"] or "IN"
    values["ecommerce.section"] = values["ecommerce.section"] or "52"
    values["transport.vehicle_type"] = values["transport.vehicle_type"] or "R"
    km, rate = values["transport.distance_km"], values["foreign.rate_millionths"]
    values["transport.distance_km"] = km * THOUSANDTHS if km else None
    values["foreign.rate_millionths"] = rate // MILLIONTHS if rate else None
    values["charges"] = draft.charges
    return values


def with_values(draft: Draft, given: Mapping[str, Any]) -> Draft:
    """The draft with these fields given; those not named stay as they are."""
    values = {**values_of(draft), **given}
    changed: dict[str, Any] = {name: values[name] for name in _PLAIN if name in given}
    if "rounding" in given:
        changed["rounding"] = "rupee" if given["rounding"] else "none"
    if "charges" in given:
        changed["charges"] = tuple(given["charges"])
    parts = {name.partition(".")[0] for name in given} & set(_PARTS)
    changed |= {part: _part(part, values, getattr(draft, part)) for part in parts}
    blanks = {"place_rule": "", "discount_paise": 0, "applicable_percent_bp": WHOLE_BP}
    for name in blanks.keys() & changed.keys():
        changed[name] = changed[name] or blanks[name]
    return msgspec.structs.replace(draft, **changed)


def charges_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Charge, ...]:
    """The charges that the rows of their grid say; a row without an amount says nothing."""
    return tuple(
        Charge(row["description"] or "", row["amount"], row["taxed"].value if row["taxed"] else True)
        for row in rows
        if row["amount"]
    )


def _part(part: str, values: Mapping[str, Any], before: Any) -> Any:
    kind = _PARTS[part]
    told = {name: values[f"{part}.{name}"] for name in _names(kind)}
    if part == "transport":
        told["distance_km"] = (told["distance_km"] or 0) // THOUSANDTHS
    if part == "foreign":
        told["rate_millionths"] = _rate(told["rate_millionths"], before)
    if part in NAMED and told["number"] and told["dated_on"]:
        return _original(told, before)
    key = _KEY.get(part)
    if part in NAMED or (key and not told[key]):
        return None
    made = kind(**{name: value for name, value in told.items() if value is not None})
    return None if not key and made == kind() else made


def _original(told: Mapping[str, Any], before: Original | None) -> Original:
    """Another number or date is another paper: what the book knew of the first does not go with it."""
    if before is not None and (before.number, before.dated_on) == (told["number"], told["dated_on"]):
        return before
    return Original(told["number"], told["dated_on"])


def _rate(tenthousandths: int | None, before: Foreign | None) -> int:
    """The rate as typed; what was kept with more decimals stays while nobody types another."""
    if before is not None and before.rate_millionths // MILLIONTHS == (tenthousandths or 0):
        return before.rate_millionths
    return (tenthousandths or 0) * MILLIONTHS


def _names(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    names = tuple(kind.__struct_fields__)
    return names[:2] if kind is Original else names


def _applying(draft: Draft, document: Document, known: Known) -> Iterator[str]:
    yield "whole"
    yield "way"
    yield "transport"
    if draft.type == CHALLAN:
        return
    yield "supply"
    if draft.type == INVOICE:
        yield "days"
    if draft.type in POSTING and known.company.registration.gstin:
        yield "operator"
        yield from _papers(draft, known)
    kind = document.buyer.kind
    if kind in PartyKind.__members__.values() and is_export(document.place_of_supply, PartyKind(kind)):
        yield "export"


def _papers(draft: Draft, known: Known) -> Iterator[str]:
    """The papers that may be named by hand: those the book does not have."""
    if draft.type in NOTES and known.original is None:
        yield "original"
    if known.corrected is None:
        yield "amends"
        if draft.type == INVOICE and draft.amends is None:
            yield "revises"


def _set_in(draft: Draft) -> Iterator[str]:
    if draft.shipping_bill is not None or draft.foreign is not None:
        yield "export"
    if draft.ecommerce is not None:
        yield "operator"
    if draft.supplied_on is not None or draft.paid_on is not None:
        yield "days"
    if draft.reverse_charge or draft.intra_igst or draft.place_rule:
        yield "supply"


def group_of(field: str) -> str:
    """The group that a field stands in, by the name of the field or of what is wrong with it; "" for others."""
    part = field.partition(".")[0]
    if part in (*NAMED, "transport"):
        return part
    groups = {
        "supply": ("reverse_charge", "intra_igst", "place_rule"),
        "whole": ("discount_paise", "charges", "applicable_percent_bp", "rounding"),
        "way": ADDRESSES,
        "days": ("supplied_on", "paid_on"),
        "operator": ("ecommerce",),
        "export": ("shipping_bill", "foreign"),
    }
    return next((group for group, parts in groups.items() if part in parts), "")
