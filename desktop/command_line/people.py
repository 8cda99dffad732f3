"""Subcommands about who may what: invite, bind, devices, appoint, rename-device, revoke, second-factor."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop.command_line.frame import (
    AsJson,
    BookPath,
    PassphraseFile,
    answering,
    columns,
    opened,
    passphrase,
    tell,
)

if TYPE_CHECKING:
    from sync.client.owner import Owner
    from sync.client.staff import Colleague

ROLES = ("owner", "bookkeeper", "field", "auditor")
Device = Annotated[str, typer.Argument(metavar="DEVICE", help="A device's code, name or id.")]
Digits = Annotated[
    str, typer.Option("--code", metavar="DIGITS", help="What the second factor shows, where one is set.")
]
Role = Annotated[str, typer.Option("--role", metavar="ROLE", help="owner, bookkeeper, field or auditor.")]


def register(program: typer.Typer) -> None:
    """Put the subcommands into the program."""
    program.command("invite", help="Print a code with which a device may join, or bind a new key (owners).")(
        invite
    )
    program.command("bind", help="Give this book a new key: the one by which the service knew it was lost.")(
        bind
    )
    program.command("devices", help="Who is there, with which role, and when each was last seen.")(devices)
    program.command("appoint", help="Give a device a role (owners).")(appoint)
    program.command("rename-device", help="Give a device a name (owners).")(rename_device)
    program.command("revoke", help="End a device; what it still held is laid down for the owners (owners).")(
        revoke
    )
    program.command("second-factor", help="Show, set or take away the second factor of an owner.")(
        second_factor
    )


def invite(
    book: BookPath,
    role: Role = "",
    for_device: Annotated[
        str, typer.Option("--for", metavar="DEVICE", help="A code by which this device binds a new key.")
    ] = "",
    gone: Annotated[
        bool, typer.Option("--gone", help="With --for: its old key is gone, wherever it lay.")
    ] = False,
    qr: Annotated[bool, typer.Option("--qr", help="Draw it as a QR code too.")] = False,
    code: Digits = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Invite a device, or let one bind a new key."""
    if not for_device:
        _check_role(role)
    with answering(as_json):
        from desktop.qr import lines
        from sync.client.invitation import line_of

        with as_owner(book, passphrase_file, to_write=False) as owner:
            meta = owner.book.facts()
            if for_device:
                device = device_named(owner, for_device)
                given = owner.invite(device.role, code=code, device=device.device, is_gone=gone)
            else:
                given = owner.invite(role, code=code)
        line = line_of(meta["server"], given)
        answer = {"code": given, "server": meta["server"], "invitation": line}
        tell(answer, as_json, lambda: [given, *([line, *lines(line)] if qr else [])])


