"""What the device finds about its own book and the service, and no answer of the service tells."""

from sqlalchemy.engine import Connection

from core.inbox.model import Attention, Choice, InboxItem
from core.store.log import read_meta, shelved_count
from core.store.retake import left_count
from core.words import translate as _


def service_items(read: Connection) -> list[InboxItem]:
    """That this book and the service differ and could not be mended, that changes found no place after a restore, and
    that changes of a newer version wait; each once, until it is over or taken note of."""
    meta = read_meta(read)
    found = []
    if differs := meta.get("differs"):
        text = _(
            "This book and the service have the same changes and make different things of them. It was tried to mend "
            "that. Run `bahi verify` on this book and keep a backup; syncing goes on."
        )
        found.append(
            _item(f"differs.{differs['seq']}", Attention.DIFFERS, text, meta["device"], differs["at_us"])
        )
    if meta.get("shared") and (left := left_count(read)):
        text = _(
            "{count} changes of other devices were lost when the service was restored, and their authors have written "
            "on without them. They are kept here. Sync those devices, or let an owner invite them again."
        ).format(count=left)
        found.append(_item(f"left.{left}", Attention.LEFT, text, meta["device"], 0))
    if shelved := shelved_count(read):
        text = _(
            "{count} changes were written by a newer version of Bahi and wait here until this one is updated. Nothing "
            "of them is lost; until then nothing is decided about the parties they are of."
        ).format(count=shelved)
        found.append(_item(f"shelved.{shelved}", Attention.SHELVED, text, meta["device"], 0))
    return found


def _item(item: str, kind: Attention, text: str, device: bytes, at_us: int) -> InboxItem:
    return InboxItem(
        item,
        kind.value,
        _("Service"),
        text,
        None,
        None,
        (Choice.DISMISS.value,),
        "",
        device,
        None,
        None,
        at_us,
    )
