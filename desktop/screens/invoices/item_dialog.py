"""An item, made or changed from the line that wants it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from PySide6.QtWidgets import QWidget

from core.errors import RuleBroken
from core.facts import Facts
from core.ids import Id
from core.items.commands import save_item
from core.items.model import Item, ItemTax
from core.problems import Problem
from core.words import translate as _
from desktop.kit import ChoiceField, Form, PriceField, RateField, Sheet, TextField, ToggleField
from desktop.ports import Choice, Runner, Work

Made = Callable[[Choice], None]


class ItemSheet(Sheet):
    """A form for an item; `made` gets it once it is in the book.

    A new one begins with the name that was typed; `known` is the item to be changed, with its id.
    """

    def __init__(
        self,
        runner: Runner,
        typed: str,
        made: Made,
        parent: QWidget | None = None,
        *,
        known: tuple[Id, Item] | None = None,
    ) -> None:
        form = Form(save=_("Save item"), back=_("Leave it"))
        super().__init__(_("New item") if known is None else _("Change the item"), form, parent=parent)
        self._runner = runner
        self._made = made
        self._record: Id | None = None if known is None else known[0]
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
        form.add_beside(
            ("cess_rate", _("Cess by value"), RateField(placeholder="%")),
            ("cess_per_unit", _("Cess a unit"), PriceField()),
        )
        form.add("price_includes_tax", "", ToggleField(_("The price includes GST")))
        form.add("archived", "", ToggleField(_("Not sold any more")))
        form.show_field("archived", known is not None)
        form.set_values(values_of(Item(name=typed) if known is None else known[1]))
        form.save_asked.connect(self._save)

    def _save(self) -> None:
        item = item_of(self.form.values())
        self.form.set_busy(True)
        command = partial(_saved, item=item, record=self._record)
        self._runner.write(_("Item"), command, self._on_saved, self._on_refused)

    def _on_saved(self, choice: Choice) -> None:
        self.accept()
        self._made(choice)

    def _on_refused(self, error: Exception) -> None:
        self.form.set_busy(False)
        if isinstance(error, RuleBroken):
            self.form.show_problems([_beside(problem) for problem in error.problems])
        else:
            self.form.show_refusal(error)


def values_of(item: Item) -> dict[str, Any]:
    """What the form shows of an item."""
    return {
        "name": item.name,
        "description": item.description,
        "code": item.code,
        "hsn": item.tax.hsn,
        "unit": item.tax.unit,
        "price": item.price_tenthousandths or None,
        "treatment": item.tax.treatment,
        "rate": item.tax.rate_bp,
        "cess_rate": item.tax.cess_rate_bp or None,
        "cess_per_unit": item.tax.cess_per_unit_tenthousandths or None,
        "price_includes_tax": item.price_includes_tax,
        "archived": item.archived,
    }


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
            cess_rate_bp=(values["cess_rate"] or 0) if treatment == "taxable" else 0,
            cess_per_unit_tenthousandths=(values["cess_per_unit"] or 0) if treatment == "taxable" else 0,
        ),
        price_tenthousandths=values["price"] or 0,
        price_includes_tax=values["price_includes_tax"],
        archived=values["archived"],
    )


def _saved(work: Work, *, item: Item, record: Id | None) -> Choice:
    return Choice(save_item(work, item, record), item.code or item.name)


def _beside(problem: Problem) -> Problem:
    fields = {"tax.hsn": "hsn", "tax.unit": "unit", "tax.rate_bp": "rate", "price_tenthousandths": "price"}
    return msgspec.structs.replace(problem, field=fields.get(problem.field, problem.field))


def _units() -> list[Choice]:
    return [Choice(code, code, unit.name) for code, unit in Facts.in_force().uqcs().items()]


def _treatments() -> list[Choice]:
    return [
        Choice("taxable", _("Taxable")),
        Choice("nil", _("Nil-rated")),
        Choice("exempt", _("Exempt")),
        Choice("non_gst", _("Outside GST")),
    ]
