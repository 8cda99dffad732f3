"""Settles an interchange file without a book: every document with its figures, and all that is wrong with it."""

import datetime as dt
from typing import Any

from core.changes.standing import State
from core.company.model import Company
from core.company.rules import problems_with_company
from core.errors import RuleBroken
from core.exchange import figures, masters
from core.exchange.answers import Json, Link, document_answer
from core.exchange.document_model import FileDocument
from core.exchange.model import BahiFile
from core.exchange.papers import settle_paper
from core.exchange.reading import Findings, Source
from core.exchange.register import BILLS
from core.facts import Facts
from core.fiscal import financial_year
from core.ids import Id, imported_id
from core.invoicing.model import Document
from core.items.model import Item
from core.items.rules import problems_with_item
from core.parties.model import Party
from core.parties.rules import problems_with_party
from core.problems import Problem, as_json
from core.words import translate as _

LATER = ("gstr1", "gstr3b", "einvoice", "ewaybill", "tally")
"""Parts of the answer that this version does not make yet; they are null."""


def preview(source: Source, link: Link) -> Json:
    """The answer of `bahi preview`: {documents, gstr1, gstr3b, einvoice, ewaybill, tally, problems, warnings}."""
    settling = _Settling(source)
    documents = settling.documents(link)
    later = [
        Problem("NOT_YET", _("This version of Bahi does not make {key} yet.").format(key=key), key)
        for key in LATER
    ]
    return {
        "documents": documents,
        **dict.fromkeys(LATER),
        "problems": [as_json(problem) for problem in settling.findings.problems],
        "warnings": [as_json(problem) for problem in later],
    }


class _Settling:
    """Settles the documents of one file, with its own company, parties and items."""

    def __init__(self, source: Source) -> None:
        self.findings = Findings(source)
        self._file: BahiFile = source.file
        self._company = self._company_of(self._file)
        self._parties: dict[str, tuple[Id, Party]] = {}
        self._items: dict[str, tuple[Id, Item]] = {}
        self._masters()

    def documents(self, link: Link) -> list[Json]:
        """Each document that settles, as `show` prints it."""
        settled = [
            (given, document)
            for n, given in enumerate(self._file.documents)
            if (document := self._settled(n, given)) is not None
        ]
        bills = {_key(d.number, d.dated_on): d for _given, d in settled if d.type in BILLS}
        off = {(c.type, _key(c.number, c.date)) for c in self._file.cancelled}
        opens = self._opens(settled, off)
        answers = []
        for given, document in settled:
            is_off = (document.type, _key(document.number, document.dated_on)) in off
            open_paise = opens[id(document)]
            original = document.original
            answers.append(
                document_answer(
                    document,
                    given,
                    open_paise=open_paise,
                    state=(State.CANCELLED if is_off else State.LIVE).name.lower(),
                    link="" if is_off else link(document, open_paise),
                    original=bills.get(_key(original.number, original.dated_on)) if original else None,
                )
            )
        return answers

    def _opens(
        self, settled: list[tuple[FileDocument, Document]], off: set[tuple[Any, str]]
    ) -> dict[int, int]:
        """What is still open of each document: less what the file allocates, then notes on their originals."""
        taken = self._taken()
        opens: dict[int, int] = {}
        bills: dict[str, Document] = {}
        for given, document in settled:
            value = document.totals.invoice_value_paise
            if document.type in BILLS:
                used = taken.get(document.number.casefold(), 0)
            else:
                used = sum(figures.paise(each.amount, "amount") for each in given.allocations or ())
            is_off = (document.type, _key(document.number, document.dated_on)) in off
            opens[id(document)] = 0 if is_off else max(value - used, 0)
            if document.type in BILLS:
                bills[_key(document.number, document.dated_on)] = document
        for given, note in settled:
            said = note.original
            bill = bills.get(_key(said.number, said.dated_on)) if said and given.allocations is None else None
            if bill is not None:
                part = min(opens[id(bill)], opens[id(note)])
                opens[id(bill)] -= part
                opens[id(note)] -= part
        return opens

    def _settled(self, n: int, given: FileDocument) -> Document | None:
        settled: list[Document] = []
        with self.findings.within(f"documents[{n}]"):
            known = self._parties.get(given.party.casefold())
            if known is None:
                message = _("No party has the code {code}.").format(code=given.party)
                raise RuleBroken([Problem("UNKNOWN_PARTY", message, "party", _("Add it to parties."))])
            document = settle_paper(
                given,
                company=self._company,
                party_id=known[0],
                party=known[1],
                item_by_code=lambda code: self._items.get(code.casefold()),
                facts=Facts.in_force(),
            )
            settled.append(document)
        return settled[0] if settled else None

    def _taken(self) -> dict[str, int]:
        """What receipts and notes of the file allocate to each number."""
        taken: dict[str, int] = {}
        given: list[Any] = [*self._file.receipts, *self._file.documents]
        for paper in given:
            for each in paper.allocations or ():
                key = each.document.casefold()
                try:
                    taken[key] = taken.get(key, 0) + figures.paise(each.amount, "amount")
                except RuleBroken:  # told where it stands, when it is imported
                    continue
        return taken

    def _company_of(self, file: BahiFile) -> Company:
        company = Company()
        with self.findings.within("company"):
            if file.company is None:
                raise RuleBroken([Problem("REQUIRED", _("The file names no company."))])
            company = masters.company(file.company, company)
            _refuse(list(problems_with_company(company)))
        return company

    def _masters(self) -> None:
        for n, party in enumerate(self._file.parties):
            with self.findings.within(f"parties[{n}]"):
                made = masters.party(party, Party())
                _refuse(list(problems_with_party(made)))
                self._parties[party.code.casefold()] = (imported_id("party", party.code.casefold()), made)
        for n, item in enumerate(self._file.items):
            with self.findings.within(f"items[{n}]"):
                made_item = masters.item(item, Item())
                _refuse(list(problems_with_item(made_item)))
                self._items[item.code.casefold()] = (imported_id("item", item.code.casefold()), made_item)


def _key(number: str, dated_on: dt.date) -> str:
    """A number in its financial year."""
    return f"{financial_year(dated_on)}/{number.casefold()}"


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise RuleBroken(problems)
