"""Verbs of dunning: setting the ladder, and writing the letters that are due."""

import datetime as dt

from core.company.commands import company_of
from core.dunning.kinds import LADDER_SET, REMINDED, STEP_TAKEN
from core.dunning.letter import letter_of
from core.dunning.model import LADDER_ID, Ladder, StepTaken
from core.dunning.queries import chases, ladder
from core.dunning.rules import Chase
from core.facts import Facts
from core.ids import Id
from core.numbering.commands import check_date, take_number
from core.parties.commands import party_in
from core.store.shelf import lies_for, shelved_parties
from core.store.work import Work


def save_ladder(work: Work, body: Ladder) -> None:
    """Keep the ladder. Raises `RuleBroken` when its steps do not climb."""
    work.record(LADDER_SET, LADDER_ID, body)


def remind_party(
    work: Work, party: Id, *, on: dt.date, date_confirmed: bool = False, facts: Facts | None = None
) -> Id | None:
    """Write the letter that a party is due on a day, over all its bills; None when none is due.

    A numbered paper, and a claim for each bill that climbs a step. Raises `RuleBroken` with DATE_CHECK.
    """
    policy = ladder(work.read)
    found = chases(work.read, policy, on=on, party=party).get(party)
    if found is None or not found.step:
        return None
    check_date(work, today=on, confirmed=date_confirmed)
    return _write(work, party, found, policy, on, facts or Facts.in_force())


def run_ladder(
    work: Work, *, on: dt.date, date_confirmed: bool = False, facts: Facts | None = None
) -> list[Id]:
    """Write every letter that is due on a day, the largest sums first; answers their ids.

    Whoever has papers here that only a newer version can read is left out.
    """
    policy = ladder(work.read)
    found = chases(work.read, policy, on=on)
    aside = shelved_parties(work.read)
    due = sorted(
        (party for party in found if found[party].step and not lies_for(aside, party)),
        key=lambda party: (-found[party].asked_paise, party),
    )
    if due:
        check_date(work, today=on, confirmed=date_confirmed)
    facts = facts or Facts.in_force()
    return [_write(work, party, found[party], policy, on, facts) for party in due]


def _write(work: Work, party: Id, found: Chase, policy: Ladder, on: dt.date, facts: Facts) -> Id:
    body = party_in(work, party)
    assert body is not None, "a bill names a party that the book knows"
    number = take_number(work, "REMINDER", on)
    reminder = letter_of(
        party, body, found, company=company_of(work), policy=policy, on=on, facts=facts,
        number=number.number, series=number.series,
    )  # fmt: skip
    record = work.new_id()
    work.record(REMINDED, record, reminder)
    for due in found.dues:
        if due.is_new:
            claim = StepTaken(document=due.bill.item.paper, step=due.step, reminder=record)
            work.record(STEP_TAKEN, work.new_id(), claim)
    return record
