"""Codes of six digits that last half a minute, as the apps on a phone make them: TOTP (RFC 6238) over HOTP (4226)."""

import base64
import hmac
import struct
from urllib.parse import quote

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
TOLERANCE_STEPS = 1
"""A phone's clock may be one step before or behind."""


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a step (RFC 4226, 5.3: dynamic truncation of HMAC-SHA-1)."""
    mark = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    offset = mark[-1] & 0xF
    number = int.from_bytes(mark[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_of(now_us: int) -> int:
    """The step of an instant."""
    return now_us // (STEP_S * 1_000_000)


def step_given(secret: bytes, code: str, now_us: int, after_step: int) -> int | None:
    """The step whose code this is, within the tolerance and later than the last that was taken; None for no other."""
    typed, now = "".join(code.split()), step_of(now_us)
    found = None
    for step in range(now - TOLERANCE_STEPS, now + TOLERANCE_STEPS + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), typed.encode()) and step > after_step:
            found = step
    return found


def address_of(secret: bytes, user: str, company: str) -> str:
    """What the QR code tells the app on the phone."""
    label = f"{quote(company)}:{quote(user)}"
    told = base64.b32encode(secret).decode().rstrip("=")
    return f"otpauth://totp/{label}?secret={told}&issuer={quote(company)}&digits={DIGITS}&period={STEP_S}"


def proof_to_sign(tenant: bytes, user: str) -> bytes:
    """What the recovery key signs to take a second factor away."""
    return b"bahi 1 second factor away " + tenant + user.encode()
