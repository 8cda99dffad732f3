"""Documents and drafts as the file writes them; drafts that the tax rules settle to the same figures again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from core.company.model import Company
from core.exchange import figures
from core.exchange.document_model import (
    FileAllocation,
    FileCharge,
    FileDocument,
    FileEcommerce,
    FileForeign,
    FileLine,
    FileOriginal,
    FileReference,
    FileShippingBill,
    FileSource,
    FileTotals,
    FileTransport,
)
from core.exchange.masters import file_address, file_bank
from core.exchange.papers import FIGURES, WHOLE_PERCENT_BP
from core.exchange.parts import FilePerson
from core.ids import Id
from core.invoicing.model import (
    Buyer,
    Charge,
    Document,
    Draft,
    DraftLine,
    Line,
    Original,
    Seller,
    Totals,
    Transport,
)
from core.parties.model import Party


def file_document(
    document: Document,
    *,
    code: str,
    company: Company,
    party: Party,
    item_codes: Mapping[Id, str],
    allocations: Sequence[FileAllocation] | None = None,
    source: FileSource | None = None,
) -> FileDocument:
    """A document as the file writes it; who it names is written only where company or party now say otherwise."""
    buyer, seller = document.buyer, document.seller
    kept = party.registration
    percent = document.applicable_percent_bp
    return FileDocument(
        type=document.type,  # type: ignore[arg-type]
        party=code,
        number=document.number or None,
        date=document.dated_on,
        due_date=document.due_on,
        place_of_supply=document.place_of_supply,
        category=buyer.kind if buyer.kind != kept.kind else None,  # type: ignore[arg-type]
        buyer_gstin=buyer.gstin if buyer.gstin != kept.gstin else None,
        reverse_charge=document.reverse_charge,
        with_payment=document.with_payment,
        rounding=document.rounding,  # type: ignore[arg-type]
        applicable_percent=None if percent == WHOLE_PERCENT_BP else figures.plain(percent, 2),
        discount=figures.rupees(document.discount_paise) if document.discount_paise else None,
        charges=_file_charges(document.charges),
        reason=document.reason or None,
        original=_file_original(document.original),
        allocations=None if allocations is None else tuple(allocations),
        ship_to=file_address(document.ship_to) if document.ship_to else None,
        reference=document.reference,
        note=document.note,
        terms=document.terms if document.terms != company.terms else None,
        language=document.language if document.language != (party.language or company.language) else None,
        seller=file_seller(seller, company),
        buyer=file_buyer(buyer, party),
        lines=tuple(file_line(line, item_codes) for line in document.lines),
        totals=file_totals(document.totals),
        source=source,
        lut=document.lut if document.lut != company.lut else None,
        **_goods_and_place(document),
    )


def _goods_and_place(paper: Document | Draft) -> dict[str, Any]:
    """What of a paper says where goods go and under which rule it is taxed, as the file writes it."""
    bill, operator, foreign = paper.shipping_bill, paper.ecommerce, paper.foreign
    return {
        "dispatch_from": file_address(paper.dispatch_from) if paper.dispatch_from else None,
        "intra_igst": paper.intra_igst,
        "shipping_bill": FileShippingBill(port=bill.port, number=bill.number, date=bill.dated_on)
        if bill
        else None,
        "ecommerce": FileEcommerce(gstin=operator.gstin, section=cast(Any, operator.section))
        if operator
        else None,
        "amends": _file_reference(paper.amends),
        "revises": _file_reference(paper.revises),
        "transport": _file_transport(paper.transport),
        "purpose": paper.purpose,
        "foreign": FileForeign(currency=foreign.currency, rate=figures.plain(foreign.rate_millionths, 6))
        if foreign
        else None,
        "place_rule": paper.place_rule,
        "supplied_on": paper.supplied_on,
        "paid_on": paper.paid_on,
    }


def _file_reference(named: Original | None) -> FileReference | None:
    return None if named is None else FileReference(number=named.number, date=named.dated_on)


def _file_transport(kept: Transport | None) -> FileTransport | None:
    if kept is None:
        return None
    return FileTransport(
        mode=cast(Any, kept.mode) or None,
        vehicle=kept.vehicle,
        vehicle_type=cast(Any, kept.vehicle_type),
        distance_km=figures.plain(kept.distance_km, 0),
        transporter_id=kept.transporter_id,
        doc_number=kept.doc_number,
        doc_date=kept.doc_on,
    )


def _file_charges(charges: Iterable[Charge]) -> tuple[FileCharge, ...]:
    return tuple(
        FileCharge(amount=figures.rupees(c.paise), description=c.description, taxed=c.taxed) for c in charges
    )


def _file_original(original: Original | None) -> FileOriginal | None:
    if original is None:
        return None
    value = None if original.value_paise is None else figures.rupees(original.value_paise)
    return FileOriginal(number=original.number, date=original.dated_on, invoice_value=value)


def file_line(line: Line | DraftLine, item_codes: Mapping[Id, str]) -> FileLine:
    """A line as it was asked for: its discount by per cent where that explains it, else as an amount."""
    pct = line.discount_tenthousandths_pct
    item = item_codes.get(line.item) if line.item else None
    return FileLine(
        description=line.description,
        item=item or None,
        hsn=line.hsn,
        quantity=figures.plain(line.quantity_thousandths, 3),
        unit=line.unit,
        price=figures.priced(line.price_tenthousandths),
        price_includes_tax=line.price_includes_tax,
        discount_pct=figures.plain(pct, 4) if pct else None,
        discount=figures.rupees(line.discount_paise) if line.discount_paise and not pct else None,
        treatment=cast(Any, line.treatment),
        gst_rate=figures.plain(line.rate_bp, 2),
        cess_pct=figures.plain(line.cess_rate_bp, 2) if line.cess_rate_bp else None,
        cess_per_unit=figures.plain(line.cess_per_unit_tenthousandths, 4)
        if line.cess_per_unit_tenthousandths
        else None,
    )


def file_totals(totals: Totals) -> FileTotals:
    """Every settled figure."""
    return FileTotals(**{key: figures.rupees(getattr(totals, f"{key}_paise")) for key in FIGURES})


def file_seller(seller: Seller, company: Company) -> FilePerson | None:
    """What a paper says of the company that the company does not say now."""
    said: dict[str, Any] = {}
    now = {
        "legal_name": company.legal_name, "trade_name": company.trade_name, "pan": company.pan,
        "email": company.email, "phone": company.phone, "signatory": company.signatory,
        "udyam_number": company.udyam.number,
    }  # fmt: skip
    for key, value in now.items():
        if getattr(seller, key) != value:
            said[key] = getattr(seller, key) or None
    if seller.composition != company.composition:
        said["composition"] = seller.composition
    if seller.gstin != company.registration.gstin:
        said["gstin"] = seller.gstin or None
    if seller.address != company.address:
        said["address"] = file_address(seller.address)
    if seller.bank != company.bank:
        said |= {"bank": file_bank(seller.bank), "upi_id": seller.bank.upi_id or None}
    return FilePerson(**said) if said else None


def file_buyer(buyer: Buyer, party: Party) -> FilePerson | None:
    """What a paper says of the party that the party does not say now; kind and GSTIN have keys of their own."""
    said: dict[str, Any] = {
        key: getattr(buyer, key) or None
        for key in ("name", "email", "phone", "contact")
        if getattr(buyer, key) != getattr(party, key)
    }
    if buyer.address != party.address:
        said["address"] = file_address(buyer.address) if buyer.address.state_code else None
    return FilePerson(**said) if said else None


def file_draft(
    draft: Draft, code: str, item_codes: Mapping[Id, str], source: FileSource | None = None
) -> FileDocument:
    """A paper still being written, as the file writes it: without number, figures or totals."""
    percent = draft.applicable_percent_bp
    return FileDocument(
        type=draft.type,  # type: ignore[arg-type]
        party=code,
        date=draft.dated_on,
        due_date=draft.due_on,
        place_of_supply=draft.place_of_supply or None,
        reverse_charge=draft.reverse_charge,
        with_payment=draft.with_payment,
        rounding=draft.rounding,  # type: ignore[arg-type]
        applicable_percent=None if percent == WHOLE_PERCENT_BP else figures.plain(percent, 2),
        discount=figures.rupees(draft.discount_paise) if draft.discount_paise else None,
        charges=_file_charges(draft.charges),
        reason=draft.reason or None,
        original=_file_original(draft.original),
        ship_to=file_address(draft.ship_to) if draft.ship_to else None,
        reference=draft.reference,
        note=draft.note,
        lines=tuple(file_line(line, item_codes) for line in draft.lines),
        source=source,
        **_goods_and_place(draft),
    )
