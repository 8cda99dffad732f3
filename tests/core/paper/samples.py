"""Papers of a made-up house, settled by the house's own rules: what the tests draw and the gallery shows."""

import datetime as dt

from core.company.model import Address, Bank
from core.dunning.model import Reminder, ReminderLine
from core.gst.settle import LineIn, settle
from core.ids import imported_id
from core.invoicing.model import Buyer, Document, Line, Original, Seller, Totals
from core.paper.receipt import Settled
from core.receipts.model import Deduction, Receipt
from core.statements.model import BUCKETS, Entry, Statement

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


def line(
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
        "price_includes_tax",
    )
    asked = {"rate_bp": 1800, **{name: more[name] for name in known if name in more}}
    if asked.get("treatment", "taxable") != "taxable":
        asked["rate_bp"] = 0
    wanted = LineIn(quantity_thousandths=quantity * 1000, price_tenthousandths=tenthousandths, **asked)
    kept = {"hsn": hsn, "item_code": more.get("item_code", ""), "unit": more.get("unit", "NOS")}
    return description, wanted, kept


def document(lines: list[tuple[str, LineIn, dict[str, object]]], **more: object) -> Document:
    """A document of the made-up house with its figures settled."""
    supply = str(more.get("supply", "INTRA"))
    settled = settle(
        [asked for _, asked, _ in lines],
        inter_state=supply == "INTER",
        rounding="rupee",
        reverse_charge=bool(more.get("reverse_charge")),
        without_payment=bool(more.pop("without_payment", False)),
    )
    kept = tuple(
        _kept(text, asked, rest, out) for (text, asked, rest), out in zip(lines, settled.lines, strict=True)
    )
    figures = {name: getattr(settled, name) for name in Totals.__struct_fields__}
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


def _kept(text: str, asked: LineIn, rest: dict[str, object], out: object) -> Line:
    return Line(
        description=text,
        quantity_thousandths=asked.quantity_thousandths,
        price_tenthousandths=asked.price_tenthousandths,
        price_includes_tax=asked.price_includes_tax,
        discount_tenthousandths_pct=asked.discount_tenthousandths_pct,
        discount_paise=out.discount_paise,
        treatment=asked.treatment,
        rate_bp=asked.rate_bp,
        cess_rate_bp=asked.cess_rate_bp,
        gross_paise=out.gross_paise,
        taxable_paise=out.taxable_paise,
        igst_paise=out.igst_paise,
        cgst_paise=out.cgst_paise,
        sgst_paise=out.sgst_paise,
        cess_paise=out.cess_paise,
        **rest,
    )


def intra_state() -> Document:
    """Three lines within the State."""
    return document(
        [
            line("Spindle bearing 6205-2RS", "848210", 12, "486.50", item_code="BRG-6205"),
            line(
                "Precision ground shaft, 25 mm × 600 mm, hardened",
                "848310",
                4,
                "2140.00",
                item_code="SHF-25-600",
            ),
            line("Fitting and alignment at site", "998717", 1, "3500.00", unit="NA"),
        ],
        reference="PO/HT/2231",
    )


