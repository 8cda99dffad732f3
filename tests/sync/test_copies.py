"""Copies of a book: restored, copied, cloned. Nothing is lost, no number is given twice, and nobody is asked."""

import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.book import Book, restore_book
from core.clock import FixedClock
from core.ids import Id
from core.inbox.commands import settle
from core.inbox.queries import items
from core.invoicing.commands import issue_document
from core.invoicing.queries import document
from core.numbering.rules import is_copy_series
from core.parties.queries import party
from core.receipts.commands import record_receipt
from core.returns.commands import file_return
from core.returns.covering import filings_of
from core.store.epochs import begin_epoch
from core.store.mark import Marks, Why
from core.store.work import Work
from sync.server.service import Service
from tests.core.books import PASSPHRASE, a_book
from tests.sync.day import IN_OCTOBER, OCTOBER, TODAY, Shared, a_draft, begin, edit
from tests.sync.fleet import Device, Wire, a_fleet

pytestmark = pytest.mark.slow
ENGINES = ("sqlite",)


class Office:
    """A business of one desk and one more device, and wherever copies of the desk's book come to lie."""

    def __init__(self, folder: Path, service: Service, desk: Device, other: Device, shared: Shared) -> None:
        self.folder = folder
        self.service = service
        self.desk = desk
        self.other = other
        self.shared = shared
        self.opened: list[Book] = []

    def backup(self, name: str = "night") -> Path:
        """A backup of the desk's book, as Bahi writes one."""
        target = self.folder / f"{name}.bahibackup"
        self.desk.book.backup(target)
        return target

    def restored(self, source: Path, name: str = "restored") -> Device:
        """The book as a backup has it, restored on the desk's computer."""
        path = self.folder / f"{name}.bahi"
        restore_book(source, path)
        shutil.copy(self.folder / "nandi.bahi.device", self.folder / f"{name}.bahi.device")
        return self.open(path, self.folder / "marks")

    def cloned(self, computer: str) -> Path:
        """The files of the desk's book as they lie, copied to another computer."""
        self.desk.book.close()
        path = self.folder / computer / "nandi.bahi"
        path.parent.mkdir()
        for ending in ("", ".key", ".device"):
            shutil.copy(self.folder / f"nandi.bahi{ending}", path.with_name(path.name + ending))
        self.desk = self.open(self.folder / "nandi.bahi", self.folder / "marks")
        return path

    def open(self, path: Path, marks: Path | None) -> Device:
        """A book opened where it lies."""
        book = Book.open(path, passphrase=PASSPHRASE, clock=FixedClock.on(TODAY), marks=marks)
        self.opened.append(book)
        return Device(book, Wire(self.service))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with a_fleet(tmp_path, 2, marks=tmp_path / "marks") as (service, [desk, other]):
        shared = begin(desk.book)
        desk.sync()
        other.sync()
        found = Office(tmp_path, service, desk, other, shared)
        try:
            yield found
        finally:
            for book in found.opened:
                book.close()


def issue(book: Book, party_id: Id, rupees: int = 100) -> str:
    """An invoice to the party; answers its number."""
    record = book.write("Issue", lambda work: issue_document(work, a_draft(party_id, rupees), today=TODAY))
    paper = book.read(lambda read: document(read, record))
    assert paper is not None
    return paper.number


def receive(book: Book, party_id: Id, reference: str) -> Id:
    """Money on account."""
    return book.write(
        "Receive",
        lambda work: record_receipt(
            work, party=party_id, dated_on=TODAY, amount_paise=5000, mode="neft", reference=reference,
            allocate=None, today=TODAY,
        ),
    )  # fmt: skip


def numbers_of(book: Book) -> list[str]:
    """The numbers of all documents, held ones too."""
    return book.read(lambda read: [row[0] for row in read.exec_driver_sql("SELECT number FROM documents")])


def agree(*devices: Device) -> None:
    """Sync to the end; then all books are one, each proves itself, and nothing waits."""
    for device in (*devices, *devices):
        device.sync()
    assert len({device.digest for device in devices}) == 1
    for device in devices:
        assert device.book.verify().problems == ()
        assert device.sync().waiting == 0


def code_of(number: str) -> str:
    return number.partition("/")[0]


def why(device: Device) -> list[str]:
    """The Inbox items about copies, in words."""
    return [each.text for each in device.book.read(items) if each.kind == "copy"]


