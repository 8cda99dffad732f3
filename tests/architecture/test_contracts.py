"""The arrow holds in the real tree, and each contract is seen to catch a planted violation."""

from pathlib import Path

import pytest

from tests.architecture import skeleton

# contract, the module that errs, its wrong import
PLANTED = [
    ("house", "core.errors", "import sync.protocol"),
    ("house", "sync.protocol", "import desktop.ports"),
    ("core", "core.ledger", "import core.invoicing"),
    ("core", "core.parties", "import core.items"),
    ("core", "core.store", "import core.company"),
    ("core", "core.words", "import core.gst"),
    ("desktop", "desktop.kit", "import desktop.shell"),
    ("desktop", "desktop.command_line", "import desktop.app"),
    ("sync", "sync.client", "import sync.server"),
    ("sync", "sync.protocol", "import sync.client"),
    ("pure", "core.parties.rules", "import sqlalchemy"),
    ("pure", "core.parties.model", "import core.store"),
    ("pure", "core.gst", "import sqlcipher3"),
    ("pure", "core.catalogue", "import core.store"),
    ("no qt below desktop, cli, presenters, words", "core.words", "import PySide6.QtCore"),
    ("no qt below desktop, cli, presenters, words", "desktop.ports", "import PySide6"),
    (
        "no qt below desktop, cli, presenters, words",
        "desktop.screens.invoices.presenter",
        "import desktop.theme",  # which reaches Qt: indirectly is reached all the same
    ),
    ("desktop direct", "desktop.app", "import sqlalchemy"),
    ("desktop direct", "desktop.screens.invoices.view", "import httpx"),
    ("desktop direct", "desktop.command_line", "import core.store"),
    ("server holds no book", "sync.server", "import core.book"),
    ("screens", "desktop.screens.invoices.view", "import desktop.screens.parties.view"),
    ("server in serve alone", "desktop.app", "import sync.server"),
    ("protocol is pure", "sync.protocol", "import starlette"),
    ("http in the transport alone", "core.book", "import httpx"),
]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    skeleton.build(tmp_path)
    # What the real house has and no contract forbids: a theme and views made of Qt.
    skeleton.plant(tmp_path, "desktop.theme", "import PySide6.QtGui")
    skeleton.plant(tmp_path, "desktop.screens.invoices.view", "import PySide6.QtWidgets")
    skeleton.plant(tmp_path, "sync.client.transport", "import httpx")
    skeleton.plant(tmp_path, "core.store", "import sqlalchemy")
    return tmp_path


def test_the_house_as_it_stands_keeps_every_contract() -> None:
    verdict = skeleton.run_linter(skeleton.ROOT)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_an_empty_house_breaks_nothing(house: Path) -> None:
    assert skeleton.broken_contracts(house) == []


@pytest.mark.parametrize(("contract", "module", "line"), PLANTED)
def test_a_planted_violation_is_caught_by_its_contract(
    house: Path, contract: str, module: str, line: str
) -> None:
    skeleton.plant(house, module, line)
    assert skeleton.broken_contracts(house) == [contract]


@pytest.mark.parametrize(
    ("contract", "room"), [("core", "core.helpers"), ("desktop", "desktop.tools"), ("sync", "sync.extra")]
)
def test_a_room_the_contracts_do_not_know_is_reported(house: Path, contract: str, room: str) -> None:
    skeleton.plant(house, room, "")
    assert skeleton.broken_contracts(house) == [contract]


def test_no_contract_goes_unproved() -> None:
    assert {contract for contract, _, _ in PLANTED} == set(skeleton.contract_names())
