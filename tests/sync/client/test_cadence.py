"""When the next round is due."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.client.cadence import BACKOFF_MAX_S, QUIET_S, SOON_S, Cadence


def half() -> float:
    return 0.5


def test_a_quiet_book_syncs_now_and_then_and_a_written_one_soon() -> None:
    cadence = Cadence().succeeded(100.0, half)
    assert cadence.due_at_s == 100.0 + QUIET_S
    assert cadence.wrote(110.0).due_at_s == 110.0 + SOON_S
    assert cadence.wrote(110.0).wrote(111.0).due_at_s == 110.0 + SOON_S


def test_offline_it_waits_ever_longer_and_writing_does_not_hurry_it() -> None:
    cadence, waits = Cadence(), []
    for _n in range(9):
        cadence = cadence.failed(0.0, half)
        waits.append(cadence.due_at_s)
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert cadence.wrote(1.0) == cadence


def test_what_wakes_it_makes_it_due_at_once() -> None:
    cadence = Cadence().failed(0.0, half).failed(0.0, half).woke(3.0)
    assert cadence.is_due(3.0)
    assert cadence.failed(3.0, half).due_at_s == 8.0


@given(st.integers(0, 200), st.floats(0, 1))
def test_jitter_stays_within_a_quarter(failures: int, dice: float) -> None:
    due_s = Cadence(0.0, failures).failed(0.0, lambda: dice).due_at_s
    assert 0 < due_s <= BACKOFF_MAX_S * 1.25


@pytest.mark.parametrize(("now_s", "due"), [(9.9, False), (10.0, True)])
def test_due_means_due(now_s: float, due: bool) -> None:
    assert Cadence(10.0).is_due(now_s) is due
