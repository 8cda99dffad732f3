"""Work in the field by keys, over a real service: bills taken along and given back; a window of some parties."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from core.book import Book
from core.changes.change import Role
from core.clock import FixedClock
from core.ids import Id
from core.parties.queries import parties_by_name, party_by_code
from desktop.kit import Question, Way
from desktop.screens.receipts.editor import EntryPage
from desktop.screens.settings.carrying_sheet import CarryingSheet
from desktop.screens.settings.device_sheets import DeviceSheet
from desktop.screens.settings.devices_page import DevicesPage
from sync.client import scopes
from sync.client.checkouts import check_in, check_out
from sync.client.courier import courier_of, way_of
from sync.client.enrol import invite, join, share
from sync.client.owner import owner_of
from sync.server.serving import founding_code
from tests.core.books import CHEAP, PASSPHRASE, TODAY, a_book
from tests.core.dealings import a_bill, a_party
from tests.desktop.command_line.service import serving
from tests.journeys.counter import accessible_names
from tests.journeys.program import Program, the_program

pytestmark = pytest.mark.processes
D = dt.date


class Firm(NamedTuple):
    """Two closed books: the office has Vimal and Sagar, the device in the field carries Vimal alone."""

    office: Path
    van: Path
    bill: Id


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    """An office and a device in the field, with a service that goes on."""
    with serving(tmp_path) as (url, _founding):
        with a_book(tmp_path) as first:
            vimal, sagar = a_party(first, "VIMAL"), a_party(first, "SAGAR", group="Mysuru road")
            for code in ("LOTUS", "TULSI"):
                a_party(first, code, group="Mysuru road", salesperson="Ravi")
            bill = a_bill(first, vimal, 90_000, D(2026, 8, 1))
            a_bill(first, sagar, 20_000, D(2026, 9, 1))
            founding = founding_code(f"sqlite:///{tmp_path / 'service.db'}")
            share(first, url, founding, passphrase=PASSPHRASE, cost=CHEAP)
            code = invite(first, Role.FIELD, passphrase=PASSPHRASE)
            made = join(
                tmp_path / "van.bahi", url, code, user="Asha", device_name="Van", passphrase=PASSPHRASE,
                cost=CHEAP, clock=FixedClock.on(TODAY),
            )  # fmt: skip
            _carries(first, made.book, vimal)
            made.book.close()
        yield Firm(first.path, made.book.path, bill)


@pytest.fixture
def van(firm: Firm) -> Path:
    """The closed book of the device in the field."""
    return firm.van


def _carries(office: Book, van: Book, party: Id) -> None:
    courier = courier_of(office, passphrase=PASSPHRASE)
    scopes.set_scope(courier.session, van.facts()["device"], [party])
    courier.close()
    courier = courier_of(van, passphrase=PASSPHRASE)
    courier.round()
    courier.close()


def words(program: Program) -> str:
    shown = program.window.findChildren(QLabel)
    return " ".join(one.text() for one in shown if one.isVisible())


@pytest.mark.parametrize(("look", "size"), [("light", (1440, 900)), ("dark", (1180, 720))])
def test_bills_are_taken_along_and_given_back_by_a_key(
    qapp: QApplication, van: Path, look: str, size: tuple[int, int]
) -> None:
    with the_program(qapp, FixedClock.on(TODAY), look=look, size=size) as program:  # type: ignore[arg-type]
        program.root.show_book(program.root.shelf.open(van, passphrase=PASSPHRASE))
        program.settle()
        program.until(lambda: "This device carries only some parties" in words(program))
        program.shot(f"field_today_{look}")
        assert not {"gst", "bank", "tds"} & set(program.window._screens)
        program.window.go("statements")
        program.until(lambda: "of the parties on this device alone" in words(program))
        assert "Trial balance" not in words_of_buttons(program)
        program.shot(f"field_statements_{look}")
        program.window.go("collections")
        program.until(lambda: "Take its bills along" in words_of_buttons(program))
        assert "Sagar" not in words(program)
        program.press("T")
        program.until(lambda: "of its bills are with you until" in words(program))
        assert accessible_names(program.window) == []
        program.shot(f"field_along_{look}")
        program.press("T")
        program.until(lambda: "Take its bills along" in words_of_buttons(program))
        assert "are with you until" not in words(program)


def words_of_buttons(program: Program) -> str:
    from PySide6.QtWidgets import QAbstractButton

    return " ".join(one.text() for one in program.window.findChildren(QAbstractButton) if one.isVisible())


@pytest.mark.parametrize(("look", "size"), [("light", (1440, 900)), ("dark", (1180, 720))])
def test_the_office_sees_who_is_out_with_a_bill_as_soon_as_he_takes_it(
    qapp: QApplication, firm: Firm, look: str, size: tuple[int, int]
) -> None:
    """Nobody asks in the office: the list and a receipt that is being entered tell it by themselves."""
    with the_program(qapp, FixedClock.on(TODAY), look=look, size=size) as program:  # type: ignore[arg-type]
        program.root.show_book(program.root.shelf.open(firm.office, passphrase=PASSPHRASE))
        program.settle()
        program.window.go("collections")
        program.until(lambda: "Take its bills along" in words_of_buttons(program))
        with Book.open(firm.van, passphrase=PASSPHRASE, clock=FixedClock.on(TODAY)) as van:
            with way_of(van, passphrase=PASSPHRASE) as session:
                check_out(van, session, [firm.bill])
            program.until(lambda: "Asha has ₹ 90,000.00 of its bills along until" in words(program))
            program.shot(f"field_office_{look}")
            program.press("F6")
            program.until(lambda: "Asha is out with ₹ 90,000.00 of these bills" in words(program))
            program.type("5000")
            program.shot(f"field_receipt_{look}")
            with way_of(van, passphrase=PASSPHRASE) as session:
                check_in(van, session)
            program.until(lambda: "is out with" not in words(program))
            program.press("Tab")
            page = program.window.findChild(EntryPage)
            assert page is not None
            assert page.values()["amount"] == 5000_00, "what was being typed stays"


@pytest.mark.parametrize(("look", "size"), [("light", (1440, 900)), ("dark", (1180, 720))])
def test_an_owner_names_what_a_device_carries_by_keys_and_takes_it_back(
    qapp: QApplication, firm: Firm, look: str, size: tuple[int, int]
) -> None:
    with the_program(qapp, FixedClock.on(TODAY), look=look, size=size) as program:  # type: ignore[arg-type]
        program.root.show_book(program.root.shelf.open(firm.office, passphrase=PASSPHRASE))
        program.settle()
        program.window.go("settings", page="devices")
        page = program.window.findChild(DevicesPage)
        assert page is not None
        program.until(lambda: "carries 1 party" in words(program))
        program.shot(f"field_devices_{look}")
        van = next(way for way in page.findChildren(Way) if "Van" in way.accessibleName())
        van.setFocus()
        program.press("Return")
        sheet = page.sheet()
        assert isinstance(sheet, DeviceSheet)
        sheet.carried.setFocus()
        program.press("Space")
        program.until(lambda: isinstance(page.sheet(), CarryingSheet))
        sheet = page.sheet()
        assert isinstance(sheet, CarryingSheet)
        assert sheet.lines() == ["Vimal Foods"]
        program.type("mys")
        program.press("Return")
        program.until(lambda: sheet.lines() == ["Mysuru road", "Vimal Foods"])
        assert "It will carry 4 of 4 parties. 3 come." in words_of(sheet)
        program.shot(f"field_carries_{look}")
        assert accessible_names(sheet) == []
        program.press("Tab", "Tab")
        program.press("Delete")
        assert sheet.lines() == ["Mysuru road"]
        assert "1 of the 1 parties it carries go from it" in words_of(sheet)
        program.shot(f"field_carries_grave_{look}")
        program.press("Ctrl+Return")
        program.until(lambda: isinstance(QApplication.activeModalWidget(), Question))
        program.shot(f"field_carries_asked_{look}")
        program.press("Return")
        program.until(lambda: "will carry 3 parties from its next sync" in words(program))
        assert page.sheet() is None
        program.shot(f"field_carries_done_{look}")
        with Book.open(firm.van, passphrase=PASSPHRASE, clock=FixedClock.on(TODAY)) as book:
            courier = courier_of(book, passphrase=PASSPHRASE)
            courier.round()
            courier.close()
            assert {row.name for row in book.read(parties_by_name).rows} == {
                "Lotus Foods", "Sagar Foods", "Tulsi Foods",
            }  # fmt: skip
        assert program.window.notifier.undo_last()
        program.until(lambda: "will carry 1 party from its next sync" in words(program))


def words_of(widget: QWidget) -> str:
    return " ".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible())


def test_what_an_owner_takes_from_a_device_goes_from_its_window_at_once(
    qapp: QApplication, firm: Firm
) -> None:
    """Nobody asks on the device, and nothing of a party that went stays in sight."""
    with the_program(qapp, FixedClock.on(TODAY)) as program:  # type: ignore[arg-type]
        program.root.show_book(program.root.shelf.open(firm.van, passphrase=PASSPHRASE))
        program.settle()
        program.window.go("invoices", record=firm.bill)
        program.until(lambda: "Still open" in words(program))
        with Book.open(firm.office, passphrase=PASSPHRASE, clock=FixedClock.on(TODAY)) as office:
            lotus = office.read(lambda read: party_by_code(read, "LOTUS"))
            assert lotus is not None
            with way_of(office, passphrase=PASSPHRASE) as session:
                scopes.set_scope(session, program.book.facts()["device"], [lotus], is_agreed=True)
        program.until(lambda: "The book has no such document" in words(program))
        assert "Still open" not in words(program)
        program.window.go("parties")
        program.until(lambda: program.book.read(parties_by_name).rows[0].name == "Lotus Foods")
        assert QApplication.activeModalWidget() is None


def test_a_device_that_comes_back_from_the_field_shows_every_screen_by_itself(
    qapp: QApplication, firm: Firm
) -> None:
    with the_program(qapp, FixedClock.on(TODAY)) as program:  # type: ignore[arg-type]
        program.root.show_book(program.root.shelf.open(firm.van, passphrase=PASSPHRASE))
        program.settle()
        assert "gst" not in program.window._screens
        device = program.book.facts()["device"]
        with (
            Book.open(firm.office, passphrase=PASSPHRASE, clock=FixedClock.on(TODAY)) as office,
            owner_of(office, passphrase=PASSPHRASE) as owner,
        ):
            owner.appoint(device, Role.BOOKKEEPER)
        program.until(lambda: "gst" in program.window._screens)
        program.until(lambda: "This device carries only some parties" not in words(program))
        assert len(program.book.read(parties_by_name).rows) == 4
