"""Money that pays bills in part, or more than all: never certain, but always exact. Pure; amounts are paise."""

from collections.abc import Iterable, Iterator

from core.money import half_up
from core.shortfall.chances import LATE, choice_cost, cost, part_cost
from core.shortfall.found import Case, Found, opened
from core.shortfall.keeping import STYLES, Way, kept_back, nets, open_shares, styles_of
from core.shortfall.model import Bill

_WHOLE_HALF_UP = next(style for style in STYLES if not style.by_bill and style.mode == "half")
_NOTHING = Way(0)
_ROUND_SUMS = (1_00_000_00, 50_000_00, 10_000_00, 5_000_00, 1_000_00)
_SHARE_PERCENTS = (5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95)
_PART_SHARE = 0.012
_MOST_WAY_COST = 90
_AS_EXPECTED = 10
_NEAR_PAISE = 3_00


def parts(case: Case) -> Iterator[Found]:
    """The oldest bills as far as the money goes, bare and less what the payer is likely to keep; round parts."""
    bare = next((way for way in case.ways if way[1:] == _NOTHING[1:]), Way(100))
    yield _bare(case, bare)
    for way in case.ways[:3]:
        if way[1:] != _NOTHING[1:]:
            yield from _less(case, way)
    for way in case.ways:
        if way.cost > _MOST_WAY_COST:
            break
        yield from _round_parts(case, way)


def _in_order(case: Case) -> list[Bill]:
    """The bills the payer names first, then the oldest; last those dated after the money."""
    places = sorted(range(len(case.bills)), key=lambda at: (at not in case.mentioned, at in case.late, at))
    return [case.bills[at] for at in places]


def _price(case: Case, way: Way, bills: Iterable[Bill]) -> int:
    after = sum(1 for bill in bills if bill.dated_on > case.on)
    return part_cost(case.amount_paise) + way.cost + (0 if case.fixed else LATE * after)


def _bare(case: Case, way: Way) -> Found:
    settled: list[Bill] = []
    left = case.amount_paise
    for bill in _in_order(case):
        if left <= 0:
            break
        settled.append(_part_of(bill, min(left, bill.open_paise)))
        left -= settled[-1].open_paise
    return Found(
        _price(case, way, settled), tuple(settled), _NOTHING, on_account_paise=left, is_part=left == 0
    )


def _less(case: Case, way: Way) -> Iterator[Found]:
    """Bills in full less what is kept of them, the last in part, which takes up the roundings."""
    settled: list[Bill] = []
    left = case.amount_paise
    order = _in_order(case)
    for bill, net in zip(order, nets(order, way), strict=True):
        if left <= 0 or net <= 0:
            break
        share = bill.open_paise if left >= net else half_up(bill.open_paise * left, net)
        settled.append(_part_of(bill, share))
        left -= min(left, net)
    if not settled:
        return
    kept = tuple(kept_back(settled, way, _WHOLE_HALF_UP, _WHOLE_HALF_UP))
    covered = case.amount_paise + sum(each.paise for each in kept)
    over = covered - opened(settled)
    price = _price(case, way, settled) + _AS_EXPECTED
    last, whole = settled[-1], next(bill for bill in order if bill.document == settled[-1].document)
    if over <= 0 or last.open_paise < whole.open_paise:
        share = last.open_paise + over
        if not 0 < share <= whole.open_paise:
            return
        settled[-1], over = last._replace(open_paise=share), 0
    yield Found(price, tuple(settled), way, kept, on_account_paise=over, is_part=True)


def _round_parts(case: Case, way: Way) -> Iterator[Found]:
    """A round share of one bill, or a round sum of it, less what is kept of that part."""
    for at, (bill, net) in enumerate(zip(case.bills, nets(case.bills, way), strict=True)):
        if net <= case.amount_paise:
            continue
        price = way.cost + (
            0 if case.fixed else choice_cost((at,), len(case.bills), case.mentioned, case.late)
        )
        percent = half_up(100 * case.amount_paise, net)
        if percent in _SHARE_PERCENTS:
            share = half_up(bill.open_paise * percent, 100)
            yield from _exactly(case, price + cost(_PART_SHARE / len(_SHARE_PERCENTS)), bill, share, way)
        if net < bill.open_paise:
            near = half_up(bill.open_paise * case.amount_paise, net)
            for unit in _ROUND_SUMS:
                share = half_up(near, unit) * unit
                if share and abs(near - share) <= _NEAR_PAISE:
                    yield from _exactly(case, price + cost(_PART_SHARE * unit / share), bill, share, way)
                    break


def _exactly(case: Case, price: int, bill: Bill, share_paise: int, way: Way) -> Iterator[Found]:
    part = _part_of(bill, share_paise)
    for tds_style, style in styles_of(way):
        kept = tuple(kept_back([part], way, tds_style, style))
        if part.open_paise - sum(each.paise for each in kept) == case.amount_paise:
            yield Found(price + tds_style.cost, (part,), way, kept, is_part=True)
            return


def _part_of(bill: Bill, paise: int) -> Bill:
    """So much of a bill whose bases are those of what is open: its bases go with it."""
    return open_shares(bill._replace(open_paise=paise, amount_paise=bill.open_paise))
