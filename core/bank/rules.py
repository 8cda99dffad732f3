"""Which line of a bank's statement a line is, and what must be true of lines and accounts. Pure."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator

from core.bank.model import BankAccount, Line
from core.ids import Id, id_text, imported_id
from core.problems import Problem
from core.words import translate as _

FIRST_DAY = dt.date(1990, 1, 1)
LAST_DAY = dt.date(2099, 12, 31)
"""A statement's line dated outside these years is a mistake of the file."""
PAISE_MAX = 10**15
TEXT_MAX = 2_000
OPEN, MATCHED, ASIDE = "open", "matched", "aside"
"""How a line stands: open, matched with money of the book, or set aside."""

_NO_LETTER = re.compile(r"[\W_]+")
_IFSC = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}")


def said(description: str, reference: str = "") -> str:
    """What a bank says of a line, as lines are compared: letters and digits alone, capitals; the reference only where
    nothing is described.

    Ids of lines are made of this for ever: it may never be altered, else a statement imported again would double.
    """
    told = description or reference
    plain = told if told.isascii() else unicodedata.normalize("NFKC", told)
    return _NO_LETTER.sub("", plain.upper())


def line_id(account: Id, dated_on: dt.date, paise: int, description: str, reference: str, nth: int) -> Id:
    """The id of a line: the same statement gives the same ids in every form and on every device.

    `nth` counts the lines of a day that are equal in all else, from 1. Lines that differ in nothing cannot be told
    apart and need not be: a bank may give them in any order.
    """
    told = said(description, reference)
    return imported_id("bank line", id_text(account), dated_on.isoformat(), str(paise), told, str(nth))


def id_of_line(line: Line) -> Id:
    """The id that a line's own record gives it; by it two records are the same line."""
    return line_id(line.account, line.dated_on, line.paise, line.description, line.reference, line.nth)


def account_key(number: str) -> str:
    """An account's number as it is compared: letters and digits alone, without noughts before them."""
    return "".join(letter for letter in number.upper() if letter.isalnum()).lstrip("0")


def account_id(number: str) -> Id:
    """The id of an account with a number, so that two devices that begin it apart begin one."""
    return imported_id("bank account", account_key(number))


def problems_with_account(account: BankAccount) -> Iterator[Problem]:
    """Each thing wrong with an account's record."""
    if not account.name.strip():
        yield Problem("REQUIRED", _("The account needs a name."), "name")
    if account.ifsc and _IFSC.fullmatch(account.ifsc) is None:
        message = _("An IFSC has four letters, a nought and six letters or digits.")
        yield Problem("IFSC", message, "ifsc", _("Copy it from a cheque leaf or the statement."))
    if abs(account.opening_paise) > PAISE_MAX:
        yield Problem("RANGE", _("This is no balance."), "opening_paise")


def problems_with_line(line: Line) -> Iterator[Problem]:
    """Each thing wrong with a line's record."""
    if not FIRST_DAY <= line.dated_on <= LAST_DAY:
        yield Problem("RANGE", _("This is no date of a bank statement."), "dated_on")
    if line.paise == 0 or abs(line.paise) > PAISE_MAX:
        yield Problem("RANGE", _("A line of a statement moves money."), "paise")
    if line.nth < 1:
        yield Problem("RANGE", _("Equal lines are counted from 1."), "nth")
    if len(line.description) > TEXT_MAX or len(line.reference) > TEXT_MAX:
        yield Problem("TOO_LARGE", _("This text is too long."), "description")
