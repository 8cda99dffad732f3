"""A contract's page: its figures and progress above, its milestones below."""

import datetime as dt
from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from core.ids import Id
from core.milestones.queries import ContractRow, MilestoneRow
from core.problems import Problem
from core.words import date_text, money_text
from core.words import translate as _
from desktop.kit import (
    Bar,
    Card,
    EmptyState,
    Failure,
    Figure,
    KeyHint,
    Loading,
    PagedTable,
    PageHeader,
    Question,
    StackedBar,
    button,
    row,
)
from desktop.ports import Action, Desk, Nothing
from desktop.screens.contracts.columns import stages
from desktop.screens.contracts.dialog import CertifySheet
from desktop.screens.contracts.stages.presenter import Account, StagesPresenter
from desktop.theme import space


class ContractPage(QWidget):
    """One contract."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.header = PageHeader("")
        self._value = Figure(_("Contract value"))
        self._billed = Figure(_("Billed"))
        self._to_bill = Figure(_("Certified, to bill"))
        self._paid = Figure(_("Paid"))
        self._bar = StackedBar([])
        self._stack = QStackedWidget()
        self._message: EmptyState | None = None
        self.table: PagedTable | None = None
        self._has_chosen = False
        self._lines = Card(margin="hair")
        self.presenter = StagesPresenter(desk, self)
        self._plan = button(_("Change the plan"), run=self.presenter.plan)
        self._certify = button(_("Certify"), icon="check", run=self.presenter.ask_certificate)
        self._bill = button(_("Bill"), "primary", icon="invoices", run=self.presenter.bill)
        self._body = self._built()
        self._stack.addWidget(Loading())
        self._stack.addWidget(self._body)
        self._build()

    # --- what the presenter shows

    def show_account(self, account: Account) -> None:
        """Show the contract; its milestones read themselves."""
        agreed, sums = account.contract, account.row
        order = [
            part
            for part in (agreed.order_number, date_text(agreed.order_on) if agreed.order_on else "")
            if part
        ]
        title = f"{agreed.code} {agreed.title}".strip()
        self.header.set_title(title, " · ".join([sums.party_name, *order]))
        self._value.show_number(money_text(sums.value_paise))
        self._billed.show_number(money_text(sums.billed_paise))
        self._to_bill.show_number(
            money_text(sums.certified_paise), tone="accent" if sums.certified_paise else ""
        )
        self._paid.show_number(money_text(sums.paid_paise))
        self._bar.show_bars(_bars(sums))
        self._show_table(account.record)
        self._stack.setCurrentWidget(self._body)

    def show_next(self, *, can_certify: bool, can_bill: bool) -> None:
        """Show what may be done with the chosen milestone."""
        self._certify.setEnabled(can_certify)
        self._bill.setEnabled(can_bill)

    def show_missing(self) -> None:
        """The book has no such contract."""
        self._say(EmptyState(Nothing(_("The book has no such contract"), icon="contracts")))

    def show_failure(self, error: Exception) -> None:
        """The contract could not be read."""
        failed = Failure(error)
        failed.asked.connect(self.presenter.load)
        self._say(failed)

    def ask_certificate(self, stage: MilestoneRow, on: dt.date) -> None:
        """Ask when and by whom a milestone was certified."""
        CertifySheet(self.presenter, stage, on, self).open()

    def ask_date(self, problem: Problem, yes: Callable[[], None]) -> None:
        """Ask once whether the machine's date is right."""
        title, text = _("Is the date right?"), _("The date is right, issue it")
        Question(title, problem.message, yes=text, answered=yes, parent=self).open()

    # --- what the user asks

    def show_contract(self, record: Id) -> None:
        """Show a contract."""
        self.presenter.show(record)

    def actions(self) -> list[Action]:
        """What can be done with the contract and its chosen milestone."""
        shown = self.presenter
        return [
            Action("contract.certify", _("Certify"), shown.ask_certificate, ("C",), lambda: shown.can_certify, "check"),
            Action("contract.bill", _("Bill the milestone"), shown.bill, ("B",), lambda: shown.can_bill, "invoices"),
            Action(
                "contract.show_bill", _("Show the bill"), shown.show_bill, ("Ctrl+B",), lambda: shown.has_bill, "open"
            ),
            Action("contract.plan", _("Change the plan"), shown.plan, ("Ctrl+E",), icon="edit"),
        ]  # fmt: skip

    def put_away(self) -> None:
        """The page goes."""
        self.presenter.put_away()
        if self.table is not None:
            self.table.put_away()

    # --- building

    def _build(self) -> None:
        for widget, keys in ((self._plan, "Ctrl+E"), (self._certify, "C"), (self._bill, "B")):
            self.header.add(widget)
            self.header.add(KeyHint(keys))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("wide"))
        whole.setSpacing(space("base"))
        whole.addWidget(self.header)
        whole.addWidget(self._stack, 1)

    def _built(self) -> QWidget:
        body = QWidget()
        below = QVBoxLayout(body)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(space("base"))
        below.addLayout(row(self._value, self._billed, self._to_bill, self._paid, spacing="medium"))
        progress = Card()
        progress.add(self._bar)
        below.addWidget(progress)
        self._lines.set_margins(1, 1, 1, 6)
        below.addWidget(self._lines, 1)
        return body

    def _show_table(self, record: Id) -> None:
        if self.table is not None and self.table.property("contract") == record.hex():
            return
        if self.table is not None:
            self.table.put_away()
            self.table.hide()
            self.table.deleteLater()
        self._has_chosen = False
        self.table = PagedTable(stages(record), self._desk.runner, self._desk.hub)
        self.table.setProperty("contract", record.hex())
        self.table.row_activated.connect(self.presenter.open)
        self.table.selection_changed.connect(self.presenter.choose)
        self.table.action_asked.connect(self.presenter.plan)
        self.table.model.state_changed.connect(self._choose_next)
        self._lines.add(self.table, 1)
        self._choose_next()
        self.presenter.choose(self.table.selected_ids())
        self.setFocusProxy(self.table)
        if self.isVisible():
            self.table.setFocus()

    def _choose_next(self) -> None:
        """Come to the milestone that wants something done, once, when the lines arrive."""
        if self.table is None or self._has_chosen or not self.table.model.rowCount():
            return
        self._has_chosen = True
        model = self.table.model
        wanted = self.presenter.next_to_do([model.row(at) for at in range(model.rowCount())])
        if wanted is not None:
            self.table.select(wanted)

    def _say(self, message: EmptyState) -> None:
        if self._message is not None:
            self._stack.removeWidget(self._message)
            self._message.deleteLater()
        self._message = message
        self._stack.addWidget(message)
        self._stack.setCurrentWidget(message)


def _bars(sums: ContractRow) -> list[Bar]:
    rest = max(0, sums.value_paise - sums.billed_paise - sums.certified_paise)
    return [
        Bar(_("Paid"), sums.paid_paise, money_text(sums.paid_paise), "success"),
        Bar(
            _("Billed, not paid"),
            sums.billed_paise - sums.paid_paise,
            money_text(sums.billed_paise - sums.paid_paise),
            "accent",
        ),
        Bar(_("Certified, to bill"), sums.certified_paise, money_text(sums.certified_paise), "warning"),
        Bar(_("To come"), rest, money_text(rest), is_rest=True),
    ]
