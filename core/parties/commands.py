"""Verbs of parties."""

from core.changes.record import from_image
from core.errors import RuleBroken
from core.ids import Id
from core.parties.kinds import EDITED
from core.parties.model import Party
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


def _code_used(code: str) -> Problem:
    return Problem(
        code="DUPLICATE",
        message=_("The code {code} is already another party's.").format(code=code),
        field="code",
        remedy=_("Choose another code, or open that party."),
    )
