"""Which bills make a sum: every choice among few bills, the likely ones among many. Pure, and bounded.

Up to `ALL_AMONG` bills every choice is tried, by halves (2 x 2^n/2 sums in place of 2^n). Among more: the oldest so
many, any run of bills in order of due dates, all but one or two, any one or two, and for the likeliest ways any
three. A free choice of more of them would fit almost any sum, so it would prove nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

ALL_AMONG = 12
ALL_AMONG_OLDEST = 14

Choice = tuple[int, ...]


def choices(values: Sequence[int], low: int, high: int, *, deep: bool) -> Iterator[Choice]:
    """The choices whose values add up to something from low to high, each as places in order; none is empty.

    Values are positive. `deep` looks further where there are many. A choice may come twice.
    """
    if len(values) <= ALL_AMONG:
        yield from _every(values, low, high)
        return
    yield from _runs(values, low, high)
    everything = tuple(range(len(values)))
    total = sum(values)
    yield from _few(values, low, high, three=deep)
    for left_out in _few(values, total - high, total - low, three=False):
        gone = set(left_out)
        yield tuple(at for at in everything if at not in gone)
    if deep:
        yield from _every(values[:ALL_AMONG_OLDEST], low, high)


def _every(values: Sequence[int], low: int, high: int) -> Iterator[Choice]:
    half = len(values) // 2
    left = _sums(values[:half], 0)
    right = sorted(_sums(values[half:], half))
    keys = [paise for paise, _mask in right]
    for paise, mask in left:
        if paise > high:
            continue
        start, end = bisect_left(keys, low - paise), bisect_right(keys, high - paise)
        for at in range(start, end):
            both = mask | right[at][1]
            if both:
                yield tuple(place for place in range(len(values)) if both >> place & 1)


def _sums(values: Sequence[int], first: int) -> list[tuple[int, int]]:
    sums = [(0, 0)]
    for place, value in enumerate(values, first):
        bit = 1 << place
        sums += [(paise + value, mask | bit) for paise, mask in sums]
    return sums


def _runs(values: Sequence[int], low: int, high: int) -> Iterator[Choice]:
    ends = [0, *accumulate(values)]
    for first in range(len(values)):
        start = bisect_left(ends, ends[first] + low, first + 1)
        end = bisect_right(ends, ends[first] + high, first + 1)
        for last in range(start, end):
            yield tuple(range(first, last))


def _few(values: Sequence[int], low: int, high: int, *, three: bool) -> Iterator[Choice]:
    order = sorted(range(len(values)), key=values.__getitem__)
    keys = [values[at] for at in order]
    yield from ((order[at],) for at in range(bisect_left(keys, low), bisect_right(keys, high)))
    for one, first in enumerate(keys):
        yield from _ending(order, keys, (one,), low - first, high - first)
        if not three or first * 3 > high:
            continue
        for two in range(one + 1, len(keys)):
            both = first + keys[two]
            if both + keys[two] > high:
                break
            yield from _ending(order, keys, (one, two), low - both, high - both)


def _ending(
    order: Sequence[int], keys: Sequence[int], begun: tuple[int, ...], low: int, high: int
) -> Iterator[Choice]:
    """The choices that one value more ends, from low to high, of those after what is begun."""
    at = bisect_left(keys, low, begun[-1] + 1)
    while at < len(keys) and keys[at] <= high:
        yield tuple(sorted((*(order[place] for place in begun), order[at])))
        at += 1
