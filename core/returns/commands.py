"""Verbs of the returns: filing one, amending a summary row, noting a number as never used, explaining a gap."""

import datetime as dt
import hashlib

import msgspec

from core.company.commands import company_of
from core.errors import RuleBroken
from core.facts import Facts
from core.fiscal import month_bounds
from core.ids import Id, imported_id
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft
from core.numbering.rules import IMPORTED
from core.problems import Problem
from core.returns import gstr1, gstr3b, portal
from core.returns.covering import filings_of
from core.returns.kinds import AMENDED, FILED, GAP_EXPLAINED, UNUSED
from core.returns.model import Filed, GapExplained, Month, NumberUnused, PeriodAmendment, SectionSum
from core.returns.month import month_of
from core.returns.periods import label
from core.returns.preflight import preflight
from core.returns.queries import problems_with_amendment
from core.returns.rules import GSTR1, GSTR3B, IFF, check_period
from core.store.read import written_up_to
from core.store.work import Work
from core.words import translate as _


def file_return(
    work: Work,
    form: str,
    period: str,
    on: dt.date,
    arn: str = "",
    *,
    today: dt.date,
    despite: bool = False,
    facts: Facts | None = None,
) -> Id:
    """Note that a return was filed on a day; from now on it takes no more papers. Answers the paper's id.

    It covers what this book has now: everything the service has put in order, and this device's own papers. What
    arrives later goes into the next return. Raises `RuleBroken`: PERIOD, FUTURE, PERIOD_OPEN (the period is not
    over), FILED (it was filed already), and every finding of the pre-flight that blocks, unless `despite`.
    """
    facts, filing = facts or Facts.in_force(), company_of(work).filing
    check_period(period, form, filing)
    _check_day(work, form, period, on, today, filing)
    if not despite:
        _check_preflight(work, form, period, today, facts)
    month = month_of(work.read, period, form=form, facts=facts)
    epoch: int = work.meta["epoch"]
    seq, numbers = written_up_to(work.read, work.actor.device)
    record = work.new_id()
    paper = Filed(
        form=form,
        period=period,
        filed_on=on,
        device=work.actor.device,
        epoch=epoch,
        covers_seq=seq,
        covers_number=numbers.pop(epoch, 0),
        arn=arn.strip(),
        sums=sums_of(month, form, facts),
        digest=hashlib.sha256(file_of(month, form, facts)).digest(),
        covers_earlier=tuple(sorted(numbers.items())),
    )
    work.record(FILED, record, paper)
    return record


def keep_filed(work: Work, period: str, *, form: str = GSTR1, record: Id | None = None) -> bool:
    """Keep a return that was filed before the book was kept here; False when the book has it already.

    It covers the imported papers of its period, never a device's numbers. Raises `RuleBroken` with PERIOD.
    """
    check_period(period, form, company_of(work).filing)
    paper = Filed(form=form, period=period, filed_on=month_bounds(period)[1], origin=IMPORTED)
    return work.record(FILED, record or imported_id("filed", form, period), paper)


def amend_document(
    work: Work, draft: Draft, *, today: dt.date, draft_id: Id | None = None, date_confirmed: bool = False
) -> Id:
    """Issue a draft that corrects a document of a filed return (`amends`). Answers the new document's id.

    Raises `RuleBroken`: REQUIRED where it corrects nothing, AMENDS_UNFILED, and what issuing raises.
    """
    problems = [*problems_with_amendment(work.read, draft)]
    if draft.amends is None:
        problems.append(Problem("REQUIRED", _("Say which document it corrects."), "amends"))
    if problems:
        raise RuleBroken(problems)
    return issue_document(work, draft, today=today, draft_id=draft_id, date_confirmed=date_confirmed)


