"""Takes files into the book: all of it or nothing, in one Work, each paper known again when it comes twice.

First who and what, then documents, then what settles them (what the file allocates before what it leaves to the
rule), then what bank and portals said of them, cancellations, what was filed, and periods closed. What is wrong is
gathered over the whole file and refused at the end.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from core.company.commands import company_of, save_company
from core.company.model import Company
from core.company.rules import is_blank
from core.errors import RuleBroken
from core.exchange import masters
from core.exchange.bank import take_accounts
from core.exchange.closes import take_closes
from core.exchange.contracts import take_contracts
from core.exchange.documents import (
    check_amendments,
    take_cancelled,
    take_documents,
    take_opening,
    take_unissued,
)
from core.exchange.filings import take_amendments, take_filed, take_gaps, take_unused
from core.exchange.ledger_files import LedgerFile, take_ledger_file
from core.exchange.merged import take_merged
from core.exchange.model import BahiFile
from core.exchange.money import take_money
from core.exchange.portal_papers import take_eway_bills, take_irns
from core.exchange.reading import Findings, Source
from core.exchange.receipts import take_receipts, used_cheques
from core.exchange.register import Register
from core.exchange.reminders import take_ladder, take_reminders
from core.exchange.report import Report, Tally, TriedOut
from core.items.commands import keep_item
from core.items.model import Item
from core.parties.commands import keep_party
from core.parties.model import Party
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _


def import_files(work: Work, sources: Iterable[Source | LedgerFile], *, dry_run: bool = False) -> Report:
    """Take files in, one after the other. Raises `RuleBroken` with everything wrong in the first that is not good.

    `dry_run` raises `TriedOut` with the report instead, which takes everything back.
    """
    tally = Tally()
    for source in sources:
        if isinstance(source, LedgerFile):
            take_ledger_file(work, source, tally)
        else:
            _take_source(work, source, tally)
    if dry_run:
        raise TriedOut(tally.report())
    return tally.report()


def found_company(source: Source) -> Company:
    """The company that a new book is made for. Raises `RuleBroken` when the file names none."""
    findings = Findings(source)
    given = source.file.company
    made = Company()
    with findings.within("company"):
        if given is None:
            raise RuleBroken([Problem("REQUIRED", _("The file names no company."))])
        made = masters.company(given, made)
    findings.finish()
    return made


def _take_source(work: Work, source: Source, tally: Tally) -> None:
    findings, register = Findings(source), Register(work)
    file = source.file
    _take_company(work, file, findings, tally)
    findings.finish()
    take_masters(work, register, file, findings, tally)
    take_merged(work, register, file, findings, tally)
    take_accounts(work, register, file, findings, tally)
    take_ladder(work, file, findings, tally)
    take_opening(work, register, file, findings, tally)
    notes = take_documents(work, register, file, findings, tally)
    take_unused(work, register, file, findings, tally)
    received = take_receipts(work, register, file, findings, tally)
    findings.finish()  # what is missing would only echo in what refers to it
    take_money(work, register, file, [*received, *notes], findings, tally)
    tally.warnings += used_cheques(work.read, {each.id: each.path for each in received}, source).values()
    take_contracts(work, register, file, findings, tally)
    take_unissued(work, register, file, findings, tally)
    take_reminders(work, register, file, findings, tally)
    take_irns(work, register, file, findings, tally, of_cancelled=False)
    take_eway_bills(work, register, file, findings, tally)
    take_cancelled(work, register, file, findings, tally)
    take_irns(work, register, file, findings, tally, of_cancelled=True)
    take_filed(work, register, file, findings, tally)  # a filed return keeps its papers from being cancelled
    take_amendments(work, register, file, findings, tally)
    check_amendments(work, register, file, findings)
    take_gaps(work, file, findings, tally)
    take_closes(work, register, file, findings, tally)  # last: what is older was entered before
    findings.finish()


def take_masters(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in parties and items: new ones, and of known ones the fields that the file names."""
    seen: set[tuple[str, str]] = set()
    register.look_up([party.code for party in file.parties], [item.code for item in file.items])
    for n, party in enumerate(file.parties):
        with findings.within(f"parties[{n}]"):
            _once(seen, "party", party.code)
            known = register.party(party.code)
            record, kept = known or (register.id_of("party", party.code.casefold()), Party())
            made = masters.party(party, kept)
            made = msgspec.structs.replace(made, code=kept.code if known else made.code)
            _count(tally, "parties", kept if known else None, made)
            if made != kept:
                keep_party(work, made, record)
                register.keep_party(party.code, record, made)
    for n, item in enumerate(file.items):
        with findings.within(f"items[{n}]"):
            _once(seen, "item", item.code)
            known_item = register.item(item.code)
            record, kept_item = known_item or (register.id_of("item", item.code.casefold()), Item())
            made_item = masters.item(item, kept_item)
            made_item = msgspec.structs.replace(
                made_item, code=kept_item.code if known_item else made_item.code
            )
            _count(tally, "items", kept_item if known_item else None, made_item)
            if made_item != kept_item:
                keep_item(work, made_item, record)
                register.keep_item(item.code, record, made_item)


def _take_company(work: Work, file: BahiFile, findings: Findings, tally: Tally) -> None:
    given = file.company
    if given is None:
        return
    kept = company_of(work)
    with findings.within("company"):
        check_company(work, file)
        made = masters.company(given, kept)
        if made != kept:
            save_company(work, made)
            tally.count_change("company")


def check_company(work: Work, file: BahiFile) -> None:
    """Raise `RuleBroken` when the file is of another company than the book."""
    kept = company_of(work)
    number = masters.gstin(file.company.gstin) if file.company else None
    if not is_blank(kept) and isinstance(number, str) and number != kept.registration.gstin:
        message = _("The file is of the company {theirs}, this book is of {ours}.")
        message = message.format(theirs=number, ours=kept.registration.gstin or kept.legal_name)
        raise RuleBroken([Problem("COMPANY", message, "gstin", _("Import it into that company's book."))])


def _once(seen: set[tuple[str, str]], what: str, code: str) -> None:
    """Refuse a code that is blank or stands twice in the file."""
    if not code.strip():
        raise RuleBroken([Problem("REQUIRED", _("The code is blank."), "code")])
    if (what, code.casefold()) in seen:
        message = _("The code {code} stands twice in the file.").format(code=code)
        raise RuleBroken([Problem("DUPLICATE", message, "code")])
    seen.add((what, code.casefold()))


def _count(tally: Tally, what: str, kept: Any, made: Any) -> None:
    if kept is None or kept == made:
        tally.count(what, was_known=kept is not None)
    else:
        tally.count_change(what)
