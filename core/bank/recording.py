"""What a line is when the book has no money for it yet: a new receipt, or no customer's money at all. Pure."""

import re
from typing import NamedTuple

from core.bank.names import FAIR, STRONG, cheque_numbers, payer_key, reference_keys, words_of
from core.bank.narration import mode_in, tells_of_return
from core.bank.pairing import Field
from core.bank.proposal import CERTAIN, BankLine, NewReceipt, Payable, Proposal
from core.ids import Id
from core.shortfall.model import Explanation
from core.words import translate as _

OWN_TRANSFER, BANK_CHARGE, BANK_INTEREST, PRIVATE, VENDOR, LOAN, TAX, OTHER = ASIDE_REASONS = (
    "own_transfer", "bank_charge", "bank_interest", "private", "vendor", "loan", "tax", "other",
)  # fmt: skip
"""Why a line is no customer's money."""

_ASIDE = tuple(
    (reason, sign, re.compile(pattern, re.IGNORECASE))
    for reason, sign, pattern in (
        (BANK_CHARGE, -1, r"\b(charges?|chrgs?|chgs?|chg|fees?|commission|comm|sms|penal|amb|amc)\b"),
        (BANK_INTEREST, 1, r"\b(int\.? ?pd|interest|int cr|int\.? ?paid|fd int)\b"),
        (TAX, -1, r"\b(gst ?pmt|gstn|cbdt|oltas|tin ?2|income tax|advance tax|epfo|esic|tds)\b"),
        (LOAN, 0, r"\b(loan|emi|od int|cc int|disburs\w*)\b"),
        (OWN_TRANSFER, 0, r"\b(self|own a\w*c|sweep|fd booked|auto ?sweep|cash wdl|atm|cash dep\w*)\b"),
    )
)
_JOINED = 5
_OWNERS_MAX = 3
_TELLING = 6
"""Signs of a bill's number from which on it can be no other word."""


class _Payer(NamedTuple):
    party: Id
    sureness: int
    why: str


def recordings(field: Field, *, several: bool = False) -> list[Proposal]:
    """The likeliest new receipt for each line left, or why it is set aside.

    With `several` every party that it may be, and each way in which the likeliest may have paid.
    """
    made: list[Proposal] = []
    used: set[Id] = set()
    left = field.known.explained_max
    for line in field.lines.values():
        payers = _payers(field, line) if line.paise > 0 else []
        before = _as_before(field, line)
        if before is not None and not several and payers and payers[0].sureness < STRONG:
            payers = []
        for at, payer in enumerate(payers if several else payers[:1]):
            found = _explained(field, line, payer.party) if left > 0 else []
            left -= 1
            alone = all(other.sureness <= payer.sureness - 8 for other in payers if other is not payer)
            for each in (found if several and not at else found[:1]) or [None]:
                bills = {part.document for part in each.lines} if each else set()
                is_free = several or used.isdisjoint(bills)  # a bill is certain to be meant once only
                used |= bills
                made.append(_recording(field, line, payer, each, is_alone=alone and is_free))
        if several or not payers:
            made += [before] if before is not None else _aside(line)
    return made


def _explained(field: Field, line: BankLine, party: Id) -> list[Explanation | None]:
    return list(field.known.explain(party, line)) if field.known.explain else []


def mode_of(line: BankLine) -> str:
    """How the money came, as the line's words tell it."""
    return mode_in(f"{line.description} {line.reference}")


def reference_of(line: BankLine) -> str:
    """The reference by which a receipt of this line is known: the bank's own column, else what the text names."""
    if line.reference.strip():
        return line.reference.strip()
    found = reference_keys(line.description)
    return max(found, key=lambda key: (len(key), key)).upper() if found else ""


def aside_reason(line: BankLine) -> str:
    """Why a line is likely to be no customer's money; empty when nothing says so."""
    for reason, sign, pattern in _ASIDE:
        if sign * line.paise >= 0 and pattern.search(line.description):
            return reason
    return ""


def named_bills(field: Field, line: BankLine) -> list[Payable]:
    """The open bills whose numbers a line's text spells, whatever it puts between the letters."""
    words = words_of(line.description)
    found: dict[Id, Payable] = {}
    for start in range(len(words)):
        joined = ""
        for word in words[start : start + _JOINED]:
            joined += word
            for payable in field.known.payables.get(joined, ()):
                found[payable.document] = payable
    return list(found.values())


