"""The search for bills finds what is there: against every choice, one by one."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.shortfall.choices import choices

VALUES = st.lists(st.integers(1, 60), min_size=1, max_size=9)


@settings(deadline=None)
@given(VALUES, st.integers(1, 200), st.integers(0, 20))
def test_among_few_every_choice_is_found(values: list[int], low: int, width: int) -> None:
    """No choice is missed and none is made up."""
    every = {
        each
        for size in range(1, len(values) + 1)
        for each in combinations(range(len(values)), size)
        if low <= sum(values[at] for at in each) <= low + width
    }
    assert set(choices(values, low, low + width, deep=False)) == every


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 500), min_size=13, max_size=20), st.integers(1, 3000))
def test_among_many_runs_and_small_choices_are_found(values: list[int], low: int) -> None:
    """Runs in order, all but two, and up to three; whatever is found is in the window."""
    high, count = low + 10, len(values)
    found = set(choices(values, low, high, deep=True))
    sums = {each: sum(values[at] for at in each) for each in found}
    assert all(low <= paise <= high for paise in sums.values())
    wanted = {tuple(range(first, last)) for first in range(count) for last in range(first + 1, count + 1)}
    wanted |= {each for size in (1, 2, 3) for each in combinations(range(count), size)}
    wanted |= {each for size in (count - 1, count - 2) for each in combinations(range(count), size)}
    assert {each for each in wanted if low <= sum(values[at] for at in each) <= high} <= found
