"""Answers what the law said on a day, from the data files beside it or from a pack that replaces them.

Files are read when first asked for and kept; an answer never depends on today.
"""

import datetime as dt
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from core.facts.due import due_on
from core.facts.hsn_list import HsnCodes, codes_of
from core.facts.records import (
    BankRate,
    Dated,
    Days,
    Digits,
    DueDay,
    Extension,
    HsnFact,
    Limit,
    Port,
    Rate,
    RateFact,
    Schema,
    State,
    TdsCode,
    TdsRow,
    TrustedKey,
    Uqc,
    UsualRate,
)
from core.facts.world import countries, currencies
from core.money import paise, rate_bp

Row = TypeVar("Row", bound=Dated)


class UnknownFact(LookupError):
    """No fact of this name holds on the day asked about: a mistake of ours or of the pack."""


class _Pack(msgspec.Struct):
    version: str


class _Entries(msgspec.Struct, frozen=True):
    entries: list[msgspec.Raw]


class Facts:
    """Dated law and codes. `shipped()` is the pack of this release, `in_force()` what the program goes by.

    `tables` stand in place of the folder's files and `version` in place of its own; `hsn_list` is the official list
    as imported, read when first asked for, in place of the selection.
    """

    def __init__(
        self,
        folder: Path,
        *,
        tables: Mapping[str, bytes] | None = None,
        version: str = "",
        hsn_list: Path | None = None,
    ) -> None:
        self._folder = folder
        self._tables = tables or {}
        self._version = version
        self._hsn_list = hsn_list
        # what was asked of a day: a month of papers asks the same of each line
        self._lawful: dict[dt.date, frozenset[int]] = {}
        self._asked: dict[tuple[str, dt.date, str], int | None] = {}

    def with_tables(self, tables: Mapping[str, bytes], version: str) -> "Facts":
        """Gives the same with these tables, as JSON, in place of its own."""
        return Facts(self._folder, tables=tables, version=version, hsn_list=self._hsn_list)

    def with_hsn_list(self, path: Path | None) -> "Facts":
        """Gives the same with an imported list of codes in place of the selection."""
        return Facts(self._folder, tables=self._tables, version=self._version, hsn_list=path)

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
        if self._version:
            return self._version
        return msgspec.json.decode((self._folder / "pack.json").read_bytes(), type=_Pack).version

    # --- places and units

    def states(self) -> dict[str, State]:
        """Gives every State, by code, retired ones too."""
        return self._states

    def state(self, code: str) -> State | None:
        """Gives a State by its two-digit code, or None."""
        return self._states.get(code)

    def uqcs(self) -> dict[str, Uqc]:
        """Gives every unit quantity code."""
        return self._uqcs

    def uqc(self, code: str) -> Uqc | None:
        """Gives a unit by its code in capitals, or None."""
        return self._uqcs.get(code)

    def ports(self) -> dict[str, Port]:
        """Gives the customs ports that are listed, by code."""
        return self._ports

    def port(self, code: str) -> Port | None:
        """Gives a customs port by its six characters, or None: the list is a selection."""
        return self._ports.get(code)

    def country(self, code: str) -> str | None:
        """Gives a country's English name by its two letters (ISO 3166-1), or None."""
        return countries().get(code)

    def currency(self, code: str) -> str | None:
        """Gives a currency's English name by its three letters (ISO 4217), or None."""
        return currencies().get(code)

    # --- rates and limits

    def rates_on(self, on: dt.date) -> frozenset[int]:
        """Gives the GST rates, in basis points, that were lawful for anything on a day."""
        known = self._lawful.get(on)
        if known is None:
            known = self._lawful[on] = frozenset(rate for rate, fact in self._rates if fact.holds_on(on))
        return known

    def is_lawful_rate(self, rate_bp: int, on: dt.date) -> bool:
        """Says whether a rate in basis points was lawful for anything on a day."""
        return rate_bp in self.rates_on(on)

    def limit(self, name: str, on: dt.date, *, state: str = "") -> int:
        """Gives an amount of law in paise: b2cl, buyer_address, cash_receipt, ewaybill and so on.

        With `state` a limit of that State comes before the general one (an e-way bill within the State).
        Raises UnknownFact when none of that name holds on the day.
        """
        found = self.find_limit(name, on, state=state)
        if found is None:
            raise UnknownFact(f"no limit {name} on {on}")
        return found

    def find_limit(self, name: str, on: dt.date, *, state: str = "") -> int | None:
        """Gives the same, None when there is no such limit on the day."""
        asked = (name, on, state)
        if asked not in self._asked:
            found = {
                fact.state: amount
                for amount, fact in self._limits.get(name, ())
                if fact.state in ("", state) and fact.holds_on(on)
            }
            self._asked[asked] = found.get(state, found.get(""))
        return self._asked[asked]

    def hsn_digits(self, turnover_paise: int, on: dt.date) -> int:
        """Gives how many digits an HSN code must have at least, by last year's turnover."""
        asked = [
            row for above, row in self._digits if row.holds_on(on) and (not above or turnover_paise > above)
        ]
        return max((row.digits for row in asked), default=0)

    def days(self, name: str, on: dt.date, *, turnover_paise: int | None = None) -> int:
        """Gives a clock of law (einvoice_report_days, einvoice_cancel_hours, ewaybill_document_days and so on).

        Raises UnknownFact when none of that name holds on the day (for that turnover, where it is given).
        """
        found = self.find_days(name, on, turnover_paise=turnover_paise)
        if found is None:
            raise UnknownFact(f"no clock {name} on {on}")
        return found

    def find_days(self, name: str, on: dt.date, *, turnover_paise: int | None = None) -> int | None:
        """Gives the same, None when no such clock runs on the day for that turnover."""
        for least, fact in self._days:
            runs = turnover_paise is None or turnover_paise >= least
            if fact.name == name and runs and fact.holds_on(on):
                return fact.count
        return None

    def bank_rate_bp(self, on: dt.date) -> int:
        """Gives the Reserve Bank's bank rate in basis points a year; UnknownFact before the first one kept."""
        for fact in self._bank_rates:
            if fact.holds_on(on):
                return fact.rate_bp
        raise UnknownFact(f"no bank rate on {on}")

    def bank_rates(self) -> tuple[BankRate, ...]:
        """Gives every bank rate kept, the oldest first: whether each is confirmed stands with it."""
        return self._bank_rates

    def tds_codes_on(self, on: dt.date) -> list[TdsCode]:
        """Gives the sections or payment codes for a deduction made on a day.

        A section with two rates (194C) stands there twice.
        """
        return [code for code in self._tds if code.levy == "income" and code.holds_on(on)]

    def tds_codes(self) -> list[TdsCode]:
        """Gives every section and payment code there ever was, of both Acts, each period by itself."""
        return [code for code in self._tds if code.levy == "income" and code.applies]

    def gst_tds_rate_bp(self, on: dt.date) -> int:
        """Gives what buyers named in section 51 of the CGST Act deduct of the taxable value; 0 before it began."""
        rates = [code.rate_bp or 0 for code in self._tds if code.levy == "gst" and code.holds_on(on)]
        return rates[0] if rates else 0

    # --- what the portals ask

    def schema_version(self, name: str, on: dt.date) -> str:
        """Gives the version that a portal's file written on a day carries: gstr1, gstr3b, inv01, ewaybill."""
        for fact in self._schemas:
            if fact.form == name and fact.holds_on(on):
                return fact.version
        raise UnknownFact(f"no version of {name} on {on}")

    def return_due(self, form: str, period: str, filing: str, state_code: str) -> dt.date:
        """Gives the day on which a return is due: form GSTR1, IFF or GSTR3B, period YYYY-MM.

        A quarter's period is its last month. Raises UnknownFact when nothing tells it (a form not filed so then).
        """
        found = due_on(
            self._due_days, self._extensions, form=form, period=period, filing=filing, state=state_code
        )
        if found is None:
            raise UnknownFact(f"no due date of {form}, {filing}, for {period}")
        return found

    # --- codes of goods and services

    def hsn(self, code: str) -> HsnFact | None:
        """Gives a code, or the nearest above it: the shipped list has every heading and some of what is under them.

        An imported official list knows its own codes and no others. None when unknown.
        """
        if len(code) not in (2, 4, 6, 8):
            return None
        exact = self._codes.lists_services if code.startswith("99") else self._codes.lists_goods
        return self._codes.lookup.by_code.get(code) if exact else self._codes.lookup.known(code)

    def find_hsn(self, words: str, limit: int = 20) -> list[HsnFact]:
        """Gives the codes that fit words or the first digits of a code, the likeliest first."""
        return self._codes.lookup.find(words, limit)

    def hsn_source(self) -> str:
        """Gives the name of the file the official list came from, "" while the shipped selection answers."""
        return self._codes.source

    def usual_rate(self, hsn: str, on: dt.date) -> RateFact | None:
        """Gives what a code usually carried on a day, by the longest beginning that is told of; None when none is.

        A help for whoever writes the paper, never a judgement: `confirmed` says whether a source was seen.
        """
        for length in range(len(hsn), 1, -1):
            for fact in self._usual_rates.get(hsn[:length], ()):
                if fact.holds_on(on):
                    return fact
        return None

    # --- the files

    @cached_property
    def _states(self) -> dict[str, State]:
        return {state.code: state for state in self.entries("states", State)}

    @cached_property
    def _uqcs(self) -> dict[str, Uqc]:
        return {uqc.code: uqc for uqc in self.entries("uqcs", Uqc)}

    @cached_property
    def _ports(self) -> dict[str, Port]:
        return {port.code: port for port in self.entries("ports", Port)}

    @cached_property
    def _rates(self) -> list[tuple[int, Rate]]:
        return [(rate_bp(rate.rate), rate) for rate in self.entries("rates", Rate)]

    @cached_property
    def _limits(self) -> dict[str, list[tuple[int, Limit]]]:
        limits: dict[str, list[tuple[int, Limit]]] = {}
        for limit in self.entries("limits", Limit):
            limits.setdefault(limit.name, []).append((paise(limit.amount), limit))
        return limits

    @cached_property
    def _digits(self) -> list[tuple[int, Digits]]:
        return [(paise(row.above), row) for row in self.entries("hsn_digits", Digits)]

    @cached_property
    def _days(self) -> list[tuple[int, Days]]:
        return [(paise(row.from_turnover or "0"), row) for row in self.entries("days", Days)]

    @cached_property
    def _bank_rates(self) -> tuple[BankRate, ...]:
        return tuple(sorted(self.entries("bank_rates", BankRate), key=lambda fact: fact.since or dt.date.min))

    @cached_property
    def _tds(self) -> list[TdsCode]:
        return [_tds_code(row) for row in self.entries("tds", TdsRow)]

    @cached_property
    def _schemas(self) -> list[Schema]:
        return self.entries("schemas", Schema)

    @cached_property
    def _due_days(self) -> list[DueDay]:
        return self.entries("due_days", DueDay)

    @cached_property
    def _extensions(self) -> list[Extension]:
        return self.entries("extensions", Extension)

    @cached_property
    def _codes(self) -> HsnCodes:
        return codes_of(self.entries("hsn", HsnFact), self._hsn_list)

    @cached_property
    def _usual_rates(self) -> dict[str, list[RateFact]]:
        rates: dict[str, list[RateFact]] = {}
        for row in self.entries("usual_rates", UsualRate):
            rates.setdefault(row.code, []).append(_rate_fact(row))
        return rates

    def trusted_keys(self) -> list[TrustedKey]:
        """Gives the keys that may sign a pack: those of the release, never of a pack."""
        return _decoded((self._folder / "keys.json").read_bytes(), TrustedKey)

    def entries(self, name: str, kind: type[Row]) -> list[Row]:
        """Gives a whole table as its file has it, claims that do not apply included."""
        raw = self._tables.get(name)
        return _decoded((self._folder / f"{name}.json").read_bytes() if raw is None else raw, kind)


