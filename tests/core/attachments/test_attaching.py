"""Attachments in the book: added once, taken off by a claim, alike on two devices."""

import datetime as dt
import zipfile
from pathlib import Path

import pytest

from core.attachments.commands import attach, detach
from core.attachments.queries import attachment, attachments_of
from core.attachments.vault import Vault
from core.book import Book
from core.changes.answer import PLAIN
from core.changes.change import Outcome
from core.errors import Damaged, NotABook, RuleBroken
from core.ids import Id
from core.parties.commands import save_party
from core.parties.model import Party
from core.store.backup import restore
from tests.core.books import TODAY, a_book
from tests.core.order import Order, digests

RING = {1: [bytes(32)]}
PHOTO = b"\xff\xd8\xff" + b"signed challan"
pytestmark = pytest.mark.slow


def a_party(book: Book) -> Id:
    return book.write("Party", lambda work: save_party(work, Party(name="Lotus")))


def put_in(book: Book, about: Id, data: bytes = PHOTO) -> Id:
    sealed = Vault(book.path).seal(data, RING)
    return book.write(
        "Attach", lambda work: attach(work, about, sealed, name="challan 4.jpg", today=TODAY, note="signed")
    )


def take_off(book: Book, record: Id) -> Id:
    return book.write("Off", lambda work: detach(work, record, reason="wrong paper", today=TODAY))


def test_a_proof_is_attached_once_and_taken_off(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        party = a_party(book)
        record = put_in(book, party)
        assert put_in(book, party) == record
        [row] = book.read(lambda read: attachments_of(read, party))
        assert (row.name, row.media, row.size_bytes, row.note) == (
            "challan 4.jpg", "image/jpeg", len(PHOTO), "signed",
        )  # fmt: skip
        assert row.added_on == TODAY == dt.date(2026, 11, 20)
        other = put_in(book, party, PHOTO + b"2")
        take_off(book, record)
        assert [row.id for row in book.read(lambda read: attachments_of(read, party))] == [other]
        assert book.read(lambda read: attachment(read, record)) is None
        with pytest.raises(RuleBroken) as refused:
            take_off(book, record)
        assert [each.code for each in refused.value.problems] == ["NOT_STANDING"]
        assert book.verify().ok


def test_nothing_is_attached_to_what_is_not_there(tmp_path: Path) -> None:
    with a_book(tmp_path) as book, pytest.raises(RuleBroken) as refused:
        put_in(book, bytes(16))
    assert [each.code for each in refused.value.problems] == ["NOT_STANDING"]


def test_two_devices_that_take_it_off_apart_agree(tmp_path: Path) -> None:
    with a_book(tmp_path) as here, a_book(tmp_path, name="b.bahi", company=None, code="B") as there:
        order = Order(here, there)
        party = a_party(here)
        record = put_in(here, party)
        order.round(here)
        for book in (here, there):
            take_off(book, record)
        order.round(here)
        order.round(there, {"attachments.removed": (Outcome.REFUSED, PLAIN)})
        assert all(book.read(lambda read: attachments_of(read, party)) == [] for book in (here, there))
        assert len(digests([here, there])) == 1


def test_a_backup_brings_the_files_along(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        about = a_party(book)
        put_in(book, about)
        book.backup(tmp_path / "b.bahibackup")
        [row] = book.read(lambda read: attachments_of(read, about))
    (tmp_path / "new").mkdir()
    restore(tmp_path / "b.bahibackup", tmp_path / "new" / "b.bahi")
    vault = Vault(tmp_path / "new" / "b.bahi")
    assert vault.open(row.address, row.key_version, RING) == PHOTO
    assert vault.unsent() == [row.address], "whether the service has it is asked again"


@pytest.mark.parametrize("name", ["files/aa/" + "b" * 64, "files/../x", "files/bb/" + "b" * 63])
def test_a_backup_with_files_of_other_names_is_none(tmp_path: Path, name: str) -> None:
    packed = tmp_path / "b.bahibackup"
    with a_book(tmp_path) as book:
        book.backup(packed)
    with zipfile.ZipFile(packed, "a") as container:
        container.writestr(name, b"x")
    with pytest.raises(NotABook):
        restore(packed, tmp_path / "c.bahi")
    assert not list(tmp_path.glob("c.*"))


def test_a_backup_whose_file_was_altered_restores_nothing(tmp_path: Path) -> None:
    packed = tmp_path / "b.bahibackup"
    with a_book(tmp_path) as book:
        put_in(book, a_party(book))
        book.backup(packed)
    [sealed] = [path for path in (tmp_path / "nandi.bahi.files").glob("??/*") if path.is_file()]
    packed.write_bytes(packed.read_bytes().replace(sealed.read_bytes(), bytes(sealed.stat().st_size)))
    with pytest.raises(Damaged):
        restore(packed, tmp_path / "c.bahi")
    assert not list(tmp_path.glob("c.*"))
