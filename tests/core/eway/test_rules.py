"""When a movement needs a bill, and what its portal would refuse: by value, place, distance and particulars."""

import datetime as dt
from collections.abc import Callable

import msgspec
import pytest

from core.company.model import Address
from core.eway.rules import (
    check_distance,
    check_transport,
    consignment_paise,
    is_needed,
    problems_with_eway,
)
from core.invoicing.model import Document, Original, Transport
from tests.core.portal_papers import FACTS, FAR, NEIGHBOUR, WALK_IN, line, paper, with_line

TEN = Transport("road", "GJ07DL9009", distance_km=10)
ON = dt.date(2025, 8, 2)


def codes(document: Document, on: dt.date = ON) -> list[tuple[str, str]]:
    return [(each.code, each.field) for each in problems_with_eway(document, FACTS, on)]


@pytest.mark.parametrize(
    ("document", "needed"),
    [
        (lambda: paper(line(price=42_372, gst=18), party=FAR), False),
        (lambda: paper(line(price=42_373, gst=18), party=FAR), True),
        (lambda: paper(line(price=50_000, gst=18), party=FAR, reverse_charge=True), False),
        (lambda: paper(line(price=50_001, gst=18), party=FAR, reverse_charge=True), True),
        (lambda: paper(line(price=50_001, treat="nil"), party=FAR), True),
        (lambda: paper(line(price=90_000, treat="nil"), line(price=100, gst=18), party=FAR), False),
        (lambda: paper(line(price=90_000, gst=18, hsn="998313"), party=FAR), False),
        (lambda: paper(line(price=90_000, gst=18, hsn="998313"), line(price=9, gst=18), party=FAR), False),
        (lambda: paper(line(price=1, gst=18), party=FAR, type="CHL", purpose="job_work"), True),
        (lambda: paper(line(price=1, gst=18), type="CHL", purpose="job_work"), False),
        (lambda: paper(line(price=90_000, gst=18), party=FAR, type="QTN"), False),
    ],
)
def test_a_bill_is_needed_above_the_limit_of_taxable_goods(
    document: Callable[[], Document], needed: bool
) -> None:
    assert is_needed(document(), FACTS) is needed


def test_within_a_state_its_own_limit_holds() -> None:
    delhi = Address("1 Ring Road", "", "Delhi", "07", "110001")
    sold = paper(line(price=60_000, gst=18))
    assert is_needed(sold, FACTS), "Gujarat goes by the general limit"
    seller = msgspec.structs.replace(sold.seller, gstin="07AAFCA7488L1Z0", address=delhi)
    assert not is_needed(msgspec.structs.replace(sold, seller=seller), FACTS), "Delhi's is a lakh"
    assert is_needed(msgspec.structs.replace(sold, seller=seller, supply="INTER"), FACTS)


def test_the_consignment_is_worth_its_goods_with_the_tax_charged() -> None:
    assert consignment_paise(paper(line(price=100, gst=18), line(price=50, treat="nil"))) == 11_800
    assert consignment_paise(paper(line(price=50, treat="nil"))) == 5_000


@pytest.mark.parametrize(
    ("asked", "mode"),
    [
        (Transport("road", "GJ07DL9009"), 1),
        (Transport("rail", doc_number="RR/1"), 2),
        (Transport("air", doc_number="AWB-1"), 3),
        (Transport("ship", "IMO9319466", doc_number="BL1"), 4),
        (Transport(transporter_id="29AAFCA7488L1Z0"), 1),
        (Transport("road", transporter_id="29AAFCA7488L1Z0"), 1),
        (Transport("rail", transporter_id="29AAFCA7488L1Z0"), 1),
    ],
)
def test_transports_the_portal_takes(asked: Transport, mode: int) -> None:
    assert check_transport(asked) == {"accepted": True, "transMode": mode, "problems": []}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Transport(), ["MODE_MISSING"]),
        (Transport("camel", "X"), ["MODE"]),
        (Transport("road"), ["VEHICLE_MISSING"]),
        (Transport("rail"), ["TRANSPORT_DOCUMENT_MISSING"]),
        (Transport("air", "GJ07DL9009"), ["TRANSPORT_DOCUMENT_MISSING"]),
        (Transport("ship"), ["VEHICLE_MISSING", "TRANSPORT_DOCUMENT_MISSING"]),
        (Transport("ship", "IMO9319466"), ["TRANSPORT_DOCUMENT_MISSING"]),
        (Transport("ship", doc_number="BL1"), ["VEHICLE_MISSING"]),
        (Transport("road", "a lorry"), ["VEHICLE"]),
        (Transport("road", "GJ07DL9009", vehicle_type="X"), ["VEHICLE_TYPE"]),
        (Transport("rail", doc_number="RR 1"), ["TRANSPORT_DOCUMENT"]),
        (Transport("rail", doc_number="R" * 16), ["TRANSPORT_DOCUMENT"]),
        (Transport(transporter_id="29AAFCA7488L1"), ["TRANSPORTER"]),
        (Transport("road", "GJ07DL9009", distance_km=3_001), ["DISTANCE"]),
        (Transport("road", "GJ07DL9009", distance_km=-1), ["DISTANCE"]),
    ],
)
def test_transports_the_portal_refuses(asked: Transport, expected: list[str]) -> None:
    found = check_transport(asked)
    assert not found["accepted"]
    assert found["transMode"] is None
    assert [each.code for each in found["problems"]] == expected


