"""The window's own dialogs: period, working date, the keys of a screen, and the report of a crash."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from core.problems import Problem
from core.words import translate as _
from desktop.bridge import CrashReport
from desktop.kit import DateField, Dialog, Form, KeyHint, Section, Sheet, button, label, row, scrolling
from desktop.ports import Period
from desktop.shell.actions import Group
from desktop.shell.calendar import WorkCalendar, offered_periods
from desktop.theme import font, space


def period_sheet(calendar: WorkCalendar, parent: QWidget) -> Sheet:
    """Asks for the period: one of the usual, or any two dates."""
    form = Form(save=_("Look at it"), back=_("Leave it"))
    usual = QWidget()
    across = QHBoxLayout(usual)
    across.setContentsMargins(0, 0, 0, space("small"))
    form.add_widget(usual)
    form.add("from_on", _("From"), DateField(today=calendar.today()), required=True)
    form.add("to_on", _("Up to"), DateField(today=calendar.today()), required=True)
    now = calendar.period()
    form.set_values({"from_on": now.from_on, "to_on": now.to_on})
    sheet = Sheet(_("Period"), form, text=_("Lists and figures look at these days."), parent=parent)

    def take(period: Period) -> None:
        calendar.look_at(period)
        sheet.accept()

    def save() -> None:
        values = form.values()
        if values["to_on"] < values["from_on"]:
            form.show_problems(
                [Problem(code="ORDER", message=_("This is before the first day"), field="to_on")]
            )
            return
        take(Period(values["from_on"], values["to_on"]))

    for name, period in offered_periods(calendar.today()):
        across.addWidget(button(name, run=partial(take, period)))
    across.addStretch(1)
    form.save_asked.connect(save)
    return sheet


def date_sheet(calendar: WorkCalendar, parent: QWidget) -> Sheet:
    """Asks for the working date."""
    form = Form(save=_("Work on it"), back=_("Leave it"))
    hint = _("4, 4-5, 040526, t for today, +7")
    form.add("working_on", _("Date"), DateField(today=calendar.today()), required=True, hint=hint)
    form.set_values({"working_on": calendar.working_on()})
    sheet = Sheet(_("Working date"), form, text=_("New papers get this date until midnight."), parent=parent)

    def save() -> None:
        calendar.work_on(form.value("working_on"))
        sheet.accept()

    form.save_asked.connect(save)
    return sheet


class KeysSheet(Dialog):
    """The keys of this screen and of the window (F1), read from the table of actions."""

    def __init__(self, groups: Sequence[Group], parent: QWidget) -> None:
        super().__init__(_("Keys"), parent)
        self.resize(560, 620)
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, space("base"), 0)
        grid.setHorizontalSpacing(space("wide"))
        grid.setVerticalSpacing(space("small"))
        grid.setColumnStretch(0, 1)
        for title, lines in [*_of_groups(groups), (_("Everywhere"), _grammar())]:
            grid.addWidget(Section(title), grid.rowCount(), 0, 1, 2)
            for text, keys in lines:
                line = grid.rowCount()
                grid.addWidget(label(text), line, 0)
                hints = row(*(KeyHint(one) for one in keys), spacing="tight")
                hints.insertStretch(0, 1)
                grid.addLayout(hints, line, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(space("wide"),) * 4)
        whole.setSpacing(space("base"))
        whole.addWidget(label(_("Keys"), "heading"))
        whole.addWidget(scrolling(inner), 1)
        done = row(button(_("Close"), "primary", run=self.accept))
        done.insertStretch(0, 1)
        whole.addLayout(done)


class CrashSheet(Dialog):
    """A mistake of ours: what happened, that the book is unharmed, and the report to look at and send."""

    def __init__(
        self, report: CrashReport, *, restart: Callable[[], None] | None, parent: QWidget | None
    ) -> None:
        super().__init__(_("A mistake in Bahi"), parent)
        self.resize(620, 460)
        text = _(
            "Your book is unharmed: what was being written was taken back whole. "
            "The report below holds no names and no amounts."
        )
        self._report = QPlainTextEdit(report.text)
        self._report.setReadOnly(True)
        self._report.setFont(font("small"))
        self._report.setAccessibleName(_("Report"))
        buttons = row(button(_("Copy"), "quiet", icon="copy", run=self._copy))
        if report.file is not None:
            folder = QUrl.fromLocalFile(str(report.file.parent))
            show = partial(QDesktopServices.openUrl, folder)
            buttons.addWidget(button(_("Open the folder"), "quiet", icon="open", run=show))
        buttons.addStretch(1)
        if restart is not None:
            buttons.addWidget(button(_("Restart"), run=restart))
        buttons.addWidget(button(_("Go on"), "primary", run=self.accept))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(space("wide"),) * 4)
        whole.setSpacing(space("medium"))
        whole.addWidget(label(_("A mistake in Bahi"), "heading"))
        whole.addWidget(label(text, "body", tone="muted", wrap=True))
        whole.addWidget(self._report, 1)
        whole.addLayout(buttons)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report.toPlainText())


def _of_groups(groups: Sequence[Group]) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    listed = [
        (group.title, [(action.text, action.keys) for action in group.actions if action.keys])
        for group in groups
    ]
    return [(title, lines) for title, lines in listed if lines]


def _grammar() -> list[tuple[str, tuple[str, ...]]]:
    return [
        (_("Open, or on to the next field"), ("Enter",)),
        (_("Save"), ("Ctrl+Enter",)),
        (_("Back"), ("Esc",)),
        (_("Filter the list"), ("/",)),
        (_("Sort by another column"), ("Ctrl+←", "Ctrl+→")),
        (_("Sort up or down"), ("Ctrl+↑", "Ctrl+↓")),
        (_("Remove a line"), ("Ctrl+Delete",)),
    ]
