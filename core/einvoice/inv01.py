"""A document as the INV-01 JSON of the invoice registration portal (IRP): keys and their order as in the schema.

Figures are the stored ones, never computed anew: a line's share of taxed charges joins its gross amount, its share of
the whole discount its discount; lines that bear no GST leave the list and stand in OthChrg, for the portal takes
taxable and zero-rated lines alone. Numbers are exact (core.gst.portal.figure).
Sources: INV-01 v1.1 (Notification 60/2020); published samples kept by india-compliance (data/test_e_invoice.json).
"""

import re
from collections.abc import Iterator
from typing import Any

from core.company.model import Address
from core.einvoice.irn import number_at_irp
from core.facts import Facts
from core.gst.place import ABROAD, INDIA
from core.gst.portal import OTHER_TERRITORY, PIN_ABROAD, URP, cess_by_unit, cleaned, day, figure, is_pin
from core.gst.section import supply_type
from core.gst.transport import distance_max_km, distance_sent, vehicle_number, way_of
from core.invoicing.model import Document, Line, Transport
from core.invoicing.settling import sold_of
from core.money import half_up

Json = dict[str, Any]

REGISTERED_TYPES = ("INV", "CRN", "DBN")

VEHICLE_MAX = 20

_NO_UNIT = "NA"
_SERVICE_UNIT = "NOS"
"""The portal's units know no NA; its published sample of a service says NOS."""
_ANY_UNIT = "OTH"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MILLION = 1_000_000


def invoice_json(document: Document, *, facts: Facts | None = None) -> Json:
    """The JSON of one paper; what the paper lacks is left out, and `problems_with_einvoice` names it."""
    facts = facts or Facts.in_force()
    lines = [(at, line) for at, line in enumerate(document.lines, 1) if is_listed(document, line)]
    made: Json = {
        "Version": facts.schema_version("inv01", document.dated_on),
        "TranDtls": _transaction(document),
        "DocDtls": {
            "Typ": document.type,
            "No": number_at_irp(document.number, document.dated_on),
            "Dt": day(document.dated_on),
        },
        "SellerDtls": _seller(document),
        "BuyerDtls": _buyer(document),
        "DispDtls": _place(document.dispatch_from, {"Nm": cleaned(document.seller.legal_name, 100)}),
        "ShipDtls": _place(document.ship_to, {"LglNm": cleaned(document.buyer.name, 100)}),
        "ItemList": [_item(at, line, document, facts) for at, line in lines],
        "ValDtls": _values(document, [line for _at, line in lines]),
        "PayDtls": _payment(document),
        "RefDtls": _references(document),
        "ExpDtls": _export(document),
        "EwbDtls": _movement(document, facts),
    }
    return {key: value for key, value in made.items() if value}


def sup_typ(document: Document) -> str | None:
    """The portal's type of supply; None for a buyer without GSTIN at home, whose papers it does not take."""
    return supply_type(sold_of(document))


def is_listed(document: Document, line: Line) -> bool:
    """Whether a line stands in the list: taxable, or part of an export; never one that others have absorbed."""
    if line.gross_paise < 0:
        return False
    if line.treatment == "taxable":
        return True
    return line.treatment != "non_gst" and sold_of(document).is_export


def is_service(line: Line) -> bool:
    """Whether a line is of a service: its code begins with 99."""
    return line.hsn.startswith("99")


def _transaction(document: Document) -> Json:
    made = {
        "TaxSch": "GST",
        "SupTyp": sup_typ(document),
        "RegRev": "Y" if document.reverse_charge else "N",
        "EcmGstin": document.ecommerce.gstin if document.ecommerce else "",
        "IgstOnIntra": "Y" if _is_igst_at_home(document) else "",
    }
    return _filled(made)


def _is_igst_at_home(document: Document) -> bool:
    """IGST although seller and place are in one State (error 2172 without it): CBW, or to or from a SEZ there."""
    return document.totals.igst_paise > 0 and document.seller.gstin[:2] == document.place_of_supply


def _seller(document: Document) -> Json:
    seller = document.seller
    names = {"Gstin": seller.gstin, **_names("LglNm", seller.legal_name, seller.trade_name)}
    return names | _address(seller.address, seller.gstin[:2], loc=50) | _reach(seller.phone, seller.email)


