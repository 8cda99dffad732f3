"""The key of a book: random, kept in the system's keyring, and wrapped in NAME.bahi.key beside the book.

The same two places, keyring or a file under the passphrase, keep the device's own small secrets.
"""

import base64
import binascii
import os
from pathlib import Path
from typing import NamedTuple

from core.errors import BookError, KeyMissing, WrongKey
from core.ids import Id, RandomBytes, id_text
from core.store import wraps
from core.store.files import beside, could_be_book
from core.store.recovery import new_code, read_code
from core.store.trouble import already_there, explained, missing, no_book, wrong_key
from core.words import translate as _

KEY_BYTES = 32
SERVICE = "Bahi"
_PASSPHRASE, _RECOVERY = "passphrase", "recovery"
DEVICE_SECRETS = ("device", "sealing")
"""The small secrets of a device by name: what it signs with, and what is sealed to it."""


class Keys(NamedTuple):
    """What a new book has: its key, and the code to be shown once and never kept."""

    key: bytes
    recovery_code: str


def make_keys(
    book: Path,
    book_id: Id,
    passphrase: str | None,
    *,
    random_bytes: RandomBytes = os.urandom,
    cost: wraps.Cost = wraps.STRONG,
) -> Keys:
    """Make the key of a new book, put it in the keyring and write the key file.

    KeyMissing when there is neither keyring nor passphrase (a code in a drawer opens no book day by day),
    AlreadyThere where a book or a key file stands; nothing is left behind then.
    """
    if book.exists():
        raise already_there(book)
    key, code = random_bytes(KEY_BYTES), new_code(random_bytes)
    purpose = _purpose(_RECOVERY, book_id)
    made = {_RECOVERY: wraps.seal(key, read_code(code), purpose, wraps.LIGHT, random_bytes)}
    if passphrase:
        purpose = _purpose(_PASSPHRASE, book_id)
        made[_PASSPHRASE] = wraps.seal(key, passphrase, purpose, cost, random_bytes)
    with explained(beside(book, ".key")):
        wraps.write_key_file(book, wraps.key_file_of(book_id, key, made), fresh=True)
    if not remember_in_keyring(book_id, key) and not passphrase:
        beside(book, ".key").unlink()
        raise _no_place()
    return Keys(key, code)


def open_key(book: Path, *, passphrase: str | None, recovery_code: str | None = None) -> bytes:
    """The key of a book: by the recovery code if one is typed, else from the keyring, else by the passphrase.

    NotABook, KeyMissing (nothing to try), WrongKey (tried, and wrong) or Damaged (the key file).
    """
    with explained(book):
        if not book.exists():
            raise missing(book)
        if not beside(book, ".key").exists() and not could_be_book(book):
            raise no_book(book)
        if recovery_code:
            return unwrap_with_recovery_code(book, recovery_code)
        stored = key_from_keyring(wraps.read_key_file(book).book_id)
        if stored is not None and wraps.fits(book, stored):
            return stored
        if passphrase:
            return unwrap_with_passphrase(book, passphrase)
    if stored is not None:
        raise wrong_key(book)
    raise KeyMissing(
        _("The key of {name} is not in this computer's keyring, and no passphrase was given.").format(
            name=book.name
        ),
        remedy=_passphrase_remedy(),
    )


def unwrap_with_passphrase(book: Path, passphrase: str) -> bytes:
    """The key by its passphrase; WrongKey when it is another, KeyMissing when the book has none."""
    file = wraps.read_key_file(book)
    wrap = file.wraps.get(_PASSPHRASE)
    if wrap is None:
        raise KeyMissing(
            _("The book {name} has no passphrase.").format(name=book.name),
            remedy=_("Open it on the computer whose keyring has its key, or with the recovery code."),
        )
    key = wraps.unseal(wrap, passphrase, _purpose(_PASSPHRASE, file.book_id))
    if key is None:
        raise WrongKey(
            _("The passphrase does not open {name}.").format(name=book.name),
            remedy=_("Try again (capital letters matter), or use the recovery code."),
        )
    return _checked(book, key)


