"""Receipts as lists and look-ups need them, what took them back, and money given back; the rest stands in standing."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Day, Whole, Words, column, key, table

receipts = table(
    "receipts",
    key("id", Blob),
    column("number", Words),
    column("number_key", Words),
    column("dated_on", Day),
    column("party", Blob),
    column("name", Words),
    column("name_key", Words),
    column("mode", Words),
    column("reference", Words),
    column("reference_key", Words),
    column("amount_paise", Whole),
    column("deducted_paise", Whole),
    column("counts_on", Day),
    column("cheque_number", Words),
    column("cheque_on", Day, nullable=True),
    column("cheque_bank", Words),
    column("deposited_on", Day, nullable=True),
    column("deposit", Blob, nullable=True),
    column("cleared_on", Day, nullable=True),
    column("reversal", Blob, nullable=True),
    column("reversal_cause", Words),
)
"""`counts_on` is the day from which the money counts; `cheque_on` is there for cheques alone."""

sa.Index("receipts_by_date", receipts.c.dated_on, receipts.c.id)
sa.Index("receipts_by_number", receipts.c.number_key, receipts.c.id)
sa.Index("receipts_by_name", receipts.c.name_key, receipts.c.id)
sa.Index("receipts_by_amount", receipts.c.amount_paise, receipts.c.id)
sa.Index("receipts_by_party", receipts.c.party, receipts.c.dated_on)
sa.Index("receipts_by_reference", receipts.c.reference_key, sqlite_where=receipts.c.reference_key != "")
sa.Index("receipts_by_counting", receipts.c.counts_on, receipts.c.amount_paise)

_is_cheque = receipts.c.cheque_on.is_not(None)
_is_here = sa.and_(
    receipts.c.deposited_on.is_(None), receipts.c.cleared_on.is_(None), receipts.c.reversal.is_(None)
)
_is_away = sa.and_(
    receipts.c.deposited_on.is_not(None), receipts.c.cleared_on.is_(None), receipts.c.reversal.is_(None)
)
sa.Index("cheques_in_hand", receipts.c.cheque_on, receipts.c.id, sqlite_where=sa.and_(_is_cheque, _is_here))
sa.Index("cheques_deposited", receipts.c.cheque_on, receipts.c.id, sqlite_where=sa.and_(_is_cheque, _is_away))
sa.Index(
    "cheques_bounced", receipts.c.cheque_on, receipts.c.id,
    sqlite_where=sa.and_(_is_cheque, receipts.c.reversal_cause == "bounced"),
)  # fmt: skip
sa.Index(
    "cheques_cleared", receipts.c.cheque_on, receipts.c.id,
    sqlite_where=sa.and_(_is_cheque, receipts.c.cleared_on.is_not(None), receipts.c.reversal.is_(None)),
)  # fmt: skip
sa.Index("receipts_of_deposit", receipts.c.deposit, sqlite_where=receipts.c.deposit.is_not(None))

receipt_references = table(
    "receipt_references", key("reference_key", Words), column("receipts", Whole), sums=("receipts",)
)
"""On how many receipts each reference stands, and each cheque of a party, so that one that stands twice is seen without
looking through all."""

sa.Index(
    "references_used_twice", receipt_references.c.receipts, sqlite_where=receipt_references.c.receipts > 1
)

reversals = table(
    "reversals",
    key("id", Blob),
    column("number", Words),
    column("number_key", Words),
    column("dated_on", Day),
    column("party", Blob),
    column("of", Words),
    column("paper", Blob),
    column("cause", Words),
    column("amount_paise", Whole),
    column("charges_paise", Whole),
)
sa.Index("reversals_of_paper", reversals.c.paper)
sa.Index("reversals_by_date", reversals.c.dated_on, reversals.c.id)

paybacks = table(
    "paybacks",
    key("id", Blob),
    column("number", Words),
    column("number_key", Words),
    column("dated_on", Day),
    column("party", Blob),
    column("name", Words),
    column("name_key", Words),
    column("mode", Words),
    column("reference", Words),
    column("reference_key", Words),
    column("amount_paise", Whole),
    column("credit", Blob),
    column("reversal", Blob, nullable=True),
)
sa.Index("paybacks_by_date", paybacks.c.dated_on, paybacks.c.id)
sa.Index("paybacks_by_number", paybacks.c.number_key, paybacks.c.id)
sa.Index("paybacks_by_name", paybacks.c.name_key, paybacks.c.id)
sa.Index("paybacks_by_amount", paybacks.c.amount_paise, paybacks.c.id)
sa.Index("paybacks_by_party", paybacks.c.party, paybacks.c.dated_on)
sa.Index("paybacks_of_credit", paybacks.c.credit)
