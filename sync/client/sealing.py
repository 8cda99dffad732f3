"""Sealing to a device: only who holds the private X25519 key opens it, and only for what it was sealed for.

An ephemeral key is agreed with the receiver's (RFC 7748), a key for once is drawn from it by HKDF-SHA256 (RFC 5869),
and ChaCha20-Poly1305 (RFC 8439) seals under that.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.ids import RandomBytes

KEY_BYTES = 32
_NONCE_BYTES = 12
_ONCE = bytes(_NONCE_BYTES)  # the key is drawn for one message alone


def public_of(secret: bytes) -> bytes:
    """The 32 bytes to which others seal."""
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def seal_to(public_key: bytes, data: bytes, purpose: str, random: RandomBytes) -> bytes:
    """Data that only the owner of the key reads. ValueError for a key that is none."""
    once = X25519PrivateKey.from_private_bytes(random(KEY_BYTES))
    told = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public_key))
    return told + _cipher(shared, told + public_key, purpose).encrypt(_ONCE, data, None)


def open_sealed(secret: bytes, sealed: bytes, purpose: str) -> bytes | None:
    """What was sealed to this key for this purpose; None for anything else."""
    told, rest = sealed[:KEY_BYTES], sealed[KEY_BYTES:]
    try:
        shared = X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(told))
        return _cipher(shared, told + public_of(secret), purpose).decrypt(_ONCE, rest, None)
    except (InvalidTag, ValueError):
        return None


def lock(key: bytes, number: int, data: bytes, purpose: str) -> bytes:
    """One of several pages under one key, each with a number of its own."""
    return ChaCha20Poly1305(key).encrypt(_nonce(number), data, purpose.encode())


def unlock(key: bytes, number: int, locked: bytes, purpose: str) -> bytes | None:
    """The page that was locked under this key, number and purpose; None for anything else."""
    try:
        return ChaCha20Poly1305(key).decrypt(_nonce(number), locked, purpose.encode())
    except InvalidTag:
        return None


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES, "big")


def _cipher(shared: bytes, between: bytes, purpose: str) -> ChaCha20Poly1305:
    drawn = HKDF(hashes.SHA256(), KEY_BYTES, salt=between, info=purpose.encode()).derive(shared)
    return ChaCha20Poly1305(drawn)
