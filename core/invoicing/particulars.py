"""What the law asks of a paper before it is issued: the particulars of Rule 46 and what bars a supply. Pure.

Each missing particular is a Problem that names its field and its rule. A paper issued elsewhere is not asked again.
Sources: CGST Rules 46, 46A, 49, 53; CGST Act s. 10(2), 34(2), 37(3); Notifications 12/2017 and 78/2020-CT (HSN).
"""

import datetime as dt
from collections.abc import Iterator

from core.company.model import Company
from core.facts import Facts
from core.gst.gstin import problems_with_gstin
from core.gst.party_kind import PartyKind
from core.gst.place import INDIA, is_export
from core.invoicing.model import Document
from core.invoicing.papers import CREDIT_NOTE, OFFERS, POSTING
from core.invoicing.warning import hsn_digits, last_note_day
from core.problems import Problem
from core.words import date_text
from core.words import translate as _

OPERATOR_FOR_GOODS_FROM = dt.date(2023, 10, 1)
"""From this day a composition dealer may sell goods by an operator (Finance Act 2023, s. 137; Notification 28/2023)."""

_UNREGISTERED = (PartyKind.UNREGISTERED, PartyKind.OVERSEAS)
_SERVICE = "99"
_SIX_DIGITS = 6


def problems_with_particulars(document: Document, company: Company, facts: Facts) -> Iterator[Problem]:
    """What still keeps a settled draft from being issued."""
    if document.type in OFFERS:
        return
    yield from _seller(company)
    yield from _buyer(document)
    yield from _lines(document, company, facts)
    yield from _reverse_charge(document)
    if company.composition:
        yield from _composition(document)
    if document.ecommerce is not None:
        yield from problems_with_gstin(document.ecommerce.gstin, "ecommerce.gstin")
    yield from _too_late(document)


def is_einvoiced(document: Document, turnover_paise: int, facts: Facts) -> bool:
    """Whether the invoice portal must be told of it: the company's turnover is above the limit of its day, and the
    buyer is registered or abroad (CGST Rules, 48(4))."""
    if document.type not in POSTING or document.buyer.kind == PartyKind.UNREGISTERED:
        return False
    try:
        return turnover_paise > facts.limit("einvoice_turnover", document.dated_on)
    except LookupError:  # before there were e-invoices
        return False


def _seller(company: Company) -> Iterator[Problem]:
    if company.registration.gstin and not (company.address.line1 or company.address.city):
        yield Problem(
            "SELLER_ADDRESS",
            _("The company has no address, which a bill must carry (Rule 46(a))."),
            "company.address",
            _("Open Settings."),
        )


def _buyer(document: Document) -> Iterator[Problem]:
    buyer = document.buyer
    has_address = bool(buyer.address.line1 or buyer.address.city)
    remedy = _("Open the party and complete it.")
    if buyer.kind not in _UNREGISTERED:
        if not buyer.gstin:
            message = _("The party has no GSTIN, which a bill to it must carry (Rule 46(d)).")
            yield Problem("GSTIN_REQUIRED", message, "party", remedy)
        if not has_address:
            message = _("The party has no address, which a bill to it must carry (Rule 46(d)).")
            yield Problem("BUYER_ADDRESS", message, "party", remedy)
    if is_export(document.place_of_supply, PartyKind(buyer.kind)):
        if not has_address:
            message = _("The party has no address, which an export bill must carry (Rule 46, third proviso).")
            yield Problem("BUYER_ADDRESS", message, "party", remedy)
        country = document.ship_to.country if document.ship_to else buyer.address.country
        if country in ("", INDIA):
            message = _("The country of destination is missing (Rule 46, third proviso).")
            yield Problem("COUNTRY", message, "party", _("Give the country in the party's address."))


def _lines(document: Document, company: Company, facts: Facts) -> Iterator[Problem]:
    """HSN codes: all are asked above five crore of turnover, else those on bills to the registered."""
    digits = hsn_digits(facts, company.turnover_paise, document.dated_on)
    is_asked = digits >= _SIX_DIGITS or (digits and document.buyer.kind not in _UNREGISTERED)
    if not is_asked or not company.registration.gstin:
        return
    for at, line in enumerate(document.lines, 1):
        if not line.hsn and line.treatment != "non_gst":
            message = _("Line {line} has no HSN or SAC (Rule 46(g)).").format(line=at)
            yield Problem(
                "HSN_MISSING", message, f"lines.{at}.hsn", _("Search it by word, or ask the maker.")
            )


def _reverse_charge(document: Document) -> Iterator[Problem]:
    kind = document.buyer.kind
    if document.reverse_charge and kind in (*_UNREGISTERED, PartyKind.DEEMED_EXPORT):
        message = _("Under reverse charge the buyer pays the tax, and this buyer cannot (CGST Act, s. 9(3)).")
        yield Problem("REVERSE_CHARGE", message, "reverse_charge", _("Leave reverse charge out."))
    if document.reverse_charge and document.with_payment is False:
        message = _("Under LUT there is no tax that the buyer could pay.")
        yield Problem("REVERSE_CHARGE", message, "reverse_charge", _("Leave reverse charge out."))


def _composition(document: Document) -> Iterator[Problem]:
    if document.supply == "INTER":
        message = _("A composition dealer does not supply outside his State (CGST Act, s. 10(2)(c)).")
        remedy = _("Correct the place of supply; or leave composition, in Settings.")
        yield Problem("COMPOSITION", message, "place_of_supply", remedy)
    if document.ecommerce is None:
        return
    only_goods = all(not line.hsn.startswith(_SERVICE) for line in document.lines)
    if not only_goods or document.dated_on < OPERATOR_FOR_GOODS_FROM:
        message = _("A composition dealer does not supply this by an operator (CGST Act, s. 10(2)(d)).")
        yield Problem("COMPOSITION", message, "ecommerce", _("Leave the operator out."))


def _too_late(document: Document) -> Iterator[Problem]:
    original, amends, totals = document.original, document.amends, document.totals
    tax_paise = totals.igst_paise + totals.cgst_paise + totals.sgst_paise + totals.cess_paise
    if document.type == CREDIT_NOTE and original is not None and tax_paise:
        last = last_note_day(original.dated_on)
        if document.dated_on > last:
            message = _("After {date} no note lessens the tax on this invoice (CGST Act, s. 34(2)).")
            remedy = _(
                "Choose the reason “Commercial, without GST”: it gives the money back and leaves the tax."
            )
            yield Problem("NOTE_LATE", message.format(date=date_text(last)), "reason", remedy)
    if amends is not None and document.dated_on > last_note_day(amends.dated_on):
        last = last_note_day(amends.dated_on)
        message = _("After {date} the return of that paper is not corrected (CGST Act, s. 37(3)).")
        yield Problem("AMENDMENT_LATE", message.format(date=date_text(last)), "amends")
