"""A paper's movement as a bill of the e-way portal's bulk file: keys, their order and their types.

An e-way bill is of goods alone: services on the paper are in neither its lines nor its value (rule 138(1); the
portal's FAQ on invoices of both). Tax that the buyer pays himself, or that is not charged under LUT, is left out.
Sources: the portal's preparation tool (names `transType`, `actualFromStateCode`, `OthValue`, `TotNonAdvolVal`);
published samples kept by india-compliance (data/test_e_waybill.json).
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from core.company.model import Address
from core.facts import Facts
from core.gst.party_kind import PartyKind
from core.gst.place import ABROAD, INDIA, is_export
from core.gst.portal import OTHER_TERRITORY, PIN_ABROAD, URP, cess_by_unit, cleaned, day, figure, is_pin
from core.gst.transport import distance_max_km, distance_sent, vehicle_number, way_of
from core.invoicing.model import Document, Line, Transport
from core.invoicing.papers import bears_tax

Json = dict[str, Any]

BULK_VERSION = "1.0.0621"
VEHICLE_MAX = 15
INVOICE, RETURN, CHALLAN = "INV", "CRN", "CHL"
MOVING_TYPES = (INVOICE, RETURN, CHALLAN)

SUPPLY, EXPORT, JOB_WORK, OWN_USE, SALES_RETURN, OTHERS = 1, 3, 4, 5, 7, 8
_PURPOSES = {"job_work": JOB_WORK, "own_use": OWN_USE, "other": OTHERS}
_ANY_UNIT, _NO_UNIT = "OTH", "NA"


class _Side(NamedTuple):
    """One end of the movement: who is billed and in which State, and where the goods are or go, in which State."""

    gstin: str
    name: str
    state: str
    address: Address
    there: str
    moves_elsewhere: bool


def bill_json(document: Document, *, facts: Facts | None = None) -> Json:
    """One bill of the bulk file. A sales return (a credit note) runs from the buyer to the seller."""
    facts = facts or Facts.in_force()
    goods = [line for line in document.lines if is_goods(line)]
    seller, buyer = _seller(document), _buyer(document)
    start, end = (buyer, seller) if document.type == RETURN else (seller, buyer)
    sub_type = sub_supply_type(document)
    return {
        "userGstin": document.seller.gstin,
        "supplyType": "I" if document.type == RETURN else "O",
        "subSupplyType": sub_type,
        "subSupplyDesc": _described(document) if sub_type == OTHERS else "",
        "docType": doc_type(document),
        "docNo": document.number,
        "docDate": day(document.dated_on),
        "transType": 1 + end.moves_elsewhere + 2 * start.moves_elsewhere,
        **_side("from", "actualFromStateCode", start),
        **_side("to", "actualToStateCode", end),
        **_values(document, goods),
        **_movement(document, facts),
        "mainHsnCode": next((line.hsn for line in goods), ""),
        "itemList": [_item(at, row) for at, row in enumerate(_rows(document, goods, facts), 1)],
    }


def bulk_file(bills: Iterable[Json], *, version: str = BULK_VERSION) -> Json:
    """The file that the portal's bulk upload takes."""
    return {"version": version, "billLists": list(bills)}


def lines_max(facts: Facts, on: dt.date) -> int:
    """The most lines that the portal takes in one bill of a day."""
    name = "ewaybill_items_max"
    found = facts.find_days(name, on)
    return facts.days(name, dt.date.max) if found is None else found


def is_goods(line: Line) -> bool:
    """Whether a line is of goods: not of chapter 99, and not absorbed by others."""
    return not line.hsn.startswith("99") and line.gross_paise >= 0


def is_charged(document: Document) -> bool:
    """Whether the paper charges tax: no challan does, nor reverse charge, nor a supply under LUT or section 9(5)."""
    return bears_tax(document, document.with_payment) and not document.reverse_charge


