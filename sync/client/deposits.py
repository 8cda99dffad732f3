"""Deposits of revoked devices, as an owner opens them: read on the owner's own device, released or thrown away."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from core.catalogue import KINDS
from core.changes.change import Change, decode_change
from core.changes.kind import ChangeClass
from core.errors import ProtocolBroken, RuleBroken
from core.ids import Id
from core.problems import Problem
from core.words import translate as _
from sync.client.leaving import purpose_of
from sync.client.owner import Owner
from sync.client.sealing import unlock
from sync.protocol import messages as m
from sync.protocol.packing import Unreadable, unpack


class Waiting(NamedTuple):
    """A deposit that waits for an owner's word. `is_mine`: this device can open it."""

    deposit: Id
    device: Id
    device_name: str
    user: str
    changes: int
    laid_at_us: int
    is_mine: bool
    is_begun: bool


class Contents(NamedTuple):
    """What is in a deposit: how many of each class, and each kind of change with how often it is there."""

    papers: int
    claims: int
    fields: int
    unknown: int
    kinds: tuple[tuple[str, int], ...]


def waiting(owner: Owner) -> list[Waiting]:
    """The deposits that wait, the oldest first."""
    rows = owner.session.ask("deposits", m.AskDeposits(), m.Deposits).rows
    staff = msgspec.convert(owner.book.facts().get("staff", []), list[m.DeviceRow])
    named = {row.device: (row.name or row.code, row.user) for row in staff}
    return [
        Waiting(
            row.deposit, row.device, *named.get(row.device, ("", "")), row.changes, row.laid_at_us,
            bool(row.sealed), row.is_begun,
        )
        for row in rows
    ]  # fmt: skip


def contents(owner: Owner, deposit: Id) -> Contents:
    """What is in a deposit; read here, and by nobody else. Raises `RuleBroken` when this device cannot open it."""
    classes: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for push in _pages(owner, _row(owner, deposit)):
        for change in _changes(push):
            kind = KINDS.get(change.kind) if change is not None else None
            classes[kind.change_class.value if kind is not None else ""] += 1
            kinds[change.kind if change is not None else ""] += 1
    return Contents(
        classes[ChangeClass.ONCE.value], classes[ChangeClass.CLAIM.value], classes[ChangeClass.FIELDS.value],
        classes[""], tuple(sorted(kinds.items())),
    )  # fmt: skip


def release(owner: Owner, deposit: Id, *, code: str = "") -> int:
    """Let a deposit into the order: papers held for an owner, claims judged now, fields merged. Answers how many.

    Cut off, it goes on where it stopped; released twice, it is there once.
    """
    row = _row(owner, deposit, settled_is_fine=True)
    if row is None:
        return 0
    for page, push in enumerate(_pages(owner, row)):
        asked = m.Release(deposit=deposit, page=page, push=push, code=code)
        if owner.session.ask("release", asked, m.Settled).is_settled:
            break
    return row.changes


def discard(owner: Owner, deposit: Id, reason: str, *, code: str = "") -> None:
    """Throw a deposit away for a reason, which is kept; nobody can read it after that."""
    if not reason.strip():
        message = _("Say why it is thrown away.")
        raise RuleBroken([Problem(code="REQUIRED", message=message, field="reason")])
    owner.session.ask("discard", m.Discard(deposit=deposit, reason=reason.strip(), code=code), m.Settled)


def _row(owner: Owner, deposit: Id, *, settled_is_fine: bool = False) -> m.DepositRow | None:
    rows = owner.session.ask("deposits", m.AskDeposits(), m.Deposits).rows
    row = next((row for row in rows if row.deposit == deposit), None)
    if row is None and settled_is_fine:
        return None
    if row is None:
        raise RuleBroken([Problem(code="SETTLED", message=_("This was settled already."))])
    if not row.sealed:
        message = _("This deposit was sealed before this device was an owner's: another owner can open it.")
        raise RuleBroken([Problem(code="SEALED", message=message)])
    return row


def _pages(owner: Owner, row: m.DepositRow | None) -> Iterator[m.Push]:
    """The pages as the old device would have sent them."""
    assert row is not None
    purpose = purpose_of(row.deposit)
    key = owner.signer.unseal(row.sealed, purpose)
    if key is None:
        raise _broken()
    for page in range(row.pages):
        asked = m.AskDepositPage(deposit=row.deposit, page=page)
        opened = unlock(key, page, owner.session.ask("deposit_page", asked, m.DepositPage).locked, purpose)
        if opened is None:
            raise _broken()
        try:
            yield unpack(m.Push, opened)
        except Unreadable as error:
            raise _broken() from error


def _changes(push: m.Push) -> Iterator[Change | None]:
    for data in push.changes:
        try:
            yield decode_change(data)
        except msgspec.DecodeError:
            yield None


def _broken() -> ProtocolBroken:
    return ProtocolBroken(
        _("This deposit cannot be opened: it is not what the device laid down."),
        remedy=_("Throw it away, and enter again what is missing."),
    )
