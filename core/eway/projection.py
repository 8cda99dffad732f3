"""How a noted e-way bill becomes its row."""

from core.eway.kinds import NOTED
from core.eway.model import Noted
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.eway import eway_bills


def project_noted(rows: Rows, applied: Applied) -> None:
    """Its row, and the paper's views are told."""
    noted: Noted = applied.body
    rows.insert(
        eway_bills,
        id=applied.record,
        document=noted.document,
        bill_number=noted.bill_number,
        made_at=noted.made_at.isoformat(sep=" "),
        valid_until=noted.valid_until.isoformat(sep=" ") if noted.valid_until else "",
    )
    rows.touch("invoicing", noted.document)


PROJECTIONS: dict[str, Projection] = {NOTED.name: project_noted}
"""What the kind of e-way bills becomes."""
