"""Subcommands about books that agree: serve, founding-code, key-code, share, join, sync."""

import getpass
import platform
from typing import TYPE_CHECKING, Annotated

import typer

from desktop.command_line.books import RecoveryFile, tell_recovery_code
from desktop.command_line.frame import (
    AsJson,
    BookPath,
    PassphraseFile,
    answering,
    opened,
    passphrase,
    tell,
    tell_json,
)

if TYPE_CHECKING:
    from sync.client.courier import Round

Server = Annotated[str, typer.Option("--server", metavar="URL", help="Where the service listens.")]
Code = Annotated[str, typer.Option("--code", metavar="CODE", help="A founding or enrolment code.")]
Database = Annotated[
    str,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="BAHI_DATABASE",
        help="The service's database; a file of this user unless told.",
    ),
]


def register(program: typer.Typer) -> None:
    """Put the subcommands into the program."""
    program.command("serve", help="Run the sync service.")(serve)
    program.command("founding-code", help="One more code with which a book may found its tenant.")(
        founding_code
    )
    program.command(
        "key-code", help="A code by which a device binds a new key, if no owner's device is left."
    )(key_code)
    program.command(
        "share", help="Found the tenant from this book, its first device; again, if its service forgot it."
    )(share)
    program.command("join", help="Join a business with a code: makes the book.")(join)
    program.command("sync", help="One round with the service.")(sync)


def serve(
    database: Annotated[
        str,
        typer.Option(
            "--database", metavar="URL", envvar="BAHI_DATABASE",
            help="The service's database: a file, or the URL of PostgreSQL; a file of this user unless told.",
        ),
    ] = "",
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, envvar="BAHI_PORT", help="The port to listen on."),
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", envvar="BAHI_HOST", help="The address to listen on.")
    ] = None,
    tls_cert: Annotated[
        str, typer.Option("--tls-cert", metavar="FILE", envvar="BAHI_TLS_CERT", help="Certificate, PEM.")
    ] = "",
    tls_key: Annotated[
        str, typer.Option("--tls-key", metavar="FILE", envvar="BAHI_TLS_KEY", help="Its key, PEM.")
    ] = "",
    behind_proxy: Annotated[
        str,
        typer.Option(
            "--behind-proxy", metavar="ADDRESSES", envvar="BAHI_BEHIND_PROXY",
            help="A proxy that does TLS stands before; believe X-Forwarded-For of these addresses.",
        ),
    ] = "",
    insecure: Annotated[
        bool,
        typer.Option("--insecure", envvar="BAHI_INSECURE", help="Listen to others without encryption."),
    ] = False,
    workers: Annotated[
        int,
        typer.Option("--workers", min=1, max=64, envvar="BAHI_WORKERS", help="Processes; PostgreSQL only."),
    ] = 1,
    metrics_from: Annotated[
        str,
        typer.Option(
            "--metrics-from", metavar="ADDRESSES", envvar="BAHI_METRICS_FROM",
            help="Who may read /metrics; this machine unless told.",
        ),
    ] = "",
) -> None:  # fmt: skip
    """Run the service until it is asked to stop. Every option may stand in the environment instead."""
    with answering(as_json=False):
        from sync.server.serving import serve as run
        from sync.server.settings import LOCAL, Settings

        blank = Settings()
        settings = Settings(
            database=database, host=host or blank.host, port=blank.port if port is None else port,
            tls_cert=tls_cert, tls_key=tls_key, behind_proxy=_listed(behind_proxy), is_insecure=insecure,
            workers=workers, metrics_from=_listed(metrics_from) or LOCAL,
        )  # fmt: skip
        run(settings, announce=lambda line: print(line, flush=True))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def founding_code(database: Database = "", as_json: AsJson = False) -> None:
    """Make a founding code."""
    with answering(as_json):
        from sync.server import serving

        code = serving.founding_code(database)
        tell({"code": code}, as_json, lambda: [code])


def key_code(
    business: Annotated[str, typer.Argument(metavar="BUSINESS", help="As `bahi devices --json` tells it.")],
    device: Annotated[str, typer.Argument(metavar="DEVICE", help="The device's id, as told there.")],
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """Make a code for a new key."""
    with answering(as_json):
        from core.ids import parse_id
        from sync.server import serving

        try:
            asked = parse_id(business), parse_id(device)
        except ValueError:
            raise typer.BadParameter(
                "BUSINESS and DEVICE are ids, as `bahi devices --json` tells them"
            ) from None
        code = serving.key_code(database, *asked)
        tell({"code": code}, as_json, lambda: [code])


def share(
    book: BookPath,
    server: Server,
    code: Code,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Share a book."""
    with answering(as_json):
        from sync.client import enrol

        with opened(book, passphrase_file, to_write=True) as found:
            done = enrol.share(found, server, code, passphrase=passphrase(passphrase_file))
        _tell_round(done, as_json)


def join(
    book: BookPath,
    code: Annotated[
        str, typer.Option("--code", metavar="CODE", help="An owner's code, or the whole invitation.")
    ],
    server: Annotated[
        str,
        typer.Option(
            "--server", metavar="URL", help="Where the service listens, if the code is given alone."
        ),
    ] = "",
    user: Annotated[str | None, typer.Option("--user", metavar="NAME", help="Who works here.")] = None,
    recovery_file: RecoveryFile = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Join a business."""
    with answering(as_json):
        from core.words import translate as _
        from desktop.folders import marks_folder
        from sync.client import enrol, invitation

        invited = invitation.read(code)
        if not (server or invited.server):
            raise typer.BadParameter("--server, or the whole invitation as --code")
        joined = enrol.join(
            book, server or invited.server, invited.code, user=user or getpass.getuser(), device_name=platform.node(),
            passphrase=passphrase(passphrase_file), marks=marks_folder(),
        )  # fmt: skip
        with joined.book:
            tell_recovery_code(joined.recovery_code, recovery_file)
        if joined.first_round is not None:
            _tell_round(joined.first_round, as_json)
        else:
            lines = [_("Joined; the connection was lost, and the next sync goes on.")]
            tell({"sent": 0, "received": 0, "waiting": 0, "inbox": 0}, as_json, lambda: lines)


def sync(book: BookPath, passphrase_file: PassphraseFile = None, as_json: AsJson = False) -> None:
    """Do one round."""
    with answering(as_json):
        from sync.client.attachments import send_waiting
        from sync.client.courier import courier_of

        with opened(book, passphrase_file, to_write=True) as found:
            courier = courier_of(found, passphrase=passphrase(passphrase_file))
            try:
                done = courier.round()
                send_waiting(found, courier.session)
            finally:
                courier.close()
        _tell_round(done, as_json)


def _tell_round(done: "Round", as_json: bool) -> None:
    from core.words import translate as _

    answer = done._asdict()
    if as_json:
        tell_json(answer)
        return
    print(_("Sent {sent}, received {received}, waiting {waiting}, Inbox {inbox}.").format(**answer))
    if done.note:
        print(done.note)
