"""What every measurement of `bahi bench` shares: the figure, the clock, and a book to measure on."""

import datetime as dt
import gc
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from core.book import Book

PASSPHRASE = "a bench of its own"
READS = 15
Clock = Callable[[], float]
"""Seconds on the wall, as users wait, or of the processor, which a busy machine does not change."""


class Figure(NamedTuple):
    """One measurement. `figure` and `raw` are in `unit`; None where nothing could be measured."""

    name: str
    figure: float | None
    unit: str
    raw: float | None

    @property
    def ratio(self) -> float | None:
        """How many times the limit."""
        return self.figure / self.raw if self.figure is not None and self.raw else None

    def as_json(self) -> dict[str, Any]:
        """As the contract prints it."""
        shown = {"figure": self.figure, "raw": self.raw, "ratio": self.ratio}
        rounded = {key: None if value is None else round(value, 4) for key, value in shown.items()}
        return {"name": self.name, "figure": rounded["figure"], "unit": self.unit,
                "raw": rounded["raw"], "ratio": rounded["ratio"]}  # fmt: skip


def new_book(path: Path) -> "Book":
    """An empty encrypted book with its company."""
    from core.book import Book, Identity, raw_limit
    from core.company.commands import save_company
    from core.company.model import Address, Company, Registration

    book, _code = Book.create(path, Identity(user="bench"), passphrase=PASSPHRASE, cost=raw_limit.CHEAP)
    company = Company(
        legal_name="Bench Instruments",
        registration=Registration("registered", "29AAKCN5519Q1ZK", "29"),
        address=Address("14 Residency Road", "", "Bengaluru", "29", "560025"),
    )
    book.write("Company", lambda work: save_company(work, company))
    return book


def today(book: "Book") -> dt.date:
    """The book's day."""
    from core.clock import today as day_of

    return day_of(book.clock)


def timed(deed: Callable[[], Any], clock: Clock = time.perf_counter) -> float:
    """Seconds that something takes, with nothing to be tidied away while it lasts."""
    gc.collect()
    return seconds(deed, clock)


def median(deed: Callable[[], Any], times: int = READS, clock: Clock = time.perf_counter) -> float:
    """Seconds that something takes once it is warm, the median of so many times."""
    deed()
    gc.collect()
    return statistics.median(seconds(deed, clock) for _n in range(times))


def least(deeds: Sequence[Callable[[], Any]], times: int, clock: Clock = time.perf_counter) -> list[float]:
    """Seconds that several things take, turn by turn, of each the least: the machine's unrest only adds to it."""
    for deed in deeds:
        deed()
    gc.collect()
    turns = [[seconds(deed, clock) for deed in deeds] for _n in range(times)]
    return [min(one) for one in zip(*turns, strict=True)]


def seconds(deed: Callable[[], Any], clock: Clock = time.perf_counter) -> float:
    """Seconds that something takes, as it comes."""
    start = clock()
    deed()
    return clock() - start
