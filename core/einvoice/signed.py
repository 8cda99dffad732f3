"""The portal's signed QR and signed invoice: read always, and held against the portal's published keys where we have
them.

Both are JWS texts signed with RSA and SHA-256 whose claim `data` is JSON; `iss` names the registrar. Only the portal
signs: nothing here makes a signature. Sources: einv-apisandbox.nic.in (signed QR code); published answers kept by
india-compliance (data/test_e_invoice.json).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from core.errors import RuleBroken
from core.problems import Problem
from core.words import translate as _

ALGORITHM = "RS256"
QR_FIELDS = (
    "SellerGstin", "BuyerGstin", "DocNo", "DocTyp", "DocDt", "TotInvVal", "ItemCnt", "MainHsnCode", "Irn", "IrnDt",
)  # fmt: skip
TEXT_MAX = 64 << 10
KEYS_MAX_BYTES = 64 << 10
PORTAL_KEYS = Path(__file__).with_name("data") / "portal_keys"
"""Where keys of a release lie: none is shipped until one can be had from the portal itself."""

Keys = Mapping[str, bytes]
"""The portal's public keys or certificates in PEM, by the name of their file."""


class SignedText(msgspec.Struct, frozen=True):
    """What a signed text says. `holds` is None where it carries no signature or no key is there to try it by.

    `key_name` is the key by which it was found good, `key_id` the signature's own word for its key (kid).
    """

    payload: dict[str, Any]
    iss: str = ""
    holds: bool | None = None
    key_name: str = ""
    key_id: str = ""


def read_qr(text: str, keys: Keys) -> SignedText:
    """What a QR says: its text as signed, or the payload's JSON alone. Raises `RuleBroken` when it is neither.

    A signature that cannot be tried, or is wrong, does not hide the fields.
    """
    read = read_signed(text, keys)
    if not any(key in read.payload for key in QR_FIELDS):
        raise RuleBroken([_not_signed()])
    return read


def read_signed(text: str, keys: Keys) -> SignedText:
    """What a signed text of the portal says; JSON without a signature is read as it is."""
    bare = text.strip()
    if len(bare) > TEXT_MAX * 64:
        raise RuleBroken([_not_signed()])
    if bare.startswith("{"):
        found = _object(bare)
        return SignedText(_payload(found), str(found.get("iss", "")))
    return _jws(bare, keys)


def keys_in(*folders: Path) -> dict[str, bytes]:
    """The keys that lie in these folders as .pem, .cer or .crt; a folder that is not there has none."""
    found: dict[str, bytes] = {}
    for folder in folders:
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            if path.suffix in (".pem", ".cer", ".crt") and path.stat().st_size <= KEYS_MAX_BYTES:
                found[path.name] = path.read_bytes()
    return found


def problems_with_key(data: bytes) -> list[Problem]:
    """What is wrong with a file that is to be a key of the portal: an RSA public key or certificate in PEM or DER."""
    if _public_key(data) is not None:
        return []
    message = _("This is neither an RSA public key nor a certificate that holds one.")
    return [Problem("KEY", message, "", _("Download the certificate from the invoice portal again."))]


def _jws(text: str, keys: Keys) -> SignedText:
    import jwt

    try:
        parts = jwt.decode_complete(text, options={"verify_signature": False})
        header, claims = parts["header"], parts["payload"]
        payload = _payload(claims)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise RuleBroken([_not_signed()]) from None
    iss, key_id = str(claims.get("iss", "")), str(header.get("kid", ""))
    if not keys or header.get("alg") != ALGORITHM:
        holds = None if header.get("alg") == ALGORITHM else False
        return SignedText(payload, iss, holds, "", key_id)
    good = next((name for name, data in keys.items() if _holds(text, data)), "")
    return SignedText(payload, iss, bool(good), good, key_id)


def _holds(text: str, data: bytes) -> bool:
    import jwt

    key = _public_key(data)
    if key is None:
        return False
    try:
        jwt.decode(text, key, algorithms=[ALGORITHM], options={"verify_exp": False, "verify_aud": False})
    except jwt.PyJWTError:
        return False
    return True


def _public_key(data: bytes) -> Any:
    """The RSA key of a PEM or DER file; None when it holds none."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

    def of_certificate(load: Any) -> Any:
        return load(data).public_key()

    for read in (
        lambda: load_pem_public_key(data),
        lambda: load_der_public_key(data),
        lambda: of_certificate(x509.load_pem_x509_certificate),
        lambda: of_certificate(x509.load_der_x509_certificate),
    ):
        try:
            key = read()
        except (ValueError, TypeError):
            continue
        if isinstance(key, RSAPublicKey):
            return key
    return None


def _payload(claims: Mapping[str, Any]) -> dict[str, Any]:
    """What the claims say: `data` as JSON in a text, or the claims themselves."""
    inner = claims.get("data", claims)
    if isinstance(inner, str):
        return _object(inner)
    return {key: value for key, value in inner.items() if key != "iss"} if isinstance(inner, dict) else {}


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise RuleBroken([_not_signed()]) from None
    if not isinstance(found, dict):
        raise RuleBroken([_not_signed()])
    return found


def _not_signed() -> Problem:
    message = _("This is neither a signed text of the invoice portal nor its payload.")
    return Problem("NOT_SIGNED", message, "text", _("Scan the QR again, or take the portal's answer whole."))
