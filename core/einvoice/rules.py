"""Which papers the invoice registration portal (IRP) takes, which must go there, and what it would refuse.

Sources: CGST Rules 48(4); Notifications 13/2020, 61/2020, 60/2020 and 10/2023 - Central Tax; INV-01 v1.1; the
portal's published error list (codes in brackets).
"""

import datetime as dt
import json
from collections.abc import Iterator

from core.company.model import Address
from core.einvoice.inv01 import (
    REGISTERED_TYPES,
    invoice_json,
    is_listed,
    is_service,
    sup_typ,
)
from core.einvoice.irn import irn_of, irn_source
from core.facts import Facts
from core.gst.number import check_number
from core.gst.pin import lies_in
from core.gst.place import ABROAD, INDIA
from core.gst.portal import OTHER_TERRITORY, cleaned, is_pin
from core.gst.section import OPERATOR_PAYS
from core.gst.settle import WHOLE_BP
from core.gst.transport import distance_max_km, distance_sent
from core.invoicing.model import Document, Line
from core.invoicing.papers import is_commercial
from core.invoicing.settling import sold_of
from core.problems import Problem
from core.words import translate as _

BYTES_MAX = 2 << 20
NAME_LETTERS = 3
HSN_LENGTHS = (4, 6, 8)


def has_einvoice(document: Document) -> bool:
    """Whether the portal takes such a paper at all, whatever turnover and day: an invoice or note to a registered or
    foreign buyer, with a taxable or zero-rated line. Consumers' papers and wholly exempt ones get no IRN."""
    return next(_not_taken(document), None) is None


def is_needed(document: Document, turnover_paise: int, facts: Facts) -> bool:
    """Whether the paper must have an IRN: the portal takes it, and the turnover is above the limit of its day."""
    limit = facts.find_limit("einvoice_turnover", document.dated_on)
    return limit is not None and turnover_paise > limit and has_einvoice(document)


def items_max(facts: Facts, on: dt.date | None = None) -> int:
    """The most lines that the portal takes of a paper of a day, else as things stand now."""
    name = "einvoice_items_max"
    found = None if on is None else facts.find_days(name, on)
    return facts.days(name, dt.date.max) if found is None else found


def problems_with_einvoice(document: Document, facts: Facts, company_turnover_paise: int) -> list[Problem]:
    """Each thing for which the portal would refuse the paper, by field, with its rule and its remedy.

    A paper that gets no IRN at all has that one problem. Too many lines are refused before the rest is read.
    """
    refused = next(_not_taken(document), None)
    if refused is not None:
        return [refused]
    listed = [(at, line) for at, line in enumerate(document.lines, 1) if is_listed(document, line)]
    most = items_max(facts, document.dated_on)
    if len(listed) > most:
        message = _("The paper has {count} lines; the portal takes at most {limit}.")
        remedy = _("Divide it into several papers.")
        return [Problem("TOO_MANY_LINES", message.format(count=len(listed), limit=most), "lines", remedy)]
    problems = [*_day(document, facts), *_number(document), *_parties(document), *_places(document)]
    digits = facts.hsn_digits(company_turnover_paise, document.dated_on)
    for at, line in listed:
        problems += _line(line, f"lines.{at}.", digits, facts)
    problems += _whole(document, facts)
    return problems or _size(document, facts)


def _not_taken(document: Document) -> Iterator[Problem]:
    if document.type not in REGISTERED_TYPES or document.opening:
        message = _("Only invoices, credit notes and debit notes are registered at the invoice portal.")
        yield Problem("NOT_REPORTED", message, "type")
        return
    if is_commercial(document):
        message = _("A note without tax is no matter of the invoice portal.")
        yield Problem("NOT_REPORTED", message, "reason")
        return
    if document.seller.composition:
        message = _("A composition taxpayer makes bills of supply; they get no IRN.")
        yield Problem("COMPOSITION", message, "seller")
    if sup_typ(document) is None:
        message = _(
            "The buyer has no GSTIN, so the paper gets no IRN (rule 48(4): registered persons, exports)."
        )
        yield Problem("B2C", message, "buyer.gstin", _("If the buyer is registered, enter the GSTIN."))
    if not any(is_listed(document, line) for line in document.lines):
        message = _("No line is taxable: a wholly nil-rated, exempt or non-GST paper gets no IRN.")
        yield Problem("EXEMPT", message, "lines")
    if document.amends is not None:
        message = _("The invoice portal amends nothing; GSTR-1 tells the correction.")
        yield Problem("AMENDMENT", message, "amends")
    if document.ecommerce is not None and document.ecommerce.section == OPERATOR_PAYS:
        message = _("Under section 9(5) the operator pays the tax and registers the supply.")
        yield Problem("OPERATOR_PAYS", message, "ecommerce")


def _day(document: Document, facts: Facts) -> Iterator[Problem]:
    if facts.find_limit("einvoice_turnover", document.dated_on) is None:
        yield Problem("TOO_EARLY", _("There were no e-invoices yet on the paper's date."), "dated_on")


def _number(document: Document) -> Iterator[Problem]:
    if not check_number(document.number, on=document.dated_on).valid_for_irp:
        message = _("The portal takes up to 16 capitals, digits, - and /, not beginning with 0, - or /.")
        remedy = _("Choose a prefix for the series that begins with a letter.")
        yield Problem("NUMBER_IRP", message, "number", remedy)


