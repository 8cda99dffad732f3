"""From which day on so much of a paper is open to be settled."""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.engine import Connection

from core.ids import Id
from core.store.read import in_runs

_AMOUNTS = "SELECT paper, amount_paise FROM open_items WHERE paper IN (RUN)"
_TAKEN = "SELECT document, allocated_on, paise FROM allocations WHERE document IN (RUN)"
_USED = "SELECT credit, allocated_on, paise FROM allocations WHERE credit IN (RUN) AND document != credit"


def free_from(read: Connection, wanted: Mapping[Id, int]) -> dt.date:
    """The first day from which on so much of each of these papers is open, and stays so; paise by paper.

    What settled a paper and was taken back since (a cheque that bounced) had it until then: nothing else settles it
    meanwhile. The papers' own dates are not looked at; of a paper of which less is open even now it is the day on which
    it was last lessened.
    """
    open_paise: dict[Id, int] = dict(tuple(row) for row in in_runs(read, _AMOUNTS, wanted))
    first = dt.date.min.isoformat()
    moved = [row for question in (_TAKEN, _USED) for row in in_runs(read, question, open_paise)]
    by_day: dict[tuple[Id, str], int] = {}
    for paper, day, paise in moved:
        by_day[paper, day] = by_day.get((paper, day), 0) + paise
    days = sorted(by_day, key=lambda at: at[1])
    for n, (paper, day) in enumerate(days):
        open_paise[paper] -= by_day[paper, day]
        if open_paise[paper] < wanted[paper]:
            later = [on for other, on in days[n + 1 :] if other == paper]
            first = max(first, later[0] if later else day)
    return dt.date.fromisoformat(first)
