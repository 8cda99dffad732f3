"""How issued papers move the running numbers on; called by the projections of the rooms that own the papers."""

import datetime as dt

from core.fiscal import financial_year
from core.numbering.rules import IMPORTED
from core.store.rows import Rows
from core.store.tables.numbering import issue_days, numbers


def count_number(rows: Rows, *, series: str, dated_on: dt.date) -> None:
    """Note that a paper took the next number of its series; held papers do too. Imported ones are not counted."""
    if series == IMPORTED:
        return
    rows.add(numbers, (series, financial_year(dated_on)), issued=1)
    rows.add(issue_days, (dated_on,), papers=1)
