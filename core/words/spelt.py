"""Amounts in words, as an invoice ends: lakh and crore, rupees and paise, "Only".

The number words come from indic-numtowords; the sentence around them from the catalogue.
"""

from core.words.language import ENGLISH, catalogue, current_language

_CRORE = 1_00_00_000


def amount_in_words(amount_paise: int, language: str | None = None) -> str:
    """Spells paise out in a language (the current one unless told).

    "Rupees Twelve Lakh Thirty Four Thousand Five Hundred Sixty Seven and Paise Fifty Only"; paise are named
    only when there are any, and an amount below zero starts with "Minus".
    """
    code = language or current_language()
    _ = catalogue(code).gettext
    rupees, paise = divmod(abs(amount_paise), 100)
    if paise and rupees:
        spelt = _("Rupees {rupees} and Paise {paise} Only")
    elif paise:
        spelt = _("Paise {paise} Only")
    else:
        spelt = _("Rupees {rupees} Only")
    if amount_paise < 0:
        spelt = _("Minus {amount}").format(amount=spelt)
    return spelt.format(rupees=number_in_words(rupees, code), paise=number_in_words(paise, code))


def number_in_words(number: int, language: str) -> str:
    """Spells a whole number of zero or more, English with capitals and without "and"."""
    # Loading the words of a dozen languages takes longer than the start of the window allows.
    from indic_numtowords import num2words

    if number < _CRORE:
        spelt: str = num2words(number, lang=language)
    else:  # the library knows no number beyond nine digits; crores are counted in crores
        crores, rest = divmod(number, _CRORE)
        crore = num2words(_CRORE, lang=language).split(" ", 1)[1]
        spelt = f"{number_in_words(crores, language)} {crore}"
        if rest:
            spelt += f" {number_in_words(rest, language)}"
    if language != ENGLISH:
        return spelt
    return " ".join(word.capitalize() for word in spelt.split() if word.lower() != "and")
