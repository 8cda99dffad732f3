"""The QR on a paper, photographed and read back, is the link that pays what is due."""

import pytest

from core.company.model import Bank
from core.gst.upi import upi_link
from core.paper import draw_document, draw_reminder, draw_statement
from core.paper.payment import document_link, payment_link
from tests.core.paper import letters, samples
from tests.core.paper.house import SELLER
from tests.core.paper.reading import drawn, qr_texts


def test_the_qr_of_an_invoice_pays_its_value() -> None:
    document = samples.intra_state()
    link = upi_link(
        pa="kaveriprecision@sbi",
        pn="Kaveri Precision Works",
        am_paise=document.totals.invoice_value_paise,
        tr="KPW/26-27/0147",
        tn="KPW/26-27/0147",
    )
    assert document_link(document) == link
    assert qr_texts(drawn(lambda target: draw_document(document, target))) == [link]


def test_the_qr_of_a_part_paid_invoice_pays_the_rest() -> None:
    document = samples.intra_state()
    (link,) = qr_texts(drawn(lambda target: draw_document(document, target, open_paise=12_345)))
    assert "am=123.45&" in link
    assert link == document_link(document, open_paise=12_345)


@pytest.mark.parametrize("name", ["credit_note", "draft", "zero", "bare"])
def test_nothing_to_pay_no_qr(name: str) -> None:
    document = getattr(samples, name)()
    assert document_link(document) == ""
    assert qr_texts(drawn(lambda target: draw_document(document, target))) == []


def test_a_settled_or_cancelled_invoice_has_no_qr() -> None:
    document = samples.intra_state()
    assert qr_texts(drawn(lambda target: draw_document(document, target, open_paise=0))) == []
    assert qr_texts(drawn(lambda target: draw_document(document, target, cancelled=True))) == []
    assert document_link(document, cancelled=True) == ""


def test_letters_and_statements_ask_for_what_is_due() -> None:
    letter = letters.reminder("firm")
    (link,) = qr_texts(drawn(lambda target: draw_reminder(letter, target)))
    assert link == payment_link(SELLER, letter.total_paise - letter.on_account_paise, letter.number)
    statement = letters.statement(9)
    (link,) = qr_texts(drawn(lambda target: draw_statement(statement, target)))
    assert link == payment_link(SELLER, statement.closing_paise, "SAHYADRI")


def test_an_address_that_is_none_makes_no_link() -> None:
    seller = SELLER
    wrong = type(seller)(legal_name="Anand", bank=Bank(upi_id="nonsense"))
    assert payment_link(wrong, 100, "1") == ""
