"""The page of one party: figures above, its account and papers in tabs, details at the side."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from core.errors import RuleBroken
from core.words import money_text
from core.words import translate as _
from desktop.kit import (
    Card,
    FactList,
    Failure,
    Figure,
    PagedTable,
    PageHeader,
    Pill,
    Question,
    Segments,
    action_button,
    label,
    row,
    scrolling,
)
from desktop.kit.list_out import export_list
from desktop.ports import Action, Calendar, Desk, Listing
from desktop.screens.parties.columns import letters_listing, open_listing, papers_listing, statement_listing
from desktop.screens.parties.conduct import interest_listing, tds_listing
from desktop.screens.parties.head import Head, figure_captions
from desktop.screens.parties.months import MonthsTab
from desktop.screens.parties.presenter import PartyPresenter
from desktop.theme import space

_SIDE, _NARROW_SIDE = 288, 256
_NARROW = 1_000


class PartyPage(QWidget):
    """One party. Tabs are made when first looked at."""

    actions_changed = Signal()
    is_over = False

    def __init__(self, desk: Desk, party: bytes) -> None:
        super().__init__()
        self._desk = desk
        self._tables: dict[str, PagedTable] = {}
        self._shown: dict[str, QWidget] = {}
        """By tab: its table, or what stands around it."""
        self._head: Head | None = None
        self._pill = Pill()
        self._header = PageHeader("")
        self._figures = [Figure(caption) for caption in figure_captions()]
        self._facts = FactList()
        self._notes = label("", "body", wrap=True, selectable=True)
        self._tabs = Segments(_tab_names(), accessible_name=_("Show"))
        self._stack = QStackedWidget()
        self._failure: Failure | None = None
        self.presenter = PartyPresenter(self, desk, party)
        self._build()
        self._tabs.chosen.connect(self.show_tab)
        self._stop = desk.calendar.subscribe(self._on_calendar)
        self.show_tab(str(desk.memory.recall("party.tab", "statement")))

    def actions_here(self) -> Sequence[Action]:
        """What can be done with this party."""
        act = self.presenter
        is_archived = self._head is not None and self._head.archived
        archive = _("Take out of the archive") if is_archived else _("Archive")
        tabs = [
            Action(f"party.{name}", title, partial(self.show_tab, name), (f"Ctrl+{number}",))
            for number, (name, title) in enumerate(_tab_names(), 1)
        ]
        return (
            Action("party.receive", _("Receive payment"), act.receive, ("F6",), icon="receipts"),
            Action("party.edit", _("Edit"), act.edit, ("Ctrl+E",), icon="edit"),
            Action(
                "party.statement.print", _("Print statement"), act.print_account, ("Ctrl+P",), icon="print"
            ),
            Action("party.sell", _("New sale"), act.sell, ("F8",), icon="invoices"),
            Action("party.remind", _("Remind"), act.remind, ("R",), icon="mail", words=_("ladder letter")),
            Action(
                "party.interest",
                _("Charge interest"),
                act.ask_interest,
                ("Alt+C",),
                icon="plus",
                words=_("debit notes late payment msmed"),
            ),
            Action(
                "party.confirmation", _("Balance confirmation letter"), act.confirm_balance, (), icon="mail"
            ),
            Action("party.archive", archive, act.archive, ("Ctrl+Shift+A",), icon="remove"),
            Action("party.export", _("Export this list"), self._export, ("Ctrl+Shift+E",), icon="export"),
            *tabs,
        )

    def put_away(self) -> None:
        """The page goes."""
        self.presenter.put_away()
        self._stop()
        for table in self._tables.values():
            table.put_away()

    def focus_filter(self) -> None:
        """The table takes the keys; letters narrow it."""
        self._current().setFocus()

    # --- what the presenter says

    def show_head(self, head: Head) -> None:
        """Show name, figures and details."""
        was = self._head
        self._head = head
        if self._failure is not None:
            self._stack.removeWidget(self._failure)
            self._failure = None
            self.show_tab(self._tabs.choice())
        self._header.set_title(head.title, head.text)
        self._pill.setVisible(bool(head.pill))
        self._pill.show_state(head.pill, head.tone)
        for figure, (number, delta, tone) in zip(self._figures, head.figures, strict=True):
            figure.show_number(number, delta=delta, tone=tone)
        self._facts.show_facts(head.facts)
        self._notes.setText(head.notes)
        self._notes.setVisible(bool(head.notes))
        if was is None or was.archived != head.archived:
            self.actions_changed.emit()

    def show_failure(self, error: Exception) -> None:
        """Say that the page cannot be shown, until it can."""
        self._failure = Failure(error)
        self._failure.asked.connect(self.presenter.load)
        self._stack.addWidget(self._failure)
        self._stack.setCurrentWidget(self._failure)

    def confirm_date(self, error: RuleBroken, yes: Callable[[], None]) -> None:
        """Ask whether the machine's date is right."""
        Question(_("Is the date right?"), str(error), yes=_("The date is right"), answered=yes,
                 parent=self.window()).open()  # fmt: skip

    def ask_charge(self, paise: int, bills: int, yes: Callable[[], None]) -> None:
        """Ask whether so much interest is charged on so many bills."""
        title = _("Charge {amount} of interest?").format(amount=money_text(paise))
        text = (
            _("One debit note is issued.")
            if bills == 1
            else _("{count} debit notes are issued, one a bill.").format(count=bills)
        )
        whole = text + " " + _("Their GST falls due when the interest is received.")
        Question(title, whole, yes=_("Charge it"), answered=yes, parent=self.window()).open()

    def show_tab(self, name: str) -> None:
        """Show one of the lists, and give it the keys."""
        known = [known for known, _title in _tab_names()]
        name = name if name in known else known[0]
        if name not in self._tables:
            self._tables[name], self._shown[name] = self._made(name)
            self._stack.addWidget(self._shown[name])
        self._tabs.choose(name)
        self._desk.memory.keep("party.tab", name)
        self._stack.setCurrentWidget(self._shown[name])
        self.setFocusProxy(self._tables[name])
        if self.isVisible():
            self._tables[name].setFocus(Qt.FocusReason.TabFocusReason)

    # --- building

    def _export(self) -> None:
        """Ask for a place and write the list that is shown there, as Excel or CSV."""
        table = self._tables[self._tabs.choice()]
        title = f"{'' if self._head is None else self._head.title} {table.view.accessibleName()}"
        export_list(self, table.listing, table.model.asked, self._desk.runner, title=title.strip())

    def _build(self) -> None:
        self._header.add(self._pill)
        self._pill.hide()
        for number, action in enumerate(self.actions_here()[:3]):
            self._header.add(action_button(action, "primary" if number == 0 else ""))
        figures = row(*self._figures, spacing="medium")
        table = Card(margin="hair")
        table.set_margins(1, 1, 1, 6)
        table.add(self._stack, 1)
        across = row(spacing="medium")
        across.addWidget(table, 1)
        across.addWidget(self._side())
        below = QVBoxLayout()
        below.setSpacing(space("small"))
        below.addWidget(self._tabs, 0, Qt.AlignmentFlag.AlignLeft)
        below.addLayout(across, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("wide"))
        whole.setSpacing(space("medium"))
        whole.addWidget(self._header)
        whole.addLayout(figures)
        whole.addLayout(below, 1)

    def _side(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space("medium"))
        column.addWidget(self._facts)
        column.addWidget(self._notes)
        column.addStretch(1)
        side = Card(_("Details"))
        area = scrolling(inner)
        area.setAccessibleName(_("Details"))
        side.add(area, 1)
        self._details = side
        return side

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short, figures come before details."""
        super().resizeEvent(event)
        self._details.setFixedWidth(_NARROW_SIDE if self.width() < _NARROW else _SIDE)

    def _made(self, name: str) -> tuple[PagedTable, QWidget]:
        party, calendar = self.presenter.party, self._desk.calendar
        if name == "months":
            months = MonthsTab(self._desk, party)
            return months.table, months
        listing, opened = _lists(self.presenter, party, calendar)[name]
        table = PagedTable(listing, self._desk.runner, self._desk.hub)
        table.view.setAccessibleName(dict(_tab_names())[name])
        table.view.opened.connect(lambda index: opened(table.model.row(index.row())))
        return table, table

    def _current(self) -> QWidget:
        return self._stack.currentWidget() or self

    def _on_calendar(self) -> None:
        self.presenter.load()
        for table in self._tables.values():
            table.refresh()


def _lists(
    act: PartyPresenter, party: bytes, calendar: Calendar
) -> dict[str, tuple[Listing[Any], Callable[[Any], None]]]:
    """Each tab's list, and where Enter leads from it."""
    return {
        "statement": (statement_listing(act.account), act.open_line),
        "open": (open_listing(party, calendar), act.open_paper),
        "papers": (papers_listing(party, calendar), act.open_paper),
        "letters": (letters_listing(party), act.open_letter),
        "interest": (interest_listing(party, calendar), act.open_interest),
        "tds": (tds_listing(party, calendar), act.open_tds),
    }


def _tab_names() -> list[tuple[str, str]]:
    return [
        ("statement", _("Statement")),
        ("open", _("Open bills")),
        ("papers", _("Papers")),
        ("letters", _("Reminders")),
        ("months", _("How they pay")),
        ("interest", _("Interest")),
        ("tds", _("TDS")),
    ]
