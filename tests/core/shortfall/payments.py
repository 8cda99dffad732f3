"""Makes labelled receipts as Indian payers send them, each with its truth by construction. Seeded, so repeatable.

`python -m tests.core.shortfall.payments` writes tests/data/short_payments.json anew. Whether the truth is the only
answer is decided here by brute force over all choices of bills and all causes, in sums of its own that share nothing
with the rules under test: the truth is `unique` when no other answer needs as few causes.
"""

import datetime as dt
import json
import random
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "data" / "short_payments.json"
SEED, COUNT = 20261121, 640

NEW_CODES = {("194C", 200): "1024", ("194C", 100): "1023", ("194J(b)", 1000): "1027", ("194Q", 10): "1031",
             ("194H", 200): "1006", ("194-I(a)", 200): "1008", ("194-I(b)", 1000): "1009"}  # fmt: skip
SECTIONS = [("194C", 200)] * 6 + [("194J(b)", 1000)] * 4 + [("194Q", 10)] * 3 + [("194C", 100)] * 2 + [
    ("194H", 200), ("194-I(a)", 200), ("194-I(b)", 1000)
]  # fmt: skip
CHARGES = (2_95, 5_90, 17_70, 29_50, 28_91, 58_41, 11_80)
CASES = (
    ("paid in full", 40), ("one bill, TDS", 90), ("many bills, no TDS", 35), ("many bills, TDS", 95),
    ("two rates", 30), ("TDS on some bills", 25), ("GST-TDS", 50), ("retention", 60), ("credit set off", 50),
    ("rounding", 50), ("bank charges", 40), ("combined", 50), ("TDS on the gross", 25), ("named in the text", 50),
    ("chosen bills", 35), ("part open before", 25), ("part payment", 60), ("overpaid", 15),
)  # fmt: skip
Made = dict[str, Any]
Bill = dict[str, Any]


def made(seed: int, count: int) -> list[Made]:
    """So many receipts of a seed, of every case in its share."""
    chance = random.Random(seed)
    names = [name for name, weight in CASES for _ in range(weight)]
    found: list[Made] = []
    while len(found) < count:
        receipt = _receipt(chance, chance.choice(names))
        if receipt is not None:
            found.append(receipt)
    return found


def _bills(chance: random.Random, count: int, on: dt.date) -> list[Bill]:
    serial, bills = chance.randrange(1, 900), []
    rate = chance.choice((0, 500, 1200, 1800, 1800, 1800, 1800, 2800))
    style = chance.random()
    for _ in range(count):
        if style < 0.4:
            base = chance.randrange(4, 900) * 1_000_00
        elif style < 0.7:
            base = chance.randrange(1, 400) * chance.choice((75_00, 149_50, 320_00, 1_249_00, 2_499_00))
        else:
            base = chance.randrange(3_000_00, 9_00_000_00)
        amount = base + (base * rate + 5_000) // 10_000
        if chance.random() < 0.6:
            amount = (amount + 50) // 100 * 100
        dated = on - dt.timedelta(days=chance.randrange(3, 150))
        bills.append({"base": base, "amount": amount, "open": amount, "dated": dated})
    bills.sort(key=lambda bill: bill["dated"])
    year = on.year if on.month > 3 else on.year - 1
    prefix = chance.choice((f"A/{year % 100}-{year % 100 + 1}/", "INV-", f"SB/{year}/", "NI"))
    for bill in bills:
        serial += chance.randrange(1, 9)
        bill["number"] = f"{prefix}{serial:04d}"
        bill["due"] = bill["dated"] + dt.timedelta(days=30)
    return bills


