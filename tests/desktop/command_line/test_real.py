"""The installed program in processes of its own: a held book, a light start, and two books that agree."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.exchange.samples import INVOICE, RECEIPT, a_file
from tests.desktop.command_line.runs import problems, real, written

BARE = {key: value for key, value in INVOICE.items() if key not in ("number", "date", "due_date")}


@pytest.mark.processes
def test_a_book_held_by_another_process_is_read_but_not_written(tmp_path: Path, book: Path) -> None:
    from core.book import Book
    from tests.core.books import PASSPHRASE

    paper = written(tmp_path, "new.json", a_file(documents=[BARE]))
    with Book.open(book, passphrase=PASSPHRASE):
        (problem,) = problems(real("issue", book, paper, "--json"), 3)
        assert problem["code"] == "IN_USE"
        assert real("ageing", book, "--json").code == 0


@pytest.mark.processes
def test_the_real_program_starts_light_and_without_qt(tmp_path: Path) -> None:
    assert real("check", "gstin", "29AAKCN5519Q1ZK", "--json", passphrase=None).json["valid"] is True
    program = (
        "import sys\nfrom desktop.command_line.program import run\n"
        "try:\n    run(sys.argv[1:])\nfinally:\n"
        "    heavy = {'PySide6', 'sqlalchemy', 'sqlcipher3', 'httpx', 'reportlab'} & set(sys.modules)\n"
        "    print(sorted(heavy), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "check", "number", "NI/1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.strip()) == (0, "[]")


@pytest.mark.processes
def test_two_books_agree_through_a_real_service(tmp_path: Path, book: Path) -> None:
    from tests.desktop.command_line.service import serving

    with serving(tmp_path) as (url, code):
        shared = real("share", book, "--server", url, "--code", code, "--json").json
        assert (shared["waiting"], shared["inbox"]) == (0, 0)
        invited = real("invite", book, "--role", "bookkeeper", "--json").json["code"]
        other = tmp_path / "second.bahi"
        joined = real("join", other, "--server", url, "--code", invited, "--user", "Ravi", "--json")
        assert joined.code == 0, joined.err
        assert joined.json["received"] > 0
        paper = written(tmp_path, "new.json", a_file(documents=[BARE]))
        issued = real("issue", other, paper, "--json").json["documents"][0]
        assert real("sync", other, "--json").json["sent"] == 1
        assert real("sync", book, "--json").json["received"] == 1
        assert real("show", book, issued["number"], "--json").json == issued
        _import_on_both(tmp_path, book, other)
        digests = {real("verify", each, "--json").json["digest"] for each in (book, other)}
        assert len(digests) == 1
        again = real("founding-code", "--database", f"sqlite:///{tmp_path / 'service.db'}")
        assert again.code == 0
        assert again.out.strip()


def _import_on_both(folder: Path, book: Path, other: Path) -> None:
    """The same file taken in on two devices apart is one file's worth of papers, and nobody's concern."""
    bill = {**INVOICE, "number": "NI/26-27/0050"}
    paid = {**RECEIPT, "number": "NI/RC/0050", "reference": "UTR50",
            "allocations": [{"document": "NI/26-27/0050", "amount": "6087.00"}]}  # fmt: skip
    gone = [
        {"type": "INV", "number": number, "date": "2026-05-04", "reason": "keyed twice"}
        for number in ("NI/26-27/0051", "NI/26-27/0052")
    ]
    papers = [bill, {**INVOICE, "number": "NI/26-27/0051"}]
    file = written(folder, "both.json", a_file(documents=papers, receipts=[paid], cancelled=gone))
    for each in (book, other):
        assert real("import", each, file, "--json").json["new"] == {
            "documents": 2,
            "receipts": 1,
            "cancelled": 2,
        }
    for each in (book, other, book):
        assert real("sync", each, "--json").code == 0
    for each in (book, other):
        assert real("inbox", each, "--json").json == []
        assert real("import", each, file, "--json").json["new"] == {}
