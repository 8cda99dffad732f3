"""The pages on which an advance is taken and given back: the form at the left, what its voucher will say beside it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from core.ids import Id
from core.problems import Problem
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
    Question,
    RateField,
    TextField,
    button,
    label,
    row,
    scrolling,
)
from desktop.kit.surfaces import empty
from desktop.ports import Action, Choice, Desk
from desktop.screens.receipts.advancing import AdvancePresenter
from desktop.screens.receipts.columns import advance_mode_choices
from desktop.screens.receipts.payers import named_choice, payers, place_choices, purpose_choices
from desktop.screens.receipts.refunding import RefundPresenter
from desktop.screens.receipts.sketch import Sketch
from desktop.screens.receipts.values import Values
from desktop.theme import font, set_tone, space

_FORM = 460
_SIDE = 360
_TAXED = ("rate", "cess", "place")


class SketchCard(Card):
    """What a voucher will say: its tax line by line, its sum, and why."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._lines = QGridLayout()
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setVerticalSpacing(space("tight"))
        self._lines.setColumnStretch(0, 1)
        self._text = label("", "small", tone="muted", wrap=True)
        holder = QWidget()
        holder.setLayout(self._lines)
        for widget in (holder, self._text):
            self.add(widget)
        self.add_stretch()
        self.setFixedWidth(_SIDE)

    def show_sketch(self, sketch: Sketch) -> None:
        """Show another."""
        empty(self._lines)
        shown = [(name, figure, "body") for name, figure in sketch.lines]
        shown.append((_("In all"), sketch.total or "–", "strong"))
        for at, (name, figure, step) in enumerate(shown):
            told = label(figure, step)
            told.setFont(font(step, tabular=True))
            self._lines.addWidget(label(name, step, tone="muted" if step == "body" else ""), at, 0)
            self._lines.addWidget(told, at, 1, Qt.AlignmentFlag.AlignRight)
        self._text.setText(sketch.text)
        set_tone(self._text, "danger" if sketch.is_wrong else "muted")


