"""Receipt and refund vouchers as lists and look-ups need them, and what of an advance was used outside the book."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Day, Whole, Words, column, key, table

vouchers = table(
    "vouchers",
    key("id", Blob),
    column("type", Words),
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
    column("purpose", Words),
    column("rate_bp", Whole),
    column("voucher", Blob, nullable=True),
)
"""Receipt vouchers (RCV) and refund vouchers (RFV), held ones too; a refund names the `voucher` it gives back."""

sa.Index("vouchers_by_date", vouchers.c.dated_on, vouchers.c.id)
sa.Index("vouchers_by_number", vouchers.c.number_key, vouchers.c.id)
sa.Index("vouchers_by_name", vouchers.c.name_key, vouchers.c.id)
sa.Index("vouchers_by_amount", vouchers.c.amount_paise, vouchers.c.id)
sa.Index("vouchers_by_party", vouchers.c.party, vouchers.c.dated_on)
sa.Index("vouchers_by_reference", vouchers.c.reference_key, sqlite_where=vouchers.c.reference_key != "")
sa.Index("refunds_of_voucher", vouchers.c.voucher, sqlite_where=vouchers.c.voucher.is_not(None))

used_elsewhere = table(
    "used_elsewhere",
    key("voucher", Blob),
    key("n", Whole),
    column("dated_on", Day),
    column("paise", Whole),
)
"""When so much of an advance was set against an invoice that the book does not have."""

sa.Index("used_elsewhere_by_date", used_elsewhere.c.dated_on, used_elsewhere.c.voucher)
