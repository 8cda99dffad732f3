"""Documents: the file's words as a draft that the tax rules settle, and issued documents as the file's words."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

import msgspec
from msgspec import UNSET, UnsetType, structs

from core.changes.change import content_hash
from core.company.model import Company
from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.masters import (
    address,
    bank,
    file_address,
    file_bank,
    gstin,
    named,
    unit_for,
)
from core.exchange.model import (
    NOT_YET_IN_DOCUMENT,
    FileAllocation,
    FileCharge,
    FileDocument,
    FileLine,
    FileOriginal,
    FilePerson,
    FileTotals,
)
from core.facts import Facts
from core.ids import Id
from core.invoicing.model import Buyer, Charge, Document, Draft, DraftLine, Line, Original, Seller, Totals
from core.invoicing.rules import problems_with_draft, settled
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
ELSEWHERE = b"elsewhere"
"""Who owns the draft of a paper that was issued elsewhere."""
FORGIVEN = ("BUYER_ADDRESS",)
"""What a paper that was issued elsewhere may lack: it cannot be mended any more."""


def draft_of(given: FileDocument, *, owner: Id, party: Id, item_by_code: ItemByCode) -> Draft:
    """The paper as a draft. Raises `RuleBroken` with fields below the document's path."""
    _refuse_unknown(given)
    problems: list[Problem] = []
    lines = []
    for place, line in enumerate(given.lines):
        try:
            lines.append(draft_line(line, item_by_code))
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
        ship_to=address(given.ship_to) if given.ship_to else None,
        lines=tuple(lines),
        original=Original(given.original.number, given.original.date) if given.original else None,
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
    )


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
        draft, company=company, party_id=party_id, party=party, items=items, facts=facts,
        number=given.number or "", series=IMPORTED, origin=IMPORTED,
    )  # fmt: skip
    problems = problems_with_draft(draft, company=company, party=party, facts=facts, document=document)
    refused = [problem for problem in problems if problem.code not in FORGIVEN]
    refused += problems_with_totals(given.totals, document.totals, given.rounding)
    if refused:
        raise RuleBroken(refused)
    return structs.replace(
        document,
        terms=document.terms if given.terms is None else given.terms,
        language=given.language or document.language,
        stated=stated_hash(given),
    )


def draft_line(given: FileLine, item_by_code: ItemByCode) -> DraftLine:
    """A line as asked for; what it leaves out of words and price comes from its item."""
    known = item_by_code(given.item) if given.item else None
    if given.item and known is None:
        message = _("No item has the code {code}.").format(code=given.item)
        raise RuleBroken([Problem("UNKNOWN_ITEM", message, "item", _("Add it to items, or leave it out."))])
    item = known[1] if known else Item()
    hsn = given.hsn or item.tax.hsn
    if given.treatment == "taxable" and given.gst_rate is None:
        raise RuleBroken([Problem("REQUIRED", _("A taxable line says its gst_rate."), "gst_rate")])
    if given.price is None and known is None:
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


def _refuse_unknown(given: FileDocument) -> None:
    named_ones = [key for key in NOT_YET_IN_DOCUMENT if getattr(given, key) is not None]
    if given.type == "CHL":
        named_ones.insert(0, "type")
    if given.original is not None and given.original.invoice_value is not None:
        named_ones.append("original.invoice_value")
    if named_ones:
        raise RuleBroken([not_yet(key) for key in named_ones])


def not_yet(field: str) -> Problem:
    """The refusal, by name, of what this version does not keep."""
    message = _("This version of Bahi does not keep {key} yet.").format(key=field)
    return Problem("NOT_YET", message, field, _("Nothing was taken in; leave it out or use a newer Bahi."))


def company_as(company: Company, said: FilePerson | None) -> Company:
    """The company as a paper names it."""
    if said is None:
        return company
    number = named(gstin(said.gstin), company.registration.gstin)
    where = company.address if isinstance(said.address, UnsetType) else address(said.address)
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
    )


def party_as(
    party: Party, said: FilePerson | None, *, category: str | None = None, buyer_gstin: str | None = None
) -> Party:
    """The party as a paper names it: `category` overrides the kind, `buyer_gstin` the number."""
    said = said or FilePerson()
    number = named(gstin(said.gstin), party.registration.gstin)
    number = gstin(buyer_gstin) if buyer_gstin is not None else number
    where = party.address if isinstance(said.address, UnsetType) else address(said.address)
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


def file_document(
    document: Document,
    *,
    code: str,
    company: Company,
    party: Party,
    item_codes: Mapping[Id, str],
    allocations: Sequence[FileAllocation] | None = None,
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
    )


def _file_charges(charges: Iterable[Charge]) -> tuple[FileCharge, ...]:
    return tuple(
        FileCharge(amount=figures.rupees(c.paise), description=c.description, taxed=c.taxed) for c in charges
    )


def _file_original(original: Original | None) -> FileOriginal | None:
    return FileOriginal(number=original.number, date=original.dated_on) if original else None


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


def file_draft(draft: Draft, code: str, item_codes: Mapping[Id, str]) -> FileDocument:
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
    )
