"""Company, parties and items: the file's words as records, and records as the file's words."""

from typing import Any

from msgspec import UNSET, UnsetType, structs

from core.company.model import Address, Bank, Company, Registration, Udyam
from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.parts import (
    FileAddress,
    FileBank,
    FileCompany,
    FileInterestTerms,
    FileItem,
    FileParty,
    FileUdyam,
)
from core.facts import Facts
from core.gst.place import INDIA
from core.items.model import Item, ItemTax
from core.parties.model import InterestTerms, Party
from core.problems import Problem
from core.words import translate as _


def named(value: Any, kept: Any, blank: Any = "") -> Any:
    """What a field becomes: kept when the file does not name it, blank when it says null."""
    if value is UNSET:
        return kept
    return blank if value is None else value


def address(given: FileAddress | None, field: str = "address") -> Address:
    """An address of the file as the book keeps it; overseas has the State code 96.

    Raises `RuleBroken` for a State or country that there is not, with the path below `field`.
    """
    if given is None:
        return Address()
    country = given.country.upper() or INDIA
    facts, problems = Facts.in_force(), []
    state = facts.state(given.state_code)
    if given.state_code and (state is None or not state.is_place):
        message = _("No State has the code {code}.").format(code=given.state_code[:20])
        remedy = _("Give two digits (01 to 38), 97 for other territory, or 96 for abroad.")
        problems.append(Problem("STATE_CODE", message, f"{field}.state_code", remedy))
    if country != INDIA and facts.country(country) is None:
        message = _("No country has the code {code}.").format(code=country[:20])
        remedy = _("Give the two letters of ISO 3166, such as IN or US.")
        problems.append(Problem("COUNTRY", message, f"{field}.country", remedy))
    if problems:
        raise RuleBroken(problems)
    return Address(given.line1, given.line2, given.city, given.state_code, given.pincode, country)


def file_address(kept: Address) -> FileAddress:
    """An address as the file writes it."""
    return FileAddress(
        state_code=kept.state_code,
        line1=kept.line1,
        line2=kept.line2,
        city=kept.city,
        pincode=kept.pincode,
        country=kept.country,
    )


def bank(given: FileBank | UnsetType | None, upi_id: str | UnsetType | None, kept: Bank) -> Bank:
    """The bank with what the file names of it; its UPI address stands beside it in the file."""
    upi = named(upi_id, kept.upi_id)
    if given is UNSET:
        return structs.replace(kept, upi_id=upi)
    found = given if isinstance(given, FileBank) else FileBank()
    return Bank(found.name, found.account, found.ifsc.upper(), found.branch, upi)


def file_bank(kept: Bank) -> FileBank:
    """The bank as the file writes it, without the UPI address."""
    return FileBank(name=kept.name, account=kept.account, ifsc=kept.ifsc, branch=kept.branch)


def gstin(value: str | UnsetType | None) -> Any:
    """A GSTIN in capitals, as every record keeps it."""
    return value.strip().upper() if isinstance(value, str) else value


def company(given: FileCompany, kept: Company) -> Company:
    """The company with what the file names of it."""
    where = address(given.address) if isinstance(given.address, FileAddress) else kept.address
    number = named(gstin(given.gstin), kept.registration.gstin)
    registration = Registration(
        "registered" if number else "unregistered", number, number[:2] or where.state_code
    )
    udyam = kept.udyam
    if not isinstance(given.udyam, UnsetType):
        told = given.udyam or FileUdyam()
        udyam = Udyam(told.number, told.size, told.since, told.trader)
    return Company(
        legal_name=named(given.legal_name, kept.legal_name),
        trade_name=named(given.trade_name, kept.trade_name),
        registration=registration,
        pan=named(given.pan, kept.pan or (number[2:12] if number else "")),
        tan=named(given.tan, kept.tan),
        address=where,
        email=named(given.email, kept.email),
        phone=named(given.phone, kept.phone),
        bank=bank(given.bank, given.upi_id, kept.bank),
        turnover_paise=kept.turnover_paise if given.turnover is UNSET else figures.paise(given.turnover, "turnover"),
        filing=named(given.filing, kept.filing),
        composition=named(given.composition, kept.composition),
        sez=named(given.sez, kept.sez),
        udyam=udyam,
        signatory=named(given.signatory, kept.signatory),
        terms=named(given.terms, kept.terms),
        terms_days=named(given.terms_days, kept.terms_days),
        rounding=named(given.rounding, kept.rounding),
        language=named(given.language, kept.language),
        lut=named(given.lut, kept.lut),
        write_off_limit_paise=kept.write_off_limit_paise if given.write_off_limit is UNSET
        else figures.paise(given.write_off_limit, "write_off_limit"),
    )  # fmt: skip


