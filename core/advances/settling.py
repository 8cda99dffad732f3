"""An advance settled into its receipt voucher, and the part of it that a refund voucher gives back. Pure.

Used by the window's door, by import and by preview alike. Amounts are paise.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from core.advances.model import AdjustedElsewhere, ReceiptVoucher, RefundVoucher
from core.advances.rules import (
    GOODS,
    PURPOSES,
    RATE_MAX_BP,
    SERVICES,
    Use,
    postings_for,
    refund_postings,
    refund_tax,
    tax_for,
)
from core.company.model import Company
from core.company.rules import state_of
from core.errors import RuleBroken
from core.facts import Facts
from core.gst.party_kind import PartyKind
from core.gst.place import is_inter_state
from core.ids import Id
from core.invoicing.model import Draft
from core.invoicing.settling import buyer_of, place_for, seller_of, state_name
from core.parties.model import Party
from core.problems import Problem
from core.words import translate as _


class Advance(NamedTuple):
    """An advance as asked for: the money, what it is for, and the rate and place of that supply."""

    dated_on: dt.date
    amount_paise: int
    rate_bp: int
    purpose: str = SERVICES
    place_of_supply: str = ""
    cess_paise: int = 0
    mode: str = "neft"
    reference: str = ""
    description: str = ""
    note: str = ""


def settled_voucher(
    asked: Advance,
    *,
    company: Company,
    party_id: Id,
    party: Party,
    facts: Facts,
    elsewhere: Sequence[AdjustedElsewhere] = (),
) -> ReceiptVoucher:
    """The receipt voucher, without a number yet. Raises `RuleBroken`: PLACE_OF_SUPPLY, TAX_NOT_ALLOWED, RANGE.

    The place of supply, when not given, is found as for an invoice; where the law takes the supplier's State for an
    unregistered buyer, so does the voucher.
    """
    place = place_for(Draft(place_of_supply=asked.place_of_supply), company, party)
    problems = [*_problems_with_asked(asked, company), *place.problems]
    if problems or place.code is None:
        raise RuleBroken(problems)
    supplier_state = state_of(company.registration, company.address)
    kind = PartyKind(party.registration.kind)
    inter_state = is_inter_state(supplier_state, place.code, kind, supplier_in_sez=company.sez)
    rate_bp, cess_paise = (0, 0) if asked.purpose == GOODS else (asked.rate_bp, asked.cess_paise)
    return ReceiptVoucher(
        number="",
        series="",
        dated_on=asked.dated_on,
        seller=seller_of(company, facts),
        buyer=buyer_of(party_id, party, facts),
        place_of_supply=place.code,
        amount_paise=asked.amount_paise,
        rate_bp=rate_bp,
        place_name=state_name(place.code, facts),
        supply="INTER" if inter_state else "INTRA",
        purpose=asked.purpose,
        tax=tax_for(asked.purpose, asked.amount_paise, rate_bp, cess_paise, inter_state=inter_state),
        description=asked.description.strip(),
        mode=asked.mode,
        reference=asked.reference.strip(),
        note=asked.note,
        elsewhere=tuple(elsewhere),
        postings=postings_for(asked.amount_paise, asked.mode, sum(used.paise for used in elsewhere)),
        language=party.language or company.language,
        facts_version=facts.version,
    )


def _problems_with_asked(asked: Advance, company: Company) -> list[Problem]:
    problems = []
    if asked.purpose not in PURPOSES:
        problems.append(Problem("CHOICE", _("An advance is for services or for goods."), "purpose"))
    if not 0 <= asked.rate_bp <= RATE_MAX_BP:
        problems.append(Problem("RANGE", _("A rate of GST is between 0 and 100 per cent."), "rate_bp"))
    elif asked.rate_bp and asked.purpose == SERVICES and not may_charge(company):
        message = _("A supplier who is not registered, or under composition, charges no GST.")
        problems.append(Problem("TAX_NOT_ALLOWED", message, "rate_bp", _("Set the rate to 0.")))
    return problems


def may_charge(company: Company) -> bool:
    """Whether the company charges GST: registered, and not under composition."""
    return bool(company.registration.gstin) and not company.composition


def settled_refund(
    voucher: ReceiptVoucher,
    record: Id,
    *,
    number: str,
    series: str,
    dated_on: dt.date,
    amount_paise: int,
    reason: str,
    mode: str,
    reference: str,
    uses: Sequence[Use],
    refunds: Sequence[Use],
    note: str = "",
) -> RefundVoucher:
    """The refund voucher of a part of an advance, with the tax of that part after what was taken by then."""
    return RefundVoucher(
        number=number,
        series=series,
        dated_on=dated_on,
        seller=voucher.seller,
        buyer=voucher.buyer,
        voucher=record,
        voucher_number=voucher.number,
        voucher_on=voucher.dated_on,
        amount_paise=amount_paise,
        place_of_supply=voucher.place_of_supply,
        place_name=voucher.place_name,
        supply=voucher.supply,
        purpose=voucher.purpose,
        rate_bp=voucher.rate_bp,
        tax=refund_tax(voucher, uses, refunds, Use(number, dated_on, amount_paise)),
        reason=reason.strip(),
        mode=mode,
        reference=reference.strip(),
        note=note,
        postings=refund_postings(amount_paise, mode),
        language=voucher.language,
    )
