"""Proves a document by its own words: its sums at the rates written on it, its postings, its party, its series.

Device and service run the same proof; it asks the facts nothing, so an old paper stays as true as it was.
"""

from collections.abc import Iterator

from core.gst.settle import TO_PAISE, WHOLE_BP, WHOLE_RATE
from core.invoicing.model import Document, Line, Totals
from core.invoicing.papers import TYPES, bears_tax, is_interest_tax
from core.invoicing.posting import postings_for, without_tax
from core.money import half_up
from core.problems import Problem
from core.words import translate as _

VALUE_MAX_PAISE = 10**15
"""Ten lakh crore rupees: more is a slip of the keyboard."""

_RUPEE_SLACK_PAISE = 50


def problems_with_document(document: Document) -> Iterator[Problem]:
    """Each thing about a document that is not so."""
    totals = document.totals
    if document.type not in TYPES:
        yield Problem("CHOICE", _("This is no type of document."), "type")
    if not document.number:
        yield Problem("REQUIRED", _("A document has a number."), "number")
    if not 0 <= totals.invoice_value_paise <= VALUE_MAX_PAISE:
        yield Problem("RANGE", _("A document's value is not below nought and not absurd."), "totals")
    if document.opening:
        if document.lines or totals != Totals(invoice_value_paise=totals.invoice_value_paise):
            yield Problem("SUMS", _("An opening balance has a value and no lines."), "lines")
    else:
        yield from _problems_with_sums(document)
    if not _may_replace(document):
        yield Problem("CHOICE", _("Only a correction names the totals that it replaces."), "replaces")
    expected = postings_for(
        document.type,
        totals,
        reverse_charge=document.reverse_charge,
        opening=document.opening,
        replaces=document.replaces,
        reason=document.reason,
    )
    if document.postings != expected:
        yield Problem("POSTINGS", _("What the document posts is not what it says."), "postings")


def _may_replace(document: Document) -> bool:
    """Whether it may name these totals as posted already: those of what it corrects, or of interest before its tax."""
    if document.opening:
        return document.replaces is None
    if document.amends is not None or document.revises is not None:
        return True
    return document.replaces == (without_tax(document.totals) if is_interest_tax(document) else None)


def _problems_with_sums(document: Document) -> Iterator[Problem]:
    if not document.lines:
        yield Problem("REQUIRED", _("A document has at least one line."), "lines")
    sums = _Sums(document)
    for place, line in enumerate(document.lines, 1):
        if not sums.take(line):
            yield Problem(
                "SUMS", _("The figures of line {line} do not add up.").format(line=place), f"lines.{place}"
            )
    totals = document.totals
    charged = sum(charge.paise for charge in document.charges if charge.taxed)
    added = sum(charge.paise for charge in document.charges if not charge.taxed)
    if sums.spread != charged - document.discount_paise or totals.other_charges_paise != added:
        yield Problem("SUMS", _("Discount and charges on the whole are not what the lines bear."), "charges")
    if sums.by_treatment != {
        "taxable": totals.taxable_paise,
        "nil": totals.nil_paise,
        "exempt": totals.exempt_paise,
        "non_gst": totals.non_gst_paise,
    } or (sums.igst, sums.half, sums.half, sums.cess) != (
        totals.igst_paise,
        totals.cgst_paise,
        totals.sgst_paise,
        totals.cess_paise,
    ):
        yield Problem("SUMS", _("The totals are not the sums of the lines."), "totals")
    value = sum(sums.by_treatment.values()) + totals.other_charges_paise + totals.round_off_paise
    if not document.reverse_charge:
        value += sums.igst + 2 * sums.half + sums.cess
    slack = _RUPEE_SLACK_PAISE if document.rounding == "rupee" else 0
    if any(line.price_includes_tax for line in document.lines):
        slack += 2 * len(document.lines)
    if value != totals.invoice_value_paise or abs(totals.round_off_paise) > slack:
        yield Problem(
            "SUMS", _("The value is not the sum of what is on the document."), "totals.invoice_value_paise"
        )


def _adds_up(line: Line) -> bool:
    return line.taxable_paise == line.gross_paise - line.discount_paise + line.spread_paise


class _Sums:
    """The sums of the lines so far: a line takes the rounded head so far, less what earlier lines took."""

    def __init__(self, document: Document) -> None:
        self.by_treatment = {"taxable": 0, "nil": 0, "exempt": 0, "non_gst": 0}
        self.igst = self.half = self.cess = self.spread = 0
        self._by_igst = document.supply == "INTER" or document.intra_igst
        self._taxed = bears_tax(document, document.with_payment)
        self._percent = document.applicable_percent_bp
        self._whole = WHOLE_RATE if self._by_igst else 2 * WHOLE_RATE
        self._heads: dict[int, list[int]] = {}

    def take(self, line: Line) -> bool:
        """Add a line; False when it is not what the sums so far ask for."""
        if line.treatment not in self.by_treatment or not _adds_up(line):
            return False
        self.spread += line.spread_paise
        self.by_treatment[line.treatment] += line.taxable_paise
        tax, cess = self._shares(line) if line.treatment == "taxable" else (0, 0)
        igst, half = (tax, 0) if self._by_igst else (0, tax)
        self.igst += igst
        self.half += half
        self.cess += cess
        return (line.igst_paise, line.cgst_paise, line.sgst_paise, line.cess_paise) == (
            igst,
            half,
            half,
            cess,
        )

    def _shares(self, line: Line) -> tuple[int, int]:
        if not self._taxed:
            return 0, 0
        head = self._heads.get(line.rate_bp)
        if head is None:
            head = self._heads[line.rate_bp] = [0, 0, 0, 0]
        head[0] += line.taxable_paise
        tax = half_up(head[0] * line.rate_bp * self._percent, self._whole)
        share, head[1] = tax - head[1], tax
        if not (line.cess_rate_bp or line.cess_per_unit_tenthousandths):
            return share, 0
        head[2] += line.taxable_paise * line.cess_rate_bp * (TO_PAISE // WHOLE_BP)
        head[2] += line.quantity_thousandths * line.cess_per_unit_tenthousandths
        cess = half_up(head[2], TO_PAISE)
        cess_share, head[3] = cess - head[3], cess
        return share, cess_share
