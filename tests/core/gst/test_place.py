"""Where a supply takes place, and when it is inter-State."""

from typing import Any

import pytest

from core.gst.party_kind import PartyKind
from core.gst.place import is_export, is_inter_state, place_of_supply

BUYER: dict[str, Any] = {
    "given": None,
    "kind": PartyKind.REGISTERED,
    "gstin": "",
    "address_state": "",
    "address_country": "IN",
    "ship_to_state": None,
    "ship_to_country": None,
    "supplier_state": "29",
}
CHENNAI = "33AAFCL2204B1ZD"


@pytest.mark.parametrize(
    ("buyer", "code", "warnings"),
    [
        ({"given": "07", "gstin": CHENNAI}, "07", ()),
        ({"gstin": CHENNAI, "address_state": "27"}, "33", ()),
        ({"gstin": CHENNAI, "ship_to_state": "27"}, "33", ()),
        ({"kind": PartyKind.COMPOSITION, "address_state": "27"}, "27", ()),
        ({"kind": PartyKind.UNREGISTERED, "address_state": "06"}, "06", ()),
        ({"kind": PartyKind.UNREGISTERED, "address_state": "06", "ship_to_state": "07"}, "07", ()),
        ({"kind": PartyKind.UNREGISTERED}, "29", ("POS_ASSUMED",)),
        ({"kind": PartyKind.OVERSEAS}, "96", ()),
        ({"kind": PartyKind.OVERSEAS, "address_state": "96", "address_country": "US"}, "96", ()),
        ({"kind": PartyKind.OVERSEAS, "ship_to_state": "27", "ship_to_country": "IN"}, "27", ()),
        ({"kind": PartyKind.OVERSEAS, "ship_to_state": "96", "ship_to_country": "AE"}, "96", ()),
        ({"kind": PartyKind.UNREGISTERED, "ship_to_state": "", "ship_to_country": "AE"}, "96", ()),
        ({"kind": PartyKind.UNREGISTERED, "address_country": "AE"}, "96", ()),
        ({"kind": PartyKind.SEZ, "gstin": CHENNAI}, "33", ()),
        ({"given": "28"}, "28", ("POS_RETIRED",)),
        ({"given": "97"}, "97", ()),
        ({"given": "96"}, "96", ()),
    ],
)
def test_the_place_is_found_in_the_order_of_the_law(
    buyer: dict[str, Any], code: str, warnings: tuple[str, ...]
) -> None:
    answer = place_of_supply(**BUYER | buyer)
    assert (answer.code, answer.warnings, answer.problems) == (code, warnings, ())


@pytest.mark.parametrize(
    "buyer",
    [{}, {"kind": PartyKind.SEZ}, {"given": "39"}, {"given": "00"}, {"given": "99"}, {"given": "7"},
     {"given": "KA"}, {"gstin": "9917IRL29003OSG"}, {"kind": PartyKind.UNREGISTERED, "supplier_state": ""}],
)  # fmt: skip
def test_anything_else_is_refused(buyer: dict[str, Any]) -> None:
    answer = place_of_supply(**BUYER | buyer)
    assert answer.code is None
    (problem,) = answer.problems
    assert (problem.code, problem.field) == ("PLACE_OF_SUPPLY", "place_of_supply")


@pytest.mark.parametrize(
    ("place", "kind", "inter_state"),
    [
        ("29", PartyKind.REGISTERED, False),
        ("33", PartyKind.REGISTERED, True),
        ("29", PartyKind.SEZ, True),
        ("29", PartyKind.DEEMED_EXPORT, False),
        ("96", PartyKind.OVERSEAS, True),
        ("29", PartyKind.OVERSEAS, False),
        ("97", PartyKind.UNREGISTERED, True),
    ],
)
def test_igst_is_due_across_a_border_and_for_a_sez(place: str, kind: PartyKind, inter_state: bool) -> None:
    assert is_inter_state("29", place, kind) is inter_state


def test_only_what_leaves_india_is_an_export() -> None:
    assert is_export("96", PartyKind.OVERSEAS)
    assert not is_export("27", PartyKind.OVERSEAS)
    assert not is_export("96", PartyKind.REGISTERED)


RULES: list[tuple[str, dict[str, Any], str]] = [
    ("movement", {"gstin": CHENNAI, "ship_to_state": "27"}, "27"),  # s. 10(1)(a): where the way ends
    ("movement", {"gstin": CHENNAI}, "33"),
    ("movement", {"gstin": CHENNAI, "ship_to_state": "", "ship_to_country": "NP"}, "96"),
    ("movement", {"gstin": CHENNAI, "given": "27", "ship_to_state": "27"}, "27"),
    ("movement", {"kind": PartyKind.UNREGISTERED}, "29"),
    ("third_person", {"gstin": CHENNAI, "ship_to_state": "27"}, "33"),  # s. 10(1)(b): the buyer's own place
    ("third_person", {"kind": PartyKind.UNREGISTERED, "address_state": "06", "ship_to_state": "07"}, "06"),
    ("third_person", {"kind": PartyKind.OVERSEAS, "ship_to_country": "AE"}, "96"),
    ("performance", {"gstin": CHENNAI, "given": "24"}, "24"),  # s. 12(4) to (7)
    ("property", {"gstin": CHENNAI, "given": "30"}, "30"),  # s. 12(3)
]


@pytest.mark.parametrize(("rule", "buyer", "code"), RULES)
def test_the_place_by_a_rule_of_the_act(rule: str, buyer: dict[str, Any], code: str) -> None:
    answer = place_of_supply(**BUYER | buyer, rule=rule)
    assert (answer.code, answer.problems) == (code, ())


@pytest.mark.parametrize(
    ("rule", "buyer", "code", "field"),
    [
        ("performance", {"gstin": CHENNAI}, "PLACE_OF_SUPPLY", "place_of_supply"),
        ("property", {"kind": PartyKind.UNREGISTERED}, "PLACE_OF_SUPPLY", "place_of_supply"),
        (
            "movement",
            {"gstin": CHENNAI, "given": "24", "ship_to_state": "27"},
            "PLACE_RULE",
            "place_of_supply",
        ),
        ("third_person", {"gstin": CHENNAI, "given": "27"}, "PLACE_RULE", "place_of_supply"),
        ("third_person", {"kind": PartyKind.OVERSEAS, "ship_to_state": "27"}, "PLACE_RULE", "place_rule"),
        ("custom", {"gstin": CHENNAI}, "CHOICE", "place_rule"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused(rule: str, buyer: dict[str, Any], code: str, field: str) -> None:
    answer = place_of_supply(**BUYER | buyer, rule=rule)
    assert answer.code is None
    assert [(problem.code, problem.field) for problem in answer.problems] == [(code, field)]


def test_a_rule_once_found_may_be_given_too() -> None:
    for rule, buyer, code in RULES:
        again = place_of_supply(**BUYER | buyer | {"given": code}, rule=rule)
        assert again.code == code


def test_what_a_special_zone_supplies_is_inter_state() -> None:
    assert is_inter_state("29", "29", PartyKind.REGISTERED, supplier_in_sez=True)
