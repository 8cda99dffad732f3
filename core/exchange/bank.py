"""Bank accounts, the lines of their statements, and which money each line is, in and out.

What was undone is left out: a line says what it is now.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy.engine import Connection

from core.bank.accepting import moved
from core.bank.claims import MATCHED, SET_ASIDE, banked_place, line_place
from core.bank.commands import save_account
from core.bank.kinds import STATED
from core.bank.model import BankAccount, Layout, Line, Match, MatchedPaper, SetAside
from core.bank.queries import account as account_in
from core.bank.queries import account_by_number, accounts
from core.bank.rules import account_id, account_key, id_of_line
from core.changes.standing import State
from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.bank_model import (
    FileAside,
    FileBankAccount,
    FileBankLine,
    FileLayout,
    FileMatch,
    FileMatchedPaper,
)
from core.exchange.model import BahiFile
from core.exchange.named import PaperNamed, claims_in, named_papers
from core.exchange.outgoing import Names, accounts_in_order
from core.exchange.reading import Findings
from core.exchange.register import Register
from core.exchange.report import Tally
from core.ids import Id
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _

STANDING = (State.LIVE, State.CONTESTED)


def take_accounts(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in `bank_accounts`: new ones, and known ones as the file has them."""
    seen: set[str] = set()
    taken: set[Id] = set()
    for n, given in enumerate(file.bank_accounts):
        with findings.within(f"bank_accounts[{n}]"):
            if not given.code.strip() or given.code.casefold() in seen:
                message = _("An account has a code of its own in the file.")
                raise RuleBroken([Problem("DUPLICATE", message, "code")])
            seen.add(given.code.casefold())
            record = _account_id(work, register, given, taken)
            taken.add(record)
            kept = account_in(work.read, record)
            made = _account(given, kept)
            if kept is None or kept == made:
                tally.count("bank_accounts", was_known=kept is not None)
            else:
                tally.count_change("bank_accounts")
            if kept != made:
                save_account(work, made, record)
            register.keep_account(given.code, record)


def _account_id(work: Work, register: Register, given: FileBankAccount, taken: Container[Id]) -> Id:
    """The book's account of that number, or of that name and bank where neither has one; else the id of a new one."""
    if account_key(given.number):
        found = account_by_number(work.read, given.number)
        new = account_id(given.number)
        if found is None and work.standing.stand(new) is not None:
            new = register.id_of("bank account", given.code.casefold())
        return found or new
    own = register.id_of("bank account", given.code.casefold())
    alike = (
        row.id
        for row in accounts(work.read, archived=True)
        if not account_key(row.number)
        and (row.name.casefold(), row.bank) == (given.name.casefold(), given.bank)
        and row.id not in taken
    )
    return own if work.standing.stand(own) is not None else next(alike, own)


def _account(given: FileBankAccount, kept: BankAccount | None) -> BankAccount:
    layout = kept.layout if kept is not None else Layout()
    if given.layout is not None:
        layout = Layout(*(getattr(given.layout, name) for name in Layout.__struct_fields__))
    return BankAccount(
        name=given.name,
        bank=given.bank,
        number=given.number,
        ifsc=given.ifsc.upper(),
        layout=layout,
        opened_on=given.opened_on,
        opening_paise=figures.paise(given.opening, "opening"),
        archived=given.archived,
    )


def accounts_as_file(read: Connection, names: Names) -> tuple[FileBankAccount, ...]:
    """`bank_accounts`, by code."""
    return tuple(_file_account(code, body) for code, body in accounts_in_order(read, names.accounts))


def _file_account(code: str, body: BankAccount) -> FileBankAccount:
    layout = {name: getattr(body.layout, name) for name in Layout.__struct_fields__}
    return FileBankAccount(
        code=code,
        name=body.name,
        bank=body.bank,
        number=body.number,
        ifsc=body.ifsc,
        layout=FileLayout(**layout) if body.layout != Layout() else None,
        opened_on=body.opened_on,
        opening=figures.rupees(body.opening_paise) if body.opening_paise else None,
        archived=body.archived,
    )


