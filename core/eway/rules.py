"""When an e-way bill is needed, and what its portal would refuse.

Sources: CGST Rules 138(1) with its explanation on consignment value; the portal's codes and checks as kept by
india-compliance (constants/e_waybill.py, utils/e_waybill.py); from 1 Jan 2025 no paper older than 180 days.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from core.company.model import Address
from core.eway.bill import (
    BULK_VERSION,
    CHALLAN,
    MOVING_TYPES,
    VEHICLE_MAX,
    bill_json,
    bulk_file,
    is_charged,
    is_goods,
    is_same_pin,
    lines_max,
    sub_supply_type,
)
from core.facts import Facts
from core.gst.gstin import TRANSPORTER
from core.gst.gstin import check as check_gstin
from core.gst.number import check_number
from core.gst.pin import lies_in
from core.gst.place import ABROAD, INDIA
from core.gst.portal import OTHER_TERRITORY, cleaned, is_pin
from core.gst.transport import (
    SAME_PIN_MAX_KM,
    VEHICLE_TYPES,
    distance_max_km,
    distance_sent,
    vehicle_number,
    way_of,
)
from core.invoicing.model import Document, Line, Transport
from core.problems import Problem
from core.words import translate as _

_VEHICLE = re.compile(r"(?=.*[0-9])[A-Z0-9]{4,15}")
_DOCUMENT = re.compile(r"[A-Za-z0-9/-]{1,15}")
_JOB_WORK = "job_work"


def has_bill(document: Document) -> bool:
    """Whether an e-way bill can be made for the paper: an invoice, a challan or a sales return, with goods."""
    return next(_no_bill(document), None) is None


def is_needed(document: Document, facts: Facts) -> bool:
    """Whether the movement asks for a bill: goods worth more than the limit; job work across States at any value."""
    if not has_bill(document):
        return False
    if document.type == CHALLAN and document.purpose == _JOB_WORK and document.supply == "INTER":
        return True
    return consignment_paise(document) > threshold_paise(document, facts)


def threshold_paise(document: Document, facts: Facts) -> int:
    """The value above which goods move with a bill: within a State that State's own, where it has one."""
    state = document.seller.gstin[:2] if document.supply == "INTRA" else ""
    return facts.limit("ewaybill", document.dated_on, state=state)


def consignment_paise(document: Document) -> int:
    """What the goods are worth with the tax the paper charges, exempt goods left out where taxable ones go with them
    (rule 138(1), explanation 2)."""
    goods = [line for line in document.lines if is_goods(line)]
    taxed = [line for line in goods if line.treatment == "taxable"]
    return sum(_worth(line, is_charged(document)) for line in taxed or goods)


def problems_with_eway(document: Document, facts: Facts, on: dt.date) -> list[Problem]:
    """Each thing for which the portal would refuse the paper's bill on a day, by field, with its remedy."""
    refused = next(_no_bill(document), None)
    if refused is not None:
        return [refused]
    return [
        *_head(document, on, facts),
        *_parties(document),
        *_lines(document, facts),
        *problems_with_transport(
            document.transport,
            same_pin=is_same_pin(document),
            most_km=distance_max_km(facts, document.dated_on),
        ),
        *_transport_date(document),
    ]


def problems_with_transport(
    transport: Transport | None, *, same_pin: bool = False, most_km: int
) -> list[Problem]:
    """Each thing the portal would refuse of how the goods move."""
    moved = transport or Transport()
    way = way_of(
        moved.mode, vehicle=moved.vehicle, doc_number=moved.doc_number, transporter_id=moved.transporter_id
    )
    return [*way.problems, *_distance(moved.distance_km, same_pin, most_km), *_particulars(moved)]


def check_transport(asked: Transport) -> dict[str, Any]:
    """The answer of `bahi check transport`: {accepted, transMode, problems}; transMode null when it is not accepted."""
    problems = problems_with_transport(asked, most_km=distance_max_km(Facts.in_force()))
    way = way_of(
        asked.mode, vehicle=asked.vehicle, doc_number=asked.doc_number, transporter_id=asked.transporter_id
    )
    return {
        "accepted": not problems,
        "transMode": way.mode if not problems else None,
        "problems": problems,
    }


def check_distance(distance_km: int, *, same_pin: bool) -> dict[str, Any]:
    """The answer of `bahi check distance`: {accepted, distance_sent, problems}; 0 leaves measuring to the portal."""
    most_km = distance_max_km(Facts.in_force())
    problems = list(_distance(distance_km, same_pin, most_km))
    return {
        "accepted": not problems,
        "distance_sent": distance_sent(distance_km, same_pin=same_pin, most_km=most_km),
        "problems": problems,
    }


def _no_bill(document: Document) -> Iterator[Problem]:
    if document.type not in MOVING_TYPES or document.opening:
        message = _("An e-way bill is made for an invoice, a delivery challan or a sales return.")
        yield Problem("NO_MOVEMENT", message, "type")
        return
    if not any(is_goods(line) for line in document.lines):
        message = _("The paper has no goods; services need no e-way bill.")
        yield Problem("NO_GOODS", message, "lines")


def _head(document: Document, on: dt.date, facts: Facts) -> Iterator[Problem]:
    if not document.seller.gstin:
        remedy = _("Open Settings.")
        yield Problem("REQUIRED", _("The company's GSTIN is missing."), "seller.gstin", remedy)
    yield from check_number(document.number, on=document.dated_on).problems
    days = facts.find_days("ewaybill_document_days", on)
    if document.dated_on > on:
        yield Problem("FUTURE_DATE", _("The date lies in the future."), "dated_on")
    elif days is not None and (on - document.dated_on).days > days:
        message = _("The portal takes no paper older than {count} days.").format(count=days)
        yield Problem("TOO_OLD", message, "dated_on", _("Move the goods on a new paper."))


