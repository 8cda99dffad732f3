"""What must be true of how a draft is supplied: its place, its zero rating, its operator, its way, what it corrects.

Pure. These hold for every paper, issued here or elsewhere; what the law asks before issuing is in particulars.py.
"""

import datetime as dt
import re
from collections.abc import Iterator

from core.company.model import Company
from core.company.rules import state_of
from core.facts import Facts
from core.gst.gstin import GstinType, check
from core.gst.party_kind import PartyKind
from core.gst.place import is_export
from core.gst.section import OPERATOR_COLLECTS, OPERATOR_PAYS
from core.invoicing.model import Document, Draft, Ecommerce
from core.invoicing.papers import CHALLAN, CREDIT_NOTE, INVOICE, NOTES, POSTING, PURPOSES
from core.invoicing.settling import needs_payment_word, place_for
from core.parties.model import Party
from core.problems import Problem
from core.words import translate as _

RATE_MAX_MILLIONTHS = 10**12
TRANSPORT_MODES = ("", "road", "rail", "air", "ship")
VEHICLE_TYPES = ("R", "O")
DISTANCE_MAX_KM = 4_000
"""The longest way that the e-way bill portal takes."""

_PORT = re.compile(r"[A-Z0-9]{6}")
_BILL_NUMBER = re.compile(r"[0-9]{3,7}")
_CURRENCY = re.compile(r"[A-Z]{3}")


def problems_with_supply(draft: Draft, company: Company, party: Party | None) -> Iterator[Problem]:
    """Each thing wrong with where and how a draft is supplied."""
    yield from _way(draft)
    if party is None:
        yield Problem("REQUIRED", _("Choose the party."), "party")
        return
    if not party.name.strip():
        yield Problem("REQUIRED", _("The party has no name."), "party")
    kind = party.registration.kind
    if kind not in PartyKind.__members__.values():
        yield Problem(
            "CHOICE", _("The party's kind is not known."), "party", _("Open the party and choose its kind.")
        )
        return
    if draft.reverse_charge and kind == PartyKind.DEEMED_EXPORT:
        message = _("A deemed export is not under reverse charge: the portal refuses such a row.")
        yield Problem("REVERSE_CHARGE", message, "reverse_charge", _("Leave reverse charge out."))
    place = place_for(draft, company, party)
    yield from place.problems
    if place.code:
        yield from _zero_rating(draft, kind, place.code)
        yield from _only_exports(draft, kind, place.code)
        yield from _inside_by_igst(draft, kind, place.code == state_of(company.registration, company.address))


def problems_with_references(
    draft: Draft, original: Document | None, corrected: Document | None, today: dt.date | None
) -> Iterator[Problem]:
    """What is wrong with the papers that a draft names: what a note answers, what a correction replaces.

    `original` and `corrected` are these documents where the book has them.
    """
    yield from _note(draft, original, today)
    for field in ("amends", "revises"):
        named = getattr(draft, field)
        dated_on = draft.dated_on or today
        if named is not None and dated_on is not None and dated_on < named.dated_on:
            yield Problem("DATE", _("A correction is not dated before the document it corrects."), "dated_on")
    field = "revises" if draft.revises is not None else "amends"
    if draft.amends is not None and draft.revises is not None:
        yield Problem("CHOICE", _("A paper amends another or revises it, not both."), "revises")
    if draft.amends is not None and draft.type not in POSTING:
        yield Problem("CHOICE", _("Only invoices and notes amend others."), "amends")
    if draft.revises is not None and draft.type != INVOICE:
        yield Problem("CHOICE", _("Only an invoice is a revised one (CGST Rules, 53)."), "revises")
    if corrected is None:
        return
    if corrected.type != draft.type:
        yield Problem("CHOICE", _("A correction is of the same type as what it corrects."), field)
    if draft.party is not None and corrected.buyer.party != draft.party:
        remedy = _("Correct the party's own record; or credit that paper and issue this one by itself.")
        yield Problem("PARTY", _("The document it corrects is another party's."), field, remedy)
    if corrected.opening:
        yield Problem("CHOICE", _("An opening balance is not corrected by another paper."), field)


def _zero_rating(draft: Draft, kind: str, place: str) -> Iterator[Problem]:
    needed = needs_payment_word(kind, place)
    if needed and draft.with_payment is None and draft.type in POSTING:
        remedy = _("Choose with payment of IGST, or under LUT without it.")
        yield Problem("REQUIRED", _("Say whether IGST is paid on this supply."), "with_payment", remedy)
    if not needed and draft.with_payment is not None and kind != PartyKind.OVERSEAS:
        message = _("Only supplies to a SEZ or abroad are with or without payment of IGST.")
        yield Problem("CHOICE", message, "with_payment", _("Leave it out."))


