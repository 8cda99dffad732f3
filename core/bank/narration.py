"""What a bank's words say of a payment: the reference that names it. Pure.

Each bank words it its own way (NEFT CR-…, BY TRANSFER-NEFT*…, MMT/IMPS/…, UPI/…, CLG …) and none publishes how; the
rules go by the form of the parts: a UTR of NEFT has 16 letters and digits, of RTGS 22, an RRN of IMPS or UPI 12
digits, an IFSC 11, a cheque's number six.
"""

import re

_TOKEN = re.compile(r"(?<![A-Z0-9@._])[A-Z0-9]+(?![A-Z0-9@])")
_UTR_SAID = re.compile(
    r"\b(?:UTR|RRN|REF(?:ERENCE)?)\s*(?:NO|NUMBER|ID)?\s*[.:#\-]*\s*([A-Z0-9]*[0-9][A-Z0-9]{5,21})\b"
)
_UTR = re.compile(
    r"[A-Z]{4}[A-Z0-9][0-9]{17}|[A-Z]{4}[A-Z0-9]{2}[0-9]{10}|N[0-9]{15}|[A-Z]{2}[0-9]{14}|CMS[0-9]{7,13}"
)
_IFSC = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}")
_RRN = re.compile(r"[0-9]{12}")
_BY_RRN = re.compile(r"\b(?:UPI|IMPS|MMT|P2A|P2M|P2P|INFT|INB|ONL|TPT)\b")
_CHEQUE = re.compile(
    r"\b(?:CHQ|CHEQUE|CHEQ|CLG|CLEARING|CTS|MICR|INSTRUMENT|INST)\b(?:[^0-9]{0,40}?)\b([0-9]{6,8})\b"
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
