"""The service has forgotten the business: the Devices page says so, and an owner founds it there again by keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QApplication

from core.book import Book
from core.clock import SystemClock
from desktop.screens.settings.devices_page import DevicesPage
from sync.client.enrol import share
from sync.server.database import open_database
from sync.server.serving import founding_code
from sync.server.tables.base import is_tenants, metadata
from tests.core.books import CHEAP, PASSPHRASE, a_book
from tests.desktop.command_line.service import serving
from tests.journeys.counter import accessible_names
from tests.journeys.program import the_program
from tests.journeys.test_devices import words

pytestmark = pytest.mark.processes


@pytest.fixture
def forgotten(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """An owner's book, and the database of a service that had its business and has it no more."""
    database = f"sqlite:///{tmp_path / 'service.db'}"
    with serving(tmp_path) as (url, _founding):
        with a_book(tmp_path, clock=SystemClock()) as book:  # type: ignore[arg-type]
            share(book, url, founding_code(database), passphrase=PASSPHRASE, cost=CHEAP)
        engine = open_database(database)
        with engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                if is_tenants(table):
                    connection.execute(sa.delete(table))
        engine.dispose()
        yield book.path, database


def test_an_owner_founds_it_again(qapp: QApplication, forgotten: tuple[Path, str]) -> None:
    path, database = forgotten
    with the_program(qapp, SystemClock(), size=(1180, 720)) as program:  # type: ignore[arg-type]
        program.root.show_book(program.root.shelf.open(path, passphrase=PASSPHRASE))
        program.settle()
        program.window.go("settings", page="devices")
        page = program.window.findChild(DevicesPage)
        assert page is not None
        program.until(lambda: "does not know this business any more" in " ".join(words(page)))
        assert page.form.isVisible()
        assert page.form.value("server").startswith("http")
        program.shot("devices_forgotten")
        assert accessible_names(program.window) == []
        program.type(founding_code(database))
        program.press("Ctrl+Return")
        program.until(lambda: "As of" in " ".join(words(page)))
        assert not page.form.isVisible()
    with Book.open(path, passphrase=PASSPHRASE) as book:
        assert book.facts()["era"] > 1
        assert book.verify().ok
