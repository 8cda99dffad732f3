"""What a line out is when the book has no paper for it yet: a receipt returned, or money given back. Pure."""

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from core.bank.names import FAIR, STRONG, cheque_numbers, reference_keys
from core.bank.pairing import Field, by_key, told_money
from core.bank.proposal import BankLine, Credit, Money, NewBounce, NewPayback, Proposal
from core.bank.recording import mode_of, reference_of
from core.words import date_text, money_text
from core.words import translate as _

RETURN_DAYS = 45
"""A bank returns what it credited within so many days."""
CHARGE_DAYS = 5
CHARGE_PAISE_MAX = 2_000_00
"""What a bank takes for a return is no more than this, with its GST."""

_DAY = attrgetter("dated_on")
_RETURNED = re.compile(
    r"\b(rtn|rtnd|retn?|return(?:ed)?|bounced?|unpaid|dishono\w+|insuff\w*|reject\w*|reversal|rev|o/?w rtn|i/?w rtn)\b",
    re.IGNORECASE,
)
"""A payment that came back. Narration's own words tell of refunds too: such money is given back, not returned."""
_CHARGED = re.compile(r"\b(charges?|chrgs?|chgs?|chg|fees?|comm(?:ission)?|penal\w*|gst)\b", re.IGNORECASE)


def returns(field: Field, beside: Sequence[BankLine] = ()) -> list[Proposal]:
    """Lines out that take a receipt back which stands in the book, each with the bank's charge where a line tells it.

    `beside` are other open lines of the account, among which the charge may be.
    """
    returnable = by_key((-each.paise, each) for each in field.known.returnable)
    lines = list({line.id: line for line in (*field.lines.values(), *beside)}.values())
    charges = sorted(filter(_is_charge, lines), key=lambda line: (line.dated_on, line.id))
    told = [
        proposal
        for line in field.lines.values()
        for receipt in returnable.get(line.paise, ())
        if (proposal := _returned(field, line, receipt, charges)) is not None
    ]
    return [*told, *_charged_otherwise(field, charges)]


def paybacks(field: Field) -> list[Proposal]:
    """Lines out to a party with so much on account: money given back."""
    return [
        _given_back(field, line, likely.party, likely.likeness, credit)
        for line in field.lines.values()
        if line.paise < 0 and not _is_charge(line)
        for likely in field.likely(line)[:1]
        if likely.likeness >= STRONG
        for credit in _enough(field.known.credits.get(likely.party, ()), line)
    ]


def _returned(field: Field, line: BankLine, receipt: Money, charges: Sequence[BankLine]) -> Proposal | None:
    days = (line.dated_on - receipt.dated_on).days
    sureness, why = _likeness(field, line, receipt)
    if not 0 <= days <= RETURN_DAYS or not sureness:
        return None
    charge = _charge_of(line, charges)
    lines = (line,) if charge is None else (line, charge)
    taken = 0 if charge is None else -charge.paise
    told = _("Bounce of {number}, with charges of {charges} from the next line.").format(
        number=receipt.number, charges=money_text(taken)
    )
    plain = _("Bounce of {number}; no line tells what the bank took for it.").format(number=receipt.number)
    return Proposal(
        tuple(each.id for each in lines), confidence=sureness, reason=f"{plain if charge is None else told} {why}",
        arithmetic=(told_money(receipt), *_told(lines)), days=days, bounce=NewBounce(receipt, taken),
    )  # fmt: skip


def _likeness(field: Field, line: BankLine, receipt: Money) -> tuple[int, str]:
    """How surely a line returns a receipt of its amount, and why; nought where nothing says so."""
    text, says_so = f"{line.description} {line.reference}", _RETURNED.search(line.description) is not None
    if receipt.cheque and receipt.cheque in cheque_numbers(text):
        return 88, _("It names the cheque {cheque}.").format(cheque=receipt.cheque)
    if reference_keys(receipt.reference) & reference_keys(text):
        return 86, _("It has the receipt's reference.")
    named = field.likeness(line, receipt.party)
    if says_so and (named is None or named >= FAIR):
        return (84 if named else 66), _("Its words tell of a return, and the amount is the same.")
    return 0, ""


def _is_charge(line: BankLine) -> bool:
    return -CHARGE_PAISE_MAX <= line.paise < 0 and _CHARGED.search(line.description) is not None


def _charge_of(line: BankLine, charges: Sequence[BankLine]) -> BankLine | None:
    """The line by which the bank took its charge for a return: the nearest of the next days that tells of it.

    `charges` are given in order of days.
    """
    cheques = cheque_numbers(line.description, line.reference)
    first = bisect_left(charges, line.dated_on, key=_DAY)
    after = bisect_right(charges, line.dated_on + dt.timedelta(days=CHARGE_DAYS), key=_DAY)
    near = [
        each
        for each in charges[first:after]
        if each.id != line.id
        and (_RETURNED.search(each.description) or cheques & cheque_numbers(each.description, each.reference))
    ]  # fmt: skip
    return min(near, key=lambda each: _nearness(line, each, cheques), default=None)


def _nearness(line: BankLine, charge: BankLine, cheques: set[str]) -> tuple[object, ...]:
    names_it = bool(cheques & cheque_numbers(charge.description, charge.reference))
    return not names_it, (charge.dated_on - line.dated_on).days, charge.id


def _charged_otherwise(field: Field, charges: Sequence[BankLine]) -> Iterator[Proposal]:
    """A bounce in the book for which the bank took another charge than the book says: told, not accepted."""
    lines_of = by_key((line.paise, line) for line in field.lines.values())
    for money in field.money.values():
        if len(money.parts) != 2:
            continue
        for line in lines_of.get(money.parts[0], ()):
            charge = _charge_of(line, charges)
            if (
                charge is None
                or charge.paise == money.parts[1]
                or abs((line.dated_on - money.dated_on).days) > 15
            ):
                continue
            hindrance = _("The bank took {bank} for this bounce, the book says {book}.").format(
                bank=money_text(-charge.paise), book=money_text(-money.parts[1])
            )
            reason = _("The amount is that of {number}.").format(number=money.number)
            yield Proposal(
                (line.id, charge.id), (money,), confidence=60, reason=reason, hindrance=hindrance,
                arithmetic=(told_money(money), *_told((line, charge))),
            )  # fmt: skip


def _enough(known: Sequence[Credit], line: BankLine) -> list[Credit]:
    """The credits of before that hold so much: the one of just the amount alone, where there is one."""
    found = [each for each in known if each.open_paise >= -line.paise and each.dated_on <= line.dated_on]
    exact = [each for each in found if each.open_paise == -line.paise]
    return exact[:1] or found[:2]


def _given_back(field: Field, line: BankLine, party: bytes, likeness: int, credit: Credit) -> Proposal:
    name = field.known.parties.get(party, "")
    is_all = credit.open_paise == -line.paise
    told = _("Money given back to {name}: {open} lies on account of {number}.").format(
        name=name, open=money_text(credit.open_paise), number=credit.number
    )
    mode, amount = mode_of(line), -line.paise
    new = NewPayback(party, name, credit.paper, credit.number, amount, mode, reference_of(line))
    return Proposal(
        (line.id,), confidence=(82 if is_all else 68) - (100 - likeness) // 4, reason=told, payback=new,
        days=(line.dated_on - credit.dated_on).days,
    )  # fmt: skip


def _told(lines: Iterable[BankLine]) -> tuple[str, ...]:
    return tuple(
        _("Line of {date}: {amount}").format(date=date_text(line.dated_on), amount=money_text(line.paise))
        for line in lines
    )
