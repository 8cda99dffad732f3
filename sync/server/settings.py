"""Where the service listens and where it keeps its log."""

from pathlib import Path
from typing import NamedTuple

PORT = 8470


class Settings(NamedTuple):
    """The service's settings. `database` is a URL, or the path of an SQLite file."""

    database: str = ""
    host: str = "127.0.0.1"
    port: int = PORT

    @property
    def url(self) -> str:
        """The database as a URL."""
        place = self.database or str(default_database())
        return place if "://" in place else f"sqlite:///{place}"


def default_database() -> Path:
    """The service's file in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("bahi", appauthor=False) / "service.db"
