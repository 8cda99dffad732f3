"""The Devices page over a real service, by keys: invited, appointed, named, revoked, a deposit released, a new key."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from core.book import Book
from core.changes.change import Role
from core.clock import SystemClock
from core.errors import Ended
from core.inbox.queries import items
from core.parties.commands import save_party
from core.parties.model import Party
from core.parties.queries import party_by_code
from desktop.kit import Way
from desktop.screens.settings.device_sheets import DepositSheet, DeviceSheet, FactorSheet, RevokeSheet
from desktop.screens.settings.devices_page import DevicesPage
from sync.client.courier import courier_of
from sync.client.enrol import invite, join, share
from sync.client.invitation import read
from sync.protocol.second_factor import code_at, step_of
from sync.server.serving import founding_code
from tests.core.books import CHEAP, PASSPHRASE, a_book
from tests.desktop.command_line.service import serving
from tests.journeys.counter import accessible_names
from tests.journeys.program import Program, the_program
from tests.sync.test_people import secret_of

pytestmark = pytest.mark.processes


@pytest.fixture(name="service", scope="module")
def _service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A real served service: its address and its database."""
    folder = tmp_path_factory.mktemp("service")
    with serving(folder) as (url, _founding):
        yield url, f"sqlite:///{folder / 'service.db'}"


@pytest.fixture
def office(tmp_path: Path, service: tuple[str, str]) -> Iterator[tuple[Path, Book]]:
    """An owner's book, closed, and a bookkeeper's, open: of one business at the service."""
    url, database = service
    with a_book(tmp_path, clock=SystemClock()) as first:  # type: ignore[arg-type]
        share(first, url, founding_code(database), passphrase=PASSPHRASE, cost=CHEAP)
        code = invite(first, Role.BOOKKEEPER, passphrase=PASSPHRASE)
    made = join(
        tmp_path / "till.bahi",
        url,
        code,
        user="Ravi",
        device_name="Till",
        passphrase=PASSPHRASE,
        cost=CHEAP,
    )
    try:
        yield first.path, made.book
    finally:
        made.book.close()


@contextmanager
def devices_page(
    qapp: QApplication, path: Path, *, look: str = "light", size: tuple[int, int] = (1440, 900)
) -> Iterator[tuple[Program, DevicesPage]]:
    """The program on the page, which has heard from the service."""
    with the_program(qapp, SystemClock(), look=look, size=size) as program:  # type: ignore[arg-type]
        program.root.show_book(program.root.shelf.open(path, passphrase=PASSPHRASE))
        program.settle()
        program.window.go("settings", page="devices")
        page = program.window.findChild(DevicesPage)
        assert page is not None
        program.until(lambda: "As of" in " ".join(words(page)))
        yield program, page


def words(page: DevicesPage) -> list[str]:
    return [one.text() for one in page.findChildren(QLabel) if one.isVisibleTo(page)]


def line(page: DevicesPage, title: str) -> Way:
    return next(one for one in page.findChildren(Way) if one.accessibleName().startswith(title))


def test_a_device_is_named_appointed_and_revoked_by_keys(
    qapp: QApplication, office: tuple[Path, Book]
) -> None:
    path, till = office
    with devices_page(qapp, path) as (program, page):
        program.until(lambda: bool([one for one in page.findChildren(Way) if "Till" in one.accessibleName()]))
        assert accessible_names(program.window) == []
        program.shot("devices_light")
        line(page, "B").setFocus()
        program.press("Return")
        program.until(lambda: isinstance(page.sheet(), DeviceSheet))
        program.shot("device_sheet")
        program.press("Ctrl+A")
        program.type("Shop floor")
        program.press("Ctrl+Return")
        program.until(lambda: line(page, "B").accessibleName() == "B · Shop floor")
        till.write("Party", lambda work: save_party(work, Party(code="RAVI", name="Ravi Stores")))
        line(page, "B").setFocus()
        program.press("Return")
        program.until(lambda: isinstance(page.sheet(), DeviceSheet))
        sheet = page.sheet()
        assert isinstance(sheet, DeviceSheet)
        sheet.revoke.setFocus()
        program.press("Return")
        program.until(lambda: isinstance(page.sheet(), RevokeSheet))
        program.shot("revoke_sheet")
        program.press("Ctrl+Return")
        program.until(lambda: "Revoked" in line(page, "B").accessibleDescription())
        with closing(courier_of(till, passphrase=PASSPHRASE)) as courier, pytest.raises(Ended):
            courier.round()
        program.window.go("today")
        program.window.go("settings", page="devices")
        program.until(
            lambda: any(one.accessibleName().startswith("Deposit") for one in page.findChildren(Way))
        )
        program.shot("devices_deposit")
        line(page, "Deposit").setFocus()
        program.press("Return")
        program.until(lambda: isinstance(page.sheet(), DepositSheet))
        program.shot("deposit_sheet")
        program.press("Ctrl+Return")
        program.until(
            lambda: not any(one.accessibleName().startswith("Deposit") for one in page.findChildren(Way))
        )
        program.press("Ctrl+Shift+S")
        program.until(lambda: program.book.read(lambda read: party_by_code(read, "RAVI")) is not None)
        assert not [item for item in program.book.read(items) if item.kind == "deposit"]


