"""What the portal would refuse of a paper, told before it is sent; and which papers must go there."""

import datetime as dt
from collections.abc import Callable

import msgspec
import pytest

from core.company.model import Address
from core.einvoice.rules import has_einvoice, is_needed, problems_with_einvoice
from core.invoicing.model import Document, Ecommerce, Original, Transport
from tests.core.portal_papers import ABROAD, FACTS, FAR, WALK_IN, kind_of, line, many, paper, with_line

CRORE = 10_000_000 * 100
GOODS = line(price=100, gst=18)


def codes(document: Document, turnover_paise: int = 10 * CRORE) -> list[tuple[str, str]]:
    return [(each.code, each.field) for each in problems_with_einvoice(document, FACTS, turnover_paise)]


def changed(part: str, **changes: object) -> Document:
    """A good paper with its seller or buyer changed."""
    document = paper(GOODS)
    return msgspec.structs.replace(
        document, **{part: msgspec.structs.replace(getattr(document, part), **changes)}
    )


def at(address: Address, **changes: object) -> Address:
    return msgspec.structs.replace(address, **changes)


HERE = Address("14 Ring Road", "", "Ahmedabad", "24", "380015")


def test_a_good_paper_has_no_problem() -> None:
    assert codes(paper(GOODS)) == []
    assert codes(paper(GOODS, party=ABROAD, with_payment=False)) == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (lambda: paper(GOODS, party=WALK_IN), "B2C"),
        (lambda: paper(line(price=100, treat="nil"), line(price=5, treat="exempt")), "EXEMPT"),
        (lambda: paper(GOODS, type="CHL"), "NOT_REPORTED"),
        (lambda: paper(GOODS, type="QTN"), "NOT_REPORTED"),
        (lambda: paper(GOODS, amends=Original("SI/0000", dt.date(2025, 7, 1))), "AMENDMENT"),
        (lambda: paper(GOODS, ecommerce=Ecommerce("24ALYPD6528PQC5", "9(5)")), "OPERATOR_PAYS"),
        (lambda: changed("seller", composition=True), "COMPOSITION"),
        (
            lambda: paper(
                GOODS, type="CRN", reason="commercial", original=Original("SI/0000", dt.date(2025, 7, 1))
            ),
            "NOT_REPORTED",
        ),
    ],
)
def test_papers_that_get_no_irn_at_all(document: Callable[[], Document], code: str) -> None:
    told = document()
    assert not has_einvoice(told)
    assert [found for found, _field in codes(told)] == [code]


