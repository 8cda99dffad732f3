"""Answers what the law said on a day, from the data files beside it or from a pack that replaces them.

Files are read when first asked for and kept; an answer never depends on today.
"""

import datetime as dt
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from core.facts.records import Dated, Limit, Rate, State, TdsCode, TdsRow, Uqc
from core.money import paise, rate_bp

Row = TypeVar("Row", bound=Dated)


class UnknownFact(LookupError):
    """No fact of this name holds on the day asked about: a mistake of ours or of the pack."""


class _Pack(msgspec.Struct):
    version: str


class _Entries(msgspec.Struct, frozen=True):
    entries: list[msgspec.Raw]


class Facts:
    """Dated law and codes. `shipped()` is the pack of this release, `in_force()` what the program goes by."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def shipped(cls) -> "Facts":
        """Gives the facts of this release, the same object every time."""
        return _shipped()

    @classmethod
    def in_force(cls) -> "Facts":
        """Gives the facts the program goes by: the newest pack taken up, else those of this release."""
        return _taken_up[-1] if _taken_up else _shipped()

    @cached_property
    def version(self) -> str:
        """The pack's version, rising with time: "2026-11"."""
        return msgspec.json.decode(self._read("pack"), type=_Pack).version

    def states(self) -> dict[str, State]:
        """Gives every State, by code, retired ones too."""
        return self._states

    def state(self, code: str) -> State | None:
        """Gives a State by its two-digit code, or None."""
        return self._states.get(code)

    def rates_on(self, on: dt.date) -> frozenset[int]:
        """Gives the GST rates, in basis points, that were lawful for anything on a day."""
        return frozenset(rate for rate, fact in self._rates if fact.holds_on(on))

    def is_lawful_rate(self, rate_bp: int, on: dt.date) -> bool:
        """Says whether a rate in basis points was lawful for anything on a day."""
        return any(rate == rate_bp and fact.holds_on(on) for rate, fact in self._rates)

    def uqcs(self) -> dict[str, Uqc]:
        """Gives every unit quantity code."""
        return self._uqcs

    def uqc(self, code: str) -> Uqc | None:
        """Gives a unit by its code in capitals, or None."""
        return self._uqcs.get(code)

    def tds_codes_on(self, on: dt.date) -> list[TdsCode]:
        """Gives the sections or payment codes for a deduction made on a day.

        A section with two rates (194C) stands there twice.
        """
        return [code for code in self._tds if code.holds_on(on)]

    def limit(self, name: str, on: dt.date) -> int:
        """Gives an amount of law in paise: b2cl, buyer_address, cash_receipt, ewaybill and so on.

        Raises UnknownFact when none of that name holds on the day.
        """
        for amount_paise, fact in self._limits:
            if fact.name == name and fact.holds_on(on):
                return amount_paise
        raise UnknownFact(f"no limit {name} on {on}")

    def hsn_digits(self, turnover_paise: int, on: dt.date) -> int:
        """Gives how many digits an HSN code must have at least, by last year's turnover."""
        return 6 if turnover_paise > self.limit("hsn_six_digits", on) else 4

    @cached_property
    def _states(self) -> dict[str, State]:
        return {state.code: state for state in self._entries("states", State)}

    @cached_property
    def _uqcs(self) -> dict[str, Uqc]:
        return {uqc.code: uqc for uqc in self._entries("uqcs", Uqc)}

    @cached_property
    def _rates(self) -> list[tuple[int, Rate]]:
        return [(rate_bp(rate.rate), rate) for rate in self._entries("rates", Rate)]

    @cached_property
    def _limits(self) -> list[tuple[int, Limit]]:
        return [(paise(limit.amount), limit) for limit in self._entries("limits", Limit)]

    @cached_property
    def _tds(self) -> list[TdsCode]:
        return [_tds_code(row) for row in self._entries("tds", TdsRow)]

    def _entries(self, name: str, kind: type[Row]) -> list[Row]:
        raw = msgspec.json.decode(self._read(name), type=_Entries)
        return [msgspec.json.decode(entry, type=kind) for entry in raw.entries]

    def _read(self, name: str) -> bytes:
        return (self._folder / f"{name}.json").read_bytes()


_taken_up: list[Facts] = []


def _tds_code(row: TdsRow) -> TdsCode:
    return TdsCode(
        code=row.code,
        section=row.section,
        name=row.name,
        rate_bp=None if row.rate is None else rate_bp(row.rate),
        threshold_single_paise=None if row.threshold_single is None else paise(row.threshold_single),
        threshold_year_paise=None if row.threshold_year is None else paise(row.threshold_year),
        since=row.since,
        until=row.until,
        source=row.source,
        confirmed=row.confirmed,
    )


@cache
def _shipped() -> Facts:
    return Facts(Path(__file__).parent / "data")
