"""Which return takes which paper, and what must be true of what the returns write. Pure.

A filed return covers the papers of its period up to a place in the order, and those of its own device up to a number;
an imported one the imported papers of its own months. A paper belongs to the first filed return that covers it, else
to the earliest period from its date on that is not filed; one that amends another stands in a later return than that
one, and in a filed return only where that is told of it. Source: CGST Act, s. 37(1), 39(9); CGST Rules, 59.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from core.errors import RuleBroken
from core.facts import Facts
from core.fiscal import month_bounds, period
from core.gst.number import check_number
from core.gst.settle import WHOLE_BP
from core.ids import Id
from core.invoicing.rules import APPLICABLE_PERCENTS_BP
from core.numbering.rules import IMPORTED
from core.problems import Problem
from core.returns.model import Filed, GapExplained, NumberUnused, PeriodAmendment
from core.returns.periods import is_period, month_after, months_of, period_of
from core.words import translate as _

GSTR1, IFF, GSTR3B = "GSTR1", "IFF", "GSTR3B"
FORMS = (GSTR1, IFF, GSTR3B)
FIRST_PERIOD, LAST_PERIOD = "2017-07", "2199-12"
"""GST began on 1 July 2017; a year beyond the second is a slip of the keyboard."""
FIRST_AMENDED = "2017-04"
"""The portal's list of periods to amend begins with the first financial year, April (the returns offline tool)."""
AMENDED_SECTIONS = ("b2cs", "at", "txpd")
NUMBERED = ("INV", "CRN", "DBN", "CHL", "RCV", "RFV")
"""The types whose numbers the returns count (Table 13)."""


class Filing(NamedTuple):
    """A return that was filed, with what it covers: a place in the order, and by epoch its own device's numbers.

    An imported one covers the imported papers of its months; for `exceptions` it is the other way round.
    """

    id: Id
    form: str
    period: str
    filed_on: dt.date
    arn: str
    device: Id
    epoch: int
    covers_seq: int
    covers_numbers: Mapping[int, int]
    origin: str
    exceptions: frozenset[Id] = frozenset()

    @property
    def is_imported(self) -> bool:
        """Whether it was filed before the book was kept here."""
        return self.origin == IMPORTED


class Mark(NamedTuple):
    """Where a paper stands in the log: its author and number there, and its place in the order (None: not yet).

    `amends_on` is the date of the paper that it amends.
    """

    dated_on: dt.date
    is_imported: bool
    device: Id
    epoch: int
    number: int
    seq: int | None
    record: Id = b""
    amends_on: dt.date | None = None


Filings = Mapping[tuple[str, str], Filing]
"""Filed returns by form and period."""


def covers(filed: Filing, mark: Mark, filing: str) -> bool:
    """Says whether a filed return has taken a paper that was in its period."""
    if filed.is_imported:
        in_months = mark.amends_on is None and period(mark.dated_on) in months_of(filed.period, filing)
        return mark.is_imported and in_months != (mark.record in filed.exceptions)
    if mark.seq is not None and mark.seq <= filed.covers_seq:
        return True
    return mark.device == filed.device and mark.number <= filed.covers_numbers.get(mark.epoch, 0)


def period_for(mark: Mark, filings: Filings, filing: str, *, by_iff: bool = False) -> str:
    """Gives the period in whose GSTR-1 a paper is told; with `by_iff` it may be the month of an IFF.

    `filing` is how the company files now; `by_iff` says that the paper is one that an IFF carries.
    """
    month = earliest_month(mark, filings, filing, by_iff=by_iff)
    while True:
        furnished = filings.get((IFF, month)) if by_iff and filing == "quarterly" else None
        if furnished is not None and covers(furnished, mark, filing):
            return month
        filed = filings.get((GSTR1, month))
        if filed is not None and covers(filed, mark, filing):
            return month
        if filed is None and is_period(month, filing):
            return month
        month = month_after(month)


def earliest_month(mark: Mark, filings: Filings, filing: str, *, by_iff: bool) -> str:
    """Gives the month of a paper's date, or the one after the return that told what it amends."""
    month = period(mark.dated_on)
    if mark.amends_on is None:
        return month
    told_in = period(mark.amends_on)
    if not (by_iff and (IFF, told_in) in filings):
        told_in = period_of(mark.amends_on, filing)
    return max(month, month_after(told_in))


