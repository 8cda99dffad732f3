"""Money as vouchers that Tally imports: receipts, what takes them back, money given back, and what is written off.

A receipt that was taken back stands with the bills it had settled, and a payment for a bounce opens the same bills
again, as Tally's users book a dishonoured cheque. A day is the one from which the money counts.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from core.exchange.tally import (
    AGAINST,
    ON_ACCOUNT,
    Bill,
    Instrument,
    Use,
    Voucher,
    bills_of,
    debtors,
    entries_of,
)
from core.ledger.model import Account, WriteOff
from core.receipts.model import PAYBACK, Payback, Receipt, Reversal
from core.receipts.rules import CHEQUE

_LEFT = Bill(ON_ACCOUNT, "", 0)
_TRANSFERS = ("neft", "rtgs", "imps")
_MONEY = (Account.BANK, Account.CASH)


def receipt_voucher(
    receipt: Receipt,
    *,
    party: str = "",
    uses: Sequence[Use] = (),
    bank: str = "",
    told_on: dt.date | None = None,
) -> Voucher | None:
    """A receipt's voucher, against the bills it settles; the rest stays on account. None where nothing is posted.

    `bank` is the ledger of the account it came into, else that of the company's bank; `told_on` the day on which the
    bank credited it. What brought no money, a set-off, is a journal.
    """
    party = party or receipt.buyer.name
    owed = debtors(receipt.postings)
    if not owed:
        return None
    entries = entries_of(
        receipt.postings, party, bills_of(uses, -owed, _LEFT), renamed=_bank(receipt, bank),
        instrument=_instrument(receipt, party, told_on),
    )  # fmt: skip
    sort = "Receipt" if _moves_money(receipt) else "Journal"
    return Voucher(sort, receipt.counts_on, receipt.number, party, entries, receipt.reference or receipt.note)


def reversal_voucher(
    reversal: Reversal,
    paper: Receipt | Payback,
    *,
    party: str = "",
    uses: Sequence[Use] = (),
    bank: str = "",
) -> Voucher | None:
    """What takes a receipt back opens again the bills it had settled (`uses`); of money given back, what it took."""
    party = party or reversal.buyer.name
    owed = debtors(reversal.postings)
    if not owed:
        return None
    bills = [Bill(AGAINST, use.number, use.paise) for use in uses if use.paise]
    rest = owed - sum(bill.paise for bill in bills)
    bills += [_LEFT._replace(paise=rest)] if rest else []
    entries = entries_of(
        reversal.postings,
        party,
        bills,
        renamed=_bank(paper, bank),
        instrument=_instrument(paper, party, None),
    )
    sort = "Receipt" if reversal.of == PAYBACK else "Payment"
    sort = sort if _moves_money(reversal) else "Journal"
    return Voucher(sort, reversal.counts_on, reversal.number, party, entries, reversal.reason)


def payback_voucher(payback: Payback, *, party: str = "", bank: str = "") -> Voucher:
    """Money given back, out of what lies on account."""
    party = party or payback.buyer.name
    bills = [_LEFT._replace(paise=debtors(payback.postings))]
    entries = entries_of(
        payback.postings,
        party,
        bills,
        renamed=_bank(payback, bank),
        instrument=_instrument(payback, party, None),
    )
    return Voucher(
        "Payment", payback.dated_on, payback.number, party, entries, payback.reference or payback.reason
    )


def write_off_voucher(write_off: WriteOff, *, party: str, bill: str = "") -> Voucher:
    """What is given up of a bill, or of a credit that nobody claims (no `bill`). It has no number of its own."""
    owed = debtors(write_off.postings)
    bills = [Bill(AGAINST if bill else ON_ACCOUNT, bill, owed)]
    entries = entries_of(write_off.postings, party, bills, renamed={})
    said = write_off.note or write_off.reason.replace("_", " ").capitalize()
    return Voucher("Journal", write_off.written_off_on, "", party, entries, said)


def _moves_money(paper: Receipt | Reversal) -> bool:
    return any(posting.account in _MONEY for posting in paper.postings)


def _bank(paper: Receipt | Payback, bank: str) -> Mapping[str, str]:
    return {Account.BANK.value: bank or paper.seller.bank.name}


def _instrument(paper: Receipt | Payback, party: str, told_on: dt.date | None) -> Instrument:
    """By what the money moved; a receipt names a cheque as Tally does there (Cheque/DD), a payment as Cheque."""
    day = paper.counts_on if isinstance(paper, Receipt) else paper.dated_on
    cheque = paper.cheque if isinstance(paper, Receipt) else None
    if cheque is not None:
        return Instrument(
            "Cheque/DD", cheque.dated_on, cheque.number, "", cheque.bank, cheque.branch, party, told_on
        )
    if paper.mode == CHEQUE:
        sort = "Cheque/DD" if isinstance(paper, Receipt) else "Cheque"
        return Instrument(sort, day, paper.reference, party=party, told_on=told_on)
    if paper.mode in _TRANSFERS:
        transfer = paper.mode.upper()
        return Instrument("Inter Bank Transfer", day, paper.reference, transfer, party=party, told_on=told_on)
    return Instrument("Others", day, paper.reference, party=party, told_on=told_on)
