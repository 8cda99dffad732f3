"""Statements in the form MT940 of SWIFT, as Indian banks give them to companies."""

import datetime as dt
import logging
import re
from typing import Any

from core.bank.narration import reference_in
from core.bank.reading.statement import StatedLine, Statement, by_day, proved, refuse_foreign
from core.bank.rules import FIRST_DAY, LAST_DAY
from core.problems import Problem
from core.sheets.reading import ROWS_MAX, refused
from core.words import translate as _

_BEGINS = re.compile(r"^\s*(?:\{1:|:20:)", re.MULTILINE)
_LINE = re.compile(r"^:61:", re.MULTILINE)
_AMOUNT = re.compile(r":61:[0-9]{6}(?:[0-9]{4})?R?[CD][A-Z]?([0-9]+,[0-9]{0,2})(?![0-9.,])")
"""SWIFT's form of an amount: a comma, and no more than paise behind it."""
_NO_REFERENCE = frozenset({"", "NONREF", "NOREF", "NOTPROVIDED"})
_FULL_LINE = 60
"""A line of narration so long was cut within a word; a shorter one ended where a word did."""


def is_mt940(text: str) -> bool:
    """Whether a text is a statement in MT940."""
    return _BEGINS.match(text) is not None and _LINE.search(text) is not None


def read_mt940(text: str, name: str) -> Statement:
    """The statement in a text; several statements of one account follow each other. Raises `RuleBroken`."""
    # Only these files want the library.
    import mt940

    places = [text.count("\n", 0, found.start()) + 1 for found in _LINE.finditer(text)]
    if len(places) > ROWS_MAX:
        raise refused("TOO_LARGE", _("The statement has too many lines."), name)
    _hush()
    try:
        parts = list(mt940.parse_statements(text))
    except Exception as error:  # the library raises whatever a broken text makes it stumble over
        message = _("The MT940 cannot be read: {what}.").format(what=type(error).__name__)
        raise refused("MALFORMED", message, name) from error
    _refuse_unread(text, places, name)
    for part in parts:
        _refuse_open(part, name)
    accounts = {str(part.data.get("account_identification") or "") for part in parts}
    if len(accounts) > 1:
        remedy = _("Import the statement of each account by itself.")
        raise refused("ACCOUNTS", _("The file holds more than one account."), name, remedy=remedy)
    found = [entry for part in parts for entry in part]
    if len(found) != len(places):
        raise refused("MALFORMED", _("Some lines of the MT940 cannot be read."), name)
    lines = [_line(entry.data, at, name) for entry, at in zip(found, places, strict=True)]
    opening, closing = _balance(parts[0], "opening"), _balance(parts[-1], "closing")
    problems: list[Problem] = proved(name, lines, opening, closing)
    account = accounts.pop().rpartition("/")[2]
    return Statement(name, by_day(lines), tuple(problems), account, "", opening, closing)


def _refuse_unread(text: str, places: list[int], name: str) -> None:
    """Refuse an amount that is not wholly read: the library leaves out what it does not know."""
    rows = text.split("\n")
    for at in places:
        if _AMOUNT.match(rows[at - 1].strip()) is None:
            message = _("This is no amount of MT940: {text}.").format(text=rows[at - 1].strip()[:80])
            raise refused("FIGURE", message, name, at)


def _refuse_open(part: Any, name: str) -> None:
    """Refuse what was cut off, at the beginning or the end, and what is not in rupees."""
    for which in ("opening", "closing"):
        told = [part.data.get(f"{form}_{which}_balance") for form in ("final", "intermediate")]
        stated = [balance for balance in told if balance is not None]
        if not stated:
            message = _("A statement of the MT940 has no opening or no closing balance: it was cut off.")
            raise refused("MALFORMED", message, name, remedy=_("Download the statement again."))
        for balance in stated:
            refuse_foreign(str(balance.amount.currency or ""), name)


def _line(told: dict[str, Any], at: int, name: str) -> StatedLine:
    paise = int(abs(told["amount"].amount) * 100)
    if told["status"] in ("D", "RC"):
        paise = -paise
    value_on = _day(told["date"], at, name)
    description = _joined(told.get("transaction_details") or told.get("extra_details") or "")
    references = [str(told.get(key) or "").strip() for key in ("customer_reference", "bank_reference")]
    stated = next((text for text in references if text.upper() not in _NO_REFERENCE), "")
    dated_on = _day(told.get("entry_date") or told["date"], at, name)
    if paise == 0:
        raise refused("FIGURE", _("A line of a statement moves money."), name, at)
    return StatedLine(
        dated_on,
        paise,
        description,
        reference_in(description) or reference_in(stated) or stated,
        value_on,
        None,
        at,
    )


def _joined(details: str) -> str:
    text = ""
    for piece in details.splitlines():
        text += piece if len(piece) >= _FULL_LINE else piece + " "
    return " ".join(text.split())


def _day(told: dt.date, at: int, name: str) -> dt.date:
    on = dt.date(told.year, told.month, told.day)
    if not FIRST_DAY <= on <= LAST_DAY:
        raise refused("DATE", _("This is no date of a bank statement."), name, at)
    return on


def _balance(part: Any, which: str) -> int | None:
    for form in ("final", "intermediate"):
        stated = part.data.get(f"{form}_{which}_balance")
        if stated is not None:
            return int(stated.amount.amount * 100)
    return None


def _hush() -> None:
    """What the library logs of a line it cannot read are the names and amounts in it."""
    logger = logging.getLogger("mt940")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