def sub_supply_type(document: Document) -> int:
    """The portal's subSupplyType: 1 supply, 3 export, 4 job work, 5 own use, 7 sales return, 8 other."""
    if document.type == RETURN:
        return SALES_RETURN
    if document.type == CHALLAN:
        return _PURPOSES.get(document.purpose, OTHERS)
    return EXPORT if _is_export(document) else SUPPLY


def doc_type(document: Document) -> str:
    """The portal's docType: a tax invoice, a bill of supply (no line is taxed, or an export under LUT), a challan."""
    if document.type != INVOICE:
        return "CHL"
    untaxed = not any(line.treatment == "taxable" for line in document.lines)
    under_lut = _is_export(document) and document.with_payment is False
    return "BIL" if untaxed or under_lut or document.seller.composition else "INV"


def is_same_pin(document: Document) -> bool:
    """Whether the goods stay within one PIN code."""
    start, end = _pin(_seller(document)), _pin(_buyer(document))
    return start is not None and start == end != PIN_ABROAD


def _is_export(document: Document) -> bool:
    return is_export(document.place_of_supply, PartyKind(document.buyer.kind))


def _seller(document: Document) -> _Side:
    seller = document.seller
    state = seller.gstin[:2] or seller.address.state_code
    name = seller.trade_name or seller.legal_name
    home = seller.address.state_code or state
    return _place(seller.gstin, name, state, seller.address, document.dispatch_from, home=home)


def _buyer(document: Document) -> _Side:
    """The billed State is the place of supply, by which the portal tells IGST from CGST; a SEZ counts as abroad."""
    buyer = document.buyer
    if _is_export(document):
        return _place("", buyer.name, ABROAD, buyer.address, document.ship_to, home=ABROAD)
    home = buyer.address.state_code or buyer.gstin[:2] or document.place_of_supply
    state = ABROAD if buyer.kind == PartyKind.SEZ else document.place_of_supply
    return _place(buyer.gstin, buyer.name, state, buyer.address, document.ship_to, home=home)


def _place(
    gstin: str, name: str, state: str, billed: Address, elsewhere: Address | None, *, home: str
) -> _Side:
    moves = elsewhere is not None and elsewhere != billed
    there = home if elsewhere is None or not moves else elsewhere.state_code
    address = elsewhere or billed
    if address.country not in ("", INDIA):
        there = ABROAD
    return _Side(gstin or URP, name, state, address, there, moves)


def _pin(side: _Side) -> int | None:
    if side.there in (ABROAD, OTHER_TERRITORY):
        return PIN_ABROAD
    return int(side.address.pincode) if is_pin(side.address.pincode) else None


def _side(prefix: str, actual: str, side: _Side) -> Json:
    address = side.address
    return {
        f"{prefix}Gstin": side.gstin,
        f"{prefix}TrdName": cleaned(side.name, 100),
        f"{prefix}Addr1": cleaned(address.line1 or address.line2, 120),
        f"{prefix}Addr2": cleaned(address.line2 if address.line1 else "", 120),
        f"{prefix}Place": cleaned(address.city, 50),
        f"{prefix}Pincode": _pin(side),
        f"{prefix}StateCode": _code(side.state),
        actual: _code(side.there),
    }


def _code(state: str) -> int | None:
    return int(state) if state.isascii() and state.isdigit() else None


def _values(document: Document, goods: list[Line]) -> Json:
    totals, taxed = document.totals, is_charged(document)
    by_unit = sum(_cess_by_unit(line) for line in goods) if taxed else 0
    worth = sum(line.taxable_paise for line in goods)
    heads = [
        sum(getattr(line, f"{head}_paise") for line in goods) if taxed else 0
        for head in ("cgst", "sgst", "igst", "cess")
    ]
    others = totals.other_charges_paise + totals.round_off_paise
    cgst, sgst, igst, cess = heads
    return {
        "totalValue": figure(worth),
        "cgstValue": figure(cgst),
        "sgstValue": figure(sgst),
        "igstValue": figure(igst),
        "cessValue": figure(cess - by_unit),
        "TotNonAdvolVal": figure(by_unit),
        "OthValue": figure(others),
        "totInvValue": figure(worth + sum(heads) + others),
    }


