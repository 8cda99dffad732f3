"""What an import would refuse of a file, and what it would only be told of, seen without a book."""

import datetime as dt
from collections.abc import Iterator

from core.errors import RuleBroken
from core.exchange.model import FileCancelled
from core.exchange.reading import below
from core.exchange.settled_file import (
    SettledDocument,
    SettledFile,
    key_of,
    number_key,
)
from core.gst.number import check_number
from core.invoicing.model import Document
from core.invoicing.papers import CREDIT_NOTE
from core.money import rupees
from core.problems import Problem
from core.returns.model import NumberUnused
from core.returns.rules import problems_with_unused
from core.words import date_text
from core.words import translate as _


def check_file(settled: SettledFile) -> list[Problem]:
    """Note what is wrong with numbers never used and with cancellations; answers what should only be known."""
    _check_unused(settled)
    return [*_cancelled(settled), *_noted(settled)]


def note_warnings(note: Document, original: Document, noted_paise: int) -> Iterator[Problem]:
    """What should be known of a note beside its original; `noted_paise` is what all credit notes on that come to."""
    named = note.original
    if named is not None and named.dated_on != original.dated_on:
        message = _("{number} is dated {day}, not as this note says.")
        message = message.format(number=original.number, day=date_text(original.dated_on))
        yield Problem("ORIGINAL_DATE", message, "original.date")
    value = original.totals.invoice_value_paise
    if note.type == CREDIT_NOTE and noted_paise > value:
        message = _("The credit notes on {number} come to {noted}, and it came to {value}.")
        message = message.format(number=original.number, noted=rupees(noted_paise), value=rupees(value))
        yield Problem("NOTES_ABOVE", message, "original")


def cancelled_otherwise(given: FileCancelled, dated_on: dt.date) -> Iterator[Problem]:
    """What should be known of a cancellation that names its paper by another date."""
    if given.date != dated_on:
        message = _("{number} is dated {day}, not as its cancellation says.")
        message = message.format(number=given.number, day=date_text(dated_on))
        yield Problem("CANCELLED_DATE", message, "date")


def _check_unused(settled: SettledFile) -> None:
    for n, given in enumerate(settled.file.drafts):
        with settled.findings.within(f"drafts[{n}]"):
            unused = NumberUnused(given.type, given.number, given.date, given.reason)
            problems = list(problems_with_unused(unused))
            if problems:
                raise RuleBroken(problems)


def _cancelled(settled: SettledFile) -> Iterator[Problem]:
    known = {(each.document.type, key_of(each.document)): each for each in settled.documents}
    leaned = {other.at for each in settled.documents if each.stands for other in _named(settled, each)}
    for n, given in enumerate(settled.file.cancelled):
        path = f"cancelled[{n}]"
        paper = known.get((given.type, number_key(given.number, given.date)))
        if paper is None:
            with settled.findings.within(path):
                problems = check_number(given.number, on=given.date).problems
                if problems:
                    raise RuleBroken(problems)
            continue
        if paper.at in leaned:
            message = _("A receipt or note rests on this paper; undo that first, or use a credit note.")
            settled.findings.add("LEANED_ON", message, path)
        for problem in cancelled_otherwise(given, paper.document.dated_on):
            yield below(problem, path)


def _named(settled: SettledFile, each: SettledDocument) -> Iterator[SettledDocument]:
    for other in (settled.answered(each.document), settled.corrected(each.document)):
        if other is not None:
            yield other


def _noted(settled: SettledFile) -> Iterator[Problem]:
    noted: dict[int, int] = {}
    for each in settled.documents:
        original = settled.answered(each.document) if each.stands else None
        if original is None:
            continue
        if each.document.type == CREDIT_NOTE:
            value = each.document.totals.invoice_value_paise
            noted[original.at] = noted.get(original.at, 0) + value
        for problem in note_warnings(each.document, original.document, noted.get(original.at, 0)):
            yield below(problem, each.path)
