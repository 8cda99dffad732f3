"""The line to the service: one courier while the key is the same, another once it was exchanged."""

from types import SimpleNamespace
from typing import Any

import pytest

from desktop.bridge.line import Line


class FakeCourier:
    """A courier that does nothing, and knows whether it was closed."""

    def __init__(self) -> None:
        self.rounds = 0
        self.is_closed = False
        self.session = SimpleNamespace(name=id(self))

    def round(self) -> Any:
        assert not self.is_closed
        self.rounds += 1
        return SimpleNamespace(waiting=0, inbox=0, sent=0, received=0, note="")

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def couriers(monkeypatch: pytest.MonkeyPatch) -> list[FakeCourier]:
    """Every courier that was made; nobody listens."""
    made: list[FakeCourier] = []

    def make(*_given: object, **_named: object) -> FakeCourier:
        made.append(FakeCourier())
        return made[-1]

    monkeypatch.setattr("sync.client.courier.courier_of", make)
    monkeypatch.setattr("sync.client.attachments.send_waiting", lambda *_given: None)
    monkeypatch.setattr(Line, "_listen", lambda *_given: None)
    return made


def test_with_another_key_the_next_round_comes_in_anew(couriers: list[FakeCourier]) -> None:
    line = Line(SimpleNamespace(facts=lambda: {"seq": 7}), "")  # type: ignore[arg-type]
    line.run()
    assert line.run().reached == 7
    assert [one.rounds for one in couriers] == [2]
    line.renew()
    assert not couriers[0].is_closed, "a round that is under way ends in peace"
    line.run()
    assert [(one.rounds, one.is_closed) for one in couriers] == [(2, True), (1, False)]
    assert line.session is couriers[1].session
    line.close()
    assert all(one.is_closed for one in couriers)
