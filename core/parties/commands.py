"""Verbs of parties."""

from core.changes.record import from_image
from core.errors import RuleBroken
from core.ids import Id
from core.parties.kinds import EDITED, MERGED, PARTED
from core.parties.merged import merging_of
from core.parties.model import Merging, Parting, Party
from core.parties.queries import party_by_code
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _


def save_party(work: Work, party: Party, record: Id | None = None) -> Id:
    """Keep a party, new when no record is named. Raises `RuleBroken`, also when its code is another party's."""
    record = work.new_id() if record is None else record
    if party.code:
        holder = party_by_code(work.read, party.code)
        if holder is not None and holder != record:
            raise RuleBroken([_code_used(party.code)])
    return keep_party(work, party, record)


def keep_party(work: Work, party: Party, record: Id) -> Id:
    """Keep a party whose code is known to be no other's, as of a file whose codes were all looked up."""
    work.record(EDITED, record, party)
    work.memo.pop(("party", record), None)
    return record


def party_in(work: Work, record: Id) -> Party | None:
    """A party as it is now, read once a Work."""
    key = ("party", record)
    if key not in work.memo:
        image = work.standing.image(record)
        work.memo[key] = None if image is None else from_image(Party, image)
    found = work.memo[key]
    return found if isinstance(found, Party) else None


def merge_parties(work: Work, party: Id, into: Id) -> Id:
    """Let a party become another; its papers stay as they are, and its account is read with the other's.

    Answers the claim. Raises `RuleBroken`: UNKNOWN, CYCLE, TAKEN when it became another before.
    """
    known, kept = party_in(work, party), party_in(work, into)
    claim = work.new_id()
    merging = Merging(party, into, known.name if known else "", kept.name if kept else "")
    work.record(MERGED, claim, merging)
    return claim


def part_party(work: Work, party: Id) -> Id:
    """Undo a merging: the party stands for itself again. Raises `RuleBroken` (NOT_STANDING) when it is not merged."""
    merging = merging_of(work.read, party)
    if merging is None:
        raise RuleBroken([Problem("NOT_STANDING", _("This party was not merged into another."), "party")])
    known = party_in(work, party)
    claim = work.new_id()
    work.record(PARTED, claim, Parting(merging, party, known.name if known else ""))
    return claim


def _code_used(code: str) -> Problem:
    return Problem(
        code="DUPLICATE",
        message=_("The code {code} is already another party's.").format(code=code),
        field="code",
        remedy=_("Choose another code, or open that party."),
    )
