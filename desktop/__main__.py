"""`bahi`: the window without arguments, or with one book to open; a subcommand of the command line otherwise."""

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.book import Book
    from desktop.handing import Asked


def main() -> None:
    """Run the program and end with its exit code."""
    arguments = sys.argv[1:]
    if not arguments or (len(arguments) == 1 and arguments[0].endswith(".bahi")):
        gc.disable()  # nothing is thrown away while the program is read; the window collects by a timer
        from desktop.app import main as open_window

        sys.exit(open_window(Path(arguments[0]) if arguments else None, _run_handed))
    from desktop.command_line.program import run

    run(arguments)


def _run_handed(asked: "Asked", book: "Book", tell: Callable[[str, str], None]) -> int:
    """A subcommand for another process, on the book that the window holds."""
    from desktop.command_line.handed import run_for

    return run_for(asked, book, tell)


if __name__ == "__main__":
    main()
