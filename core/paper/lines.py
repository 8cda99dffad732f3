"""The lines of a document as a table: each figure as it was settled, none computed anew.

Sums of stored figures are all the arithmetic there is, and rupees turned into the buyer's currency.
"""

from collections.abc import Callable, Iterable
from itertools import accumulate, pairwise
from typing import NamedTuple

from core.advances.model import AdvanceTax
from core.invoicing.model import Document, Foreign, Line
from core.invoicing.papers import CHALLAN, bears_igst, operator_pays, shows_tax
from core.paper.foreign import foreign_hundredths, foreign_price_text, foreign_text
from core.paper.grid import FIGURE, REST, Cell, Cells, Column, Grid
from core.paper.pen import Style
from core.paper.sheet import Say
from core.words import amount_text, price_text, quantity_text

UNION_TERRITORIES = frozenset({"04", "25", "26", "31", "35", "38", "97"})
"""Where the State's half is Union territory tax: UTGST Act 2017, section 2(8); Ladakh since 31 Oct 2019."""

NONE = "–"
_DESCRIPTION = Style(8.2)


class _Part(NamedTuple):
    """A column with its cells; `sums` writes what it comes to after so many rows, nothing where it is not summed."""

    column: Column
    cells: list[Cell]
    sums: Callable[[int], str] | None = None


def state_tax_name(place_of_supply: str) -> str:
    """What the State's half of the tax is called where the supply is made."""
    return "UTGST" if place_of_supply in UNION_TERRITORIES else "SGST"


def percent_text(rate_bp: int, *, half: bool = False) -> str:
    """Writes a rate in basis points, or each half of it: "18%", "0.125%"."""
    return quantity_text(rate_bp * (5 if half else 10)) + "%"


def discount_text(tenthousandths_pct: int) -> str:
    """Writes a discount in ten-thousandths of one per cent: "12.5%"."""
    whole, part = divmod(tenthousandths_pct, 10_000)
    fraction = f"{part:04d}".rstrip("0")
    return f"{whole}.{fraction}%" if fraction else f"{whole}%"


def tax_paise(taxed: Line | AdvanceTax) -> int:
    """All the tax and cess of a line or an advance."""
    return taxed.igst_paise + taxed.cgst_paise + taxed.sgst_paise + taxed.cess_paise


def gst_heads(
    rate_bp: int, paise: tuple[int, int, int], *, inter_state: bool, place: str
) -> list[tuple[str, str]]:
    """IGST, or CGST and the State's tax, each with its rate and amount; `paise` are IGST, CGST and SGST."""
    igst, cgst, sgst = paise
    if inter_state:
        return [(f"IGST {percent_text(rate_bp)}", amount_text(igst))]
    half = percent_text(rate_bp, half=True)
    return [
        (f"CGST {half}", amount_text(cgst)),
        (f"{state_tax_name(place)} {half}", amount_text(sgst)),
    ]


def line_grid(document: Document, _: Say) -> Grid:
    """The table of lines, as wide as the page, with its totals and what is carried over page ends."""
    parts = [*_wares(document, _), *_values(document, _)]

    def sums(rows: int) -> Cells:
        return [(part.sums(rows) if part.sums else "",) for part in parts]

    flex = next(n for n, part in enumerate(parts) if part.column.flex)
    total = list(sums(len(document.lines)))
    total[flex] = (_("Total"),)
    return Grid(
        [part.column for part in parts],
        list(zip(*(part.cells for part in parts), strict=True)),
        total=total,
        sums=sums,
        carried=_("Carried forward"),
        brought=_("Brought forward"),
    )


def _wares(document: Document, _: Say) -> list[_Part]:
    """What is supplied, and how much of it; a challan, which is about quantities, adds those of one unit up."""
    lines = document.lines
    described: list[Cell] = [
        (line.description, line.item_code) if line.item_code else (line.description,) for line in lines
    ]
    counts: list[Cell] = [(quantity_text(line.quantity_thousandths),) for line in lines]
    alike = document.type == CHALLAN and len({line.unit for line in lines}) == 1
    quantities = _running(line.quantity_thousandths for line in lines) if alike else []
    return [
        _Part(Column("#", "left", REST), [(str(n),) for n in range(1, len(lines) + 1)]),
        _Part(Column(_("Description"), "left", _DESCRIPTION, flex=True), described),
        _Part(Column(_("HSN/SAC"), "left"), [(line.hsn,) for line in lines]),
        _Part(Column(_("Qty")), counts, (lambda rows: quantity_text(quantities[rows])) if alike else None),
        _Part(
            Column(_("Unit"), "left", REST, tight=True),
            [("" if line.unit == "NA" else line.unit,) for line in lines],
        ),
    ]


