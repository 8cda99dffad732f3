"""What the law and the trade want to read on a document stands on it, and as the record says it."""

import re

import pytest

from core.invoicing.model import Document
from core.invoicing.wording import title_of
from core.paper import draw_document, draw_documents
from core.paper.hsn import by_hsn
from core.paper.invoice import document_sheet
from core.paper.lines import discount_text, percent_text, tax_paise
from core.words import amount_in_words, amount_text, date_text, money_text, price_text, quantity_text
from tests.core.paper import samples
from tests.core.paper.gallery import DOCUMENTS, SPECIAL, sample
from tests.core.paper.house import settled, ware
from tests.core.paper.reading import drawn, page_texts


def text_of(document: Document, **more: object) -> str:
    return " ".join(page_texts(drawn(lambda target: draw_document(document, target, **more))))


INTRA = samples.intra_state()
INTER = samples.inter_state()


@pytest.mark.parametrize(
    "particular",
    [
        "Tax Invoice",
        "Kaveri Precision Works Private Limited",  # (a) supplier's name, address and GSTIN
        "Plot 14, 2nd Cross, Peenya Industrial Area, Phase II, Bengaluru – 560058",
        "GSTIN: 29AAFCC9980M1ZR",
        "KPW/26-27/0147",  # (b) number
        "21-11-2026",  # (c) date
        "Hoysala Textiles LLP",  # (d), (e) recipient's name, address and GSTIN
        "8, Mysuru Road, Ramanagara – 562159",
        "State: Karnataka (29)",
        "GSTIN: 29AAACC1206D1ZC",
        "848210",  # (g) HSN
        "Precision ground shaft, 25 mm × 600 mm, hardened",  # (h) description
        "12 NOS",  # (i) quantity and unit
        "₹ 21,120.00",  # (j) total value
        "8,560.00",  # (k) taxable value
        "CGST 9%",  # (l) rate
        "770.40",  # (m) tax
        "Place of supply Karnataka (29)",  # (n)
        "Reverse charge No",  # (p)
        "Authorised signatory",  # (q)
        "ORIGINAL FOR RECIPIENT",  # Rule 48
        "PAN: AAFCC9980M",
        "Udyam: UDYAM-KR-03-0123456",
        "PO/HT/2231",
        "21-12-2026",
        "38211904417",
        "SBIN0004021",
        "Rupees Twenty One Thousand One Hundred Twenty Only",
        "Subject to Bengaluru jurisdiction.",
        "Page 1 of 1",
    ],
)
def test_an_invoice_names_every_particular(particular: str) -> None:
    assert particular in text_of(INTRA)


def test_goods_that_go_elsewhere_name_the_place_of_delivery() -> None:
    text = text_of(INTER)
    assert "Ship to" in text
    assert "Unit 3, Sanand GIDC II, Ahmedabad – 382110" in text
    assert "State: Gujarat (24)" in text
    assert "Place of supply Maharashtra (27)" in text
    assert "Ship to" not in text_of(INTRA)


@pytest.mark.parametrize(
    "name", [name for name in (*DOCUMENTS, *SPECIAL) if name not in ("opening", "hindi", "challan_bare")]
)
def test_every_stored_figure_stands_as_it_is_stored(name: str) -> None:
    document = sample(name)
    text = text_of(document)
    figures = set(re.findall(r"−?[0-9][0-9,]*\.[0-9]{2,4}", text))
    for line in document.lines:
        assert amount_text(line.taxable_paise) in figures
        assert price_text(line.price_tenthousandths) in figures
        assert quantity_text(line.quantity_thousandths) in text
        for paise in (
            line.igst_paise,
            line.cgst_paise,
            line.sgst_paise,
            line.cess_paise,
            line.discount_paise,
            line.spread_paise,
        ):
            assert not paise or amount_text(paise) in figures
    totals = document.totals
    for head in totals.__struct_fields__:
        paise = getattr(totals, head)
        assert not paise or amount_text(paise) in figures, head
    assert money_text(totals.invoice_value_paise) in text
    assert amount_in_words(totals.invoice_value_paise, "en") in text


def test_tax_by_hsn_adds_up_to_the_document() -> None:
    groups = by_hsn(samples.long_bill().lines)
    assert len(groups) == 10
    whole = sum(tax_paise(line) for lines in groups.values() for line in lines)
    totals = samples.long_bill().totals
    assert whole == totals.cgst_paise + totals.sgst_paise
    text = text_of(samples.long_bill())
    for lines in groups.values():
        assert amount_text(sum(line.taxable_paise for line in lines)) in text
        assert amount_text(sum(tax_paise(line) for line in lines)) in text


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("intra_state", "Tax Invoice"),
        ("inter_state", "Tax Invoice"),
        ("bill_of_supply", "Bill of Supply"),
        ("mixed", "Invoice-cum-Bill of Supply"),
        ("credit_note", "Credit Note"),
        ("debit_note", "Debit Note"),
        ("opening", "Invoice"),
        ("bare", "Invoice"),
        ("export", "Export Invoice"),
        ("operator_52", "Tax Invoice"),
        ("operator_9_5", "Invoice"),
        ("composition", "Bill of Supply"),
        ("revised", "Revised Invoice"),
        ("amendment", "Tax Invoice"),
        ("challan_bare", "Delivery Challan"),
        ("quotation", "Quotation"),
        ("proforma", "Proforma Invoice"),
        ("hindi", "कर बीजक"),
    ],
)
def test_a_document_is_called_what_the_law_calls_it(name: str, title: str) -> None:
    document = sample(name)
    sheet = document_sheet(document)
    assert title_of(document, sheet.say) == title
    assert sheet.name == f"{title} {document.number}"


