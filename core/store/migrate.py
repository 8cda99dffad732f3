"""Which version a book's tables have, the tables of a new book, and the way from an older version to today's.

An upgrade works on a copy; the old file is kept as a dated restore point and is never written.
"""

import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import BookError, ReadOnly, TooNew
from core.store.engine import (
    ANY_HAND,
    Progress,
    connect,
    copy_book,
    explained,
    faults,
    open_engine,
    write_transaction,
)
from core.store.files import beside, place, temporary, write_whole
from core.store.trouble import damaged, no_book
from core.words import translate as _

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_STEPS = Path(__file__).with_name("migrations")
VERSIONS = tuple(sorted(step.name[:4] for step in (_STEPS / "versions").glob("[0-9][0-9][0-9][0-9]_*.py")))
"""Every version this Bahi knows, oldest first."""

HEAD: str = VERSIONS[-1]
"""Today's version."""

Check = Callable[["Connection"], Mapping[str, int]]
"""Figures that an upgrade must not change: trial balance, counts of papers."""


class UpgradeRefused(BookError):
    """An upgrade would have changed what the book says; it was given up and the book is as it was."""


def version_of(connection: Any) -> str | None:
    """The version of a book's tables by a connection of SQLAlchemy or the driver; None when it has none."""
    execute = getattr(connection, "exec_driver_sql", connection.execute)
    known = execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    found = execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    return found[0] if found else None


def is_known(version: str) -> bool:
    """Whether this Bahi knows the tables of that version."""
    return version in VERSIONS


def too_new(path: Path) -> TooNew:
    """For a book or backup of a version this Bahi does not know."""
    return TooNew(
        _("{name} was written by a newer Bahi.").format(name=path.name),
        remedy=_("Install the newest Bahi and open it again; nothing was changed."),
    )


def create_schema(engine: "Engine") -> None:
    """Lay down today's tables in a new book and mark them as HEAD.

    From the tables themselves, without Alembic: it takes milliseconds, and a test proves both ways equal.
    """
    from core.store.tables import metadata

    with write_transaction(engine) as connection:
        connection.info["door"] = ANY_HAND
        metadata.create_all(connection, checkfirst=False)
        connection.exec_driver_sql(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (HEAD,))


def run_steps(engine: "Engine", *, to: str | None = None) -> None:
    """Run the numbered steps that a book still lacks, up to HEAD or to one version, in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with write_transaction(engine) as connection:
        connection.info["door"] = ANY_HAND
        config.attributes["connection"] = connection
        command.upgrade(config, to or HEAD)


def upgrade(
    path: Path, key: bytes, *, on: dt.date, check: Check | None = None, progress: Progress | None = None
) -> Path | None:
    """Bring a book to today's version: the restore point with the old file, or None when it has it already.

    The caller holds the book's lock. TooNew for an unknown version, UpgradeRefused when `check` says other
    figures after than before, Damaged, DiskFull, ReadOnly, InUse while someone reads: the book is as it was.
    """
    with explained(path, key):
        version = _version_in(path, key)
        if version == HEAD:
            return None
        if not is_known(version):
            raise too_new(path)
        copy = temporary(path)
        try:
            copy_book(path, key, copy, progress=progress)
            _upgrade_copy(copy, key, path, check)
            _settle(copy, key)
            _settle(path, key)
            return _swap(path, copy, on)
        finally:
            for leftover in (copy, *(beside(copy, ending) for ending in ("-wal", "-shm", "-journal"))):
                leftover.unlink(missing_ok=True)


def refuse_other_version(path: Path, key: bytes) -> None:
    """For readers, who may not upgrade: TooNew for a newer book, ReadOnly for one that waits for its upgrade."""
    with explained(path, key):
        version = _version_in(path, key)
    if not is_known(version):
        raise too_new(path)
    if version != HEAD:
        raise ReadOnly(
            _("{name} was written by an older Bahi and is only being read.").format(name=path.name),
            remedy=_("Open it once for writing; that brings it up to date."),
        )


def _version_in(path: Path, key: bytes) -> str:
    with closing(connect(path, key, read_only=True)) as connection:
        version = version_of(connection)
    if version is None:
        raise no_book(path)
    return version


def _upgrade_copy(copy: Path, key: bytes, path: Path, check: Check | None) -> None:
    """Run the steps on the copy and prove it: its pages, and the figures before and after."""
    engine = open_engine(copy, key)
    try:
        before = _figures(engine, check)
        run_steps(engine)
        after = _figures(engine, check)
    finally:
        engine.dispose()
    changed = sorted(name for name in before if after.get(name) != before[name])
    if changed:
        raise UpgradeRefused(
            _("The upgrade of {name} was given up: it would change {what}.").format(
                name=path.name, what=", ".join(changed)
            ),
            remedy=_("The book is as it was. Go on with the Bahi you had, and report this."),
        )
    if faults(copy, key):
        raise damaged(path)


def _figures(engine: "Engine", check: Check | None) -> dict[str, int]:
    if check is None:
        return {}
    with engine.connect() as connection:
        return dict(check(connection))


def _settle(path: Path, key: bytes) -> None:
    """Bring everything of a book into its one file; InUse while another connection is open."""
    with closing(connect(path, key)) as connection:
        connection.execute("PRAGMA busy_timeout = 1000")
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()


def _swap(path: Path, copy: Path, on: dt.date) -> Path:
    """Keep the old file under its own name with its key beside it, and put the copy in its place."""
    point = _free_name(path, on)
    write_whole(beside(point, ".key"), beside(path, ".key").read_bytes(), fresh=True)
    part = temporary(point)
    try:
        part.hardlink_to(path)
    except OSError:  # a file system without hard links
        shutil.copy2(path, part)
    try:
        place(part, point, fresh=True)
        place(copy, path)
    finally:
        part.unlink(missing_ok=True)
    return point


def _free_name(path: Path, on: dt.date) -> Path:
    """NAME.2026-04-01.before-0007.bahi, with a number where that is taken."""
    stem = f"{path.stem}.{on.isoformat()}.before-{HEAD}"
    names = (
        path.with_name(f"{stem}{more}{path.suffix}") for more in ("", *(f"-{n}" for n in range(2, 1000)))
    )
    return next(name for name in names if not name.exists() and not beside(name, ".key").exists())
