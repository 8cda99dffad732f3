"""What a file's papers name: an amendment may keep its number, and never takes itself for what it corrects."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.errors import RuleBroken
from core.exchange.exporting import export_book
from core.exchange.importing import import_files
from core.exchange.preview import preview
from core.exchange.reading import read_source
from core.facts import Facts
from core.returns.gstr1 import gstr1
from core.returns.queries import late_papers, month_of, return_periods
from tests.core.books import a_book
from tests.core.exchange.samples import source

GSTIN, BUYER = "27AAPFU0939F1ZV", "12GEOPS0823BBZH"


def a_paper(**said: Any) -> dict[str, Any]:
    line = {"description": "Pump", "hsn": "84138190", "price": "1000", "gst_rate": "18"}
    return {"type": "INV", "number": "OLD1", "date": "2025-06-10", "party": "B", "lines": [line], **said}


LARGE = {"description": "Pump", "hsn": "84138190", "price": "1001", "gst_rate": "18"}
ADVANCE = {"number": "RV-1", "date": "2025-06-11", "party": "B", "amount": "1180", "gst_rate": "18"}
BACK = {
    "number": "RF-1", "date": "2025-06-12", "party": "B", "amount": "10",
    "voucher": {"number": "RV-1", "date": "2025-06-11"},
}  # fmt: skip
ROW = {"section": "b2cs", "period": "2025-04", "place_of_supply": "27", "gst_rate": "18", "taxable": "100"}
NOTED = {
    **a_paper(type="CRN", number="CN1", date="2025-06-12"), "original": {"number": "OLD1", "date": "2025-06-10"},
}  # fmt: skip


def a_file_of(*papers: dict[str, Any], kind: str = "registered", **more: Any) -> dict[str, Any]:
    company = {"legal_name": "Sharma & Sons", "gstin": GSTIN, "address": {"state_code": "27"}}
    party = {"code": "B", "name": "Buyer", "kind": kind, "gstin": BUYER, "address": {"state_code": "12"}}
    return {"format": "bahi/1", "company": company, "parties": [party], "documents": list(papers), **more}


def answer_to(*papers: dict[str, Any], period: str = "2025-06", **said: Any) -> Any:
    return preview(source(a_file_of(*papers, **said)), lambda _document, _paise: "", period=period)


def test_an_amendment_that_keeps_its_number_names_the_day_it_corrects() -> None:
    answer = answer_to(a_paper(amends={"number": "OLD1", "date": "2025-04-02"}))
    assert answer["problems"] == []
    [row] = answer["gstr1"]["b2ba"][0]["inv"]
    assert (row["oinum"], row["oidt"], row["inum"], row["idt"]) == (
        "OLD1",
        "02-04-2025",
        "OLD1",
        "10-06-2025",
    )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"ecommerce": {"gstin": "xx", "section": "52"}}, "documents[0].ecommerce.gstin"),
        ({"ecommerce": {"gstin": BUYER, "section": "52"}}, "documents[0].ecommerce.gstin"),
    ],
)
def test_an_operator_has_a_number_of_his_kind(said: dict[str, Any], field: str) -> None:
    [problem] = answer_to(a_paper(**said))["problems"]
    assert problem["field"] == field


def test_a_deemed_export_is_not_under_reverse_charge() -> None:
    [problem] = answer_to(a_paper(reverse_charge=True), kind="deemed_export")["problems"]
    assert (problem["code"], problem["field"]) == ("REVERSE_CHARGE", "documents[0].reverse_charge")


def test_a_unit_in_small_letters_or_with_its_name_is_known() -> None:
    for unit in ("nos", "NOS-NUMBERS"):
        line = {"description": "Pump", "hsn": "84138190", "price": "1000", "gst_rate": "18", "unit": unit}
        [document] = answer_to(a_paper(lines=[line]))["documents"]
        assert "UNIT_UNKNOWN" not in {warning["code"] for warning in document["warnings"]}


def test_a_date_beyond_all_calendars_is_refused_by_name() -> None:
    [problem] = answer_to(a_paper(date="9999-12-31"))["problems"]
    assert (problem["code"], problem["field"]) == ("RANGE", "documents[0].date")


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ({"state_code": "zz"}, "documents[0].ship_to.state_code"),
        ({"state_code": "99"}, "documents[0].ship_to.state_code"),
        ({"state_code": "96", "country": "ZZ"}, "documents[0].ship_to.country"),
    ],
)
def test_an_address_lies_in_a_state_and_a_country(address: dict[str, str], field: str) -> None:
    [problem] = answer_to(a_paper(ship_to=address))["problems"]
    assert problem["field"] == field


OLD = {"number": "OLD1", "date": "2025-04-02"}
AMENDED = [
    # dated, filed, the period that tells it
    ("2025-04-02", ["2025-04", "2025-05"], "2025-06"),
    ("2025-05-10", ["2025-04", "2025-05"], "2025-06"),
    ("2025-04-02", ["2025-04"], "2025-05"),
    ("2025-04-02", [], "2025-05"),
    ("2025-06-10", ["2025-04"], "2025-06"),
]


@pytest.mark.parametrize(("day", "filed", "told_in"), AMENDED)
def test_an_amendment_stands_in_the_first_open_return_after_the_one_it_corrects(
    day: str, filed: list[str], told_in: str
) -> None:
    answer = answer_to(a_paper(date=day, amends=OLD), filed=filed, period=told_in)
    written = source(a_file_of(a_paper(date=day, amends=OLD), filed=filed))
    assert preview(written, lambda _document, _paise: "")["gstr1"] == answer["gstr1"], "without --period too"
    assert (answer["problems"], answer["documents"][0]["return_period"]) == ([], told_in)
    assert answer["gstr1"]["b2ba"][0]["inv"][0]["oidt"] == "02-04-2025"


@pytest.mark.slow
@pytest.mark.parametrize(("day", "filed", "told_in"), AMENDED)
def test_a_book_tells_an_amendment_where_the_file_does(
    tmp_path: Path, day: str, filed: list[str], told_in: str
) -> None:
    written = a_file_of(a_paper(date=day, amends=OLD), filed=filed)
    (tmp_path / "second").mkdir()
    with a_book(tmp_path, company=None) as book:
        book.write("Import", lambda work: import_files(work, [source(written)]))
        book.write("Import", lambda work: import_files(work, [source(written)]))
        found = book.read(lambda read: month_of(read, told_in))
        [record] = [report.id for report in found.documents]
        assert record is not None
        assert book.read(lambda read: return_periods(read, [record])) == {record: told_in}
        assert gstr1(found, Facts.shipped())["b2ba"][0]["inv"][0]["inum"] == "OLD1"
        assert book.read(late_papers) == []
        out = book.read(export_book)
    with a_book(tmp_path / "second", company=None) as book:
        file = source(msgspec.to_builtins(out))
        book.write("Import", lambda work: import_files(work, [file]))
        assert [report.id for report in book.read(lambda read: month_of(read, told_in)).documents] == [record]


def test_an_iff_carries_the_amendments_of_its_month() -> None:
    paper = a_paper(date="2025-04-02", amends=OLD)
    company = {
        "legal_name": "Sharma & Sons",
        "gstin": GSTIN,
        "address": {"state_code": "27"},
        "filing": "quarterly",
    }
    for filed, told_in in ((["2025-04"], "2025-06"), ([], "2025-09")):
        answer = answer_to(paper, company=company, filed=filed, period=told_in)
        assert answer["documents"][0]["return_period"] == told_in
        assert len(answer["gstr1"]["b2ba"]) == 1
    assert len(answer_to(paper, company=company, filed=["2025-04"], period="2025-05")["gstr1"]["b2ba"]) == 1


WRONG_FIGURES = ["१००", "५", "1_000", " 5 ", "+5", "1e5", ".5", "5.", "\t5"]


@pytest.mark.parametrize("figure", WRONG_FIGURES)
def test_a_figure_is_a_plain_decimal(figure: str) -> None:
    line = {"description": "Pump", "hsn": "84138190", "price": figure, "gst_rate": "18"}
    written = a_file_of(a_paper(lines=[line]))
    for text in (json.dumps(written), json.dumps(written, ensure_ascii=False)):
        with pytest.raises(RuleBroken) as refused:
            read_source(text.encode(), "odd.json")
        [problem] = refused.value.problems
        assert (problem.code, problem.field) == ("FIGURE", "documents[0].lines[0].price")


def test_texts_that_look_like_figures_stay_as_they_are() -> None:
    line = {"description": "१००", "hsn": "84138190", "price": -5, "quantity": "2.50", "gst_rate": "18"}
    paper = a_paper(lines=[line], note="1e5", reference=" 7 ")
    assert source(a_file_of(paper)).file.documents[0].note == "1e5"


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"documents": [a_paper(number="A" * 17)]}, "NUMBER_LENGTH", "documents[0].number"),
        ({"documents": [a_paper(number="१")]}, "NUMBER_CHARACTERS", "documents[0].number"),
        ({"documents": [a_paper(number="000")]}, "NUMBER_ZERO", "documents[0].number"),
        ({"documents": [a_paper(allocations=[{"document": "OLD1", "amount": "1"}])]},
         "CHOICE", "documents[0].allocations"),
        ({"documents": [a_paper(applicable_percent="50")]}, "RANGE", "documents[0].applicable_percent"),
        ({"documents": [a_paper(charges=[{"amount": "-1"}])]}, "RANGE", "documents[0].charges[0].amount"),
        ({"receipts": [{"number": "A B", "date": "2025-06-11", "party": "B", "amount": "5"}]},
         "NUMBER_CHARACTERS", "receipts[0].number"),
        ({"drafts": [{"type": "INV", "number": "old1", "date": "2025-06-11"}]}, "DUPLICATE", "drafts[0].number"),
        ({"drafts": [{"type": "INV", "number": "0", "date": "2025-06-11"}]}, "NUMBER_ZERO", "drafts[0].number"),
        ({"cancelled": [{"type": "INV", "number": "A_1", "date": "2025-06-11"}]},
         "NUMBER_CHARACTERS", "cancelled[0].number"),
        ({"advances": [ADVANCE, ADVANCE]}, "DUPLICATE", "advances[1].number"),
        ({"advances": [{**ADVANCE, "adjusted": [{"document": "X", "date": "2025-06-01", "amount": "1"}]}]},
         "DATE", "advances[0].adjusted[0].date"),
        ({"advances": [{**ADVANCE, "date": "2025-06-02",
                        "adjusted": [{"document": "OLD1", "date": "2025-06-05", "amount": "1"}]}]},
         "DATE", "advances[0].adjusted[0].date"),
        ({"advances": [ADVANCE], "refunds": [{**BACK, "amount": "1181"}]}, "OPEN_AMOUNT", "refunds[0].amount"),
        ({"advances": [ADVANCE], "refunds": [BACK, BACK]}, "DUPLICATE", "refunds[1].number"),
        ({"documents": [a_paper(), NOTED], "cancelled": [{"type": "INV", "number": "OLD1", "date": "2025-06-10"}]},
         "LEANED_ON", "cancelled[0]"),
        ({"documents": [a_paper(), {**NOTED, "party": "C"}]}, "PARTY", "documents[1].original"),
        ({"period_amendments": [{**ROW, "period": "2017-13"}]}, "PERIOD", "period_amendments[0].period"),
        ({"period_amendments": [{**ROW, "period": "072017"}]}, "PERIOD", "period_amendments[0].period"),
        ({"period_amendments": [{**ROW, "place_of_supply": "44"}]},
         "PLACE_OF_SUPPLY", "period_amendments[0].place_of_supply"),
        ({"period_amendments": [{**ROW, "applicable_percent": "50"}]},
         "RANGE", "period_amendments[0].applicable_percent"),
        ({"period_amendments": [{**ROW, "section": "txpd", "cess": "-1"}]}, "NEGATIVE", "period_amendments[0].cess"),
    ],
)  # fmt: skip
@pytest.mark.slow
def test_a_preview_refuses_what_an_import_refuses(
    tmp_path: Path, more: dict[str, Any], code: str, field: str
) -> None:
    written = {**a_file_of(a_paper()), **more}
    written["parties"] = [*written["parties"], {"code": "C", "name": "Other", "kind": "unregistered"}]
    found = preview(source(written), lambda _document, _paise: "")["problems"]
    assert [(problem["code"], problem["field"]) for problem in found] == [(code, field)]
    with a_book(tmp_path, company=None) as book, pytest.raises(RuleBroken) as refused:
        book.write("Import", lambda work: import_files(work, [source(written)]))
    assert [(problem.code, problem.field) for problem in refused.value.problems] == [(code, field)]


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"documents": [a_paper()], "cancelled": [{"type": "INV", "number": "OLD1", "date": "2025-06-11"}]},
         "CANCELLED_DATE", "cancelled[0].date"),
        ({"documents": [a_paper(), {**NOTED, "original": {"number": "OLD1", "date": "2025-06-09"}}]},
         "ORIGINAL_DATE", "documents[1].original.date"),
        ({"documents": [a_paper(), {**NOTED, "lines": [LARGE]}]}, "NOTES_ABOVE", "documents[1].original"),
        ({"period_amendments": [{**ROW, "gst_rate": "17"}]}, "RATE_UNKNOWN", "period_amendments[0].gst_rate"),
    ],
)  # fmt: skip
@pytest.mark.slow
def test_what_only_should_be_known_is_a_warning(
    tmp_path: Path, more: dict[str, Any], code: str, field: str
) -> None:
    written = {**a_file_of(), **more}
    answer = preview(source(written), lambda _document, _paise: "")
    told = {(problem["code"], problem["field"]) for problem in answer["warnings"]}
    assert (answer["problems"], (code, field) in told) == ([], True)
    with a_book(tmp_path, company=None) as book:
        report = book.write("Import", lambda work: import_files(work, [source(written)]))
    assert (code, field) in {(problem.code, problem.field) for problem in report.warnings}
