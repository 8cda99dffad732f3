"""The files that go to the invoice and e-way portals, and taking in what the invoice portal answers. Free of Qt.

Questions run on a read thread, commands on the writer's, files on a thread that may wait.
"""

import datetime as dt
import json
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from core.einvoice.signed import PORTAL_KEYS, keys_in
from core.einvoice.upload import upload
from core.errors import BahiError, RuleBroken
from core.eway.rules import bill_json, bulk_file, problems_with_eway
from core.exchange.portal_answer import ANSWER_BYTES_MAX, answer_text, take_portal_answer
from core.facts import Facts
from core.ids import Id
from core.invoicing.model import Document, Transport
from core.words import translate as _
from desktop.folders import portal_keys_folder
from desktop.ports import Reader, Work


class Answered(NamedTuple):
    """What an answer of the portal held: papers registered, those new here, and IRNs that it cancelled."""

    registered: int = 0
    new: int = 0
    cancelled: int = 0

    def text(self) -> str:
        """It in a sentence."""
        if self.cancelled:
            return _("Noted as cancelled at the portal: {count}").format(count=self.cancelled)
        if not self.new:
            return _("The book had this answer already")
        return _("Taken from the portal's answer: {count}").format(count=self.new)


def einvoice_of(read: Reader, *, record: Id, on: dt.date) -> bytes:
    """The invoice portal's file of a document. Raises `RuleBroken` with all that stands in its way."""
    made = upload(read, [record], on)
    if made.problems:
        raise RuleBroken(made.problems)
    return _encoded(made.papers[0])


def bill_of(document: Document, *, transport: Transport | None, on: dt.date) -> bytes:
    """The e-way portal's file of a document, its goods moving so. Raises `RuleBroken` with all in its way."""
    facts = Facts.in_force()
    moved = msgspec.structs.replace(document, transport=transport)
    problems = problems_with_eway(moved, facts, on)
    if problems:
        raise RuleBroken(problems)
    bills = [bill_json(moved, facts=facts)]
    return _encoded(bulk_file(bills, version=facts.schema_version("ewaybill", on)))


def put(data: bytes, file: Path) -> Path:
    """Write a file. Raises `BahiError` when it cannot be."""
    try:
        file.write_bytes(data)
    except OSError as error:
        raise _unwritten(error) from error
    return file


def answer_in(file: Path) -> str:
    """The text of the portal's answer. Raises `BahiError` when it cannot be read."""
    try:
        with file.open("rb") as opened:
            data = opened.read(ANSWER_BYTES_MAX + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BahiError(_("The file could not be read: {reason}").format(reason=reason)) from error
    return answer_text(data, file.name)


def portal_keys() -> dict[str, bytes]:
    """The portal's public keys: the release's own, and the user's beside his settings."""
    return keys_in(PORTAL_KEYS, portal_keys_folder())


def take(work: Work, *, text: str, keys: dict[str, bytes]) -> Answered:
    """Keep what the portal registered or cancelled, and the e-way bills that came along. Raises `RuleBroken`."""
    found = take_portal_answer(work, text, keys)
    new = sum(each.is_new for each in found.taken)
    return Answered(len(found.taken), new, len(found.cancelled))


def refusal_text(error: Exception) -> str:
    """Why something was refused: each problem with its remedy in a line of its own."""
    if not isinstance(error, RuleBroken):
        return str(error)
    return "\n".join(each.sentence for each in error.problems)


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _unwritten(error: OSError) -> BahiError:
    reason = error.strerror or type(error).__name__
    return BahiError(_("The file could not be written: {reason}").format(reason=reason))
