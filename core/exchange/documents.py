"""Takes documents in: settled by Bahi's own rules, compared with what they state, kept under their own numbers."""

import datetime as dt
from typing import NamedTuple

import msgspec

from core.changes.standing import State
from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.credits import Credit
from core.exchange.document_model import FileDocument
from core.exchange.model import BahiFile, FileCancelled, FileOpening
from core.exchange.outgoing import NOBODY, document_as_file
from core.exchange.papers import draft_of, settle_paper, stated_hash
from core.exchange.reading import Findings
from core.exchange.register import Brought, Register
from core.exchange.report import Tally
from core.facts import Facts
from core.fiscal import financial_year
from core.gst.number import check_number
from core.ids import Id
from core.invoicing.commands import keep_imported, save_draft
from core.invoicing.kinds import CANCELLED
from core.invoicing.model import Buyer, Cancellation, Document, Original, Totals
from core.invoicing.rules import buyer_of, postings_for, seller_of, warning_text
from core.invoicing.settling import due_on
from core.numbering.rules import IMPORTED, number_place
from core.parties.commands import save_party
from core.parties.model import Party
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _

BILL = "INV"
ANSWERED = ("INV", "DBN")


class Kept(NamedTuple):
    """A paper that the file brought, and whether it was here already."""

    id: Id
    was_known: bool


def take_documents(
    work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally
) -> list[Credit]:
    """Take in `documents`, bills before notes; answers what the new credit notes are to settle."""
    notes = []
    order = sorted(range(len(file.documents)), key=lambda n: file.documents[n].type == "CRN")
    seen: set[str] = set()
    for n in order:
        given, path = file.documents[n], f"documents[{n}]"
        with findings.within(path):
            kept, document = _take(work, register, given, seen)
            tally.count("documents", was_known=kept.was_known)
            if not kept.was_known:
                tally.warnings += _warnings(document, path, findings)
            if document.type == "CRN" and not kept.was_known:
                notes.append(
                    Credit(kept.id, document.buyer.party, document.dated_on,
                           document.totals.invoice_value_paise, given.allocations, path, document.original)
                )  # fmt: skip
    return notes