def inter_state() -> Document:
    """Twelve lines to another State, with discounts, long descriptions and another place of delivery."""
    wares = [
        (
            "Linear guide rail HGR20, 1,500 mm, with two flanged carriages and end seals, factory greased",
            "848280",
            6,
            "7325.75",
        ),
        ("Ball screw SFU2010, C7, ground ends, with double nut", "848340", 4, "9840.00"),
        ("Servo coupling 19 × 24 mm", "848360", 24, "612.40"),
        ("Hydraulic oil ISO VG 46, 20 litre pail", "271019", 10, "3190.00"),
        (
            "Control panel, IP55, 600 × 400 × 200 mm, powder coated RAL 7035, "
            "with mounting plate and cable glands as drawn",
            "853710",
            2,
            "21450.00",
        ),
        ("Limit switch, roller lever", "853650", 36, "389.00"),
        ("Proximity sensor M12 PNP NO", "854370", 30, "745.25"),
        ("Pneumatic cylinder 50 × 200", "841231", 8, "2675.00"),
        ("Solenoid valve 5/2, 24 V DC", "848120", 8, "1835.00"),
        ("Polyurethane tube 8 mm, blue", "391739", 200, "38.60"),
        ("Safety light curtain, 14 mm resolution", "903149", 1, "48900.00"),
        ("Commissioning, two engineers, three days", "998732", 1, "54000.00"),
    ]
    units = ["NOS"] * 9 + ["MTR", "SET", "NA"]
    lines = [
        line(
            text,
            hsn,
            count,
            price,
            unit=unit,
            item_code=f"KP-{n:04d}",
            discount_tenthousandths_pct=100_000 if n % 3 else 0,
        )
        for n, ((text, hsn, count, price), unit) in enumerate(zip(wares, units, strict=True), 1)
    ]
    return document(
        lines,
        supply="INTER",
        buyer=AFAR,
        place_of_supply="27",
        place_name="Maharashtra",
        ship_to=Address(line1="Unit 3, Sanand GIDC II", city="Ahmedabad", state_code="24", pincode="382110"),
        reference="SAM-45001188",
        note="Despatched by road, LR 88121.",
    )


def hindi() -> Document:
    """A bill in Hindi to an unregistered buyer."""
    return document(
        [
            line("स्टेनलेस स्टील ट्रॉली, हस्तनिर्मित, क्षमता २०० किग्रा", "871680", 2, "8450.00", item_code="TRL-200"),
            line("रबर के पहिये (सेट)", "871690", 3, "1275.50", unit="SET", discount_tenthousandths_pct=50_000),
        ],
        buyer=HINDI,
        language="hi",
        terms="बिका हुआ माल वापस नहीं होगा।",
    )


def tamil() -> Document:
    """A buyer and a line named in Tamil on an English bill."""
    buyer = Buyer(
        party=imported_id("party", "5"),
        name="ஸ்ரீ முருகன் டிரேடர்ஸ் (Sri Murugan Traders)",
        gstin="33AAFCL2204B1ZD",
        kind="registered",
        address=Address(line1="7, அண்ணா சாலை", city="சென்னை", state_code="33", pincode="600002"),
        state_name="Tamil Nadu",
    )
    return document(
        [line("துருப்பிடிக்காத எஃகு கொள்கலன் / Stainless container", "731010", 5, "1800.00")],
        buyer=buyer,
        supply="INTER",
        place_of_supply="33",
        place_name="Tamil Nadu",
    )


def long_bill(count: int = 120) -> Document:
    """A bill of many lines."""
    hsns = ("731815", "731816", "731822", "848210", "392690")
    lines = [
        line(
            f"Hexagon bolt M{6 + n % 20} × {20 + n % 7 * 10}, grade 8.8, zinc plated",
            hsns[n % 5],
            10 + n,
            f"{12 + n % 31}.{n % 10}5",
            rate_bp=(1800, 500)[n % 7 == 0],
            item_code=f"HB-{n:03d}",
        )
        for n in range(1, count + 1)
    ]
    return document(lines, reference="RATE CONTRACT 7")


def credit_note() -> Document:
    """A credit note that answers an invoice."""
    return document(
        [line("Spindle bearing 6205-2RS, returned faulty", "848210", 2, "486.50", item_code="BRG-6205")],
        type="CRN",
        number="KPW/CN/26-27/009",
        original=Original(number="KPW/26-27/0147", dated_on=dt.date(2026, 10, 3)),
        reason="Sales return",
        terms="",
    )


def debit_note() -> Document:
    """A debit note for a price that was too low."""
    return document(
        [line("Difference in rate, shaft 25 mm", "848310", 4, "110.00")],
        type="DBN",
        number="KPW/DN/26-27/002",
        original=Original(number="KPW/26-27/0147", dated_on=dt.date(2026, 10, 3)),
        reason="Price corrected upwards",
    )


