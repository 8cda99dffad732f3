"""How matching grows: four times the lines against four times the receipts take about four times as long.

Beside it stands what cannot be spared: reading every line's words once.
"""

import datetime as dt
import gc
import random
import time

import pytest

from core.bank.matching import propose
from core.bank.names import Named, NameIndex, words_of
from core.bank.proposal import BankLine, Known, Money

pytestmark = pytest.mark.speed

SMALL, FACTOR = 1_500, 4
GROWTH_MAX = 1.7
"""Beyond straight growth: sorting and fuller indexes, and the noise of a shared machine."""
READING_MAX = 80
"""Times the raw reading of the words."""

_FIRST = (
    "Lotus",
    "Shree",
    "Sai",
    "Ganesh",
    "Balaji",
    "Krishna",
    "Royal",
    "National",
    "Modern",
    "Laxmi",
    "Star",
    "Deccan",
)
_TRADE = (
    "Foods",
    "Traders",
    "Steels",
    "Textiles",
    "Pharma",
    "Agro",
    "Motors",
    "Chemicals",
    "Papers",
    "Tools",
    "Pumps",
)
_FORM = ("Private Limited", "LLP", "Enterprises", "Industries", "& Sons", "Works")
_LETTERS = "abcdefghiklmnoprstuv"


def a_trade(count: int) -> tuple[list[BankLine], list[Money], Known]:
    """So many receipts and the lines they came by: half by UTR, the rest by name, by cheque, or by amount alone."""
    rng = random.Random(count)
    parties = [
        (n.to_bytes(16, "big"), f"{rng.choice(_FIRST)} {''.join(rng.choices(_LETTERS, k=5)).title()} "
         f"{rng.choice(_TRADE)} {rng.choice(_FORM)}") for n in range(max(20, count // 25))
    ]  # fmt: skip
    lines, money = [], []
    for n in range(count):
        (party, name), on = rng.choice(parties), dt.date(2026, 4, 1) + dt.timedelta(days=rng.randrange(365))
        way, paise, utr = (
            rng.random(),
            rng.randrange(1_000, 500_000) * 100,
            f"HDFCN{rng.randrange(10**16, 10**17)}",
        )
        cut = name.upper().replace("PRIVATE LIMITED", "PVT LTD")[:20]
        text, mode, reference, cheque = f"NEFT CR-HDFC0000123-{cut}-NANDI INSTRUMENTS-{utr}", "neft", "", ""
        if way < 0.5:
            reference = utr
        elif 0.8 <= way < 0.9:
            cheque = f"{rng.randrange(10**6):06d}"
            text, mode, reference = f"CHQ DEP {cheque} CLG MUMBAI", "cheque", cheque
        elif way >= 0.9:
            text, paise = f"BY TRANSFER {rng.randrange(10**6)}", 1_000_000
        paper, line = (10**9 + n).to_bytes(16, "big"), (2 * 10**9 + n).to_bytes(16, "big")
        money.append(Money(paper, party, "RCT", f"R{n}", name, on, paise, mode, reference, cheque))
        lines.append(BankLine(line, on + dt.timedelta(days=rng.randrange(3)), paise, text))
    names = NameIndex(
        [Named(party, (name,)) for party, name in parties], own=("Nandi Instruments Private Limited",)
    )
    return lines, money, Known(names, dict(parties), {}, {})


def seconds_of(count: int) -> tuple[float, float, float]:
    """The time of this process for matching so many, for reading their words, and the share that was matched."""
    lines, money, known = a_trade(count)
    best, raw, matched = 1e9, 1e9, 0.0
    for _round in range(3):
        gc.collect()
        gc.disable()  # how often it looks for circles depends on all that other tests have left
        try:
            start = time.process_time()
            found = propose(lines, money, known)
            best = min(best, time.process_time() - start)
            start = time.process_time()
            for line in lines:
                words_of(line.description)
            raw = min(raw, time.process_time() - start)
        finally:
            gc.enable()
        matched = sum(len(each.papers) for each in found) / count
    return best, raw, matched


def test_matching_grows_with_the_lines_and_stays_near_the_reading_of_their_words() -> None:
    seconds_of(200)  # what is compiled and cached once
    small, _raw, _matched = seconds_of(SMALL)
    large, raw, matched = seconds_of(SMALL * FACTOR)
    assert matched > 0.9
    assert large / small < FACTOR * GROWTH_MAX, f"{large / small:.1f} times for {FACTOR} times the lines"
    assert large / raw < READING_MAX, f"{large / raw:.0f} times the reading of the words"
