"""Verbs of TDS: keeping what a form shows, noting certificates and claims, linking by hand and undoing it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core.errors import RuleBroken
from core.ids import Id
from core.problems import Problem
from core.store.work import Work
from core.tds.kinds import CERTIFIED, CLAIMED, FORM_SEEN, LINKED, SEEN, UNDONE
from core.tds.model import Certificate, Claimed, Linked, Seen, TdsUndone
from core.tds.queries import credits_of, form_seen, problems_with_form
from core.tds.reading import FormRead
from core.tds.rules import bare, certificate_id, form_id, seen_id
from core.words import translate as _


class Imported(NamedTuple):
    """How many lines were new and how many the book had already."""

    new: int
    known: int


def keep_form(work: Work, form: FormRead) -> Imported:
    """Keep a form whole or not at all; what it shows no more of its year is no credit any more, while it is the newest.

    Raises `RuleBroken` with what was not read, and PAN when it is not ours.
    """
    if problems := problems_with_form(work.read, form):
        raise RuleBroken(problems)
    kept, whole = keep_seen(work, form.lines), form_seen(form)
    if whole is not None:
        work.record(FORM_SEEN, form_id(whole), whole)
    return kept


def keep_seen(work: Work, lines: Iterable[Seen]) -> Imported:
    """Keep the lines of a form; those that the book has already change nothing."""
    new = known = 0
    for line in lines:
        if work.record(SEEN, seen_id(line), line):
            new += 1
        else:
            known += 1
    return Imported(new, known)


def note_certificate(
    work: Work,
    *,
    form: str,
    number: str,
    tan: str,
    code: str,
    year: int,
    quarter: int,
    deducted_paise: int,
    issued_on: dt.date | None = None,
    party: Id | None = None,
    note: str = "",
) -> Id:
    """Note a certificate that is held; the same one again changes nothing.

    Raises `RuleBroken`: CHOICE, REQUIRED, TAN, RANGE; ID_USED when that number stands with other figures.
    """
    certificate = Certificate(
        form, number.strip(), bare(tan), bare(code), year, quarter, deducted_paise, issued_on, party, note
    )
    record = certificate_id(certificate)
    work.record(CERTIFIED, record, certificate)
    return record


def link(work: Work, *, seen: Sequence[Id], receipts: Sequence[Id], today: dt.date, note: str = "") -> Id:
    """Say by hand that these credits are the tax of these receipts; answers the claim.

    Raises `RuleBroken`: REQUIRED, REPEATED, TOO_LARGE, NOT_STANDING, TAKEN where one is linked already.
    """
    record = work.new_id()
    work.record(LINKED, record, Linked(tuple(sorted(seen)), tuple(sorted(receipts)), today, note))
    return record


def claim(work: Work, seen: Sequence[Id], *, year: int, today: dt.date) -> list[Id]:
    """Note that credits are taken in the return of a financial year; answers a claim for each.

    Raises `RuleBroken`: UNKNOWN for a credit the book has not, TAKEN for one that is claimed already.
    """
    known = credits_of(work.read, seen)
    if len(known) != len(set(seen)):
        raise RuleBroken([Problem("UNKNOWN", _("The book has no such credit."), "seen")])
    claims = []
    for credit in known:
        record = work.new_id()
        work.record(CLAIMED, record, Claimed(credit.line, year, today, credit.deducted_paise))
        claims.append(record)
    return claims


def undo(work: Work, claimed: Id, *, today: dt.date, reason: str = "") -> Id:
    """Undo a link, or the note of a claim. Raises `RuleBroken`: NOT_STANDING, CHOICE."""
    record = work.new_id()
    work.record(UNDONE, record, TdsUndone(claimed, today, reason))
    return record
