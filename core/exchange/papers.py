"""Documents: the file's words as a draft that the tax rules settle, and issued documents as the file's words."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType, structs

from core.changes.change import content_hash
from core.company.model import Company
from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.document_model import (
    FileDocument,
    FileForeign,
    FileLine,
    FileOriginal,
    FileReference,
    FileTotals,
    FileTransport,
)
from core.exchange.masters import (
    address,
    bank,
    gstin,
    named,
    unit_for,
)
from core.exchange.parts import FilePerson
from core.exchange.register import unknown_item
from core.facts import Facts
from core.gst.gstin import problems_with_gstin
from core.ids import Id
from core.invoicing.model import (
    Charge,
    Document,
    Draft,
    DraftLine,
    Ecommerce,
    Foreign,
    Original,
    ShippingBill,
    Totals,
    Transport,
)
from core.invoicing.papers import CHALLAN
from core.invoicing.rules import problems_with_draft, settled
from core.invoicing.supplies import problems_with_references
from core.items.model import Item
from core.money import rupees
from core.numbering.rules import IMPORTED
from core.parties.model import Party
from core.problems import Problem
from core.words import translate as _

ItemByCode = Callable[[str], tuple[Id, Item] | None]
FIGURES = tuple(field.removesuffix("_paise") for field in Totals.__struct_fields__)
ROUNDED = ("invoice_value", "round_off")
WHOLE_PERCENT_BP = 10_000
RATE_OF_EXCHANGE_DECIMALS = 6
ELSEWHERE = b"elsewhere"
"""Who owns the draft of a paper that was issued elsewhere."""
FORGIVEN = (("BUYER_ADDRESS", "party"), ("REQUIRED", "original"))
"""What a paper that was issued elsewhere may lack: it cannot be mended any more."""


def draft_of(given: FileDocument, *, owner: Id, party: Id, item_by_code: ItemByCode) -> Draft:
    """The paper as a draft. Raises `RuleBroken` with fields below the document's path."""
    problems: list[Problem] = []
    lines = []
    for place, line in enumerate(given.lines):
        try:
            lines.append(draft_line(line, item_by_code, is_challan=given.type == CHALLAN))
        except RuleBroken as refused:
            problems += [structs.replace(p, field=f"lines[{place}].{p.field}") for p in refused.problems]
    if not given.lines:
        problems.append(Problem("REQUIRED", _("A document has at least one line."), "lines"))
    if problems:
        raise RuleBroken(problems)
    percent = given.applicable_percent
    return Draft(
        type=given.type,
        owner=owner,
        party=party,
        dated_on=given.date,
        due_on=given.due_date,
        place_of_supply=given.place_of_supply or "",
        rounding=given.rounding,
        reverse_charge=given.reverse_charge,
        ship_to=address(given.ship_to, "ship_to") if given.ship_to else None,
        lines=tuple(lines),
        original=_original(given.original),
        reason=given.reason or "",
        reference=given.reference,
        note=given.note,
        discount_paise=figures.paise(given.discount, "discount"),
        charges=tuple(
            Charge(charge.description, figures.paise(charge.amount, f"charges[{n}].amount"), charge.taxed)
            for n, charge in enumerate(given.charges)
        ),
        applicable_percent_bp=WHOLE_PERCENT_BP
        if percent is None
        else figures.rate_bp(percent, "applicable_percent"),
        with_payment=given.with_payment,
        **_goods_and_place(given),
    )


def _goods_and_place(given: FileDocument) -> dict[str, Any]:
    """What of a draft says where goods go and under which rule they are taxed."""
    bill, operator = given.shipping_bill, given.ecommerce
    return {
        "dispatch_from": address(given.dispatch_from, "dispatch_from") if given.dispatch_from else None,
        "intra_igst": given.intra_igst,
        "shipping_bill": ShippingBill(bill.port.upper(), bill.number, bill.date) if bill else None,
        "ecommerce": Ecommerce(gstin(operator.gstin), operator.section) if operator else None,
        "amends": _reference(given.amends),
        "revises": _reference(given.revises),
        "transport": transport_of(given.transport) if given.transport else None,
        "purpose": given.purpose,
        "foreign": _foreign(given.foreign),
        "place_rule": given.place_rule,
        "supplied_on": given.supplied_on,
        "paid_on": given.paid_on,
    }