def bill_of_supply() -> Document:
    """Exempt and nil rated goods: no tax anywhere."""
    return document(
        [
            line("Unbranded rice, 25 kg bag", "100630", 40, "1450.00", treatment="exempt", unit="BAG"),
            line("Fresh coconuts", "080112", 500, "28.00", treatment="nil"),
        ],
        number="KPW/BS/26-27/11",
    )


def mixed() -> Document:
    """Taxed and exempt goods to an unregistered buyer, with cess and a price that includes tax."""
    return document(
        [
            line("Unbranded wheat flour, 10 kg", "110100", 3, "420.00", treatment="exempt", unit="BAG"),
            line("Biscuits, carton", "190531", 2, "1180.00", price_includes_tax=True, unit="CTN"),
            line("Aerated drink, case", "220210", 4, "612.00", rate_bp=2800, cess_rate_bp=1200, unit="CTN"),
        ],
        buyer=HINDI,
    )


def reverse_charge() -> Document:
    """Tax that the recipient pays."""
    return document(
        [
            line(
                "Transport of goods by road, Peenya to Hosur", "996511", 1, "18500.00", rate_bp=500, unit="NA"
            )
        ],
        reverse_charge=True,
    )


def export() -> Document:
    """An export under LUT: a rate, and no tax."""
    return document(
        [line("Filter housing, anodised", "842199", 60, "3120.00")],
        buyer=OVERSEAS,
        supply="INTER",
        place_of_supply="96",
        place_name="Other Countries",
        without_payment=True,
    )


def zero() -> Document:
    """Goods given free: a value of nothing."""
    return document([line("Sample pack, free of charge", "848210", 1, "0.00")])


def huge() -> Document:
    """The widest figures and the longest names a bill may have to bear."""
    seller = SELLER.__class__(
        **{
            **{name: getattr(SELLER, name) for name in SELLER.__struct_fields__},
            "trade_name": "Bharat Heavy Engineering, Infrastructure and Turnkey Projects Corporation of Southern India",
            "legal_name": "Bharat Heavy Engineering, Infrastructure and Turnkey Projects Corporation "
            "of Southern India Limited Liability Partnership",
        }
    )
    buyer = Buyer(
        party=imported_id("party", "6"),
        name="Visvesvaraya Integrated Metropolitan Transport, Rapid Transit and Regional Connectivity "
        "Development Authority (Special Purpose Vehicle) of Greater Bengaluru",
        kind="government",
        gstin="29AAACC1206D1ZC",
        address=Address(
            line1="Fourth Floor, Visvesvaraya Towers, Dr B. R. Ambedkar Veedhi, opposite the High Court of Karnataka",
            line2="Sampangi Rama Nagar",
            city="Bengaluru",
            state_code="29",
            pincode="560001",
        ),
        state_name="Karnataka",
    )
    lines = [
        line(
            "Supply, erection and commissioning of elevated viaduct segment 4",
            "995421",
            1,
            "999999999.99",
            unit="NA",
        ),
        line(
            "Averyveryverylongproductcodewithoutanyspacewhatsoeverthatmustbebrokensomewhere",
            "84834000",
            9999,
            "99999.9999",
            discount_tenthousandths_pct=123_456,
        ),
    ]
    return document(lines, seller=seller, buyer=buyer)


def draft() -> Document:
    """A paper not yet issued."""
    return document([line("Spindle bearing 6205-2RS", "848210", 12, "486.50")], number="")


def opening() -> Document:
    """An opening balance: no lines."""
    return Document(
        type="INV",
        number="2025/118",
        series="imported",
        dated_on=dt.date(2026, 3, 12),
        due_on=dt.date(2026, 4, 11),
        seller=SELLER,
        buyer=LOCAL,
        place_of_supply="29",
        place_name="Karnataka",
        totals=Totals(invoice_value_paise=84_512_00),
        origin="imported",
        opening=True,
    )


