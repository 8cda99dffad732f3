"""Anki's sync beside Bahi's in one run: as many changes of eight fields, both over HTTP on this machine, turn by turn.

`python -m tests.speed.anki_beside PYTHON [CHANGES] [ROUNDS]`, where PYTHON is that of an environment of its own with
the `anki` wheel in it; Bahi's own has it neither in the product nor among what its developers install.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from desktop.command_line.bench_measuring import Figure
from desktop.command_line.bench_sync import syncing
from desktop.command_line.program import collect_seldom

ALONE = Path(__file__).with_name("anki_alone.py")


def beside(python: str, changes: int, rounds: int) -> list[Figure]:
    """Push, pull and a round without anything to do; the raw limit is here what Anki took. The best of the rounds."""
    ours: list[dict[str, float]] = []
    theirs: list[dict[str, float]] = []
    for _round in range(rounds):
        told = subprocess.run([python, str(ALONE), str(changes)], check=True, capture_output=True, text=True)
        theirs.append(json.loads(told.stdout))
        with tempfile.TemporaryDirectory(prefix="bahi-beside-") as made:
            figures = syncing(Path(made) / "sync", changes=changes)
        ours.append({figure.name.split()[0]: figure.figure or 0 for figure in figures[:2]} | {
            "quiet": next(figure.figure or 0 for figure in figures if "nothing" in figure.name)
        })  # fmt: skip
    pairs = (("push", "push_s", "s"), ("pull", "pull_s", "s"), ("quiet", "quiet_ms", "ms"))
    return [
        Figure(name, min(each[name] for each in ours), unit, min(each[key] for each in theirs))
        for name, key, unit in pairs
    ]


def main(python: str, changes: str = "100000", rounds: str = "1") -> None:
    """Measure and print."""
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"  # the user's own stays as it is
    collect_seldom()  # as every subcommand does
    for figure in beside(python, int(changes), int(rounds)):
        sys.stdout.write(
            f"{figure.name:6} ours {figure.figure:8.2f} {figure.unit}   Anki {figure.raw:8.2f} {figure.unit}   "
            f"{figure.ratio:.2f} times\n"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
