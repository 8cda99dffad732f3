"""How matches, lines set aside and their undoing become rows."""

from core.bank.claims import MATCHED, SET_ASIDE, UNDONE
from core.bank.model import Match, SetAside, Unmatching
from core.bank.rules import ASIDE, OPEN
from core.bank.rules import MATCHED as IS_MATCHED
from core.ids import Id
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.bank import bank_lines, bank_papers


def project_match(rows: Rows, applied: Applied) -> None:
    """Its lines are open no more, and its papers are named with them."""
    match: Match = applied.body
    for line in match.lines:
        _set_line(rows, line, IS_MATCHED, applied.record)
    for each in match.papers:
        paper = applied.paper(each.paper)
        rows.put(
            bank_papers,
            paper=each.paper,
            claim=applied.record,
            paise=each.paise,
            party=paper.buyer.party,
            number=paper.number,
            name=paper.buyer.name,
        )


def project_aside(rows: Rows, applied: Applied) -> None:
    """The line is open no more."""
    aside: SetAside = applied.body
    _set_line(rows, aside.line, ASIDE, applied.record)


def project_undoing(rows: Rows, applied: Applied) -> None:
    """What the claim took is open again."""
    undoing: Unmatching = applied.body
    claim: Match | SetAside = applied.paper(undoing.claim)
    if isinstance(claim, SetAside):
        _set_line(rows, claim.line, OPEN, None)
        return
    for line in claim.lines:
        _set_line(rows, line, OPEN, None)
    for each in claim.papers:
        rows.drop(bank_papers, (each.paper,))


def _set_line(rows: Rows, line: Id, state: str, claim: Id | None) -> None:
    rows.set(bank_lines, (line,), state=state, claim=claim)
    rows.touch("bank", line)


PROJECTIONS: dict[str, Projection] = {
    MATCHED.name: project_match,
    SET_ASIDE.name: project_aside,
    UNDONE.name: project_undoing,
}
