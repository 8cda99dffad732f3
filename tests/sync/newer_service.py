"""`python -m tests.sync.newer_service serve …`: the program of the future, as far as its service goes."""

import os
import sys

from core.clock import Clock, SystemClock
from desktop.command_line.program import run
from sync.server import serving
from sync.server.database import open_database
from sync.server.service import Service
from sync.server.settings import Settings
from tests.sync.newer import NEWER


def service_of(settings: Settings, clock: Clock | None = None) -> Service:
    """The service, which knows every kind of the future."""
    return Service(open_database(settings.url), clock or SystemClock(), os.urandom, kinds=NEWER.kinds)


if __name__ == "__main__":
    serving.service_of = service_of
    run(sys.argv[1:])
