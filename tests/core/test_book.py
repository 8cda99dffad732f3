"""The roof: one book under two threads, a second process, a full disk, a kill in the middle, and after closing."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.book import Book
from core.errors import DiskFull, InUse, NotABook
from core.ids import Id
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft
from core.invoicing.queries import documents_page
from core.ledger.queries import trial_balance
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import parties_by_name
from core.store import log
from core.store.engine import HAND
from core.store.work import Work
from tests.core.books import PASSPHRASE, TODAY, a_book
from tests.core.dealings import a_bill, a_party, money_in
from tests.core.invoicing.trade import BILL, Trade, a_trade
from tests.core.store import no_root


def names(book: Book) -> list[str]:
    return [row.name for row in book.read(lambda read: parties_by_name(read)).rows]


def bills(work: Work, party: Id, count: int) -> list[Id]:
    draft = Draft(party=party, lines=BILL.lines, dated_on=TODAY)
    return [issue_document(work, draft, today=TODAY, date_confirmed=True) for _n in range(count)]


def test_threads_write_one_after_the_other_and_readers_see_whole_works(tmp_path: Path) -> None:
    """Each Work writes two bills; a reader never counts an odd one, and no number is given twice."""
    with a_trade(tmp_path) as trade:
        seen: list[int] = []
        failed: list[BaseException] = []
        at_work = threading.Event()

        def write() -> None:
            try:
                for _n in range(12):
                    trade.book.write("Two", lambda work: bills(work, trade.lotus, 2))
            except BaseException as error:
                failed.append(error)

        def watch() -> None:
            try:
                while not at_work.is_set():
                    seen.append(len(trade.book.read(lambda read: documents_page(read, limit=500)).rows))
            except BaseException as error:
                failed.append(error)

        reader = threading.Thread(target=watch)
        writers = [threading.Thread(target=write) for _n in range(2)]
        for thread in (reader, *writers):
            thread.start()
        for thread in writers:
            thread.join()
        at_work.set()
        reader.join()
        assert failed == []
        assert all(count % 2 == 0 for count in seen)
        assert len(set(seen)) > 2, "the reader looked in between"
        rows = trade.book.read(lambda read: documents_page(read, limit=500)).rows
        assert sorted(row.number for row in rows) == [f"A/26-27/{n:04d}" for n in range(1, 49)]
        assert trade.book.verify().ok


def test_a_full_disk_in_the_middle_of_a_work_leaves_the_book_as_it_was(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        trade.issue()
        before = _state(trade)

        def fill(work: Work) -> None:
            pages = work.read.exec_driver_sql("PRAGMA page_count").scalar()
            work.read.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
            try:
                bills(work, trade.lotus, 400)
                work.flush()
            finally:
                work.read.exec_driver_sql("PRAGMA max_page_count = 1073741823")

        with pytest.raises(DiskFull):
            trade.book.write("Too much", fill)
        assert _state(trade) == before
        assert trade.document(trade.issue()).number == "A/26-27/0002", "the number was not lost"
        assert trade.book.verify().ok


def _state(trade: Trade) -> tuple[int, dict[str, int], int]:
    def asked(read: object) -> tuple[int, dict[str, int], int]:
        return log.last_entry(read), trial_balance(read), len(documents_page(read).rows)

    return trade.book.read(asked)


_WRITER = """
import sys
from pathlib import Path
from core.book import Book
from tests.core.books import PASSPHRASE
from tests.core.test_book import bills
with Book.open(Path(sys.argv[1]), passphrase=PASSPHRASE) as book:
    def endless(work):
        bills(work, bytes.fromhex(sys.argv[2]), 50)
        work.flush()
        print("in the middle", flush=True)
        sys.stdin.readline()
    book.write("One", lambda work: bills(work, bytes.fromhex(sys.argv[2]), 1))
    book.write("Many", endless)
