"""`bahi serve` as a process of its own: what it says and how it ends."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from sync.client.session import Session, ask, signed
from sync.client.signer import Signer
from sync.client.transport import HttpTransport
from sync.protocol import messages as m


class Serving:
    """The service on a free port; options as they are typed."""

    def __init__(
        self, folder: Path, *options: str, database: str = "", tls: bool = False, program: str = "desktop"
    ) -> None:
        self.folder = folder
        self._made_by = options, database, tls
        self.port = _free_port()
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        self.errors = folder / "stderr"
        self._command = [
            sys.executable, "-m", program, "serve", "--database", database or str(folder / "service.db"),
            "--port", str(self.port), *options,
        ]  # fmt: skip
        self.process: subprocess.Popen[str]

    def start(self, **environment: str) -> str:
        """Start it and wait until it listens; answers the last word it said first: a new one's founding code."""
        with self.errors.open("a") as errors:
            self.process = subprocess.Popen(
                self._command,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, **environment},
            )
        assert self.process.stdout is not None
        first = self.process.stdout.readline().strip()
        for _wait in range(400):
            if self.process.poll() is not None:
                break
            try:
                httpx.get(f"{self.url}/health", timeout=5, verify=False)
                return first.split()[-1]
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("the service does not listen: " + self.errors.read_text("utf-8")[-2000:])

    def twin(self, program: str = "desktop") -> "Serving":
        """Another process of the service, not started yet: the same database, a port of its own."""
        options, database, tls = self._made_by
        return Serving(self.folder, *options, database=database, tls=tls, program=program)

    def stop(self, how: int = signal.SIGTERM, within_s: float = 40) -> int:
        """Send it a signal and wait; answers how it ended."""
        self.process.send_signal(how)
        return self.ended(within_s)

    def ended(self, within_s: float = 40) -> int:
        """Wait for its end; answers how it ended."""
        ended = self.process.wait(within_s)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return ended

    def end(self) -> None:
        """Whatever became of it, it is gone."""
        if getattr(self, "process", None) is not None and self.process.poll() is None:
            self.stop(signal.SIGKILL)

    def mistakes(self) -> list[str]:
        """What it logged as a mistake of its own."""
        return [str(line) for line in self.lines() if line["level"] == "error"]

    def lines(self) -> list[dict[str, Any]]:
        """What it logged."""
        return [json.loads(line) for line in self.errors.read_text("utf-8").splitlines()]


def _free_port() -> int:
    """A port that no outgoing connection is given while the service is down: below those of Linux and Windows."""
    for port in random.SystemRandom().sample(range(20_000, 32_000), 100):
        with socket.socket() as free:
            try:
                free.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


def founded(url: str, code: str, seed: int = 1) -> Session:
    """The session of a raw device that has founded a tenant here."""
    dice = random.Random(seed)
    signer, device = Signer(dice.randbytes(32)), dice.randbytes(16)
    asked = m.Found(
        code=code, book=dice.randbytes(16), company="Nandi", device=device, epoch=1, public_key=signer.public_key,
        name="desk", letter="A", user="Asha", series=("A", "AC", "AR"), upto=0,
    )  # fmt: skip
    way = HttpTransport(url)
    tenant = ask(way, "found", signed(asked, signer), m.Founded).tenant
    return Session(way, signer, tenant, device)
