"""Special supplies, offers and challans: the words and figures that the law or the trade wants on each."""

from functools import partial

import msgspec
import pytest

from core.invoicing.model import Document, Foreign
from core.paper import COPIES, document_link, draw_document
from core.paper.foreign import (
    country_name,
    exchange_text,
    foreign_hundredths,
    foreign_price_text,
    foreign_text,
)
from core.paper.sheet import wording
from core.paper.totals import total_pairs
from core.words import amount_text, money_text
from tests.core.paper import samples, special, vouchers
from tests.core.paper.gallery import SPECIAL, sample
from tests.core.paper.house import settled, ware
from tests.core.paper.reading import drawn, page_texts

DOLLARS = Foreign(currency="USD", rate_millionths=83_250_000)
_ = wording("en")


def text_of(document: Document, **more: object) -> str:
    return " ".join(page_texts(drawn(lambda target: draw_document(document, target, **more))))


PARTICULARS = {
    "export": [  # Rule 46, third proviso
        "Supply meant for export under bond or Letter of Undertaking (LUT) without payment of integrated tax",
        "Nordic Filters AB",
        "Hamngatan 11, Göteborg, Sweden",
        "Country of destination Sweden",
        "Shipping bill 4471203 · 20-11-2026",
        "Port INMAA1",
        "LUT AD290326000123X",
        "Exchange rate 1 SEK = ₹ 8.4567",
        "SEK 368.9382",
        "Total SEK 22,136.29",
        "Zero rated",
    ],
    "export_paid": [
        "Supply meant for export on payment of integrated tax",
        "Dispatched from Shed 6, Kattupalli Port Road, Ponneri – 600120",
        "Amount USD",
        "Ocean freight 18,400.00",
        "Total USD 3,514.19",
        "IGST 18%",
    ],
    "zone_paid": [
        "Supply to SEZ unit or SEZ developer for authorised operations on payment of integrated tax",
        "IGST 18%",
        "18,144.00",
    ],
    "zone_lut": [
        "Supply to SEZ unit or SEZ developer for authorised operations "
        "under bond or Letter of Undertaking (LUT) without payment of integrated tax",
        "LUT AD290326000123X",
    ],
    "composition": [  # Rules 5(1)(f) and 49
        "Bill of Supply",
        "Composition taxable person, not eligible to collect tax on supplies",
        "GSTIN: 29AAFCC9980M1ZR",
        "Bill no. KPW/BS/26-27/12",
        "Value by HSN/SAC",
        "Total ₹ 5,680.00",
    ],
    "revised": ["Revised Invoice", "KPW/RI/26-27/003", "Revises 41 of 02-10-2026"],  # Rule 53(1)
    "credit_note": [  # Rule 53(1A)
        "Credit Note",
        "Credit note no. KPW/CN/26-27/009",
        "Against KPW/26-27/0147 of 03-10-2026",
        "Reason Sales return",
        "CGST 9%",
        "Place of supply Karnataka (29)",
    ],
    "amendment": [
        "Amends KPW/26-27/0098 of 14-08-2026",
        "Billed before 17,963.00",
        "Balance due ₹ 5,000.00",
        "Scan with any UPI app to pay ₹ 5,000.00",
    ],
    "moved": [
        "Ship to Hoysala Textiles LLP Survey 118, Bidadi Industrial Area, Ramanagara – 562109",
        "Dispatched from Foundry, Machhe, Belagavi – 590014",
        "Road · KA22C4410 · 482 km",
        "Transporter: 29AAFCT1234Q1Z8",
        "LR/RR/AWB: LR-88121 · 21-11-2026",
        "Gross value 99,360.00",
        "Less discount −500.00",
        "Less discount on the bill −1,000.00",
        "Packing and forwarding 650.00",
        "Taxable value 98,510.00",
        "Transit insurance 212.50",
    ],
    "operator_52": ["e-commerce operator 29AABCB1518L1C1, who collects tax at source (TCS, section 52)"],
    "operator_9_5": ["Tax is payable by the e-commerce operator 29AABCB1518L1C1 (CGST Act, section 9(5))."],
    "part_of_rate": [
        "GST is charged at 65% of the rate shown.",
        "Cess 17%",
        "Cess 5% + 4,170.00/NOS",
        "Cess 91,150.00",
    ],
    "quotation": [
        "NOT A TAX INVOICE",
        "This is a quotation and not a tax invoice.",
        "Quotation no. KPW/Q/26-27/88",
        "Valid until 21-12-2026",
        "Your reference Enquiry of 12-11-2026",
        "CGST 9%",
    ],
    "proforma": [
        "NOT A TAX INVOICE",
        "This is a proforma invoice and not a tax invoice.",
        "Proforma no. KPW/P/26-27/17",
        "Valid until 21-12-2026",
        "Pay to Bank State Bank of India, Peenya, Bengaluru Account no. 38211904417",
    ],
    "challan_bare": ["Purpose Own use", "Total 240", "Received in good order: name, signature and date"],
    "territory": ["Place of supply Chandigarh (04)", "UTGST 9%"],
}