@pytest.mark.parametrize(
    ("same_pin", "distance_km", "sent"),
    [
        (True, 0, 1), (True, 1, 1), (True, 100, 100), (True, 101, None), (True, -1, None),
        (False, 0, 0), (False, 101, 101), (False, 3_000, 3_000), (False, 3_001, None), (False, -1, None),
    ],
)  # fmt: skip
def test_distances(same_pin: bool, distance_km: int, sent: int | None) -> None:
    found = check_distance(distance_km, same_pin=same_pin)
    assert (found["accepted"], found["distance_sent"]) == (sent is not None, sent)
    assert [each.code for each in found["problems"]] == ([] if sent is not None else ["DISTANCE"])


HERE = Address("14 Ring Road", "", "Ahmedabad", "24", "380015")


def at(**changes: object) -> Address:
    return msgspec.structs.replace(HERE, **changes)


def changed(part: str, **changes: object) -> Document:
    document = paper(line(price=100, gst=18), transport=TEN)
    return msgspec.structs.replace(
        document, **{part: msgspec.structs.replace(getattr(document, part), **changes)}
    )


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (lambda: changed("seller", gstin=""), ("REQUIRED", "seller.gstin")),
        (lambda: changed("seller", address=at(pincode="")), ("PIN", "seller.address.pincode")),
        (lambda: changed("seller", address=at(pincode="560025")), ("PIN_STATE", "seller.address.pincode")),
        (lambda: changed("buyer", address=at(line1="")), ("ADDRESS", "buyer.address.line1")),
        (lambda: changed("buyer", address=at(city="")), ("TOWN", "buyer.address.city")),
        (lambda: changed("buyer", address=at(state_code="")), ("STATE", "buyer.address.state_code")),
        (lambda: changed("buyer", gstin="24AAQCA8719H1ZC"), ("SAME_GSTIN", "buyer.gstin")),
        (lambda: changed("transport", doc_number="GR1", doc_on=dt.date(2025, 8, 1)),
         ("TRANSPORT_DATE", "transport.doc_on")),
        (lambda: changed("transport", distance_km=101), ("DISTANCE", "transport.distance_km")),
        (lambda: with_line(changed("seller"), hsn="61"), ("HSN", "lines.1.hsn")),
        (lambda: with_line(changed("seller"), quantity_thousandths=0), ("QUANTITY", "lines.1.quantity_thousandths")),
        (lambda: paper(line(price=100, gst=18), transport=TEN, number="SI 1"), ("NUMBER_CHARACTERS", "number")),
        (lambda: paper(line(price=100, gst=18), transport=TEN, on=dt.date(2025, 8, 3)), ("FUTURE_DATE", "dated_on")),
        (lambda: paper(line(price=100, gst=18)), ("MODE_MISSING", "transport.mode")),
        (lambda: paper(line(price=100, gst=18, hsn="998313"), transport=TEN), ("NO_GOODS", "lines")),
        (lambda: paper(line(price=100, gst=18), type="DBN", transport=TEN, original=Original("SI/0", ON)),
         ("NO_MOVEMENT", "type")),
    ],
)  # fmt: skip
def test_each_thing_the_portal_would_refuse(
    document: Callable[[], Document], expected: tuple[str, str]
) -> None:
    assert codes(document()) == [expected]


def test_a_good_movement_has_no_problem() -> None:
    assert codes(paper(line(price=100, gst=18), transport=TEN)) == []
    sent = paper(line(price=100, gst=18), party=WALK_IN, ship_to=HERE, transport=TEN)
    assert codes(sent) == []


def test_goods_of_one_gstin_move_on_a_challan() -> None:
    own = msgspec.structs.replace(
        NEIGHBOUR, registration=msgspec.structs.replace(NEIGHBOUR.registration, gstin="24AAQCA8719H1ZC")
    )
    challan = paper(line(price=100, gst=18), party=own, type="CHL", purpose="own_use", transport=TEN)
    assert codes(challan) == []


@pytest.mark.parametrize(
    ("dated_on", "on", "old"),
    [
        (dt.date(2025, 1, 1), dt.date(2025, 6, 30), False),
        (dt.date(2025, 1, 1), dt.date(2025, 7, 1), True),
        (dt.date(2024, 1, 1), dt.date(2024, 12, 31), False),
        (dt.date(2024, 1, 1), dt.date(2025, 1, 1), True),
    ],
)
def test_no_paper_older_than_half_a_year_since_2025(dated_on: dt.date, on: dt.date, old: bool) -> None:
    told = codes(paper(line(price=100, gst=18), on=dated_on, transport=TEN), on)
    assert told == ([("TOO_OLD", "dated_on")] if old else [])


@pytest.mark.parametrize(("on", "refused"), [(dt.date(2024, 12, 31), False), (dt.date(2025, 1, 1), True)])
def test_the_longest_way_is_a_fact_with_dates(on: dt.date, refused: bool) -> None:
    far = msgspec.structs.replace(TEN, distance_km=3_500)
    told = codes(paper(line(price=100, gst=18), party=FAR, on=on, transport=far), on)
    assert told == ([("DISTANCE", "transport.distance_km")] if refused else [])


def test_more_codes_than_the_portal_takes() -> None:
    one = paper(line(price=1, gst=18), transport=TEN)
    lines = tuple(msgspec.structs.replace(one.lines[0], hsn=f"{1000 + at}") for at in range(251))
    assert codes(msgspec.structs.replace(one, lines=lines)) == [("TOO_MANY_LINES", "lines")]
    assert codes(msgspec.structs.replace(one, lines=lines[:250])) == []
