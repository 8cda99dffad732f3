"""Settings on the screen: a rail of pages at the left, the page at the right."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from core.problems import Problem
from core.words import translate as _
from desktop.kit import FactList, ScreenView, TextField, label, scrolling
from desktop.ports import Action, Desk, Place
from desktop.screens.settings.devices import Devices
from desktop.screens.settings.devices_page import DevicesPage
from desktop.screens.settings.forms import details_form, ladder_form, papers_form
from desktop.screens.settings.law import Law
from desktop.screens.settings.law_page import LawPage
from desktop.screens.settings.office import Office
from desktop.screens.settings.pages import AboutPage, LookPage, Looks, SafetyPage, on_card, page
from desktop.screens.settings.presenter import Settings
from desktop.screens.settings.safety import Safety
from desktop.theme import font, set_state, size, space

_RAIL = 190
_ALSO = {"bank": "papers", "backup": "safety", "numbering": "papers", "gstin": "company", "lut": "company"}
"""Other names of pages; under one of these the keys go to the page's first field, or the one of that name."""


class SettingsView(ScreenView):
    """All of Settings; `show_place` opens a page by its name."""

    def __init__(self, looks: Looks, version: str) -> None:
        super().__init__()
        self.company, self.papers, self.ladder = details_form(), papers_form(), ladder_form()
        self._forms = {"company": self.company, "papers": self.papers, "ladder": self.ladder}
        self._typed: set[str] = set()
        self.devices, self.safety, self.law = DevicesPage(), SafetyPage(), LawPage()
        self._series = FactList()
        self._away: Callable[[], None] = lambda: None
        self._load: Callable[[], None] = lambda: None
        self._waits_to_enter = False
        self._rail = Rail()
        self._stack = QStackedWidget()
        self._named: dict[str, QWidget] = {}
        for name, title, made in self._made_pages(looks, version):
            self._named[name] = made
            area = scrolling(_framed(made))
            area.setAccessibleName(title)
            self._stack.addWidget(area)
            self._rail.add(name, title)
        self._rail.chosen.connect(self._show_page)
        self._rail.entered.connect(self._enter)
        self.devices.turned.connect(self._on_turned)
        whole = QWidget()
        across = QHBoxLayout(whole)
        across.setContentsMargins(space("base"), space("wide"), 0, 0)
        across.setSpacing(space("base"))
        across.addWidget(self._rail)
        across.addWidget(self._stack, 1)
        for name, form in self._forms.items():
            form.edited.connect(lambda _field, _value, name=name: self._typed.add(name))
        self.set_content(whole)
        self._rail.choose("company")

    def drive(self, presenter: Settings, devices: Devices, safety: Safety, law: Law) -> None:
        """Let the presenters decide."""
        self.company.save_asked.connect(lambda: presenter.save_details(self.company.values()))
        self.papers.save_asked.connect(lambda: presenter.save_papers(self.papers.values()))
        self.ladder.save_asked.connect(lambda: presenter.save_ladder(self.ladder.values()))
        gstin = self.company.field("gstin")
        gstin.edited.connect(presenter.gstin_typed)
        gstin.left.connect(lambda typed: presenter.gstin_typed(typed, is_whole=True))
        for form in self._forms.values():
            form.back_asked.connect(self._rail.take_focus)
        for form in (self.devices.form, self.devices.key_form):
            form.back_asked.connect(self._rail.take_focus)
        self.devices.drive(devices)
        self.safety.drive(safety)
        self.law.drive(law)
        self._away = presenter.put_away

        def load() -> None:
            presenter.load()
            devices.load()
            safety.load()
            law.load()

        self._load = load

    # --- what the presenter says

    def fill(self, page: str, values: Mapping[str, Any]) -> None:
        """Show values in a form; those not named stay."""
        form = self._forms[page]
        for name, value in values.items():
            form.field(name).set_value(value)

    def is_typing(self, page: str) -> bool:
        """Whether something was typed there and is not saved."""
        return page in self._typed

    def show_problems(self, page: str, problems: Sequence[Problem]) -> None:
        """Show problems beside their fields; none: saved."""
        self._forms[page].show_problems(problems)
        if not problems:
            self._typed.discard(page)

    def show_refusal(self, page: str, error: Exception) -> None:
        """Show why a save was refused."""
        self._forms[page].show_refusal(error)

    def say_of_gstin(self, state: str, problem: str) -> None:
        """The State that a GSTIN belongs to, or what is wrong with it."""
        field = self.company.field("gstin")
        if isinstance(field, TextField):
            field.set_hint(state)
        self.company.mark("gstin", problem)

    def show_series(self, facts: Sequence[tuple[str, str]]) -> None:
        """The numbers in use."""
        self._series.show_facts(facts)

    # --- the shell's side

    def show_place(self, place: Place) -> None:
        """Open a page; without a name, the one that was open."""
        self._load()
        name = _ALSO.get(place.page, place.page)
        if name in self._named:
            self._rail.choose(name)
            self._show_page(name)
            if place.page != name or name == "devices":
                self._enter()
                if place.page == "lut":
                    self.company.field("lut").setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self._rail.take_focus()

    def actions_here(self) -> Sequence[Action]:
        """Back up and prove from anywhere on this screen."""
        return (
            Action("settings.backup", _("Back up now"), self.safety.backup.click, ("Ctrl+B",), icon="export"),
            Action("settings.verify", _("Prove the book"), self._prove, icon="check"),
        )

    def put_away(self) -> None:
        """The screen goes."""
        self._away()

    def _prove(self) -> None:
        self._rail.choose("safety")
        self._show_page("safety")
        self.safety.verify.click()

    def _show_page(self, name: str) -> None:
        self._stack.setCurrentIndex(list(self._named).index(name))

    def _enter(self) -> None:
        name = self._rail.choice()
        self._waits_to_enter = False
        if form := self._forms.get(name):
            form.focus_first()
        elif name == "devices" and (asked := self.devices.form_asked()) is not None:
            asked.focus_first()
        elif first := _first_in(self._named[name]):
            first.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._waits_to_enter = True

    def _on_turned(self) -> None:
        if self._waits_to_enter:
            self._enter()

    def _made_pages(self, looks: Looks, version: str) -> list[tuple[str, str, QWidget]]:
        numbers = on_card(
            label(_numbers_text(), "body", tone="muted", wrap=True), self._series, title=_("Numbers")
        )
        return [
            ("company", _("Company"), page(_("Company"), _company_text(), on_card(self.company))),
            ("papers", _("Papers"), page(_("Papers"), _papers_text(), on_card(self.papers), numbers)),
            ("ladder", _("Reminders"), page(_("Reminders"), _ladder_text(), on_card(self.ladder))),
            ("devices", _("Devices"), self.devices),
            ("safety", _("Backup and proof"), self.safety),
            ("law", _("Law"), self.law),
            ("look", _("Look and language"), LookPage(looks)),
            ("about", _("About"), AboutPage(version)),
        ]


