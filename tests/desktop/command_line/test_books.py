"""Subcommands on a book: main paths, answers as the contract has them, and refusals with their exit codes."""

import json
import stat
from pathlib import Path

import pytest

from tests.core.exchange.money_file import ACCOUNT, CHEQUE, OF_MONEY, a_money_file
from tests.core.exchange.samples import COMPANY, INVOICE, a_file
from tests.desktop.command_line.runs import here, problems, written

pytestmark = pytest.mark.slow
WRITE_OFF = OF_MONEY["write_offs"][0]
BARE = {key: value for key, value in INVOICE.items() if key not in ("number", "date", "due_date")}


def test_new_writes_the_recovery_code_where_only_its_owner_reads(tmp_path: Path, book: Path) -> None:
    code = tmp_path / "code.txt"
    assert len(code.read_text().strip()) == 35
    assert stat.S_IMODE(code.stat().st_mode) == 0o600
    assert book.with_name("nandi.bahi.key").exists()


def test_new_shows_the_recovery_code_once_and_refuses_what_is_there(tmp_path: Path) -> None:
    company = written(tmp_path, "company.json", {"format": "bahi/1", "company": COMPANY})
    made = here("new", tmp_path / "a.bahi", "--company", company, "--json")
    assert made.json == {"book": str(tmp_path / "a.bahi"), "company": COMPANY["legal_name"]}
    assert "Recovery code" in made.err
    (problem,) = problems(here("new", tmp_path / "a.bahi", "--company", company, "--json"), 3)
    assert problem["code"] == "ALREADY_THERE"


def test_a_recovery_code_is_not_lost_with_its_file(tmp_path: Path) -> None:
    company = written(tmp_path, "company.json", {"format": "bahi/1", "company": COMPANY})
    nowhere = tmp_path / "no" / "folder" / "code.txt"
    made = here("new", tmp_path / "a.bahi", "--company", company, "--recovery-file", nowhere)
    assert made.code == 0
    assert "Recovery code" in made.err
    assert here("verify", tmp_path / "a.bahi").code == 0


def test_new_makes_no_book_of_a_wrong_company(tmp_path: Path) -> None:
    wrong = written(
        tmp_path, "c.json", {"format": "bahi/1", "company": {**COMPANY, "gstin": "29AAKCN5519Q1ZZ"}}
    )
    (problem,) = problems(here("new", tmp_path / "a.bahi", "--company", wrong, "--json"), 1)
    assert (problem["code"], problem["file"]) == ("CHECK_DIGIT", "c.json")
    assert problem["line"] is not None
    assert not (tmp_path / "a.bahi").exists()


def test_import_tells_what_came_and_a_trial_takes_nothing_in(tmp_path: Path, book: Path) -> None:
    more = written(tmp_path, "more.json", a_file(documents=[{**INVOICE, "number": "NI/26-27/0043"}]))
    tried = here("import", book, more, "--dry-run", "--json").json
    assert (tried["dry_run"], tried["new"]) == (True, {"documents": 1})
    assert here("show", book, "NI/26-27/0043").code == 1
    assert here("import", book, more, "--json").json["known"] == {"parties": 2, "items": 1}
    assert here("show", book, "NI/26-27/0043").code == 0


def test_import_refuses_as_a_whole_with_file_line_and_field(tmp_path: Path, book: Path) -> None:
    good = written(tmp_path, "good.json", a_file(documents=[{**INVOICE, "number": "NI/26-27/0043"}]))
    bad = written(
        tmp_path, "bad.json", a_file(documents=[{**INVOICE, "number": "NI/26-27/0044", "party": "X"}])
    )
    (problem,) = problems(here("import", book, good, bad, "--json"), 1)
    assert (problem["file"], problem["field"]) == ("bad.json", "documents[0].party")
    assert '"X"' in bad.read_text().splitlines()[problem["line"] - 1]
    assert here("show", book, "NI/26-27/0043").code == 1
    plain = here("import", book, bad)
    assert (plain.code, plain.out) == (1, "")
    assert plain.err.startswith(f"bad.json:{problem['line']} documents[0].party: ")


def test_import_of_a_table_with_a_map(tmp_path: Path, book: Path) -> None:
    table = tmp_path / "old.csv"
    table.write_text("who;nr;invoice date;amount\nAcme;1;2026-01-03;10\n")
    assert {p["field"] for p in problems(here("import", book, table, "--json"), 1)} == {"customer", "number"}
    mapped = here("import", book, table, "--map", "customer=who", "--map", "number=nr", "--json")
    assert mapped.json["new"] == {"parties": 1, "opening": 1}
    xml = tmp_path / "tally.xml"
    xml.write_text("<ENVELOPE/>")
    assert problems(here("import", book, xml, "--json"), 1)[0]["code"] == "NOT_YET"