def _parties(document: Document) -> Iterator[Problem]:
    start, end = document.dispatch_from or document.seller.address, document.ship_to or document.buyer.address
    at_start = "dispatch_from" if document.dispatch_from else "seller.address"
    at_end = "ship_to" if document.ship_to else "buyer.address"
    yield from _address(start, at_start)
    yield from _address(end, at_end)
    own = sub_supply_type(document) in (1, 7) and document.buyer.gstin == document.seller.gstin
    if own and document.buyer.gstin:
        message = _("Seller and buyer have one GSTIN; goods then move on a challan.")
        yield Problem("SAME_GSTIN", message, "buyer.gstin", _("Make a delivery challan."))


def _address(address: Address, field: str) -> Iterator[Problem]:
    remedy = _("Fill in the address.")
    if not cleaned(address.line1 or address.line2, 120):
        yield Problem("ADDRESS", _("The first line of the address is missing."), f"{field}.line1", remedy)
    if not cleaned(address.city, 50):
        yield Problem("TOWN", _("The town of the address is missing."), f"{field}.city", remedy)
    if address.country not in ("", INDIA) or address.state_code == ABROAD:
        return
    if not address.state_code:
        yield Problem("STATE", _("The State of the address is missing."), f"{field}.state_code", remedy)
    if address.state_code == OTHER_TERRITORY:
        return
    if not is_pin(address.pincode):
        message = _("The portal wants a PIN code of six digits.")
        yield Problem("PIN", message, f"{field}.pincode", remedy)
    elif address.state_code and not lies_in(address.pincode, address.state_code):
        message = _("PIN code {pin} lies in another State.").format(pin=address.pincode)
        yield Problem("PIN_STATE", message, f"{field}.pincode", remedy)


def _lines(document: Document, facts: Facts) -> Iterator[Problem]:
    goods = [(at, line) for at, line in enumerate(document.lines, 1) if is_goods(line)]
    most = lines_max(facts, document.dated_on)
    if len(goods) > most and len(bill_json(document, facts=facts)["itemList"]) > most:
        message = _("The goods are of more than {limit} codes, units and rates; the portal takes no more.")
        remedy = _("Divide the paper into several.")
        yield Problem("TOO_MANY_LINES", message.format(limit=most), "lines", remedy)
        return
    for at, line in goods:
        yield from _line(line, f"lines.{at}.")


def _line(line: Line, prefix: str) -> Iterator[Problem]:
    if not (line.hsn.isascii() and line.hsn.isdigit() and len(line.hsn) in (4, 6, 8)):
        message = _("The portal wants an HSN of 4, 6 or 8 digits.")
        yield Problem("HSN", message, f"{prefix}hsn", _("Choose the code of what is sold."))
    if line.quantity_thousandths == 0:
        yield Problem("QUANTITY", _("Goods have a quantity above nothing."), f"{prefix}quantity_thousandths")


def _worth(line: Line, charged: bool) -> int:
    tax = line.igst_paise + line.cgst_paise + line.sgst_paise + line.cess_paise
    return line.taxable_paise + (tax if charged else 0)


def _distance(distance_km: int, same_pin: bool, most_km: int) -> Iterator[Problem]:
    if distance_sent(distance_km, same_pin=same_pin, most_km=most_km) is not None:
        return
    if same_pin:
        message = _("Within one PIN code the portal takes 1 to {limit} km.").format(limit=SAME_PIN_MAX_KM)
    else:
        message = _("The portal takes at most {limit} km.").format(limit=most_km)
    yield Problem("DISTANCE", message, "transport.distance_km", _("Enter the kilometres by road."))


def _particulars(moved: Transport) -> Iterator[Problem]:
    if (
        moved.vehicle
        and moved.mode in ("", "road")
        and not _VEHICLE.fullmatch(vehicle_number(moved.vehicle, VEHICLE_MAX))
    ):
        message = _("This is no number of a vehicle.")
        remedy = _("Write it as on its plate, such as KA01AB1234.")
        yield Problem("VEHICLE", message, "transport.vehicle", remedy)
    if moved.vehicle_type not in VEHICLE_TYPES:
        message = _("A vehicle is R, regular, or O, for over-dimensional cargo.")
        yield Problem("VEHICLE_TYPE", message, "transport.vehicle_type")
    if moved.doc_number and not _DOCUMENT.fullmatch(moved.doc_number):
        message = _("A transport document's number has up to 15 letters, digits, - and /.")
        yield Problem("TRANSPORT_DOCUMENT", message, "transport.doc_number")
    if moved.transporter_id and not check_gstin(moved.transporter_id, as_kind=TRANSPORTER).accepted:
        message = _("This is neither a GSTIN nor a transporter's enrolment number.")
        yield Problem("TRANSPORTER", message, "transport.transporter_id")


def _transport_date(document: Document) -> Iterator[Problem]:
    moved = document.transport
    if moved and moved.doc_number and moved.doc_on and moved.doc_on < document.dated_on:
        message = _("The transport document is dated before the paper.")
        yield Problem("TRANSPORT_DATE", message, "transport.doc_on")


__all__ = [
    "BULK_VERSION",
    "bill_json",
    "bulk_file",
    "check_distance",
    "check_transport",
    "consignment_paise",
    "has_bill",
    "is_needed",
    "problems_with_eway",
    "problems_with_transport",
    "threshold_paise",
]
