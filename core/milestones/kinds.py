"""What contracts and milestones write to the log."""

from collections.abc import Iterator

from core.changes.change import Actor
from core.changes.kind import Effects, claim_kind, fields_kind
from core.changes.record import from_image
from core.changes.standing import Standing
from core.ids import Id
from core.milestones.model import Billing, Certification, Contract, Milestone
from core.milestones.rules import (
    billed_place,
    certified_place,
    not_certified,
    problems_with_contract,
    problems_with_milestone,
)
from core.problems import Problem
from core.words import translate as _


def admit_certification(_id: Id, body: Certification, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    """Whether the milestone is known and still planned to happen."""
    image = standing.image(body.milestone)
    if image is None or from_image(Milestone, image).dropped:
        yield Problem(code="MILESTONE", message=_("This milestone is not known, or was dropped."))


def admit_billing(_id: Id, body: Billing, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    """Whether the stage is certified and the document is there."""
    if standing.holder(certified_place(body.milestone)) is None:
        yield not_certified()
    if standing.stand(body.document) is None:
        yield Problem(code="NOT_STANDING", message=_("The document that bills the milestone is not known."))


def certification_effects(record: Id, body: Certification) -> Effects:
    """A stage is certified once."""
    return Effects(holds=((certified_place(body.milestone), record),))


def billing_effects(_record: Id, body: Billing) -> Effects:
    """One document bills a stage; cancelling it frees the place."""
    return Effects(holds=((billed_place(body.milestone), body.document),))


CONTRACTED = fields_kind("milestones.contracted", Contract, problems=problems_with_contract)
STAGED = fields_kind("milestones.staged", Milestone, problems=problems_with_milestone)
CERTIFIED = claim_kind(
    "milestones.certified", Certification, admit=admit_certification, effects=certification_effects
)
BILLED = claim_kind("milestones.billed", Billing, admit=admit_billing, effects=billing_effects)
KINDS = (CONTRACTED, STAGED, CERTIFIED, BILLED)
