"""What happens on the GST screen: choosing a period, drilling, exporting, filing. Free of Qt."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from core.fiscal import financial_year
from core.money import round_to_rupee
from core.returns.commands import explain_gap, file_return
from core.words import amount_text, money_text
from core.words import translate as _
from desktop.ports import Desk, Epoch, Place, Reader, Tone, Touched
from desktop.screens.gst import reading
from desktop.screens.gst.columns import HEARD
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
        self.whole: Whole | None = None
        self._stop = desk.hub.subscribe(self._hear)

    @property
    def period(self) -> str:
        """The period looked at, YYYY-MM; empty until the calendar was read."""
        return self._kept.period

    def come(self) -> None:
        """The user comes here: ask, unless what stands is still true."""
        if self.whole is None:
            self.refresh()

    def refresh(self) -> None:
        """Put the return together anew."""
        self._epoch.turn()
        self._desk.runner.read(self._kept.whole, self._show, self._view.show_failure, epoch=self._epoch)

    def put_away(self) -> None:
        """The screen goes."""
        self._epoch.turn()
        self._stop()

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

    # --- drilling

    def open_section(self, row: SectionRow) -> None:
        """The papers behind a section."""
        self._papers(row.title, row.table, lambda whole: reading.papers_in_section(whole, row))

    def open_box(self, row: BoxRow) -> None:
        """The papers behind a row of GSTR-3B."""
        self._papers(row.title, row.box, lambda whole: reading.papers_in_box(whole, row))

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
        elif row.gap.why in ("unexplained", "explained", "other_device"):
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

    # --- files

    def export(self, what: str, file: Path) -> None:
        """Write the period's file: gstr1, iff, gstr3b (JSON of the portal) or excel."""
        question = partial(reading.written, self._kept, what, file)
        self._desk.runner.read(question, self._on_written, self._desk.notifier.fail)

    def file_name(self, what: str) -> str:
        """What a file is called by custom."""
        return "" if self.whole is None else reading.file_name(self.whole, what, self._desk.calendar.today())

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

    def _on_filed(self, form: str, period: str) -> None:
        self._view.close_sheet()
        text = _("{form} of {period} stands as filed").format(form=form, period=reading.period_title(period))
        self._desk.notifier.done(text)

    def _on_written(self, files: Sequence[Path]) -> None:
        names = ", ".join(file.name for file in files)
        self._desk.notifier.done(_("Written to {file}").format(file=names))

    def _papers(self, title: str, table: str, papers: Callable[[Whole], Sequence[PaperRow]]) -> None:
        text = f"{table} · {reading.period_title(self.period)}"
        self._view.show_papers(title, text, lambda reader: papers(self._kept.whole(reader)))
        self._desk.runner.read(
            lambda reader: total_of_papers(papers(self._kept.whole(reader))),
            self._view.show_papers_total,
            epoch=self._epoch,
        )

    def _show(self, whole: Whole) -> None:
        self.whole = whole
        self._view.show_head(whole.title, whole.text, whole.tone)
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

    def _hear(self, touched: Touched) -> None:
        if any(touched.records.get(kind) for kind in HEARD):
            self._kept.forget()
            self.refresh()


def _look_text(blocks: int, warns: int) -> str:
    if warns:
        return _("and {count} worth a look").format(count=warns)
    return _("nothing else") if blocks else _("nothing stands in the way")


def _whole_rupees(paise: int) -> str:
    """A head in whole rupees, beside the tax in full."""
    return amount_text(round_to_rupee(paise)).removesuffix(".00")
