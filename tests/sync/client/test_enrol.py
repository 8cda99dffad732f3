"""Sharing, inviting and joining: each can be cut off and done again, and nothing is left half done."""

from pathlib import Path

import pytest

from core.changes.change import Role
from core.clock import FixedClock
from core.company.queries import company
from core.errors import AlreadyThere, KeyMissing, Offline, TurnedAway
from core.numbering.rules import series_of
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import parties_by_name
from core.store import keys
from core.store.engine import ANY_HAND, write_transaction
from core.store.epochs import Why, begin_epoch
from sync.client import enrol
from sync.client.enrol import invite, join, share
from sync.client.signer import SECRET_NAME
from sync.client.transport import Reply
from sync.server.service import Service
from tests.core.books import CHEAP, COMPANY, PASSPHRASE, a_book
from tests.sync.fleet import TODAY, Wire, a_joiner, a_service


@pytest.fixture
def service(tmp_path: Path) -> Service:
    made = a_service(tmp_path, FixedClock.on(TODAY))
    yield made
    made.means.database.dispose()


class Deaf(Wire):
    """A wire on which the answer to one path is lost, once."""

    deaf_to = ""

    def post(self, path: str, body: bytes) -> Reply:
        reply = super().post(path, body)
        if path == self.deaf_to:
            self.deaf_to = ""
            raise Offline("the answer was lost")
        return reply


@pytest.mark.parametrize("path", ["found", "push", "pull", "prove"])
def test_sharing_can_be_cut_off_anywhere_and_done_again(tmp_path: Path, service: Service, path: str) -> None:
    wire, code = Deaf(service), service.founding_code()
    wire.deaf_to = path
    with a_book(tmp_path) as book:
        with pytest.raises(Offline):
            share(book, wire.url, code, passphrase=PASSPHRASE, transport=wire, cost=CHEAP)
        done = share(book, wire.url, code, passphrase=PASSPHRASE, transport=wire, cost=CHEAP)
        assert done.waiting == 0
        facts = book.facts()
        assert (facts["shared"], facts["server"], facts["seq"]) == (True, wire.url, 1)
        assert book.verify().ok


def test_a_wrong_founding_code_leaves_the_book_as_it_was(tmp_path: Path, service: Service) -> None:
    with a_book(tmp_path) as book:
        with pytest.raises(TurnedAway):
            share(book, "x", "AAAAA-AAAAA", passphrase=PASSPHRASE, transport=Wire(service), cost=CHEAP)
        assert not book.facts()["shared"]
        assert share(
            book, "x", service.founding_code(), passphrase=PASSPHRASE, transport=Wire(service), cost=CHEAP
        )


def test_the_devices_key_is_never_in_the_book(tmp_path: Path, service: Service) -> None:
    with a_book(tmp_path) as book:
        share(book, "x", service.founding_code(), passphrase=PASSPHRASE, transport=Wire(service), cost=CHEAP)
        secret = keys.load_secret(book.path, SECRET_NAME, PASSPHRASE)
        assert secret is not None
        found = book.read(lambda read: [row[0] for row in read.exec_driver_sql("SELECT value FROM meta")])
        assert not any(secret in value for value in found)
        assert secret not in book.path.read_bytes()


def test_without_a_place_for_its_key_nothing_is_founded(tmp_path: Path, service: Service) -> None:
    wire = Wire(service)
    with a_book(tmp_path) as book, pytest.raises(KeyMissing):
        share(book, "x", service.founding_code(), transport=wire)
    assert wire.calls == []


def test_a_joiner_has_the_whole_book_under_its_own_code(tmp_path: Path, service: Service) -> None:
    with a_book(tmp_path) as book:
        share(book, "x", service.founding_code(), passphrase=PASSPHRASE, transport=Wire(service), cost=CHEAP)
        second = a_joiner(tmp_path / "two.bahi", service, book, role=Role.BOOKKEEPER)
        facts = second.book.facts()
        assert (facts["book"], facts["code"], facts["role"]) == (book.facts()["book"], "B", "bookkeeper")
        assert second.book.read(company) == COMPANY
        owned = second.book.read(
            lambda read: {
                row[0]
                for row in read.exec_driver_sql(
                    "SELECT series FROM series WHERE device = ?", (facts["device"],)
                )
            }
        )
        assert owned == set(series_of("B"))
        assert second.book.verify().ok
        second.book.close()


