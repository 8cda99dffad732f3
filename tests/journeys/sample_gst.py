"""What else a GST business does, for the sample company: exports, a SEZ, advances, offers, challans, returns filed."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from core.advances.commands import receive_advance
from core.company.model import Address, Registration
from core.fiscal import month_bounds
from core.ids import Id
from core.invoicing.commands import draft_from, issue_document
from core.invoicing.model import Charge, Draft, DraftLine, Foreign, ShippingBill, Transport
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.parties.commands import save_party
from core.parties.model import Party
from core.returns.commands import file_return
from core.store.work import Work

Deed = Callable[[Work], object]


class Abroad(NamedTuple):
    """The parties that are not supplied as everybody is."""

    export: Id
    sez: Id
    client: Id


def filings(today: dt.date, start: dt.date) -> list[tuple[dt.date, str, Deed]]:
    """Each month's returns on the days they are usually filed; the last month's are left for today."""
    found = []
    month = (start.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    while (month + dt.timedelta(days=62)).replace(day=1) <= today:
        period = f"{month:%Y-%m}"
        after = month_bounds(period)[1] + dt.timedelta(days=1)
        found.append((after.replace(day=10), "GSTR-1", _filed("GSTR1", period, after.replace(day=10))))
        found.append((after.replace(day=19), "GSTR-3B", _filed("GSTR3B", period, after.replace(day=19))))
        month = after
    return found


def other_trade(today: dt.date) -> list[tuple[dt.date, str, Deed]]:
    """The last weeks: an export under LUT, a SEZ, an advance and its bill, an offer taken, a challan, a lorry."""
    abroad: list[Abroad] = []
    offers: list[Id] = []

    def parties(work: Work) -> None:
        abroad.append(Abroad(*(save_party(work, party) for party in _PARTIES)))

    def export(work: Work) -> None:
        day = today - dt.timedelta(days=44)
        line = _line("Dosing pump 12 LPH", "84138190", 10, 24_000)
        draft = Draft(
            party=abroad[0].export, dated_on=day, lines=(line,), with_payment=False, reference="PO 7781",
            shipping_bill=ShippingBill("INMAA1", "7896542", day + dt.timedelta(days=2)),
            foreign=Foreign("USD", 84_500_000),
        )  # fmt: skip
        issue_document(work, draft, today=day)

    def to_sez(work: Work) -> None:
        day = today - dt.timedelta(days=38)
        line = _line("Control panel, IP65", "85371000", 2, 58_900)
        issue_document(
            work, Draft(party=abroad[0].sez, dated_on=day, lines=(line,), with_payment=True), today=day
        )

    def advance(work: Work) -> None:
        day = today - dt.timedelta(days=47)
        voucher = receive_advance(
            work, party=abroad[0].client, dated_on=day, amount_paise=1_18_000_00, rate_bp=1800, mode="rtgs",
            purpose="services", reference="RTGS4471200981", description="Erection of the CIP skid", today=day,
        )  # fmt: skip
        offers.append(voucher)

    def advance_billed(work: Work) -> None:
        day = today - dt.timedelta(days=30)
        line = DraftLine(
            description="Erection of the CIP skid", hsn="998732", unit="NA", rate_bp=1800,
            price_tenthousandths=75_000 * 10_000,
        )  # fmt: skip
        draft = Draft(party=abroad[0].client, dated_on=day, lines=(line,))
        bill = issue_document(work, draft, today=day)
        due = work.paper(bill).totals.invoice_value_paise
        allocate(work, credit=offers[0], party=abroad[0].client, lines=[AllocationLine(bill, due)], on=day)

    def offer(work: Work) -> None:
        day = today - dt.timedelta(days=16)
        lines = (
            _line("Flow meter, electromagnetic DN50", "90261010", 3, 46_800),
            _line("Cable", "85444299", 60, 145),
        )
        draft = Draft(type="QTN", party=abroad[0].client, dated_on=day, lines=lines)
        offers.append(issue_document(work, draft, today=day))

    def offer_taken(work: Work) -> None:
        day = today - dt.timedelta(days=5)
        goods = Transport("road", "KA05AB1234", "R", 346, "", "LR 2291", day)
        freight = (Charge("Freight", 4_500_00, True),)
        taken = msgspec.structs.replace(
            draft_from(work, offers[-1]), dated_on=day, transport=goods, charges=freight
        )  # fmt: skip
        issue_document(work, taken, today=day)

    def challan(work: Work) -> None:
        day = today - dt.timedelta(days=7)
        line = _line("Pump bodies for coating", "84139190", 40, 1_150)
        draft = Draft(type="CHL", purpose="job_work", party=abroad[0].client, dated_on=day, lines=(line,))
        issue_document(work, draft, today=day)

    deeds: tuple[tuple[int, str, Deed], ...] = (
        (48, "Parties", parties), (47, "Advance", advance), (44, "Export", export), (38, "SEZ", to_sez),
        (30, "Bill on advance", advance_billed), (16, "Quotation", offer), (7, "Challan", challan),
        (5, "Sale", offer_taken),
    )  # fmt: skip
    return [(today - dt.timedelta(days=days), label, deed) for days, label, deed in deeds]


_PARTIES = (
    Party(
        code="SOLARIS",
        name="Solaris Process Inc.",
        registration=Registration(kind="overseas", state_code="96"),
        address=Address(
            line1="410 Harbor Drive", city="Houston", state_code="96", pincode="77002", country="US"
        ),
        email="ap@solaris.example",
        terms_days=60,
    ),
    Party(
        code="MANYATA",
        name="Manyata Biotech LLP",
        registration=Registration(kind="sez", gstin="29AAKFM7714Q1ZE", state_code="29"),
        address=Address(line1="Plot 14, SEZ", city="Bengaluru", state_code="29", pincode="560045"),
        terms_days=45,
    ),
    Party(
        code="AMBAR",
        name="Ambar Dairy Limited",
        registration=Registration(kind="registered", gstin="33AABCA9081M1ZG", state_code="33"),
        address=Address(line1="2 Creamery Road", city="Salem", state_code="33", pincode="636007"),
        terms_days=30,
    ),
)


def _line(description: str, hsn: str, quantity: int, rupees: int) -> DraftLine:
    return DraftLine(
        description=description, hsn=hsn, quantity_thousandths=quantity * 1000, rate_bp=1800,
        price_tenthousandths=rupees * 10_000,
    )  # fmt: skip


def _filed(form: str, period: str, on: dt.date) -> Deed:
    def deed(work: Work) -> None:
        arn = f"AA29{on:%m%y}{'1' if form == 'GSTR1' else '3'}{on:%d}0047K"
        file_return(work, form, period, on, arn, today=on)

    return deed


__all__ = ["filings", "other_trade"]
