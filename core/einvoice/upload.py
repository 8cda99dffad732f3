"""The papers that go to the invoice portal in one file, with what the portal would refuse told before it is sent."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.company.queries import company
from core.einvoice.inv01 import invoice_json
from core.einvoice.irn import irn_of
from core.einvoice.queries import cancelled_at_portal, document_of_irn, registered
from core.einvoice.rules import problems_with_einvoice
from core.facts import Facts
from core.ids import Id
from core.invoicing.model import Document
from core.invoicing.queries import document as document_in
from core.problems import Problem, located
from core.store.read import stand_of
from core.words import date_text
from core.words import translate as _


class Upload(NamedTuple):
    """The JSON of each paper that can be sent, and what stands in the way of the others, by number."""

    papers: tuple[dict[str, Any], ...]
    problems: tuple[Problem, ...]


def upload(read: Connection, documents: Sequence[Id], on: dt.date, facts: Facts | None = None) -> Upload:
    """What the portal's file of these papers would hold on a day.

    A problem's field begins with the paper's number. Codes beside those of `problems_with_einvoice`: NOT_STANDING,
    REGISTERED, IRN_USED (the portal gives no second IRN after a cancellation), DUPLICATE_IRN, TOO_OLD, TWICE.
    """
    facts, turnover = facts or Facts.in_force(), company(read).turnover_paise
    papers: list[dict[str, Any]] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for record in documents:
        paper = document_in(read, record)
        if paper is None:
            problems.append(Problem("NO_DOCUMENT", _("The book has no such paper."), "number"))
            continue
        irn = irn_of(paper.seller.gstin, paper.dated_on, paper.type, paper.number)
        wrong = problems_with_einvoice(paper, facts, turnover)
        wrong += _standing(read, record, irn, again=irn in seen)
        wrong += _age(paper, turnover, on, facts)
        seen.add(irn)
        problems += [located(problem, prefix=paper.number) for problem in wrong]
        if not wrong:
            papers.append(invoice_json(paper, facts=facts))
    return Upload(tuple(papers), tuple(problems))


def _standing(read: Connection, record: Id, irn: str, *, again: bool) -> list[Problem]:
    stand = stand_of(read, record)
    if stand is None or stand.state in (State.HELD, State.CANCELLED, State.VOID):
        return [Problem("NOT_STANDING", _("The paper does not stand (held or cancelled)."), "number")]
    known = registered(read, record)
    if known is not None:
        message = _("The paper has its IRN since {day}, acknowledgement {ack}.")
        message = message.format(day=date_text(known.acknowledged_at.date()), ack=known.ack_number)
        return [Problem("REGISTERED", message, "number")]
    if cancelled_at_portal(read, record) is not None:
        message = _("The portal has cancelled this paper's IRN and gives no second one to its number.")
        return [Problem("IRN_USED", message, "number", _("Issue the paper under a new number."))]
    if again or document_of_irn(read, irn) not in (None, record):
        message = _("Another paper of this type, year and number gives the same IRN; the portal takes one.")
        return [Problem("DUPLICATE_IRN", message, "number", _("Issue this one under another number."))]
    return []


def _age(paper: Document, turnover_paise: int, on: dt.date, facts: Facts) -> list[Problem]:
    days = facts.find_days("einvoice_report_days", on, turnover_paise=turnover_paise)
    if days is None or (on - paper.dated_on).days <= days:
        return []
    message = _("At this turnover the portal takes no paper older than {count} days.").format(count=days)
    return [Problem("TOO_OLD", message, "dated_on", _("Issue a new paper; ask your accountant first."))]
