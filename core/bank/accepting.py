"""Verbs of matching: accepting what was proposed, recording a receipt with it, setting a line aside, undoing."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from core.bank.claims import MATCHED, MONEY, SET_ASIDE, UNDONE, banked_place, line_place
from core.bank.model import Line, Match, MatchedPaper, SetAside, Unmatching
from core.bank.names import FAIR, NameIndex, payer_key, upi_ids
from core.bank.proposal import NewReceipt, Proposal
from core.bank.proposals import name_index
from core.closing.queries import closed_through
from core.errors import RuleBroken
from core.facts import Facts
from core.ids import Id
from core.ledger.model import Account, AllocationLine
from core.ledger.queries import open_item
from core.parties.commands import party_in, save_party
from core.problems import Problem
from core.receipts.cheque_list import cheque_rows
from core.receipts.cheques import clear_receipt, undo_clearing
from core.receipts.commands import record_receipt
from core.receipts.model import Cheque, Deduction
from core.receipts.queries import receipt_of_reference
from core.receipts.reversing import bounce_receipt, pay_back, reverse_payback, reverse_receipt
from core.receipts.rules import CHEQUE
from core.shortfall.rules import Settling, settling
from core.store.work import Work
from core.words import date_text
from core.words import translate as _

NAMES_MAX = 12
"""So many names are learned of one party at the most."""
NAME_LETTERS_MIN = 5


class Accepted(NamedTuple):
    """What came of a proposal: the claim, and the paper that was recorded with it."""

    claim: Id
    receipt: Id | None = None
    payback: Id | None = None
    bounce: Id | None = None


def accept(
    work: Work,
    proposal: Proposal,
    *,
    today: dt.date,
    teach: bool = True,
    date_confirmed: bool = False,
    reference_confirmed: bool = False,
    facts: Facts | None = None,
) -> Accepted:
    """Match lines with the money they are; a new receipt, bounce or payback is recorded first, a line that is none is
    set aside.

    A cheque's money is noted as cleared on the line's day. With `teach` the payer's name is learned when it is new
    and no other party's. Raises `RuleBroken`: TAKEN, SUM (also for what is hindered), and what recording the paper
    raises.
    """
    if proposal.hindrance:
        raise RuleBroken([Problem("SUM", proposal.hindrance, "lines")])
    if proposal.aside:
        return Accepted(set_aside(work, proposal.lines[0], reason=proposal.aside, today=today))
    receipt = payback = bounce = None
    papers = [money.paper for money in proposal.papers]
    if proposal.recorded is not None:
        _refuse_taken(work, proposal.lines, papers)
    if proposal.new is not None:
        receipt = _record(
            work, proposal.new, proposal.lines[0], today=today, date_confirmed=date_confirmed,
            reference_confirmed=reference_confirmed, facts=facts,
        )  # fmt: skip
    elif proposal.bounce is not None:
        bounce = _bounce(work, proposal, today=today, date_confirmed=date_confirmed)
    elif proposal.payback is not None:
        payback = _pay_back(work, proposal, today=today, date_confirmed=date_confirmed, facts=facts)
    papers += [made for made in (receipt, payback, bounce) if made is not None]
    claim = match_lines(
        work, proposal.lines, papers, today=today, reason=proposal.reason, confidence=proposal.confidence
    )
    if teach:
        parties = {money.party for money in proposal.papers}
        _learn(work, proposal.lines, parties | ({proposal.new.party} if proposal.new else set()))
    return Accepted(claim, receipt, payback, bounce)


def accept_all(
    work: Work, proposals: Iterable[Proposal], *, today: dt.date, facts: Facts | None = None
) -> list[Accepted]:
    """Accept every proposal that is certain and still can be, all in one Work; the rest are left for a person."""
    closed = closed_through(work.read)
    return [
        accept(work, proposal, today=today, teach=False, facts=facts)
        for proposal in proposals
        if proposal.certain and _is_free(work, proposal, closed)
    ]


def match_lines(
    work: Work,
    lines: Sequence[Id],
    papers: Sequence[Id],
    *,
    today: dt.date,
    reason: str = "",
    confidence: int = 100,
) -> Id:
    """Say that these lines are this money; answers the claim's id.

    Raises `RuleBroken`: TAKEN when one of them is matched or set aside, NOT_STANDING, SUM when they do not add up to
    the same amount.
    """
    _refuse_taken(work, lines, papers)
    money = tuple(moved(work, paper) for paper in papers)
    came = sum(work.paper(line).paise for line in lines)
    if came != sum(each.paise for each in money):
        message = _("The lines and the papers do not add up to the same amount.")
        raise RuleBroken([Problem("SUM", message, "papers", _("Choose papers that make the line exactly."))])
    claim = work.new_id()
    work.record(MATCHED, claim, Match(tuple(lines), money, today, reason[:500], confidence))
    _note_cleared(work, lines, papers)
    return claim


def record_line(
    work: Work,
    line: Id,
    *,
    party: Id,
    mode: str,
    reference: str = "",
    deductions: Sequence[Deduction] = (),
    allocate: Sequence[AllocationLine] = (),
    today: dt.date,
    date_confirmed: bool = False,
    reference_confirmed: bool = False,
    facts: Facts | None = None,
) -> Accepted:
    """Record a line of the bank as a receipt told by hand, and match it; the payer's name is learned.

    What no bill takes stays on account. Raises `RuleBroken`: TAKEN, and what recording a receipt raises.
    """
    _refuse_taken(work, [line], [])
    stated: Line = work.paper(line)
    receipt = record_receipt(
        work, party=party, dated_on=stated.dated_on, amount_paise=stated.paise, mode=mode, reference=reference,
        deductions=deductions, allocate=tuple(allocate) or None, bank_account=stated.account, today=today,
        date_confirmed=date_confirmed, reference_confirmed=reference_confirmed, facts=facts,
    )  # fmt: skip
    claim = match_lines(work, [line], [receipt], today=today, reason=_("Told by hand."))
    _learn(work, [line], {party})
    return Accepted(claim, receipt)


def set_aside(work: Work, line: Id, *, reason: str, today: dt.date, note: str = "") -> Id:
    """Say that a line is no customer's money; answers the claim's id. Raises `RuleBroken`: TAKEN, CHOICE."""
    _refuse_taken(work, [line], [])
    claim = work.new_id()
    work.record(SET_ASIDE, claim, SetAside(line, today, reason, note.strip()))
    return claim


def set_aside_all(
    work: Work, lines: Sequence[Id], *, reason: str, today: dt.date, note: str = ""
) -> list[Accepted]:
    """Set several lines aside for one reason, all or none. Raises `RuleBroken`: TAKEN, CHOICE."""
    return [Accepted(set_aside(work, line, reason=reason, today=today, note=note)) for line in lines]


def undo(work: Work, claim: Id, *, today: dt.date, reason: str = "") -> Id:
    """Undo a match or a setting aside: its lines and papers are open again. A receipt recorded with it stands.

    Answers the new claim's id. Raises `RuleBroken`: NOT_STANDING, CHOICE.
    """
    record = work.new_id()
    work.record(UNDONE, record, Unmatching(claim, today, reason.strip()))
    body: Match | SetAside = work.paper(claim)
    if isinstance(body, Match):
        days = {work.paper(line).dated_on for line in body.lines}
        for row in cheque_rows(work.read, [each.paper for each in body.papers]):
            if row.cleared_on in days:
                undo_clearing(work, row.receipt)
    return record


def take_back(work: Work, accepted: Sequence[Accepted], *, today: dt.date) -> None:
    """Undo what was accepted a moment ago, the receipts and paybacks recorded with it too.

    A bounce stays in the book: what takes a paper back is not taken back itself. Raises what `undo` raises.
    """
    for each in reversed(accepted):
        undo(work, each.claim, today=today)
        if each.receipt is not None:
            day = work.paper(each.receipt).counts_on
            reverse_receipt(
                work, each.receipt, on=day, reason=_("Taken back at the bank's line"), today=today
            )
        if each.payback is not None:
            day = work.paper(each.payback).dated_on
            reverse_payback(
                work, each.payback, on=day, reason=_("Taken back at the bank's line"), today=today
            )


def moved(work: Work, paper: Id) -> MatchedPaper:
    """What a paper moved at the bank: in positive, out negative. Raises `RuleBroken` when it moved no money."""
    known = work.standing.stand(paper)
    if known is None or known.kind not in MONEY:
        message = _("A paper named here moved no money: it is held, void or unknown.")
        raise RuleBroken([Problem("NOT_STANDING", message, "papers")])
    body: Any = work.paper(paper)
    paise = sum(posting.paise for posting in body.postings if posting.account == Account.BANK)
    return MatchedPaper(paper, paise, body.number)


def _record(
    work: Work, new: NewReceipt, line: Id, *, today: dt.date, date_confirmed: bool, reference_confirmed: bool,
    facts: Facts | None,
) -> Id:  # fmt: skip
    stated: Line = work.paper(line)
    why = new.explanation
    how = settling(why) if why is not None else Settling((), (), ())
    return record_receipt(
        work, party=new.party, dated_on=stated.dated_on, amount_paise=new.amount_paise, mode=new.mode,
        reference=new.reference, deductions=why.deductions if why else (), allocate=how.allocate or None,
        cheque=Cheque(new.cheque, stated.dated_on) if new.cheque else None, bank_account=stated.account,
        write_offs=how.write_offs, credits_used=how.credits_used, today=today, date_confirmed=date_confirmed,
        reference_confirmed=reference_confirmed, facts=facts,
    )  # fmt: skip


def _bounce(work: Work, proposal: Proposal, *, today: dt.date, date_confirmed: bool) -> Id:
    """Take a receipt back on the line's day, with what the bank took for it."""
    new = proposal.bounce
    assert new is not None, "asked by who calls"
    stated: Line = work.paper(proposal.lines[0])
    reason = stated.description.strip() or stated.reference.strip() or _("Returned by the bank")
    return bounce_receipt(
        work, new.receipt.paper, on=stated.dated_on, reason=reason[:200], charges_paise=new.charges_paise,
        today=today, date_confirmed=date_confirmed,
    )  # fmt: skip


