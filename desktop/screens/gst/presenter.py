"""What happens on the GST screen: choosing a period, drilling, exporting, filing. Free of Qt."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from core.fiscal import financial_year
from core.money import round_to_rupee
from core.returns.commands import explain_gap, file_return
from core.words import amount_text, date_text, money_text
from core.words import translate as _
from desktop.ports import Desk, Epoch, Nothing, Place, Reader, Tone, Touched
from desktop.screens.gst import files, reading
from desktop.screens.gst.columns import HEARD
from desktop.screens.gst.places import Spot
from desktop.screens.gst.reading import Whole
from desktop.screens.gst.rows import (
    BoxRow,
    CheckRow,
    GapRow,
    PaperRow,
    PeriodRow,
    SectionRow,
    Sums,
    total_of_papers,
)


class GstView(Protocol):
    """The screen."""

    def show_head(self, title: str, text: str, tone: Tone) -> None:
        """The period looked at, and when its return is due."""
        ...

    def show_figures(self, figures: Sequence[tuple[str, str, str, Tone]]) -> None:
        """(caption, number, what is said below it, its tone) of the four tiles."""
        ...

    def show_standing(self, text: str, *, offers_next: bool) -> None:
        """How the period's returns stand; whether the return that is due next is offered."""
        ...

    def show_apart(self, nothing: Nothing | None) -> None:
        """Why the company files no return; None: it does."""
        ...

    def select_gap(self, row_id: bytes) -> None:
        """Choose a number in the table of numbers."""
        ...

    def show_counts(self, blocks: int, warns: int) -> None:
        """How much stands in the way, and how much is worth a look."""
        ...

    def refresh(self) -> None:
        """Read the tables again."""
        ...

    def show_papers(self, title: str, text: str, papers: Callable[[Reader], Sequence[PaperRow]]) -> None:
        """The papers behind a figure."""
        ...

    def show_papers_total(self, total: Sums) -> None:
        """What the papers behind a figure come to."""
        ...

    def ask_why(self, row: GapRow) -> None:
        """Ask why a number is missing."""
        ...

    def show_failure(self, error: Exception) -> None:
        """The return could not be put together."""
        ...

    def close_sheet(self) -> None:
        """What was asked for in a sheet is done."""
        ...

    def refuse_sheet(self, error: Exception) -> None:
        """What was asked for in a sheet is refused; it stays open."""
        ...


