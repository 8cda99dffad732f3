"""Which money of the book, or which new receipt, the lines of a statement are: proposed, with a reason. Pure.

Every proposal adds up to the paisa. Lines and money are found through indexes by reference, cheque, amount and party,
so the work grows with their number; the likeliest pairs are taken first, so that no receipt is proposed twice.
"""

from collections.abc import Iterable, Mapping, Sequence

from core.bank import grouping, pairing, recording, returning
from core.bank.proposal import BankLine, Known, Money, Proposal
from core.ids import Id


def propose(lines: Sequence[BankLine], money: Sequence[Money], known: Known) -> list[Proposal]:
    """One proposal at most for each line, the likeliest; no line and no money is in two of them.

    Money of the book comes before new receipts, and pairs before sums of several.
    """
    field = pairing.Field(lines, money, known)
    kept = assigned(pairing.pairs(field) + grouping.slips(field))
    field.let_go(kept)
    kept += assigned(grouping.sums(field))
    field.let_go(kept)
    kept += assigned(returning.returns(field) + returning.paybacks(field))
    field.let_go(kept)
    kept += recording.recordings(field)
    return kept


def choices(
    line: BankLine, money: Sequence[Money], known: Known, limit: int = 6, *, beside: Sequence[BankLine] = ()
) -> list[Proposal]:
    """All that one line may be, the likeliest first, whatever other lines may be.

    `beside` are the other open lines of its account, of which one may be the bank's charge for it.
    """
    field = pairing.Field([line], money, known)
    found = pairing.pairs(field) + grouping.slips(field) + grouping.sums(field)
    found += returning.returns(field, beside) + returning.paybacks(field)
    found += recording.recordings(field, several=True)
    return _unlike(sorted(found, key=_likeliest))[:limit]


def assigned(found: Iterable[Proposal]) -> list[Proposal]:
    """The likeliest proposals that do not ask for the same line or money.

    One that had a rival nearly as likely is not certain.
    """
    ordered = [(each, each.taken) for each in _unlike(sorted(found, key=_likeliest))]
    rivals: dict[Id, list[int]] = {}
    for each, wanted in ordered:
        for one in wanted:
            rivals.setdefault(one, []).append(each.confidence)
    taken: set[Id] = set()
    kept = []
    for each, wanted in ordered:
        if taken.isdisjoint(wanted):
            taken.update(wanted)
            kept.append(each._replace(certain=False) if each.certain and _has_rival(each, rivals) else each)
    return kept


def _unlike(ordered: Iterable[Proposal]) -> list[Proposal]:
    """Of proposals that say the same, found in several ways, the first."""
    kept: dict[object, Proposal] = {}
    for each in ordered:
        kept.setdefault((frozenset(each.taken), each.recorded, each.aside), each)
    return list(kept.values())


_MARGIN = 12


def _has_rival(proposal: Proposal, rivals: Mapping[Id, list[int]]) -> bool:
    """Whether another proposal wanted the same line or money and was nearly as likely."""
    near = proposal.confidence - _MARGIN
    return any(sum(confidence > near for confidence in rivals[one]) > 1 for one in proposal.taken)


def _likeliest(proposal: Proposal) -> tuple[object, ...]:
    return -proposal.confidence, proposal.days, proposal.lines, [m.paper for m in proposal.papers]
