"""What the device finds about its own book and the service, and no answer of the service tells."""

from sqlalchemy.engine import Connection

from core.inbox.model import Attention, Choice, InboxItem
from core.store.log import read_meta, shelved_count
from core.store.retake import left_count
from core.store.wiping import HALTED
from core.words import translate as _


def service_items(read: Connection) -> list[InboxItem]:
    """That book and service differ and could not be mended, that changes found no place after a restore, that changes
    of a newer version wait, and that a load stopped for a person's word; each once, until it is over or put aside."""
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
    if halted := meta.get(HALTED):
        lost, held, at_us, *past_fork = halted
        if any(past_fork):
            text = _(
                "The service was restored and lacks {lost} of this book's {held} records, so nothing was taken in and "
                "what is written here waits. Sync the other devices: one may bring them, and this one goes on by "
                "itself. Say that it is meant so only when none of them has them."
            )
        else:
            text = _(
                "The service would take away {lost} of this book's {held} records, so nothing was taken in. Ask "
                "whoever runs the service. What is written here is still sent."
            )
        text = text.format(lost=lost, held=held)
        choices = (Choice.AGREE.value, Choice.DISMISS.value)
        found.append(_item(f"halt.{lost}.{held}", Attention.HALT, text, meta["device"], at_us, choices))
    return found


def _item(
    item: str, kind: Attention, text: str, device: bytes, at_us: int,
    choices: tuple[str, ...] = (Choice.DISMISS.value,),
) -> InboxItem:  # fmt: skip
    return InboxItem(
        item,
        kind.value,
        _("Service"),
        text,
        None,
        None,
        choices,
        "",
        device,
        None,
        None,
        at_us,
    )
