"""Where one stands on the GST screen, as the way back remembers it, and where a finding is cured. Free of Qt.

A page of the screen is a table, perhaps of a period, perhaps one row of it: "checks", "sections:2026-10",
"sections:2026-10:b2b".
"""

from typing import NamedTuple

from core.returns.finding import Finding
from core.returns.periods import previous_period
from desktop.ports import Place

_TABLES = {
    "NUMBER_MISSING": "gaps",
    "TABLE_13": "gaps",
    "GSTR1_GSTR3B": "boxes",
    "BOOKS_DIFFER": "boxes",
}
"""The table that shows what a finding about the whole return speaks of; the sections otherwise."""

_SETTINGS = {"UNSENT": "devices", "DEVICE_QUIET": "devices", "SHELVED": "about", "LUT_MISSING": "lut"}
"""The page of the settings where a finding is cured; the company's GSTIN otherwise."""


class Spot(NamedTuple):
    """A table, the period it shows (empty: the one shown last), and a row of it (empty: none)."""

    table: str
    period: str = ""
    row: str = ""

    @property
    def page(self) -> str:
        """As a Place names it."""
        return ":".join(part for part in self if part)


def spot_of(page: str) -> Spot:
    """The spot that a page names."""
    table, _, rest = page.partition(":")
    period, _, row = rest.partition(":")
    return Spot(table, period, row)


def cure_of(one: Finding, period: str, filing: str) -> Place:
    """Where a finding of a period's return is cured: the paper, the draft, the party, the setting, the table."""
    record = one.record or one.document
    if one.code == "DRAFT":
        return Place("invoices", record, "draft")
    if one.papers:
        return Place("gst", page=Spot("checks", period, one.code).page)
    if one.code == "PREVIOUS_UNFILED":
        return Place("gst", page=Spot("sections", previous_period(period, filing)).page)
    if one.place == "gst":
        table = _TABLES.get(one.code, "boxes" if one.code.startswith("BOOKS_") else "sections")
        return Place("gst", page=Spot(table, period, one.number if table == "gaps" else "").page)
    if one.place == "settings":
        return Place("settings", page=_SETTINGS.get(one.code, "gstin"))
    if one.place == "parties" and one.record is None:
        return Place("invoices", record)
    return Place(one.place, record)
