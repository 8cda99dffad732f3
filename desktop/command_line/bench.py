"""`bahi bench`."""

import typer


def register(program: typer.Typer) -> None:
    """Put the subcommand into the program."""
