"""What happens on the TDS screen: the year looked at, linking, claiming, certificates, forms. Free of Qt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any, Protocol

from core.errors import RuleBroken
from core.fiscal import financial_year, year_label_long
from core.ids import Id
from core.problems import Problem
from core.tds.commands import claim, link, note_certificate, undo
from core.tds.life import Life, TdsRow, gst_story, quarter_bounds, story
from core.tds.matching import Outcome
from core.tds.queries import CertificateRow, certificates, seen_rows
from core.tds.rules import GST_CODE
from core.words import amount_text, date_text, money_text
from core.words import translate as _
from desktop.ports import Choice, Desk, Reader, Touched
from desktop.screens.tds.columns import HEARD
from desktop.screens.tds.rows import CreditRow, TrailRow, credit_rows, trail_rows

Figures = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Year:
    """A year as it was told: income-tax and GST apart."""

    tax: Life
    gst: Life


class TdsView(Protocol):
    """The screen's lists."""

    def is_shown(self) -> bool:
        """Whether anybody looks at it."""
        ...

    def show_year(self, label: str) -> None:
        """Another year is looked at; every list is read again."""
        ...

    def show_totals(self, tax: Figures, gst: Figures) -> None:
        """What the lists come to."""
        ...

    def close_sheet(self) -> None:
        """What was asked is done."""
        ...

    def refuse_sheet(self, error: Exception) -> None:
        """It was refused; what was typed stays."""
        ...


