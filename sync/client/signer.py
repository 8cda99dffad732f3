"""The device's own key, Ed25519: it lies in the keyring or beside the book under the passphrase, never in the book."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.ids import RandomBytes
from core.store import keys, wraps

SECRET_NAME = "device"
_KEY_BYTES = 32


class Signer:
    """Signs as this device."""

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)

    @property
    def public_key(self) -> bytes:
        """The 32 bytes by which the service knows this device."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """64 bytes of signature."""
        return self._key.sign(data)


def new_secret(random: RandomBytes) -> bytes:
    """A fresh key's 32 bytes."""
    return random(_KEY_BYTES)


def kept_signer(path: Path, passphrase: str | None) -> Signer | None:
    """The signer of the book at `path`; None when its device has no key. Raises KeyMissing or WrongKey."""
    secret = keys.load_secret(path, SECRET_NAME, passphrase)
    return Signer(secret) if secret is not None and len(secret) == _KEY_BYTES else None


def keep_secret(
    path: Path, secret: bytes, passphrase: str | None, *, cost: wraps.Cost = wraps.STRONG
) -> None:
    """Put the key in its place; raises KeyMissing when there is neither keyring nor passphrase."""
    keys.store_secret(path, SECRET_NAME, secret, passphrase, cost=cost)
