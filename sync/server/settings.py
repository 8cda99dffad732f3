"""Where the service listens, behind what, and where it keeps its log."""

import ipaddress
from pathlib import Path
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from core.problems import Problem
from core.words import translate as _

PORT = 8470
LOCAL = ("127.0.0.1", "::1")


class Settings(NamedTuple):
    """The service's settings. `database` is a URL, or the path of an SQLite file.

    `behind_proxy` are the addresses whose X-Forwarded-For is believed; `metrics_from` those who may read the figures.
    """

    database: str = ""
    host: str = "127.0.0.1"
    port: int = PORT
    tls_cert: str = ""
    tls_key: str = ""
    behind_proxy: tuple[str, ...] = ()
    is_insecure: bool = False
    workers: int = 1
    metrics_from: tuple[str, ...] = LOCAL

    @property
    def url(self) -> str:
        """The database as a URL."""
        place = self.database or str(default_database())
        return place if "://" in place else f"sqlite:///{place}"

    @property
    def is_sqlite(self) -> bool:
        """Whether the log is kept in a file that one process writes."""
        return self.url.startswith("sqlite")

    @property
    def address(self) -> str:
        """Where the service is to be found, as a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls_cert else 'http'}://{host}:{self.port}"

    def as_text(self) -> str:
        """All of it, to be handed to a worker."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def read(cls, text: str) -> "Settings":
        """What `as_text` wrote."""
        return msgspec.json.decode(text, type=cls)


def problems(settings: Settings) -> list[Problem]:
    """Why the service must not be started so; empty when it may."""
    found: list[Problem] = []
    if bool(settings.tls_cert) != bool(settings.tls_key):
        found.append(_problem("TLS", _("A certificate and its key go together."), "tls_cert"))
    found += [
        _problem("TLS", _("There is no file {name}.").format(name=place), "tls_cert")
        for place in (settings.tls_cert, settings.tls_key)
        if place and not Path(place).is_file()
    ]
    if not (is_local(settings.host) or settings.tls_cert or settings.behind_proxy or settings.is_insecure):
        message = _("{host} can be reached by others, and nothing would be encrypted on the way.")
        remedy = _(
            "Give --tls-cert and --tls-key, or --behind-proxy with the proxy's address, or --insecure."
        )
        found.append(_problem("INSECURE", message.format(host=settings.host), "host", remedy))
    if settings.workers > 1 and settings.is_sqlite:
        message = _("An SQLite database has one writer: more workers would only wait for each other.")
        found.append(_problem("WORKERS", message, "workers", _("Use PostgreSQL, or leave --workers at 1.")))
    for names, field in ((settings.behind_proxy, "behind_proxy"), (settings.metrics_from, "metrics_from")):
        found += [
            _problem("ADDRESS", _("{name} is no address.").format(name=name), field)
            for name in names
            if name != "*" and network(name) is None
        ]
    try:
        sa.make_url(settings.url)
    except sa.exc.ArgumentError:
        found.append(_problem("DATABASE", _("This is no address of a database."), "database"))
    return found


def is_local(host: str) -> bool:
    """Whether only this machine reaches a host of this name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def network(name: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """The addresses meant by an address or a network (10.0.0.0/8); None for anything else."""
    try:
        return ipaddress.ip_network(name, strict=False)
    except ValueError:
        return None


def default_database() -> Path:
    """The service's file in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("bahi", appauthor=False) / "service.db"


def _problem(code: str, message: str, field: str, remedy: str = "") -> Problem:
    return Problem(code=code, message=message, field=field, remedy=remedy)
