"""Vouchers for advances, and what the portals gave for a document."""

import base64
import datetime as dt
import hashlib
import random

from core.advances.model import AdvanceTax, ReceiptVoucher, RefundVoucher
from core.einvoice.model import Registered
from core.eway.model import Noted
from core.ids import imported_id
from tests.core.paper.house import AFAR, DAY, LOCAL, SELLER


def registered(length: int = 1_060) -> Registered:
    """A registration whose QR is a text as long, and as little repeating, as those the portal signs."""
    letters = base64.urlsafe_b64encode(random.Random(4).randbytes(length)).decode()
    return Registered(
        document=imported_id("document", "1"),
        irn=hashlib.sha256(b"29AAFCC9980M1ZR2026-27INVKPW/26-27/0147").hexdigest(),
        ack_number="152612345678901",
        acknowledged_at=dt.datetime(2026, 11, 21, 14, 5, 31),
        signed_qr=f"{letters[:72]}.{letters[72 : length - 343]}.{letters[length - 342 : length]}",
    )


def noted() -> Noted:
    """An e-way bill of twelve digits, with a vehicle entered."""
    return Noted(
        document=imported_id("document", "1"),
        bill_number="181012345678",
        made_at=dt.datetime(2026, 11, 21, 14, 20),
        valid_until=dt.datetime(2026, 11, 24, 23, 59),
    )


def voucher(purpose: str = "services", supply: str = "INTER") -> ReceiptVoucher:
    """The voucher for an advance of 1,18,000 rupees."""
    tax = AdvanceTax(taxable_paise=1_18_000_00)
    if purpose == "services":
        whole = (
            {"igst_paise": 18_000_00}
            if supply == "INTER"
            else {"cgst_paise": 9_000_00, "sgst_paise": 9_000_00}
        )
        tax = AdvanceTax(taxable_paise=1_00_000_00, **whole)
    inter = supply == "INTER"
    return ReceiptVoucher(
        number="KPW/RV/26-27/5",
        series="KPWV",
        dated_on=DAY,
        seller=SELLER,
        buyer=AFAR if inter else LOCAL,
        place_of_supply="27" if inter else "29",
        place_name="Maharashtra" if inter else "Karnataka",
        supply=supply,
        amount_paise=1_18_000_00,
        rate_bp=1800 if purpose == "services" else 0,
        purpose=purpose,
        tax=tax,
        description="Commissioning of the second line" if purpose == "services" else "Ball screws as quoted",
        mode="neft",
        reference="UTIB0N26321",
        note="To be set against the invoice on completion.",
    )


def refund() -> RefundVoucher:
    """Half of that advance, given back."""
    return RefundVoucher(
        number="KPW/RF/26-27/1",
        series="KPWF",
        dated_on=DAY,
        seller=SELLER,
        buyer=AFAR,
        voucher=imported_id("voucher", "5"),
        voucher_number="KPW/RV/26-27/5",
        voucher_on=dt.date(2026, 11, 2),
        amount_paise=59_000_00,
        place_of_supply="27",
        place_name="Maharashtra",
        supply="INTER",
        rate_bp=1800,
        tax=AdvanceTax(taxable_paise=50_000_00, igst_paise=9_000_00),
        reason="The second line was given up",
        mode="neft",
        reference="UTIB0N26999",
    )
