"""Codes of goods and services as the editor offers them: by word or digits, with the usual rate of the paper's day."""

import datetime as dt
from collections.abc import Callable, Sequence

import msgspec

from core.facts import Facts
from core.facts.records import HsnFact, RateFact
from core.invoicing.model import DraftLine
from core.invoicing.warning import HSN_LENGTHS
from core.words import date_text, rate_text
from core.words import translate as _
from desktop.ports import Choice, Reader

_OFFERED = 10
_NEW = DraftLine()


def codes_on(day: Callable[[], dt.date]) -> Callable[[Reader, str], Sequence[Choice]]:
    """Codes by word or first digits; what was typed whole comes first, whether the list has it or not."""

    def suggest(_read: Reader, typed: str) -> Sequence[Choice]:
        facts, on, asked = Facts.in_force(), day(), typed.strip()
        found = [fact for fact in facts.find_hsn(asked, 2 * _OFFERED) if len(fact.code) in HSN_LENGTHS]
        choices = [_choice(facts, fact.code, fact, on) for fact in found if fact.code != asked][:_OFFERED]
        if asked.isascii() and asked.isdigit() and len(asked) in HSN_LENGTHS:
            choices.insert(0, _choice(facts, asked, facts.hsn(asked), on))
        return choices

    return suggest


def with_usual_rate(line: DraftLine, facts: Facts, on: dt.date) -> DraftLine:
    """The line with the rate its code usually carries on a day, where nobody gave it a rate yet."""
    is_given = line.item is not None or (line.treatment, line.rate_bp) != (_NEW.treatment, _NEW.rate_bp)
    usual = facts.usual_rate(line.hsn, on) if line.hsn and not is_given else None
    if usual is None or (usual.treatment == "taxable" and usual.rate_bp is None):
        return line
    return msgspec.structs.replace(line, treatment=usual.treatment, rate_bp=usual.rate_bp or 0)


def usual_text(line: DraftLine, facts: Facts, on: dt.date) -> str:
    """What the code usually bears, where the line has another rate or the rate depends; else empty."""
    usual = facts.usual_rate(line.hsn, on) if line.hsn else None
    if usual is None:
        return ""
    is_so = (usual.treatment, usual.rate_bp) == (line.treatment, line.rate_bp) or (
        usual.treatment == line.treatment != "taxable"
    )
    if is_so and not usual.note:
        return ""
    about = {"code": line.hsn, "rate": _rate(usual), "date": date_text(on), "note": usual.note}
    if not usual.note:
        return _("{code} usually bears {rate} on {date}.").format(**about)
    if usual.treatment == "taxable" and usual.rate_bp is None:
        return _("What {code} bears on {date} depends: {note}.").format(**about)
    return _("{code} usually bears {rate} on {date}; but {note}.").format(**about)


def _choice(facts: Facts, code: str, fact: HsnFact | None, on: dt.date) -> Choice:
    usual = facts.usual_rate(code, on)
    words = fact.description if fact is not None else ""
    return Choice(code, f"{code}  {words}".rstrip(), _rate(usual) if usual is not None else "")


def _rate(usual: RateFact) -> str:
    words = {"nil": _("Nil"), "exempt": _("Exempt"), "non_gst": _("Non-GST")}
    if usual.treatment in words:
        return words[usual.treatment]
    return rate_text(usual.rate_bp) if usual.rate_bp is not None else usual.note or _("It depends")
