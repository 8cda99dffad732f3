"""What a document posts and leaves open: one reckoning for issue, proof, effects and projection. Pure."""

from collections.abc import Sequence

from core.invoicing.model import Document, Totals
from core.invoicing.papers import CREDIT_NOTE, INTEREST, INTEREST_TAX, POSTING
from core.ledger.model import Account, Posting
from core.ledger.rules import CREDIT, DUE

Entry = tuple[str, int]

_DEBTORS, _SALES, _OPENING = Account.DEBTORS.value, Account.SALES.value, Account.OPENING.value
_IGST, _CGST, _SGST = Account.OUTPUT_IGST.value, Account.OUTPUT_CGST.value, Account.OUTPUT_SGST.value
_INTEREST = Account.INTEREST.value
_CESS, _CHARGES, _ROUND_OFF = Account.OUTPUT_CESS.value, Account.OTHER_CHARGES.value, Account.ROUND_OFF.value


def postings_for(
    type_: str,
    totals: Totals,
    *,
    reverse_charge: bool = False,
    opening: bool = False,
    replaces: Totals | None = None,
    reason: str = "",
) -> tuple[Posting, ...]:
    """What a document posts: the debtor against sales, tax, charges and round-off; a credit note the other way.

    A note on interest posts against interest instead of sales; one on its tax posts the tax alone, since `replaces`
    is then what an earlier note posted.

    A challan, a quotation and a proforma post nothing. Under reverse charge the buyer owes the tax, so none is
    posted. An opening balance stands against `opening`. Of a document that corrects another, with the totals it
    `replaces`, only the difference is posted.
    """
    if type_ not in POSTING:
        return ()
    sign = -1 if type_ == CREDIT_NOTE else 1
    if opening:
        entries = [
            (_DEBTORS, totals.invoice_value_paise),
            (_OPENING, -totals.invoice_value_paise),
        ]
    else:
        income = _INTEREST if reason in (INTEREST, INTEREST_TAX) else _SALES
        entries = _entries(totals, income, charged=not reverse_charge)
        if replaces is not None:
            before = _entries(replaces, income, charged=_was_charged(replaces))
            entries = _difference(entries, before)
    return tuple(Posting(account, sign * paise) for account, paise in entries if paise)


def owed_paise(document: Document) -> int:
    """What a document adds to what its party owes; below nought where it gives credit."""
    owed = 0
    for posting in document.postings:
        if posting.account == _DEBTORS:
            owed += posting.paise
    return owed


def side_of(document: Document) -> str:
    """The side of its open item: a credit note's, and a correction's that lessens what is owed, is credit."""
    owed = owed_paise(document)
    if owed == 0:
        return CREDIT if document.type == CREDIT_NOTE else DUE
    return DUE if owed > 0 else CREDIT


def without_tax(totals: Totals) -> Totals:
    """The totals of the same lines before any tax, as a note on interest states them."""
    value = totals.taxable_paise + totals.nil_paise + totals.exempt_paise + totals.non_gst_paise
    return Totals(
        totals.taxable_paise, totals.nil_paise, totals.exempt_paise, totals.non_gst_paise, invoice_value_paise=value
    )  # fmt: skip


def _entries(totals: Totals, income: str, *, charged: bool) -> list[Entry]:
    sales = totals.taxable_paise + totals.nil_paise + totals.exempt_paise + totals.non_gst_paise
    entries = [(_DEBTORS, totals.invoice_value_paise), (income, -sales)]
    if charged:
        entries += [
            (_IGST, -totals.igst_paise),
            (_CGST, -totals.cgst_paise),
            (_SGST, -totals.sgst_paise),
            (_CESS, -totals.cess_paise),
        ]
    entries += [
        (_CHARGES, -totals.other_charges_paise),
        (_ROUND_OFF, -totals.round_off_paise),
    ]
    return entries


def _was_charged(totals: Totals) -> bool:
    """Whether the value holds the tax: under reverse charge it leaves it out."""
    without = totals.taxable_paise + totals.nil_paise + totals.exempt_paise + totals.non_gst_paise
    without += totals.other_charges_paise + totals.round_off_paise
    return totals.invoice_value_paise != without


def _difference(now: Sequence[Entry], before: Sequence[Entry]) -> list[Entry]:
    old = dict(before)
    new = dict(now)
    return [(account, new.get(account, 0) - old.get(account, 0)) for account in {**new, **old}]
