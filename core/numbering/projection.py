"""How issued papers move the running numbers on; called by the projections of the rooms that own the papers."""

import datetime as dt

from core.fiscal import financial_year
from core.numbering.rules import IMPORTED
from core.store.plan import Applied
from core.store.rows import Rows
from core.store.tables.numbering import issue_days, numbers


def count_number(rows: Rows, applied: Applied, *, series: str, dated_on: dt.date) -> None:
    """Note that a paper took the next number of its series; held papers do too, but for those whose number is
    another's. Imported ones are not counted."""
    if series == IMPORTED or not applied.bears_number:
        return
    rows.add(numbers, (series, financial_year(dated_on)), issued=1)
    rows.add(issue_days, (dated_on,), papers=1)