def test_restored_from_last_night_and_copied_to_a_laptop_before_they_meet_the_service(office: Office) -> None:
    desk, party_id = office.desk.book, office.shared.party
    waits = receive(desk, party_id, "before the backup")  # waits for the service in the backup too
    night = office.backup()
    copied = office.cloned("laptop")
    lost_number = issue(office.desk.book, party_id)
    office.desk.sync()
    office.desk.book.close()  # its disk dies

    restored = office.restored(night)
    laptop = office.open(copied, office.folder / "laptop marks")
    given = []
    assert isinstance(laptop.book.clock, FixedClock)
    laptop.book.clock.move(seconds=60)
    for device, phone in ((restored, "+919811111111"), (laptop, "+919822222222")):
        given.append(issue(device.book, party_id))
        receive(device.book, party_id, phone)
        edit(device.book, party_id, phone=phone)
        given.append(issue(device.book, party_id))
    assert all(is_copy_series(code_of(number), "A") for number in given)
    assert code_of(given[0]) != code_of(given[2])
    agree(restored, laptop, office.other)

    everywhere = numbers_of(office.other.book)
    assert {lost_number, *given} <= set(everywhere)
    assert max(Counter(everywhere).values()) == 1
    receipts = office.other.book.read(
        lambda read: read.exec_driver_sql("SELECT count(*), count(DISTINCT id) FROM receipts").one()
    )
    assert tuple(receipts) == (3, 3)
    assert waits in {row[0] for row in office.other.book.read(
        lambda read: read.exec_driver_sql("SELECT id FROM receipts").fetchall()
    )}  # fmt: skip
    kept = office.other.book.read(lambda read: party(read, party_id))
    assert kept is not None
    assert kept.phone == "+919822222222"
    [conflict] = [each for each in office.other.book.read(items) if each.kind == "conflict"]
    assert "+919811111111" in f"{conflict.mine} {conflict.theirs}"
    assert "restored from a backup" in why(restored)[0]
    assert "another computer" in why(laptop)[0]
    assert why(office.other) == []


def test_a_restored_book_that_only_syncs_takes_in_what_it_wrote_since(office: Office) -> None:
    night = office.backup()
    number = issue(office.desk.book, office.shared.party)
    office.desk.sync()
    office.desk.book.close()
    restored = office.restored(night)
    agree(restored, office.other)
    assert number in numbers_of(restored.book)
    assert code_of(issue(restored.book, office.shared.party)) != "A"
    agree(restored, office.other)


def test_a_whole_cloned_profile_is_caught_at_the_service(office: Office) -> None:
    """Mark, keyring and file alike: neither can know. The service has the desk's numbers; the clone begins anew."""
    copied = office.cloned("twin")
    twin_marks = office.folder / "twin marks"
    shutil.copytree(office.folder / "marks", twin_marks)
    twin = office.open(copied, twin_marks)
    both = office.shared.party
    desks = [issue(office.desk.book, both), issue(office.desk.book, both)]
    edit(office.desk.book, both, phone="+919811111111")
    twins = [issue(twin.book, both)]
    edit(twin.book, both, name="Lotus Foods and Sons")
    free = receive(twin.book, both, "twin")
    assert desks[0] == twins[0]
    office.desk.sync()
    twin.sync()
    agree(office.desk, twin, office.other)
    assert "both go on" in why(twin)[0]
    held = [each for each in office.other.book.read(items) if each.kind == "held"]
    assert len(held) == 1
    assert twins[0] in held[0].about
    kept = office.other.book.read(lambda read: party(read, both))
    assert kept is not None
    assert (kept.name, kept.phone) == ("Lotus Foods and Sons", "+919811111111")
    assert office.other.book.read(
        lambda read: read.exec_driver_sql("SELECT count(*) FROM receipts WHERE id = ?", (free,)).scalar()
    )
    later = [issue(office.desk.book, both), issue(twin.book, both)]
    assert code_of(later[0]) == "A"
    assert int(later[0].rpartition("/")[2]) == int(desks[-1].rpartition("/")[2]) + 1, (
        "one number, counted once"
    )
    assert is_copy_series(code_of(later[1]), "A")
    agree(office.desk, twin, office.other)
    assert len([each for each in office.other.book.read(items) if each.kind == "held"]) == 1


def test_a_clone_that_wrote_nothing_learns_of_the_other_when_it_syncs(office: Office) -> None:
    twin = office.open(office.cloned("twin"), None)
    number = issue(office.desk.book, office.shared.party)
    office.desk.sync()
    agree(office.desk, twin, office.other)
    assert number in numbers_of(twin.book)
    assert code_of(issue(twin.book, office.shared.party)) != "A"
    agree(office.desk, twin, office.other)


