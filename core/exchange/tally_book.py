"""A whole book as one file for Tally: every ledger that is named, then every paper that posts, by date."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any

from sqlalchemy.engine import Connection

from core.advances.kinds import RECEIVED, REFUNDED
from core.advances.model import ReceiptVoucher, RefundVoucher
from core.bank.queries import accounts
from core.bank.rules import account_key
from core.changes.standing import State
from core.company.queries import company as company_in
from core.exchange import tally, tally_money
from core.exchange.exporting import papers_in, records_in
from core.exchange.named import claims_in, named_papers
from core.exchange.uses import uses_of_credit
from core.ids import Id
from core.invoicing.kinds import ISSUED
from core.invoicing.model import Document
from core.invoicing.posting import owed_paise
from core.ledger.kinds import WRITTEN_OFF
from core.ledger.model import WriteOff
from core.parties.kinds import EDITED
from core.parties.merged import merged
from core.parties.model import Party
from core.receipts.kinds import PAID_BACK, RECORDED, REVERSED
from core.receipts.model import RECEIPT, Payback, Receipt, Reversal

STANDING = (State.LIVE, State.CONTESTED)
OF_BILLS = ("INV", "DBN")


def tally_file(read: Connection) -> bytes:
    """The file that Tally imports. Papers that are cancelled or held post nothing and are left out.

    A receipt that was taken back stands, with what takes it back; what was written off and undone does not.
    """
    vouchers = sorted(_vouchers(read), key=attrgetter("dated_on", "number"))
    text = tally.envelope(company_in(read).legal_name, vouchers, with_masters=True)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode()


def _vouchers(read: Connection) -> Iterator[tally.Voucher]:
    ledgers, banks = _ledgers(read), _banks(read)
    for kind, shape, is_told in (
        (ISSUED, Document, STANDING),
        (RECORDED, Receipt, (*STANDING, State.CANCELLED)),
        (REVERSED, Reversal, STANDING),
        (PAID_BACK, Payback, (*STANDING, State.CANCELLED)),
        (RECEIVED, ReceiptVoucher, STANDING),
        (REFUNDED, RefundVoucher, STANDING),
    ):
        for each in papers_in(read, kind, shape):
            if each.state in is_told:
                voucher = _voucher(read, each.id, each.paper, ledgers.get(each.paper.buyer.party, ""), banks)
                if voucher is not None:
                    yield voucher
    yield from _written_off(read, ledgers)


def _voucher(
    read: Connection, record: Id, paper: Any, party: str, banks: Mapping[Id, str]
) -> tally.Voucher | None:
    if isinstance(paper, RefundVoucher):
        return tally.refund_voucher(paper, party=party)
    if isinstance(paper, Document):
        uses = _uses(read, record) if owed_paise(paper) < 0 else None
        return tally.document_voucher(paper, party=party, uses=uses)
    if isinstance(paper, Payback):
        return tally_money.payback_voucher(paper, party=party, bank=banks.get(paper.bank_account or b"", ""))
    if isinstance(paper, Reversal):
        back = named_papers(read, [paper.paper])[paper.paper].paper
        uses = _uses(read, paper.paper) if paper.of == RECEIPT else []
        bank = banks.get(back.bank_account or b"", "")
        return tally_money.reversal_voucher(paper, back, party=party, uses=uses, bank=bank)
    if isinstance(paper, Receipt):
        bank, told_on = banks.get(paper.bank_account or b"", ""), _cleared_on(read, record)
        return tally_money.receipt_voucher(
            paper, party=party, uses=_uses(read, record), bank=bank, told_on=told_on
        )
    return tally.advance_voucher(paper, party=party, uses=_uses(read, record))


def _uses(read: Connection, credit: Id) -> list[tally.Use]:
    """The bills that a credit settles, or did until it was taken back; what is given back of it lies on account."""
    uses = uses_of_credit(read, credit)
    return [
        tally.Use(use.bill.number, use.paise)
        for use in uses
        if use.until is None and use.bill.type in OF_BILLS
    ]


def _written_off(read: Connection, ledgers: Mapping[Id, str]) -> Iterator[tally.Voucher]:
    made = [body for _claim, state, body in claims_in(read, WRITTEN_OFF, WriteOff) if state in STANDING]
    papers = named_papers(read, [body.paper for body in made])
    for body in made:
        paper = papers[body.paper]
        is_bill = paper.type in OF_BILLS and tally.debtors(body.postings) < 0
        yield tally_money.write_off_voucher(
            body,
            party=ledgers.get(body.party) or paper.paper.buyer.name,
            bill=paper.number if is_bill else "",
        )


def _cleared_on(read: Connection, receipt: Id) -> dt.date | None:
    found = read.exec_driver_sql("SELECT cleared_on FROM receipts WHERE id = ?", (receipt,)).scalar()
    return dt.date.fromisoformat(found) if found else None


def _banks(read: Connection) -> dict[Id, str]:
    """The ledger of each bank account: its name; the company's own bank has the bank's name, as papers print it."""
    bank = company_in(read).bank
    own = account_key(bank.account)
    return {
        row.id: bank.name if own and account_key(row.number) == own else row.name
        for row in accounts(read, archived=True)
    }


def _ledgers(read: Connection) -> dict[Id, str]:
    """The ledger of each party: its name, with its code where the name is another's or an account's too.

    A merged party has the ledger of the one that it became: bills of the one are settled by the other's receipts.
    """
    parties, kept = dict(records_in(read, EDITED, Party)), merged(read)
    taken = Counter(party.name.casefold() for record, party in parties.items() if record not in kept)
    taken.update(name.casefold() for name, _group in tally.LEDGERS.values())
    taken.update([tally.RETURNS.casefold(), company_in(read).bank.name.casefold()])
    taken.update(name.casefold() for name in _banks(read).values())
    named = {
        record: party.name
        if taken[party.name.casefold()] == 1
        else f"{party.name} ({party.code or record.hex()[-6:]})"
        for record, party in parties.items()
        if record not in kept
    }
    return named | {record: named[into] for record, into in kept.items() if into in named}
