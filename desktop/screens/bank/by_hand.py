"""Matching by hand: lines and money chosen one by one, with what both sides come to. Free of Qt."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

from core.bank.accepting import Accepted, accept, take_back
from core.bank.money import money_unmatched
from core.bank.proposal import Money, Proposal
from core.bank.queries import LineRow, lines_open
from core.ids import Id
from core.words import amount_in_words, amount_text, date_text, money_text
from core.words import translate as _
from desktop.ports import Ask, Column, Desk, Epoch, Listing, Nothing, Page, PageLike, Reader, Scope, Touched
from desktop.screens.bank.columns import HEARD

MONEY, LINES, CHOSEN = "money", "lines", "chosen"


class Offered(NamedTuple):
    """A line of the bank or a paper of the book that may be chosen; `said` is what the filter looks in."""

    id: Id
    dated_on: dt.date
    name: str
    number: str
    paise: int
    said: str
    money: Money | None = None
    line: LineRow | None = None


class Sides(NamedTuple):
    """What the lines and the papers chosen come to, and how many they are."""

    lines: int
    papers: int
    lines_paise: int
    papers_paise: int

    @property
    def difference_paise(self) -> int:
        """By how much the lines are more than the papers."""
        return self.lines_paise - self.papers_paise

    @property
    def can_match(self) -> bool:
        """Whether they are a match: two things at the least, and nought between them."""
        return self.lines + self.papers >= 2 and not self.difference_paise

    @property
    def sentence(self) -> str:
        """How the sides stand, in words."""
        if not self.lines + self.papers:
            return _("Choose with Space what belongs together.")
        if not self.difference_paise:
            if self.can_match and not self.papers:
                return _("The lines cancel each other: the bank's own entry and its taking back.")
            if self.can_match and not self.lines:
                return _("The papers cancel each other: money that the bank never saw.")
            return _("Both sides are the same: Ctrl+Enter matches.")
        told = (
            _("The lines are {amount} more than the papers: {words}.")
            if self.difference_paise > 0
            else _("The papers are {amount} more than the lines: {words}.")
        )
        amount = abs(self.difference_paise)
        return told.format(amount=money_text(amount), words=amount_in_words(amount))


class Picks:
    """What is chosen, in the order of choosing; it outlives the page, so that going back loses nothing."""

    def __init__(self, lines: Iterable[LineRow] = ()) -> None:
        self.kept: dict[Id, Offered] = {row.id: offered_line(row) for row in lines}

    def turn(self, row: Offered | None) -> None:
        """Choose, or leave out again."""
        if row is not None and self.kept.pop(row.id, None) is None:
            self.kept[row.id] = row

    def is_of(self, lines: Iterable[LineRow]) -> bool:
        """Whether these lines are among what is chosen: then the page goes on where it was left."""
        wanted = {row.id for row in lines}
        return wanted <= set(self.kept) if wanted else not self.lines

    @property
    def lines(self) -> list[Offered]:
        """The lines chosen."""
        return [row for row in self.kept.values() if row.line is not None]

    @property
    def papers(self) -> list[Offered]:
        """The papers chosen."""
        return [row for row in self.kept.values() if row.money is not None]

    @property
    def sides(self) -> Sides:
        """What they come to."""
        lines, papers = self.lines, self.papers
        return Sides(
            len(lines), len(papers), sum(row.paise for row in lines), sum(row.paise for row in papers)
        )


class HandView(Protocol):
    """What the presenter may ask of the page."""

    def show_picks(self, picks: Picks) -> None: ...
    def refresh(self) -> None: ...


class HandPresenter:
    """The choice of what belongs together, of one account's lines and all money of the book."""

    def __init__(
        self, view: HandView, desk: Desk, account: Id, picks: Picks, over: Callable[[], None]
    ) -> None:
        self._view = view
        self._desk = desk
        self._account = account
        self._over = over
        self._epoch = Epoch()
        self._offered: list[Offered] | None = None
        first = next(iter(picks.lines), None)
        self._wanted = sum(row.paise for row in picks.lines)
        self._day = first.dated_on if first is not None else desk.calendar.today()
        self.picks = picks
        self._leave = desk.hub.subscribe(self._hear)

    def put_away(self) -> None:
        """The page goes."""
        self._leave()
        self._epoch.turn()

    def listing(self) -> Listing[Offered]:
        """What may be chosen: money of the book, open lines, and what is chosen."""
        return Listing(
            name="bank.by_hand",
            columns=(
                Column("chosen", "", lambda row: "✓" if row.id in self.picks.kept else "", width=3),
                Column("date", _("Date"), lambda row: date_text(row.dated_on), width=11),
                Column("name", _("Name or words"), lambda row: row.name, width=22, stretch=True),
                Column("number", _("Number"), lambda row: row.number, width=18),
                Column("amount", _("Amount"), lambda row: amount_text(row.paise), "right", 13,
                       tone=lambda row: "danger" if row.paise < 0 else "", paise=lambda row: row.paise),
            ),
            fetch=self._fetch,
            reread=lambda reader, ask, ids: self._fetch(reader, ask, 0, 10_000).rows,
            row_id=lambda row: row.id,
            shows=frozenset(),
            depends=HEARD | {"bank"},
            scopes=(Scope(MONEY, _("Money")), Scope(LINES, _("Lines")), Scope(CHOSEN, _("Chosen"))),
            nothing=Nothing(_("Nothing here"), _("All money of the book is matched with lines of a bank."),
                            icon="bank"),
        )  # fmt: skip

    def turn(self, rows: Iterable[Offered | None]) -> None:
        """Choose these, or leave them out."""
        for row in rows:
            self.picks.turn(row)
        self._view.show_picks(self.picks)

    def match(self) -> None:
        """Match what is chosen, when both sides are the same."""
        picks = self.picks
        if not picks.sides.can_match:
            self._desk.notifier.tell(picks.sides.sentence)
            return
        proposal = Proposal(
            tuple(row.id for row in picks.lines),
            tuple(row.money for row in picks.papers if row.money is not None),
            confidence=100,
            reason=_("Matched by hand."),
        )
        command = partial(accept, proposal=proposal, today=self._desk.calendar.today())
        matched = partial(self._matched, picks.sides)
        self._desk.runner.write(_("Match by hand"), command, matched, self._desk.notifier.fail)

    def _matched(self, sides: Sides, done: Accepted) -> None:
        back = partial(take_back, accepted=[done], today=self._desk.calendar.today())
        told = _("Matched: {lines} lines with {papers} papers").format(lines=sides.lines, papers=sides.papers)
        self.picks.kept.clear()
        self._desk.notifier.done(told, undo=lambda: self._desk.runner.write(_("Undo"), back))
        self._over()

    def _fetch(self, reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[Offered]:
        rows = list(self.picks.kept.values()) if ask.scope == CHOSEN else self._all(reader)
        if ask.scope != CHOSEN:
            wants_line = ask.scope == LINES
            rows = [row for row in rows if (row.line is not None) == wants_line]
        typed = ask.text.casefold().split()
        rows = [row for row in rows if all(word in row.said for word in typed)] if typed else rows
        start = after or 0
        more = start + limit if start + limit < len(rows) else None
        return Page(rows[start : start + limit], more)

    def _all(self, reader: Reader) -> list[Offered]:
        found = self._offered
        if found is None:
            money = (offered_money(each) for each in money_unmatched(reader))
            found = [*money, *map(offered_line, lines_open(reader, self._account))]
            found.sort(key=self._nearness)
            self._offered = found
        return found

    def _nearness(self, row: Offered) -> tuple[object, ...]:
        """What is of the same amount first, then what moved the same way, by days from the line."""
        wanted = self._wanted
        return (
            row.paise != wanted,
            row.paise * wanted < 0,
            abs((row.dated_on - self._day).days),
            row.number,
            row.id,
        )

    def _hear(self, touched: Touched) -> None:
        if {kind for kind, records in touched.records.items() if records} & (HEARD | {"bank"}):
            self._offered = None
            self._desk.runner.read(self._still_open, self._drop_gone, epoch=self._epoch)

    def _still_open(self, reader: Reader) -> set[Id]:
        return {row.id for row in self._all(reader)}

    def _drop_gone(self, there: set[Id]) -> None:
        self.picks.kept = {record: row for record, row in self.picks.kept.items() if record in there}
        self._view.show_picks(self.picks)


def offered_line(row: LineRow) -> Offered:
    """A line as it is offered."""
    name = row.description or row.reference
    return Offered(row.id, row.dated_on, name, row.reference, row.paise,
                   _said(name, row.reference, row.dated_on, row.paise), line=row)  # fmt: skip


def offered_money(money: Money) -> Offered:
    """A paper as it is offered."""
    said = _said(money.name, f"{money.number} {money.reference} {money.cheque}", money.dated_on, money.paise)
    return Offered(money.paper, money.dated_on, money.name, money.number, money.paise, said, money=money)


def _said(name: str, number: str, day: dt.date, paise: int) -> str:
    figures = f"{amount_text(paise)} {abs(paise) // 100}.{abs(paise) % 100:02d}"
    return f"{name} {number} {date_text(day)} {figures}".casefold()


def kept_lines(picks: Picks, rows: Sequence[LineRow]) -> Picks:
    """The same choice when these lines are of it, else a new one that begins with them."""
    return picks if picks.kept and picks.is_of(rows) else Picks(rows)