def bare() -> Document:
    """A seller without GSTIN, bank, phone or Udyam: nothing empty may be printed."""
    seller = Seller(
        legal_name="Anand Repairs", address=Address(city="Hubballi", state_code="29"), state_name="Karnataka"
    )
    buyer = Buyer(party=imported_id("party", "7"), name="Walk-in")
    return document(
        [line("Repair of a pump", "", 1, "900.00", rate_bp=0, unit="NA")],
        seller=seller,
        buyer=buyer,
        terms="",
    )


def reminder(tone: str, count: int = 4) -> Reminder:
    """A reminder at one of the three tones."""
    steps = {"gentle": (1, "Payment reminder"), "firm": (2, "Second reminder"), "final": (3, "Final notice")}
    step, title = steps[tone]
    lines = []
    for n in range(count):
        due = DAY - dt.timedelta(days=5 + 17 * n)
        lines.append(
            ReminderLine(
                document=imported_id("bill", str(n)),
                number=f"KPW/26-27/{147 - n:04d}",
                dated_on=due - dt.timedelta(days=30),
                due_on=due,
                amount_paise=48_250_00 + n * 11_111_11,
                open_paise=40_000_00 + n * 7_777_07,
                days_late=(DAY - due).days,
                step=step,
            )
        )
    return Reminder(
        number=f"KPW/R/26-27/{30 + step}",
        series="R",
        dated_on=DAY,
        seller=SELLER,
        buyer=AFAR,
        step=step,
        tone=tone,
        title=title,
        lines=tuple(lines),
        total_paise=sum(line.open_paise for line in lines),
        on_account_paise=5_000_00 if tone == "firm" else 0,
    )


def statement(count: int = 60) -> Statement:
    """A year of an account."""
    opening_paise = balance = 1_25_000_00
    entries = []
    for n in range(count):
        bill = n % 3 != 2
        paise = 23_456_78 + n * 1_003_11 if bill else 41_000_00 + n * 1_700_05
        debit, credit = (paise, 0) if bill else (0, paise)
        balance += debit - credit
        entries.append(
            Entry(
                dated_on=dt.date(2026, 4, 1) + dt.timedelta(days=n * 3),
                type="INV" if bill else "RCT",
                number=f"KPW/26-27/{n + 20:04d}" if bill else f"RC/{n:03d}",
                text="" if bill else f"NEFT, SBIN{n:06d}, TDS ₹ 1,024.00",
                debit_paise=debit,
                credit_paise=credit,
                balance_paise=balance,
            )
        )
    share = balance // 8
    parts = (share * 3, share * 2, share, share, 0, balance - share * 7)
    return Statement(
        seller=SELLER,
        buyer=AFAR,
        from_on=dt.date(2026, 4, 1),
        to_on=DAY,
        opening_paise=opening_paise,
        entries=tuple(entries),
        closing_paise=balance,
        buckets=tuple(zip(BUCKETS, parts, strict=True)),
    )


def receipt() -> tuple[Receipt, list[Settled]]:
    """Money with TDS kept back, set against two bills and partly on account."""
    given = Receipt(
        number="KPW/RC/26-27/55",
        series="RC",
        dated_on=DAY,
        seller=SELLER,
        buyer=AFAR,
        amount_paise=1_18_976_00,
        mode="neft",
        reference="SBIN526324118204",
        deductions=(
            Deduction(kind="tds", paise=1_024_00, code="194C"),
            Deduction(kind="bank_charge", paise=59_00),
        ),
        note="With thanks for prompt payment.",
    )
    settled = [
        Settled("KPW/26-27/0101", dt.date(2026, 9, 4), 74_500_00, 74_500_00),
        Settled("KPW/26-27/0118", dt.date(2026, 10, 1), 62_250_50, 41_559_00),
    ]
    return given, settled
