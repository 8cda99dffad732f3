"""What the invoice registration portal (IRP) said of a paper, as the book keeps it."""

import datetime as dt

from core.changes.record import Record
from core.ids import Id

CANCEL_REASONS = {"1": "duplicate", "2": "data entry mistake", "3": "order cancelled", "4": "others"}
"""The portal's codes (CnlRsn) of why an IRN is cancelled."""


class Registered(Record):
    """A paper the portal has registered: its IRN, acknowledgement and signed QR, as they came.

    `acknowledged_at` is the portal's own words in Indian time, YYYY-MM-DD HH:MM:SS. `signed_qr` and `signed_invoice`
    are the portal's signed texts (JWS), kept to the letter: only the portal signs. `key_name` is the portal's key by
    which the QR was found good when it was taken in, empty where that could not be tried.
    """

    document: Id
    irn: str
    ack_number: str
    acknowledged_at: dt.datetime
    signed_qr: str = ""
    signed_invoice: str = ""
    key_name: str = ""


class CancelledAtPortal(Record):
    """The portal has cancelled an IRN; `at` is in Indian time, `reason` one of the portal's codes 1 to 4."""

    document: Id
    irn: str
    at: dt.datetime
    reason: str = "4"
    remark: str = ""
