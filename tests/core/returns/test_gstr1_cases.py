"""The published cases of GSTR-1: sections, the portal's JSON, rules and Table 12, through the public functions."""

import datetime as dt
from typing import Any

import pytest

from core.advances.rules import Move
from core.fiscal import return_period
from core.invoicing.model import Document, Original, ShippingBill
from core.returns.gstr1 import gstr1
from core.returns.schema import problems_with_return
from tests.core.returns.sales import (
    FACTS,
    STATE,
    cases,
    fits,
    line,
    month,
    paper,
    reported,
)

Json = dict[str, Any]

KINDS = {"regular": "registered"}
TYPES = {"R": "registered", "SEWP": "sez", "SEWOP": "sez", "DE": "deemed_export"}


def of(topic: str) -> Any:
    return [pytest.param(case, id=case["id"]) for case in cases(topic)]


def test_every_case_is_there() -> None:
    counts = {topic: len(cases(topic)) for topic in ("gstr1_section", "gstr1_json", "gstr1_rules", "hsn")}
    assert counts == {"gstr1_section": 20, "gstr1_json": 12, "gstr1_rules": 7, "hsn": 5}


# --- sections


def sold(given: Json) -> tuple[Document, Document | None]:
    kind = KINDS.get(given["buyer"], given["buyer"])
    value = given.get("invoice_value", given.get("value"))
    if "lines" in given:
        lines = [
            line(one["taxable"], one.get("gst", 0), treatment=one.get("treat", "taxable"))
            for one in given["lines"]
        ]
    elif "taxable" in given:
        lines = [line(given["taxable"])]
    else:
        lines = [line(value or 118, with_tax=True)]
    terms = {key: given[key] for key in ("with_payment", "reverse_charge") if key in given}
    original = None
    if "original" in given:
        told = given["original"]
        day = dt.date.fromisoformat(told["date"])
        terms["original"] = Original("A/1", day, None, 100 * told["value"])
        original = paper(kind, [line(told["value"], with_tax=True)], on=day, pos=given["pos"], supplier="24")
    elif given["type"] != "INV":
        terms["original"] = Original("A/1", dt.date(2025, 6, 1))
    document = paper(
        kind,
        lines,
        on=dt.date.fromisoformat(given.get("date", "2025-06-10")),
        pos=given.get("pos", "24"),
        gstin=given.get("buyer_gstin", "24AANFA2641L1ZF" if kind not in ("unregistered", "overseas") else ""),
        supplier="24",
        type=given["type"],
        **terms,
    )
    return document, original


def only(value: Json, section: str) -> Json:
    """The one entry of a section."""
    rows = value[section]["inv"] if section == "nil" else value[section]
    assert len(rows) == 1
    row: Json = rows[0]
    inner = row.get("inv", row.get("nt"))
    if inner:
        assert len(inner) == 1
        row = {**row, **inner[0]}
    for item in row.get("itms", []):
        row = {**row, **item, **item.get("itm_det", {})}
    return row


@pytest.mark.parametrize("case", of("gstr1_section"))
def test_sections(case: Json) -> None:
    document, original = sold(case["input"])
    value = gstr1(month(reported(document, original), state="24", period=f"{document.dated_on:%Y-%m}"), FACTS)
    expected = dict(case["expected"])
    expected.pop("table", None)  # of the form, not of the file: core.gst.section
    expected.pop("sign", None)
    told = {key for key in value if key not in ("gstin", "fp", "version", "hash", "hsn")}
    if "section" not in expected:
        assert told == set(expected)
        for section, wanted in expected.items():
            assert fits(wanted, only(value, section))
            assert only(value, section).get("val") == wanted.get("val")
        return
    section = expected.pop("section")
    assert told == {section}
    assert expected.pop("not_in", "") not in told
    entry = only(value, section)
    if expected.pop("pos_key", "") == "absent":
        assert "pos" not in entry
    names = {"json_val": "val", "json_txval": "txval"}
    expected = {names.get(key, key): wanted for key, wanted in expected.items()}
    assert {key: entry.get(key) for key in expected} == expected


# --- the portal's JSON


def rows_by_paper(rows: list[Json]) -> list[list[Json]]:
    papers: list[list[Json]] = []
    for row in rows:
        if row.get("same_invoice") or row.get("same_note"):
            papers[-1].append(row)
        else:
            papers.append([row])
    return papers


def as_lines(rows: list[Json]) -> list[Any]:
    return [line(abs(row["txval"]), row["rt"], cess=row.get("cess", 0)) for row in rows]


