"""The bills that go to the e-way portal in one bulk file, with what it would refuse told before it is sent."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.eway.bill import bill_json, bulk_file
from core.eway.rules import problems_with_eway
from core.facts import Facts
from core.ids import Id
from core.invoicing.queries import document as document_in
from core.problems import Problem, located
from core.store.read import stand_of
from core.words import translate as _


class Upload(NamedTuple):
    """The bulk file of the papers that can be sent, and what stands in the way of the others, by number."""

    file: dict[str, Any]
    problems: tuple[Problem, ...]


def upload(read: Connection, documents: Sequence[Id], on: dt.date, facts: Facts | None = None) -> Upload:
    """What the portal's bulk file of these papers would hold on a day; a problem's field begins with the number."""
    facts = facts or Facts.in_force()
    bills: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for record in documents:
        paper, stand = document_in(read, record), stand_of(read, record)
        if paper is None:
            problems.append(Problem("NO_DOCUMENT", _("The book has no such paper."), "number"))
            continue
        wrong = problems_with_eway(paper, facts, on)
        if stand is None or stand.state in (State.HELD, State.CANCELLED, State.VOID):
            message = _("The paper does not stand (held or cancelled).")
            wrong = [Problem("NOT_STANDING", message, "number")]
        problems += [located(problem, prefix=paper.number) for problem in wrong]
        if not wrong:
            bills.append(bill_json(paper, facts=facts))
    return Upload(bulk_file(bills, version=facts.schema_version("ewaybill", on)), tuple(problems))
