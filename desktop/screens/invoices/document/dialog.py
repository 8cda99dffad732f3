"""What a document's page asks before it writes: why it is cancelled, and what the portals said of it."""

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from core.einvoice.model import CANCEL_REASONS
from core.invoicing.model import Document, Draft
from core.words import WordsError
from core.words import translate as _
from desktop.kit import ChoiceField, DateField, Form, Sheet, TextField
from desktop.ports import Choice, Runner
from desktop.screens.invoices.document.presenter import DocumentPresenter
from desktop.screens.invoices.editor.more_form import MoreForm
from desktop.screens.invoices.editor.more_values import values_of, with_values
from desktop.theme import size


class CancelSheet(Sheet):
    """Asks why a document is cancelled."""

    def __init__(self, presenter: DocumentPresenter, title: str, parent: QWidget | None = None) -> None:
        form = Form(save=_("Cancel the document"), back=_("Leave it"))
        super().__init__(
            _("Cancel {title}").format(title=title),
            form,
            text=_("It stays in the book as cancelled, and its number is not used again."),
            parent=parent,
        )
        form.add("reason", _("Reason"), TextField(placeholder=_("Keyed twice, wrong party…")), required=True)
        form.save_asked.connect(lambda: self._ask(presenter))

    def _ask(self, presenter: DocumentPresenter) -> None:
        self.form.set_busy(True)
        presenter.cancel(self.form.value("reason"), self.accept, self._on_refused)

    def _on_refused(self, error: Exception) -> None:
        self.form.set_busy(False)
        self.form.show_refusal(error)


class IrnCancelledSheet(Sheet):
    """Asks when and why the portal cancelled an IRN."""

    def __init__(self, presenter: DocumentPresenter, parent: QWidget | None = None) -> None:
        form = Form(save=_("Note it"), back=_("Leave it"))
        text = _("Cancel the IRN at the portal first. The paper itself is cancelled with Alt+X.")
        super().__init__(_("IRN cancelled at the portal"), form, text=text, parent=parent)
        self._presenter = presenter
        now = presenter.now()
        form.add_beside(
            ("on", _("On"), DateField(today=now.date())),
            ("at", _("At"), _time_field()),
            required=("on", "at"),
        )
        form.add("reason", _("Reason"), ChoiceField.of(_cancel_reasons()), required=True)
        form.add("remark", _("Remark"), TextField(max_length=100))
        form.set_values({"on": now.date(), "at": f"{now:%H:%M}", "reason": "2"})
        form.save_asked.connect(self._ask)

    def _ask(self) -> None:
        values = self.form.values()
        at = _moment(self.form, "on", "at")
        if at is not None:
            self.form.set_busy(True)
            reason = values["reason"].value
            self._presenter.note_cancelled(at, reason, values["remark"], self.accept, self.form.show_refusal)


class TransportSheet(Sheet):
    """Asks how the goods move, as far as the paper does not say it; `made` gets the e-way portal's file."""

    def __init__(
        self,
        runner: Runner,
        presenter: DocumentPresenter,
        document: Document,
        made: Callable[[bytes], None],
        parent: QWidget,
    ) -> None:
        form = MoreForm(
            runner,
            frozenset({"transport"}),
            presenter.now().date(),
            save=_("Make the file"),
            back=_("Leave it"),
        )
        super().__init__(_("E-way bill"), form, parent=parent)
        self.setMinimumWidth(size("form"))
        self._presenter = presenter
        self._made = made
        self._before = Draft(transport=document.transport)
        form.make_next()
        form.set_values(values_of(self._before))
        form.save_asked.connect(self._ask)

    def _ask(self) -> None:
        given = {
            name: value.value if isinstance(value, Choice) else value
            for name, value in self.form.values().items()
        }
        self.form.set_busy(True)
        transport = with_values(self._before, given).transport
        self._presenter.make_bill(transport, self._on_made, self._on_refused)

    def _on_refused(self, error: Exception) -> None:
        self.form.show_refusal(error)
        QTimer.singleShot(0, self.adjustSize)  # once what is wrong has its place

    def _on_made(self, data: bytes) -> None:
        self.accept()
        self._made(data)


class EwayBillSheet(Sheet):
    """Asks for the e-way bill that the portal made for a document."""

    def __init__(self, presenter: DocumentPresenter, parent: QWidget | None = None) -> None:
        form = Form(save=_("Note it"), back=_("Leave it"))
        text = _("The number that the e-way portal gave. Its validity begins when the vehicle is entered.")
        super().__init__(_("E-way bill"), form, text=text, parent=parent)
        self._presenter = presenter
        now = presenter.now()
        number = TextField(max_length=15, placeholder=_("12 digits"))
        form.add("bill_number", _("Number"), number, required=True)
        form.add_beside(
            ("made_on", _("Made on"), DateField(today=now.date())),
            ("made_time", _("At"), _time_field()),
            required=("made_on", "made_time"),
        )
        form.add_beside(
            ("until_on", _("Valid until"), DateField(today=now.date())),
            ("until_time", _("Until"), _time_field()),
        )
        form.set_values({"made_on": now.date(), "made_time": f"{now:%H:%M}", "until_time": "23:59"})
        form.save_asked.connect(self._ask)

    def _ask(self) -> None:
        made_at = _moment(self.form, "made_on", "made_time")
        until = _moment(self.form, "until_on", "until_time") if self.form.value("until_on") else None
        if made_at is None or (until is None and self.form.value("until_on")):
            return
        self.form.set_busy(True)
        number = self.form.value("bill_number")
        self._presenter.note_bill(number, made_at, until, self.accept, self.form.show_refusal)


def parse_time(text: str) -> dt.time:
    """Reads 15:20, 15.20, 1520 and 9. Raises `WordsError`."""
    digits = text.strip().replace(".", ":")
    hour, _colon, minute = digits.partition(":")
    if not minute and len(hour) > 2:
        hour, minute = hour[:-2], hour[-2:]
    try:
        return dt.time(int(hour), int(minute or 0))
    except ValueError:
        sentence = _("“{text}” is no time: write 15:20")
        raise WordsError(sentence.format(text=text.strip()[:20])) from None


def _time_field() -> TextField:
    return TextField(max_length=5, placeholder=_("hh:mm"))


def _moment(form: Form, day: str, time: str) -> dt.datetime | None:
    """Day and time together, Indian time; None, and said beside the field, where the time cannot be read."""
    try:
        return dt.datetime.combine(form.value(day), parse_time(form.value(time)))
    except WordsError as error:
        form.mark(time, str(error))
        form.field(time).setFocus()
        return None


def _cancel_reasons() -> list[Choice]:
    words = {
        "1": _("Duplicate"),
        "2": _("Data entry mistake"),
        "3": _("Order cancelled"),
        "4": _("Others"),
    }
    return [Choice(code, words.get(code, text)) for code, text in CANCEL_REASONS.items()]
