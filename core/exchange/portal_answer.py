"""The invoice portal's answer as a file: read within bounds, and taken into the book with the e-way bills it brings."""

from collections.abc import Mapping
from typing import NamedTuple

from core.einvoice.commands import Taken, take_answer, take_cancellations
from core.errors import RuleBroken
from core.eway.commands import note_bill
from core.ids import Id
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _

ANSWER_BYTES_MAX = 64 << 20


class PortalAnswer(NamedTuple):
    """What an answer held: papers registered, or the papers whose IRN it cancelled."""

    taken: tuple[Taken, ...] = ()
    cancelled: tuple[Id, ...] = ()


def answer_text(data: bytes, name: str) -> str:
    """The text of an answer. Raises `RuleBroken` with TOO_LARGE or ENCODING; hand over one byte more than may be."""
    if len(data) > ANSWER_BYTES_MAX:
        raise RuleBroken([Problem("TOO_LARGE", _("The file is larger than 64 MiB."), file=name)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RuleBroken([Problem("ENCODING", _("The file is not UTF-8."), file=name)]) from None


def take_portal_answer(work: Work, text: str, keys: Mapping[str, bytes]) -> PortalAnswer:
    """Keep what the portal registered or cancelled, and the e-way bills that came along. Raises `RuleBroken`."""
    if gone := take_cancellations(work, text):
        return PortalAnswer(cancelled=tuple(gone))
    taken = take_answer(work, text, keys)
    for each in taken:
        if each.eway_number and each.eway_made_at is not None:
            note_bill(
                work,
                each.document,
                bill_number=each.eway_number,
                made_at=each.eway_made_at,
                valid_until=each.eway_valid_until,
            )
    return PortalAnswer(tuple(taken))
