"""Judges the number of a document: by Rule 46 and GSTR-1, and by the stricter invoice portal (IRP).

Sources: CGST Rules 46(b), 49, 53(1)(d); the portal's page on the IRN and the INV-01 schema; GSTN advisory of
4 Apr 2025 (the IRP turns small letters into capitals from 1 Jun 2025).
"""

import re
from datetime import date

import msgspec

from core.problems import Problem
from core.words import translate as _

MAX_LENGTH = 16
IRP_UPPER_CASES_FROM = date(2025, 6, 1)

_RULE_46 = re.compile(r"[A-Za-z0-9/-]{1,16}")
_IRP = re.compile(r"[A-Z1-9][A-Z0-9/-]{0,15}")
_FIELD = "number"


class NumberAnswer(msgspec.Struct, frozen=True):
    """Whether a number stands by law and at the IRP, and what is wrong with it by law."""

    valid_rule46_gstr1: bool
    valid_for_irp: bool
    problems: tuple[Problem, ...] = ()


def check_number(value: str, *, on: date) -> NumberAnswer:
    """Judges a number on a paper of that date; nothing is trimmed or turned into capitals first."""
    problems = tuple(_problems(value))
    at_irp = value.upper() if on >= IRP_UPPER_CASES_FROM and value.isascii() else value
    return NumberAnswer(
        valid_rule46_gstr1=not problems,
        valid_for_irp=not problems and _IRP.fullmatch(at_irp) is not None,
        problems=problems,
    )


def problems_with_number(value: str, *, on: date, at_irp: bool) -> list[Problem]:
    """What keeps a number from standing on a paper of that date; `at_irp`: the invoice portal is told of it."""
    answer = check_number(value, on=on)
    if answer.problems or answer.valid_for_irp or not at_irp:
        return list(answer.problems)
    message = _("The invoice portal takes no number like “{number}”").format(number=value)
    remedy = _(
        "Start a series whose numbers begin with a capital letter or with 1 to 9, and have only capitals"
    )
    return [Problem("NUMBER_IRP", message, _FIELD, remedy)]


def _problems(value: str) -> list[Problem]:
    if len(value) > MAX_LENGTH:
        message = _("“{number}” has {count} characters; 16 are allowed").format(
            number=value[:40], count=len(value)
        )
        return [Problem("NUMBER_LENGTH", message, _FIELD, _("Shorten the prefix of the series"))]
    if not _RULE_46.fullmatch(value):
        message = _("“{number}” may hold only letters, digits, - and /").format(number=value)
        return [Problem("NUMBER_CHARACTERS", message, _FIELD, _("Take out blanks and other signs"))]
    if not value.strip("0"):
        message = _("“{number}” is no number of a document").format(number=value)
        return [Problem("NUMBER_ZERO", message, _FIELD, _("Number papers from 1"))]
    return []
