"""Statements in OFX: version 1 (SGML, tags of values left open) and version 2 (XML).

A small reader of our own: of the libraries there are, the kept one is under the GPL and the free one is no longer
kept. Only what a statement of a bank account needs is read.
"""

import datetime as dt
import html
import re
from collections.abc import Iterator, Sequence

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from core.bank.narration import reference_in
from core.bank.reading.figures import figure
from core.bank.reading.statement import (
    GAPS_TOLD_MAX,
    StatedLine,
    Statement,
    by_day,
    oldest_first,
    refuse_foreign,
)
from core.bank.rules import FIRST_DAY, LAST_DAY
from core.errors import RuleBroken
from core.problems import Problem
from core.sheets.reading import ROWS_MAX, refused
from core.words import translate as _

_TAG = re.compile(r"<(/?)([A-Za-z0-9._]{1,40})>([^<]*)")
_XML = re.compile(r"<\?xml|<\?OFX", re.IGNORECASE)
_MOMENT = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})(?:[0-9]{2})?(?:\.[0-9]+)?)?"
    r"(?:\[([+-]?[0-9]{1,2}(?:\.[0-9]{1,2})?)(?::[A-Z]+)?\])?"
)
_INDIA = dt.timedelta(hours=5, minutes=30)
_LINE, _BALANCE = "STMTTRN", "LEDGERBAL"

Tag = tuple[str, str, int]
"""A tag (an ending one begins with /), its value, and the line it stands on (0 where XML does not tell)."""


def is_ofx(text: str) -> bool:
    """Whether a text is OFX of either version."""
    head = text[:4000].upper()
    return "OFXHEADER" in head or "<OFX>" in head


def read_ofx(text: str, name: str) -> Statement:
    """The statement in a text. Raises `RuleBroken` naming the line of what cannot be read, CURRENCY for one that is
    not in rupees, MALFORMED for one that was cut off."""
    tags = list(_of_xml(text, name) if _XML.match(text.lstrip()) else _of_sgml(text))
    values: dict[str, str] = {}
    entries: list[tuple[dict[str, str], int]] = []
    entry: dict[str, str] | None = None
    seen, accounts, in_balance = set(), set(), False
    for tag, value, at in tags:
        seen.add(tag)
        if tag == _LINE:
            entry = {}
            entries.append((entry, at))
        elif tag in (f"/{_LINE}", "/BANKTRANLIST"):
            entry = None
        elif tag in (_BALANCE, f"/{_BALANCE}"):
            in_balance = tag == _BALANCE
        elif entry is not None:
            entry.setdefault(tag, value)
        elif tag == "ACCTID":
            accounts.add(value)
        elif tag != "BALAMT" or in_balance:
            values.setdefault(tag, value)
        if len(entries) > ROWS_MAX:
            raise refused("TOO_LARGE", _("The statement has too many lines."), name)
    if entry is not None or not accounts or not _is_whole(seen):
        raise refused("MALFORMED", _("The OFX ends before its statement does."), name)
    if len(accounts) > 1:
        remedy = _("Import the statement of each account by itself.")
        raise refused("ACCOUNTS", _("The file holds more than one account."), name, remedy=remedy)
    refuse_foreign(values.get("CURDEF", ""), name)
    closing = _amount(values["BALAMT"], 0, "BALAMT", name) if "BALAMT" in values else None
    kept, findings = _once(entries, name)
    lines = [_line(told, begun, name) for told, begun in kept]
    findings += [_unlike_sign(begun, name) for told, begun in kept if _is_contrary(told)]
    ordered = by_day(
        oldest_first(lines)
    )  # no balance stands before or between them: there is nothing to prove
    told_of = tuple(findings[:GAPS_TOLD_MAX])
    return Statement(name, ordered, told_of, accounts.pop(), values.get("ORG", ""), None, closing)


def _is_whole(seen: set[str]) -> bool:
    """Whether the list and the file end: what stands open was cut off."""
    return "/OFX" in seen and ("BANKTRANLIST" not in seen or "/BANKTRANLIST" in seen)


def _once(
    entries: Sequence[tuple[dict[str, str], int]], name: str
) -> tuple[list[tuple[dict[str, str], int]], list[Problem]]:
    """Each entry once: the FITID names a transaction, to find it again (OFX, STMTTRN).

    One that comes again and is equal is taken once, one that is not equal is kept; both are told of.
    """
    kept: list[tuple[dict[str, str], int]] = []
    findings: list[Problem] = []
    known: dict[str, dict[str, str]] = {}
    for told, at in entries:
        key = told.get("FITID", "").strip()
        if not key.strip("0") or key not in known:
            known[key] = told
            kept.append((told, at))
            continue
        if known[key] == told:
            message = _("The transaction {fitid} stands here a second time, and was taken once.")
        else:
            message = _("Two different lines have the FITID {fitid}; both were taken.")
            kept.append((told, at))
        remedy = _("Look at the bank's own statement: how often does it have this line?")
        findings.append(Problem("REPEATED", message.format(fitid=key), "FITID", remedy, name, at or None))
    return kept, findings


