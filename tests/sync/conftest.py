"""The engines that the service runs on: SQLite in every test, PostgreSQL once more where a test asks for `engine`."""

from collections.abc import Iterator

import pytest

from tests.sync import fleet
from tests.sync.server.postgres import Postgres

ENGINES = ("sqlite", "postgresql")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs what uses `engine` on both; a module that names its own `ENGINES`, on those."""
    if "engine" not in metafunc.fixturenames:
        return
    named = getattr(metafunc.module, "ENGINES", ENGINES)
    processes = (pytest.mark.processes, pytest.mark.timeout(180))
    marks = {"sqlite": (), "postgresql": processes}
    given = [pytest.param(name, marks=marks[name]) for name in named]
    metafunc.parametrize("engine", given, indirect=True, scope="module")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server of PostgreSQL for the whole session."""
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(scope="module")
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The engine on which `a_service` keeps its database, by name."""
    if request.param == "sqlite":
        yield request.param
        return
    server: Postgres = request.getfixturevalue("postgres")
    made: list[str] = []

    def fresh(_folder: object) -> str:
        made.append(server.fresh())
        return server.url(made[-1])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fleet, "database_url", fresh)
        yield request.param
    for database in made:
        server.drop(database)
