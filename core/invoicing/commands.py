"""Verbs of invoicing: drafts, issuing, cancelling, and keeping what was issued elsewhere.

A document is checked and settled first; its number is taken last, so that a refusal leaves no gap.
"""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from core.changes.record import from_image
from core.closing.commands import refuse_closed
from core.company.commands import company_of
from core.company.model import Company
from core.errors import RuleBroken
from core.facts import Facts
from core.gst.number import problems_with_number
from core.ids import Id, imported_id
from core.invoicing.kinds import CANCELLED, CORRECTED, DRAFT_BILLED, DRAFTED, ISSUED, corrected_place
from core.invoicing.model import (
    Buyer,
    Cancellation,
    Correction,
    Document,
    Draft,
    DraftBilled,
    Original,
    Seller,
)
from core.invoicing.papers import BILLS, CREDIT_NOTE, INVOICE, NOTES, TURNED_INTO_INVOICES, number_kind
from core.invoicing.particulars import is_einvoiced, problems_with_particulars
from core.invoicing.posting import side_of
from core.invoicing.queries import correction_of, document_ids, noted_paise
from core.invoicing.rules import problems_with_figures, problems_with_shape
from core.invoicing.settling import buyer_of, draft_of, replacing, seller_of, settled
from core.items.commands import item_in
from core.items.model import Item
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.ledger.rules import CREDIT
from core.numbering.commands import check_date, take_number
from core.parties.commands import party_in
from core.parties.model import Party
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _

IsFiled = Callable[[Id], bool]
"""Says whether the return that holds a document has been filed."""


class _Named(NamedTuple):
    """The documents of the book that a draft names: what a note answers, what a correction replaces."""

    original: Document | None = None
    corrected: Document | None = None
    corrected_id: Id | None = None


def save_draft(work: Work, draft: Draft, record: Id | None = None) -> Id:
    """Keep a draft, new when no record is named; this device owns a new one. Raises `RuleBroken`."""
    record = work.new_id() if record is None else record
    if not draft.owner:
        draft = msgspec.structs.replace(draft, owner=work.actor.device)
    work.record(DRAFTED, record, draft)
    return record


def discard_draft(work: Work, record: Id) -> None:
    """Put a draft away; saving it again with `discarded` False brings it back. Raises `RuleBroken`."""
    image = work.standing.image(record)
    if image is None:
        raise RuleBroken([_no_draft()])
    work.record(DRAFTED, record, msgspec.structs.replace(from_image(Draft, image), discarded=True))


def draft_from(work: Work, document: Id) -> Draft:
    """An invoice drafted from a quotation, proforma or challan that stands: its party, terms and lines, and `source`.

    It is not saved yet, and may be changed before it is: a part of the lines makes a part invoice. Raises `RuleBroken`
    with NOT_STANDING or CHOICE.
    """
    stand = work.standing.stand(document)
    if stand is None or stand.kind != ISSUED.name or not stand.stands:
        raise RuleBroken([Problem("NOT_STANDING", _("The book has no such document."), "source")])
    issued: Document = work.paper(document)
    if issued.type not in TURNED_INTO_INVOICES:
        message = _("Only a quotation, a proforma or a challan is turned into an invoice.")
        raise RuleBroken([Problem("CHOICE", message, "source", _("Copy the document instead."))])
    return msgspec.structs.replace(
        draft_of(issued), type=INVOICE, owner=work.actor.device, purpose="", source=document
    )


def issue_document(
    work: Work,
    draft: Draft,
    *,
    today: dt.date,
    draft_id: Id | None = None,
    date_confirmed: bool = False,
    is_filed: IsFiled | None = None,
) -> Id:
    """Issue a draft as a document: checked, settled, numbered from this device's series, posted. Answers its id.

    A draft without a date is dated `today`. `draft_id` is the saved draft that it bills. What gives credit (a credit
    note, a correction that lessens its original) settles its original as far as that is open; the rest stays on
    account. A document that the book has is amended only when `is_filed` says that its return is filed; without
    `is_filed` the room of returns must have asked. Raises `RuleBroken` with every Problem found, with DATE_CHECK when
    the machine's date is doubtful and not confirmed.
    """
    check_date(work, today=today, confirmed=date_confirmed)
    draft, named = _whole_draft(work, draft, today, is_filed)
    document = _checked(work, draft, named, today)
    series, number = take_number(work, number_kind(document), document.dated_on)
    company, facts = company_of(work), Facts.in_force()
    at_irp = is_einvoiced(document, company.turnover_paise, facts)
    problems = problems_with_number(number, on=document.dated_on, at_irp=at_irp)
    if problems:
        raise RuleBroken(problems)
    record = work.new_id()
    work.record(
        ISSUED, record, msgspec.structs.replace(document, number=number, series=series, draft=draft_id)
    )
    if draft_id is not None:
        work.record(DRAFT_BILLED, work.new_id(), DraftBilled(draft_id, record))
    if named.corrected_id is not None:
        work.record(CORRECTED, work.new_id(), Correction(named.corrected_id, record))
    if document.type == CREDIT_NOTE or document.replaces is not None:
        _settle_original(work, record, document)
    return record


