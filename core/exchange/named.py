"""By what other papers of a file call a numbered paper of the book: its type, number and date."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from core.advances.kinds import RECEIVED, REFUNDED
from core.advances.model import ReceiptVoucher, RefundVoucher
from core.advances.rules import RECEIPT_VOUCHER, REFUND_VOUCHER
from core.changes.kind import Kind
from core.changes.standing import State
from core.exchange.document_model import FileReference
from core.exchange.finding import PAYBACK, RECEIPT, REVERSAL
from core.ids import Id
from core.invoicing.kinds import ISSUED
from core.invoicing.model import Document
from core.receipts.kinds import PAID_BACK, RECORDED, REVERSED
from core.receipts.model import Payback, Receipt, Reversal
from core.store.read import in_runs, papers_of

_SHAPES: Mapping[str, tuple[str, type[Any]]] = {
    ISSUED.name: ("", Document),
    RECORDED.name: (RECEIPT, Receipt),
    REVERSED.name: (REVERSAL, Reversal),
    PAID_BACK.name: (PAYBACK, Payback),
    RECEIVED.name: (RECEIPT_VOUCHER, ReceiptVoucher),
    REFUNDED.name: (REFUND_VOUCHER, RefundVoucher),
}


class PaperNamed(NamedTuple):
    """A numbered paper as others name it, with the paper itself."""

    type: str
    number: str
    dated_on: Any
    paper: Any

    @property
    def reference(self) -> FileReference:
        """Its number and date alone."""
        return FileReference(number=self.number, date=self.dated_on)


def named_papers(read: Connection, records: Iterable[Id]) -> dict[Id, PaperNamed]:
    """Each of these papers as others name it; what is no numbered paper is left out."""
    wanted = list(dict.fromkeys(records))
    kinds = dict(map(tuple, in_runs(read, "SELECT record, kind FROM standing WHERE record IN (RUN)", wanted)))
    found = {}
    for kind, (type_, shape) in _SHAPES.items():
        bodies = papers_of(read, shape, [record for record in wanted if kinds.get(record) == kind])
        for record, body in bodies.items():
            found[record] = PaperNamed(type_ or body.type, body.number, body.dated_on, body)
    return found


def claims_in(read: Connection, kind: Kind[Any], shape: type[Any]) -> list[tuple[Id, State, Any]]:
    """Every claim or fact of a kind that counts or once did, in the order in which they came."""
    sql = "SELECT record, state FROM standing WHERE kind = ? AND state NOT IN (?, ?) ORDER BY entry"
    given = (kind.name, int(State.HELD), int(State.VOID))
    rows = read.exec_driver_sql(sql, given).fetchall()
    bodies: Mapping[Id, Any] = papers_of(read, shape, [row[0] for row in rows])
    return [(record, State(state), bodies[record]) for record, state in rows]
