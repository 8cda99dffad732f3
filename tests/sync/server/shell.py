"""The service behind a real socket, in a thread of this process."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from sync.server.app import app_of
from sync.server.events import Heads
from sync.server.limits import Limits
from sync.server.service import Service
from sync.server.serving import KEPT_S, PatientProtocol


@contextmanager
def listening(service: Service, *, heads: Heads | None = None, limits: Limits | None = None) -> Iterator[str]:
    """Answers the address; when it ends, the event streams do."""
    heads = heads or Heads()
    means = service.means
    paced = Service(
        means.database, means.clock, means.random, kinds=means.kinds, told=heads.told, limits=limits
    )
    app = app_of(paced, heads=heads, limits=limits)
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        place.listen()  # a client that comes before the service has begun to accept waits its turn
        config = uvicorn.Config(
            app,
            http=PatientProtocol,
            lifespan="on",
            ws="none",
            log_level="warning",
            timeout_keep_alive=KEPT_S,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([place],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{place.getsockname()[1]}"
        finally:
            heads.close()
            server.should_exit = True
            thread.join()