def unwrap_with_recovery_code(book: Path, recovery_code: str) -> bytes:
    """The key by the recovery code; WrongKey when it is mistyped or another book's."""
    file = wraps.read_key_file(book)
    wrap = file.wraps.get(_RECOVERY)
    key = wrap and wraps.unseal(wrap, read_code(recovery_code), _purpose(_RECOVERY, file.book_id))
    if not key:
        raise WrongKey(
            _("The recovery code does not open {name}: it is another book's, or was replaced.").format(
                name=book.name
            ),
            remedy=_("Look for the code that was shown when this book was made."),
        )
    return _checked(book, key)


def change_passphrase(
    book: Path,
    key: bytes,
    passphrase: str,
    *,
    before: str | None = None,
    cost: wraps.Cost = wraps.STRONG,
) -> None:
    """Give the book this passphrase in place of any before.

    Where the device's own secrets lie under the old one, `before` must be it: KeyMissing or WrongKey
    otherwise, and nothing is changed. WrongKey too when the key is not this book's.
    """
    if not passphrase:
        raise KeyMissing(_("The passphrase is empty."), remedy=_("Type a few words that you will remember."))
    _checked(book, key)
    secrets = wraps.read_secret_file(book)
    for name in secrets.wraps if secrets else ():
        _rewrap_secret(book, name, before, passphrase, cost)
    _replace_wrap(book, key, _PASSPHRASE, passphrase, cost)


def change_recovery_code(book: Path, key: bytes, *, random_bytes: RandomBytes = os.urandom) -> str:
    """A fresh recovery code; the one before opens nothing any more."""
    code = new_code(random_bytes)
    _replace_wrap(book, key, _RECOVERY, read_code(code), wraps.LIGHT)
    return code


def destroy_keys(book: Path) -> None:
    """Destroy every wrap of the book's key on this computer, and the device's secrets: there is no way back."""
    with explained(beside(book, ".key")):
        file = wraps.read_key_file(book)
        wraps.write_key_file(book, wraps.KeyFile(file.book, file.check, {}))
    _forget(_entry(file.book_id))
    for name in DEVICE_SECRETS:
        _forget(_entry(file.book_id, name))
    beside(book, ".device").unlink(missing_ok=True)


def discard_keys(book: Path) -> None:
    """Take back what `make_keys` made, for a book that did not come to be."""
    with explained(beside(book, ".key")):
        book_id = wraps.read_key_file(book).book_id
        beside(book, ".key").unlink()
    _forget(_entry(book_id))


def key_from_keyring(book_id: Id) -> bytes | None:
    """The book's key as this user's keyring has it; None without keyring or entry."""
    key = _recall(_entry(book_id))
    return key if key is not None and len(key) == KEY_BYTES else None


def remember_in_keyring(book_id: Id, key: bytes) -> bool:
    """Put the book's key in the keyring; False when this computer has none that keeps it."""
    return _remember(_entry(book_id), key)


def store_secret(
    book: Path, name: str, secret: bytes, passphrase: str | None, *, cost: wraps.Cost = wraps.STRONG
) -> None:
    """Keep a small secret of this device outside the book: in the keyring, else in NAME.bahi.device.

    KeyMissing when there is neither keyring nor passphrase.
    """
    book_id = wraps.read_key_file(book).book_id
    if _remember(_entry(book_id, name), secret):
        return
    if not passphrase:
        raise _no_place()
    _write_secret(book, name, secret, passphrase, cost)


def load_secret(book: Path, name: str, passphrase: str | None) -> bytes | None:
    """The device's secret of this name; None when it keeps none.

    KeyMissing when it lies in the file and no passphrase was given, WrongKey when that is another.
    """
    book_id = wraps.read_key_file(book).book_id
    secret = _recall(_entry(book_id, name))
    return secret if secret is not None else _secret_in_file(book, name, passphrase)


def keep_beside(book: Path, key: bytes, name: str, secret: bytes) -> None:
    """Keep a secret in the key file, wrapped under the book's key: whoever can open the book has it, however.

    It goes with every backup, comes back with the recovery code, and ends with the wraps of the key.
    """
    with explained(beside(book, ".key")):
        file = wraps.read_key_file(book)
        _checked(book, key)
        wrap = wraps.seal(secret, key.hex(), _purpose(name, file.book_id), wraps.LIGHT)
        wraps.write_key_file(book, wraps.key_file_of(file.book_id, key, {**file.wraps, name: wrap}))


