"""What Alt+M holds, what is said of it in the foot, why each tax is chosen, and codes with their usual rate."""

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.company.model import Address, Registration
from core.facts import Facts
from core.invoicing.model import (
    Charge,
    Document,
    Draft,
    DraftLine,
    Ecommerce,
    Foreign,
    Original,
    ShippingBill,
    Transport,
)
from core.parties.model import Party
from desktop.screens.invoices.editor.hsn import codes_on, usual_text, with_usual_rate
from desktop.screens.invoices.editor.known import Known
from desktop.screens.invoices.editor.more_values import (
    charges_of,
    group_of,
    groups_of,
    values_of,
    with_values,
)
from desktop.screens.invoices.editor.told import told_of
from desktop.screens.invoices.reason import why
from tests.core.books import COMPANY, TODAY

_OLD = Original("OLD/7", dt.date(2026, 1, 5), b"o" * 16, 500_00)
_WHOLE = Draft(
    party=b"p" * 16,
    rounding="none",
    reverse_charge=True,
    intra_igst=True,
    place_rule="movement",
    discount_paise=100_00,
    charges=(Charge("Freight", 500_00), Charge("Insurance", 20_00, False)),
    applicable_percent_bp=6_500,
    ship_to=Address("1 Dock", "", "Pune", "27", "411001"),
    dispatch_from=Address("2 Yard", "", "Hosur", "33", "635109"),
    supplied_on=dt.date(2025, 9, 20),
    paid_on=dt.date(2025, 9, 25),
    ecommerce=Ecommerce("29AAFCD5862R1CR"),
    shipping_bill=ShippingBill("INMAA1", "1234567", dt.date(2026, 11, 1)),
    foreign=Foreign("USD", 83_512_345),
    transport=Transport("road", "KA01AB1234", "R", 350, "", "LR9", dt.date(2026, 11, 2)),
    amends=_OLD,
    lines=(DraftLine("Pan", None, "2106", cess_rate_bp=1_200, cess_per_unit_tenthousandths=41_700),),
)


def _known(
    kind: str = "registered", gstin: str = "33AAFCL2204B1ZD", state: str = "33", country: str = "IN"
) -> Known:
    address = Address("7 Mount Road", "", "Chennai", state, "600002", country)
    party = Party(name="Lotus", registration=Registration(kind, gstin, state), address=address)
    return Known(COMPANY, Facts.shipped(), {b"p" * 16: party})


def _settled(draft: Draft, known: Known) -> Document:
    return known.settled(msgspec.structs.replace(draft, dated_on=TODAY))


def test_values_shown_and_given_back_change_nothing() -> None:
    assert with_values(_WHOLE, values_of(_WHOLE)) == _WHOLE
    assert with_values(Draft(), values_of(Draft())) == Draft()


@given(st.sets(st.sampled_from(sorted(values_of(_WHOLE)))))
def test_what_is_not_named_stays(names: set[str]) -> None:
    blank = values_of(Draft())
    changed = with_values(_WHOLE, {name: blank[name] for name in names})
    parts = {name.partition(".")[0] for name in names}
    for field in Draft.__struct_fields__:
        if field not in parts:
            assert getattr(changed, field) == getattr(_WHOLE, field)


@pytest.mark.parametrize(
    ("values", "field", "becomes"),
    [
        ({"ecommerce.gstin": ""}, "ecommerce", None),
        ({"foreign.currency": None}, "foreign", None),
        ({"foreign.rate_millionths": 840_000}, "foreign", Foreign("USD", 84_000_000)),
        (
            {"transport.distance_km": None},
            "transport",
            msgspec.structs.replace(_WHOLE.transport, distance_km=0),
        ),
        ({"amends.number": "OLD/8"}, "amends", Original("OLD/8", dt.date(2026, 1, 5))),
        ({"amends.dated_on": None}, "amends", None),
        ({"discount_paise": None}, "discount_paise", 0),
        ({"applicable_percent_bp": None}, "applicable_percent_bp", 10_000),
        ({"place_rule": None}, "place_rule", ""),
        ({"rounding": True}, "rounding", "rupee"),
    ],
)
def test_a_field_given_changes_its_part(values: dict[str, Any], field: str, becomes: object) -> None:
    assert getattr(with_values(_WHOLE, values), field) == becomes


def test_a_charge_without_an_amount_says_nothing() -> None:
    rows = [
        {"description": "Freight", "amount": 500_00, "taxed": None},
        {"description": "Packing", "amount": None, "taxed": None},
    ]
    assert charges_of(rows) == (Charge("Freight", 500_00, True),)


@pytest.mark.parametrize(
    ("draft", "kind", "offered", "not_offered"),
    [
        (Draft(), "registered", {"supply", "days", "operator", "amends", "revises"}, {"export", "original"}),
        (Draft(type="CRN"), "registered", {"supply", "original", "amends"}, {"days", "revises", "export"}),
        (Draft(type="CHL"), "registered", {"whole", "way"}, {"supply", "days", "operator", "amends"}),
        (Draft(type="QTN"), "registered", {"supply", "whole"}, {"operator", "amends", "days"}),
        (Draft(), "overseas", {"export"}, {"original"}),
        (Draft(shipping_bill=ShippingBill("INMAA1")), "registered", {"export"}, {"original"}),
    ],
)
def test_only_groups_that_can_apply_are_offered(
    draft: Draft, kind: str, offered: set[str], not_offered: set[str]
) -> None:
    is_abroad = kind == "overseas"
    known = _known(kind, "", "96", "US") if is_abroad else _known()
    now = msgspec.structs.replace(draft, party=b"p" * 16)
    groups = groups_of(now, _settled(now, known), known)
    assert offered <= groups
    assert not not_offered & groups


