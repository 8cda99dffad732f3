"""How receipts, what takes them back, and money given back become rows, postings and open amounts."""

from core.changes.standing import State
from core.ids import Id
from core.inbox.projection import tell_released
from core.ledger.model import Allocation, OpenItem
from core.ledger.monthly import note_taken_back
from core.ledger.projection import give_back, lessen, open_item, post
from core.ledger.rules import CREDIT, DUE, reference_key
from core.numbering.projection import count_number
from core.receipts.kinds import CLEARED, DEPOSITED, PAID_BACK, RECORDED, REVERSED
from core.receipts.model import RECEIPT, Clearing, Deposit, Payback, Receipt, Reversal
from core.receipts.rules import CHEQUE, cheque_key, payback_words, reversal_words, search_words
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.receipts import paybacks, receipt_references, receipts, reversals

CHEQUES = "cheque/"
"""How a cheque is counted among the references: this, its party and its number, for a number is its drawer's own."""

TYPE, PAYBACK_TYPE = "RCT", "PBK"
"""What an open item of a receipt, and of money given back, is called in the ledger and in statements."""


def project_receipt(rows: Rows, applied: Applied) -> None:
    """Its row, its number and its words; when it is not held also what it posts and what it leaves open."""
    receipt: Receipt = applied.body
    cheque = _cheque_columns(receipt)
    rows.insert(
        receipts,
        id=applied.record,
        number=receipt.number,
        number_key=receipt.number.casefold(),
        dated_on=receipt.dated_on,
        party=receipt.buyer.party,
        name=receipt.buyer.name,
        name_key=receipt.buyer.name.casefold(),
        mode=receipt.mode,
        reference=receipt.reference,
        reference_key=reference_key(receipt.reference),
        amount_paise=receipt.amount_paise,
        deducted_paise=receipt.credit_paise - receipt.amount_paise,
        counts_on=receipt.counts_on,
        **cheque,
        reversal_cause="",
    )
    if key := reference_key(receipt.reference):
        rows.add(receipt_references, (key,), receipts=1)
    if key := cheque_key(str(cheque["cheque_number"])):
        rows.add(receipt_references, (f"{CHEQUES}{receipt.buyer.party.hex()}/{key}",), receipts=1)
    rows.find_by(applied.entry, applied.record, "receipt", search_words(receipt))
    count_number(rows, applied, series=receipt.series, dated_on=receipt.dated_on)
    if applied.state is not State.HELD:
        day = receipt.counts_on
        post(rows, paper=applied.record, party=receipt.buyer.party, dated_on=day, postings=receipt.postings)
        item = OpenItem(
            paper=applied.record, party=receipt.buyer.party, side=CREDIT, type=TYPE, number=receipt.number,
            dated_on=day, due_on=day, amount_paise=receipt.credit_paise, open_paise=receipt.credit_paise,
        )  # fmt: skip
        open_item(rows, item)


def project_payback(rows: Rows, applied: Applied) -> None:
    """Its row, its number and its words; when it is not held also what it posts, due until the credit pays it."""
    paper: Payback = applied.body
    rows.insert(
        paybacks,
        id=applied.record,
        number=paper.number,
        number_key=paper.number.casefold(),
        dated_on=paper.dated_on,
        party=paper.buyer.party,
        name=paper.buyer.name,
        name_key=paper.buyer.name.casefold(),
        mode=paper.mode,
        reference=paper.reference,
        reference_key=reference_key(paper.reference),
        amount_paise=paper.amount_paise,
        credit=paper.credit,
    )
    rows.find_by(applied.entry, applied.record, "payback", payback_words(paper))
    count_number(rows, applied, series=paper.series, dated_on=paper.dated_on)
    if applied.state is State.HELD:
        return
    party, day, paise = paper.buyer.party, paper.dated_on, paper.amount_paise
    post(rows, paper=applied.record, party=party, dated_on=day, postings=paper.postings)
    item = OpenItem(
        paper=applied.record, party=party, side=DUE, type=PAYBACK_TYPE, number=paper.number, dated_on=day,
        due_on=day, amount_paise=paise, open_paise=paise,
    )  # fmt: skip
    open_item(rows, item)


