"""What a small difference may be: the bank's charge, a rounding, or both. Pure; amounts are paise.

A bank may take of the remitter, without GST, up to 2.50, 5, 15 and 25 rupees for NEFT (to 10,000, 1 lakh, 2 lakh and
above) and 24.50 or 49.50 for RTGS (from 2 and from 5 lakh), as the Reserve Bank caps them; 25 and 50 were the caps
before, IMPS and collection of cheques go by the banks' own lists. GST of 18 % comes on top.
"""

from collections.abc import Iterator
from typing import NamedTuple

from core.money import half_up
from core.shortfall.chances import habitual
from core.shortfall.model import Payer

_GST_BP = 1800
_LAKH = 1_00_000_00
_CHARGES = (
    (0, 10_000_00, 2_50),
    (10_000_00, _LAKH, 5_00),
    (_LAKH, 2 * _LAKH, 15_00),
    (2 * _LAKH, None, 25_00),
    (2 * _LAKH, 5 * _LAKH, 24_50),
    (5 * _LAKH, None, 49_50),
    (5 * _LAKH, None, 50_00),
    (0, 5 * _LAKH, 5_00),
    (0, 5 * _LAKH, 10_00),
    (0, 5 * _LAKH, 15_00),
    (0, 5 * _LAKH, 20_00),
)
"""From a sum, to a sum, the charge without GST."""

ROUNDINGS = ((1_00, 0.25), (5_00, 0.02), (10_00, 0.04), (100_00, 0.03))
"""The units that payers round to, and how often among all."""

MOST_CHARGE_PAISE = 59_00
MOST_ROUNDING_PAISE = 100_00
_CHARGE_SHARE = 0.012


class Leftover(NamedTuple):
    """A difference taken apart: charge + rounding, to the paisa; `unit_paise` is what was rounded to."""

    cost: int
    charge_paise: int = 0
    round_off_paise: int = 0
    unit_paise: int = 0


def charges_on(paid_paise: int) -> list[int]:
    """What banks usually take for sending so much, GST included."""
    bare = {
        charge
        for above, upto, charge in _CHARGES
        if above < paid_paise + MOST_CHARGE_PAISE and (upto is None or paid_paise <= upto)
    }
    return sorted(charge + half_up(charge * _GST_BP, 10_000) for charge in bare)


def leftovers(short_paise: int, paid_paise: int, payer: Payer) -> Iterator[Leftover]:
    """What explains that so much less came (negative: more) than the bills net; nothing when nothing does."""
    if short_paise == 0:
        yield Leftover(0)
        return
    yield from _rounding(short_paise, paid_paise, payer, Leftover(0))
    taken = sum(habit.times for habit in payer.habits if habit.kind == "bank_charge")
    price = habitual(taken, payer.receipts, _CHARGE_SHARE)
    for charge in charges_on(paid_paise):
        if short_paise == charge:
            yield Leftover(price, charge)
        else:
            yield from _rounding(short_paise - charge, paid_paise + charge, payer, Leftover(price, charge))


def _rounding(short_paise: int, meant_paise: int, payer: Payer, so_far: Leftover) -> Iterator[Leftover]:
    rounded = sum(habit.times for habit in payer.habits if habit.kind == "round_off")
    for unit, share in ROUNDINGS:
        if meant_paise % unit == 0 and abs(short_paise) < unit:
            upwards = 30 if short_paise < 0 and 2 * -short_paise > unit else 0
            price = habitual(rounded, payer.receipts, share) + upwards
            yield so_far._replace(cost=so_far.cost + price, round_off_paise=short_paise, unit_paise=unit)
            return
