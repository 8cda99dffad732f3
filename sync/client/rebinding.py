"""A book whose device's key was lost goes on: an owner's code binds a new key, and what waits is sent.

On the installation where the key lay (or when the owner says that the old one is gone) it is the same device in a new
epoch, and its old key ends. Elsewhere it goes on as a second device, the heir: what waits is handed in under the old
name and numbers as far as the service takes it, and the rest is written anew under the heir's.
"""

import os

from core.book import Book
from core.errors import RuleBroken
from core.ids import Id, IdMaker, RandomBytes
from core.problems import Problem
from core.store import log, wraps
from core.store.devices import device_rows
from core.store.epochs import Why, begin_epoch
from core.store.heirs import become
from core.store.work import Work
from core.words import translate as _
from sync.client import outbox, ways
from sync.client.courier import Courier, Round, not_shared
from sync.client.enrol import short, way_to
from sync.client.handback import meet
from sync.client.people import adopt
from sync.client.session import ServiceRefused, Session, ask, signed
from sync.client.signer import Signer, keep_secrets, kept_signer, new_signer
from sync.client.transport import Transport
from sync.protocol import messages as m
from sync.protocol import refusals

_TURNS_MAX = 3
_LEFT_TO_THE_HEIR = frozenset({refusals.FORKED, refusals.TURNED_AWAY})
"""What keeps the old device's changes from being handed in: its numbers are used otherwise, or it was ended."""


def bind(
    book: Book, code: str, *, passphrase: str | None = None, transport: Transport | None = None,
    random: RandomBytes = os.urandom, cost: wraps.Cost = wraps.STRONG,
) -> Round:  # fmt: skip
    """Give this book a new key by an owner's code, and do a round. Cut off anywhere, it is done again and goes on.

    Raises `RuleBroken` (NOT_SHARED, HAS_KEY), `TurnedAway` (the code), `Offline`, `KeyMissing` (no place for the key).
    """
    meta = book.facts()
    if not meta.get("shared"):
        raise not_shared()
    with way_to(meta["server"], transport) as way:
        signer, heir = _new_key(book, way, passphrase, random, cost)
        name = next((row.name for row in book.read(device_rows) if row.device == meta["device"]), "")
        asked = m.Bind(
            code=code, device=meta["device"], public_key=signer.public_key, sealing_key=signer.sealing_key,
            is_same=bool(book.installation) and meta.get("key_home") == book.installation,
            name=short(name), user=short(meta["user"]), heir=heir,
        )  # fmt: skip
        bound = ask(way, "bind", signed(asked, signer), m.Bound)
        if bound.device == meta["device"]:
            book.write(_("Sync"), lambda work: _go_on(work, bound.people, book.installation))
        else:
            _inherit(book, Session(way, signer, meta["tenant"], heir), bound)
        return Courier(book, way, signer).round()


def _new_key(
    book: Book, way: Transport, passphrase: str | None, random: RandomBytes, cost: wraps.Cost
) -> tuple[Signer, Id]:
    """The key to be bound and the id of an heir: those of a binding that was cut off, else new ones, kept first."""
    meta = book.facts()
    signer, begun = kept_signer(book.path, passphrase), meta.get("binding")
    if signer is not None and begun and begun[1] == signer.public_key:
        return signer, begun[0]
    if signer is not None and _is_known(Session(way, signer, meta["tenant"], meta["device"])):
        message = _("This computer has its key, and the service knows it: there is nothing to bind.")
        raise RuleBroken([Problem("HAS_KEY", message)])
    heir = IdMaker(book.clock).new()
    signer, secrets = new_signer(random)
    keep_secrets(book.path, secrets, passphrase, cost=cost)
    book.write(_("Sync"), lambda work: work.note(binding=[heir, signer.public_key]))
    return signer, heir


def _is_known(session: Session) -> bool:
    try:
        session.ask("people", m.AskStaff(), m.Staff)
    except ServiceRefused as refused:
        return refused.code != refusals.TURNED_AWAY
    return True


def _go_on(work: Work, people: m.People, home: str) -> None:
    """The same device, in a new epoch with new series; what waits goes first, under its old numbers."""
    epoch = work.meta["epoch"]
    work.settle()
    if work.meta["epoch"] == epoch:
        begin_epoch(work, Why.REBOUND)
    work.note(binding=[], key_home=home)
    adopt(work, people)


def _inherit(book: Book, session: Session, bound: m.Bound) -> None:
    """Go on as a second device. The old one's changes are handed in first: none is lost wherever this stops."""
    handed_in = _hand_in(book, session)

    def go_on(work: Work) -> None:
        become(work, bound.device, bound.letter, handed_in)
        work.note(binding=[], key_home=book.installation, role=bound.role)

    book.write(_("Sync"), go_on)
    book.write(_("Sync"), lambda work: adopt(work, bound.people))


def _hand_in(book: Book, session: Session) -> dict[int, int]:
    """Send what waits as the old device would; answers, by epoch, up to which number the service has it."""
    for _turn in range(_TURNS_MAX):
        handed_in: dict[int, int] = {}
        try:
            _hand_in_all(book, session, handed_in)
            return handed_in
        except ServiceRefused as refused:
            if refused.code in _LEFT_TO_THE_HEIR:
                return handed_in
            if ways.step_after(refused.code) is not ways.Step.MEET or meet(book, session).gathering:
                raise
    return handed_in


def _hand_in_all(book: Book, session: Session, handed_in: dict[int, int]) -> None:
    era, after = book.facts()["era"], 0
    while parcel := book.read(lambda read: outbox.parcel(read, after)):  # noqa: B023  read at once
        answer = session.ask("hand_in", m.Push(era=era, **parcel._asdict()), m.Pushed)
        if answer.next <= parcel.first:
            return
        last = min(answer.next - 1, parcel.first + len(parcel.changes) - 1)
        handed_in[parcel.epoch] = last
        device = book.facts()["device"]
        after = book.read(lambda read: log.entry_of(read, device, parcel.epoch, last))  # noqa: B023  as above
