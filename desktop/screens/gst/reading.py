"""What the GST screen asks the book, and the rows it shows. Free of Qt.

A period's return is put together once and kept until a paper is touched; every table reads from it.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Lock

from core.company.model import Company
from core.company.queries import company
from core.facts import Facts
from core.returns.gaps import gaps
from core.returns.gstr1 import moves_in, papers_in, sections
from core.returns.gstr1_parts import parts_of
from core.returns.gstr1_summaries import received, used
from core.returns.model import Month
from core.returns.periods import (
    bounds,
    is_period,
    label,
    next_period,
    period_of,
    previous_period,
    quarter_end,
)
from core.returns.preflight import preflight, year_of
from core.returns.queries import Filable, calendar, filed_returns, month_of
from core.returns.rules import GSTR1, GSTR3B, IFF
from core.words import date_text
from core.words import translate as _
from desktop.ports import Nothing, Period, Reader, Tone
from desktop.screens.gst.places import Spot
from desktop.screens.gst.rows import (
    NAMES,
    BoxRow,
    CheckRow,
    GapRow,
    PaperRow,
    PeriodRow,
    SectionRow,
    Sums,
    box_rows,
    check_row,
    gap_row,
    move_row,
    paper_rows,
    period_row,
    section_row,
    state_of,
    total_of,
)

FORMS = (GSTR1, IFF, GSTR3B)
_WORST = ("overdue", "due", "running", "filed")


@dataclass(frozen=True, slots=True)
class Whole:
    """A period's return with all that the tables show of it."""

    period: str
    month: Month
    filing: str
    """monthly or quarterly: how long the period is; a month too that has an IFF alone."""
    title: str
    text: str
    state: str
    tone: Tone
    sections: Sequence[SectionRow]
    boxes: Sequence[BoxRow]
    checks: Sequence[CheckRow]
    gaps: Sequence[GapRow]
    total: Sums
    papers: int
    papers_text: str
    blocks: int
    warns: int
    may_file: Sequence[tuple[str, str]] = field(default_factory=tuple)
    """(form, its name) of the returns that can be noted as filed."""
    stands: str = ""
    """How each return of the period stands: due, or filed, and on which day."""
    is_filed: bool = False
    """Whether every return of the period is."""
    next: Filable | None = None
    """The return of another period that is to be filed next."""
    apart: Nothing | None = None
    """Why there is no return: the company is not registered, or pays under composition."""


class Kept:
    """The chosen period's return, put together by whichever table asks first."""

    def __init__(self, today: Callable[[], dt.date]) -> None:
        self.period = ""
        self.within: Period | None = None
        self.today = today
        self._whole: Whole | None = None
        self._turn = 0
        self._lock = Lock()

    def turn_to(self, period: str) -> None:
        """Choose another period."""
        self.period = period
        self.forget()

    def turn_within(self, days: Period) -> None:
        """Choose the period of these days that is to be filed next, else their last."""
        self.within = days
        self.turn_to("")

    def forget(self) -> None:
        """A paper was touched: put it together anew when asked."""
        self._turn += 1
        self._whole = None

    def whole(self, reader: Reader) -> Whole:
        """The return as the book has it; without a choice that of the period to be filed next."""
        with self._lock:
            kept, turn = self._whole, self._turn
            if kept is None:
                self.period = self.period or first_period(reader, self.today(), self.within)
                kept = whole(reader, self.period, self.today())
                if turn == self._turn:
                    self._whole = kept
            return kept


def first_period(reader: Reader, today: dt.date, within: Period | None = None) -> str:
    """The period a user comes for: the oldest with a return that is due, else the running one.

    Of the days chosen it is the oldest there, else the last that has begun.
    """
    filing = company(reader).filing
    rows = [row for row in calendar(reader, today) if row.form != "IFF"]
    if within is not None:
        last = period_of(max(within.from_on, min(within.to_on, today)), filing)
        rows = [row for row in rows if lies_within(row.period, filing, within)]
        return min((row.period for row in rows if row.state in ("due", "overdue")), default=last)
    waiting = [row.period for row in rows if row.state in ("due", "overdue")]
    running = [row.period for row in rows if row.state == "running"]
    return min(waiting) if waiting else min(running) if running else f"{today:%Y-%m}"


