"""The clocks: 30 days by turnover, 24 hours from the acknowledgement, 180 days to move."""

import datetime as dt

import pytest

from core.clock import INDIA, instant_us
from core.einvoice.clocks import clocks
from core.einvoice.model import Registered
from tests.core.portal_papers import FACTS, FAR, WALK_IN, line, paper

CRORE = 10_000_000 * 100
PAPER = paper(line(price=100, gst=18), party=FAR, on=dt.date(2026, 5, 4))
REGISTERED = Registered(b"p" * 16, "0" * 64, "232210036743849", dt.datetime(2026, 5, 4, 19, 29))


def at(text: str) -> int:
    return instant_us(dt.datetime.fromisoformat(text).replace(tzinfo=INDIA))


@pytest.mark.parametrize(
    ("now", "passed", "soon"),
    [
        ("2026-05-05 10:00", False, False),
        ("2026-05-30 10:00", False, True),
        ("2026-06-03 23:59", False, True),
        ("2026-06-04 00:01", True, False),
    ],
)
def test_a_paper_may_be_reported_for_thirty_days(now: str, passed: bool, soon: bool) -> None:
    (clock,) = clocks(PAPER, None, 10 * CRORE, FACTS, at(now))
    assert (clock.name, clock.until.date()) == ("report", dt.date(2026, 6, 3))
    assert (clock.has_passed, clock.is_soon) == (passed, soon)
    assert "03-06-2026" in clock.text


def test_the_thirty_days_are_of_ten_crore_and_before_april_2025_of_a_hundred() -> None:
    assert clocks(PAPER, None, 10 * CRORE - 1, FACTS, at("2026-05-05 10:00")) == []
    early = paper(line(price=100, gst=18), party=FAR, on=dt.date(2025, 3, 1))
    assert clocks(early, None, 10 * CRORE, FACTS, at("2025-03-31 10:00")) == []
    assert len(clocks(early, None, 100 * CRORE, FACTS, at("2025-03-31 10:00"))) == 1
    assert len(clocks(early, None, 10 * CRORE, FACTS, at("2025-04-01 10:00"))) == 1


def test_a_consumers_paper_has_no_clock() -> None:
    shop = paper(line(price=100, gst=18), party=WALK_IN, on=dt.date(2026, 5, 4))
    assert clocks(shop, None, 100 * CRORE, FACTS, at("2026-05-05 10:00")) == []


@pytest.mark.parametrize(("now", "passed"), [("2026-05-05 19:29", False), ("2026-05-05 19:30", True)])
def test_an_irn_may_be_cancelled_for_a_day(now: str, passed: bool) -> None:
    (clock,) = clocks(PAPER, REGISTERED, 10 * CRORE, FACTS, at(now))
    assert (clock.name, clock.has_passed, clock.is_soon) == ("cancel", passed, not passed)
    assert clock.until == dt.datetime(2026, 5, 5, 19, 29, tzinfo=INDIA)


def test_goods_may_move_on_a_paper_for_half_a_year() -> None:
    told = clocks(PAPER, REGISTERED, 10 * CRORE, FACTS, at("2026-10-31 23:00"), moves=True)
    assert [clock.name for clock in told] == ["cancel", "move"]
    assert told[1].until.date() == dt.date(2026, 10, 31)
    assert not told[1].has_passed
    assert clocks(PAPER, REGISTERED, 0, FACTS, at("2026-11-01 00:01"), moves=True)[1].has_passed
