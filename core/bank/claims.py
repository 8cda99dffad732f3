"""What matching writes to the log: claims on lines of the bank and on the money they are, and their undoing.

A match holds the place of each of its lines and papers, so that of two devices the first to arrive has them.
"""

from collections.abc import Iterator

from core.advances import kinds as advances
from core.bank.model import Match, SetAside, Unmatching
from core.bank.recording import ASIDE_REASONS
from core.changes.change import Actor
from core.changes.kind import Effects, claim_kind
from core.changes.standing import Standing, State
from core.ids import Id
from core.problems import Problem
from core.receipts import kinds as receipts
from core.words import translate as _

MONEY = frozenset(kind.name for kind in (receipts.RECORDED, receipts.REVERSED, receipts.PAID_BACK,
                                         advances.RECEIVED, advances.REFUNDED))  # fmt: skip
"""The papers that move money through a bank. One that was taken back since moved it all the same."""

LINE = "bank.stated"
"""The kind of a line; core.bank.kinds gathers both, and imports this."""

_NOTHING = frozenset({State.HELD, State.VOID})


def line_place(line: Id) -> str:
    """The place that says what a line is."""
    return f"line/{line.hex()}"


def banked_place(paper: Id) -> str:
    """The place that says by which lines a paper's money came or went."""
    return f"banked/{paper.hex()}"


def problems_with_match(match: Match) -> Iterator[Problem]:
    """Each thing wrong with a match by itself."""
    papers = [each.paper for each in match.papers]
    if len(match.lines) + len(papers) < 2:
        yield Problem("REQUIRED", _("Choose the money that the line is."), "papers")
    if len(set(match.lines)) < len(match.lines) or len(set(papers)) < len(papers):
        yield Problem("DUPLICATE", _("A line or a paper is named twice."), "lines")
    total = sum(each.paise for each in match.papers)
    if total and not match.lines:
        yield Problem(
            "SUM", _("Without lines the papers take each other back: they add up to nought."), "papers"
        )
    if not 0 <= match.confidence <= 100:
        yield Problem("RANGE", _("Confidence is between 0 and 100 per cent."), "confidence")


def problems_with_aside(aside: SetAside) -> Iterator[Problem]:
    """Whether it says why."""
    if aside.reason not in ASIDE_REASONS:
        yield Problem("CHOICE", _("Say why the line is set aside."), "reason")


def _match_effects(claim: Id, match: Match) -> Effects:
    lines = [(line_place(line), claim) for line in match.lines]
    return Effects(holds=(*lines, *((banked_place(each.paper), claim) for each in match.papers)))


def _aside_effects(claim: Id, aside: SetAside) -> Effects:
    return Effects(holds=((line_place(aside.line), claim),))


def _admit_match(_id: Id, match: Match, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    for line in match.lines:
        yield from _unknown_line(line, standing)
    for each in match.papers:
        known = standing.stand(each.paper)
        if known is None or known.kind not in MONEY or known.state in _NOTHING:
            message = _("A paper named here moved no money: it is held, void or unknown.")
            yield Problem("NOT_STANDING", message, "papers")


def _admit_aside(_id: Id, aside: SetAside, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    yield from _unknown_line(aside.line, standing)


def _unknown_line(line: Id, standing: Standing) -> Iterator[Problem]:
    known = standing.stand(line)
    if known is None or known.kind != LINE or known.state in _NOTHING:
        yield Problem("NOT_STANDING", _("The book has no such line of a bank statement."), "lines")


def _admit_undoing(_id: Id, undoing: Unmatching, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    known = standing.stand(undoing.claim)
    if known is None or known.kind not in (MATCHED.name, SET_ASIDE.name):
        yield Problem("CHOICE", _("Only a match or a line set aside is undone so."), "claim")


MATCHED = claim_kind(
    "bank.matched", Match, problems=problems_with_match, admit=_admit_match, effects=_match_effects
)
SET_ASIDE = claim_kind(
    "bank.set_aside", SetAside, problems=problems_with_aside, admit=_admit_aside, effects=_aside_effects
)
UNDONE = claim_kind(
    "bank.undone", Unmatching, admit=_admit_undoing,
    effects=lambda _claim, undoing: Effects(undoes=(undoing.claim,)),
)  # fmt: skip
KINDS = (MATCHED, SET_ASIDE, UNDONE)
