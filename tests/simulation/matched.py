"""What must be true of the bank, of tax and of interest in a healed world: nothing is taken for two things."""

import datetime as dt
from collections import Counter
from typing import Any

from core.bank.model import Line, Match, SetAside, Unmatching
from core.bank.queries import accounts
from core.bank.reconciling import reconciliation
from core.changes.standing import State
from core.ids import Id
from core.interest.model import Booking, Taxing
from core.invoicing.model import Document
from core.invoicing.papers import is_interest, is_interest_tax
from core.tds.model import Certificate, Claimed, Linked, Seen, TdsUndone
from core.tds.queries import seen_rows
from tests.simulation.broken import expect
from tests.simulation.settled import Till

_STATES = (
    "SELECT record, state FROM standing WHERE kind IN ('invoicing.issued', 'bank.matched', 'bank.set_aside')"
)
_TAKEN = "SELECT line, claim FROM tds_claims"


def prove_matched(read: Any, till: Till) -> None:
    """Lines and papers of the bank, credits of the department, bills and their interest: each is taken once."""
    undone = {body.claim for body in till.bodies.values() if isinstance(body, Unmatching | TdsUndone)}
    standing = {record: body for record, body in till.bodies.items() if record not in undone}
    _bank(read, standing)
    _reconciled(read, till)
    _tax(read, till, standing)
    _interest(read, till)


def _bank(read: Any, standing: dict[Id, Any]) -> None:
    lines: dict[Id, Id] = {}
    papers: dict[Id, Id] = {}
    for claim, body in standing.items():
        taken = body.lines if isinstance(body, Match) else (body.line,) if isinstance(body, SetAside) else ()
        for line in taken:
            expect(line not in lines, f"the line {line.hex()} is matched twice")
            lines[line] = claim
        for each in body.papers if isinstance(body, Match) else ():
            expect(each.paper not in papers, f"the money {each.paper.hex()} is matched twice")
            papers[each.paper] = claim
        if isinstance(body, Match):
            came = sum(standing[line].paise for line in body.lines)
            expect(
                came == sum(each.paise for each in body.papers), f"the match {claim.hex()} does not add up"
            )
    shown = dict(map(tuple, read.exec_driver_sql("SELECT id, claim FROM bank_lines WHERE claim IS NOT NULL")))
    expect(shown == lines, "the bank's lines show other matches than the order of changes")
    kept = dict(map(tuple, read.exec_driver_sql("SELECT paper, claim FROM bank_papers")))
    expect(kept == papers, "the papers show other matches than the order of changes")


def _reconciled(read: Any, till: Till) -> None:
    """On any day the statement is the book, less what is on its way, and what the book was not told."""
    days = sorted({body.dated_on for body in till.bodies.values() if isinstance(body, Line)})
    for account in accounts(read, archived=True):
        for on in {*days[:: max(1, len(days) // 3)], dt.date(2035, 1, 1)}:
            found = reconciliation(read, account.id, on)
            expect(found.difference_paise == 0, f"{account.name} on {on} differs by {found.difference_paise}")


def _tax(read: Any, till: Till, standing: dict[Id, Any]) -> None:
    """Of a line of the form one credit counts, whatever was read how often; it is claimed once, and linked once."""
    stated = {
        (body.tan, body.code, body.paid_on, body.paid_paise, body.deducted_paise, body.nth)
        for body in till.bodies.values()
        if isinstance(body, Seen)
    }
    rows = [row for row in seen_rows(read, 2000, 2100) if row.is_current]
    expect(len(rows) == len(stated), f"{len(rows)} credits count, and the forms show {len(stated)}")
    shown = sum(row.credit.deducted_paise for row in rows)
    expect(shown == sum(told[4] for told in stated), f"credits of {shown} count, which the forms do not show")
    claimed = Counter(body.line for body in standing.values() if isinstance(body, Claimed))
    linked = Counter(
        one for body in standing.values() if isinstance(body, Linked) for one in (*body.seen, *body.receipts)
    )
    twice = [one.hex() for one, times in (*claimed.items(), *linked.items()) if times > 1]
    expect(not twice, f"credits that are claimed or linked twice: {twice}")
    kept = {row[0] for row in read.exec_driver_sql(_TAKEN)}
    expect(kept == set(claimed), "the book shows other claims of tax than the order of changes")
    numbers = Counter(
        (body.form, body.tan, body.number, body.code, body.year, body.quarter)
        for body in till.bodies.values()
        if isinstance(body, Certificate)
    )
    expect(not numbers or max(numbers.values()) == 1, "a certificate counts twice")


def _interest(read: Any, till: Till) -> None:
    """A bill's interest of one time is charged by one note, its tax asked by one; a second one stands contested."""
    states: dict[Id, int] = dict(map(tuple, read.exec_driver_sql(_STATES)))
    live = {
        record: body
        for record, body in till.bodies.items()
        if isinstance(body, Document) and body.type == "DBN" and states[record] == State.LIVE
    }
    holders: Counter[tuple[str, Id, int]] = Counter()
    granted = set()
    for body in till.bodies.values():
        if isinstance(body, Booking):
            granted.add(body.note)
            holders["interest", body.document, body.nth] += body.note in live
        elif isinstance(body, Taxing):
            granted.add(body.document)
            holders["tax", body.note, body.nth] += body.document in live
    twice = [(what, on.hex(), nth) for (what, on, nth), times in holders.items() if times > 1]
    expect(not twice, f"interest or its tax is asked twice: {twice}")
    asked = [record for record, body in live.items() if is_interest(body) or is_interest_tax(body)]
    loose = [record.hex() for record in asked if record not in granted]
    expect(not loose, f"notes of interest that stand though their place is another's: {loose}")
