"""Verbs: attaching a file that lies sealed in the vault, and taking one off."""

import datetime as dt

from core.attachments.kinds import ADDED, REMOVED
from core.attachments.model import Attached, Detached
from core.attachments.queries import attachments_of
from core.attachments.rules import tidy_name
from core.attachments.vault import Sealed
from core.ids import Id
from core.store.work import Work


def attach(work: Work, about: Id, sealed: Sealed, *, name: str, today: dt.date, note: str = "") -> Id:
    """Attach a sealed file to a record; answers the attachment. One that is there already is not attached twice.

    Raises `RuleBroken`: NOT_STANDING, MEDIA, TOO_LARGE, TOO_LONG.
    """
    for known in attachments_of(work.read, about):
        if known.address == sealed.address:
            return known.id
    record = work.new_id()
    work.record(
        ADDED,
        record,
        Attached(
            about, sealed.address, sealed.key_version, tidy_name(name), sealed.media, sealed.size_bytes,
            today, note.strip(),
        ),
    )  # fmt: skip
    return record


def detach(work: Work, attachment: Id, *, reason: str, today: dt.date) -> Id:
    """Take an attachment off. Raises `RuleBroken`: REQUIRED, NOT_STANDING."""
    claim = work.new_id()
    work.record(REMOVED, claim, Detached(attachment, reason.strip(), today))
    return claim
