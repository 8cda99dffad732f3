"""The device's own keys: Ed25519 to sign with, X25519 for what is sealed to it.

They lie in the keyring or beside the book under the passphrase, never in the book.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from core.ids import RandomBytes
from core.store import keys, wraps
from sync.client.sealing import open_sealed, public_of

SECRET_NAME, SEALING_NAME = keys.DEVICE_SECRETS
_KEY_BYTES = 32


class Signer:
    """Signs as this device, and opens what is sealed to it; `sealing` fetches that key when it is asked for."""

    def __init__(self, secret: bytes, sealing: Callable[[], bytes | None] = lambda: None) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self._sealing = sealing

    @property
    def public_key(self) -> bytes:
        """The 32 bytes by which the service knows this device."""
        return self._key.public_key().public_bytes_raw()

    @property
    def sealing_key(self) -> bytes:
        """The 32 bytes to which others seal what only this device may read; empty when it has no such key."""
        secret = self._sealing()
        return public_of(secret) if secret else b""

    def sign(self, data: bytes) -> bytes:
        """64 bytes of signature."""
        return self._key.sign(data)

    def unseal(self, sealed: bytes, purpose: str) -> bytes | None:
        """What was sealed to this device; None for anything else."""
        secret = self._sealing()
        return open_sealed(secret, sealed, purpose) if secret else None


def is_signed(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether the signature over the data is that of the key's owner."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def new_secret(random: RandomBytes) -> bytes:
    """A fresh key's 32 bytes."""
    return random(_KEY_BYTES)


def new_signer(random: RandomBytes) -> tuple[Signer, tuple[bytes, bytes]]:
    """A new device's signer, with its two secrets to be kept."""
    secret, sealing = new_secret(random), new_secret(random)
    return Signer(secret, lambda: sealing), (secret, sealing)


def kept_signer(path: Path, passphrase: str | None) -> Signer | None:
    """The signer of the book at `path`; None when its device has no key. Raises KeyMissing or WrongKey."""
    secret = keys.load_secret(path, SECRET_NAME, passphrase)
    if secret is None or len(secret) != _KEY_BYTES:
        return None
    return Signer(secret, partial(keys.load_secret, path, SEALING_NAME, passphrase))


def keep_secrets(
    path: Path, secrets: tuple[bytes, bytes], passphrase: str | None, *, cost: wraps.Cost = wraps.STRONG
) -> None:
    """Put both keys in their place; raises KeyMissing when there is neither keyring nor passphrase."""
    secret, sealing = secrets
    keys.store_secret(path, SEALING_NAME, sealing, passphrase, cost=cost)
    keys.store_secret(path, SECRET_NAME, secret, passphrase, cost=cost)
