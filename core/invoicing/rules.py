"""What must be true of a draft before it is issued. Pure.

Fields of lines are named `lines.2.rate_bp`, counted from 1. What the law asks besides is in particulars.py.
"""

import datetime as dt
from collections.abc import Iterator

from core.company.model import Company
from core.company.rules import state_of
from core.facts import Facts
from core.gst.party_kind import PartyKind
from core.gst.settle import TO_PAISE, WHOLE_BP, WHOLE_PCT
from core.invoicing.model import Document, Draft, DraftLine
from core.invoicing.papers import (
    BILLS,
    CHALLAN,
    CREDIT_NOTE,
    DEBIT_NOTE,
    INVOICE,
    NOTE_REASONS,
    NOTES,
    POSTING,
    PURPOSES,
    TYPES,
    bears_tax,
    purpose_words,
    reason_words,
    type_words,
)
from core.invoicing.particulars import problems_with_particulars
from core.invoicing.posting import owed_paise, postings_for, side_of
from core.invoicing.proof import VALUE_MAX_PAISE, problems_with_document
from core.invoicing.settling import buyer_of, draft_of, place_for, seller_of, settled
from core.invoicing.supplies import problems_with_references, problems_with_supply
from core.invoicing.warning import last_note_day, warning_text
from core.invoicing.wording import tax_reason, title_of
from core.items.rules import CESS_MAX_BP, RATE_MAX_BP, TREATMENTS, is_hsn
from core.money import half_up
from core.parties.model import Party
from core.problems import Problem
from core.words import money_text
from core.words import translate as _

LINES_MAX = 5_000
"""So many lines fit into one change of the log (1 MiB)."""
QUANTITY_MAX_THOUSANDTHS = 10**13
PRICE_MAX_TENTHOUSANDTHS = 10**15
GST_FROM = dt.date(2017, 7, 1)
DATES_UNTIL = dt.date(2099, 12, 31)
APPLICABLE_PERCENTS_BP = (WHOLE_BP, 6_500)
"""The whole rate, or 65 per cent of it: vehicles leased before GST (Notification 37/2017, Central Tax (Rate))."""


def problems_with_draft(
    draft: Draft,
    *,
    company: Company,
    party: Party | None,
    facts: Facts,
    today: dt.date | None = None,
    document: Document | None = None,
    original: Document | None = None,
    corrected: Document | None = None,
) -> list[Problem]:
    """Each thing that stands in the way of a draft, shape first; figures are judged when the shape is right.

    `document` is the draft settled, where the caller has it already; `original` the document that a note answers,
    `corrected` the one that it amends or revises, where the book has them. `today` is the day of issuing, and the
    date where none is given; without it the paper was issued elsewhere, and the particulars of Rule 46 are not asked.
    """
    problems = problems_with_shape(
        draft, company=company, party=party, today=today, original=original, corrected=corrected
    )
    if problems or party is None:
        return problems
    if document is None:
        document = settled(
            draft, company=company, party_id=draft.party or b"", party=party, items={}, facts=facts, on=today
        )
    problems = problems_with_figures(document, facts)
    return problems + list(problems_with_particulars(document, company, facts)) if today else problems


def problems_with_shape(
    draft: Draft,
    *,
    company: Company,
    party: Party | None,
    today: dt.date | None,
    original: Document | None,
    corrected: Document | None = None,
) -> list[Problem]:
    """What is wrong with a draft before any figure of it is settled."""
    problems = [*_head(draft, today), *_seller(draft, company), *problems_with_supply(draft, company, party)]
    problems += problems_with_references(draft, original, corrected, today)
    problems += _whole(draft)
    if not draft.lines:
        problems.append(Problem("REQUIRED", _("The paper has no lines."), "lines", _("Add what is sold.")))
    if len(draft.lines) > LINES_MAX:
        message = _("The paper has {count} lines; {most} are allowed.")
        text = message.format(count=len(draft.lines), most=LINES_MAX)
        return [*problems, Problem("TOO_MANY", text, "lines", _("Make two papers of it."))]
    for at, line in enumerate(draft.lines, 1):
        problems += problems_with_line(line, f"lines.{at}.")
    return problems


