"""Work in the field from the command line: parties named, bills taken along and given back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.exchange.samples import INVOICE, LOTUS, a_file
from tests.desktop.command_line.runs import here, problems, written
from tests.desktop.command_line.service import serving

pytestmark = pytest.mark.slow
BILL = "NI/26-27/0043"


@pytest.fixture
def office(tmp_path: Path, book: Path) -> Iterator[tuple[Path, Path]]:
    """An owner's book and one in the field, over a real served service."""
    bill = written(tmp_path, "bill.json", a_file(documents=[{**INVOICE, "number": BILL}]))
    assert here("import", book, bill).code == 0
    with serving(tmp_path) as (url, founding):
        assert here("share", book, "--server", url, "--code", founding).code == 0
        invited = here("invite", book, "--role", "field", "--json").json
        other = tmp_path / "van.bahi"
        joined = here("join", other, "--code", invited["invitation"], "--user", "Asha")
        assert joined.code == 0, joined.err
        yield book, other


def test_an_owner_names_the_parties_that_a_device_carries(office: tuple[Path, Path]) -> None:
    book, van = office
    assert here("scope", book, "B", "--json").json == {"device": "B", "parties": [], "is_there": True}
    told = here("scope", book, "B", "--party", LOTUS["code"], "--json").json
    assert (told["parties"], told["is_there"]) == ([LOTUS["name"]], False)
    assert here("sync", van).code == 0
    assert here("scope", book, "B", "--json").json["is_there"]
    assert here("ageing", van, "--json").json["parties"][0]["name"] == LOTUS["name"]
    (refused,) = problems(here("scope", book, "B", "--none", "--json"), 1)
    assert refused["code"] == "AGREE"
    assert here("scope", book, "B", "--none", "--yes", "--json").json["parties"] == []
    assert (
        problems(here("scope", book, "B", "--group", "Nobody's", "--json"), 1)[0]["code"] == "UNKNOWN_PARTY"
    )
    assert problems(here("scope", van, "B", "--party", LOTUS["code"], "--json"), 1)[0]["code"] == "ROLE"
    assert "carries every party" in here("scope", book, "A").out
    assert "bahi scope" in here("appoint", book, "B", "--role", "field").out


def test_bills_are_taken_along_and_given_back(office: tuple[Path, Path]) -> None:
    book, van = office
    here("scope", book, "B", "--party", LOTUS["code"])
    here("sync", van)
    [row] = here("check-out", van, "--party", LOTUS["code"], "--hours", "8", "--json").json["taken"]
    assert (row["bill"], row["user"], row["is_this"]) == (BILL, "Asha", True)
    [row] = here("check-outs", book, "--json").json["taken"]
    assert (row["bill"], row["user"], row["is_this"]) == (BILL, "Asha", False)
    taken = here("check-out", book, "--bill", BILL)
    assert f"Not to be had: {BILL}." in taken.out
    assert here("check-in", van, "--json").json["taken"] == []
    assert here("check-outs", book, "--json").json["taken"] == []
    assert here("check-out", van).code == 2


def test_a_book_of_some_parties_says_so_and_tells_no_sum_of_the_company(office: tuple[Path, Path]) -> None:
    _book, van = office
    said = "This device carries only some parties"
    assert said in here("ageing", van).err
    for command in (
        ("trial-balance", van),
        ("returns", van, "gstr1", "--period", "2026-05", "-o", van.with_name("r.json")),
        ("export", van, "-o", van.with_name("all.json")),
    ):
        (refused,) = problems(here(*command, "--json"), 1)
        assert (refused["code"], said in refused["message"]) == ("PARTIAL", True), command
    assert here("verify", van, "--json").json["ok"]
