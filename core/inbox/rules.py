"""How what needs attention is worded: names of fields, values as the trade writes them, sentences. Pure."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from core.changes.answer import SET_ASIDE
from core.changes.change import decode_change
from core.changes.stamp import instant_of
from core.clock import india_time
from core.inbox.model import Attention, Choice, Told, Weight
from core.words import current_language, date_text, money_text, price_text, quantity_text, rate_text
from core.words import translate as _

_UNIT = re.compile("_(paise|bp|thousandths|tenthousandths|on|tenthousandths_pct)$")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NAMED_MAX = 6
_NOTES_ON_PAPERS = ("returns.unused",)
"""Kinds that name a type of paper and are none of it."""

DECIDED_ONCE = ("inbox.accepted", "inbox.voided", "parties.merged", "items.merged")
"""Claims that decide a thing for good: whoever came second finds it decided."""

_ONE_OF_A_PLACE = ("returns.filed", "returns.unused", "einvoice.registered")
"""Papers of which one alone can stand for what they tell of: a second one is voided, never accepted."""

_ASKING = (
    Attention.GAP, Attention.HELD, Attention.RELEASED, Attention.REFUSED, Attention.CONTESTED, Attention.LEANING,
)  # fmt: skip
"""Kinds that want something done elsewhere, though nothing but a dismissal is done from here."""

STANDS_NOWHERE = SET_ASIDE | {"ID_USED"}
"""Problems of held papers of which nothing stands, not even held."""

PAPERS = ("invoicing.issued",)
"""Kinds of paper that a person may cancel or answer with a credit note."""


def field_label(name: str) -> str:
    """A field's name as a bookkeeper says it: "terms_days" is "Terms in days"."""
    return _labels().get(name) or _UNIT.sub("", name).replace("_", " ").strip().capitalize()


def value_text(name: str, value: Any) -> str:
    """A field's value in the trade's writing; the end of the field's name tells its unit."""
    if value is None or value == "" or value == [] or value == {}:
        return _("(nothing)")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return _figure(name, value)
    if isinstance(value, Mapping):
        told = [
            _part(part, inner) for part, inner in value.items() if inner not in (None, "", [], {}, False, 0)
        ]
        return ", ".join(told) or _("(nothing)")
    if isinstance(value, list):
        return "; ".join(value_text("", part) for part in value)
    if isinstance(value, bytes):
        return value.hex()[:8]
    return date_text(dt.date.fromisoformat(value)) if _DAY.fullmatch(str(value)) else str(value)


def _part(name: str, value: Any) -> str:
    text = value_text(name, value)
    return text if isinstance(value, str | list | Mapping) else f"{field_label(name)} {text}"


def _figure(name: str, value: int) -> str:
    if name.endswith("_pct"):
        return f"{price_text(value)}%"
    if name == "paise" or name.endswith("_paise"):
        return money_text(value)
    if name.endswith("_bp"):
        return rate_text(value)
    if name.endswith("_tenthousandths"):
        return price_text(value)
    return quantity_text(value) if name.endswith("_thousandths") else str(value)


def signed(text: str, user: str, stamp: int) -> str:
    """What somebody wrote, with the name and the moment: "Chennai (Ravi, 04-05-2026 11:20)"."""
    return _("{text} ({user}, {moment})").format(text=text, user=user, moment=moment_text(stamp))


def signed_by_maker(text: str, data: bytes) -> str:
    """What a record says, with who made it and when, as its first change tells; the text alone where that is empty."""
    if not data:
        return text
    change = decode_change(data)
    return signed(text, change.user, change.stamp)


def moment_text(stamp: int) -> str:
    """The moment of a stamp in India: "04-05-2026 11:20"; one that no calendar knows is said to be so."""
    try:
        moment = india_time(instant_of(stamp))
    except OverflowError:  # a clock may be set to any year
        return _("a time beyond the year 9999")
    return f"{date_text(moment.date())} {moment:%H:%M}"


def paper_name(kind: str, told: Told) -> str:
    """A paper as people call it: "Invoice A/26-27/0004, Lotus Foods"."""
    noun = "" if kind in _NOTES_ON_PAPERS else _types().get(told.type)
    noun = noun or _nouns().get(kind) or _("Paper")
    named = f"{noun} {told.number}".strip()
    return f"{named}, {told.name}" if told.name else named


def change_text(kind: str) -> str:
    """A kind of change as people call it: "Party", "Settling with"."""
    return _nouns().get(kind) or _("Change")


def record_name(kind: str, name: str) -> str:
    """A record of class *fields* as people call it: "Party Lotus Foods"."""
    return f"{_nouns().get(kind, _('Record'))} {name}".strip()


def claim_name(kind: str, told: Told) -> str:
    """What a claim wanted, in one line: "Settling with AR/26-27/0001"."""
    noun = _nouns().get(kind, _("Change"))
    number = next((wanted.number for wanted in told.wanted if wanted.number), "")
    return f"{noun} {number or told.name}".strip()