def test_a_clone_that_wrote_less_than_the_other_is_caught_too(office: Office) -> None:
    """All that it sends the service has under these numbers, and otherwise."""
    copied = office.cloned("twin")
    twin_marks = office.folder / "twin marks"
    shutil.copytree(office.folder / "marks", twin_marks)
    twin = office.open(copied, twin_marks)
    for _n in range(3):
        issue(office.desk.book, office.shared.party)
    free = receive(twin.book, office.shared.party, "twin")
    office.desk.sync()
    twin.sync()
    agree(office.desk, twin, office.other)
    assert "both go on" in why(twin)[0]
    assert office.other.book.read(
        lambda read: read.exec_driver_sql("SELECT count(*) FROM receipts WHERE id = ?", (free,)).scalar()
    )


def test_what_both_copies_had_waiting_is_taken_once(office: Office) -> None:
    common = issue(office.desk.book, office.shared.party)
    twin = office.open(office.cloned("twin"), None)
    issue(office.desk.book, office.shared.party)
    edit(office.desk.book, office.shared.party, phone="+919811111111")
    receive(twin.book, office.shared.party, "twin")
    office.desk.sync()
    twin.sync()
    agree(office.desk, twin, office.other)
    assert numbers_of(office.other.book).count(common) == 1
    assert not [each for each in office.other.book.read(items) if each.kind in ("held", "conflict")]


def test_a_clone_is_caught_where_it_differs_only_behind_the_page_it_sends(office: Office) -> None:
    """What the service has of this device beyond a page that both had waiting is of the other copy."""
    common = issue(office.desk.book, office.shared.party)
    twin = office.open(office.cloned("twin"), None)
    edit(office.desk.book, office.shared.party, phone="+919811111111")
    edit(twin.book, office.shared.party, name="Lotus Foods and Sons")
    office.desk.sync()
    twin.courier._page_bytes = 1
    twin.sync()
    agree(office.desk, twin, office.other)
    assert "both go on" in why(twin)[0]
    assert numbers_of(office.other.book).count(common) == 1
    kept = office.other.book.read(lambda read: party(read, office.shared.party))
    assert kept is not None
    assert (kept.name, kept.phone) == ("Lotus Foods and Sons", "+919811111111")


def test_a_return_filed_by_a_clone_covers_the_same_papers_under_their_new_numbers(office: Office) -> None:
    def issue_in_october(work: Work) -> Id:
        late = msgspec.structs.replace(a_draft(office.shared.party), dated_on=IN_OCTOBER)
        return issue_document(work, late, today=TODAY, date_confirmed=True)

    twin = office.open(office.cloned("twin"), None)
    receive(office.desk.book, office.shared.party, "desk")
    covered = twin.book.write("Issue", issue_in_october)
    twin.book.write(
        "File", lambda work: file_return(work, "GSTR1", OCTOBER, TODAY, today=TODAY, despite=True)
    )
    before = twin.book.read(lambda read: filings_of(read)["GSTR1", OCTOBER])
    office.desk.sync()
    twin.sync()
    agree(office.desk, twin, office.other)
    filed = office.other.book.read(lambda read: filings_of(read)["GSTR1", OCTOBER])
    meta = twin.book.facts()
    assert filed.epoch == meta["epoch"] != before.epoch
    author = "SELECT c.epoch, c.number FROM changes c WHERE c.record = ?"
    epoch, number = office.other.book.read(lambda read: read.exec_driver_sql(author, (covered,)).one())
    assert filed.covers_numbers[epoch] == number
    assert filed.covers_numbers[1] == before.covers_numbers[1] - 1


