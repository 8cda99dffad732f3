"""What parties write to the log."""

from collections.abc import Iterator

from core.changes.change import Actor
from core.changes.joining import joining_effects, problems_with_joining
from core.changes.kind import COLLECTORS, Effects, claim_kind, fields_kind
from core.changes.standing import Standing
from core.ids import Id
from core.parties.model import Merging, Parting, Party
from core.parties.rules import problems_with_party
from core.problems import Problem


def _admit_merging(_id: Id, merging: Merging, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    yield from problems_with_joining(merging.party, merging.into, standing)


EDITED = fields_kind("parties.edited", Party, problems=problems_with_party, roles=COLLECTORS)
MERGED = claim_kind(
    "parties.merged", Merging, admit=_admit_merging,
    effects=lambda claim, merging: joining_effects(claim, merging.party),
    parties=lambda _claim, merging: (merging.party, merging.into),
)  # fmt: skip
PARTED = claim_kind(
    "parties.parted", Parting, effects=lambda _claim, parting: Effects(undoes=(parting.merging,))
)
KINDS = (EDITED, MERGED, PARTED)
