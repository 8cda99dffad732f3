"""What a return's reader would find wrong with each paper: numbers, GSTINs, places, codes, units, rates, notes. Pure.

Sources: CGST Rules 46 and 59; CGST Act s. 9, 34 and 37; Notification 78/2020 (digits of HSN); GSTN's returns offline
tool; its advisories on Table 12 of January and May 2025.
"""

import datetime as dt
from collections.abc import Callable, Iterator

from core.facts import Facts
from core.gst.gstin import check as check_gstin
from core.gst.number import check_number
from core.gst.party_kind import PartyKind
from core.gst.place import is_export
from core.invoicing.model import Document, Line
from core.invoicing.papers import CREDIT_NOTE, NOTES, is_commercial, type_words
from core.invoicing.warning import last_note_day
from core.returns.finding import BLOCKS, WARNS, Finding, Severity
from core.returns.gstr1_parts import is_reported
from core.returns.model import Month, Reported
from core.words import date_text, rate_text
from core.words import translate as _

TABLE_12_STRICT_FROM = "2025-05"
"""From this period on Table 12 takes codes from the portal's list alone."""
SERVICES = "99"
_REGISTERED = frozenset(
    {PartyKind.REGISTERED, PartyKind.COMPOSITION, PartyKind.SEZ, PartyKind.DEEMED_EXPORT, PartyKind.UIN,
     PartyKind.GOVERNMENT}
)  # fmt: skip

Check = Callable[[Reported, Month, Facts], Iterator[Finding]]


def paper_findings(month: Month, facts: Facts) -> Iterator[Finding]:
    """Each thing wrong with the papers of a return, paper by paper in their order."""
    seen: dict[tuple[str, str], Reported] = {}
    for reported in month.documents:
        document = reported.document
        key = (document.type, document.number.casefold())
        if key in seen:
            yield _about(
                reported, "DUPLICATE", BLOCKS, _("The number stands on two papers of this return."),
                _("CGST Rules, 46(b): a number is given once a year"), _("Cancel the one that is too many."),
            )  # fmt: skip
        seen[key] = reported
        if not is_reported(document, month.gstin):
            if month.gstin and document.buyer.gstin.upper() == month.gstin.upper():
                yield _own_gstin(reported)
            continue
        for check in _CHECKS:
            yield from check(reported, month, facts)


def _number(reported: Reported, _month: Month, _facts: Facts) -> Iterator[Finding]:
    document = reported.document
    for problem in check_number(document.number, on=document.dated_on).problems:
        yield _about(reported, problem.code, BLOCKS, problem.message, _("CGST Rules, 46(b)"), problem.remedy)


def _buyer(reported: Reported, _month: Month, _facts: Facts) -> Iterator[Finding]:
    document = reported.document
    buyer, rule = document.buyer, _("CGST Rules, 46(e); GSTR-1, Table 4")
    remedy = _("Correct the party, then cancel this paper and issue it anew.")
    if buyer.kind in _REGISTERED and not buyer.gstin:
        yield _of_party(
            reported, "GSTIN_REQUIRED", BLOCKS, _("The buyer is registered but has no GSTIN."), rule, remedy
        )
        return
    answer = check_gstin(buyer.gstin, as_kind=buyer.kind)
    if buyer.gstin and not answer.accepted:
        message = _("The portal does not know the buyer's GSTIN {gstin}.").format(gstin=buyer.gstin)
        if answer.reason == "CATEGORY_CONFLICT":
            message = _("The GSTIN {gstin} does not fit a buyer of this kind.").format(gstin=buyer.gstin)
        yield _of_party(reported, f"GSTIN_{answer.reason}", BLOCKS, message, rule, remedy)
    elif buyer.gstin and buyer.kind in _REGISTERED and buyer.address.state_code not in ("", buyer.gstin[:2]):
        message = _("The buyer's GSTIN is of another State than his address.")
        yield _of_party(reported, "STATE_GSTIN", WARNS, message, rule, _("Look which of the two is right."))