_taken_up: list[Facts] = []


def put_in_force(facts: Facts | None) -> None:
    """Lets the program go by these facts from now on; by the release's when None. Papers issued stay as they are."""
    _taken_up[:] = [] if facts is None else [facts]


def _decoded(raw: bytes, kind: type[Row]) -> list[Row]:
    return [
        msgspec.json.decode(entry, type=kind) for entry in msgspec.json.decode(raw, type=_Entries).entries
    ]


def _rate_fact(row: UsualRate) -> RateFact:
    return RateFact(
        code=row.code,
        rate_bp=None if row.rate is None else rate_bp(row.rate),
        treatment=row.treatment,
        note=row.note,
        since=row.since,
        until=row.until,
        source=row.source,
        confirmed=row.confirmed,
        applies=row.applies,
    )


def _tds_code(row: TdsRow) -> TdsCode:
    return TdsCode(
        code=row.code,
        section=row.section,
        name=row.name,
        rate_bp=None if row.rate is None else rate_bp(row.rate),
        threshold_single_paise=None if row.threshold_single is None else paise(row.threshold_single),
        threshold_year_paise=None if row.threshold_year is None else paise(row.threshold_year),
        rate_without_pan_bp=None if row.rate_without_pan is None else rate_bp(row.rate_without_pan),
        levy=row.levy,
        excess_alone=row.excess_alone,
        threshold_month_paise=None if row.threshold_month is None else paise(row.threshold_month),
        since=row.since,
        until=row.until,
        source=row.source,
        confirmed=row.confirmed,
        applies=row.applies,
    )


@cache
def _shipped() -> Facts:
    return Facts(Path(__file__).parent / "data")