def is_late(mark: Mark, told_in: str, filing: str) -> bool:
    """Says whether a paper is told in a later period than that of its date; of an amendment that is the rule."""
    return mark.amends_on is None and told_in > period_of(mark.dated_on, filing)


def check_period(name: str, form: str, filing: str) -> None:
    """Raise `RuleBroken` when a form is not filed for such a period."""
    if form not in FORMS:
        raise RuleBroken([Problem("CHOICE", _("The return is GSTR1, IFF or GSTR3B."), "form")])
    problems = list(_problems_with_month(name, "period"))
    if problems:
        raise RuleBroken(problems)
    if form == IFF and (filing != "quarterly" or is_period(name, filing)):
        message = _("An IFF is for the first two months of a quarter, of who files quarterly.")
        raise RuleBroken([Problem("PERIOD", message, "period")])
    if form != IFF and not is_period(name, filing):
        message = _("Returns are filed quarterly: a quarter is named by its last month.")
        raise RuleBroken(
            [Problem("PERIOD", message, "period", _("Name June, September, December or March."))]
        )


def problems_with_filed(filed: Filed) -> Iterator[Problem]:
    """Each thing wrong with the paper of a filed return."""
    if filed.form not in FORMS:
        yield Problem("CHOICE", _("The return is GSTR1, IFF or GSTR3B."), "form")
    yield from _problems_with_month(filed.period, "period")
    if filed.covers_seq < 0 or filed.covers_number < 0:
        yield Problem("RANGE", _("A return covers a number of changes."), "covers_seq")
    if filed.origin == IMPORTED and (filed.covers_seq or filed.covers_number):
        yield Problem("RANGE", _("An imported return covers no device's papers."), "covers_number")


def problems_with_amendment_row(row: PeriodAmendment) -> Iterator[Problem]:
    """Each thing wrong with a correction of a summary row by itself."""
    if row.section not in AMENDED_SECTIONS:
        yield Problem("CHOICE", _("A summary row is amended in b2cs, at or txpd."), "section")
    yield from _problems_with_month(row.period, "period", FIRST_AMENDED)
    if row.reported_in:
        yield from _problems_with_month(row.reported_in, "reported_in")
        if row.reported_in <= row.period:
            message = _("An amendment is told in a later return than the row it corrects.")
            yield Problem("PERIOD", message, "reported_in")
    if not row.place_of_supply:
        yield Problem("REQUIRED", _("The row has a place of supply."), "place_of_supply")
    elif (state := Facts.in_force().state(row.place_of_supply)) is None or not state.is_place:
        yield Problem("PLACE_OF_SUPPLY", _("This is no place of supply."), "place_of_supply")
    if not 0 <= row.rate_bp <= WHOLE_BP:
        yield Problem("RANGE", _("A rate of GST is between 0 and 100 per cent."), "rate_bp")
    if row.applicable_percent_bp not in APPLICABLE_PERCENTS_BP:
        yield Problem("RANGE", _("The applicable per cent is 65 or 100."), "applicable_percent_bp")
    for field in ("taxable_paise", "cess_paise"):
        if row.section == "txpd" and getattr(row, field) < 0:
            yield Problem("NEGATIVE", _("A row of adjusted advances is not negative."), field)


def problems_with_unused(unused: NumberUnused) -> Iterator[Problem]:
    """Each thing wrong with a number noted as never used."""
    if unused.type not in NUMBERED:
        yield Problem("CHOICE", _("No return counts the numbers of such papers."), "type")
    yield from check_number(unused.number, on=unused.dated_on).problems


def problems_with_explanation(gap: GapExplained) -> Iterator[Problem]:
    """Each thing wrong with the explanation of a missing number."""
    if gap.type not in NUMBERED or not gap.number:
        yield Problem("REQUIRED", _("Say which number is missing."), "number")


def _problems_with_month(name: str, field: str, first: str = FIRST_PERIOD) -> Iterator[Problem]:
    try:
        month_bounds(name)
    except ValueError as wrong:
        yield Problem("PERIOD", str(wrong), field, _("Write it as YYYY-MM."))
        return
    if not first <= name <= LAST_PERIOD:
        yield Problem("PERIOD", _("GST has no return for {period}.").format(period=name), field)
