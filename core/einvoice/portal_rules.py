"""Judges INV-01 JSON, our own or somebody else's, by the portal's published rules, on the parts that are there.

Shapes stand in data/inv01.schema.json, each rule with its source; here stands what a schema cannot say: sums,
tolerances and rates. Sources: NIC's validation lists (gst-online.com ?p=1237 and ?p=628) and error codes, in brackets.
The check digit of a GSTIN is not asked: the portal's own published samples fail it.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from numbers import Number
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.einvoice.rules import BYTES_MAX, items_max
from core.facts import Facts
from core.facts.records import Rate
from core.gst.number import check_number
from core.gst.place import ABROAD
from core.gst.portal import PIN_ABROAD, URP
from core.money import rate_bp
from core.problems import Problem
from core.words import translate as _

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

Json = Mapping[str, Any]

TOLERANCE = Decimal(1)
"""The portal forgives one rupee where it multiplies, and in the value of the paper."""
EXACT = Decimal("0.005")
SUMS = {
    "AssVal": ("AssAmt",),
    "CgstVal": ("CgstAmt",),
    "SgstVal": ("SgstAmt",),
    "IgstVal": ("IgstAmt",),
    "CesVal": ("CesAmt", "CesNonAdvlAmt"),
    "StCesVal": ("StateCesAmt", "StateCesNonAdvlAmt"),
}
TAXES = ("IgstAmt", "CgstAmt", "SgstAmt", *SUMS["CesVal"], *SUMS["StCesVal"])
THREE_DECIMALS = frozenset(("Qty", "FreeQty", "UnitPrice", "GstRt", "CesRt", "StateCesRt"))
"""The figures of a line that take three decimals; all others take two (INV-01 v1.1, field lengths)."""
EXPORTS = ("EXPWP", "EXPWOP")
ALWAYS_IGST = (*EXPORTS, "SEZWP", "SEZWOP")
NOTES = ("CRN", "DBN")


def problems_with_einvoice_json(value: Any, facts: Facts | None = None) -> list[Problem]:
    """Each rule of the portal that a paper's JSON breaks, or each paper's of a list; a missing section is no fault."""
    facts = facts or Facts.in_force()
    if not isinstance(value, list):
        return [*_unlike(value, ""), *_problems(value, "", facts)]
    if not value:
        return [_no_paper("")]
    strangers = [problem for at, paper in enumerate(value) for problem in _unlike(paper, f"[{at}]")]
    return strangers + [
        problem for at, paper in enumerate(value) for problem in _problems(paper, f"[{at}].", facts)
    ]


def _unlike(value: Any, field: str) -> list[Problem]:
    """Whether an object holds nothing at all of an INV-01."""
    is_like = not isinstance(value, Mapping) or any(key in value for key in _validator().schema["properties"])
    return [] if is_like else [_no_paper(field)]


def _no_paper(field: str) -> Problem:
    return Problem(
        "SHAPE", _("This holds nothing of an INV-01."), field, _("Give the file made for the portal.")
    )


def totals(value: Any) -> dict[str, dict[str, Decimal]]:
    """The sums by section, over all papers of a list: those of the items, and those that ValDtls states."""
    papers = [
        paper for paper in (value if isinstance(value, list) else [value]) if isinstance(paper, Mapping)
    ]
    items = [item for paper in papers for item in _items(paper)]
    stated = [paper["ValDtls"] for paper in papers if isinstance(paper.get("ValDtls"), Mapping)]
    summed = {key: sum((_sum(item, parts) for item in items), Decimal()) for key, parts in SUMS.items()}
    summed["TotItemVal"] = sum((_figure(item, "TotItemVal") for item in items), Decimal())
    named = dict.fromkeys(key for values in stated for key in values)
    return {
        "ItemList": summed,
        "ValDtls": {key: sum((_figure(v, key) for v in stated), Decimal()) for key in named},
    }


def problems_with_shape(value: Any, prefix: str = "", *, whole: bool = False) -> Iterator[Problem]:
    """What the schema says of a paper; `whole` asks for every section that the portal asks for."""
    told: set[Problem] = set()
    for fault in _validator().iter_errors(value):
        if fault.validator == "required" and not fault.absolute_path and not whole:
            continue
        for problem in _told(fault, prefix):
            if problem not in told:  # the library tells of a part once for each key it lacks
                told.add(problem)
                yield problem


def _problems(value: Any, prefix: str, facts: Facts) -> list[Problem]:
    if not isinstance(value, Mapping):
        return [Problem("SHAPE", _("An INV-01 paper is a JSON object."), prefix.rstrip("."))]
    listed = value.get("ItemList")
    most = items_max(facts, _date(_section(value, "DocDtls").get("Dt")))
    if isinstance(listed, list) and len(listed) > most:
        message = _("The paper has {count} lines; the portal takes at most {limit}.")
        message = message.format(count=len(listed), limit=most)
        return [Problem("TOO_MANY_LINES", message, f"{prefix}ItemList")]
    paper = _without_nothing(value)
    problems = list(problems_with_shape(paper, prefix))
    problems += [*_head(paper, prefix), *_parties(paper, prefix)]
    for at, item in enumerate(_items(paper)):
        problems += _item(paper, item, f"{prefix}ItemList[{at}].", facts)
    problems += _decimals(_section(paper, "ValDtls"), f"{prefix}ValDtls.")
    problems += [*_serials(paper, prefix), *_values(paper, prefix), *_size(paper, prefix)]
    return problems


def _head(paper: Json, prefix: str) -> Iterator[Problem]:
    document = _section(paper, "DocDtls")
    number, on = document.get("No"), _date(document.get("Dt"))
    if isinstance(document.get("Dt"), str) and on is None:
        yield Problem("DATE", _("This is no day of the calendar."), f"{prefix}DocDtls.Dt")
    if isinstance(number, str) and on is not None and not check_number(number, on=on).valid_for_irp:
        message = _("The portal takes up to 16 capitals, digits, - and /, not beginning with 0, - or /.")
        yield Problem("NUMBER_IRP", message, f"{prefix}DocDtls.No")


def _parties(paper: Json, prefix: str) -> Iterator[Problem]:
    seller, buyer = _section(paper, "SellerDtls"), _section(paper, "BuyerDtls")
    gstin, kind = buyer.get("Gstin"), _section(paper, "TranDtls").get("SupTyp")
    field = f"{prefix}BuyerDtls"
    if kind in EXPORTS:
        for key, wanted in (("Gstin", URP), ("Pin", PIN_ABROAD), ("Stcd", ABROAD), ("Pos", ABROAD)):
            if key in buyer and buyer[key] != wanted:
                message = _("For an export the portal wants {wanted} here.").format(wanted=wanted)
                yield Problem("EXPORT_BUYER", message, f"{field}.{key}")
    elif kind is not None and gstin == URP:
        message = _("A buyer without GSTIN gets no IRN: consumers' papers are not registered.")
        yield Problem("B2C", message, f"{field}.Gstin")
    if gstin is not None and gstin == seller.get("Gstin"):
        yield Problem("SAME_GSTIN", _("Seller and buyer have one GSTIN."), f"{field}.Gstin")
    for name, party in (("SellerDtls", seller), ("BuyerDtls", buyer)):
        own, state = party.get("Gstin"), party.get("Stcd")
        known = isinstance(own, str) and isinstance(state, str) and own != URP and kind not in EXPORTS
        if known and str(own)[:2] != str(state).zfill(2):
            message = _("The State is not that of the GSTIN (2265).")
            yield Problem("STATE_GSTIN", message, f"{prefix}{name}.Stcd")


def _item(paper: Json, item: Json, prefix: str, facts: Facts) -> Iterator[Problem]:
    if "AssAmt" in item and "TotAmt" in item:
        worth = _figure(item, "TotAmt") - _figure(item, "Discount")
        if abs(_figure(item, "AssAmt") - worth) > EXACT:
            message = _("AssAmt is TotAmt less Discount: {figure} (2193).").format(figure=worth)
            yield Problem("ASSESSABLE", message, f"{prefix}AssAmt")
    if "TotItemVal" in item:
        yield from _item_value(paper, item, prefix)
    if "GstRt" in item:
        yield from _rate(paper, item, prefix, facts)
    yield from _goods(item, prefix, facts)
    yield from _decimals(item, prefix)


def _decimals(part: Json, prefix: str) -> Iterator[Problem]:
    """Figures have three decimals at most, amounts two."""
    for key, value in part.items():
        most = 3 if key in THREE_DECIMALS else 2
        shifted = _figure(part, key).scaleb(most)
        if isinstance(value, Number) and shifted != shifted.to_integral_value():
            message = _("{field} has at most {count} decimals.").format(field=key, count=most)
            yield Problem("DECIMALS", message, f"{prefix}{key}")


def _item_value(paper: Json, item: Json, prefix: str) -> Iterator[Problem]:
    """Value, taxes and charges; under reverse charge and EXPWP also without the taxes."""
    transaction = _section(paper, "TranDtls")
    bare = _figure(item, "AssAmt") + _figure(item, "OthChrg")
    allowed = [bare + _sum(item, TAXES)]
    if transaction.get("RegRev") == "Y" or transaction.get("SupTyp") == "EXPWP":
        allowed.append(bare)
    if all(abs(_figure(item, "TotItemVal") - value) > TOLERANCE for value in allowed):
        message = _("TotItemVal is the value with its taxes and charges: {figure}.").format(figure=allowed[0])
        yield Problem("ITEM_VALUE", message, f"{prefix}TotItemVal")


def _rate(paper: Json, item: Json, prefix: str, facts: Facts) -> Iterator[Problem]:
    rate = _figure(item, "GstRt")
    if rate * 100 not in _rates(facts):
        message = _("{rate} is none of the portal's rates of GST.").format(rate=rate)
        yield Problem("RATE", message, f"{prefix}GstRt")
    igst, halves = _figure(item, "IgstAmt"), (_figure(item, "CgstAmt"), _figure(item, "SgstAmt"))
    intra = _is_intra(paper)
    if intra is True and igst and not any(halves) and not _says_igst_at_home(paper):
        message = _("Within one State it is CGST and SGST; IGST there needs IgstOnIntra Y (2172).")
        yield Problem("IGST_INTRA", message, f"{prefix}IgstAmt")
    if intra is False and any(halves):
        message = _("Between States, to a SEZ and abroad it is IGST alone.")
        yield Problem("CGST_INTER", message, f"{prefix}CgstAmt")
    if _section(paper, "DocDtls").get("Typ") in NOTES:
        return
    worth = _figure(item, "AssAmt") * rate / 100
    without = str(_section(paper, "TranDtls").get("SupTyp", "")).endswith("WOP")
    if igst or not any(halves):
        if abs(igst - worth) > TOLERANCE and not (without and not igst):
            message = _("IGST of {rate} per cent comes to {figure}.").format(rate=rate, figure=worth)
            yield Problem("TAX", message, f"{prefix}IgstAmt")
        return
    for key, half in zip(("CgstAmt", "SgstAmt"), halves, strict=True):
        if abs(half - worth / 2) > TOLERANCE:
            message = _("Half of {rate} per cent comes to {figure}.").format(rate=rate, figure=worth / 2)
            yield Problem("TAX", message, f"{prefix}{key}")


def _goods(item: Json, prefix: str, facts: Facts) -> Iterator[Problem]:
    hsn, service = item.get("HsnCd"), item.get("IsServc")
    if isinstance(hsn, str) and service in ("Y", "N") and (service == "Y") != hsn.startswith("99"):
        message = _("Codes of services begin with 99, and no others do.")
        yield Problem("IS_SERVICE", message, f"{prefix}IsServc")
    if service == "N":
        for key in ("Qty", "Unit"):
            if key not in item:
                message = _("Goods have a quantity and a unit; {field} is missing.").format(field=key)
                yield Problem("REQUIRED", message, f"{prefix}{key}")
    unit = item.get("Unit")
    if isinstance(unit, str) and facts.uqc(unit.upper()) is None:
        yield Problem("UNIT", _("This is none of the portal's units."), f"{prefix}Unit")


def _serials(paper: Json, prefix: str) -> Iterator[Problem]:
    serials = [item.get("SlNo") for item in _items(paper) if item.get("SlNo") is not None]
    if len(set(map(str, serials))) < len(serials):
        yield Problem("SERIAL_TWICE", _("Two lines have one serial number."), f"{prefix}ItemList")


def _values(paper: Json, prefix: str) -> Iterator[Problem]:
    stated, items = _section(paper, "ValDtls"), _items(paper)
    if not stated or not items:
        return
    for key, parts in SUMS.items():
        summed = sum((_sum(item, parts) for item in items), Decimal())
        if (key in stated or summed) and abs(_figure(stated, key) - summed) > EXACT:
            message = _("{field} is the sum of the lines: {figure} (2182).").format(field=key, figure=summed)
            yield Problem("TOTAL", message, f"{prefix}ValDtls.{key}")
    if "TotInvVal" not in stated:
        return
    value = sum((_figure(item, "TotItemVal") for item in items), Decimal())
    value += _figure(stated, "OthChrg") - _figure(stated, "Discount") + _figure(stated, "RndOffAmt")
    if abs(_figure(stated, "TotInvVal") - value) > TOLERANCE:
        message = _("The paper's value is lines, charges and round-off less discount: {figure} (2189).")
        yield Problem("INVOICE_VALUE", message.format(figure=value), f"{prefix}ValDtls.TotInvVal")


def _size(paper: Json, prefix: str) -> Iterator[Problem]:
    if len(json.dumps(paper, default=str, ensure_ascii=False).encode()) > BYTES_MAX:
        yield Problem("TOO_LARGE", _("The paper is larger than the 2 MB that the portal takes."), prefix)


def _is_intra(paper: Json) -> bool | None:
    """Whether seller and place are in one State; None where the paper does not say both."""
    if _section(paper, "TranDtls").get("SupTyp") in ALWAYS_IGST:
        return False
    place, state = _section(paper, "BuyerDtls").get("Pos"), _section(paper, "SellerDtls").get("Stcd")
    if not isinstance(place, str) or not isinstance(state, str):
        return None
    return place.zfill(2) == state.zfill(2)


def _says_igst_at_home(paper: Json) -> bool:
    return bool(_section(paper, "TranDtls").get("IgstOnIntra") == "Y")


@cache
def _rates(facts: Facts) -> frozenset[Decimal]:
    """Every rate in basis points that was ever lawful: the portal's list keeps old ones for old papers and notes."""
    return frozenset(Decimal(rate_bp(row.rate)) for row in facts.entries("rates", Rate))


