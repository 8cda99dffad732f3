"""Documents of a made-up company: what the tests draw and the gallery shows."""

import datetime as dt

from core.company.model import Address
from core.ids import imported_id
from core.invoicing.model import Buyer, Document, Foreign, Original, Seller, ShippingBill, Totals
from tests.core.paper.house import AFAR, HINDI, LOCAL, OVERSEAS, SELLER, settled, ware


def intra_state() -> Document:
    """Three lines within the State."""
    return settled(
        [
            ware("Spindle bearing 6205-2RS", "848210", 12, "486.50", item_code="BRG-6205"),
            ware(
                "Precision ground shaft, 25 mm × 600 mm, hardened",
                "848310",
                4,
                "2140.00",
                item_code="SHF-25-600",
            ),
            ware("Fitting and alignment at site", "998717", 1, "3500.00", unit="NA"),
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
        ware(
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
    return settled(
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
    return settled(
        [
            ware("स्टेनलेस स्टील ट्रॉली, हस्तनिर्मित, क्षमता २०० किग्रा", "871680", 2, "8450.00", item_code="TRL-200"),
            ware("रबर के पहिये (सेट)", "871690", 3, "1275.50", unit="SET", discount_tenthousandths_pct=50_000),
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
    return settled(
        [ware("துருப்பிடிக்காத எஃகு கொள்கலன் / Stainless container", "731010", 5, "1800.00")],
        buyer=buyer,
        supply="INTER",
        place_of_supply="33",
        place_name="Tamil Nadu",
    )


def long_bill(count: int = 120) -> Document:
    """A bill of many lines."""
    hsns = ("731815", "731816", "731822", "848210", "392690")
    lines = [
        ware(
            f"Hexagon bolt M{6 + n % 20} × {20 + n % 7 * 10}, grade 8.8, zinc plated",
            hsns[n % 5],
            10 + n,
            f"{12 + n % 31}.{n % 10}5",
            rate_bp=(1800, 500)[n % 7 == 0],
            item_code=f"HB-{n:03d}",
        )
        for n in range(1, count + 1)
    ]
    return settled(lines, reference="RATE CONTRACT 7")


def credit_note() -> Document:
    """A credit note that answers an invoice."""
    return settled(
        [ware("Spindle bearing 6205-2RS, returned faulty", "848210", 2, "486.50", item_code="BRG-6205")],
        type="CRN",
        number="KPW/CN/26-27/009",
        original=Original(number="KPW/26-27/0147", dated_on=dt.date(2026, 10, 3)),
        reason="Sales return",
        terms="",
    )


def debit_note() -> Document:
    """A debit note for a price that was too low."""
    return settled(
        [ware("Difference in rate, shaft 25 mm", "848310", 4, "110.00")],
        type="DBN",
        number="KPW/DN/26-27/002",
        original=Original(number="KPW/26-27/0147", dated_on=dt.date(2026, 10, 3)),
        reason="Price corrected upwards",
    )


def bill_of_supply() -> Document:
    """Exempt and nil rated goods: no tax anywhere."""
    return settled(
        [
            ware("Unbranded rice, 25 kg bag", "100630", 40, "1450.00", treatment="exempt", unit="BAG"),
            ware("Fresh coconuts", "080112", 500, "28.00", treatment="nil"),
        ],
        number="KPW/BS/26-27/11",
    )


def mixed() -> Document:
    """Taxed and exempt goods to an unregistered buyer, with cess and a price that includes tax."""
    return settled(
        [
            ware("Unbranded wheat flour, 10 kg", "110100", 3, "420.00", treatment="exempt", unit="BAG"),
            ware("Biscuits, carton", "190531", 2, "1180.00", price_includes_tax=True, unit="CTN"),
            ware("Aerated drink, case", "220210", 4, "612.00", rate_bp=2800, cess_rate_bp=1200, unit="CTN"),
        ],
        buyer=HINDI,
    )


def reverse_charge() -> Document:
    """Tax that the recipient pays."""
    return settled(
        [
            ware(
                "Transport of goods by road, Peenya to Hosur", "996511", 1, "18500.00", rate_bp=500, unit="NA"
            )
        ],
        reverse_charge=True,
    )


def export() -> Document:
    """An export under LUT: a rate, and no tax."""
    return settled(
        [ware("Filter housing, anodised", "842199", 60, "3120.00")],
        buyer=OVERSEAS,
        supply="INTER",
        place_of_supply="96",
        place_name="Other Countries",
        with_payment=False,
        lut="AD290326000123X",
        foreign=Foreign(currency="SEK", rate_millionths=8_456_700),
        shipping_bill=ShippingBill(port="INMAA1", number="4471203", dated_on=dt.date(2026, 11, 20)),
    )


def zero() -> Document:
    """Goods given free: a value of nothing."""
    return settled([ware("Sample pack, free of charge", "848210", 1, "0.00")])


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
        ware(
            "Supply, erection and commissioning of elevated viaduct segment 4",
            "995421",
            1,
            "999999999.99",
            unit="NA",
        ),
        ware(
            "Averyveryverylongproductcodewithoutanyspacewhatsoeverthatmustbebrokensomewhere",
            "84834000",
            9999,
            "99999.9999",
            discount_tenthousandths_pct=123_456,
        ),
    ]
    return settled(lines, seller=seller, buyer=buyer)


def draft() -> Document:
    """A paper not yet issued."""
    return settled([ware("Spindle bearing 6205-2RS", "848210", 12, "486.50")], number="")


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
    return settled(
        [ware("Repair of a pump", "", 1, "900.00", rate_bp=0, unit="NA")],
        seller=seller,
        buyer=buyer,
        terms="",
    )
