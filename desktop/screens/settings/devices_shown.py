"""How the Devices page says what it knows: each device and deposit as a line, texts of what a deed does. Free of Qt."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.clock import INDIA
from core.words import date_text
from core.words import translate as _
from desktop.ports import Tone
from desktop.screens.settings.carrying import carried_text
from desktop.screens.settings.office import BookFacts
from desktop.screens.settings.staff_office import Staff, WaitingDeposit

if TYPE_CHECKING:
    from core.ids import Id
    from sync.client.deposits import Contents
    from sync.client.staff import Colleague


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of a list: `record` is what opens when it is chosen."""

    record: "Id"
    title: str
    detail: str
    state: str
    note: str = ""
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The page of a shared book. Deeds are offered to owners; `factor` says how their second factor stands."""

    facts: Sequence[tuple[str, str]]
    devices: Sequence[Line]
    deposits: Sequence[Line]
    is_owner: bool
    is_guarded: bool
    as_of: str


@dataclass(frozen=True, slots=True)
class DepositShown:
    """A deposit that was opened."""

    deposit: "Id"
    title: str
    text: str
    facts: Sequence[tuple[str, str]]


def shown(facts: BookFacts, staff: Staff, *, is_guarded: bool) -> Shown:
    """The page of a book that is shared."""
    said = [
        (_("Service"), facts.server),
        (_("This device"), facts.device_code),
        (_("Your role"), role_name(facts.role)),
        (_("Waiting"), _changes(staff.waiting) if staff.waiting else _("Nothing")),
    ]
    names = {one.device: one for one in staff.colleagues}
    is_owner = facts.role == "owner"
    return Shown(
        said,
        [_device_line(one, staff) for one in staff.colleagues],
        [_deposit_line(one, names.get(one.device)) for one in staff.deposits] if is_owner else [],
        is_owner,
        is_guarded,
        _("As of {time}").format(time=instant_text(staff.as_of_us)) if staff.as_of_us else "",
    )


def deposit_shown(one: WaitingDeposit, device: "Colleague | None", inside: "Contents") -> DepositShown:
    """What was found in a deposit."""
    facts = [
        (_("Papers"), str(inside.papers)),
        (_("Claims"), str(inside.claims)),
        (_("Edits"), str(inside.fields)),
    ]
    if inside.unknown:
        facts.append((_("Not known to this version"), str(inside.unknown)))
    text = _(
        "Released, each paper waits in the Inbox for your word, each claim is judged as if it came now, and each edit "
        "is merged. All of it stands under the name and numbers of that device."
    )
    return DepositShown(one.deposit, _deposit_line(one, device).title, text, facts)


def role_name(role: str) -> str:
    """A role as people call it."""
    names = {
        "owner": _("Owner"),
        "bookkeeper": _("Bookkeeper"),
        "field": _("In the field"),
        "auditor": _("Auditor"),
    }
    return names.get(role, role)


def roles() -> list[tuple[str, str]]:
    """Every role with its name, the most usual first."""
    return [(role, role_name(role)) for role in ("bookkeeper", "field", "auditor", "owner")]


def invitation_text(role: str = "") -> str:
    """What to do with an invitation."""
    told = _("On the new device: Bahi, Join a company. Server {server}, and this code, within two days.")
    if role != "field":
        return told
    more = _("It carries no party until you name some: open it in the list above then, and choose Parties.")
    return f"{told} {more}"


def key_text(device: str) -> str:
    """What to do with a code for a new key."""
    told = _("On {device}: Settings, Devices, and this code, within two days. Its old key ends then.")
    return told.replace("{device}", device)


def last_resort_text(business: str, device: str) -> str:
    """Who makes a code where no owner's device is left, and how."""
    return _("If no owner's device is left, whoever runs the service makes one: {command}").format(
        command=f"bahi key-code {business} {device}"
    )


def forgotten_text(*, may_found: bool) -> str:
    """What to do where the service does not know the business any more."""
    if may_found:
        return _(
            "The service does not know this business any more: it was put back to an older state, or begun anew. Ask "
            "whoever runs it for a founding code and enter it here. It is the same business then, with the same "
            "devices, and each hands back what it has. Nothing is lost meanwhile."
        )
    return _(
        "The service does not know this business any more. An owner brings it back, here on the owner's device; then "
        "this one goes on by itself. Nothing is lost meanwhile."
    )


def revoke_text(device: str) -> str:
    """What the end of a device means, before it is done."""
    return _(
        "From its next request on {device} gets nothing more and sends nothing more. What was written on it and not "
        "sent it lays down, sealed to the owners: you release that here or throw it away. Then it destroys its key, "
        "and the book on it cannot be opened by anybody. This cannot be taken back."
    ).format(device=device)


def instant_text(at_us: int) -> str:
    """An instant as a clock in India shows it."""
    at = dt.datetime.fromtimestamp(at_us // 1_000_000, INDIA)
    return f"{date_text(at.date())} {at:%H:%M}"


def _device_line(one: "Colleague", staff: Staff) -> Line:
    title = f"{one.code} · {one.name}" if one.name else one.code
    seen = _("seen {time}").format(time=instant_text(one.seen_at_us)) if one.seen_at_us else ""
    app = _("version {version}").format(version=one.app) if one.app else ""
    state, tone = _state_of(one.state)
    carried = staff.carried.get(one.device) if one.state in ("live", "invited") else None
    if carried is not None and not carried[0]:
        note, tone, parties = carried_text(carried), "warning", ""
    else:
        note, parties = _note(one, staff.waiting), carried_text(carried)
    told = [one.user, role_name(one.role), parties, seen, app]
    return Line(one.device, title, " · ".join(part for part in told if part), state, note, tone)


def _note(one: "Colleague", waiting: int) -> str:
    """What stands below how it stands with a device: what it has sent, or what waits on this one."""
    if not one.is_this:
        return _("{changes} sent").format(changes=_changes(one.sent)) if one.sent else ""
    if waiting:
        return _("this device, {changes} waiting").format(changes=_changes(waiting))
    return _("this device")


def _state_of(state: str) -> tuple[str, Tone]:
    """How it stands with a device, in a word, with a tone that supports it."""
    said: dict[str, tuple[str, Tone]] = {
        "live": (_("At work"), "success"),
        "invited": (_("Invited"), "accent"),
        "revoked": (_("Revoked"), "muted"),
        "lost": (_("Lost"), "danger"),
    }
    return said.get(state, (state, ""))


def _deposit_line(one: WaitingDeposit, device: "Colleague | None") -> Line:
    name = (device.name or device.code) if device is not None else _("a device")
    title = _("Deposit of {device}").format(device=name)
    detail = _("laid down {time}").format(time=instant_text(one.laid_at_us))
    return Line(one.deposit, title, detail, _changes(one.changes), tone="warning")


def _changes(count: int) -> str:
    return _("1 change") if count == 1 else _("{count} changes").format(count=count)
