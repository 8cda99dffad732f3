"""bahi einvoice and bahi ewaybill: the portals' files, refusals with their numbers, and the answer taken in."""

import datetime as dt
import json
from pathlib import Path

import pytest

from core.einvoice.irn import irn_of
from tests.core.einvoice import portal
from tests.core.exchange.samples import COMPANY, INVOICE, a_file
from tests.desktop.command_line.runs import here, problems, written

pytestmark = pytest.mark.slow

LARGE = {**COMPANY, "turnover": "60000000.00"}
MOVED = {"mode": "road", "vehicle": "KA01AB1234", "distance_km": 350}
ONE, TWO = "NI/26-27/0042", "NI/26-27/0043"


@pytest.fixture
def goods(tmp_path: Path, book: Path) -> Path:
    """The sample's book, its turnover above the limit, with a second invoice that says how it moves."""
    more = a_file(documents=[{**INVOICE, "number": TWO, "transport": MOVED}])
    assert here("import", book, written(tmp_path, "goods.json", {**more, "company": LARGE})).code == 0
    return book


def test_one_paper_and_a_bulk_array(tmp_path: Path, goods: Path) -> None:
    file = tmp_path / "one.json"
    told = here("einvoice", goods, ONE, "-o", file, "--on", "2026-05-05", "--json")
    assert told.json == {"file": str(file), "papers": 1}
    assert json.loads(file.read_text("utf-8"))["DocDtls"] == {"Typ": "INV", "No": ONE, "Dt": "04/05/2026"}
    assert here("einvoice", goods, ONE, TWO, "-o", file, "--on", "2026-05-05").code == 0
    assert [paper["DocDtls"]["No"] for paper in json.loads(file.read_text("utf-8"))] == [ONE, TWO]
    assert here("check", "einvoice", "--input", file, "--json").json["accepted"]


def test_a_month_of_papers_that_wait(tmp_path: Path, goods: Path) -> None:
    file = tmp_path / "month.json"
    told = here("einvoice", goods, "--period", "2026-05", "-o", file, "--on", "2026-06-01", "--json")
    numbers = {paper["DocDtls"]["No"] for paper in json.loads(file.read_text("utf-8"))}
    assert {ONE, TWO} <= numbers
    assert told.json["papers"] == len(numbers)
    (problem,) = problems(
        here("einvoice", goods, "--period", "2026-07", "-o", tmp_path / "none.json", "--json"), 1
    )
    assert problem["code"] == "NOTHING"
    assert not (tmp_path / "none.json").exists()


def test_an_answer_is_taken_in_and_the_paper_is_not_sent_again(
    tmp_path: Path, goods: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "nic.pem").write_bytes(portal.public_pem())
    monkeypatch.setattr("desktop.command_line.einvoice.key_folders", lambda: (keys,))
    file = tmp_path / "one.json"
    assert here("einvoice", goods, ONE, "-o", file, "--on", "2026-05-05").code == 0
    sent = json.loads(file.read_text("utf-8"))
    irn = irn_of(sent["SellerDtls"]["Gstin"], dt.date(2026, 5, 4), "INV", ONE)
    payload = {
        "SellerGstin": sent["SellerDtls"]["Gstin"], "BuyerGstin": sent["BuyerDtls"]["Gstin"], "DocNo": ONE,
        "DocTyp": "INV", "DocDt": sent["DocDtls"]["Dt"], "TotInvVal": sent["ValDtls"]["TotInvVal"], "Irn": irn,
    }  # fmt: skip
    answer = {"Irn": irn, "AckNo": 7, "AckDt": "2026-05-05 10:00:00", "SignedQRCode": portal.signed(payload),
              "EwbNo": 301002999920, "EwbDt": "2026-05-05 10:00:00", "EwbValidTill": "2026-05-07 23:59:00"}  # fmt: skip
    told = here("einvoice", goods, "--answer", written(tmp_path, "answer.json", [answer]), "--json")
    assert told.json == {
        "taken": [{"number": ONE, "irn": irn, "new": True, "signature_holds": True}], "cancelled": [],
    }  # fmt: skip
    (problem,) = problems(here("einvoice", goods, ONE, "-o", file, "--on", "2026-05-05", "--json"), 1)
    assert (problem["code"], problem["field"]) == ("REGISTERED", f"{ONE}.number")
    gone = written(tmp_path, "gone.json", {"Irn": irn, "CancelDate": "2026-05-05 18:00:00"})
    assert here("einvoice", goods, "--answer", gone, "--json").json == {"taken": [], "cancelled": [ONE]}
    assert here("verify", goods, "--json").json["ok"]


def test_a_bad_answer_keeps_nothing(tmp_path: Path, goods: Path) -> None:
    (problem,) = problems(here("einvoice", goods, "--answer", written(tmp_path, "a.json", {}), "--json"), 1)
    assert problem["code"] == "NO_ANSWER"
    (tmp_path / "b.json").write_bytes(b"\xff\xfe\x00")
    assert (
        problems(here("einvoice", goods, "--answer", tmp_path / "b.json", "--json"), 1)[0]["code"]
        == "ENCODING"
    )
    assert (
        problems(here("einvoice", goods, "--answer", tmp_path / "no.json", "--json"), 3)[0]["code"] == "FILE"
    )


def test_what_the_portal_would_refuse_is_refused_here(tmp_path: Path, goods: Path) -> None:
    nothing = written(
        tmp_path,
        "bare.json",
        {
            "format": "bahi/1",
            "parties": [{"code": "BARE", "name": "Bare", "kind": "registered", "gstin": "33AAFCL2204B1ZD"}],
            "documents": [{**INVOICE, "number": "NI/26-27/0099", "party": "BARE"}],
        },
    )
    assert here("import", goods, nothing).code == 0
    file = tmp_path / "bare.inv01.json"
    told = problems(here("einvoice", goods, "NI/26-27/0099", "-o", file, "--on", "2026-05-05", "--json"), 1)
    assert {(each["code"], each["field"].removeprefix("NI/26-27/0099.")) for each in told} == {
        ("ADDRESS", "buyer.address.line1"), ("TOWN", "buyer.address.city"), ("PIN", "buyer.address.pincode"),
    }  # fmt: skip
    assert not file.exists()


def test_the_bulk_file_of_a_movement(tmp_path: Path, goods: Path) -> None:
    file = tmp_path / "bills.json"
    told = here("ewaybill", goods, TWO, "-o", file, "--on", "2026-05-05", "--json")
    assert told.json == {"file": str(file), "papers": 1}
    assert [bill["docNo"] for bill in json.loads(file.read_text("utf-8"))["billLists"]] == [TWO]
    (problem,) = problems(here("ewaybill", goods, TWO, ONE, "-o", file, "--on", "2026-05-05", "--json"), 1)
    assert (problem["code"], problem["field"]) == ("MODE_MISSING", f"{ONE}.transport.mode")


@pytest.mark.parametrize(
    "arguments",
    [(), (ONE,), ("-o", "x.json"), (ONE, "--period", "2026-05", "-o", "x.json"), ("--answer", "a", "-o", "x.json"),
     ("--period", "May", "-o", "x.json")],
)  # fmt: skip
def test_usage(goods: Path, arguments: tuple[str, ...]) -> None:
    assert here("einvoice", goods, *arguments).code == 2
