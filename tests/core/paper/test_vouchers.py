"""Vouchers for advances carry the particulars of CGST Rules 50 and 51."""

import msgspec
import pytest

from core.advances.model import ReceiptVoucher, RefundVoucher
from core.paper import draw_refund, draw_voucher
from tests.core.paper import vouchers
from tests.core.paper.house import SELLER
from tests.core.paper.reading import drawn, page_texts


def voucher_text(voucher: ReceiptVoucher) -> str:
    return " ".join(page_texts(drawn(lambda target: draw_voucher(voucher, target))))


def refund_text(refund: RefundVoucher) -> str:
    return " ".join(page_texts(drawn(lambda target: draw_refund(refund, target))))


@pytest.mark.parametrize(
    "particular",
    [
        "Receipt Voucher",
        "Kaveri Precision Works Private Limited",  # (a)
        "GSTIN: 29AAFCC9980M1ZR",
        "Voucher no. KPW/RV/26-27/5",  # (b)
        "Date 21-11-2026",  # (c)
        "Received with thanks from Sahyadri Automation",  # (d)
        "GSTIN: 27AAPFU0939F1ZV",
        "Advance for: Commissioning of the second line",  # (e)
        "Advance received ₹ 1,18,000.00",  # (f)
        "IGST 18%",  # (g)
        "18,000.00",  # (h)
        "Place of supply Maharashtra (27)",  # (i)
        "Reverse charge No",  # (j)
        "Authorised signatory",  # (k)
        "Rupees One Lakh Eighteen Thousand Only",
        "Received by NEFT",
        "UTIB0N26321",
        "To be set against the invoice on completion.",
    ],
)
def test_a_receipt_voucher_names_every_particular(particular: str) -> None:
    assert particular in voucher_text(vouchers.voucher())


@pytest.mark.parametrize(
    "particular",
    [
        "Refund Voucher",
        "Kaveri Precision Works Private Limited",  # (a)
        "Refund voucher no. KPW/RF/26-27/1",  # (b)
        "Date 21-11-2026",  # (c)
        "Refunded to Sahyadri Automation",  # (d)
        "GSTIN: 27AAPFU0939F1ZV",
        "Receipt voucher KPW/RV/26-27/5 of 02-11-2026",  # (e)
        "Advance refunded: Services",  # (f)
        "Amount refunded ₹ 59,000.00",  # (g)
        "IGST 18%",  # (h)
        "9,000.00",  # (i)
        "Reverse charge No",  # (j)
        "Authorised signatory",  # (k)
        "Reason The second line was given up",
        "Paid by NEFT",
    ],
)
def test_a_refund_voucher_names_every_particular(particular: str) -> None:
    assert particular in refund_text(vouchers.refund())


def test_within_the_state_both_halves_stand() -> None:
    text = voucher_text(vouchers.voucher("services", "INTRA"))
    assert "CGST 9% 9,000.00" in text
    assert "SGST 9% 9,000.00" in text
    territory = msgspec.structs.replace(vouchers.voucher("services", "INTRA"), place_of_supply="04")
    assert "UTGST 9% 9,000.00" in voucher_text(territory)


def test_cess_stands_beside_the_tax() -> None:
    voucher = vouchers.voucher()
    tax = msgspec.structs.replace(voucher.tax, taxable_paise=99_000_00, cess_paise=1_000_00)
    assert "Cess 1,000.00" in voucher_text(msgspec.structs.replace(voucher, tax=tax))


def test_an_advance_for_goods_bears_no_tax_and_says_why() -> None:
    text = voucher_text(vouchers.voucher("goods", "INTRA"))
    assert "an advance for goods bears none (Notification 66/2017-Central Tax)" in text
    assert "CGST" not in text
    assert "Taxable value" not in text
    refund = msgspec.structs.replace(vouchers.refund(), purpose="goods")
    assert "No tax was charged on this advance" in refund_text(refund)
    assert "IGST" not in refund_text(refund)


def test_an_advance_at_no_rate_has_no_column_of_tax() -> None:
    voucher = vouchers.voucher()
    tax = type(voucher.tax)(taxable_paise=voucher.amount_paise)
    text = voucher_text(msgspec.structs.replace(voucher, rate_bp=0, tax=tax))
    assert [words for words in ("IGST", "Taxable value", "Notification") if words in text] == []
    assert "Advance received ₹ 1,18,000.00" in text


def test_a_voucher_without_a_number_is_a_draft() -> None:
    text = voucher_text(msgspec.structs.replace(vouchers.voucher(), number="", mode="cheque"))
    assert text.count("DRAFT") == 2
    assert "not issued" in text
    assert "Subject to realisation of the cheque." in text


def test_a_composition_dealer_says_what_he_is() -> None:
    voucher = msgspec.structs.replace(
        vouchers.voucher(), seller=msgspec.structs.replace(SELLER, composition=True)
    )
    assert "Composition taxable person, not eligible to collect tax on supplies" in voucher_text(voucher)
