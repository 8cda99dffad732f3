"""Looks for the bills and the ways that make a sum to the paisa. Pure; amounts are paise.

Ways are tried from the likeliest; a way and a choice that together are less likely than a plain part payment by
far are not looked at. What comes near is then reckoned exactly, with every usual rounding. Both are bounded, the
likeliest first: so many searches (fewer among many bills), so many bills reckoned.
"""

from collections.abc import Iterator
from itertools import combinations

from core.shortfall.chances import bits, choice_cost, cost, part_cost
from core.shortfall.choices import Choice, choices
from core.shortfall.found import Case, Found, opened
from core.shortfall.keeping import Tds, Way, kept_back, nets, styles_of, tds_choices
from core.shortfall.leftover import MOST_CHARGE_PAISE, ROUNDINGS, charges_on, leftovers
from core.shortfall.model import Credit

MOST_SEARCHED = 7_200
"""So many bills are searched, counting each once a search; a search is one way with one choice of credits."""

MOST_RECKONED = 4_000
"""So many bills are reckoned exactly, counting each once a choice that comes near."""

MOST_LEFT_PAISE = 100_00
"""A remainder up to this may be offered for writing off, by name."""

_SLACK = 30
_LEAST_CEILING = 120
_WORTH_SHOWING = 90
_FEWEST_SEARCHES = 24
_DEEP_SEARCHES = 6
_DEEP_AMONG = 80
_STAYS_OPEN = 75
_GIVEN_UP = 110
_MOST_CREDITS = 6
_MIXED_SHARE = 0.08
_MOST_MIXED = 8
_MOST_RATES = 5

Combo = tuple[int, tuple[Credit, ...]]
Near = tuple[int, Choice, Way, tuple[Credit, ...]]


def exact(case: Case) -> list[Found]:
    """The explanations that settle bills in full, and those that leave a small remainder open or written off."""
    near = {(choice, way, combo): price for price, choice, way, combo in _near(case)}
    pool = sorted((price, at) for at, price in enumerate(near.values()))
    keys = list(near)
    found: list[Found] = []
    best, reckoned = ceiling(case) * 2, 0
    for price, at in pool:
        if price > best + _WORTH_SHOWING or reckoned > MOST_RECKONED:
            break
        choice, way, combo = keys[at]
        reckoned += len(choice)
        for each in _reckoned(case, price, choice, way, combo):
            best = min(best, each.cost)
            found.append(each)
    return found


def ceiling(case: Case) -> int:
    """The cost from which on an explanation is no better than none."""
    return max(part_cost(case.amount_paise), _LEAST_CEILING) + _SLACK


