"""What a return of a period is made of, drawn from a file alone, as it would be from a book of the file's papers."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import structs

from core.advances.rules import Move, moves_of
from core.company.rules import state_of
from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.advance_uses import uses_of
from core.exchange.model import FilePeriodAmendment
from core.exchange.reading import below
from core.exchange.settled_file import SettledDocument, SettledFile
from core.facts import Facts
from core.fiscal import financial_year, month_bounds
from core.invoicing.model import Document
from core.numbering.rules import IMPORTED
from core.problems import Problem
from core.returns.covering import is_furnishable
from core.returns.model import Month, PeriodAmendment, Reported, UsedNumber
from core.returns.month import NATURES, nature_of
from core.returns.periods import QUARTERLY, bounds, is_period, period_of
from core.returns.rules import (
    GSTR1,
    IFF,
    Filing,
    Mark,
    check_period,
    earliest_month,
    period_for,
    problems_with_amendment_row,
)
from core.words import translate as _

WHOLE_PERCENT_BP = 10_000


class FileReturn(NamedTuple):
    """What a file brings to one period; `form` is IFF for a month within the quarter of a quarterly filer."""

    form: str
    month: Month


class Filed:
    """Which returns a file says were filed, and so which period tells a paper."""

    def __init__(self, settled: SettledFile) -> None:
        self.filing = settled.company.filing
        self._filings: dict[tuple[str, str], Filing] = {}
        for n, name in enumerate(settled.file.filed):
            with settled.findings.within(f"filed[{n}]"):
                check_month(name)
                check_period(name, GSTR1 if is_period(name, self.filing) else IFF, self.filing)
                self._keep(GSTR1 if is_period(name, self.filing) else IFF, name, frozenset())
        for n, given in enumerate(settled.file.returns):
            with settled.findings.within(f"returns[{n}]"):
                check_period(given.period, given.form, self.filing)
                beside = frozenset(_paper(each.type, each.number, each.date) for each in given.exceptions)
                self._keep(given.form, given.period, beside)

    def _keep(self, form: str, name: str, exceptions: frozenset[bytes]) -> None:
        last = month_bounds(name)[1]
        self._filings[form, name] = Filing(b"", form, name, last, "", b"", 0, 0, {}, IMPORTED, exceptions)

    def period_for(self, dated_on: dt.date, type_: str = "", number: str = "") -> str:
        """The period whose GSTR-1 tells an imported paper of a day; by its number where a return excepts it."""
        mark = Mark(dated_on, True, b"", 0, 0, None, _paper(type_, number, dated_on))
        return period_for(mark, self._filings, self.filing)

    def period_of(self, document: Document) -> str | None:
        """The period whose return tells a document; None for what no return tells."""
        if document.type not in NATURES or document.opening or not document.number:
            return None
        by_iff = self.filing == QUARTERLY and is_furnishable(document)
        return period_for(_mark(document), self._filings, self.filing, by_iff=by_iff)

    def furnished_in(self, document: Document) -> str:
        """The month whose IFF carries a document of a registered buyer, were one furnished."""
        return earliest_month(_mark(document), self._filings, self.filing, by_iff=True)

    def numbered_in(self, document: Document) -> str:
        """The period whose Table 13 counts a document's number: that of a GSTR-1, never of an IFF."""
        return period_for(_mark(document), self._filings, self.filing)

    def check_amendments(self, settled: SettledFile) -> None:
        """Note each paper of the file that amends one of the file whose return is not filed."""
        for each in settled.documents:
            amended = settled.corrected(each.document) if each.document.amends is not None else None
            told_in = self.period_of(amended.document) if amended is not None else None
            if amended is not None and not {(GSTR1, told_in), (IFF, told_in)} & self._filings.keys():
                message = _("{number} is in no filed return, so there is nothing to amend yet.")
                message = message.format(number=amended.document.number)
                remedy = _("Cancel it and issue it anew, or answer it with a note.")
                settled.findings.add("AMENDS_UNFILED", message, f"{each.path}.amends", remedy)


def _mark(document: Document) -> Mark:
    paper = _paper(document.type, document.number, document.dated_on)
    amended = document.amends.dated_on if document.amends is not None else None
    return Mark(document.dated_on, True, b"", 0, 0, None, paper, amended)


def _paper(type_: str, number: str, dated_on: dt.date) -> bytes:
    """What stands for a paper's id where no book gives one."""
    return f"{type_}/{financial_year(dated_on)}/{number.casefold()}".encode()


def check_month(name: str) -> None:
    """Raise `RuleBroken` with PERIOD when a text is no month written YYYY-MM."""
    try:
        month_bounds(name)
    except ValueError as error:
        raise RuleBroken([Problem("PERIOD", f"{error}.", "")]) from None


def latest_period(settled: SettledFile, filed: Filed) -> str | None:
    """The period of the latest document or, without any, of the latest advance; None when the file has neither.

    An amendment is of the period whose return tells it, whatever day it kept.
    """
    filing, documents = settled.company.filing, [each.document for each in settled.documents]
    days = [each.dated_on for each in documents if each.type in NATURES and each.amends is None]
    amending = {filed.period_of(each) for each in documents if each.amends is not None}
    periods = {period_of(day, filing) for day in days} | {name for name in amending if name}
    periods = periods or {
        period_of(day, filing)
        for _at, given, voucher in settled.advances
        for day in (voucher.dated_on, *(use.dated_on for use in uses_of(given, settled.file)))
    }
    return max(periods, default=None)


