"""Every test of the service runs on every engine; a module whose tests have no database names `ENGINES`."""

import pytest


@pytest.fixture(autouse=True, scope="module")
def _each_engine(engine: str) -> None:
    """Asks for the engines in the name of every test beside."""
