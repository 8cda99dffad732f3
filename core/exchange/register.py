"""Who and what a file may refer to: parties and items by code, papers by number, and the ids of what it brings."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from core.bank.queries import account_by_number, accounts
from core.company.commands import company_of
from core.company.model import Company
from core.errors import RuleBroken
from core.fiscal import financial_year
from core.ids import Id, imported_id
from core.items.commands import item_in
from core.items.model import Item
from core.items.queries import item_by_code, items_by_code
from core.numbering.rules import number_place
from core.parties.commands import party_in
from core.parties.merged import ever_one
from core.parties.model import Party
from core.parties.queries import parties_by_code, party_by_code
from core.problems import Problem
from core.store.work import Work
from core.words import date_text
from core.words import translate as _

BILLS = ("INV", "DBN")
"""What a receipt or credit note may settle."""

_OF_NUMBER = "SELECT id FROM documents WHERE number_key = ? ORDER BY dated_on, id"
"""Asked once an allocation: the plain question costs a tenth of a composed one."""


class Brought(NamedTuple):
    """A document by which a file, or the book, is referred to."""

    id: Id
    type: str
    number: str
    dated_on: dt.date
    party: Id


class Directory(Protocol):
    """Whom a paper may name, in a book or in a file settled without one."""

    @property
    def company(self) -> Company: ...
    def need_party(self, code: str, field: str = "party") -> tuple[Id, Party]: ...
    def need_item(self, code: str, field: str = "item") -> tuple[Id, Item]: ...
    def need_account(self, code: str, field: str = "bank_account") -> Id: ...


class Register:
    """Look-ups for one Work that takes a file in. Ids are derived from company and number or code."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._parties: dict[str, tuple[Id, Party] | None] = {}
        self._items: dict[str, tuple[Id, Item] | None] = {}
        self._brought: dict[str, list[Brought]] = {}
        self._accounts: dict[str, Id] = {}
        self._as_one: dict[Id, Id] | None = None

    @property
    def company(self) -> Company:
        """The company of the book."""
        return company_of(self.work)

    def id_of(self, what: str, *parts: str) -> Id:
        """The id of an imported record: the same on every device of the company."""
        company = self.company
        return imported_id(what, company.registration.gstin or company.legal_name.casefold(), *parts)

    def paper_id(self, type_: str, dated_on: dt.date, number: str) -> Id:
        """The id of an imported paper: by type, financial year and number, ignoring case."""
        return self.id_of("paper", type_, str(financial_year(dated_on)), number.casefold())

    def party(self, code: str) -> tuple[Id, Party] | None:
        """The party of a code, whatever its case."""
        key = code.casefold()
        if key not in self._parties:
            self._parties[key] = self._party(key, party_by_code(self.work.read, code))
        return self._parties[key]

    def is_one(self, party: Id, other: Id) -> bool:
        """Whether two parties are one, or were: what one settled of the other's bills then stands."""
        if party == other:
            return True
        if self._as_one is None:
            self._as_one = ever_one(self.work.read)
        return party in self._as_one and self._as_one[party] == self._as_one.get(other)

    def look_up(self, parties: Iterable[str], items: Iterable[str]) -> None:
        """Look up the parties and items of many codes at once, and what the file may bring under them."""
        keys = [code.casefold() for code in parties]
        self.work.standing.warm([self.id_of("party", key) for key in keys])
        found = parties_by_code(self.work.read, keys)
        self._parties |= {key: self._party(key, found.get(key)) for key in keys}
        keys = [code.casefold() for code in items]
        self.work.standing.warm([self.id_of("item", key) for key in keys])
        found = items_by_code(self.work.read, keys)
        self._items |= {key: self._item(key, found.get(key)) for key in keys}

    def _party(self, key: str, found: Id | None) -> tuple[Id, Party] | None:
        found = found or self._without_code("parties", "P", key)
        kept = party_in(self.work, found) if found is not None else None
        return (found, kept) if found is not None and kept is not None else None

    def _item(self, key: str, found: Id | None) -> tuple[Id, Item] | None:
        found = found or self._without_code("items", "I", key)
        kept = item_in(self.work, found) if found is not None else None
        return (found, kept) if found is not None and kept is not None else None

    def keep_party(self, code: str, record: Id, party: Party) -> None:
        """Note a party as just written."""
        self._parties[code.casefold()] = (record, party)

    def item(self, code: str) -> tuple[Id, Item] | None:
        """The item of a code, whatever its case."""
        key = code.casefold()
        if key not in self._items:
            self._items[key] = self._item(key, item_by_code(self.work.read, code))
        return self._items[key]

    def _without_code(self, table: str, letter: str, code: str) -> Id | None:
        """The record without a code that an export wrote under one made of its id."""
        if not re.fullmatch(letter.lower() + "-[0-9a-f]{12}", code):
            return None
        sql = f"SELECT id FROM {table} WHERE code = '' AND lower(hex(substr(id, 11))) = ?"  # noqa: S608  own names
        found = self.work.read.exec_driver_sql(sql, (code[2:],)).fetchone()
        return found[0] if found else None

    def keep_item(self, code: str, record: Id, item: Item) -> None:
        """Note an item as just written."""
        self._items[code.casefold()] = (record, item)

    def need_party(self, code: str, field: str = "party") -> tuple[Id, Party]:
        """The party of a code. Raises `RuleBroken` when there is none."""
        found = self.party(code)
        if found is None:
            raise RuleBroken([unknown_party(code, field)])
        return found

    def need_item(self, code: str, field: str = "item") -> tuple[Id, Item]:
        """The item of a code. Raises `RuleBroken` when there is none."""
        found = self.item(code)
        if found is None:
            raise RuleBroken([unknown_item(code, field)])
        return found

    def keep_paper(self, paper: Brought) -> None:
        """Note a document that the file brought."""
        self._brought.setdefault(paper.number.casefold(), []).append(paper)

    def need_document(
        self,
        number: str,
        *,
        types: Iterable[str],
        on: dt.date | None = None,
        field: str = "document",
    ) -> Brought:
        """The one document of a number. Raises `RuleBroken`: NO_DOCUMENT, or AMBIGUOUS naming the candidates."""
        wanted = set(types)
        found = {
            paper.id: paper
            for paper in self._bearing(number)
            if paper.type in wanted and on in (None, paper.dated_on)
        }
        if len(found) == 1:
            return next(iter(found.values()))
        if not found:
            message = _("There is no document {number} here.").format(number=number)
            raise RuleBroken([Problem("NO_DOCUMENT", message, field)])
        raise RuleBroken([ambiguous(number, found.values(), field)])

    def need_paper(self, type_: str, number: str, dated_on: dt.date, field: str = "number") -> Id:
        """The numbered paper of a type and number, of the financial year of a day. Raises `RuleBroken`: NO_DOCUMENT."""
        found = self.work.standing.holder(number_place(type_, financial_year(dated_on), number))
        if found is None:
            message = _("There is no paper {number} here.").format(number=f"{type_} {number}"[:40])
            raise RuleBroken([Problem("NO_DOCUMENT", message, field)])
        return found

    def need_account(self, code: str, field: str = "bank_account") -> Id:
        """The bank account that the file calls by a code; else the book's of that number or name.

        Raises `RuleBroken`: UNKNOWN_ACCOUNT.
        """
        found = self._accounts.get(code.casefold()) or account_by_number(self.work.read, code)
        if found is None:
            wanted = code.strip().casefold()
            rows = accounts(self.work.read, archived=True)
            found = next((row.id for row in rows if row.name.casefold() == wanted), None)
        if found is None:
            raise RuleBroken([unknown_account(code, field)])
        return found

    def keep_account(self, code: str, record: Id) -> None:
        """Note an account of the file."""
        self._accounts[code.casefold()] = record

    def find_document(self, number: str, type_: str, dated_on: dt.date) -> Brought | None:
        """The document of a type, number and date; None when neither file nor book has it."""
        for paper in self._bearing(number):
            if paper.type == type_ and financial_year(paper.dated_on) == financial_year(dated_on):
                return paper
        return None

    def _bearing(self, number: str) -> list[Brought]:
        """Every document that bears a number: the file's own, then the book's."""
        found = list(self._brought.get(number.casefold(), ()))
        known = {paper.id for paper in found}
        for (record,) in self.work.read.exec_driver_sql(_OF_NUMBER, (number.casefold(),)):
            if record not in known:
                kept = self.work.paper(record)
                found.append(Brought(record, kept.type, kept.number, kept.dated_on, kept.buyer.party))
        return found


