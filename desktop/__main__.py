"""`bahi`: the window without arguments, or with one book to open; a subcommand of the command line otherwise."""

import gc
import sys
from pathlib import Path


def main() -> None:
    """Run the program and end with its exit code."""
    arguments = sys.argv[1:]
    if not arguments or (len(arguments) == 1 and arguments[0].endswith(".bahi")):
        gc.disable()  # nothing is thrown away while the program is read; the window collects by a timer
        from desktop.app import main as open_window

        sys.exit(open_window(Path(arguments[0]) if arguments else None))
    from desktop.command_line.program import run

    run(arguments)


if __name__ == "__main__":
    main()