def _place(reported: Reported, _month: Month, facts: Facts) -> Iterator[Finding]:
    document = reported.document
    rule = _("IGST Act, 10 to 13; CGST Rules, 46(n)")
    state = facts.state(document.place_of_supply) if document.place_of_supply else None
    if state is None or not state.is_place:
        message = _("The place of supply is missing or is no State.")
        remedy = _("Cancel this paper and issue it with the place of supply.")
        yield _about(reported, "PLACE_OF_SUPPLY", BLOCKS, message, rule, remedy)
    elif "POS_ASSUMED" in document.warnings:
        message = _("The buyer gave no State, so the supply was taken to be in the company's own.")
        remedy = _("Enter the State of the party's address, for later papers too.")
        rule = _("IGST Act, 10(1)(ca) and 12(2)(b)(ii)")
        yield _of_party(reported, "POS_ASSUMED", WARNS, message, rule, remedy)


def _lines(reported: Reported, month: Month, facts: Facts) -> Iterator[Finding]:
    document = reported.document
    digits = _digits(month, facts, document.dated_on)
    is_optional = digits <= 4 and document.buyer.kind not in _REGISTERED
    severity: Severity = WARNS if is_optional or month.period < TABLE_12_STRICT_FROM else BLOCKS
    rule = _("Notification 78/2020; GSTR-1, Table 12")
    lawful = frozenset(rate for day in _days_of_rate(document) for rate in facts.rates_on(day))
    for at, line in enumerate(document.lines, 1):
        if line.treatment == "non_gst":
            continue
        if not line.hsn:
            message, remedy = (
                _("The line has no HSN or SAC."),
                _("Enter the code at the item, for later papers too."),
            )
            yield _about(reported, "HSN_MISSING", severity, message, rule, remedy, line=at)
        elif len(line.hsn) < digits:
            message = _("HSN {hsn} has fewer digits than the {count} that the turnover asks for.")
            message = message.format(hsn=line.hsn, count=digits)
            yield _about(reported, "HSN_SHORT", severity, message, rule, _("Enter the longer code."), line=at)
        elif facts.hsn(line.hsn) is None:
            message = _("HSN {hsn} is not in the list that Bahi knows.").format(hsn=line.hsn)
            remedy = _("Look it up; Table 12 takes codes of the portal's list alone.")
            yield _about(reported, "HSN_UNKNOWN", WARNS, message, rule, remedy, line=at)
        yield from _unit_and_rate(reported, line, at, lawful, facts)


def _unit_and_rate(
    reported: Reported, line: Line, at: int, lawful: frozenset[int], facts: Facts
) -> Iterator[Finding]:
    if not line.hsn.startswith(SERVICES) and facts.uqc(line.unit.partition("-")[0].strip().upper()) is None:
        message = _("The unit {unit} is none of the portal's codes; it is told as OTH.").format(
            unit=line.unit
        )
        yield _about(
            reported,
            "UNIT_UNKNOWN",
            WARNS,
            message,
            _("GSTR-1, Table 12"),
            _("Choose a unit of the list."),
            line=at,
        )
    if line.treatment != "taxable" or line.rate_bp in lawful:
        return
    message = _("{rate} was no rate of GST on {day}.")
    message = message.format(rate=rate_text(line.rate_bp), day=date_text(reported.document.dated_on))
    severity: Severity = WARNS if _was_ever_lawful(line.rate_bp, facts) else BLOCKS
    remedy = _("Answer it with a credit note and bill it anew at the rate of its day.")
    yield _about(
        reported, "RATE_UNLAWFUL", severity, message, _("CGST Act, 9 and 14; the rate notifications"), remedy, line=at
    )  # fmt: skip


