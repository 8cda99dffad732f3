"""The lines of a document as a table, and its tax by HSN: each figure as it was settled, none computed anew.

Sums of stored figures are all the arithmetic there is.
"""

from collections.abc import Iterable, Sequence

from core.invoicing.model import Document, Line
from core.paper.grid import FIGURE, REST, Cell, Cells, Column, Grid
from core.paper.pen import Style
from core.paper.sheet import Say
from core.words import amount_text, price_text, quantity_text

UNION_TERRITORIES = frozenset({"04", "25", "26", "31", "35", "38", "97"})
"""Where the State's half is Union territory tax: UTGST Act 2017, section 2(8); Ladakh since 31 Oct 2019."""

_NONE = "–"
_DESCRIPTION = Style(8.2)


def state_tax_name(document: Document) -> str:
    """What the State's half of the tax is called where the supply is made."""
    return "UTGST" if document.place_of_supply in UNION_TERRITORIES else "SGST"


def percent_text(rate_bp: int, *, half: bool = False) -> str:
    """Writes a rate in basis points, or each half of it: "18%", "0.125%"."""
    return quantity_text(rate_bp * (5 if half else 10)) + "%"


def discount_text(tenthousandths_pct: int) -> str:
    """Writes a discount in ten-thousandths of one per cent: "12.5%"."""
    whole, part = divmod(tenthousandths_pct, 10_000)
    fraction = f"{part:04d}".rstrip("0")
    return f"{whole}.{fraction}%" if fraction else f"{whole}%"


def tax_paise(line: Line) -> int:
    """All the tax and cess of a line."""
    return line.igst_paise + line.cgst_paise + line.sgst_paise + line.cess_paise


def is_taxed(line: Line) -> bool:
    """Whether a line is a taxable supply; nil rated and exempt ones belong on a bill of supply."""
    return line.treatment == "taxable" and line.rate_bp > 0


def _amount_paise(line: Line, document: Document) -> int:
    return line.taxable_paise + (0 if document.reverse_charge else tax_paise(line))


def _tax_heads(line: Line, document: Document, _: Say) -> list[tuple[str, str]]:
    """What tax a line bears, head by head with its rate, and how much."""
    named = {"nil": _("Nil rated"), "exempt": _("Exempt"), "non_gst": _("Non-GST")}
    if line.treatment in named:
        return [(named[line.treatment], _NONE)]
    if line.rate_bp and not tax_paise(line) and line.taxable_paise and document.supply == "INTER":
        return [(_("Zero rated"), _NONE)]
    if document.supply == "INTER":
        heads = [(f"IGST {percent_text(line.rate_bp)}", amount_text(line.igst_paise))]
    else:
        half = percent_text(line.rate_bp, half=True)
        heads = [
            (f"CGST {half}", amount_text(line.cgst_paise)),
            (f"{state_tax_name(document)} {half}", amount_text(line.sgst_paise)),
        ]
    if line.cess_paise:
        rate = f" {percent_text(line.cess_rate_bp)}" if line.cess_rate_bp else ""
        heads.append((_("Cess") + rate, amount_text(line.cess_paise)))
    return heads


def line_grid(document: Document, _: Say) -> Grid:
    """The table of lines, as wide as the page, with its totals and what is carried over page ends."""
    lines = document.lines
    taxed = any(is_taxed(line) for line in lines)
    discounted = any(line.discount_paise for line in lines)
    columns = [
        Column("#", "left", REST),
        Column(_("Description"), "left", _DESCRIPTION, flex=True),
        Column(_("HSN/SAC"), "left"),
        Column(_("Qty")),
        Column(_("Unit"), "left", REST, tight=True),
        Column(_("Rate")),
    ]
    columns += [Column(_("Discount"))] if discounted else []
    if taxed:
        columns += [
            Column(_("Taxable value")),
            Column(_("GST"), "left", REST),
            Column(_("Tax"), rest=FIGURE, tight=True),
        ]
    columns += [Column(_("Amount ₹").replace(" ₹", "\u00a0₹"), first=FIGURE)]
    cells = [_line_cells(n, line, document, taxed, discounted, _) for n, line in enumerate(lines, 1)]
    running = _running(document)

    def sums(rows: int) -> Cells:
        discount, taxable, tax, amount = running[rows]
        middle: list[Cell] = [(amount_text(discount),)] if discounted else []
        if taxed:
            middle += [(amount_text(taxable),), ("",), (amount_text(tax),)]
        return [("",), ("",), ("",), ("",), ("",), ("",), *middle, (amount_text(amount),)]

    total = [("",), (_("Total"),), *sums(len(lines))[2:]]
    return Grid(
        columns, cells, total=total, sums=sums, carried=_("Carried forward"), brought=_("Brought forward")
    )


