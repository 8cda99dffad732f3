"""Codes of goods and services: found by word and by digits, with the usual rate of a day; the official list taken."""

import datetime as dt
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from core.errors import RuleBroken
from core.exchange.tables import read_tables
from core.facts import Facts
from core.facts.folder import import_hsn_list, take_up
from core.facts.hsn_list import read_hsn_list
from core.facts.records import HsnFact, UsualRate

FACTS = Facts.shipped()
TODAY = dt.date(2026, 5, 4)


def codes(words: str, limit: int = 20) -> list[str]:
    return [fact.code for fact in FACTS.find_hsn(words, limit)]


def test_the_selection_is_broad_and_every_code_is_whole() -> None:
    kept = [fact.code for fact in FACTS.entries("hsn", HsnFact)]
    assert len(kept) == len(set(kept))
    assert all(len(code) in (2, 4, 6, 8) and code.isdecimal() for code in kept)
    goods = [code for code in kept if not code.startswith("99")]
    assert {code for code in goods if len(code) == 2} == {f"{n:02d}" for n in range(1, 99) if n != 77}
    assert sum(len(code) == 4 for code in goods) >= 1_228, "every heading of the tariff"
    assert sum(len(code) == 6 for code in kept if code.startswith("99")) >= 150
    assert {code[:2] for code in goods} <= set(goods), "each stands under its chapter"
    assert all(len(fact.description) >= 3 for fact in FACTS.entries("hsn", HsnFact))


FOUND = [
    ("pump", "8413"), ("pumps", "8413"), ("8413", "8413"), ("PUMP", "8413"), ("rice", "1006"), ("laptop", "8471"),
    ("mobile phone", "8517"), ("battery", "8506"), ("batteries", "8506"), ("cement", "2523"), ("tyres", "4011"),
    ("software development", "998314"), ("audit", "998221"), ("gta", "996511"), ("job work", "998811"),
    ("84 pump", "8413"), ("wheat flour", "1101"), ("gold", "7108"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "code"), FOUND)
def test_a_word_or_a_number_finds_its_code(words: str, code: str) -> None:
    assert code in codes(words)[:3]


def test_the_likeliest_comes_first_and_nothing_fits_nonsense() -> None:
    assert codes("pump")[0] == codes("8413")[0] == "8413"
    assert codes("8413", 1) == ["8413"]
    assert codes("84", 1) == ["84"]
    assert codes("soap")[0] == "3401", "a heading, that a paper may carry, before its chapter"
    assert codes("") == codes("   ") == codes("zzzz") == codes("8413 1006") == codes("पंप") == []
    assert codes("x" * 10_000) == []


def test_a_search_is_ready_within_a_key_stroke() -> None:
    FACTS.find_hsn("warm")
    best = min(_timed("steel pipes") for _ in range(5))
    assert best < 0.005


def _timed(words: str) -> float:
    began = time.perf_counter()
    FACTS.find_hsn(words)
    return time.perf_counter() - began


def test_a_code_under_a_known_heading_is_known_by_it() -> None:
    for code, known in (
        ("84138190", "84138190"),
        ("84138210", "8413"),
        ("841382", "8413"),
        ("99831399", "998313"),
    ):
        fact = FACTS.hsn(code)
        assert fact is not None
        assert fact.code == known
    service = FACTS.hsn("998313")
    assert service is not None
    assert service.is_service
    for code in ("", "8", "841", "77", "7701", "1234", "12340000", "84138190x", "841381901"):
        assert FACTS.hsn(code) is None


RATES = [
    # code, day, rate in basis points, treatment
    ("84138190", "2026-05-04", 1800, "taxable"),
    ("2523", "2025-09-21", 2800, "taxable"),
    ("25232910", "2025-09-22", 1800, "taxable"),
    ("2402", "2026-01-31", 2800, "taxable"),
    ("24022090", "2026-02-01", 4000, "taxable"),
    ("24031921", "2026-01-31", 2800, "taxable"),
    ("24031921", "2026-02-01", 1800, "taxable"),
    ("24031990", "2026-02-01", 4000, "taxable"),
    ("21069020", "2026-02-01", 4000, "taxable"),
    ("69041000", "2025-12-31", 1200, "taxable"),
    ("69042000", "2025-12-31", None, "taxable"),
    ("69041000", "2026-05-04", 1200, "taxable"),
    ("18063100", "2025-09-21", 1800, "taxable"),
    ("18063100", "2025-09-22", 500, "taxable"),
    ("22021010", "2025-09-22", 4000, "taxable"),
    ("6109", "2025-09-22", 500, "taxable"),
    ("0702", "2026-05-04", 0, "exempt"),
    ("2709", "2026-05-04", 0, "non_gst"),
    ("998313", "2026-05-04", 1800, "taxable"),
    ("999721", "2025-09-21", 1800, "taxable"),
    ("999721", "2025-09-22", 500, "taxable"),
    ("8703", "2026-05-04", None, "taxable"),
    ("4703", "2025-09-22", 500, "taxable"),
    ("64061000", "2025-09-22", 1800, "taxable"),
    ("01012100", "2025-09-21", None, "taxable"),
    ("7103", "2026-05-04", 25, "taxable"),
    ("9403", "2026-05-04", 1800, "taxable"),
]


