"""What contracts and milestones write to the log."""

from collections.abc import Iterator

from core.changes.change import Actor
from core.changes.kind import Effects, claim_kind, fields_kind
from core.changes.record import from_image
from core.changes.standing import Standing
from core.ids import Id
from core.milestones.model import Billing, Certification, Contract, Milestone
from core.milestones.rules import (
    billed,
    billed_place,
    certified_place,
    not_certified,
    not_planned,
    problems_with_contract,
    problems_with_milestone,
)
from core.problems import Problem
from core.words import translate as _


def admit_certification(_id: Id, body: Certification, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    """Whether the milestone is known and still planned to happen."""
    if not _is_planned(body.milestone, standing):
        yield not_planned()


def admit_billing(_id: Id, body: Billing, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    """Whether the stage is still planned to happen, is certified, and the document is there."""
    if not _is_planned(body.milestone, standing):
        yield not_planned()
    if standing.holder(certified_place(body.milestone)) is None:
        yield not_certified()
    if standing.stand(body.document) is None:
        yield Problem(code="NOT_STANDING", message=_("The document that bills the milestone is not known."))


def admit_stage(record: Id, body: Milestone, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    """A stage that a document bills is dropped no more."""
    if body.dropped and standing.holder(billed_place(record)) is not None:
        yield billed()


def _is_planned(milestone: Id, standing: Standing) -> bool:
    image = standing.image(milestone)
    return image is not None and not from_image(Milestone, image).dropped


def certification_effects(record: Id, body: Certification) -> Effects:
    """A stage is certified once."""
    return Effects(holds=((certified_place(body.milestone), record),))


def billing_effects(_record: Id, body: Billing) -> Effects:
    """One document bills a stage; cancelling it frees the place."""
    return Effects(holds=((billed_place(body.milestone), body.document),))


CONTRACTED = fields_kind("milestones.contracted", Contract, problems=problems_with_contract)
STAGED = fields_kind("milestones.staged", Milestone, problems=problems_with_milestone, admit=admit_stage)
CERTIFIED = claim_kind(
    "milestones.certified", Certification, admit=admit_certification, effects=certification_effects
)
BILLED = claim_kind("milestones.billed", Billing, admit=admit_billing, effects=billing_effects)
KINDS = (CONTRACTED, STAGED, CERTIFIED, BILLED)
