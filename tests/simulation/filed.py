"""What a filed return has told stays told there: watched at each round of each device."""

from typing import Any, NamedTuple

from core.advances.rules import Move
from core.changes.standing import State
from core.ids import Id
from core.returns.queries import month_of, return_periods
from tests.simulation.broken import expect

_FILED = (
    "SELECT f.period FROM filed_returns f JOIN standing s ON s.record = f.id JOIN changes c ON c.entry = s.entry "
    "WHERE f.form = 'GSTR1' AND s.state = ? AND c.seq IS NOT NULL"
)


class Told(NamedTuple):
    """What a return tells: its documents, cancelled ones too, and how advances moved."""

    documents: frozenset[Id]
    advances: tuple[Move, ...]


def note_filed(read: Any, known: dict[str, Told]) -> None:
    """Hold what every return tells that the service has put in order against what it told when it was first seen."""
    filed = {row[0] for row in read.exec_driver_sql(_FILED, (int(State.LIVE),))}
    if not filed:
        return
    documents = [row[0] for row in read.exec_driver_sql("SELECT id FROM documents")]
    records: dict[str, set[Id]] = {period: set() for period in filed}
    for record, period in return_periods(read, documents).items():
        if period in filed:
            records[period].add(record)
    for period in sorted(filed):
        told = Told(frozenset(records[period]), month_of(read, period).advances)
        before = known.setdefault(period, told)
        changed = [record.hex() for record in before.documents ^ told.documents]
        expect(not changed, f"the return of {period} was filed, and tells other papers since: {changed}")
        expect(
            before.advances == told.advances,
            f"the return of {period} was filed, and tells other advances since: {before.advances} {told.advances}",
        )
    expect(known.keys() <= filed, f"returns that were filed are not: {known.keys() - filed}")