def amend_period(
    work: Work,
    *,
    section: str,
    period: str,
    place_of_supply: str,
    rate_bp: int,
    taxable_paise: int,
    cess_paise: int = 0,
    applicable_percent_bp: int = 10_000,
    reported_in: str,
) -> Id:
    """Correct a summary row (b2cs, at, txpd) of a filed period; the figures are the corrected ones.

    `reported_in` is the return that tells it, not filed yet. Answers the paper's id. Raises `RuleBroken`: PERIOD,
    NOT_FILED (there is nothing to correct yet), FILED, CHOICE, REQUIRED, NEGATIVE.
    """
    filing, filings = company_of(work).filing, filings_of(work.read)
    check_period(reported_in, GSTR1, filing)
    if (GSTR1, period) not in filings:
        message = _("The GSTR-1 of {period} is not filed; its rows still follow the papers.")
        raise RuleBroken([Problem("NOT_FILED", message.format(period=period), "period")])
    if (GSTR1, reported_in) in filings:
        raise RuleBroken([_filed_already(GSTR1, reported_in, filing, "reported_in")])
    row = PeriodAmendment(
        section, period, place_of_supply, rate_bp, taxable_paise, cess_paise, applicable_percent_bp, reported_in
    )  # fmt: skip
    record = work.new_id()
    work.record(AMENDED, record, row)
    return record


def keep_imported_amendment(work: Work, record: Id, row: PeriodAmendment) -> bool:
    """Keep a corrected row that a file states; False when the book has it already. Raises `RuleBroken`."""
    return work.record(AMENDED, record, msgspec.structs.replace(row, origin=IMPORTED))


def note_unused(
    work: Work,
    *,
    type: str,  # noqa: A002  as the file and the command line call it
    number: str,
    dated_on: dt.date,
    reason: str,
    today: dt.date,
) -> Id:
    """Note that a number was given to a paper that was never issued: nobody uses it again, Table 13 counts it as
    cancelled. Answers the paper's id. Raises `RuleBroken`: REQUIRED, FUTURE, NUMBER_USED and the rules of numbers.
    """
    problems = []
    if not reason.strip():
        problems.append(Problem("REQUIRED", _("Say why the number was not used."), "reason"))
    if dated_on > today:
        problems.append(Problem("FUTURE", _("The number was given on a day to come."), "dated_on"))
    if problems:
        raise RuleBroken(problems)
    record = work.new_id()
    work.record(UNUSED, record, NumberUnused(type, number.strip(), dated_on, reason.strip()))
    return record


def keep_imported_unused(work: Work, record: Id, unused: NumberUnused) -> bool:
    """Keep an unused number that a file states; False when the book has it already. Raises `RuleBroken`."""
    return work.record(UNUSED, record, msgspec.structs.replace(unused, origin=IMPORTED))


def explain_gap(work: Work, *, type: str, year: int, number: str, words: str) -> Id:  # noqa: A002
    """Say why a number of a series is missing; empty words take the explanation back. Answers its id.

    `year` is the one the financial year starts in. Raises `RuleBroken`.
    """
    record = imported_id("gap", type, str(year), number.casefold())
    work.record(GAP_EXPLAINED, record, GapExplained(type, year, number, words.strip()))
    return record


def file_of(month: Month, form: str, facts: Facts) -> bytes:
    """The portal's file of a return, as it is sent."""
    build = {GSTR1: gstr1.gstr1, IFF: gstr1.iff, GSTR3B: gstr3b.gstr3b}[form]
    return portal.encoded(build(month, facts))


def sums_of(month: Month, form: str, facts: Facts) -> tuple[SectionSum, ...]:
    """What each section of a return comes to; a GSTR-3B is summed by the sections it is drawn from."""
    return tuple(
        SectionSum(
            total.section, total.count, total.taxable_paise, total.igst_paise, total.cgst_paise,
            total.sgst_paise, total.cess_paise,
        )
        for total in gstr1.sections(month, facts)
    )  # fmt: skip


def _check_day(work: Work, form: str, period: str, on: dt.date, today: dt.date, filing: str) -> None:
    if on > today:
        raise RuleBroken([Problem("FUTURE", _("A return is not filed on a day to come."), "filed_on")])
    last = month_bounds(period)[1]
    if on <= last:
        message = _("The period is not over: a return is filed after its last day.")
        raise RuleBroken([Problem("PERIOD_OPEN", message, "period")])
    if (form, period) in filings_of(work.read):
        raise RuleBroken([_filed_already(form, period, filing, "period")])


def _check_preflight(work: Work, form: str, period: str, today: dt.date, facts: Facts) -> None:
    found = preflight(work.read, period, today, facts, form=form)
    blocking = [finding.problem for finding in found if finding.blocks]
    if blocking:
        raise RuleBroken(blocking)


def _filed_already(form: str, period: str, filing: str, field: str) -> Problem:
    message = _("{form} for {period} is filed already.").format(form=form, period=label(period, filing))
    return Problem("FILED", message, field, _("Correct it in a later return, by an amendment."))
