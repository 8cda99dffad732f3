"""Shares a whole amount over lines to the paisa: running rounding, so the shares always add up.

Lines are known here by a key (what must not change as a sum) and a value; all sums are whole numbers.
"""

from collections.abc import Iterable, Sequence

from core.money import half_up

Key = tuple[str, str, int, int, bool]
"""Treatment, HSN, rate, cess rate, price includes tax."""


def spread(amount: int, keys: Sequence[Key], values: Sequence[int]) -> list[int]:
    """Shares an amount over lines by value; over lines without any value, evenly.

    It is shared over the keys first, in their own order, so that what each key receives in all does not
    depend on the order of the lines.
    """
    shares = [0] * len(values)
    if not amount:
        return shares
    total = sum(values)
    weights = [1] * len(values) if not total else [-value for value in values] if total < 0 else list(values)
    groups: dict[Key, list[int]] = {}
    for at, key in enumerate(keys):
        groups.setdefault(key, []).append(at)
    ordered = [groups[key] for key in sorted(groups)]
    of_groups = running_shares(amount, [sum(weights[at] for at in members) for members in ordered])
    for members, share in zip(ordered, of_groups, strict=True):
        of_lines = running_shares(share, [weights[at] for at in members])
        for at, line_share in zip(members, of_lines, strict=True):
            shares[at] = line_share
    return shares


def running_shares(amount: int, weights: Sequence[int]) -> Iterable[int]:
    """Shares an amount by weights: each takes the rounded part so far, less what went before."""
    total = sum(weights)
    if not total:
        return [amount, *[0] * (len(weights) - 1)] if weights else []
    if total < 0:
        weights, total = [-weight for weight in weights], -total
    shares = []
    reached = taken = 0
    for weight in weights:
        reached += weight
        part = half_up(amount * reached, total)
        shares.append(part - taken)
        taken = part
    return shares


def folded(keys: Sequence[Key], values: Sequence[int]) -> dict[int, int]:
    """Folds negative lines into the discount of the positive lines of their key.

    Gives, by place of a positive line, the discount it takes on; and 0 by place of each line that was folded.
    The largest line bears it, and the next largest what that one cannot. A key whose lines come to less than zero is
    left alone.
    """
    more: dict[int, int] = {}
    groups: dict[Key, list[int]] = {}
    for at, key in enumerate(keys):
        groups.setdefault(key, []).append(at)
    for members in groups.values():
        below = [at for at in members if values[at] < 0]
        above = [at for at in members if values[at] > 0]
        amount = -sum(values[at] for at in below)
        if not below or sum(values[at] for at in above) < amount:
            continue
        more.update((at, 0) for at in below)
        for at in sorted(above, key=lambda at: -values[at]):
            more[at] = min(values[at], amount)
            amount -= more[at]
    return more
