"""Verbs of e-invoices: taking in what the portal answered, and noting that it cancelled an IRN."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from core.einvoice.answers import (
    Answer,
    irns_of,
    key_of,
    problems_with_answer,
    read_answers,
    read_cancellations,
)
from core.einvoice.kinds import CANCELLED_AT_PORTAL, REGISTERED, cancelled_id, registered_id
from core.einvoice.model import CancelledAtPortal, Registered
from core.einvoice.queries import document_of_irn, papers_between, registered
from core.einvoice.signed import Keys
from core.errors import RuleBroken
from core.facts import Facts
from core.ids import Id
from core.invoicing.model import Document
from core.invoicing.queries import document as document_in
from core.invoicing.queries import document_ids
from core.problems import Problem, located
from core.store.work import Work
from core.words import date_text
from core.words import translate as _

SIGNED_INVOICE_MAX = 256 << 10
"""A longer signed invoice (some thousand lines) is not kept beside the QR; the portal has it."""
_OLDEST = dt.timedelta(days=400)


class Taken(NamedTuple):
    """An answer as it was taken in: its paper, whether it is new here, and the e-way bill that came with it."""

    document: Id
    number: str
    irn: str
    is_new: bool
    verified: bool | None
    eway_number: str = ""
    eway_made_at: dt.datetime | None = None
    eway_valid_until: dt.datetime | None = None


def take_answer(work: Work, text: str, keys: Keys, *, document: Id | None = None) -> list[Taken]:
    """Keep what the portal answered to an upload: one paper, or all that its file holds, all or nothing.

    The paper is found by the signed QR, else by its IRN; `document` names it where one is meant. Each answer must
    agree with its paper in IRN, number, date, value and buyer. An e-way bill that came along is for the caller to
    note. Raises `RuleBroken`: NO_ANSWER, ANSWER, NO_DOCUMENT, DIFFERS, SIGNATURE, IRN_TWICE, REFUSED_BY_PORTAL.
    """
    answers = read_answers(text, keys)
    found = [_paper_of(work, answer, document) for answer in answers]
    problems: list[Problem] = []
    for at, (answer, paper) in enumerate(zip(answers, found, strict=True)):
        wrong = [_unknown(answer)] if paper is None else [*problems_with_answer(answer, paper[1])]
        if paper is not None and not wrong:
            wrong += _twice(work, answer, *paper)
        problems += [located(problem, prefix=f"[{at}]") for problem in wrong]
    if problems:
        raise RuleBroken(problems)
    return [_keep(work, answer, *paper) for answer, paper in zip(answers, found, strict=True) if paper]


def take_cancellations(work: Work, text: str) -> list[Id]:
    """Note each cancellation that a file of the portal tells (Irn, CancelDate); answers the papers, [] when it tells
    none. Raises `RuleBroken`: NO_DOCUMENT, TOO_LATE."""
    papers = []
    for irn, at in read_cancellations(text):
        document = document_of_irn(work.read, irn)
        if document is None:
            message = _("The book has no paper with the IRN {irn}.").format(irn=irn)
            raise RuleBroken([Problem("NO_DOCUMENT", message, "irn")])
        note_cancelled(work, document, at=at)
        papers.append(document)
    return papers


def note_cancelled(
    work: Work,
    document: Id,
    *,
    at: dt.datetime,
    reason: str = "4",
    remark: str = "",
    facts: Facts | None = None,
) -> Id:
    """Note that the portal has cancelled a paper's IRN at an instant of Indian time; answers the record.

    Raises `RuleBroken`: NOT_STANDING when the paper has no standing IRN, TOO_LATE beyond the hours the portal gives.
    """
    known = registered(work.read, document)
    if known is None:
        message = _("The paper has no standing IRN that the portal could have cancelled.")
        raise RuleBroken([Problem("NOT_STANDING", message, "document")])
    hours = (facts or Facts.in_force()).find_days("einvoice_cancel_hours", known.acknowledged_at.date())
    since = at - known.acknowledged_at
    if since < dt.timedelta() or (hours is not None and since > dt.timedelta(hours=hours)):
        message = _("The portal cancels an IRN within {count} hours of {day} {time} alone.")
        stamp = known.acknowledged_at
        message = message.format(count=hours, day=date_text(stamp.date()), time=f"{stamp:%H:%M}")
        raise RuleBroken([Problem("TOO_LATE", message, "at", _("Make a credit note."))])
    record = cancelled_id(known.irn)
    work.record(
        CANCELLED_AT_PORTAL, record, CancelledAtPortal(document, known.irn, at, reason, remark.strip())
    )
    return record


def _keep(work: Work, answer: Answer, record: Id, paper: Document) -> Taken:
    is_new = work.record(
        REGISTERED,
        registered_id(answer.irn),
        Registered(
            record,
            answer.irn,
            answer.ack_number,
            answer.acknowledged_at,
            answer.signed_qr,
            answer.signed_invoice if len(answer.signed_invoice) <= SIGNED_INVOICE_MAX else "",
            answer.qr.key_name if answer.qr else "",
        ),
    )
    if answer.cancelled_at is not None and registered(work.read, record) is not None:
        note_cancelled(work, record, at=answer.cancelled_at)
    return Taken(
        record,
        paper.number,
        answer.irn,
        is_new,
        answer.qr.holds if answer.qr else None,
        answer.eway_number,
        answer.eway_made_at,
        answer.eway_valid_until,
    )


def _paper_of(work: Work, answer: Answer, named: Id | None) -> tuple[Id, Document] | None:
    """The paper named, else the one of the QR's number, else the one whose IRN it is."""
    candidates = [named] if named is not None else _numbered(work, answer)
    papers = [(record, paper) for record in candidates if (paper := document_in(work.read, record))]
    fitting = [each for each in papers if answer.irn in irns_of(each[1])]
    if fitting or papers:
        return (fitting or papers)[0]
    if named is not None or key_of(answer)[1]:
        return None
    last = answer.acknowledged_at.date()
    between = papers_between(work.read, last - _OLDEST, last)
    return next((each for each in between if answer.irn in irns_of(each[1])), None)


def _numbered(work: Work, answer: Answer) -> Sequence[Id]:
    type_, number = key_of(answer)
    return document_ids(work.read, number, type=type_ or None) if number else ()


def _twice(work: Work, answer: Answer, record: Id, paper: Document) -> list[Problem]:
    """The same paper registered under another IRN or acknowledgement: the portal registers each paper once."""
    known = registered(work.read, record)
    if known is None or (known.irn, known.ack_number) == (answer.irn, answer.ack_number):
        return []
    message = _("{number} is already registered, acknowledgement {ack}; the answer says {other}.")
    message = message.format(number=paper.number, ack=known.ack_number, other=answer.ack_number)
    return [Problem("IRN_TWICE", message, "ack_number", _("See at the portal which of them stands."))]


def _unknown(answer: Answer) -> Problem:
    _type, number = key_of(answer)
    message = _("The book has no paper {number} that this IRN is of.").format(
        number=number or answer.irn[:12]
    )
    return Problem("NO_DOCUMENT", message, "irn", _("Take the answer in where the paper was issued."))
