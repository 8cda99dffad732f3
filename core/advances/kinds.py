"""What advances write to the log: receipt vouchers and refund vouchers, both papers."""

from collections.abc import Iterator

from core.advances.model import ReceiptVoucher, RefundVoucher
from core.advances.rules import (
    RECEIPT_VOUCHER,
    REFUND_VOUCHER,
    open_paise,
    problems_with_refund,
    problems_with_voucher,
)
from core.changes.change import Actor
from core.changes.kind import COLLECTORS, Effects, once_kind
from core.changes.standing import Standing
from core.fiscal import financial_year
from core.ids import Id
from core.numbering.rules import number_place, problems_with_series
from core.problems import Problem
from core.words import translate as _


def admit_voucher(
    _record: Id, paper: ReceiptVoucher | RefundVoucher, standing: Standing, actor: Actor
) -> Iterator[Problem]:
    """Whether the device issues from the voucher's series, and the party is known."""
    yield from problems_with_series(paper.series, paper.number, paper.origin, standing, actor)
    if standing.stand(paper.buyer.party) is None:
        yield Problem("PARTY", _("The party of this voucher is not known."), "buyer.party")


def admit_refund(record: Id, refund: RefundVoucher, standing: Standing, actor: Actor) -> Iterator[Problem]:
    """As for a voucher; and the advance that is given back stands."""
    yield from admit_voucher(record, refund, standing, actor)
    known = standing.stand(refund.voucher)
    if known is None or known.kind != RECEIVED.name or not known.stands:
        message = _("The receipt voucher of this refund does not stand (held or unknown).")
        yield Problem("NOT_STANDING", message, "voucher")


def voucher_effects(record: Id, voucher: ReceiptVoucher) -> Effects:
    """What was not used elsewhere is open until an allocation takes it; the number is taken."""
    place = number_place(RECEIPT_VOUCHER, financial_year(voucher.dated_on), voucher.number)
    return Effects(opens=((record, open_paise(voucher)),), number=place, posts_on=voucher.dated_on)


def refund_effects(record: Id, refund: RefundVoucher) -> Effects:
    """The money given back is due until an allocation of the voucher pays it; it rests on the voucher."""
    place = number_place(REFUND_VOUCHER, financial_year(refund.dated_on), refund.number)
    return Effects(
        opens=((record, refund.amount_paise),),
        number=place,
        rests=(refund.voucher,),
        posts_on=refund.dated_on,
    )


RECEIVED = once_kind(
    "advances.received", ReceiptVoucher, problems=problems_with_voucher, admit=admit_voucher, effects=voucher_effects,
    roles=COLLECTORS, likeness=lambda voucher: voucher.stated,
)  # fmt: skip
REFUNDED = once_kind(
    "advances.refunded", RefundVoucher, problems=problems_with_refund, admit=admit_refund, effects=refund_effects,
    likeness=lambda refund: refund.stated,
)  # fmt: skip
KINDS = (RECEIVED, REFUNDED)
