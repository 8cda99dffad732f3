"""What needs attention about numbers: that this book is a copy, and from which series it goes on."""

from sqlalchemy.engine import Connection

from core.changes.stamp import instant_of
from core.inbox.model import Attention, Choice, InboxItem
from core.store.epochs import Copy, Why, copies
from core.store.log import read_meta
from core.words import translate as _


def copy_items(read: Connection) -> list[InboxItem]:
    """One for each time that this book began anew, until it is taken note of; newest first."""
    device = read_meta(read)["device"]
    return [
        InboxItem(
            f"copy.{copy.epoch}", Attention.COPY.value, _("Series {code}").format(code=copy.code), _told(copy),
            None, None, (Choice.DISMISS.value,), "numbering.copy", device, None, None, instant_of(copy.stamp),
        )
        for copy in reversed(copies(read))
    ]  # fmt: skip


def _told(copy: Copy) -> str:
    goes_on = _(
        "New papers here are numbered {code}/…; the series {before} keeps the numbers it has."
    ).format(code=copy.code, before=copy.code_before)
    return f"{_reason(copy.why)} {goes_on}"


def _reason(why: str) -> str:
    return {
        Why.RESTORED.value: _("This book was restored from a backup."),
        Why.MOVED.value: _("This book was copied here from another computer."),
        Why.UNMARKED.value: _("This book was not used on this computer before, or its mark here is gone."),
        Why.BEHIND.value: _("This book is older than the one that was last used on this computer."),
        Why.FORKED.value: _("Another copy of this book has used the same numbers; both go on."),
        Why.REBOUND.value: _("This computer was made known to the service anew."),
        Why.LACKING.value: _("The restored service and this book both lack changes that were made here."),
    }.get(why, _("This book is a copy."))
