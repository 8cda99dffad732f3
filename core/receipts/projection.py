"""How a receipt becomes its row, its postings and its open credit."""

from core.changes.standing import State
from core.ledger.model import OpenItem
from core.ledger.projection import open_item, post
from core.ledger.rules import CREDIT, reference_key
from core.numbering.projection import count_number
from core.receipts.kinds import RECORDED
from core.receipts.model import Receipt
from core.receipts.rules import search_words
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.receipts import receipts

TYPE = "RCT"
"""What an open item of a receipt is called in the ledger and in statements."""


def project_receipt(rows: Rows, applied: Applied) -> None:
    """Its row, its number and its words; when it is not held also what it posts and what it leaves open."""
    receipt: Receipt = applied.body
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
    )
    rows.find_by(applied.entry, applied.record, "receipt", search_words(receipt))
    count_number(rows, series=receipt.series, dated_on=receipt.dated_on)
    if applied.state is not State.HELD:
        _post(rows, applied, receipt)


def _post(rows: Rows, applied: Applied, receipt: Receipt) -> None:
    party, credit, day = receipt.buyer.party, receipt.credit_paise, receipt.counts_on
    post(rows, paper=applied.record, party=party, dated_on=day, postings=receipt.postings)
    item = OpenItem(
        paper=applied.record, party=party, side=CREDIT, type=TYPE, number=receipt.number,
        dated_on=day, due_on=day, amount_paise=credit, open_paise=credit,
    )  # fmt: skip
    open_item(rows, item)


PROJECTIONS: dict[str, Projection] = {RECORDED.name: project_receipt}
"""What a receipt's kind becomes."""
