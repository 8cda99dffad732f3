"""The company's record needs no rows of its own: its image is the row."""

from core.company.kinds import EDITED
from core.store.plan import Applied, Projection
from core.store.rows import Rows


def project_company(_rows: Rows, _applied: Applied) -> None:
    """Nothing: the record is read from its image."""


PROJECTIONS: dict[str, Projection] = {EDITED.name: project_company}