def _export(reported: Reported, _month: Month, _facts: Facts) -> Iterator[Finding]:
    document = reported.document
    leaves = is_export(document.place_of_supply, PartyKind(document.buyer.kind))
    goods = any(not line.hsn.startswith(SERVICES) for line in document.lines)
    if leaves and goods and document.type == "INV" and document.shipping_bill is None:
        message = _("The export has no shipping bill; its refund waits until one is told.")
        remedy = _("Note the shipping bill; it may also come in a later return, by an amendment.")
        yield _about(reported, "SHIPPING_BILL", WARNS, message, _("CGST Rules, 96; GSTR-1, Table 6A"), remedy)
    if document.with_payment is False and not document.lut:
        message = _("The paper goes without payment of IGST, but names no letter of undertaking.")
        remedy = _("Enter the reference of the LUT in the company's settings.")
        finding = _about(reported, "LUT_MISSING", WARNS, message, _("CGST Rules, 96A"), remedy)
        yield finding._replace(place="settings")


def _note(reported: Reported, month: Month, _facts: Facts) -> Iterator[Finding]:
    document = reported.document
    named = document.original
    if document.type == CREDIT_NOTE and named is not None and not is_commercial(document):
        last = last_note_day(named.dated_on)
        if document.dated_on > last or month.period > f"{last:%Y-%m}":
            message = _("The last day to lessen tax by a note on {number} was {day}.")
            message = message.format(number=named.number, day=date_text(last))
            remedy = _("Cancel it and give a commercial note without tax.")
            yield _about(reported, "NOTE_LATE", BLOCKS, message, _("CGST Act, 34(2)"), remedy)
    amends = document.amends
    if amends is not None and month.period > f"{last_note_day(amends.dated_on):%Y-%m}":
        message = _("The last day to correct the return of {number} was {day}.")
        message = message.format(number=amends.number, day=date_text(last_note_day(amends.dated_on)))
        yield _about(reported, "AMENDMENT_LATE", BLOCKS, message, _("CGST Act, 37(3)"), _("Take advice."))


def _own_gstin(reported: Reported) -> Finding:
    message = _("The paper is made out to the company's own GSTIN; it is left out.")
    return _about(reported, "OWN_GSTIN", WARNS, message, _("GSTR-1 tells supplies to others"), "")


_CHECKS: tuple[Check, ...] = (_number, _buyer, _place, _lines, _export, _note)


def _digits(month: Month, facts: Facts, on: dt.date) -> int:
    try:
        return facts.hsn_digits(month.turnover_paise, on)
    except LookupError:  # before digits were asked for
        return 0


def _days_of_rate(document: Document) -> list[dt.date]:
    """The days by which a rate may be lawful: a note keeps its original's, section 14 may choose another."""
    named = (document.original if document.type in NOTES else None, document.amends, document.revises)
    days = [each.dated_on for each in named if each is not None]
    return [document.dated_on, *days, *(d for d in (document.supplied_on, document.paid_on) if d is not None)]


def _was_ever_lawful(rate_bp: int, facts: Facts) -> bool:
    return any(rate_bp in facts.rates_on(dt.date(year, month, 1)) for year, month in _RATE_DAYS)


_RATE_DAYS = ((2017, 7), (2018, 2), (2019, 4), (2025, 9), (2025, 10), (2026, 2))
"""Days in each of the times of the rates of GST; the portal goes on taking a rate that was lawful in one of them."""


def _about(
    reported: Reported,
    code: str,
    severity: Severity,
    message: str,
    rule: str,
    remedy: str,
    *,
    line: int | None = None,
) -> Finding:
    return Finding(
        code, severity, message, rule, remedy, reported.id, paper_name(reported.document), line,
        record=reported.id,
    )  # fmt: skip


def _of_party(
    reported: Reported, code: str, severity: Severity, message: str, rule: str, remedy: str
) -> Finding:
    finding = _about(reported, code, severity, message, rule, remedy)
    return finding._replace(place="parties", record=reported.document.buyer.party)


def paper_name(document: Document) -> str:
    """A document as people call it: "Invoice A/26-27/0001"."""
    return f"{type_words().get(document.type, document.type)} {document.number}"