def ambiguous(number: str, candidates: Iterable[Brought], field: str) -> Problem:
    """The refusal of a number that several papers bear."""
    named = ", ".join(
        f"{paper.type} {paper.number} ({date_text(paper.dated_on)})"
        for paper in sorted(candidates, key=lambda paper: (paper.dated_on, paper.type))
    )
    message = _("{number} may mean several papers: {papers}.").format(number=number, papers=named)
    return Problem("AMBIGUOUS", message, field, _("Add the type, the date, or both."))


def unknown_party(code: str, field: str) -> Problem:
    """The refusal of a party that neither file nor book has."""
    message = _("No party has the code {code}.").format(code=code)
    return Problem("UNKNOWN_PARTY", message, field, _("Add it to parties."))


def unknown_item(code: str, field: str) -> Problem:
    """The refusal of an item that neither file nor book has."""
    message = _("No item has the code {code}.").format(code=code)
    return Problem("UNKNOWN_ITEM", message, field, _("Add it to items, or leave it out."))


def unknown_account(code: str, field: str) -> Problem:
    """The refusal of a bank account that neither file nor book has."""
    message = _("No bank account is called {code}.").format(code=code[:40])
    return Problem("UNKNOWN_ACCOUNT", message, field, _("Add it to bank_accounts."))
