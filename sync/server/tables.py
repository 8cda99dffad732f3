"""The service's tables, tenant first in every key; the same on SQLite and on larger engines."""

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()

_Blob, _Words = sa.LargeBinary(), sa.Text()
_Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _table(name: str, *parts: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=False)


def _key(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, nullable=False, autoincrement=False)


def _column(name: str, kind: Any, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable)


service = _table("service", _key("name", _Words), _column("value", _Blob))
"""What the service itself keeps: its secret, its era."""

codes = _table(
    "codes",
    _key("code_hash", _Blob),
    _column("purpose", _Words),
    _column("tenant", _Blob, nullable=True),
    _column("role", _Words),
    _column("expires_at_us", _Whole),
    _column("device", _Blob, nullable=True),
    _column("used", _Whole),
)
"""Founding and enrolment codes, hashed. A code belongs to the service until a tenant is known by it; `device` is the
one that gave it last, and `used` is 1 once that device has come in."""

tenants = _table(
    "tenants",
    _key("tenant", _Blob),
    _column("book", _Blob),
    _column("company", _Words),
    _column("founder", _Blob),
    _column("founded_upto", _Whole),
    _column("people", _Whole),
    _column("founded_at_us", _Whole),
)
"""`people` is the version of devices and series; nobody may be invited before the founder sent `founded_upto`."""

heads = _table(
    "heads",
    _key("tenant", _Blob),
    _column("seq", _Whole),
    _column("run", _Blob),
    _column("digest", _Words),
    _column("pushes", _Whole),
)
"""The head of each tenant's order. Touching its row is the first statement of every push, and is held to the commit."""

devices = _table(
    "devices",
    _key("tenant", _Blob),
    _key("device", _Blob),
    _column("code", _Words),
    _column("name", _Words),
    _column("user", _Words),
    _column("role", _Words),
    _column("state", _Words),
    _column("public_key", _Blob),
    _column("epoch", _Whole),
    _column("number", _Whole),
    _column("link", _Blob),
    _column("enrolled_at_us", _Whole),
)
"""Devices, the role each holds, its key, and the head of its chain. `state` is invited, live or ended."""

series = _table("series", _key("tenant", _Blob), _key("series", _Words), _column("device", _Blob))

changes = _table(
    "changes",
    _key("tenant", _Blob),
    _key("seq", _Whole),
    _column("device", _Blob),
    _column("epoch", _Whole),
    _column("number", _Whole),
    _column("kind", _Words),
    _column("record", _Blob),
    _column("outcome", _Whole),
    _column("answer", _Blob),
    _column("data", _Blob),
    _column("link", _Blob),
    _column("run", _Blob),
    _column("arrived_at_us", _Whole),
)
sa.Index("changes_by_author", changes.c.tenant, changes.c.device, changes.c.epoch, changes.c.number)

standing = _table(
    "standing",
    _key("tenant", _Blob),
    _key("record", _Blob),
    _column("kind", _Words),
    _column("state", _Whole),
    _column("entry", _Whole),
    _column("hash", _Blob),
    _column("total_paise", _Whole),
    _column("open_paise", _Whole),
    _column("rests", _Whole),
    _column("seq", _Whole),
)
"""How each record stands (core.changes.standing); `entry` is the seq that brought it."""

places = _table("places", _key("tenant", _Blob), _key("place", _Words), _column("paper", _Blob))
sa.Index("places_by_paper", places.c.tenant, places.c.paper)

cells = _table("cells", _key("tenant", _Blob), _key("record", _Blob), _column("cells", _Blob))
"""The fields of each record of class *fields*, with who wrote each when and at which seq (core.changes.merge)."""
