"""What a settled document is warned of: codes that it carries, and their words. A warning refuses nothing. Pure."""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache

from core.company.model import Company
from core.facts import Facts
from core.gst.change_of_rate import day_of_rate
from core.invoicing.model import Draft, Line, Totals
from core.invoicing.papers import CREDIT_NOTE, NOTES
from core.words import translate as _

HSN_LENGTHS = (4, 6, 8)


def warnings_on(
    draft: Draft, lines: Sequence[Line], totals: Totals, company: Company, facts: Facts, on: dt.date
) -> list[str]:
    """The codes of what is doubtful about a draft that is settled on a day; codes may stand twice."""
    codes = list(_about_lines(draft, lines, company, facts, on))
    if totals.invoice_value_paise == 0:
        codes.append("ZERO_VALUE")
    if not (company.address.line1 or company.address.city):
        codes.append("SELLER_ADDRESS")
    original = draft.original
    if draft.type == CREDIT_NOTE and original is not None and on > last_note_day(original.dated_on):
        codes.append("NOTE_LATE")
    if draft.amends is not None and on > last_note_day(draft.amends.dated_on):
        codes.append("AMENDMENT_LATE")
    if draft.revises is not None:
        codes.append("REVISED_IN_TIME")
    if draft.with_payment is False and not company.lut:
        codes.append("LUT_MISSING")
    if draft.supplied_on is not None or draft.paid_on is not None:
        codes += _by_section_14(draft, lines, facts, on)
    return codes


def last_note_day(original_on: dt.date) -> dt.date:
    """The last day to declare a credit note that lessens tax, or to correct a return: 30 November after the year
    (CGST Act, s. 34(2) and 37(3))."""
    year = original_on.year if original_on.month >= 4 else original_on.year - 1
    return dt.date(year + 1, 11, 30)


def warning_text(code: str) -> str:
    """A warning's code in words."""
    known = {
        "POS_ASSUMED": _("The buyer gave no State, so the supply is taken to be in the company's own."),
        "POS_RETIRED": _("The place of supply has a code that is no longer in use."),
        "RATE_UNKNOWN": _("A rate on this paper is not known to have been in force on its date."),
        "RATE_BY_SECTION_14": _(
            "The rate changed between supply, invoice and payment, and by section 14 of the CGST Act another rate "
            "than a line's applies."
        ),
        "HSN_MISSING": _("A line has no HSN or SAC."),
        "HSN_SHORT": _("A line's HSN has fewer digits than the company's turnover asks for."),
        "HSN_LENGTH": _("A line's HSN has neither 4, 6 nor 8 digits."),
        "UNIT_UNKNOWN": _("A unit is not among the codes of the returns; it will be reported as OTH."),
        "ZERO_VALUE": _("The paper comes to nothing."),
        "SELLER_ADDRESS": _("The company's address is missing; a tax invoice must carry it."),
        "NOTE_LATE": _("The last day to lessen tax by a note on this invoice has passed."),
        "AMENDMENT_LATE": _("The last day to correct the return of the paper named here has passed."),
        "REVISED_IN_TIME": _(
            "A revised invoice is given within one month of the certificate of registration (CGST Act, s. 31(3)(a))."
        ),
        "LUT_MISSING": _("The company has no letter of undertaking on record; without one IGST is due."),
    }
    return known.get(code, code)


def _about_lines(
    draft: Draft, lines: Sequence[Line], company: Company, facts: Facts, on: dt.date
) -> Iterator[str]:
    lawful, digits = _lawful_on(draft, facts, on), hsn_digits(facts, company.turnover_paise, on)
    for line in lines:
        if line.treatment == "taxable" and line.rate_bp not in lawful:
            yield "RATE_UNKNOWN"
        if not line.hsn:
            yield "HSN_MISSING"
        elif len(line.hsn) < digits:
            yield "HSN_SHORT"
        elif len(line.hsn) not in HSN_LENGTHS:
            yield "HSN_LENGTH"
        if line.unit != "NA" and facts.uqc(line.unit.partition("-")[0].strip().upper()) is None:
            yield "UNIT_UNKNOWN"


def _lawful_on(draft: Draft, facts: Facts, on: dt.date) -> frozenset[int]:
    """The rates in force on the day that decides: a note keeps its original's, and so does a correction; section 14
    may go by the day of supply or payment."""
    if draft.type in NOTES and draft.original is not None:
        return _lawful_rates(facts, draft.original.dated_on)
    lawful = _lawful_rates(facts, on)
    for corrected in (draft.amends, draft.revises):
        if corrected is not None:
            lawful |= _lawful_rates(facts, corrected.dated_on)
    for day in (draft.supplied_on, draft.paid_on):
        if day is not None:
            lawful |= _lawful_rates(facts, day)
    return lawful


def _by_section_14(draft: Draft, lines: Sequence[Line], facts: Facts, on: dt.date) -> Iterator[str]:
    if draft.type in NOTES:
        return
    supplied_on = draft.supplied_on or on
    days = [day for day in (supplied_on, on, draft.paid_on) if day is not None]
    for line in lines:
        if line.treatment != "taxable" or not line.hsn:
            continue
        changed_on = _changed_on(facts, line.hsn, min(days), max(days))
        if changed_on is None:
            continue
        asked = _usual_bp(facts, line.hsn, day_of_rate(supplied_on, on, draft.paid_on, changed_on))
        if asked is not None and asked != line.rate_bp:
            yield "RATE_BY_SECTION_14"


def _changed_on(facts: Facts, hsn: str, first: dt.date, last: dt.date) -> dt.date | None:
    """The first day of another usual rate between two days; None when both have the same, or either is not known."""
    before, now = _usual_bp(facts, hsn, first), _usual_bp(facts, hsn, last)
    if before is None or now is None or before == now:
        return None
    low, high = first.toordinal(), last.toordinal()
    while high - low > 1:
        middle = (low + high) // 2
        if _usual_bp(facts, hsn, dt.date.fromordinal(middle)) == before:
            low = middle
        else:
            high = middle
    return dt.date.fromordinal(high)


def _usual_bp(facts: Facts, hsn: str, on: dt.date) -> int | None:
    """The usual rate of a code on a day, nought for what bears no tax; None where no single one is known."""
    found = facts.usual_rate(hsn, on)
    if found is None:
        return None
    return found.rate_bp if found.treatment == "taxable" else 0


@lru_cache(maxsize=64)
def _lawful_rates(facts: Facts, on: dt.date) -> frozenset[int]:
    return facts.rates_on(on)


@lru_cache(maxsize=64)
def hsn_digits(facts: Facts, turnover_paise: int, on: dt.date) -> int:
    """How many digits an HSN code has at least; 0 before codes were asked for."""
    try:
        return facts.hsn_digits(turnover_paise, on)
    except LookupError:
        return 0
