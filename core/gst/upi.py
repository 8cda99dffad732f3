"""The UPI link of an amount due, which a paper carries as a QR and a letter as a line.

Source: NPCI, UPI Linking Specification 1.6: pa, pn, tr (at most 35), tn, am with two decimals, cu=INR.
"""

import re
from urllib.parse import quote, unquote

from core.money import MoneyError, paise, rupees
from core.words import translate as _

MAX_REFERENCE = 35
MAX_NOTE = 50
"""What common payment apps show of a note; the rest is cut off."""

_ADDRESS = re.compile(r"[A-Za-z0-9._-]{2,256}@[A-Za-z][A-Za-z0-9.-]{1,63}")


class UpiError(ValueError):
    """Says in one sentence why no payment link can be made."""


def is_upi_id(text: str) -> bool:
    """Says whether a text has the form of a UPI address: name@handle."""
    return _ADDRESS.fullmatch(text) is not None


def upi_link(*, pa: str, pn: str, am_paise: int, tr: str, tn: str) -> str:
    """Gives the link that opens a payment app with payee, amount, reference and note filled in.

    Values are percent-encoded (a blank as %20, the @ of the address as it is). Raises UpiError for an address
    that is none, an amount not above zero or a reference beyond 35 characters; a long note is cut.
    """
    if not is_upi_id(pa):
        raise UpiError(_("“{address}” is not a UPI address").format(address=pa[:60]))
    if am_paise <= 0:
        raise UpiError(_("A payment link needs an amount above zero"))
    if len(tr) > MAX_REFERENCE:
        raise UpiError(_("The reference of a payment link has at most 35 characters"))
    values = {"pa": pa, "pn": pn, "tr": tr, "tn": tn[:MAX_NOTE], "am": rupees(am_paise), "cu": "INR"}
    return "upi://pay?" + "&".join(
        f"{key}={quote(value, safe='@')}" for key, value in values.items() if value
    )


def upi_params(link: str) -> dict[str, str]:
    """Gives what a payment link asks for, by key, `am` with two decimals.

    Raises UpiError for what is no such link: another scheme, a key given twice, an address that is none, an amount
    not above zero, another currency or too long a reference. An amount may be missing: the payer then types it.
    """
    head, mark, query = link.strip().partition("?")
    if not mark or head.lower() not in ("upi://pay", "upi:/pay"):
        raise UpiError(_("A payment link begins with upi://pay?"))
    found: dict[str, str] = {}
    for part in query.split("&"):
        key, _sign, value = part.partition("=")
        if key in found:
            raise UpiError(_("The link says {key} twice").format(key=key[:20]))
        if key:
            found[key] = unquote(value)
    if not is_upi_id(found.get("pa", "")):
        raise UpiError(_("“{address}” is not a UPI address").format(address=found.get("pa", "")[:60]))
    if found.get("cu", "INR") != "INR":
        raise UpiError(_("A payment link is in rupees: cu=INR"))
    if len(found.get("tr", "")) > MAX_REFERENCE:
        raise UpiError(_("The reference of a payment link has at most 35 characters"))
    if "am" in found:
        found["am"] = _amount(found["am"])
    return found


def _amount(text: str) -> str:
    try:
        amount_paise = paise(text)
    except MoneyError as error:
        raise UpiError(str(error)) from None
    if amount_paise <= 0:
        raise UpiError(_("A payment link needs an amount above zero"))
    return rupees(amount_paise)
