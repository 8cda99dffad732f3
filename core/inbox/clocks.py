"""That this computer's clock is wrong, as the Inbox tells it until it is set right."""

from sqlalchemy.engine import Connection

from core.inbox.model import Attention, Choice, InboxItem
from core.store.log import read_meta
from core.words import translate as _

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400


def clock_items(read: Connection) -> list[InboxItem]:
    """One while the last round of sync found this clock off (by so many seconds, at an instant of the service)."""
    meta = read_meta(read)
    off_s, since_us = meta.get("clock_off", (0, 0))
    if not off_s:
        return []
    return [
        InboxItem(
            f"clock.own.{since_us}", Attention.CLOCK.value, _("Clock"), _told(off_s), None, None,
            (Choice.DISMISS.value,), "", meta["device"], None, None, since_us,
        )
    ]  # fmt: skip


def _told(off_s: int) -> str:
    text = (
        _(
            "The clock of this computer is {time} ahead of the service's. Please set it: papers are dated by it."
        )
        if off_s > 0
        else _(
            "The clock of this computer is {time} behind the service's. Please set it: papers are dated by it."
        )
    )
    return text.format(time=_time(abs(off_s)))


def _time(seconds: int) -> str:
    if seconds >= 2 * _DAY_S:
        return _("{count} days").format(count=seconds // _DAY_S)
    if seconds >= 2 * _HOUR_S:
        return _("{count} hours").format(count=seconds // _HOUR_S)
    return _("{count} minutes").format(count=seconds // _MINUTE_S)
