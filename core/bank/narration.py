"""What a bank's words say of a payment: the reference that names it, how it came, whether it came back. Pure.

Each bank words it its own way (NEFT CR-…, BY TRANSFER-NEFT*…, MMT/IMPS/…, UPI/…, CLG …) and none publishes how; the
rules go by the form of the parts: a UTR of NEFT has 16 letters and digits, of RTGS 22, an RRN of IMPS or UPI 12
digits, an IFSC 11, a cheque's number six.
"""

import re
from functools import lru_cache

from core.bank.names import words_of

_TOKEN = re.compile(r"(?<![A-Z0-9@._])[A-Z0-9]+(?![A-Z0-9@])")
_UTR_SAID = re.compile(
    r"\b(?:UTR|RRN|REF(?:ERENCE)?)\s*(?:NO|NUMBER|ID)?\s*[.:#\-]*\s*([A-Z0-9]*[0-9][A-Z0-9]{5,21})\b"
)
_UTR = re.compile(
    r"[A-Z]{4}[A-Z0-9][0-9]{17}|[A-Z]{4}[A-Z0-9]{2}[0-9]{10}|N[0-9]{15}|[A-Z]{2}[0-9]{14}|CMS[0-9]{7,13}"
)
_LIKE_UTR = re.compile(r"[A-Z]{2,6}[A-Z0-9]?[0-9]{9,17}")
_IFSC = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}")
_RRN = re.compile(r"[0-9]{12}")
_BY_RRN = re.compile(r"\b(?:UPI|IMPS|MMT|P2A|P2M|P2P|INFT|INB|ONL|TPT)\b")
_CHEQUE = re.compile(
    r"\b(?:CHQ|CHEQUE|CHEQ|CLG|CLEARING|CTS|MICR|INSTRUMENT|INST)\b(?:[^0-9]{0,40}?)\b([0-9]{6,8})\b"
)
_MODES = (
    ("upi", frozenset({"upi"})),
    ("imps", frozenset({"imps"})),
    ("rtgs", frozenset({"rtgs"})),
    ("neft", frozenset({"neft"})),
    ("cheque", frozenset({"clg", "clearing", "chq", "chqs", "cheque", "cheques", "cts", "clr", "micr", "inst", "insts",
                          "instrument", "instruments"})),
    ("card", frozenset({"pos", "card", "edc"})),
)  # fmt: skip
_RETURNED = re.compile(
    r"\b(rtn|rtnd|retn|ret|return(?:ed)?|bounced?|unpaid|dishono\w+|insuff\w*|reject\w*|rev|reversal|reversed|refund\w*)\b",
    re.IGNORECASE,
)
_INWARD = re.compile(r"\b(?:INFT|ONL|NEFT|RTGS|NACH|ACH)[/-]([A-Z]*[0-9]{6,16})\b")


def reference_in(description: str) -> str:
    """The UTR, RRN or cheque number in a bank's description of a line; blank when there is none.

    >>> reference_in("NEFT CR-SBIN0001234-LOTUS FOODS-INV 42-SBIN426309112233")
    'SBIN426309112233'
    """
    text = description.upper()
    tokens: list[str] = _TOKEN.findall(text)
    for token in tokens:
        if _UTR.fullmatch(token):
            return token
    if said := _UTR_SAID.search(text):
        return said[1]
    if _BY_RRN.search(text):
        for token in tokens:
            if _RRN.fullmatch(token):
                return token
    if cheque := _CHEQUE.search(text):
        return cheque[1]
    inward = _INWARD.search(text)
    return inward[1] if inward else ""


@lru_cache(maxsize=20_000)
def mode_in(text: str) -> str:
    """How money moved, as a line's words tell it: upi, imps, rtgs, neft, cheque, card or other."""
    words = set(words_of(text))
    if "@" in text:
        return "upi"
    return next((mode for mode, told in _MODES if not told.isdisjoint(words)), "other")


@lru_cache(maxsize=20_000)
def tells_of_return(text: str) -> bool:
    """Whether a line's words tell of money or a cheque that came back."""
    return _RETURNED.search(text) is not None


def has_form_of_utr(reference: str) -> bool:
    """Whether a reference is by its form a UTR, which is given to one payment alone.

    A bank's column of references may as well hold the number of an account, which stands on many lines.
    """
    return _UTR.fullmatch(reference.strip().upper()) is not None


def is_rrn(reference: str, description: str) -> bool:
    """Whether a reference is the RRN of a payment by UPI or IMPS; twelve digits may be an account's number else."""
    return _RRN.fullmatch(reference.strip()) is not None and _BY_RRN.search(description.upper()) is not None


def is_like_utr(reference: str) -> bool:
    """Whether a reference has letters and so many digits that it is a payment's or a code for one payer."""
    return _LIKE_UTR.fullmatch(reference.strip().upper()) is not None
