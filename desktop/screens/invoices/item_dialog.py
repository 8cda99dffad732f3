"""New item, made from the line that wants it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from core.facts import Facts
from core.ids import Id
from core.items.commands import save_item
from core.items.model import Item, ItemTax
from core.words import translate as _
from desktop.kit import ChoiceField, Form, PriceField, RateField, Sheet, TextField, ToggleField
from desktop.ports import Choice, Runner

Made = Callable[[Choice], None]


class ItemSheet(Sheet):
    """A form for an item; `made` gets it once it is in the book."""

    def __init__(self, runner: Runner, typed: str, made: Made, parent: QWidget | None = None) -> None:
        form = Form(save=_("Save item"), back=_("Cancel"))
        super().__init__(_("New item"), form, parent=parent)
        self._runner = runner
        self._made = made
        form.add("name", _("Name"), TextField(), required=True)
        form.add("description", _("On the paper"), TextField(), hint=_("Left blank, papers print the name."))
        form.add_beside(
            ("code", _("Code"), TextField(max_length=30)),
            ("hsn", _("HSN/SAC"), TextField(max_length=8, placeholder=_("4, 6 or 8 digits"))),
        )
        form.add_beside(
            ("unit", _("Unit"), ChoiceField.of(_units())),
            ("price", _("Price"), PriceField()),
        )
        form.add_beside(
            ("treatment", _("GST"), ChoiceField.of(_treatments())),
            ("rate", _("Rate"), RateField()),
        )
        form.add("price_includes_tax", "", ToggleField(_("The price includes GST")))
        form.set_values({"name": typed, "unit": "NOS", "treatment": "taxable", "rate": 1800})
        form.save_asked.connect(self._save)

    def _save(self) -> None:
        item = item_of(self.form.values())
        self.form.set_busy(True)
        self._runner.write(_("Item"), partial(_saved, item=item), self._on_saved, self._on_refused)

    def _on_saved(self, choice: Choice) -> None:
        self.accept()
        self._made(choice)

    def _on_refused(self, error: Exception) -> None:
        self.form.set_busy(False)
        self.form.show_refusal(error)


def item_of(values: dict[str, Any]) -> Item:
    """The item that the form's values say."""
    treatment = values["treatment"].value if values["treatment"] is not None else "taxable"
    return Item(
        code=values["code"],
        name=values["name"],
        description=values["description"],
        tax=ItemTax(
            hsn=values["hsn"],
            unit=values["unit"].value if values["unit"] is not None else "NOS",
            rate_bp=(values["rate"] or 0) if treatment == "taxable" else 0,
            treatment=treatment,
        ),
        price_tenthousandths=values["price"] or 0,
        price_includes_tax=values["price_includes_tax"],
    )


def _saved(work: Any, *, item: Item) -> Choice:
    record: Id = save_item(work, item)
    return Choice(record, item.code or item.name)


def _units() -> list[Choice]:
    return [Choice(code, code, unit.name) for code, unit in Facts.shipped().uqcs().items()]


def _treatments() -> list[Choice]:
    return [
        Choice("taxable", _("Taxable")),
        Choice("nil", _("Nil-rated")),
        Choice("exempt", _("Exempt")),
        Choice("non_gst", _("Outside GST")),
    ]
