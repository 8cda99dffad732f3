"""The page on which a receipt is entered: the form at the left, the bills it settles at the right."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.facts import Facts
from core.ids import Id
from core.problems import Problem
from core.receipts.bills import OpenBill
from core.shortfall.model import Explanation
from core.words import translate as _
from desktop.kit import (
    AmountField,
    Banner,
    Card,
    ChoiceField,
    DateField,
    Form,
    KeyHint,
    PageHeader,
    PriceField,
    QuantityField,
    Question,
    TextField,
    button,
    row,
    scrolling,
)
from desktop.ports import Action, AlongRow, Choice, Desk
from desktop.screens.receipts.allotment import Sums
from desktop.screens.receipts.bills import BillsCard
from desktop.screens.receipts.columns import deduction_choices, mode_choices
from desktop.screens.receipts.explain_dialog import ExplainDialog, GiveUpSheet
from desktop.screens.receipts.payers import named_choice, own_accounts, payers
from desktop.screens.receipts.presenter import EntryPresenter
from desktop.screens.receipts.values import Values
from desktop.theme import space

_FORM, _WIDE_FORM = 404, 460
_WIDE = 1_100
"""From this width on the form has room for a long name."""


class EntryPage(QWidget):
    """A receipt being entered; `party` is who pays, if that is known already."""

    def __init__(self, desk: Desk, party: Id | None) -> None:
        super().__init__()
        self._desk = desk
        self._is_changed = False
        self.is_over = False
        """Recorded or given up: the next receipt begins afresh."""
        self._party = ChoiceField(payers(desk.calendar), desk.runner, placeholder=_("Name, code or GSTIN"))
        self.form = Form(enter_saves=False)
        self.bills = BillsCard(desk.runner, _("Received and kept back"))
        self._warning = Banner()
        self._save = button(_("Record"), "primary", icon="check", run=self._on_save)
        self._fill()
        self._lay()
        self.presenter = EntryPresenter(self, desk, party)
        self._connect()
        if party is not None:
            desk.runner.read(partial(named_choice, party), self._show_party)

    def actions_here(self) -> Sequence[Action]:
        """Fitting; the form and the bills save and leave by themselves."""
        act = self.presenter
        return (
            Action("receipt.fit", _("Oldest bills first"), act.fit, ("F7",), icon="fit"),
            Action("receipt.explain", _("Explain the amount"), act.explain, ("F9",), icon="search"),
            Action(
                "receipt.give_up", _("Write off what is left"), act.ask_give_up, ("Shift+F9",), icon="remove"
            ),
        )

    def put_away(self) -> None:
        """The page goes."""
        self.presenter.put_away()

    # --- what the presenter asks and says

    def values(self) -> Mapping[str, Any]:
        """What the form holds."""
        return self.form.values()

    def show_value(self, name: str, value: Any) -> None:
        """Put a value into a field."""
        self.form.field(name).set_value(value)

    def take_back(self) -> None:
        """What was typed before is back: leaving asks first."""
        self._is_changed = True

    def say_tds(self, text: str) -> None:
        """What TDS may be expected, under its field."""
        self.form.set_hint("tds", text)

    def show_bills(self, bills: Sequence[OpenBill], today: dt.date) -> None:
        """Show open bills."""
        self.bills.show_bills(bills, today)

    def show_taken(self, along: Sequence[AlongRow]) -> None:
        """Show which of them somebody has along."""
        self.bills.show_taken(along)

    def is_in_line(self) -> bool:
        """Whether an amount is being typed beside a bill."""
        return self.bills.is_in_line()

    def show_settled(self, settled: Mapping[int, int]) -> None:
        """Show what settles each."""
        self.bills.show_settled(settled)

    def show_sums(self, sums: Sums) -> None:
        """Show the sums."""
        self.bills.show_sums(sums)

    def warn(self, texts: Sequence[str]) -> None:
        """Say what should be known before recording."""
        self._warning.say("\n".join(texts), "warning")

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Lines first, then fields; the rest stands above the form."""
        self.form.show_problems(self.bills.show_problems(problems))

    def show_refusal(self, error: Exception) -> None:
        """Say why it was not recorded."""
        self.form.show_refusal(error)

    def ask(self, problem: Problem, yes: "partial[None]") -> None:
        """Ask whether it is meant so."""
        asked = Question(
            problem.message, problem.remedy, yes=_("Record all the same"), answered=yes, parent=self.window()
        )
        asked.open()

    def show_fields(self, *, cheque: bool, currency: str) -> None:
        """Ask for a cheque's words, and for foreign money, or not."""
        for name in ("cheque_number", "cheque_on", "cheque_bank"):
            self.form.show_field(name, cheque)
        self.form.show_field("reference", not cheque)
        for name in ("foreign_amount", "foreign_rate"):
            self.form.show_field(name, bool(currency))
        self.form.set_hint("foreign_amount", currency)

    def show_accounts(self, has_several: bool) -> None:
        """Ask into which account it came, or not."""
        self.form.show_field("account", has_several)

    def say_exchange(self, text: str) -> None:
        """What foreign money comes to, under its rate."""
        self.form.set_hint("foreign_rate", text)

    def show_short(self, text: str, *, is_explained: bool) -> None:
        """By what the money is short, or how it is explained."""
        if not text:
            self.bills.short.say("")
        elif is_explained:
            self.bills.short.say(text, "success", _("Something else (F9)"))
        else:
            self.bills.short.say(text, "warning", _("Explain (F9)"), _("Write off (Shift+F9)"))

    def offer(self, found: Sequence[Explanation]) -> None:
        """Show what explains the amount."""
        ExplainDialog(found, self.presenter.accept, self.window()).open()

    def ask_reason(self, text: str, usual: str | None) -> None:
        """Ask why what is left is written off."""
        GiveUpSheet(text, usual, self.presenter.give_up, self.window()).open()

    def set_over(self) -> None:
        """It is recorded."""
        self.is_over = True

    def set_busy(self, is_busy: bool) -> None:
        """Hold further saves."""
        self.form.set_busy(is_busy)
        self._save.setEnabled(not is_busy)

    # --- building

    def _fill(self) -> None:
        form, today = self.form, self._desk.calendar.today()
        codes = {code.code: code for code in Facts.in_force().tds_codes_on(today)}
        form.add("party", _("Party"), self._party, required=True)
        form.add("dated_on", _("Date"), DateField(today=self._desk.calendar.working_on()), required=True)
        form.add("amount", _("Amount"), AmountField())
        form.add("mode", _("Mode"), ChoiceField.of(mode_choices()), required=True)
        form.add("reference", _("UTR or number"), TextField(max_length=60))
        form.add("cheque_number", _("Cheque number"), TextField(max_length=20))
        form.add("cheque_on", _("Cheque date"), DateField(today=self._desk.calendar.working_on()))
        form.add("cheque_bank", _("Drawn on"), TextField(max_length=60, placeholder=_("bank")))
        form.add(
            "account", _("Into account"), ChoiceField(own_accounts, self._desk.runner, placeholder=_("any"))
        )
        form.add("foreign_amount", _("Foreign amount"), QuantityField())
        form.add("foreign_rate", _("Rate"), PriceField())
        form.section(_("Kept back by the payer"))
        form.add("tds_code", _("TDS under"), ChoiceField.of(
            [Choice(code.code, code.code, code.name) for code in codes.values()], placeholder=_("none")))  # fmt: skip
        form.add("tds", _("TDS"), AmountField())
        form.add("other_kind", _("Other"), ChoiceField.of(deduction_choices(), placeholder=_("none")))
        form.add("other", _("Other amount"), AmountField())
        form.add("note", _("Note"), TextField())

    def _lay(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, space("tight"), 0)
        column.addWidget(self._warning)
        column.addWidget(self.form)
        column.addStretch(1)
        left = Card()
        area = scrolling(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab walks the fields, and they come into sight
        left.add(area, 1)
        self._left = left
        across = row(left, spacing="medium")
        across.addWidget(self.bills, 1)
        header = PageHeader(_("New receipt"))
        header.add(button(_("It is an advance"), "quiet", run=self._on_advance))
        header.add(KeyHint("Alt+F6"))
        header.add(button(_("Leave it"), "quiet", run=self._on_back))
        header.add(self._save)
        header.add(KeyHint(_("Ctrl+Enter")))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("wide"))
        whole.setSpacing(space("medium"))
        whole.addWidget(header)
        whole.addLayout(across, 1)
        self.setFocusProxy(self._party)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The bills get what the form does not need."""
        super().resizeEvent(event)
        self._left.setFixedWidth(_WIDE_FORM if self.width() >= _WIDE else _FORM)

    def _connect(self) -> None:
        self.form.edited.connect(self._on_edited)
        self.form.left.connect(lambda name, _value: self.presenter.left(name))
        self.form.save_asked.connect(self.presenter.save)
        self.form.back_asked.connect(self._on_back)
        self.form.walked.connect(self._on_walked)
        self.bills.settled.connect(self.presenter.settle_line)
        self.bills.fit_asked.connect(self.presenter.fit)
        self.bills.short.acted.connect(self.presenter.explain)
        self.bills.short.acted_otherwise.connect(self.presenter.ask_give_up)
        self.bills.save_asked.connect(self._on_save)
        self.bills.back_asked.connect(self._on_back)
        self.bills.finished.connect(lambda: self._save.setFocus(Qt.FocusReason.TabFocusReason))
        for keys in ("Return", "Enter", "Ctrl+Return", "Ctrl+Enter", "Escape"):
            pressed = QShortcut(QKeySequence(keys), self._save, context=Qt.ShortcutContext.WidgetShortcut)
            pressed.activated.connect(self._on_back if keys == "Escape" else self._on_save)

    def _show_party(self, choice: Choice | None) -> None:
        self._party.set_value(choice)
        self.form.field("amount").setFocus(Qt.FocusReason.TabFocusReason)

    def _on_edited(self, name: str, value: object) -> None:
        self._is_changed = True
        self.presenter.edited(name)

    def hand_over(self) -> Values:
        """What is typed, for the form of an advance."""
        self.is_over = True
        return self.presenter.hand_over()

    def _on_advance(self) -> None:
        self._desk.navigator.go("receipts", page="advance")

    def _on_walked(self) -> None:
        if not self.bills.enter():
            self._save.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_save(self) -> None:
        if self.bills.grid.settle():
            self.form.save()

    def _on_back(self) -> None:
        if not self._is_changed:
            self._leave()
            return
        leave = Question(
            _("Leave without recording?"), _("What you typed here is lost."), yes=_("Leave"),
            answered=self._leave, part="danger", parent=self.window(),
        )  # fmt: skip
        leave.open()

    def _leave(self) -> None:
        self.is_over = True
        self.presenter.back()
