"""Figures in the currency of the buyer: what rupees come to at the document's rate, and how they are written.

Amounts are hundredths of the currency, prices ten-thousandths; digits are grouped by thousands, as abroad.
"""

from core.invoicing.model import Foreign
from core.money import half_up, unscaled
from core.words.language import ENGLISH

_MILLION = 1_000_000


def foreign_hundredths(paise: int, foreign: Foreign) -> int:
    """What an amount of paise comes to in hundredths of the currency, rounded half up."""
    return half_up(paise * _MILLION, foreign.rate_millionths)


def foreign_text(hundredths: int) -> str:
    """Writes hundredths of a currency: "1,250,000.50"; below zero "−500.00"."""
    whole, part = divmod(abs(hundredths), 100)
    return f"{'−' if hundredths < 0 else ''}{whole:,}.{part:02d}"


def foreign_price_text(price_tenthousandths: int, foreign: Foreign) -> str:
    """Writes what a price in ten-thousandths of a rupee is in the currency, with two to four decimals."""
    price = half_up(price_tenthousandths * _MILLION, foreign.rate_millionths)
    whole, part = divmod(abs(price), 10_000)
    fraction = f"{part:04d}".rstrip("0").ljust(2, "0")
    return f"{'−' if price < 0 else ''}{whole:,}.{fraction}"


def exchange_text(foreign: Foreign) -> str:
    """Writes the rate of exchange, exactly: "1 USD = ₹ 83.25"."""
    return f"1 {foreign.currency} = ₹ {unscaled(foreign.rate_millionths, 6, keep=2)}"


def country_name(code: str, language: str = ENGLISH) -> str:
    """A country's name in a language, by its ISO 3166-1 code; the code itself where there is none."""
    # Babel's names are only wanted on papers that leave the country.
    from babel import Locale

    return str(Locale.parse(language).territories.get(code, code))
