"""A book that began at a snapshot proves every chain from its first link, once its older log has come whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.store import older
from core.store.engine import ANY_HAND, write_transaction
from core.store.epochs import begin_epoch
from core.store.mark import Why
from sync.client import bootstrap
from sync.server import snapshots
from tests.sync.day import begin, edit
from tests.sync.fleet import Device, a_fleet, a_joiner

pytestmark = pytest.mark.slow


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Device]:
    """A third device that came by a snapshot; beneath it the first one began an epoch on a link of its own."""
    with a_fleet(tmp_path) as (service, [one, two]):
        shared = begin(one.book)
        one.sync()
        one.book.write("Copy", lambda work: begin_epoch(work, Why.MOVED))
        for device in (two, one, two):
            device.sync()
            edit(device.book, shared.party, phone="+919800000000", notes=device.book.path.stem)
            device.sync()
        monkeypatch.setattr(snapshots, "SNAPSHOT_WORTH", 0)
        monkeypatch.setattr(bootstrap, "SNAPSHOT_WORTH", 0)
        third = a_joiner(tmp_path / "third.bahi", service, one.book)
        try:
            assert "snapshot_page" in third.wire.calls
            yield third
        finally:
            third.book.close()


def damage(book: Book, sql: str, *given: object) -> None:
    with write_transaction(book._engine) as connection:
        connection.info["door"] = ANY_HAND
        connection.exec_driver_sql(sql, given)


def test_until_it_has_come_the_base_is_where_proof_begins(loaded: Device) -> None:
    proof = loaded.book.verify()
    assert (proof.ok, proof.chained_from) == (True, proof.proved_from)
    assert proof.proved_from > 0
    damage(loaded.book, "UPDATE chains SET start = ? WHERE start <> ?", b"x" * 32, bytes(32))
    assert loaded.book.verify().ok, "taken on trust"


def test_with_all_of_it_each_chain_is_proved_from_its_first_link(loaded: Device) -> None:
    while loaded.book.facts()[older.NEXT] is not None:
        loaded.sync()
    proof = loaded.book.verify()
    assert (proof.problems, proof.chained_from) == ((), 0)
    assert proof.proved_from > 0, "rows are made from what the snapshot brought"
    (first,) = loaded.book.read(
        lambda read: read.exec_driver_sql("SELECT data FROM older_changes ORDER BY seq LIMIT 1").fetchone()
    )
    for sql, given in (
        ("UPDATE older_changes SET data = ? WHERE data = ?", (first.replace(b"Asha", b"Esha"), first)),
        ("UPDATE chains SET start = ? WHERE start <> ?", (b"x" * 32, bytes(32))),
    ):
        damage(loaded.book, sql, *given)
        assert [problem.code for problem in loaded.book.verify().problems] == ["CHAIN"]
        damage(loaded.book, "UPDATE older_changes SET data = ? WHERE seq = 1", first)


def test_an_older_log_that_leads_to_the_base_no_more_is_named(loaded: Device) -> None:
    while loaded.book.facts()[older.NEXT] is not None:
        loaded.sync()
    damage(loaded.book, "UPDATE older_changes SET link = ? WHERE seq = 1", b"x" * 32)
    proof = loaded.book.verify()
    assert [problem.code for problem in proof.problems] == ["OLDER"]
