"""When the database fails: the request is refused as trouble, nothing of it stays, and the next one goes on."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.changes.change import Outcome
from core.errors import Offline
from sync.protocol import messages as m
from sync.protocol.packing import unpack
from sync.server import log, tables
from tests.sync.server.raw import RawDevice, a_tenant

pytestmark = pytest.mark.allow_logs
RECORD = b"r" * 16
SECRET = "Kumbha" + "karna"
LOTUS = {1: "L", 2: "Lotus Foods"}


@pytest.fixture
def first(tmp_path: Path) -> Iterator[RawDevice]:
    device = a_tenant(tmp_path)
    yield device
    device.service.means.database.dispose()


def test_what_fails_within_a_push_leaves_nothing_of_it(
    first: RawDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_head = log.keep_head

    def fails(*_given: object) -> None:
        raise sa.exc.OperationalError("", None, Exception("lost"))

    monkeypatch.setattr(log, "keep_head", fails)
    with pytest.raises(Offline):
        first.write("parties.edited", RECORD, LOTUS)
    assert first.log() == []
    monkeypatch.setattr(log, "keep_head", keep_head)
    first.number, first.link = 0, bytes(32)
    assert first.write("parties.edited", RECORD, LOTUS).outcome is Outcome.APPLIED


def test_a_mistake_of_our_own_is_told_without_its_inside(
    first: RawDevice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def mistaken(connection: sa.Connection, *_given: object) -> None:
        connection.execute(sa.text(f"SELECT {SECRET} FROM no_such_table"))

    def stumbles(*_given: object) -> None:
        raise KeyError(SECRET)

    for wrong in (mistaken, stumbles):
        monkeypatch.setattr(log, "head", wrong)
        with caplog.at_level(logging.INFO):
            replies = [_asked(first) for _again in range(2)]
        assert {status for status, _refusal in replies} <= {500, 503}
        assert not any(SECRET in told.message or "table" in told.message for _s, told in replies)
        assert SECRET not in caplog.text


def _asked(device: RawDevice) -> tuple[int, m.Refusal]:
    """The service's answer to a pull, as it comes."""
    seen: list[bytes] = []
    post = device.wire.post

    def listening(path: str, body: bytes) -> object:
        seen.append(body)
        return post(path, body)

    device.wire.post = listening  # type: ignore[assignment]
    with pytest.raises(Offline):
        device.session.ask("pull", m.Pull(era=1, seq=0, run=b"", people=0), m.Pulled)
    device.wire.post = post  # type: ignore[method-assign]
    reply = device.service.handle("pull", seen[-1])
    return reply.status, unpack(m.Refusal, reply.body)


def test_what_no_table_can_keep_is_refused_as_unreadable(
    first: RawDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def huge(connection: sa.Connection, tenant: bytes) -> None:
        connection.execute(sa.update(tables.heads).where(tables.heads.c.tenant == tenant).values(seq=1 << 70))

    first.write("parties.edited", RECORD, LOTUS)
    monkeypatch.setattr(log, "head", huge)
    pull = m.Pull(era=1, seq=0, run=b"", people=0)
    with pytest.raises(Exception, match="cannot be kept") as caught:
        first.session.ask("pull", pull, m.Pulled)
    assert getattr(caught.value, "code", "") == "UNREADABLE"
