"""The recovery code: 130 random bits that a person can write down, read out and type back.

Six groups of five characters without I, L, O and U; the last four are a check on the others.
"""

import hashlib
import os

from core.errors import WrongKey
from core.ids import RandomBytes
from core.words import translate as _

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CODE_CHARACTERS = 26
_CHECK_CHARACTERS = 4
_GROUP = 5


def new_code(random_bytes: RandomBytes = os.urandom) -> str:
    """A fresh code in its groups, for example `7K2QD-M0R4T-…`."""
    number = int.from_bytes(random_bytes(17), "big")
    code = "".join(_ALPHABET[number >> 5 * place & 31] for place in range(_CODE_CHARACTERS))
    whole = code + _check_of(code)
    return "-".join(whole[start : start + _GROUP] for start in range(0, len(whole), _GROUP))


def read_code(typed: str) -> str:
    """The code as typed, brought to its one form; WrongKey says when it is mistyped.

    Case, spaces and dashes do not matter; O is read as 0, I and L as 1.
    """
    whole = "".join(letter for letter in typed.upper() if not letter.isspace() and letter not in "-–—.,")
    whole = whole.translate(_READ_AS)
    expected = _CODE_CHARACTERS + _CHECK_CHARACTERS
    if len(whole) != expected:
        message = _("A recovery code has {expected} characters; {found} were typed.")
        raise _mistyped(message.format(expected=expected, found=len(whole)))
    strange = sorted({letter for letter in whole if letter not in _ALPHABET})
    if strange:
        raise _mistyped(_("A recovery code never contains {letters}.").format(letters=" ".join(strange)))
    code, check = whole[:_CODE_CHARACTERS], whole[_CODE_CHARACTERS:]
    if _check_of(code) != check:
        raise _mistyped(_("The recovery code is mistyped: its check characters do not fit."))
    return code


def _check_of(code: str) -> str:
    """Four characters that change with any slip of the pen."""
    number = int.from_bytes(hashlib.sha256(b"bahi recovery code " + code.encode()).digest()[:3], "big")
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in range(_CHECK_CHARACTERS))


def _mistyped(message: str) -> WrongKey:
    return WrongKey(message, remedy=_("Compare it with the paper it was written on, group by group."))
