"""What e-invoices write to the log: that the portal registered a paper, and that it cancelled an IRN. Both are facts
that happened elsewhere: kept once, never refused."""

import re
from collections.abc import Iterator

from core.changes.change import Actor, content_hash
from core.changes.kind import Effects, once_kind
from core.changes.standing import Standing
from core.einvoice.model import CANCEL_REASONS, CancelledAtPortal, Registered
from core.ids import Id, imported_id
from core.problems import Problem
from core.words import translate as _

DOCUMENT_KIND = "invoicing.issued"

_IRN = re.compile(r"[0-9a-f]{64}")


def registered_id(irn: str) -> Id:
    """The id of a registration: one IRN, one record, on whichever device its answer is taken in."""
    return imported_id("einvoice", irn)


def cancelled_id(irn: str) -> Id:
    """The id of an IRN's cancellation."""
    return imported_id("einvoice-cancelled", irn)


def _problems_with_registered(registered: Registered) -> Iterator[Problem]:
    yield from _irn(registered.irn)
    if not registered.ack_number:
        yield Problem("REQUIRED", _("A registration has the portal's acknowledgement number."), "ack_number")


def _problems_with_cancelled(cancelled: CancelledAtPortal) -> Iterator[Problem]:
    yield from _irn(cancelled.irn)
    if cancelled.reason not in CANCEL_REASONS:
        yield Problem("CHOICE", _("The portal's reasons are 1 to 4."), "reason")


def _irn(irn: str) -> Iterator[Problem]:
    if not _IRN.fullmatch(irn):
        yield Problem("IRN", _("An IRN is 64 digits of 0 to 9 and a to f."), "irn")


def _admit_registered(
    _record: Id, registered: Registered, standing: Standing, _actor: Actor
) -> Iterator[Problem]:
    known = standing.stand(registered.document)
    if known is None or known.kind != DOCUMENT_KIND:
        yield Problem("NOT_STANDING", _("The paper of this IRN is not known."), "document")


def _admit_cancelled(
    _record: Id, cancelled: CancelledAtPortal, standing: Standing, _actor: Actor
) -> Iterator[Problem]:
    known = standing.stand(registered_id(cancelled.irn))
    if known is None or known.kind != REGISTERED.name or not known.stands:
        yield Problem("NOT_STANDING", _("No standing registration has this IRN."), "irn")


def _likeness(registered: Registered) -> bytes:
    """Equal when it is the same paper's IRN with the same acknowledgement, whatever key it was tried by."""
    return content_hash(registered.document + f"{registered.irn}/{registered.ack_number}".encode())


REGISTERED = once_kind(
    "einvoice.registered",
    Registered,
    problems=_problems_with_registered,
    admit=_admit_registered,
    effects=lambda _record, registered: Effects(rests=(registered.document,)),
    likeness=_likeness,
)
"""It rests on its paper: a paper with a standing IRN is not cancelled before the portal has cancelled the IRN."""
CANCELLED_AT_PORTAL = once_kind(
    "einvoice.cancelled_at_portal",
    CancelledAtPortal,
    problems=_problems_with_cancelled,
    admit=_admit_cancelled,
    effects=lambda _record, cancelled: Effects(ends=(registered_id(cancelled.irn),)),
    likeness=lambda cancelled: content_hash(cancelled.document + cancelled.irn.encode()),
)
KINDS = (REGISTERED, CANCELLED_AT_PORTAL)