def lies_within(period: str, filing: str, days: Period) -> bool:
    """Whether some of a period's days are among these."""
    first, last = bounds(period, filing)
    return first <= days.to_on and days.from_on <= last


def next_due(rows: Sequence[Filable], period: str = "") -> Filable | None:
    """The first return to be filed of those of other periods."""
    open_ = [row for row in rows if row.filed_on is None and row.form != "IFF" and row.period != period]
    return min(open_, key=lambda row: (row.due_on, row.form), default=None)


def next_text(row: Filable, filing: str) -> str:
    """A return that is to be filed, and by when."""
    return _("{form} of {period}, due on {date}").format(
        form=NAMES[row.form], period=label(row.period, filing), date=date_text(row.due_on)
    )


def whole(reader: Reader, period: str, today: dt.date) -> Whole:
    """Put a period's return together: its GSTR-1, or the IFF of a month within the quarter of who files quarterly."""
    facts, filer = Facts.in_force(), company(reader)
    is_iff = not is_period(period, filer.filing)
    form = IFF if is_iff else GSTR1
    month = month_of(reader, period, form=form, facts=facts)
    missing = gaps(reader, year_of(period))
    found = preflight(reader, period, today, facts, form=form, month=month, missing=missing)
    rows = calendar(reader, today)
    filable = sorted((row for row in rows if row.period == period), key=lambda row: FORMS.index(row.form))
    parts = parts_of(month, facts)
    totals = sections(month, facts, parts)
    first = min(filable, key=lambda row: _WORST.index(row.state), default=None)
    state, tone = state_of(first) if first is not None else ("", "")
    ordered = sorted(found, key=lambda one: not one.blocks)
    checks = [check_row(n, one, period, month.filing) for n, one in enumerate(ordered)]
    blocks = sum(one.blocks for one in found)
    papers = {part.reported.id for part in parts if not part.is_former}
    notes = {part.reported.id for part in parts if part.document.type != "INV" and not part.is_former}
    return Whole(
        period=period,
        month=month,
        filing="monthly" if is_iff else month.filing,
        title=label(period, "monthly" if is_iff else month.filing),
        text=month.gstin or _("No GSTIN"),
        state=state,
        tone=tone,
        sections=[section_row(total) for total in totals],
        boxes=[] if is_iff else box_rows(parts, month),
        checks=checks,
        gaps=[gap_row(one) for one in missing],
        total=total_of(totals),
        papers=len(papers),
        papers_text=_notes_text(len(notes)),
        blocks=blocks,
        warns=len(found) - blocks,
        may_file=[(row.form, NAMES[row.form]) for row in filable if row.state in ("due", "overdue")],
        stands=" · ".join(_stands(row) for row in filable)
        or _("The quarter's GSTR-1 tells what no IFF told"),
        is_filed=bool(filable) and all(row.filed_on is not None for row in filable),
        next=next_due(rows, period),
        apart=_apart(month, filer, len(papers)),
    )


def periods(reader: Reader, today: dt.date) -> Sequence[PeriodRow]:
    """The returns of the last year and the running one, newest first."""
    filing = {one.period: one for one in filed_returns(reader)}
    rows = calendar(reader, today)
    known = {(row.form, row.period) for row in rows}
    made = [period_row(row, _filing_of(row.period, rows)) for row in rows]
    made += [
        PeriodRow(
            f"{one.form} {one.period}".encode(), one.period, label(one.period), NAMES.get(one.form, one.form),
            "", date_text(one.filed_on), one.arn, _("Filed"), "success",
        )
        for one in filing.values() if (one.form, one.period) not in known
    ]  # fmt: skip
    order = {name: place for place, name in enumerate(FORMS)}
    return sorted(made, key=lambda row: (row.period, -order.get(row.form.replace("-", ""), 9)), reverse=True)


def neighbour(whole_: Whole, by: int) -> str:
    """The period before or after."""
    filing = whole_.month.filing
    if whole_.filing != filing:  # a month within a quarter: the quarter itself comes after it
        ended = quarter_end(whole_.period)
        return ended if by > 0 else previous_period(ended, filing)
    return (next_period if by > 0 else previous_period)(whole_.period, filing)


