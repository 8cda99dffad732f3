"""Interchange files built from the inputs of the published GST cases, one way for each topic.

What a case leaves open is given in one place here: a supplier and buyers of made-up but well-formed GSTINs, a date
in June 2025, 18 per cent. Published samples hold GSTINs that fail the check digit; a file of ours may not.
"""

from collections.abc import Iterable
from typing import Any

from core.gst.gstin import check_digit

Json = dict[str, Any]
DAY = "2025-06-10"
EARLIER = "2025-06-01"
HSN, SAC = "61149090", "998313"
STREET = {"line1": "1 Main Road", "city": "Town"}
PINS = {"24": "380001", "36": "500055", "02": "171302", "96": ""}


def gstin(state: str, pan: str = "AAKCN5519Q", kind: str = "Z") -> str:
    """A GSTIN of a State that holds."""
    return (first := f"{state}{pan}1{kind}") + check_digit(first)


def company(state: str = "24", **said: Any) -> Json:
    return {
        "legal_name": "Acme Traders", "gstin": gstin(state), "lut": "AD240625000001X",
        "address": {**STREET, "state_code": state, "pincode": PINS.get(state, "400001")}, **said,
    }  # fmt: skip


def party(kind: str = "registered", state: str = "24", **said: Any) -> Json:
    """A buyer of a kind in a State, under a code of its own."""
    words = {"regular": "registered", "composition": "composition"}
    kind = words.get(kind, kind)
    country = {"country": "US"} if kind == "overseas" else {}
    found = {
        "code": f"{kind}-{state}-{said.get('name', '')}", "name": "Buyer", "kind": kind,
        "address": {**STREET, "state_code": state, "pincode": PINS.get(state, "400001"), **country},
    }  # fmt: skip
    if kind == "uin":
        found["gstin"] = (first := f"{state}17USA00101UN"[:14]) + check_digit(first)
    elif kind not in ("unregistered", "overseas"):
        found["gstin"] = gstin(state, "AANFA2641L")
    return found | said


def line(given: Json | None = None, **said: Any) -> Json:
    """A line from a case's words: taxable or price, rate, discount, cess, treatment."""
    given = {**(given or {}), **said}
    treatment = given.get("treat", "taxable")
    found: Json = {
        "description": "Goods", "hsn": given.get("hsn", HSN), "unit": given.get("unit", "NOS"),
        "quantity": given.get("qty", 1), "price": given.get("price", given.get("taxable")), "treatment": treatment,
    }  # fmt: skip
    if treatment == "taxable":
        found["gst_rate"] = given.get("gst", given.get("rate", given.get("rt", 18)))
    for key, ours in {
        "disc_pct": "discount_pct", "cess_pct": "cess_pct", "cess_per_unit": "cess_per_unit",
        "price_includes_tax": "price_includes_tax",
    }.items():  # fmt: skip
        if key in given:
            found[ours] = given[key]
    return found


def paper(buyer: Json, lines: Iterable[Json], **said: Any) -> Json:
    """An invoice, unless it says otherwise; a note answers some invoice."""
    found = {"type": "INV", "number": "A-1", "date": DAY, "party": buyer["code"], "lines": list(lines)}
    found |= {key: value for key, value in said.items() if value is not None}
    if found["type"] in ("CRN", "DBN"):
        found.setdefault("original", {"number": "ORIG-1", "date": EARLIER})
    return found


def a_file(buyers: Json | Iterable[Json], documents: Iterable[Json] = (), **said: Any) -> Json:
    """A whole file; its company is in State 24 unless given."""
    listed = [buyers] if isinstance(buyers, dict) else list(buyers)
    unique = {buyer["code"]: buyer for buyer in listed}
    found: Json = {"format": "bahi/1", "company": company(), "parties": list(unique.values())}
    return found | {"documents": list(documents)} | said


def of_pos_tax(given: Json) -> Json:
    state = (given.get("buyer_gstin") or "")[:2] or given.get("buyer_state", "96")
    kind = given.get("category", "registered" if given.get("buyer_gstin") else "unregistered")
    buyer = party(kind, state)
    if given.get("buyer_gstin"):
        buyer["gstin"] = given["buyer_gstin"]
    extra = {"cess_pct": 100 * given["cess"] / given["taxable"]} if "cess" in given else {}
    bill = paper(
        buyer, [line(given, **extra)], place_of_supply=given.get("pos"), with_payment=given.get("with_payment"),
        reverse_charge=given.get("reverse_charge"),
    )  # fmt: skip
    return a_file(buyer, [bill], company=company(given["supplier_state"]))


def of_amounts(given: Json, expected: Json) -> Json:
    """A sale within the State; rounded where the case tells what rounding does."""
    freight = {}
    if "lines" in given:
        lines = [line(each) for each in given["lines"]]
    elif "price_incl" in given:
        lines = [line(given, price=given["price_incl"], price_includes_tax=True)]
    elif "total_before" in given:
        lines = [line(taxable=given["total_before"], treat="exempt")]
    else:
        lines = [line(given, taxable=given.get("taxable", given.get("line_taxable")))]
    if "freight_before_tax" in given:
        freight = {
            "charges": [{"description": "Freight", "amount": given["freight_before_tax"], "taxed": True}]
        }
    rounded = {"round_off", "RndOffAmt"} & expected.keys()
    buyer = party()
    return a_file(buyer, [paper(buyer, lines, rounding="rupee" if rounded else "none", **freight)])