class VoucherPage(QWidget):
    """A form with the sketch of its voucher; what both pages have."""

    presenter: AdvancePresenter | RefundPresenter

    def __init__(self, title: str, sketch: str, save: str) -> None:
        super().__init__()
        self._is_changed = False
        self.is_over = False
        """Recorded or given up: the next one begins afresh."""
        self.form = Form(enter_saves=False)
        self._warning = Banner()
        self._sketch = SketchCard(sketch)
        self._header = PageHeader(title)
        self._save = button(save, "primary", icon="check", run=lambda: self.form.save())

    def actions_here(self) -> Sequence[Action]:
        """None of its own: the form saves and leaves by itself."""
        return ()

    def put_away(self) -> None:
        """The page goes."""
        self.presenter.put_away()

    # --- what the presenters ask and say

    def values(self) -> Mapping[str, Any]:
        """What the form holds."""
        return self.form.values()

    def show_value(self, name: str, value: Any) -> None:
        """Put a value into a field."""
        self.form.field(name).set_value(value)

    def show_sketch(self, sketch: Sketch) -> None:
        """Show what the voucher will say."""
        self._sketch.show_sketch(sketch)

    def warn(self, texts: Sequence[str]) -> None:
        """Say what should be known before recording."""
        self._warning.say("\n".join(texts), "warning")

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Beside the fields; the rest stands above the form."""
        self.form.show_problems(problems)

    def show_refusal(self, error: Exception) -> None:
        """Say why it was not recorded."""
        self.form.show_refusal(error)

    def ask(self, problem: Problem, yes: "partial[None]") -> None:
        """Ask whether it is meant so."""
        asked = Question(
            problem.message, problem.remedy, yes=_("Record all the same"), answered=yes, parent=self.window()
        )
        asked.open()

    def set_busy(self, is_busy: bool) -> None:
        """Hold further saves."""
        self.form.set_busy(is_busy)
        self._save.setEnabled(not is_busy)

    # --- building

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
        left.setMinimumWidth(_FORM)
        across = row(left, self._sketch, spacing="medium")
        across.setStretch(0, 1)
        cancel = button(_("Leave it"), "quiet", run=self._on_back)
        for widget in (cancel, self._save, KeyHint(_("Ctrl+Enter"))):
            self._header.add(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("wide"))
        whole.setSpacing(space("medium"))
        whole.addWidget(self._header)
        whole.addLayout(across, 1)
        self.form.back_asked.connect(self._on_back)
        self.form.walked.connect(lambda: self._save.setFocus(Qt.FocusReason.TabFocusReason))
        _press_runs(self._save, self._on_back)

    def _on_back(self) -> None:
        if not self._is_changed:
            self._leave()
            return
        leave = Question(
            _("Leave without recording?"), _("What you typed here is lost."), yes=_("Leave"),
            answered=self._leave, part="danger", parent=self.window(),
        )  # fmt: skip
        leave.open()

    def _on_edited(self, name: str, _value: object) -> None:
        self._is_changed = True
        self.presenter.edited(name)

    def _leave(self) -> None:
        self.is_over = True
        self.presenter.back()


class AdvancePage(VoucherPage):
    """An advance being taken; `party` is who pays, if that is known, `begun` what was typed as a receipt."""

    def __init__(self, desk: Desk, party: Id | None, begun: Values | None = None) -> None:
        super().__init__(_("New advance"), _("Receipt voucher"), _("Record"))
        self._party = ChoiceField(payers(desk.calendar), desk.runner, placeholder=_("Name, code or GSTIN"))
        self._fill(desk)
        self._lay()
        self.setFocusProxy(self._party)
        self.presenter = presenter = AdvancePresenter(self, desk, party, begun)
        self.form.edited.connect(self._on_edited)
        self.form.left.connect(lambda name, _value: presenter.left(name))
        self.form.save_asked.connect(presenter.save)
        if party is not None:
            desk.runner.read(partial(named_choice, party), self._show_party)

    def show_taxed(self, is_taxed: bool) -> None:
        """Ask for rate, cess and place, or not."""
        for name in _TAXED:
            self.form.field(name).setEnabled(is_taxed)

    def take_back(self) -> None:
        """What was typed before is back: leaving asks first."""
        self._is_changed = True

    def set_over(self) -> None:
        """It is recorded."""
        self.is_over = True

    def _fill(self, desk: Desk) -> None:
        form = self.form
        form.add("party", _("Party"), self._party, required=True)
        form.add("dated_on", _("Date"), DateField(today=desk.calendar.working_on()), required=True)
        form.add("amount", _("Amount"), AmountField(), hint=_("With GST and cess, as it came in"))
        form.add("purpose", _("For"), ChoiceField.of(purpose_choices()), required=True)
        form.add("rate", _("Rate of GST"), RateField())
        form.add("place", _("Place of supply"), ChoiceField.of(place_choices()))
        form.add("mode", _("Mode"), ChoiceField.of(advance_mode_choices()), required=True)
        form.add("reference", _("UTR or number"), TextField(max_length=60))
        form.add("description", _("What for"), TextField(max_length=200))
        form.add("cess", _("Cess in it"), AmountField())
        form.add("note", _("Note"), TextField())

    def _show_party(self, choice: Choice | None) -> None:
        self._party.set_value(choice)
        self.form.field("amount").setFocus(Qt.FocusReason.TabFocusReason)
        self.presenter.edited("party")


class RefundPage(VoucherPage):
    """An advance being given back."""

    def __init__(self, desk: Desk, record: Id) -> None:
        super().__init__(_("Give back"), _("Refund voucher"), _("Give back"))
        self.is_over = True  # each visit begins with what is left
        self._fill(desk)
        self._lay()
        self.setFocusProxy(self.form.field("amount"))
        self.presenter = RefundPresenter(self, desk, record)
        self.form.edited.connect(self._on_edited)
        self.form.save_asked.connect(self.presenter.save)

    def show_advance(self, title: str, text: str) -> None:
        """Say which advance."""
        self._header.set_title(_("Give back to {party}").format(party=title), text)

    def begin(self) -> None:
        """The sum proposed gives way to what is typed."""
        line = self.form.field("amount").editor
        if isinstance(line, QLineEdit):
            line.selectAll()

    def _fill(self, desk: Desk) -> None:
        form = self.form
        form.add("amount", _("Amount"), AmountField(), required=True)
        form.add("dated_on", _("Date"), DateField(today=desk.calendar.working_on()), required=True)
        form.add("reason", _("Why"), TextField(max_length=200), required=True)
        form.add("mode", _("Mode"), ChoiceField.of(advance_mode_choices()), required=True)
        form.add("reference", _("UTR or number"), TextField(max_length=60))


def _press_runs(save: QPushButton, back: Callable[[], None]) -> None:
    """The keys of a page, where the focus is on its button."""
    for keys in ("Return", "Enter", "Ctrl+Return", "Ctrl+Enter", "Escape"):
        pressed = QShortcut(QKeySequence(keys), save, context=Qt.ShortcutContext.WidgetShortcut)
        pressed.activated.connect(back if keys == "Escape" else save.click)
