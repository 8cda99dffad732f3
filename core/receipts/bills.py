"""The bills that a receipt may settle, and the TDS that a payer is likely to have kept back of them.

Amounts are paise.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.ids import Id
from core.invoicing.model import Document, Foreign
from core.invoicing.papers import DEBIT_NOTE, INVOICE
from core.ledger.model import OpenItem
from core.ledger.queries import open_items
from core.ledger.rules import DUE
from core.money import half_up, round_to_rupee
from core.receipts.rules import tds_base_paise
from core.store.read import papers_of

BILLS = (INVOICE, DEBIT_NOTE)
"""The documents that are paid."""


class OpenBill(NamedTuple):
    """A bill still to be paid; `tds_base_paise` is its whole value without GST, `foreign` its currency and rate."""

    item: OpenItem
    tds_base_paise: int
    foreign: Foreign | None = None


def open_bills(read: Connection, party: Id) -> list[OpenBill]:
    """What a party may settle, oldest due first; of an advance given back and still owed no TDS is kept."""
    items = open_items(read, party=party, side=DUE)
    papers = papers_of(read, Document, [item.paper for item in items if item.type in BILLS])
    bills = []
    for item in items:
        paper = papers.get(item.paper)
        bills.append(
            OpenBill(item, 0) if paper is None else OpenBill(item, tds_base_paise(paper), paper.foreign)
        )
    return bills


def likely_tds(bills: Iterable[OpenBill], money_paise: int, rate_bp: int) -> int:
    """The TDS kept back when so much money came for these bills, in their order, to a whole rupee.

    Each bill is paid by money and TDS together; the share of TDS is reckoned on its value without GST. A bill that
    the money does not reach in full bears its part.
    """
    kept, left = 0, money_paise
    for bill in bills:
        if left <= 0 or bill.item.amount_paise <= 0:
            break
        base = half_up(bill.tds_base_paise * bill.item.open_paise, bill.item.amount_paise)
        tds = half_up(base * rate_bp, 10_000)
        money = bill.item.open_paise - tds
        kept += tds if left >= money else half_up(tds * left, max(money, 1))
        left -= money
    return round_to_rupee(kept)
