"""How what needs attention reads in a list, and what its choices are called. Free of Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.clock import india_time
from core.inbox.model import Attention, Choice, InboxItem
from core.inbox.queries import items
from core.words import date_text
from core.words import translate as _
from desktop.ports import Ask, Column, Listing, Nothing, Page, PageLike, Reader, Tone

HEARD = frozenset({
    "inbox", "company", "parties", "items", "invoicing", "receipts", "ledger", "milestones", "dunning", "advances",
    "einvoice", "returns",
})  # fmt: skip
"""Kinds of record that may settle what needed attention."""


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that may be done about an item: its name for the core, its words, its key."""

    choice: str
    text: str
    key: str
    is_grave: bool = False


def inbox_listing() -> Listing[InboxItem]:
    """What needs attention, newest first."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[InboxItem]:
        typed = ask.text.casefold()
        return Page([item for item in items(reader) if typed in f"{item.about} {item.text}".casefold()])

    return Listing(
        name="inbox",
        columns=_columns(),
        fetch=fetch,
        reread=lambda reader, ask, ids: fetch(reader, ask, None, 0).rows,
        row_id=lambda item: item.id.encode(),
        shows=frozenset(),
        depends=HEARD,
        nothing=Nothing(
            _("Nothing needs you"),
            _("When two devices disagree, or a paper waits for an owner, it appears here with both sides."),
            icon="success",
        ),
    )


def _columns() -> tuple[Column[InboxItem], ...]:
    return (
        Column("kind", _("What"), lambda item: kind_text(item.kind), width=14, pill=True,
               tone=lambda item: kind_tone(item.kind)),
        Column("about", _("About"), lambda item: item.about, width=14, stretch=True),
        Column("when", _("When"), lambda item: when_text(item.at_us), "right", 17, tone=lambda item: "muted"),
    )  # fmt: skip


def kind_text(kind: str) -> str:
    """Why it needs attention, in a word or two."""
    named = {
        Attention.CONFLICT: _("Changed twice"),
        Attention.REFUSED: _("Not accepted"),
        Attention.HELD: _("Held back"),
        Attention.CONTESTED: _("One too many"),
        Attention.CLOCK: _("Wrong clock"),
        Attention.LATE: _("In a later return"),
        Attention.GAP: _("Number missing"),
        Attention.RELEASED: _("Owed again"),
        Attention.COPY: _("Copy of a book"),
        Attention.DEPOSIT: _("Left behind"),
        Attention.DIFFERS: _("Books differ"),
        Attention.LEFT: _("Lost at the service"),
        Attention.SHELVED: _("Of a newer version"),
        Attention.DOUBLE: _("Made twice"),
    }
    return named.get(Attention(kind), kind) if kind in set(Attention) else kind


def kind_tone(kind: str) -> Tone:
    """The tone that supports it."""
    tones: dict[str, Tone] = {
        Attention.CONFLICT: "accent",
        Attention.REFUSED: "danger",
        Attention.HELD: "warning",
        Attention.CONTESTED: "warning",
        Attention.GAP: "warning",
        Attention.RELEASED: "warning",
        Attention.DEPOSIT: "warning",
        Attention.DIFFERS: "danger",
        Attention.LEFT: "danger",
        Attention.SHELVED: "warning",
        Attention.DOUBLE: "accent",
    }
    return tones.get(kind, "muted")


def when_text(at_us: int) -> str:
    """The moment, as a bookkeeper writes it: "04-05-2026 11:20"; nothing where there was none."""
    if not at_us:
        return ""
    moment = india_time(at_us)
    return f"{date_text(moment.date())} {moment:%H:%M}"


def ways(item: InboxItem) -> Sequence[Way]:
    """What may be done about an item, each with its key."""
    is_conflict = item.kind == Attention.CONFLICT
    named = {
        Choice.KEEP: Way(Choice.KEEP, _("Keep it as it stands"), "K"),
        Choice.RESTORE: Way(Choice.RESTORE, _("Put the other value back"), "P"),
        Choice.TRY_AGAIN: Way(Choice.TRY_AGAIN, _("Try again"), "T"),
        Choice.CANCEL: Way(Choice.CANCEL, _("Cancel this paper"), "X", is_grave=True),
        Choice.CREDIT_NOTE: Way(Choice.CREDIT_NOTE, _("Answer with a credit note"), "C"),
        Choice.DISMISS: Way(Choice.DISMISS, _("Dismiss") if not is_conflict else _("Put aside"), "D"),
    }
    return [named[Choice(choice)] for choice in item.choices if choice in set(Choice)]


def side_titles(item: InboxItem) -> tuple[str, str]:
    """What the two sides are called: ours first."""
    if item.kind == Attention.CONFLICT:
        return _("Written on this device"), _("Written on the other device")
    return _("From this device"), _("From the other device")
