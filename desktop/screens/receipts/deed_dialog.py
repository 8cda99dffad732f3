"""The dialog of a deed: the few fields it asks, its command run, problems beside the fields."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from core.errors import RuleBroken
from core.problems import Problem
from core.words import translate as _
from desktop.kit import AmountField, ChoiceField, DateField, Form, Question, Sheet, TextField
from desktop.ports import Desk, Work
from desktop.screens.receipts.columns import money_back_choices
from desktop.screens.receipts.deeds import Deed

_AT = {"amount_paise": "amount", "charges_paise": "charges", "on": "dated_on"}


def do_deed(
    desk: Desk, deed: Deed, then: Callable[[object], None], parent: QWidget | None
) -> "DeedSheet | None":
    """Ask what the deed asks and do it, or do it at once; `then` gets the command's answer."""
    if deed.asks:
        sheet = DeedSheet(desk, deed, then, parent)
        sheet.open()
        return sheet

    def command(work: Work) -> object:
        return deed.run(work, {}, desk.calendar.today(), False)

    def done(answer: object) -> None:
        desk.notifier.done(deed.done)
        then(answer)

    desk.runner.write(deed.title, command, done, desk.notifier.fail)
    return None


class DeedSheet(Sheet):
    """One deed being done."""

    def __init__(
        self, desk: Desk, deed: Deed, then: Callable[[object], None], parent: QWidget | None
    ) -> None:
        form = Form(save=deed.yes, back=_("Leave it"))
        super().__init__(deed.title, form, text=deed.text, parent=parent)
        self._desk = desk
        self._deed = deed
        self._then = then
        for name in deed.asks:
            self._add(name)
        form.set_values({"dated_on": desk.calendar.working_on(), **deed.given})
        form.save_asked.connect(self.save)

    def save(self, confirmed: bool = False) -> None:
        """Do it, or say what is wrong."""
        deed, today = self._deed, self._desk.calendar.today()
        values = self.form.values()
        self.form.set_busy(True)
        self._desk.runner.write(
            deed.title, lambda work: deed.run(work, values, today, confirmed), self._on_done, self._on_refused
        )

    def _on_done(self, answer: object) -> None:
        self._desk.notifier.done(self._deed.done)
        self.accept()
        self._then(answer)

    def _on_refused(self, error: Exception) -> None:
        self.form.set_busy(False)
        if isinstance(error, RuleBroken) and [one.code for one in error.problems] == ["DATE_CHECK"]:
            [asked] = error.problems
            question = Question(
                asked.message, asked.remedy, yes=_("Record all the same"), answered=partial(self.save, True),
                parent=self,
            )  # fmt: skip
            question.open()
        elif isinstance(error, RuleBroken):
            self.form.show_problems([_at_field(problem) for problem in error.problems])
        else:
            self.form.show_refusal(error)

    def _add(self, name: str) -> None:
        form, deed = self.form, self._deed
        if name == "dated_on":
            form.add(name, _("Date"), DateField(today=self._desk.calendar.working_on()), required=True)
        elif name == "reason":
            form.add(name, _("Why"), TextField(max_length=200), required=deed.name != "undo")
        elif name == "charges":
            form.add(name, _("Bank charges"), AmountField(), hint=_("What our bank took for it"))
        elif name == "amount":
            form.add(name, _("Amount"), AmountField(), required=True)
        elif name == "mode":
            form.add(name, _("Mode"), ChoiceField.of(money_back_choices()), required=True)
        elif name == "reference":
            form.add(name, _("UTR or number"), TextField(max_length=60))
        elif name == "slip":
            form.add(name, _("Slip number"), TextField(max_length=30), hint=_("If the bank's slip has one"))
        else:
            title = _("Settlement") if name == "claim" else _("Our account")
            field = ChoiceField.of(deed.choices[name], placeholder=_("none"))
            form.add(name, title, field, required=name == "claim")


def _at_field(problem: Problem) -> Problem:
    field = _AT.get(problem.field, problem.field)
    return Problem(problem.code, problem.message, field, problem.remedy)
