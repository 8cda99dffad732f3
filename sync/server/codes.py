"""Codes by which somebody comes in: founding a tenant, joining one, binding a new key. Kept as their hashes alone."""

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.change import Role
from core.ids import Id, RandomBytes
from core.words import translate as _
from sync.protocol import refusals
from sync.protocol.limits import CODE_LASTS_S, CODE_LENGTH, CODE_LETTERS, read_code
from sync.protocol.refusals import Refused
from sync.server import tables

FOUNDING, JOINING, BINDING = "found", "join", "bind"


def new_code(
    connection: Connection, purpose: str, now_us: int, random: RandomBytes, *, tenant: Id | None = None,
    role: Role = Role.OWNER, inviter: Id | None = None, for_device: Id | None = None, is_gone: bool = False,
) -> str:  # fmt: skip
    """A fresh code, kept as its hash alone."""
    code = "".join(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in random(CODE_LENGTH))
    row = {
        "code_hash": _hashed(code), "purpose": purpose, "tenant": tenant, "role": role.value,
        "expires_at_us": now_us + CODE_LASTS_S * 1_000_000, "device": None, "used": 0,
        "inviter": inviter, "for_device": for_device, "is_gone": int(is_gone),
    }  # fmt: skip
    connection.execute(sa.insert(tables.codes).values(row))
    return code


def known_code(connection: Connection, typed: str, purpose: str, now_us: int) -> Any:
    """The row of a code, held to the end. Raises `Refused` (BAD_CODE) for one unknown, or run out before it served."""
    kept = tables.codes.c
    found = connection.execute(
        sa.select(tables.codes)
        .where(kept.code_hash == _hashed(read_code(typed)), kept.purpose == purpose)
        .with_for_update()  # of two who come with it at once, the second sees what the first made of it
    ).fetchone()
    if found is None or (not found.used and now_us >= found.expires_at_us):
        raise Refused(refusals.BAD_CODE, _("This code is not known, or it has run out."))
    return found


def mark_code(connection: Connection, typed: str, **values: Any) -> None:
    """A code has served."""
    kept = tables.codes.c.code_hash
    connection.execute(sa.update(tables.codes).where(kept == _hashed(read_code(typed))).values(**values))


def _hashed(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def used() -> Refused:
    """What is said of a code that has served."""
    return Refused(refusals.BAD_CODE, _("This code was used already. Ask an owner for another."))
