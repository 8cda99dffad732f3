"""Translation: which language the house speaks now, and every sentence in it.

English stands in the code; other languages are gettext catalogues in resources/words, compiled on first use.
"""

import gettext
from collections.abc import Callable
from functools import cache
from io import BytesIO

from core.words.errors import WordsError

ENGLISH = "en"

Say = Callable[[str], str]
"""Says an English sentence in some language: that of the moment (`translate`), or a paper's own."""

_NAMES = {ENGLISH: "English", "hi": "हिन्दी"}


@cache
def catalogue(code: str) -> gettext.NullTranslations:
    """Gives the catalogue of a language; an unknown one raises WordsError."""
    if code not in _NAMES:
        raise WordsError(translate("There is no translation into “{code}”").format(code=code[:20]))
    if code == ENGLISH:
        return gettext.NullTranslations()
    # Only another language wants these; English starts without them.
    from importlib.resources import files

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (files("resources") / "words" / code / "LC_MESSAGES" / "bahi.po").open("rb") as written:
        read = read_po(written, locale=code)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class _Spoken:
    """The one language of this process."""

    code = ENGLISH
    catalogue = gettext.NullTranslations()


def translate(text: str) -> str:
    """Gives the sentence in the current language, or as it stands when that has none."""
    return _Spoken.catalogue.gettext(text) if text else ""  # gettext answers "" with the header of its file


def use_language(code: str) -> None:
    """Speaks this language from now on: "en" or "hi"; an unknown one raises WordsError."""
    _Spoken.catalogue = catalogue(code)
    _Spoken.code = code


def current_language() -> str:
    """Gives the code of the language spoken now."""
    return _Spoken.code


def languages() -> dict[str, str]:
    """Gives every language the house speaks, by code, each named in itself."""
    return dict(_NAMES)