class TdsPresenter:
    """A financial year of TDS; put together once and kept until something of it is touched."""

    def __init__(self, view: TdsView, desk: Desk) -> None:
        self._view = view
        self._desk = desk
        self.year = financial_year(desk.calendar.today())
        self._telling = Lock()
        self._heard = 0
        self._told: dict[tuple[int, int], Year] = {}
        self._stop = desk.hub.subscribe(self._hear)

    def put_away(self) -> None:
        """The screen goes."""
        self._stop()

    @property
    def label(self) -> str:
        """The year's name: "2026-27"."""
        return year_label_long(self.year)

    # --- what the lists read, on a read thread

    def told(self, reader: Reader) -> Year:
        """The year's story."""
        wanted = (self._heard, self.year)
        with self._telling:  # lists that ask at once wait for one answer
            found = self._told.get(wanted)
            if found is None:
                on = self._desk.calendar.today()
                found = Year(story(reader, wanted[1], on), gst_story(reader, wanted[1], on))
                self._told = {key: told for key, told in self._told.items() if key[0] == wanted[0]} | {
                    wanted: found
                }
        return found

    def credits(self, reader: Reader) -> list[CreditRow]:
        """The lines of the year's forms."""
        told = self.told(reader)
        rows = [*seen_rows(reader, self.year, self.year), *seen_rows(reader, self.year, self.year, gst=True)]
        return credit_rows(rows, (told.tax, told.gst))

    def held(self, reader: Reader) -> list[CertificateRow]:
        """The year's certificates."""
        return certificates(reader, self.year)

    def rows_of(self, record: Id, reader: Reader) -> list[TdsRow]:
        """Every quarter of the deductor that a row is of; of income-tax or of GST, as the row is."""
        told = self.told(reader)
        for life in (told.tax, told.gst):
            key = next((row.key for row in life.rows if row.id == record), None)
            if key is not None:
                return [row for row in life.rows if row.key == key]
        return []

    def trail(self, row: TdsRow, reader: Reader) -> list[TrailRow]:
        """One deductor's year."""
        told = self.told(reader)
        return trail_rows(told.gst if row.code == GST_CODE else told.tax, row.key)

    # --- moving

    def step(self, years: int) -> None:
        """Look at another year."""
        self.year += years
        self._view.show_year(self.label)
        self.refresh()

    def refresh(self) -> None:
        """Add the year up again for the totals."""
        self._desk.runner.read(self.told, self._show, self._desk.notifier.fail)

    # --- what is done

    def link(self, seen: Sequence[Id], receipts: Sequence[Id]) -> None:
        """Say by hand that these belong together."""
        command = partial(link, seen=seen, receipts=receipts, today=self._desk.calendar.today())
        self._write(_("Link TDS"), command, _("Linked by hand"))

    def claim(self, credits_chosen: Sequence[Id], year: int) -> None:
        """Note that credits are taken in a year's return."""
        command = partial(claim, seen=credits_chosen, year=year, today=self._desk.calendar.today())
        done = _("Claimed in the return of {year}").format(year=year_label_long(year))
        self._write(_("Claim TDS"), command, done)

    def undo(self, claims: Sequence[Id]) -> None:
        """Undo links, or notes that credits were claimed."""
        today = self._desk.calendar.today()

        def command(work: Any) -> None:
            for one in claims:
                undo(work, one, today=today)

        self._write(_("Undo"), command, _("Undone"))

    def note_certificate(self, typed: dict[str, Any]) -> None:
        """Note a certificate as typed."""
        wanted = (
            ("form", _("Choose the form of the certificate.")),
            ("quarter", _("Choose the quarter.")),
            ("amount", _("Enter the tax it certifies.")),
        )
        problems = [Problem("REQUIRED", words, name) for name, words in wanted if not typed.get(name)]
        if problems:
            self._view.refuse_sheet(RuleBroken(problems))
            return
        command = partial(
            note_certificate,
            form=typed["form"].value,
            number=typed["number"] or "",
            tan=typed["tan"] or "",
            code=typed["code"] or "",
            year=self.year,
            quarter=typed["quarter"].value,
            deducted_paise=typed["amount"],
            issued_on=typed.get("issued_on"),
            note=typed.get("note") or "",
        )
        self._write(_("Note a certificate"), command, _("Certificate noted"))

    def _write(self, label: str, command: Callable[[Any], Any], done: str) -> None:
        def finished(_answer: Any) -> None:
            self._view.close_sheet()
            self._desk.notifier.done(done)

        self._desk.runner.write(label, command, finished, self._view.refuse_sheet)

    # --- what is offered in a sheet

    def open_credits(self, reader: Reader, typed: str) -> list[Choice]:
        """Lines of the forms that no receipt was found for, for linking by hand."""
        rows = [row for row in self.credits(reader) if row.is_current and row.link is None]
        rows = [row for row in rows if row.state in (Outcome.EXCESS, Outcome.UNKNOWN, Outcome.SHORT)]
        found = [
            Choice(row.id, f"{amount_text(row.deducted_paise)} · {row.deductor}",
                   f"{row.tan} · {row.code} · {date_text(row.on)}")
            for row in rows
        ]  # fmt: skip
        return _narrowed(found, typed)

    def open_deductions(self, reader: Reader, typed: str) -> list[Choice]:
        """Receipts whose tax no line of a form was found for, for linking by hand."""
        told = self.told(reader)
        parts = {
            part
            for life in (told.tax, told.gst)
            for matches in life.matches.values()
            for one in matches
            if one.outcome in (Outcome.MISSING, Outcome.SHORT) and one.link is None
            for part in one.deductions
        }
        found = []
        for part in sorted(parts, key=lambda part: (part.dated_on, part.receipt), reverse=True):
            payer = told.tax.known.get(part.party)
            text = f"{amount_text(part.paise)} · {payer.name if payer else part.deductor}"
            detail = f"{part.number} · {part.code} · {date_text(part.dated_on)}"
            found.append(Choice(part.receipt, text, detail))
        return _narrowed(found, typed)

    def quarters(self) -> list[Choice]:
        """The quarters of the year, with their months."""
        choices = []
        for number in (1, 2, 3, 4):
            first, last = quarter_bounds(self.year, number)
            choices.append(
                Choice(number, _("Q{number}").format(number=number), f"{first:%m-%Y} – {last:%m-%Y}")
            )
        return choices

    # --- hearing

    def _show(self, told: Year) -> None:
        self._view.show_totals(_figures(told.tax), _figures(told.gst))

    def _hear(self, touched: Touched) -> None:
        if any(touched.records.get(kind) for kind in HEARD):
            self._heard += 1
            if self._view.is_shown():
                self.refresh()


def _figures(life: Life) -> Figures:
    if not life.rows:
        return ()
    deducted, seen = (
        sum(row.deducted_paise for row in life.rows),
        sum(row.seen_paise for row in life.rows),
    )
    asked = sum(1 for row in life.rows if row.is_asked)
    return (
        (_("Expected"), money_text(sum(row.expected_paise for row in life.rows))),
        (_("Deducted"), money_text(deducted)),
        (_("Form shows"), money_text(seen)),
        (_("Difference"), money_text(deducted - seen)),
        (_("To put right"), str(asked)),
    )


def _narrowed(found: list[Choice], typed: str) -> list[Choice]:
    words = typed.casefold()
    return [one for one in found if words in f"{one.text} {one.detail}".casefold()][:50]
