"""Subcommands about deposits: what revoked devices still held, released by an owner or thrown away."""

from typing import Annotated, Any

import typer

from desktop.command_line.frame import AsJson, BookPath, PassphraseFile, answering, columns, tell
from desktop.command_line.people import Digits, as_owner, instant

Deposit = Annotated[
    str, typer.Argument(metavar="DEPOSIT", help="A deposit's id, as `bahi deposits` tells it.")
]


def register(program: typer.Typer) -> None:
    """Put the subcommands into the program."""
    program.command("deposits", help="What revoked devices still held, and waits for an owner.")(deposits)
    program.command("release", help="Let a deposit in: papers held, claims judged now (owners).")(release)
    program.command("discard", help="Throw a deposit away for a reason (owners).")(discard)


def deposits(book: BookPath, passphrase_file: PassphraseFile = None, as_json: AsJson = False) -> None:
    """List deposits."""
    with answering(as_json):
        from core.ids import id_text
        from core.words import translate as _
        from sync.client import deposits as laid

        answer: list[dict[str, Any]] = []
        with as_owner(book, passphrase_file) as owner:
            for row in laid.waiting(owner):
                inside = laid.contents(owner, row.deposit) if row.is_mine else None
                answer.append(
                    {
                        "id": id_text(row.deposit), "device": row.device_name, "user": row.user,
                        "changes": row.changes, "laid_at": instant(row.laid_at_us), "opens_here": row.is_mine,
                        "papers": inside and inside.papers, "claims": inside and inside.claims,
                        "fields": inside and inside.fields,
                    }
                )  # fmt: skip
        lines = columns(
            [(row["id"], row["device"], row["user"], str(row["changes"]), row["laid_at"]) for row in answer]
        )
        tell(answer, as_json, lambda: lines or [_("No deposit waits.")])


def release(
    book: BookPath,
    deposit: Deposit,
    code: Digits = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Let a deposit in."""
    with answering(as_json):
        from core.ids import parse_id
        from core.words import translate as _
        from sync.client import deposits as laid

        with as_owner(book, passphrase_file) as owner:
            count = laid.release(owner, parse_id(deposit), code=code)
        line = _("{count} changes were released; they come with the next sync.").format(count=count)
        tell({"released": count}, as_json, lambda: [line])


def discard(
    book: BookPath,
    deposit: Deposit,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept.")],
    code: Digits = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Throw a deposit away."""
    with answering(as_json):
        from core.ids import parse_id
        from core.words import translate as _
        from sync.client import deposits as laid

        with as_owner(book, passphrase_file) as owner:
            laid.discard(owner, parse_id(deposit), reason, code=code)
        tell({"discarded": deposit}, as_json, lambda: [_("It is thrown away.")])