def wanted_text(told: Told) -> str:
    """The amounts a claim wanted of each paper, or the papers it named: "₹ 500.00 for A/26-27/0004"."""
    amounts = [wanted for wanted in told.wanted[1:] if wanted.paise] or [w for w in told.wanted if w.paise]
    if amounts:
        return "; ".join(
            _("{amount} for {number}").format(
                amount=money_text(wanted.paise), number=wanted.number or _("a paper")
            )
            for wanted in amounts
        )
    return ", ".join(wanted.number for wanted in told.wanted if wanted.number)


def reasons(told: Told) -> str:
    """Why, in whole sentences."""
    return " ".join(problem.message for problem in told.problems)


def released_text(told: Told) -> str:
    """Which bills are open again, and since what: a cheque that bounced, or a receipt entered by mistake."""
    shown = [
        _("{number} ({amount})").format(number=wanted.number or _("a paper"), amount=money_text(wanted.paise))
        for wanted in told.wanted[:_NAMED_MAX]
    ]
    more = len(told.wanted) - len(shown)
    bills = ", ".join(shown)
    if more:
        bills = _("{bills} and {count} more").format(bills=bills, count=more)
    total = money_text(sum(wanted.paise for wanted in told.wanted))
    sentence = (
        _("The bank returned this money unpaid. {total} is owed again: {bills}.")
        if told.reason == "bounced"
        else _("This receipt was taken back. {total} is owed again: {bills}.")
    )
    return sentence.format(total=total, bills=bills)


def held_reasons(kind: str, told: Told) -> str:
    """Why a paper is held. Where a return's or a number's place was taken, it says what that means."""
    twice = {
        "returns.filed": _("Another device had noted this return as filed before; that one counts."),
        "returns.unused": _("The number was used, or noted as unused, on another device before."),
    }
    said = [
        twice.get(kind, problem.message) if problem.code == "NUMBER_USED" else problem.message
        for problem in told.problems
    ]
    return " ".join(said)


def leaning_text(number: str, *, is_void: bool) -> str:
    """What a paper leans on, and what to do about it."""
    sentence = (
        _(
            "It rests on {number}, which was voided and never counts. Take this back, or answer it by another paper."
        )
        if is_void
        else _("It rests on {number}, which is held and counts nowhere yet. Decide about that first.")
    )
    return sentence.format(number=number or _("a paper"))


def with_leaning(text: str, papers: Sequence[str]) -> str:
    """What is said of a held paper, and which later ones lean on it."""
    if not papers:
        return text
    shown = ", ".join(papers[:_NAMED_MAX])
    if more := len(papers) - _NAMED_MAX:
        shown = _("{bills} and {count} more").format(bills=shown, count=more) if more > 0 else shown
    rest = _("On it rest: {papers}. Each is judged on its own.").format(papers=shown)
    return f"{text} {rest}"


def choices_for(
    kind: str, told: Told, *, paper_kind: str, of: str = "", is_owner: bool = False
) -> tuple[str, ...]:
    """What may be done about an item by an owner or another. A refused change of a newer kind can only be dismissed."""
    if kind == Attention.CONFLICT:
        return (Choice.KEEP, Choice.RESTORE)
    if kind == Attention.HELD:
        return _choices_of_held(told, of, is_owner=is_owner)
    if kind == Attention.REFUSED and of == "invoicing.cancelled" and told.wanted:
        return (Choice.CREDIT_NOTE, Choice.TRY_AGAIN, Choice.DISMISS)
    if kind == Attention.REFUSED and (told.fields or told.wanted) and of not in DECIDED_ONCE:
        return (Choice.TRY_AGAIN, Choice.DISMISS)
    if kind == Attention.CONTESTED and paper_kind in PAPERS:
        return (Choice.CANCEL, Choice.CREDIT_NOTE, Choice.DISMISS)
    if kind == Attention.LEANING and paper_kind in PAPERS:
        return (Choice.CANCEL, Choice.DISMISS)
    return (Choice.DISMISS,)


def _choices_of_held(told: Told, of: str, *, is_owner: bool) -> tuple[str, ...]:
    codes = {problem.code for problem in told.problems}
    if codes & STANDS_NOWHERE:
        return (Choice.TRY_AGAIN, Choice.DISMISS)
    if not is_owner:
        return (Choice.DISMISS,)
    if of in _ONE_OF_A_PLACE and "NUMBER_USED" in codes:
        return (Choice.VOID,)
    return (Choice.ACCEPT, Choice.VOID)


def weight_of(kind: str, choices: Iterable[str]) -> Weight:
    """Whether an item waits for somebody's decision; one that can only be dismissed is there to be read."""
    decides = kind in _ASKING or any(choice != Choice.DISMISS for choice in choices)
    return Weight.DECIDE if decides else Weight.KNOW


def patch_text(patch: Mapping[int, Any], names: Iterable[str]) -> str:
    """The fields of a refused change with their values, in words."""
    known = list(names)
    told = []
    for number, value in patch.items():
        name = known[number - 1] if 1 <= number <= len(known) else f"field {number}"
        told.append(f"{field_label(name)}: {value_text(name, value)}")
    return "; ".join(told)


def _nouns() -> Mapping[str, str]:
    return _nouns_in(current_language())


