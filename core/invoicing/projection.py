"""How documents, cancellations and drafts become rows, postings and open items."""

from core.changes.standing import State
from core.ids import Id
from core.invoicing.kinds import CANCELLED, CORRECTED, DRAFT_BILLED, DRAFTED, ISSUED
from core.invoicing.model import Cancellation, Correction, Document, Draft, DraftBilled
from core.invoicing.papers import POSTING
from core.invoicing.posting import owed_paise, side_of
from core.invoicing.rules import search_words, worth_paise
from core.ledger.model import OpenItem
from core.ledger.projection import open_item, post, reverse
from core.numbering.projection import count_number
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.invoicing import document_lines, documents, drafts


def project_document(rows: Rows, applied: Applied) -> None:
    """Its row, its lines, its number and its words; when it posts and is not held, its postings and its open item."""
    document: Document = applied.body
    _document_row(rows, applied.record, document)
    _line_rows(rows, applied.record, document)
    count_number(rows, applied, series=document.series, dated_on=document.dated_on)
    rows.find_by(applied.entry, applied.record, "document", search_words(document))
    if applied.state is State.HELD or document.type not in POSTING:
        return
    party, open_paise = document.buyer.party, abs(owed_paise(document))
    post(rows, paper=applied.record, party=party, dated_on=document.dated_on, postings=document.postings)
    open_item(
        rows,
        OpenItem(
            applied.record, party, side_of(document), document.type, document.number, document.dated_on,
            document.due_on, open_paise, open_paise,
        ),
    )  # fmt: skip


def project_cancellation(rows: Rows, applied: Applied) -> None:
    """What the document posted is reversed from that day on, and nothing of it is open."""
    claim: Cancellation = applied.body
    document: Document = applied.paper(claim.document)
    rows.set(documents, (claim.document,), cancellation=applied.record)
    if document.type not in POSTING:
        return
    reverse(
        rows,
        paper=claim.document,
        by=applied.record,
        party=document.buyer.party,
        on=claim.cancelled_on,
        postings=document.postings,
        open_paise=abs(owed_paise(document)),
    )


def project_draft(rows: Rows, applied: Applied) -> None:
    """One row an open draft, written over as it is edited; none for a discarded one."""
    draft: Draft = applied.body
    if draft.discarded:
        rows.drop(drafts, (applied.record,))
        return
    rows.put(
        drafts,
        id=applied.record,
        type=draft.type,
        party=draft.party,
        dated_on=draft.dated_on,
        owner=draft.owner,
        lines=len(draft.lines),
        worth_paise=worth_paise(draft),
        milestone=draft.milestone,
    )


def project_billing(rows: Rows, applied: Applied) -> None:
    """The draft has become a document and is open no more."""
    claim: DraftBilled = applied.body
    rows.drop(drafts, (claim.draft,))
    rows.touch("invoicing", claim.draft)


def project_correction(rows: Rows, applied: Applied) -> None:
    """Nothing is written: the place that it holds is all; the document corrected shows it."""
    claim: Correction = applied.body
    rows.touch("invoicing", claim.corrected)


def _document_row(rows: Rows, record: Id, document: Document) -> None:
    totals, buyer = document.totals, document.buyer
    corrected = document.amends or document.revises
    rows.insert(
        documents,
        id=record,
        type=document.type,
        number=document.number,
        number_key=document.number.casefold(),
        series=document.series,
        party=buyer.party,
        party_name=buyer.name,
        party_key=buyer.name.casefold(),
        dated_on=document.dated_on,
        due_on=document.due_on,
        value_paise=totals.invoice_value_paise,
        taxable_paise=totals.taxable_paise,
        tax_paise=totals.igst_paise + totals.cgst_paise + totals.sgst_paise + totals.cess_paise,
        place_of_supply=document.place_of_supply,
        origin=document.origin,
        opening=int(document.opening),
        original=document.original.document if document.original is not None else None,
        draft=document.draft,
        milestone=document.milestone,
        cancellation=None,
        corrects=corrected.document if corrected is not None else None,
        source=document.source,
        amends_on=document.amends.dated_on if document.amends is not None else None,
    )


def _line_rows(rows: Rows, record: Id, document: Document) -> None:
    party, dated_on = document.buyer.party, document.dated_on.isoformat()
    for n, line in enumerate(document.lines, 1):
        rows.insert(
            document_lines,
            document=record,
            n=n,
            item=line.item,
            party=party,
            dated_on=dated_on,
            description=line.description,
            hsn=line.hsn,
            quantity_thousandths=line.quantity_thousandths,
            unit=line.unit,
            price_tenthousandths=line.price_tenthousandths,
            price_includes_tax=int(line.price_includes_tax),
            discount_tenthousandths_pct=line.discount_tenthousandths_pct,
            treatment=line.treatment,
            rate_bp=line.rate_bp,
            taxable_paise=line.taxable_paise,
            igst_paise=line.igst_paise,
            cgst_paise=line.cgst_paise,
            sgst_paise=line.sgst_paise,
            cess_paise=line.cess_paise,
        )


PROJECTIONS: dict[str, Projection] = {
    ISSUED.name: project_document,
    CANCELLED.name: project_cancellation,
    DRAFTED.name: project_draft,
    DRAFT_BILLED.name: project_billing,
    CORRECTED.name: project_correction,
}