def test_a_note_names_its_invoice_and_reason_and_asks_for_no_money() -> None:
    text = text_of(samples.credit_note())
    assert "KPW/26-27/0147 of 03-10-2026" in text
    assert "Reason Sales return" in text
    assert "Due date" not in text
    assert "Scan" not in text
    assert "38211904417" not in text


def test_copies_are_marked_for_whom_they_are() -> None:
    assert "DUPLICATE FOR TRANSPORTER" in text_of(INTRA, copies=["duplicate"])
    assert "TRIPLICATE FOR SUPPLIER" in text_of(INTRA, copies=["triplicate"])
    services = samples.reverse_charge()
    assert "DUPLICATE FOR SUPPLIER" in text_of(services, copies=["duplicate"])
    with pytest.raises(KeyError):
        text_of(INTRA, copies=["fourth"])


def test_reverse_charge_shows_the_tax_and_leaves_it_out() -> None:
    document = samples.reverse_charge()
    text = text_of(document)
    assert "Reverse charge Yes" in text
    assert "payable by the recipient under reverse charge: CGST 462.50, SGST 462.50" in text.replace(
        "\u00a0", " "
    )
    assert document.totals.invoice_value_paise == 18_500_00
    assert "₹ 18,500.00" in text


def test_supplies_abroad_carry_their_endorsement() -> None:
    text = text_of(samples.export())
    assert (
        "Supply meant for export under bond or Letter of Undertaking (LUT) without payment of integrated tax"
        in text
    )
    assert "Zero rated" in text


def test_union_territories_have_a_tax_of_their_own() -> None:
    text = text_of(settled([ware("Lamp", "940540", 1, "100")], place_of_supply="04"))
    assert "UTGST 9%" in text
    assert "SGST 9%" not in text.replace("UTGST", "")


def test_a_bill_of_supply_has_no_column_of_tax() -> None:
    text = text_of(samples.bill_of_supply())
    assert "GST 9%" not in text
    assert "Tax by HSN" not in text
    assert "Exempt 58,000.00" in text
    assert "Nil rated 14,000.00" in text


def test_a_price_that_includes_tax_says_so() -> None:
    assert text_of(samples.mixed()).count("incl. tax") == 1
    assert "incl. tax" not in text_of(INTRA)


def test_what_is_paid_and_what_is_due_stand_on_a_later_print() -> None:
    text = text_of(INTRA, open_paise=5_000_00)
    assert "Received or adjusted 16,120.00" in text
    assert "Balance due ₹ 5,000.00" in text
    assert "Scan with any UPI app to pay ₹ 5,000.00" in text
    assert "Balance due" not in text_of(INTRA)


def test_a_cancelled_document_says_so_twice_and_asks_for_no_money() -> None:
    text = text_of(INTRA, cancelled=True)
    assert text.count("CANCELLED") == 2
    assert "Scan" not in text


def test_a_draft_bears_no_number() -> None:
    text = text_of(samples.draft())
    assert text.count("DRAFT") == 2
    assert "not issued" in text
    assert "Scan" not in text


def test_what_is_empty_is_not_printed() -> None:
    text = text_of(samples.bare())
    for word in ("GSTIN", "PAN", "Udyam", "Pay to", "IFSC", "Terms", "Your order", "()"):
        assert word not in text


def test_an_opening_bill_stands_as_one_sum() -> None:
    text = text_of(samples.opening())
    assert "Balance brought forward from earlier books 84,512.00" in text
    assert date_text(samples.opening().dated_on) in text


def test_a_language_the_house_has_no_words_of_is_printed_in_english() -> None:
    document = settled([ware("Lamp", "940540", 1, "100")], language="ta")
    assert "Tax Invoice" in text_of(document)


def test_several_documents_go_into_one_file_each_with_its_own_pages() -> None:
    pdf = drawn(lambda target: draw_documents([INTRA, INTER, samples.credit_note()], target))
    texts = page_texts(pdf)
    assert [re.findall(r"Page \d of \d", text) for text in texts] == [
        ["Page 1 of 1"],
        ["Page 1 of 2"],
        ["Page 2 of 2"],
        ["Page 1 of 1"],
    ]


@pytest.mark.parametrize(
    ("rate_bp", "whole", "half"), [(1800, "18%", "9%"), (25, "0.25%", "0.125%"), (500, "5%", "2.5%")]
)
def test_rates_are_written_without_rounding(rate_bp: int, whole: str, half: str) -> None:
    assert percent_text(rate_bp) == whole
    assert percent_text(rate_bp, half=True) == half


@pytest.mark.parametrize(("pct", "text"), [(100_000, "10%"), (123_456, "12.3456%"), (5_000, "0.5%")])
def test_discounts_are_written_without_rounding(pct: int, text: str) -> None:
    assert discount_text(pct) == text
