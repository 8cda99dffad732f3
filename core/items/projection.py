"""How an item becomes its row in the list and its words in the search."""

from core.items.kinds import EDITED, MERGED, PARTED
from core.items.model import Item, Merging, Parting
from core.items.rules import search_words
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.items import items, merged_items


def project_item(rows: Rows, applied: Applied) -> None:
    """One row an item, written over as it is edited."""
    item: Item = applied.body
    rows.put(
        items,
        id=applied.record,
        code=item.code,
        code_key=item.code.casefold(),
        name=item.name,
        name_key=item.name.casefold(),
        hsn=item.tax.hsn,
        unit=item.tax.unit,
        treatment=item.tax.treatment,
        rate_bp=item.tax.rate_bp,
        price_tenthousandths=item.price_tenthousandths,
        archived=int(item.archived),
    )
    rows.find_again_by(applied.entry, applied.record, "item", "" if item.archived else search_words(item))


def project_merging(rows: Rows, applied: Applied) -> None:
    """Which item stands for which."""
    merging: Merging = applied.body
    rows.put(merged_items, item=merging.item, kept=merging.into, claim=applied.record)
    for record in (merging.item, merging.into):
        rows.touch("items", record)


def project_parting(rows: Rows, applied: Applied) -> None:
    """It stands for itself again."""
    parting: Parting = applied.body
    rows.drop(merged_items, (parting.item,))
    rows.touch("items", parting.item)


PROJECTIONS: dict[str, Projection] = {
    EDITED.name: project_item,
    MERGED.name: project_merging,
    PARTED.name: project_parting,
}