@pytest.mark.parametrize(("code", "on", "rate", "treatment"), RATES)
def test_the_usual_rate_is_that_of_the_day(code: str, on: str, rate: int | None, treatment: str) -> None:
    fact = FACTS.usual_rate(code, dt.date.fromisoformat(on))
    assert fact is not None
    assert (fact.rate_bp, fact.treatment) == (rate, treatment)
    assert len(fact.source) > 5


def test_the_rates_of_the_day_are_told_by_their_notification() -> None:
    kept = [
        fact.code for fact in FACTS.entries("hsn", HsnFact) if len(fact.code) == 4 and not fact.is_service
    ]
    found = [FACTS.usual_rate(code, TODAY) for code in kept]
    confirmed = [fact for fact in found if fact is not None and fact.confirmed]
    assert len(confirmed) > 1_150
    assert all("Notification" in fact.source for fact in confirmed)


def test_no_usual_rate_is_made_up() -> None:
    assert FACTS.usual_rate("77", TODAY) is None
    assert FACTS.usual_rate("", TODAY) is None
    assert FACTS.usual_rate("84138190", dt.date(2017, 6, 30)) is None
    horses = FACTS.usual_rate("0101", TODAY)  # its chapter is exempt, it is not: nothing is said
    assert horses is not None
    assert horses.rate_bp is None


def test_every_usual_rate_was_lawful_while_it_held() -> None:
    last = dt.date(2026, 11, 21)
    for row in FACTS.entries("usual_rates", UsualRate):
        fact = FACTS.usual_rate(row.code, row.since or TODAY)
        assert fact is not None
        if row.rate is None or row.treatment != "taxable":
            continue
        for on in (row.since or TODAY, min(row.until or last, last)):
            assert FACTS.is_lawful_rate(_bp(row.rate), on), (row.code, row.rate, on)


def _bp(rate: str) -> int:
    whole, _point, part = rate.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


# the official list


class Row(NamedTuple):
    line: int
    cells: tuple[object, ...]


class Sheet(NamedTuple):
    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def sheet(*rows: tuple[object, ...], header: tuple[str, ...] = ("HSN_CD", "HSN_Description")) -> Sheet:
    return Sheet("hsn.csv", header, tuple(Row(line, cells) for line, cells in enumerate(rows, 2)))


GOODS = sheet(("0101", "LIVE HORSES"), ("01012100", "PURE-BRED"), ("8413", "PUMPS FOR LIQUIDS"))
SERVICES = sheet(
    ("99", "SERVICES"), ("99831", "GROUP"), ("998313", "IT"), header=("SAC_CD", "SAC_Description")
)


def test_columns_are_found_by_their_headers() -> None:
    assert read_hsn_list([GOODS]) == [
        ("0101", "LIVE HORSES"),
        ("01012100", "PURE-BRED"),
        ("8413", "PUMPS FOR LIQUIDS"),
    ]
    moved = sheet(("x", "8413", "y", "PUMPS"), header=("No", "HSN Code", "Unit", "Description"))
    assert read_hsn_list([moved]) == [("8413", "PUMPS")]
    beside = sheet(
        ("8413", "PUMPS", "998313", "IT"), ("8414", "FANS", "", ""), header=(*GOODS.header, *SERVICES.header)
    )
    assert [code for code, _text in read_hsn_list([beside])] == ["8413", "998313", "8414"]
    plain = Sheet("p.csv", ("8413", "PUMPS"), (Row(2, ("8414", "FANS")),))
    assert read_hsn_list([plain]) == [("8413", "PUMPS"), ("8414", "FANS")]


