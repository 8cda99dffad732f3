"""What must be true of receipt and refund vouchers, the GST in an advance, and how it moves from month to month. Pure.

Amounts are paise. Sources: CGST Act s. 13(2) (tax is due when money for a service comes in) and s. 31(3)(d), (e);
CGST Rules 50 and 51; Notification 66/2017-Central Tax (an advance for goods bears no tax).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from core.advances.model import AdvanceTax, ReceiptVoucher, RefundVoucher
from core.gst.number import check_number
from core.ids import Id
from core.ledger.model import Account, Posting
from core.money import half_up
from core.problems import Problem
from core.words import translate as _

RECEIPT_VOUCHER = "RCV"
REFUND_VOUCHER = "RFV"
"""What vouchers are called as papers, in the ledger and in statements."""

SERVICES = "services"
GOODS = "goods"
PURPOSES = (SERVICES, GOODS)
MODES = ("cash", "cheque", "neft", "rtgs", "imps", "upi", "card", "other")
"""How an advance comes in or is given back: money alone, never a mere entry of adjustment."""

USUAL_RATE_BP = 1800
"""The rate where none can be told yet (Rule 50, proviso (i))."""

RATE_MAX_BP = 10_000
AMOUNT_MAX_PAISE = 10**15

_SUPPLIES = ("INTRA", "INTER")


class Use(NamedTuple):
    """So much of an advance went, on a day, into the paper of this number."""

    number: str
    dated_on: dt.date
    paise: int


class Move(NamedTuple):
    """An advance received, set against an invoice or given back, with the tax of that part (all positive).

    Value, tax and cess add up to the money that moved; `received_on` is the voucher's own date: an advance moved in the
    month it came is in neither 11A nor 11B.
    """

    what: Literal["received", "adjusted", "refunded"]
    number: str
    moved_on: dt.date
    received_on: dt.date
    place_of_supply: str
    inter_state: bool
    rate_bp: int
    taxable_paise: int
    igst_paise: int = 0
    cgst_paise: int = 0
    sgst_paise: int = 0
    cess_paise: int = 0
    voucher: Id | None = None


def advance_tax(amount_paise: int, rate_bp: int, cess_paise: int, inter_state: bool) -> AdvanceTax:
    """The GST in an advance that includes it: each head rounded half up on the value, CGST equal to SGST.

    Value is what the tax and the cess leave, so that the parts add up to the amount.
    """
    value = half_up((amount_paise - cess_paise) * 10_000, 10_000 + rate_bp)
    igst = half_up(value * rate_bp, 10_000) if inter_state else 0
    half = 0 if inter_state else half_up(value * rate_bp, 20_000)
    return AdvanceTax(amount_paise - cess_paise - igst - 2 * half, igst, half, half, cess_paise)


def tax_for(
    purpose: str, amount_paise: int, rate_bp: int, cess_paise: int, *, inter_state: bool
) -> AdvanceTax:
    """What an advance bears by its purpose: for goods no tax, all of it is value."""
    if purpose == GOODS:
        return AdvanceTax(taxable_paise=amount_paise)
    return advance_tax(amount_paise, rate_bp, cess_paise, inter_state)


def open_paise(voucher: ReceiptVoucher) -> int:
    """What an advance leaves open: all but what was used for invoices the book does not have."""
    return voucher.amount_paise - sum(used.paise for used in voucher.elsewhere)


def postings_for(amount_paise: int, mode: str, elsewhere_paise: int = 0) -> tuple[Posting, ...]:
    """Debit bank or cash, credit the debtors; what was used for invoices the book does not have stands as opening.

    The tax of an advance is no posting: returns declare it and take it back (`moves_of`) until an invoice bears it.
    """
    entries = (
        (Account.CASH if mode == "cash" else Account.BANK, amount_paise),
        (Account.DEBTORS, elsewhere_paise - amount_paise),
        (Account.OPENING, -elsewhere_paise),
    )
    return tuple(Posting(account.value, paise) for account, paise in entries if paise)


def refund_postings(amount_paise: int, mode: str) -> tuple[Posting, ...]:
    """Debit the debtors, credit bank or cash: the money goes back."""
    return tuple(Posting(posting.account, -posting.paise) for posting in postings_for(amount_paise, mode))


def moves_of(
    voucher: ReceiptVoucher, uses: Sequence[Use], refunds: Sequence[Use], *, record: Id | None = None
) -> list[Move]:
    """How an advance came, was set against invoices and given back, in order of days; nothing for goods.

    `uses` and `refunds` are what was taken of it; what it says was used elsewhere is added to them. Each part bears
    the voucher's tax by running rounding: the rounded tax of all so far, less what earlier parts took. So parts add
    up to the voucher's own figures, whatever the order they were entered in.
    """
    if voucher.purpose != SERVICES:
        return []
    adjusted = [*uses, *(Use(each.number, each.dated_on, each.paise) for each in voucher.elsewhere)]
    taken = sorted([(use.dated_on, 0, use.number.casefold(), use.paise, use.number) for use in adjusted])
    taken += sorted([(use.dated_on, 1, use.number.casefold(), use.paise, use.number) for use in refunds])
    received = _move(voucher, "received", voucher.number, voucher.dated_on, voucher.tax, record)
    moves, reached, borne = [received], 0, AdvanceTax()
    for moved_on, back, _key, paise, number in sorted(taken):
        reached += paise
        so_far = _share(voucher, reached)
        part = _less(so_far, borne)
        moves.append(_move(voucher, "refunded" if back else "adjusted", number, moved_on, part, record))
        borne = so_far
    return moves


def shared_in_order(received: Move, parts: Iterable[Move]) -> list[Move]:
    """The parts of an advance with its tax shared out in this order, instead of that of their days.

    For returns: what a filed one told stands, whatever earlier day a later part bears.
    """
    whole_tax, reached, borne, found = _tax_of(received), 0, AdvanceTax(), []
    for part in parts:
        reached += sum(msgspec.structs.astuple(_tax_of(part)))
        so_far = _first(whole_tax, sum(msgspec.structs.astuple(whole_tax)), reached)
        found.append(part._replace(**msgspec.structs.asdict(_less(so_far, borne))))
        borne = so_far
    return found


def _tax_of(move: Move) -> AdvanceTax:
    return AdvanceTax(
        move.taxable_paise, move.igst_paise, move.cgst_paise, move.sgst_paise, move.cess_paise
    )  # fmt: skip


def _share(voucher: ReceiptVoucher, reached_paise: int) -> AdvanceTax:
    """The tax of the first so many paise of an advance."""
    return _first(voucher.tax, voucher.amount_paise, reached_paise)


def _first(tax: AdvanceTax, whole: int, reached_paise: int) -> AdvanceTax:
    """So much of a tax as the first so many paise of the whole bear."""
    igst, half, cess = (
        half_up(head * reached_paise, whole) for head in (tax.igst_paise, tax.cgst_paise, tax.cess_paise)
    )
    return AdvanceTax(reached_paise - igst - 2 * half - cess, igst, half, half, cess)


def _less(tax: AdvanceTax, borne: AdvanceTax) -> AdvanceTax:
    heads = tax.__struct_fields__
    return AdvanceTax(*(getattr(tax, head) - getattr(borne, head) for head in heads))


def _move(
    voucher: ReceiptVoucher,
    what: Literal["received", "adjusted", "refunded"],
    number: str,
    moved_on: dt.date,
    tax: AdvanceTax,
    record: Id | None,
) -> Move:
    return Move(
        what, number, moved_on, voucher.dated_on, voucher.place_of_supply, voucher.supply == "INTER", voucher.rate_bp,
        tax.taxable_paise, tax.igst_paise, tax.cgst_paise, tax.sgst_paise, tax.cess_paise, record,
    )  # fmt: skip


def tax_of(move: Move) -> AdvanceTax:
    """The tax of a part of an advance, as a refund voucher states it."""
    return AdvanceTax(move.taxable_paise, move.igst_paise, move.cgst_paise, move.sgst_paise, move.cess_paise)


def refund_tax(
    voucher: ReceiptVoucher, uses: Sequence[Use], refunds: Sequence[Use], given: Use
) -> AdvanceTax:
    """The tax of the part that a refund gives back, after what was taken of the advance by then."""
    for move in moves_of(voucher, uses, [*refunds, given]):
        if (move.what, move.number, move.moved_on) == ("refunded", given.number, given.dated_on):
            return tax_of(move)
    return AdvanceTax(taxable_paise=given.paise)


def problems_with_voucher(voucher: ReceiptVoucher) -> Iterator[Problem]:
    """Each thing wrong with a receipt voucher as a paper; device and service alike."""
    yield from check_number(voucher.number, on=voucher.dated_on).problems
    yield from _problems_with_choices(voucher)
    if not 0 < voucher.amount_paise <= AMOUNT_MAX_PAISE:
        yield Problem(
            "RANGE", _("An advance is of more than nothing, and of no absurd amount."), "amount_paise"
        )
    if not 0 <= voucher.rate_bp <= RATE_MAX_BP:
        yield Problem("RANGE", _("A rate of GST is between 0 and 100 per cent."), "rate_bp")
    elif not 0 <= voucher.tax.cess_paise <= voucher.amount_paise:
        yield Problem("RANGE", _("The cess in an advance is a part of it."), "cess_paise")
    elif voucher.tax != tax_for(
        voucher.purpose,
        voucher.amount_paise,
        voucher.rate_bp,
        voucher.tax.cess_paise,
        inter_state=voucher.supply == "INTER",
    ):
        yield Problem("SUMS", _("The tax is not what the amount and the rate come to."), "tax")
    yield from _problems_with_elsewhere(voucher)
    elsewhere_paise = voucher.amount_paise - open_paise(voucher)
    if voucher.postings != postings_for(voucher.amount_paise, voucher.mode, elsewhere_paise):
        yield Problem("POSTINGS", _("What the voucher posts is not what it says."), "postings")


def _problems_with_choices(paper: ReceiptVoucher | RefundVoucher) -> Iterator[Problem]:
    if paper.purpose not in PURPOSES:
        yield Problem("CHOICE", _("An advance is for services or for goods."), "purpose")
    if paper.mode not in MODES:
        yield Problem("CHOICE", _("This way of paying is not known."), "mode")
    if paper.supply not in _SUPPLIES:
        yield Problem("CHOICE", _("A supply is within the State or between States."), "supply")


def _problems_with_elsewhere(voucher: ReceiptVoucher) -> Iterator[Problem]:
    for at, used in enumerate(voucher.elsewhere, 1):
        if used.paise <= 0:
            yield Problem("RANGE", _("An adjustment is of more than nothing."), f"elsewhere.{at}.paise")
        if used.dated_on < voucher.dated_on:
            message = _("An advance is not used before it came in.")
            yield Problem("DATE", message, f"elsewhere.{at}.dated_on")
    if open_paise(voucher) < 0:
        yield Problem("OPEN_AMOUNT", _("More is adjusted than came in."), "elsewhere")


def problems_with_refund(refund: RefundVoucher) -> Iterator[Problem]:
    """Each thing wrong with a refund voucher as a paper; device and service alike."""
    yield from check_number(refund.number, on=refund.dated_on).problems
    yield from _problems_with_choices(refund)
    if not 0 < refund.amount_paise <= AMOUNT_MAX_PAISE:
        yield Problem(
            "RANGE", _("A refund is of more than nothing, and of no absurd amount."), "amount_paise"
        )
    if refund.dated_on < refund.voucher_on:
        yield Problem("DATE", _("An advance is not given back before it came in."), "dated_on")
    tax = refund.tax
    whole = tax.taxable_paise + tax.igst_paise + tax.cgst_paise + tax.sgst_paise + tax.cess_paise
    if whole != refund.amount_paise or tax.cgst_paise != tax.sgst_paise:
        yield Problem("SUMS", _("Value and tax do not add up to what is given back."), "tax")
    if refund.postings != refund_postings(refund.amount_paise, refund.mode):
        yield Problem("POSTINGS", _("What the voucher posts is not what it says."), "postings")


def search_words(paper: ReceiptVoucher | RefundVoucher) -> str:
    """What a voucher is found by."""
    buyer = paper.buyer
    parts = (paper.number, buyer.code, buyer.name, paper.reference, str(paper.amount_paise // 100))
    return " ".join(part for part in parts if part)
