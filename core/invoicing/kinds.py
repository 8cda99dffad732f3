"""What invoicing writes to the log: documents, their cancellation and correction, drafts, and what a draft became."""

from collections.abc import Iterator

from core.changes.change import Actor
from core.changes.kind import Effects, claim_kind, fields_kind, once_kind
from core.changes.record import field_number
from core.changes.standing import Standing
from core.facts import Facts
from core.fiscal import financial_year
from core.ids import Id
from core.invoicing.filed import covering_return
from core.invoicing.model import Cancellation, Correction, Document, Draft, DraftBilled
from core.invoicing.papers import POSTING, TYPES
from core.invoicing.posting import owed_paise
from core.invoicing.proof import VALUE_MAX_PAISE, problems_with_document
from core.invoicing.rules import problems_with_cancellation, worth_paise
from core.numbering.rules import number_place, problems_with_series
from core.problems import Problem
from core.words import translate as _

_OWNER = field_number(Draft, "owner")


def draft_place(draft: Id) -> str:
    """The place that the document a draft became holds."""
    return f"draft/{draft.hex()}"


def corrected_place(document: Id) -> str:
    """The place that the document which corrects another holds."""
    return f"corrected/{document.hex()}"


def _admit_document(_record: Id, document: Document, standing: Standing, actor: Actor) -> Iterator[Problem]:
    yield from problems_with_series(document.series, document.number, document.origin, standing, actor)
    if standing.stand(document.buyer.party) is None:
        yield Problem("PARTY", _("The party of this document is not known."), "buyer.party")


def _document_effects(record: Id, document: Document) -> Effects:
    named = (document.original, document.amends, document.revises)
    return Effects(
        opens=((record, abs(owed_paise(document))),) if document.type in POSTING else (),
        posts_on=document.dated_on if document.type in POSTING else None,
        number=number_place(document.type, financial_year(document.dated_on), document.number),
        rests=tuple(each.document for each in named if each is not None and each.document is not None),
    )


def _admit_cancellation(_id: Id, claim: Cancellation, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    known = standing.stand(claim.document)
    if known is not None and known.kind != ISSUED.name:
        yield Problem("CHOICE", _("Only documents are cancelled so."), "document")
    if claim.dated_on is not None and covering_return(claim.document, claim.dated_on, standing) is not None:
        message = _("This paper is in a GSTR-1 that was filed, so it is not cancelled any more.")
        remedy = _("Answer it with a credit note, or correct it by an amendment in a later return.")
        yield Problem("FILED", message, "document", remedy)


def _admit_correction(_id: Id, claim: Correction, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    for paper in (claim.corrected, claim.document):
        known = standing.stand(paper)
        if known is None or known.kind != ISSUED.name:
            yield Problem("NOT_STANDING", _("The book has no such document."), "document")


def _problems_with_draft_record(draft: Draft) -> Iterator[Problem]:
    if draft.type not in TYPES:
        yield Problem("CHOICE", _("This is no type of document."), "type")
    if not draft.owner:
        yield Problem("REQUIRED", _("A draft belongs to one device."), "owner")
    if abs(worth_paise(draft)) > VALUE_MAX_PAISE:
        yield Problem("RANGE", _("The value is absurd."), "lines", _("Look at quantities and prices."))


def _admit_draft(record: Id, draft: Draft, standing: Standing, actor: Actor) -> Iterator[Problem]:
    yield from _owner(record, draft.owner, standing, actor)
    if standing.holder(draft_place(record)) is not None:
        yield Problem("BILLED", _("This draft was issued already."), "", _("Make a new one."))


def _admit_billing(_id: Id, claim: DraftBilled, standing: Standing, actor: Actor) -> Iterator[Problem]:
    yield from _owner(claim.draft, actor.device, standing, actor)


def _owner(draft: Id, otherwise: Id, standing: Standing, actor: Actor) -> Iterator[Problem]:
    owner = (standing.image(draft) or {}).get(_OWNER, otherwise)
    if owner != actor.device:
        message = _("Another device owns this draft.")
        yield Problem("OWNER", message, "owner", _("Copy it, or take it over while you are online."))


def _flags(document: Document) -> tuple[str, ...]:
    """A remark where a rate is none that the facts here know on the paper's date; theirs may be newer, or ours."""
    known = Facts.in_force().rates_on(document.dated_on)
    return () if all(line.rate_bp in known for line in document.lines) else ("RATE_UNKNOWN",)


ISSUED = once_kind(
    "invoicing.issued",
    Document,
    problems=problems_with_document,
    admit=_admit_document,
    effects=_document_effects,
    likeness=lambda document: document.stated,
    flags=_flags,
)
CANCELLED = claim_kind(
    "invoicing.cancelled",
    Cancellation,
    problems=lambda claim: problems_with_cancellation(claim.reason),
    admit=_admit_cancellation,
    effects=lambda _claim, claim: Effects(ends=(claim.document,), posts_on=claim.cancelled_on),
)
DRAFTED = fields_kind("invoicing.drafted", Draft, problems=_problems_with_draft_record, admit=_admit_draft)
DRAFT_BILLED = claim_kind(
    "invoicing.draft_billed",
    DraftBilled,
    admit=_admit_billing,
    effects=lambda _claim, claim: Effects(holds=((draft_place(claim.draft), claim.document),)),
)
CORRECTED = claim_kind(
    "invoicing.corrected",
    Correction,
    admit=_admit_correction,
    effects=lambda _claim, claim: Effects(holds=((corrected_place(claim.corrected), claim.document),)),
)
KINDS = (ISSUED, CANCELLED, DRAFTED, DRAFT_BILLED, CORRECTED)