def _only_exports(draft: Draft, kind: str, place: str) -> Iterator[Problem]:
    abroad = is_export(place, PartyKind(kind))
    bill, foreign = draft.shipping_bill, draft.foreign
    if not abroad:
        for field in ("shipping_bill", "foreign"):
            if getattr(draft, field) is not None:
                yield Problem("CHOICE", _("Only an export has this."), field, _("Leave it out."))
        return
    if bill is not None:
        if bill.port and not _PORT.fullmatch(bill.port):
            yield Problem("PORT", _("A port's code has six letters and digits."), "shipping_bill.port")
        if bill.number and not _BILL_NUMBER.fullmatch(bill.number):
            yield Problem("RANGE", _("A shipping bill's number has 3 to 7 digits."), "shipping_bill.number")
        if bool(bill.number) != (bill.dated_on is not None):
            message = _("A shipping bill has a number and a date, or neither.")
            yield Problem(
                "REQUIRED", message, "shipping_bill.dated_on" if bill.number else "shipping_bill.number"
            )
    if foreign is not None:
        if not _CURRENCY.fullmatch(foreign.currency) or foreign.currency == "INR":
            yield Problem(
                "CURRENCY", _("A currency is three capital letters, and not INR."), "foreign.currency"
            )
        elif Facts.in_force().currency(foreign.currency) is None:
            message = _("No currency has the code {code}.").format(code=foreign.currency)
            yield Problem("CURRENCY", message, "foreign.currency")
        if not 0 < foreign.rate_millionths <= RATE_MAX_MILLIONTHS:
            yield Problem("RANGE", _("A rate of exchange is more than nothing."), "foreign.rate_millionths")


def _inside_by_igst(draft: Draft, kind: str, is_inside: bool) -> Iterator[Problem]:
    """IGST inside the State (CBW in the returns) stands only under reverse charge."""
    if not draft.intra_igst:
        return
    if not draft.reverse_charge:
        remedy = _("Choose reverse charge too, or leave this out.")
        yield Problem("CHOICE", _("IGST inside the State needs reverse charge."), "intra_igst", remedy)
    others = (PartyKind.UNREGISTERED, PartyKind.SEZ, PartyKind.DEEMED_EXPORT, PartyKind.OVERSEAS)
    if not is_inside or kind in others:
        yield Problem(
            "CHOICE", _("Only a supply to a registered buyer inside the State is so taxed."), "intra_igst"
        )


def _operator(operator: Ecommerce | None) -> Iterator[Problem]:
    """Through whom it was sold. Whether his GSTIN is one at all is asked where the paper comes in, or is issued."""
    if operator is None:
        return
    if operator.section not in (OPERATOR_COLLECTS, OPERATOR_PAYS):
        yield Problem("CHOICE", _("The section is 52 or 9(5)."), "ecommerce.section")
    form = check(operator.gstin).type
    if operator.section == OPERATOR_COLLECTS and form not in (None, GstinType.TCS):
        message = _(
            "An operator that collects tax has a GSTIN of its own kind, with C before the last character."
        )
        yield Problem(
            "CATEGORY_CONFLICT", message, "ecommerce.gstin", _("Copy it from the operator's statement.")
        )


def _way(draft: Draft) -> Iterator[Problem]:
    """By whom and how it goes: operator, challan's purpose, transport."""
    yield from _operator(draft.ecommerce)
    if draft.type == CHALLAN and draft.purpose and draft.purpose not in PURPOSES:
        yield Problem("CHOICE", _("A challan's purpose is job_work, own_use or other."), "purpose")
    if draft.type != CHALLAN and draft.purpose:
        yield Problem("CHOICE", _("Only a challan has a purpose."), "purpose", _("Leave it out."))
    transport = draft.transport
    if transport is None:
        return
    if transport.mode not in TRANSPORT_MODES:
        yield Problem("CHOICE", _("Goods go by road, rail, air or ship."), "transport.mode")
    if transport.vehicle_type not in VEHICLE_TYPES:
        yield Problem(
            "CHOICE", _("A vehicle is R (regular) or O (over-dimensional)."), "transport.vehicle_type"
        )
    if not 0 <= transport.distance_km <= DISTANCE_MAX_KM:
        message = _("The distance is between 0 and {most} km.").format(most=DISTANCE_MAX_KM)
        yield Problem("RANGE", message, "transport.distance_km")


def _note(draft: Draft, original: Document | None, today: dt.date | None) -> Iterator[Problem]:
    if draft.type == CREDIT_NOTE and draft.original is None:
        remedy = _("Name the invoice by its number and date (CGST Rules, 53(1)).")
        yield Problem("REQUIRED", _("A credit note answers an invoice."), "original", remedy)
    if draft.type not in NOTES and draft.original is not None:
        yield Problem("CHOICE", _("Only a note answers another document."), "original")
    if draft.original is None:
        return
    dated_on = draft.dated_on or today
    if dated_on is not None and dated_on < draft.original.dated_on:
        yield Problem("DATE", _("A note is not dated before the document it answers."), "dated_on")
    if original is not None and draft.party is not None and original.buyer.party != draft.party:
        yield Problem("PARTY", _("The document it answers is another party's."), "original")
    if original is not None and original.type == CREDIT_NOTE:
        yield Problem("CHOICE", _("A note answers an invoice or a debit note."), "original")
