"""Deposits of revoked devices, as an owner opens them: read on the owner's own device, released or thrown away."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import msgspec

from core.catalogue import KINDS
from core.changes.change import Change, chain_link, decode_change, encode_change
from core.changes.kind import ChangeClass, Renumbering
from core.changes.record import decoded, encoded
from core.errors import ProtocolBroken, RuleBroken
from core.ids import Id
from core.problems import Problem
from core.words import translate as _
from sync.client.leaving import purpose_of
from sync.client.owner import Owner
from sync.client.sealing import unlock
from sync.protocol import messages as m
from sync.protocol.messages.deposits import Laid, epoch_of
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

    Where its numbers are used otherwise, as another copy of the same book has used them, what the order has of it is
    passed over and the rest goes under an epoch of its own. Cut off, it goes on where it stopped; released twice, it is
    there once.
    """
    row = _row(owner, deposit, settled_is_fine=True)
    if row is None:
        return 0
    course = _Course(row)
    told = m.Settled(next=0, is_settled=False)
    for page, laid in enumerate(_pages(owner, row)):
        course.follow(laid)
        if page >= told.next and not course.is_parted:
            told = _let_in(owner, row, page, laid, code)
            if told.start:
                course.part(told.start)
                for before in islice(_pages(owner, row), page):
                    course.anew(before)  # so far it was let in before it was cut off
        if course.is_parted:
            anew = course.anew(laid)
            told = _let_in(owner, row, page, anew, code) if page >= told.next else told
        if told.is_settled:
            break
    return row.changes


def discard(owner: Owner, deposit: Id, reason: str, *, code: str = "") -> None:
    """Throw a deposit away for a reason, which is kept; nobody can read it after that."""
    if not reason.strip():
        message = _("Say why it is thrown away.")
        raise RuleBroken([Problem(code="REQUIRED", message=message, field="reason")])
    owner.session.ask("discard", m.Discard(deposit=deposit, reason=reason.strip(), code=code), m.Settled)


class _Course:
    """How the changes of a deposit follow one another, and what each is numbered from where it parts from the order.

    The n-th change of it is numbered n under its own epoch, less those that the order has: so whoever releases it,
    and however often it is cut off, each has one number and the same bytes.
    """

    def __init__(self, row: m.DepositRow) -> None:
        self._device, self._epoch = row.device, epoch_of(row.deposit)
        self._links: list[bytes] = []
        self._added: dict[int, int] = {}
        self._last: dict[int, int] = {}
        self._kept: dict[int, int] = {}
        self._taken = 0
        self._link, self._start = b"", b""

    @property
    def is_parted(self) -> bool:
        """Whether it goes on under its own epoch."""
        return bool(self._start)

    def follow(self, laid: Laid) -> None:
        """The next page of it, under the numbers that its device gave."""
        if not self._links:
            self._links.append(laid.start)
            self._kept = dict(laid.kept)
        self._added.setdefault(laid.epoch, len(self._links) - laid.first)
        self._last[laid.epoch] = laid.first + len(laid.changes) - 1
        link = laid.start
        for data in laid.changes:
            link = chain_link(link, self._device, laid.epoch, data)
            self._links.append(link)

    def part(self, start: bytes) -> None:
        """What comes after the link `start` is not in the order under its own numbers: it hangs there from now on."""
        self._start = start
        self._taken = self._links.index(start) if start in self._links else 0

    def anew(self, laid: Laid) -> Laid:
        """The next page as it goes under the own epoch, without what the order has; asked of each in turn."""
        moved = {epoch: added - self._taken for epoch, added in self._added.items()}
        renumbering = Renumbering(self._epoch, self._stands(), moved)
        passed = max(0, 1 - laid.first - moved[laid.epoch])
        first = laid.first + passed + moved[laid.epoch]
        if first == 1:
            self._link = self._start
        changes = tuple(
            _anew(data, laid.epoch, number, renumbering)
            for number, data in enumerate(laid.changes[passed:], laid.first + passed)
        )
        for data in changes:
            self._link = chain_link(self._link, self._device, self._epoch, data)
        return Laid(
            era=laid.era, epoch=self._epoch, first=first, changes=changes, link=self._link, start=self._start,
            series=laid.series,
        )  # fmt: skip

    def _stands(self) -> dict[int, int]:
        """The last number of each epoch that the order has as this deposit's device gave it."""
        stands = dict(self._kept)
        for epoch, added in self._added.items():
            number = min(self._last[epoch], self._taken - added)
            if number > 0 and self._taken:
                stands[epoch] = max(stands.get(epoch, 0), number)
        return stands


def _anew(data: bytes, epoch: int, number: int, renumbering: Renumbering) -> bytes:
    """The bytes of a change under its new number (as core.store.epochs has it); what nobody can read stays as it is."""
    try:
        change = decode_change(data)
        kind, body = KINDS.get(change.kind), change.body
        if kind is not None and kind.renumbered is not None:
            body = msgspec.Raw(encoded(kind.renumbered(decoded(kind.record, body), renumbering)))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return data
    if change.number != number:
        return data
    added = renumbering.moved[epoch]
    work = max(change.work + added, 1)
    return encode_change(msgspec.structs.replace(change, number=number + added, work=work, body=body))


def _let_in(owner: Owner, row: m.DepositRow, page: int, laid: Laid, code: str) -> m.Settled:
    asked = m.Release(deposit=row.deposit, page=page, push=laid, code=code)
    return owner.session.ask("release", asked, m.Settled)


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


def _pages(owner: Owner, row: m.DepositRow | None) -> Iterator[Laid]:
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
            yield unpack(Laid, opened)
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