def file_company(kept: Company) -> FileCompany:
    """The company as the file writes it."""
    udyam = kept.udyam
    return FileCompany(
        legal_name=kept.legal_name,
        trade_name=kept.trade_name,
        gstin=kept.registration.gstin or None,
        pan=kept.pan or None,
        tan=kept.tan or None,
        address=file_address(kept.address),
        email=kept.email or None,
        phone=kept.phone or None,
        upi_id=kept.bank.upi_id or None,
        bank=file_bank(kept.bank),
        turnover=figures.rupees(kept.turnover_paise),
        filing=kept.filing,  # type: ignore[arg-type]
        composition=kept.composition,
        sez=kept.sez,
        udyam=FileUdyam(number=udyam.number, size=udyam.size, since=udyam.since, trader=udyam.trader),
        signatory=kept.signatory,
        terms=kept.terms,
        terms_days=kept.terms_days,
        rounding=kept.rounding,  # type: ignore[arg-type]
        language=kept.language,
        lut=kept.lut or UNSET,
        write_off_limit=figures.rupees(kept.write_off_limit_paise),
    )


def party(given: FileParty, kept: Party) -> Party:
    """The party with what the file names of it. A GSTIN without a kind makes it registered."""
    where = kept.address
    if not isinstance(given.address, UnsetType):
        where = address(given.address)
    limit = kept.credit_limit_paise
    if not isinstance(given.credit_limit, UnsetType):
        limit = figures.paise_or_none(given.credit_limit, "credit_limit")
    return Party(
        code=given.code,
        name=named(given.name, kept.name) or given.code,
        registration=_registration(given, kept.registration, where),
        address=where,
        email=named(given.email, kept.email),
        phone=named(given.phone, kept.phone),
        contact=named(given.contact, kept.contact),
        pan=named(given.pan, kept.pan),
        tan=named(given.tan, kept.tan),
        terms_days=named(given.terms_days, kept.terms_days, None),
        credit_limit_paise=limit,
        tds_code=named(given.tds_code, kept.tds_code),
        notes=named(given.notes, kept.notes),
        language=named(given.language, kept.language),
        archived=named(given.archived, kept.archived),
        group=named(given.group, kept.group),
        salesperson=named(given.salesperson, kept.salesperson),
        branch=named(given.branch, kept.branch),
        agreed_in_writing=named(given.agreed_in_writing, kept.agreed_in_writing),
        interest=_interest(given.interest, kept.interest),
        payer_names=named(given.payer_names, kept.payer_names, ()),
    )


def _interest(given: FileInterestTerms | UnsetType | None, kept: InterestTerms) -> InterestTerms:
    if isinstance(given, UnsetType):
        return kept
    told = given or FileInterestTerms()
    return InterestTerms(figures.rate_bp(told.rate, "interest.rate"), told.rests, told.grace_days)


def _registration(given: FileParty, kept: Registration, where: Address) -> Registration:
    number = named(gstin(given.gstin), kept.gstin)
    kind = named(given.kind, kept.kind)
    if given.kind is UNSET and given.gstin is not UNSET and kept == Registration():
        kind = "registered" if number else "unregistered"
    if number and kind != "overseas":
        state = number[:2]
    elif not isinstance(given.address, UnsetType):
        state = where.state_code
    else:
        state = kept.state_code or where.state_code
    return Registration(kind, number, named(given.state_code, state))