def _payers(field: Field, line: BankLine) -> list[_Payer]:
    """Who may have paid, the likeliest first: by the bills a line names, by history, by name."""
    likely = {each.party: each for each in field.likely(line)}
    bills = named_bills(field, line)
    owners = list(dict.fromkeys(bill.party for bill in bills))
    payers = []
    for party in owners:
        named = [bill.number for bill in bills if bill.party == party]
        is_plain = (party in likely or len(owners) == 1) and any(map(_is_telling, named))
        sureness = max(98 if is_plain else 70, likely[party].likeness if party in likely else 0)
        payers.append(_Payer(party, sureness, _("It names {numbers}.").format(numbers=", ".join(named))))
    for party, each in likely.items():
        if party not in owners:
            why = (
                _("This payer was {name} before.")
                if field.remembered(line) == party
                else _("The name is {name}.")
            )
            name = field.known.parties.get(party, each.words)
            payers.append(_Payer(party, each.likeness, why.format(name=name)))
    return sorted(payers, key=lambda payer: -payer.sureness) or _who_owe(field, line)


def _is_telling(number: str) -> bool:
    """Whether a bill's number can hardly be anything else in a text: figures alone may be a code or a year."""
    return not number.isdigit() and sum(map(str.isalnum, number)) >= _TELLING


def _who_owe(field: Field, line: BankLine) -> list[_Payer]:
    """Where a line names nobody: the few parties that owe a bill of just this amount."""
    bills = field.bills_of(line.paise)
    owners = dict.fromkeys(bill.party for bill in bills)
    if not 0 < len(owners) <= _OWNERS_MAX:
        return []
    why = _("A bill of exactly this amount is open: {number}.")
    first = {bill.party: bill.number for bill in reversed(bills)}
    return [_Payer(party, FAIR, why.format(number=first[party])) for party in owners]


def _recording(
    field: Field, line: BankLine, payer: _Payer, explanation: Explanation | None, *, is_alone: bool
) -> Proposal:
    cheques = sorted(cheque_numbers(line.reference, line.description))
    mode = mode_of(line)
    cheque = cheques[0] if mode == "cheque" and cheques else ""
    name = field.known.parties.get(payer.party, "")
    new = NewReceipt(payer.party, name, line.paise, mode, reference_of(line), explanation, cheque)
    confidence = payer.sureness - 4 if payer.sureness >= STRONG else payer.sureness - 20
    if explanation is None or not explanation.lines:
        confidence, told = confidence - 22, _("No open bill takes it: it stays on account.")
    elif explanation.is_certain:
        told = explanation.sentence
    else:
        confidence, told = confidence - 12 - 8 * len(explanation.flags), explanation.sentence
    certain = bool(explanation and explanation.is_certain) and confidence >= CERTAIN and is_alone
    if tells_of_return(line.description):
        certain, confidence = False, confidence - 20
        told = " ".join((told, _("The line tells of money that came back.")))
    elif aside_reason(line) or field.is_returned(line) or not _settles_named(field, line, new):
        certain = False
    return Proposal(
        (line.id,), new=new, confidence=max(confidence, 15), reason=f"{payer.why} {told}", certain=certain,
        arithmetic=explanation.arithmetic if explanation else (),
    )  # fmt: skip


def _settles_named(field: Field, line: BankLine, new: NewReceipt) -> bool:
    """Whether a receipt settles each of its party's bills that the line names."""
    settled = {part.document for part in new.explanation.lines} if new.explanation else set()
    return all(bill.document in settled for bill in named_bills(field, line) if bill.party == new.party)


def _as_before(field: Field, line: BankLine) -> Proposal | None:
    """That a line is set aside for the one reason for which all earlier ones of this payer were."""
    key = payer_key(line.description, field.known.names.own)
    reasons = field.known.asides.get((key, line.paise > 0), {}) if key else {}
    if len(reasons) != 1 or field.remembered(line) is not None:
        return None
    ((reason, times),) = reasons.items()
    told = _("Lines with these words were set aside so {times} times before.") if times > 1 else _(
        "A line with these words was set aside so before."
    )  # fmt: skip
    confidence = min(72 + 4 * times, 88)
    return Proposal((line.id,), aside=reason, confidence=confidence, reason=told.format(times=times))


def _aside(line: BankLine) -> list[Proposal]:
    reason = aside_reason(line)
    if not reason:
        return []
    told = _("Its words say so; it is no customer's money.")
    return [Proposal((line.id,), aside=reason, confidence=70, reason=told)]
