"""The clocks that run on a paper: 30 days to register it, 24 hours to cancel the IRN, 180 days to move goods on it.

How long each runs, and from which turnover, is law with dates (facts: days); here is only the reckoning. Sources:
GSTN advisories on the 30 days; NIC on the 24 hours; the e-way portal on the 180 days.
"""

import datetime as dt
from typing import NamedTuple

from core.clock import INDIA, india_time
from core.einvoice.model import Registered
from core.einvoice.rules import is_needed
from core.facts import Facts
from core.invoicing.model import Document
from core.words import date_text
from core.words import translate as _

REPORT, CANCEL, MOVE = "report", "cancel", "move"
_SOON = dt.timedelta(days=5)


class Clock(NamedTuple):
    """One limit: until when (Indian time), whether it has passed, and a line that says what it means."""

    name: str
    until: dt.datetime
    has_passed: bool
    is_soon: bool
    text: str


def clocks(
    document: Document,
    registered: Registered | None,
    turnover_paise: int,
    facts: Facts,
    now_us: int,
    *,
    moves: bool = False,
) -> list[Clock]:
    """The clocks that run on a paper now (UTC microseconds), the nearest first; none where none applies.

    `moves` says that goods move on it and no e-way bill is noted yet. A registered paper has no days to be reported
    any more, one not registered no hours to be cancelled.
    """
    now = india_time(now_us)
    running = [
        _report(document, turnover_paise, facts, now)
        if registered is None
        else _cancel(registered, facts, now),
        _move(document, facts, now) if moves else None,
    ]
    return sorted((clock for clock in running if clock is not None), key=lambda clock: clock.until)


def _report(document: Document, turnover_paise: int, facts: Facts, now: dt.datetime) -> Clock | None:
    """To the end of the thirtieth day after the paper's; the rule in force is that of the day of reporting."""
    days = facts.find_days("einvoice_report_days", now.date(), turnover_paise=turnover_paise)
    if days is None or not is_needed(document, turnover_paise, facts):
        return None
    until = _end_of(document.dated_on + dt.timedelta(days=days))
    if now > until:
        text = _("The portal took this paper until {day}; it gives no IRN any more.")
    else:
        text = _("The portal takes this paper until {day}.")
    return _clock(REPORT, until, now, text.format(day=date_text(until.date())))


def _cancel(registered: Registered, facts: Facts, now: dt.datetime) -> Clock | None:
    at = registered.acknowledged_at.replace(tzinfo=INDIA)
    hours = facts.find_days("einvoice_cancel_hours", at.date())
    if hours is None:
        return None
    until = at + dt.timedelta(hours=hours)
    if now > until:
        text = _("The IRN could be cancelled until {day} {time}; now only a credit note undoes the paper.")
    else:
        text = _("The IRN can be cancelled at the portal until {day} {time}.")
    return _clock(CANCEL, until, now, text.format(day=date_text(until.date()), time=f"{until:%H:%M}"))


def _move(document: Document, facts: Facts, now: dt.datetime) -> Clock | None:
    days = facts.find_days("ewaybill_document_days", now.date())
    if days is None:
        return None
    until = _end_of(document.dated_on + dt.timedelta(days=days))
    if now > until:
        text = _("An e-way bill could be made on this paper until {day}; the goods need a new paper.")
    else:
        text = _("An e-way bill can be made on this paper until {day}.")
    return _clock(MOVE, until, now, text.format(day=date_text(until.date())))


def _clock(name: str, until: dt.datetime, now: dt.datetime, text: str) -> Clock:
    passed = now > until
    soon = dt.timedelta(hours=24) if name == CANCEL else _SOON
    return Clock(name, until, passed, not passed and until - now <= soon, text)


def _end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=INDIA)