def problems_with_line(line: DraftLine, prefix: str = "") -> list[Problem]:
    """Each thing wrong with a line by itself; `prefix` is put before the field."""
    found: list[tuple[str, str]] = []
    if not line.description.strip() and line.item is None:
        found.append(("description", _("Say what is sold.")))
    if line.quantity_thousandths == 0 or abs(line.quantity_thousandths) > QUANTITY_MAX_THOUSANDTHS:
        found.append(("quantity_thousandths", _("This is no quantity.")))
    if abs(line.price_tenthousandths) > PRICE_MAX_TENTHOUSANDTHS:
        found.append(("price_tenthousandths", _("This is no price.")))
    if not line.unit.strip():
        found.append(("unit", _("The line needs a unit.")))
    if line.hsn and not is_hsn(line.hsn):
        found.append(("hsn", _("An HSN or SAC is a number of 4, 6 or 8 digits.")))
    if line.treatment not in TREATMENTS:
        found.append(("treatment", _("The treatment is taxable, nil, exempt or non_gst.")))
    if not 0 <= line.rate_bp <= RATE_MAX_BP:
        found.append(("rate_bp", _("A rate of GST is between 0 and 100 per cent.")))
    if not 0 <= line.cess_rate_bp <= CESS_MAX_BP:
        found.append(("cess_rate_bp", _("A rate of cess is between 0 and 1,000 per cent.")))
    if line.cess_per_unit_tenthousandths < 0:
        found.append(("cess_per_unit_tenthousandths", _("Cess per unit is not negative.")))
    if not 0 <= line.discount_tenthousandths_pct <= WHOLE_PCT:
        found.append(("discount_tenthousandths_pct", _("A discount is between 0 and 100 per cent.")))
    if line.discount_paise and line.discount_tenthousandths_pct:
        found.append(("discount_paise", _("Give the discount by per cent or as an amount, not both.")))
    return [Problem("LINE", message, prefix + field) for field, message in found]


def problems_with_figures(document: Document, facts: Facts) -> list[Problem]:
    """What is wrong with a draft once it is settled: lines or values below nought, nothing priced, Rule 46(e)."""
    problems = []
    for at, line in enumerate(document.lines, 1):
        if line.taxable_paise < 0:
            problems.append(_negative_line(at))
    value = document.totals.invoice_value_paise
    if value > VALUE_MAX_PAISE:
        problems.append(
            Problem("RANGE", _("The value is absurd."), "lines", _("Look at quantities and prices."))
        )
    if document.type != CHALLAN and all(line.price_tenthousandths == 0 for line in document.lines):
        remedy = _("Enter prices; what is given free has its price and 100 per cent discount.")
        problems.append(
            Problem("REQUIRED", _("No line has a price."), "lines.1.price_tenthousandths", remedy)
        )
    buyer = document.buyer
    if document.type not in POSTING:
        return problems
    limit = facts.limit("buyer_address", document.dated_on)
    is_addressed = (buyer.address.line1 or buyer.address.city) and buyer.address.state_code
    if buyer.kind == PartyKind.UNREGISTERED and value >= limit and not is_addressed:
        problems.append(_address_missing(limit))
    return problems


def problems_with_cancellation(reason: str) -> list[Problem]:
    """What is wrong with a cancellation by itself."""
    if reason.strip():
        return []
    return [Problem("REQUIRED", _("Say why the paper is cancelled."), "reason")]


