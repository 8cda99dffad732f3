"""What interest writes to the log: deliveries and acceptances as they were, and the claims that one note alone charges
the same interest, or asks the tax on the same money."""

from collections.abc import Iterator
from typing import Any

from core.changes.change import Actor
from core.changes.kind import COLLECTORS, Effects, claim_kind, once_kind
from core.changes.standing import Standing
from core.ids import Id
from core.interest.model import Acceptance, Booking, Taxing
from core.interest.rules import problems_with_acceptance, problems_with_booking, problems_with_taxing
from core.invoicing.kinds import ISSUED
from core.problems import Problem
from core.words import translate as _


def booking_place(document: Id, nth: int) -> str:
    """The place of the nth debit note that charges interest on a bill."""
    return f"interest/{document.hex()}/{nth}"


def taxing_place(note: Id, nth: int) -> str:
    """The place of the nth debit note that asks the tax on what was received of interest."""
    return f"interest-tax/{note.hex()}/{nth}"


def _documents(*fields: str) -> Any:
    """That each of these fields names a document that the book knows."""

    def admit(_id: Id, record: Any, standing: Standing, _actor: Actor) -> Iterator[Problem]:
        for field in fields:
            known = standing.stand(getattr(record, field))
            if known is None or known.kind != ISSUED.name:
                yield Problem("NOT_STANDING", _("The book has no such document."), field)

    return admit


ACCEPTED = once_kind(
    "interest.accepted", Acceptance, problems=problems_with_acceptance, admit=_documents("document"),
    roles=COLLECTORS,
)  # fmt: skip
BOOKED = claim_kind(
    "interest.booked", Booking, problems=problems_with_booking, admit=_documents("document", "note"),
    effects=lambda _claim, claim: Effects(holds=((booking_place(claim.document, claim.nth), claim.note),)),
)  # fmt: skip
TAXED = claim_kind(
    "interest.taxed", Taxing, problems=problems_with_taxing, admit=_documents("note", "document"),
    effects=lambda _claim, claim: Effects(holds=((taxing_place(claim.note, claim.nth), claim.document),)),
)  # fmt: skip
KINDS = (ACCEPTED, BOOKED, TAXED)
