"""The types of paper that invoicing knows, why notes are given and challans written, and what a paper is. Pure."""

from core.gst.party_kind import PartyKind
from core.gst.place import ABROAD
from core.gst.section import OPERATOR_PAYS
from core.invoicing.model import Document, Draft, Line
from core.words import Say, translate

INVOICE = "INV"
CREDIT_NOTE = "CRN"
DEBIT_NOTE = "DBN"
CHALLAN = "CHL"
QUOTATION = "QTN"
PROFORMA = "PRF"
TYPES = (INVOICE, CREDIT_NOTE, DEBIT_NOTE, CHALLAN, QUOTATION, PROFORMA)
POSTING = (INVOICE, CREDIT_NOTE, DEBIT_NOTE)
"""The types that post and open an amount; the others are listed, and nothing more."""
BILLS = (INVOICE, DEBIT_NOTE)
NOTES = frozenset({CREDIT_NOTE, DEBIT_NOTE})
OFFERS = (QUOTATION, PROFORMA)
TURNED_INTO_INVOICES = (QUOTATION, PROFORMA, CHALLAN)

REVISED = "REVISED"
"""The kind of paper whose series revised invoices are numbered from (CGST Rules, 53)."""

COMMERCIAL = "commercial"
"""The reason of a credit note that gives money back and leaves the tax as it was: the supplier's tax is lessened by no
note after the last day of the CGST Act, s. 34(2). It bears no tax and stands in no section of the returns."""
INTEREST = "interest"
"""The reason of a note on interest for late payment. It is part of the supply's value, but its tax falls due only when
it is received (CGST Act, s. 12(6), 13(6) and 15(2)(d)): until then it bears none and no return is told of it."""
INTEREST_TAX = "interest_tax"
"""The reason of the note that asks the tax on interest received: it states the interest and its tax, as the returns
want it, and posts the tax alone, since an earlier note of the reason INTEREST posted the rest."""
OTHER = "other"
NOTE_REASONS = (
    "return", "discount", "price", "tax", "quantity", "deficiency", "finalisation", "place", COMMERCIAL, INTEREST,
    INTEREST_TAX, OTHER,
)  # fmt: skip
"""Why a note is given, in the order of the CGST Act, s. 34(1) and (3), and of the reasons of the first GSTR-1 form."""
PURPOSES = ("job_work", "own_use", OTHER)
"""Why goods move under a challan instead of an invoice (CGST Rules, 55(1))."""


def bears_tax(paper: Draft | Document, with_payment: bool | None) -> bool:
    """Whether a paper's lines are taxed by its supplier at all, reverse charge apart.

    They are not under LUT (`with_payment` False), where an operator pays the tax in the supplier's stead
    (CGST Act, s. 9(5)), on a challan, and on a note that no return is told of.
    """
    if with_payment is False or paper.type == CHALLAN:
        return False
    if paper.ecommerce is not None and paper.ecommerce.section == OPERATOR_PAYS:
        return False
    return not is_commercial(paper)


def is_commercial(paper: Draft | Document) -> bool:
    """Whether it is a note without tax, which no return is told of: a commercial credit note, or one on interest."""
    return is_interest(paper) or (paper.type == CREDIT_NOTE and paper.reason == COMMERCIAL)


def is_interest(paper: Draft | Document) -> bool:
    """Whether it charges interest, or gives it up: without tax, which falls due when it is received."""
    return paper.type in NOTES and paper.reason == INTEREST


def is_interest_tax(paper: Draft | Document) -> bool:
    """Whether it asks the tax on interest received, and posts that alone."""
    return paper.type in NOTES and paper.reason == INTEREST_TAX


def is_taxed(line: Line) -> bool:
    """Whether a line is a taxable supply; nil rated and exempt ones belong on a bill of supply."""
    return line.treatment == "taxable" and (line.rate_bp > 0 or line.cess_paise > 0)


def shows_tax(document: Document) -> bool:
    """Whether a document has columns of tax: a challan and an untaxed note have none, nor a bill of supply."""
    if document.type == CHALLAN or is_commercial(document):
        return False
    return any(is_taxed(line) for line in document.lines)


def bears_igst(document: Document) -> bool:
    """Whether the tax is IGST: between States, or inside one by the law's exception."""
    return document.supply == "INTER" or document.intra_igst


def operator_pays(document: Document) -> bool:
    """Whether the e-commerce operator pays the tax in the seller's stead: CGST Act, s. 9(5)."""
    return document.ecommerce is not None and document.ecommerce.section == OPERATOR_PAYS


def is_abroad(document: Document) -> bool:
    """Whether it is an export: a buyer from abroad who is supplied at an Indian place is a domestic one."""
    return document.buyer.kind == PartyKind.OVERSEAS and document.place_of_supply == ABROAD


def is_zero_rated(document: Document) -> bool:
    """Whether taxable goods or services leave India or go to a SEZ, at whatever rate: IGST Act, s. 16."""
    away = is_abroad(document) or document.buyer.kind == PartyKind.SEZ
    return away and any(line.treatment == "taxable" for line in document.lines)


def is_bill_of_supply(document: Document) -> bool:
    """Whether it is the paper of a registered supplier who charges no tax: CGST Act, s. 31(3)(c)."""
    if document.type != INVOICE or document.opening or not document.seller.gstin:
        return False
    return document.seller.composition or not (shows_tax(document) or is_zero_rated(document))


def number_kind(paper: Draft | Document) -> str:
    """The kind of paper by which it is numbered: its type, or REVISED."""
    return REVISED if paper.revises is not None else paper.type


def type_words(_: Say = translate) -> dict[str, str]:
    """Each type in words, in the order of TYPES."""
    return {
        INVOICE: _("Invoice"),
        CREDIT_NOTE: _("Credit note"),
        DEBIT_NOTE: _("Debit note"),
        CHALLAN: _("Delivery challan"),
        QUOTATION: _("Quotation"),
        PROFORMA: _("Proforma invoice"),
    }


def reason_words(_: Say = translate) -> dict[str, str]:
    """Each reason of a note in words, in the order of NOTE_REASONS."""
    return {
        "return": _("Goods returned"),
        "discount": _("Discount after the sale"),
        "price": _("Price corrected"),
        "tax": _("Tax corrected"),
        "quantity": _("Quantity corrected"),
        "deficiency": _("Goods or services deficient"),
        "finalisation": _("Provisional price made final"),
        "place": _("Place of supply corrected"),
        COMMERCIAL: _("Commercial, without GST"),
        INTEREST: _("Interest for late payment"),
        INTEREST_TAX: _("GST on interest received"),
        OTHER: _("Other"),
    }


def purpose_words(_: Say = translate) -> dict[str, str]:
    """Each purpose of a challan in words, in the order of PURPOSES."""
    return {
        "job_work": _("Job work"),
        "own_use": _("Own use"),
        OTHER: _("Not by way of supply"),
    }
