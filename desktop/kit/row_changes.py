"""Small sums over row numbers: which runs were removed or inserted, and whether an order was kept."""

from collections.abc import Sequence


def runs_of(places: Sequence[int]) -> list[tuple[int, int]]:
    """Rising places as runs of neighbours, both ends included: 1 2 3 7 → (1, 3), (7, 7)."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and place == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def order_kept(before: Sequence[bytes], after: Sequence[bytes]) -> bool:
    """Whether the same ids stand in the same order."""
    return list(before) == list(after)
