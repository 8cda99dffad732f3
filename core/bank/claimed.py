"""What was said of a line that is settled."""

from sqlalchemy.engine import Connection

from core.bank.model import Match, SetAside
from core.bank.queries import LineRow
from core.bank.rules import MATCHED
from core.store.read import paper_of


def claimed(read: Connection, row: LineRow) -> Match | SetAside | None:
    """The match of a line, or why it was set aside; None while it is open."""
    if row.match is None:
        return None
    if row.state == MATCHED:
        return paper_of(read, Match, row.match)
    return paper_of(read, SetAside, row.match)
