"""The invoice portal's answer to an upload: one, a list, or a bulk upload's results, read from its JSON.

Each answer is proved against the paper it speaks of before it is kept: IRN, number, date, value and buyer. Sources:
the portal's response (einv-apisandbox.nic.in); published answers kept by india-compliance (data/test_e_invoice.json).
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from core.einvoice.inv01 import sup_typ
from core.einvoice.irn import irn_of, number_at_irp
from core.einvoice.signed import Keys, SignedText, read_qr, read_signed
from core.errors import RuleBroken
from core.gst.portal import URP, day
from core.invoicing.model import Document
from core.money import rupees
from core.problems import Problem
from core.words import translate as _

DEEP = 6
_IRN = re.compile(r"[0-9a-f]{64}")
_SPACED = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(?:\.[0-9]+)?"
)
_SLASHED = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4}) ([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(?: ([AP])M)?")


class Answer(msgspec.Struct, frozen=True):
    """One registered paper as the portal tells it. `told` are the fields of its QR and of its signed invoice.

    `cancelled_at` is when the portal cancelled the IRN, None while it stands. The e-way bill is "" where none was
    made.
    """

    irn: str
    ack_number: str
    acknowledged_at: dt.datetime
    signed_qr: str
    signed_invoice: str
    cancelled_at: dt.datetime | None = None
    eway_number: str = ""
    eway_made_at: dt.datetime | None = None
    eway_valid_until: dt.datetime | None = None
    qr: SignedText | None = None


def read_answers(text: str, keys: Keys) -> list[Answer]:
    """Every answer that a file of the portal holds, in its order. Raises `RuleBroken` when it holds none or a bad one.

    A refusal (with ErrorDetails and no IRN) is no answer; a file of nothing but refusals is told as that.
    """
    try:
        value = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise RuleBroken([_no_answer()]) from None
    found = [_answer(part, keys, f"[{at}]") for at, part in enumerate(_parts(value, _is_answer))]
    if not found:
        raise RuleBroken(list(_errors_in(value)) or [_no_answer()])
    return found


def read_cancellations(text: str) -> list[tuple[str, dt.datetime]]:
    """Each IRN that a file of the portal says was cancelled, and when: answers of Irn and CancelDate alone."""
    try:
        value = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise RuleBroken([_no_answer()]) from None
    told = [(str(part["Irn"]), _moment(part["CancelDate"])) for part in _parts(value, _is_cancellation)]
    return [(irn, at) for irn, at in told if at is not None and _IRN.fullmatch(irn)]


def key_of(answer: Answer) -> tuple[str, str]:
    """The type and number of the paper that an answer speaks of, as its QR tells them; empty where it does not."""
    told = answer.qr.payload if answer.qr else {}
    return str(told.get("DocTyp", "")), str(told.get("DocNo", ""))


def problems_with_answer(answer: Answer, document: Document) -> list[Problem]:
    """Where an answer and the paper disagree, both sides named."""
    own = irn_of(document.seller.gstin, document.dated_on, document.type, document.number)
    problems = [] if answer.irn in irns_of(document) else [_differs(_("IRN"), own, answer.irn, "irn")]
    if answer.qr is not None:
        problems += _qr_problems(answer.qr, document)
        if str(answer.qr.payload.get("Irn", answer.irn)) != answer.irn:
            problems.append(_differs(_("IRN"), answer.irn, str(answer.qr.payload["Irn"]), "signed_qr"))
    if answer.qr is not None and answer.qr.holds is False:
        message = _("The signature of the QR is not the portal's.")
        problems.append(Problem("SIGNATURE", message, "signed_qr", _("Download the answer again.")))
    return problems


def irns_of(document: Document) -> frozenset[str]:
    """The IRN of a paper; both readings of its number, for the portal began to capitalise on one day whatever the
    paper's date."""
    one, other = document.number, document.number.upper()
    gstin, on, type_ = document.seller.gstin, document.dated_on, document.type
    return frozenset(irn_of(gstin, on, type_, number) for number in (one, other))


def _qr_problems(qr: SignedText, document: Document) -> Iterator[Problem]:
    abroad = (sup_typ(document) or "").startswith("EXP")
    wanted = {
        "SellerGstin": document.seller.gstin,
        "BuyerGstin": URP if abroad else document.buyer.gstin,
        "DocTyp": document.type,
        "DocNo": number_at_irp(document.number, document.dated_on),
        "DocDt": day(document.dated_on),
    }
    names = {
        "SellerGstin": _("the seller's GSTIN"), "BuyerGstin": _("the buyer's GSTIN"), "DocTyp": _("type"),
        "DocNo": _("number"), "DocDt": _("date"),
    }  # fmt: skip
    for key, ours in wanted.items():
        theirs = str(qr.payload.get(key, ours))
        if theirs.casefold() != ours.casefold():
            yield _differs(names[key], ours, theirs, f"signed_qr.{key}")
    value = qr.payload.get("TotInvVal")
    ours = rupees(document.totals.invoice_value_paise)
    if value is not None and not _same_value(value, ours):
        yield _differs(_("value"), ours, str(value), "signed_qr.TotInvVal")