def settle_paper(
    given: FileDocument,
    *,
    company: Company,
    party_id: Id,
    party: Party,
    item_by_code: ItemByCode,
    facts: Facts,
) -> Document:
    """The document that the file describes, as issued elsewhere. Raises `RuleBroken` with fields below its path."""
    if given.date is None:
        raise RuleBroken([Problem("REQUIRED", _("An imported paper has its date."), "date")])
    party = party_as(party, given.buyer, category=given.category, buyer_gstin=given.buyer_gstin)
    company = company_as(company, given.seller)
    draft = draft_of(given, owner=ELSEWHERE, party=party_id, item_by_code=item_by_code)
    items = {found[0]: found[1] for line in given.lines if line.item and (found := item_by_code(line.item))}
    document = settled(
        draft, company=company, party_id=party_id, party=party, items=items, facts=facts
    )  # fmt: skip
    problems = problems_with_draft(draft, company=company, party=party, facts=facts, document=document)
    refused = [*_problems_with_numbers(given, party), *(p for p in problems if not is_forgiven(p))]
    refused += problems_with_totals(given.totals, document.totals, given.rounding)
    if refused:
        raise RuleBroken(refused)
    return structs.replace(
        document,
        number=given.number or "",
        series=IMPORTED,
        origin=IMPORTED,
        terms=document.terms if given.terms is None else given.terms,
        language=given.language or document.language,
        lut=document.lut if given.lut is None else given.lut,
        stated=stated_hash(given),
    )


def _problems_with_numbers(given: FileDocument, party: Party) -> list[Problem]:
    """What is wrong with GSTINs that the paper itself states; those of company and party are judged with them."""
    problems = []
    if given.buyer_gstin is not None or given.category is not None:
        registration = party.registration
        field = "buyer_gstin" if given.buyer_gstin is not None else "category"
        problems += problems_with_gstin(registration.gstin, field, as_kind=registration.kind)
    if given.ecommerce is not None:
        problems += problems_with_gstin(given.ecommerce.gstin, "ecommerce.gstin")
    return problems


def problems_between(
    document: Document, original: Document | None, corrected: Document | None
) -> list[Problem]:
    """What does not fit between a paper issued elsewhere and the one it answers or corrects, where that is known."""
    draft = Draft(
        type=document.type,
        party=document.buyer.party,
        dated_on=document.dated_on,
        original=document.original,
        amends=document.amends,
        revises=document.revises,
    )
    found = problems_with_references(draft, original, corrected, None)
    return [problem for problem in found if not is_forgiven(problem)]


def is_forgiven(problem: Problem) -> bool:
    """Whether a paper that was issued elsewhere is taken in all the same."""
    return (problem.code, problem.field) in FORGIVEN


def draft_line(given: FileLine, item_by_code: ItemByCode, *, is_challan: bool = False) -> DraftLine:
    """A line as asked for; what it leaves out of words and price comes from its item.

    A challan bears no tax and need not tell a price (CGST Rules, 55).
    """
    known = item_by_code(given.item) if given.item else None
    if given.item and known is None:
        raise RuleBroken([unknown_item(given.item, "item")])
    item = known[1] if known else Item()
    hsn = given.hsn or item.tax.hsn
    if given.treatment == "taxable" and given.gst_rate is None and not is_challan:
        raise RuleBroken([Problem("REQUIRED", _("A taxable line says its gst_rate."), "gst_rate")])
    if given.price is None and known is None and not is_challan:
        raise RuleBroken([Problem("REQUIRED", _("A line says its price."), "price")])
    if not (given.description or item.name):
        raise RuleBroken([Problem("REQUIRED", _("A line says what was sold."), "description")])
    return DraftLine(
        description=given.description or item.name,
        item=known[0] if known else None,
        hsn=hsn,
        quantity_thousandths=figures.quantity(given.quantity, "quantity"),
        unit=given.unit or (item.tax.unit if known else unit_for(hsn)),
        price_tenthousandths=item.price_tenthousandths
        if given.price is None
        else figures.price(given.price, "price"),
        price_includes_tax=given.price_includes_tax,
        discount_tenthousandths_pct=figures.pct(given.discount_pct, "discount_pct"),
        discount_paise=figures.paise(given.discount, "discount"),
        treatment=given.treatment,
        rate_bp=figures.rate_bp(given.gst_rate, "gst_rate"),
        cess_rate_bp=figures.rate_bp(given.cess_pct, "cess_pct"),
        cess_per_unit_tenthousandths=figures.price(given.cess_per_unit, "cess_per_unit"),
    )


