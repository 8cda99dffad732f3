"""Who is there, as this book was last told: every device with its user and role, and how it stands with it."""

from typing import Any, NamedTuple

import msgspec

from core.errors import RuleBroken
from core.ids import Id, id_text
from core.problems import Problem
from core.store.log import Meta
from core.words import translate as _
from sync.protocol.messages import DeviceRow, Staff

INVITED, LIVE, REVOKED, LOST = "invited", "live", "revoked", "lost"


class Colleague(NamedTuple):
    """A device of the business.

    `state` is invited (its code was used, it has not come yet), live, revoked or lost. `seen_at_us` is when it last
    proved itself, `sent` how many of its changes the service has, `app` its version; 0 and empty where nobody asked.
    """

    device: Id
    code: str
    name: str
    user: str
    role: str
    state: str
    is_this: bool
    seen_at_us: int = 0
    sent: int = 0
    app: str = ""


def as_told(staff: Staff, now_us: int) -> dict[str, Any]:
    """What the service answered, as the little facts of a book that tell of it."""
    return {
        "staff": [msgspec.structs.astuple(device) for device in staff.people.devices],
        "staff_seen": {row.device: msgspec.structs.astuple(row)[1:] for row in staff.rows},
        "staff_at_us": now_us,
    }


def colleagues(meta: Meta) -> list[Colleague]:
    """Everybody, by device code; those who ended come last. `meta` are the little facts of the book."""
    seen: dict[bytes, list[Any]] = meta.get("staff_seen", {})
    found = []
    for row in msgspec.convert(meta.get("staff", []), list[DeviceRow]):
        seen_at_us, _enrolled_at_us, sent, ending, app = [*seen.get(row.device, []), *[0, 0, 0, "", ""]][:5]
        state = (ending or REVOKED) if row.state == "ended" else row.state
        is_this = row.device == meta["device"]
        found.append(
            Colleague(
                row.device, row.code, row.name, row.user, row.role, state, is_this, seen_at_us, sent, app
            )
        )
    return sorted(found, key=lambda one: (one.state in (REVOKED, LOST), len(one.code), one.code))


def named(found: list[Colleague], typed: str) -> Colleague:
    """The device of a code, id or name. Raises `RuleBroken` (NO_DEVICE, AMBIGUOUS)."""
    wanted = typed.strip().casefold()
    by_code = [one for one in found if wanted in (one.code.casefold(), id_text(one.device))]
    fitting = by_code or [one for one in found if one.name.casefold() == wanted]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        message = _("More than one device is called {name}.").format(name=typed)
        remedy = _("Give its code: {codes}.").format(codes=", ".join(one.code for one in fitting))
        raise RuleBroken([Problem("AMBIGUOUS", message, "device", remedy=remedy)])
    message = _("There is no device {name}.").format(name=typed)
    raise RuleBroken([Problem("NO_DEVICE", message, "device", remedy=_("`bahi devices` names them."))])
