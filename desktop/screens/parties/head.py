"""What stands at the head of a party's page: its figures in a few words, and its details. Free of Qt."""

from dataclasses import dataclass

from core.facts import Facts
from core.gst.gstin import check
from core.parties.model import Party
from core.parties.rules import MONTHLY
from core.statements.accounts import PartyFigures
from core.words import amount_text, date_text, days_text, money_text, rate_text, short_money
from core.words import translate as _
from desktop.ports import Tone
from desktop.screens.parties.columns import balance_text
from desktop.screens.parties.conduct import Conduct
from desktop.screens.parties.editing import kind_name

_SLOW = 3_000
"""Whoever pays more than thirty days late, in hundredths of a day."""


@dataclass(frozen=True, slots=True)
class Head:
    """A party as its page shows it."""

    title: str
    text: str
    pill: str
    tone: Tone
    figures: tuple[tuple[str, str, Tone], ...]
    """Number, what stands below it, and its tone: one for each of `figure_captions`."""
    facts: tuple[tuple[str, str], ...]
    notes: str
    archived: bool


def figure_captions() -> tuple[str, ...]:
    """What the figures of a party are."""
    return (_("Balance"), _("Overdue"), _("On account"), _("Days late"), _("Last paid"))


def head_of(party: Party, figures: PartyFigures, conduct: Conduct) -> Head:
    """What the page's head says."""
    late = figures.overdue_paise > 0
    is_one = figures.overdue_bills == 1
    days = _("one bill, {days} days late") if is_one else _("{count} bills, oldest {days} days")
    days = days.format(count=figures.overdue_bills, days=figures.oldest_days)
    bills = {0: _("no open bills"), 1: _("one open bill")}.get(figures.open_bills, _("{count} open bills"))
    paid = money_text(figures.last_paid_paise) if figures.last_paid_on else ""
    limit = party.credit_limit_paise
    is_above = limit is not None and figures.balance_paise > limit
    if figures.balance_paise < 0:
        standing = _("in credit")
    elif limit is not None and is_above:
        standing = _("above the limit of {amount}").format(amount=short_money(limit))
    else:
        standing = bills.format(count=figures.open_bills)
    return Head(
        title=party.name,
        text=" · ".join(part for part in (party.code, party.address.city, party.registration.gstin) if part),
        pill=_("Archived") if party.archived else "",
        tone="muted",
        figures=(
            (balance_text(figures.balance_paise), standing, "danger" if is_above else ""),
            (amount_text(figures.overdue_paise) if late else "–", days if late else _("nothing is late"),
             "danger" if late else "success"),
            (amount_text(figures.on_account_paise) if figures.on_account_paise else "–",
             _("not yet used for bills") if figures.on_account_paise else _("all money is used"), ""),
            (days_text(conduct.late), _late_text(conduct), "danger" if conduct.late and conduct.late > _SLOW else ""),
            (date_text(figures.last_paid_on) if figures.last_paid_on else "–", paid, ""),
        ),
        facts=(*_facts(party), *_money_facts(party, conduct)),
        notes=party.notes,
        archived=party.archived,
    )  # fmt: skip


def _late_text(conduct: Conduct) -> str:
    if conduct.late is None:
        return _("nothing was paid in a year")
    if conduct.interest_paise:
        return _("{amount} interest").format(amount=short_money(conduct.interest_paise))
    return _("on average, in a year")


def _money_facts(party: Party, conduct: Conduct) -> tuple[tuple[str, str], ...]:
    interest = party.interest
    rate = "" if not interest.rate_bp else rate_text(interest.rate_bp)
    if rate and interest.rests == MONTHLY:
        rate = _("{rate}, monthly rests").format(rate=rate)
    return (
        (_("Interest"), rate),
        (_("In writing"), _("the days of credit") if party.agreed_in_writing else ""),
        (_("Cheques held"), money_text(conduct.cheques_paise) if conduct.cheques_paise else ""),
        (_("Group"), party.group),
        (_("Branch"), party.branch),
        (_("Salesperson"), party.salesperson),
        (_("In the bank as"), "\n".join(party.payer_names)),
    )


def _facts(party: Party) -> tuple[tuple[str, str], ...]:
    state = Facts.in_force().state(party.registration.state_code or party.address.state_code)
    place = ", ".join(part for part in (party.address.line1, party.address.line2) if part)
    town = " ".join(part for part in (party.address.city, party.address.pincode) if part)
    limit = party.credit_limit_paise
    return (
        (_("Kind"), kind_name(party.registration.kind)),
        (_("GSTIN"), party.registration.gstin),
        (_("PAN"), party.pan or check(party.registration.gstin).pan or ""),
        (_("TAN"), party.tan),
        (_("Address"), "\n".join(part for part in (place, town, state.name if state else "") if part)),
        (_("Contact"), party.contact),
        (_("Phone"), party.phone),
        (_("E-mail"), party.email),
        (_("Terms"), "" if party.terms_days is None else _("{days} days").format(days=party.terms_days)),
        (_("Credit limit"), "" if limit is None else money_text(limit)),
        (_("TDS under"), party.tds_code),
    )