def _section(paper: Json, name: str) -> Json:
    found = paper.get(name)
    return found if isinstance(found, Mapping) else {}


def _items(paper: Json) -> list[Json]:
    listed = paper.get("ItemList")
    return [item for item in listed if isinstance(item, Mapping)] if isinstance(listed, list) else []


def _sum(item: Json, keys: tuple[str, ...]) -> Decimal:
    return sum((_figure(item, key) for key in keys), Decimal())


def _figure(part: Json, key: str) -> Decimal:
    """A number as it is written; nought where there is none, which the schema names."""
    value = part.get(key)
    if isinstance(value, bool) or not isinstance(value, Number):
        return Decimal()
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return Decimal()
    return found if found.is_finite() and abs(found.adjusted()) < 30 else Decimal()


def _date(text: Any) -> dt.date | None:
    try:
        day, month, year = (int(part) for part in text.split("/"))
        return dt.date(year, month, day)
    except (AttributeError, ValueError, OverflowError):
        return None


def _without_nothing(value: Any) -> Any:
    """The same without nulls, which the portal reads as left out; what is no number (NaN) stands as a text."""
    if isinstance(value, Mapping):
        return {key: _without_nothing(part) for key, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_without_nothing(part) for part in value]
    if isinstance(value, Number) and not isinstance(value, int) and not Decimal(str(value)).is_finite():
        return str(value)
    return value