def search_words(document: Document) -> str:
    """What a document is found by."""
    buyer, value = document.buyer, document.totals.invoice_value_paise
    parts = (document.number, buyer.name, buyer.code, document.reference, str(value // 100))
    return " ".join(part for part in parts if part)


def worth_paise(draft: Draft) -> int:
    """What a draft's lines come to as written, before tax and rounding; only for its list."""
    return sum(_line_worth(line) for line in draft.lines)


def _line_worth(line: DraftLine) -> int:
    gross = half_up(line.quantity_thousandths * line.price_tenthousandths, TO_PAISE)
    return gross - half_up(gross * line.discount_tenthousandths_pct, WHOLE_PCT) - line.discount_paise


def _head(draft: Draft, today: dt.date | None) -> Iterator[Problem]:
    if draft.type not in TYPES:
        yield Problem("CHOICE", _("This is no type of document."), "type")
    if draft.rounding not in ("none", "rupee"):
        yield Problem("CHOICE", _("Rounding is none or rupee."), "rounding")
    dated_on = draft.dated_on or today
    if dated_on is None:
        yield Problem("REQUIRED", _("The paper has no date."), "dated_on")
        return
    if today is not None and dated_on > today:
        yield Problem("FUTURE_DATE", _("The date lies in the future."), "dated_on", _("Issue it on its day."))
    if dated_on > DATES_UNTIL:
        yield Problem("RANGE", _("The date lies too far ahead."), "dated_on")
    if dated_on < GST_FROM:
        yield Problem("RANGE", _("The date lies before GST began on 1 July 2017."), "dated_on")
    if draft.due_on is not None and draft.due_on < dated_on:
        yield Problem("DUE_DATE", _("It falls due before its own date."), "due_on")
    if draft.paid_on is not None and today is not None and draft.paid_on > today:
        yield Problem("FUTURE_DATE", _("The day of payment lies in the future."), "paid_on")


def _whole(draft: Draft) -> Iterator[Problem]:
    if not 0 <= draft.discount_paise <= VALUE_MAX_PAISE:
        yield Problem("RANGE", _("A discount is not negative."), "discount_paise")
    for at, charge in enumerate(draft.charges, 1):
        if not 0 <= charge.paise <= VALUE_MAX_PAISE:
            yield Problem("RANGE", _("A charge is not negative."), f"charges.{at}.paise")
    if draft.applicable_percent_bp not in APPLICABLE_PERCENTS_BP:
        message = _("The applicable per cent is 65 or 100.")
        yield Problem("RANGE", message, "applicable_percent_bp")


def _seller(draft: Draft, company: Company) -> Iterator[Problem]:
    if not company.legal_name.strip():
        yield Problem(
            "REQUIRED", _("The company has no legal name."), "company.legal_name", _("Open Settings.")
        )
    if not state_of(company.registration, company.address):
        yield Problem("REQUIRED", _("The company has no State."), "company.registration", _("Open Settings."))
    if (company.registration.gstin and not company.composition) or not bears_tax(draft, None):
        return
    for at, line in enumerate(draft.lines, 1):
        if line.treatment == "taxable" and (
            line.rate_bp or line.cess_rate_bp or line.cess_per_unit_tenthousandths
        ):
            remedy = _("Make the line nil or exempt; or enter the company's GSTIN in Settings.")
            message = _("The company may not charge GST (CGST Act, s. 10 and 32).")
            yield Problem("TAX_NOT_ALLOWED", message, f"lines.{at}.rate_bp", remedy)


def _negative_line(at: int) -> Problem:
    return Problem(
        "NEGATIVE",
        _(
            "Line {line} comes to less than nothing, and no other line of its HSN and rate can bear it."
        ).format(line=at),
        f"lines.{at}.price_tenthousandths",
        _("Give it as a discount, or make a credit note."),
    )


def _address_missing(limit_paise: int) -> Problem:
    return Problem(
        "BUYER_ADDRESS",
        _("From {limit} on, a bill to an unregistered buyer carries address and State (Rule 46(e)).").format(
            limit=money_text(limit_paise)
        ),
        "party",
        _("Enter the party's address and State."),
    )


__all__ = [
    "BILLS",
    "CREDIT_NOTE",
    "DEBIT_NOTE",
    "INVOICE",
    "NOTES",
    "NOTE_REASONS",
    "POSTING",
    "PURPOSES",
    "TYPES",
    "buyer_of",
    "draft_of",
    "last_note_day",
    "owed_paise",
    "place_for",
    "postings_for",
    "problems_with_document",
    "problems_with_draft",
    "problems_with_particulars",
    "purpose_words",
    "reason_words",
    "seller_of",
    "settled",
    "side_of",
    "tax_reason",
    "title_of",
    "type_words",
    "warning_text",
]
