"""A made-up company and its customers, and documents of it settled by the house's own rules."""

import datetime as dt

from core.company.model import Address, Bank
from core.gst.settle import LineIn, LineOut, settle
from core.ids import imported_id
from core.invoicing.model import Buyer, Document, Line, Seller, Totals

DAY = dt.date(2026, 11, 21)

SELLER = Seller(
    legal_name="Kaveri Precision Works Private Limited",
    trade_name="Kaveri Precision Works",
    gstin="29AAFCC9980M1ZR",
    pan="AAFCC9980M",
    address=Address(
        line1="Plot 14, 2nd Cross, Peenya Industrial Area",
        line2="Phase II",
        city="Bengaluru",
        state_code="29",
        pincode="560058",
    ),
    state_name="Karnataka",
    email="accounts@kaveriprecision.example",
    phone="+91 80 4123 4567",
    bank=Bank(
        name="State Bank of India",
        account="38211904417",
        ifsc="SBIN0004021",
        branch="Peenya, Bengaluru",
        upi_id="kaveriprecision@sbi",
    ),
    udyam_number="UDYAM-KR-03-0123456",
    signatory="R. Lakshmi",
)
LOCAL = Buyer(
    party=imported_id("party", "1"),
    code="HOYSALA",
    name="Hoysala Textiles LLP",
    kind="registered",
    gstin="29AAACC1206D1ZC",
    address=Address(line1="8, Mysuru Road", city="Ramanagara", state_code="29", pincode="562159"),
    state_name="Karnataka",
    email="purchase@hoysala.example",
    phone="+91 98450 12345",
    contact="Mr Nagaraj",
)
AFAR = Buyer(
    party=imported_id("party", "2"),
    code="SAHYADRI",
    name="Sahyadri Automation and Material Handling Systems Private Limited",
    kind="registered",
    gstin="27AAPFU0939F1ZV",
    address=Address(
        line1="Gat No. 412/2, Chakan–Talegaon Road",
        line2="Near Kharabwadi Phata, Taluka Khed",
        city="Pune",
        state_code="27",
        pincode="410501",
    ),
    state_name="Maharashtra",
    email="payables@sahyadri.example",
    contact="Ms Deshpande",
)
HINDI = Buyer(
    party=imported_id("party", "3"),
    code="SHRIKRISHNA",
    name="श्री कृष्ण क्षत्रिय ट्रेडर्स एंड सन्स",
    kind="unregistered",
    address=Address(line1="१२, निर्मल मार्ग, विश्वकर्मा चौक", city="बेंगलुरु", state_code="29", pincode="560002"),
    state_name="कर्नाटक",
    contact="श्री रामप्रसाद",
)
OVERSEAS = Buyer(
    party=imported_id("party", "4"),
    code="NORDIC",
    name="Nordic Filters AB",
    kind="overseas",
    address=Address(line1="Hamngatan 11", city="Göteborg", state_code="96", country="SE"),
)

ZONE = Buyer(
    party=imported_id("party", "8"),
    code="MAGADI",
    name="Magadi Semiconductor Park Private Limited",
    kind="sez",
    gstin="29AAACM3025E1ZF",
    address=Address(
        line1="Plot 2, Aerospace SEZ, Devanahalli", city="Bengaluru", state_code="29", pincode="562149"
    ),
    state_name="Karnataka",
)


def ware(
    description: str, hsn: str, quantity: int, price: str, **more: object
) -> tuple[str, LineIn, dict[str, object]]:
    """A line as asked for: quantity in units, price in rupees, and whatever else the record holds."""
    rupees, _, part = price.partition(".")
    tenthousandths = int(rupees) * 10_000 + int(part.ljust(4, "0") or 0)
    known = (
        "discount_tenthousandths_pct",
        "discount_paise",
        "rate_bp",
        "treatment",
        "cess_rate_bp",
        "cess_per_unit_tenthousandths",
        "price_includes_tax",
    )
    asked = {"rate_bp": 1800, **{name: more[name] for name in known if name in more}}
    if asked.get("treatment", "taxable") != "taxable":
        asked["rate_bp"] = 0
    wanted = LineIn(quantity_thousandths=quantity * 1000, price_tenthousandths=tenthousandths, **asked)
    kept = {"hsn": hsn, "item_code": more.get("item_code", ""), "unit": more.get("unit", "NOS")}
    return description, wanted, kept


def settled(lines: list[tuple[str, LineIn, dict[str, object]]], **more: object) -> Document:
    """A document of the made-up house with its figures settled."""
    supply = str(more.get("supply", "INTRA"))
    terms = {
        "inter_state": supply == "INTER",
        "reverse_charge": bool(more.get("reverse_charge")),
        "without_payment": more.get("with_payment") is False,
        "applicable_percent_bp": more.get("applicable_percent_bp", 10_000),
    }
    figures_of = settle(
        [asked for _, asked, _ in lines],
        rounding="rupee",
        discount_paise=more.get("discount_paise", 0),
        charges=[(charge.paise, charge.taxed) for charge in more.get("charges", ())],
        **terms,
    )
    kept = tuple(
        _kept(text, asked, rest, out, settle([asked], **terms).lines[0])
        for (text, asked, rest), out in zip(lines, figures_of.lines, strict=True)
    )
    figures = {name: getattr(figures_of, name) for name in Totals.__struct_fields__}
    fields: dict[str, object] = {
        "type": "INV",
        "number": "KPW/26-27/0147",
        "series": "KPW",
        "dated_on": DAY,
        "due_on": DAY + dt.timedelta(days=30),
        "seller": SELLER,
        "buyer": LOCAL,
        "place_of_supply": "29",
        "place_name": "Karnataka",
        "lines": kept,
        "totals": Totals(**figures),
        "terms": "Goods once sold are taken back only if faulty, within seven days.\n"
        "Interest at 18% a year is charged on bills unpaid after the due date.\n"
        "Subject to Bengaluru jurisdiction.",
    }
    return Document(**{**fields, **more})


def _kept(text: str, asked: LineIn, rest: dict[str, object], out: LineOut, own: LineOut) -> Line:
    """A line with its figures: its own gross and discount, and as the rest its share of what the whole bears."""
    return Line(
        description=text,
        quantity_thousandths=asked.quantity_thousandths,
        price_tenthousandths=asked.price_tenthousandths,
        price_includes_tax=asked.price_includes_tax,
        discount_tenthousandths_pct=asked.discount_tenthousandths_pct,
        discount_paise=own.discount_paise,
        treatment=asked.treatment,
        rate_bp=asked.rate_bp,
        cess_rate_bp=asked.cess_rate_bp,
        cess_per_unit_tenthousandths=asked.cess_per_unit_tenthousandths,
        gross_paise=own.gross_paise,
        taxable_paise=out.taxable_paise,
        igst_paise=out.igst_paise,
        cgst_paise=out.cgst_paise,
        sgst_paise=out.sgst_paise,
        cess_paise=out.cess_paise,
        spread_paise=out.taxable_paise - own.gross_paise + own.discount_paise,
        **rest,
    )
