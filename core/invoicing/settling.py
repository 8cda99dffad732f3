"""A draft settled into the document it would be issued as: both sides, place, figures, postings, warnings.

Pure: used by issue, import, preview and the editor's live totals alike.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, cast

import msgspec

from core.company.model import Company
from core.company.rules import state_of
from core.facts import Facts
from core.gst.party_kind import PartyKind
from core.gst.place import PlaceAnswer, is_export, is_inter_state, place_of_supply
from core.gst.section import Sold
from core.gst.settle import LineIn, LineOut, Rounding, Settled, Treatment, settle
from core.ids import Id
from core.invoicing.model import Buyer, Document, Draft, DraftLine, Line, Original, Seller, Totals
from core.invoicing.papers import BILLS, CHALLAN, NOTES, OTHER, bears_tax, is_commercial, is_interest_tax
from core.invoicing.posting import postings_for, without_tax
from core.invoicing.warning import warnings_on
from core.items.model import Item
from core.parties.model import Party

_CARRIED = (
    "reverse_charge", "rounding", "ship_to", "original", "reference", "note", "milestone", "discount_paise", "charges",
    "applicable_percent_bp", "dispatch_from", "intra_igst", "shipping_bill", "ecommerce", "amends", "revises",
    "transport", "foreign", "place_rule", "supplied_on", "paid_on", "source",
)  # fmt: skip
_carried = attrgetter(*_CARRIED)


def settled(
    draft: Draft,
    *,
    company: Company,
    party_id: Id,
    party: Party,
    items: Mapping[Id, Item],
    facts: Facts,
    on: dt.date | None = None,
    seller: Seller | None = None,
    buyer: Buyer | None = None,
) -> Document:
    """The document that a draft would be, with every figure; it never refuses, so that totals can be shown live.

    It has no number yet. `on` stands in for a date not yet given. Where no place of supply is found the company's
    State stands in; the problems with the draft name it. `seller` and `buyer` may be handed in ready made.
    """
    dated_on = draft.dated_on or on
    assert dated_on is not None, "a draft is settled on a day"
    place = place_for(draft, company, party)
    supplier_state = state_of(company.registration, company.address)
    code = place.code or supplier_state
    kind = _kind(party)
    inter_state = is_inter_state(supplier_state, code, kind, supplier_in_sez=company.sez)
    with_payment = draft.with_payment if needs_payment_word(kind, code) else None
    untaxed = not bears_tax(draft, with_payment)
    figures, lines = _figures(draft, items, by_igst=inter_state or draft.intra_igst, untaxed=untaxed)
    totals = _totals(figures)
    replaces = without_tax(totals) if is_interest_tax(draft) else None
    warnings = (*place.warnings, *warnings_on(draft, lines, totals, company, facts, dated_on))
    return Document(
        type=draft.type,
        number="",
        series="",
        dated_on=dated_on,
        due_on=draft.due_on or due_on(draft.type, dated_on, company, party),
        seller=seller or seller_of(company, facts),
        buyer=buyer or buyer_of(party_id, party, facts),
        place_of_supply=code,
        place_name=state_name(code, facts),
        supply="INTER" if inter_state else "INTRA",
        lines=lines,
        totals=totals,
        postings=postings_for(
            draft.type, totals, reverse_charge=draft.reverse_charge, replaces=replaces, reason=draft.reason
        ),
        replaces=replaces,
        reason=draft.reason or (OTHER if draft.type in NOTES else ""),
        terms=company.terms,
        warnings=tuple(dict.fromkeys(warnings)),
        facts_version=facts.version,
        language=party.language or company.language,
        with_payment=with_payment,
        purpose=draft.purpose or (OTHER if draft.type == CHALLAN else ""),
        lut=company.lut if with_payment is False else "",
        **_carried_over(draft),
    )


def _carried_over(draft: Draft) -> dict[str, Any]:
    """What a document says in the draft's own words."""
    return dict(zip(_CARRIED, _carried(draft), strict=True))