def _values(document: Document, _: Say) -> list[_Part]:
    """What it costs: rate, discount, shares of what the whole bears, value, tax and amount."""
    lines = document.lines
    if document.type == CHALLAN and not any(line.gross_paise for line in lines):
        return []
    parts = [_Part(Column(_("Rate")), [_price_cell(line, document.foreign, _) for line in lines])]
    if any(line.discount_paise for line in lines):
        discounts = [line.discount_paise for line in lines]
        cells = [_discount_cell(line) for line in lines]
        parts.append(_summed(Column(_("Discount")), discounts, cells))
    if any(line.spread_paise for line in lines):
        parts.append(_summed(Column(_("Bill adjustment")), [line.spread_paise for line in lines]))
    values = [line.taxable_paise for line in lines]
    amounts = values
    if shows_tax(document):
        taxes = [tax_paise(line) for line in lines]
        parts.append(_summed(Column(_("Taxable value")), values))
        parts += _tax_parts(document, taxes, _)
        if not document.reverse_charge:
            amounts = [value + tax for value, tax in zip(values, taxes, strict=True)]
    parts.append(_summed(Column(_("Amount ₹").replace(" ₹", "\u00a0₹")), amounts))
    if document.foreign is not None:
        parts.append(_foreign_part(amounts, document.foreign, _))
    return parts


def _running(values: Iterable[int]) -> list[int]:
    """The sums after each number of lines, from none to all."""
    return list(accumulate(values, initial=0))


def _summed(column: Column, values: list[int], cells: list[Cell] | None = None) -> _Part:
    running = _running(values)
    written = cells or [(amount_text(value),) for value in values]
    return _Part(column, written, lambda rows: amount_text(running[rows]))


def _tax_parts(document: Document, taxes: list[int], _: Say) -> list[_Part]:
    heads = [_tax_heads(line, document, _) for line in document.lines]
    rates: list[Cell] = [tuple(head for head, _amount in line) for line in heads]
    amounts: list[Cell] = [tuple(amount for _head, amount in line) for line in heads]
    return [
        _Part(Column(_("GST"), "left", REST), rates),
        _summed(Column(_("Tax"), rest=FIGURE, tight=True), taxes, amounts),
    ]


def _tax_heads(line: Line, document: Document, _: Say) -> list[tuple[str, str]]:
    """What tax a line bears, head by head with its rate, and how much."""
    named = {"nil": _("Nil rated"), "exempt": _("Exempt"), "non_gst": _("Non-GST")}
    if line.treatment in named:
        return [(named[line.treatment], NONE)]
    if line.rate_bp and not tax_paise(line) and line.taxable_paise:
        if operator_pays(document):
            return [(_("By operator"), NONE)]
        if document.supply == "INTER":
            return [(_("Zero rated"), NONE)]
    heads = gst_heads(
        line.rate_bp,
        (line.igst_paise, line.cgst_paise, line.sgst_paise),
        inter_state=bears_igst(document),
        place=document.place_of_supply,
    )
    if line.cess_paise:
        heads.append((f"{_('Cess')} {_cess_rate(line)}".rstrip(), amount_text(line.cess_paise)))
    return heads


def _cess_rate(line: Line) -> str:
    """The rate of cess: by value, by unit, or both."""
    rates = [percent_text(line.cess_rate_bp)] if line.cess_rate_bp else []
    if line.cess_per_unit_tenthousandths:
        rates.append(f"{price_text(line.cess_per_unit_tenthousandths)}/{line.unit}")
    return " + ".join(rates)


def _price_cell(line: Line, foreign: Foreign | None, _: Say) -> Cell:
    cell = [price_text(line.price_tenthousandths)]
    if line.price_includes_tax:
        cell.append(_("incl. tax"))
    if foreign is not None:
        cell.append(f"{foreign.currency} {foreign_price_text(line.price_tenthousandths, foreign)}")
    return tuple(cell)


def _discount_cell(line: Line) -> Cell:
    if not line.discount_paise:
        return (NONE,)
    if not line.discount_tenthousandths_pct:
        return (amount_text(line.discount_paise),)
    return amount_text(line.discount_paise), discount_text(line.discount_tenthousandths_pct)


def _foreign_part(amounts: list[int], foreign: Foreign, _: Say) -> _Part:
    """Amounts in the buyer's currency; each line takes the rounded sum so far less what stands above it."""
    running = [foreign_hundredths(paise, foreign) for paise in _running(amounts)]
    cells: list[Cell] = [(foreign_text(after - before),) for before, after in pairwise(running)]
    title = _("Amount {currency}").format(currency=foreign.currency).replace(" ", "\u00a0")
    return _Part(Column(title), cells, lambda rows: foreign_text(running[rows]))