def test_a_restored_book_that_is_not_shared_begins_anew_and_proves_itself(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    with a_book(tmp_path, marks=marks) as book:
        party_id = begin(book).party
        book.backup(tmp_path / "night.bahibackup")
        assert issue(book, party_id) == "A/26-27/0002"
    restore_book(tmp_path / "night.bahibackup", tmp_path / "again.bahi")
    with an_open(tmp_path / "again.bahi", marks) as again:
        assert again.why_copy() is Why.RESTORED
        number = issue(again, party_id)
        assert number.endswith("/26-27/0001")
        assert is_copy_series(code_of(number), "A")
        assert again.why_copy() is None
        assert issue(again, party_id) == number[:-1] + "2"
        [told] = again.read(items)
        assert (told.kind, told.choices) == ("copy", ("dismiss",))
        assert code_of(number) in told.text
        again.write("Seen", lambda work: settle(work, told.id, "dismiss"))
        assert again.read(items) == []
        assert again.verify().problems == ()
    with an_open(tmp_path / "again.bahi", marks) as later, an_open(tmp_path / "nandi.bahi", marks) as first:
        assert later.why_copy() is None
        assert issue(first, party_id) == "A/26-27/0003"


def an_open(path: Path, marks: Path | None) -> Book:
    return Book.open(path, passphrase=PASSPHRASE, clock=FixedClock.on(TODAY), marks=marks)


class TestMark:
    @pytest.fixture
    def marks(self, tmp_path: Path) -> Path:
        return tmp_path / "marks"

    @pytest.fixture
    def path(self, tmp_path: Path, marks: Path) -> Path:
        with a_book(tmp_path, marks=marks) as book:
            begin(book)
        return tmp_path / "nandi.bahi"

    def test_a_book_that_stays_where_it_is_is_no_copy(self, path: Path, marks: Path) -> None:
        for _time in range(3):
            with an_open(path, marks) as book:
                assert book.why_copy() is None
                edit(book, party_named(book), phone=a_phone())
                assert book.facts()["epoch"] == 1

    def test_a_mark_behind_its_file_is_normal(self, path: Path, marks: Path) -> None:
        [mark] = marks.glob("*.mark")
        kept = mark.read_bytes()
        with an_open(path, marks) as book:
            issue(book, party_named(book))
        assert mark.read_bytes() != kept
        mark.write_bytes(kept)  # killed between commit and mark
        with an_open(path, marks) as book:
            assert book.why_copy() is None

    def test_a_file_behind_its_mark_a_missing_and_a_foreign_mark_are_copies(
        self, path: Path, marks: Path, tmp_path: Path
    ) -> None:
        older = tmp_path / "older.bahi"
        for ending in ("", ".key"):
            shutil.copy(path.with_name(path.name + ending), older.with_name(older.name + ending))
        with an_open(path, marks) as book:
            issue(book, party_named(book))
        with an_open(older, marks) as book:
            assert book.why_copy() is Why.BEHIND
        with an_open(older, tmp_path / "elsewhere") as book:
            assert book.why_copy() is Why.MOVED
        [mark] = marks.glob("*.mark")
        mark.unlink()
        with an_open(path, marks) as book:
            assert book.why_copy() is Why.UNMARKED
            edit(book, party_named(book), phone=a_phone())  # any first change, not only a paper
            assert book.why_copy() is None
            assert book.facts()["epoch"] > 1

    def test_two_copies_open_at_once_on_one_computer_are_told_apart(
        self, path: Path, marks: Path, tmp_path: Path
    ) -> None:
        twin = tmp_path / "twin.bahi"
        for ending in ("", ".key"):
            shutil.copy(path.with_name(path.name + ending), twin.with_name(twin.name + ending))
        with an_open(path, marks) as book, an_open(twin, marks) as other:
            first = issue(book, party_named(book))
            second = issue(other, party_named(other))
            third = issue(book, party_named(book))
        assert len({first, second, third}) == 3
        assert (code_of(first), code_of(third)) == ("A", "A")

    @pytest.mark.allow_logs
    def test_a_folder_that_cannot_be_used_stops_nothing(
        self, path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        blocked = tmp_path / "blocked"
        blocked.write_text("a file")
        with an_open(path, blocked) as book:
            assert issue(book, party_named(book)) == "A/26-27/0002"
        assert "marks of books cannot be kept" in caplog.text

    def test_a_work_that_fails_leaves_the_copy_a_copy(self, path: Path, tmp_path: Path) -> None:
        with an_open(path, tmp_path / "elsewhere") as book:
            with pytest.raises(ZeroDivisionError):
                book.write("Fail", lambda work: (begin_epoch(work, Why.MOVED), 1 // 0))
            assert book.why_copy() is Why.MOVED
            assert book.facts()["epoch"] == 1


def party_named(book: Book) -> Id:
    found: Id = book.read(lambda read: read.exec_driver_sql("SELECT id FROM parties").scalar_one())
    return found


def a_phone() -> str:
    """Another one each time."""
    _PHONES.append(f"+9198333333{len(_PHONES):02d}")
    return _PHONES[-1]


_PHONES: list[str] = []


def test_a_mark_costs_next_to_nothing(tmp_path: Path) -> None:
    with a_book(tmp_path, marks=tmp_path / "marks") as book:
        marks, meta = Marks(tmp_path / "marks", book.path), book.facts()
        best = min(_processor_ms(marks, meta) for _turn in range(5))
    assert best < 1.0  # the keyring would take 25


def _processor_ms(marks: Marks, meta: dict[str, Any]) -> float:
    """What one Work's asking and replacing costs on the average of a hundred."""
    began = time.process_time()
    for number in range(1, 101):
        assert marks.why_copy(meta, 100) is None
        marks.keep(meta, number)
    return (time.process_time() - began) * 1000 / 100