class Lines:
    """Takes `bank_lines` and `matches` in, when the papers that they name are all there."""

    def __init__(self, work: Work, register: Register, file: BahiFile, findings: Findings) -> None:
        self._work = work
        self._register = register
        self._file = file
        self._findings = findings
        self._of_match: dict[int, list[Id]] = {}

    def take(self, tally: Tally) -> None:
        """Take in the lines with what is set aside of them, then the matches."""
        for n, given in enumerate(self._file.bank_lines):
            with self._findings.within(f"bank_lines[{n}]"):
                tally.count("bank_lines", was_known=not self._take_line(given))
        seen: set[int] = set()
        for n, match in enumerate(self._file.matches):
            with self._findings.within(f"matches[{n}]"):
                if match.match in seen:
                    raise RuleBroken(
                        [Problem("DUPLICATE", _("This number stands twice in the file."), "match")]
                    )
                seen.add(match.match)
                tally.count("matches", was_known=not self._take_match(match))
        for n, given in enumerate(self._file.bank_lines):
            if given.match is not None and given.match not in seen:
                message = _("The file has no match of this number.")
                self._findings.add("UNKNOWN_MATCH", message, f"bank_lines[{n}].match")

    def _take_line(self, given: FileBankLine) -> bool:
        work = self._work
        if given.match is not None and given.set_aside is not None:
            message = _("A line is matched or set aside, not both.")
            raise RuleBroken([Problem("CHOICE", message, "set_aside")])
        line = Line(
            account=self._register.need_account(given.account, "account"),
            dated_on=given.date,
            paise=figures.paise(given.amount, "amount"),
            description=given.description,
            reference=given.reference,
            value_on=given.value_date,
            balance_paise=figures.paise_or_none(given.balance, "balance"),
            nth=given.nth,
            source=given.source,
            place=given.place,
        )
        record = id_of_line(line)
        is_new = work.record(STATED, record, line)
        if given.match is not None:
            self._of_match.setdefault(given.match, []).append(record)
        if given.set_aside is not None:
            self._set_aside(record, given.set_aside)
        return is_new

    def _set_aside(self, line: Id, given: FileAside) -> None:
        holder = self._work.standing.holder(line_place(line))
        kept = self._work.paper(holder) if holder is not None else None
        if isinstance(kept, SetAside) and (kept.reason, kept.note) == (given.reason, given.note):
            return
        claim = self._register.id_of("set aside", line.hex(), given.on.isoformat(), given.reason, given.note)
        self._work.record(SET_ASIDE, claim, SetAside(line, given.on, given.reason, given.note))

    def _take_match(self, given: FileMatch) -> bool:
        lines = self._of_match.get(given.match, [])
        papers = tuple(self._paper(each, n) for n, each in enumerate(given.papers))
        holder = self._holder(lines, papers)
        if holder is not None and self._is_same(holder, lines, papers):
            return False
        came = sum(self._work.paper(line).paise for line in lines)
        if came != sum(each.paise for each in papers):
            message = _("The lines and the papers do not add up to the same amount.")
            raise RuleBroken(
                [Problem("SUM", message, "papers", _("Choose papers that make the line exactly."))]
            )
        named = [*sorted(line.hex() for line in lines), "/", *sorted(each.paper.hex() for each in papers)]
        claim = self._register.id_of("match", given.on.isoformat(), *named)
        body = Match(tuple(lines), papers, given.on, given.reason, given.confidence)
        return self._work.record(MATCHED, claim, body)

    def _paper(self, given: FileMatchedPaper, n: int) -> MatchedPaper:
        field = f"papers[{n}]"
        record = self._register.need_paper(given.type, given.number, given.date, field)
        told, paise = moved(self._work, record), figures.paise(given.amount, f"{field}.amount")
        if told.paise != paise:
            message = _("This paper moved another amount at the bank.")
            raise RuleBroken([Problem("SUM", message, f"{field}.amount")])
        return told

    def _holder(self, lines: list[Id], papers: tuple[MatchedPaper, ...]) -> Id | None:
        places = [*map(line_place, lines), *(banked_place(each.paper) for each in papers)]
        return next(filter(None, map(self._work.standing.holder, places)), None)

    def _is_same(self, holder: Id, lines: list[Id], papers: tuple[MatchedPaper, ...]) -> bool:
        kept = self._work.paper(holder)
        if not isinstance(kept, Match):
            return False
        return set(kept.lines) == set(lines) and {p.paper for p in kept.papers} == {p.paper for p in papers}


def lines_as_file(read: Connection, names: Names) -> tuple[tuple[FileBankLine, ...], tuple[FileMatch, ...]]:
    """`bank_lines` by account and day, and `matches`, numbered in the order of their first lines."""
    lines = [(record, body) for record, _state, body in claims_in(read, STATED, Line)]
    lines.sort(key=lambda each: _order(names, each[1]))
    asides = {body.line: body for body in _standing(read, SET_ASIDE, SetAside)}
    matches: list[Match] = list(_standing(read, MATCHED, Match))
    papers = named_papers(read, [each.paper for match in matches for each in match.papers])
    place = {record: n for n, (record, _line) in enumerate(lines)}

    def first(match: Match) -> tuple[Any, ...]:
        named = sorted((papers[each.paper].dated_on, papers[each.paper].number) for each in match.papers)
        return min((place[line] for line in match.lines), default=len(place)), match.matched_on, named

    matches.sort(key=first)
    label = {line: n for n, match in enumerate(matches, 1) for line in match.lines}
    return (
        tuple(_file_line(body, names, label.get(record), asides.get(record)) for record, body in lines),
        tuple(_file_match(n, match, papers) for n, match in enumerate(matches, 1)),
    )


def _standing(read: Connection, kind: Any, shape: type[Any]) -> Iterator[Any]:
    return (body for _record, state, body in claims_in(read, kind, shape) if state in STANDING)


def _order(names: Names, line: Line) -> tuple[Any, ...]:
    code = names.accounts[line.account]
    return code, line.dated_on, line.place, line.nth, line.paise, line.description, line.reference


def _file_line(line: Line, names: Names, match: int | None, aside: SetAside | None) -> FileBankLine:
    return FileBankLine(
        account=names.accounts[line.account],
        date=line.dated_on,
        amount=figures.rupees(line.paise),
        description=line.description,
        reference=line.reference,
        value_date=line.value_on,
        balance=None if line.balance_paise is None else figures.rupees(line.balance_paise),
        nth=line.nth,
        source=line.source,
        place=line.place,
        match=match,
        set_aside=FileAside(on=aside.set_aside_on, reason=aside.reason, note=aside.note) if aside else None,
    )


def _file_match(n: int, match: Match, papers: Mapping[Id, PaperNamed]) -> FileMatch:
    written: Iterable[FileMatchedPaper] = (
        FileMatchedPaper(
            number=papers[each.paper].number,
            date=papers[each.paper].dated_on,
            amount=figures.rupees(each.paise),
            type=papers[each.paper].type,  # type: ignore[arg-type]
        )
        for each in match.papers
    )
    return FileMatch(
        match=n,
        on=match.matched_on,
        papers=tuple(sorted(written, key=lambda each: (each.date, each.type, each.number))),
        reason=match.reason,
        confidence=match.confidence,
    )