def file_party(kept: Party, code: str) -> FileParty:
    """The party as the file writes it, under a code."""
    limit = kept.credit_limit_paise
    return FileParty(
        code=code,
        name=kept.name,
        kind=kept.registration.kind,  # type: ignore[arg-type]
        gstin=kept.registration.gstin or None,
        state_code=kept.registration.state_code,
        address=file_address(kept.address) if kept.address != Address() else None,
        terms_days=kept.terms_days,
        credit_limit=None if limit is None else figures.rupees(limit),
        pan=kept.pan or None,
        tan=kept.tan or None,
        email=kept.email or None,
        phone=kept.phone or None,
        contact=kept.contact or None,
        tds_code=kept.tds_code or None,
        notes=kept.notes or None,
        language=kept.language or None,
        archived=kept.archived,
        group=kept.group or None,
        salesperson=kept.salesperson or None,
        branch=kept.branch or None,
        agreed_in_writing=kept.agreed_in_writing,
        interest=_file_interest(kept.interest) if kept.interest != InterestTerms() else None,
        payer_names=kept.payer_names or None,
    )


def _file_interest(kept: InterestTerms) -> FileInterestTerms:
    return FileInterestTerms(
        rate=figures.plain(kept.rate_bp, 2),
        rests=kept.rests,  # type: ignore[arg-type]
        grace_days=kept.grace_days,
    )


def item(given: FileItem, kept: Item) -> Item:
    """The item with what the file names of it; a service (SAC 99…) has the unit NA unless told."""
    tax = kept.tax
    hsn = named(given.hsn, tax.hsn)
    rate = tax.rate_bp if given.gst_rate is UNSET else figures.rate_bp(given.gst_rate, "gst_rate")
    cess = tax.cess_rate_bp if given.cess_pct is UNSET else figures.rate_bp(given.cess_pct, "cess_pct")
    per_unit = tax.cess_per_unit_tenthousandths
    if given.cess_per_unit is not UNSET:
        per_unit = figures.price(given.cess_per_unit, "cess_per_unit")
    unset_unit = unit_for(hsn) if kept == Item() else tax.unit
    return Item(
        code=given.code,
        name=named(given.name, kept.name),
        description=named(given.description, kept.description),
        tax=ItemTax(
            hsn=hsn,
            unit=named(given.unit, unset_unit, unit_for(hsn)) or unit_for(hsn),
            rate_bp=rate,
            treatment=named(given.treatment, tax.treatment),
            cess_rate_bp=cess,
            cess_per_unit_tenthousandths=per_unit,
        ),
        price_tenthousandths=kept.price_tenthousandths
        if given.price is UNSET
        else figures.price(given.price, "price"),
        price_includes_tax=named(given.price_includes_tax, kept.price_includes_tax),
        archived=named(given.archived, kept.archived),
    )


def unit_for(hsn: str) -> str:
    """The unit when none is told: NA for services (chapter 99), NOS for goods."""
    return "NA" if hsn.startswith("99") else "NOS"


def file_item(kept: Item, code: str) -> FileItem:
    """The item as the file writes it, under a code."""
    tax = kept.tax
    return FileItem(
        code=code,
        name=kept.name,
        description=kept.description or UNSET,
        hsn=tax.hsn,
        unit=tax.unit,
        price=figures.priced(kept.price_tenthousandths),
        price_includes_tax=kept.price_includes_tax,
        gst_rate=figures.plain(tax.rate_bp, 2),
        treatment=tax.treatment,  # type: ignore[arg-type]
        cess_pct=figures.plain(tax.cess_rate_bp, 2),
        cess_per_unit=figures.plain(tax.cess_per_unit_tenthousandths, 4),
        archived=kept.archived,
    )
