"""The page on which a contract is planned: its fields above, its milestones as lines below."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.facts import Facts
from core.problems import Problem
from core.statements.accounts import accounts_page
from core.words import translate as _
from desktop.kit import (
    AmountField,
    Banner,
    Card,
    ChoiceField,
    DateField,
    EditGrid,
    Elided,
    Field,
    GridColumn,
    KeyHint,
    PageHeader,
    TextField,
    ToggleField,
    button,
    column,
    label,
)
from desktop.ports import Action, Choice, Desk, Reader, Suggest
from desktop.screens.contracts.plan.lines import Plan, day_text, parse_day, parse_worth, worth_text
from desktop.screens.contracts.plan.presenter import PlanPresenter
from desktop.theme import set_tone, space

_OFFERED = 12


class PlanPage(QWidget):
    """A contract being written."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        today = desk.calendar.today()
        self.header = PageHeader(_("New contract"))
        self.banner = Banner()
        self._fields: dict[str, Field] = {
            "title": TextField(placeholder=_("What is built or delivered")),
            "party": ChoiceField(_parties(desk), desk.runner, placeholder=_("Name, code or GSTIN")),
            "value_paise": AmountField(),
            "code": TextField(max_length=30, placeholder=_("C-01")),
            "order_number": TextField(max_length=50, placeholder=_("Work order")),
            "order_on": DateField(today=today),
            "place_of_supply": ChoiceField.of(_states(), placeholder=_("Where the customer is")),
            "archived": ToggleField(_("Archived")),
        }
        self._notes: dict[str, Elided] = {}
        self.grid = EditGrid(_columns(parse_day(today)), desk.runner)
        self._sums = label("", "strong", tone="muted")
        self._save = button(_("Save"), "primary", icon="check", keys="Ctrl+Enter", run=self.save)
        self.presenter = PlanPresenter(desk, self)
        self._build()
        self._connect()

    # --- what the presenter shows

    def show_plan(self, plan: Plan, rows: Sequence[Mapping[str, Any]]) -> None:
        """Show a contract and its milestones."""
        agreed = plan.contract
        self.header.set_title(agreed.title or _("New contract"), plan.buyer)
        values = {
            "title": agreed.title,
            "party": Choice(agreed.party, plan.buyer) if agreed.party is not None else None,
            "value_paise": agreed.value_paise or None,
            "code": agreed.code,
            "order_number": agreed.order_number,
            "order_on": agreed.order_on,
            "place_of_supply": agreed.place_of_supply or None,
            "archived": agreed.archived,
        }
        for name, value in values.items():
            self._fields[name].set_value(value)
        self._fields["archived"].setVisible(plan.record is not None)
        self.grid.set_rows(rows)
        self.show_problems(())
        self._fields["title"].setFocus(Qt.FocusReason.TabFocusReason)

    def show_row(self, row: int, values: Mapping[str, Any]) -> None:
        """Show a milestone, where it stands in the grid."""
        if row < self.grid.model.rowCount():
            self.grid.set_row(row, values)

    def show_sums(self, text: str, *, is_wrong: bool) -> None:
        """Show what the milestones come to."""
        self._sums.setText(text)
        set_tone(self._sums, "danger" if is_wrong else "muted")

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show each problem beside its field or cell, others in the banner."""
        for name, note in self._notes.items():
            self._say(name, note, "")
        apart = []
        for problem in self.grid.show_problems(problems):
            sentence = problem.sentence
            if problem.field in self._notes:
                self._say(problem.field, self._notes[problem.field], sentence)
            else:
                apart.append(sentence)
        self.banner.say("\n".join(apart), "danger")
        wrong = next((name for name in self._notes if any(each.field == name for each in problems)), None)
        if wrong is not None:
            self._fields[wrong].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        unread = next((each.field for each in problems if each.field.startswith("lines[")), None)
        if unread is not None:
            place, _dot, name = unread.partition(".")
            self.grid.open_cell(int(place.removeprefix("lines[").removesuffix("]")), name)

    def show_failure(self, error: Exception) -> None:
        """Show why it could not be read or saved; what was typed stays."""
        self.banner.say(str(error), "danger")

    def set_busy(self, is_busy: bool) -> None:
        """Hold further saves while one is under way."""
        self._save.setEnabled(not is_busy)

    # --- what the user asks

    def save(self) -> None:
        """Take what is being typed, then save, unless something cannot be read."""
        for name, field in self._fields.items():
            if field.editor.hasFocus():
                field.settle()
            if wrong := field.problem():
                self._say(name, self._notes[name], wrong)
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        if self.grid.settle() and self._save.isEnabled():
            self.presenter.save()

    def actions(self) -> list[Action]:
        """What can be done while planning."""
        return [
            Action("plan.save", _("Save"), self.save, ("Ctrl+Return", "Ctrl+Enter", "Ctrl+S"), icon="check")
        ]

    # --- building

    def _build(self) -> None:
        self.header.add(self._save)
        self.header.add(KeyHint("Ctrl+Enter"))
        head = Card()
        head.add(self._head())
        lines = Card(margin="hair")
        lines.set_margins(1, 1, 1, 1)
        lines.add(self.grid, 1)
        foot = QHBoxLayout()
        hint = _("A milestone is worth a per cent of the contract (10%) or an amount (1.25l).")
        foot.addWidget(label(hint, "small", tone="muted"), 1)
        foot.addWidget(self._sums)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("base"))
        whole.setSpacing(space("medium"))
        for widget in (self.header, self.banner, head):
            whole.addWidget(widget)
        whole.addWidget(lines, 1)
        whole.addLayout(foot)
        self.setFocusProxy(self._fields["title"])

    def _head(self) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(space("base"))
        grid.setVerticalSpacing(space("small"))
        places = {
            "title": (_("Contract"), 0, 0, 5), "party": (_("Party"), 0, 5, 4),
            "value_paise": (_("Value before tax"), 0, 9, 3), "code": (_("Code"), 1, 0, 2),
            "order_number": (_("Their order"), 1, 2, 3), "order_on": (_("Order of"), 1, 5, 2),
            "place_of_supply": (_("Place of supply"), 1, 7, 3), "archived": ("", 1, 10, 2),
        }  # fmt: skip
        for at in range(12):
            grid.setColumnStretch(at, 1)
        for name, (title, line, at, across) in places.items():
            grid.addWidget(self._slot(name, title), line, at, 1, across, Qt.AlignmentFlag.AlignTop)
        return made

    def _slot(self, name: str, title: str) -> QWidget:
        field, note = self._fields[name], Elided("", "small", tone="danger")
        caption = label(title or " ", "small", tone="muted")
        caption.setBuddy(field.editor)
        if title:
            field.set_name(title)
        note.hide()
        self._notes[name] = note
        slot = QWidget()
        slot.setLayout(column(caption, field, note, spacing="tight"))
        return slot

    def _say(self, name: str, note: Elided, text: str) -> None:
        self._fields[name].set_problem(text)
        note.set_whole(text)
        note.setVisible(bool(text))

    def _connect(self) -> None:
        shown, names = self.presenter, list(self._fields)
        for name, field in self._fields.items():
            field.left.connect(lambda value, name=name: self._on_left(name, value))
            field.entered.connect(lambda name=name: self._walk(names, name))
        self.grid.edited.connect(shown.cell_left)
        self.grid.row_removed.connect(shown.row_removed)
        self.grid.finished.connect(lambda: self._save.setFocus(Qt.FocusReason.TabFocusReason))

    def _on_left(self, name: str, value: Any) -> None:
        wrong = self._fields[name].problem()
        self._say(name, self._notes[name], wrong)
        if not wrong:
            self.presenter.give(name, value)

    def _walk(self, names: list[str], name: str) -> None:
        for after in names[names.index(name) + 1 :]:
            if after != "archived":
                self._fields[after].setFocus(Qt.FocusReason.TabFocusReason)
                return
        self.grid.open_cell(0, "title")


def _columns(parse: Any) -> list[GridColumn]:
    return [
        GridColumn("title", _("Milestone"), "text", stretch=True),
        GridColumn(
            "worth", _("Worth"), "amount", 16, hint=_("10% or 1.25l"), reads=parse_worth, writes=worth_text
        ),
        GridColumn("amount", _("Amount ₹"), "computed", 14),
        GridColumn("hsn", _("HSN/SAC"), "text", 9),
        GridColumn("tax", _("GST"), "rate", 7),
        GridColumn("due_on", _("Planned for"), "amount", 12, reads=parse, writes=day_text),
        GridColumn("state", _("Status"), "computed", 10),
    ]


def _parties(desk: Desk) -> Suggest:
    def suggest(read: Reader, typed: str) -> Sequence[Choice]:
        rows = accounts_page(read, on=desk.calendar.today(), limit=_OFFERED, search=typed).rows
        return [Choice(row.id, row.name, row.city) for row in rows]

    return suggest


def _states() -> list[Choice]:
    known = Facts.in_force().states().values()
    return [Choice(one.code, f"{one.name} ({one.code})") for one in known if one.is_place and not one.retired]