def _line_cells(n: int, line: Line, document: Document, taxed: bool, discounted: bool, _: Say) -> Cells:
    heads = _tax_heads(line, document, _)
    price: Cell = (price_text(line.price_tenthousandths),)
    cells: list[Cell] = [
        (str(n),),
        (line.description, line.item_code) if line.item_code else (line.description,),
        (line.hsn,),
        (quantity_text(line.quantity_thousandths),),
        ("" if line.unit == "NA" else line.unit,),
        (*price, _("incl. tax")) if line.price_includes_tax else price,
    ]
    if discounted:
        cells.append(_discount_cell(line))
    if taxed:
        cells.append((amount_text(line.taxable_paise),))
        cells.append(tuple(head for head, _amount in heads))
        cells.append(tuple(amount for _head, amount in heads))
    cells.append((amount_text(_amount_paise(line, document)),))
    return cells


def _discount_cell(line: Line) -> Cell:
    if not line.discount_paise:
        return (_NONE,)
    if not line.discount_tenthousandths_pct:
        return (amount_text(line.discount_paise),)
    return amount_text(line.discount_paise), discount_text(line.discount_tenthousandths_pct)


def _running(document: Document) -> list[tuple[int, int, int, int]]:
    """Discount, value, tax and amount in paise after each number of lines, from none to all."""
    sums = [(0, 0, 0, 0)]
    for line in document.lines:
        step = (line.discount_paise, line.taxable_paise, tax_paise(line), _amount_paise(line, document))
        discount, value, tax, amount = (a + b for a, b in zip(sums[-1], step, strict=True))
        sums.append((discount, value, tax, amount))
    return sums


def hsn_grid(document: Document, _: Say) -> Grid:
    """The tax by HSN and rate, in their order."""
    inter = document.supply == "INTER"
    cess = any(line.cess_paise for line in document.lines)
    titles = [_("HSN/SAC"), _("Taxable value"), _("GST rate")]
    titles += ["IGST"] if inter else ["CGST", state_tax_name(document)]
    titles += [_("Cess")] if cess else []
    titles += [_("Total tax")]
    style = FIGURE.scaled(0.92)
    columns = [Column(title, "left" if n == 0 else "right", style) for n, title in enumerate(titles)]
    rows = [
        _hsn_cells(hsn or _NONE, percent_text(rate_bp), lines, inter, cess)
        for (hsn, rate_bp), lines in sorted(by_hsn(document.lines).items())
    ]
    total = _hsn_cells(_("Total"), "", document.lines, inter, cess)
    return Grid(columns, rows, total=total, pad=1.6)


def by_hsn(lines: Iterable[Line]) -> dict[tuple[str, int], list[Line]]:
    """The lines of each HSN and rate; what bears no tax counts as 0%."""
    groups: dict[tuple[str, int], list[Line]] = {}
    for line in lines:
        rate_bp = line.rate_bp if line.treatment == "taxable" else 0
        groups.setdefault((line.hsn, rate_bp), []).append(line)
    return groups


def _hsn_cells(name: str, rate: str, lines: Sequence[Line], inter: bool, cess: bool) -> Cells:
    heads = [sum(line.igst_paise for line in lines)]
    if not inter:
        heads = [sum(line.cgst_paise for line in lines), sum(line.sgst_paise for line in lines)]
    heads += [sum(line.cess_paise for line in lines)] if cess else []
    figures = [sum(line.taxable_paise for line in lines), *heads, sum(tax_paise(line) for line in lines)]
    first, *others = [(amount_text(paise),) for paise in figures]
    return [(name,), first, (rate,), *others]
