"""Figures as they are shown: Indian grouping, two decimals, a true minus sign.

Everything takes whole numbers (paise, thousandths, ten-thousandths, basis points) and gives text.
"""

MINUS = "−"
RUPEE = "₹"

_LAKH_PAISE = 1_00_000_00
_CRORE_PAISE = 1_00_00_000_00


def grouped(whole: int) -> str:
    """Writes a number of zero or more with Indian commas: 1234567 as "12,34,567"."""
    digits = str(whole)
    if len(digits) <= 3:
        return digits
    head, tail = digits[:-3], digits[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)]
    return ",".join([*reversed(pairs), tail])


def amount_text(amount_paise: int) -> str:
    """Writes paise as "12,34,567.50"; below zero "−500.00"."""
    whole, part = divmod(abs(amount_paise), 100)
    return f"{MINUS if amount_paise < 0 else ''}{grouped(whole)}.{part:02d}"


def money_text(amount_paise: int, *, symbol: bool = True) -> str:
    """Writes paise as "₹ 12,34,567.50"; below zero "−₹ 500.00"; without the symbol as amount_text."""
    if not symbol:
        return amount_text(amount_paise)
    return f"{MINUS if amount_paise < 0 else ''}{RUPEE} {amount_text(abs(amount_paise))}"


def short_money(amount_paise: int) -> str:
    """Writes paise short, for cards and charts: "₹ 85,400", "₹ 12.35 L", "₹ 2.10 Cr"."""
    size = abs(amount_paise)
    sign = MINUS if amount_paise < 0 else ""
    rupees = (size + 50) // 100
    if rupees * 100 < _LAKH_PAISE:
        return f"{sign}{RUPEE} {grouped(rupees)}"
    hundredths = (2 * size * 100 + _LAKH_PAISE) // (2 * _LAKH_PAISE)
    unit = "L"
    if hundredths >= 100_00:  # what rounds to a hundred lakh is a crore
        hundredths, unit = (2 * size * 100 + _CRORE_PAISE) // (2 * _CRORE_PAISE), "Cr"
    return f"{sign}{RUPEE} {amount_text(hundredths)} {unit}"


def days_text(hundredths: int | None) -> str:
    """Writes a mean of days, given in hundredths, with one decimal: "41.5"; a dash where there is none."""
    if hundredths is None:
        return "–"
    tenths = (abs(hundredths) + 5) // 10
    return f"{'−' if hundredths < 0 and tenths else ''}{tenths // 10}.{tenths % 10}"


def quantity_text(quantity_thousandths: int) -> str:
    """Writes a quantity with at most three decimals and none that say nothing: "1,250.5"."""
    return _decimal(quantity_thousandths, 3, 0)


def price_text(price_tenthousandths: int) -> str:
    """Writes a unit price with two to four decimals: "1,250.00", "0.0625"."""
    return _decimal(price_tenthousandths, 4, 2)


def rate_text(rate_bp: int) -> str:
    """Writes basis points as per cent: "18%", "0.25%"."""
    return _decimal(rate_bp, 2, 0) + "%"


def _decimal(value: int, decimals: int, keep: int) -> str:
    whole, part = divmod(abs(value), 10**decimals)
    fraction = f"{part:0{decimals}d}".rstrip("0").ljust(keep, "0")
    sign = MINUS if value < 0 else ""
    return f"{sign}{grouped(whole)}.{fraction}" if fraction else f"{sign}{grouped(whole)}"