def _near(case: Case) -> Iterator[Near]:
    most, count = ceiling(case), len(case.bills)
    below, above = _window(case)
    searches = _searches(case)
    for nth, (so_far, way, combo) in enumerate(searches[: max(_FEWEST_SEARCHES, MOST_SEARCHED // count)]):
        deep = nth < _DEEP_SEARCHES and count <= _DEEP_AMONG
        goal = case.amount_paise + sum(credit.open_paise for credit in combo)
        values = nets(case.bills, way)
        for choice in _chosen(case, values, goal - below, goal + above, deep=deep):
            price = so_far + _price(case, choice)
            if price <= most:
                yield price, choice, way, combo
    yield from _mixed(case, below, above)


def _searches(case: Case) -> list[tuple[int, Way, tuple[Credit, ...]]]:
    """Each way with each choice of credits, the likeliest first."""
    most, combos = ceiling(case), _combos(case)
    found = [(way.cost + price, way, combo) for way in case.ways for price, combo in combos]
    return sorted((each for each in found if each[0] <= most), key=lambda each: each[0])


def _window(case: Case) -> tuple[int, int]:
    """How far above and below the sum what bills net may lie: roundings by bill, of the whole, and charges."""
    meant = [case.amount_paise, *(case.amount_paise + charge for charge in charges_on(case.amount_paise))]
    unit = max((unit for unit, _share in ROUNDINGS for paise in meant if paise % unit == 0), default=0)
    slop = 1_50 * min(len(case.bills), 20)
    return unit + slop, max(unit, MOST_LEFT_PAISE // 4) + MOST_CHARGE_PAISE + slop


def _chosen(case: Case, values: list[int], low: int, high: int, *, deep: bool) -> Iterator[Choice]:
    if not case.fixed:
        yield from choices(values, low, high, deep=deep)
        return
    if low <= sum(values) <= high:
        yield tuple(range(len(values)))


def _price(case: Case, choice: Choice) -> int:
    return 0 if case.fixed else choice_cost(choice, len(case.bills), case.mentioned, case.late)


def _combos(case: Case) -> list[Combo]:
    """None, one, two or all of the credits that are open, the likeliest first."""
    open_credits = case.payer.credits[:_MOST_CREDITS]
    if not open_credits:
        return [(0, ())]
    combos: list[Combo] = [
        (cost(0.6), ()),
        *((cost(0.2 / len(open_credits)), (each,)) for each in open_credits),
    ]
    if len(open_credits) > 1:
        combos.append((cost(0.12), case.payer.credits))
    if len(open_credits) > 2:
        pairs = list(combinations(open_credits, 2))
        combos += [(cost(0.08 / len(pairs)), pair) for pair in pairs]
    return sorted(combos, key=lambda combo: combo[0])


def _mixed(case: Case, below: int, above: int) -> Iterator[Near]:
    """Two rates in one payment, or one on some bills alone: among the bills that are likely together."""
    found = tds_choices(case.payer, case.on, case.facts)
    rates = [(price, tds) for price, tds in found if tds is None or not tds.on_gross][:_MOST_RATES]
    rest = min(way.cost - found[0][0] for way in case.ways if way.tds == found[0][1])
    most = max(tds.rate_bp for _price, tds in rates if tds)
    likely = [each for each in _likely(case) if _may_be(case, each, most, below, above)]
    for (one_cost, one), (other_cost, other) in combinations(rates, 2):
        price = rest + one_cost + other_cost + cost(_MIXED_SHARE)
        if other is None:
            one, other = other, one
        if price > ceiling(case) or other is None:
            continue
        for choice in likely:
            so_far = price + _price(case, choice) + 5 * len(choice)
            if so_far <= ceiling(case):
                for apart in _apart(case, choice, one, other, (below, above)):
                    yield so_far, choice, Way(so_far, one, other=other, apart=apart), ()


def _may_be(case: Case, choice: Choice, most_bp: int, below: int, above: int) -> bool:
    """Whether some rates up to the most make up what these bills are short of the money."""
    short = sum(case.bills[at].open_paise for at in choice) - case.amount_paise
    return -below <= short <= above + sum(case.bills[at].tds_base_paise for at in choice) * most_bp // 10_000


def _apart(
    case: Case, choice: Choice, one: Tds | None, other: Tds, window: tuple[int, int]
) -> Iterator[frozenset[int]]:
    """Which of the bills bear the other rate, when the rest bears the one."""
    bills = [case.bills[at] for at in choice]
    short = sum(nets(bills, Way(0, one))) - case.amount_paise
    more = other.rate_bp - (one.rate_bp if one else 0)
    moved = [abs(more) * bill.tds_base_paise // 10_000 for bill in bills]
    low, high = (
        (short - window[1], short + window[0]) if more > 0 else (-short - window[0], window[1] - short)
    )
    if min(moved) > 0:
        for apart in choices(moved, low, high, deep=False):
            if len(apart) < len(choice):
                yield frozenset(apart)


def _likely(case: Case) -> list[Choice]:
    """What needs no search: what was chosen or named, the oldest, and short runs; among few bills every choice."""
    count = len(case.bills)
    if case.fixed:
        return [tuple(range(count))] if 2 <= count <= _MOST_MIXED else []
    if count <= _MOST_MIXED:
        return [each for size in range(2, count + 1) for each in combinations(range(count), size)]
    found = {tuple(sorted(case.mentioned))}
    found |= {tuple(range(size)) for size in range(2, _MOST_MIXED + 1)}
    found |= {tuple(range(at, at + size)) for size in (2, 3, 4) for at in range(count - size + 1)}
    return sorted(choice for choice in found if 2 <= len(choice) <= _MOST_MIXED)


def _reckoned(case: Case, price: int, choice: Choice, way: Way, combo: tuple[Credit, ...]) -> Iterator[Found]:
    bills = tuple(case.bills[at] for at in choice)
    goal = opened(bills) - case.amount_paise - sum(credit.open_paise for credit in combo)
    nearest: Found | None = None
    explained = False
    for tds_style, style in styles_of(way):
        kept = tuple(kept_back(bills, way, tds_style, style))
        short = goal - sum(each.paise for each in kept)
        found = Found(price + max(tds_style.cost, style.cost), bills, way, kept, combo)
        for leftover in leftovers(short, case.amount_paise, case.payer):
            explained = True
            yield found._replace(cost=found.cost + leftover.cost, leftover=leftover)
        if 0 < short <= min(MOST_LEFT_PAISE, bills[-1].open_paise - 1) and nearest is None:
            nearest = found._replace(open_paise=short)
    if nearest is not None and not explained:
        price = nearest.cost + bits(1 + nearest.open_paise // 100)
        yield nearest._replace(cost=price + _STAYS_OPEN)
        yield nearest._replace(cost=price + _GIVEN_UP, open_paise=0, write_off_paise=nearest.open_paise)
