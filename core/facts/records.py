"""What a fact looks like: every one has its period and its source, and may be marked as not confirmed.

Files keep amounts and rates as decimal strings; the records hold paise and basis points.
"""

import datetime as dt

import msgspec


class Dated(msgspec.Struct, frozen=True, kw_only=True, rename={"since": "from", "until": "to"}):
    """Something that holds from a day to a day, both included; None is without end."""

    since: dt.date | None
    until: dt.date | None
    source: str
    confirmed: bool = True

    def holds_on(self, on: dt.date) -> bool:
        """Says whether the fact holds on a day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


class State(Dated, frozen=True, kw_only=True):
    """A State under GST. `is_place`: it may be a place of supply; `in_gstin`: it may begin a GSTIN."""

    code: str
    name: str
    alpha2: str
    is_place: bool = True
    in_gstin: bool = True

    @property
    def retired(self) -> bool:
        """Says whether the code has an end."""
        return self.until is not None


class Uqc(Dated, frozen=True, kw_only=True):
    """A unit quantity code, as the returns want it."""

    code: str
    name: str


class Rate(Dated, frozen=True, kw_only=True):
    """A GST rate that was lawful for some goods or services; `rate` in per cent."""

    rate: str


class Limit(Dated, frozen=True, kw_only=True):
    """An amount of law, in rupees."""

    name: str
    amount: str


class TdsRow(Dated, frozen=True, kw_only=True):
    """A TDS section or payment code as the file has it: rate in per cent, thresholds in rupees."""

    code: str
    section: str
    name: str
    rate: str | None
    threshold_single: str | None
    threshold_year: str | None


class TdsCode(Dated, frozen=True, kw_only=True):
    """A TDS section or payment code: what a buyer may deduct under it. None where no figure is known."""

    code: str
    section: str
    name: str
    rate_bp: int | None
    threshold_single_paise: int | None
    threshold_year_paise: int | None
