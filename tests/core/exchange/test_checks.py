"""Every kind of check: what it answers, and how it refuses a question that cannot be read."""

import datetime as dt
import json
from typing import Any

import pytest

from core.errors import RuleBroken
from core.exchange.asking import Asking, Checked, UnknownRole
from core.exchange.checks import ACCEPTING, answer
from tests.core.exchange.samples import Json

ON = dt.date(2026, 11, 20)
PAPER = {"supplier_gstin": "29AAKCN5519Q1ZK", "doc_date": "2026-05-04", "doc_type": "INV", "doc_no": "NI/1"}
PAID = {"pa": "nandi@okbank", "pn": "Nandi", "am": "100", "tr": "NI/1", "tn": "Invoice NI/1"}


def asked(kind: str, question: Any, *, on: dt.date = ON, role: str | None = None) -> Checked:
    text = question if isinstance(question, str) else json.dumps(question)
    return answer(kind, Asking(text, on, role, "asked.json"))


def codes(found: Checked) -> list[tuple[str, str]]:
    return [(problem["code"], problem["field"]) for problem in found.answer["problems"]]


GOOD: dict[str, tuple[str, Any, Json]] = {
    "a GSTIN": ("gstin", "29AAKCN5519Q1ZK", {"valid": True, "type": "REGULAR", "pan": "AAKCN5519Q"}),
    "a number": ("number", "NI/26-27/0042", {"valid_rule46_gstr1": True, "valid_for_irp": True}),
    "an IRN": ("irn", PAPER, {"fy": "2026-27", "string": "29AAKCN5519Q1ZK2026-27INVNI/1"}),
    "an IRN of small letters": (
        "irn",
        {**PAPER, "doc_no": "ni/1"},
        {"string": "29AAKCN5519Q1ZK2026-27INVNI/1"},
    ),
    "a payment": ("upi", PAID, {"accepted": True}),
    "a link itself": (
        "upi",
        "upi://pay?pa=nandi@okbank&pn=Nandi",
        {"accepted": True, "params": {"pa": "nandi@okbank", "pn": "Nandi"}},
    ),
    "goods": (
        "hsn",
        {
            "hsn": "84138190",
            "turnover": "60000000",
            "unit": "nos-numbers",
            "quantity": "2.5",
            "description": "Pump",
        },
        {"accepted": True, "hsn_sc": "84138190", "uqc": "NOS", "qty": 2.5, "user_desc": "Pump"},
    ),
    "a unit the portal does not know": ("hsn", {"hsn": "8413", "unit": "BOTTLE"}, {"uqc": "OTH", "qty": 0}),
    "numbers in order": ("series", {"previous": "A-9", "next": "A-10"}, {"same_run": True}),
    "a run of Table 13": (
        "series",
        {"from": "1", "to": "10", "total": 10, "cancelled": 3},
        {"accepted": True},
    ),
    "numbers issued and not": (
        "series",
        {"issued": ["A-1", "A-2", "A-4"], "cancelled": ["a-2"], "draft": ["A-3"]},
        {"docs": [{"num": 1, "from": "A-1", "to": "A-4", "totnum": 4, "cancel": 2, "net_issue": 2}]},
    ),
    "by rail": ("transport", {"mode": "rail", "doc_number": "RR1"}, {"accepted": True, "transMode": 2}),
    "within one PIN": (
        "distance",
        {"same_pin": True, "distance_km": 0},
        {"accepted": True, "distance_sent": 1},
    ),
    "between PINs": ("distance", {"distance_km": "350"}, {"accepted": True, "distance_sent": 350}),
    "a return of nothing": (
        "return",
        {"gstin": "29AAKCN5519Q1ZK", "fp": "052026"},
        {"accepted": True, "totals": {}},
    ),
    "a bare payload": (
        "qr",
        {"text": '{"DocNo":"NI/1"}'},
        {"DocNo": "NI/1", "iss": None, "signature_holds": None},
    ),
    "a payload alone": ("qr", '{"DocNo":"NI/1"}', {"DocNo": "NI/1"}),
}