def of_section(given: Json) -> Json:
    kind = given["buyer"]
    place = given.get("pos", "24")
    buyer = party(kind, place)
    value = given.get("invoice_value", given.get("value"))
    if "lines" in given:
        lines = [line(each) for each in given["lines"]]
    elif "taxable" in given:
        lines = [line(taxable=given["taxable"])]
    else:
        lines = [line(price=value or 100, price_includes_tax=value is not None)]
    original = given.get("original")
    answered = (
        {"original": {"number": "ORIG-1", "date": original["date"], "invoice_value": original["value"]}}
        if original
        else {}
    )
    bill = paper(
        buyer, lines, type=given["type"], date=given.get("date"), with_payment=given.get("with_payment"),
        place_of_supply=place, reverse_charge=given.get("reverse_charge"), **answered,
    )  # fmt: skip
    return a_file(buyer, [bill], company=company(given["supplier_state"]))


def of_einvoice(given: Json) -> Json:
    """The sandbox's own sample: a seller in State 02, a buyer in 36, supplied in 02; unless the case says who buys."""
    kind = str(given.get("buyer", "registered")).split()[0]
    if kind == "registered":
        seller, buyer, place = "02", party("registered", "36"), "02"
    elif kind == "overseas":
        seller, buyer, place = "24", party("overseas", "96"), None
    else:
        seller, buyer, place = given["supplier_state"], party(kind, given["buyer_state"]), None
    moved = {"transport": {"mode": "road", "vehicle": given["vehicle"]}} if "vehicle" in given else {}
    lines = [line(each) for each in given["lines"]]
    bill = paper(
        buyer, lines, type=given.get("type", "INV"), date=given.get("date", "2022-09-20"),
        place_of_supply=place, with_payment=given.get("with_payment"), original=given.get("original"),
        rounding="rupee" if given.get("round") else "none", **moved,
    )  # fmt: skip
    return a_file(buyer, [bill], company=company(seller))


def of_supply_types(categories: Iterable[str]) -> Json:
    documents, buyers = [], []
    for n, words in enumerate(categories):
        kind = words.replace("+", " ").split()[0]
        buyers.append(party(kind, "96" if kind == "overseas" else "24"))
        with_payment = None if kind not in ("sez", "overseas") else "pay" in words
        documents.append(paper(buyers[-1], [line(taxable=100)], number=f"A-{n}", with_payment=with_payment))
    return a_file(buyers, documents)


def of_ewaybill(given: Json, expected: Json) -> Json:
    """Goods by road within State 24; the date and distance of the published sample where the input has none."""
    day, month, year = expected.get("docDate", "10/06/2025").split("/")
    seller, buyer = company("24"), party("registered", "24")
    if not given.get("same_pin"):
        buyer["address"] = {**buyer["address"], "pincode": "380009"}
    distance = 0 if given.get("same_pin") else given.get("distance", 10)
    places = {}
    if given.get("ship_to_differs"):
        places["ship_to"] = {**STREET, "state_code": "24", "pincode": "380002"}
    if given.get("dispatch_differs"):
        places["dispatch_from"] = {**STREET, "state_code": "24", "pincode": "380003"}
    bill = paper(
        buyer, [line(each) for each in given.get("lines", [{"taxable": 100}])],
        date=given.get("date", f"{year}-{month}-{day}"),
        rounding="rupee" if expected.get("otherValue") else "none",
        transport={"mode": "road", "vehicle": "GJ07DL9009", "distance_km": distance}, **places,
    )  # fmt: skip
    return a_file(buyer, [bill], company=seller)


def of_tally(given: Json, kind: str) -> Json:
    """A sale, a receipt or a credit note by its figures, within the State where both heads are given."""
    buyer = party("unregistered", "24", name=given.get("party", "Buyer"))
    if kind == "Receipt":
        allocations = [
            {"document": each["invoice"], "amount": each["amount"]} for each in given["allocations"]
        ]
        bills = [
            paper(
                buyer,
                [line(taxable=each["amount"], treat="exempt")],
                number=each["invoice"],
                date="2025-08-01",
            )
            for each in given["allocations"]
        ]
        received = {
            "number": "RC-1", "date": given["date"], "party": buyer["code"], "amount": given["amount"],
            "allocations": allocations,
        }  # fmt: skip
        maker = company(bank={"name": given["bank"]})
        return a_file(buyer, bills, receipts=[received], company=maker)
    if kind == "Credit Note":
        rate = 100 * given["tax"] / given["taxable"]
        lines = [line(taxable=given["taxable"], rate=rate)]
        note = paper(
            buyer, lines, type="CRN", number=given["number"], place_of_supply="27",
            original={"number": given["against"], "date": EARLIER},
        )  # fmt: skip
        return a_file(buyer, [note])
    lines = [
        line(taxable=given[f"taxable_{rate}"], rate=rate) for rate in (18, 5) if f"taxable_{rate}" in given
    ]
    bill = paper(
        buyer, lines or [line(taxable=100)], number=given.get("number"), date=given.get("date", DAY), rounding="rupee"
    )  # fmt: skip
    return a_file(buyer, [bill])


def of_gstr3b(given: Json) -> Json:
    documents, buyers = [], []
    for n, sale in enumerate(given["sales"]):
        buyers.append(party(sale["to"], sale.get("pos", "27")))
        operator = {"gstin": gstin("24", kind="C"), "section": "9(5)"} if sale.get("section_9_5") else None
        documents.append(
            paper(
                buyers[-1],
                [line(sale)],
                number=f"A-{n}",
                place_of_supply=sale.get("pos"),
                ecommerce=operator,
                with_payment=sale.get("with_payment"),
                reverse_charge=sale.get("reverse_charge"),
            )
        )
    return a_file(buyers, documents, company=company(given["filer_state"]))
