"""Verbs of e-way bills: noting the bill that the portal made for a paper."""

import datetime as dt

from core.errors import RuleBroken
from core.eway.kinds import NOTED, noted_id
from core.eway.model import Noted
from core.eway.rules import has_bill
from core.ids import Id
from core.invoicing.queries import document as document_in
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _


def note_bill(
    work: Work,
    document: Id,
    *,
    bill_number: str,
    made_at: dt.datetime,
    valid_until: dt.datetime | None = None,
) -> Id:
    """Note the e-way bill of a paper, or its new validity; times are Indian. The same note again changes nothing.

    Raises `RuleBroken`: NO_DOCUMENT, NO_MOVEMENT, BILL_NUMBER, VALIDITY.
    """
    paper = document_in(work.read, document)
    if paper is None:
        raise RuleBroken([Problem("NO_DOCUMENT", _("The book has no such paper."), "document")])
    if not has_bill(paper):
        message = _("This paper moves no goods, so it has no e-way bill.")
        raise RuleBroken([Problem("NO_MOVEMENT", message, "document")])
    note = Noted(document, "".join(bill_number.split()), made_at, valid_until)
    record = noted_id(note)
    work.record(NOTED, record, note)
    return record