@pytest.mark.parametrize(("kind", "question", "expected"), GOOD.values(), ids=GOOD.keys())
def test_what_stands_is_accepted(kind: str, question: Any, expected: Json) -> None:
    found = asked(kind, question)
    assert found.accepted
    assert found.answer["problems"] == []
    assert {key: found.answer[key] for key in expected} == expected


BAD: dict[str, tuple[str, Any, tuple[str, str]]] = {
    "Cyrillic letters in a GSTIN": ("gstin", "29ААКСN5519Q1ZK", ("FORMAT", "gstin")),
    "digits of another script": ("gstin", "२९AAKCN5519Q1ZK", ("FORMAT", "gstin")),
    "an O for a nought": ("gstin", "29AAKCN55I9Q1ZK", ("FORMAT", "gstin")),
    "a number of nought": ("number", "000", ("NUMBER_ZERO", "number")),
    "a supplier of another script": (
        "irn", {**PAPER, "supplier_gstin": "२९AAKCN5519Q1ZK"}, ("FORMAT", "supplier_gstin"),
    ),
    "a number too long": ("irn", {**PAPER, "doc_no": "X" * 17}, ("NUMBER_LENGTH", "doc_no")),
    "nothing to pay": ("upi", {**PAID, "am": "0"}, ("UPI", "am")),
    "an address that is none": ("upi", {**PAID, "pa": "nandi"}, ("UPI", "pa")),
    "too long a reference": ("upi", {**PAID, "tr": "X" * 36}, ("UPI", "tr")),
    "a payee without a name": ("upi", {**PAID, "pn": " "}, ("REQUIRED", "pn")),
    "a link without the payee's name": ("upi", {"uri": "upi://pay?pa=nandi@okbank"}, ("REQUIRED", "uri")),
    "a run of endless figures": ("series", {"from": "1", "to": "9" * 5000, "total": 5}, ("NUMBER_LENGTH", "to")),
    "another currency": ("upi", {"uri": "upi://pay?pa=nandi@okbank&cu=USD"}, ("UPI", "uri")),
    "a link given twice over": ("upi", {"uri": "upi://pay?pa=nandi@okbank&pa=thief@okbank"}, ("UPI", "uri")),
    "a web address": ("upi", {"uri": "https://pay.example"}, ("UPI", "uri")),
    "an HSN too short": ("hsn", {"hsn": "8413", "turnover": "50000000.01"}, ("HSN_SHORT", "hsn")),
    "an HSN of five digits": ("hsn", {"hsn": "84138"}, ("HSN", "hsn")),
    "an HSN of other digits": ("hsn", {"hsn": "८४१३"}, ("HSN", "hsn")),
    "a SAC of eight digits": ("hsn", {"hsn": "99831300"}, ("HSN", "hsn")),
    "a run that is none": ("series", {"from": "A-1", "to": "B-9", "total": 9}, ("SERIES", "to")),
    "a run backwards": ("series", {"from": "A-9", "to": "A-1", "total": 9}, ("SERIES", "to")),
    "a wrong total": ("series", {"from": "A-1", "to": "A-9", "total": 10}, ("TOTAL", "total")),
    "more cancelled than there are": (
        "series", {"from": "A-1", "to": "A-9", "total": 9, "cancelled": 10}, ("CANCELLED", "cancelled"),
    ),
    "a number that is none": ("series", {"issued": ["A 1"]}, ("NUMBER_CHARACTERS", "issued")),
    "a road without a vehicle": ("transport", {"mode": "road"}, ("VEHICLE_MISSING", "vehicle")),
    "a transporter that is none": (
        "transport", {"mode": "road", "vehicle": "KA01AB1234", "transporter_id": "X"},
        ("TRANSPORTER", "transporter_id"),
    ),
    "a distance below nought": ("distance", {"distance_km": -1}, ("DISTANCE", "distance_km")),
    "too far": ("distance", {"distance_km": 3001}, ("DISTANCE", "distance_km")),
    "too far within one PIN": ("distance", {"same_pin": True, "distance_km": 101}, ("DISTANCE", "distance_km")),
    "a return of another shape": ("return", [], ("SHAPE", "")),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "question", "problem"), BAD.values(), ids=BAD.keys())
