"""The form of a party, as a page."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from core.problems import Problem
from core.words import translate as _
from desktop.kit import (
    AmountField,
    Card,
    ChoiceField,
    Form,
    NotesField,
    PageHeader,
    QuantityField,
    Question,
    RateField,
    TextField,
    ToggleField,
    scrolling,
)
from desktop.ports import Action, Desk
from desktop.screens.parties.editing import (
    FormPresenter,
    has_gstin,
    kind_choices,
    language_choices,
    needs_country,
    rests_choices,
    state_choices,
    tds_choices,
)
from desktop.theme import size, space


class PartyForm(QWidget):
    """Details of a party, walked by Enter and saved by Ctrl+Enter."""

    def __init__(self, desk: Desk, record: bytes | None) -> None:
        super().__init__()
        self.is_changed = False
        self.is_over = False
        """Saved or given up: nothing here is worth coming back to."""
        self._desk = desk
        self.form = Form(save=_("Save"), back=_("Leave it"))
        self._gstin = TextField(capitals=True, max_length=15, placeholder="29ABCDE1234F1Z5")
        self._fill(desk)
        self._lay(_("New party") if record is None else _("Edit party"))
        self.presenter = FormPresenter(self, desk, record)
        self._connect()

    def actions_here(self) -> Sequence[Action]:
        """The form has its keys by itself."""
        return ()

    def put_away(self) -> None:
        """Nothing is under way that would have to stop."""

    # --- what the presenter says

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show values; a whole record clears what was marked."""
        for name, value in values.items():
            self.form.field(name).set_value(value)
        first = self.form.field("name").editor
        if "name" in values and isinstance(first, QLineEdit) and first.hasFocus():
            first.selectAll()  # typing replaces, as on arriving by Tab
        self._show_fields()

    def say_gstin(self, hint: str) -> None:
        """The State's name inside the GSTIN's field."""
        self._gstin.set_hint(hint)

    def show_problem(self, name: str, text: str) -> None:
        """Mark one field."""
        self.form.mark(name, text)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Mark fields, and go to the first."""
        self.form.show_problems(problems)

    def show_refusal(self, error: Exception) -> None:
        """A banner above the form."""
        self.form.show_refusal(error)

    def offer_words(self, words: Mapping[str, Sequence[str]]) -> None:
        """Groups, branches and salespeople that other parties have are written to their end."""
        for name, known in words.items():
            field = self.form.field(name)
            assert isinstance(field, TextField)
            field.complete_with(known)

    def set_over(self) -> None:
        """It is saved."""
        self.is_over = True

    def set_busy(self, is_busy: bool) -> None:
        """Hold the save button."""
        self.form.set_busy(is_busy)

    # --- building

    def _fill(self, desk: Desk) -> None:
        form = self.form
        form.add(
            "name",
            _("Name"),
            TextField(placeholder=_("As it stands on their GST certificate")),
            required=True,
        )
        form.add("gstin", _("GSTIN"), self._gstin, hint=_("Fills State and PAN by itself"))
        form.add_beside(
            ("kind", _("Kind"), ChoiceField.of(kind_choices())),
            ("state", _("State"), ChoiceField.of(state_choices())),
        )
        form.add_beside(
            ("pan", _("PAN"), TextField(capitals=True, max_length=10)),
            ("code", _("Short code"), TextField(capitals=True, max_length=20)),
        )
        form.section(_("Address"))
        form.add("line1", _("Address"), TextField())
        form.add("line2", "", TextField(placeholder=_("Area, landmark"))).set_name(_("Area, landmark"))
        form.add_beside(
            ("city", _("City"), TextField()), ("pincode", _("PIN code"), TextField(max_length=10))
        )
        form.add("country", _("Country"), TextField(capitals=True, max_length=2, placeholder="US"))
        form.section(_("Whom to speak to"))
        form.add_beside(("contact", _("Contact"), TextField()), ("phone", _("Phone"), TextField()))
        form.add("email", _("E-mail"), TextField())
        form.section(_("Money"))
        form.add_beside(
            ("terms_days", _("Terms"), QuantityField(unit=_("days"))),
            ("credit_limit", _("Credit limit"), AmountField()),
        )
        form.add_beside(
            ("tds_code", _("TDS under"), ChoiceField.of(tds_choices(desk), placeholder=_("none"))),
            ("tan", _("TAN"), TextField(capitals=True, max_length=10)),
        )
        form.add_beside(
            ("group", _("Group"), TextField(max_length=60)), ("branch", _("Branch"), TextField(max_length=60))
        )
        form.add_beside(
            ("salesperson", _("Salesperson"), TextField(max_length=60)),
            ("payer_names", _("In the bank as"), TextField(placeholder=_("names, between commas"))),
        )
        form.section(_("When they pay late"))
        form.add(
            "agreed_in_writing",
            "",
            ToggleField(_("The days of credit were agreed in writing")),
            hint=_("Counts for interest under the MSMED Act, s. 15: 45 days at most; without it 15"),
        ).set_name(_("Agreed in writing"))
        form.add_beside(
            ("interest_rate", _("Interest a year"), RateField()),
            ("interest_rests", _("Reckoned"), ChoiceField.of(rests_choices())),
        )
        form.add("grace_days", _("Days of grace"), QuantityField(unit=_("days")), wide=False)
        form.section(_("Papers"))
        form.add(
            "language", _("Papers in"), ChoiceField.of(language_choices(), placeholder=_("the company's"))
        )
        form.add("notes", _("Notes"), NotesField())

    def _lay(self, title: str) -> None:
        card = Card(margin="wide")
        card.add(self.form)
        card.setMaximumWidth(size("form") + 2 * space("wide"))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(space("wide"), space("base"), space("wide"), space("wide"))
        column.setSpacing(space("base"))
        column.addWidget(PageHeader(title))
        column.addWidget(card)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        area = scrolling(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab walks the fields, and they come into sight
        whole.addWidget(area)
        self.setFocusProxy(self.form.field("name"))

    def _connect(self) -> None:
        self.form.edited.connect(self._on_edited)
        self.form.left.connect(self._on_left)
        self.form.save_asked.connect(lambda: self.presenter.save(self.form.values()))
        self.form.back_asked.connect(self._on_back)

    def _on_edited(self, name: str, value: object) -> None:
        self.is_changed = True
        if name == "gstin":
            self.presenter.gstin_typed(str(value or ""))
        elif name == "kind":
            self._show_fields()

    def _on_left(self, name: str, value: object) -> None:
        if name == "gstin":
            chosen = self.form.value("kind")
            self.presenter.kind_after_gstin(None if chosen is None else chosen.value, str(value or ""))
            self.presenter.gstin_typed(str(value or ""))

    def _on_back(self) -> None:
        if not self.is_changed:
            self._leave()
            return
        leave = Question(
            _("Leave without saving?"), _("What you changed here is lost."), yes=_("Leave"),
            answered=self._leave, part="danger", parent=self.window(),
        )  # fmt: skip
        leave.open()

    def _leave(self) -> None:
        self.is_over = True
        self.presenter.back()

    def _show_fields(self) -> None:
        chosen = self.form.value("kind")
        kind = None if chosen is None else chosen.value
        self.form.show_field("country", needs_country(kind))
        self._gstin.setToolTip("" if has_gstin(kind) else _("A party of this kind usually has none"))
