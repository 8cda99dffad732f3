"""What the portals gave stands on the paper, and the signed QR is read back as it was signed."""

import datetime as dt

import msgspec
import pytest

from core.clock import INDIA
from core.paper import document_link, draw_document, draw_documents
from tests.core.paper import samples, special, vouchers
from tests.core.paper.reading import drawn, page_texts, qr_texts


@pytest.mark.parametrize("length", [720, 1_060, 2_900])
def test_both_codes_are_read_from_a_plain_print(length: int) -> None:
    document, registered = samples.intra_state(), vouchers.registered(length)
    pdf = drawn(lambda target: draw_document(document, target, registered=registered))
    assert sorted(qr_texts(pdf)) == sorted([registered.signed_qr, document_link(document)])


def test_irn_acknowledgement_and_labels_stand_beside_the_codes() -> None:
    registered = vouchers.registered()
    pdf = drawn(
        lambda target: draw_document(special.moved(), target, registered=registered, noted=vouchers.noted())
    )
    (text,) = page_texts(pdf)
    assert f"Invoice Reference Number (IRN) {registered.irn}" in text
    assert "Ack no. 152612345678901 of 21-11-2026 14:05" in text
    assert "e-Invoice QR, signed by the portal" in text
    assert "Scan with any UPI app to pay" in text
    assert "E-way bill 181012345678 until 24-11-2026 23:59" in text


def test_an_instant_is_told_in_indian_time() -> None:
    at = dt.datetime(2026, 11, 21, 20, 0, tzinfo=dt.UTC)
    registered = msgspec.structs.replace(vouchers.registered(), acknowledged_at=at)
    pdf = drawn(lambda target: draw_document(samples.intra_state(), target, registered=registered))
    assert f"of {at.astimezone(INDIA):%d-%m-%Y %H:%M}" in page_texts(pdf)[0]
    assert "22-11-2026 01:30" in page_texts(pdf)[0]


@pytest.mark.parametrize("signed_qr", ["", "x" * 3_000])
def test_without_a_signed_qr_the_irn_stands_alone(signed_qr: str) -> None:
    registered = msgspec.structs.replace(vouchers.registered(), signed_qr=signed_qr)
    pdf = drawn(lambda target: draw_document(samples.credit_note(), target, registered=registered))
    assert registered.irn in page_texts(pdf)[0]
    assert "signed by the portal" not in page_texts(pdf)[0]
    assert qr_texts(pdf) == []


def test_papers_printed_together_carry_each_its_own() -> None:
    registered = vouchers.registered()
    bills = [samples.intra_state(), samples.credit_note()]
    pdf = drawn(
        lambda target: draw_documents(
            bills, target, copies=["original", "duplicate"], registered={bills[1].number: registered}
        )
    )
    assert [registered.irn in text for text in page_texts(pdf)] == [False, False, True, True]
    assert ["DUPLICATE" in text for text in page_texts(pdf)] == [False, True, False, True]


def test_nothing_of_the_portals_is_printed_unless_given() -> None:
    (text,) = page_texts(drawn(lambda target: draw_document(samples.intra_state(), target)))
    assert "IRN" not in text
    assert "E-way" not in text


def test_an_e_way_bill_without_a_vehicle_has_no_end_yet() -> None:
    noted = msgspec.structs.replace(vouchers.noted(), valid_until=None)
    (text,) = page_texts(drawn(lambda target: draw_document(samples.intra_state(), target, noted=noted)))
    assert "E-way bill 181012345678 " in text
    assert "until" not in text
