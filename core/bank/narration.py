"""What a bank's words say of a payment: the reference that names it, and who paid. Pure.

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

_PARTS = re.compile(r"[-/*|:_]+|\s{2,}")
_WORD = re.compile(r"[A-Z0-9]+")
_BANKS = frozenset(
    _WORD.findall(
        "HDFC ICIC ICICI SBIN SBI UTIB AXIS KKBK KOTAK PUNB PNB BARB BOB CNRB CANARA UBIN UNION IDFB IDFC INDB "
        "INDUSIND YESB YES FDRL FEDERAL IBKL IDBI IDIB BKID BOI CBIN IOBA UCBA MAHB PSIB RATN RBL KVBL "
        "KARB SIBL TMBL CIUB DCBL BDBL BANDHAN AUBL ESFB UJVN HSBC CITI SCBL DBSS DEUT PYTM AIRP JSFB"
    )
)
_RAILS = frozenset(
    _WORD.findall(
        "NEFT RTGS IMPS UPI MMT INF INFT INB BIL ONL TPT FT IFT NACH ACH ECS CMS CLG CHQ CHEQUE CLEARING DEP DEPOSIT "
        "CTS MICR CR DR CREDIT DEBIT BY TO FOR FROM TRF TRANSFER P2A P2M P2P MB IB NET BANKING INWARD OUTWARD "
        "REF NO UTR RRN INST RTN RETURN RET PAYMENT PAID PAY COLLECT BANK LTD LIMITED CASH SELF NULL NA"
    )
)
_LETTERS = re.compile(r"[A-Z]")
_NAME_LETTERS_MIN = 3


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


def payer_in(description: str) -> str:
    """The other side's name in a bank's description of a line, in capitals; blank when there is none.

    >>> payer_in("UPI/P2A/509912345688/RAVI TRADERS/HDFC/RENT")
    'RAVI TRADERS'
    """
    text = description.upper()
    if _RAILS.isdisjoint(_WORD.findall(text)):
        return ""  # a charge, interest: the bank's own
    parts = [part.strip() for part in _PARTS.split(text)]
    if parts[:2] == ["MMT", "IMPS"]:
        return _named(parts[4:] + parts[3:4])  # what it was for stands before who paid
    if parts[0] == "UPI" and len(parts) > 1 and _RRN.fullmatch(parts[1]):
        return ""  # what it was for and an address follow, no name
    return _named(parts)


def _named(parts: list[str]) -> str:
    return next((name for name in map(_name, parts) if name), "")


def _name(part: str) -> str:
    """The name in a part once the words and codes of the bank before it are taken off; blank when it holds none."""
    if "@" in part:
        return ""
    words = part.split()
    while words and _is_code(words[0]):
        words.pop(0)
    while words and _is_reference(words[-1]):
        words.pop()
    if not words or all(word in _BANKS or _is_code(word) for word in words):
        return ""
    name = " ".join(words).strip(" .,")
    return name if len(_LETTERS.findall(name)) >= _NAME_LETTERS_MIN else ""


def _is_code(word: str) -> bool:
    """Whether a word is the bank's own: the name of a rail, or a reference."""
    return word.strip(".,()#") in _RAILS or _is_reference(word)


def _is_reference(word: str) -> bool:
    """Whether a word is an IFSC, a reference, or an account blotted out."""
    bare = word.strip(".,()#")
    if _IFSC.fullmatch(bare) or _UTR.fullmatch(bare):
        return True
    digits = sum(letter.isdigit() for letter in bare)
    return digits * 2 >= len(bare) or set(bare) <= {"X", "*"} or bare.startswith("XX")
