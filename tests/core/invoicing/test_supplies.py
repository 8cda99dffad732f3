"""Where, how and under which rule a draft is supplied, and what keeps it from being issued: one row a rule."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from core.company.model import Address, Company, Registration
from core.facts import Facts
from core.invoicing.model import DraftLine, Ecommerce, Foreign, Original, ShippingBill, Transport
from core.invoicing.particulars import is_einvoiced
from core.invoicing.rules import problems_with_draft, settled
from core.parties.model import Party
from tests.core.books import COMPANY, TODAY
from tests.core.invoicing.trade import BANYAN, BILL, GLOVES, LOTUS, PUMPS

replace = msgspec.structs.replace
FACTS = Facts.shipped()
READY = replace(BILL, party=b"p" * 16, dated_on=TODAY)
NEIGHBOUR = replace(
    LOTUS,
    registration=Registration("registered", "29AAFCL2204B1Z2", "29"),
    address=Address("1 Brigade Road", "", "Bengaluru", "29", "560001"),
)
DUBAI = Party(
    code="GULF",
    name="Gulf Traders LLC",
    registration=Registration("overseas", "", "96"),
    address=Address("Deira", "", "Dubai", "96", "", "AE"),
)
SEZ = replace(LOTUS, registration=Registration("sez", "33AAFCL2204B1ZD", "33"))
DEALER = replace(COMPANY, composition=True)
EXEMPT = (replace(PUMPS, treatment="exempt"),)
TCS = "29AABCF8078M1C8"


def found(
    party: Party = LOTUS, company: Company = COMPANY, today: dt.date | None = TODAY, **changes: Any
) -> list[tuple[str, str]]:
    draft = replace(READY, **changes)
    problems = problems_with_draft(draft, company=company, party=party, facts=FACTS, today=today)
    assert all(problem.message for problem in problems)
    return [(problem.code, problem.field) for problem in problems]


GOOD: list[dict[str, Any]] = [
    {"party": NEIGHBOUR, "reverse_charge": True, "intra_igst": True},
    {"party": DUBAI, "with_payment": False, "foreign": Foreign("USD", 83_250_000)},
    {"party": DUBAI, "with_payment": True, "shipping_bill": ShippingBill("INMAA1", "1234567", TODAY)},
    {"party": DUBAI, "with_payment": True, "shipping_bill": ShippingBill(port="INMAA1")},
    {"party": SEZ, "with_payment": False},
    {"ecommerce": Ecommerce(TCS)},
    {"ecommerce": Ecommerce("29AAKCN5519Q1ZK", "9(5)")},
    {"type": "CHL"},
    {"type": "CHL", "purpose": "job_work", "lines": (replace(PUMPS, price_tenthousandths=0),)},
    {"type": "CHL", "transport": Transport("road", "KA01AB1234", distance_km=350)},
    {"type": "QTN", "lines": (replace(PUMPS, hsn=""),)},
    {"type": "PRF", "party": SEZ},
    {"applicable_percent_bp": 6_500},
    {"place_rule": "movement", "ship_to": Address(state_code="27")},
    {"place_rule": "performance", "place_of_supply": "27"},
    {"party": BANYAN, "company": DEALER, "lines": EXEMPT},
    {"party": BANYAN, "company": DEALER, "lines": EXEMPT, "ecommerce": Ecommerce(TCS)},
    {"type": "CRN", "original": Original("A/1", dt.date(2026, 4, 1))},
    {"type": "CRN", "original": Original("A/1", dt.date(2024, 4, 1)), "reason": "commercial"},
    {"amends": Original("A/1", dt.date(2025, 4, 1))},
    {"revises": Original("A/1", TODAY)},
]


@pytest.mark.parametrize("how", GOOD)
def test_what_the_law_allows_is_issued(how: dict[str, Any]) -> None:
    assert found(**how) == []


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({"intra_igst": True, "party": NEIGHBOUR}, ("CHOICE", "intra_igst")),
        ({"intra_igst": True, "reverse_charge": True}, ("CHOICE", "intra_igst")),
        (
            {"intra_igst": True, "reverse_charge": True, "party": BANYAN, "today": None},
            ("CHOICE", "intra_igst"),
        ),
        ({"shipping_bill": ShippingBill()}, ("CHOICE", "shipping_bill")),
        ({"foreign": Foreign("USD", 1)}, ("CHOICE", "foreign")),
        ({"ecommerce": Ecommerce(TCS, "9")}, ("CHOICE", "ecommerce.section")),
        ({"ecommerce": Ecommerce("29AABCF8078M1C9")}, ("CHECK_DIGIT", "ecommerce.gstin")),
        ({"ecommerce": Ecommerce("29AAKCN5519Q1ZK")}, ("CATEGORY_CONFLICT", "ecommerce.gstin")),
        ({"purpose": "job_work"}, ("CHOICE", "purpose")),
        ({"type": "CHL", "purpose": "show"}, ("CHOICE", "purpose")),
        ({"transport": Transport("cart")}, ("CHOICE", "transport.mode")),
        ({"transport": Transport("road", vehicle_type="X")}, ("CHOICE", "transport.vehicle_type")),
        ({"transport": Transport("road", distance_km=4_001)}, ("RANGE", "transport.distance_km")),
        ({"applicable_percent_bp": 5_000}, ("RANGE", "applicable_percent_bp")),
        ({"place_rule": "property"}, ("PLACE_OF_SUPPLY", "place_of_supply")),
        ({"place_rule": "weather"}, ("CHOICE", "place_rule")),
        ({"paid_on": TODAY + dt.timedelta(1)}, ("FUTURE_DATE", "paid_on")),
        ({"party": BANYAN, "reverse_charge": True}, ("REVERSE_CHARGE", "reverse_charge")),
        ({"party": SEZ, "with_payment": False, "reverse_charge": True}, ("REVERSE_CHARGE", "reverse_charge")),
        ({"amends": Original("A/1", TODAY), "type": "QTN"}, ("CHOICE", "amends")),
        ({"amends": Original("A/1", TODAY + dt.timedelta(1))}, ("DATE", "dated_on")),
        ({"amends": Original("A/1", dt.date(2025, 3, 31))}, ("AMENDMENT_LATE", "amends")),
        ({"amends": Original("A/1", TODAY), "revises": Original("A/1", TODAY)}, ("CHOICE", "revises")),
        (
            {"type": "CRN", "original": Original("A/1", dt.date(2025, 3, 31))},
            ("NOTE_LATE", "reason"),
        ),
    ],
)
def test_each_fault_is_named_by_its_field(how: dict[str, Any], expected: tuple[str, str]) -> None:
    assert found(**how) == [expected]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"shipping_bill": ShippingBill("MAA1", "1234", TODAY)}, "shipping_bill.port"),
        ({"shipping_bill": ShippingBill("INMAA1", "12", TODAY)}, "shipping_bill.number"),
        ({"shipping_bill": ShippingBill("INMAA1", "1234")}, "shipping_bill.dated_on"),
        ({"shipping_bill": ShippingBill("INMAA1", "", TODAY)}, "shipping_bill.number"),
        ({"foreign": Foreign("dollar", 1)}, "foreign.currency"),
        ({"foreign": Foreign("INR", 1_000_000)}, "foreign.currency"),
        ({"foreign": Foreign("XQZ", 1_000_000)}, "foreign.currency"),
        ({"foreign": Foreign("USD", 0)}, "foreign.rate_millionths"),
        ({"foreign": Foreign("USD", -1)}, "foreign.rate_millionths"),
    ],
)
def test_an_exports_papers_are_checked(changes: dict[str, Any], field: str) -> None:
    assert [at for _code, at in found(DUBAI, with_payment=False, **changes)] == [field]


def test_a_composition_dealer_stays_in_his_state_and_sells_no_service_by_an_operator() -> None:
    assert found(company=DEALER, lines=EXEMPT) == [("COMPOSITION", "place_of_supply")]
    service = (DraftLine("Repair", hsn="998729", treatment="exempt", price_tenthousandths=10_000),)
    by_operator = {"company": DEALER, "ecommerce": Ecommerce(TCS)}
    assert found(BANYAN, lines=service, **by_operator) == [("COMPOSITION", "ecommerce")]
    before = dt.date(2023, 9, 30)
    assert found(BANYAN, lines=EXEMPT, dated_on=before, **by_operator) == [("COMPOSITION", "ecommerce")]
    assert found(BANYAN, lines=EXEMPT, dated_on=dt.date(2023, 10, 1), **by_operator) == []


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({"company": replace(COMPANY, address=Address(state_code="29"))}, [("SELLER_ADDRESS", "company.address")]),
        ({"party": replace(LOTUS, address=Address(state_code="33"))}, [("BUYER_ADDRESS", "party")]),
        (
            {"party": replace(LOTUS, registration=Registration("uin", "", "33"))},
            [("GSTIN_REQUIRED", "party")],
        ),
        ({"lines": (replace(PUMPS, hsn=""), GLOVES)}, [("HSN_MISSING", "lines.1.hsn")]),
        ({"lines": (replace(PUMPS, hsn="", treatment="non_gst"),)}, []),
        ({"party": BANYAN, "lines": (replace(PUMPS, hsn=""),)}, []),
        (
            {"party": BANYAN, "lines": (replace(PUMPS, hsn=""),), "company": replace(COMPANY, turnover_paise=10**12)},
            [("HSN_MISSING", "lines.1.hsn")],
        ),
        (
            {"party": replace(DUBAI, address=Address("Deira", state_code="96")), "with_payment": True},
            [("COUNTRY", "party")],
        ),
        (
            {"party": replace(DUBAI, address=Address(state_code="96", country="AE")), "with_payment": True},
            [("BUYER_ADDRESS", "party")],
        ),
        (
            {
                "party": replace(BANYAN, address=Address(state_code="29")),
                "lines": (replace(PUMPS, quantity_thousandths=40_000),),
            },
            [("BUYER_ADDRESS", "party")],
        ),
    ],
)  # fmt: skip
def test_rule_46_is_asked_before_issue(how: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(**how) == expected


def test_rule_46_is_not_asked_of_what_was_issued_elsewhere() -> None:
    bare = replace(LOTUS, address=Address(state_code="33"))
    draft = replace(READY, lines=(replace(PUMPS, hsn=""),))
    assert problems_with_draft(draft, company=COMPANY, party=bare, facts=FACTS) == []


def test_a_paper_has_five_thousand_lines_at_most() -> None:
    assert found(lines=(GLOVES,) * 5_000) == []
    assert found(lines=(GLOVES,) * 10_000) == [("TOO_MANY", "lines")]


@pytest.mark.parametrize(
    ("turnover_paise", "party", "on", "expected"),
    [
        (5_00_00_000_00, LOTUS, TODAY, False),  # above five crore since August 2023
        (5_00_00_000_01, LOTUS, TODAY, True),
        (5_00_00_000_01, BANYAN, TODAY, False),
        (5_00_00_000_01, DUBAI, TODAY, True),
        (5_00_00_000_01, LOTUS, dt.date(2023, 7, 31), False),
        (500_00_00_000_01, LOTUS, dt.date(2020, 9, 30), False),
    ],
)
def test_who_tells_the_invoice_portal(turnover_paise: int, party: Party, on: dt.date, expected: bool) -> None:
    document = settled(
        replace(READY, dated_on=on), company=COMPANY, party_id=b"p" * 16, party=party, items={}, facts=FACTS
    )
    assert is_einvoiced(document, turnover_paise, FACTS) is expected
