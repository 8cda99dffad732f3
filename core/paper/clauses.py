"""Sentences that the law has written on special supplies, in the paper's language.

Sources: CGST Rules 5(1)(f), 46 (third proviso), 46(p), 55 and 65; CGST Act, sections 9(3), 9(5) and 52.
"""

from core.invoicing.model import Document, Seller
from core.invoicing.papers import (
    CHALLAN,
    INVOICE,
    PROFORMA,
    QUOTATION,
    is_abroad,
    is_commercial,
    is_interest,
    is_taxed,
    is_zero_rated,
    operator_pays,
    shows_tax,
)
from core.paper.lines import percent_text, state_tax_name
from core.paper.sheet import Say
from core.words import amount_text, rate_text

_WHOLE_BP = 10_000


def tax_pairs(document: Document, _: Say) -> list[tuple[str, int]]:
    """The heads of tax with what each comes to, in paise; nought where there is none."""
    totals = document.totals
    return [
        ("IGST", totals.igst_paise),
        ("CGST", totals.cgst_paise),
        (state_tax_name(document.place_of_supply), totals.sgst_paise),
        (_("Cess"), totals.cess_paise),
    ]


def composition_clause(seller: Seller, _: Say) -> str:
    """The words that a composition dealer writes at the top of his papers (Rule 5(1)(f)); empty for all others."""
    if not seller.composition:
        return ""
    return _("Composition taxable person, not eligible to collect tax on supplies")


def clauses(document: Document, _: Say) -> list[str]:
    """Every sentence that this document must carry besides its particulars."""
    found = [
        _offer(document, _),
        _untaxed_note(document, _),
        _reverse_charge(document, _),
        _zero_rated(document, _),
        _operator(document, _),
        _part_of_rate(document, _),
    ]
    return [sentence for sentence in found if sentence]


def _offer(document: Document, _: Say) -> str:
    texts = {
        QUOTATION: _(
            "This is a quotation and not a tax invoice. Tax is charged as in force on the day of supply."
        ),
        PROFORMA: _(
            "This is a proforma invoice and not a tax invoice. No input tax credit may be taken on it."
        ),
        CHALLAN: _("Goods sent under a delivery challan (CGST Rules, 55). This is not a tax invoice."),
    }
    return texts.get(document.type, "")


def _untaxed_note(document: Document, _: Say) -> str:
    """Why a note bears no tax: CGST Act, s. 34(2); for interest s. 12(6), 13(6) and 15(2)(d)."""
    if not is_commercial(document):
        return ""
    if not is_interest(document):
        return _("Commercial credit note: it bears no GST and lessens none")
    rates = sorted({line.rate_bp for line in document.lines if is_taxed(line)})
    if not rates or not document.seller.gstin or document.seller.composition:
        return ""
    sentence = _(
        "GST at the bill's rate ({rates}) falls due on this interest when it is received, "
        "by a debit note of that day (CGST Act, sections 12(6), 13(6) and 15(2)(d))"
    )
    return sentence.format(rates=", ".join(rate_text(rate) for rate in rates))


def _reverse_charge(document: Document, _: Say) -> str:
    if not document.reverse_charge or document.type == CHALLAN:
        return ""
    heads = ", ".join(f"{head}\u00a0{amount_text(paise)}" for head, paise in tax_pairs(document, _) if paise)
    sentence = _("Tax is payable by the recipient under reverse charge: {heads}")
    return sentence.format(heads=heads or amount_text(0))


def _zero_rated(document: Document, _: Say) -> str:
    """Rule 46, third proviso: exports, and supplies to a special economic zone."""
    if document.type not in (INVOICE, PROFORMA) or not is_zero_rated(document) or document.reverse_charge:
        return ""
    abroad = is_abroad(document)
    if document.with_payment or (document.with_payment is None and document.totals.igst_paise > 0):
        if abroad:
            return _("Supply meant for export on payment of integrated tax")
        return _("Supply to SEZ unit or SEZ developer for authorised operations on payment of integrated tax")
    if abroad:
        return _(
            "Supply meant for export under bond or Letter of Undertaking (LUT) without payment of integrated tax"
        )
    return _(
        "Supply to SEZ unit or SEZ developer for authorised operations "
        "under bond or Letter of Undertaking (LUT) without payment of integrated tax"
    )


def _operator(document: Document, _: Say) -> str:
    if document.ecommerce is None:
        return ""
    if operator_pays(document):
        sentence = _("Tax is payable by the e-commerce operator {gstin} (CGST Act, section 9(5)).")
    else:
        sentence = _(
            "Supplied through the e-commerce operator {gstin}, who collects tax at source (TCS, section 52)."
        )
    return sentence.format(gstin=document.ecommerce.gstin)


def _part_of_rate(document: Document, _: Say) -> str:
    if document.applicable_percent_bp == _WHOLE_BP or not shows_tax(document):
        return ""
    return _("GST is charged at {percent} of the rate shown.").format(
        percent=percent_text(document.applicable_percent_bp)
    )
