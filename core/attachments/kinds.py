"""What attachments write to the log: that one was added, and the claim that takes it off again."""

from collections.abc import Iterator

from core.attachments.model import Attached, Detached
from core.attachments.rules import problems_with_attached, problems_with_detached
from core.changes.change import Actor
from core.changes.kind import COLLECTORS, Effects, claim_kind, once_kind
from core.changes.standing import Standing
from core.ids import Id
from core.problems import Problem
from core.words import translate as _

PLACE = "attached/"


def attached_place(address: bytes, attachment: Id) -> str:
    """The place by which the service knows that an address is named, one for each attachment that names it."""
    return f"{PLACE}{address.hex()}/{attachment.hex()}"


def _admit_attached(_id: Id, attached: Attached, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    if standing.stand(attached.about) is None:
        yield Problem("NOT_STANDING", _("The book does not have what this is attached to."), "about")


def _admit_detached(_id: Id, detached: Detached, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    known = standing.stand(detached.attachment)
    if known is None or known.kind != ADDED.name:
        yield Problem("NOT_STANDING", _("The book has no such attachment."), "attachment")


ADDED = once_kind(
    "attachments.added", Attached, problems=problems_with_attached, admit=_admit_attached, roles=COLLECTORS,
    effects=lambda record, attached: Effects(holds=((attached_place(attached.address, record), record),)),
)  # fmt: skip
REMOVED = claim_kind(
    "attachments.removed", Detached, problems=problems_with_detached, admit=_admit_detached, roles=COLLECTORS,
    effects=lambda _claim, detached: Effects(ends=(detached.attachment,)),
)  # fmt: skip
KINDS = (ADDED, REMOVED)
