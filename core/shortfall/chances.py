"""How likely each cause of a short payment is, in tenths of a bit: what is half as likely costs ten more. Pure.

The figures are shares as a bookkeeper would guess them; what a payer did before moves them. What a guess costs is
weighed against the chance that the sum is none at all: a plain payment on account, the dearer to believe the less
round it is. So no explanation wins that mere coincidence would give as easily.
"""

import math
from collections.abc import Sequence
from functools import cache

ROUND_UNITS = (
    1_00_000_00,
    50_000_00,
    10_000_00,
    5_000_00,
    1_000_00,
    500_00,
    100_00,
    50_00,
    10_00,
    5_00,
    1_00,
    1,
)
"""How round a sum may be, in paise."""

LATE = 40
"""What it costs to believe that money paid a bill dated after it."""

_PART_SHARE = 0.01
_HABIT_WEIGHT = 2


def cost(share: float) -> int:
    """What believing something of this share of all cases costs."""
    return round(-10 * math.log2(share))


def bits(ways: int) -> int:
    """The cost of one out of so many that are equally likely."""
    return round(10 * math.log2(ways))


def habitual(times: int, receipts: int, share: float) -> int:
    """The cost of what was seen in so many of so many receipts, and is expected in a share of all."""
    return cost((times + _HABIT_WEIGHT * share) / (receipts + _HABIT_WEIGHT))


def unit_of(paise: int) -> int:
    """The roundest unit that a sum is a multiple of."""
    return next(unit for unit in ROUND_UNITS if paise % unit == 0)


def part_cost(paise: int) -> int:
    """What it costs to believe that a sum is a plain part payment: the less round, the more."""
    return cost(_PART_SHARE / max(1, paise // unit_of(paise)))


def choice_cost(choice: Sequence[int], count: int, mentioned: frozenset[int], late: frozenset[int]) -> int:
    """The cost of these bills among so many, both counted by due date; a bill dated after the money is unlikely."""
    after = LATE * sum(1 for at in choice if at in late)
    if mentioned:
        return after + _with_mentions(choice, count, mentioned)
    return after + _plain_choice(len(choice), count, choice[0], choice[-1])


def _with_mentions(choice: Sequence[int], count: int, mentioned: frozenset[int]) -> int:
    named = sum(1 for at in choice if at in mentioned)
    extra = len(choice) - named
    missing = len(mentioned) - named
    spare = _ways(count - len(mentioned), extra) + 40 if extra else 0
    return cost(0.9) + spare + 60 * missing


@cache
def _plain_choice(size: int, count: int, first: int, last: int) -> int:
    if size == count:
        return cost(0.5) if count > 1 else 0
    costs = [cost(0.08) + _ways(count, size) + bits(count)]
    if size == 1:
        costs.append(cost(0.35) + _single(first, count))
    if last == size - 1:
        costs.append(cost(0.25) + bits(count))
    elif last - first + 1 == size:
        costs.append(cost(0.12) + 2 * bits(count) - 10)
    return min(costs)


def _single(at: int, count: int) -> int:
    """The oldest is the likeliest; the youngest costs three bits more than it."""
    return bits(count) - 10 + 30 * at // count


@cache
def _ways(count: int, size: int) -> int:
    return bits(math.comb(count, size)) if 0 <= size <= count else 10_000