def test_what_does_not_stand_is_named(kind: str, question: Any, problem: tuple[str, str]) -> None:
    found = asked(kind, question)
    assert not found.accepted
    assert problem in codes(found)
    assert found.answer.get("accepted") in (False, None)


UNREADABLE: dict[str, tuple[str, Any, tuple[str, str]]] = {
    "no JSON": ("irn", "NI/1", ("MALFORMED", "")),
    "nested without end": ("return", "[" * 100_000, ("MALFORMED", "")),
    "a key mistyped": ("irn", {**PAPER, "doc_nr": "1"}, ("UNKNOWN_KEY", "doc_nr")),
    "a key missing": ("irn", {"doc_no": "1"}, ("REQUIRED", "supplier_gstin")),
    "a day that is none": ("irn", {**PAPER, "doc_date": "2026-02-30"}, ("SHAPE", "doc_date")),
    "a type that is none": ("irn", {**PAPER, "doc_type": "BOS"}, ("SHAPE", "doc_type")),
    "an amount of words": ("upi", {**PAID, "am": "ten"}, ("SHAPE", "am")),
    "an amount too fine": ("upi", {**PAID, "am": "1.001"}, ("FIGURE", "am")),
    "a code as a number": ("hsn", {"hsn": 8413}, ("SHAPE", "hsn")),
    "a quantity too fine": ("hsn", {"hsn": "8413", "quantity": "1.0001"}, ("FIGURE", "quantity")),
    "a run without total": ("series", {"from": "A-1", "to": "A-9"}, ("REQUIRED", "total")),
    "a list beside a count": (
        "series",
        {"from": "1", "to": "9", "total": 9, "cancelled": ["1"]},
        ("SHAPE", "cancelled"),
    ),
    "nothing asked": ("series", {}, ("REQUIRED", "issued")),
    "a count beside a list": ("series", {"issued": ["1"], "cancelled": 2}, ("SHAPE", "cancelled")),
    "a mode that is none": ("transport", {"mode": "mule"}, ("SHAPE", "mode")),
    "half a kilometre": ("distance", {"distance_km": "0.5"}, ("FIGURE", "distance_km")),
    "a distance of words": ("distance", {"distance_km": "far"}, ("SHAPE", "distance_km")),
    "no QR": ("qr", "scanned badly", ("NOT_SIGNED", "text")),
}


@pytest.mark.parametrize(("kind", "question", "problem"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_refused_by_field(kind: str, question: Any, problem: tuple[str, str]) -> None:
    if kind not in ACCEPTING:
        with pytest.raises(RuleBroken) as caught:
            asked(kind, question)
        (found,) = caught.value.problems
        assert (found.code, found.field) == problem
        assert found.message
        return
    told = asked(kind, question)
    assert (told.accepted, told.answer["accepted"]) == (False, False)
    assert codes(told) == [problem]


def test_the_hash_of_a_number_in_small_letters_is_the_one_the_portal_gave() -> None:
    """An IRN that the portal's sandbox issued in 2022 (the published samples of india-compliance)."""
    paper = {
        "supplier_gstin": "01AMBPG7773M002",
        "doc_date": "2022-09-17",
        "doc_type": "INV",
        "doc_no": "g2qxhY",
    }
    found = asked("irn", paper)
    assert (found.accepted, found.answer["irn"][:16]) == (True, "68fb4fab44aee99f")


def test_a_holder_that_is_none_is_no_question() -> None:
    with pytest.raises(UnknownRole):
        asked("gstin", "29AAKCN5519Q1ZK", role="king")


def test_digits_of_hsn_are_of_the_day() -> None:
    question = {"hsn": "8413", "turnover": "60000000"}
    assert asked("hsn", question, on=dt.date(2019, 4, 1)).accepted
    assert not asked("hsn", question).accepted
