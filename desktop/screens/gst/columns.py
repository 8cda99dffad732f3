"""How the rows of the GST screen read in its tables. Free of Qt."""

from collections.abc import Callable, Sequence
from typing import Any

from core.words import amount_text, date_text
from core.words import translate as _
from desktop.ports import Ask, Column, Listing, Nothing, Page, PageLike, Reader, Tone
from desktop.screens.gst.reading import Whole
from desktop.screens.gst.rows import BoxRow, CheckRow, GapRow, PaperRow, PeriodRow, SectionRow, Sums

HEARD = frozenset(
    {"invoicing", "receipts", "advances", "ledger", "returns", "company", "einvoice", "eway", "numbering"}
)
"""Kinds of record that change a return."""

Reading = Callable[[Reader], Whole]
"""Puts the chosen period's return together, or gives it as it was kept."""


def section_listing(reading: Reading) -> Listing[SectionRow]:
    """The sections of GSTR-1, in the order of the form."""
    columns: tuple[Column[SectionRow], ...] = (
        Column("table", _("Table"), lambda row: row.table, width=12),
        Column("title", _("Section"), lambda row: row.title, width=16, stretch=True,
               detail=lambda row: row.code),
        Column("count", _("Papers"), lambda row: str(row.count) if row.count else "–", "right", 6),
        *_sums(lambda row: row.sums),
    )  # fmt: skip
    nothing = Nothing(
        _("Nothing to report in this period"),
        _("A nil return is still due; the file can be made and filed."),
        icon="success",
    )
    return _listing("gst.sections", columns, lambda reader: reading(reader).sections, nothing)


def box_listing(reading: Reading) -> Listing[BoxRow]:
    """Tables 3.1 and 3.2 of GSTR-3B."""
    columns: tuple[Column[BoxRow], ...] = (
        Column("box", _("Table"), lambda row: row.box, width=8),
        Column("title", _("Nature of supplies"), lambda row: row.title, width=20, stretch=True),
        *_sums(lambda row: row.sums),
    )
    nothing = Nothing(_("Nothing to report in this period"), icon="success")
    return _listing("gst.boxes", columns, lambda reader: reading(reader).boxes, nothing)


def check_listing(reading: Reading) -> Listing[CheckRow]:
    """What stands in the way of filing, and what is worth a look; what blocks comes first."""
    columns: tuple[Column[CheckRow], ...] = (
        Column("weight", _("Weight"), lambda row: row.weight, width=11, pill=True, tone=lambda row: row.tone),
        Column("about", _("Paper"), lambda row: row.about or "–", width=18),
        Column("message", _("What is wrong, and the cure"), lambda row: row.message, width=40, stretch=True,
               detail=lambda row: row.remedy),
        Column("rule", _("Rule"), lambda row: row.rule, width=18, tone=_quiet),
    )  # fmt: skip
    nothing = Nothing(_("Nothing stands in the way"), _("This period can be filed."), icon="success")
    return _listing("gst.checks", columns, lambda reader: reading(reader).checks, nothing)


def gap_listing(reading: Reading) -> Listing[GapRow]:
    """Every number of the year that is missing or was not issued, with why."""
    columns: tuple[Column[GapRow], ...] = (
        Column("series", _("Series"), lambda row: row.series, width=12),
        Column("number", _("Number"), lambda row: row.number, width=18),
        Column("state", _("How it stands"), lambda row: row.state, width=14, pill=True, tone=lambda row: row.tone),
        Column("reason", _("Why"), lambda row: row.reason, width=30, stretch=True),
    )  # fmt: skip
    nothing = Nothing(_("No number is missing"), _("Every series of this year is unbroken."), icon="success")
    return _listing("gst.gaps", columns, lambda reader: reading(reader).gaps, nothing)


