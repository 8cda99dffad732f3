"""What the editor shows beside the lines: totals, why this tax, what to beware of, what was paid last. Pure."""

import datetime as dt
from dataclasses import dataclass

from core.invoicing.model import Document, Draft
from core.invoicing.papers import BILLS, CHALLAN, INVOICE, NOTES, OFFERS, type_words
from core.invoicing.queries import LastPrice
from core.invoicing.rules import warning_text
from core.invoicing.settling import due_on, needs_payment_word
from core.parties.model import Party
from core.words import amount_text, date_text, money_text, price_text
from core.words import translate as _
from desktop.screens.invoices.editor.known import Known


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of a draft: (caption, amount) each, then the total; the reason of its tax; warnings."""

    rows: tuple[tuple[str, str], ...]
    total: str
    reason: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the lines. `due_on` is by the terms unless it was given, and `due_title` what that day is
    called ("" where the paper has none); `asks_payment` whether it must be said if IGST is paid; `place_found` is the
    place of supply as the law finds it."""

    title: str
    text: str
    is_note: bool
    is_challan: bool
    due_title: str
    due_on: dt.date
    place_found: str
    asks_payment: bool
    buyer: str


def totals_of(document: Document, *, reason: str) -> Totals:
    """The figures as they stand; `reason` is empty while nobody is named."""
    sums = document.totals
    named = [
        (_("Value of goods") if document.type == CHALLAN else _("Taxable value"), sums.taxable_paise),
        (_("Nil-rated"), sums.nil_paise),
        (_("Exempt"), sums.exempt_paise),
        (_("Outside GST"), sums.non_gst_paise),
        (_("IGST"), sums.igst_paise),
        (_("CGST"), sums.cgst_paise),
        (_("SGST"), sums.sgst_paise),
        (_("Cess"), sums.cess_paise),
        (_("Other charges"), sums.other_charges_paise),
        (_("Round off"), sums.round_off_paise),
    ]
    rows = [(name, amount_text(paise)) for at, (name, paise) in enumerate(named) if paise or at == 0]
    is_ripe = reason and sums.invoice_value_paise > 0
    warnings = [warning_text(code) for code in document.warnings] if is_ripe else []
    return Totals(
        tuple(rows),
        money_text(sums.invoice_value_paise),
        reason or _("Choose the party: its State decides the tax."),
        tuple(warnings),
    )


def head_of(draft: Draft, document: Document, known: Known) -> Head:
    """The head as it stands."""
    who = known.party_of(draft)
    return Head(
        title=title_of(draft),
        text=_answers(draft),
        is_note=draft.type in NOTES,
        is_challan=draft.type == CHALLAN,
        due_title=_due_title(draft.type),
        due_on=draft.due_on or due_by_terms(draft, document.dated_on, known),
        place_found=f"{document.place_name} ({document.place_of_supply})" if document.place_of_supply else "",
        asks_payment=who is not None and _asks_payment(who, document),
        buyer="" if who is None else _buyer(who),
    )


def due_by_terms(draft: Draft, dated_on: dt.date, known: Known) -> dt.date:
    """When it falls due by the terms of the party, or the company's; so long stands an offer too."""
    if draft.type in OFFERS:
        return dated_on + dt.timedelta(days=known.company.terms_days)
    return due_on(draft.type, dated_on, known.company, known.party_of(draft) or Party())


def last_price_text(last: LastPrice | None) -> str:
    """What this party paid last, in a line; empty when it never bought the item."""
    if last is None:
        return ""
    return _("Last billed at ₹ {price} on {date} ({number}). Ctrl+L takes it.").format(
        price=price_text(last.price_tenthousandths), date=date_text(last.dated_on), number=last.number
    )


def title_of(draft: Draft) -> str:
    """What the paper will be called."""
    if draft.revises is not None:
        return _("Revised invoice")
    if draft.amends is not None:
        return _("Correction: {paper}").format(paper=type_words().get(draft.type, draft.type))
    return _("Sale") if draft.type == INVOICE else type_words().get(draft.type, draft.type)


def _due_title(type_: str) -> str:
    if type_ in BILLS:
        return _("Due on")
    return _("Valid until") if type_ in OFFERS else ""


def _answers(draft: Draft) -> str:
    """The papers that it names, in a line."""
    sentences = (
        (_("answers {number} of {date}"), draft.original),
        (_("takes the place of {number} of {date}"), draft.amends or draft.revises),
    )
    return ", ".join(
        sentence.format(number=named.number, date=date_text(named.dated_on))
        for sentence, named in sentences
        if named is not None
    )


def _asks_payment(who: Party, document: Document) -> bool:
    try:
        return needs_payment_word(who.registration.kind, document.place_of_supply)
    except ValueError:  # a kind this version does not know: issuing names it
        return False


def _buyer(who: Party) -> str:
    parts = (who.registration.gstin or _("No GSTIN"), who.address.city, who.contact)
    return " · ".join(part for part in parts if part)
