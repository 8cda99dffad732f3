"""What a file's papers name: an amendment may keep its number, and never takes itself for what it corrects."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.exchange.exporting import export_book
from core.exchange.importing import import_files
from core.exchange.preview import preview
from core.facts import Facts
from core.returns.gstr1 import gstr1
from core.returns.queries import late_papers, month_of, return_periods
from tests.core.books import a_book
from tests.core.exchange.samples import source

GSTIN, BUYER = "27AAPFU0939F1ZV", "12GEOPS0823BBZH"


def a_paper(**said: Any) -> dict[str, Any]:
    line = {"description": "Pump", "hsn": "84138190", "price": "1000", "gst_rate": "18"}
    return {"type": "INV", "number": "OLD1", "date": "2025-06-10", "party": "B", "lines": [line], **said}


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
