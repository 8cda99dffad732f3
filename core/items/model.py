"""An item: goods or a service that lines are drawn from.

HSN, rate, unit and treatment agree with each other and are therefore one field.
"""

from core.changes.record import Record
from core.ids import Id


class ItemTax(Record):
    """How an item is taxed. `treatment` is taxable, nil, exempt or non_gst; rates in basis points."""

    hsn: str = ""
    unit: str = "NOS"
    rate_bp: int = 1800
    treatment: str = "taxable"
    cess_rate_bp: int = 0
    cess_per_unit_tenthousandths: int = 0


class Item(Record):
    """Goods or a service. The price is in ten-thousandths of a rupee per unit."""

    code: str = ""
    name: str = ""
    description: str = ""
    tax: ItemTax = ItemTax()
    price_tenthousandths: int = 0
    price_includes_tax: bool = False
    archived: bool = False


class Merging(Record):
    """An item became another: lines that name it stay as they are. The names are those of the day."""

    item: Id
    into: Id
    name: str = ""
    into_name: str = ""


class Parting(Record):
    """A merging is undone: the item stands for itself again."""

    merging: Id
    item: Id
    name: str = ""
