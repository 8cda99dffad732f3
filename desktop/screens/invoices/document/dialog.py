"""Cancelling a document: it asks for the reason, and says what stays."""

from PySide6.QtWidgets import QWidget

from core.words import translate as _
from desktop.kit import Form, Sheet, TextField
from desktop.screens.invoices.document.presenter import DocumentPresenter


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