def _cess_by_unit(line: Line) -> int:
    quantity = abs(line.quantity_thousandths)
    return cess_by_unit(quantity, line.cess_per_unit_tenthousandths, line.cess_paise)


def _movement(document: Document, facts: Facts) -> Json:
    moved = document.transport or Transport()
    way = way_of(
        moved.mode, vehicle=moved.vehicle, doc_number=moved.doc_number, transporter_id=moved.transporter_id
    )
    distance = distance_sent(
        moved.distance_km,
        same_pin=is_same_pin(document),
        most_km=distance_max_km(facts, document.dated_on),
    )
    told = moved if way.with_particulars else Transport()
    return {
        "transMode": way.mode,
        "transDistance": moved.distance_km if distance is None else distance,
        "transporterName": "",
        "transporterId": moved.transporter_id,
        "transDocNo": cleaned(told.doc_number, 15),
        "transDocDate": day(told.doc_on) if told.doc_number and told.doc_on else "",
        "vehicleNo": vehicle_number(told.vehicle, VEHICLE_MAX),
        "vehicleType": moved.vehicle_type,
    }


class _Row(NamedTuple):
    """One line of the list: what it is, its rates in the file's numbers, and its sums."""

    description: str
    hsn: str
    unit: str
    rates: tuple[Any, Any, Any, Any]
    quantity_thousandths: int
    taxable_paise: int


def _rows(document: Document, goods: list[Line], facts: Facts) -> Iterator[_Row]:
    """A row a line; where they are more than the portal takes, a row for each code, unit and rates."""
    rows = [_row(document, line, facts) for line in goods]
    if len(rows) <= lines_max(facts, document.dated_on):
        yield from rows
        return
    summed: dict[tuple[Any, ...], _Row] = {}
    for row in rows:
        known = summed.get(row[1:4])
        if known is not None:
            quantity = known.quantity_thousandths + row.quantity_thousandths
            row = known._replace(
                quantity_thousandths=quantity, taxable_paise=known.taxable_paise + row.taxable_paise
            )
        summed[row[1:4]] = row
    yield from summed.values()


def _row(document: Document, line: Line, facts: Facts) -> _Row:
    rate_bp = line.rate_bp if is_charged(document) else 0
    at_home = document.supply == "INTRA" and not document.intra_igst
    half = figure(rate_bp * 5, 3) if at_home else 0
    cess = (line.cess_rate_bp, line.cess_per_unit_tenthousandths) if is_charged(document) else (0, 0)
    rates = (half, 0 if at_home else figure(rate_bp), figure(cess[0]), figure(cess[1], 4))
    unit = line.unit.partition("-")[0].strip().upper()
    known = unit if unit != _NO_UNIT and facts.uqc(unit) else _ANY_UNIT
    return _Row(
        cleaned(line.description, 100), line.hsn, known, rates, abs(line.quantity_thousandths),
        line.taxable_paise,
    )  # fmt: skip


def _item(at: int, row: _Row) -> Json:
    half, igst, cess, by_unit = row.rates
    return {
        "itemNo": at,
        "productName": row.description,
        "productDesc": row.description,
        "hsnCode": row.hsn,
        "quantity": figure(row.quantity_thousandths, 3),
        "qtyUnit": row.unit,
        "taxableAmount": figure(row.taxable_paise),
        "sgstRate": half,
        "cgstRate": half,
        "igstRate": igst,
        "cessRate": cess,
        "cessNonAdvol": by_unit,
    }


def _described(document: Document) -> str:
    return cleaned(document.note, 20) or "Delivery challan"
