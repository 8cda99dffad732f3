"""How attachments become rows."""

from core.attachments.kinds import ADDED, REMOVED
from core.attachments.model import Attached, Detached
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.attachments import attachments


def project_added(rows: Rows, applied: Applied) -> None:
    """Its row; a held one is shown all the same, since it takes nothing from anybody."""
    attached: Attached = applied.body
    rows.put(
        attachments,
        id=applied.record,
        about=attached.about,
        address=attached.address,
        key_version=attached.key_version,
        name=attached.name,
        media=attached.media,
        size_bytes=attached.size_bytes,
        added_on=attached.added_on,
        note=attached.note,
        user=applied.user,
    )
    rows.touch("attachments", attached.about)


def project_removed(rows: Rows, applied: Applied) -> None:
    """Its row goes; the log keeps what it was."""
    detached: Detached = applied.body
    attached: Attached = applied.paper(detached.attachment)
    rows.drop(attachments, (detached.attachment,))
    rows.touch("attachments", attached.about)


PROJECTIONS: dict[str, Projection] = {ADDED.name: project_added, REMOVED.name: project_removed}
