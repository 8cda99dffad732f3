"""Settles a document's tax once, at issue: per document and rate, shared out to its lines.

Every output sums the figures made here; nothing recomputes them. Whole numbers only: quantities in
thousandths, prices and cess per unit in ten-thousandths of a rupee, discounts in ten-thousandths of one per
cent, rates in basis points, money in paise. The order of lines moves paise among them, never a total.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from core.gst.share import Key, folded, spread
from core.money import half_up, round_to_rupee

Treatment = Literal["taxable", "nil", "exempt", "non_gst"]
Rounding = Literal["none", "rupee"]

TO_PAISE = 100_000
"""Thousandths times ten-thousandths of a rupee, to one paisa."""
WHOLE_PCT = 1_000_000
"""A hundred per cent in ten-thousandths of one per cent."""
WHOLE_BP = 10_000
"""A hundred per cent in basis points."""
WHOLE_RATE = WHOLE_BP * WHOLE_BP
"""A rate times the applicable per cent, both in basis points, as a fraction of this."""


class LineIn(msgspec.Struct, frozen=True, gc=False):
    """One line as asked for. Both discounts are before tax; a price that includes tax includes cess too."""

    quantity_thousandths: int
    price_tenthousandths: int
    discount_tenthousandths_pct: int = 0
    discount_paise: int = 0
    rate_bp: int = 0
    treatment: Treatment = "taxable"
    cess_rate_bp: int = 0
    cess_per_unit_tenthousandths: int = 0
    price_includes_tax: bool = False
    hsn: str = ""


class LineOut(msgspec.Struct, frozen=True, gc=False):
    """One line as settled: taxable = gross - discount + charges; `rate_bp` is 0 unless the line is taxable.

    A negative line that was folded into its fellows stands at zero, and they carry its amount as discount.
    """

    taxable_paise: int
    discount_paise: int
    gross_paise: int
    rate_bp: int
    igst_paise: int
    cgst_paise: int
    sgst_paise: int
    cess_paise: int
    charges_paise: int = 0


class RateHead(msgspec.Struct, frozen=True, gc=False):
    """What all taxable lines of one rate come to."""

    rate_bp: int
    taxable_paise: int
    igst_paise: int
    cgst_paise: int
    sgst_paise: int
    cess_paise: int


class Settled(msgspec.Struct, frozen=True):
    """A document's figures. `heads` rise by rate; under reverse charge the value leaves the tax out."""

    lines: tuple[LineOut, ...]
    heads: tuple[RateHead, ...]
    taxable_paise: int
    nil_paise: int
    exempt_paise: int
    non_gst_paise: int
    igst_paise: int
    cgst_paise: int
    sgst_paise: int
    cess_paise: int
    other_charges_paise: int
    round_off_paise: int
    invoice_value_paise: int


class Terms(msgspec.Struct, frozen=True):
    """How a whole document is taxed; `charged` is false where the buyer pays the supplier no tax."""

    inter_state: bool
    without_payment: bool
    reverse_charge: bool
    applicable_percent_bp: int

    @property
    def charged(self) -> bool:
        return not (self.without_payment or self.reverse_charge)


class _Worth(msgspec.Struct, gc=False):
    """A line's value while it is worked out: its own discount and its shares of the document's."""

    gross: int
    discount: int
    discount_share: int = 0
    charges: int = 0

    @property
    def taxable(self) -> int:
        return self.gross - self.discount - self.discount_share + self.charges