def test_an_invitation_is_a_code_and_a_qr(
    qapp: QApplication, office: tuple[Path, Book], tmp_path: Path
) -> None:
    with devices_page(qapp, office[0], look="dark", size=(1180, 720)) as (program, page):
        page.invite.setFocus()
        program.press("Return")
        program.until(lambda: bool(page.code()))
        program.shot("devices_invited_dark")
        program.press("Tab", "Return")
        invited = read(QApplication.clipboard().text())
        assert invited.code == page.code()
        made = join(tmp_path / "new.bahi", *invited, user="Mina", passphrase=PASSPHRASE, cost=CHEAP)
        made.book.close()


def test_a_second_factor_is_set_up_and_asked_for(qapp: QApplication, office: tuple[Path, Book]) -> None:
    with devices_page(qapp, office[0], look="dark") as (program, page):
        page.factor.begin.setFocus()
        program.press("Return")
        program.until(lambda: isinstance(page.sheet(), FactorSheet))
        program.shot("factor_sheet_dark")
        shown = next(one for one in words_of(page.sheet()) if len(one.replace(" ", "")) == 32)
        secret = secret_of(f"otpauth://totp/x?secret={shown.replace(' ', '')}")
        program.type("000000")
        program.press("Ctrl+Return")
        sheet = page.sheet()
        assert sheet is not None
        program.until(lambda: bool(sheet.form.banner.text()))
        program.press("Ctrl+A")
        program.type(code_at(secret, step_of(SystemClock().now_us())))
        program.press("Ctrl+Return")
        program.until(lambda: page.factor.away.isVisibleTo(page))
        page.invite.setFocus()
        program.press("Return")
        program.until(lambda: page.sheet() is not None)
        program.type(code_at(secret, step_of(SystemClock().now_us()) + 1))
        program.press("Ctrl+Return")
        program.until(lambda: bool(page.code()))
        program.shot("devices_factor_dark")


def words_of(sheet: object) -> list[str]:
    assert sheet is not None
    return [one.text() for one in sheet.findChildren(QLabel)]  # type: ignore[attr-defined]


def test_a_computer_that_lost_its_key_goes_on_by_a_code(
    qapp: QApplication, office: tuple[Path, Book]
) -> None:
    path, till = office
    till_path = till.path
    till.close()
    till_path.with_name("till.bahi.device").unlink()
    with Book.open(path, passphrase=PASSPHRASE) as first:
        from sync.client.owner import as_owner
        from sync.client.staff import colleagues, named

        def a_code(owner: object) -> str:
            owner.staff()  # type: ignore[attr-defined]
            device = named(colleagues(first.facts()), "B").device
            return str(owner.invite("bookkeeper", device=device, is_gone=True))  # type: ignore[attr-defined]

        code = as_owner(first, a_code, passphrase=PASSPHRASE)
    with the_program(qapp, SystemClock(), size=(1180, 720)) as program:
        program.root.show_book(program.root.shelf.open(till_path, passphrase=PASSPHRASE))
        program.settle()
        program.window.go("settings", page="devices")
        page = program.window.findChild(DevicesPage)
        assert page is not None
        program.until(lambda: page.key_form.isVisible())
        program.shot("devices_lost_key")
        program.type(code)
        program.press("Return")
        program.until(lambda: "This computer has a new key" in program.window.notifier.texts())
        program.until(lambda: not page.key_form.isVisible())
        program.until(lambda: "As of" in " ".join(words(page)))
