"""What e-way bills write to the log: that the portal made one for a paper; a fact, kept once."""

import re
from collections.abc import Iterator

from core.changes.change import Actor
from core.changes.kind import COLLECTORS, once_kind
from core.changes.standing import Standing
from core.eway.model import Noted
from core.ids import Id, imported_id
from core.problems import Problem
from core.words import translate as _

DOCUMENT_KIND = "invoicing.issued"

_NUMBER = re.compile(r"[0-9]{12}")


def noted_id(noted: Noted) -> Id:
    """The id of a note: a bill with one validity is noted once, on whichever device."""
    until = noted.valid_until.isoformat() if noted.valid_until else ""
    return imported_id("eway", noted.document.hex(), noted.bill_number, until)


def problems_with_noted(noted: Noted) -> Iterator[Problem]:
    """What is wrong with a bill as noted by itself."""
    if not _NUMBER.fullmatch(noted.bill_number):
        message = _("An e-way bill's number has twelve digits.")
        yield Problem("BILL_NUMBER", message, "bill_number", _("Copy it from the bill."))
    if noted.valid_until is not None and noted.valid_until < noted.made_at:
        yield Problem("VALIDITY", _("The bill would end before it was made."), "valid_until")


def _admit(_record: Id, noted: Noted, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    known = standing.stand(noted.document)
    if known is None or known.kind != DOCUMENT_KIND:
        yield Problem("NOT_STANDING", _("The paper of this e-way bill is not known."), "document")


NOTED = once_kind("eway.noted", Noted, problems=problems_with_noted, admit=_admit, roles=COLLECTORS)
KINDS = (NOTED,)
