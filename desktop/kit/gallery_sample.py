"""The sample list, items and runner the gallery shows; nothing here is a real business."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.words import amount_text
from desktop.bridge import RunNow
from desktop.ports import Ask, Choice, Column, Listing, Nothing, Page, Scope, Tone

TODAY = dt.date(2026, 11, 21)
TONES: tuple[tuple[str, Tone], ...] = (
    ("Open", ""),
    ("Draft", "accent"),
    ("Paid", "success"),
    ("Due in 4 days", "warning"),
    ("Overdue 12 days", "danger"),
    ("Cancelled", "muted"),
)
_NAMES = (
    "Shree Ganesh Traders",
    "Kaveri Textiles Pvt Ltd",
    "बालाजी ट्रेडर्स",
    "Meenakshi Agencies",
    "Rao & Sons Works",
)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sample list."""

    id: bytes
    number: int
    party: str
    amount_paise: int
    state: tuple[str, Tone]


_LINES = [
    Line(n.to_bytes(4, "big"), n, _NAMES[n % 5], (n * 7_919 + 13) * 137 % 98_765_432, TONES[n % 6])
    for n in range(1, 400)
]


class SampleBook:
    """Answers the gallery's questions from memory."""

    def read(self, question: Callable[[Any], Any]) -> Any:
        return question(_LINES)

    def write(self, label: str, command: Callable[[Any], Any]) -> Any:
        return command(_LINES)


RUNNER = RunNow(SampleBook())


def sample_listing() -> Listing[Line]:
    """A list with every kind of column."""
    return Listing(
        name="sample",
        columns=[
            Column("number", "Invoice", lambda line: f"INV/26-27/{line.number:04d}", width=16, sortable=True),
            Column("party", "Party", lambda line: line.party, stretch=True, detail=lambda line: "Bengaluru"),
            Column("date", "Date", lambda line: "21-11-2026", width=11, sortable=True),
            Column(
                "state",
                "State",
                lambda line: line.state[0],
                pill=True,
                width=18,
                tone=lambda line: line.state[1],
            ),
            Column(
                "amount", "Amount", lambda line: amount_text(line.amount_paise), align="right", sortable=True
            ),
        ],
        fetch=_fetch,
        reread=lambda reader, ask, ids: [line for line in _LINES if line.id in ids],
        row_id=lambda line: line.id,
        shows=frozenset({"invoices"}),
        scopes=[Scope("all", "All"), Scope("open", "Open"), Scope("overdue", "Overdue")],
        sort="number",
        nothing=Nothing("No invoices yet", "They stand here once issued.", "New sale", "invoices"),
    )


def _fetch(reader: Any, ask: Ask, after: int | None, limit: int) -> Page[Line]:
    found = [line for line in _LINES if ask.text.casefold() in line.party.casefold()]
    found.sort(
        key=lambda line: line.amount_paise if ask.sort == "amount" else line.number, reverse=ask.descending
    )
    start = after or 0
    return Page(found[start : start + limit], start + limit if start + limit < len(found) else None)


def items(reader: Any, text: str) -> list[Choice]:
    """Suggestions of the sample shop."""
    shop = [
        Choice(1, "Steel rod 12 mm", "7214"),
        Choice(2, "Steel sheet", "7208"),
        Choice(3, "Fabrication", "9988"),
    ]
    return [item for item in shop if text.casefold() in item.text.casefold()]
