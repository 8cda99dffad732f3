"""The invoice reference number (IRN): computed here as the portal computes it, so a duplicate is seen before upload.

Sources: einv-apisandbox.nic.in/irn.html; GSTN advisory of 4 Apr 2025 (the number in capitals from 1 Jun 2025).
"""

import datetime as dt
from hashlib import sha256

from core.fiscal import financial_year, year_label_long
from core.gst.number import IRP_UPPER_CASES_FROM


def irn_source(gstin: str, dated_on: dt.date, type_: str, number: str) -> str:
    """What is hashed: supplier's GSTIN, financial year as YYYY-YY, type and number, with nothing between."""
    return f"{gstin}{year_label_long(financial_year(dated_on))}{type_}{number_at_irp(number, dated_on)}"


def irn_of(gstin: str, dated_on: dt.date, type_: str, number: str) -> str:
    """The IRN of a paper: SHA-256 as 64 small hexadecimal digits."""
    return sha256(irn_source(gstin, dated_on, type_, number).encode()).hexdigest()


def number_at_irp(number: str, dated_on: dt.date) -> str:
    """A paper's number as the portal reads it."""
    return number.upper() if dated_on >= IRP_UPPER_CASES_FROM else number
