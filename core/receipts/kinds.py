"""What receipts write to the log."""

from collections.abc import Iterator

from core.changes.change import Actor
from core.changes.kind import COLLECTORS, Effects, once_kind
from core.changes.standing import Standing
from core.fiscal import financial_year
from core.ids import Id
from core.numbering.rules import number_place, problems_with_series
from core.problems import Problem
from core.receipts.model import Receipt
from core.receipts.rules import problems_with_receipt
from core.words import translate as _


def admit_receipt(_record: Id, receipt: Receipt, standing: Standing, actor: Actor) -> Iterator[Problem]:
    """Whether the device issues from the receipt's series, and the party is known."""
    yield from problems_with_series(receipt.series, receipt.number, receipt.origin, standing, actor)
    if standing.stand(receipt.buyer.party) is None:
        yield Problem(code="PARTY", message=_("The party of this receipt is not known."), field="buyer.party")


def receipt_effects(record: Id, receipt: Receipt) -> Effects:
    """All of it is open until an allocation uses it; the number is taken."""
    place = number_place("RCT", financial_year(receipt.dated_on), receipt.number)
    return Effects(opens=((record, receipt.credit_paise),), number=place, posts_on=receipt.counts_on)


RECORDED = once_kind(
    "receipts.recorded", Receipt, problems=problems_with_receipt, admit=admit_receipt, effects=receipt_effects,
    roles=COLLECTORS, likeness=lambda receipt: receipt.stated,
)  # fmt: skip
KINDS = (RECORDED,)
