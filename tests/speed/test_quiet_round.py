"""A round with nothing to do: one trip, and less than ten milliseconds of work (`make bench` times it on the wall)."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sync.fleet import a_fleet

TIMES = 60
ROUND_MS = 10


@pytest.mark.speed
def test_a_quiet_round_is_one_trip_and_less_than_ten_milliseconds_of_device_and_service(
    tmp_path: Path,
) -> None:
    """Both in one process, without the network: in processor time, the least of many."""
    with a_fleet(tmp_path) as (_service, fleet):
        device = fleet[1]
        device.sync()
        device.wire.calls.clear()
        device.sync()
        assert device.wire.calls == ["pull"]
        asked = device.courier.session
        least_ms = _least_ms(device.sync)
        bare_ms = _least_ms(lambda: asked.transport.post("nothing", b""))
    print(f"a quiet round: {least_ms:.1f} ms of device and service; {bare_ms:.2f} ms a bare answer")
    assert least_ms < ROUND_MS


def _least_ms(what: Callable[[], object]) -> float:
    taken = []
    for _time in range(TIMES):
        began_s = time.process_time()
        what()
        taken.append(time.process_time() - began_s)
    return min(taken) * 1000
