"""A draft settled into the document it would be issued as: both sides, place, figures, postings, warnings.

Pure: used by issue, import, preview and the editor's live totals alike.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import cast

from core.company.model import Company
from core.company.rules import state_of
from core.facts import Facts
from core.gst.party_kind import PartyKind
from core.gst.place import PlaceAnswer, is_export, is_inter_state, place_of_supply
from core.gst.settle import LineIn, LineOut, Rounding, Settled, Treatment, settle
from core.ids import Id
from core.invoicing.model import Buyer, Document, Draft, DraftLine, Line, Seller, Totals
from core.items.model import Item
from core.ledger.model import Account, Posting
from core.parties.model import Party

CREDIT_NOTE = "CRN"
DEBIT_NOTE = "DBN"
INVOICE = "INV"
HSN_LENGTHS = (4, 6, 8)
NOTES = frozenset({CREDIT_NOTE, DEBIT_NOTE})


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
    inter_state = is_inter_state(supplier_state, code, kind)
    with_payment = draft.with_payment if needs_payment_word(kind, code) else None
    figures, lines = _figures(draft, items, inter_state=inter_state, without_payment=with_payment is False)
    totals = _totals(figures)
    warnings = (*place.warnings, *_warnings(draft, lines, totals, company, facts, dated_on))
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
        reverse_charge=draft.reverse_charge,
        rounding=draft.rounding,
        ship_to=draft.ship_to,
        lines=lines,
        totals=totals,
        postings=postings_for(draft.type, totals, reverse_charge=draft.reverse_charge),
        original=draft.original,
        reason=draft.reason or ("other" if draft.type in NOTES else ""),
        reference=draft.reference,
        note=draft.note,
        terms=company.terms,
        warnings=tuple(dict.fromkeys(warnings)),
        facts_version=facts.version,
        language=party.language or company.language,
        milestone=draft.milestone,
        discount_paise=draft.discount_paise,
        charges=draft.charges,
        applicable_percent_bp=draft.applicable_percent_bp,
        with_payment=with_payment,
    )


def _figures(
    draft: Draft, items: Mapping[Id, Item], *, inter_state: bool, without_payment: bool
) -> tuple[Settled, tuple[Line, ...]]:
    """The document's figures, and its lines with theirs."""
    asked = [_asked(line) for line in draft.lines]
    figures = settle(
        asked,
        inter_state=inter_state,
        rounding=cast(Rounding, draft.rounding),
        reverse_charge=draft.reverse_charge,
        without_payment=without_payment,
        discount_paise=draft.discount_paise,
        charges=[(charge.paise, charge.taxed) for charge in draft.charges],
        applicable_percent_bp=draft.applicable_percent_bp,
    )
    alone = _alone(draft, asked, figures, without_payment)
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
    )


def needs_payment_word(kind: str, place: str) -> bool:
    """Whether it must be said if IGST is paid: supplies to a SEZ and exports (IGST Act, s. 16)."""
    return kind == PartyKind.SEZ or is_export(place, PartyKind(kind))


def due_on(type_: str, dated_on: dt.date, company: Company, party: Party) -> dt.date:
    """When a document falls due by the party's terms, or the company's; a credit note on its own day."""
    if type_ == CREDIT_NOTE:
        return dated_on
    days = company.terms_days if party.terms_days is None else party.terms_days
    return dated_on + dt.timedelta(days=days)


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


def postings_for(
    type_: str, totals: Totals, *, reverse_charge: bool = False, opening: bool = False
) -> tuple[Posting, ...]:
    """What a document posts: the debtor against sales, tax, charges and round-off; a credit note the other way.

    Under reverse charge the buyer owes the tax, so none is posted. An opening balance stands against `opening`.
    """
    sign = -1 if type_ == CREDIT_NOTE else 1
    if opening:
        entries = [
            (Account.DEBTORS, totals.invoice_value_paise),
            (Account.OPENING, -totals.invoice_value_paise),
        ]
        return tuple(Posting(account.value, sign * paise) for account, paise in entries if paise)
    sales = totals.taxable_paise + totals.nil_paise + totals.exempt_paise + totals.non_gst_paise
    entries = [(Account.DEBTORS, totals.invoice_value_paise), (Account.SALES, -sales)]
    if not reverse_charge:
        entries += [
            (Account.OUTPUT_IGST, -totals.igst_paise),
            (Account.OUTPUT_CGST, -totals.cgst_paise),
            (Account.OUTPUT_SGST, -totals.sgst_paise),
            (Account.OUTPUT_CESS, -totals.cess_paise),
        ]
    entries += [
        (Account.OTHER_CHARGES, -totals.other_charges_paise),
        (Account.ROUND_OFF, -totals.round_off_paise),
    ]
    return tuple(Posting(account.value, sign * paise) for account, paise in entries if paise)


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


def _alone(
    draft: Draft, asked: Sequence[LineIn], figures: Settled, without_payment: bool
) -> Sequence[LineOut]:
    """Each line as it stands by itself, without its share of what the whole document bears."""
    if not (draft.discount_paise or draft.charges or any(_is_negative(line) for line in draft.lines)):
        return figures.lines
    return [
        settle(
            [line],
            inter_state=True,
            reverse_charge=draft.reverse_charge,
            without_payment=without_payment,
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


def _warnings(
    draft: Draft, lines: Sequence[Line], totals: Totals, company: Company, facts: Facts, on: dt.date
) -> list[str]:
    codes = []
    lawful, digits = _lawful_rates(facts, on), _hsn_digits(facts, company.turnover_paise, on)
    for line in lines:
        if line.treatment == "taxable" and line.rate_bp not in lawful:
            codes.append("RATE_UNKNOWN")
        if not line.hsn:
            codes.append("HSN_MISSING")
        elif len(line.hsn) < digits:
            codes.append("HSN_SHORT")
        elif len(line.hsn) not in HSN_LENGTHS:
            codes.append("HSN_LENGTH")
        if facts.uqc(line.unit) is None and line.unit != "NA":
            codes.append("UNIT_UNKNOWN")
    if totals.invoice_value_paise == 0:
        codes.append("ZERO_VALUE")
    if not (company.address.line1 or company.address.city):
        codes.append("SELLER_ADDRESS")
    original = draft.original
    if draft.type == CREDIT_NOTE and original is not None and on > last_note_day(original.dated_on):
        codes.append("NOTE_LATE")
    return codes


def last_note_day(original_on: dt.date) -> dt.date:
    """The last day to declare a credit note that lessens tax: 30 November after the year (CGST Act, s. 34(2))."""
    year = original_on.year if original_on.month >= 4 else original_on.year - 1
    return dt.date(year + 1, 11, 30)


@lru_cache(maxsize=64)
def _lawful_rates(facts: Facts, on: dt.date) -> frozenset[int]:
    return facts.rates_on(on)


@lru_cache(maxsize=64)
def _hsn_digits(facts: Facts, turnover_paise: int, on: dt.date) -> int:
    try:
        return facts.hsn_digits(turnover_paise, on)
    except LookupError:  # before digits were asked for
        return 0
