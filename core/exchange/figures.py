"""Exact figures between the file's decimals and the book's whole numbers."""

from decimal import Decimal

from msgspec import UnsetType

from core.errors import RuleBroken
from core.money import (
    PRICE_DECIMALS,
    QUANTITY_DECIMALS,
    RATE_DECIMALS,
    MoneyError,
    scaled,
    unscaled,
)
from core.problems import Problem
from core.words import translate as _

DISCOUNT_DECIMALS = 4
_DIGITS_MAX = 30

Given = Decimal | None | UnsetType


def whole(value: Decimal, decimals: int, field: str) -> int:
    """A decimal as a whole number of 10^-decimals. Raises `RuleBroken` naming the field."""
    try:
        if not value.is_finite() or abs(value.adjusted()) > _DIGITS_MAX or len(value.as_tuple().digits) > 60:
            raise MoneyError(_("This is no figure that money knows"))
        return scaled(format(value, "f"), decimals)
    except MoneyError as error:
        raise RuleBroken([Problem("FIGURE", f"{error}.", field)]) from None


def paise(value: Given, field: str) -> int:
    """Rupees as paise; nothing given is nought."""
    return whole(value, 2, field) if isinstance(value, Decimal) else 0


def paise_or_none(value: Given, field: str) -> int | None:
    """Rupees as paise, or None when nothing is given."""
    return whole(value, 2, field) if isinstance(value, Decimal) else None


def price(value: Given, field: str) -> int:
    """A price as ten-thousandths of a rupee."""
    return whole(value, PRICE_DECIMALS, field) if isinstance(value, Decimal) else 0


def quantity(value: Decimal, field: str) -> int:
    """A quantity as thousandths."""
    return whole(value, QUANTITY_DECIMALS, field)


def rate_bp(value: Given, field: str) -> int:
    """A per cent as basis points."""
    return whole(value, RATE_DECIMALS, field) if isinstance(value, Decimal) else 0


def pct(value: Given, field: str) -> int:
    """A per cent as ten-thousandths of one per cent."""
    return whole(value, DISCOUNT_DECIMALS, field) if isinstance(value, Decimal) else 0


def rupees(amount_paise: int) -> Decimal:
    """Paise as the file's rupees, with two decimals."""
    return Decimal(unscaled(amount_paise, 2, keep=2))


def priced(value_tenthousandths: int) -> Decimal:
    """A price as the file's rupees, with two to four decimals."""
    return Decimal(unscaled(value_tenthousandths, 4, keep=2))


def plain(value: int, decimals: int) -> Decimal:
    """A whole number of 10^-decimals as the file's decimal, without end zeros."""
    return Decimal(unscaled(value, decimals))