def test_show_prints_the_document_with_its_figures(book: Path) -> None:
    shown = here("show", book, "ni/26-27/0042", "--type", "INV", "--date", "2026-05-04", "--json").json
    for key in ("totals", "lines", "section", "table", "inv_typ", "exp_typ", "sup_typ", "supply", "place_of_supply",
                "irn", "upi_link", "open", "state", "return_period", "warnings"):  # fmt: skip
        assert key in shown, key
    assert (shown["totals"]["invoice_value"], shown["open"], shown["upi_link"]) == ("6087.00", "0.00", None)
    assert here("show", book, "NI/RC/0009", "--json").json["amount"] == "5983.00"
    assert "6087.00" in here("show", book, "NI/26-27/0042").out
    assert problems(here("show", book, "nope", "--json"), 1)[0]["code"] == "NO_DOCUMENT"


def test_issue_numbers_papers_here(tmp_path: Path, book: Path) -> None:
    paper = written(
        tmp_path, "new.json", a_file(documents=[BARE], receipts=[{"party": "LOTUS", "amount": "5"}])
    )
    answer = here("issue", book, paper, "--on", "2026-11-20", "--json").json
    (document,), (receipt,) = answer["documents"], answer["receipts"]
    assert (document["number"], document["date"], document["open"]) == (
        "A/26-27/0001",
        "2026-11-20",
        "6087.00",
    )
    assert (receipt["number"], receipt["on_account"]) == ("AR/26-27/0001", "5.00")
    numbered = written(tmp_path, "old.json", a_file(documents=[INVOICE]))
    assert problems(here("issue", book, numbered, "--on", "2026-11-20", "--json"), 1)[0]["code"] == "NUMBERED"


def test_ageing_statement_worklist_and_reminders(tmp_path: Path, book: Path) -> None:
    late = {**INVOICE, "number": "NI/26-27/0099"}
    assert here("import", book, written(tmp_path, "late.json", a_file(documents=[late]))).code == 0
    aged = here("ageing", book, "--on", "2026-07-31", "--json").json
    assert (aged["on"], aged["total"]) == ("2026-07-31", "6087.00")
    assert list(aged["buckets"]) == ["not_due", "1-30", "31-60", "61-90", "91-180", "180+"]
    assert aged["parties"][0]["buckets"]["31-60"] == "6087.00"
    stated = here("statement", book, "lotus", "--on", "2026-07-31", "--json").json
    assert (stated["opening"], stated["closing"]) == ("0.00", "4685.75")
    assert stated["entries"][-1]["balance"] == "4685.75"
    (chased,) = here("worklist", book, "--on", "2026-07-31", "--json").json
    assert (chased["code"], chased["overdue"]) == ("LOTUS", "6087.00")
    assert chased["reasons"]
    (letter,) = here("remind", book, "--on", "2026-07-31", "--json").json["reminders"]
    assert (letter["party"], letter["number"]) == ("LOTUS", "AN/26-27/0001")
    assert here("remind", book, "--on", "2026-07-31", "--json").json["reminders"] == []
    assert here("print", book, letter["number"], "-o", tmp_path / "letter.pdf").code == 0
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF")
    assert problems(here("statement", book, "NOBODY", "--json"), 1)[0]["code"] == "UNKNOWN_PARTY"


def test_papers_are_printed(tmp_path: Path, book: Path) -> None:
    for number in ("NI/26-27/0042", "NI/CN/0007", "NI/RC/0009"):
        target = tmp_path / f"{number.replace('/', '-')}.pdf"
        assert here("print", book, number, "-o", target, "--json").json["number"] == number
        assert target.read_bytes().startswith(b"%PDF")


