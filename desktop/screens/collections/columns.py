"""How the worklist, the letters due and the letters written read in lists. Free of Qt."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from core.changes.standing import State
from core.dunning.queries import ReminderRow, WorkRow, reminder_rows, reminders_page, worklist
from core.words import amount_text, date_text
from core.words import translate as _
from desktop.ports import (
    Along,
    AlongRow,
    Ask,
    Calendar,
    Column,
    Listing,
    Nothing,
    Page,
    PageLike,
    Reader,
    Scope,
    Tone,
)

HEARD = frozenset({"invoicing", "receipts", "advances", "ledger", "dunning", "parties", "checkouts"})
"""Kinds of record that change whom to chase."""
_ORDERS: dict[str, Callable[[WorkRow], Any]] = {
    "name": lambda row: row.name.casefold(),
    "days": lambda row: row.oldest_days,
    "overdue": lambda row: row.overdue_paise,
}


class Chase(NamedTuple):
    """A party to chase, and who has its bills with him."""

    row: WorkRow
    along: tuple[AlongRow, ...] = ()


def work_listing(calendar: Calendar, along: Along | None) -> Listing[Chase]:
    """Whom to chase today, the most deserving first unless another order is asked."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[Chase]:
        rows = [row for row in worklist(reader, on=calendar.today()) if _answers(row, ask)]
        if ask.sort in _ORDERS:
            rows = sorted(rows, key=_ORDERS[ask.sort], reverse=ask.descending)
        out = along.by_party(reader) if along is not None else {}
        return Page([Chase(row, tuple(out.get(row.party, ()))) for row in rows])

    return Listing(
        name="collections.work",
        columns=_work_columns(),
        fetch=fetch,
        reread=lambda reader, ask, ids: fetch(reader, ask, None, 0).rows,
        row_id=lambda chase: chase.row.party,
        shows=frozenset(),
        depends=HEARD,
        scopes=(Scope("all", _("All")), Scope("due", _("Letter due")), Scope("waiting", _("Waiting"))),
        nothing=Nothing(
            _("Nobody to chase"), _("No party owes more than it should today. Enjoy it."), icon="success"
        ),
    )  # fmt: skip


def due_listing(calendar: Calendar, left_out: Callable[[], frozenset[bytes]]) -> Listing[WorkRow]:
    """The letters that running the ladder would write, without the parties left out."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[WorkRow]:
        return Page(due_rows(reader, calendar, left_out()))

    columns: tuple[Column[WorkRow], ...] = (
        Column("name", _("Party"), lambda row: row.name, width=13, stretch=True),
        Column("step", _("Letter"), lambda row: _(row.next_title), width=14, pill=True, tone=step_tone),
        Column("overdue", _("Overdue"), lambda row: amount_text(row.overdue_paise), "right", 11),
    )
    return Listing(
        name="collections.due",
        columns=columns,
        fetch=fetch,
        reread=lambda reader, ask, ids: fetch(reader, ask, None, 0).rows,
        row_id=lambda row: row.party,
        shows=frozenset(),
        depends=HEARD,
        nothing=Nothing(
            _("No letter is due"), _("Every step of the ladder is taken for today."), icon="success"
        ),
    )


def letter_listing() -> Listing[ReminderRow]:
    """The letters written, newest first."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[ReminderRow]:
        typed, rows, key = ask.text.casefold(), list[ReminderRow](), after
        while True:
            page = reminders_page(reader, key=key, limit=limit)
            rows += [row for row in page.rows if typed in f"{row.name} {row.number}".casefold()]
            key = page.next_key
            if key is None or len(rows) >= limit:
                return Page(rows, key)

    return Listing(
        name="collections.letters",
        columns=_letter_columns(),
        fetch=fetch,
        reread=lambda reader, ask, ids: reminder_rows(reader, ids),
        row_id=lambda row: row.id,
        shows=frozenset({"dunning"}),
        nothing=Nothing(_("No letters yet"), _("Letters written from the worklist gather here."), icon="mail"),
    )  # fmt: skip


def due_rows(reader: Reader, calendar: Calendar, left_out: frozenset[bytes]) -> Sequence[WorkRow]:
    """Parties whose letter is due today."""
    rows = worklist(reader, on=calendar.today())
    return [row for row in rows if row.next_step and row.party not in left_out]


def _answers(row: WorkRow, ask: Ask) -> bool:
    if (ask.scope == "due" and not row.next_step) or (ask.scope == "waiting" and row.next_step):
        return False
    return ask.text.casefold() in f"{row.name} {row.code} {' '.join(row.reasons)}".casefold()


def _work_columns() -> tuple[Column[Chase], ...]:
    return (
        Column("name", _("Party"), lambda chase: chase.row.name, width=22, stretch=True, sortable=True,
               detail=_told_of),
        Column("step", _("Ladder"), lambda chase: step_text(chase.row), width=18, pill=True,
               tone=lambda chase: step_tone(chase.row)),
        Column("bills", _("Bills"), lambda chase: str(chase.row.bills), "right", 4, gives_way=1),
        Column("days", _("Days late"), lambda chase: str(chase.row.oldest_days), "right", 7, sortable=True),
        Column("overdue", _("Overdue"), lambda chase: amount_text(chase.row.overdue_paise), "right", 11,
               sortable=True, tone=lambda chase: "danger"),
    )  # fmt: skip


def _told_of(chase: Chase) -> str:
    """Below the name: who has its bills with him first, then why else it is chased."""
    out = [_("with you") if one.is_mine else _("with {user}").format(user=one.user) for one in chase.along]
    return " · ".join([*dict.fromkeys(out), *chase.row.reasons[1:]])


def _letter_columns() -> tuple[Column[ReminderRow], ...]:
    return (
        Column("date", _("Date"), lambda row: date_text(row.dated_on), width=11),
        Column("number", _("Number"), lambda row: row.number, width=17),
        Column("name", _("Party"), lambda row: row.name, width=18, stretch=True),
        Column("step", _("Step"), _letter_step, width=14, pill=True, tone=_letter_tone),
        Column("bills", _("Bills"), lambda row: str(row.bills), "right", 6),
        Column("total", _("Asked for"), lambda row: amount_text(row.total_paise), "right", 14),
    )


def step_text(row: WorkRow) -> str:
    """Where the party stands on the ladder: the letter due, or when the last one went."""
    if row.next_step:
        return _(row.next_title)
    if row.last_reminded_on is None:
        return _("Not yet due")
    return _("Sent {date}").format(date=date_text(row.last_reminded_on))


def step_tone(row: WorkRow) -> Tone:
    """The tone that supports it: later steps are graver."""
    return "muted" if not row.next_step else ("accent", "warning", "danger")[min(row.next_step, 3) - 1]


def _letter_step(row: ReminderRow) -> str:
    if row.state is State.HELD:
        return _("Held")
    names = {"gentle": _("Gentle"), "firm": _("Firm"), "final": _("Final")}
    return _("{step}. {tone}").format(step=row.step, tone=names.get(row.tone, row.tone))


def _letter_tone(row: ReminderRow) -> Tone:
    tones: dict[str, Tone] = {"gentle": "accent", "firm": "warning", "final": "danger"}
    return "warning" if row.state is State.HELD else tones.get(row.tone, "")