def as_paper(rows: list[Json], n: int) -> Document:
    """A row of a capture, with those that continue it, as the paper behind it."""
    first = rows[0]
    on = dt.date.fromisoformat(first["date"]) if "date" in first else dt.date(2025, 6, 10)
    terms: Json = {"applicable_percent_bp": first.get("applicable_percent", 100) * 100}
    kind, pos = "unregistered", first.get("pos", "96")
    if "ctin" in first:
        type_ = first.get("type", "R")
        kind = TYPES[type_]
        terms["with_payment"] = False if type_ == "SEWOP" else True if type_ == "SEWP" else None
        terms["reverse_charge"] = first.get("rchrg") == "Y"
    if first.get("exp_typ") or first.get("typ", "").startswith("EXP"):
        kind = "overseas"
        terms["with_payment"] = first.get("exp_typ") == "WPAY" or first.get("typ") == "EXPWP"
    if "sb" in first:
        terms["shipping_bill"] = ShippingBill(
            first["port"], first["sb"], dt.date.fromisoformat(first["sbdate"])
        )
    if "ntty" in first:
        terms |= {"type": {"C": "CRN", "D": "DBN"}[first["ntty"]], "original": Original("X/1", on)}
    if first["txval"] < 0:
        terms |= {"type": "CRN", "original": Original("X/1", on)}
    if "oinum" in first:
        terms["amends"] = Original(first["oinum"], dt.date.fromisoformat(first["odate"]))
    number = first.get("inum") or first.get("nt_num") or f"S/{n}"
    return paper(kind, as_lines(rows), number=number, on=on, pos=pos, gstin=first.get("ctin", ""), **terms)


