"""The key of the business: made on an owner's device, handed from device to device, never seen by the service.

It has versions; a new one is made when a device was revoked, and the older ones stay, to read what they sealed. Where
the service was restored, two owners' devices may have made one each of a version: whoever has both hands both on. On
each device they lie in the key file, wrapped under the book's own key: what opens the book (keyring, passphrase or
recovery code) gives them back.
"""

import logging
import os

import msgspec

from core.attachments.vault import Ring
from core.book import Book
from core.changes.change import Role
from core.errors import BahiError, RuleBroken
from core.ids import RandomBytes, id_text
from core.problems import Problem
from core.store import keys, log
from core.words import translate as _
from sync.client.sealing import KEY_BYTES, seal_to
from sync.client.session import Session
from sync.client.signer import Signer
from sync.protocol.messages import DeviceRow, FetchKey, KeyFetched, Seal, SealedKey, SealTaken

_PREFIX = "tenant."
_SEEN, _FIRST_ERA = "keys_seen", 1
_ring = msgspec.msgpack.Decoder(dict[int, bytes | list[bytes]])
_log = logging.getLogger(__name__)


def tenant_key(book: Book, passphrase: str | None = None) -> bytes | None:
    """The newest key of the business that this device has; None before an owner's device has handed it on.

    The book is open, so its own key unwraps it: the passphrase is not needed, and asked for by no one.
    """
    held = tenant_keys(book)
    return held[max(held)][0] if held else None


def tenant_keys(book: Book) -> Ring:
    """Every version that this device has, with its keys in the order in which they came."""
    found: dict[int, list[bytes]] = {}
    for version, place in _kept(book):
        key = keys.kept_beside(book.path, book.key, _name(version, place))
        if key is not None:
            found.setdefault(version, []).append(key)
    return found


def ring_of(book: Book, random: RandomBytes = os.urandom) -> Ring:
    """The keys by which files are sealed. A book that is not shared yet makes its first here, and shares it later.

    Raises `RuleBroken` (NO_KEY) on a device that joined and was not handed the key yet.
    """
    held = tenant_keys(book)
    if not held and not book.facts().get("shared"):
        keys.keep_beside(book.path, book.key, _name(1), random(KEY_BYTES))
        held = tenant_keys(book)
    if not held:
        message = _("This device was not given the key of the business yet.")
        remedy = _("Sync once more after an owner's device has synced.")
        raise RuleBroken([Problem("NO_KEY", message, remedy=remedy)])
    return held


def keep_up(book: Book, session: Session, signer: Signer, random: RandomBytes = os.urandom) -> None:
    """Fetch the key where this device lacks it; on an owner's device make it where it is wanted, and hand it on.

    Asks the service nothing while there is nothing to do. Done again after any interruption: what was sealed and not
    kept here is fetched, what was made and not taken never was.
    """
    meta = book.facts()
    wanted, is_made = meta.get("key_version", 0), meta.get("key_is_made", False)
    if not wanted:
        return
    rows = {row.device: row for row in _rows(meta)}
    own = rows.get(meta["device"])
    if own is None or not own.sealing_key:
        return
    newest, seen = _newest(book), [meta["era"], own.key_version]
    is_restored = meta["era"] > _FIRST_ERA and own.key_version > 0 and meta.get(_SEEN) != seen
    told = _fetch(book, session, signer, meta) if own.key_version > newest or is_restored else {}
    newest = _newest(book)
    if Role(meta["role"]) is Role.OWNER and meta["role"] == own.role:
        live = [row for row in rows.values() if row.state == "live" and row.sealing_key]
        if is_made and newest == wanted and _has_more(book, told):
            _hand_on(book, session, wanted + 1, live, random, is_new=True)
        else:
            _hand_on_wanted(book, session, meta, newest, live, random)
    if is_restored:
        book.write(_("Sync"), lambda work: work.note(**{_SEEN: seen}))


def _has_more(book: Book, told: Ring) -> bool:
    """Whether this device has other keys of a version than it was told."""
    held = tenant_keys(book)
    return any(set(held.get(version, ())) - set(those) for version, those in told.items())


def _hand_on_wanted(
    book: Book, session: Session, meta: log.Meta, newest: int, live: list[DeviceRow], random: RandomBytes
) -> None:
    wanted, is_made = meta["key_version"], meta.get("key_is_made", False)
    lacking = [row for row in live if row.key_version < wanted] if is_made else live
    may_make = not is_made and newest in (
        wanted,
        wanted - 1,
    )  # of the first one, a book may have it from before
    if lacking and (may_make or newest == wanted):
        _hand_on(book, session, wanted, lacking, random, is_new=not is_made)


def _fetch(book: Book, session: Session, signer: Signer, meta: log.Meta) -> Ring:
    fetched = session.ask("key", FetchKey(), KeyFetched)
    opened = signer.unseal(fetched.sealed, _purpose(meta)) if fetched.sealed else None
    try:
        found = _ring.decode(opened) if opened is not None else {}
    except msgspec.DecodeError:
        _log.warning("the key of the business came in a form that cannot be read")
        found = {}
    told = {version: [each] if isinstance(each, bytes) else each for version, each in found.items()}
    _keep(book, told)
    return told


def _hand_on(
    book: Book, session: Session, version: int, to: list[DeviceRow], random: RandomBytes, *, is_new: bool
) -> None:
    ring = dict(tenant_keys(book))
    if is_new:
        ring.setdefault(version, [random(KEY_BYTES)])
    if len(ring) != version:  # an older one is missing here: another owner's device must hand the key on
        return
    told, purpose = msgspec.msgpack.encode(ring), _purpose(book.facts())
    sealed = []
    for row in to:
        try:
            box = seal_to(row.sealing_key, told, purpose, random)
        except ValueError:
            _log.info("a device gave a key to which nothing can be sealed")
            continue
        sealed.append(SealedKey(device=row.device, sealed=box))
    handed = Seal(version=version, is_new=is_new, sealed=tuple(sealed))
    if session.ask("seal", handed, SealTaken).is_taken and is_new:
        _keep(book, ring)


def _keep(book: Book, ring: Ring) -> None:
    held = tenant_keys(book)
    for version in sorted(ring):
        known = held.get(version, ())
        new = [key for key in ring[version] if key not in known]
        for place, key in enumerate(new, len(known)):
            keys.keep_beside(book.path, book.key, _name(version, place), key)


def _newest(book: Book) -> int:
    return max((version for version, _place in _kept(book)), default=0)


def _kept(book: Book) -> list[tuple[int, int]]:
    """The versions of which a key lies in the key file, and of each which."""
    try:
        names = keys.names_beside(book.path)
    except (
        BahiError
    ):  # it was good when the book was opened: whoever took it away will hear of it at the next start
        return []
    told = [name.removeprefix(_PREFIX).partition(".") for name in names if name.startswith(_PREFIX)]
    return sorted((int(version), int(place or 0)) for version, _dot, place in told)


def _name(version: int, place: int = 0) -> str:
    return f"{_PREFIX}{version}.{place}" if place else f"{_PREFIX}{version}"


def _rows(meta: log.Meta) -> list[DeviceRow]:
    return msgspec.convert(meta.get("staff", []), list[DeviceRow])


def _purpose(meta: log.Meta) -> str:
    return f"bahi 1 tenant key {id_text(meta['tenant'])}"