def settle(
    lines: Sequence[LineIn],
    *,
    inter_state: bool,
    rounding: Rounding = "none",
    reverse_charge: bool = False,
    without_payment: bool = False,
    discount_paise: int = 0,
    charges: Sequence[tuple[int, bool]] = (),
    applicable_percent_bp: int = WHOLE_BP,
) -> Settled:
    """Gives every settled figure of a document.

    `discount_paise` is on the whole, before tax, spread over the lines by value; `charges` are (paise,
    taxed): the taxed are spread likewise, the others added after tax. `without_payment` is a supply under
    LUT: rates stay, tax and cess are zero. Under it and under reverse charge no tax is in the price, so
    "price includes tax" says nothing there. `applicable_percent_bp` reduces GST, never cess.
    """
    terms = Terms(inter_state, without_payment, reverse_charge, applicable_percent_bp)
    taxed_charges = sum(amount for amount, taxed in charges if taxed)
    other_charges = sum(amount for amount, taxed in charges if not taxed)
    worth = _worths(lines, terms, discount_paise, taxed_charges)
    taken, heads = _taxes(lines, worth, terms)
    by_treatment = {"taxable": 0, "nil": 0, "exempt": 0, "non_gst": 0}
    for line, value in zip(lines, worth, strict=True):
        by_treatment[line.treatment] += value.taxable
    igst = sum(head.igst_paise for head in heads)
    cgst = sum(head.cgst_paise for head in heads)
    cess = sum(head.cess_paise for head in heads)
    before = sum(by_treatment.values()) + other_charges
    if not reverse_charge:
        before += igst + 2 * cgst + cess
    payable = before + _left_to_price(lines, worth, heads, terms)
    if rounding == "rupee":
        payable = round_to_rupee(payable)
    return Settled(
        taken,
        heads,
        by_treatment["taxable"],
        by_treatment["nil"],
        by_treatment["exempt"],
        by_treatment["non_gst"],
        igst,
        cgst,
        cgst,
        cess,
        other_charges,
        payable - before,
        payable,
    )


def _worths(lines: Sequence[LineIn], terms: Terms, discount: int, taxed_charges: int) -> list[_Worth]:
    worth = [_Worth(*_value(line, terms)) for line in lines]
    if any(value.gross < value.discount for value in worth):
        for at, more in folded(_keys(lines), [value.taxable for value in worth]).items():
            if worth[at].taxable < 0:
                worth[at] = _Worth(0, 0)
            worth[at].discount += more
    if discount or taxed_charges:
        keys, values = _keys(lines), [value.taxable for value in worth]
        discounts, charges = spread(discount, keys, values), spread(taxed_charges, keys, values)
        for value, less, charge in zip(worth, discounts, charges, strict=True):
            value.discount_share, value.charges = less, charge
    return worth


def _keys(lines: Sequence[LineIn]) -> list[Key]:
    return [
        (line.treatment, line.hsn, line.rate_bp, line.cess_rate_bp, line.price_includes_tax) for line in lines
    ]


def _value(line: LineIn, terms: Terms) -> tuple[int, int]:
    product = line.quantity_thousandths * line.price_tenthousandths
    less_pct = line.discount_tenthousandths_pct
    if line.price_includes_tax and line.treatment == "taxable" and terms.charged:
        product -= line.quantity_thousandths * line.cess_per_unit_tenthousandths
        with_tax = _with_tax(line, terms)
        gross = half_up(product * WHOLE_RATE, TO_PAISE * with_tax)
        if not less_pct:
            return gross, line.discount_paise
        less = half_up(product * less_pct * WHOLE_RATE, TO_PAISE * WHOLE_PCT * with_tax)
        return gross, less + line.discount_paise
    gross = half_up(product, TO_PAISE)
    if not less_pct:
        return gross, line.discount_paise
    return gross, half_up(product * less_pct, TO_PAISE * WHOLE_PCT) + line.discount_paise


def _with_tax(line: LineIn, terms: Terms) -> int:
    """What one rupee of value comes to with GST and ad valorem cess, as a fraction of WHOLE_RATE."""
    return WHOLE_RATE + line.rate_bp * terms.applicable_percent_bp + line.cess_rate_bp * WHOLE_BP


class _Running:
    """A head on the lines so far: each line takes the rounded head less what earlier lines took."""

    __slots__ = ("cess", "exact_cess", "rate", "tax", "taxable")

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.taxable = self.tax = self.cess = self.exact_cess = 0