def test_before_the_first_e_invoices_a_paper_has_its_hash_and_is_refused_by_its_day() -> None:
    """The portal's trial of the year 2019-20 gave IRNs that are published."""
    told = paper(GOODS, on=dt.date(2019, 12, 1))
    assert has_einvoice(told)
    assert ("TOO_EARLY", "dated_on") in codes(told)
    assert not is_needed(told, 10**15, FACTS)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (lambda: changed("seller", gstin=""), ("REQUIRED", "seller.gstin")),
        (lambda: changed("seller", legal_name="Ab"), ("NAME", "seller.legal_name")),
        (lambda: changed("seller", address=at(HERE, pincode="")), ("PIN", "seller.address.pincode")),
        (lambda: changed("seller", address=at(HERE, pincode="38001A")), ("PIN", "seller.address.pincode")),
        (
            lambda: changed("buyer", address=at(HERE, pincode="560025")),
            ("PIN_STATE", "buyer.address.pincode"),
        ),
        (lambda: changed("buyer", name='"'), ("NAME", "buyer.name")),
        (lambda: changed("buyer", address=at(HERE, line1="")), ("ADDRESS", "buyer.address.line1")),
        (lambda: changed("buyer", address=at(HERE, city="")), ("TOWN", "buyer.address.city")),
        (
            lambda: changed("buyer", address=at(HERE, state_code="27")),
            ("STATE_GSTIN", "buyer.address.state_code"),
        ),
        (lambda: changed("buyer", gstin="24AAQCA8719H1ZC"), ("SAME_GSTIN", "buyer.gstin")),
        (lambda: paper(GOODS, number="0042"), ("NUMBER_IRP", "number")),
        (lambda: paper(GOODS, number="/42"), ("NUMBER_IRP", "number")),
        (lambda: paper(GOODS, number="SI 42"), ("NUMBER_IRP", "number")),
        (lambda: paper(GOODS, number="SI/2025-26/000001"), ("NUMBER_IRP", "number")),
        (lambda: paper(GOODS, number="si/1", on=dt.date(2025, 5, 31)), ("NUMBER_IRP", "number")),
        (lambda: with_line(paper(GOODS), hsn=""), ("HSN", "lines.1.hsn")),
        (lambda: with_line(paper(GOODS), hsn="61149"), ("HSN", "lines.1.hsn")),
        (lambda: with_line(paper(GOODS), hsn="६११४"), ("HSN", "lines.1.hsn")),
        (lambda: with_line(paper(GOODS), hsn="6114"), ("HSN_SHORT", "lines.1.hsn")),
        (lambda: with_line(paper(GOODS), unit="NA"), ("UNIT", "lines.1.unit")),
        (
            lambda: with_line(paper(GOODS), quantity_thousandths=0),
            ("QUANTITY", "lines.1.quantity_thousandths"),
        ),
        (lambda: paper(GOODS, applicable_percent_bp=6_500), ("APPLICABLE_PERCENT", "applicable_percent_bp")),
        (
            lambda: paper(GOODS, transport=Transport("road", "GJ01AB1234", distance_km=3_001)),
            ("DISTANCE", "transport.distance_km"),
        ),
        (lambda: paper(GOODS, ship_to=at(HERE, line1="")), ("ADDRESS", "ship_to.line1")),
        (
            lambda: paper(GOODS, type="CRN", original=Original("0", dt.date(2025, 7, 1))),
            ("ORIGINAL_NUMBER", "original.number"),
        ),
    ],
)
def test_each_thing_the_portal_would_refuse(
    document: Callable[[], Document], expected: tuple[str, str]
) -> None:
    assert codes(document()) == [expected]


def test_every_problem_says_what_is_wrong() -> None:
    for told in (changed("seller", gstin=""), paper(GOODS, number="0042"), with_line(paper(GOODS), hsn="")):
        assert all(each.message and each.remedy for each in problems_with_einvoice(told, FACTS, 0))


def test_an_export_names_a_country() -> None:
    nowhere = msgspec.structs.replace(ABROAD, address=msgspec.structs.replace(ABROAD.address, country="IN"))
    assert codes(paper(GOODS, party=nowhere, with_payment=True)) == [("COUNTRY", "buyer.address.country")]


def test_a_paper_of_ten_thousand_lines_is_refused_at_once() -> None:
    assert codes(many(10_000)) == [("TOO_MANY_LINES", "lines")]
    assert codes(many(1_000)) == []


def test_a_file_beyond_two_megabytes_is_refused() -> None:
    told = many(1_000)
    long = tuple(msgspec.structs.replace(each, description="ध" * 300) for each in told.lines)
    assert codes(msgspec.structs.replace(told, lines=long)) == []
    crowded = msgspec.structs.replace(
        told, lines=tuple(msgspec.structs.replace(each, unit="N" * 1_000) for each in long)
    )
    assert codes(crowded) == [], "an unknown unit goes as OTH"
    party = msgspec.structs.replace(told.buyer, gstin="24" + "A" * (2 << 20))
    assert ("TOO_LARGE", "lines") in codes(msgspec.structs.replace(told, buyer=party))


@pytest.mark.parametrize(
    ("on", "crore", "needed"),
    [
        (dt.date(2020, 9, 30), 1_000, False),
        (dt.date(2020, 10, 1), 501, True),
        (dt.date(2022, 10, 1), 11, True),
        (dt.date(2023, 7, 31), 6, False),
        (dt.date(2023, 8, 1), 6, True),
        (dt.date(2023, 8, 1), 5, False),
        (dt.date(2026, 11, 20), 3, False),
    ],
)
def test_who_must_register_moves_with_the_day(on: dt.date, crore: int, needed: bool) -> None:
    assert is_needed(paper(GOODS, party=FAR, on=on), crore * CRORE, FACTS) is needed


def test_consumers_need_none_at_any_turnover() -> None:
    assert not is_needed(paper(GOODS, party=WALK_IN), 1_000 * CRORE, FACTS)
    assert is_needed(paper(GOODS, party=kind_of("government")), 6 * CRORE, FACTS)
