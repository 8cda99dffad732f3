"""Certifying a milestone: it asks when, and by whom."""

import datetime as dt

from PySide6.QtWidgets import QWidget

from core.milestones.queries import MilestoneRow
from core.words import money_text
from core.words import translate as _
from desktop.kit import DateField, Form, Sheet, TextField
from desktop.screens.contracts.stages.presenter import StagesPresenter


class CertifySheet(Sheet):
    """Asks for the certificate of one milestone."""

    def __init__(
        self, presenter: StagesPresenter, stage: MilestoneRow, on: dt.date, parent: QWidget | None = None
    ) -> None:
        form = Form(save=_("Certify"), back=_("Leave it"))
        super().__init__(
            _("Certify “{title}”").format(title=stage.title),
            form,
            text=_("It may then be billed at {amount} before tax.").format(
                amount=money_text(stage.amount_paise)
            ),
            parent=parent,
        )
        self._presenter = presenter
        self._stage = stage
        form.add("certified_on", _("Certified on"), DateField(today=on), required=True)
        form.add("by", _("Certified by"), TextField(placeholder=_("Engineer in charge; blank: you")))
        form.set_values({"certified_on": on})
        form.save_asked.connect(self._save)

    def _save(self) -> None:
        self.form.set_busy(True)
        values = self.form.values()
        self._presenter.certify(
            self._stage, values["certified_on"], values["by"], self.accept, self._on_refused
        )

    def _on_refused(self, error: Exception) -> None:
        self.form.set_busy(False)
        self.form.show_refusal(error)