def transport_of(given: FileTransport, field: str = "transport.") -> Transport:
    """How goods move, as a paper keeps it. Raises `RuleBroken` for a distance that is no whole number."""
    return Transport(
        mode=given.mode or "",
        vehicle=given.vehicle.upper(),
        vehicle_type=given.vehicle_type,
        distance_km=figures.whole(given.distance_km, 0, f"{field}distance_km"),
        transporter_id=gstin(given.transporter_id),
        doc_number=given.doc_number,
        doc_on=given.doc_date,
    )


def _foreign(given: FileForeign | None) -> Foreign | None:
    if given is None:
        return None
    return Foreign(
        given.currency.upper(), figures.whole(given.rate, RATE_OF_EXCHANGE_DECIMALS, "foreign.rate")
    )


def _reference(given: FileReference | None) -> Original | None:
    return None if given is None else Original(given.number, given.date)


def _original(given: FileOriginal | None) -> Original | None:
    if given is None:
        return None
    value = figures.paise_or_none(given.invoice_value, "original.invoice_value")
    return Original(given.number, given.date, None, value)


def company_as(company: Company, said: FilePerson | None) -> Company:
    """The company as a paper names it."""
    if said is None:
        return company
    number = named(gstin(said.gstin), company.registration.gstin)
    where = (
        company.address if isinstance(said.address, UnsetType) else address(said.address, "seller.address")
    )
    return structs.replace(
        company,
        legal_name=named(said.legal_name, company.legal_name),
        trade_name=named(said.trade_name, company.trade_name),
        registration=structs.replace(
            company.registration, gstin=number, state_code=number[:2] or where.state_code
        ),
        pan=named(said.pan, company.pan),
        address=where,
        email=named(said.email, company.email),
        phone=named(said.phone, company.phone),
        bank=bank(said.bank, said.upi_id, company.bank),
        udyam=structs.replace(company.udyam, number=named(said.udyam_number, company.udyam.number)),
        signatory=named(said.signatory, company.signatory),
        composition=named(said.composition, company.composition),
    )


def party_as(
    party: Party, said: FilePerson | None, *, category: str | None = None, buyer_gstin: str | None = None
) -> Party:
    """The party as a paper names it: `category` overrides the kind, `buyer_gstin` the number."""
    said = said or FilePerson()
    number = named(gstin(said.gstin), party.registration.gstin)
    number = gstin(buyer_gstin) if buyer_gstin is not None else number
    where = party.address if isinstance(said.address, UnsetType) else address(said.address, "buyer.address")
    state = party.registration.state_code
    if number != party.registration.gstin or not isinstance(said.address, UnsetType):
        state = number[:2] or where.state_code
    return structs.replace(
        party,
        name=named(said.name, party.name),
        registration=structs.replace(
            party.registration, kind=category or party.registration.kind, gstin=number, state_code=state
        ),
        address=where,
        email=named(said.email, party.email),
        phone=named(said.phone, party.phone),
        contact=named(said.contact, party.contact),
    )


def problems_with_totals(stated: FileTotals | None, totals: Totals, rounding: str) -> list[Problem]:
    """Each stated figure that is not what the rules settle, with both; half a rupee is forgiven where rounded."""
    problems = []
    for key in FIGURES:
        said: Decimal | None = getattr(stated, key) if stated is not None else None
        if said is None:
            continue
        settled = getattr(totals, f"{key}_paise")
        slack = 50 if rounding == "rupee" and key in ROUNDED else 0
        if abs(figures.paise(said, f"totals.{key}") - settled) > slack:
            message = _("The file states {key} {stated}; settled it comes to {settled}.")
            problems.append(
                Problem(
                    "TOTALS",
                    message.format(key=key, stated=said, settled=rupees(settled)),
                    f"totals.{key}",
                    _("Correct the paper's lines, or its totals."),
                )
            )
    return problems


def stated_hash(given: msgspec.Struct) -> bytes:
    """16 bytes over what the file states of a paper, however its figures are written; its totals are a check only."""
    plain = {
        field: _canonical(getattr(given, field)) for field in given.__struct_fields__ if field != "totals"
    }
    return content_hash(
        msgspec.json.encode({k: v for k, v in plain.items() if v is not None}, order="sorted")
    )


def _canonical(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, msgspec.Struct):
        return {
            name: _canonical(getattr(value, name))
            for name in value.__struct_fields__
            if getattr(value, name) is not None and getattr(value, name) is not UNSET
        }
    if isinstance(value, list | tuple):
        return [_canonical(each) for each in value]
    return value.isoformat() if isinstance(value, dt.date) else value
