"""Documents of special supplies, offers and challans: each with what the law has printed on it."""

import datetime as dt

import msgspec

from core.company.model import Address
from core.invoicing.model import Charge, Document, Ecommerce, Foreign, Original, Totals, Transport
from tests.core.paper.house import HINDI, OVERSEAS, SELLER, ZONE, settled, ware


def export_paid() -> Document:
    """An export on payment of integrated tax, in dollars, with goods sent from a port's warehouse."""
    return settled(
        [
            ware("Filter housing, anodised", "842199", 60, "3120.00"),
            ware("Cartridge, 5 micron", "842199", 240, "211.35", rate_bp=500),
        ],
        buyer=OVERSEAS,
        supply="INTER",
        place_of_supply="96",
        place_name="Other Countries",
        with_payment=True,
        foreign=Foreign(currency="USD", rate_millionths=83_250_000),
        dispatch_from=Address(
            line1="Shed 6, Kattupalli Port Road", city="Ponneri", state_code="33", pincode="600120"
        ),
        charges=(Charge(description="Ocean freight", paise=18_400_00, taxed=False),),
    )


def zone(*, paid: bool) -> Document:
    """A supply to a special economic zone inside the State: inter-State all the same."""
    return settled(
        [ware("Clean room panel", "940690", 12, "8400.00")],
        buyer=ZONE,
        supply="INTER",
        with_payment=paid,
        lut="" if paid else "AD290326000123X",
    )


def composition() -> Document:
    """A composition dealer's bill of supply."""
    return settled(
        [
            ware("Idli rice, 25 kg", "100630", 4, "1300.00", rate_bp=0),
            ware("Steel plate", "732393", 2, "240", rate_bp=0),
        ],
        number="KPW/BS/26-27/12",
        seller=msgspec.structs.replace(SELLER, composition=True),
        buyer=HINDI,
    )


def revised() -> Document:
    """An invoice for a supply made before registration was granted."""
    return settled(
        [ware("Spindle bearing 6205-2RS", "848210", 12, "486.50")],
        number="KPW/RI/26-27/003",
        revises=Original(number="41", dated_on=dt.date(2026, 10, 2)),
    )


def amendment() -> Document:
    """An invoice that corrects a filed one, which billed 5,000 rupees less."""
    paper = settled(
        [ware("Spindle bearing 6205-2RS", "848210", 40, "486.50")],
        number="KPW/26-27/0201",
        amends=Original(number="KPW/26-27/0098", dated_on=dt.date(2026, 8, 14)),
    )
    before = paper.totals.invoice_value_paise - 5_000_00
    return msgspec.structs.replace(paper, replaces=Totals(invoice_value_paise=before))


def moved() -> Document:
    """Goods that go from one place to another with a bill, and all that is known of their journey."""
    return settled(
        [
            ware("Casting, grade FG 260", "732510", 900, "92.40", unit="KGS"),
            ware("Machining of castings", "998898", 900, "18.00", unit="KGS", discount_paise=500_00),
        ],
        ship_to=Address(
            line1="Survey 118, Bidadi Industrial Area", city="Ramanagara", state_code="29", pincode="562109"
        ),
        dispatch_from=Address(line1="Foundry, Machhe", city="Belagavi", state_code="29", pincode="590014"),
        transport=Transport(
            mode="road",
            vehicle="KA22C4410",
            distance_km=482,
            transporter_id="29AAFCT1234Q1Z8",
            doc_number="LR-88121",
            doc_on=dt.date(2026, 11, 21),
        ),
        discount_paise=1_000_00,
        charges=(
            Charge(description="Packing and forwarding", paise=650_00),
            Charge(description="Transit insurance", paise=212_50, taxed=False),
        ),
    )


def operator(section: str) -> Document:
    """A supply through an e-commerce operator, who collects tax at source or pays the tax himself."""
    return settled(
        [ware("Meals for a conference", "996331", 40, "310.00", rate_bp=500, unit="NA")],
        ecommerce=Ecommerce(gstin="29AABCB1518L1C1", section=section),
    )


def part_of_rate() -> Document:
    """A rate of which only a part applies, and cess by value and by unit."""
    return settled(
        [
            ware("Used motor car", "870323", 1, "410000.00", rate_bp=2800, cess_rate_bp=1700),
            ware(
                "Cigarettes",
                "240220",
                5,
                "2400.00",
                rate_bp=2800,
                cess_rate_bp=500,
                cess_per_unit_tenthousandths=41_700_000,
            ),
        ],
        applicable_percent_bp=6500,
    )


def challan(**more: object) -> Document:
    """Goods sent out for job work: quantities and their value, no tax."""
    paper = settled(
        [
            ware("Forged flange, rough", "730791", 240, "410.00", rate_bp=0),
            ware("Forged shaft, rough", "848310", 60, "1290.00", rate_bp=0),
        ],
        type="CHL",
        number="KPW/DC/26-27/31",
        purpose="job_work",
        transport=Transport(mode="road", vehicle="KA05AB1234", distance_km=41),
        terms="",
    )
    lines = tuple(msgspec.structs.replace(line, rate_bp=1800) for line in paper.lines)
    return msgspec.structs.replace(paper, **{"lines": lines, **more})


def challan_without_price() -> Document:
    """A challan that tells quantities alone."""
    return settled(
        [ware("Forged flange, rough", "730791", 240, "0", rate_bp=0)],
        type="CHL",
        number="KPW/DC/26-27/32",
        purpose="own_use",
        terms="",
    )


def quotation() -> Document:
    """An offer."""
    return settled(
        [
            ware("Control panel, IP55", "853710", 2, "21450.00"),
            ware("Erection at site", "998732", 1, "9000.00", unit="NA"),
        ],
        type="QTN",
        number="KPW/Q/26-27/88",
        reference="Enquiry of 12-11-2026",
    )


def proforma() -> Document:
    """An invoice in form only, so that the buyer can pay ahead."""
    return settled(
        [ware("Control panel, IP55", "853710", 2, "21450.00")], type="PRF", number="KPW/P/26-27/17"
    )


def territory() -> Document:
    """A supply within a Union territory without legislature."""
    return settled([ware("Lamp", "940540", 3, "100")], place_of_supply="04", place_name="Chandigarh")
