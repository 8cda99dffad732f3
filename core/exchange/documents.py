"""Takes documents in: settled by Bahi's own rules, compared with what they state, kept under their own numbers."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from msgspec import structs

from core.changes.standing import State
from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.credits import Credit
from core.exchange.document_model import FileDocument
from core.exchange.file_rules import cancelled_otherwise, note_warnings
from core.exchange.model import BahiFile, FileCancelled, FileOpening
from core.exchange.outgoing import NOBODY, document_as_file
from core.exchange.papers import draft_of, problems_between, settle_paper, stated_hash
from core.exchange.reading import Findings, below
from core.exchange.register import Brought, Register
from core.exchange.report import Tally
from core.exchange.settled_file import check_allocations
from core.facts import Facts
from core.fiscal import financial_year
from core.gst.number import check_number
from core.ids import Id
from core.invoicing.commands import keep_imported, save_draft
from core.invoicing.kinds import CANCELLED
from core.invoicing.model import Buyer, Cancellation, Document, Draft, Original, Totals
from core.invoicing.posting import owed_paise
from core.invoicing.queries import correction_of
from core.invoicing.queries import noted_paise as sum_of_notes
from core.invoicing.rules import buyer_of, postings_for, seller_of, warning_text
from core.invoicing.settling import due_on, replacing
from core.numbering.rules import IMPORTED, number_place
from core.parties.commands import save_party
from core.parties.model import Party
from core.problems import Problem
from core.returns.queries import problems_with_amendment
from core.store.work import Work
from core.words import translate as _

ANSWERED = ("INV", "DBN")
NAMED_FIRST = ("QTN", "PRF", "CHL", "INV", "DBN", "CRN")
"""The types in the order in which they may name one another."""


class Kept(NamedTuple):
    """A paper that the file brought, and whether it was here already."""

    id: Id
    was_known: bool


def take_documents(
    work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally
) -> list[Credit]:
    """Take in `documents`, each after those it names; answers what the new ones that give credit are to settle."""
    notes = []
    work.standing.warm(
        register.paper_id(each.type, each.date, each.number)
        for each in file.documents
        if each.number and each.date is not None
    )
    order = sorted(range(len(file.documents)), key=lambda n: _rank(file.documents[n]))
    seen: set[str] = set()
    for n in order:
        given, path = file.documents[n], f"documents[{n}]"
        with findings.within(path):
            kept, document = _take(work, register, given, seen)
            tally.count("documents", was_known=kept.was_known)
            if not kept.was_known:
                tally.warnings += _warnings(document, path, findings)
                told = [below(problem, path) for problem in _beside_original(work, document)]
                tally.warnings += [findings.source.placed(problem) for problem in told]
            if owed_paise(document) < 0 and not kept.was_known:
                answered = (
                    document.original if document.type == "CRN" else document.amends or document.revises
                )
                notes.append(
                    Credit(kept.id, document.buyer.party, document.dated_on, -owed_paise(document),
                           given.allocations, path, answered)
                )  # fmt: skip
    return notes


def _beside_original(work: Work, document: Document) -> Iterator[Problem]:
    named = document.original
    if named is not None and named.document is not None:
        noted_paise = sum_of_notes(work.read, named.document)
        yield from note_warnings(document, work.paper(named.document), noted_paise)


def check_amendments(work: Work, register: Register, file: BahiFile, findings: Findings) -> None:
    """Note each paper of the file that amends one whose return is not filed; asked once `filed` is taken in."""
    for n, given in enumerate(file.documents):
        if given.amends is None or not given.number or given.date is None:
            continue
        kept = register.find_document(given.number, given.type, given.date)
        if kept is not None:
            for problem in problems_with_amendment(work.read, work.paper(kept.id)):
                placed = below(problem, f"documents[{n}]")
                findings.add(placed.code, placed.message, placed.field, placed.remedy)


def _rank(given: FileDocument) -> tuple[int, bool, dt.date]:
    """What is named comes before what names it: offers and challans, invoices, notes, each before its corrections."""
    corrects = given.amends is not None or given.revises is not None
    return NAMED_FIRST.index(given.type), corrects, given.date or dt.date.max


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
            draft = related_draft(register, given, draft)
            record = register.id_of("draft", str(n), stated_hash(given).hex())
            known = work.standing.stand(record) is not None
            if not known:
                save_draft(work, draft, record)
            tally.count("unissued", was_known=known)


def related_draft(register: Register, given: FileDocument, draft: Draft) -> Draft:
    """A draft with the ids of the papers it names, where book or file has them."""
    corrects = (draft.type,)
    source = given.source
    found = register.find_document(source.number, source.type, source.date) if source is not None else None
    return structs.replace(
        draft,
        original=_answered(register, draft.original, ANSWERED, "original") if draft.original else None,
        amends=_answered(register, draft.amends, corrects, "amends") if draft.amends else None,
        revises=_answered(register, draft.revises, corrects, "revises") if draft.revises else None,
        source=found.id if found is not None else None,
    )


def take_cancelled(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Cancel what the file says is cancelled, what names another paper before that one."""
    papers: dict[int, Brought] = {}
    for n, given in enumerate(file.cancelled):
        with findings.within(f"cancelled[{n}]"):
            found = register.find_document(given.number, given.type, given.date)
            papers[n] = found or _number_alone(work, register, given)
    for n in sorted(papers, key=lambda n: _leaning(work.paper(papers[n].id)), reverse=True):
        given = file.cancelled[n]
        with findings.within(f"cancelled[{n}]"):
            stand = work.standing.stand(papers[n].id)
            known = stand is not None and stand.state is State.CANCELLED
            if not known:
                on = given.on or max(given.date, papers[n].dated_on)
                _cancel(work, register, papers[n], on, given.reason or _("other"))
            told = [below(each, f"cancelled[{n}]") for each in cancelled_otherwise(given, papers[n].dated_on)]
            tally.warnings += [findings.source.placed(problem) for problem in told]
            tally.count("cancelled", was_known=known)


