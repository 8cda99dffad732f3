"""Countries and currencies as ISO lists them, out of Babel's tables: reference data that is nobody's law.

Sources: ISO 3166-1 and ISO 4217 as the Unicode CLDR keeps them.
"""

import datetime as dt
from functools import cache

_NOT_ISO = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ")
)
"""Two letters that CLDR names but ISO 3166-1 gave to no country."""

_FIRST_DAY = dt.date(2017, 7, 1)
"""No paper is older than the tax: a currency that ended before is of no use."""


@cache
def countries() -> dict[str, str]:
    """Gives every country's English name by its two letters."""
    from babel import Locale  # five milliseconds that a start need not pay

    names = Locale("en").territories
    return {
        code: names[code]
        for code in sorted(names)
        if len(code) == 2 and code.isalpha() and code not in _NOT_ISO
    }


@cache
def currencies() -> dict[str, str]:
    """Gives the English name, by its three letters, of every currency that a country lists as tender."""
    from babel import Locale

    names = Locale("en").currencies
    in_use = _in_use()
    return {code: names[code] for code in sorted(names) if code in in_use}


def _in_use() -> frozenset[str]:
    from babel.core import get_global

    return frozenset(
        code
        for country, periods in get_global("territory_currencies").items()
        if country not in _NOT_ISO
        for code, _since, until, is_tender in periods
        if is_tender and (until is None or dt.date(*until) >= _FIRST_DAY)
    )
