"""A document's value and tax by HSN and rate: sums of the stored figures of its lines."""

from collections.abc import Iterable, Sequence

from core.invoicing.model import Document, Line
from core.invoicing.papers import bears_igst, shows_tax
from core.paper.grid import FIGURE, Cell, Column, Grid
from core.paper.lines import NONE, percent_text, state_tax_name, tax_paise
from core.paper.sheet import Say
from core.words import amount_text

_PAD = 1.2


def hsn_title(document: Document, _: Say) -> str:
    """What stands above the table."""
    return _("Tax by HSN/SAC") if shows_tax(document) else _("Value by HSN/SAC")


def hsn_grid(document: Document, _: Say) -> Grid:
    """The table by HSN and rate, in their order; without columns of tax where the document bears none."""
    inter = bears_igst(document)
    taxed = shows_tax(document)
    cess = any(line.cess_paise for line in document.lines)
    titles = [_("HSN/SAC"), _("Taxable value") if taxed else _("Value")]
    if taxed:
        titles.append(_("GST rate"))
        titles += ["IGST"] if inter else ["CGST", state_tax_name(document.place_of_supply)]
        titles += [_("Cess")] if cess else []
        titles.append(_("Total tax"))
    style = FIGURE.scaled(0.92)
    columns = [Column(title, "left" if n == 0 else "right", style) for n, title in enumerate(titles)]

    def cells(name: str, rate: str, lines: Sequence[Line]) -> list[Cell]:
        value = (amount_text(sum(line.taxable_paise for line in lines)),)
        return [(name,), value, (rate,), *_taxes(lines, inter, cess)] if taxed else [(name,), value]

    groups = by_hsn(document.lines) if taxed else _by_code(document.lines)
    rows = [
        cells(hsn or NONE, _rate_text(lines[0], rate_bp, _), lines)
        for (hsn, rate_bp), lines in sorted(groups.items())
    ]
    return Grid(columns, rows, total=cells(_("Total"), "", document.lines), pad=_PAD)


def by_hsn(lines: Iterable[Line]) -> dict[tuple[str, int], list[Line]]:
    """The lines of each HSN and rate; what bears no tax counts as 0%."""
    groups: dict[tuple[str, int], list[Line]] = {}
    for line in lines:
        rate_bp = line.rate_bp if line.treatment == "taxable" else 0
        groups.setdefault((line.hsn, rate_bp), []).append(line)
    return groups


def _by_code(lines: Iterable[Line]) -> dict[tuple[str, int], list[Line]]:
    groups: dict[tuple[str, int], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.hsn, 0), []).append(line)
    return groups


def _rate_text(line: Line, rate_bp: int, _: Say) -> str:
    named = {"nil": _("Nil rated"), "exempt": _("Exempt"), "non_gst": _("Non-GST")}
    return named.get(line.treatment, percent_text(rate_bp))


def _taxes(lines: Sequence[Line], inter: bool, cess: bool) -> list[Cell]:
    heads = [sum(line.igst_paise for line in lines)]
    if not inter:
        heads = [sum(line.cgst_paise for line in lines), sum(line.sgst_paise for line in lines)]
    heads += [sum(line.cess_paise for line in lines)] if cess else []
    return [(amount_text(paise),) for paise in (*heads, sum(tax_paise(line) for line in lines))]