def _is_contrary(told: dict[str, str]) -> bool:
    """Whether a line's kind says out and its amount says in: some banks leave the sign away."""
    return told.get("TRNTYPE", "").strip().upper() == "DEBIT" and "-" not in told.get("TRNAMT", "")


def _unlike_sign(at: int, name: str) -> Problem:
    message = _("The bank calls this line a debit, and its amount has no minus: it was taken as money in.")
    remedy = _("Look at the bank's own statement before it is taken.")
    return Problem("SIGN", message, "TRNAMT", remedy, name, at or None)


def _of_sgml(text: str) -> Iterator[Tag]:
    line, seen = 1, 0
    for found in _TAG.finditer(text):
        line += text.count("\n", seen, found.start())
        seen = found.start()
        yield (found[1] + found[2].upper(), html.unescape(" ".join(found[3].split())), line)


def _of_xml(text: str, name: str) -> Iterator[Tag]:
    body = text.lstrip()
    begins = body.upper().find("<OFX>")
    try:
        tree = fromstring(body[begins:] if begins > 0 and "<!" not in body[:begins] else body)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        message = _("The OFX is not well-formed: {what}.").format(what=type(error).__name__)
        raise refused("MALFORMED", message, name) from None
    places = iter([line for tag, _value, line in _of_sgml(text) if tag == _LINE])
    open_ = [(tree, False)]
    while open_:
        node, ended = open_.pop()
        tag = str(node.tag).rpartition("}")[2].upper()
        if ended:
            yield (f"/{tag}", "", 0)
            continue
        yield (tag, " ".join((node.text or "").split()), next(places, 0) if tag == _LINE else 0)
        open_.append((node, True))
        open_ += [(child, False) for child in reversed(node)]


def _line(entry: dict[str, str], at: int, name: str) -> StatedLine:
    paise = _amount(entry.get("TRNAMT", ""), at, "TRNAMT", name)
    dated_on = _day(entry.get("DTPOSTED", ""), at, "DTPOSTED", name)
    if "CURRENCY" in entry:  # of this line alone; ORIGCURRENCY tells only what the money was before
        refuse_foreign(entry.get("CURSYM", ""), name, at)
    if dated_on is None or paise == 0:
        field = "DTPOSTED" if dated_on is None else "TRNAMT"
        raise _wrong("REQUIRED", _("This line has no date or moves no money."), name, at, field)
    told, more = entry.get("NAME") or entry.get("PAYEE", ""), entry.get("MEMO", "")
    description = more if more.upper().startswith(told.upper()) else f"{told} {more}".strip()
    references = [entry.get(key, "") for key in ("CHECKNUM", "REFNUM")]
    stated = next((text for text in references if text.strip("0")), "")
    value_on = _day(entry.get("DTUSER", ""), at, "DTUSER", name)
    reference = reference_in(description) or reference_in(stated) or stated
    return StatedLine(dated_on, paise, description, reference, value_on, None, at)


def _amount(text: str, at: int, field: str, name: str) -> int:
    try:
        found = figure(text)
    except ValueError:
        raise _wrong("FIGURE", _("This is no amount: {text}.").format(text=text), name, at, field) from None
    return found.paise if found else 0


def _day(text: str, at: int, field: str, name: str) -> dt.date | None:
    """The day in India of a moment; one without a zone is meant as it stands."""
    if not text:
        return None
    try:
        found = _MOMENT.fullmatch(text)
        if found is None:
            raise ValueError(text)
        moment = dt.datetime(*(int(part or 0) for part in found.groups()[:5]))  # type: ignore[arg-type] # noqa: DTZ001
        if found[6] and found[4]:
            moment += _INDIA - dt.timedelta(hours=float(found[6]))
        on = moment.date()
        if not FIRST_DAY <= on <= LAST_DAY:
            raise ValueError(text)
    except (ValueError, OverflowError):
        raise _wrong("DATE", _("This is no date: {text}.").format(text=text), name, at, field) from None
    return on


def _wrong(code: str, message: str, name: str, at: int, field: str) -> RuleBroken:
    return RuleBroken([Problem(code, message, field, "", name, at or None)])