def _buyer(document: Document) -> Json:
    buyer = document.buyer
    abroad = sold_of(document).is_export
    gstin = URP if abroad or not buyer.gstin else buyer.gstin
    state = ABROAD if abroad else buyer.gstin[:2] or buyer.address.state_code
    made = {"Gstin": gstin, **_names("LglNm", buyer.name, ""), "Pos": document.place_of_supply}
    return made | _address(buyer.address, state) | _reach(buyer.phone, buyer.email)


def _place(address: Address | None, named: Json) -> Json:
    if address is None:
        return {}
    state = ABROAD if address.country not in ("", INDIA) else address.state_code
    return named | _address(address, state)


def _names(key: str, legal: str, trade: str) -> Json:
    return _filled({key: cleaned(legal, 100), "TrdNm": cleaned(trade, 100) if len(trade) >= 3 else ""})


def _address(address: Address, state: str, *, loc: int = 100) -> Json:
    line1, line2 = cleaned(address.line1, 100), cleaned(address.line2, 100)
    made = {
        "Addr1": line1 or line2,
        "Addr2": line2 if line1 and len(line2) >= 3 else "",
        "Loc": cleaned(address.city, loc),
        "Pin": pin_of(address, state),
        "Stcd": state,
    }
    return _filled(made)


def pin_of(address: Address, state: str) -> int | None:
    """The PIN as the portals want it: 999999 abroad and in other territory, None where there is none."""
    if state in (ABROAD, OTHER_TERRITORY):
        return PIN_ABROAD
    return int(address.pincode) if is_pin(address.pincode) else None


def _reach(phone: str, email: str) -> Json:
    digits = "".join(sign for sign in phone if sign in "0123456789")
    known = 6 <= len(email) <= 100 and _EMAIL.fullmatch(email)
    return _filled({"Ph": digits if 6 <= len(digits) <= 12 else "", "Em": email if known else ""})


def _item(at: int, line: Line, document: Document, facts: Facts) -> Json:
    total, discount = gross_and_discount(line)
    quantity = abs(
        line.quantity_thousandths
    )  # less than none at a price below nothing is a sale all the same
    by_unit = cess_by_unit(quantity, line.cess_per_unit_tenthousandths, line.cess_paise)
    made = {
        "SlNo": str(at),
        "PrdDesc": cleaned(line.description, 300) if len(line.description.strip()) >= 3 else "",
        "IsServc": "Y" if is_service(line) else "N",
        "HsnCd": line.hsn,
        "Qty": figure(quantity, 3),
        "Unit": _unit(line, facts),
        "UnitPrice": figure(_unit_price_thousandths(line, total), 3),
        "TotAmt": figure(total),
        "Discount": figure(discount),
        "AssAmt": figure(line.taxable_paise),
        "GstRt": figure(line.rate_bp),
        "IgstAmt": figure(line.igst_paise),
        "CgstAmt": figure(line.cgst_paise),
        "SgstAmt": figure(line.sgst_paise),
        "CesRt": figure(line.cess_rate_bp),
        "CesAmt": figure(line.cess_paise - by_unit),
        "CesNonAdvlAmt": figure(by_unit),
        "TotItemVal": figure(_item_value_paise(line, document)),
    }
    return _filled(made)


def gross_and_discount(line: Line) -> tuple[int, int]:
    """TotAmt and Discount in paise, so that their difference is the taxable value whatever was spread."""
    total = line.gross_paise + max(line.spread_paise, 0)
    return total, total - line.taxable_paise


def _unit_price_thousandths(line: Line, total_paise: int) -> int:
    """The price asked, to three places; worked back from the amount where tax or charges are inside it."""
    quantity = abs(line.quantity_thousandths)
    if not (line.price_includes_tax or line.spread_paise > 0) or not quantity:
        return half_up(abs(line.price_tenthousandths), 10)
    return half_up(total_paise * 10_000, quantity)