@cache
def _validator() -> "Draft202012Validator":
    from jsonschema import Draft202012Validator

    text = (Path(__file__).with_name("data") / "inv01.schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(text))


def _told(fault: "ValidationError", prefix: str) -> Iterator[Problem]:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault.absolute_path)
    field = prefix + path.lstrip(".")
    if fault.validator == "required":
        for missing in (key for key in fault.validator_value if key not in fault.instance):
            inner = f"{field}.{missing}" if field else missing
            yield Problem("REQUIRED", _("{field} is missing.").format(field=missing), inner)
        return
    allowed = str(fault.validator_value)[:80]
    sentences = {
        "type": _("This should be of type {allowed}."),
        "enum": _("This should be one of {allowed}."),
        "const": _("This should be {allowed}."),
        "minLength": _("This should have at least {allowed} characters."),
        "maxLength": _("This should have at most {allowed} characters."),
        "minimum": _("This should be at least {allowed}."),
        "maximum": _("This should be at most {allowed}."),
        "minItems": _("There should be at least {allowed} of these."),
        "pattern": _("This should have the form {allowed}."),
    }
    sentence = sentences.get(str(fault.validator), _("This breaks the rule {allowed}."))
    yield Problem("SHAPE", sentence.format(allowed=allowed), field)
