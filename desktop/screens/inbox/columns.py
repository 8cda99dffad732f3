"""How what needs attention reads in a list: kind, moment, and the part of the Inbox it stands in. Free of Qt."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from core.clock import india_time
from core.inbox.model import Attention, InboxItem, Weight
from core.inbox.queries import item, matters
from core.inbox.settled import settled_items
from core.words import current_language, date_text
from core.words import translate as _
from desktop.ports import Ask, Column, Listing, Nothing, Page, PageLike, Reader, Scope, Tone

HEARD = frozenset({
    "inbox", "company", "parties", "items", "invoicing", "receipts", "ledger", "milestones", "dunning", "advances",
    "einvoice", "returns",
})  # fmt: skip
"""Kinds of record that may settle what needed attention."""

NEEDS_YOU, TO_KNOW, SETTLED = "decide", "know", "settled"
"""The parts of the Inbox: what waits for a decision, what is there to be read, and what is over."""


class Matter(NamedTuple):
    """A line of the list: an item, and of one that is settled what became of it, by whom and when."""

    item: InboxItem
    how: str = ""
    by: str = ""
    at_us: int = 0


class Counts(NamedTuple):
    """How many items wait for a decision, and how many are there to be read."""

    needs_you: int
    to_know: int


def inbox_listing() -> Listing[Matter]:
    """What needs attention, newest first; a page of it is put into words at a time."""
    return Listing(
        name="inbox",
        columns=_columns(),
        fetch=_fetch,
        reread=_reread,
        row_id=lambda matter: matter.item.id.encode(),
        shows=frozenset(),
        depends=HEARD,
        scopes=(
            Scope(NEEDS_YOU, _("Needs you")),
            Scope(TO_KNOW, _("To know")),
            Scope(SETTLED, _("Settled")),
        ),
        nothing=Nothing(
            _("Nothing needs you"),
            _("When two devices disagree, or a paper waits for an owner, it appears here with both sides."),
            icon="success",
        ),
    )


def count(reader: Reader) -> Counts:
    """How many there are of each."""
    found = matters(reader)
    needs_you = found.of(Weight.DECIDE).total
    return Counts(needs_you, found.total - needs_you)


def counted(counts: Counts) -> str:
    """The counts in a line: "3 need you, 2 to know"."""
    if not counts.needs_you and not counts.to_know:
        return _("Nothing waits for you")
    return _("{needs} for you to decide, {know} to know").format(needs=counts.needs_you, know=counts.to_know)


def part_of(reader: Reader, item_id: str) -> str:
    """In which part of the Inbox an item stands."""
    if item(reader, item_id) is None:
        return SETTLED
    return NEEDS_YOU if item_id in matters(reader).of(Weight.DECIDE).ids else TO_KNOW


def matter_of(reader: Reader, item_id: str) -> Matter | None:
    """A line by its item's id; None when it is nowhere any more."""
    found = item(reader, item_id)
    if found is not None:
        return Matter(found)
    over = next((one for one in settled_items(reader) if one.item.id == item_id), None)
    return Matter(*over) if over is not None else None


def _fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[Matter]:
    typed = ask.text.casefold()
    if ask.scope == SETTLED:
        return Page([Matter(*one) for one in settled_items(reader) if _holds(one.item, typed)])
    found = matters(reader).of(Weight.KNOW if ask.scope == TO_KNOW else Weight.DECIDE)
    if typed:
        told = found.worded(reader, 0, found.total)
        return Page([Matter(one) for one in told if _holds(one, typed)])
    start = after or 0
    page = [Matter(one) for one in found.worded(reader, start, limit)]
    return Page(page, start + limit if start + limit < found.total else None)


def _reread(reader: Reader, ask: Ask, ids: Sequence[bytes]) -> Sequence[Matter]:
    wanted = set(ids)
    found = _fetch(reader, ask, 0, matters(reader).total or 1)
    return [matter for matter in found.rows if matter.item.id.encode() in wanted]


def _holds(one: InboxItem, typed: str) -> bool:
    return typed in f"{one.about} {one.text} {kind_text(one.kind)}".casefold()


def _columns() -> tuple[Column[Matter], ...]:
    return (
        Column("kind", _("What"), lambda matter: matter.how or kind_text(matter.item.kind), width=14, pill=True,
               tone=lambda matter: "muted" if matter.how else kind_tone(matter.item.kind)),
        Column("about", _("About"), lambda matter: matter.item.about, width=14, stretch=True,
               detail=lambda matter: matter.by),
        Column("when", _("When"), _when, "right", 12, tone=lambda matter: "muted", gives_way=1),
    )  # fmt: skip


def outcome(matter: Matter) -> str:
    """What became of a settled item: "Accepted, Asha"; empty for one that is open."""
    return ", ".join(part for part in (matter.how, matter.by) if part)


def _when(matter: Matter) -> str:
    """The day; the hour stands beside the item."""
    return when_text(matter.at_us or matter.item.at_us).partition(" ")[0]


@cache
def _kinds(_language: str) -> dict[str, str]:
    return {
        Attention.CONFLICT: _("Changed twice"),
        Attention.REFUSED: _("Not accepted"),
        Attention.HELD: _("Held back"),
        Attention.CONTESTED: _("One too many"),
        Attention.CLOCK: _("Wrong clock"),
        Attention.LEANING: _("On a held paper"),
        Attention.LATE: _("Later return"),
        Attention.GAP: _("Number missing"),
        Attention.RELEASED: _("Owed again"),
        Attention.COPY: _("Copy of a book"),
        Attention.DEPOSIT: _("Left behind"),
        Attention.DIFFERS: _("Books differ"),
        Attention.LEFT: _("Lost changes"),
        Attention.SHELVED: _("Newer version"),
        Attention.DOUBLE: _("Made twice"),
        Attention.HALT: _("Stopped"),
        Attention.ENDED: _("After its end"),
    }


def kind_text(kind: str) -> str:
    """Why it needs attention, in a word or two."""
    return _kinds(current_language()).get(kind, kind)


def kind_tone(kind: str) -> Tone:
    """The tone that supports it."""
    tones: dict[str, Tone] = {
        Attention.CONFLICT: "accent",
        Attention.DOUBLE: "accent",
        Attention.REFUSED: "danger",
        Attention.DIFFERS: "danger",
        Attention.LEFT: "danger",
        Attention.HALT: "danger",
        Attention.ENDED: "danger",
        Attention.HELD: "warning",
        Attention.CONTESTED: "warning",
        Attention.LEANING: "warning",
        Attention.GAP: "warning",
        Attention.RELEASED: "warning",
        Attention.DEPOSIT: "warning",
        Attention.SHELVED: "warning",
    }
    return tones.get(kind, "muted")


def when_text(at_us: int) -> str:
    """The moment, as a bookkeeper writes it: "04-05-2026 11:20"; nothing where there was none."""
    if not at_us:
        return ""
    moment = india_time(at_us)
    return f"{date_text(moment.date())} {moment:%H:%M}"