def test_zeros_that_a_spreadsheet_ate_come_back() -> None:
    eaten = sheet(("101", "LIVE HORSES"), ("1012100", "PURE-BRED"), ("8413", "PUMPS"), ("1", "LIVE ANIMALS"))
    assert [code for code, _text in read_hsn_list([eaten])] == ["0101", "01012100", "8413", "01"]
    with pytest.raises(RuleBroken) as told:
        read_hsn_list([sheet(("0101", "LIVE HORSES"), ("841", "CUT SHORT"))])
    assert [(p.code, p.line) for p in told.value.problems] == [("HSN_CODE", 3)]


WRONG = [
    (sheet(("84A3", "PUMPS")), "HSN_CODE", 2),
    (sheet(("८४१३", "PUMPS")), "HSN_CODE", 2),
    (sheet(("8413", "PUMPS"), ("841381901", "LONG")), "HSN_CODE", 3),
    (sheet(("8413", "PUMPS"), ("", "NO CODE")), "HSN_CODE", 3),
    (sheet(("8413", "PUMPS"), ("8414", "")), "HSN_DESCRIPTION", 3),
    (sheet(("8413",)), "HSN_DESCRIPTION", 2),
    (sheet(("x", "y"), header=("Name", "Price")), "COLUMN", 1),
    (sheet(("x", "y"), header=("HSN_CD", "Price")), "COLUMN", 1),
]


@pytest.mark.parametrize(("given", "code", "line"), WRONG)
def test_a_wrong_line_is_named_and_nothing_is_taken(
    given: Sheet, code: str, line: int, tmp_path: Path
) -> None:
    with pytest.raises(RuleBroken) as told:
        import_hsn_list([given], tmp_path, source="hsn.csv")
    problem = told.value.problems[0]
    assert (problem.code, problem.file, problem.line) == (code, "hsn.csv", line)
    assert list(tmp_path.iterdir()) == []
    assert Facts.in_force() is FACTS


def test_a_list_of_goods_stands_in_place_of_the_goods_alone(tmp_path: Path) -> None:
    assert import_hsn_list([GOODS], tmp_path, source="hsn.csv") == 3
    taken = Facts.in_force()
    assert taken.hsn_source() == "hsn.csv"
    assert taken.hsn("84138190") is None, "an official list knows its own codes alone"
    assert [fact.code for fact in taken.find_hsn("horses")] == ["0101"]
    assert taken.find_hsn("cement") == []
    assert taken.hsn("998313") is not None
    assert (taken.version, taken.usual_rate("84138190", TODAY)) == (
        FACTS.version,
        FACTS.usual_rate("84138190", TODAY),
    )
    import_hsn_list([GOODS, SERVICES], tmp_path, source="both.xlsx")
    assert Facts.in_force().hsn("998719") is None
    assert Facts.in_force().hsn("998313") is not None


def test_a_damaged_list_leaves_the_selection(tmp_path: Path) -> None:
    import_hsn_list([GOODS], tmp_path, source="hsn.csv")
    for kept in tmp_path.iterdir():
        kept.write_bytes(kept.read_bytes()[:30])
    assert take_up(tmp_path) == []
    assert (Facts.in_force().hsn_source(), Facts.in_force().find_hsn("cement")) == (
        "",
        FACTS.find_hsn("cement"),
    )


@pytest.mark.slow
def test_the_whole_list_of_the_portal_is_read_and_searched_quickly(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    goods, services = book.create_sheet("HSN_MSTR"), book.create_sheet("SAC_MSTR")
    goods.append(["HSN_CD", "HSN_Description"])
    services.append(["SAC_CD", "SAC_Description"])
    for chapter in range(1, 98):
        for heading in range(1, 221):
            goods.append(
                [
                    int(f"{chapter:02d}{heading % 100:02d}{heading:04d}"),
                    f"GOODS {chapter} KIND {heading} OF STEEL",
                ]
            )
    services.append([998313, "IT CONSULTING"])
    path = tmp_path / "list.xlsx"
    book.save(path)
    count = import_hsn_list(
        read_tables(path.read_bytes(), "list.xlsx"), tmp_path / "facts", source="list.xlsx"
    )
    assert count == 97 * 220 + 1
    taken = Facts.in_force()
    assert taken.hsn("01010001") is not None, "its zero came back"
    assert taken.hsn("998313") is not None
    assert min(_timed_in(taken, "goods 42 steel") for _ in range(3)) < 0.05, "a key stroke, on a busy machine"


def _timed_in(facts: Facts, words: str) -> float:
    began = time.perf_counter()
    facts.find_hsn(words)
    return time.perf_counter() - began
