"""What receipts write to the log."""

from collections.abc import Iterator

from core.changes.change import Actor, Role
from core.changes.kind import COLLECTORS, Effects, once_kind
from core.changes.standing import Standing
from core.fiscal import financial_year
from core.ids import Id
from core.ledger.kinds import write_off_limit_paise
from core.numbering.rules import number_place, problems_with_series
from core.problems import Problem
from core.receipts.model import RECEIPT, Clearing, Deposit, Payback, Receipt, Reversal
from core.receipts.proof import (
    problems_with_clearing,
    problems_with_deposit,
    problems_with_payback,
    problems_with_receipt,
    problems_with_reversal,
)
from core.words import money_text
from core.words import translate as _

_GIVEN_UP = {Role.BOOKKEEPER: ("round_off",), Role.FIELD: ("round_off", "bank_charge", "other")}
"""What of a receipt's deductions is given up like a write-off, and so within its limit, by who is no owner. A collector
in the field sees neither the bank's list of charges nor the customer's complaint."""


def admit_receipt(
    _record: Id, receipt: Receipt | Payback, standing: Standing, actor: Actor
) -> Iterator[Problem]:
    """Whether the device issues from the receipt's series, the party is known, and the author may give up as much."""
    yield from problems_with_series(receipt.series, receipt.number, receipt.origin, standing, actor)
    if isinstance(receipt, Receipt):
        yield from _beyond_limit(receipt, standing, actor)
    if standing.stand(receipt.buyer.party) is None:
        yield Problem(code="PARTY", message=_("The party of this receipt is not known."), field="buyer.party")


def _beyond_limit(receipt: Receipt, standing: Standing, actor: Actor) -> Iterator[Problem]:
    kinds, limit = _GIVEN_UP.get(actor.role, ()), write_off_limit_paise(standing)
    if kinds and receipt.foreign is None:
        kinds = (*kinds, "exchange")
    if sum(each.paise for each in receipt.deductions if each.kind in kinds) > limit:
        message = _("More than {limit} is given up by an owner alone.").format(limit=money_text(limit))
        yield Problem("LIMIT", message, "deductions", _("Ask an owner, or let the amount stand open."))


def admit_reversal(_record: Id, reversal: Reversal, standing: Standing, actor: Actor) -> Iterator[Problem]:
    """Whether what is taken back still stands: of two devices that saw one cheque bounce the first has it.

    Money given back is taken back only while nothing pays it: its credit is let go first, in the same Work.
    """
    yield from problems_with_series(reversal.series, reversal.number, reversal.origin, standing, actor)
    known = standing.stand(reversal.paper)
    kind = RECORDED if reversal.of == RECEIPT else PAID_BACK
    if known is None or known.kind != kind.name or not known.stands:
        message = _("What this takes back does not stand: it was taken back already, is held or unknown.")
        yield Problem("NOT_STANDING", message, "paper")
    elif reversal.of != RECEIPT and known.open_paise != known.total_paise:
        yield Problem("LEANED_ON", _("A credit pays this money given back; undo that first."), "paper")


def admit_payback(record: Id, payback: Payback, standing: Standing, actor: Actor) -> Iterator[Problem]:
    """As for a receipt; and the credit that it gives back stands."""
    yield from admit_receipt(record, payback, standing, actor)
    known = standing.stand(payback.credit)
    if known is None or not known.stands or not known.total_paise:
        yield Problem("NOT_STANDING", _("The credit that is given back does not stand."), "credit")


def admit_deposit(_record: Id, deposit: Deposit, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    """Whether each cheque is a receipt that is known; one that bounced meanwhile was handed in all the same."""
    for receipt in deposit.receipts:
        yield from _unknown_receipt(receipt, standing)


def admit_clearing(_record: Id, clearing: Clearing, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    """Whether the receipt is known."""
    yield from _unknown_receipt(clearing.receipt, standing)


def _unknown_receipt(receipt: Id, standing: Standing) -> Iterator[Problem]:
    known = standing.stand(receipt)
    if known is None or known.kind != RECORDED.name:
        yield Problem("NOT_STANDING", _("The book has no such receipt."), "receipts")


def receipt_effects(record: Id, receipt: Receipt) -> Effects:
    """All of it is open until an allocation uses it; the number is taken."""
    place = number_place("RCT", financial_year(receipt.dated_on), receipt.number)
    return Effects(opens=((record, receipt.credit_paise),), number=place, posts_on=receipt.counts_on)


def reversal_effects(_record: Id, reversal: Reversal) -> Effects:
    """A receipt goes with every claim that drew on it; money given back, which no claim pays any more, by itself."""
    place = number_place("RVS", financial_year(reversal.dated_on), reversal.number)
    taken = (reversal.paper,)
    if reversal.of == RECEIPT:
        return Effects(number=place, undoes=taken, posts_on=reversal.counts_on)
    return Effects(number=place, ends=taken, posts_on=reversal.counts_on)


def payback_effects(record: Id, payback: Payback) -> Effects:
    """The money given back is due until an allocation of the credit pays it; it rests on the credit."""
    place = number_place("PBK", financial_year(payback.dated_on), payback.number)
    return Effects(
        opens=((record, payback.amount_paise),),
        number=place,
        rests=(payback.credit,),
        posts_on=payback.dated_on,
    )


RECORDED = once_kind(
    "receipts.recorded", Receipt, problems=problems_with_receipt, admit=admit_receipt, effects=receipt_effects,
    roles=COLLECTORS, likeness=lambda receipt: receipt.stated,
)  # fmt: skip
REVERSED = once_kind(
    "receipts.reversed", Reversal, problems=problems_with_reversal, admit=admit_reversal, effects=reversal_effects,
    likeness=lambda reversal: reversal.stated,
)  # fmt: skip
PAID_BACK = once_kind(
    "receipts.paid_back", Payback, problems=problems_with_payback, admit=admit_payback, effects=payback_effects,
    likeness=lambda payback: payback.stated,
)  # fmt: skip
DEPOSITED = once_kind(
    "receipts.deposited", Deposit, problems=problems_with_deposit, admit=admit_deposit, roles=COLLECTORS
)
CLEARED = once_kind("receipts.cleared", Clearing, problems=problems_with_clearing, admit=admit_clearing)
KINDS = (RECORDED, REVERSED, PAID_BACK, DEPOSITED, CLEARED)