def test_what_gives_money_back_and_takes_it_back_is_shown_and_printed(tmp_path: Path) -> None:
    book, file = tmp_path / "money.bahi", written(tmp_path, "money.json", a_money_file())
    assert here("new", book, "--company", file, "--recovery-file", tmp_path / "code").code == 0
    assert here("import", book, file).code == 0
    shown = here("show", book, "X/1", "--json").json
    assert (shown["type"], shown["amount"], shown["counts_on"], shown["state"]) == (
        "RVS", "6087.00", "2026-06-25", "live",
    )  # fmt: skip
    assert (shown["paper"]["number"], shown["charges"]) == ("R/1", "295.00")
    paid_back = here("show", book, "Y/1", "--type", "pbk", "--json").json
    assert (paid_back["type"], paid_back["open"], paid_back["credit"]["number"]) == ("PBK", "0.00", "R/2")
    receipt = here("show", book, "R/1", "--json").json
    assert (receipt["state"], receipt["cheque"]["number"]) == ("cancelled", "004711")
    assert "X/1" in here("show", book, "X/1").out
    for number in ("X/1", "Y/1", "R/1"):
        assert here("print", book, number, "-o", tmp_path / "paper.pdf").code == 0
        assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")
    counts = here("export", book, "-o", tmp_path / "out.json", "--json").json["written"]
    assert (counts["paybacks"], counts["reversals"], counts["bank_lines"]) == (1, 1, 2)


def test_a_cheque_is_issued_a_receipt_into_an_account(tmp_path: Path, book: Path) -> None:
    paid = {
        "party": "LOTUS",
        "amount": "5",
        "mode": "cheque",
        "cheque": CHEQUE["cheque"],
        "bank_account": "CC",
    }
    paper = written(tmp_path, "new.json", a_file(receipts=[paid], bank_accounts=[ACCOUNT]))
    [receipt] = here("issue", book, paper, "--on", "2026-11-20", "--json").json["receipts"]
    assert (receipt["cheque"]["number"], receipt["bank_account"]) == ("004711", "0001 1122 2333")
    for key, value in (
        ("closes", [{"through": "2026-05-31", "on": "2026-08-02"}]),
        ("write_offs", [WRITE_OFF]),
    ):
        file = written(tmp_path, "old.json", a_file(receipts=[paid], bank_accounts=[ACCOUNT], **{key: value}))
        refused = problems(here("issue", book, file, "--on", "2026-11-20", "--json"), 1)
        assert {problem["code"] for problem in refused} == {"ONLY_IMPORT"}


def test_a_cheque_that_another_receipt_bears_is_told_and_taken(tmp_path: Path, book: Path) -> None:
    cheque = {"number": "4711", "date": "2026-11-20"}  # of no bank, so it may be any
    paid = {"party": "LOTUS", "amount": "5", "mode": "cheque", "cheque": cheque}
    twice = written(tmp_path, "twice.json", a_file(receipts=[paid, {**paid, "party": "WALKIN"}, paid]))
    told = here("issue", book, twice, "--on", "2026-11-20", "--json")
    used = {
        "code": "CHEQUE_USED",
        "text": "Receipt AR/26-27/0001 of 20-11-2026, 5.00, has this cheque already.",
    }
    assert [receipt["warnings"] for receipt in told.json["receipts"]] == [[], [], [used]]
    assert told.err == ""
    again = here("issue", book, twice, "--on", "2026-11-20")
    assert (again.code, [line.count(used["text"]) for line in again.err.splitlines()]) == (0, [1, 0, 1])
    assert again.err.startswith("Note: twice.json:")
    older = {**paid, "number": "R/9", "date": "2026-11-20", "cheque": {**cheque, "number": "004711"}}
    file = written(
        tmp_path, "older.json", a_file(receipts=[older, {**older, "number": "R/10", "party": "WALKIN"}])
    )
    tried = here("import", book, file, "--dry-run")
    assert (tried.code, tried.err.count("Note: older.json:"), "Note" in tried.out) == (0, 2, False)
    warnings = here("import", book, file, "--json").json["warnings"]
    assert [(each["code"], each["field"]) for each in warnings] == [
        ("CHEQUE_USED", "receipts[0].cheque.number"), ("CHEQUE_USED", "receipts[1].cheque.number"),
    ]  # fmt: skip
    assert all(each["file"] == "older.json" and each["line"] for each in warnings)
    assert here("import", book, file, "--json").json["warnings"] == [], "it was here already"


def test_a_cheque_that_bounced_and_is_handed_in_again_is_no_warning(tmp_path: Path, book: Path) -> None:
    cheque = {key: CHEQUE[key] for key in ("number", "date", "party", "mode", "amount", "cheque")}
    elsewhere = {**cheque["cheque"], "bank": "Another Bank"}
    more = [
        {**cheque, "number": "R/2", "date": "2026-06-29"},
        {**cheque, "number": "R/3", "cheque": elsewhere},
    ]
    bounced = OF_MONEY["reversals"]
    file = written(tmp_path, "again.json", a_file(receipts=[cheque, *more], reversals=bounced))
    taken = here("import", book, file, "--json").json
    assert (taken["new"], taken["warnings"]) == ({"receipts": 3, "reversals": 1}, [])