"""


def _writer(path: Path, party: Id) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path), party.hex()],
        cwd=no_root.ROOT,
        env={**os.environ, "PYTHONPATH": str(no_root.ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "in the middle\n"
    return process


@pytest.mark.processes
@pytest.mark.skipif(sys.platform == "win32", reason="no kill -9 there")
def test_a_kill_in_the_middle_of_a_work_leaves_the_last_one(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        path, party = trade.book.path, trade.lotus
    process = _writer(path, party)
    with pytest.raises(InUse, match=f"process {process.pid}"):
        Book.open(path, passphrase=PASSPHRASE)
    with Book.open(path, passphrase=PASSPHRASE, read_only=True) as beside:
        assert [row.number for row in beside.read(documents_page).rows] == ["A/26-27/0001"]
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with Book.open(path, passphrase=PASSPHRASE) as book:
        assert [row.number for row in book.read(documents_page).rows] == ["A/26-27/0001"]
        assert book.verify().ok
        [record] = book.write("Next", lambda work: bills(work, party, 1))
        assert {row.id: row.number for row in book.read(documents_page).rows}[record] == "A/26-27/0002"


def test_a_closed_book_is_not_opened_again_by_a_late_thread(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        pass
    with pytest.raises(AssertionError, match="closed"):
        book.write("Late", lambda work: save_party(work, Party(name="Late")))
    with pytest.raises(AssertionError, match="closed"):
        names(book)
    book.close()  # once more does no harm
    with Book.open(tmp_path / "nandi.bahi", passphrase=PASSPHRASE) as again:
        assert names(again) == []


def test_listeners_hear_of_commits_alone(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        heard: list[str] = []
        book.listeners.append(lambda touched: heard.append(touched.label))
        with pytest.raises(ZeroDivisionError):
            book.write("Fails", lambda work: 1 // 0)
        book.write("Stands", lambda work: save_party(work, Party(name="Lotus")))
        assert heard == ["Stands"]


@pytest.mark.parametrize("label", ["kind = 'items.saved'", "record = zeroblob(16)"])
def test_verify_finds_a_label_that_is_not_the_changes_own(tmp_path: Path, label: str) -> None:
    with a_book(tmp_path) as book:
        a_party(book)
        sql = HAND + f"UPDATE changes SET {label} WHERE entry = 2"
        book.write("T", lambda work: work.read.exec_driver_sql(sql))
        assert "CHAIN" in {problem.code for problem in book.verify().problems}


def test_verify_finds_a_change_that_would_never_be_sent(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        a_party(book)
        book.write(
            "T",
            lambda work: work.read.exec_driver_sql(HAND + "UPDATE changes SET outcome = 1 WHERE entry = 2"),
        )
        assert [problem.code for problem in book.verify().problems] == ["ORDER"]


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("balances", "UPDATE balances SET paise = paise + 1"),
        ("documents", "UPDATE documents SET value_paise = 1"),
        ("open_items", "UPDATE open_items SET open_paise = open_paise + 1 WHERE type = 'RCT'"),
        ("allocations", "DELETE FROM allocations"),
        ("standing", "UPDATE standing SET open_paise = open_paise + 1 WHERE total_paise > 0"),
        ("places", "DELETE FROM places WHERE place LIKE 'number/%'"),
        ("images", "DELETE FROM images"),
        ("numbers", "UPDATE numbers SET issued = issued - 1"),
        ("search", "DELETE FROM search WHERE kind = 'receipt'"),
    ],
)
def test_verify_names_the_table_that_was_tampered_with(tmp_path: Path, table: str, change: str) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        a_bill(book, party, 500, TODAY - dt.timedelta(40), rate_bp=1800)
        money_in(book, party, 700, TODAY)
        assert book.verify().ok
        book.write("Tamper", lambda work: work.read.exec_driver_sql(HAND + change))
        proof = book.verify()
        assert not proof.ok
        assert [problem.field for problem in proof.problems if problem.code == "ROW"] == [table]


def test_where_no_book_is_nothing_is_left_behind(tmp_path: Path) -> None:
    with pytest.raises(NotABook, match="There is no file"):
        Book.open(tmp_path / "nobody.bahi", passphrase=PASSPHRASE)
    assert list(tmp_path.iterdir()) == []
