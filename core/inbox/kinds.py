"""What the Inbox writes to the log: an owner's decision about a paper that was held."""

from collections.abc import Iterator
from typing import Any

from core.changes.change import Actor
from core.changes.kind import OWNERS, Effects, claim_kind
from core.changes.standing import Standing
from core.ids import Id
from core.inbox.model import Acceptance, Voiding
from core.problems import Problem
from core.words import translate as _

_GONE = frozenset({"NOT_STANDING", "LEANED_ON"})
"""What is wrong with a paper that takes back, or builds on, what is not there: no decision mends that."""


def _admit_acceptance(_id: Id, acceptance: Acceptance, standing: Standing, actor: Actor) -> Iterator[Problem]:
    """Whether the paper can stand at all. Why it was held (role, series, number, party) is the owner's to decide."""
    paper = standing.recorded(acceptance.paper)
    if paper is None:
        return
    for problem in paper.kind.admit(acceptance.paper, paper.body, standing, actor):
        if problem.code in _GONE:
            yield problem
    if sum(_paise(posting) for posting in getattr(paper.body, "postings", ())):
        message = _("The figures of this paper do not add up, so it can only be voided.")
        yield Problem("SUM", message, "paper", _("Void it, and issue it anew."))


def _paise(posting: Any) -> int:
    paise = getattr(posting, "paise", 0)
    return paise if isinstance(paise, int) else 0


ACCEPTED = claim_kind(
    "inbox.accepted", Acceptance, admit=_admit_acceptance, roles=OWNERS,
    effects=lambda _id, acceptance: Effects(accepts=(acceptance.paper,)),
)  # fmt: skip
VOIDED = claim_kind(
    "inbox.voided", Voiding, roles=OWNERS, effects=lambda _id, voiding: Effects(voids=(voiding.paper,))
)
KINDS = (ACCEPTED, VOIDED)
