"""How the service's tables are made: tenant first in every key; the same on SQLite and on PostgreSQL.

A table whose key begins with `tenant` is the tenants': on PostgreSQL its rows are shown to their own tenant alone
(sync.server.schema), and nothing in it, no key, index or reference, reaches over two tenants. So it can be spread
over machines by tenant.
"""

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()

TENANT = "tenant"
_LARGE = "large"


class _Unbroken(sa.types.TypeDecorator[str]):
    """Text with any characters, in the order of its bytes: PostgreSQL keeps none that holds U+0000."""

    impl = sa.Text(collation="C")
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return value if value is None else value.replace("\\", "\\\\").replace("\0", "\\0")

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        if value is None or "\\" not in value:
            return value
        return "\\".join(part.replace("\\0", "\0") for part in value.split("\\\\"))


Blob = sa.LargeBinary()
Words = sa.Text().with_variant(_Unbroken(), "postgresql")
Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def table(name: str, *parts: sa.schema.SchemaItem, is_large: bool = False) -> sa.Table:
    """A table of the service.

    One that grows with every change `is_large`: PostgreSQL keeps it in partitions by tenant. The rows of any other
    that is the tenants' refer to their tenant.
    """
    made = sa.Table(
        name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=False, info={_LARGE: is_large},
        postgresql_partition_by=f"HASH ({TENANT})" if is_large else None,
    )  # fmt: skip
    if is_tenants(made) and not is_large and name != "tenants":
        made.append_constraint(sa.ForeignKeyConstraint([TENANT], [f"tenants.{TENANT}"]))
    return made


def is_tenants(made: sa.Table) -> bool:
    """Whether a table's rows belong each to a tenant."""
    return next(iter(made.primary_key)).name == TENANT


def is_large(made: sa.Table) -> bool:
    """Whether a table is kept in partitions where the engine knows them."""
    return bool(made.info[_LARGE])


def key(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, nullable=False, autoincrement=False)


def column(name: str, kind: Any, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable)
