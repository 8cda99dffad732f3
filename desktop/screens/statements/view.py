"""Standing on the screen: the ageing, how they pay, statements for all, the trial balance and closing, in tabs."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.statements.model import MonthFigures, TrialBalance
from core.words import date_text
from core.words import translate as _
from desktop.kit import (
    DateField,
    PagedTable,
    PageHeader,
    ScreenView,
    Segments,
    action_button,
    label,
    row,
)
from desktop.kit.list_out import export_list
from desktop.ports import Action, Desk, Place
from desktop.screens.statements.pages import AgeingPage, BehaviourPage, ClosingPage, TrialPage
from desktop.screens.statements.presenter import StatementsPresenter
from desktop.screens.statements.reading import Closing, Standing
from desktop.screens.statements.run_page import RunPage
from desktop.theme import space

_DATE_WIDTH = 190
_OF_NOW = ("run", "closing")
"""Tabs that ask for their own days, or stand as the books do now."""


_OF_ALL = ("trial", "closing")
"""Tabs that are about the whole company: not there where only some parties are."""


def make(desk: Desk) -> ScreenView:
    """The screen of standing."""
    return StatementsScreen(desk)


class StatementsScreen(ScreenView):
    """Tabs over one day looked at."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.presenter = StatementsPresenter(self, desk)
        self._header = PageHeader(_("Statements"))
        self._on = DateField(today=desk.calendar.today())
        self._day = QWidget()
        self._export = Action(
            "statements.export", _("Export this list"), self._on_export, ("Ctrl+E",), self._has_list, "export",
            words=_("excel csv"),
        )  # fmt: skip
        self.ageing = AgeingPage(desk, self.presenter)
        self.behaviour = BehaviourPage(desk, self.presenter)
        self.run = RunPage(desk)
        self.trial = TrialPage(desk, self.presenter)
        self.closing = ClosingPage(desk, self.presenter)
        self._parts: dict[str, QWidget] = {
            "ageing": self.ageing,
            "behaviour": self.behaviour,
            "run": self.run,
            "trial": self.trial,
            "closing": self.closing,
        }
        self._titles = {
            "ageing": _("Ageing"),
            "behaviour": _("How they pay"),
            "run": _("For all parties"),
            "trial": _("Trial balance"),
            "closing": _("Closing"),
        }
        if not desk.carries_all:
            for name in _OF_ALL:
                del self._parts[name], self._titles[name]
        self._tabs = Segments(list(self._titles.items()), accessible_name=_("Show"))
        self._stack = QStackedWidget()
        self._ageing_bar = QWidget()
        self._bar = row()
        self._shown = "ageing"
        self._main = self._built()
        self._connect()
        self.set_content(self._main)
        self.presenter.load()

    # --- the shell's side

    def show_place(self, place: Place) -> None:
        """Come to one of the tabs."""
        self._show_tab(place.page if place.page in self._parts else self._shown)

    def actions_here(self) -> Sequence[Action]:
        """The tabs, the day, and what the tab offers."""
        tabs = [
            Action(f"statements.tab.{name}", title, partial(self._show_tab, name), (f"Ctrl+{n}",))
            for n, (name, title) in enumerate(self._titles.items(), 1)
        ]
        day = Action("statements.day", _("Another day"), self._focus_day, ("Ctrl+D",), icon="calendar")
        page = self._parts[self._shown]
        offered: Sequence[Action] = page.actions_here() if hasattr(page, "actions_here") else ()
        days = () if self._shown in _OF_NOW else (day,)
        return (*offered, self._export, *days, *tabs)

    def put_away(self) -> None:
        """The screen goes."""
        self.presenter.put_away()
        for page in (self.ageing, self.behaviour, self.run, self.trial, self.closing):
            page.put_away()

    # --- what the presenter says

    def refresh(self) -> None:
        """Read the tables again."""
        for page in (self.ageing, self.behaviour, self.trial, self.closing):
            if page in self._parts.values():
                page.refresh()

    def show_ageing(self, found: Standing, title: str) -> None:
        """The sums of the ageing."""
        self.ageing.show_standing(found, title)

    def show_months(self, found: Sequence[MonthFigures]) -> None:
        """Figures and charts."""
        self.behaviour.show_months(found)

    def show_trial(self, found: TrialBalance) -> None:
        """The sums of the trial balance."""
        self.trial.show_balance(found)

    def show_closing(self, found: Closing) -> None:
        """How far the books are closed."""
        self.closing.show_closing(found)

    def refuse(self, error: Exception) -> None:
        """It was refused."""
        self.closing.refuse(error)

    # --- building

    def _built(self) -> QWidget:
        self._on.set_value(self.presenter.on)
        self._on.set_name(_("As on"))
        self._on.setFixedWidth(_DATE_WIDTH)
        self._day.setLayout(row(label(_("As on"), "small", tone="muted"), self._on))
        self._header.add(self._day)
        self._export_button = action_button(self._export)
        self._header.add(self._export_button)
        for page in self._parts.values():
            self._stack.addWidget(page)
        self._ageing_bar.setLayout(row(self.ageing.by, self.ageing.leave, self.ageing.group))
        for part in (self._tabs, self._ageing_bar):
            self._bar.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft)
        self._bar.addStretch(1)
        main = QWidget()
        whole = QVBoxLayout(main)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("wide"))
        whole.setSpacing(space("base"))
        whole.addWidget(self._header)
        whole.addLayout(self._bar)
        whole.addWidget(self._stack, 1)
        return main

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What the ageing is summed by goes below the tabs where both do not fit side by side."""
        super().resizeEvent(event)
        needed = self._tabs.sizeHint().width() + self._ageing_bar.sizeHint().width() + space("small")
        is_short = needed > self.width() - 2 * space("wide")
        ways = QBoxLayout.Direction
        self._bar.setDirection(ways.TopToBottom if is_short else ways.LeftToRight)

    def _connect(self) -> None:
        self._tabs.chosen.connect(self._show_tab)
        self._on.left.connect(self._on_day)
        self._on.entered.connect(lambda: self._show_tab(self._shown))

    def _on_day(self, day: Any) -> None:
        if isinstance(day, dt.date):
            self.presenter.look_on(day)
            self._say_day()
        else:
            self._on.set_value(self.presenter.on)

    def _say_day(self) -> None:
        day = self.presenter.on
        is_now = self._shown in _OF_NOW or day == self._desk.calendar.today()
        text = "" if is_now else _("as the books stood on {date}").format(date=date_text(day))
        if not self._desk.carries_all:
            text = " · ".join(part for part in (_("of the parties on this device alone"), text) if part)
        self._header.set_title(_("Statements"), text)

    def _focus_day(self) -> None:
        self._on.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_tab(self, name: str) -> None:
        self._shown = name
        self._tabs.choose(name)
        page = self._parts[name]
        self._stack.setCurrentWidget(page)
        self._ageing_bar.setVisible(name == "ageing")
        self._export_button.setVisible(self._has_list())
        self._day.setVisible(name not in _OF_NOW)
        self._say_day()
        self._main.setFocusProxy(page)
        page.setFocus()
        self.actions_changed.emit()

    def _table(self) -> PagedTable | None:
        return getattr(self._parts[self._shown], "table", None)

    def _has_list(self) -> bool:
        return self._table() is not None

    def _on_export(self) -> None:
        table = self._table()
        if table is not None:
            title = f"{self._titles[self._shown]} {date_text(self.presenter.on)}"
            export_list(self, table.listing, table.model.asked, self._desk.runner, title=title)
