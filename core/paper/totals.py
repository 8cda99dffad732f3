"""What a document comes to: its figures in a column, in words, what is asked, and where to pay it."""

from core.invoicing.model import Charge, Document
from core.invoicing.papers import BILLS, CHALLAN, PROFORMA, is_abroad, shows_tax
from core.paper.clauses import clauses, tax_pairs
from core.paper.foreign import foreign_hundredths, foreign_text
from core.paper.letterhead import MAIN, SIDE, SIDE_AT, payment_panel
from core.paper.panel import SMALL, STRONG, Panel, above, beside, stack, sums, titled, wrapped
from core.paper.payment import asked_paise, document_link
from core.paper.sheet import Say, spoken
from core.words import amount_in_words, amount_text, money_text

Pairs = list[tuple[str, str, bool]]


def totals_panel(document: Document, _: Say, *, cancelled: bool, open_paise: int | None) -> Panel:
    """The document's sums on the right; on the left their words, what the law has written, and where to pay."""
    value_paise = document.totals.invoice_value_paise
    left: list[Panel] = []
    if value_paise or document.type != CHALLAN:
        words = amount_in_words(value_paise, spoken(document.language))
        left += [titled(_("Amount in words"), wrapped(words, MAIN, STRONG)), *_tax_words(document, _)]
    left += [stack(wrapped(clause, MAIN, STRONG)) for clause in clauses(document, _)]
    right = [sums(total_pairs(document, _), SIDE)]
    if document.number and not cancelled:
        if document.type in BILLS:
            asked = asked_paise(document, open_paise)
            # No one abroad can scan it.
            link = "" if is_abroad(document) else document_link(document, open_paise=open_paise)
            left.append(payment_panel(document.seller.bank, link, asked, _, MAIN))
            right.append(sums(_asked_pairs(document, asked, _), SIDE))
        elif document.type == PROFORMA:
            left.append(payment_panel(document.seller.bank, "", 0, _, MAIN))
    return beside((0, above(*left, gap=6)), (SIDE_AT, above(*right)))


def _tax_words(document: Document, _: Say) -> list[Panel]:
    """The tax in words, where one line holds it."""
    tax_paise = sum(paise for _head, paise in tax_pairs(document, _))
    if not tax_paise or document.reverse_charge:
        return []
    spelt = _("Tax: {words}").format(words=amount_in_words(tax_paise, spoken(document.language)))
    lines = wrapped(spelt, MAIN, SMALL)
    return [stack(lines)] if len(lines) == 1 else []


def total_pairs(document: Document, _: Say) -> Pairs:
    """The figures from the gross value down to the total, each with its name; what is nought is left out."""
    totals = document.totals
    if document.type == CHALLAN and not totals.invoice_value_paise:
        return []
    heads: list[tuple[str, int]] = [
        (_("Taxable value") if shows_tax(document) else _("Value"), totals.taxable_paise),
        (_("Nil rated"), totals.nil_paise),
        (_("Exempt"), totals.exempt_paise),
        (_("Non-GST"), totals.non_gst_paise),
    ]
    if not document.reverse_charge:
        heads += tax_pairs(document, _)
    heads += [(charge.description or _("Other charges"), charge.paise) for charge in _untaxed(document)]
    heads.append((_("Round off"), totals.round_off_paise))
    heads = [(label, paise) for label, paise in heads if paise]
    figures = [*_down_to_value(document, _), *heads]
    total = _("Total")
    if document.type == CHALLAN:
        total = _("Value of goods")
        figures = figures if len(figures) > 1 else []
    pairs = [(label, amount_text(paise), False) for label, paise in figures]
    pairs.append((total, money_text(totals.invoice_value_paise), True))
    if document.foreign is not None:
        worth = foreign_text(foreign_hundredths(totals.invoice_value_paise, document.foreign))
        pairs.append((_("Total {currency}").format(currency=document.foreign.currency), worth, True))
    return pairs


def _untaxed(document: Document) -> list[Charge]:
    """The charges added after tax, as one sum where the document does not name them all."""
    charges = [charge for charge in document.charges if not charge.taxed]
    if sum(charge.paise for charge in charges) == document.totals.other_charges_paise:
        return charges
    return [Charge(paise=document.totals.other_charges_paise, taxed=False)]


def _down_to_value(document: Document, _: Say) -> list[tuple[str, int]]:
    """From the gross value over discounts and taxed charges to the value of the lines, where they explain it."""
    lines = document.lines
    gross = sum(line.gross_paise for line in lines)
    steps = [
        (_("Less discount"), -sum(line.discount_paise for line in lines)),
        (_("Less discount on the bill"), -document.discount_paise),
    ]
    steps += [
        (charge.description or _("Charges"), charge.paise) for charge in document.charges if charge.taxed
    ]
    explained = gross + sum(paise for _label, paise in steps) == sum(line.taxable_paise for line in lines)
    if not explained or not any(paise for _label, paise in steps):
        return []
    return [(_("Gross value"), gross), *((label, paise) for label, paise in steps if paise)]


def _asked_pairs(document: Document, asked_paise: int, _: Say) -> Pairs:
    """What was billed before and what has come in, down to the balance; nothing while the whole is due."""
    value_paise = document.totals.invoice_value_paise
    if asked_paise == value_paise:
        return []
    before = document.replaces.invoice_value_paise if document.replaces else 0
    pairs = [
        (_("Billed before"), before),
        (_("Received or adjusted"), value_paise - before - asked_paise),
    ]
    shown = [(label, amount_text(paise), False) for label, paise in pairs if paise]
    label = _("Balance due") if asked_paise >= 0 else _("Balance in your favour")
    return [*shown, (label, money_text(abs(asked_paise)), True)]