def bind(
    book: BookPath,
    code: Annotated[str, typer.Option("--code", metavar="CODE", help="An owner's code for this device.")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Bind a new key."""
    with answering(as_json):
        from core.words import translate as _
        from sync.client.invitation import read
        from sync.client.rebinding import bind as bound

        with opened(book, passphrase_file, to_write=True) as found, refused_by_service():
            done = bound(found, read(code).code, passphrase=passphrase(passphrase_file))
        line = _("Sent {sent}, received {received}, waiting {waiting}, Inbox {inbox}.")
        tell(done._asdict(), as_json, lambda: [line.format(**done._asdict())])


def devices(book: BookPath, passphrase_file: PassphraseFile = None, as_json: AsJson = False) -> None:
    """List them; what the service said last where it cannot be reached."""
    with answering(as_json):
        from core.errors import Offline, TurnedAway
        from core.ids import id_text
        from core.words import translate as _
        from sync.client.courier import not_shared
        from sync.client.staff import as_told, colleagues

        note = ""
        with opened(book, passphrase_file) as found:
            meta = found.facts()
            if not meta.get("shared"):
                raise not_shared()
            try:
                with _owner_of(found, passphrase_file) as owner:
                    meta |= as_told(owner.ask_staff(), found.clock.now_us())
            except (Offline, TurnedAway) as error:
                note = error.message
        answer = [_as_json(one) for one in colleagues(meta)]
        asked_at = instant(meta.get("staff_at_us", 0))
        lines = [*columns([_as_line(one) for one in colleagues(meta)])]
        if note:
            lines.append(_("{trouble} This is as of {time}.").format(trouble=note, time=asked_at or "?"))
        business = id_text(meta["tenant"])
        tell({"business": business, "as_of": asked_at, "devices": answer}, as_json, lambda: lines)


def appoint(
    book: BookPath, device: Device, role: Role, code: Digits = "", passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Give a role."""
    _check_role(role)
    with answering(as_json):
        from core.words import translate as _

        with as_owner(book, passphrase_file) as owner:
            chosen = device_named(owner, device)
            owner.appoint(chosen.device, role, code=code)
            now = device_named(owner, device)
        named = _("In the field it carries only the parties that are named for it: bahi scope.")
        note = [named] if role == "field" else []
        tell(_as_json(now), as_json, lambda: [*columns([_as_line(now)]), *note])


def rename_device(
    book: BookPath,
    device: Device,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called from now on.")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Give a name."""
    with answering(as_json):
        with as_owner(book, passphrase_file) as owner:
            chosen = device_named(owner, device)
            owner.rename(chosen.device, name)
            now = device_named(owner, chosen.code)
        tell(_as_json(now), as_json, lambda: columns([_as_line(now)]))


def revoke(
    book: BookPath,
    device: Device,
    lost: Annotated[
        bool, typer.Option("--lost", help="Lost or stolen: it destroys its key at once, with what it held.")
    ] = False,
    code: Digits = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """End a device."""
    with answering(as_json):
        from core.words import translate as _

        with as_owner(book, passphrase_file) as owner:
            chosen = device_named(owner, device)
            owner.revoke(chosen.device, is_lost=lost, code=code)
            now = device_named(owner, chosen.code)
        revoked = _(
            "At its next request it lays down what it still held, sealed to the owners, and destroys its key."
        )
        ended = _("At its next request it destroys its key; what it had not sent is gone.")
        tell(_as_json(now), as_json, lambda: [*columns([_as_line(now)]), ended if lost else revoked])


def second_factor(
    book: BookPath,
    begin: Annotated[bool, typer.Option("--begin", help="Print the secret for the app on a phone.")] = False,
    confirm: Annotated[
        str, typer.Option("--confirm", metavar="DIGITS", help="The app's first code: sets the factor.")
    ] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Take it away.")] = False,
    user: Annotated[str, typer.Option("--user", metavar="NAME", help="With --remove: whose.")] = "",
    recovery_file: Annotated[
        Path | None,
        typer.Option("--recovery-file", metavar="FILE", help="Where the book's recovery code stands."),
    ] = None,
    code: Digits = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Show, set or take away."""
    if begin + bool(confirm) + remove > 1:
        raise typer.BadParameter("one of --begin, --confirm and --remove")
    with answering(as_json):
        from sync.client import second_factor as factor

        recovery = passphrase(recovery_file) if recovery_file is not None else None
        with as_owner(book, passphrase_file) as owner:
            if begin:
                _tell_secret(factor.begin(owner, code=code), as_json)
                return
            if confirm:
                factor.confirm(owner, confirm, recovery_code=recovery)
            elif remove:
                factor.remove(owner, user=user, code=code, recovery_code=recovery)
            state = factor.is_set(owner)
        _tell_factor(state.is_set, state.is_recoverable, as_json)


@contextmanager
def as_owner(book: Path, passphrase_file: Path | None, *, to_write: bool = True) -> Iterator["Owner"]:
    """The book opened, and an owner's deeds from it; what the service refuses is a refusal with its code."""
    with (
        opened(book, passphrase_file, to_write=to_write) as found,
        _owner_of(found, passphrase_file) as owner,
        refused_by_service(),
    ):
        yield owner


@contextmanager
def _owner_of(book: Any, passphrase_file: Path | None) -> Iterator["Owner"]:
    from sync.client.owner import owner_of

    with owner_of(book, passphrase=passphrase(passphrase_file)) as owner:
        yield owner


@contextmanager
def refused_by_service() -> Iterator[None]:
    from core.errors import RuleBroken
    from core.problems import Problem
    from core.words import translate as _
    from sync.client.session import ServiceRefused

    try:
        yield
    except ServiceRefused as refused:
        remedy = _("Give the six digits with --code.") if refused.code == "FACTOR" else refused.remedy
        raise RuleBroken([Problem(refused.code, refused.message, remedy=remedy)]) from None


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise typer.BadParameter(f"{role or 'nothing'} is no role: owner, bookkeeper, field or auditor")


def device_named(owner: "Owner", typed: str) -> "Colleague":
    """The device that was meant, as the service knows it now."""
    from sync.client.staff import as_told, colleagues, named

    told = as_told(owner.ask_staff(), owner.book.clock.now_us())
    return named(colleagues(owner.book.facts() | told), typed)


def _tell_secret(address: str, as_json: bool) -> None:
    from core.words import translate as _
    from desktop.qr import lines

    after = _("Scan it with an authenticator app, then give its first code: --confirm DIGITS.")
    tell({"address": address}, as_json, lambda: [*lines(address), address, after])


def _tell_factor(is_set: bool, is_recoverable: bool, as_json: bool) -> None:
    from core.words import translate as _

    def lines() -> Sequence[str]:
        if not is_set:
            return [_("No second factor is set.")]
        taken = (
            _("The recovery code can take it away.")
            if is_recoverable
            else _("Another owner can take it away.")
        )
        return [_("A second factor is set."), taken]

    tell({"is_set": is_set, "is_recoverable": is_recoverable}, as_json, lines)


def _as_json(one: "Colleague") -> dict[str, Any]:
    from core.ids import id_text

    return {
        "id": id_text(one.device), "code": one.code, "name": one.name, "user": one.user, "role": one.role,
        "state": one.state, "is_this": one.is_this, "last_seen": instant(one.seen_at_us), "sent": one.sent,
        "version": one.app,
    }  # fmt: skip


def _as_line(one: "Colleague") -> tuple[str, ...]:
    return (one.code, one.name, one.user, one.role, one.state, instant(one.seen_at_us), one.app)


def instant(at_us: int) -> str:
    """An instant as it is told, in UTC; empty for none."""
    if not at_us:
        return ""
    return dt.datetime.fromtimestamp(at_us // 1_000_000, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