def _pay_back(
    work: Work, proposal: Proposal, *, today: dt.date, date_confirmed: bool, facts: Facts | None
) -> Id:
    new = proposal.payback
    assert new is not None, "asked by who calls"
    stated: Line = work.paper(proposal.lines[0])
    return pay_back(
        work, new.credit, on=stated.dated_on, amount_paise=new.amount_paise, mode=new.mode, reference=new.reference,
        reason=_("Given back as the bank's line of {date} tells").format(date=date_text(stated.dated_on)),
        bank_account=stated.account, today=today, date_confirmed=date_confirmed, facts=facts,
    )  # fmt: skip


def _is_free(work: Work, proposal: Proposal, closed: dt.date | None) -> bool:
    """Whether a proposal still can be accepted: nothing of it was taken since, its month is open, its reference new."""
    if any(work.standing.holder(place) is not None for place in _places(proposal)):
        return False
    new = proposal.new
    if new is None:
        return True
    if closed is not None and work.paper(proposal.lines[0]).dated_on <= closed:
        return False
    if new.reference and receipt_of_reference(work.read, new.reference) is not None:
        return False
    settled = new.explanation.lines if new.explanation else ()
    items = {each.document: open_item(work.read, each.document) for each in settled}
    return all(
        (item := items[each.document]) is not None and item.open_paise >= each.paise for each in settled
    )