@pytest.mark.parametrize(
    ("field", "group"),
    [
        ("ship_to.city", "way"),
        ("transport.distance_km", "transport"), ("charges.1.paise", "whole"), ("amends", "amends"), ("party", ""),
        ("shipping_bill.port", "export"), ("ecommerce", "operator"), ("paid_on", "days"), ("intra_igst", "supply"),
    ],
)  # fmt: skip
def test_what_is_wrong_belongs_to_its_group(field: str, group: str) -> None:
    assert group_of(field) == group


def test_all_that_is_set_is_said() -> None:
    said = told_of(_WHOLE, _known())
    expected = [
        "Reverse charge", "IGST inside the State", "Place: Where the goods' way ends (s. 10(1)(a))",
        "Supplied on 20-09-2025", "Paid on 25-09-2025", "By operator 29AAFCD5862R1CR, section 52", "Not rounded",
        "Discount ₹ 100.00", "Freight ₹ 500.00", "Insurance ₹ 20.00 after tax", "65% of the rate",
        "Goods to Pune, Maharashtra", "Goods from Hosur, Tamil Nadu", "By road, KA01AB1234, LR9, 350 km",
        "Shipping bill 1234567 of 01-11-2026, INMAA1", "USD at ₹ 83.5123", "Corrects OLD/7 of 05-01-2026",
        "Line 1: cess 12%", "Line 1: cess ₹ 4.17 a unit",
    ]  # fmt: skip
    assert list(said) == expected
    assert told_of(Draft(), _known()) == ()


@pytest.mark.parametrize(
    ("changes", "known", "hsn", "law"),
    [
        ({}, _known(), "9026", "[IGST Act, s. 7(1), 10(1)]"),
        ({}, _known(), "998732", "[IGST Act, s. 7(3), 12(2)]"),
        ({}, _known("registered", "29AANFA2641L1Z5", "29"), "9026", "[IGST Act, s. 8(1), 10(1)]"),
        ({"with_payment": False}, _known("sez"), "9026", "[IGST Act, s. 7(5)(b), 16(1)(b), 10(1)]"),
        (
            {"with_payment": True}, _known("overseas", "", "96", "US"), "9026",
            "[IGST Act, s. 7(5)(a), 11(b), 16(1)(a)]",
        ),
        ({"reverse_charge": True}, _known(), "9026", "[IGST Act, s. 7(1), 10(1), 5(3)]"),
        (
            {"reverse_charge": True}, _known("registered", "29AANFA2641L1Z5", "29"), "9026",
            "[IGST Act, s. 8(1), 10(1); CGST Act, s. 9(3)]",
        ),
        (
            {"place_rule": "performance", "place_of_supply": "27"}, _known(), "998732",
            "(IGST Act, s. 12(4) - (7)). [IGST Act, s. 7(3)]",
        ),
        ({"type": "CHL"}, _known(), "9026", "[CGST Rules, 55]"),
        ({"ecommerce": Ecommerce("29AAFCD5862R1CR", "9(5)")}, _known(), "9026",
            "section 9(5)). Place of supply: Tamil Nadu (33)."),
    ],
)  # fmt: skip
def test_every_tax_names_its_section(changes: dict[str, Any], known: Known, hsn: str, law: str) -> None:
    line = DraftLine("Thing", None, hsn, price_tenthousandths=1_000_0000)
    draft = msgspec.structs.replace(Draft(party=b"p" * 16, lines=(line,)), **changes)
    assert why(_settled(draft, known)).endswith(law)


def test_codes_come_by_word_and_what_was_typed_whole_comes_first() -> None:
    suggest = codes_on(lambda: TODAY)
    assert suggest(None, "flow meter")[0].value == "9026"
    assert [choice.value for choice in suggest(None, "9026")][:2] == ["9026", "90261010"]
    assert suggest(None, "902610")[0].value == "902610"
    assert suggest(None, "999999")[0].value == "999999"
    assert suggest(None, "61169200")[0].detail == "5%"
    assert all(len(choice.value) in (4, 6, 8) for choice in suggest(None, "12"))


@pytest.mark.parametrize(
    ("line", "on", "tax"),
    [
        (DraftLine(hsn="6116"), TODAY, ("taxable", 500)),
        (DraftLine(hsn="6116", rate_bp=1_200), TODAY, ("taxable", 1_200)),
        (DraftLine(hsn="6116", item=b"i" * 16), TODAY, ("taxable", 1_800)),
        (DraftLine(hsn="2401"), TODAY, ("taxable", 1_800)),
        (DraftLine(hsn=""), TODAY, ("taxable", 1_800)),
    ],
)
def test_the_usual_rate_fills_a_line_that_was_given_none(
    line: DraftLine, on: dt.date, tax: tuple[str, int]
) -> None:
    filled = with_usual_rate(line, Facts.shipped(), on)
    assert (filled.treatment, filled.rate_bp) == tax


def test_another_rate_than_the_usual_is_told() -> None:
    facts = Facts.shipped()
    assert usual_text(DraftLine(hsn="90261010", rate_bp=1_800), facts, TODAY) == ""
    told = usual_text(DraftLine(hsn="90261010", rate_bp=500), facts, TODAY)
    assert told == "90261010 usually bears 18% on 20-11-2026."
    pump = DraftLine(hsn="84138190", treatment="taxable", rate_bp=1_800)
    assert usual_text(pump, facts, TODAY) == (
        "84138190 usually bears 18% on 20-11-2026; but hydraulic pumps for tractors 5."
    )
    assert "2,500" in usual_text(DraftLine(hsn="6116", rate_bp=500), facts, TODAY)
    assert usual_text(DraftLine(hsn="2401"), facts, TODAY).startswith(
        "What 2401 bears on 20-11-2026 depends: leaves 5"
    )
