"""Verbs of invoicing: drafts, issuing, cancelling, and keeping what was issued elsewhere.

A document is checked and settled first; its number is taken last, so that a refusal leaves no gap.
"""

import datetime as dt

import msgspec

from core.changes.record import from_image
from core.company.commands import company_of
from core.company.model import Company
from core.errors import RuleBroken
from core.facts import Facts
from core.ids import Id
from core.invoicing.kinds import CANCELLED, DRAFT_BILLED, DRAFTED, ISSUED
from core.invoicing.model import Buyer, Cancellation, Document, Draft, DraftBilled, Original, Seller
from core.invoicing.queries import document_ids, noted_paise
from core.invoicing.rules import (
    CREDIT_NOTE,
    NOTES,
    buyer_of,
    problems_with_figures,
    problems_with_shape,
    seller_of,
    settled,
)
from core.items.commands import item_in
from core.items.model import Item
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.numbering.commands import check_date, take_number
from core.parties.commands import party_in
from core.parties.model import Party
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _


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


def issue_document(
    work: Work, draft: Draft, *, today: dt.date, draft_id: Id | None = None, date_confirmed: bool = False
) -> Id:
    """Issue a draft as a document: checked, settled, numbered from this device's series, posted. Answers its id.

    A draft without a date is dated `today`. `draft_id` is the saved draft that it bills. A credit note settles its
    original as far as that is open; the rest stays on account. Raises `RuleBroken` with every Problem found, with
    DATE_CHECK when the machine's date is doubtful and not confirmed.
    """
    check_date(work, today=today, confirmed=date_confirmed)
    draft, original = _whole_draft(work, draft, today)
    document = _checked(work, draft, original, today)
    series, number = take_number(work, document.type, document.dated_on)
    record = work.new_id()
    work.record(
        ISSUED, record, msgspec.structs.replace(document, number=number, series=series, draft=draft_id)
    )
    if draft_id is not None:
        work.record(DRAFT_BILLED, work.new_id(), DraftBilled(draft_id, record))
    if document.type == CREDIT_NOTE:
        _settle_original(work, record, document)
    return record


def cancel_document(work: Work, document: Id, *, on: dt.date, reason: str) -> Id:
    """Cancel a document on which nothing rests; its number stays used. Answers the claim's id. Raises `RuleBroken`."""
    stand = work.standing.stand(document)
    if stand is None or stand.kind != ISSUED.name:
        raise RuleBroken([Problem("NOT_STANDING", _("The book has no such document."), "document")])
    issued: Document = work.paper(document)
    if on < issued.dated_on:
        message = _("A document is not cancelled before its own date.")
        raise RuleBroken([Problem("DATE", message, "cancelled_on")])
    claim = work.new_id()
    work.record(CANCELLED, claim, Cancellation(document, on, reason.strip()))
    return claim


def keep_imported(work: Work, record: Id, document: Document) -> bool:
    """Keep a document that was issued elsewhere under its own number; False when the book has it already.

    `record` is derived from company, type, number and year (core.ids.imported_id). Raises `RuleBroken` when the
    same number stands for something else.
    """
    return work.record(ISSUED, record, document)


def _whole_draft(work: Work, draft: Draft, today: dt.date) -> tuple[Draft, Document | None]:
    """The draft with its date, and for a note its original found in the book, whose place it shares."""
    if draft.dated_on is None:
        draft = msgspec.structs.replace(draft, dated_on=today)
    if draft.type not in NOTES or draft.original is None:
        return draft, None
    found = draft.original.document or _original_by_number(work, draft.original)
    stand = work.standing.stand(found) if found is not None else None
    if found is None or stand is None or stand.kind != ISSUED.name:
        return draft, None
    if not stand.stands:
        message = _("The document it answers is cancelled or held.")
        raise RuleBroken([Problem("NOT_STANDING", message, "original")])
    original: Document = work.paper(found)
    return msgspec.structs.replace(
        draft,
        original=Original(original.number, original.dated_on, found),
        place_of_supply=draft.place_of_supply or original.place_of_supply,
    ), original


def _original_by_number(work: Work, named: Original) -> Id | None:
    found = [
        record
        for type_ in ("INV", "DBN")
        for record in document_ids(work.read, named.number, type=type_, on=named.dated_on)
    ]
    return found[0] if len(found) == 1 else None


def _checked(work: Work, draft: Draft, original: Document | None, today: dt.date) -> Document:
    company, facts = company_of(work), Facts.in_force()
    party = party_in(work, draft.party) if draft.party is not None else None
    problems = problems_with_shape(draft, company=company, party=party, today=today, original=original)
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
    problems = problems_with_figures(document, facts)
    if original is not None and document.type == CREDIT_NOTE:
        problems += _beyond_original(work, document, original)
    if problems:
        raise RuleBroken(problems)
    return document


def _beyond_original(work: Work, note: Document, original: Document) -> list[Problem]:
    assert note.original is not None
    left = original.totals.invoice_value_paise
    if note.original.document is not None:
        left -= noted_paise(work.read, note.original.document)
    if note.totals.invoice_value_paise <= left:
        return []
    message = _("The credit notes on {number} would come to more than it.").format(number=original.number)
    return [Problem("NOTE_EXCEEDS", message, "lines", _("Lessen the note."))]


def _settle_original(work: Work, record: Id, note: Document) -> None:
    original = note.original.document if note.original is not None else None
    stand = work.standing.stand(original) if original is not None else None
    if original is None or stand is None:
        return
    part = min(stand.open_paise, note.totals.invoice_value_paise)
    if part > 0:
        lines = [AllocationLine(original, part)]
        allocate(work, credit=record, party=note.buyer.party, lines=lines, on=note.dated_on)


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