def test_vouchers_and_challans_are_shown_and_printed(tmp_path: Path, book: Path) -> None:
    challan = {**INVOICE, "type": "CHL", "number": "NI/CH/1", "totals": None, "purpose": "job_work"}
    advance = {
        "number": "NI/RV/1",
        "date": "2026-05-19",
        "party": "LOTUS",
        "amount": "1180",
        "gst_rate": "18",
    }
    back = {"number": "NI/RF/1", "date": "2026-06-19", "party": "LOTUS", "amount": "118",
            "voucher": {"number": "NI/RV/1", "date": "2026-05-19"}}  # fmt: skip
    more = written(tmp_path, "more.json", a_file(documents=[challan], advances=[advance], refunds=[back]))
    assert here("import", book, more).code == 0
    assert here("show", book, "NI/RV/1", "--json").json["on_account"] == "1062.00"
    assert here("show", book, "NI/RF/1", "--type", "RFV", "--json").json["tax"]["igst"] == "18.00"
    assert here("show", book, "NI/CH/1", "--type", "CHL", "--json").json["section"] == "none"
    assert "NI/CH/1" in here("show", book, "NI/CH/1").out
    for number in ("NI/RV/1", "NI/RF/1"):
        assert here("print", book, number, "-o", tmp_path / "paper.pdf").code == 0
    three = [part for copy in ("original", "duplicate", "triplicate") for part in ("--copy", copy)]
    assert here("print", book, "NI/CH/1", "-o", tmp_path / "three.pdf", *three).code == 0
    assert here("print", book, "NI/CH/1", "-o", tmp_path / "no.pdf", "--copy", "fourth").code == 2
    import pypdfium2

    assert len(pypdfium2.PdfDocument(tmp_path / "three.pdf")) == 3


def test_export_backup_restore_and_verify(tmp_path: Path, book: Path) -> None:
    out = tmp_path / "out.json"
    assert here("export", book, "-o", out, "--json").json["written"]["documents"] == 2
    assert json.loads(out.read_text("utf-8"))["format"] == "bahi/1"
    xml = tmp_path / "tally.xml"
    assert here("export", book, "-o", xml, "--to", "tally", "--json").json == {"file": str(xml)}
    assert xml.read_text("utf-8").count("<VOUCHER ") == 3
    proof = here("verify", book, "--json").json
    assert proof["ok"] is True
    assert set(proof) == {"ok", "changes", "chain_head", "digest", "problems"}
    assert here("backup", book, "-o", tmp_path / "b.bahibackup").code == 0
    assert here("restore", tmp_path / "b.bahibackup", tmp_path / "again.bahi").code == 0
    assert here("verify", tmp_path / "again.bahi", "--json").json["digest"] == proof["digest"]
    (problem,) = problems(here("restore", tmp_path / "b.bahibackup", tmp_path / "again.bahi", "--json"), 3)
    assert problem["code"] == "ALREADY_THERE"


def test_the_inbox_is_empty_and_an_unshared_book_does_not_sync(book: Path) -> None:
    assert here("inbox", book, "--json").json == []
    assert here("inbox", book, "--settled", "--json").json == []
    assert problems(here("sync", book, "--json"), 1)[0]["code"] == "NOT_SHARED"
    assert (
        problems(here("inbox", book, "--settle", "x", "--choice", "keep", "--json"), 1)[0]["code"]
        == "SETTLED"
    )


def test_the_passphrase_comes_from_its_file_or_the_environment(tmp_path: Path, book: Path) -> None:
    (problem,) = problems(here("verify", book, "--json", passphrase=None), 3)
    assert problem["code"] == "KEY_MISSING"
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("another one\n")
    (problem,) = problems(here("verify", book, "--passphrase-file", wrong, "--json"), 3)
    assert problem["code"] == "WRONG_KEY"


def test_our_own_mistake_is_told_as_one(monkeypatch: pytest.MonkeyPatch, book: Path) -> None:
    monkeypatch.setattr("core.exchange.exporting.export_book", lambda _read: 1 / 0)
    ran = here("export", book, "-o", book.with_name("x.json"), "--json")
    assert problems(ran, 3)[0]["code"] == "OUR_MISTAKE"
    assert "ZeroDivisionError" in ran.err
