"""What is allowed to an address and to a device, and that guessing a code is hopeless."""

import pytest

from sync.protocol import refusals
from sync.protocol.limits import CODE_LASTS_S, CODE_LENGTH, CODE_LETTERS
from sync.server import limits
from sync.server.limits import OPEN, WRONG_CODES, Limiter, Limits, Pace, place_of
from sync.server.service import ROUTES

ENGINES = ("sqlite",)


class Now:
    """A clock of seconds that the test moves."""

    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s


def test_a_burst_passes_and_then_the_pace() -> None:
    now = Now()
    limiter = Limiter(Pace(each_minute=60, burst=5), now)
    assert [limiter.take("a") for _n in range(5)] == [0] * 5
    assert limiter.take("a") == pytest.approx(1)
    assert limiter.take("b") == 0, "each key for itself"
    now.s += 1
    assert limiter.take("a") == 0
    assert limiter.take("a") > 0
    now.s += 3600
    assert [limiter.take("a") for _n in range(5)] == [0] * 5


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KEYS_MAX", 10)
    limiter = Limiter(Pace(1, 1), Now())
    for key in range(1000):
        limiter.count(key)
    assert limiter.take(999) > 0, "the newest are kept"
    assert limiter.take(0) == 0, "the oldest are forgotten"


def test_an_address_that_guesses_waits_and_others_do_not() -> None:
    now = Now()
    kept = Limits(now)
    for _guess in range(WRONG_CODES.burst):
        assert kept.arriving(ROUTES["join"], "1.2.3.4") == 0
        kept.refused(refusals.BAD_CODE, "1.2.3.4")
    assert kept.arriving(ROUTES["join"], "1.2.3.4") > 0
    assert kept.arriving(ROUTES["found"], "1.2.3.4") > 0
    assert kept.arriving(ROUTES["join"], "1.2.3.5") == 0
    assert kept.arriving(ROUTES["push"], "1.2.3.4") == 0, "who has a token works on"
    for _hour in range(48):
        tried = 0
        until = now.s + 3600
        while now.s < until:
            wait_s = kept.arriving(ROUTES["join"], "1.2.3.4")
            if wait_s:
                now.s += wait_s
                continue
            tried += 1
            kept.refused(refusals.BAD_CODE, "1.2.3.4")
        assert tried <= 60 * WRONG_CODES.each_minute + 1


def test_the_arithmetic_of_guessing() -> None:
    tries = CODE_LASTS_S / 60 * WRONG_CODES.each_minute
    codes_that_wait = 1_000
    assert tries * codes_that_wait / len(CODE_LETTERS) ** CODE_LENGTH < 1 / 39_000_000


def test_many_honest_devices_of_one_address_come_in_together() -> None:
    kept = Limits(Now())
    assert all(kept.arriving(ROUTES["knock"], "1.2.3.4") == 0 for _n in range(OPEN.burst))
    assert kept.arriving(ROUTES["knock"], "1.2.3.4") > 0


def test_a_wrong_second_factor_counts_for_its_device() -> None:
    kept = Limits(Now())
    key = (b"t", b"d")
    for _guess in range(WRONG_CODES.burst):
        kept.refused(refusals.FACTOR, key)
    assert kept.asking(*key) > 0
    assert kept.asking(b"t", b"e") == 0


def test_a_device_sends_a_million_changes_without_waiting() -> None:
    now = Now()
    kept = Limits(now)
    for _push in range(500):
        assert kept.asking(b"t", b"d") == 0


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_address_is_counted_by_its_customer(host: str, place: str) -> None:
    assert place_of(host) == place