def period_listing(periods: Callable[[Reader], Sequence[PeriodRow]]) -> Listing[PeriodRow]:
    """The returns of the last months: due, filed, late."""
    columns: tuple[Column[PeriodRow], ...] = (
        Column("period", _("Period"), lambda row: row.title, width=16, stretch=True),
        Column("form", _("Return"), lambda row: row.form, width=10),
        Column("due", _("Due on"), lambda row: row.due, width=12),
        Column("filed", _("Filed on"), lambda row: row.filed, width=12),
        Column("arn", _("ARN"), lambda row: row.arn, width=18),
        Column("state", _("How it stands"), lambda row: row.state, width=16, pill=True, tone=lambda row: row.tone),
    )  # fmt: skip
    return _listing("gst.periods", columns, periods, Nothing(_("No returns yet"), icon="calendar"))


def paper_listing(papers: Callable[[Reader], Sequence[PaperRow]]) -> Listing[PaperRow]:
    """The papers behind a figure, with their part of it."""
    columns: tuple[Column[PaperRow], ...] = (
        Column("date", _("Date"), lambda row: date_text(row.dated_on), width=11),
        Column("number", _("Number"), lambda row: row.number, width=14),
        Column("party", _("Party"), lambda row: row.party, width=13, stretch=True, detail=lambda row: row.gstin),
        Column("place", _("Place"), lambda row: row.place, width=5),
        *_sums(lambda row: row.sums, wide=9),
    )  # fmt: skip
    return _listing("gst.papers", columns, papers, Nothing(_("No papers stand behind this"), icon="invoices"))


def foot_of(row: Any) -> tuple[str, str]:
    """What is said below a table of the row chosen there: the whole of what its cells may cut, and what Enter does."""
    if isinstance(row, CheckRow):
        told = ": ".join(part for part in (row.about, row.message) if part)
        return f"{told} {row.remedy}".strip(), _("Go where it is cured")
    if isinstance(row, GapRow):
        if row.place is not None:
            return f"{row.number} · {row.reason}", _("Open the paper")
        why = row.reason or _(
            "Nobody has said why; Table 13 of the return tells how many numbers were not issued."
        )
        return f"{row.number} · {why}", _("Say why") if row.asks_why else ""
    if isinstance(row, PeriodRow):
        return f"{row.form} · {row.title}", _("Look at this period")
    if isinstance(row, BoxRow):
        return f"{row.box} · {row.title}", _("Show the papers behind it")
    return f"{row.table} · {row.title}", _("Show the papers behind it")


def _sums(of: Callable[[Any], Sums], wide: int = 11) -> tuple[Column[Any], ...]:
    """The five figures that every table of the returns has, so many digits wide."""

    def column(name: str, title: str) -> Column[Any]:
        def text(row: Any) -> str:
            paise = getattr(of(row), f"{name}_paise")
            return amount_text(paise) if paise else "–"

        width = 6 if name == "cess" else wide + 1 if name == "taxable" else wide  # few pay cess
        return Column(name, title, text, "right", width, tone=lambda row: "" if text(row) != "–" else "muted")

    return (
        column("taxable", _("Taxable value")),
        column("igst", _("IGST")),
        column("cgst", _("CGST")),
        column("sgst", _("SGST")),
        column("cess", _("Cess")),
    )


def _listing(
    name: str, columns: Sequence[Column[Any]], rows: Callable[[Reader], Sequence[Any]], nothing: Nothing
) -> Listing[Any]:
    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[Any]:
        typed = ask.text.casefold()
        return Page([row for row in rows(reader) if typed in row.words.casefold()])

    def reread(reader: Reader, ask: Ask, ids: Sequence[bytes]) -> Sequence[Any]:
        return fetch(reader, ask, None, 0).rows

    return Listing(
        name=name,
        columns=columns,
        fetch=fetch,
        reread=reread,
        row_id=lambda row: row.id,
        shows=frozenset(),
        depends=HEARD,
        nothing=nothing,
    )


def _quiet(_row: Any) -> Tone:
    return "muted"
