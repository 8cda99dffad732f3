"""What a fact looks like: every one has its period and its source, and may be marked as not confirmed.

Files keep amounts and rates as decimal strings; the records that answer hold paise and basis points.
"""

import datetime as dt

import msgspec


class Dated(msgspec.Struct, frozen=True, kw_only=True, rename={"since": "from", "until": "to"}):
    """Something that holds from a day to a day, both included; None is without end.

    `applies` False is a claim that was seen but not confirmed: kept to be looked at, never an answer.
    """

    since: dt.date | None
    until: dt.date | None
    source: str
    confirmed: bool = True
    applies: bool = True

    def holds_on(self, on: dt.date) -> bool:
        """Says whether the fact holds on a day."""
        if not self.applies:
            return False
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
    """An amount of law, in rupees; with `state` it holds within that State alone."""

    name: str
    amount: str
    state: str = ""


class Digits(Dated, frozen=True, kw_only=True):
    """How many digits an HSN code has at least, for a turnover above `above` rupees."""

    above: str
    digits: int


class Days(Dated, frozen=True, kw_only=True):
    """A clock of law. The name says the unit (…_days, …_hours, …_km); `from_turnover` in rupees, that or more."""

    name: str
    count: int
    from_turnover: str | None = None


class Schema(Dated, frozen=True, kw_only=True):
    """The version a portal's file carries; the day asked about is the day it is written."""

    form: str
    version: str


class Port(Dated, frozen=True, kw_only=True):
    """A customs port: six characters as the shipping bill has it; `mode` sea, air, icd, land or sez."""

    code: str
    name: str
    mode: str


class BankRate(Dated, frozen=True, kw_only=True):
    """The Reserve Bank's bank rate, in per cent a year."""

    rate: str

    @property
    def rate_bp(self) -> int:
        """The rate in basis points."""
        whole, _point, part = self.rate.partition(".")
        return int(whole) * 100 + int(part.ljust(2, "0"))


class DueDay(Dated, frozen=True, kw_only=True):
    """The day of the month after a period on which its return is due; the period asked about must begin within.

    `filing` monthly or quarterly; `states` are the codes it is for (none: all); a day beyond the month is its last.
    """

    form: str
    filing: str
    day: int
    states: tuple[str, ...] = ()


class Extension(Dated, frozen=True, kw_only=True):
    """A due date that a notification moved, for one period; `states` as in `DueDay`."""

    form: str
    filing: str
    period: str
    due_on: dt.date
    states: tuple[str, ...] = ()


class HsnFact(Dated, frozen=True, kw_only=True):
    """A code of goods (HSN) or services (SAC, beginning with 99), with what it is for."""

    code: str
    description: str

    @property
    def is_service(self) -> bool:
        """Says whether it is a service's code."""
        return self.code.startswith("99")


class UsualRate(Dated, frozen=True, kw_only=True):
    """The rate that codes beginning with `code` usually carry, in per cent; None where it depends."""

    code: str
    rate: str | None
    treatment: str = "taxable"
    note: str = ""


class RateFact(Dated, frozen=True, kw_only=True):
    """What a code usually carries: `treatment` taxable, nil, exempt or non_gst; `code` is what it was told for."""

    code: str
    rate_bp: int | None
    treatment: str
    note: str


class TrustedKey(Dated, frozen=True, kw_only=True):
    """A key that may sign packs: 32 bytes of Ed25519, in base64."""

    id: str
    public: str


class TdsRow(Dated, frozen=True, kw_only=True):
    """A TDS section or payment code as the file has it: rates in per cent, thresholds in rupees; levy income or gst."""

    code: str
    section: str
    name: str
    rate: str | None
    threshold_single: str | None
    threshold_year: str | None
    rate_without_pan: str | None = None
    levy: str = "income"
    excess_alone: bool = False
    threshold_month: str | None = None


class TdsCode(Dated, frozen=True, kw_only=True):
    """A TDS section or payment code: what a buyer may deduct under it. None where no figure is known.

    Facts of one `name` are one nature of payment, whatever Act gives them their code. `excess_alone`: only what is
    above the yearly threshold bears the tax. Rent has a threshold for each month instead of the year's.
    """

    code: str
    section: str
    name: str
    rate_bp: int | None
    threshold_single_paise: int | None
    threshold_year_paise: int | None
    rate_without_pan_bp: int | None = None
    levy: str = "income"
    excess_alone: bool = False
    threshold_month_paise: int | None = None
