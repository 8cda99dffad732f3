"""What is left of a bill written off for a reason, and a write-off undone: two sheets and their keys."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from core.ids import Id
from core.ledger.commands import release, write_off
from core.ledger.rules import ROUNDING
from core.ledger.wording import write_off_words
from core.words import money_text
from core.words import translate as _
from desktop.kit import ChoiceField, DateField, Form, Sheet, TextField
from desktop.ports import Action, Choice, Desk, Work
from desktop.screens.invoices.document.story import Story

UNDO_KEYS = "Ctrl+Z"
_ROUNDING_MAX_PAISE = 10_00
"""More than this is not proposed as a mere rounding."""


class GivingUp:
    """Writes off what is open of the document shown, and undoes that."""

    def __init__(self, desk: Desk, shown: Callable[[], Story | None], parent: QWidget) -> None:
        self._desk = desk
        self._shown = shown
        self._parent = parent

    def ways(self) -> list[Action]:
        """What may be done."""
        return [
            Action(
                "document.write_off", _("Write off what is left"), self._ask, ("Shift+F9",),
                lambda: (story := self._shown()) is not None and story.may_be_paid, "remove",
                words=_("rounding bad debt give up paise"),
            ),
            Action(
                "document.release", _("Undo the write-off"), self._undo_last, (UNDO_KEYS,),
                lambda: (story := self._shown()) is not None and bool(story.write_offs), "undo",
            ),
        ]  # fmt: skip

    def undo(self, claim: Id) -> None:
        """Ask from which day a write-off is undone, and why."""
        ReleaseSheet(self._desk, claim, self._parent).open()

    def _undo_last(self) -> None:
        story = self._shown()
        if story is not None and story.write_offs:
            self.undo(story.write_offs[-1])

    def _ask(self) -> None:
        story = self._shown()
        if story is not None and story.may_be_paid:
            WriteOffSheet(self._desk, story, self._parent).open()


class _GivingUpSheet(Sheet):
    """Runs a command with what was filled in; a refusal keeps it all."""

    def __init__(self, desk: Desk, title: str, text: str, save: str, parent: QWidget) -> None:
        form = Form(save=save, back=_("Leave it"))
        super().__init__(title, form, text=text, parent=parent)
        self._desk = desk
        form.add("on", _("Date"), DateField(today=desk.calendar.working_on()), required=True)
        form.save_asked.connect(self._ask)

    def _ask(self) -> None:
        raise NotImplementedError

    def _write(self, label: str, command: Callable[[Work], object], told: str) -> None:
        def done(_claim: object) -> None:
            self._desk.notifier.done(told)
            self.accept()

        self.form.set_busy(True)
        self._desk.runner.write(label, command, done, self._refused)

    def _refused(self, error: Exception) -> None:
        self.form.set_busy(False)
        self.form.show_refusal(error)


class WriteOffSheet(_GivingUpSheet):
    """Why what is left of a bill is written off, and from which day on."""

    def __init__(self, desk: Desk, story: Story, parent: QWidget) -> None:
        self._story = story
        paise = story.row.open_paise
        text = _("{amount} of {number} is given up. A write-off may be undone.")
        super().__init__(
            desk, _("Write off what is left"),
            text.format(amount=money_text(paise), number=story.row.number), _("Write off"), parent,
        )  # fmt: skip
        reasons = [Choice(code, name, told) for code, (name, told) in write_off_words().items()]
        self.form.add("reason", _("Why"), ChoiceField.of(reasons), required=True)
        self.form.add("note", _("Note"), TextField(max_length=200))
        usual = ROUNDING if paise <= _ROUNDING_MAX_PAISE else None
        self.form.set_values({"on": desk.calendar.working_on(), "reason": usual})

    def _ask(self) -> None:
        given, story = self.form.values(), self._story

        def command(work: Work) -> object:
            return write_off(
                work, paper=story.record, paise=story.row.open_paise, reason=given["reason"].value,
                on=given["on"], note=given["note"],
            )  # fmt: skip

        told = _("{amount} written off").format(amount=money_text(story.row.open_paise))
        self._write(_("Write off"), command, told)


class ReleaseSheet(_GivingUpSheet):
    """From which day on a write-off is undone, and why."""

    def __init__(self, desk: Desk, claim: Id, parent: QWidget) -> None:
        text = _("What was given up is open again.")
        super().__init__(desk, _("Undo the write-off"), text, _("Undo"), parent)
        self._claim = claim
        self.form.add("reason", _("Why"), TextField(max_length=200))
        self.form.set_values({"on": desk.calendar.working_on()})

    def _ask(self) -> None:
        given = self.form.values()

        def command(work: Work) -> object:
            return release(work, self._claim, on=given["on"], reason=given["reason"])

        self._write(_("Undo a write-off"), command, _("Write-off undone"))
