"""A draft being written: its steps, the records it names, and what each field or cell makes of it. Pure.

A value given is None when the field was emptied. `working_on` is the date that new papers get.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from core.ids import Id
from core.invoicing.model import Document, Draft, DraftLine
from core.invoicing.papers import NOTES, OFFERS
from core.invoicing.queries import LastPrice
from core.invoicing.rules import problems_with_draft
from core.items.model import Item
from core.parties.model import Party
from core.problems import Problem
from core.words import WordsError, parse_price, parse_quantity
from desktop.ports import Choice
from desktop.screens.invoices.editor import cells, hsn, more_values
from desktop.screens.invoices.editor.figures import due_by_terms, last_price_text
from desktop.screens.invoices.editor.history import Steps
from desktop.screens.invoices.editor.known import Known
from desktop.screens.invoices.reason import why

READERS: Mapping[str, Callable[[str], Any]] = {
    "description": str.strip,
    "hsn": str.strip,
    "unit": str.strip,
    "quantity": parse_quantity,
    "price": parse_price,
    "discount": cells.parse_discount,
    "tax": cells.parse_tax,
}

_ANY_LINE = DraftLine("-")


class Writing:
    """The draft and what is known about it; it answers with drafts and decides nothing."""

    def __init__(self, draft: Draft, known: Known, *, begun: Draft, working_on: dt.date) -> None:
        self.steps = Steps(draft)
        self.known = known
        self.typed: Draft | None = None
        self.last_prices: dict[Id, LastPrice | None] = {}
        self._begun = begun
        self._working_on = working_on

    @property
    def draft(self) -> Draft:
        """The draft as far as its fields were left."""
        return self.steps.now

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written since it began."""
        return cells.written(self.draft) == cells.written(self._begun)

    def put(self, draft: Draft) -> bool:
        """Take a step; False when it changes nothing."""
        self.typed = None
        return self.steps.put(draft)

    def dated(self, draft: Draft) -> Draft:
        """The draft without blank lines, with its date; an offer with the day until which it stands."""
        dated_on = draft.dated_on or self._working_on
        due_on = draft.due_on
        if due_on is None and draft.type in OFFERS:
            due_on = due_by_terms(draft, dated_on, self.known)
        return msgspec.structs.replace(cells.written(draft), dated_on=dated_on, due_on=due_on)

    def document(self, draft: Draft) -> Document:
        """The draft with every figure."""
        return self.known.settled(self.dated(draft))

    def reason(self, draft: Draft, document: Document) -> str:
        """Why this tax; before a line is written, why the tax of a taxable one. Empty while nobody is named."""
        if self.known.party_of(draft) is None:
            return ""
        if document.lines:
            return why(document)
        return why(self.document(msgspec.structs.replace(draft, lines=(_ANY_LINE,))))

    def problems(self, today: dt.date) -> list[Problem]:
        """What stands in the way of issuing it."""
        return problems_with_draft(
            self.dated(self.draft),
            company=self.known.company,
            party=self.known.party_of(self.draft),
            facts=self.known.facts,
            today=today,
            original=self.known.original,
            corrected=self.known.corrected,
        )

    def party(self) -> tuple[Id, Party] | None:
        """The party with its id, as it is known; None while nobody is named."""
        record, who = self.draft.party, self.known.party_of(self.draft)
        return None if record is None or who is None else (record, who)

    def buyer(self) -> Choice | None:
        """The party, as its field shows it."""
        who = self.known.party_of(self.draft)
        return None if who is None else Choice(self.draft.party, who.name)

    def with_head(self, name: str, value: Any) -> Draft:
        """The draft with a field of the head given; dates that are the usual ones stay open."""
        draft = self.draft
        if name == "party":
            value = None if value is None else value.value
        elif name == "place_of_supply":
            value = "" if value is None else value.value
        elif name == "with_payment":
            value = None if value is None else value.value
        elif name in ("reason", "purpose"):
            value = "" if value is None else value.value
        elif name == "dated_on":
            value = None if value == self._working_on else value
        elif name == "due_on":
            usual = due_by_terms(draft, draft.dated_on or self._working_on, self.known)
            value = None if value == usual else value
        return msgspec.structs.replace(draft, **{name: value})

    def with_typed(self, row: int, name: str, text: str) -> Draft | None:
        """The draft with what is being typed in a cell; an item not picked yet stands as description.

        None when it cannot be read yet.
        """
        line = cells.line_at(self.draft, row)
        if name == "item":
            if line.description or line.item is not None:
                return None
            return cells.with_line(self.draft, row, cells.with_cell(line, "description", text.strip()))
        try:
            value = READERS[name](text) if text.strip() else None
        except WordsError:
            return None
        return cells.with_line(self.draft, row, cells.with_cell(line, name, value))

    def with_left(self, row: int, name: str, value: Any) -> Draft:
        """The draft with a cell given; words typed for an item that were not picked become the description."""
        line = cells.line_at(self.draft, row)
        changed = cells.with_cell(line, name, value)
        if name == "item" and value is None and self.typed is not None and not line.description:
            changed = cells.with_cell(changed, "description", cells.line_at(self.typed, row).description)
        if name == "hsn":
            if value is None and self.typed is not None:
                changed = cells.with_cell(changed, "hsn", cells.line_at(self.typed, row).hsn)
            changed = hsn.with_usual_rate(changed, self.known.facts, self.rate_day)
        return cells.with_line(self.draft, row, changed)

    def with_item(self, row: int, record: Id, item: Item, last: LastPrice | None) -> Draft | None:
        """The draft with a line as its item says; None when the line has another item by now."""
        line = cells.line_at(self.draft, row)
        if line.item != record:
            return None
        self.known.items[record], self.last_prices[record] = item, last
        return cells.with_line(self.draft, row, cells.filled_from(line, item))

    def with_last_price(self, row: int) -> Draft | None:
        """The draft with a line priced as this party was billed last; None when it never was."""
        line = cells.line_at(self.draft, row)
        last = self.last_price(row)
        if last is None:
            return None
        priced = msgspec.structs.replace(
            line,
            price_tenthousandths=last.price_tenthousandths,
            price_includes_tax=last.price_includes_tax,
            discount_tenthousandths_pct=last.discount_tenthousandths_pct,
            discount_paise=0,
        )
        return cells.with_line(self.draft, row, priced)

    def with_more(self, values: Mapping[str, Any]) -> Draft:
        """The draft with fields of the sheet “More” given."""
        return more_values.with_values(self.draft, values)

    def with_line(self, row: int, values: Mapping[str, Any]) -> Draft:
        """The draft with what stands in no column of a line given."""
        line = cells.line_at(self.draft, row)
        return cells.with_line(self.draft, row, msgspec.structs.replace(line, **values))

    @property
    def rate_day(self) -> dt.date:
        """The day whose rates are usual: the paper's, or that of the one a note answers."""
        draft = self.draft
        if draft.type in NOTES and draft.original is not None:
            return draft.original.dated_on
        return draft.dated_on or self._working_on

    def hint(self, row: int) -> str:
        """What is worth knowing of a line: what was paid last, and what its code usually bears."""
        line = cells.line_at(self.draft, row)
        said = (last_price_text(self.last_price(row)), hsn.usual_text(line, self.known.facts, self.rate_day))
        return "  ".join(text for text in said if text)

    def item(self, row: int) -> tuple[Id, Item] | None:
        """The item of a line with its id, as it is known; None for a line without one."""
        record = cells.line_at(self.draft, row).item
        item = self.known.items.get(record) if record is not None else None
        return None if record is None or item is None else (record, item)

    def last_price(self, row: int) -> LastPrice | None:
        """What the party was last billed for the item of a line."""
        item = cells.line_at(self.draft, row).item
        return self.last_prices.get(item) if item is not None else None

    def row(self, row: int) -> dict[str, Any]:
        """A line as the grid shows it, without its amount."""
        shown = cells.row_of(cells.line_at(self.draft, row), None, self.known.items)
        return {name: value for name, value in shown.items() if name != "amount"}

    def rows(self, draft: Draft) -> list[dict[str, Any]]:
        """All lines as the grid shows them."""
        return cells.rows_of(draft, self.document(draft), self.known.items)
