"""What was filed and what stands beside the papers in returns, in and out: filed returns, corrected rows, numbers
never used, gaps explained.

An imported return covers the imported papers of its own months, save for those that it names (late.py).
"""

from collections.abc import Sequence

import msgspec
from msgspec import structs
from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.company.commands import company_of
from core.company.queries import company as company_in
from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.file_return import amendment_of, row_warnings
from core.exchange.late import Exceptions
from core.exchange.model import (
    BahiFile,
    FileFiled,
    FileGap,
    FileNumber,
    FilePeriodAmendment,
    FileSum,
    FileUnused,
)
from core.exchange.papers import WHOLE_PERCENT_BP, stated_hash
from core.exchange.reading import Findings, below
from core.exchange.register import Register
from core.exchange.report import Tally
from core.facts import Facts
from core.fiscal import financial_year, month_bounds
from core.ids import Id, imported_id
from core.invoicing.filed import filed_place
from core.numbering.rules import IMPORTED, number_place
from core.problems import Problem
from core.returns.commands import explain_gap, keep_imported_amendment, keep_imported_unused
from core.returns.kinds import FILED
from core.returns.model import Filed, GapExplained, NumberUnused, PeriodAmendment, SectionSum
from core.returns.month import month_of
from core.returns.periods import is_period
from core.returns.queries import filed_returns
from core.returns.rules import GSTR1, GSTR3B, IFF, check_period
from core.store.read import papers_of
from core.store.work import Work
from core.words import translate as _

HEADS = ("taxable", "igst", "cgst", "sgst", "cess")