def replacing(document: Document, corrected_id: Id, corrected: Document) -> Document:
    """A document that corrects one the book has, posting only the difference between the two.

    It names the corrected one in `amends` or `revises`, and carries its totals in `replaces`.
    """
    named = Original(corrected.number, corrected.dated_on, corrected_id)
    return msgspec.structs.replace(
        document,
        amends=named if document.amends is not None else None,
        revises=named if document.revises is not None else None,
        replaces=corrected.totals,
        postings=postings_for(
            document.type,
            document.totals,
            reverse_charge=document.reverse_charge,
            replaces=corrected.totals,
            reason=document.reason,
        ),
    )


def sold_of(document: Document, original: Document | None = None) -> Sold:
    """What of a document decides its section; a note's original is the book's, else what the note says of it."""
    named = document.original
    value_paise = original.totals.invoice_value_paise if original else named.value_paise if named else None
    return Sold(
        type=document.type,
        kind=document.buyer.kind,
        gstin=document.buyer.gstin,
        place=document.place_of_supply,
        inter_state=document.supply == "INTER",
        dated_on=document.dated_on,
        value_paise=document.totals.invoice_value_paise,
        reverse_charge=document.reverse_charge,
        with_payment=document.with_payment,
        original_on=named.dated_on if named else None,
        original_value_paise=value_paise,
        intra_igst=document.intra_igst,
        ecommerce_section=document.ecommerce.section if document.ecommerce else "",
        is_amendment=document.amends is not None,
        is_commercial=is_commercial(document),
    )


def draft_of(document: Document) -> Draft:
    """What was written to issue a document: party, place, lines and terms, without dates and papers named."""
    return Draft(
        type=document.type,
        party=document.buyer.party,
        place_of_supply=document.place_of_supply,
        rounding=document.rounding,
        reverse_charge=document.reverse_charge,
        ship_to=document.ship_to,
        lines=tuple(_again(line) for line in document.lines),
        reason=document.reason,
        reference=document.reference,
        note=document.note,
        discount_paise=document.discount_paise,
        charges=document.charges,
        applicable_percent_bp=document.applicable_percent_bp,
        with_payment=document.with_payment,
        dispatch_from=document.dispatch_from,
        intra_igst=document.intra_igst,
        ecommerce=document.ecommerce,
        purpose=document.purpose,
        foreign=document.foreign,
        place_rule=document.place_rule,
    )


def _again(line: Line) -> DraftLine:
    return DraftLine(
        line.description, line.item, line.hsn, line.quantity_thousandths, line.unit, line.price_tenthousandths,
        line.price_includes_tax, line.discount_tenthousandths_pct, line.treatment, line.rate_bp, line.cess_rate_bp,
        line.cess_per_unit_tenthousandths, 0 if line.discount_tenthousandths_pct else line.discount_paise,
    )  # fmt: skip


def _figures(
    draft: Draft, items: Mapping[Id, Item], *, by_igst: bool, untaxed: bool
) -> tuple[Settled, tuple[Line, ...]]:
    """The document's figures, and its lines with theirs."""
    asked = [_asked(line) for line in draft.lines]
    figures = settle(
        asked,
        inter_state=by_igst,
        rounding=cast(Rounding, draft.rounding),
        reverse_charge=draft.reverse_charge,
        without_payment=untaxed,
        discount_paise=draft.discount_paise,
        charges=[(charge.paise, charge.taxed) for charge in draft.charges],
        applicable_percent_bp=draft.applicable_percent_bp,
    )
    alone = _alone(draft, asked, figures, untaxed)
    lines = tuple(
        _line(line, out, own, items.get(line.item) if line.item else None)
        for line, out, own in zip(draft.lines, figures.lines, alone, strict=True)
    )
    return figures, lines


def place_for(draft: Draft, company: Company, party: Party) -> PlaceAnswer:
    """The place of supply as given or as the law finds it."""
    ship_to = draft.ship_to
    return place_of_supply(
        given=draft.place_of_supply or None,
        kind=_kind(party),
        gstin=party.registration.gstin,
        address_state=party.registration.state_code or party.address.state_code,
        address_country=party.address.country,
        ship_to_state=ship_to.state_code if ship_to else None,
        ship_to_country=ship_to.country if ship_to else None,
        supplier_state=state_of(company.registration, company.address),
        rule=draft.place_rule,
    )


def needs_payment_word(kind: str, place: str) -> bool:
    """Whether it must be said if IGST is paid: supplies to a SEZ and exports (IGST Act, s. 16)."""
    return kind == PartyKind.SEZ or is_export(place, PartyKind(kind))


