"""A whole book as one file for Tally: every ledger that is named, then every paper that posts, by date."""

from collections import Counter
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from sqlalchemy.engine import Connection

from core.advances.kinds import RECEIVED, REFUNDED
from core.advances.model import ReceiptVoucher, RefundVoucher
from core.advances.rules import REFUND_VOUCHER
from core.changes.standing import State
from core.company.queries import company as company_in
from core.exchange import tally
from core.exchange.exporting import papers_in, records_in
from core.ids import Id
from core.invoicing.kinds import ISSUED
from core.invoicing.model import Document
from core.invoicing.posting import owed_paise
from core.ledger.queries import allocations_of, open_item
from core.parties.kinds import EDITED
from core.parties.model import Party
from core.receipts.kinds import RECORDED
from core.receipts.model import Receipt

STANDING = (State.LIVE, State.CONTESTED)


def tally_file(read: Connection) -> bytes:
    """The file that Tally imports. Papers that are cancelled or held post nothing and are left out."""
    vouchers = sorted(_vouchers(read), key=attrgetter("dated_on", "number"))
    text = tally.envelope(company_in(read).legal_name, vouchers, with_masters=True)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode()


def _vouchers(read: Connection) -> Iterator[tally.Voucher]:
    ledgers = _ledgers(read)
    for kind, shape in (
        (ISSUED, Document),
        (RECORDED, Receipt),
        (RECEIVED, ReceiptVoucher),
        (REFUNDED, RefundVoucher),
    ):
        for each in papers_in(read, kind, shape):
            if each.state in STANDING:
                voucher = _voucher(read, each.id, each.paper, ledgers.get(each.paper.buyer.party, ""))
                if voucher is not None:
                    yield voucher


def _voucher(read: Connection, record: Id, paper: Any, party: str) -> tally.Voucher | None:
    if isinstance(paper, RefundVoucher):
        return tally.refund_voucher(paper, party=party)
    if isinstance(paper, Document):
        uses = _uses(read, record) if owed_paise(paper) < 0 else None
        return tally.document_voucher(paper, party=party, uses=uses)
    uses = _uses(read, record)
    if isinstance(paper, Receipt):
        return tally.receipt_voucher(paper, party=party, uses=uses)
    return tally.advance_voucher(paper, party=party, uses=uses)


def _uses(read: Connection, credit: Id) -> list[tally.Use]:
    """The bills that a credit settles; what of an advance is given back stays under its own number."""
    found = []
    for row in allocations_of(read, credit):
        bill = open_item(read, row.document) if row.credit == credit else None
        if bill is not None and bill.type != REFUND_VOUCHER:
            found.append(tally.Use(bill.number, row.paise))
    return found


def _ledgers(read: Connection) -> dict[Id, str]:
    """The ledger of each party: its name, with its code where the name is another's or an account's too."""
    parties = dict(records_in(read, EDITED, Party))
    taken = Counter(party.name.casefold() for party in parties.values())
    taken.update(name.casefold() for name, _group in tally.LEDGERS.values())
    taken.update([tally.RETURNS.casefold(), company_in(read).bank.name.casefold()])
    return {
        record: party.name
        if taken[party.name.casefold()] == 1
        else f"{party.name} ({party.code or record.hex()[-6:]})"
        for record, party in parties.items()
    }
