"""All that a document's page says: the paper, how it stands, what settled it, what asked for it. Free of Qt."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

from core.changes.standing import State
from core.clock import india_time
from core.company.queries import company
from core.dunning.queries import reminders_on
from core.einvoice.model import Registered
from core.einvoice.queries import registrations
from core.ids import Id
from core.invoicing.model import Cancellation, Document
from core.invoicing.papers import (
    BILLS,
    INVOICE,
    OFFERS,
    POSTING,
    TURNED_INTO_INVOICES,
    purpose_words,
    reason_words,
    type_words,
)
from core.invoicing.queries import (
    DocumentRow,
    WrittenBy,
    cancellation,
    correction_of,
    document,
    document_rows,
    made_from,
    notes_on,
    written_by,
)
from core.invoicing.rules import warning_text
from core.ledger.queries import allocations_of, open_item, write_off
from core.ledger.wording import write_off_words
from core.numbering.rules import IMPORTED
from core.paper import COPIES, draw_document, draw_documents
from core.receipts.queries import settlements
from core.words import amount_text, date_text, money_text
from core.words import translate as _
from desktop.ports import Place, Reader, Tone
from desktop.screens.invoices.columns import state_shown
from desktop.screens.invoices.document.returned import Returned, returned_of
from desktop.screens.invoices.reason import why

_MONEY = ("RCT", "RCV")
_STANDING = (State.LIVE, State.CONTESTED)
"""What of the papers that settle a bill stands among the receipts."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a document: a line that may lead somewhere."""

    title: str
    detail: str
    figure: str = ""
    place: Place | None = None
    icon: str = "info"
    write_off: Id | None = None
    """The write-off that this line tells of."""


@dataclass(frozen=True, slots=True)
class Story:
    """A document as its page shows it."""

    record: Id
    document: Document
    row: DocumentRow
    shown: tuple[str, Tone]
    cancellation: Cancellation | None
    returned: Returned
    company_gstin: str
    related: tuple[Step, ...]
    settled: tuple[Step, ...]
    asked: tuple[Step, ...]
    history: tuple[Step, ...]
    correction: Id | None = None

    @property
    def write_offs(self) -> tuple[Id, ...]:
        """What was given up of it and may be undone, in order of days."""
        return tuple(step.write_off for step in self.settled if step.write_off is not None)

    @property
    def title(self) -> str:
        """What the paper is called, with its number."""
        return f"{type_words().get(self.document.type, self.document.type)} {self.document.number}"

    @property
    def stands(self) -> bool:
        """Whether it counts: not cancelled, held or void."""
        return self.row.state in _STANDING

    @property
    def trouble(self) -> str:
        """What keeps the document from counting in full, in a sentence; empty when nothing does."""
        if self.row.state is State.HELD:
            return _("Held: it posts nothing until an owner has looked at it.")
        if self.row.state is State.CONTESTED:
            return _("Contested: another paper was given for the same thing. Cancel one of them.")
        return ""

    @property
    def may_be_paid(self) -> bool:
        """Whether money may be received for it."""
        return self.stands and self.document.type in BILLS and self.row.open_paise > 0

    @property
    def may_be_noted(self) -> bool:
        """Whether a note may answer it."""
        return self.stands and self.document.type in BILLS

    @property
    def is_offer(self) -> bool:
        """Whether it may be turned into an invoice: a quotation, a proforma or a challan."""
        return self.stands and self.document.type in TURNED_INTO_INVOICES

    @property
    def posts(self) -> bool:
        """Whether it counts in the ledger."""
        return self.document.type in POSTING

    @property
    def may_be_amended(self) -> bool:
        """Whether a later return may correct it: its own is filed, and nothing corrects it yet."""
        may = self.stands and self.posts and not self.document.opening
        return may and self.returned.is_filed and self.correction is None

    @property
    def may_be_revised(self) -> bool:
        """Whether a revised invoice may be given for it: it was issued before the company was registered."""
        issued = self.document
        was_before = issued.type == INVOICE and not issued.seller.gstin and not issued.opening
        return self.stands and was_before and bool(self.company_gstin) and self.correction is None

    @property
    def file_name(self) -> str:
        """What its PDF is called."""
        return self.document.number.replace("/", "-") + ".pdf"

    def facts(self) -> list[tuple[str, str]]:
        """What is worth reading beside the paper."""
        issued = self.document
        return [
            (_("Party"), issued.buyer.name),
            (_("Date"), date_text(issued.dated_on)),
            (_("Due on"), date_text(issued.due_on) if issued.type in BILLS else ""),
            (_("Valid until"), date_text(issued.due_on) if issued.type in OFFERS else ""),
            (_("Reason"), reason_words().get(issued.reason, issued.reason)),
            (_("Purpose"), purpose_words().get(issued.purpose, issued.purpose)),
            (_("Their order"), issued.reference),
            (_("Answers"), issued.original.number if issued.original else ""),
            (_("Corrects"), corrected.number if (corrected := issued.amends or issued.revises) else ""),
            (_("Tax"), why(issued)),
            (_("Beware"), " ".join(warning_text(code) for code in issued.warnings)),
        ]