@pytest.mark.parametrize("name", sorted(PARTICULARS))
def test_every_particular_stands_on_the_paper(name: str) -> None:
    text = text_of(sample(name))
    assert [words for words in PARTICULARS[name] if words not in text] == []


ABSENT = {
    "composition": ["GST 9%", "Tax by HSN", "Tax Invoice"],
    "quotation": ["Due date", "Reverse charge", "Scan", "38211904417", "We declare", "ORIGINAL"],
    "proforma": ["Due date", "Reverse charge", "Scan", "We declare", "ORIGINAL"],
    "challan_bare": ["Due date", "Reverse charge", "Scan", "Amount", "Rate", "₹", "Taxable"],
    "export": ["Scan", "Unregistered", "State: Other"],
    "operator_9_5": ["collects tax at source"],
    "operator_52": ["section 9(5)"],
    "zone_paid": ["without payment", "LUT"],
}


@pytest.mark.parametrize("name", sorted(ABSENT))
def test_what_does_not_belong_there_is_not_printed(name: str) -> None:
    text = text_of(sample(name))
    assert [words for words in ABSENT[name] if words in text] == []


def test_a_challan_goes_out_in_three_marked_copies() -> None:
    texts = page_texts(drawn(lambda target: draw_document(special.challan(), target, copies=COPIES)))
    marks = ["ORIGINAL FOR CONSIGNEE", "DUPLICATE FOR TRANSPORTER", "TRIPLICATE FOR CONSIGNER"]
    assert len(texts) == 3
    for mark, text in zip(marks, texts, strict=True):
        for words in (  # Rule 55(1)
            mark,
            "Delivery Challan",
            "Challan no. KPW/DC/26-27/31",
            "Date 21-11-2026",
            "Consignee Hoysala Textiles LLP",
            "GSTIN: 29AAACC1206D1ZC",
            "Forged flange, rough",
            "730791",
            "240 NOS",
            "Total 300",
            "Place of supply Karnataka (29)",
            "Purpose Job work",
            "Road · KA05AB1234 · 41 km",
            "Value of goods ₹ 1,75,800.00",
            "Authorised signatory",
            "Page 1 of 1",
        ):
            assert words in text
        assert [
            words for words in ("CGST 9%", "IGST", "18%", "Tax by HSN", "Due date") if words in text
        ] == []


def test_quantities_of_different_units_are_not_added() -> None:
    lines = special.challan().lines
    unlike = special.challan(lines=(lines[0], msgspec.structs.replace(lines[1], unit="KGS")))
    assert "Total 300" not in text_of(unlike)


@pytest.mark.parametrize("name", ["challan_bare", "quotation", "proforma"])
def test_offers_and_challans_ask_for_no_money(name: str) -> None:
    assert document_link(sample(name)) == ""


def test_an_amendment_asks_only_for_what_it_adds() -> None:
    assert "am=5000.00&" in document_link(special.amendment())
    assert "am=12.34&" in document_link(special.amendment(), open_paise=12_34)
    text = text_of(special.amendment(), open_paise=2_000_00)
    assert "Billed before 17,963.00 Received or adjusted 3,000.00 Balance due ₹ 2,000.00" in text


def test_an_amendment_that_lessens_leaves_a_balance_in_favour() -> None:
    paper = special.amendment()
    more = msgspec.structs.replace(
        paper.totals, invoice_value_paise=paper.totals.invoice_value_paise + 700_00
    )
    lessened = msgspec.structs.replace(paper, replaces=more)
    assert document_link(lessened) == ""
    assert "Balance in your favour ₹ 700.00" in text_of(lessened)


@pytest.mark.parametrize("name", [name for name in SPECIAL if name != "challan_bare"])
def test_the_figures_of_the_column_add_up_to_the_total(name: str) -> None:
    document = sample(name)
    figures = [amount for label, amount, strong in total_pairs(document, _) if not strong]
    labels = [label for label, _amount, strong in total_pairs(document, _) if not strong]
    paise = [int(text.replace(",", "").replace(".", "").replace("−", "-")) for text in figures]
    if "Gross value" in labels:
        at = next(n for n, label in enumerate(labels) if label in ("Taxable value", "Value"))
        assert sum(paise[:at]) == document.totals.taxable_paise
        paise = paise[at:]
    tail = sum(paise) if paise else document.totals.invoice_value_paise
    assert tail == document.totals.invoice_value_paise


