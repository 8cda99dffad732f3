"""What items write to the log."""

from collections.abc import Iterator

from core.changes.change import Actor
from core.changes.joining import joining_effects, problems_with_joining
from core.changes.kind import Effects, claim_kind, fields_kind
from core.changes.standing import Standing
from core.ids import Id
from core.items.model import Item, Merging, Parting
from core.items.rules import problems_with_item
from core.problems import Problem


def _admit_merging(_id: Id, merging: Merging, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    yield from problems_with_joining(merging.item, merging.into, standing)


EDITED = fields_kind("items.edited", Item, problems=problems_with_item)
MERGED = claim_kind(
    "items.merged", Merging, admit=_admit_merging,
    effects=lambda claim, merging: joining_effects(claim, merging.item),
)  # fmt: skip
PARTED = claim_kind(
    "items.parted", Parting, effects=lambda _claim, parting: Effects(undoes=(parting.merging,))
)
KINDS = (EDITED, MERGED, PARTED)