def test_joining_over_a_file_is_refused_before_the_code_is_used(tmp_path: Path, service: Service) -> None:
    wire = Wire(service)
    with a_book(tmp_path) as book, pytest.raises(AlreadyThere):
        join(book.path, "x", "code", user="Ravi", passphrase=PASSPHRASE, transport=wire)
    assert wire.calls == []


def test_a_code_still_serves_when_the_answer_to_joining_was_lost(tmp_path: Path, service: Service) -> None:
    with a_book(tmp_path) as book:
        share(book, "x", service.founding_code(), passphrase=PASSPHRASE, transport=Wire(service), cost=CHEAP)
        code = invite(book, passphrase=PASSPHRASE, transport=Wire(service))
        wire = Deaf(service)
        wire.deaf_to = "join"
        path = tmp_path / "two.bahi"
        with pytest.raises(Offline):
            join(path, "x", code, user="Ravi", passphrase=PASSPHRASE, transport=wire, cost=CHEAP)
        assert not path.exists()
        made = join(path, "x", code, user="Ravi", passphrase=PASSPHRASE, transport=wire, cost=CHEAP)
        assert made.book.facts()["code"] == "B"
        made.book.close()


def test_a_first_fetch_that_was_cut_off_goes_on_at_the_next_sync(tmp_path: Path, service: Service) -> None:
    with a_book(tmp_path) as book:
        share(book, "x", service.founding_code(), passphrase=PASSPHRASE, transport=Wire(service), cost=CHEAP)
        code = invite(book, passphrase=PASSPHRASE, transport=Wire(service))
        wire = Deaf(service)
        wire.deaf_to = "pull"
        made = join(
            tmp_path / "two.bahi", "x", code, user="Ravi", passphrase=PASSPHRASE, transport=wire, cost=CHEAP
        )
        assert made.first_round is None
        courier = enrol.courier_of(made.book, passphrase=PASSPHRASE, transport=wire)
        assert courier.round().received == 1
        made.book.close()


def test_what_was_written_before_sharing_can_be_taken_back_all_the_same(
    tmp_path: Path, service: Service
) -> None:
    """Changes of before keep no undo: when something comes beneath them, every row is made anew from the log."""
    with a_book(tmp_path) as book:
        wire = Wire(service)
        share(book, "x", service.founding_code(), passphrase=PASSPHRASE, transport=wire, cost=CHEAP)
        joined = a_joiner(tmp_path / "two.bahi", service, book)
        joined.book.write("Party", lambda work: save_party(work, Party(name="Mehta", code="M")))
        joined.sync()
        lotus = book.write("Party", lambda work: save_party(work, Party(name="Lotus")))
        book.write("Party", lambda work: save_party(work, Party(name="Lotus Foods"), lotus))
        with write_transaction(book._engine) as connection:
            connection.info["door"] = ANY_HAND
            connection.exec_driver_sql("UPDATE changes SET undo = NULL")
        assert share(book, "x", "", passphrase=PASSPHRASE, transport=wire, cost=CHEAP).received == 1
        joined.sync()
        assert book.facts()["digest"] == joined.digest
        assert book.read(lambda read: [row.name for row in parties_by_name(read).rows]) == [
            "Lotus Foods",
            "Mehta",
        ]
        assert book.verify().ok
        joined.book.close()


def test_a_book_that_was_copied_before_it_was_shared_brings_the_series_of_every_copy(
    tmp_path: Path, service: Service
) -> None:
    with a_book(tmp_path) as book:
        for _copy in range(3):
            book.write("Copy", lambda work: begin_epoch(work, Why.MOVED))
        wire = Wire(service)
        share(book, wire.url, service.founding_code(), passphrase=PASSPHRASE, transport=wire, cost=CHEAP)
        owned = book.read(lambda read: read.exec_driver_sql("SELECT count(*) FROM series").scalar_one())
        assert owned == 4 * len(series_of("A"))
        assert owned > 16
