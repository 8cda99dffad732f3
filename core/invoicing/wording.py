"""What a document is called, and why it bears the tax it bears. Pure."""

from core.gst.party_kind import PartyKind
from core.gst.place import PERFORMANCE, PLACE_RULES, PROPERTY, THIRD_PERSON
from core.invoicing.model import Document
from core.invoicing.papers import (
    CHALLAN,
    CREDIT_NOTE,
    DEBIT_NOTE,
    PROFORMA,
    QUOTATION,
    is_abroad,
    is_bill_of_supply,
    is_commercial,
    is_interest,
    is_taxed,
    operator_pays,
)
from core.words import Say, date_text, translate
from core.words import translate as _


def title_of(document: Document, _: Say = translate) -> str:
    """What the law calls this paper.

    CGST Rules 46 (tax invoice), 46A (invoice-cum-bill of supply), 49 (bill of supply), 53 (revised invoice, notes),
    55 (challan).
    """
    titles = {
        CREDIT_NOTE: _("Credit Note"),
        DEBIT_NOTE: _("Debit Note"),
        CHALLAN: _("Delivery Challan"),
        QUOTATION: _("Quotation"),
        PROFORMA: _("Proforma Invoice"),
    }
    if document.type in titles:
        return titles[document.type]
    if document.revises is not None:
        return _("Revised Invoice")
    if document.opening or not document.seller.gstin or operator_pays(document):
        return _("Invoice")
    if is_bill_of_supply(document):
        return _("Bill of Supply")
    if is_abroad(document):
        return _("Export Invoice")
    if document.buyer.kind == PartyKind.UNREGISTERED and not all(is_taxed(line) for line in document.lines):
        return _("Invoice-cum-Bill of Supply")
    return _("Tax Invoice")


def tax_reason(document: Document) -> str:
    """One line that says why this tax, for the paper's reader and the one who writes it."""
    if document.opening:
        return _("An opening balance: its tax was settled where it was issued.")
    place = _("{state} ({code})").format(state=document.place_name, code=document.place_of_supply)
    untaxed = _why_untaxed(document)
    if untaxed:
        return _("{why} Place of supply: {place}.").format(why=untaxed, place=place)
    text = _which_heads(document, place)
    more = [text, *_how_placed(document)]
    if document.reverse_charge:
        more.append(_("The buyer pays the tax (reverse charge)."))
    if document.supplied_on is not None or document.paid_on is not None:
        more.append(_rate_day(document))
    return " ".join(more)


def _why_untaxed(document: Document) -> str:
    """Why a paper bears no tax; empty when it bears some."""
    if document.type == CHALLAN:
        return _("No GST: goods under a challan are not supplied.")
    if document.seller.composition:
        return _("No GST on the bill: the company pays by composition (CGST Act, section 10).")
    if operator_pays(document):
        return _("No GST from the company: the operator pays it (CGST Act, section 9(5)).")
    if is_interest(document):
        return _(
            "No GST yet: on interest it falls due when it is received (CGST Act, section 12(6) and 13(6))."
        )
    if is_commercial(document):
        return _("No GST: a commercial credit note leaves the tax as it was (CGST Act, section 34(2)).")
    if document.with_payment is False:
        return _("Zero-rated under LUT, without payment of IGST.")
    if not any(line.treatment == "taxable" for line in document.lines):
        return _("No GST: every line is nil-rated, exempt or outside GST.")
    return ""


def _which_heads(document: Document, place: str) -> str:
    if document.buyer.kind == PartyKind.SEZ:
        return _("IGST: the buyer is in a special economic zone. Place of supply: {place}.").format(
            place=place
        )
    if document.intra_igst:
        return _("IGST inside the State, on a supply under reverse charge. Place of supply: {place}.").format(
            place=place
        )
    if document.supply != "INTER":
        return _("CGST and SGST: supplied within {place}.").format(place=place)
    if is_abroad(document):
        return _("IGST: an export, with payment of tax.")
    if document.place_of_supply == document.seller.gstin[:2]:
        return _("IGST: the company is in a special economic zone. Place of supply: {place}.").format(
            place=place
        )
    return _("IGST: supplied from {here} to {place}.").format(here=document.seller.state_name, place=place)


def _how_placed(document: Document) -> list[str]:
    """The rule by which the place was chosen, where it is not simply the buyer's."""
    section = PLACE_RULES.get(document.place_rule, "")
    if not document.place_rule or not section:
        return []
    texts = {
        THIRD_PERSON: _("The goods go to another by the buyer's word (IGST Act, {section})."),
        PERFORMANCE: _("The service is performed there (IGST Act, {section})."),
        PROPERTY: _("The land or building lies there (IGST Act, {section})."),
    }
    ends_there = _("The goods' way ends there (IGST Act, {section}).")
    return [texts.get(document.place_rule, ends_there).format(section=section)]


def _rate_day(document: Document) -> str:
    days = [
        _("supplied on {date}").format(date=date_text(day))
        for day in (document.supplied_on,)
        if day is not None
    ]
    days += [
        _("paid on {date}").format(date=date_text(day)) for day in (document.paid_on,) if day is not None
    ]
    return _("The rate is chosen by section 14 of the CGST Act: {days}.").format(days=", ".join(days))
