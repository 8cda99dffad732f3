"""How vouchers become their rows, their postings and what they leave open."""

from core.advances.kinds import RECEIVED, REFUNDED
from core.advances.model import ReceiptVoucher, RefundVoucher
from core.advances.rules import RECEIPT_VOUCHER, REFUND_VOUCHER, open_paise, search_words
from core.changes.standing import State
from core.ids import Id
from core.ledger.model import OpenItem
from core.ledger.projection import open_item, post
from core.ledger.rules import CREDIT, DUE, reference_key
from core.numbering.projection import count_number
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.advances import used_elsewhere, vouchers


def project_voucher(rows: Rows, applied: Applied) -> None:
    """Its rows, its number and its words; when it is not held also what it posts and leaves open on account."""
    voucher: ReceiptVoucher = applied.body
    _row(rows, applied, voucher, RECEIPT_VOUCHER, None)
    for n, used in enumerate(voucher.elsewhere, 1):
        rows.insert(used_elsewhere, voucher=applied.record, n=n, dated_on=used.dated_on, paise=used.paise)
    if applied.state is not State.HELD:
        _post(rows, applied, voucher, (CREDIT, RECEIPT_VOUCHER, open_paise(voucher)))


def project_refund(rows: Rows, applied: Applied) -> None:
    """Its row, its number and its words; when it is not held also what it posts, due until the voucher pays it."""
    refund: RefundVoucher = applied.body
    _row(rows, applied, refund, REFUND_VOUCHER, refund.voucher)
    if applied.state is not State.HELD:
        _post(rows, applied, refund, (DUE, REFUND_VOUCHER, refund.amount_paise))


def _row(
    rows: Rows, applied: Applied, paper: ReceiptVoucher | RefundVoucher, type_: str, voucher: Id | None
) -> None:
    rows.insert(
        vouchers,
        id=applied.record,
        type=type_,
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
        purpose=paper.purpose,
        rate_bp=paper.rate_bp,
        voucher=voucher,
    )
    rows.find_by(applied.entry, applied.record, "voucher", search_words(paper))
    count_number(rows, applied, series=paper.series, dated_on=paper.dated_on)


def _post(
    rows: Rows, applied: Applied, paper: ReceiptVoucher | RefundVoucher, opened: tuple[str, str, int]
) -> None:
    party, (side, type_, paise) = paper.buyer.party, opened
    post(rows, paper=applied.record, party=party, dated_on=paper.dated_on, postings=paper.postings)
    item = OpenItem(
        paper=applied.record, party=party, side=side, type=type_, number=paper.number, dated_on=paper.dated_on,
        due_on=paper.dated_on, amount_paise=paise, open_paise=paise,
    )  # fmt: skip
    open_item(rows, item)


PROJECTIONS: dict[str, Projection] = {RECEIVED.name: project_voucher, REFUNDED.name: project_refund}
"""What each kind of voucher becomes."""
