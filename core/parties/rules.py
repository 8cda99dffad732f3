"""What must be true of a party. Pure; run by the device and by the service."""

from collections.abc import Iterator

from core.company.rules import AMOUNT_MAX_PAISE, problems_with_registration
from core.parties.model import Party
from core.problems import Problem
from core.words import translate as _

TERMS_DAYS_MAX = 365
INTEREST_MAX_BP = 10_000
SIMPLE, MONTHLY = "simple", "monthly"
"""How agreed interest is reckoned: on the bill alone, or on what has grown at the end of each month."""


def problems_with_party(party: Party) -> Iterator[Problem]:
    """Each thing wrong with a party's record."""
    if not party.name.strip():
        yield Problem(code="REQUIRED", message=_("The party needs a name."), field="name")
    yield from problems_with_registration(party.registration)
    if party.terms_days is not None and not 0 <= party.terms_days <= TERMS_DAYS_MAX:
        yield Problem(code="RANGE", message=_("Terms are between 0 and 365 days."), field="terms_days")
    if party.credit_limit_paise is not None and not 0 <= party.credit_limit_paise <= AMOUNT_MAX_PAISE:
        message = _("A limit is not negative, and no absurd amount.")
        yield Problem("RANGE", message, "credit_limit_paise")
    yield from _problems_with_interest(party)


def _problems_with_interest(party: Party) -> Iterator[Problem]:
    terms = party.interest
    if not 0 <= terms.rate_bp <= INTEREST_MAX_BP:
        yield Problem(
            code="RANGE", message=_("Interest is between 0 and 100 % a year."), field="interest.rate_bp"
        )
    if terms.rests not in (SIMPLE, MONTHLY):
        yield Problem(
            code="CHOICE", message=_("Interest is simple, or with monthly rests."), field="interest.rests"
        )
    if not 0 <= terms.grace_days <= TERMS_DAYS_MAX:
        yield Problem(
            code="RANGE", message=_("Days of grace are between 0 and 365."), field="interest.grace_days"
        )


def search_words(party: Party) -> str:
    """What a party is found by."""
    parts = (party.code, party.name, party.registration.gstin, party.address.city, party.phone, party.contact)
    return " ".join(filter(None, parts))
