"""What is put in force in a test ends with it."""

from collections.abc import Iterator

import pytest

from core.facts.reader import put_in_force


@pytest.fixture(autouse=True)
def released() -> Iterator[None]:
    """The release's facts, before and after."""
    put_in_force(None)
    yield
    put_in_force(None)
