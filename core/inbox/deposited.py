"""What revoked devices laid down, as an owner's Inbox tells it. Only an owner decides about it, online."""

from sqlalchemy.engine import Connection

from core.inbox.model import Attention, Choice, InboxItem
from core.store.devices import device_rows
from core.store.log import read_meta
from core.words import translate as _

KIND = "people.deposit"
_PREFIX = "deposit."


def deposit_items(read: Connection) -> list[InboxItem]:
    """One for each deposit that waits, on an owner's device alone."""
    meta = read_meta(read)
    if meta.get("role") != "owner" or not meta.get("deposits"):
        return []
    named = {row.device: (row.name or row.code, row.user) for row in device_rows(read)}
    return [
        _item(bytes(deposit), bytes(device), *named.get(device, ("", "")), changes, laid_at_us)
        for deposit, device, changes, laid_at_us in meta["deposits"]
    ]


def deposit_of(item: str) -> bytes:
    """The deposit that an item of the Inbox is about. ValueError when it is about another thing."""
    if not item.startswith(_PREFIX):
        raise ValueError(item)
    return bytes.fromhex(item.removeprefix(_PREFIX))


def _item(deposit: bytes, device: bytes, name: str, user: str, changes: int, laid_at_us: int) -> InboxItem:
    about = _("Deposit of {device}").format(device=name or _("a device"))
    text = _(
        "{user}'s device was revoked with {count} changes that had not been sent. Release them, and papers wait for "
        "your word one by one; or throw them away."
    ).format(user=user or _("Somebody"), count=changes)
    return InboxItem(
        f"{_PREFIX}{deposit.hex()}", Attention.DEPOSIT.value, about, text, None, None,
        (Choice.RELEASE.value, Choice.DISCARD.value), KIND, device, None, None, laid_at_us,
    )  # fmt: skip
