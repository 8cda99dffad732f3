"""What the editor knows of the book: the company, the parties and items named so far; and how a draft begins.

The functions that take `read` run on a read thread.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from core.book import journal
from core.changes.record import decoded
from core.company.model import Company
from core.company.queries import company
from core.facts import Facts
from core.ids import Id
from core.invoicing.model import Document, Draft, Original
from core.invoicing.papers import INVOICE
from core.invoicing.queries import LastPrice, document, draft, last_price
from core.invoicing.rules import CREDIT_NOTE, draft_of, settled
from core.items.model import Item
from core.items.queries import item
from core.parties.model import Party
from core.parties.queries import party
from core.problems import Problem
from core.words import translate as _
from desktop.ports import Reader

NEW_PLACE = "draft/new"
_NOBODY = Party()


@dataclass(slots=True)
class Known:
    """Records at hand, by id; `original` is the document that a note answers, `corrected` the one that it amends or
    revises."""

    company: Company
    facts: Facts
    parties: dict[Id, Party] = field(default_factory=dict)
    items: dict[Id, Item] = field(default_factory=dict)
    original: Document | None = None
    corrected: Document | None = None

    def party_of(self, draft: Draft) -> Party | None:
        """The party of a draft, as far as it is known."""
        return self.parties.get(draft.party) if draft.party is not None else None

    def settled(self, draft: Draft) -> Document:
        """The draft with every figure; nobody named yet counts as somebody of the company's own State."""
        who = self.party_of(draft)
        return settled(
            draft,
            company=self.company,
            party_id=draft.party or b"",
            party=who or _NOBODY,
            items=self.items,
            facts=self.facts,
        )


@dataclass(frozen=True, slots=True)
class Beginning:
    """A draft to be written on. `record` is its id when it is kept already; `is_recalled` says that typing came
    back which had not become a change."""

    draft: Draft
    known: Known
    record: Id | None = None
    is_recalled: bool = False
    problems: tuple[Problem, ...] = ()


Begin = Callable[[Reader], Beginning]


def new_draft(read: Reader, *, buyer: Id | None = None, type_: str = INVOICE) -> Beginning:
    """A new paper of a type, or the one that was being typed when the program ended."""
    kept = journal.recall(read, NEW_PLACE)
    typed = decoded(Draft, kept) if kept else None
    ours = company(read)
    if typed is not None and typed.type == type_:
        return _with_records(read, typed, ours, is_recalled=True)
    return _with_records(read, Draft(type=type_, party=buyer, rounding=ours.rounding), ours)


def kept_draft(read: Reader, record: Id) -> Beginning:
    """A draft as it was kept, with what was typed since."""
    found = draft(read, record)
    kept = journal.recall(read, draft_place(record))
    if found is None:
        missing = Problem("NOT_STANDING", _("The book has no such draft."))
        return Beginning(Draft(), Known(company(read), Facts.in_force()), problems=(missing,))
    now = decoded(Draft, kept) if kept else found
    return _with_records(read, now, company(read), record=record, is_recalled=kept is not None)


def note_on(read: Reader, record: Id, type_: str) -> Beginning:
    """A credit or debit note that answers a document, drafted from it; a credit note with all its lines."""
    answered = document(read, record)
    if answered is None:
        return new_draft(read)
    again = draft_of(answered)
    note = msgspec.structs.replace(
        again,
        type=type_,
        lines=again.lines if type_ == CREDIT_NOTE else (),
        original=Original(answered.number, answered.dated_on, record),
    )
    return _with_records(read, note, company(read))


def copy_of(read: Reader, record: Id) -> Beginning:
    """A new draft that says what a document says, without its dates."""
    copied = document(read, record)
    if copied is None:
        return new_draft(read)
    return _with_records(read, draft_of(copied), company(read))


def amendment_of(read: Reader, record: Id) -> Beginning:
    """A correction of a document whose return is filed, drafted from it: it takes the document's place there."""
    return _correction(read, record, "amends")


def revision_of(read: Reader, record: Id) -> Beginning:
    """A revised invoice for one issued before registration (CGST Act, s. 31(3)(a)), drafted from it."""
    return _correction(read, record, "revises")


def item_for(read: Reader, record: Id, buyer: Id | None) -> tuple[Item | None, LastPrice | None]:
    """An item, and what this buyer last paid for it."""
    return item(read, record), last_price(read, buyer, record) if buyer is not None else None


def draft_place(record: Id) -> str:
    """Where the keystrokes of a kept draft are kept."""
    return f"draft/{record.hex()}"


def _correction(read: Reader, record: Id, field_: str) -> Beginning:
    corrected = document(read, record)
    if corrected is None:
        return new_draft(read)
    named = Original(corrected.number, corrected.dated_on, record)
    again = msgspec.structs.replace(
        draft_of(corrected),
        original=corrected.original,
        shipping_bill=corrected.shipping_bill,
        transport=corrected.transport,
        supplied_on=corrected.supplied_on,
        paid_on=corrected.paid_on,
        **{field_: named},
    )
    return _with_records(read, again, company(read))


def _with_records(
    read: Reader, now: Draft, ours: Company, *, record: Id | None = None, is_recalled: bool = False
) -> Beginning:
    known = Known(ours, Facts.in_force())
    if now.party is not None and (who := party(read, now.party)) is not None:
        known.parties[now.party] = who
    for wanted in {line.item for line in now.lines if line.item is not None}:
        if (what := item(read, wanted)) is not None:
            known.items[wanted] = what
    if now.original is not None and now.original.document is not None:
        known.original = document(read, now.original.document)
    corrects = now.amends or now.revises
    if corrects is not None and corrects.document is not None:
        known.corrected = document(read, corrects.document)
    return Beginning(now, known, record, is_recalled)