def project_reversal(rows: Rows, applied: Applied) -> None:
    """What the paper posted is turned round, what it settled is open again, and nothing of it is left.

    The Inbox tells which bills are open again. A reversal that is held only takes its number.
    """
    reversal: Reversal = applied.body
    rows.insert(
        reversals,
        id=applied.record,
        number=reversal.number,
        number_key=reversal.number.casefold(),
        dated_on=reversal.dated_on,
        party=reversal.buyer.party,
        of=reversal.of,
        paper=reversal.paper,
        cause=reversal.cause,
        amount_paise=reversal.amount_paise,
        charges_paise=reversal.charges_paise,
    )
    rows.find_by(applied.entry, applied.record, "reversal", reversal_words(reversal))
    count_number(rows, applied, series=reversal.series, dated_on=reversal.dated_on)
    if applied.state is State.HELD:
        return
    day, posted, opened = reversal.counts_on, reversal.postings, _opened(applied.paper(reversal.paper))
    post(
        rows, paper=applied.record, party=reversal.buyer.party, dated_on=day, postings=posted,
        about=reversal.paper,
    )  # fmt: skip
    give_back(rows, applied, on=day, posted=len(posted))
    lessen(
        rows, claim=applied.record, n=0, credit=applied.record, document=reversal.paper,
        paise=opened, on=day,
    )  # fmt: skip
    note_taken_back(rows, reversal.paper, opened, day)
    if reversal.of == RECEIPT:
        rows.set(receipts, (reversal.paper,), reversal=applied.record, reversal_cause=reversal.cause)
        tell_released(rows, applied, paper=reversal.paper, opened=_opened_again(applied))
    else:
        rows.set(paybacks, (reversal.paper,), reversal=applied.record)
    rows.touch("receipts", reversal.paper)


def project_deposit(rows: Rows, applied: Applied) -> None:
    """Each cheque is at the bank since that day; without a day it is in hand."""
    deposit: Deposit = applied.body
    if applied.state is State.HELD:
        return
    by = applied.record if deposit.deposited_on is not None else None
    for receipt in deposit.receipts:
        if not rows.has(receipts, (receipt,)):  # of a party that this book does not carry
            continue
        rows.set(receipts, (receipt,), deposited_on=deposit.deposited_on, deposit=by)
        rows.touch("receipts", receipt)


def project_clearing(rows: Rows, applied: Applied) -> None:
    """The money is ours since that day; without a day the bank has yet to tell."""
    clearing: Clearing = applied.body
    if applied.state is State.HELD:
        return
    rows.set(receipts, (clearing.receipt,), cleared_on=clearing.cleared_on)
    rows.touch("receipts", clearing.receipt)


def _cheque_columns(receipt: Receipt) -> dict[str, object]:
    """A cheque noted by its number alone stands as one of the day it came; one of an imported paper is history."""
    if receipt.cheque is not None:
        cheque = receipt.cheque
        return {"cheque_number": cheque.number, "cheque_on": cheque.dated_on, "cheque_bank": cheque.bank}
    is_ours = receipt.mode == CHEQUE and receipt.origin == "here"
    day = receipt.dated_on if is_ours else None
    return {"cheque_number": receipt.reference if is_ours else "", "cheque_on": day, "cheque_bank": ""}


def _opened(paper: Receipt | Payback) -> int:
    return paper.credit_paise if isinstance(paper, Receipt) else paper.amount_paise


def _opened_again(applied: Applied) -> dict[Id, int]:
    """What is open again of each bill, in paise."""
    found: dict[Id, int] = {}
    for claim in applied.released:
        body = applied.paper(claim)
        for line in body.lines if isinstance(body, Allocation) else ():
            found[line.document] = found.get(line.document, 0) + line.paise
    return found


PROJECTIONS: dict[str, Projection] = {
    RECORDED.name: project_receipt,
    REVERSED.name: project_reversal,
    PAID_BACK.name: project_payback,
    DEPOSITED.name: project_deposit,
    CLEARED.name: project_clearing,
}
"""What each kind of receipts becomes."""
