"""How a registration and its cancellation become rows."""

from core.changes.standing import State
from core.einvoice.kinds import CANCELLED_AT_PORTAL, REGISTERED, registered_id
from core.einvoice.model import CancelledAtPortal, Registered
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.einvoice import einvoices


def project_registered(rows: Rows, applied: Applied) -> None:
    """Its row, and the paper's views are told."""
    registered: Registered = applied.body
    rows.insert(
        einvoices,
        id=applied.record,
        document=registered.document,
        irn=registered.irn,
        ack_number=registered.ack_number,
        acknowledged_at=registered.acknowledged_at.isoformat(sep=" "),
    )
    rows.touch("invoicing", registered.document)


def project_cancelled(rows: Rows, applied: Applied) -> None:
    """The registration's row names its cancellation; one that is held says nothing yet."""
    cancelled: CancelledAtPortal = applied.body
    if applied.state is not State.HELD:
        rows.set(einvoices, (registered_id(cancelled.irn),), cancellation=applied.record)
        rows.touch("invoicing", cancelled.document)


PROJECTIONS: dict[str, Projection] = {
    REGISTERED.name: project_registered,
    CANCELLED_AT_PORTAL.name: project_cancelled,
}
"""What each kind of e-invoices becomes."""