def take_filed(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in `returns` and the months of `filed`: both returns of a month, the IFF of a month within a quarter."""
    filing = company_of(work).filing
    for n, given in enumerate(file.returns):
        with findings.within(f"returns[{n}]"):
            late = tuple(register.paper_id(each.type, each.date, each.number) for each in given.exceptions)
            _take_return(work, structs.replace(_filed(given), exceptions=late), filing, tally)
    for n, name in enumerate(file.filed):
        with findings.within(f"filed[{n}]"):
            try:
                last = month_bounds(name)[1]
            except ValueError as error:
                raise RuleBroken([Problem("PERIOD", f"{error}.", "")]) from None
            for form in (GSTR1, GSTR3B) if is_period(name, filing) else (IFF,):
                _take_return(work, Filed(form, name, last, origin=IMPORTED), filing, tally)


def _take_return(work: Work, filed: Filed, filing: str, tally: Tally) -> None:
    check_period(filed.period, filed.form, filing)
    known = work.standing.holder(filed_place(filed.form, filed.period)) is not None
    if not known:
        work.record(FILED, imported_id("filed", filed.form, filed.period), filed)
    tally.count("returns", was_known=known)


def _filed(given: FileFiled) -> Filed:
    sums = tuple(
        SectionSum(each.section, each.count, *(figures.paise(getattr(each, head), head) for head in HEADS))
        for each in given.sums
    )
    try:
        digest = bytes.fromhex(given.digest)
    except ValueError:
        raise RuleBroken([Problem("SHAPE", _("A digest is written in hexadecimal."), "digest")]) from None
    return Filed(
        form=given.form, period=given.period, filed_on=given.filed_on, arn=given.arn, sums=sums, digest=digest,
        origin=IMPORTED,
    )  # fmt: skip


def take_unused(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in `drafts`: numbers that no paper was issued under."""
    for n, given in enumerate(file.drafts):
        with findings.within(f"drafts[{n}]"):
            holder = work.standing.holder(number_place(given.type, financial_year(given.date), given.number))
            if holder is not None and not isinstance(work.paper(holder), NumberUnused):
                message = _("The number {number} is already used by another paper.")
                raise RuleBroken([Problem("DUPLICATE", message.format(number=given.number), "number")])
            tally.count("drafts", was_known=holder is not None)
            if holder is None:
                record = register.paper_id(given.type, given.date, given.number)
                unused = NumberUnused(
                    given.type, given.number, given.date, given.reason, IMPORTED, stated_hash(given)
                )
                keep_imported_unused(work, record, unused)


def take_amendments(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in `period_amendments`."""
    known = {_row(row) for _record, row in _amended(work.read)} if file.period_amendments else set()
    for n, given in enumerate(file.period_amendments):
        with findings.within(f"period_amendments[{n}]"):
            row = amendment_of(given)
            told = [below(each, f"period_amendments[{n}]") for each in row_warnings(row, Facts.in_force())]
            tally.warnings += [findings.source.placed(problem) for problem in told]
            tally.count("period_amendments", was_known=_row(row) in known)
            if _row(row) not in known:
                stated = stated_hash(given)
                keep_imported_amendment(
                    work, register.id_of("amendment", stated.hex()), structs.replace(row, stated=stated)
                )
                known.add(_row(row))


def take_gaps(work: Work, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in `gaps`: why numbers are missing, in somebody's words."""
    known = {(gap.type, gap.year, gap.number.casefold()): gap.words for gap in _explained(work.read)}
    for n, given in enumerate(file.gaps):
        with findings.within(f"gaps[{n}]"):
            said = known.get((given.type, given.year, given.number.casefold()))
            if said == given.words.strip():
                tally.count("gaps", was_known=True)
                continue
            explain_gap(work, type=given.type, year=given.year, number=given.number, words=given.words)
            if said is None:
                tally.count("gaps", was_known=False)
            else:
                tally.count_change("gaps")


def filed_as_file(read: Connection, late: Exceptions) -> tuple[tuple[str, ...], tuple[FileFiled, ...]]:
    """`filed` and `returns`: months of which nothing but that is known stand in the first, the rest in the second."""
    filing = company_in(read).filing
    bodies = papers_of(read, Filed, [filed.id for filed in filed_returns(read)])
    kept = {(body.form, body.period): body for body in bodies.values()}
    plain = {key for key, body in kept.items() if _is_plain(body) and key not in late}
    months = set()
    for _form, name in plain:
        forms = (GSTR1, GSTR3B) if is_period(name, filing) else (IFF,)
        if all((form, name) in plain for form in forms):
            months.add(name)
    told = [body for body in bodies.values() if body.period not in months]
    told.sort(key=lambda body: (body.period, body.form))
    return tuple(sorted(months)), tuple(
        _file_filed(body, late.get((body.form, body.period), ())) for body in told
    )


def _is_plain(body: Filed) -> bool:
    bare = Filed(body.form, body.period, month_bounds(body.period)[1], origin=IMPORTED)
    return structs.replace(body, stated=b"", exceptions=()) == bare


def _file_filed(body: Filed, late: Sequence[FileNumber]) -> FileFiled:
    sums = tuple(
        FileSum(
            section=each.section,
            count=each.count,
            **{head: figures.rupees(getattr(each, f"{head}_paise")) for head in HEADS},
        )
        for each in body.sums
    )
    return FileFiled(
        form=body.form,  # type: ignore[arg-type]
        period=body.period,
        filed_on=body.filed_on,
        arn=body.arn,
        sums=sums,
        digest=body.digest.hex(),
        exceptions=tuple(late),
    )


def unused_as_file(unused: Sequence[NumberUnused]) -> tuple[FileUnused, ...]:
    """`drafts`."""
    return tuple(
        FileUnused(type=each.type, number=each.number, date=each.dated_on, reason=each.reason)  # type: ignore[arg-type]
        for each in unused
    )


def amendments_as_file(read: Connection) -> tuple[FilePeriodAmendment, ...]:
    """`period_amendments`, each with the return that told it, where one was filed with it."""
    rows = _amended(read)
    told: dict[PeriodAmendment, str] = {}
    if any(not row.reported_in for _record, row in rows):
        here = sorted(
            each.period for each in filed_returns(read) if each.form == GSTR1 and not each.is_imported
        )
        for name in here:
            for row in month_of(read, name).amendments:
                told.setdefault(row, name)
    written = [_file_amendment(row, row.reported_in or told.get(row, "")) for _record, row in rows]
    return tuple(sorted(written, key=lambda row: (row.reported_in, row.period, msgspec.json.encode(row))))


def _file_amendment(row: PeriodAmendment, reported_in: str) -> FilePeriodAmendment:
    percent = row.applicable_percent_bp
    return FilePeriodAmendment(
        section=row.section,  # type: ignore[arg-type]
        period=row.period,
        place_of_supply=row.place_of_supply,
        gst_rate=figures.plain(row.rate_bp, 2),
        taxable=figures.rupees(row.taxable_paise),
        cess=figures.rupees(row.cess_paise) if row.cess_paise else None,
        applicable_percent=None if percent == WHOLE_PERCENT_BP else figures.plain(percent, 2),
        reported_in=reported_in,
    )


def gaps_as_file(read: Connection) -> tuple[FileGap, ...]:
    """`gaps`."""
    return tuple(
        FileGap(type=gap.type, year=gap.year, number=gap.number, words=gap.words)  # type: ignore[arg-type]
        for gap in _explained(read)
    )


def _amended(read: Connection) -> list[tuple[Id, PeriodAmendment]]:
    sql = "SELECT p.id FROM period_amendments p JOIN standing s ON s.record = p.id WHERE s.state = ? ORDER BY p.id"
    records = [row[0] for row in read.exec_driver_sql(sql, (int(State.LIVE),))]
    bodies = papers_of(read, PeriodAmendment, records)
    return [(record, bodies[record]) for record in records]


def _row(row: PeriodAmendment) -> PeriodAmendment:
    """A corrected row by its figures alone."""
    return structs.replace(row, reported_in="", origin="", stated=b"")


def _explained(read: Connection) -> list[GapExplained]:
    sql = "SELECT type, year, number_key, words FROM gap_explanations ORDER BY type, year, number_key"
    return [GapExplained(*row) for row in read.exec_driver_sql(sql)]
