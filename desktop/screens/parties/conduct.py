"""How a party pays, the interest that runs on its bills, and the tax it keeps back: lists on its page. Free of Qt."""

from collections.abc import Iterable
from typing import NamedTuple

from core.fiscal import financial_year, year_label
from core.interest.model import MSMED, BillInterest
from core.interest.queries import interest_of_party
from core.statements.behaviour import party_behaviour
from core.statements.entries import cheques_held
from core.statements.model import MonthFigures
from core.tds.life import TdsRow, gst_story, life
from core.words import amount_text, date_text, days_text, month_text
from core.words import translate as _
from desktop.ports import Calendar, Column, Listing, Nothing, Reader, Tone

MONTHS = 12
_MONEY = frozenset({"invoicing", "receipts", "advances", "ledger"})


class Conduct(NamedTuple):
    """How a party pays: days late in a year's mean (hundredths), interest not charged yet, cheques in hand."""

    late: int | None = None
    interest_paise: int = 0
    cheques_paise: int = 0


def conduct_of(reader: Reader, party: bytes, calendar: Calendar) -> Conduct:
    """What stands in the head of its page."""
    on = calendar.today()
    interest = sum(row.unbooked_paise for row in interest_of_party(reader, party, on))
    cheques = sum(row.amount_paise for row in cheques_held(reader, party, on))
    return Conduct(average_late(months_of(reader, party, calendar)), interest, cheques)


def month_listing(party: bytes, calendar: Calendar) -> Listing[MonthFigures]:
    """Twelve months of a party: what it bought and paid, and how late; the newest first."""
    columns: tuple[Column[MonthFigures], ...] = (
        Column("month", _("Month"), lambda row: month_text(row.month), width=10, stretch=True),
        Column("sales", _("Sales"), lambda row: _or_dash(row.sales_paise), "right", 13),
        Column("received", _("Received"), lambda row: _or_dash(row.received_paise), "right", 13),
        Column("open", _("Open at its end"), lambda row: _or_dash(row.open_paise), "right", 14, gives_way=1),
        Column("taken", _("Days to pay"), lambda row: days_text(row.taken), "right", 11),
        Column("late", _("Days late"), lambda row: days_text(row.late), "right", 10,
               tone=lambda row: "danger" if row.late else ""),
    )  # fmt: skip
    nothing = Nothing(
        _("Nothing to reckon yet"), _("Bills and receipts make these figures."), icon="statements"
    )
    return Listing.whole(
        "party.months", columns, lambda reader: list(reversed(months_of(reader, party, calendar))),
        lambda row: row.month.encode(), depends=_MONEY, nothing=nothing,
    )  # fmt: skip


def months_of(reader: Reader, party: bytes, calendar: Calendar) -> list[MonthFigures]:
    """The figures of the last twelve months, this one included."""
    return party_behaviour(reader, party, calendar.today(), months=MONTHS)


def average_late(months: Iterable[MonthFigures]) -> int | None:
    """The mean days late of payments, by their rupees, in hundredths of a day; None when nothing was paid."""
    paid = [
        (month.late, month.paid_paise) for month in months if month.late is not None and month.paid_paise > 0
    ]
    whole = sum(paise for _late, paise in paid)
    return (2 * sum(late * paise for late, paise in paid) + whole) // (2 * whole) if whole else None


def interest_listing(party: bytes, calendar: Calendar) -> Listing[BillInterest]:
    """Every bill on which interest has run: since when, how much, and what of it was charged."""
    columns: tuple[Column[BillInterest], ...] = (
        Column("number", _("Bill"), lambda row: row.number, width=18, stretch=True,
               detail=_basis),
        Column("since", _("Since"), _since, width=11),
        Column("open", _("Open"), lambda row: _or_dash(row.open_paise), "right", 13, gives_way=2),
        Column("interest", _("Interest"), lambda row: amount_text(row.interest_paise), "right", 13,
               tone=_confirmed),
        Column("booked", _("Charged"), lambda row: _or_dash(row.booked_paise), "right", 12, gives_way=1),
        Column("left", _("Not charged"), lambda row: _or_dash(row.unbooked_paise), "right", 12),
    )  # fmt: skip
    why = _("Every bill was paid in time, or neither law nor agreement gives interest.")
    return Listing.whole(
        "party.interest", columns, lambda reader: interest_of_party(reader, party, calendar.today()),
        lambda row: row.document, depends=_MONEY | {"interest", "parties", "company"},
        nothing=Nothing(_("No interest runs"), why, icon="success"),
    )  # fmt: skip


def _basis(row: BillInterest) -> str:
    if row.sheet.unconfirmed_from is not None:
        return _("rate not confirmed")
    return _("MSMED Act") if row.basis == MSMED else _("as agreed")


def _since(row: BillInterest) -> str:
    return date_text(row.clock.starts_on) if row.clock.starts_on else "–"


def _confirmed(row: BillInterest) -> Tone:
    return "warning" if row.sheet.unconfirmed_from is not None else ""


def tds_listing(party: bytes, calendar: Calendar) -> Listing[TdsRow]:
    """What the party keeps back for the department, this financial year and the one before, quarter by quarter."""

    def rows(reader: Reader) -> list[TdsRow]:
        on = calendar.today()
        found: list[TdsRow] = []
        for year in (financial_year(on), financial_year(on) - 1):
            found += [*life(reader, year, on), *gst_story(reader, year, on).rows]
        return [row for row in found if row.party == party]

    columns: tuple[Column[TdsRow], ...] = (
        Column("quarter", _("Quarter"), lambda row: _("Q{quarter} of {year}").format(
            quarter=row.quarter, year=year_label(row.year)), width=14, stretch=True, detail=lambda row: row.code),
        Column("expected", _("Expected"), lambda row: _or_dash(row.expected_paise), "right", 12, gives_way=2),
        Column("deducted", _("Kept back"), lambda row: _or_dash(row.deducted_paise), "right", 12),
        Column("seen", _("In the form"), lambda row: _or_dash(row.seen_paise), "right", 12),
        Column("certified", _("Certificate"), lambda row: _or_dash(row.certified_paise), "right", 12, gives_way=1),
        Column("difference", _("Difference"), lambda row: _or_dash(row.difference_paise), "right", 12,
               tone=lambda row: "danger" if row.is_asked else ""),
    )  # fmt: skip
    what = _("Receipts with TDS, and what Form 26AS or 168 shows of them, stand here.")
    return Listing.whole(
        "party.tds", columns, rows, lambda row: row.id, depends=_MONEY | {"tds", "parties"},
        nothing=Nothing(_("No tax was kept back"), what, icon="receipts"),
    )  # fmt: skip


def _or_dash(paise: int) -> str:
    return amount_text(paise) if paise else "–"