def due_on(type_: str, dated_on: dt.date, company: Company, party: Party) -> dt.date:
    """When a document falls due by the party's terms, or the company's; what is no bill on its own day."""
    if type_ not in BILLS:
        return dated_on
    days = company.terms_days if party.terms_days is None else party.terms_days
    return dated_on + min(dt.timedelta(days=days), dt.date.max - dated_on)


def seller_of(company: Company, facts: Facts) -> Seller:
    """The company as a paper prints it."""
    state = state_of(company.registration, company.address)
    return Seller(
        legal_name=company.legal_name,
        trade_name=company.trade_name,
        gstin=company.registration.gstin,
        pan=company.pan,
        address=company.address,
        state_name=state_name(state, facts),
        email=company.email,
        phone=company.phone,
        bank=company.bank,
        udyam_number=company.udyam.number,
        signatory=company.signatory,
        composition=company.composition,
    )


def buyer_of(party_id: Id, party: Party, facts: Facts) -> Buyer:
    """The party as a paper prints it."""
    return Buyer(
        party=party_id,
        code=party.code,
        name=party.name,
        kind=party.registration.kind,
        gstin=party.registration.gstin,
        address=party.address,
        state_name=state_name(state_of(party.registration, party.address), facts),
        email=party.email,
        phone=party.phone,
        contact=party.contact,
    )


def state_name(code: str, facts: Facts) -> str:
    """A State's name by its code; empty for none."""
    state = facts.state(code)
    return state.name if state else ""


def _kind(party: Party) -> PartyKind:
    try:
        return PartyKind(party.registration.kind)
    except ValueError:  # the problems with the draft name it
        return PartyKind.UNREGISTERED


def _asked(line: DraftLine) -> LineIn:
    return LineIn(
        line.quantity_thousandths,
        line.price_tenthousandths,
        line.discount_tenthousandths_pct,
        line.discount_paise,
        line.rate_bp,
        cast(Treatment, line.treatment),
        line.cess_rate_bp,
        line.cess_per_unit_tenthousandths,
        line.price_includes_tax,
        line.hsn,
    )


def _alone(draft: Draft, asked: Sequence[LineIn], figures: Settled, untaxed: bool) -> Sequence[LineOut]:
    """Each line as it stands by itself, without its share of what the whole document bears."""
    if not (draft.discount_paise or draft.charges or any(_is_negative(line) for line in draft.lines)):
        return figures.lines
    return [
        settle(
            [line],
            inter_state=True,
            reverse_charge=draft.reverse_charge,
            without_payment=untaxed,
            applicable_percent_bp=draft.applicable_percent_bp,
        ).lines[0]
        for line in asked
    ]


def _is_negative(line: DraftLine) -> bool:
    return line.quantity_thousandths < 0 or line.price_tenthousandths < 0 or line.discount_paise != 0


def _line(line: DraftLine, out: LineOut, own: LineOut, item: Item | None) -> Line:
    taxable = line.treatment == "taxable"
    return Line(
        line.description or (item.name if item else ""),
        line.item,
        item.code if item else "",
        line.hsn or (item.tax.hsn if item else ""),
        line.quantity_thousandths,
        line.unit,
        line.price_tenthousandths,
        line.price_includes_tax,
        line.discount_tenthousandths_pct,
        own.discount_paise,
        line.treatment,
        out.rate_bp,
        line.cess_rate_bp if taxable else 0,
        line.cess_per_unit_tenthousandths if taxable else 0,
        own.gross_paise,
        out.taxable_paise,
        out.igst_paise,
        out.cgst_paise,
        out.sgst_paise,
        out.cess_paise,
        out.taxable_paise - own.gross_paise + own.discount_paise,
    )


def _totals(figures: Settled) -> Totals:
    return Totals(
        figures.taxable_paise,
        figures.nil_paise,
        figures.exempt_paise,
        figures.non_gst_paise,
        figures.igst_paise,
        figures.cgst_paise,
        figures.sgst_paise,
        figures.cess_paise,
        figures.other_charges_paise,
        figures.round_off_paise,
        figures.invoice_value_paise,
    )
