"""Judges a GSTIN: its shape, its State, its check character, and whether it fits who is said to hold it.

The forms are those of the GST developer portal, as kept by india-compliance; the check character is the Luhn
sum to base 36. Only ASCII letters and digits count; look-alikes of other scripts are refused.
"""

import re
from enum import StrEnum

import msgspec

from core.facts import Facts
from core.gst.party_kind import PartyKind
from core.problems import Problem
from core.words import translate as _

LENGTH = 15

_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PAN = re.compile(r"[A-Z]{5}[0-9]{4}[A-Z]")


class GstinType(StrEnum):
    """What sort of registration a number shows by its form."""

    REGULAR = "REGULAR"
    TDS = "TDS"
    TCS = "TCS"
    UIN = "UIN"
    NRTP = "NRTP"
    OIDAR = "OIDAR"
    GOVT_DEPT = "GOVT_DEPT"


_FORMS = (  # the first that fits: a deductor's or collector's number would pass as a regular one
    (GstinType.OIDAR, re.compile(r"99[0-9]{2}[A-Z]{3}[0-9]{5}OS[0-9A-Z]")),
    (GstinType.NRTP, re.compile(r"[0-9]{4}[A-Z]{3}[0-9]{5}NR[0-9A-Z]")),
    (GstinType.UIN, re.compile(r"[0-9]{4}[A-Z]{3}[0-9]{5}[UO]N[0-9A-Z]")),
    (GstinType.GOVT_DEPT, re.compile(r"[0-9]{2}[A-Z]{4}[0-9]{5}[A-Z][0-9]Z[0-9A-Z]")),
    (GstinType.TDS, re.compile(r"[0-9]{2}[A-Z]{4}[A-Z0-9][0-9]{4}[A-Z][1-9A-Z]D[0-9A-Z]")),
    (GstinType.TCS, re.compile(r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]C[0-9A-Z]")),
    (GstinType.REGULAR, re.compile(r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][Z1-9ABD-J][0-9A-Z]")),
)

TRANSPORTER = "transporter"
ISD = "isd"
_TRANSPORTER_STATE = "88"
"""Common enrolment of transporters in several States begins with this instead of a State."""

_REGISTERED = frozenset({GstinType.REGULAR, GstinType.GOVT_DEPT, GstinType.TDS})
_ALLOWED: dict[str, frozenset[GstinType]] = {
    PartyKind.REGISTERED: _REGISTERED,
    PartyKind.COMPOSITION: _REGISTERED,
    PartyKind.SEZ: _REGISTERED,
    PartyKind.DEEMED_EXPORT: _REGISTERED,
    PartyKind.UNREGISTERED: frozenset(),
    PartyKind.OVERSEAS: frozenset({GstinType.NRTP, GstinType.OIDAR}),
    PartyKind.UIN: frozenset({GstinType.UIN}),
    PartyKind.GOVERNMENT: _REGISTERED,
    ISD: frozenset({GstinType.REGULAR}),
    TRANSPORTER: _REGISTERED,
}
_WITHOUT = frozenset({PartyKind.UNREGISTERED, PartyKind.OVERSEAS})
"""Who may have no GSTIN."""


class GstinAnswer(msgspec.Struct, frozen=True):
    """What a GSTIN shows. `valid` speaks of the number alone, `accepted` of its holder too.

    `reason` is the first of LENGTH, FORMAT, STATE_CODE, CHECK_DIGIT, GSTIN_REQUIRED, CATEGORY_CONFLICT;
    `pan` is None where the number holds none; `expected_check` is the last character that the rest asks for.
    """

    valid: bool
    accepted: bool
    type: GstinType | None = None
    state_code: str | None = None
    pan: str | None = None
    normalised: str = ""
    reason: str | None = None
    expected_check: str | None = None


def check(value: str, *, as_kind: str | None = None) -> GstinAnswer:
    """Judges a number by itself and, given a party kind, "isd" or "transporter", as that holder's.

    Blanks around it and small letters are forgiven. A transporter's check character is not tested. An unknown
    holder raises ValueError.
    """
    if as_kind is not None and as_kind not in _ALLOWED:
        raise ValueError(_("“{kind}” is no kind of party").format(kind=as_kind[:30]))
    written = value.strip()
    normalised = written.upper() if written.isascii() else written
    if not normalised and as_kind is not None:
        if as_kind in _WITHOUT:
            return GstinAnswer(valid=False, accepted=True)
        return GstinAnswer(valid=False, accepted=False, reason="GSTIN_REQUIRED")
    answer = _judged(normalised, as_kind == TRANSPORTER)
    if answer.accepted and as_kind is not None and answer.type not in _ALLOWED[as_kind]:
        return msgspec.structs.replace(answer, accepted=False, reason="CATEGORY_CONFLICT")
    return answer


def _judged(normalised: str, is_transporter: bool) -> GstinAnswer:
    if len(normalised) != LENGTH:
        return GstinAnswer(valid=False, accepted=False, normalised=normalised, reason="LENGTH")
    form = next((name for name, shape in _FORMS if shape.fullmatch(normalised)), None)
    if form is None:
        return GstinAnswer(valid=False, accepted=False, normalised=normalised, reason="FORMAT")
    state_code, pan = normalised[:2], normalised[2:12]
    expected = check_digit(normalised[:14])
    reason = None
    if not _may_begin(state_code, is_transporter):
        reason = "STATE_CODE"
    elif expected != normalised[14] and not is_transporter:
        reason = "CHECK_DIGIT"
    return GstinAnswer(
        valid=reason is None,
        accepted=reason is None,
        type=form,
        state_code=state_code,
        pan=pan if _PAN.fullmatch(pan) else None,
        normalised=normalised,
        reason=reason,
        expected_check=expected,
    )


def _may_begin(state_code: str, is_transporter: bool) -> bool:
    state = Facts.in_force().state(state_code)
    return (state is not None and state.in_gstin) or (is_transporter and state_code == _TRANSPORTER_STATE)


def check_digit(first14: str) -> str:
    """Gives the fifteenth character that belongs to the first fourteen (capitals and digits)."""
    total = 0
    for place, character in enumerate(first14):
        product = _CHARACTERS.index(character) * (1 + place % 2)
        total += product // 36 + product % 36
    return _CHARACTERS[-total % 36]


def problems_with_gstin(value: str, field: str, *, as_kind: str | None = None) -> list[Problem]:
    """Gives what is wrong with a GSTIN typed into a field: nothing, or one problem with its remedy."""
    answer = check(value, as_kind=as_kind)
    return [] if answer.accepted else [problem_of(answer, field)]


def problem_of(answer: GstinAnswer, field: str) -> Problem:
    """Says in words why an answer is not accepted."""
    remedy = _("Copy the GSTIN from the party's registration certificate or from an invoice of theirs")
    match answer.reason:
        case "LENGTH":
            message = _("A GSTIN has 15 characters; this has {count}").format(count=len(answer.normalised))
        case "STATE_CODE":
            message = _("No State has the code {code}").format(code=answer.state_code)
        case "CHECK_DIGIT":
            message = _("The last character of {gstin} should be {expected} if the rest is right").format(
                gstin=answer.normalised, expected=answer.expected_check
            )
            remedy = _("Compare each character with the registration certificate; one of them is mistyped")
        case "GSTIN_REQUIRED":
            message = _("A party of this kind has a GSTIN")
            remedy = _("Fill in the GSTIN, or make the party unregistered")
        case "CATEGORY_CONFLICT":
            message = _("A GSTIN of the type {type} does not belong to a party of this kind").format(
                type=answer.type
            )
            remedy = _("Change the kind of the party, or leave the GSTIN out")
        case _:
            message = _("“{gstin}” does not have the form of a GSTIN").format(gstin=answer.normalised)
            remedy = _("Two digits of the State, the PAN of ten, and three characters, in Latin letters")
    return Problem(code=answer.reason or "FORMAT", message=message, field=field, remedy=remedy)
