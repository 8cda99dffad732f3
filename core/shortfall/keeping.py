"""What a payer may keep back of the bills it pays: TDS, GST-TDS, retention, and every usual way to round them. Pure.

A way is a rule; what it takes of some bills is exact to the paisa. TDS is reckoned on the value without GST (CBDT
Circular 23/2017), by mistaken payers on the whole; GST-TDS is 2 % of the taxable value (CGST Act, s. 51). Of a bill
that is open in part only the open part's share counts.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from core.facts import Facts
from core.money import half_up, round_to_rupee
from core.receipts.rules import codes_named, tds_rate_bp
from core.shortfall.chances import habitual
from core.shortfall.model import Bill, Payer

GST_TDS_BP = 200
_LAST_DAY_OF_1961 = dt.date(2026, 3, 31)
"""The last day of the Income-tax Act 1961; sections gave way to payment codes the day after (Act of 2025)."""

_USUAL = (
    (200, 0.16, ("194C", "1024")),
    (1000, 0.12, ("194J(b)", "1027")),
    (10, 0.08, ("194Q", "1031")),
    (100, 0.07, ("194C", "1023")),
)
"""The rates at which TDS is deducted of trade bills: how often among all, and what each is deducted under."""

_MISTAKEN = 0.025
"""Of those who deduct TDS so few reckon it on the value with GST; more keep a retention of that."""

_MOST_COST = 170


class Tds(NamedTuple):
    """TDS under a code at a rate; `on_gross` by a payer who forgets to leave out the GST."""

    code: str
    rate_bp: int
    on_gross: bool = False


class Retention(NamedTuple):
    """A part kept until the work is proved, of the value without GST or of the whole."""

    rate_bp: int
    on_gross: bool = False


class Way(NamedTuple):
    """What is kept back of each bill; of the bills in `apart` `other` is deducted in place of `tds`."""

    cost: int
    tds: Tds | None = None
    gst_tds: bool = False
    retention: Retention | None = None
    other: Tds | None = None
    apart: frozenset[int] = frozenset()


class Style(NamedTuple):
    """How a payer rounds: each bill or the whole; to a rupee half up, up or down, or to the paisa.

    In "halves" central and State GST-TDS are each rounded by themselves.
    """

    by_bill: bool
    mode: str
    cost: int


class Kept(NamedTuple):
    """One thing kept back, reckoned on so much; `shares` by bill where each was rounded by itself.

    `numbers` are the bills it was kept of, when not of all.
    """

    kind: str
    code: str
    rate_bp: int
    on_gross: bool
    base_paise: int
    paise: int
    shares: tuple[int, ...]
    numbers: tuple[str, ...] = ()


_HABITS_OF_ROUNDING = (("half", 5), ("up", 25), ("down", 30), ("paise", 20))
STYLES = tuple(
    Style(by_bill, mode, price + (0 if by_bill else 5))
    for by_bill in (True, False)
    for mode, price in _HABITS_OF_ROUNDING
)


def tds_choices(payer: Payer, on: dt.date, facts: Facts) -> list[tuple[int, Tds | None]]:
    """What TDS a payer may deduct, none among it, with the cost of each; one code for a rate."""
    shares: dict[int, tuple[str, float]] = {}
    for at, (code, rate) in enumerate(payer.tds_codes):
        shares.setdefault(rate, (code_on(code, rate, on, facts), 0.5 if at == 0 else 0.15))
    for habit in payer.habits:
        if habit.kind == "tds" and habit.rate_bp:
            shares.setdefault(habit.rate_bp, (code_on(habit.code, habit.rate_bp, on, facts), 0.02))
    known = bool(payer.tds_codes)
    for rate, share, codes in _USUAL:
        code = next((code for code in codes if codes_named(code, on, facts)), codes[-1])
        shares.setdefault(rate, (code, 0.015 if known else share))
    taken = sum(habit.times for habit in payer.habits if habit.kind == "tds")
    without = habitual(max(payer.receipts - taken, 0), payer.receipts, 0.3 if known else 0.5)
    found: list[tuple[int, Tds | None]] = [(without, None)]
    for rate, (code, share) in shares.items():
        for on_gross in (False, True):
            times = _times(payer, "tds", rate, on_gross)
            price = habitual(times, payer.receipts, share * (_MISTAKEN if on_gross else 1))
            found.append((price, Tds(code, rate, on_gross)))
    return sorted(found, key=lambda choice: choice[0])


def ways_of(payer: Payer, on: dt.date, facts: Facts) -> list[Way]:
    """Every way to keep something back, or nothing, the likeliest first; what is too unlikely is left out."""
    ways = [
        Way(tds_cost + gst_cost + kept_cost, tds, gst_tds, retention)
        for tds_cost, tds in tds_choices(payer, on, facts)
        for gst_cost, gst_tds in _gst_tds_choices(payer)
        for kept_cost, retention in _retention_choices(payer)
    ]
    return sorted((way for way in ways if way.cost <= _MOST_COST), key=lambda way: way.cost)


def code_on(code: str, rate_bp: int, on: dt.date, facts: Facts) -> str:
    """The code that stands for the same payments on a day: from 1 April 2026 194C at 2 % is 1024, at 1 % 1023."""
    if not code or codes_named(code, on, facts):
        return code
    names = {fact.name for fact in codes_named(code, _under_the_other_act(on), facts)}
    heirs = [fact for fact in facts.tds_codes_on(on) if fact.name in names]
    heirs.sort(key=lambda fact: (fact.rate_bp != rate_bp, -(fact.rate_bp or 0)))
    return heirs[0].code if heirs else code


def rate_of(code: str, on: dt.date, facts: Facts, *, pan: str = "") -> int | None:
    """The rate of a code on a day, also of one that the other Act has another code for; None where none is known."""
    rate = tds_rate_bp(code, on, facts, pan=pan)
    return tds_rate_bp(code, _under_the_other_act(on), facts, pan=pan) if rate is None else rate


def _under_the_other_act(on: dt.date) -> dt.date:
    return _LAST_DAY_OF_1961 if on > _LAST_DAY_OF_1961 else _LAST_DAY_OF_1961 + dt.timedelta(days=1)


def nets(bills: Sequence[Bill], way: Way) -> list[int]:
    """What each bill comes to when a way is taken of it, before rounding to rupees."""
    tds_base = way.tds.rate_bp if way.tds and not way.tds.on_gross else 0
    tds_gross = way.tds.rate_bp if way.tds and way.tds.on_gross else 0
    if way.retention and way.retention.on_gross:
        tds_gross += way.retention.rate_bp
    elif way.retention:
        tds_base += way.retention.rate_bp
    gst = GST_TDS_BP if way.gst_tds else 0
    return [
        bill.open_paise
        - (tds_base * bill.tds_base_paise + tds_gross * bill.open_paise + gst * bill.gst_base_paise) // 10_000
        for bill in bills
    ]


def styles_of(way: Way) -> Iterator[tuple[Style, Style]]:
    """How the TDS of a way may be rounded, and how the rest of it."""
    if not (way.tds or way.other or way.gst_tds or way.retention):
        yield STYLES[0], STYLES[0]
        return
    rest = bool(way.gst_tds or way.retention)
    if way.gst_tds:
        for style in STYLES:
            if style.mode == "half":
                yield style, Style(style.by_bill, "halves", style.cost + 10)
    for style in STYLES if way.tds or way.other else ():
        yield style, style
        if rest and style.mode != "paise":
            yield style, Style(style.by_bill, "paise", 10)
        if rest and style.mode in ("up", "down"):
            yield style, Style(style.by_bill, "half", 0)
    if not (way.tds or way.other):
        yield from ((style, style) for style in STYLES)


def kept_back(bills: Sequence[Bill], way: Way, tds_style: Style, style: Style) -> list[Kept]:
    """What a way takes of these bills, exactly; `apart` counts them in their order here."""
    kept: list[Kept] = []
    apart = [bill for at, bill in enumerate(bills) if at in way.apart]
    rest = [bill for at, bill in enumerate(bills) if at not in way.apart] if apart else list(bills)
    for tds, some in ((way.tds, rest), (way.other, apart)):
        if tds and some:
            bases = [bill.open_paise if tds.on_gross else bill.tds_base_paise for bill in some]
            each = _kept("tds", tds.code, tds.rate_bp, tds.on_gross, bases, tds_style)
            numbers = tuple(bill.number for bill in some) if apart else ()
            kept.append(each._replace(numbers=numbers))
    if way.gst_tds:
        kept.append(_kept("gst_tds", "", GST_TDS_BP, False, [bill.gst_base_paise for bill in bills], style))
    if way.retention:
        gross = way.retention.on_gross
        bases = [bill.open_paise if gross else bill.tds_base_paise for bill in bills]
        whole = style._replace(mode="half") if style.mode == "halves" else style
        kept.append(_kept("retention", "", way.retention.rate_bp, gross, bases, whole))
    return [each for each in kept if each.paise > 0]


def open_shares(bill: Bill) -> Bill:
    """The bill with its bases lessened to what is still open of it."""
    if bill.open_paise == bill.amount_paise or bill.amount_paise <= 0:
        return bill
    return bill._replace(
        tds_base_paise=half_up(bill.tds_base_paise * bill.open_paise, bill.amount_paise),
        gst_base_paise=half_up(bill.gst_base_paise * bill.open_paise, bill.amount_paise),
    )


def _kept(kind: str, code: str, rate_bp: int, on_gross: bool, bases: list[int], style: Style) -> Kept:
    whole = sum(bases)
    shares = tuple(_rounded(base * rate_bp, style.mode) for base in bases) if style.by_bill else ()
    paise = sum(shares) if style.by_bill else _rounded(whole * rate_bp, style.mode)
    return Kept(kind, code, rate_bp, on_gross, whole, paise, shares)


def _rounded(paise_bp: int, mode: str) -> int:
    if mode == "paise":
        return half_up(paise_bp, 10_000)
    if mode == "halves":
        return 2 * round_to_rupee(half_up(paise_bp, 20_000))
    if mode == "half":
        return round_to_rupee(half_up(paise_bp, 10_000))
    rupee_bp = 10_000 * 100
    return (-(-paise_bp // rupee_bp) if mode == "up" else paise_bp // rupee_bp) * 100


def _gst_tds_choices(payer: Payer) -> Iterator[tuple[int, bool]]:
    times = _times(payer, "gst_tds", None, False)
    share = 0.75 if payer.gst_tds else 0.004
    yield habitual(times, payer.receipts, share), True
    yield habitual(max(payer.receipts - times, 0), payer.receipts, 1 - share), False


def _retention_choices(payer: Payer) -> Iterator[tuple[int, Retention | None]]:
    agreed = payer.retention_bp
    rates = {500: 0.014, 1000: 0.012}
    for habit in payer.habits:
        if habit.kind == "retention" and habit.rate_bp:
            rates.setdefault(habit.rate_bp, 0.01)
    if agreed:
        rates[agreed] = 0.55
    taken = sum(habit.times for habit in payer.habits if habit.kind == "retention")
    without = habitual(max(payer.receipts - taken, 0), payer.receipts, 0.4 if agreed else 0.95)
    yield without, None
    for rate, share in rates.items():
        for on_gross, part in ((False, 0.65), (True, 0.35)):
            times = _times(payer, "retention", rate, on_gross)
            yield habitual(times, payer.receipts, share * part), Retention(rate, on_gross)


def _times(payer: Payer, kind: str, rate_bp: int | None, on_gross: bool) -> int:
    return sum(
        habit.times
        for habit in payer.habits
        if habit.kind == kind and (rate_bp is None or (habit.rate_bp, habit.on_gross) == (rate_bp, on_gross))
    )