def file_return(settled: SettledFile, filed: Filed, period: str) -> FileReturn:
    """All that the return of a period tells of a file."""
    company = settled.company
    filing = company.filing
    form = GSTR1 if is_period(period, filing) else IFF
    first, last = bounds(period, filing if form == GSTR1 else "monthly")
    month = Month(
        gstin=company.registration.gstin,
        supplier_state=state_of(company.registration, company.address),
        supplier_in_sez=company.sez,
        period=period,
        turnover_paise=company.turnover_paise,
        filing="quarterly" if filing == QUARTERLY else "monthly",
    )
    told = [each for each in settled.documents if _is_told(each)]
    if form == IFF:
        carried = [each for each in told if is_furnishable(each.document)]
        papers = [each for each in carried if filed.furnished_in(each.document) == period]
        return FileReturn(form, structs.replace(month, documents=tuple(_reported(settled, papers))))
    periods = {each.at: filed.period_of(each.document) or "" for each in told}
    whole = [each for each in told if periods[each.at] == period]
    earlier = [
        each for each in told if periods[each.at] != period and first <= _first(periods[each.at]) <= last
    ]
    return FileReturn(
        form,
        structs.replace(
            month,
            documents=tuple(_reported(settled, whole)),
            furnished=tuple(_reported(settled, earlier)),
            advances=tuple(_moves(settled, filed, period)),
            amendments=tuple(amendments(settled, period)),
            numbers=tuple(_numbers(settled, filed, period)),
        ),
    )


def _is_told(each: SettledDocument) -> bool:
    return each.stands and each.document.type in NATURES and each.document.type != "CHL"


def _first(month: str) -> dt.date:
    return month_bounds(month)[0]


def _reported(settled: SettledFile, papers: list[SettledDocument]) -> Iterator[Reported]:
    for each in papers:
        original, amended = settled.answered(each.document), settled.corrected(each.document)
        yield Reported(
            each.document,
            None,
            original.document if original else None,
            amended.document if amended and each.document.amends else None,
        )


def _moves(settled: SettledFile, filed: Filed, period: str) -> Iterator[Move]:
    for at, given, voucher in settled.advances:
        refunds = [each.use for each in settled.refunds if each.advance == at]
        for move in moves_of(voucher, uses_of(given, settled.file), refunds):
            number = voucher.number if move.what == "received" else ""
            if filed.period_for(move.moved_on, "RCV", number) == period:
                yield move


def check_rows(settled: SettledFile) -> list[Problem]:
    """Note what is wrong with corrections of summary rows; answers what should only be known of them."""
    told: list[Problem] = []
    for n, given in enumerate(settled.file.period_amendments):
        path = f"period_amendments[{n}]"
        with settled.findings.within(path):
            row = amendment_of(given)
            told += [below(problem, path) for problem in row_warnings(row, settled.facts)]
    return told


def row_warnings(row: PeriodAmendment, facts: Facts) -> Iterator[Problem]:
    """What should be known of a correction of a summary row: a rate that was none in its period."""
    if not facts.is_lawful_rate(row.rate_bp, month_bounds(row.period)[0]):
        yield Problem("RATE_UNKNOWN", _("This was no rate of GST in that period."), "gst_rate")


def amendments(settled: SettledFile, period: str) -> Iterator[PeriodAmendment]:
    """The corrections of summary rows that the file states and a period tells; what is wrong is noted elsewhere."""
    for given in settled.file.period_amendments:
        try:
            row = amendment_of(given)
        except RuleBroken:
            continue
        if row.reported_in == period if row.reported_in else row.period < period:
            yield row


def amendment_of(given: FilePeriodAmendment) -> PeriodAmendment:
    """A correction of a summary row as the book keeps it. Raises `RuleBroken`."""
    percent = given.applicable_percent
    row = PeriodAmendment(
        section=given.section,
        period=given.period,
        place_of_supply=given.place_of_supply,
        rate_bp=figures.rate_bp(given.gst_rate, "gst_rate"),
        taxable_paise=figures.paise(given.taxable, "taxable"),
        cess_paise=figures.paise(given.cess, "cess"),
        applicable_percent_bp=WHOLE_PERCENT_BP
        if percent is None
        else figures.rate_bp(percent, "applicable_percent"),
        reported_in=given.reported_in,
        origin=IMPORTED,
    )
    problems = list(problems_with_amendment_row(row))
    if problems:
        raise RuleBroken(problems)
    return row


def _numbers(settled: SettledFile, filed: Filed, period: str) -> Iterator[UsedNumber]:
    """Every number that the file uses in a period, for Table 13."""
    known = set()
    for each in settled.documents:
        document = each.document
        known.add((document.type, document.number.casefold()))
        amends = document.amends
        again = amends is not None and amends.number.casefold() == document.number.casefold()
        if (
            document.number
            and document.type in NATURES
            and not again
            and filed.numbered_in(document) == period
        ):
            yield UsedNumber(
                nature_of(document), document.number, "cancelled" if each.cancelled else "issued"
            )
    for gone in settled.file.cancelled:
        alone = (gone.type, gone.number.casefold()) not in known and gone.type in NATURES
        if alone and filed.period_for(gone.date, gone.type, gone.number) == period:
            yield UsedNumber(NATURES[gone.type], gone.number, "cancelled")
    for _at, _given, voucher in settled.advances:
        if filed.period_for(voucher.dated_on, "RCV", voucher.number) == period:
            yield UsedNumber(NATURES["RCV"], voucher.number)
    for _n, _back, refund, _advance in settled.refunds:
        if filed.period_for(refund.dated_on, "RFV", refund.number) == period:
            yield UsedNumber(NATURES["RFV"], refund.number)
    for unused in settled.file.drafts:
        if filed.period_for(unused.date, unused.type, unused.number) == period:
            yield UsedNumber(NATURES[unused.type], unused.number, "draft")