def _parties(document: Document) -> Iterator[Problem]:
    seller, buyer = document.seller, document.buyer
    settings, party = _("Open Settings."), _("Open the party and fill it in.")
    if not seller.gstin:
        yield Problem("REQUIRED", _("The company's GSTIN is missing."), "seller.gstin", settings)
    yield from _name(seller.legal_name, "seller.legal_name", settings)
    yield from _address(
        seller.address, seller.gstin[:2] or seller.address.state_code, "seller.address", settings
    )
    yield from _name(buyer.name, "buyer.name", party)
    state = ABROAD if sold_of(document).is_export else buyer.gstin[:2]
    yield from _address(buyer.address, state, "buyer.address", party)
    if buyer.gstin and buyer.gstin == seller.gstin:
        message = _("Seller and buyer have one GSTIN; the portal refuses that.")
        yield Problem("SAME_GSTIN", message, "buyer.gstin", party)
    if sold_of(document).is_export and buyer.address.country in ("", INDIA):
        yield Problem("COUNTRY", _("An export names the buyer's country."), "buyer.address.country", party)


def _places(document: Document) -> Iterator[Problem]:
    for field in ("dispatch_from", "ship_to"):
        address: Address | None = getattr(document, field)
        if address is None:
            continue
        state = ABROAD if address.country not in ("", INDIA) else address.state_code
        yield from _address(address, state, field, _("Fill in the address."))


def _name(name: str, field: str, remedy: str) -> Iterator[Problem]:
    if len(cleaned(name, 100)) < NAME_LETTERS:
        yield Problem("NAME", _("The portal wants a name of 3 to 100 letters."), field, remedy)


def _address(address: Address, state: str, field: str, remedy: str) -> Iterator[Problem]:
    if not cleaned(address.line1 or address.line2, 100):
        yield Problem("ADDRESS", _("The first line of the address is missing."), f"{field}.line1", remedy)
    if len(cleaned(address.city, 100)) < NAME_LETTERS:
        message = _("The portal wants a town of at least 3 letters.")
        yield Problem("TOWN", message, f"{field}.city", remedy)
    if not state:
        yield Problem("STATE", _("The State of the address is missing."), f"{field}.state_code", remedy)
    elif state not in (ABROAD, OTHER_TERRITORY):
        if not is_pin(address.pincode):
            message = _("The portal wants a PIN code of six digits.")
            yield Problem("PIN", message, f"{field}.pincode", remedy)
        elif not lies_in(address.pincode, state):
            message = _("PIN code {pin} lies in another State (3038, 3039).").format(pin=address.pincode)
            yield Problem("PIN_STATE", message, f"{field}.pincode", remedy)
        if address.state_code and address.state_code != state:
            message = _("The address lies in another State than the GSTIN; the portal holds them together.")
            yield Problem("STATE_GSTIN", message, f"{field}.state_code", remedy)


def _line(line: Line, prefix: str, digits: int, facts: Facts) -> Iterator[Problem]:
    hsn = line.hsn
    if not (hsn.isascii() and hsn.isdigit() and len(hsn) in HSN_LENGTHS):
        message = _("The portal wants an HSN or SAC of 4, 6 or 8 digits (2176).")
        yield Problem("HSN", message, f"{prefix}hsn", _("Choose the code of what is sold."))
    elif len(hsn) < digits:
        message = _("The company's turnover asks for {count} digits of HSN (Notification 78/2020).")
        remedy = _("Choose the code of what is sold.")
        yield Problem("HSN_SHORT", message.format(count=digits), f"{prefix}hsn", remedy)
    if is_service(line):
        return
    if line.quantity_thousandths == 0:
        message = _("Goods have a quantity above nothing.")
        yield Problem("QUANTITY", message, f"{prefix}quantity_thousandths")
    if line.unit.partition("-")[0].strip().upper() in ("", "NA"):
        message = _("Goods have a unit of the returns' list, such as NOS or KGS.")
        yield Problem("UNIT", message, f"{prefix}unit", _("Choose a unit."))


def _whole(document: Document, facts: Facts) -> Iterator[Problem]:
    if document.applicable_percent_bp != WHOLE_BP:
        message = _("The portal reckons tax at the full rate; it takes no supply taxed at a part of it.")
        yield Problem("APPLICABLE_PERCENT", message, "applicable_percent_bp")
    if abs(document.totals.round_off_paise) > 9_999:
        message = _("The portal takes a round-off of at most 99.99.")
        yield Problem("ROUND_OFF", message, "totals.round_off_paise")
    moved, most_km = document.transport, distance_max_km(facts, document.dated_on)
    if moved is not None and distance_sent(moved.distance_km, same_pin=False, most_km=most_km) is None:
        message = _("The portal takes at most {limit} km.").format(limit=most_km)
        yield Problem("DISTANCE", message, "transport.distance_km", _("Enter the kilometres by road."))
    if document.original is not None:
        number = check_number(document.original.number, on=document.original.dated_on)
        if not number.valid_for_irp:
            message = _("The number of the document it answers is none that the portal takes.")
            yield Problem("ORIGINAL_NUMBER", message, "original.number")


def _size(document: Document, facts: Facts) -> list[Problem]:
    size = len(json.dumps(invoice_json(document, facts=facts), ensure_ascii=False).encode())
    if size <= BYTES_MAX:
        return []
    message = _("The paper's file is larger than the 2 MB that the portal takes.")
    return [Problem("TOO_LARGE", message, "lines", _("Divide it into several papers."))]


__all__ = [
    "has_einvoice",
    "invoice_json",
    "irn_of",
    "irn_source",
    "is_needed",
    "problems_with_einvoice",
]