def _same_value(theirs: Any, ours: str) -> bool:
    try:
        return Decimal(str(theirs)) == Decimal(ours)
    except InvalidOperation:
        return False


def _differs(what: str, ours: str, theirs: str, field: str) -> Problem:
    message = _("The paper's {what} is {ours}, the portal's answer says {theirs}.")
    remedy = _("Take in the answer to this very paper; nothing was kept.")
    return Problem("DIFFERS", message.format(what=what, ours=ours, theirs=theirs[:80]), field, remedy)


def _is_answer(part: Mapping[str, Any]) -> bool:
    return "Irn" in part and ("AckNo" in part or "SignedQRCode" in part)


def _is_cancellation(part: Mapping[str, Any]) -> bool:
    return "Irn" in part and "CancelDate" in part and not _is_answer(part)


def _parts(
    value: Any, wanted: Callable[[Mapping[str, Any]], bool], depth: int = 0
) -> Iterator[Mapping[str, Any]]:
    """Every object that is wanted, wherever the portal or its helper wrapped it, even as JSON in a text."""
    if depth > DEEP:
        return
    if isinstance(value, Mapping):
        if wanted(value):
            yield value
            return
        for part in value.values():
            yield from _parts(part, wanted, depth + 1)
    elif isinstance(value, list):
        for part in value:
            yield from _parts(part, wanted, depth + 1)
    elif isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            inner = json.loads(value, parse_float=Decimal)
        except (ValueError, RecursionError):
            return
        yield from _parts(inner, wanted, depth + 1)


def _errors_in(value: Any) -> Iterator[Problem]:
    """The portal's own refusals: ErrorCode and ErrorMessage."""
    for part in _parts(value, lambda part: "ErrorMessage" in part):
        message = _("The portal refused the paper: {reason} ({code}).")
        reason, code = str(part["ErrorMessage"])[:300], str(part.get("ErrorCode") or "")[:20]
        yield Problem("REFUSED_BY_PORTAL", message.format(reason=reason, code=code))


def _answer(part: Mapping[str, Any], keys: Keys, place: str) -> Answer:
    irn = str(part.get("Irn") or "").strip().lower()
    at = _moment(part.get("AckDt"))
    if not _IRN.fullmatch(irn) or at is None:
        message = _("The answer lacks its IRN of 64 digits or the time of its acknowledgement.")
        raise RuleBroken([Problem("ANSWER", message, place)])
    signed_qr, signed_invoice = _text(part, "SignedQRCode"), _text(part, "SignedInvoice")
    cancelled_at = _cancelled_at(part, place)
    if not signed_qr and cancelled_at is None:  # kept without it, the paper could never be given its QR
        message = _("The answer lacks the signed QR, which the paper must bear (CGST Rules, 46(r)).")
        remedy = _("Download the details of the IRN from the portal and take them in.")
        raise RuleBroken([Problem("ANSWER", message, place, remedy)])
    qr = read_qr(signed_qr, keys) if signed_qr else None
    if signed_invoice:
        read_signed(signed_invoice, {})
    return Answer(
        irn,
        str(part.get("AckNo") or "")[:40],
        at,
        signed_qr,
        signed_invoice,
        cancelled_at=cancelled_at,
        eway_number=str(part.get("EwbNo") or "")[:20],
        eway_made_at=_moment(part.get("EwbDt")),
        eway_valid_until=_moment(part.get("EwbValidTill")),
        qr=qr,
    )


def _cancelled_at(part: Mapping[str, Any], place: str) -> dt.datetime | None:
    at = _moment(part.get("CancelDate"))
    if at is None and str(part.get("Status") or "").upper().startswith(("CNL", "CAN")):
        message = _("The portal says that the IRN is cancelled, but not when.")
        raise RuleBroken([Problem("ANSWER", message, place, _("Download the answer to the cancellation."))])
    return at


def _text(part: Mapping[str, Any], key: str) -> str:
    value = part.get(key)
    return value.strip() if isinstance(value, str) else ""


def _moment(text: Any) -> dt.datetime | None:
    """A time as the portals write it, in Indian time: 2022-09-16 19:29:00, or 05/10/2022 12:39:00 PM."""
    said = text.strip() if isinstance(text, str) else ""
    try:
        if found := _SPACED.fullmatch(said):
            year, month, date, hour, minute, second = (int(part or 0) for part in found.groups())
            return dt.datetime(year, month, date, hour, minute, second)  # noqa: DTZ001  kept as Indian time
        if found := _SLASHED.fullmatch(said):
            date, month, year, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
            if found.group(7):
                hour = hour % 12 + (12 if found.group(7) == "P" else 0)
            return dt.datetime(year, month, date, hour, minute, second)  # noqa: DTZ001  kept as Indian time
    except ValueError:
        return None
    return None


def _no_answer() -> Problem:
    message = _("This file holds no answer of the invoice portal.")
    remedy = _("Download the JSON with Irn, AckNo and SignedQRCode from the portal.")
    return Problem("NO_ANSWER", message, "", remedy)
