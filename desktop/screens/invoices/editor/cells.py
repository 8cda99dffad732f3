"""How a draft reads in the editor's fields and lines, and how what is typed there goes into the draft. Pure.

Grid columns: item, description, hsn, quantity, unit, price, discount, tax, amount.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from core.ids import Id
from core.invoicing.model import Document, Draft, DraftLine
from core.items.model import Item
from core.problems import Problem
from core.words import (
    WordsError,
    amount_text,
    money_text,
    parse_amount,
    parse_price,
    parse_rate,
    price_text,
    rate_text,
)
from core.words import translate as _
from desktop.ports import Choice

BLANK = DraftLine()
_PCT_TO_BP = 100
_SUM_SIGNS = ("₹", "rs", "inr")
_COLUMN_OF = {
    "quantity_thousandths": "quantity",
    "price_tenthousandths": "price",
    "rate_bp": "tax",
    "treatment": "tax",
    "cess_rate_bp": "tax",
    "cess_per_unit_tenthousandths": "tax",
    "discount_tenthousandths_pct": "discount",
    "discount_paise": "discount",
}


class Discount(NamedTuple):
    """A line's discount: by ten-thousandths of one per cent, or in paise; one of the two."""

    tenthousandths_pct: int = 0
    paise: int = 0


class Tax(NamedTuple):
    """How a line is taxed: its treatment, and its rate in basis points when that is taxable."""

    treatment: str = "taxable"
    rate_bp: int = 1800


def parse_discount(text: str) -> Discount:
    """Reads 10 or 10% as per cent, ₹500, Rs 500 and 500/- as rupees."""
    typed = text.strip().casefold()
    if typed.startswith(_SUM_SIGNS) or typed.endswith("/-"):
        return Discount(paise=parse_amount(typed) or 0)
    return Discount(tenthousandths_pct=parse_price(typed.removesuffix("%")) or 0)


