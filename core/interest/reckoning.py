"""The sum of interest, span by span: compound with monthly rests, or simple. Pure; integers throughout.

How it is counted, where the MSMED Act, s. 16 ("compound interest with monthly rests") leaves it open:

- The first day that bears interest counts, the day of payment does not.
- A month runs from the first day to the same day of the next month; where that month is too short, to its last day.
  Months are counted from the first day, not from the rest before: 31 January, 28 February, 31 March.
- A whole month bears one twelfth of the yearly rate. Part of a month bears its days' share of that twelfth, simple, so
  that the parts of a month make the month whatever divides it: a payment, a change of the rate, the day of asking.
- At the month's end its interest, as far as it is unpaid, is added to what bears interest, rounded half up to paise.
- What is paid on the bill lessens the principal on its day and no interest; what is paid on interest charged lessens
  first the interest added before, then that of the running month.
- Simple interest is by days of a year of 365, leap years too, and no interest bears on it.
"""

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from core.interest.model import BankRate, InterestSheet, Moved, Span
from core.money import half_up

_WHOLE_BP = 10_000
_MONTHS = 12
YEAR_DAYS = 365
_SHORTEST = 28


def reckon(
    principal_paise: int,
    starts_on: dt.date,
    on: dt.date,
    rates: Sequence[BankRate],
    *,
    times: int = 1,
    rests: bool = True,
    payments: Iterable[Moved] = (),
    settlements: Iterable[Moved] = (),
) -> InterestSheet:
    """Interest from `starts_on` up to `on` at so many `times` the rate of each day.

    `payments` are on the bill, `settlements` on interest charged; their order is of no matter. `rates` rise by day and
    begin at `starts_on` or before.
    """
    paid, settled = _by_day(payments, starts_on), _by_day(settlements, starts_on)
    held = _held(rates, starts_on, on)
    days = {*paid, *settled, *(rate.from_on for rate in held)}
    stops = sorted(day for day in days if starts_on < day < on)
    run = _Run(principal_paise, times, rests)
    spans = []
    for first, last, is_month_end, of_days in _pieces(starts_on, on, stops, rests):
        run.take(paid.get(first, 0), settled.get(first, 0))
        while len(held) > 1 and held[1].from_on <= first:
            held.pop(0)
        span = run.span(first, last, of_days, held[0], is_month_end)
        if span is not None:
            spans.append(span)
    doubtful = (span.from_on for span in spans if not span.is_confirmed)
    return InterestSheet(tuple(spans), next(doubtful, None))


def month_after(first: dt.date, months: int) -> dt.date:
    """The same day so many months later; the last of a month that is too short."""
    year, month = divmod(first.year * _MONTHS + first.month - 1 + months, _MONTHS)
    if first.day <= _SHORTEST:
        return dt.date(year, month + 1, first.day)
    return dt.date(year, month + 1, min(first.day, calendar.monthrange(year, month + 1)[1]))


class _Run:
    """What bears interest so far. Interest within a month is summed exactly and rounded as a whole, so that no number
    of lines changes it."""

    def __init__(self, principal_paise: int, times: int, rests: bool) -> None:
        self._principal = principal_paise
        self._times, self._rests = times, rests
        self._added = 0
        self._month, self._told, self._month_settled = 0, 0, 0
        self._paid, self._settled = 0, 0

    def take(self, paid_paise: int, settled_paise: int) -> None:
        """What came in on the first day of the next line."""
        self._principal -= paid_paise
        self._paid += paid_paise
        self._settled += settled_paise
        lessened = min(settled_paise, self._added)
        self._added -= lessened
        self._month_settled += settled_paise - lessened

    def span(
        self, first: dt.date, last: dt.date, of_days: int, rate: BankRate, is_month_end: bool
    ) -> Span | None:
        """The line from a day up to another; None where nothing bears interest."""
        days, rate_bp = (last - first).days, rate.rate_bp * self._times
        principal, added = max(self._principal, 0), self._added if self._rests else 0
        self._month += max(principal + added, 0) * rate_bp * days
        whole = _WHOLE_BP * of_days * (_MONTHS if self._rests else 1)
        told = half_up(self._month, whole)
        interest, self._told = told - self._told, told
        paid, settled, self._paid, self._settled = self._paid, self._settled, 0, 0
        if is_month_end:
            self._added += told - self._month_settled
            self._month = self._told = self._month_settled = 0
        if not (principal or added or paid or settled):
            return None
        bank_bp = rate.rate_bp if self._times > 1 else 0
        return Span(
            first, last, days, of_days, principal, added, bank_bp, rate_bp, interest, paid, settled,
            is_month_end, rate.is_confirmed,
        )  # fmt: skip


def _pieces(
    starts_on: dt.date, on: dt.date, stops: Sequence[dt.date], rests: bool
) -> Iterator[tuple[dt.date, dt.date, bool, int]]:
    """Each stretch in which nothing changes: its first day, the day after its last, whether a month is full with it,
    and the days of that month (of the year for simple interest)."""
    first = ends = starts_on
    months = 0
    waiting = [*stops, on]
    while first < on:
        begins = ends
        ends = month_after(starts_on, months + 1) if rests else on
        of_days = (ends - begins).days if rests else YEAR_DAYS
        while first < min(ends, on):
            while waiting[0] <= first:
                waiting.pop(0)
            last = min(waiting[0], ends)
            yield first, last, rests and last == ends, of_days
            first = last
        months += 1


def _by_day(moved: Iterable[Moved], starts_on: dt.date) -> dict[dt.date, int]:
    """What came in by day; what came before the first day counts from it."""
    found: dict[dt.date, int] = {}
    for one in moved:
        day = max(one.on, starts_on)
        found[day] = found.get(day, 0) + one.paise
    return found


def _held(rates: Sequence[BankRate], first: dt.date, last: dt.date) -> list[BankRate]:
    """The rates of these days: the one in force on the first, and those that begin later."""
    before = [n for n, rate in enumerate(rates) if rate.from_on <= first]
    return [rate for rate in rates[before[-1] if before else 0 :] if rate.from_on < last] or [rates[0]]
