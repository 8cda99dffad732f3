"""How numbers are made, which series a device issues from, and when the date must be confirmed first. Pure.

Rule 46(b): consecutive within a financial year, at most 16 characters of letters, digits, - and /.
"""

import datetime as dt
from collections.abc import Iterator

from core.changes.change import Actor
from core.changes.stamp import instant_of
from core.changes.standing import Standing
from core.clock import india_date
from core.errors import RuleBroken
from core.fiscal import year_label
from core.gst.number import MAX_LENGTH
from core.ids import RandomBytes
from core.problems import Problem
from core.words import translate as _

IMPORTED = "imported"
"""The series of papers issued elsewhere; no device issues from it."""

LETTERS = {
    "INV": "", "CRN": "C", "DBN": "D", "RECEIPT": "R", "REMINDER": "N", "VOUCHER": "V", "REFUND": "F", "CHL": "H",
    "QTN": "Q", "PRF": "P", "REVISED": "S", "REVERSAL": "X", "PAYBACK": "Y",
}  # fmt: skip
"""What a series adds to its device's code, by kind of paper."""

PLACES = {
    "RECEIPT": "RCT", "REMINDER": "RMD", "VOUCHER": "RCV", "REFUND": "RFV", "REVISED": "INV", "REVERSAL": "RVS",
    "PAYBACK": "PBK",
}  # fmt: skip
"""What the place of a paper's number calls it, where that is not the name of the kind itself."""

DEVICE_LETTERS = "".join(sorted(set("ABCDEFGHJKLMNPQRSTUVWXYZ") - set(LETTERS.values())))
"""What a device's code may begin with: no letter that ends a series, so that no code and letter together make another
device's code; and neither I nor O, which are read as digits."""

COPY_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
COPY_ENDINGS = COPY_LETTERS + "23456789"
"""What the series of a copy add to the device's code: a letter, so that no other device's code is meant, and a letter
or digit. Neither I, O, 0 nor 1, which are read for each other."""

QUIET_DAYS_MAX = 45
"""Longer than this without a paper, and the clock is doubted before the next one."""


def series_of(code: str) -> tuple[str, ...]:
    """The series a device of this code issues from: invoices by the code alone, the rest by code and letter."""
    return tuple(code + letter for letter in LETTERS.values())


def code_of_copy(code: str, random: RandomBytes) -> str:
    """What the series of a copied book begin with: its device's code and two random characters."""
    first, second = random(2)
    return code + COPY_LETTERS[first % len(COPY_LETTERS)] + COPY_ENDINGS[second % len(COPY_ENDINGS)]


def is_copy_series(series: str, code: str) -> bool:
    """Whether a series is one that a copy of the book of the device of this code may begin."""
    own, letters = series[: len(code)], series[len(code) :]
    return (
        own == code
        and len(letters) >= len("XY")
        and letters[0] in COPY_LETTERS
        and letters[1] in COPY_ENDINGS
        and letters[2:] in LETTERS.values()
    )


def series_for(code: str, kind_of_paper: str) -> str:
    """The series of one kind of paper. KeyError for a kind that is not numbered."""
    return code + LETTERS[kind_of_paper]


def number_text(series: str, year_start: int, n: int) -> str:
    """The n-th number of a series in a financial year: "A/26-27/0001".

    Raises `RuleBroken` with NUMBER_LENGTH when it would have more than 16 characters.
    """
    number = f"{series}/{year_label(year_start)}/{n:04d}"
    if len(number) > MAX_LENGTH:
        message = _("The series {series} has no more numbers of 16 characters.").format(series=series)
        raise RuleBroken(
            [Problem("NUMBER_LENGTH", message, "number", _("Start a series with a shorter code."))]
        )
    return number


def number_place(type_: str, year_start: int, number: str) -> str:
    """The place that a paper's number holds for ever: one a type and financial year, ignoring case."""
    return f"number/{type_}/{year_start}/{number.casefold()}"


def problems_with_series(
    series: str, number: str, origin: str, standing: Standing, actor: Actor
) -> Iterator[Problem]:
    """Whether a paper's number is of its series, and its author's device issues from that one alone."""
    if origin == IMPORTED:
        if series != IMPORTED:
            yield Problem("SERIES", _("An imported paper is in the series “imported”."), "series")
    elif not standing.owns_series(actor.device, series):
        yield Problem("SERIES", _("This device does not issue from this series."), "series")
    elif not number.startswith(series + "/"):
        yield Problem("SERIES", _("The number is not of its series."), "number")


def date_problem(today: dt.date, *, newest_paper: dt.date | None, newest_stamp: int | None) -> Problem | None:
    """Whether the date must be confirmed before a paper is issued: the clock may be wrong.

    It is asked when today lies before the newest paper issued in Bahi or the newest confirmed stamp, or more than
    45 days after the later of them. A book with neither asks nothing. `newest_paper` is the later of its date and
    the day it was issued on: bills dated long ago may be written one after the other.
    """
    known = [newest_paper] if newest_paper is not None else []
    known += [india_date(instant_of(newest_stamp))] if newest_stamp else []
    if not known or max(known) <= today <= max(known) + dt.timedelta(days=QUIET_DAYS_MAX):
        return None
    message = (
        _("Today would be {today}, but the book has been used on {newest}.")
        if today < max(known)
        else _("Today would be {today}; the book was last used on {newest}.")
    )
    return Problem(
        "DATE_CHECK",
        message.format(today=f"{today:%d-%m-%Y}", newest=f"{max(known):%d-%m-%Y}"),
        "dated_on",
        _("Confirm that today's date is right, or set the clock of this machine."),
    )