def discount_text(discount: Discount) -> str:
    """Writes a discount: "10%", "₹ 500.00"; none is blank."""
    if discount.paise:
        return money_text(discount.paise)
    per_cent = discount.tenthousandths_pct
    if per_cent % _PCT_TO_BP:
        return f"{price_text(per_cent)}%"
    return rate_text(per_cent // _PCT_TO_BP) if per_cent else ""


def parse_tax(text: str) -> Tax:
    """Reads 18, 18%, nil, exempt and non-GST."""
    typed = text.strip().casefold()
    for treatment, beginning in (("nil", "nil"), ("exempt", "ex"), ("non_gst", "non")):
        if typed.startswith(beginning):
            return Tax(treatment, 0)
    try:
        return Tax("taxable", parse_rate(typed) or 0)
    except WordsError:
        sentence = _("“{text}” is no rate: write 18, nil, exempt or non-GST")
        raise WordsError(sentence.format(text=text.strip()[:20])) from None


def tax_text(tax: Tax) -> str:
    """Writes how a line is taxed: "18%", "Nil"."""
    words = {"nil": _("Nil"), "exempt": _("Exempt"), "non_gst": _("Non-GST")}
    return words.get(tax.treatment) or rate_text(tax.rate_bp)


def with_cell(line: DraftLine, name: str, value: Any) -> DraftLine:
    """The line with one cell given; a blank one falls back to what a new line has."""
    if name == "item":
        return msgspec.structs.replace(line, item=None if value is None else value.value)
    if name == "hsn":
        return msgspec.structs.replace(line, hsn=value.value if isinstance(value, Choice) else value or "")
    if name == "quantity":
        quantity = BLANK.quantity_thousandths if value is None else value
        return msgspec.structs.replace(line, quantity_thousandths=quantity)
    if name == "price":
        return msgspec.structs.replace(line, price_tenthousandths=value or 0)
    if name == "discount":
        per_cent, paise = value or Discount()
        return msgspec.structs.replace(line, discount_tenthousandths_pct=per_cent, discount_paise=paise)
    if name == "tax":
        treatment, rate_bp = value or Tax()
        return msgspec.structs.replace(line, treatment=treatment, rate_bp=rate_bp)
    if name == "unit":
        return msgspec.structs.replace(line, unit=(value or BLANK.unit).upper())
    return msgspec.structs.replace(line, **{name: value or ""})


def filled_from(line: DraftLine, item: Item) -> DraftLine:
    """The line as an item says; its quantity stays."""
    return msgspec.structs.replace(
        line,
        description=item.description or item.name,
        hsn=item.tax.hsn,
        unit=item.tax.unit,
        price_tenthousandths=item.price_tenthousandths,
        price_includes_tax=item.price_includes_tax,
        treatment=item.tax.treatment,
        rate_bp=item.tax.rate_bp,
        cess_rate_bp=item.tax.cess_rate_bp,
        cess_per_unit_tenthousandths=item.tax.cess_per_unit_tenthousandths,
    )


def row_of(line: DraftLine, amount_paise: int | None, items: Mapping[Id, Item]) -> dict[str, Any]:
    """How a line reads in the grid; a blank one as an empty row. `amount_paise` is before tax."""
    if line == BLANK:
        return dict.fromkeys(
            ("item", "description", "hsn", "quantity", "unit", "price", "discount", "tax", "amount")
        )
    item = items.get(line.item) if line.item is not None else None
    discount = Discount(line.discount_tenthousandths_pct, line.discount_paise)
    return {
        "item": Choice(line.item, item.code or item.name) if item is not None else None,
        "description": line.description or None,
        "hsn": Choice(line.hsn, line.hsn) if line.hsn else None,
        "quantity": line.quantity_thousandths,
        "unit": line.unit,
        "price": line.price_tenthousandths or None,
        "discount": discount if any(discount) else None,
        "tax": Tax(line.treatment, line.rate_bp if line.treatment == "taxable" else 0),
        "amount": None if amount_paise is None else amount_text(amount_paise),
    }


def rows_of(draft: Draft, document: Document | None, items: Mapping[Id, Item]) -> list[dict[str, Any]]:
    """The lines of a draft as rows; `document` is the draft settled without its blank lines."""
    amounts = iter(document.lines if document is not None else ())
    rows = []
    for line in draft.lines:
        settled = next(amounts, None) if line != BLANK else None
        rows.append(row_of(line, None if settled is None else settled.taxable_paise, items))
    return rows


def written(draft: Draft) -> Draft:
    """The draft without the lines nobody wrote in."""
    return msgspec.structs.replace(draft, lines=tuple(line for line in draft.lines if line != BLANK))


def with_line(draft: Draft, row: int, line: DraftLine) -> Draft:
    """The draft with another line in a row; rows up to it are made."""
    lines = [*draft.lines, *(BLANK for _each in range(row + 1 - len(draft.lines)))]
    lines[row] = line
    return msgspec.structs.replace(draft, lines=tuple(lines))


def without_line(draft: Draft, row: int) -> Draft:
    """The draft without a row."""
    return msgspec.structs.replace(draft, lines=draft.lines[:row] + draft.lines[row + 1 :])


def line_at(draft: Draft, row: int) -> DraftLine:
    """The line in a row; a blank one beyond the end."""
    return draft.lines[row] if row < len(draft.lines) else BLANK


def problems_in_rows(problems: Iterable[Problem], lines: Sequence[DraftLine]) -> list[Problem]:
    """Problems of lines counted from 1 without blank ones, as the grid names its cells: `lines[0].price`."""
    rows = [row for row, line in enumerate(lines) if line != BLANK]
    return [_in_row(problem, rows) for problem in problems]


def _in_row(problem: Problem, rows: Sequence[int]) -> Problem:
    parts = problem.field.split(".")
    if len(parts) < 2 or parts[0] != "lines" or not parts[1].isdecimal() or int(parts[1]) > len(rows):
        return problem
    column = _COLUMN_OF.get(parts[2], parts[2]) if len(parts) > 2 else "description"
    return msgspec.structs.replace(problem, field=f"lines[{rows[int(parts[1]) - 1]}].{column}")
