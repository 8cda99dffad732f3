"""What revoked devices laid down, or could still send, as an owner's Inbox tells it. Of deposits only an owner decides,
online."""

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


def ended_items(read: Connection) -> list[InboxItem]:
    """One for each device whose changes a restored service took although it had been revoked, on an owner's device."""
    meta = read_meta(read)
    if meta.get("role") != "owner" or not meta.get("late_ends"):
        return []
    named = {row.device: row.name or row.code for row in device_rows(read)}
    text = _(
        "{count} changes of {device} were taken after it was revoked: the service had been restored from a backup and "
        "did not know that yet. They stand as they are. Look through them, and cancel what should not be."
    )
    found = []
    for device, after, upto in meta["late_ends"]:
        sql = "SELECT count(*) FROM changes WHERE device = ? AND seq > ? AND seq <= ?"
        count = read.exec_driver_sql(sql, (device, after, upto)).scalar_one()
        name = named.get(device) or _("a device")
        found.append(
            InboxItem(
                f"ended.{device.hex()}.{upto}", Attention.ENDED.value, name, text.format(count=count, device=name),
                None, None, (Choice.DISMISS.value,), "", device, None, None, 0,
            )
        )  # fmt: skip
    return found


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