def take_opening(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in bills brought forward."""
    seen: set[str] = set()
    for n, given in enumerate(file.opening):
        with findings.within(f"opening[{n}]"):
            party_id, _party = register.need_party(given.party)
            document = opening_document(register, given)
            kept = keep(work, register, document, party_id, seen, given)
            tally.count("opening", was_known=kept.was_known)


def opening_document(register: Register, given: FileOpening, *, facts: Facts | None = None) -> Document:
    """A bill brought forward: a value without lines, outside the returns."""
    facts = facts or Facts.in_force()
    party_id, party = register.need_party(given.party)
    amount = figures.paise(given.amount, "amount")
    if amount <= 0:
        raise RuleBroken([Problem("RANGE", _("A bill comes to more than nothing."), "amount")])
    if given.due_date is not None and given.due_date < given.date:
        raise RuleBroken([Problem("DUE_DATE", _("It falls due before its own date."), "due_date")])
    company = register.company
    totals = Totals(invoice_value_paise=amount)
    seller = seller_of(company, facts)
    return Document(
        type=given.type,
        number=given.number,
        series=IMPORTED,
        dated_on=given.date,
        due_on=given.due_date or due_on(given.type, given.date, company, party),
        seller=seller,
        buyer=buyer_of(party_id, party, facts),
        place_of_supply="",
        totals=totals,
        postings=postings_for(given.type, totals, opening=True),
        reference=given.reference,
        note=given.note,
        facts_version=facts.version,
        language=party.language or company.language,
        origin=IMPORTED,
        opening=True,
        stated=stated_hash(given),
    )


def take_unissued(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in papers still being written, as drafts of this device."""
    for n, given in enumerate(file.unissued):
        with findings.within(f"unissued[{n}]"):
            party_id, _party = register.need_party(given.party)
            draft = draft_of(given, owner=work.actor.device, party=party_id, item_by_code=register.item)
            if draft.original is not None:
                draft = msgspec.structs.replace(draft, original=_answered(register, draft.original))
            record = register.id_of("draft", str(n), stated_hash(given).hex())
            known = work.standing.stand(record) is not None
            if not known:
                save_draft(work, draft, record)
            tally.count("unissued", was_known=known)


def take_cancelled(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Cancel what the file says is cancelled."""
    for n, given in enumerate(file.cancelled):
        with findings.within(f"cancelled[{n}]"):
            paper = register.find_document(given.number, given.type, given.date)
            if paper is None:
                paper = _number_alone(work, register, given)
            stand = work.standing.stand(paper.id)
            known = stand is not None and stand.state is State.CANCELLED
            if not known:
                _cancel(work, register, paper, given.on or given.date, given.reason or _("other"))
            tally.count("cancelled", was_known=known)


def _number_alone(work: Work, register: Register, given: FileCancelled) -> Brought:
    """A number that was used and cancelled elsewhere: kept as a paper without a party, lines or value."""
    if work.standing.stand(NOBODY) is None:
        save_party(work, Party(name="Not known", archived=True), NOBODY)
    document = Document(
        type=given.type,
        number=given.number,
        series=IMPORTED,
        dated_on=given.date,
        due_on=given.date,
        seller=seller_of(register.company, Facts.in_force()),
        buyer=Buyer(party=NOBODY),
        place_of_supply="",
        note=_("Cancelled where it was issued; only its number is kept."),
        origin=IMPORTED,
        opening=True,
        stated=stated_hash(given),
    )
    kept = keep(work, register, document, NOBODY, set(), given)
    return Brought(kept.id, given.type, given.number, given.date, NOBODY)


def _cancel(work: Work, register: Register, paper: Brought, on: dt.date, reason: str) -> None:
    """The claim has an id of its own making, so that the same file on two devices cancels once."""
    if on < paper.dated_on:
        raise RuleBroken([Problem("DATE", _("A document is not cancelled before its own date."), "on")])
    claim = register.id_of("cancelled", paper.id.hex())
    work.record(CANCELLED, claim, Cancellation(paper.id, on, reason.strip()))


def keep(
    work: Work, register: Register, document: Document, party: Id, seen: set[str], given: msgspec.Struct
) -> Kept:
    """Keep an imported document under its number. Raises `RuleBroken` with DUPLICATE for a number used otherwise."""
    problems = check_number(document.number, on=document.dated_on).problems
    if problems:
        raise RuleBroken(problems)
    place = number_place(document.type, financial_year(document.dated_on), document.number)
    if place in seen:
        raise RuleBroken([_number_used(document.number, _("The number {number} stands twice in the file."))])
    seen.add(place)
    record = register.paper_id(document.type, document.dated_on, document.number)
    holder = work.standing.holder(place)
    if holder is not None:
        if not _is_same(work, holder, document):
            message = _("The number {number} is already used by another paper.")
            raise RuleBroken([_number_used(document.number, message)])
        register.keep_paper(Brought(holder, document.type, document.number, document.dated_on, party))
        return Kept(holder, True)
    keep_imported(work, record, document)
    register.keep_paper(Brought(record, document.type, document.number, document.dated_on, party))
    return Kept(record, False)


def _take(work: Work, register: Register, given: FileDocument, seen: set[str]) -> tuple[Kept, Document]:
    if not given.number:
        message = _("This paper has no number.")
        raise RuleBroken(
            [Problem("REQUIRED", message, "number", _("Papers without a number are for bahi issue."))]
        )
    party_id, party = register.need_party(given.party)
    document = settle_paper(
        given,
        company=register.company,
        party_id=party_id,
        party=party,
        item_by_code=register.item,
        facts=Facts.in_force(),
    )
    if document.original is not None:
        document = msgspec.structs.replace(document, original=_answered(register, document.original))
    return keep(work, register, document, document.buyer.party, seen, given), document


def _answered(register: Register, original: Original) -> Original:
    """The document that a note answers, found where book or file has it."""
    try:
        found = register.need_document(original.number, types=ANSWERED, on=original.dated_on)
    except RuleBroken as refused:
        if any(problem.code == "AMBIGUOUS" for problem in refused.problems):
            raise RuleBroken(
                [msgspec.structs.replace(p, field="original") for p in refused.problems]
            ) from None
        return original
    return msgspec.structs.replace(original, document=found.id)


def _is_same(work: Work, holder: Id, document: Document) -> bool:
    """Whether the paper that holds the number states the same: by its hash, or as an export would write it."""
    kept = work.paper(holder)
    if not isinstance(kept, Document):
        return False
    if kept.stated == document.stated:
        return True
    return stated_hash(document_as_file(work.read, holder, kept)) == document.stated


def _number_used(number: str, message: str) -> Problem:
    remedy = _("Correct the number, or leave this paper out.")
    return Problem("DUPLICATE", message.format(number=number), "number", remedy)


def _warnings(document: Document, path: str, findings: Findings) -> list[Problem]:
    return [findings.source.placed(Problem(code, warning_text(code), path)) for code in document.warnings]