def _places(proposal: Proposal) -> list[str]:
    lines = [line_place(line) for line in proposal.lines]
    return [*lines, *(banked_place(money.paper) for money in proposal.papers)]


def _refuse_taken(work: Work, lines: Sequence[Id], papers: Sequence[Id]) -> None:
    places = [*map(line_place, lines), *map(banked_place, papers)]
    taken = next((holder for holder in map(work.standing.holder, places) if holder is not None), None)
    if taken is not None:
        number = getattr(work.paper(taken), "number", "")
        message = _("This is matched already: {number}.") if number else _("This line was settled already.")
        raise RuleBroken([Problem("TAKEN", message.format(number=number), "lines", _("Undo that first."))])


def _note_cleared(work: Work, lines: Sequence[Id], papers: Sequence[Id]) -> None:
    """A cheque whose money came by a line is cleared from the line's day."""
    if not lines:
        return
    day = max(work.paper(line).dated_on for line in lines)
    cheques = [paper for paper in papers if getattr(work.paper(paper), "mode", "") == CHEQUE]
    for row in cheque_rows(work.read, cheques) if cheques else ():
        known = work.standing.stand(row.receipt)
        if (
            row.cleared_on is None
            and known is not None
            and known.stands
            and day >= max(work.paper(row.receipt).counts_on, row.deposited_on or day)
        ):
            clear_receipt(work, row.receipt, on=day)


def _learn(work: Work, lines: Sequence[Id], parties: set[Id]) -> None:
    """Let the payer's name in the lines become one of the party's, when it is new and nobody else's."""
    if len(parties) != 1 or not lines:
        return
    party = next(iter(parties))
    names: NameIndex = work.memo.setdefault("bank.names", None) or name_index(work.read)
    work.memo["bank.names"] = names
    description = work.paper(lines[0]).description
    key = payer_key(description, names.own)
    is_known = any(found.likeness >= FAIR for found in names.find(description))
    known = party_in(work, party)
    is_name = upi_ids(description) or sum(letter.isalpha() for letter in key) >= NAME_LETTERS_MIN
    if (
        known is None
        or is_known
        or not is_name
        or key in known.payer_names
        or len(known.payer_names) >= NAMES_MAX
    ):
        return
    save_party(work, msgspec.structs.replace(known, payer_names=(*known.payer_names, key)), party)