def _few_of(chance: random.Random, count: int) -> list[int]:
    """The bills a payer picks: mostly the oldest, all, one, or a run; sometimes any."""
    if count == 1:
        return [0]
    kind = chance.random()
    if kind < 0.2:
        return list(range(count))
    if kind < 0.5:
        return list(range(chance.randrange(1, count)))
    if kind < 0.75:
        return [chance.randrange(count)]
    if kind < 0.9:
        start = chance.randrange(count - 1)
        return list(range(start, chance.randrange(start + 1, count) + 1))
    return sorted(chance.sample(range(count), chance.randrange(2, min(count, 4) + 1)))


def part_of(paise: int, rate_bp: int, mode: str) -> int:
    """A rate of an amount by a payer's rounding, in paise."""
    exact = paise * rate_bp
    if mode == "paise":
        return (exact + 5_000) // 10_000
    if mode == "half":
        return ((exact + 5_000) // 10_000 + 50) // 100 * 100
    return -(-exact // 1_000_000) * 100 if mode == "up" else exact // 1_000_000 * 100


def kept_of(bases: list[int], rate_bp: int, mode: str, by_bill: bool) -> int:
    """A rate of several amounts, rounded each or together."""
    return (
        sum(part_of(base, rate_bp, mode) for base in bases) if by_bill else part_of(sum(bases), rate_bp, mode)
    )


def _receipt(chance: random.Random, name: str) -> Made | None:
    on = dt.date(2025, 6, 1) + dt.timedelta(days=chance.randrange(530))
    many = name in ("named in the text", "chosen bills")
    count = chance.randrange(12, 45) if many else chance.choice((1, 2, 3, 3, 4, 5, 6, 7, 8))
    if name in ("many bills, TDS", "many bills, no TDS", "two rates", "TDS on some bills"):
        count = max(count, 2)
    bills = _bills(chance, count, on)
    if name == "part open before" or chance.random() < 0.04:
        bill = chance.choice(bills)
        bill["open"] = bill["amount"] - chance.choice(
            (bill["amount"] // 2, bill["amount"] * 3 // 10 // 100 * 100)
        )
    section, rate = chance.choice(SECTIONS)
    code = NEW_CODES[section, rate] if on >= dt.date(2026, 4, 1) else section
    payer: Made = {"kind": "registered", "codes": [], "gst_tds": False, "retention": 0, "habits": [],
                   "receipts": 0, "credits": []}  # fmt: skip
    truth: Made = {"bills": _few_of(chance, count), "kept": [], "credits": [], "causes": 0}
    if name in ("many bills, TDS", "many bills, no TDS", "two rates", "TDS on some bills"):
        while len(truth["bills"]) < 2:
            truth["bills"] = _few_of(chance, count)
    if chance.random() < 0.15 or name == "credit set off":
        payer["credits"] = [
            chance.randrange(500_00, 40_000_00) // 100 * 100 for _ in range(chance.choice((1, 1, 2, 3)))
        ]
    case: Made = {
        "case": name,
        "on": on,
        "bills": bills,
        "payer": payer,
        "truth": truth,
        "text": "",
        "chosen": None,
    }
    _keep(chance, case, name, (section, code, rate))
    short = sum(kept[2] for kept in truth["kept"]) + sum(payer["credits"][at] for at in truth["credits"])
    amount = sum(bills[at]["open"] for at in truth["bills"]) - short
    if name == "named in the text":
        case["text"] = _narration(chance, [bills[at]["number"] for at in truth["bills"]])
    if name == "chosen bills":
        case["chosen"] = truth["bills"]
    return _finished(chance, case, amount)


def _keep(chance: random.Random, case: Made, name: str, section: tuple[str, str, int]) -> None:
    """What the payer keeps back of the bills it picked, as its case has it."""
    truth = case["truth"]
    picked = [case["bills"][at] for at in truth["bills"]]
    by_bill = chance.random() < 0.6
    mode = chance.choice(("half", "half", "half", "half", "up", "down", "paise"))
    _keep_tds(chance, case, picked, section, (mode, by_bill))
    if name == "GST-TDS" or (name == "combined" and chance.random() < 0.2):
        case["payer"]["kind"], case["payer"]["gst_tds"] = "government", True
        paise = kept_of([_open_base(bill) for bill in picked], 200, mode, by_bill)
        truth["kept"].append(["gst_tds", "", paise])
        truth["causes"] += 1
    if name == "retention" or (name == "combined" and chance.random() < 0.6):
        _retain(chance, case, picked, "paise" if mode == "paise" else "half", by_bill)
    held = case["payer"]["credits"]
    if name == "credit set off" or (name == "combined" and held):
        truth["credits"] = list(range(chance.randrange(1, len(held) + 1)))
        truth["causes"] += len(truth["credits"])
    truth["charge"] = name == "bank charges" or (name == "combined" and chance.random() < 0.4)
    truth["round"] = name == "rounding" or (name == "combined" and chance.random() < 0.3)


def _keep_tds(
    chance: random.Random,
    case: Made,
    picked: list[Bill],
    section: tuple[str, str, int],
    style: tuple[str, bool],
) -> None:
    name, payer, truth = case["case"], case["payer"], case["truth"]
    old_code, code, rate = section
    gross = name == "TDS on the gross"
    mixed = name in ("two rates", "TDS on some bills")
    bare = name in ("paid in full", "many bills, no TDS", "part payment", "overpaid")
    at_times = ("GST-TDS", "retention", "credit set off", "rounding", "bank charges")
    with_tds = not bare and not mixed and (name not in at_times or chance.random() < 0.6)
    if with_tds or (name in ("part payment", "overpaid") and chance.random() < 0.5):
        _known(chance, payer, old_code, rate, gross)
    if with_tds:
        bases = [bill["open"] if gross else _open_base(bill) for bill in picked]
        truth["kept"].append(["tds", code if payer["codes"] else "", kept_of(bases, rate, *style)])
        truth["causes"] += 2 if gross else 1
    if mixed:
        _two_rates(chance, case, picked, style[1], (old_code, rate))


def _retain(chance: random.Random, case: Made, picked: list[Bill], mode: str, by_bill: bool) -> None:
    share, on_gross = chance.choice((500, 500, 1000)), chance.random() < 0.3
    if chance.random() < 0.4:
        share = chance.choice((250, 500, 750, 1000))
        case["payer"]["retention"] = share
    bases = [bill["open"] if on_gross else _open_base(bill) for bill in picked]
    case["truth"]["kept"].append(["retention", "", kept_of(bases, share, mode, by_bill)])
    case["truth"]["causes"] += 1


def _known(chance: random.Random, payer: Made, code: str, rate: int, gross: bool) -> None:
    if chance.random() < 0.6:
        payer["codes"] = [[code, rate]]
    if chance.random() < 0.5 or (gross and chance.random() < 0.5):
        payer["receipts"] = chance.randrange(2, 13)
        times = max(1, payer["receipts"] - chance.choice((0, 0, 0, 1, 2)))
        payer["habits"] = [["tds", code, rate, gross, times]]


def _two_rates(
    chance: random.Random, case: Made, picked: list[Bill], by_bill: bool, section: tuple[str, int]
) -> None:
    """Some bills at one rate and the rest at another, or at none."""
    one = (200, 1000) if case["case"] == "two rates" else (0, section[1])
    cut = chance.randrange(1, len(picked))
    order = chance.sample(picked, len(picked))
    for rate, some in zip(one, (order[:cut], order[cut:]), strict=True):
        if rate:
            paise = kept_of([_open_base(bill) for bill in some], rate, "half", by_bill)
            case["truth"]["kept"].append(["tds", "", paise])
            case["truth"]["causes"] += 1
    if case["case"] == "two rates":
        case["payer"]["codes"] = chance.choice(([], [["194C", 200], ["194J(b)", 1000]]))
    else:
        case["payer"]["codes"] = chance.choice(([], [list(section)]))
        case["truth"]["causes"] += 1


def _open_base(bill: Bill) -> int:
    return (2 * bill["base"] * bill["open"] + bill["amount"]) // (2 * bill["amount"])


def _narration(chance: random.Random, numbers: list[str]) -> str:
    utr = f"N{chance.randrange(10**11, 10**12)}"
    if chance.random() < 0.5:
        named = " ".join(number.replace("/", "").replace("-", "") for number in numbers)
    else:
        named = "INV " + ",".join(number[-4:] for number in numbers)
    return f"NEFT CR-{utr}-SHREE TRADERS-{named}"


def _finished(chance: random.Random, case: Made, amount: int) -> Made | None:
    truth = case["truth"]
    if amount <= 1_000_00:
        return None
    if truth.pop("round"):
        unit = chance.choice((1_00, 1_00, 5_00, 10_00, 10_00, 100_00))
        rounded = (amount + unit // 2) // unit * unit if chance.random() < 0.8 else amount // unit * unit
        if rounded != amount:
            truth["kept"].append(["round_off", "", amount - rounded])
            truth["causes"] += 1
        amount = rounded
    if truth.pop("charge"):
        charge = chance.choice(_usual(amount))
        truth["kept"].append(["bank_charge", "", charge])
        truth["causes"] += 1
        amount -= charge
    case["amount"] = amount
    if case["case"] in ("part payment", "overpaid"):
        return _unexplained(chance, case)
    answers = set(_answers(case, truth["causes"]))
    if _outcome(truth) not in answers:
        return None  # its own sum must find the truth
    case["label"] = "unique" if len(answers) == 1 else "ambiguous"
    return case


def _unexplained(chance: random.Random, case: Made) -> Made | None:
    """A sum that nothing explains: part of what is open, round or not, or more than all of it."""
    whole = sum(bill["open"] for bill in case["bills"])
    if case["case"] == "overpaid":
        amount = whole + chance.randrange(1_000_00, 50_000_00)
    else:
        amount = whole * chance.randrange(15, 90) // 100
        amount = amount // (unit := chance.choice((1, 1_00, 500_00, 5_000_00, 10_000_00))) * unit
    if amount <= 1_000_00:
        return None
    case["amount"] = amount
    if next(iter(_answers(case, 3)), None) is not None:
        return None
    return case | {"label": "none", "truth": None}


def _usual(amount: int) -> list[int]:
    if amount <= 1_00_000_00:
        return [5_90] if amount > 10_000_00 else [2_95]
    return [17_70] if amount <= 2_00_000_00 else [29_50, 28_91] if amount <= 5_00_000_00 else [29_50, 58_41]


def _outcome(truth: Made) -> tuple[Any, ...]:
    kept = tuple(sorted((kind, paise) for kind, _code, paise in truth["kept"] if paise))
    return tuple(truth["bills"]), kept, tuple(truth["credits"])


def _answers(case: Made, most: int) -> Iterator[tuple[Any, ...]]:
    """Every answer of at most so many causes: all choices of bills (or the named ones), all sums, to the paisa."""
    bills, payer, amount = case["bills"], case["payer"], case["amount"]
    fixed = case["truth"]["bills"] if case["text"] or case["chosen"] else None
    sizes = range(1, len(bills) + 1)
    choices = (
        [tuple(fixed)]
        if fixed
        else [each for size in sizes for each in combinations(range(len(bills)), size)]
    )
    set_off = [each for size in range(len(payer["credits"]) + 1)
               for each in combinations(range(len(payer["credits"])), size)]  # fmt: skip
    for choice in choices:
        whole = sum(bills[at]["open"] for at in choice)
        if not amount - 150_00 <= whole <= (amount + sum(payer["credits"])) * 17 // 10 + 200_00:
            continue
        some = [bills[at] for at in choice]
        kept = [
            (tds_causes + gst_causes + ret_causes, (*tds, *gst, *ret))
            for (tds_causes, tds), (gst_causes, gst), (ret_causes, ret) in product(
                _tds_of(some, payer), _gst_of(some, payer), _retention_of(some, payer)
            )
            if tds_causes + gst_causes + ret_causes <= most
        ]
        for causes, parts in kept:
            taken = whole - amount - sum(paise for _kind, paise in parts)
            for combo in set_off:
                left = taken - sum(payer["credits"][at] for at in combo)
                for odd in _odd(left, amount, most - causes - len(combo)):
                    yield choice, tuple(sorted((*parts, *odd))), combo


def _odd(left: int, amount: int, most: int) -> Iterator[tuple[tuple[str, int], ...]]:
    if most < 0 or not -100_00 < left < 160_00:
        return
    if left == 0:
        yield ()
    for charge in (0, *CHARGES) if most else ():
        rest, meant = left - charge, amount + charge
        odd = (("bank_charge", charge),) if charge else ()
        if rest == 0 and charge:
            yield odd
        elif rest and most > bool(charge) and _is_rounding(rest, meant):
            yield (*odd, ("round_off", rest))


def _is_rounding(rest: int, meant: int) -> bool:
    return any(meant % unit == 0 and abs(rest) < unit for unit in (1_00, 5_00, 10_00, 100_00))


def _styles(bases: list[int], rate: int, modes: tuple[str, ...]) -> set[int]:
    return {kept_of(bases, rate, mode, each) for mode in modes for each in (True, False)} - {0}


_MODES = ("half", "up", "down", "paise")


def _tds_of(some: list[Bill], payer: Made) -> list[tuple[int, tuple[tuple[str, int], ...]]]:
    bases, grosses = [_open_base(bill) for bill in some], [bill["open"] for bill in some]
    rates = sorted({10, 100, 200, 1000} | {rate for _code, rate in payer["codes"]})
    found: dict[tuple[tuple[str, int], ...], int] = {(): 0}
    for rate in rates:
        for paise in _styles(bases, rate, _MODES):
            found.setdefault((("tds", paise),), 1)
    for rate in rates:
        for paise in _styles(grosses, rate, _MODES):
            found.setdefault((("tds", paise),), 2)
    if 2 <= len(some) <= 8:
        for mask in range(1, 2 ** len(some) - 1):
            one = [base for at, base in enumerate(bases) if mask >> at & 1]
            two = [base for at, base in enumerate(bases) if not mask >> at & 1]
            for rate in rates:
                for paise in _styles(one, rate, ("half",)):
                    found.setdefault((("tds", paise),), 2)
                for other in rates if 200 in (rate,) else ():
                    if other != rate:
                        for each in (True, False):
                            pair = (kept_of(one, rate, "half", each), kept_of(two, other, "half", each))
                            found.setdefault(tuple(("tds", paise) for paise in pair if paise), 2)
    return [(causes, kept) for kept, causes in found.items()]


def _gst_of(some: list[Bill], payer: Made) -> list[tuple[int, tuple[tuple[str, int], ...]]]:
    sums = _styles([_open_base(bill) for bill in some], 200, _MODES) if payer["gst_tds"] else set()
    return [(0, ()), *((1, (("gst_tds", paise),)) for paise in sorted(sums))]


def _retention_of(some: list[Bill], payer: Made) -> list[tuple[int, tuple[tuple[str, int], ...]]]:
    found: set[int] = set()
    for rate in {500, 1000, payer["retention"]} - {0}:
        for bases in ([_open_base(bill) for bill in some], [bill["open"] for bill in some]):
            found |= _styles(bases, rate, ("half", "paise"))
    return [(0, ()), *((1, (("retention", paise),)) for paise in sorted(found))]


def written(receipts: list[Made]) -> str:
    """The data file: one receipt a line."""
    lines = (
        json.dumps(receipt, default=str, ensure_ascii=False, separators=(",", ":")) for receipt in receipts
    )
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    DATA.write_text(written(made(SEED, COUNT)), encoding="utf-8")
