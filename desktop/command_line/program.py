"""The table of subcommands. Each module below registers its own; nothing of the core is loaded until one runs.

Exit codes: 0 done, 1 refused with reasons, 2 usage, 3 the world failed.
"""

import gc
import sys
from collections.abc import Callable

import typer

from desktop.command_line import (
    attachments,
    bank,
    bench,
    books,
    checks,
    deposits,
    einvoice,
    eras,
    facts,
    field,
    inbox,
    interest,
    papers,
    people,
    returns,
    service_keeping,
    services,
    statements,
    tds,
)
from desktop.command_line.handed import remembering

program = typer.Typer(
    name="bahi",
    help="What is owed: invoices, receipts, reminders and books that agree. Without a subcommand the window opens.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for part in (
    books,
    papers,
    attachments,
    bank,
    tds,
    interest,
    statements,
    checks,
    einvoice,
    returns,
    facts,
    services,
    people,
    deposits,
    field,
    inbox,
    service_keeping,
    eras,
    bench,
):
    part.register(program)


def functions() -> dict[str, Callable[..., None]]:
    """Every subcommand by its name."""
    return {
        command.name: command.callback
        for command in program.registered_commands
        if command.name is not None and command.callback is not None
    }


for command in program.registered_commands:
    if command.name is not None and command.callback is not None:
        command.callback = remembering(command.name, command.callback)


def collect_seldom() -> None:
    """A page of changes makes thousands of records that none refers back to: to look for circles among them each time
    takes a fifth of the work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def run(arguments: list[str]) -> None:
    """Run a subcommand; never returns."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    collect_seldom()
    facts.take_up_facts()
    program(arguments, prog_name="bahi")
    sys.exit(0)
