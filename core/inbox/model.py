"""What needs a person's attention: a row as the log keeps it, and an item as it is read.

Rows hold facts, never sentences, so that every device makes the same rows and each reads them in its language.
"""

import enum
from typing import Any, NamedTuple

import msgspec

from core.changes.record import Record
from core.ids import Id
from core.problems import Problem


class Acceptance(Record):
    """A held paper stands from now on: its number is good, it posts and is open, whatever held it."""

    paper: Id
    reason: str = ""


class Voiding(Record):
    """A held paper never stands; its number stays used."""

    paper: Id
    reason: str = ""


class Attention(enum.StrEnum):
    """Why something needs attention, as `bahi inbox --json` names it."""

    CONFLICT = "conflict"
    REFUSED = "refused"
    HELD = "held"
    CONTESTED = "contested"
    CLOCK = "clock"
    LEANING = "leaning"
    LATE = "late"
    GAP = "gap"
    RELEASED = "released"
    COPY = "copy"
    DEPOSIT = "deposit"
    DIFFERS = "repair"
    LEFT = "left"
    SHELVED = "shelved"
    DOUBLE = "double"
    HALT = "halt"
    ENDED = "ended"


class Choice(enum.StrEnum):
    """What a person may do about an item. Some are verbs of another room, handed in (core.inbox.commands.VERBS)."""

    KEEP = "keep"
    RESTORE = "restore"
    TRY_AGAIN = "try_again"
    CANCEL = "cancel"
    CREDIT_NOTE = "credit_note"
    DISMISS = "dismiss"
    RELEASE = "release"
    DISCARD = "discard"
    ACCEPT = "accept"
    VOID = "void"
    MERGE = "merge"
    MERGE_OTHER = "merge_other"
    TAKE_BACK = "take_back"
    BOTH_RIGHT = "both_right"
    REOPEN = "reopen"
    AGREE = "agree"
    PART = "part"


class Weight(enum.StrEnum):
    """Whether an item waits for a decision, or is there to be read."""

    DECIDE = "decide"
    KNOW = "know"


class Wanted(msgspec.Struct, frozen=True, array_like=True):
    """A paper that a claim named: how much it wanted of it in paise (0: the paper itself)."""

    paper: Id
    number: str = ""
    paise: int = 0


class Told(msgspec.Struct, frozen=True, array_like=True):
    """What a row of the Inbox tells. Which parts are filled depends on its kind.

    `number`, `name` and `type` say which paper is meant; `name_field` is the number of the field that a record of
    class *fields* is called by. `lost` and `won` are the two values of a conflict, `lost_shown` and `won_shown` the
    same with the names of their parts; the won value's author is beside it. `fields` are the names of all fields of
    a refused change's record. `winner_number` is that of the paper which has what was wanted. `reason` says why a
    paper was taken back (bounced, mistake); `wanted` are then the bills that are open again.
    """

    problems: tuple[Problem, ...] = ()
    type: str = ""
    number: str = ""
    name: str = ""
    name_field: int = 0
    field: int = 0
    field_name: str = ""
    lost: Any = None
    won: Any = None
    lost_shown: Any = None
    won_shown: Any = None
    won_device: Id = b""
    won_user: str = ""
    won_stamp: int = 0
    wanted: tuple[Wanted, ...] = ()
    winner_number: str = ""
    fields: tuple[str, ...] = ()
    reason: str = ""


class InboxItem(NamedTuple):
    """One thing that needs attention, in the words of the language in use.

    `about` names what it is about, `text` says what happened; `mine` and `theirs` are the two sides as this device
    sees them (None where there is no second side). `of` is the kind of change, `record` what it changed or claimed,
    `paper` the paper meant (of the kind `paper_kind`, where the book has it) and `winner` the paper that has what was
    wanted.
    """

    id: str
    kind: str
    about: str
    text: str
    mine: str | None
    theirs: str | None
    choices: tuple[str, ...]
    of: str
    record: Id
    paper: Id | None
    winner: Id | None
    at_us: int
    paper_kind: str = ""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Told)


def encode_told(told: Told) -> bytes:
    """Canonical bytes."""
    return _encoder.encode(told)


def decode_told(data: bytes) -> Told:
    """What the bytes tell."""
    return _decoder.decode(data)
