"""How many numbers each series has given in a year, and on which days papers were issued here."""

from core.store.tables.base import Day, Whole, Words, column, key, table

numbers = table(
    "numbers", key("series", Words), key("year", Whole), column("issued", Whole), sums=("issued",)
)
"""A series is gapless, so how many it gave is also the last one; `year` is the one the financial year starts in."""

issue_days = table("issue_days", key("dated_on", Day), column("papers", Whole), sums=("papers",))
"""Papers of Bahi's own series by their date; imported ones do not count."""
