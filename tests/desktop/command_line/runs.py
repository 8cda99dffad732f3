"""Runs of the command line for tests: inside this process, and as the real program."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from typer.testing import CliRunner

from desktop.command_line.program import program

PASSPHRASE = "correct horse battery"
BAHI = Path(sys.executable).with_name("bahi")


class Ran(NamedTuple):
    """What a run gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value it printed."""
        return json.loads(self.out)


def here(*arguments: object, passphrase: str | None = PASSPHRASE, given: str | None = None) -> Ran:
    """Run a subcommand inside this process."""
    runner = CliRunner(env={"BAHI_PASSPHRASE": passphrase})
    done = runner.invoke(program, [str(argument) for argument in arguments], input=given)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Ran(done.exit_code, done.stdout, done.stderr)


def real(*arguments: object, passphrase: str | None = PASSPHRASE) -> Ran:
    """Run the installed program."""
    env = {**os.environ, **({"BAHI_PASSPHRASE": passphrase} if passphrase else {})}
    done = subprocess.run(
        [BAHI, *(str(argument) for argument in arguments)],
        capture_output=True, text=True, encoding="utf-8", env=env, timeout=60, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


def written(folder: Path, name: str, value: Any) -> Path:
    """A JSON file."""
    path = folder / name
    path.write_text(json.dumps(value, indent=1), "utf-8")
    return path


def problems(ran: Ran, code: int) -> list[dict[str, Any]]:
    """The refusal that a run printed as JSON."""
    assert ran.code == code, (ran.code, ran.out, ran.err)
    assert set(ran.json) == {"problems"}
    for problem in ran.json["problems"]:
        assert set(problem) == {"code", "message", "file", "line", "field", "remedy"}
    found: list[dict[str, Any]] = ran.json["problems"]
    return found
