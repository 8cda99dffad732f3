"""`bahi check` and `bahi preview` as a user types them: every kind, JSON either way, exit codes that tell."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.exchange.checks import CHECKS as ANSWERED
from desktop.command_line.checks import KINDS
from tests.core.exchange.samples import INVOICE, NOTE, RECEIPT, a_file
from tests.desktop.command_line.runs import here, problems, real, written

IRN = {"supplier_gstin": "29AAKCN5519Q1ZK", "doc_date": "2026-05-04", "doc_type": "INV", "doc_no": "NI/1"}
KINDS_IN_JSON: dict[str, tuple[str, Any, int, dict[str, Any]]] = {
    "irn": ("irn", IRN, 0, {"fy": "2026-27", "problems": []}),
    "qr": ("qr", {"text": '{"DocNo":"NI/1"}'}, 0, {"DocNo": "NI/1", "signature_holds": None}),
    "upi": ("upi", {"pa": "nandi@okbank", "pn": "N", "am": "1", "tr": "1", "tn": "x"}, 0, {"accepted": True}),
    "hsn": ("hsn", {"hsn": "8413", "turnover": "90000000"}, 1, {"accepted": False}),
    "series": ("series", {"previous": "A-1", "next": "A-3"}, 1, {"same_run": False, "problems": []}),
    "transport": (
        "transport",
        {"mode": "road", "vehicle": "KA01AB1234"},
        0,
        {"accepted": True, "transMode": 1},
    ),
    "distance": ("distance", {"distance_km": 9000}, 1, {"accepted": False, "distance_sent": None}),
    "return": ("return", {"gstin": "29AAKCN5519Q1ZK", "fp": "052026"}, 0, {"accepted": True}),
    "einvoice": ("einvoice", {"Version": "1.0"}, 1, {"accepted": False}),
}


def test_the_command_knows_every_kind() -> None:
    assert list(KINDS) == list(ANSWERED)
    assert set(KINDS_IN_JSON) | {"gstin", "number"} == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "question", "code", "expected"), KINDS_IN_JSON.values(), ids=KINDS_IN_JSON.keys()
)
def test_a_question_comes_from_a_file_from_standard_input_or_as_it_is(
    tmp_path: Path, kind: str, question: Any, code: int, expected: dict[str, Any]
) -> None:
    asked = written(tmp_path, "asked.json", question)
    by_file = here("check", kind, "--input", asked, "--json")
    assert by_file.code == code
    assert {key: by_file.json[key] for key in expected} == expected
    assert "problems" in by_file.json
    assert here("check", kind, "--input", "-", "--json", given=json.dumps(question)).json == by_file.json
    assert here("check", kind, json.dumps(question), "--json").json == by_file.json


def test_a_number_that_begins_with_a_hyphen_is_answered() -> None:
    told = here("check", "number", "-12", "--json")
    assert (told.code, told.json["valid_rule46_gstr1"], told.json["valid_for_irp"]) == (0, True, False)
    assert here("check", "number", "A-1", "--nonsense", "--json").code == 2


def test_an_answer_reads_as_lines_too() -> None:
    told = here("check", "hsn", '{"hsn": "8413", "turnover": "90000000"}')
    assert told.code == 1
    assert "accepted" in told.out
    assert "hsn: At this turnover" in told.out


def test_what_is_no_text_is_refused_with_its_file_and_line(tmp_path: Path) -> None:
    asked = tmp_path / "asked.json"
    asked.write_bytes(b'{"hsn":\n"\xff"}')
    (problem,) = problems(here("check", "hsn", "--input", asked, "--json"), 1)
    assert (problem["code"], problem["file"], problem["line"]) == ("ENCODING", str(asked), 2)
    asked.write_text('{\n "hsn": 8413\n}')
    told = here("check", "hsn", "--input", asked, "--json")
    (problem,) = told.json["problems"]
    assert (told.code, told.json["accepted"]) == (1, False)
    assert (problem["code"], problem["field"], problem["line"]) == ("SHAPE", "hsn", 2)


def test_a_role_belongs_to_a_gstin_alone() -> None:
    assert here("check", "number", "NI/1", "--as", "isd").code == 2


def test_preview_settles_a_period(tmp_path: Path) -> None:
    file = written(tmp_path, "file.json", a_file(documents=[INVOICE, NOTE], receipts=[RECEIPT]))
    found = here("preview", file, "--json", "--period", "2026-04").json
    assert "b2b" not in found["gstr1"]
    assert len(found["documents"]) == 2
    assert here("preview", file, "--json").json["gstr1"]["fp"] == "052026"


@pytest.mark.processes
def test_the_real_program_previews_and_checks(tmp_path: Path) -> None:
    file = written(tmp_path, "file.json", a_file(documents=[INVOICE]))
    found = real("preview", file, "--json", passphrase=None).json
    sent = written(tmp_path, "gstr1.json", found["gstr1"])
    assert real("check", "return", "--input", sent, "--json", passphrase=None).json["accepted"] is True
    invoice = written(tmp_path, "inv01.json", found["einvoice"]["NI/26-27/0042"])
    assert real("check", "einvoice", "--input", invoice, "--json", passphrase=None).json["accepted"] is True
