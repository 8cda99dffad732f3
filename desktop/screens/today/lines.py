"""What Today asks the book, and how the answers read: figures, parts and lines that lead somewhere. Free of Qt."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.bank.queries import accounts
from core.book import carries_all, waiting_to_sync
from core.company.queries import company
from core.dunning.queries import WorkRow, worklist
from core.inbox.queries import unread_count
from core.interest.queries import interest_awaiting_tax
from core.invoicing.queries import DocumentRow, documents_page, drafts_page
from core.milestones.queries import contracts_page
from core.parties.queries import parties_by_name
from core.receipts.cheque_list import IN_HAND, cheques
from core.returns.queries import calendar
from core.statements.model import TodayFigures
from core.statements.queries import ageing, today_figures
from core.words import date_text, money_text, short_money
from core.words import translate as _
from desktop.ports import Place, Reader, Tone

CHASE_MAX, DUE_MAX, DRAFTS_MAX, CONTRACTS_MAX = 8, 5, 99, 200
DUE_DAYS = 7
_NOTHING_PAISE = 0
NAMES = {"GSTR1": "GSTR-1", "GSTR3B": "GSTR-3B"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it says, and where Enter leads."""

    title: str
    place: Place
    detail: str = ""
    figure: str = ""
    note: str = ""
    icon: str = ""
    tone: Tone = ""
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One share of what is owed, by its age."""

    label: str
    paise: int
    text: str


@dataclass(frozen=True, slots=True)
class Chase:
    """Whom to chase: the first few, how many there are, how many letters are due."""

    lines: Sequence[Line]
    parties: int
    letters: int


def figures(read: Reader, on: dt.date) -> list[Line]:
    """The four figures: owed, late, due this week, received this month."""
    return figure_lines(today_figures(read, on=on))


def figure_lines(found: TodayFigures) -> list[Line]:
    """The figures as tiles."""
    open_bills = _("Open bills: {count}").format(count=found.open_bills)
    if found.by_cheque_paise:
        cheques = _("{amount} in cheques").format(amount=short_money(found.by_cheque_paise))
        open_bills = f"{open_bills} · {cheques}"
    late_bills = _("Late bills: {count}").format(count=found.overdue_bills)
    on_account = _("{amount} on account").format(amount=short_money(found.on_account_paise))
    late: Tone = "danger" if found.overdue_paise else ""
    return [
        _tile(_("Outstanding"), found.outstanding_paise, open_bills, Place("invoices", page="open")),
        _tile(_("Overdue"), found.overdue_paise, late_bills, Place("invoices", page="overdue"), late),
        _tile(
            _("Due in seven days"),
            found.due_this_week_paise,
            _next_week(found),
            Place("invoices", page="open"),
        ),
        _tile(
            _("Received this month"),
            found.received_this_month_paise,
            on_account if found.on_account_paise else "",
            Place("receipts"),
        ),
    ]


def ages(read: Reader, on: dt.date) -> list[Part]:
    """What is owed by age, in five parts; empty when nothing is."""
    total = ageing(read, on=on)[1]
    if not total.total_paise:
        return []
    not_due, month, second, third, half, old = total.buckets
    parts = [
        (_("Not yet due"), not_due),
        (_("1–30 days"), month),
        (_("31–60 days"), second),
        (_("61–90 days"), third),
        (_("Over 90 days"), half + old),
    ]
    return [Part(name, paise, short_money(paise)) for name, paise in parts]


def chase(read: Reader, on: dt.date) -> Chase:
    """Whom to chase, the most deserving first."""
    rows = worklist(read, on=on)
    return Chase(
        [chase_line(row) for row in rows[:CHASE_MAX]], len(rows), sum(1 for row in rows if row.next_step)
    )


def chase_line(row: WorkRow) -> Line:
    """One party to chase."""
    reminded = ""
    if row.last_reminded_on is not None:
        reminded = _("reminded {date}").format(date=date_text(row.last_reminded_on))
    bills = _("{count} bills").format(count=row.bills) if row.bills > 1 else _("1 bill")
    due = _("letter due: {step}").format(step=_(row.next_title)) if row.next_step else ""
    return Line(
        row.name,
        Place("parties", row.party),
        " · ".join(part for part in (bills, due, reminded) if part),
        money_text(row.overdue_paise),
        days_late(row.oldest_days),
        tone="danger",
    )


def falling_due(read: Reader, on: dt.date) -> list[Line]:
    """The bills that fall due from today over seven days, soonest first."""
    page = documents_page(
        read, key=(on, b""), limit=DUE_MAX, state="open", sort="due_on", descending=False, on=on
    )
    until = on + dt.timedelta(days=DUE_DAYS)
    return [due_line(row, on) for row in page.rows if on <= row.due_on < until]


def due_line(row: DocumentRow, on: dt.date) -> Line:
    """One bill that falls due."""
    days = (row.due_on - on).days
    when = _("today") if days == 0 else _("tomorrow") if days == 1 else date_text(row.due_on)
    return Line(
        row.party_name,
        Place("invoices", row.id),
        row.number,
        money_text(row.open_paise),
        when,
        tone="warning",
    )


def tasks(read: Reader, on: dt.date) -> list[Line]:
    """What waits for a decision or a hand: empty when nothing does."""
    contracts = contracts_page(read, limit=CONTRACTS_MAX).rows
    certified = [row for row in contracts if row.certified_paise > _NOTHING_PAISE]
    one = certified[0].id if len(certified) == 1 else None
    worth = short_money(sum(row.certified_paise for row in certified))
    found = [
        (unread_count(read), "", _("To decide in the Inbox"), Place("inbox"), "inbox"),
        (len(certified), worth, _("Stages certified, not yet billed"), Place("contracts", one), "contracts"),
        (
            len(drafts_page(read, limit=DRAFTS_MAX).rows),
            "",
            _("Drafts not yet issued"),
            Place("invoices", page="drafts"),
            "edit",
        ),
        (
            waiting_to_sync(read),
            "",
            _("Changes waiting to sync"),
            Place("settings", page="devices"),
            "waiting",
        ),
    ]
    waits = [
        Line(
            text,
            place,
            figure=figure or str(count),
            icon=icon,
            tone="danger" if icon == "inbox" else "accent",
        )
        for count, figure, text, place, icon in found
        if count
    ]
    return [*of_some_parties(read), *returns_due(read, on), *money_waiting(read, on), *waits]


def of_some_parties(read: Reader) -> list[Line]:
    """That every figure here is of the parties that this device carries; nothing on one that has all."""
    if carries_all(read):
        return []
    text, more = _("This device carries only some parties"), _("All figures here are of these alone")
    return [Line(text, Place("parties"), more, icon="parties", tone="warning")]


def money_waiting(read: Reader, on: dt.date) -> list[Line]:
    """Money at hand that somebody must see to: cheques to pay in, lines of the bank, tax on interest received."""
    held = cheques(read, on=on, status=IN_HAND)
    lines = sum(row.open_lines for row in accounts(read))
    untaxed = interest_awaiting_tax(read, on)
    found = (
        (held, sum(row.amount_paise for row in held), _("Cheques to pay in"), Place("receipts", page="cheques"),
         "receipts"),
        (lines, 0, _("Lines of the bank to match"), Place("bank"), "bank"),
        (untaxed, sum(row.awaiting_paise for row in untaxed), _("Interest received, its GST note not made"),
         Place("invoices", untaxed[0].note) if untaxed else Place("invoices"), "gst"),
    )  # fmt: skip
    return [
        Line(text, place, figure=short_money(paise) if paise else str(waiting), icon=icon, tone="accent")
        for waiting, paise, text, place, icon in found
        if waiting
    ]


def returns_due(read: Reader, on: dt.date) -> list[Line]:
    """The GST returns that are overdue, else the next one whose period is over; none for who files none."""
    filer = company(read)
    if not filer.registration.gstin or filer.composition:
        return []
    rows = [row for row in calendar(read, on) if row.form != "IFF"]
    overdue = [row for row in rows if row.state == "overdue"]
    if overdue:
        text = _("GST returns overdue")
        return [Line(text, Place("gst"), figure=str(len(overdue)), icon="gst", tone="danger")]
    due = min((row for row in rows if row.state == "due"), key=lambda row: row.due_on, default=None)
    if due is None:
        return []
    text = _("GST return due by {date}").format(date=date_text(due.due_on))
    return [Line(text, Place("gst"), figure=NAMES[due.form], icon="gst", tone="warning")]


def first_steps(read: Reader) -> list[Line]:
    """What to do first in a book without papers; empty as soon as there is one."""
    if documents_page(read, limit=1).rows:
        return []
    has_party = bool(parties_by_name(read, limit=1).rows)
    return [
        Line(
            _("Make your first invoice"),
            Place("invoices", page="new"),
            _("The customer and the item are made as you type them"),
            icon="invoices",
            keys="F8",
        ),
        Line(
            _("Enter a customer"),
            Place("parties", page="new"),
            _("A GSTIN fills in the State and the PAN"),
            icon="success" if has_party else "parties",
        ),
        Line(
            _("Bank and UPI on your papers"),
            Place("settings", page="bank"),
            _("Each invoice then carries a QR code to pay by"),
            icon="company",
        ),
        Line(
            _("Share with a second device"),
            Place("settings", page="devices"),
            _("Both work without the internet and agree when it is back"),
            icon="local",
        ),
    ]


def days_late(days: int) -> str:
    """How late something is."""
    return _("1 day late") if days == 1 else _("{count} days late").format(count=days)


def _tile(caption: str, paise: int, note: str, place: Place, tone: Tone = "") -> Line:
    return Line(caption, place, money_text(paise), short_money(paise), note, tone=tone)


def _next_week(found: TodayFigures) -> str:
    if len(found.expected) < 2:
        return ""
    return _("{amount} the week after").format(amount=short_money(found.expected[1].due_paise))