@cache
def _nouns_in(_language: str) -> Mapping[str, str]:
    return {
        "company.edited": _("Company"),
        "parties.edited": _("Party"),
        "parties.merged": _("Merging the party"),
        "parties.parted": _("Parting the party"),
        "items.edited": _("Item"),
        "items.merged": _("Merging the item"),
        "items.parted": _("Parting the item"),
        "milestones.contracted": _("Contract"),
        "milestones.staged": _("Milestone"),
        "milestones.certified": _("Certifying a milestone"),
        "milestones.billed": _("Billing a milestone with"),
        "inbox.accepted": _("Accepting"),
        "inbox.voided": _("Voiding"),
        "dunning.ladder_set": _("Ladder of reminders"),
        "dunning.reminded": _("Reminder"),
        "dunning.step_taken": _("Taking a step of the ladder with"),
        "invoicing.drafted": _("Draft"),
        "invoicing.issued": _("Document"),
        "invoicing.cancelled": _("Cancelling"),
        "invoicing.draft_billed": _("Issuing a draft as"),
        "invoicing.corrected": _("Correcting a document by"),
        "ledger.allocated": _("Settling with"),
        "ledger.written_off": _("Writing off"),
        "ledger.released": _("Undoing a settlement"),
        "closing.closed": _("Closing the books"),
        "closing.reopened": _("Opening a closed period"),
        "receipts.recorded": _("Receipt"),
        "receipts.reversed": _("Receipt taken back"),
        "receipts.paid_back": _("Money given back"),
        "receipts.deposited": _("Deposit of cheques"),
        "receipts.cleared": _("Clearing of a cheque"),
        "bank.account_edited": _("Bank account"),
        "bank.stated": _("Line of a bank statement"),
        "bank.matched": _("Matching lines of the bank"),
        "bank.set_aside": _("Setting a line of the bank aside"),
        "bank.undone": _("Undoing a match"),
        "tds.seen": _("TDS credit seen"),
        "tds.form_seen": _("Form 26AS or 168"),
        "tds.certified": _("TDS certificate"),
        "tds.linked": _("Linking TDS credits"),
        "tds.claimed": _("Claiming TDS"),
        "tds.undone": _("Undoing a link of TDS"),
        "attachments.added": _("Attachment"),
        "attachments.removed": _("Taking an attachment off"),
        "interest.accepted": _("Acceptance of goods or services"),
        "interest.booked": _("Interest charged on a bill"),
        "interest.taxed": _("GST on interest received"),
        "returns.filed": _("Return"),
        "returns.amended": _("Amended row of a return"),
        "returns.unused": _("Unused number"),
        "returns.gap_explained": _("Missing number"),
        "advances.received": _("Receipt voucher"),
        "advances.refunded": _("Refund voucher"),
        "einvoice.registered": _("Registration of an e-invoice"),
        "einvoice.cancelled_at_portal": _("Cancelled IRN"),
        "eway.noted": _("E-way bill"),
    }


def _types() -> Mapping[str, str]:
    return {
        "INV": _("Invoice"), "CRN": _("Credit note"), "DBN": _("Debit note"), "CHL": _("Delivery challan"),
        "QTN": _("Quotation"), "PRF": _("Proforma invoice"),
    }  # fmt: skip


def _labels() -> Mapping[str, str]:
    return _labels_in(current_language())


@cache
def _labels_in(_language: str) -> Mapping[str, str]:
    return {
        "name": _("Name"),
        "legal_name": _("Legal name"),
        "trade_name": _("Trade name"),
        "code": _("Code"),
        "registration": _("GSTIN and State"),
        "address": _("Address"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "contact": _("Contact"),
        "pan": _("PAN"),
        "tan": _("TAN"),
        "bank": _("Bank account"),
        "terms": _("Terms"),
        "terms_days": _("Terms in days"),
        "credit_limit_paise": _("Credit limit"),
        "tds_code": _("TDS section or code"),
        "notes": _("Notes"),
        "note": _("Note"),
        "language": _("Language"),
        "archived": _("Archived"),
        "description": _("Description"),
        "tax": _("HSN and rate"),
        "price_tenthousandths": _("Price"),
        "price_includes_tax": _("Price includes tax"),
        "title": _("Title"),
        "party": _("Party"),
        "order_number": _("Order number"),
        "order_on": _("Order date"),
        "value_paise": _("Value"),
        "place_of_supply": _("Place of supply"),
        "worth": _("Worth"),
        "tenthousandths_pct": _("Per cent"),
        "paise": _("Amount"),
        "hsn": _("HSN or SAC"),
        "due_on": _("Due date"),
        "dated_on": _("Date"),
        "dropped": _("Dropped"),
        "steps": _("Steps"),
        "minimum_paise": _("Smallest amount to remind of"),
        "paused": _("Paused"),
        "lines": _("Lines"),
        "discarded": _("Discarded"),
        "signatory": _("Signatory"),
        "rounding": _("Rounding"),
        "filing": _("Filing"),
        "turnover_paise": _("Turnover"),
        "udyam": _("Udyam registration"),
        "reference": _("Reference"),
    }
