"""A database that fails while a change is judged is no judgement of the change: it is asked for again, and taken."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.changes.change import CHAIN_START, Outcome
from core.errors import Offline
from core.parties.model import Party
from sync.server.standing import ServerStanding
from tests.sync.server.raw import RawDevice, a_tenant, patch

RECORD = b"r" * 16


@pytest.fixture
def first(tmp_path: Path) -> Iterator[RawDevice]:
    device = a_tenant(tmp_path)
    yield device
    device.service.means.database.dispose()


@pytest.mark.allow_logs
def test_trouble_in_the_midst_of_a_judgement_sets_nothing_aside(
    first: RawDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_given: object) -> None:
        raise sa.exc.OperationalError("", None, Exception("the server closed the connection"))

    with monkeypatch.context() as patched:
        patched.setattr(ServerStanding, "cells", lost)
        with pytest.raises(Offline):
            first.write("parties.edited", RECORD, patch(Party(name="Lotus")))
    assert first.log() == []
    first.number, first.link = 0, CHAIN_START
    assert first.write("parties.edited", RECORD, patch(Party(name="Lotus"))).outcome is Outcome.APPLIED
