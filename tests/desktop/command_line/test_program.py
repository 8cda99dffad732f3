"""The command line without a book: previews, checks, wrong usage, and a world that refuses."""

from pathlib import Path
from typing import Any

import pytest

from tests.core.exchange.samples import INVOICE, a_file
from tests.desktop.command_line.runs import here, problems, written


def test_preview_needs_no_book(tmp_path: Path) -> None:
    file = written(tmp_path, "p.json", a_file(documents=[INVOICE]))
    answer = here("preview", file, "--json", "--period", "2026-05").json
    assert answer["documents"][0]["totals"]["invoice_value"] == "6087.00"
    bad = written(tmp_path, "q.json", a_file(documents=[{**INVOICE, "party": "X"}]))
    ran = here("preview", bad, "--json")
    assert (ran.code, ran.json["documents"]) == (1, [])
    assert ran.json["problems"][0]["line"] is not None


WORLD = {
    "a book that is not there": ("verify", "none.bahi"),
    "a file that is not there": ("preview", "none.json"),
    "a folder for a file": ("preview", "."),
    "a backup that is not there": ("restore", "none.bahibackup", "new.bahi"),
}


@pytest.mark.parametrize("arguments", WORLD.values(), ids=WORLD.keys())
def test_what_the_world_refuses_ends_with_three(
    tmp_path: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert problems(here(*arguments, "--json"), 3)


USAGE = {
    "no such subcommand": ("fly",),
    "no such option": ("verify", "a.bahi", "--fast"),
    "a date that is none": ("ageing", "a.bahi", "--on", "31-12-2026"),
    "a map that is none": ("import", "a.bahi", "b.csv", "--map", "customer"),
    "a format that is none": ("export", "a.bahi", "-o", "x", "--to", "xls"),
    "a role that is none": ("invite", "a.bahi", "--role", "king"),
    "a kind that is none": ("check", "pan", "X"),
    "a holder that is none": ("check", "gstin", "X", "--as", "king"),
    "nothing to check": ("check", "gstin"),
    "a month that is none": ("preview", "x.json", "--period", "2026-13"),
    "half a settlement": ("inbox", "a.bahi", "--settle", "x"),
}


@pytest.mark.parametrize("arguments", USAGE.values(), ids=USAGE.keys())
def test_wrong_usage_ends_with_two(arguments: tuple[str, ...]) -> None:
    ran = here(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


CHECKS: dict[str, tuple[tuple[str, ...], int, dict[str, Any]]] = {
    "a good GSTIN": (
        ("gstin", "29aakcn5519q1zk"), 0, {"valid": True, "type": "REGULAR", "normalised": "29AAKCN5519Q1ZK"}),
    "a mistyped one": (
        ("gstin", "29AAKCN5519Q1ZX"), 1, {"valid": False, "reason": "CHECK_DIGIT", "expected_check": "K"}),
    "none where one is due": (("gstin", "", "--as", "registered"), 1, {"accepted": False, "reason": "GSTIN_REQUIRED"}),
    "a good number": (("number", "NI/26-27/0042"), 0, {"valid_rule46_gstr1": True, "valid_for_irp": True}),
    "small letters before June 2025": (
        ("number", "ni/1", "--on", "2025-05-31"), 0, {"valid_rule46_gstr1": True, "valid_for_irp": False}),
    "nought": (("number", "000"), 1, {"valid_rule46_gstr1": False}),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "expected"), CHECKS.values(), ids=CHECKS.keys())
def test_checks_answer_in_json_either_way(
    arguments: tuple[str, ...], code: int, expected: dict[str, Any]
) -> None:
    ran = here("check", *arguments, "--json")
    assert ran.code == code
    assert {key: ran.json[key] for key in expected} == expected
    assert bool(ran.json["problems"]) == (code == 1)


def test_a_check_reads_its_value_from_a_file_or_standard_input(tmp_path: Path) -> None:
    value = tmp_path / "gstin.txt"
    value.write_text("29AAKCN5519Q1ZK\n")
    assert here("check", "gstin", "--input", value).code == 0
    assert here("check", "gstin", "--input", "-", given="29AAKCN5519Q1ZK\n").code == 0
    assert problems(here("check", "irn", "--input", value, "--json"), 1)[0]["code"] == "SHAPE"
