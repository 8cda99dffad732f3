"""How long an explanation takes among many bills; run alone on a quiet machine."""

import datetime as dt
import random
import statistics
import time

import pytest

from core.shortfall.model import Credit
from core.shortfall.rules import explain
from tests.core.shortfall.test_rules import CONTRACTOR, FACTS, LAKH, a_bill

pytestmark = pytest.mark.speed
LATER = dt.date(2027, 9, 1)


@pytest.mark.parametrize(("count", "limit_ms"), [(6, 10), (60, 50), (500, 150)])
def test_many_open_bills(count: int, limit_ms: int) -> None:
    """A party with 60 open bills and two open credits: 50 ms in the middle of 21 payments."""
    chance = random.Random(17)
    took: list[float] = []
    for at in range(21):
        bills = [a_bill(nth, chance.randrange(20_000_00, 4 * LAKH)) for nth in range(1, count + 1)]
        open_credits = tuple(
            Credit(bytes([nth]) * 16, f"CN/{nth}", chance.randrange(1_000_00, LAKH)) for nth in (1, 2)
        )
        paid = bills[: chance.randrange(1, min(count, 9) + 1)]
        amount = (
            sum(bill.open_paise - bill.tds_base_paise // 5000 * 100 for bill in paid)
            if at % 2
            else 5 * LAKH + at
        )
        begun = time.process_time()
        explain(amount, bills, CONTRACTOR._replace(credits=open_credits), LATER, FACTS)
        took.append(1000 * (time.process_time() - begun))
    assert statistics.median(took) < limit_ms