def story_of(read: Reader, *, record: Id, today: dt.date, now_us: int) -> Story | None:
    """The story of a document; None when the book has none of this id. Runs on a read thread."""
    issued = document(read, record)
    rows = document_rows(read, [record])
    if issued is None or not rows:
        return None
    ended = cancellation(read, record)
    stands = rows[0].state in _STANDING
    made, corrected_by = made_from(read, record), correction_of(read, record)
    turns = stands and issued.type in TURNED_INTO_INVOICES
    is_invoiced = turns and any(row.state in _STANDING for row in made)
    return Story(
        record,
        issued,
        rows[0],
        (_("Invoiced"), "success") if is_invoiced else state_shown(rows[0], today),
        ended,
        returned_of(read, record, issued, stands=stands, now_us=now_us),
        company(read).registration.gstin,
        tuple(_related(read, issued, corrected_by, made)),
        tuple(_settled(read, record)),
        tuple(_asked(read, record)),
        tuple(_history(read, record, issued.origin, ended)),
        corrected_by,
    )


def pdf_of(story: Story, *, copies: Sequence[str] = COPIES[:1]) -> bytes:
    """The paper as PDF with the portal's registration and e-way bill, in these copies; runs on any thread."""
    paper = BytesIO()
    open_paise = story.row.open_paise if story.document.type in BILLS and story.stands else None
    draw_document(
        story.document,
        paper,
        copies=copies,
        cancelled=story.cancellation is not None,
        open_paise=open_paise,
        registered=story.returned.registered,
        noted=story.returned.noted,
    )
    return paper.getvalue()


def drawn(document: Document) -> bytes:
    """A document as PDF, one without a number as a draft; runs on any thread."""
    paper = BytesIO()
    draw_document(document, paper)
    return paper.getvalue()


class Papers(NamedTuple):
    """Documents to be printed together; by number, which are cancelled and what the portal said of the others."""

    documents: list[Document]
    cancelled: frozenset[str]
    registered: dict[str, Registered]


def papers_of(read: Reader, *, records: Sequence[Id]) -> Papers:
    """Documents as they are printed together; runs on a read thread."""
    rows = {row.id: row for row in document_rows(read, records)}
    found = [(rows[record], document(read, record)) for record in records if record in rows]
    cancelled = frozenset(row.number for row, _one in found if row.state is State.CANCELLED)
    known = {rows[record].number: one for record, one in registrations(read, list(rows)).items()}
    return Papers([one for _row, one in found if one is not None], cancelled, known)


def drawn_together(papers: Papers) -> bytes:
    """Documents in one PDF; runs on any thread."""
    paper = BytesIO()
    draw_documents(papers.documents, paper, cancelled=papers.cancelled, registered=papers.registered)
    return paper.getvalue()


def _related(
    read: Reader, issued: Document, corrected_by: Id | None, made: Sequence[DocumentRow]
) -> list[Step]:
    """What it was made from and what was made from it, what it corrects and what corrects it."""
    named = issued.amends or issued.revises
    links = [
        (_("Made from {number}"), issued.source),
        (_("Takes the place of {number}"), named.document if named is not None else None),
        (_("Its place is taken by {number}"), corrected_by),
    ]
    links += [(_("{number} was made from it"), row.id) for row in made]
    found = {row.id: row for row in document_rows(read, [one for _text, one in links if one is not None])}
    return [
        Step(
            text.format(number=found[one].number),
            date_text(found[one].dated_on),
            amount_text(found[one].value_paise),
            Place("invoices", one),
            "invoices",
        )
        for text, one in links
        if one in found
    ]


def _settled(read: Reader, record: Id) -> list[Step]:
    found = []
    for line in allocations_of(read, record):
        other = line.credit if line.document == record else line.document
        item = open_item(read, other)
        if item is None:  # the cancellation itself
            continue
        is_receipt = item.type in _MONEY
        title = _("Receipt {number}") if is_receipt else _("Note or bill {number}")
        screen = "receipts" if is_receipt else "invoices"
        found.append(
            Step(
                title.format(number=item.number),
                date_text(line.allocated_on),
                amount_text(line.paise),
                Place(screen, other),
                screen,
            )
        )
    found.extend(_written_off(read, record))
    settled = {step.place.record for step in found if step.place is not None}
    for note in notes_on(read, record):
        if note.id not in settled:
            title = _("Note {number}").format(number=note.number)
            figure = amount_text(note.value_paise)
            found.append(
                Step(title, date_text(note.dated_on), figure, Place("invoices", note.id), "invoices")
            )
    return found


def _written_off(read: Reader, record: Id) -> Iterator[Step]:
    for made in settlements(read, record):
        body = write_off(read, made.claim) if made.is_write_off else None
        if body is not None:
            reason, _told = write_off_words().get(body.reason, (body.reason, ""))
            detail = " · ".join(part for part in (date_text(made.allocated_on), reason, body.note) if part)
            yield Step(_("Written off"), detail, amount_text(made.paise), icon="remove", write_off=made.claim)


def _asked(read: Reader, record: Id) -> list[Step]:
    return [
        Step(
            _("Reminder {number}").format(number=row.number),
            _("{date}, step {step}").format(date=date_text(row.dated_on), step=row.step),
            money_text(row.total_paise),
            icon="mail",
        )
        for row in reminders_on(read, record)
    ]


def _history(read: Reader, record: Id, origin: str, ended: Cancellation | None) -> list[Step]:
    title = _("Imported") if origin == IMPORTED else _("Issued")
    steps = [_written(title, "", written_by(read, record))]
    if ended is not None:
        text = _("Cancelled on {date}").format(date=date_text(ended.cancelled_on))
        steps.append(Step(text, ended.reason, icon="remove"))
    return steps


def _written(title: str, detail: str, by: WrittenBy | None) -> Step:
    if by is None:
        return Step(title, detail)
    when = india_time(by.at_us)
    said = _("{date} {time} by {user}").format(
        date=date_text(when.date()), time=f"{when:%H:%M}", user=by.user
    )
    return Step(title, " · ".join(part for part in (said, detail) if part), icon="check")
