"""Packs of facts for tests, signed with a key of their own."""

import base64
from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.facts import Facts
from core.facts.pack import Pack, read_pack, write_pack
from core.facts.records import Dated, TrustedKey
from core.facts.tables import TABLES

SECRET = bytes(range(32))
KEY = TrustedKey(
    id="test",
    public=base64.b64encode(
        Ed25519PrivateKey.from_private_bytes(SECRET).public_key().public_bytes_raw()
    ).decode(),
    since=None,
    until=None,
    source="made for the tests",
)
VERSION = "2027-03"


def signed(tables: Mapping[str, Sequence[Dated]], version: str = VERSION, about: str = "") -> bytes:
    """The file of a pack that carries these tables."""
    return write_pack(tables, version=version, key=KEY.id, private=SECRET, about=about)


def a_pack(tables: Mapping[str, Sequence[Dated]], version: str = VERSION) -> Pack:
    """The same, read."""
    return read_pack(signed(tables, version), keys=[KEY])


def shipped(table: str) -> list[Dated]:
    """A table of the release."""
    return list(Facts.shipped().entries(table, TABLES[table].row))
