"""Whether a return agrees with itself: Table 12 and Table 13 with the sections, GSTR-1 with GSTR-3B. Pure.

Source: GSTN's advisories on Table 12 and 13 of May 2025 (the portal compares them with the supply tables).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from core.facts import Facts
from core.gst.section import NONE
from core.returns.finding import BLOCKS, WARNS, Finding
from core.returns.gstr1 import taxed_sections
from core.returns.gstr1_hsn import hsn_rows
from core.returns.gstr1_parts import Head, Part, is_reported, parts_of
from core.returns.gstr3b import taxable, zero_rated
from core.returns.model import Month
from core.returns.table13 import runs
from core.words import money_text
from core.words import translate as _


class Tax(NamedTuple):
    """The heads of tax in paise."""

    igst_paise: int = 0
    cgst_paise: int = 0
    sgst_paise: int = 0
    cess_paise: int = 0

    @property
    def total_paise(self) -> int:
        """All heads."""
        return sum(self)

    def plus(self, other: "Tax") -> "Tax":
        """Head by head."""
        return Tax(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def minus(self, other: "Tax") -> "Tax":
        """Head by head."""
        return Tax(*(mine - theirs for mine, theirs in zip(self, other, strict=True)))


def crossfoot(
    month: Month, whole: Month, declared: Tax, facts: Facts, parts: Sequence[Part] | None = None
) -> Iterator[Finding]:
    """Each place where the tables of a return do not agree.

    `month` is what the GSTR-1 tells, `whole` what the GSTR-3B of the same period takes, with the output tax that it
    declares; `parts` are those of `month`, where the caller has them.
    """
    parts = parts_of(month, facts) if parts is None else parts
    yield from _table_12(month, parts, facts)
    yield from _table_13(month)
    yield from _gstr3b(whole, declared, parts if whole is month else parts_of(whole, facts))


def tax_of_3b(whole: Month, parts: Sequence[Part]) -> Tax:
    """The output tax of 3.1(a) and 3.1(b)."""
    return _tax(taxable(parts, whole)).plus(_tax(zero_rated(parts)))


def _table_12(month: Month, parts: Sequence[Part], facts: Facts) -> Iterator[Finding]:
    """The lists by code against the sections by paper: value without what is outside GST, and each head of tax."""
    value, igst, cgst, sgst, cess = 0, 0, 0, 0, 0
    for part in parts:
        if part.section == NONE:
            continue
        value += part.sign * (part.taxable_paise - part.non_gst_paise)
        for head in part.heads:
            igst += part.sign * head.igst_paise
            cgst += part.sign * head.cgst_paise
            sgst += part.sign * head.sgst_paise
            cess += part.sign * head.cess_paise
    tax = Tax(igst, cgst, sgst, cess)
    rows = [row for found in hsn_rows(parts, month.period, facts).values() for row in found]
    by_code = sum(row.head.taxable_paise for row in rows)
    taxes = Tax()
    for row in rows:
        taxes = taxes.plus(_tax(row.head))
    if by_code == value and taxes == tax:
        return
    unknown = any(part.is_former and part.document is part.reported.document for part in parts)
    message = _("Table 12 comes to {rows} with tax {row_tax}, the sections to {value} with tax {tax}.").format(
        rows=money_text(by_code), row_tax=money_text(taxes.total_paise), value=money_text(value),
        tax=money_text(tax.total_paise),
    )  # fmt: skip
    remedy = (
        _(
            "An amended paper that the book does not have is in Table 12 whole, in its section by its difference."
        )
        if unknown
        else _("Look at the papers of the sections; tell Bahi's makers.")
    )
    rule = _("GSTR-1, Table 12: it agrees with Tables 4 to 9")
    yield Finding("TABLE_12", WARNS if unknown else BLOCKS, message, rule, remedy, place="gst")


def _table_13(month: Month) -> Iterator[Finding]:
    """The numbers that stand against the papers that stand."""
    papers = {
        (report.document.type, report.document.number.casefold())
        for report in (*month.documents, *month.furnished)
        if is_reported(report.document, "")
        and not (report.document.amends and report.document.amends.number == report.document.number)
    }
    issued = sum(run.net for run in runs(month.numbers) if run.nature in (1, 3, 4, 5))
    if issued != len(papers):
        message = _("Table 13 counts {numbers} papers as issued, the sections {papers}.")
        message = message.format(numbers=issued, papers=len(papers))
        rule = _("GSTR-1, Table 13: documents issued")
        yield Finding("TABLE_13", BLOCKS, message, rule, _("Look at the numbers of the year."), place="gst")


def _gstr3b(whole: Month, declared: Tax, parts: Sequence[Part]) -> Iterator[Finding]:
    """The sections of GSTR-1 against 3.1(a) and (b) of the GSTR-3B that it fills."""
    told = sum(
        one.weight
        * (one.igst_paise + one.cgst_paise + one.sgst_paise + one.cess_paise - one.reverse_charge_paise)
        for one in taxed_sections(whole, parts)
    )  # fmt: skip
    due = declared.total_paise
    if told != due:
        message = _("GSTR-1 comes to a tax of {told}, GSTR-3B to {due}.")
        message = message.format(told=money_text(told), due=money_text(due))
        rule = _("GSTN's advisory on the hard-locking of Table 3, July 2025")
        yield Finding(
            "GSTR1_GSTR3B", BLOCKS, message, rule, _("Look at the papers of the sections."), place="gst"
        )


def _tax(head: Head) -> Tax:
    return Tax(head.igst_paise, head.cgst_paise, head.sgst_paise, head.cess_paise)
