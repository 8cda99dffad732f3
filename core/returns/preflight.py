"""The pre-flight: everything that stands in the way of a period's return, each with its rule and its remedy.

What blocks should be cured before filing; what warns should be known. Nothing here writes.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

from sqlalchemy.engine import Connection

from core.einvoice import rules as einvoice
from core.einvoice.queries import registrations
from core.eway import rules as eway
from core.eway.queries import notes
from core.facts import Facts
from core.fiscal import financial_year
from core.interest.queries import interest_awaiting_tax
from core.invoicing.papers import DEBIT_NOTE, type_words
from core.numbering.rules import IMPORTED
from core.returns.books import books_findings
from core.returns.covering import filings_of
from core.returns.crossfoot import crossfoot, tax_of_3b
from core.returns.finding import BLOCKS, WARNS, Finding, Severity
from core.returns.gaps import Gap, gaps
from core.returns.gstr1_parts import parts_of
from core.returns.model import Month, Reported
from core.returns.month import month_of
from core.returns.paper_checks import paper_findings, paper_name
from core.returns.periods import QUARTERLY, bounds, is_period, label
from core.returns.queries import late_papers, problems_with_amendment
from core.returns.rules import GSTR1, GSTR3B, IFF
from core.returns.state_checks import state_findings
from core.words import date_text, money_text
from core.words import translate as _


def preflight(
    read: Connection, period: str, today: dt.date, facts: Facts | None = None, *, form: str = GSTR1,
    month: Month | None = None, missing: Sequence[Gap] | None = None,
) -> list[Finding]:  # fmt: skip
    """Every finding about the return of a period, what blocks first, then by paper. Raises `RuleBroken` with PERIOD.

    `form` is GSTR1, IFF or GSTR3B; all look at the same papers. A GSTR-3B tells sums alone, so what is wrong with a
    paper's particulars only warns there. `month` and `missing`, the gaps of its year, are those of the same book where
    the caller has them.
    """
    facts = facts or Facts.in_force()
    if month is None:
        month = month_of(read, period, form=form, facts=facts)
    whole = _whole(read, month, form, facts)
    found = [
        *paper_findings(month, facts),
        *_amendments(read, month),
        *_registered(read, month, facts, today),
        *_moved(read, month, facts),
        *_gap_findings(gaps(read, year_of(period)) if missing is None else missing),
    ]
    if form == GSTR3B:
        found = [*(finding._replace(severity=WARNS) for finding in found), *_gstr1_first(read, month)]
    found += [*state_findings(read, month, today), *_late(read, month), *_interest(read, month)]
    if whole is not None:
        parts = parts_of(month, facts)
        declared = tax_of_3b(whole, parts if whole is month else parts_of(whole, facts))
        found += crossfoot(month, whole, declared, facts, parts)
        found += books_findings(read, whole, declared)
    return sorted(found, key=lambda finding: finding.severity != BLOCKS)


def _whole(read: Connection, month: Month, form: str, facts: Facts) -> Month | None:
    """What the GSTR-3B of the period takes; None for a month of a quarter, which has none."""
    if form == IFF:
        return None
    if form == GSTR3B or month.filing != QUARTERLY:
        return month
    return month_of(read, month.period, form=GSTR3B, facts=facts)


def _gstr1_first(read: Connection, month: Month) -> Iterator[Finding]:
    if (GSTR1, month.period) not in filings_of(read):
        message = _("GSTR-1 for {period} is not noted as filed; it fills Table 3 of the GSTR-3B.")
        remedy = _("File GSTR-1 first, and note it here.")
        yield Finding(
            "GSTR1_UNFILED", WARNS, message.format(period=label(month.period, month.filing)),
            _("CGST Act, 39(10)"), remedy, place="gst",
        )  # fmt: skip


def _amendments(read: Connection, month: Month) -> Iterator[Finding]:
    for report in month.documents:
        for problem in problems_with_amendment(read, report.document):
            yield _about(report, problem.code, BLOCKS, problem.message, _("CGST Act, 37(3)"), problem.remedy)


def _registered(read: Connection, month: Month, facts: Facts, today: dt.date) -> Iterator[Finding]:
    """Papers that must have an IRN and have none, with the clock that runs."""
    needing = [r for r in month.documents if einvoice.is_needed(r.document, month.turnover_paise, facts)]
    if not needing:
        return
    with_irn = registrations(read, [report.id for report in needing if report.id is not None])
    for report in needing:
        if report.id in with_irn:
            continue
        document = report.document
        days = facts.find_days("einvoice_report_days", document.dated_on, turnover_paise=month.turnover_paise)
        message = _("The paper needs an IRN and has none.")
        if days is not None:
            last = document.dated_on + dt.timedelta(days=days)
            message = (
                _("The paper needs an IRN and has none; the portal takes it until {day}.")
                if today <= last
                else _("The paper needed an IRN by {day}; the portal takes it no more.")
            ).format(day=date_text(last))
        severity: Severity = WARNS if document.origin == IMPORTED else BLOCKS
        remedy = _("Upload its e-invoice file and take in the portal's answer.")
        rule = _("CGST Rules, 48(4) and 48(5); Notification 13/2020")
        yield _about(report, "IRN_MISSING", severity, message, rule, remedy)


def _moved(read: Connection, month: Month, facts: Facts) -> Iterator[Finding]:
    """Goods above the limit without an e-way bill: each paper that says how they move, the others in one line."""
    needing = [
        report
        for report in month.documents
        if (report.document.transport is not None or report.document.origin != IMPORTED)
        and eway.is_needed(report.document, facts)
    ]
    noted = notes(read, [report.id for report in needing if report.id is not None])
    rule = _("CGST Rules, 138")
    silent = []
    for report in needing:
        if report.id in noted:
            continue
        if report.document.transport is None:
            silent.append(report)
            continue
        message = _("The goods are worth more than the limit; no e-way bill is noted.")
        remedy = _("Make the bill's file, or note the number of the bill that was made.")
        yield _about(report, "EWAY_MISSING", WARNS, message, rule, remedy)
    if len(silent) == 1:
        message = _("The goods are worth more than the limit, and it is not said how they moved.")
        yield _about(silent[0], "EWAY_UNKNOWN", WARNS, message, rule, _silent_remedy())
    elif silent:
        message = _("{count} papers are for goods above the limit, and it is not said how they moved.")
        papers = tuple(report.id for report in silent if report.id is not None)
        yield Finding(
            "EWAY_UNKNOWN", WARNS, message.format(count=len(silent)), rule, _silent_remedy(), papers=papers
        )


def _silent_remedy() -> str:
    return _("Where goods moved, note the e-way bill on the paper; otherwise nothing is to be done.")


def year_of(period: str) -> int:
    """The financial year that a period lies in, by its first calendar year."""
    return financial_year(bounds(period, "monthly")[0])


def _gap_findings(missing: Sequence[Gap]) -> Iterator[Finding]:
    """Numbers of the year that nobody explains."""
    for gap in missing:
        if gap.is_open:
            yield _gap(gap, BLOCKS if gap.is_ours else WARNS)
        elif gap.why == "other_device":
            yield _gap(gap, WARNS)


def _gap(gap: Gap, severity: Severity) -> Finding:
    message = _("{number} is missing in its series.").format(number=gap.number)
    if gap.last:
        message = _("{first} to {last} are missing in their series.").format(first=gap.number, last=gap.last)
    return Finding(
        "NUMBER_MISSING", severity, gap.words or message, _("CGST Rules, 46(b); GSTR-1, Table 13"),
        _("Say why it was not used, in the list of numbers."), number=gap.number, place="gst",
    )  # fmt: skip


def _late(read: Connection, month: Month) -> Iterator[Finding]:
    if not is_period(month.period, month.filing):
        return
    for paper in late_papers(read, month.period):
        message = _("Dated {day}, it came after that return was filed; it is told in {period}.").format(
            day=date_text(paper.dated_on), period=label(month.period, month.filing)
        )
        yield Finding(
            "LATE", WARNS, message, _("CGST Act, 37(3) and 39(9)"), "", paper.document, paper.number,
            record=paper.document,
        )  # fmt: skip


def _interest(read: Connection, month: Month) -> Iterator[Finding]:
    """Interest that came in up to the end of the period: its tax falls due with it, and no note has told it."""
    first, last = bounds(month.period, month.filing)
    for waiting in interest_awaiting_tax(read, last):
        message = _(
            "{amount} of interest was received by {day}, and the note that tells its tax is not issued."
        )
        yield Finding(
            "INTEREST_UNTAXED",
            BLOCKS if waiting.received_on >= first else WARNS,
            message.format(amount=money_text(waiting.awaiting_paise), day=date_text(waiting.received_on)),
            _("CGST Act, 12(6), 13(6) and 15(2)(d)"),
            _("Open the note and issue the debit note for the tax."),
            waiting.note,
            f"{type_words()[DEBIT_NOTE]} {waiting.number}",
            record=waiting.note,
        )


def _about(report: Reported, code: str, severity: Severity, message: str, rule: str, remedy: str) -> Finding:
    name = paper_name(report.document)
    return Finding(code, severity, message, rule, remedy, report.id, name, record=report.id)