class Rail(QWidget):
    """The names of the pages; arrow keys move, Enter goes in."""

    chosen = Signal(str)
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(_RAIL)
        self.setAccessibleName(_("Pages"))
        self._buttons: dict[str, RailButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space("hair"))
        self._column.addStretch(1)

    def add(self, name: str, title: str) -> None:
        """One more page."""
        made = RailButton(title)
        made.toggled.connect(lambda is_on: self._on_toggled(name, is_on))
        made.entered.connect(self.entered)
        self._buttons[name] = made
        self._column.insertWidget(self._column.count() - 1, made)

    def _on_toggled(self, name: str, is_on: bool) -> None:
        if is_on:
            self.chosen.emit(name)

    def choose(self, name: str) -> None:
        """Mark a page as the one shown."""
        self._buttons[name].setChecked(True)

    def choice(self) -> str:
        """The page shown."""
        return next(name for name, one in self._buttons.items() if one.isChecked())

    def take_focus(self) -> None:
        """Back from the page to its name."""
        self._buttons[self.choice()].setFocus(Qt.FocusReason.OtherFocusReason)


class RailButton(QPushButton):
    """One name of the rail."""

    entered = Signal()

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.setFont(font("body"))
        self.setProperty("part", "place")
        set_state(self, "is_rail", True)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(size("control") + 2)
        self.clicked.connect(self._on_clicked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down move, Enter and Right go in."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def _on_clicked(self) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)


def make(
    desk: Desk, office: Office, looks: Looks, version: str, sync_now: Callable[[], None]
) -> SettingsView:
    """The screen and its presenters."""
    view = SettingsView(looks, version)
    view.drive(
        Settings(view, desk),
        Devices(view.devices, desk, office),
        Safety(view.safety, desk, office),
        Law(view.law, desk, office.facts_folder),
    )
    view.devices.sync_asked.connect(sync_now)
    return view


def _first_in(page: QWidget) -> QWidget | None:
    """What takes the focus first on a page: of segments the one chosen, else the first that Tab reaches."""
    for child in page.findChildren(QWidget):
        takes = (
            child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisibleTo(page) and child.isEnabled()
        )
        is_other_segment = isinstance(child, QPushButton) and child.isCheckable() and not child.isChecked()
        if takes and not is_other_segment and child.focusProxy() is None:
            return child
    return None


def _framed(made: QWidget) -> QWidget:
    """A page in a column of comfortable width."""
    made.setMaximumWidth(size("form") + 2 * space("wide"))
    outer = QWidget()
    across = QHBoxLayout(outer)
    across.setContentsMargins(0, 0, space("wide"), space("wide"))
    across.addWidget(made, 1)
    across.addStretch(0)
    return outer


def _company_text() -> str:
    return _("As papers and returns name it. Papers already issued keep what they were issued with.")


def _papers_text() -> str:
    return _("What every invoice, statement and reminder carries from now on.")


def _ladder_text() -> str:
    return _("A bill climbs one step at a time. A party in credit is never reminded.")


def _numbers_text() -> str:
    return _(
        "Each series belongs to one device and starts anew each financial year. No number is used twice."
    )
