"""A backup of the whole service in one file, made while it serves; and the way back, into an empty database alone.

Every table is read in one state of the database, so that heads, changes and standing agree as after some push. The
file is of no engine: what was backed up on SQLite can be restored on PostgreSQL, and the other way round. It is one
zstd stream of blocks, each led by its length: what it is, rows of tables, and at the end their counts, without which
it is not whole. It holds the books as the service reads them and the service's secret, and is readable by its owner
alone.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec
import sqlalchemy as sa
import zstandard
from sqlalchemy.engine import Connection

from core.clock import Clock, SystemClock
from core.errors import BookError
from core.words import translate as _
from sync.server import schema, tables
from sync.server.database import add, connect, open_database, reading, writing
from sync.server.house import begin_era
from sync.server.tables.base import metadata

_MAGIC = b"BAHI SERVICE 1\n"
_TAIL = b"\x50\x2a\x4d\x18" + (8).to_bytes(4, "little") + b"BAHI END"
"""A frame that zstd skips: what ends with it was written to its end."""

_FETCH = 100
_BLOCK_ROWS, _BLOCK_BYTES = 2_000, 4 << 20
_BLOCK_BYTES_MAX = 64 << 20
"""A block ends after so many rows, or so many bytes; one read back is never larger than the last."""

_WHOLE_MAX = 1 << 63
_LEVEL = 3
_LENGTH_BYTES = 4
_SCHEMA_ROW = "schema"

Tell = Callable[[int, int], None]
"""Told how many rows are done, of how many; 0 where that is not known."""


class Kept(NamedTuple):
    """What a backup holds."""

    tenants: int
    changes: int
    rows: int


class _Begin(msgspec.Struct, array_like=True, tag="begin"):
    schema: int


class _Rows(msgspec.Struct, array_like=True, tag="rows"):
    table: str
    columns: list[str]
    rows: list[list[Any]]


class _End(msgspec.Struct, array_like=True, tag="end"):
    counts: dict[str, int]


class _Torn(Exception):
    """The file does not go on as a backup does."""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Begin | _Rows | _End)


def backup(url: str, file: Path, tell: Tell = lambda _done, _of: None) -> Kept:
    """Write all of a service's database into a file, which appears when it is whole; the service may go on meanwhile.

    Raises `BookError` where there is no service of this version, the role may not see all of it, or the file cannot be
    written.
    """
    with _open_as_it_is(url) as connection, _appearing(file) as out:
        out.write(_MAGIC)
        packer = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        with packer.stream_writer(out, closefd=False) as packed:
            counts = _write(connection, packed, tell)
        out.write(_TAIL)
    return _kept(counts)


def restore(url: str, file: Path, tell: Tell = lambda _done, _of: None, clock: Clock | None = None) -> Kept:
    """Bring a backup into an empty database, all of it or nothing, and begin the next era.

    The service then takes nothing new from a tenant until its devices have handed back what they hold beyond the
    backup. Raises `BookError` where the database is not empty or the file is no whole backup of this version.
    """
    engine = open_database(url, to_serve=False)
    try:
        with _blocks(file) as blocks, writing(engine) as connection:
            schema.see_all(connection)
            _check_empty(connection)
            counts = _read(connection, blocks, tell)
            begin_era(connection, (clock or SystemClock()).now_us())
    except sa.exc.DatabaseError as error:
        raise BookError(
            _("The backup could not be restored; the database is as it was."),
            remedy=_("Restore as the owner of an empty database, and see whether its disk is full."),
        ) from error
    finally:
        engine.dispose()
    return _kept(counts)


@contextmanager
def _open_as_it_is(url: str) -> Iterator[Connection]:
    """A connection that sees one state of all tenants, in a database that is there already."""
    engine = connect(url)
    place = engine.url.database or ""
    try:
        if engine.dialect.name == "sqlite" and not Path(place).is_file():
            raise BookError(_("There is no service's database {name}.").format(name=place))
        with reading(engine) as connection:
            schema.check(connection)
            if not schema.sees_all(connection):
                raise BookError(
                    _("The role {role} does not see every business; a backup would not be whole.").format(
                        role=engine.url.username
                    ),
                    remedy=_("Make backups as the owner of the service's tables."),
                )
            schema.see_all(connection)
            yield connection
    except sa.exc.DatabaseError as error:
        raise BookError(
            _("The service's database {name} cannot be read.").format(name=place),
            remedy=_("See whether it is a service's database, and can be reached."),
        ) from error
    finally:
        engine.dispose()


@contextmanager
def _appearing(file: Path) -> Iterator[BinaryIO]:
    """A file to write, readable by its owner alone, that bears its name once it is whole and on the disk."""
    part = file.with_name(file.name + ".part")
    try:
        with suppress(FileNotFoundError):
            part.unlink()
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, file)
    except OSError as error:
        raise BookError(
            _("The backup {name} cannot be written.").format(name=file.name),
            remedy=_("Choose a folder that may be written and has room."),
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()


def _write(connection: Connection, packed: Any, tell: Tell) -> dict[str, int]:
    every = metadata.sorted_tables
    count = {
        str(table.name): connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in every
    }
    done, total = 0, sum(count.values())
    _put(packed, _Begin(schema.SCHEMA))
    for table in every:
        found = connection.execute(sa.select(table), execution_options={"yield_per": _FETCH})
        names = [str(column.name) for column in table.columns]
        for rows in _in_blocks(found):
            _put(packed, _Rows(str(table.name), names, rows))
            done += len(rows)
            tell(done, total)
    _put(packed, _End(count))
    return count


def _in_blocks(found: Iterable[Any]) -> Iterator[list[list[Any]]]:
    """Rows in blocks that fit in memory, however long their bytes are."""
    rows: list[list[Any]] = []
    weight = 0
    for row in found:
        rows.append(list(row))
        weight += sum(len(value) for value in row if isinstance(value, bytes | str))
        if len(rows) == _BLOCK_ROWS or weight >= _BLOCK_BYTES:
            yield rows
            rows, weight = [], 0
    if rows:
        yield rows


def _put(packed: Any, block: msgspec.Struct) -> None:
    data = _encoder.encode(block)
    packed.write(len(data).to_bytes(_LENGTH_BYTES, "big") + data)


@contextmanager
def _blocks(file: Path) -> Iterator[Iterator[_Begin | _Rows | _End]]:
    """The blocks of a backup, read as they are asked for; `BookError` for what is none."""
    try:
        with file.open("rb") as source:
            if source.read(len(_MAGIC)) != _MAGIC:
                raise _Torn
            source.seek(-len(_TAIL), os.SEEK_END)
            if source.read() != _TAIL:
                raise _Torn
            source.seek(len(_MAGIC))
            with closing(zstandard.ZstdDecompressor().stream_reader(source)) as plain:
                yield _each(plain)
    except (OSError, _Torn, zstandard.ZstdError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _no_backup(file) from error


def _each(plain: Any) -> Iterator[_Begin | _Rows | _End]:
    while length := plain.read(_LENGTH_BYTES):
        size = int.from_bytes(length, "big")
        if size > _BLOCK_BYTES_MAX:
            raise _Torn
        data = plain.read(size)
        if len(length) != _LENGTH_BYTES or len(data) != size:
            raise _Torn
        yield _decoder.decode(data)


def _read(connection: Connection, blocks: Iterator[Any], tell: Tell) -> dict[str, int]:
    begin = next(blocks, None)
    if not isinstance(begin, _Begin):
        raise _Torn
    if begin.schema != schema.SCHEMA:
        message = _("The backup was made with schema {number}; this version of Bahi has {known}.")
        raise BookError(
            message.format(number=begin.schema, known=schema.SCHEMA),
            remedy=_("Restore it with the version that made it, then upgrade."),
        )
    counts: dict[str, int] = {}
    for block in blocks:
        if isinstance(block, _End):
            if next(blocks, None) or {name: n for name, n in block.counts.items() if n} != counts:
                raise _Torn
            return block.counts
        if not isinstance(block, _Rows):
            raise _Torn
        table = metadata.tables.get(block.table)
        if table is None or {column.name for column in table.columns} != {*block.columns}:
            raise _Torn
        _bring(connection, table, _fitting(table, block))
        counts[block.table] = counts.get(block.table, 0) + len(block.rows)
        tell(sum(counts.values()), 0)
    raise _Torn


def _fitting(table: sa.Table, block: _Rows) -> list[dict[str, Any]]:
    """The rows of a block by column; raises `_Torn` for any that the table could not have held."""
    kinds = [table.c[name].type.python_type for name in block.columns]
    for row in block.rows:
        if len(row) != len(kinds) or not all(map(_may_hold, kinds, row)):
            raise _Torn
    return [dict(zip(block.columns, row, strict=True)) for row in block.rows]


def _may_hold(kind: type, value: Any) -> bool:
    if isinstance(value, int):
        return kind is int and abs(value) < _WHOLE_MAX
    return value is None or isinstance(value, kind)


def _bring(connection: Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if table is tables.service:
        kept = tables.service.c.name
        connection.execute(sa.delete(table).where(kept != _SCHEMA_ROW))
        rows = [row for row in rows if row["name"] != _SCHEMA_ROW]
    add(connection, table, rows)


def _check_empty(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        if table is tables.service:
            continue
        if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
            raise BookError(
                _("The database is not empty: a service was used in it."),
                remedy=_("Restore into a new database, then let the service serve that one."),
            )


def _kept(counts: dict[str, int]) -> Kept:
    return Kept(counts["tenants"], counts["changes"], sum(counts.values()))


def _no_backup(file: Path) -> BookError:
    return BookError(
        _("{name} is no whole backup of a service.").format(name=file.name),
        remedy=_("Choose a file that `bahi service-backup` has made to its end."),
    )
