"""The papers of a period sorted into the sections of GSTR-1: what every table and the GSTR-3B are summed from.

A paper's lines are summed by rate from the figures settled at issue; no tax is worked out here. Lines without tax
go to the table of nil supplies, save on exports, which stay whole. Opening balances, papers to the company's own
GSTIN and papers that are no supply are left out. Sources: the GSTR-1 form; GSTN's returns offline tool, V3.2.4.
"""

from collections.abc import Iterable

import msgspec

from core.facts import Facts
from core.gst.section import NONE, OPERATOR_PAYS, SUPPLIES, Sold, section_of
from core.invoicing.model import Document, Line, Totals
from core.invoicing.settling import sold_of
from core.returns.model import Month, Reported

CREDIT_NOTE = "CRN"
INTER = "INTER"
NIL = "nil"
FURNISHED = frozenset({"b2b", "b2ba", "cdnr", "cdnra"})
"""The sections that an IFF tells before the quarter's GSTR-1."""


class Head(msgspec.Struct, gc=False):
    """What the lines of one rate come to, in paise."""

    rate_bp: int
    taxable_paise: int = 0
    igst_paise: int = 0
    cgst_paise: int = 0
    sgst_paise: int = 0
    cess_paise: int = 0

    @property
    def is_nought(self) -> bool:
        """Whether there is nothing to report."""
        return not (
            self.taxable_paise or self.igst_paise or self.cgst_paise or self.sgst_paise or self.cess_paise
        )


class Part(msgspec.Struct, frozen=True):
    """What of one paper stands in one section, figures as on the paper; `sign` is -1 for what lessens the supplies.

    `is_former` marks the paper that an amendment takes the place of: it is in no list of papers, only in sums.
    `is_furnished` marks what an IFF of the quarter has told already: the quarter's GSTR-1 does not tell it again.
    Without tax (`section` nil) the three values stand in place of `heads`.
    """

    section: str
    reported: Reported
    document: Document
    sold: Sold
    sign: int
    heads: tuple[Head, ...] = ()
    nil_paise: int = 0
    exempt_paise: int = 0
    non_gst_paise: int = 0
    is_former: bool = False
    is_furnished: bool = False

    @property
    def taxable_paise(self) -> int:
        """The value of the part, taxed or not."""
        untaxed = self.nil_paise + self.exempt_paise + self.non_gst_paise
        return untaxed + sum(head.taxable_paise for head in self.heads)

    @property
    def outside_gst_paise(self) -> int:
        """What of the value is of supplies outside GST, which Table 12 leaves out; on an export it is in `heads`."""
        is_at_hand = not self.is_former or self.document is not self.reported.document
        if self.section == NIL or not (self.sold.is_export and is_at_hand):
            return self.non_gst_paise
        return sum(line.taxable_paise for line in self.document.lines if line.treatment == "non_gst")

    @property
    def bears_igst(self) -> bool:
        """Whether its tax is IGST: between States, to a SEZ or abroad, or IGST inside the State."""
        return self.document.supply == INTER or self.document.intra_igst


def is_reported(document: Document, gstin: str) -> bool:
    """Whether a paper belongs in the returns of this GSTIN at all."""
    return (
        document.type in SUPPLIES
        and not document.opening
        and not (gstin and document.buyer.gstin.upper() == gstin.upper())
    )


def in_order(documents: Iterable[Reported]) -> list[Reported]:
    """Papers by day, type and number: the order in which they came changes nothing."""
    return sorted(documents, key=lambda one: (one.document.dated_on, one.document.type, one.document.number))


def parts_of(month: Month, facts: Facts) -> list[Part]:
    """Every paper of the period by section; it is named "none" where an operator pays the tax (s. 9(5)).

    Other papers without a section, such as credit notes that leave the tax as it was, are left out.
    """
    found: list[Part] = []
    for reported in in_order(month.documents):
        if is_reported(reported.document, month.gstin):
            found += _parts(reported, facts)
    for reported in in_order(month.furnished):
        if is_reported(reported.document, month.gstin):
            found += map(_furnished, _parts(reported, facts))
    return found


def _furnished(part: Part) -> Part:
    return msgspec.structs.replace(part, is_furnished=True) if part.section in FURNISHED else part


def _parts(reported: Reported, facts: Facts) -> list[Part]:
    document = reported.document
    sold = sold_of(document, reported.original)
    taxed = section_of(sold, "taxable", facts)
    untaxed = section_of(sold, "exempt", facts)
    if taxed == NONE and sold.ecommerce_section != OPERATOR_PAYS:
        return []
    sign = -1 if document.type == CREDIT_NOTE else 1
    found = _split(reported, document, sold, (taxed, untaxed), sign)
    if document.amends is None:
        return found
    if reported.amended is not None:
        return found + _split(reported, reported.amended, sold, (taxed, untaxed), -sign, is_former=True)
    if document.replaces is not None:
        return found + _replaced(reported, document.replaces, sold, (taxed, untaxed), -sign)
    return found


def _split(
    reported: Reported,
    document: Document,
    sold: Sold,
    sections: tuple[str, str],
    sign: int,
    *,
    is_former: bool = False,
) -> list[Part]:
    taxed, untaxed = sections
    lines, without = document.lines, tuple[Line, ...]()
    if taxed != untaxed:
        without = tuple(line for line in lines if line.treatment != "taxable")
        if without:
            lines = tuple(line for line in lines if line.treatment == "taxable")
    found = []
    if lines:
        found.append(Part(taxed, reported, document, sold, sign, heads=_heads(lines), is_former=is_former))
    if without:
        values = {"nil": 0, "exempt": 0, "non_gst": 0}
        for line in without:
            values[line.treatment] += line.taxable_paise
        found.append(
            Part(
                untaxed, reported, document, sold, sign,
                nil_paise=values["nil"], exempt_paise=values["exempt"], non_gst_paise=values["non_gst"],
                is_former=is_former,
            )
        )  # fmt: skip
    return found


def _heads(lines: Iterable[Line]) -> tuple[Head, ...]:
    """The lines by rate, rates rising."""
    by_rate: dict[int, Head] = {}
    for line in lines:
        head = by_rate.get(line.rate_bp)
        if head is None:
            head = by_rate[line.rate_bp] = Head(line.rate_bp)
        head.taxable_paise += line.taxable_paise
        head.igst_paise += line.igst_paise
        head.cgst_paise += line.cgst_paise
        head.sgst_paise += line.sgst_paise
        head.cess_paise += line.cess_paise
    if len(by_rate) == 1:
        return tuple(by_rate.values())
    return tuple(by_rate[rate] for rate in sorted(by_rate))


def _replaced(
    reported: Reported, totals: Totals, sold: Sold, sections: tuple[str, str], sign: int
) -> list[Part]:
    """What an amendment takes the place of where only its totals are known: all at the first rate of the paper."""
    taxed, untaxed = sections
    document = reported.document
    rate_bp = next((line.rate_bp for line in document.lines if line.treatment == "taxable"), 0)
    head = Head(
        rate_bp,
        totals.taxable_paise,
        totals.igst_paise,
        totals.cgst_paise,
        totals.sgst_paise,
        totals.cess_paise,
    )
    found = [Part(taxed, reported, document, sold, sign, heads=(head,), is_former=True)]
    if totals.nil_paise or totals.exempt_paise or totals.non_gst_paise:
        found.append(
            Part(
                untaxed, reported, document, sold, sign,
                nil_paise=totals.nil_paise, exempt_paise=totals.exempt_paise,
                non_gst_paise=totals.non_gst_paise, is_former=True,
            )
        )  # fmt: skip
    return found
