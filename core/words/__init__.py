"""How the trade writes and reads: translation, rupees, dates, quantities, amounts in words.

One set for window, command line and papers; import `translate as _` for every sentence a user sees.
"""

from core.words.dates import date_text, iso_date, long_date_text, month_text, parse_date
from core.words.errors import WordsError
from core.words.figures import (
    amount_text,
    days_text,
    money_text,
    price_text,
    quantity_text,
    rate_text,
    short_money,
)
from core.words.language import Say, current_language, languages, translate, use_language
from core.words.spelt import amount_in_words
from core.words.typed import parse_amount, parse_price, parse_quantity, parse_rate

__all__ = [
    "Say",
    "WordsError",
    "amount_in_words",
    "amount_text",
    "current_language",
    "date_text",
    "days_text",
    "iso_date",
    "languages",
    "long_date_text",
    "money_text",
    "month_text",
    "parse_amount",
    "parse_date",
    "parse_price",
    "parse_quantity",
    "parse_rate",
    "price_text",
    "quantity_text",
    "rate_text",
    "short_money",
    "translate",
    "use_language",
]