def consumers(rows: list[Json]) -> list[Document]:
    """Rows of Table 7 as many small sales, so that none is large; the first of each bears the cess."""
    small = []
    for row in rows:
        count, rest = divmod(abs(row["txval"]), 5_000)
        assert rest == 0
        one = {**row, "txval": row["txval"] // count}
        small += [one, *[{**one, "cess": 0}] * (count - 1)]
    return [as_paper([row], n) for n, row in enumerate(small)]


def untaxed(rows: list[Json]) -> list[Document]:
    treatments = {"nil": "nil", "exempt": "exempt", "non_gst": "non_gst"}
    return [
        paper(
            "registered" if row["desc"].endswith(" registered") else "unregistered",
            [line(row[key], 0, treatment=treatment) for key, treatment in treatments.items() if key in row],
            number=f"N/{n}",
            pos="29" if row["desc"].startswith("Inter") else STATE,
        )
        for n, row in enumerate(rows)
    ]


def moved(rows: list[Json], what: Any, received_on: dt.date) -> tuple[Move, ...]:
    """Advances with the tax that the rates give, on whole amounts."""
    found = []
    for row in rows:
        is_inter = row["pos"] != STATE
        tax = row["ad_amt"] * row["rt"]
        igst, half = (tax, 0) if is_inter else (0, tax // 2)
        found.append(
            Move(
                what, "V/1", dt.date(2025, 6, 20), received_on, row["pos"], is_inter, row["rt"] * 100,
                row["ad_amt"] * 100, igst, half, half, row.get("cess", 0) * 100,
            )
        )  # fmt: skip
    return tuple(found)


@pytest.mark.parametrize("case", of("gstr1_json"))
def test_the_portals_json(case: Json) -> None:
    (section,) = case["expected"]
    rows = case["input"]["rows"]
    if section == "at":
        given = month(advances=moved(rows, "received", dt.date(2025, 6, 20)))
    elif section == "txpd":
        given = month(advances=moved(rows, "adjusted", dt.date(2025, 5, 20)))
    elif section == "nil":
        given = month(*untaxed(rows))
    elif section == "b2cs":
        given = month(*consumers(rows))
    else:
        given = month(*(as_paper(found, n) for n, found in enumerate(rows_by_paper(rows))))
    value = gstr1(given, FACTS)
    assert fits(case["expected"], value)
    assert problems_with_return(value) == []


def test_the_number_of_an_item_is_its_rate() -> None:
    value = gstr1(month(paper(lines=[line(100, 18), line(100, 0.25), line(100, 0)])), FACTS)
    (group,) = value["b2b"]
    assert [item["num"] for item in group["inv"][0]["itms"]] == [1, 26, 1801]


# --- rules and Table 12


@pytest.mark.parametrize("case", of("gstr1_rules"))
def test_rules(case: Json) -> None:
    given, expected = case["input"], case["expected"]
    match case["id"]:
        case "GSTR1_RULES-01" | "GSTR1_RULES-02":
            value = gstr1(month(), FACTS)
            assert list(value) == ["gstin", "fp", "version", "hash"]
            assert (value["hash"], value["fp"], value["gstin"]) == (
                expected["hash"],
                expected["fp"],
                given["filer_gstin"],
            )
            assert value["version"].startswith("GST")
        case "GSTR1_RULES-09":
            value = gstr1(month(paper("unregistered", [line(200_000)], pos="29")), FACTS)
            value["b2cl"][0]["pos"] = given["pos"]
            assert [problem.code for problem in problems_with_return(value)] == ["PLACE_IS_SUPPLIERS"]
        case "GSTR1_RULES-13":
            accepted = [not problems_with_return(dated(given["period"], day)) for day in given["dates"]]
            assert accepted == expected["accepted"]
        case "GSTR1_RULES-14":
            months = {"APRIL": 4, "JULY": 7, "JANUARY": 1, "MARCH": 3}
            found = []
            for year, name in given["pairs"]:
                started = int(year[:4])
                month_number = months[name]
                found.append(return_period(f"{started + (month_number < 4)}-{month_number:02d}"))
            assert found == expected["omon"]
        case "GSTR1_RULES-15":
            judged = {rate: not problems_with_return(rated(rate)) for rate in given["rates"]}
            assert [rate for rate, is_good in judged.items() if is_good] == expected["accepted"]
            assert [rate for rate, is_good in judged.items() if not is_good] == expected["refused"]
        case "GSTR1_RULES-16":
            value = gstr1(month(paper(on=dt.date.fromisoformat(given["date"])), period="2025-08"), FACTS)
            assert value["b2b"][0]["inv"][0]["idt"] == expected["gstr1"]
        case other:
            raise AssertionError(other)


def dated(period: str, day: str) -> Json:
    """A file of the period with one invoice of the day."""
    value = gstr1(month(paper(), period=f"{period[2:]}-{period[:2]}"), FACTS) | {"hsn": {}}
    year, number, date = day.split("-")
    value["b2b"][0]["inv"][0]["idt"] = f"{date}-{number}-{year}"
    return value


def rated(rate: float) -> Json:
    value = gstr1(month(paper()), FACTS) | {"hsn": {}}
    value["b2b"][0]["inv"][0]["itms"][0]["itm_det"]["rt"] = rate
    return value


@pytest.mark.parametrize("case", of("hsn"))
def test_table_12(case: Json) -> None:
    given, expected = case["input"], case["expected"]
    match case["id"]:
        case "HSN-01":
            papers = [
                paper(
                    lines=[
                        line(
                            row["txval"] / row["qty"],
                            row["rt"],
                            hsn=row["hsn"],
                            quantity=row["qty"],
                            unit=row["uqc"],
                        )
                    ],
                    number=f"A/{n}",
                    pos="29" if row.get("igst") else STATE,
                )
                for n, row in enumerate(given["rows"])
            ]
            value = gstr1(month(*papers), FACTS)
            wanted = {"hsn_b2b": [without(row, "desc") for row in expected["hsn"]["hsn_b2b"]]}
            assert fits(wanted, value["hsn"])
            assert [row["num"] for row in value["hsn"]["hsn_b2b"]] == [1, 2]
        case "HSN-02":
            lines = [
                line(one["price"], one["rt"], hsn=one["hsn"], quantity=one["qty"]) for one in given["lines"]
            ]
            rows = gstr1(month(paper(lines=lines, pos=STATE)), FACTS)["hsn"]["hsn_b2b"]
            wanted = [without(row, "hsn") | {"hsn_sc": row["hsn"]} for row in expected["rows"]]
            assert fits(wanted, rows)
        case "HSN-05":
            lines = [
                line(
                    given["txval"] / given["qty"],
                    given["rt"],
                    hsn=given["hsn"],
                    quantity=given["qty"],
                    unit="KGS",
                )
            ]
            (row,) = gstr1(month(paper(lines=lines)), FACTS)["hsn"]["hsn_b2b"]
            assert {key: row[key] for key in expected} == expected
        case "HSN-06":
            both = [paper(), paper("unregistered", number="A/2")]
            shapes = [gstr1(month(*both, period=f"{p[2:]}-{p[:2]}"), FACTS)["hsn"] for p in given["periods"]]
            assert [" + ".join(f"hsn.{name}" for name in shape) for shape in shapes] == expected["shape"]
        case "HSN-11":
            digits = [
                FACTS.hsn_digits(6_00_00_000_00 if one["aato_over_5cr"] else 0, dt.date(2025, 6, 1))
                for one in given["checks"]
            ]
            accepted = [len(one["hsn"]) >= least for one, least in zip(given["checks"], digits, strict=True)]
            assert accepted == expected["accepted"]
        case other:
            raise AssertionError(other)


def without(row: Json, key: str) -> Json:
    return {name: value for name, value in row.items() if name != key}
