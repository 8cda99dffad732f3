"""Asking the service: two threads ask as one device, the rounds and whoever listens."""

from pathlib import Path
from typing import Any

import pytest

from sync.client.session import Session
from sync.protocol import messages as m
from tests.sync.fleet import a_fleet

pytestmark = pytest.mark.slow


class Interrupted:
    """A signer between whose signature and its sending another thread renews the token."""

    def __init__(self, signer: Any) -> None:
        self._signer = signer
        self.session: Session | None = None

    def sign(self, data: bytes) -> bytes:
        signature: bytes = self._signer.sign(data)
        session, self.session = self.session, None
        if session is not None:
            session._come_in()
        return signature


def test_a_token_that_another_thread_renews_meanwhile_turns_nobody_away(tmp_path: Path) -> None:
    with a_fleet(tmp_path, 1) as (service, [only]):
        meta, signer = only.book.facts(), Interrupted(only.courier.signer)
        session = Session(only.wire, signer, meta["tenant"], meta["device"])  # type: ignore[arg-type]
        session._come_in()
        service.means.clock.move(seconds=1)  # type: ignore[attr-defined]  the next token is another
        signer.session = session
        assert session.ask("check_outs", m.AskCheckOuts(), m.CheckOuts).rows == ()
        assert signer.session is None
