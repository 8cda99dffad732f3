"""The key of the business: made once, handed on by an owner, fetched by each device, back with the recovery code."""

import shutil
from pathlib import Path

import pytest

from core.book import Book, restore_book
from core.changes.change import Role
from core.errors import Offline
from core.store import keys
from sync.client import tenant_key as module
from sync.client.people import tenant_key, tenant_keys
from sync.client.transport import Reply
from tests.core.books import PASSPHRASE
from tests.sync.fleet import Device, a_fleet, a_joiner, want_another

pytestmark = pytest.mark.slow


def lose_the_answer(device: Device, path: str) -> None:
    """The next answer to this path does not come back."""
    plain = device.wire.post

    def deaf(asked: str, body: bytes) -> Reply:
        reply = plain(asked, body)
        if asked == path:
            device.wire.post = plain  # type: ignore[method-assign]
            raise Offline("the answer was lost")
        return reply

    device.wire.post = deaf  # type: ignore[method-assign]


def test_every_device_has_one_key_and_the_service_none(tmp_path: Path) -> None:
    with a_fleet(tmp_path, 3, role=Role.BOOKKEEPER) as (service, fleet):
        held = {tenant_key(device.book) for device in fleet}
        assert len(held) == 1
        [key] = held
        assert key is not None
        assert len(key) == 32
        service.means.database.dispose()
        assert key not in (tmp_path / "service.db").read_bytes()
        assert key not in fleet[0].book.path.read_bytes()


def test_nothing_is_asked_once_all_have_it(tmp_path: Path) -> None:
    with a_fleet(tmp_path, 2) as (_service, fleet):
        for device in (*fleet, *fleet):
            device.sync()
        fleet[0].wire.calls.clear()
        fleet[0].sync()
        assert fleet[0].wire.calls == ["pull"]


def test_a_bookkeeper_never_hands_it_on(tmp_path: Path) -> None:
    with a_fleet(tmp_path, 2, role=Role.BOOKKEEPER) as (service, fleet):
        third = a_joiner(tmp_path / "third.bahi", service, fleet[0].book, role=Role.BOOKKEEPER)
        fleet[1].sync()
        third.sync()
        assert tenant_key(third.book) is None
        fleet[0].sync()
        third.sync()
        assert tenant_key(third.book) == tenant_key(fleet[0].book)
        third.book.close()


@pytest.mark.parametrize("path", ["seal", "key"])
def test_a_lost_answer_makes_no_second_key(tmp_path: Path, path: str) -> None:
    with a_fleet(tmp_path, 2) as (service, fleet):
        want_another(service, 2)
        lose_the_answer(fleet[0] if path == "seal" else fleet[1], path)
        for device in (*fleet, *fleet):
            try:
                device.sync()
            except Offline:
                device.sync()
        assert set(tenant_keys(fleet[0].book)) == {1, 2}
        assert tenant_keys(fleet[0].book) == tenant_keys(fleet[1].book)


def test_of_two_owners_that_renew_it_one_does(tmp_path: Path) -> None:
    with a_fleet(tmp_path, 2) as (service, fleet):
        want_another(service, 2)
        one, two = fleet
        plain = one.wire.post

        def while_the_other_renews(path: str, body: bytes) -> Reply:
            if path == "seal":
                one.wire.post = plain  # type: ignore[method-assign]
                two.sync()
            return plain(path, body)

        one.wire.post = while_the_other_renews  # type: ignore[method-assign]
        one.sync()
        one.sync()
        assert set(tenant_keys(one.book)) == {1, 2}
        assert tenant_keys(one.book) == tenant_keys(two.book)


def test_a_late_device_reads_what_older_keys_sealed(tmp_path: Path) -> None:
    with a_fleet(tmp_path, 1) as (service, fleet):
        for version in (2, 3):
            want_another(service, version)
            fleet[0].sync()
        late = a_joiner(tmp_path / "late.bahi", service, fleet[0].book)
        fleet[0].sync()
        late.sync()
        assert dict(tenant_keys(late.book)) == dict(tenant_keys(fleet[0].book))
        assert tenant_key(late.book) == tenant_keys(late.book)[3][0]
        late.book.close()


def test_a_founder_who_lost_every_device_gets_it_back_with_the_recovery_code(tmp_path: Path) -> None:
    with a_fleet(tmp_path, 1) as (_service, fleet):
        book, kept = fleet[0].book, tmp_path / "kept.bahibackup"
        code, key = keys.change_recovery_code(book.path, book.key), tenant_key(book)
        book.backup(kept)
    for file in tmp_path.glob("nandi.bahi*"):
        file.unlink()
    shutil.rmtree(tmp_path / "nandi", ignore_errors=True)
    restore_book(kept, tmp_path / "back.bahi")
    with Book.open(tmp_path / "back.bahi", recovery_code=code, read_only=True) as back:
        assert tenant_key(back) == key


def test_with_the_books_keys_it_is_gone_too(tmp_path: Path) -> None:
    with a_fleet(tmp_path, 1) as (_service, fleet):
        book = fleet[0].book
        keys.destroy_keys(book.path)
        assert tenant_key(book) is None
        assert keys.load_secret(book.path, "sealing", PASSPHRASE) is None


@pytest.mark.allow_logs
def test_a_key_in_a_form_that_nobody_can_read_stops_no_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = module.seal_to
    with a_fleet(tmp_path, 1) as (service, [office]):
        late = a_joiner(tmp_path / "late.bahi", service, office.book)
        with monkeypatch.context() as patch:
            patch.setattr(module, "seal_to", lambda key, _told, *rest: plain(key, b"\xc1 no ring", *rest))
            office.sync()
        for _round in range(2):
            assert late.sync().waiting == 0
        assert tenant_key(late.book) is None
        late.book.close()