def _leaning(document: Document) -> tuple[bool, bool, dt.date]:
    """What may rest on others rises above them: notes, then corrections, each later one above the earlier."""
    corrects = document.amends is not None or document.revises is not None
    return document.original is not None, corrects, document.dated_on


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
    work.record(CANCELLED, claim, Cancellation(paper.id, on, reason.strip(), paper.dated_on))


def keep(
    work: Work, register: Register, document: Document, party: Id, seen: set[str], given: msgspec.Struct
) -> Kept:
    """Keep an imported document under its number. Raises `RuleBroken` with DUPLICATE for a number used otherwise."""
    problems = check_number(document.number, on=document.dated_on).problems
    if problems:
        raise RuleBroken(problems)
    place = _place(document)
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
    check_allocations(given)
    document = _related(work, register, given, document)
    return keep(work, register, document, document.buyer.party, seen, given), document


def _related(work: Work, register: Register, given: FileDocument, document: Document) -> Document:
    """The document with the ids of those it names, where book or file has them, and posting what it corrects anew."""
    if document.original is not None:
        answered = _answered(register, document.original, ANSWERED, "original")
        document = structs.replace(document, original=answered)
        original = work.paper(answered.document) if answered.document is not None else None
        problems = problems_between(document, original, None)
        if problems:
            raise RuleBroken(problems)
    if given.source is not None:
        found = register.find_document(given.source.number, given.source.type, given.source.date)
        if found is None:
            message = _("There is no document {number} here.").format(number=given.source.number)
            raise RuleBroken([Problem("NO_DOCUMENT", message, "source")])
        document = structs.replace(document, source=found.id)
    named = document.amends or document.revises
    if named is None:
        return document
    field = "amends" if document.amends is not None else "revises"
    corrected = _answered(register, named, (document.type,), field).document
    own = register.paper_id(document.type, document.dated_on, document.number)
    if corrected in (None, own):
        return document
    problems = problems_between(document, None, work.paper(corrected))
    later = correction_of(work.read, corrected)
    if later is not None and later not in (own, work.standing.holder(_place(document))):
        message = _("This document was corrected already by {number}.").format(
            number=work.paper(later).number
        )
        problems.append(Problem("CORRECTED", message, field, _("Correct that one instead.")))
    if problems:
        raise RuleBroken(problems)
    return replacing(document, corrected, work.paper(corrected))


def _answered(register: Register, named: Original, types: tuple[str, ...], field: str) -> Original:
    """The document that a paper names, found where book or file has it; by its year where its day is another."""
    try:
        found = register.need_document(named.number, types=types, on=named.dated_on)
    except RuleBroken as refused:
        if any(problem.code == "AMBIGUOUS" for problem in refused.problems):
            raise RuleBroken([structs.replace(p, field=field) for p in refused.problems]) from None
        alike = (register.find_document(named.number, type_, named.dated_on) for type_ in types)
        other = next((paper for paper in alike if paper is not None), None)
        return structs.replace(named, document=other.id) if other is not None else named
    return structs.replace(named, document=found.id)


def _place(document: Document) -> str:
    return number_place(document.type, financial_year(document.dated_on), document.number)


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
