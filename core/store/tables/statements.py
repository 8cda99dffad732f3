"""Sums by month and by day, kept beside the ledger's rows: what figures over time read instead of every paper."""

import sqlalchemy as sa

from core.store.tables.base import Blob, Day, Whole, Words, column, key, table

MONTH_SUMS = (
    "billed_paise",
    "credited_paise",
    "received_paise",
    "opened_paise",
    "settled_paise",
    "fell_late_paise",
    "late_settled_paise",
    "payments",
    "paid_paise",
    "late_days",
    "late_paise_days",
    "taken_days",
    "taken_paise_days",
)

party_months = table(
    "party_months",
    key("party", Blob),
    key("month", Words),
    *(column(name, Whole) for name in MONTH_SUMS),
    sums=MONTH_SUMS,
)
"""What a month ("2026-06") brought, by party, and of all parties where `party` is empty; core.ledger.monthly says what
each sum is."""

account_days = table(
    "account_days", key("account", Words), key("dated_on", Day), column("paise", Whole), sums=("paise",)
)
"""What was posted to an account on a day: a trial balance at any date adds these."""

sa.Index("account_days_by_date", account_days.c.dated_on, account_days.c.account, account_days.c.paise)
