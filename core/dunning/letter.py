"""The letter that a party is due, as it would be written now: what a preview shows and a command records."""

import datetime as dt

from sqlalchemy.engine import Connection

from core.company.model import Company
from core.company.queries import company as company_of_book
from core.dunning.model import Ladder, Reminder
from core.dunning.queries import chases, ladder
from core.dunning.rules import Chase, letter_lines
from core.facts import Facts
from core.ids import Id
from core.invoicing.settling import buyer_of, seller_of
from core.parties.model import Party
from core.parties.queries import party as party_record


def letter_of(
    party: Id,
    body: Party,
    found: Chase,
    *,
    company: Company,
    policy: Ladder,
    on: dt.date,
    facts: Facts,
    number: str = "",
    series: str = "",
) -> Reminder:
    """The letter of a day over all bills that stand on a step; without a number it is only a preview."""
    step = policy.steps[found.step - 1]
    lines = letter_lines(found)
    return Reminder(
        number=number,
        series=series,
        dated_on=on,
        seller=seller_of(company, facts),
        buyer=buyer_of(party, body, facts),
        step=found.step,
        tone=step.tone,
        title=step.title,
        lines=lines,
        total_paise=sum(line.open_paise for line in lines),
        on_account_paise=found.on_account_paise,
        language=body.language or company.language,
    )


def letter_due(read: Connection, party: Id, *, on: dt.date, facts: Facts | None = None) -> Reminder | None:
    """The letter that would be written to a party on a day; None when none is due."""
    policy, body = ladder(read), party_record(read, party)
    found = chases(read, policy, on=on, party=party).get(party)
    if body is None or found is None or not found.step:
        return None
    facts = facts or Facts.in_force()
    return letter_of(party, body, found, company=company_of_book(read), policy=policy, on=on, facts=facts)