def period_title(period: str) -> str:
    """A period as people say it."""
    return label(period) if period else ""


def filed_text(reader: Reader, form: str, period: str, today: dt.date) -> str:
    """What is said once a return is noted as filed, and which one is due next."""
    filing = company(reader).filing
    named = label(period, "monthly" if form == IFF else filing)
    done = _("{form} of {period} stands as filed").format(form=NAMES[form], period=named)
    found = next_due(calendar(reader, today))
    if found is None:
        return done
    return _("{done}. Next: {next} (Ctrl+D)").format(done=done, next=next_text(found, filing))


def drilled(whole_: Whole, spot: Spot) -> tuple[str, str, Callable[[Whole], Sequence[PaperRow]]] | None:
    """(title, table, papers) behind the row that a spot names; None when the period has none."""
    if spot.table == "sections":
        for section in whole_.sections:
            if section.code == spot.row:
                table = _("GSTR-1, table {table}").format(table=section.table)
                return section.title, table, partial(papers_in_section, row=section)
    if spot.table == "boxes":
        for box in whole_.boxes:
            if box.id.decode() == spot.row:
                table = _("GSTR-3B, table {table}").format(table=box.box)
                return box.title, table, partial(papers_in_box, row=box)
    for check in whole_.checks if spot.table == "checks" else ():
        if check.code == spot.row and check.papers:
            return _("Worth a look"), check.rule, partial(papers_of_check, row=check)
    return None


def papers_in_section(whole_: Whole, row: SectionRow) -> Sequence[PaperRow]:
    """The papers behind a section, each with its figures there."""
    moves = moves_in(whole_.month, row.code)
    if moves:
        return [move_row(move, sign) for move, sign in moves]
    return paper_rows(papers_in(whole_.month, row.code, Facts.in_force()))


def papers_in_box(whole_: Whole, row: BoxRow) -> Sequence[PaperRow]:
    """The papers behind a row of GSTR-3B."""
    parts = [part for part in parts_of(whole_.month, Facts.in_force()) if row.holds(part)]
    made = list(paper_rows(parts))
    if row.moves:
        made += [move_row(move, sign) for move, sign in received(whole_.month)]
        made += [move_row(move, -sign) for move, sign in used(whole_.month)]
    return made


def papers_of_check(whole_: Whole, row: CheckRow) -> Sequence[PaperRow]:
    """The papers that a finding speaks of at once."""
    parts = parts_of(whole_.month, Facts.in_force())
    return paper_rows([part for part in parts if part.reported.id in row.papers and not part.is_former])


def _filing_of(period: str, rows: Sequence[Filable]) -> str:
    """How the company files: a quarter is a period without its months."""
    if any(row.form == "IFF" for row in rows):
        return "monthly" if any(row.form == "IFF" and row.period == period for row in rows) else "quarterly"
    return "monthly"


def _notes_text(count: int) -> str:
    if count == 0:
        return _("no notes")
    return _("one note among them") if count == 1 else _("{count} notes among them").format(count=count)


def _stands(row: Filable) -> str:
    """How one return stands."""
    name = NAMES[row.form]
    if row.filed_on is not None:
        return _("{form} filed on {date}").format(form=name, date=date_text(row.filed_on))
    return _("{form} due on {date}").format(form=name, date=date_text(row.due_on))


def _apart(month: Month, filer: Company, papers: int) -> Nothing | None:
    """What to say to a company that files no GSTR-1; one whose papers the period tells still sees them."""
    if filer.composition and not papers:
        return Nothing(
            _("Under the composition scheme"),
            _("CMP-08 is filed each quarter and GSTR-4 each year, on the portal. No GSTR-1 or GSTR-3B is due, "
              "and your bills of supply carry no tax."),
            _("Open the company's settings"),
            "gst",
        )  # fmt: skip
    if not month.gstin:
        return Nothing(
            _("No GST returns for this company"),
            _("It has no GSTIN, so it charges no GST and files no returns. Once it is registered, enter the GSTIN: "
              "its papers then carry tax, and the returns appear here."),
            _("Enter the GSTIN"),
            "gst",
        )  # fmt: skip
    return None