def _taxes(
    lines: Sequence[LineIn], worth: Sequence[_Worth], terms: Terms
) -> tuple[tuple[LineOut, ...], tuple[RateHead, ...]]:
    running: dict[int, _Running] = {}
    out = []
    percent = 0 if terms.without_payment else terms.applicable_percent_bp
    whole = WHOLE_RATE if terms.inter_state else 2 * WHOLE_RATE
    for line, value in zip(lines, worth, strict=True):
        taxable, discount = value.taxable, value.discount + value.discount_share
        if line.treatment != "taxable":
            out.append(LineOut(taxable, discount, value.gross, 0, 0, 0, 0, 0, value.charges))
            continue
        rate = line.rate_bp
        head = running.get(rate)
        if head is None:
            head = running[rate] = _Running(rate)
        head.taxable += taxable
        tax = half_up(head.taxable * rate * percent, whole)
        share, head.tax = tax - head.tax, tax
        cess_share = 0
        if (line.cess_rate_bp or line.cess_per_unit_tenthousandths) and not terms.without_payment:
            head.exact_cess += _exact_cess(line, taxable)
            cess = half_up(head.exact_cess, TO_PAISE)
            cess_share, head.cess = cess - head.cess, cess
        igst, half = (share, 0) if terms.inter_state else (0, share)
        out.append(LineOut(taxable, discount, value.gross, rate, igst, half, half, cess_share, value.charges))
    heads = (running[rate] for rate in sorted(running))
    if terms.inter_state:
        return tuple(out), tuple(RateHead(h.rate, h.taxable, h.tax, 0, 0, h.cess) for h in heads)
    return tuple(out), tuple(RateHead(h.rate, h.taxable, 0, h.tax, h.tax, h.cess) for h in heads)


def _exact_cess(line: LineIn, taxable: int) -> int:
    """A line's cess before rounding, as a fraction of TO_PAISE."""
    by_value = taxable * line.cess_rate_bp * (TO_PAISE // WHOLE_BP)
    return by_value + line.quantity_thousandths * line.cess_per_unit_tenthousandths


def _left_to_price(
    lines: Sequence[LineIn], worth: Sequence[_Worth], heads: Sequence[RateHead], terms: Terms
) -> int:
    """What prices that include tax promised beyond what their value and tax come to, in paise.

    They keep their promise to the paisa; the lines before tax are taxed as if they stood alone.
    """
    if not terms.charged or not any(line.price_includes_tax for line in lines):
        return 0
    promised = moved = 0
    alone: list[tuple[LineIn, _Worth]] = []
    for line, value in zip(lines, worth, strict=True):
        if line.treatment != "taxable":
            continue
        if line.price_includes_tax:
            promised += _price_in_full(line, terms)
            moved += (value.charges - value.discount_share) * _with_tax(line, terms)
        else:
            alone.append((line, value))
            promised += value.taxable
    _lines, rest = _taxes([line for line, _value in alone], [value for _line, value in alone], terms)
    promised += half_up(moved, WHOLE_RATE) + sum(_tax(head) for head in rest)
    return promised - sum(head.taxable_paise + _tax(head) for head in heads)


def _tax(head: RateHead) -> int:
    return head.igst_paise + head.cgst_paise + head.sgst_paise + head.cess_paise


def _price_in_full(line: LineIn, terms: Terms) -> int:
    """What the buyer pays for a line whose price includes tax, after its own discount, in paise."""
    fixed_cess = line.quantity_thousandths * line.cess_per_unit_tenthousandths
    price = line.quantity_thousandths * line.price_tenthousandths - fixed_cess
    after_pct = price * (WHOLE_PCT - line.discount_tenthousandths_pct) + fixed_cess * WHOLE_PCT
    return half_up(
        after_pct * WHOLE_RATE - line.discount_paise * TO_PAISE * WHOLE_PCT * _with_tax(line, terms),
        TO_PAISE * WHOLE_PCT * WHOLE_RATE,
    )
