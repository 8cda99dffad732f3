"""Between whom a document stands, from where goods go to where and how, and the facts of the supply."""

from collections.abc import Callable

from core.company.model import Address
from core.einvoice.model import Registered
from core.eway.model import Noted
from core.facts import Facts
from core.invoicing.model import Document, Original, Transport
from core.invoicing.papers import CHALLAN, INVOICE, OFFERS, is_abroad, purpose_words, reason_words
from core.paper.foreign import country_name, exchange_text
from core.paper.letterhead import MAIN, SIDE, SIDE_AT, party_panel, ship_panel, state_text
from core.paper.panel import PLAIN, Panel, above, beside, facts, titled, wrapped
from core.paper.portal import bill_text, irn_panel, signed_qr_panel
from core.paper.sheet import Say, spoken
from core.words import date_text, quantity_text

_GAP = 12.0
_HALF = (MAIN - _GAP) / 2

Maker = Callable[[float], Panel]
Pairs = list[tuple[str, str]]


def parties_panel(
    document: Document, _: Say, *, registered: Registered | None = None, noted: Noted | None = None
) -> Panel:
    """Who is billed and where it goes; beside it the facts of the supply, and the portal's QR under them."""
    makers = _places(document, _)
    carriage = _carriage(document.transport, _) if document.transport else []
    if carriage:
        makers.append(
            lambda room: titled(
                _("Transport"), [row for line in carriage for row in wrapped(line, room, PLAIN)]
            )
        )
    left = [_in_row(makers[n : n + 2]) for n in range(0, len(makers), 2)]
    known = supply_facts(document, _)
    if noted is not None:
        known.append((_("E-way bill"), bill_text(noted, _)))
    right = [facts(known, SIDE)]
    if registered is not None:
        left.append(irn_panel(registered, _, MAIN))
        right.append(signed_qr_panel(registered, _, SIDE))
    return beside((0, above(*left, gap=6)), (SIDE_AT, above(*right, gap=4)))


def _in_row(makers: list[Maker]) -> Panel:
    if len(makers) == 1:
        return makers[0](MAIN)
    return beside((0, makers[0](_HALF)), (_HALF + _GAP, makers[1](_HALF)))


def _places(document: Document, _: Say) -> list[Maker]:
    """The buyer, where the goods go and where they come from, as far as these differ."""
    labels = {INVOICE: _("Bill to"), CHALLAN: _("Consignee")}
    label = labels.get(document.type, _("To"))
    buyer, ship_to, sent_from = document.buyer, document.ship_to, document.dispatch_from
    makers: list[Maker] = [lambda room: party_panel(label, buyer, _, room)]
    if ship_to is not None:
        state = _state_of(ship_to, document)
        makers.append(lambda room: ship_panel(_("Ship to"), buyer.name, ship_to, state, _, room))
    if sent_from is not None:
        state_there = _state_of(sent_from, document)
        makers.append(lambda room: ship_panel(_("Dispatched from"), "", sent_from, state_there, _, room))
    return makers


def _state_of(address: Address, document: Document) -> str:
    """A State's name: as the record has it under whichever place shares its code, else by the code."""
    known = {
        document.seller.address.state_code: document.seller.state_name,
        document.buyer.address.state_code: document.buyer.state_name,
        document.place_of_supply: document.place_name,
    }
    if address.state_code in known:
        return known[address.state_code]
    state = Facts.in_force().state(address.state_code)
    return state.name if state else ""


def _carriage(move: Transport, _: Say) -> list[str]:
    """How the goods move, one line a fact: vehicle and distance, transporter, his paper."""
    modes = {"road": _("Road"), "rail": _("Rail"), "air": _("Air"), "ship": _("Ship")}
    vehicle = [modes.get(move.mode, move.mode), move.vehicle]
    if move.vehicle and move.vehicle_type == "O":
        vehicle.append(_("over-dimensional cargo"))
    if move.distance_km:
        vehicle.append(_("{distance} km").format(distance=quantity_text(move.distance_km * 1000)))
    found = [" · ".join(part for part in vehicle if part)]
    if move.transporter_id:
        found.append(_("Transporter: {number}").format(number=move.transporter_id))
    if move.doc_number:
        on = f" · {date_text(move.doc_on)}" if move.doc_on else ""
        found.append(_("LR/RR/AWB: {number}").format(number=f"{move.doc_number}{on}"))
    return [line for line in found if line]


def supply_facts(document: Document, _: Say) -> Pairs:
    """What the law wants to read of the supply itself: CGST Rules 46(n) and (p), 53 and 55."""
    pairs = [(_("Place of supply"), state_text(document.place_name, document.place_of_supply))]
    if document.type != CHALLAN and document.type not in OFFERS:
        pairs.append((_("Reverse charge"), _("Yes") if document.reverse_charge else _("No")))
    if document.purpose:
        pairs.append((_("Purpose"), purpose_words(_).get(document.purpose, document.purpose)))
    for label, other in (
        (_("Against"), document.original),
        (_("Amends"), document.amends),
        (_("Revises"), document.revises),
    ):
        if other is not None:
            pairs.append((label, _named(other, _)))
    if document.reason:
        pairs.append((_("Reason"), reason_words(_).get(document.reason, document.reason)))
    return [*pairs, *_export_facts(document, _)]


def _named(other: Original, _: Say) -> str:
    return _("{number} of {date}").format(number=other.number, date=date_text(other.dated_on))


def _export_facts(document: Document, _: Say) -> Pairs:
    """Rule 46, third proviso: the country of destination; with it the customs' paper, the LUT and the currency."""
    pairs: Pairs = []
    if is_abroad(document):
        address = document.ship_to or document.buyer.address
        if address.country not in ("", "IN"):
            country = country_name(address.country, spoken(document.language))
            pairs.append((_("Country of destination"), country))
    bill = document.shipping_bill
    if bill is not None and bill.number:
        on = f" · {date_text(bill.dated_on)}" if bill.dated_on else ""
        pairs.append((_("Shipping bill"), f"{bill.number}{on}"))
    if bill is not None and bill.port:
        port = Facts.in_force().port(bill.port)
        pairs.append((_("Port"), f"{bill.port} · {port.name}" if port else bill.port))
    if document.lut:
        pairs.append((_("LUT"), document.lut))
    if document.foreign is not None:
        pairs.append((_("Exchange rate"), exchange_text(document.foreign)))
    return pairs
