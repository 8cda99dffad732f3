"""What the service hands out and knows again without keeping it: challenges and tokens, sealed with its secret."""

import hashlib
import hmac

import msgspec

from core.ids import Id
from sync.protocol.limits import CHALLENGE_LASTS_S, TOKEN_LASTS_S

_MARK_BYTES = 32
_KEY_BYTES = 8


class Grant(msgspec.Struct, frozen=True, array_like=True):
    """Whom a token is for: tenant, device and the key it is bound to, until an instant."""

    purpose: str
    tenant: Id
    device: Id
    key: bytes
    expires_at_us: int


class Sealer:
    """Seals grants under the service's secret, and reads its own seals back."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def challenge(self, tenant: Id, device: Id, now_us: int) -> bytes:
        """What the device has to sign within a minute."""
        return self._seal(Grant("challenge", tenant, device, b"", now_us + CHALLENGE_LASTS_S * 1_000_000))

    def token(self, tenant: Id, device: Id, public_key: bytes, now_us: int) -> bytes:
        """Leave to ask for a quarter of an hour, bound to the device's key."""
        lasts_us = TOKEN_LASTS_S * 1_000_000
        return self._seal(Grant("token", tenant, device, key_mark(public_key), now_us + lasts_us))

    def opened(self, sealed: bytes, purpose: str, now_us: int) -> Grant | None:
        """The grant of a seal made here for this purpose and not yet run out; None otherwise."""
        mark, told = sealed[:_MARK_BYTES], sealed[_MARK_BYTES:]
        if not hmac.compare_digest(mark, self._mark(told)):
            return None
        grant = msgspec.msgpack.decode(told, type=Grant)
        return grant if grant.purpose == purpose and now_us < grant.expires_at_us else None

    def _seal(self, grant: Grant) -> bytes:
        told = msgspec.msgpack.encode(grant)
        return self._mark(told) + told

    def _mark(self, told: bytes) -> bytes:
        return hmac.new(self._secret, told, hashlib.sha256).digest()


def key_mark(public_key: bytes) -> bytes:
    """Eight bytes by which a key is known again."""
    return hashlib.sha256(public_key).digest()[:_KEY_BYTES]


def signed_by(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether the signature over the data is that of the key's owner."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