def cancel_document(work: Work, document: Id, *, on: dt.date, reason: str) -> Id:
    """Cancel a document on which nothing rests; its number stays used. Answers the claim's id.

    Raises `RuleBroken`: NOT_STANDING, DATE, LEANED_ON, FILED, and CLOSED for a day of a closed period.
    """
    stand = work.standing.stand(document)
    if stand is None or stand.kind != ISSUED.name:
        raise RuleBroken([Problem("NOT_STANDING", _("The book has no such document."), "document")])
    issued: Document = work.paper(document)
    if on < issued.dated_on:
        message = _("A document is not cancelled before its own date.")
        raise RuleBroken([Problem("DATE", message, "cancelled_on")])
    refuse_closed(work, on)
    claim = work.new_id()
    work.record(CANCELLED, claim, Cancellation(document, on, reason.strip(), issued.dated_on))
    return claim


def keep_imported(work: Work, record: Id, document: Document) -> bool:
    """Keep a document that was issued elsewhere under its own number; False when the book has it already.

    `record` is derived from company, type, number and year (core.ids.imported_id). Raises `RuleBroken` when the
    same number stands for something else, or another document has corrected the same one.
    """
    named = document.amends or document.revises
    corrected = named.document if named is not None else None
    if corrected is not None and work.standing.stand(record) is None:
        _correctable(work, corrected, "amends" if document.amends is not None else "revises", None)
    is_new = work.record(ISSUED, record, document)
    if is_new and corrected is not None:
        claim = imported_id("corrected", record.hex())
        work.record(CORRECTED, claim, Correction(corrected, record))
    return is_new


def _whole_draft(work: Work, draft: Draft, today: dt.date, is_filed: IsFiled | None) -> tuple[Draft, _Named]:
    """The draft with its date, and what it names found in the book; a note shares its original's place."""
    if draft.dated_on is None:
        draft = msgspec.structs.replace(draft, dated_on=today)
    if draft.type in NOTES and draft.original is not None:
        found, original = _standing(work, draft.original, BILLS, "original")
        if original is not None:
            draft = msgspec.structs.replace(
                draft,
                original=Original(original.number, original.dated_on, found),
                place_of_supply=draft.place_of_supply or original.place_of_supply,
            )
    else:
        original = None
    corrects = draft.amends or draft.revises
    if corrects is None:
        return draft, _Named(original)
    field = "amends" if draft.amends is not None else "revises"
    found, corrected = _standing(work, corrects, (draft.type,), field)
    if found is not None:
        _correctable(work, found, field, is_filed)
    return draft, _Named(original, corrected, found)


def _standing(
    work: Work, named: Original, types: tuple[str, ...], field: str
) -> tuple[Id | None, Document | None]:
    """A document that a draft names, where the book has it. Raises `RuleBroken` when it does not stand."""
    found = named.document or _by_number(work, named, types)
    stand = work.standing.stand(found) if found is not None else None
    if found is None or stand is None or stand.kind != ISSUED.name:
        return None, None
    if not stand.stands:
        message = (
            _("The document it answers is cancelled or held.")
            if field == "original"
            else _("The document it corrects is cancelled or held.")
        )
        raise RuleBroken([Problem("NOT_STANDING", message, field)])
    return found, work.paper(found)


def _by_number(work: Work, named: Original, types: tuple[str, ...]) -> Id | None:
    found = [
        record
        for type_ in types
        for record in document_ids(work.read, named.number, type=type_, on=named.dated_on)
    ]
    return found[0] if len(found) == 1 else None


