"""The notice by which an owner's device ends another: signed, so that no stranger on the way can end one."""

REVOKED, LOST = "revoked", "lost"


def notice_to_sign(tenant: bytes, device: bytes, is_lost: bool) -> bytes:
    """What the owner's device signs."""
    return b"bahi 1 " + (LOST if is_lost else REVOKED).encode() + b"\0" + tenant + device
