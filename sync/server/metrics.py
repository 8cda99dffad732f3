"""What the service counts, as Prometheus reads it. No label ever names a tenant, a device or a person."""

import os
from collections.abc import Iterable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool

from core.changes.change import Outcome

MEDIA = CONTENT_TYPE_LATEST
WORKERS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which the workers of one service add up their figures; prometheus_client reads it."""

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_requests = Counter("bahi_requests", "Requests by what was asked and how it ended.", ["path", "outcome"])
_seconds = Histogram(
    "bahi_request_seconds", "Seconds from a request's first byte to its answer.", ["path"], buckets=_SECONDS
)
_bytes = Counter("bahi_bytes", "Bytes of bodies, in and out.", ["direction"])
_taken = Counter("bahi_changes_taken", "Changes taken into the order, by the gate's ruling.", ["outcome"])
_told = Counter("bahi_changes_told", "Changes told to devices, by the gate's ruling.", ["outcome"])
_streams = Gauge("bahi_streams_open", "Event streams open now.", multiprocess_mode="livesum")
_connections = Gauge(
    "bahi_database_connections", "Connections of the database in use now.", multiprocess_mode="livesum"
)
_connections_max = Gauge(
    "bahi_database_connections_kept", "Connections that the pool keeps open.", multiprocess_mode="livesum"
)


def asked(path: str, outcome: str, seconds: float, received: int, sent: int) -> None:
    """A request has ended; an event stream counts, and its length is not taken for slowness."""
    _requests.labels(path, outcome).inc()
    _bytes.labels("in").inc(received)
    _bytes.labels("out").inc(sent)
    if path != "events":
        _seconds.labels(path).observe(seconds)


def took(outcomes: Iterable[int]) -> None:
    """Changes were taken, and this is what became of them."""
    _count(_taken, outcomes)


def told(outcomes: Iterable[int]) -> None:
    """Changes were told to a device."""
    _count(_told, outcomes)


def _count(counter: Counter, outcomes: Iterable[int]) -> None:
    counts: dict[int, int] = {}
    for outcome in outcomes:
        counts[outcome] = counts.get(outcome, 0) + 1
    for outcome, count in counts.items():
        counter.labels(Outcome(outcome).name.lower()).inc(count)


def stream_opened() -> None:
    """One more event stream."""
    _streams.inc()


def stream_closed() -> None:
    """One event stream less."""
    _streams.dec()


def pool(database: Engine) -> None:
    """How busy this process's connections are."""
    if isinstance(database.pool, QueuePool):
        _connections.set(database.pool.checkedout())
        _connections_max.set(database.pool.size())


def text() -> bytes:
    """Everything counted, over all workers of this service."""
    if WORKERS_FOLDER not in os.environ:
        return generate_latest(REGISTRY)
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
