"""What the ledger writes to the log: allocations and write-offs, each a claim on what is open, and their undoing."""

from collections.abc import Iterator

from core.changes.change import Actor, Role
from core.changes.judge import given_up_of
from core.changes.kind import COLLECTORS, Effects, claim_kind
from core.changes.record import field_number
from core.changes.standing import Standing
from core.company.model import COMPANY_ID, Company
from core.ids import Id
from core.ledger.model import Allocation, Release, WriteOff
from core.ledger.rules import problems_with_allocation, problems_with_write_off
from core.problems import Problem
from core.words import money_text
from core.words import translate as _

_LIMIT = field_number(Company, "write_off_limit_paise")


def write_off_limit_paise(standing: Standing) -> int:
    """What others than an owner may give up of one paper."""
    limit: int = (standing.image(COMPANY_ID) or {}).get(_LIMIT, Company().write_off_limit_paise)
    return limit


def _allocation_effects(_claim: Id, allocation: Allocation) -> Effects:
    total = sum(line.paise for line in allocation.lines)
    bills = tuple((line.document, line.paise) for line in allocation.lines)
    return Effects(takes=((allocation.credit, total), *bills))


def _write_off_effects(_claim: Id, write_off: WriteOff) -> Effects:
    given_up = ((write_off.paper, write_off.paise),)
    return Effects(takes=given_up, posts_on=write_off.written_off_on, gives_up=given_up)


def _admit_write_off(_id: Id, write_off: WriteOff, standing: Standing, actor: Actor) -> Iterator[Problem]:
    """Whoever is not an owner writes off of a paper, all told, within the company's limit only."""
    limit = write_off_limit_paise(standing)
    before = standing.stand(given_up_of(write_off.paper))
    so_far = before.total_paise if before is not None else 0
    if actor.role is not Role.OWNER and so_far + write_off.paise > limit:
        message = _("More than {limit} of one paper is written off by an owner alone.").format(
            limit=money_text(limit)
        )
        yield Problem("LIMIT", message, "paise", _("Ask an owner, or let the amount stand open."))


def _admit_release(_id: Id, release: Release, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    known = standing.stand(release.claim)
    if known is not None and known.kind not in (ALLOCATED.name, WRITTEN_OFF.name):
        yield Problem("CHOICE", _("Only an allocation or a write-off is undone so."), "claim")


ALLOCATED = claim_kind(
    "ledger.allocated", Allocation, problems=problems_with_allocation, effects=_allocation_effects,
    roles=COLLECTORS, waits=True,
)  # fmt: skip
WRITTEN_OFF = claim_kind(
    "ledger.written_off", WriteOff, problems=problems_with_write_off, admit=_admit_write_off,
    effects=_write_off_effects, waits=True,
)  # fmt: skip
RELEASED = claim_kind(
    "ledger.released", Release, admit=_admit_release,
    effects=lambda _claim, release: Effects(undoes=(release.claim,), posts_on=release.released_on),
)  # fmt: skip
KINDS = (ALLOCATED, WRITTEN_OFF, RELEASED)