class GstPresenter:
    """One period at a time; its return is put together once and kept until a paper is touched."""

    def __init__(self, view: GstView, desk: Desk) -> None:
        self._view = view
        self._desk = desk
        self._epoch = Epoch()
        self._kept = reading.Kept(desk.calendar.today)
        self._wanted: Spot | None = None
        self._days = desk.calendar.period()
        self.whole: Whole | None = None
        self._stops = (desk.hub.subscribe(self._hear), desk.calendar.subscribe(self._hear_calendar))

    @property
    def period(self) -> str:
        """The period looked at, YYYY-MM; empty until the calendar was read."""
        return self._kept.period

    def come(self, spot: Spot) -> None:
        """The user comes here, perhaps to a period and one of its rows: ask, unless what stands is still true."""
        self._wanted = spot if spot.row else None
        if spot.period and spot.period != self._kept.period:
            self.look_at(spot.period)
        elif self.whole is None:
            self.refresh()
        else:
            self._show_wanted(self.whole)

    def refresh(self) -> None:
        """Put the return together anew."""
        self._epoch.turn()
        self._desk.runner.read(self._kept.whole, self._show, self._view.show_failure, epoch=self._epoch)

    def put_away(self) -> None:
        """The screen goes."""
        self._epoch.turn()
        for stop in self._stops:
            stop()

    def whole_of(self, reader: Reader) -> Whole:
        """For the tables: the chosen period's return."""
        return self._kept.whole(reader)

    def periods(self, reader: Reader) -> Sequence[PeriodRow]:
        """For the table of periods."""
        return reading.periods(reader, self._desk.calendar.today())

    def look_at(self, period: str) -> None:
        """Look at another period."""
        if period != self._kept.period:
            self._kept.turn_to(period)
            self.refresh()
            self._view.refresh()

    def step(self, by: int) -> None:
        """Look at the period before (-1) or after (1)."""
        if self.whole is not None:
            self.look_at(reading.neighbour(self.whole, by))

    def cure_apart(self) -> None:
        """Go where a company is registered."""
        self._go(Place("settings", page="gstin"))

    # --- drilling

    def open_section(self, row: SectionRow) -> None:
        """The papers behind a section."""
        self._go(self._spot("sections", row.code))

    def open_box(self, row: BoxRow) -> None:
        """The papers behind a row of GSTR-3B."""
        self._go(self._spot("boxes", row.id.decode()))

    def open_period(self, row: PeriodRow) -> None:
        """The sections of a period."""
        self._go(Place("gst", page=Spot("sections", row.period).page))

    def open_paper(self, row: PaperRow) -> None:
        """Go to a paper."""
        self._go(row.opens)

    def cure(self, row: CheckRow) -> None:
        """Go where a finding is cured."""
        self._go(row.place)

    def open_gap(self, row: GapRow) -> None:
        """The paper that stood aside; a number that is missing is explained."""
        if row.place is not None:
            self._go(row.place)
        elif row.asks_why:
            self._view.ask_why(row)

    def explain(self, row: GapRow, words: str) -> None:
        """Keep why a number is missing."""
        command = partial(
            explain_gap, type=row.gap.type, year=financial_year(dt.date.fromisoformat(f"{self.period}-01")),
            number=row.gap.number, words=words,
        )  # fmt: skip
        self._desk.runner.write(
            _("Explain a number"), command, lambda _id: self._view.close_sheet(), self._view.refuse_sheet
        )

    @property
    def has_next(self) -> bool:
        """Whether a return of another period is to be filed."""
        return self.whole is not None and self.whole.next is not None

    def go_next(self) -> None:
        """Look at the return that is due next, of another period."""
        if self.whole is not None and self.whole.next is not None:
            self._go(Place("gst", page=Spot("sections", self.whole.next.period).page))

    # --- files

    def export(self, what: str, file: Path) -> None:
        """Write the period's file: gstr1, iff, gstr3b (JSON of the portal) or excel."""
        question = partial(files.written, self._kept, what, file)
        self._desk.runner.read(question, self._on_written, self._desk.notifier.fail)

    def file_name(self, what: str) -> str:
        """What a file is called by custom."""
        return "" if self.whole is None else files.file_name(self.whole, what, self._desk.calendar.today())

    def file(self, form: str, filed_on: dt.date, arn: str, *, despite: bool) -> None:
        """Note that the return was filed; `despite` what the check still holds against it."""
        period = self.period
        command = partial(
            file_return, form=form, period=period, on=filed_on, arn=arn.strip(),
            today=self._desk.calendar.today(), despite=despite,
        )  # fmt: skip
        self._desk.runner.write(
            _("File a return"), command, lambda _record: self._on_filed(form, period), self._view.refuse_sheet
        )

    def _go(self, place: Place | None) -> None:
        if place is not None:
            self._desk.navigator.go(place.screen, record=place.record, page=place.page)

    def why_not_filed(self) -> str:
        """Why no return of the period can be noted as filed."""
        if self.whole is None or self.whole.is_filed:
            return _("Every return of this period stands as filed")
        return _("{period} is not over yet; its returns are filed after it").format(period=self.whole.title)

    def _spot(self, table: str, row: str) -> Place:
        return Place("gst", page=Spot(table, self.period, row).page)

    def _on_filed(self, form: str, period: str) -> None:
        self._view.close_sheet()
        self._desk.runner.read(
            lambda reader: reading.filed_text(reader, form, period, self._desk.calendar.today()),
            self._desk.notifier.done,
        )

    def _on_written(self, made: Sequence[Path]) -> None:
        names = ", ".join(file.name for file in made)
        self._desk.notifier.done(_("Written to {file}").format(file=names))

    def _show_wanted(self, whole: Whole) -> None:
        """Show the row that a place names: the papers behind a figure, or a number."""
        spot, self._wanted = self._wanted, None
        if spot is None:
            return
        if spot.table == "gaps":
            for gap in whole.gaps:
                if gap.gap.number == spot.row:
                    self._view.select_gap(gap.id)
        elif (found := reading.drilled(whole, spot)) is not None:
            title, table, papers = found
            self._papers(title, f"{table} · {whole.title}", papers)

    def _papers(self, title: str, text: str, papers: Callable[[Whole], Sequence[PaperRow]]) -> None:
        self._view.show_papers(title, text, lambda reader: papers(self._kept.whole(reader)))
        self._desk.runner.read(
            lambda reader: total_of_papers(papers(self._kept.whole(reader))),
            self._view.show_papers_total,
            epoch=self._epoch,
        )

    def _show(self, whole: Whole) -> None:
        self.whole = whole
        self._view.show_head(whole.title, self._head_text(whole), whole.tone)
        self._view.show_apart(whole.apart)
        self._view.show_standing(_standing(whole), offers_next=_offers_next(whole))
        tax = whole.total
        heads = (
            (_("IGST"), tax.igst_paise), (_("CGST"), tax.cgst_paise), (_("SGST"), tax.sgst_paise),
            (_("Cess"), tax.cess_paise),
        )  # fmt: skip
        parts = " · ".join(f"{name} {_whole_rupees(paise)}" for name, paise in heads if paise)
        blocks, warns = whole.blocks, whole.warns
        self._view.show_figures(
            (
                (_("Outward supplies"), money_text(tax.taxable_paise), _("taxable value"), ""),
                (_("Tax on them"), money_text(tax.tax_paise), parts or _("no tax"), ""),
                (_("Papers"), str(whole.papers), whole.papers_text, ""),
                (_("In the way"), str(blocks), _look_text(blocks, warns), "danger" if blocks else "success"),
            )
        )
        self._view.show_counts(blocks, warns)
        self._show_wanted(whole)

    def _head_text(self, whole: Whole) -> str:
        """The GSTIN; and that the period lies outside the days which the top bar looks at."""
        days = self._desk.calendar.period()
        if reading.lies_within(whole.period, whole.filing, days):
            return whole.text
        name = days.name or f"{date_text(days.from_on)} – {date_text(days.to_on)}"
        return _("{gstin} · outside {period} (Alt+F2)").format(gstin=whole.text, period=name)

    def _hear_calendar(self) -> None:
        """Other days are looked at: a period outside them gives way to one within."""
        days = self._desk.calendar.period()
        if days == self._days:
            return
        self._days = days
        if self.whole is None:
            return
        if reading.lies_within(self.whole.period, self.whole.filing, days):
            self._view.show_head(self.whole.title, self._head_text(self.whole), self.whole.tone)
            return
        self._kept.turn_within(days)
        self.refresh()
        self._view.refresh()

    def _hear(self, touched: Touched) -> None:
        if any(touched.records.get(kind) for kind in HEARD):
            self._kept.forget()
            self.refresh()


def _standing(whole: Whole) -> str:
    """How the period's returns stand; all being filed, what is due next."""
    if whole.next is None or not whole.is_filed:
        return whole.stands
    return _("Next: {next}").format(next=reading.next_text(whole.next, whole.month.filing))


def _offers_next(whole: Whole) -> bool:
    return whole.next is not None and whole.is_filed


def _look_text(blocks: int, warns: int) -> str:
    if warns:
        return _("and {count} worth a look").format(count=warns)
    return _("nothing else") if blocks else _("nothing stands in the way")


def _whole_rupees(paise: int) -> str:
    """A head in whole rupees, beside the tax in full."""
    return amount_text(round_to_rupee(paise)).removesuffix(".00")