def _correctable(work: Work, corrected: Id, field: str, is_filed: IsFiled | None) -> None:
    """A document is corrected once, the correction after that; and amended only when its return is filed."""
    later = work.standing.holder(corrected_place(corrected))
    if later is not None:
        newest: Document = work.paper(later)
        message = _("This document was corrected already by {number}.").format(number=newest.number)
        raise RuleBroken([Problem("CORRECTED", message, field, _("Correct that one instead."))])
    if field == "amends" and is_filed is not None and not is_filed(corrected):
        message = _("The return of this document is not filed yet.")
        remedy = _("Cancel it and issue it anew, or answer it with a note.")
        raise RuleBroken([Problem("NOT_FILED", message, field, remedy)])


def _checked(work: Work, draft: Draft, named: _Named, today: dt.date) -> Document:
    company, facts = company_of(work), Facts.in_force()
    party = party_in(work, draft.party) if draft.party is not None else None
    problems = problems_with_shape(
        draft,
        company=company,
        party=party,
        today=today,
        original=named.original,
        corrected=named.corrected,
    )
    if problems or party is None or draft.party is None:
        raise RuleBroken(problems)
    document = settled(
        draft,
        company=company,
        party_id=draft.party,
        party=party,
        items=_items(work, draft),
        facts=facts,
        seller=_seller(work, company, facts),
        buyer=_buyer(work, draft.party, party, facts),
    )
    if named.corrected is not None and named.corrected_id is not None:
        document = replacing(document, named.corrected_id, named.corrected)
    problems = problems_with_figures(document, facts)
    problems += problems_with_particulars(document, company, facts)
    if named.original is not None and document.type == CREDIT_NOTE:
        problems += _beyond_original(work, document, named.original)
    if problems:
        raise RuleBroken(problems)
    return document


def _beyond_original(work: Work, note: Document, original: Document) -> list[Problem]:
    """Whether the credit notes on a document, or on what corrects it, would come to more than it."""
    assert note.original is not None
    left = original.totals.invoice_value_paise
    answered = note.original.document
    if answered is not None:
        later = correction_of(work.read, answered)
        if later is not None:
            corrected: Document = work.paper(later)
            left = corrected.totals.invoice_value_paise - noted_paise(work.read, later)
        left -= noted_paise(work.read, answered)
    if note.totals.invoice_value_paise <= left + _noted_before(note):
        return []
    message = _("The credit notes on {number} would come to more than it.").format(number=original.number)
    return [Problem("NOTE_EXCEEDS", message, "lines", _("Lessen the note."))]


def _noted_before(note: Document) -> int:
    """What the note that this one corrects came to already; nought for a new one."""
    return note.replaces.invoice_value_paise if note.replaces is not None else 0


def _settle_original(work: Work, record: Id, paper: Document) -> None:
    """Let what gives credit settle the paper it answers or corrects, as far as that is open."""
    named = paper.original or paper.amends or paper.revises
    answered = named.document if named is not None else None
    stand = work.standing.stand(answered) if answered is not None else None
    own = work.standing.stand(record)
    if answered is None or stand is None or own is None or side_of(paper) != CREDIT:
        return
    part = min(stand.open_paise, own.open_paise)
    if part > 0:
        lines = [AllocationLine(answered, part)]
        allocate(work, credit=record, party=paper.buyer.party, lines=lines, on=paper.dated_on)


def _items(work: Work, draft: Draft) -> dict[Id, Item]:
    found = {}
    for line in draft.lines:
        item = item_in(work, line.item) if line.item is not None else None
        if item is not None and line.item is not None:
            found[line.item] = item
    return found


def _seller(work: Work, company: Company, facts: Facts) -> Seller:
    known: tuple[Company, Seller] | None = work.memo.get("seller")
    if known is None or known[0] is not company:
        known = work.memo["seller"] = (company, seller_of(company, facts))
    return known[1]


def _buyer(work: Work, party_id: Id, party: Party, facts: Facts) -> Buyer:
    key = ("buyer", party_id)
    known: tuple[Party, Buyer] | None = work.memo.get(key)
    if known is None or known[0] is not party:
        known = work.memo[key] = (party, buyer_of(party_id, party, facts))
    return known[1]


def _no_draft() -> Problem:
    return Problem("NOT_STANDING", _("The book has no such draft."), "draft")
