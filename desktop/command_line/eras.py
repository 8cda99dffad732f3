"""Subcommands around the service's order: its next era after a restore, devices not waited for, its old log packed."""

from typing import Annotated

import typer

from desktop.command_line.frame import AsJson, BookPath, PassphraseFile, answering, opened, passphrase, tell


def register(program: typer.Typer) -> None:
    """Put the subcommands into the program."""
    program.command("declare-lost", help="Let a restored service wait for no device any more (owners).")(
        declare_lost
    )
    program.command(
        "service-restored", help="Begin the next era: the service's database was put back to an older state."
    )(service_restored)
    program.command(
        "service-compact", help="Pack the log that a snapshot has and that is old; nothing of it goes."
    )(service_compact)


def declare_lost(
    book: BookPath,
    code: Annotated[
        str, typer.Option("--code", metavar="DIGITS", help="The second factor, where one is set.")
    ] = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Declare the devices lost that have not come."""
    with answering(as_json):
        from core.words import translate as _
        from sync.client import handback

        with opened(book, passphrase_file, to_write=True) as found:
            told = handback.declare_lost(found, passphrase=passphrase(passphrase_file), code=code)
        tell(
            {"gathering": told.gathering, "awaited": list(told.awaited)}, as_json,
            lambda: [_("The service takes what is new again; who comes later hands back what is judged anew.")],
        )  # fmt: skip


def service_restored(
    database: Annotated[
        str, typer.Option("--database", metavar="URL", envvar="BAHI_DATABASE", help="The service's database.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Tell the service that it was restored."""
    with answering(as_json):
        from core.words import translate as _
        from sync.server.gathering import begin_era
        from sync.server.settings import Settings

        era = begin_era(Settings(database=database).url)
        lines = [_("Devices now hand back what they hold; nothing new is taken until then (era {era}).")]
        tell({"era": era}, as_json, lambda: [line.format(era=era) for line in lines])


def service_compact(
    days: Annotated[
        int, typer.Option("--days", min=0, help="What arrived in so many days stays as it is.")
    ] = 30,
    database: Annotated[
        str, typer.Option("--database", metavar="URL", envvar="BAHI_DATABASE", help="The service's database.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Pack the old log of every business."""
    with answering(as_json):
        from core.errors import BookError
        from core.words import translate as _
        from sync.server.compaction import compact_all
        from sync.server.settings import Settings

        done = compact_all(Settings(database=database).url, days=days)
        line = _("{entries} entries of {tenants} businesses moved into the archive.")
        tell(done._asdict(), as_json, lambda: [line.format(**done._asdict())])
        if done.unproved:
            raise BookError(
                _("The log of {n} businesses is not what its hashes say; it stays as it is.").format(
                    n=done.unproved
                ),
                remedy=_("Restore the service from its last backup: bahi service-restore."),
            )
