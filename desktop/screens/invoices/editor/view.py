"""The editor on the screen: head, lines, notes and totals. It shows and tells; it decides nothing."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from core.invoicing.model import Document, Draft
from core.problems import Problem
from core.words import translate as _
from desktop.kit import (
    Banner,
    Card,
    EditGrid,
    GridColumn,
    KeyHint,
    NotesField,
    PageHeader,
    Question,
    button,
    column,
    icon_button,
    label,
    row,
)
from desktop.ports import Action, Choice, Desk, Suggest
from desktop.screens.invoices.document.story import drawn
from desktop.screens.invoices.editor import cells, suggestions
from desktop.screens.invoices.editor.figures import Head, Totals
from desktop.screens.invoices.editor.foot import Line, TotalsCard
from desktop.screens.invoices.editor.head import PaperHead, Slot
from desktop.screens.invoices.editor.hsn import codes_on
from desktop.screens.invoices.editor.line_sheet import LineSheet
from desktop.screens.invoices.editor.more_sheet import MoreSheet
from desktop.screens.invoices.editor.more_values import group_of
from desktop.screens.invoices.editor.presenter import EditorPresenter
from desktop.screens.invoices.paper_dialog import PaperDialog
from desktop.theme import size, space

_JOT_MS = 150


def _columns(codes: Suggest) -> list[GridColumn]:
    return [
        GridColumn("item", _("Item"), "choice", 13, suggest=suggestions.items, create=_("New item")),
        GridColumn("description", _("Description"), "text", stretch=True),
        GridColumn("hsn", _("HSN/SAC"), "choice", 9, suggest=codes),
        GridColumn("quantity", _("Qty"), "quantity", 7),
        GridColumn("unit", _("Unit"), "text", 5),
        GridColumn("price", _("Rate ₹"), "price", 11),
        GridColumn("discount", _("Disc."), "rate", 7, reads=cells.parse_discount, writes=cells.discount_text),
        GridColumn("tax", _("GST"), "rate", 7, reads=cells.parse_tax, writes=cells.tax_text),
        GridColumn("amount", _("Amount ₹"), "computed", 12),
    ]


class EditorPage(QWidget):
    """A paper being written."""

    party_asked = Signal(str)
    party_change_asked = Signal(object)
    """(id, Party): the party of the paper is to be changed."""
    item_asked = Signal(int, str)
    item_change_asked = Signal(int, object)
    """(row, (id, Item)): the item of a line is to be changed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._runner = desk.runner
        self._today = desk.calendar.working_on
        self.header = PageHeader(_("Sale"))
        self.banner = Banner()
        self.head = PaperHead(desk.runner, desk.calendar, suggestions.parties_on(desk.calendar.today))
        self.grid = EditGrid(_columns(codes_on(lambda: self.presenter.rate_day())), desk.runner)
        self.notes = NotesField(placeholder=_("Printed on the paper"), lines=2)
        self._kept = label("", "small", tone="muted")
        self._issue = button(_("Issue"), "primary", icon="check", keys="Ctrl+Enter", run=self.issue)
        self._reason = Line("info", "ink_faint")
        self._warnings = Line("warning", "warning")
        self._hint = Line("clock", "ink_faint")
        self._told = label("", "small", wrap=True)
        self._more = button(_("More"), "quiet", icon="more", keys="Alt+M", run=self.open_more)
        self._totals = TotalsCard()
        self._pause = QTimer(self)
        self.presenter = EditorPresenter(desk, self)
        self._build()
        self._connect()

    # --- what the presenter shows

    def show_draft(self, draft: Draft, buyer: Choice | None) -> None:
        """Show the fields of a draft."""
        self.head.show_values(
            {
                "party": buyer,
                "dated_on": draft.dated_on,
                "due_on": draft.due_on,
                "place_of_supply": draft.place_of_supply,
                "with_payment": draft.with_payment,
                "reference": draft.reference,
                "reason": draft.reason,
                "purpose": draft.purpose,
            }
        )
        self.notes.set_value(draft.note)
        self.banner.say("")

    def show_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Show all lines."""
        self.grid.set_rows(rows)

    def show_row(self, row: int, values: Mapping[str, Any]) -> None:
        """Show some cells of a line, where it stands in the grid."""
        if row < self.grid.model.rowCount():
            self.grid.set_row(row, values)

    def show_head(self, head: Head) -> None:
        """Show what follows from the head."""
        self.header.set_title(head.title, head.text)
        self.head.show_head(head)

    def show_totals(self, totals: Totals) -> None:
        """Show the sums, why this tax, and what to beware of."""
        self._totals.show_totals(totals)
        self._reason.say(totals.reason)
        self._warnings.say("  ".join(totals.warnings))

    def show_hint(self, text: str) -> None:
        """Show what was paid last for the line being typed."""
        self._hint.say(text)

    def show_told(self, told: Sequence[str]) -> None:
        """Show what is set and stands in no field here."""
        text = " · ".join(told)
        self._told.setText(text)
        self._told.setVisible(bool(text))

    def show_kept(self, text: str) -> None:
        """Show how the draft is kept."""
        self._kept.setText(text)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show each problem beside its field or cell, others in the banner."""
        rest, is_in_head = self.head.show_problems(list(problems))
        apart = self.grid.show_problems(rest)
        self.banner.say("\n".join(each.sentence for each in apart), "danger")
        if not is_in_head and len(apart) < len(rest):
            first = next(each for each in rest if each not in apart)
            place, _dot, name = first.field.partition(".")
            self.grid.open_cell(int(place[6:-1]), name)
        elif apart and not is_in_head:
            self._show_in_more(apart)

    def show_preview(self, document: Document) -> None:
        """Show the paper as it would be printed."""
        PaperDialog(self._runner, _("Preview"), partial(drawn, document), self).open()

    def show_failure(self, error: Exception) -> None:
        """Show why something could not be done; what was typed stays."""
        self.banner.say(str(error), "danger")

    def ask_date(self, problem: Problem, yes: Callable[[], None]) -> None:
        """Ask once whether the machine's date is right."""
        asked = Question(
            _("Is the date right?"),
            problem.message,
            yes=_("The date is right, issue it"),
            answered=yes,
            parent=self,
        )
        asked.open()

    def set_busy(self, is_busy: bool) -> None:
        """Hold further issuing while one is under way."""
        self._issue.setEnabled(not is_busy)

    def focus_first(self) -> None:
        """Begin at the top."""
        self.head.focus_first()

    # --- what the user asks

    def issue(self) -> None:
        """Take what is being typed, then issue."""
        if self.settle():
            self.presenter.issue()

    def keep(self) -> None:
        """Take what is being typed, then keep the draft."""
        if self.settle():
            self.presenter.keep()

    def preview(self) -> None:
        """Take what is being typed, then show the paper."""
        if self.settle():
            self.presenter.preview()

    def open_more(self) -> None:
        """Take what is being typed, then open all that the paper may say besides."""
        if self.settle():
            self._open_more(())

    def open_line(self) -> None:
        """Open what the line being typed in says besides its columns."""
        row, writing = self.grid.current_row(), self.presenter.writing
        if writing is not None and self.grid.settle():
            line = cells.line_at(writing.draft, row)
            LineSheet(row, line, partial(self.presenter.line_given, row), self).open()

    def settle(self) -> bool:
        """Take what is being typed; False where something cannot be read."""
        if self.notes.editor.hasFocus():
            self.notes.settle()
        return self.head.settle() and self.grid.settle()

    def actions(self) -> list[Action]:
        """What can be done while writing."""

        def has_draft() -> bool:
            return self.presenter.writing is not None

        return [
            Action("editor.issue", _("Issue"), self.issue, ("Ctrl+Return", "Ctrl+Enter"), has_draft, "check"),
            Action("editor.preview", _("Preview"), self.preview, ("Ctrl+P",), has_draft, "print"),
            Action("editor.keep", _("Keep as draft"), self.keep, ("Ctrl+S",), has_draft, "edit"),
            Action("editor.undo", _("Undo"), self.presenter.undo, ("Ctrl+Z",), has_draft, "undo"),
            Action("editor.redo", _("Redo"), self.presenter.redo, ("Ctrl+Y", "Ctrl+Shift+Z"), has_draft),
            Action(
                "editor.last_price", _("Bill at the last price"), self._take_last_price, ("Ctrl+L",), has_draft
            ),
            Action(
                "editor.more", _("More of this paper"), self.open_more, ("Alt+M",), has_draft, "more",
                words=_("freight discount ship transport export reverse charge rounding operator"),
            ),
            Action(
                "editor.line", _("More of this line"), self.open_line, ("Alt+L",), has_draft, "items",
                words=_("cess price includes tax"),
            ),
            Action("editor.party", _("Change the party"), self._change_party, ("Ctrl+Shift+P",), has_draft, "parties"),
            Action("editor.item", _("Change this line's item"), self._change_item, ("Ctrl+I",), has_draft, "items"),
            Action(
                "editor.discard", _("Put the draft away"), self.presenter.discard, ("Ctrl+Shift+Delete",),
                has_draft, "remove",
            ),
        ]  # fmt: skip

    def party_made(self, choice: Choice) -> None:
        """A party was made for this paper."""
        self.head.show_party(choice)
        self.head.focus_first()

    def item_made(self, row: int, choice: Choice) -> None:
        """An item was made for a line."""
        self.grid.set_cell(row, "item", choice)
        self.presenter.cell_left(row, "item", choice)
        self.grid.open_cell(row, "quantity")

    # --- building

    def _build(self) -> None:
        self.header.add(self._kept)
        discard = icon_button(
            "remove", _("Put the draft away"), run=self.presenter.discard, keys="Ctrl+Shift+Delete"
        )
        preview = icon_button("print", _("Preview"), run=self.preview, keys="Ctrl+P")
        for tool in (discard, preview):
            tool.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # their keys are at hand; Tab goes through the fields
            self.header.add(tool)
        self.header.add(self._issue)
        self.header.add(KeyHint("Ctrl+Enter"))
        head = Card()
        head.add(self.head)
        lines = Card(margin="hair")
        lines.set_margins(1, 1, 1, 1)
        lines.add(self.grid, 1)
        left = QWidget()
        below = column(self._reason, self._hint, self._warnings, Slot(_("Note"), self.notes))
        more = row(self._more, KeyHint("Alt+M"), self._told)
        more.setStretch(2, 1)
        more.addStretch(0)
        below.addLayout(more)
        below.addStretch(1)
        left.setLayout(below)
        foot = row(left, self._totals, spacing="wide")
        foot.setStretch(0, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("base"))
        whole.setSpacing(space("medium"))
        for widget in (self.header, self.banner, head):
            whole.addWidget(widget)
        whole.addWidget(lines, 1)
        whole.addLayout(foot)
        self.grid.view.setMinimumHeight(size("header") + 3 * size("cell"))
        self.setFocusProxy(self.head)

    def _connect(self) -> None:
        shown = self.presenter
        self.head.typed.connect(self._on_head_typed)
        self.head.left.connect(shown.head_left)
        self.head.walked.connect(lambda: self.grid.open_cell(0, "item"))
        self.head.party_asked.connect(self.party_asked)
        self.grid.typed.connect(self._on_cell_typed)
        self.grid.edited.connect(shown.cell_left)
        self.grid.row_removed.connect(shown.row_removed)
        self.grid.create_asked.connect(lambda row, _name, text: self.item_asked.emit(row, text))
        self.grid.finished.connect(lambda: self.notes.setFocus(Qt.FocusReason.TabFocusReason))
        self.grid.view.selectionModel().currentChanged.connect(lambda at, _was: shown.row_entered(at.row()))
        self.notes.edited.connect(lambda value: self._on_head_typed("note", value))
        self.notes.left.connect(lambda value: shown.head_left("note", value))
        self._pause.setSingleShot(True)
        self._pause.setInterval(_JOT_MS)
        self._pause.timeout.connect(shown.jot)
        for edit in [*self.findChildren(QLineEdit), self.notes.editor]:
            edit.installEventFilter(self)

    def _on_head_typed(self, name: str, value: Any) -> None:
        self.presenter.head_typed(name, value)
        self._count_down()

    def _on_cell_typed(self, row: int, name: str, text: str) -> None:
        self.presenter.cell_typed(row, name, text)
        self._count_down()

    def _count_down(self) -> None:
        """Jot within 200 ms of the first keystroke, not of the last."""
        if not self._pause.isActive():
            self._pause.start()

    def _open_more(self, problems: Sequence[Problem]) -> None:
        found = self.presenter.more()
        if found is None:
            return
        groups, values = found
        sheet = MoreSheet(
            self._runner, groups, values, self._today(),
            typed=self._on_more_typed, given=self.presenter.more_given, parent=self,
        )  # fmt: skip
        sheet.rejected.connect(self.presenter.more_left)
        sheet.show_problems(problems)
        sheet.open()

    def _show_in_more(self, problems: Sequence[Problem]) -> None:
        """What is wrong there is shown there."""
        found = self.presenter.more()
        held = [each for each in problems if found is not None and group_of(each.field) in found[0]]
        if held:
            self._open_more(held)

    def _on_more_typed(self, values: Mapping[str, Any]) -> None:
        self.presenter.more_typed(values)
        self._count_down()

    def _take_last_price(self) -> None:
        row = self.grid.current_row()
        if self.grid.settle():
            self.presenter.take_last_price(row)

    def _change_party(self) -> None:
        writing = self.presenter.writing
        found = writing.party() if writing is not None and self.settle() else None
        if found is not None:
            self.party_change_asked.emit(found)

    def _change_item(self) -> None:
        row = self.grid.current_row()
        writing = self.presenter.writing
        found = writing.item(row) if writing is not None else None
        if found is not None and self.grid.settle():
            self.item_change_asked.emit(row, found)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Z in a field nobody typed in since it was entered is the draft's, not the field's."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QLineEdit):
            watched.setModified(False)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_step = event.matches(QKeySequence.StandardKey.Undo) or event.matches(
                QKeySequence.StandardKey.Redo
            )
            if is_step and not _is_typed_in(watched):
                event.ignore()
                return True
        return super().eventFilter(watched, event)


def _is_typed_in(edit: QObject) -> bool:
    if isinstance(edit, QLineEdit):
        return edit.isModified()
    return True