def _item_value_paise(line: Line, document: Document) -> int:
    """Value and taxes; under reverse charge the value alone, which the portal allows, since the buyer pays the tax."""
    if document.reverse_charge:
        return line.taxable_paise
    return line.taxable_paise + line.igst_paise + line.cgst_paise + line.sgst_paise + line.cess_paise


def _unit(line: Line, facts: Facts) -> str:
    unit = line.unit.partition("-")[0].strip().upper()
    if is_service(line) and unit in ("", _NO_UNIT):
        return _SERVICE_UNIT
    return unit if unit != _NO_UNIT and facts.uqc(unit) else _ANY_UNIT


def _values(document: Document, listed: list[Line]) -> Json:
    totals = document.totals
    assessed = sum(line.taxable_paise for line in listed)
    worth = totals.taxable_paise + totals.nil_paise + totals.exempt_paise + totals.non_gst_paise
    made = {
        "AssVal": figure(assessed),
        "CgstVal": figure(totals.cgst_paise),
        "SgstVal": figure(totals.sgst_paise),
        "IgstVal": figure(totals.igst_paise),
        "CesVal": figure(totals.cess_paise),
        "Discount": 0,
        "OthChrg": figure(totals.other_charges_paise + worth - assessed),
        "RndOffAmt": figure(totals.round_off_paise),
        "TotInvVal": figure(totals.invoice_value_paise),
    }
    if document.foreign is not None and document.foreign.rate_millionths > 0:
        made["TotInvValFc"] = figure(
            half_up(totals.invoice_value_paise * _MILLION, document.foreign.rate_millionths)
        )
    return made


def _payment(document: Document) -> Json:
    bank = document.seller.bank
    if document.type == "CRN" or not bank.account or len(bank.account) > 18:
        return {}
    days = (document.due_on - document.dated_on).days
    made = {
        "Nm": cleaned(document.seller.legal_name, 100),
        "AccDet": cleaned(bank.account, 18),
        "FinInsBr": cleaned(bank.ifsc, 11),
        "CrDay": days if 0 < days <= 9_999 else None,
    }
    return _filled(made)


def _references(document: Document) -> Json:
    original = document.original
    if original is None or not original.number:
        return {}
    number = number_at_irp(original.number, original.dated_on)
    return {"PrecDocDtls": [{"InvNo": number, "InvDt": day(original.dated_on)}]}


def _export(document: Document) -> Json:
    if not sold_of(document).is_export:
        return {}
    bill, country = document.shipping_bill, document.buyer.address.country
    made = {
        "ShipBNo": bill.number if bill else "",
        "ShipBDt": day(bill.dated_on) if bill and bill.dated_on else "",
        "Port": bill.port if bill else "",
        "ForCur": document.foreign.currency if document.foreign else "",
        "CntCode": country if country != INDIA else "",
    }
    return _filled(made)


def _movement(document: Document, facts: Facts) -> Json:
    """EwbDtls, for invoices over goods alone: with a note or services no e-way bill is made from an IRN (4010)."""
    moved = document.transport
    if moved is None or document.type != "INV" or all(is_service(line) for line in document.lines):
        return {}
    way = way_of(
        moved.mode, vehicle=moved.vehicle, doc_number=moved.doc_number, transporter_id=moved.transporter_id
    )
    made: Json = {
        "TransId": moved.transporter_id,
        "TransMode": str(way.mode) if way.with_particulars else "",
        "Distance": distance_sent(
            moved.distance_km, same_pin=False, most_km=distance_max_km(facts, document.dated_on)
        ),
    }
    return _filled(made | (_particulars(moved) if way.with_particulars else {}))


def _particulars(moved: Transport) -> Json:
    return {
        "TransDocNo": cleaned(moved.doc_number, 15),
        "TransDocDt": day(moved.doc_on) if moved.doc_number and moved.doc_on else "",
        "VehNo": vehicle_number(moved.vehicle, VEHICLE_MAX),
        "VehType": moved.vehicle_type if moved.vehicle else "",
    }


def _filled(made: Json) -> Json:
    """Without what is empty; noughts stay."""
    return dict(_pairs(made))


def _pairs(made: Json) -> Iterator[tuple[str, Any]]:
    for key, value in made.items():
        if value is not None and value != "":
            yield key, value
