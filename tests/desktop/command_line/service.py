"""A real `bahi serve` for tests."""

import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.desktop.command_line.runs import BAHI


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, str]]:
    """The service's address and a founding code, for as long as the block runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [BAHI, "serve", "--database", f"sqlite:///{folder / 'service.db'}", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout is not None
        try:
            founding = re.search(r"code: (\S+)", process.stdout.readline())
            assert founding is not None
            assert "listens" in process.stdout.readline()
            _wait(port)
            yield f"http://127.0.0.1:{port}", founding[1]
        finally:
            process.terminate()
            process.wait(20)


def _wait(port: int) -> None:
    import time

    for _turn in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the service does not listen")
