"""What must be true of an item. Pure; run by the device and by the service."""

import re
from collections.abc import Iterator

from core.items.model import Item, ItemTax
from core.problems import Problem
from core.words import translate as _

TREATMENTS = ("taxable", "nil", "exempt", "non_gst")
RATE_MAX_BP = 10_000
CESS_MAX_BP = 100_000
PRICE_MAX_TENTHOUSANDTHS = 10**15

_HSN = re.compile(r"[0-9]{2,8}")
"""Two digits were enough once; the lengths in force are 4, 6 and 8, and a document warns of others."""


def problems_with_item(item: Item) -> Iterator[Problem]:
    """Each thing wrong with an item's record."""
    if not item.name.strip():
        yield Problem("REQUIRED", _("The item needs a name."), "name")
    if not 0 <= item.price_tenthousandths <= PRICE_MAX_TENTHOUSANDTHS:
        yield Problem("RANGE", _("This is no price."), "price_tenthousandths")
    yield from problems_with_tax(item.tax, "tax.")


def problems_with_tax(tax: ItemTax, prefix: str = "") -> Iterator[Problem]:
    """Each thing wrong with how something is taxed; `prefix` is put before the field."""
    if tax.hsn and not is_hsn(tax.hsn):
        yield Problem(
            "HSN",
            _("An HSN or SAC is a number of 4, 6 or 8 digits."),
            prefix + "hsn",
            _("Copy it from the tariff or an old bill."),
        )
    if tax.treatment not in TREATMENTS:
        yield Problem("CHOICE", _("The treatment is taxable, nil, exempt or non_gst."), prefix + "treatment")
    if not tax.unit.strip():
        yield Problem(
            "REQUIRED",
            _("The item needs a unit."),
            prefix + "unit",
            _("Choose NOS for goods, NA for services."),
        )
    if not 0 <= tax.rate_bp <= RATE_MAX_BP:
        yield Problem("RANGE", _("A rate of GST is between 0 and 100 per cent."), prefix + "rate_bp")
    if not 0 <= tax.cess_rate_bp <= CESS_MAX_BP:
        yield Problem("RANGE", _("A rate of cess is between 0 and 1,000 per cent."), prefix + "cess_rate_bp")
    if tax.cess_per_unit_tenthousandths < 0:
        yield Problem("RANGE", _("Cess per unit is not negative."), prefix + "cess_per_unit_tenthousandths")


def is_hsn(code: str) -> bool:
    """Whether a code has the form of an HSN or SAC: two to eight digits."""
    return _HSN.fullmatch(code) is not None


def search_words(item: Item) -> str:
    """What an item is found by."""
    return " ".join(part for part in (item.code, item.name, item.tax.hsn, item.description) if part)
