"""Subcommands for who keeps the service: its tables and roles, its backup, and the way back."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from desktop.command_line.frame import AsJson, Output, answering, tell

_Where = Annotated[
    str,
    typer.Option(
        "--database", metavar="URL", envvar="BAHI_DATABASE",
        help="The service's database; a file of this user unless told.",
    ),
]  # fmt: skip
_STEP = 100_000


def register(program: typer.Typer) -> None:
    """Put the subcommands into the program."""
    program.command("service-prepare", help="Make or raise the service's tables, and let a role serve.")(
        prepare
    )
    program.command("service-backup", help="Write the whole service into one file; it may go on serving.")(
        backup
    )
    program.command("service-restore", help="Bring a backup into an empty database, in the next era.")(
        restore
    )


def prepare(
    database: _Where = "",
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="PostgreSQL's role that the service runs as.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Make the tables."""
    with answering(as_json):
        from core.words import translate as _
        from sync.server import keeping

        number = keeping.prepare(_url(database), role)
        tell({"schema": number}, as_json, lambda: [_("The tables are ready (schema {n}).").format(n=number)])


def backup(output: Output, database: _Where = "", as_json: AsJson = False) -> None:
    """Back the service up."""
    with answering(as_json):
        from core.words import translate as _
        from sync.server import backup as backups

        kept = backups.backup(_url(database), output, _telling)
        line = _("{rows} rows of {tenants} businesses are in {name}.")
        tell(
            {"file": str(output), **kept._asdict()}, as_json,
            lambda: [line.format(name=output, **kept._asdict())],
        )  # fmt: skip


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that service-backup wrote.")],
    database: _Where = "",
    as_json: AsJson = False,
) -> None:
    """Restore the service."""
    with answering(as_json):
        from core.words import translate as _
        from sync.server import backup as backups

        kept = backups.restore(_url(database), file, _telling)
        lines = [
            _("{rows} rows of {tenants} businesses are restored.").format(**kept._asdict()),
            _("Devices now hand back what they hold beyond the backup; nothing new is taken until then."),
            _(
                "Roles, and who was revoked, the service learns again from the first device that knows. Second factors "
                "and what devices in the field carry stand as in the backup: an owner sets them again."
            ),
            _(
                "A business founded after the backup is founded again by an owner: bahi founding-code, then "
                "bahi share on that book."
            ),
        ]
        tell({"file": str(file), **kept._asdict()}, as_json, lambda: lines)


def _url(database: str) -> str:
    from sync.server.settings import Settings

    return Settings(database).url


def _telling(done: int, of: int) -> None:
    """How far it is, on standard error, for who sits before a terminal."""
    if sys.stderr.isatty() and done // _STEP != (done - 1) // _STEP:
        print(f"\r{done:,}" + (f" / {of:,}" if of else ""), end="", file=sys.stderr, flush=True)