def test_lines_show_what_they_bear_of_the_whole() -> None:
    document = special.moved()
    text = text_of(document)
    assert "Bill adjustment" in text
    for line in document.lines:
        assert line.gross_paise - line.discount_paise + line.spread_paise == line.taxable_paise
        assert amount_text(line.spread_paise) in text
    assert "Bill adjustment" not in text_of(samples.inter_state())


def test_foreign_lines_add_up_to_their_total() -> None:
    lines = [ware(f"Part {n}", "848210", 1, f"{n}.{n}3", rate_bp=0) for n in range(1, 8)]
    document = settled(
        lines,
        supply="INTER",
        place_of_supply="96",
        buyer=special.export_paid().buyer,
        foreign=DOLLARS,
        with_payment=False,
    )
    cells = text_of(document)
    whole = foreign_hundredths(sum(line.taxable_paise for line in document.lines), DOLLARS)
    running = done = 0
    for line in document.lines:
        running += line.taxable_paise
        share, done = foreign_hundredths(running, DOLLARS) - done, foreign_hundredths(running, DOLLARS)
        assert f"{amount_text(line.taxable_paise)} {foreign_text(share)}" in cells
    assert done == whole


@pytest.mark.parametrize(
    ("hundredths", "text"),
    [(0, "0.00"), (5, "0.05"), (123_456_789, "1,234,567.89"), (-50_000, "−500.00")],
)
def test_foreign_amounts_are_grouped_as_abroad(hundredths: int, text: str) -> None:
    assert foreign_text(hundredths) == text


def test_prices_and_rates_of_exchange_are_exact() -> None:
    assert foreign_price_text(832_500, DOLLARS) == "1.00"
    assert foreign_price_text(10_000, DOLLARS) == "0.012"
    assert foreign_hundredths(83_25, DOLLARS) == 100
    assert exchange_text(DOLLARS) == "1 USD = ₹ 83.25"
    assert exchange_text(Foreign(currency="JPY", rate_millionths=561_234)) == "1 JPY = ₹ 0.561234"


def test_countries_are_named_in_the_language_of_the_paper() -> None:
    assert (country_name("SE"), country_name("SE", "hi"), country_name("QQ")) == ("Sweden", "स्वीडन", "QQ")


def test_reasons_and_purposes_are_told_in_words() -> None:
    note = samples.credit_note()
    assert "Reason Goods returned" in text_of(msgspec.structs.replace(note, reason="return"))
    assert "Reason price agreed lower" in text_of(msgspec.structs.replace(note, reason="price agreed lower"))
    assert "Purpose Job work" in text_of(special.challan(purpose="job_work"))
    assert "Reason Other" in text_of(msgspec.structs.replace(samples.credit_note(), reason="other"))


def test_a_commercial_note_bears_no_tax_and_says_so() -> None:
    plain = settled([ware("Rate agreed lower", "848210", 2, "486.50", rate_bp=0)])
    lines = tuple(msgspec.structs.replace(line, rate_bp=1800) for line in plain.lines)
    note = msgspec.structs.replace(
        samples.credit_note(), lines=lines, totals=plain.totals, reason="commercial"
    )
    text = text_of(note)
    assert "Commercial credit note: it bears no GST and lessens none" in text
    assert "Reason Commercial, without GST" in text
    assert [words for words in ("18%", "CGST", "Taxable value") if words in text] == []


def test_igst_inside_the_state_is_printed_as_igst() -> None:
    inter = settled([ware("Freight", "996511", 1, "1000.00", unit="NA")], supply="INTER", reverse_charge=True)
    text = text_of(msgspec.structs.replace(inter, supply="INTRA", intra_igst=True))
    assert "IGST 18% 180.00" in text
    assert "CGST" not in text


def test_a_buyer_from_abroad_supplied_in_india_is_no_export() -> None:
    document = settled([ware("Lamp", "940540", 1, "100")], buyer=special.export_paid().buyer)
    text = text_of(document)
    assert "meant for export" not in text
    assert "Country of destination" not in text
    assert "Scan" in text


def test_a_long_title_is_set_on_one_line() -> None:
    text = text_of(samples.mixed())
    assert "Invoice-cum-Bill of Supply ORIGINAL" in text
    assert money_text(samples.mixed().totals.invoice_value_paise) in text


@pytest.mark.parametrize("make", [special.composition, partial(special.zone, paid=True), special.challan])
def test_hsn_is_summed_on_every_paper(make: object) -> None:
    assert "by HSN/SAC" in text_of(make())
    assert vouchers.noted().bill_number in text_of(make(), noted=vouchers.noted())
