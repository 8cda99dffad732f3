"""The one door: what passes it is logged and projected together, and nothing else is written."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from core.book import Book
from core.changes.change import decode_change
from core.company.model import Registration
from core.errors import RuleBroken
from core.ids import Id
from core.milestones.commands import save_contract
from core.milestones.model import Contract
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import parties_by_name, party, party_by_code
from core.store import log
from core.store.engine import HAND, WriteOutsideTheDoor
from core.store.read import record_of
from core.store.tables.parties import parties
from core.store.tables.store import draft_journal
from core.store.work import Work
from tests.core.books import a_book

LOTUS = Party(
    code="LOTUS", name="Lotus Foods", registration=Registration(kind="unregistered", state_code="33")
)


def add(book: Book, one: Party = LOTUS, record: Id | None = None) -> Id:
    return book.write("Party", lambda work: save_party(work, one, record))


def logged(book: Book) -> list[log.Entry]:
    return book.read(lambda read: list(log.in_order(read)))


def test_a_change_is_logged_and_projected_together(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        record = add(book)
        entry = logged(book)[-1]
        change = decode_change(entry.data)
        assert (change.kind, change.record, change.user, change.role) == (
            "parties.edited",
            record,
            "Asha",
            "owner",
        )
        assert book.read(lambda read: party(read, record)) == LOTUS
        assert book.read(lambda read: party_by_code(read, "lotus")) == record


def test_an_edit_logs_only_the_fields_that_differ(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        record = add(book)
        add(book, Party(code="LOTUS", name="Lotus Foods LLP", registration=LOTUS.registration), record)
        change = decode_change(logged(book)[-1].data)
        assert len(bytes(change.body)) < 25, "one short field number and the new name, nothing more"
        add(book, Party(code="LOTUS", name="Lotus Foods LLP", registration=LOTUS.registration), record)
        assert len(logged(book)) == 3, "saving the same again is no change"


def test_a_refused_command_leaves_neither_row_nor_log(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        before = len(logged(book))

        def two(work: Work) -> None:
            save_party(work, LOTUS)
            save_party(work, Party(code="X", name=" "))

        with pytest.raises(RuleBroken) as refused:
            book.write("Two parties", two)
        assert refused.value.problems[0].field == "name"
        assert len(logged(book)) == before
        assert book.read(lambda read: parties_by_name(read)).rows == []


def test_an_error_of_ours_rolls_everything_back(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:

        def breaks(work: Work) -> None:
            save_party(work, LOTUS)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            book.write("Breaks", breaks)
        assert book.read(lambda read: party_by_code(read, "LOTUS")) is None
        assert book.verify().ok


def test_the_guard_refuses_a_write_beside_the_door(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:

        def sneak(read: Connection) -> None:
            read.execute(parties.delete())

        with pytest.raises(WriteOutsideTheDoor):
            book.read(sneak)


def test_keep_takes_only_tables_that_are_no_part_of_the_books(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        book.write("Typing", lambda work: work.keep(draft_journal, place="x", value=b"y", kept_at_us=1))
        with pytest.raises(AssertionError, match="written by changes alone"):
            book.write("Typing", lambda work: work.keep(parties, id=b"x"))


def test_a_read_in_a_work_sees_what_was_gathered(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:

        def look(work: Work) -> tuple[Id, Id | None]:
            record = save_party(work, LOTUS)
            return record, party_by_code(work.read, "LOTUS")

        record, found = book.write("Look", look)
        assert record == found


def test_touched_names_what_was_written(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        heard = []
        book.listeners.append(heard.append)
        record = add(book)
        assert heard[0].records == {"parties": frozenset({record})}
        assert heard[0].label == "Party"


def test_verify_names_a_changed_byte_in_a_past_change(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        add(book)
        add(book, Party(code="B", name="Banyan"))
        assert book.verify().ok

        def tamper(work: Work) -> None:
            data = bytearray(log.entry_at(work.read, 2).data)
            data[data.index(b"Lotus Foods")] ^= 1
            work.read.exec_driver_sql(HAND + "UPDATE changes SET data = ? WHERE entry = 2", (bytes(data),))

        book.write("Tamper", tamper)
        proof = book.verify()
        assert not proof.ok
        assert (proof.problems[0].code, proof.problems[0].field) == ("CHAIN", "2")


def test_verify_names_a_row_that_the_log_does_not_say(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        add(book)
        book.write(
            "Tamper", lambda work: work.read.exec_driver_sql(HAND + "UPDATE parties SET city = 'Nowhere'")
        )
        proof = book.verify()
        assert [problem.field for problem in proof.problems] == ["parties"]


def test_a_command_cannot_write_rows_past_its_changes(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        add(book)
        with pytest.raises(WriteOutsideTheDoor, match="past the one door"):
            book.write("Slip", lambda work: work.read.exec_driver_sql("UPDATE parties SET city = 'Nowhere'"))
        assert book.verify().ok


def test_verify_misses_nothing_at_the_end_of_the_chain(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        add(book)
        book.write(
            "Tamper", lambda work: work.read.exec_driver_sql(HAND + "DELETE FROM changes WHERE entry = 2")
        )
        assert "CHAIN_END" in {problem.code for problem in book.verify().problems}


def test_a_book_opens_where_it_was_closed(tmp_path: Path) -> None:
    from tests.core.books import PASSPHRASE

    with a_book(tmp_path) as book:
        record = add(book)
        digest = book.verify().digest
    with Book.open(tmp_path / "nandi.bahi", passphrase=PASSPHRASE) as again:
        assert again.read(lambda read: party(read, record)) == LOTUS
        assert again.verify().digest == digest


def test_two_codes_that_differ_in_case_are_one(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        add(book)
        with pytest.raises(RuleBroken) as refused:
            add(book, Party(code="Lotus", name="Another"))
        assert refused.value.problems[0].code == "DUPLICATE"


def test_dates_and_blobs_come_back_from_images(tmp_path: Path) -> None:
    ordered = dt.date(2026, 11, 2)
    with a_book(tmp_path) as book:
        buyer = add(book, Party(code="M", name="Lotus", terms_days=0))
        agreed = Contract(title="Plant", party=buyer, order_on=ordered)
        record = book.write("Contract", lambda work: save_contract(work, agreed))
        found = book.read(lambda read: record_of(read, Contract, record))
        assert found is not None
        assert (found.party, found.order_on) == (buyer, ordered)


def test_a_number_beyond_the_file_is_kept_at_its_limit(tmp_path: Path) -> None:
    def write(work: Work) -> None:
        work.keep(draft_journal, place="x", value=b"", kept_at_us=1 << 70)
        work.keep(draft_journal, place="y", value=b"", kept_at_us=-(1 << 70))

    with a_book(tmp_path) as book:
        book.write("Hostile", write)
        found = book.read(lambda read: read.execute(draft_journal.select().order_by("place")).all())
        assert [row.kept_at_us for row in found] == [(1 << 63) - 1, 1 - (1 << 63)]
