"""`bahi facts`: what is in force, what a pack changes, taking one, codes by word, and the official list."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from core.facts import Facts
from core.facts.reader import put_in_force
from core.facts.records import BankRate, Limit
from desktop.command_line.facts import take_up_facts
from tests.core.facts.packs import KEY, shipped, signed
from tests.desktop.command_line.runs import here, problems, real

NEW_YEAR = dt.date(2027, 1, 1)


@pytest.fixture(autouse=True)
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A user of his own, with the release's facts."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    put_in_force(None)
    yield tmp_path / "data" / "bahi" / "facts"
    put_in_force(None)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "test.pub"
    path.write_text(f"{KEY.id} {KEY.public}\n")
    return path


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack that halves a limit from New Year on and doubts a bank rate of the past."""
    limits = [limit for limit in shipped("limits") if isinstance(limit, Limit)]
    old = next(limit for limit in limits if limit.name == "b2cl" and limit.until is None)
    ended = msgspec.structs.replace(old, until=NEW_YEAR - dt.timedelta(days=1))
    new = msgspec.structs.replace(old, since=NEW_YEAR, amount="50000")
    rates = [rate for rate in shipped("bank_rates") if isinstance(rate, BankRate)]
    rates[0] = msgspec.structs.replace(rates[0], rate="6.75")
    path = tmp_path / "new.bahifacts"
    path.write_bytes(
        signed(
            {"limits": [*(one for one in limits if one != old), ended, new], "bank_rates": rates},
            about="Lower",
        )
    )
    return path


def test_the_version_and_what_is_in_force() -> None:
    answer = here("facts", "--on", "2025-09-21", "--json").json
    assert answer["version"] == Facts.shipped().version
    assert answer["hsn_list"] is None
    assert {"12", "28"} <= set(answer["rates"])
    assert {"name": "b2cl", "state": None, "amount": "100000", "confirmed": True} in answer["limits"]
    assert {"einvoice_report_days", "ewaybill_document_days"} <= {clock["name"] for clock in answer["clocks"]}
    assert answer["tables"]["hsn"]["facts"] > 1_000
    told = here("facts")
    assert told.code == 0
    assert f"Facts of {Facts.shipped().version}" in told.out
    assert "₹ 1,00,000.00" in told.out


def test_a_pack_is_shown_then_taken(pack: Path, key: Path, user: Path) -> None:
    answer = here("facts", "changes", pack, "--key", key, "--json").json
    assert [(one["what"], one["name"], one["since"]) for one in answer["changes"]] == [
        ("ended", "b2cl", "2027-01-01"),
        ("added", "b2cl", "2027-01-01"),
    ]
    assert [(one["what"], one["table"], one["since"]) for one in answer["past"]] == [
        ("altered", "bank_rates", "2017-04-06")
    ]
    told = here("facts", "changes", pack, "--key", key).out
    assert told.index("b2cl") < told.index("days that are over") < told.index("bank_rates")
    assert not user.exists()
    assert here("facts", "apply", pack, "--key", key, "--json").json["version"] == "2027-03"
    assert here("facts", "--json").json["version"] == "2027-03"
    put_in_force(None)
    take_up_facts()
    assert here("facts", "--on", "2027-01-01", "--json").json["limits"][0]["amount"] == "50000"


def test_a_pack_is_refused_by_name(pack: Path, key: Path, tmp_path: Path, user: Path) -> None:
    assert problems(here("facts", "apply", pack, "--json"), 1)[0]["code"] == "PACK_KEY_UNKNOWN"
    pack.write_bytes(pack.read_bytes()[:-10])
    (problem,) = problems(here("facts", "apply", pack, "--key", key, "--json"), 1)
    assert (problem["code"], problem["file"]) == ("PACK_TRUNCATED", str(pack))
    (tmp_path / "bad.pub").write_text("no key")
    refused = here("facts", "changes", pack, "--key", tmp_path / "bad.pub", "--json")
    assert problems(refused, 1)[0]["code"] == "KEY_MALFORMED"
    assert problems(here("facts", "apply", tmp_path / "none.bahifacts", "--json"), 3)
    assert not user.exists()


def test_codes_by_word_with_the_rate_of_a_day() -> None:
    found = here("facts", "hsn", "portland", "cement", "--on", "2025-09-21", "--json").json
    assert [(one["code"], one["gst_rate"]) for one in found] == [("2523", "28")]
    assert here("facts", "hsn", "2523", "--on", "2025-09-22", "--json").json[0]["gst_rate"] == "18"
    assert here("facts", "hsn", "zzzz", "--json").json == []
    assert "8413" in here("facts", "hsn", "pump").out
    assert here("facts", "hsn", "zzzz").out == "No code fits.\n"
    assert here("facts", "hsn").code == 2


def test_the_official_list_is_taken_or_named_by_line(tmp_path: Path, user: Path) -> None:
    path = tmp_path / "HSN.csv"
    path.write_text('HSN_CD,HSN_Description\n0101,"LIVE HORSES, ASSES"\n84138190x,PUMPS\n')
    (problem,) = problems(here("facts", "import-hsn", path, "--json"), 1)
    assert (problem["code"], problem["file"], problem["line"]) == ("HSN_CODE", str(path), 3)
    assert not user.exists()
    path.write_text('HSN_CD,HSN_Description\n0101,"LIVE HORSES, ASSES"\n84138190,PUMPS\n')
    assert here("facts", "import-hsn", path, "--json").json == {"codes": 2, "file": str(path)}
    assert here("facts", "--json").json["hsn_list"] == "HSN.csv"
    assert [one["code"] for one in here("facts", "hsn", "horses", "--json").json] == ["0101"]


@pytest.mark.processes
def test_the_program_takes_up_what_was_applied(pack: Path, key: Path, user: Path) -> None:
    assert real("facts", "apply", pack, "--key", key).code == 0
    assert real("facts", "--json").json["version"] == "2027-03"
    (user / "facts.bahifacts").write_bytes(b"harmed")
    told = real("facts", "--json")
    assert (told.code, told.json["version"]) == (0, Facts.shipped().version)
    assert "no pack of facts" in told.err
