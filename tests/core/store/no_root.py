"""Runs code in a process of its own for which the modes of files hold: to root nothing is read-only.

Root keeps his name there and loses the rights to override modes (his Python may lie in his own closed home).
The code sees `folder` and `given`; what it raises of Bahi comes back as type and words.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
_FRAME = """
import json, sys
from pathlib import Path
from core.errors import BahiError
given = json.loads(sys.argv[1])
folder = Path(given["folder"])
result = None
try:
{code}
    print(json.dumps({{"kind": "done", "result": result}}))
except BahiError as error:
    print(json.dumps({{"kind": type(error).__name__, "message": error.message, "remedy": error.remedy}}))
"""


class Outcome(NamedTuple):
    """How the code ended: "done" with its `result`, or the error's type and words."""

    kind: str
    message: str
    remedy: str
    result: object


def run(code: str, folder: Path, **given: object) -> Outcome:
    """Run the code as this user, without any right to pass by modes."""
    indented = "\n".join(f"    {line}" for line in code.strip().splitlines())
    ended = subprocess.run(
        [
            *_without_rights(),
            sys.executable,
            "-c",
            _FRAME.format(code=indented),
            json.dumps({"folder": str(folder), **given}),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    told = json.loads(ended.stdout)
    return Outcome(told["kind"], told.get("message", ""), told.get("remedy", ""), told.get("result"))


def _without_rights() -> list[str]:
    """What stands before the command; nothing where the tests run as an ordinary user."""
    if not hasattr(os, "getuid") or os.getuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    assert setpriv is not None, "root needs setpriv (util-linux) to give up his rights"
    return [setpriv, "--bounding-set=-all", "--inh-caps=-all"]