def kept_beside(book: Path, key: bytes, name: str) -> bytes | None:
    """A secret of the key file; None when it has none of this name, or the key is another."""
    file = wraps.read_key_file(book)
    wrap = file.wraps.get(name)
    return wraps.unseal(wrap, key.hex(), _purpose(name, file.book_id)) if wrap is not None else None


def names_beside(book: Path) -> frozenset[str]:
    """The names of what the key file wraps; none once the keys are destroyed."""
    return frozenset(wraps.read_key_file(book).wraps)


def _write_secret(book: Path, name: str, secret: bytes, passphrase: str, cost: wraps.Cost) -> None:
    """Write the device's file anew with one secret put in or exchanged."""
    with explained(beside(book, ".device")):
        book_id = wraps.read_key_file(book).book_id
        file = wraps.read_secret_file(book)
        kept = dict(file.wraps) if file else {}
        kept[name] = wraps.seal(secret, passphrase, _purpose(name, book_id), cost)
        wraps.write_secret_file(book, wraps.SecretFile(id_text(book_id), kept))


def _rewrap_secret(book: Path, name: str, before: str | None, after: str, cost: wraps.Cost) -> None:
    """Bring a secret under the new passphrase, unless an interrupted change has done so already."""
    try:
        secret = _secret_in_file(book, name, before)
    except (WrongKey, KeyMissing):
        try:
            _secret_in_file(book, name, after)
            return
        except WrongKey:
            pass
        raise
    if secret is not None:
        _write_secret(book, name, secret, after, cost)


def _secret_in_file(book: Path, name: str, passphrase: str | None) -> bytes | None:
    """The secret as the device's file has it under the passphrase; None when it has none of this name."""
    file = wraps.read_secret_file(book)
    wrap = file.wraps.get(name) if file else None
    if wrap is None:
        return None
    if not passphrase:
        raise KeyMissing(
            _("This device's own key is kept under the passphrase, and none was given."),
            remedy=_passphrase_remedy(),
        )
    secret = wraps.unseal(wrap, passphrase, _purpose(name, wraps.read_key_file(book).book_id))
    if secret is None:
        raise WrongKey(
            _("The passphrase does not open this device's own key beside {name}.").format(name=book.name),
            remedy=_("Try again with the passphrase of this book."),
        )
    return secret


def _replace_wrap(book: Path, key: bytes, way: str, password: str, cost: wraps.Cost) -> None:
    """Write the key file anew with one wrap exchanged."""
    with explained(beside(book, ".key")):
        file = wraps.read_key_file(book)
        _checked(book, key)
        wrap = wraps.seal(key, password, _purpose(way, file.book_id), cost)
        wraps.write_key_file(book, wraps.key_file_of(file.book_id, key, {**file.wraps, way: wrap}))


def _checked(book: Path, key: bytes) -> bytes:
    """The key, once it is known to be this book's."""
    if not wraps.fits(book, key):
        raise wrong_key(book)
    return key


def _purpose(way: str, book_id: Id) -> str:
    """What a wrap is for; it opens for nothing else."""
    return f"bahi 1 {way} {id_text(book_id)}"


def _no_place() -> BookError:
    return KeyMissing(
        _("This computer has no keyring to keep the key, and no passphrase was given."),
        remedy=_passphrase_remedy(),
    )


def _passphrase_remedy() -> str:
    return _("Give the passphrase in the variable BAHI_PASSPHRASE or with --passphrase-file.")


def _entry(book_id: Id, name: str = "") -> str:
    """The keyring's user name for a book's key or one of its device's secrets."""
    return f"{id_text(book_id)}:{name}" if name else id_text(book_id)


def _remember(entry: str, secret: bytes) -> bool:
    """Write an entry and read it back: some keyrings take what they do not keep."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, entry, base64.b64encode(secret).decode())
    except (KeyringError, OSError):
        return False
    return _recall(entry) == secret


def _recall(entry: str) -> bytes | None:
    """Read an entry; None when there is none, no keyring, or not our writing in it."""
    import keyring
    from keyring.errors import KeyringError

    try:
        written = keyring.get_password(SERVICE, entry)
        return base64.b64decode(written, validate=True) if written else None
    except (KeyringError, OSError, binascii.Error):
        return None


def _forget(entry: str) -> None:
    """Take an entry out of the keyring, if it is there."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.delete_password(SERVICE, entry)
    except (KeyringError, OSError):
        return
