"""Verbs of the bank's files: keeping an account, taking the lines of a statement in. Matching has its own."""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.bank.kinds import ACCOUNT_EDITED, STATED
from core.bank.model import BankAccount, Line
from core.bank.queries import LineRow, account, account_by_number, known_lines, lines_between
from core.bank.reading.statement import StatedLine
from core.bank.rules import account_id, account_key, line_id, said
from core.errors import RuleBroken
from core.ids import Id
from core.ledger.rules import reference_key
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _

NEW, KNOWN, OTHERWISE, DOUBTFUL = "new", "known", "otherwise", "doubtful"
"""How a line of a file stands: new, known by its id, known in another form, new but like one that is here."""
REFERENCE_LETTERS_MIN, WORD_LETTERS_MIN, TEXT_LETTERS_MIN = 6, 4, 12
"""What two forms of a line share proves nothing when it is shorter: a reference, a word, a text within the other."""
_WORD = re.compile(r"[A-Z0-9]+")


class Imported(NamedTuple):
    """What an import did: lines that are new, lines that were there, and new ones that look like a line that was
    there without being proved to be it (a person should look). `otherwise` says how many of the known ones the file
    words otherwise than the book."""

    new: tuple[Id, ...]
    known: int
    doubtful: tuple[Id, ...] = ()
    otherwise: int = 0


def save_account(work: Work, body: BankAccount, record: Id | None = None) -> Id:
    """Keep an account, new when no record is named. Raises `RuleBroken`, also when its number is another account's."""
    holder = account_by_number(work.read, body.number)
    if holder is not None and holder != record:
        raise RuleBroken([_number_used()])
    if record is None:
        record = account_id(body.number) if account_key(body.number) else work.new_id()
        if work.standing.stand(record) is not None:
            record = work.new_id()  # the account that was begun with this number bears another one now
    work.record(ACCOUNT_EDITED, record, body)
    return record


def import_lines(
    work: Work, account_record: Id, lines: Sequence[StatedLine], *, source: str = ""
) -> Imported:
    """Take the lines of a statement in, those that the book has left out. Raises `RuleBroken`: UNKNOWN_ACCOUNT.

    A line is known by what makes its id. Where another form of the same statement words it otherwise, it is known by
    a line of its day and amount that this file leaves unnamed, if balance, reference or words agree.
    """
    if account(work.read, account_record) is None:
        message = _("The book has no such bank account.")
        raise RuleBroken([Problem("UNKNOWN_ACCOUNT", message, "account")])
    stated = identified(account_record, lines, source)
    states = sorted_out(work.read, account_record, stated)
    new = [record for record, state in states.items() if state in (NEW, DOUBTFUL)]
    work.standing.warm(new)
    for record in new:
        work.record(STATED, record, stated[record])
    doubtful = tuple(record for record in new if states[record] == DOUBTFUL)
    otherwise = sum(1 for state in states.values() if state == OTHERWISE)
    return Imported(tuple(new), len(lines) - len(new), doubtful, otherwise)


def sorted_out(read: Connection, account_record: Id, stated: Mapping[Id, Line]) -> dict[Id, str]:
    """How each line of a file stands (NEW, KNOWN, OTHERWISE, DOUBTFUL): what an import would do, and does."""
    known = known_lines(read, stated)
    fresh = [line for record, line in stated.items() if record not in known]
    spare = _Spare(_around(read, account_record, fresh), known)
    found = {}
    for record, line in stated.items():
        if record in known:
            found[record] = KNOWN
        elif spare.take(line):
            found[record] = OTHERWISE
        else:
            found[record] = DOUBTFUL if spare.has_like(line) else NEW
    return found


def identified(account_record: Id, lines: Sequence[StatedLine], source: str = "") -> dict[Id, Line]:
    """The lines as the book keeps them, by id, equal ones of a day counted."""
    counts: Counter[tuple[dt.date, int, str]] = Counter()
    found = {}
    for line in lines:
        alike = (line.dated_on, line.paise, said(line.description, line.reference))
        counts[alike] += 1
        nth = counts[alike]
        record = line_id(account_record, line.dated_on, line.paise, line.description, line.reference, nth)
        found[record] = Line(
            account_record, line.dated_on, line.paise, line.description, line.reference, line.value_on,
            line.balance_paise, nth, source, line.place,
        )  # fmt: skip
    return found


class _Spare:
    """Lines that the book has and a file does not name by id: one of them may be a line of it, worded otherwise."""

    def __init__(self, rows: Sequence[LineRow], named: set[Id]) -> None:
        self._rows: dict[tuple[dt.date, int], list[LineRow]] = defaultdict(list)
        for row in rows:
            if row.id not in named:
                self._rows[row.dated_on, row.paise].append(row)

    def take(self, line: Line) -> bool:
        """Whether one of them is this line; it is then used up."""
        rows = self._rows.get((line.dated_on, line.paise), [])
        same = next((row for row in rows if is_same(line, row)), None)
        if same is None:
            return False
        rows.remove(same)
        return True

    def has_like(self, line: Line) -> bool:
        """Whether one of them is of the same day and amount."""
        return bool(self._rows.get((line.dated_on, line.paise)))


def is_same(line: Line, row: LineRow) -> bool:
    """Whether a line of a day and amount is the book's line of that day and amount, by what else both state."""
    ours, theirs = (reference_key(text).lstrip("0") for text in (line.reference, row.reference))
    if ours and theirs and not (ours.startswith(theirs) or theirs.startswith(ours)):
        return False
    is_named = bool(ours and theirs) and min(len(ours), len(theirs)) >= REFERENCE_LETTERS_MIN
    if line.balance_paise is not None and row.balance_paise is not None:
        is_at_one = line.balance_paise == row.balance_paise
        return is_at_one and (is_named or _speak_alike(line.description, row.description))
    if is_named:
        return True
    one, two = said(line.description), said(row.description)
    if not one or not two:
        return True
    return min(len(one), len(two)) >= TEXT_LETTERS_MIN and (one in two or two in one)


def _speak_alike(one: str, two: str) -> bool:
    """Whether two texts of one balance may be one line: they share a word that says something, or one says nothing."""
    mine, theirs = _telling(one), _telling(two)
    return not mine or not theirs or not mine.isdisjoint(theirs)


def _telling(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.upper()) if len(word) >= WORD_LETTERS_MIN}


def _around(read: Connection, account_record: Id, fresh: Sequence[Line]) -> list[LineRow]:
    days = [line.dated_on for line in fresh]
    return lines_between(read, account_record, min(days), max(days)) if days else []


def _number_used() -> Problem:
    return Problem(
        "DUPLICATE",
        _("Another account has this number already."),
        "number",
        _("Open that account, or correct the number."),
    )
