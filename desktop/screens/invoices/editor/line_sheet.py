"""What a line says besides its columns: whether its price includes the tax, and cess by value and by unit."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from core.invoicing.model import DraftLine
from core.words import translate as _
from desktop.kit import Form, PriceField, RateField, Sheet, ToggleField

_NAMES = ("price_includes_tax", "cess_rate_bp", "cess_per_unit_tenthousandths")


class LineSheet(Sheet):
    """A form for a line; `given` gets the values once they are taken."""

    def __init__(
        self, at: int, line: DraftLine, given: Callable[[Mapping[str, Any]], None], parent: QWidget
    ) -> None:
        form = Form(save=_("Take it"), back=_("Leave it"))
        title = _("Line {line}").format(line=at + 1)
        super().__init__(title, form, text=line.description, parent=parent)
        self._given = given
        form.add("price_includes_tax", "", ToggleField(_("The price includes GST")))
        form.add_beside(
            ("cess_rate_bp", _("Cess by value"), RateField(placeholder="%")),
            ("cess_per_unit_tenthousandths", _("Cess a unit"), PriceField()),
        )
        form.set_values({name: getattr(line, name) or None for name in _NAMES})
        form.save_asked.connect(self._save)

    def _save(self) -> None:
        values = self.form.values()
        self._given({name: values[name] or 0 for name in _NAMES[1:]} | {_NAMES[0]: values[_NAMES[0]]})
        self.accept()
