"""Questions about what needs attention on this device."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from core.changes.change import Role, decode_change
from core.changes.stamp import instant_of
from core.changes.standing import State
from core.ids import Id
from core.inbox import rules
from core.inbox.model import Attention, InboxItem, Told, Weight, decode_told
from core.store import log
from core.store.read import in_runs
from core.words import money_text
from core.words import translate as _

_IMAGE = msgspec.msgpack.Decoder(dict[int, Any])
ROWS = (
    "SELECT i.id, i.kind, i.of, i.record, i.paper, i.winner, i.device, i.user, i.stamp, i.seq, i.told, "
    "s.state, s.kind, CASE i.kind WHEN 'conflict' THEN m.image END "
    "FROM inbox i LEFT JOIN standing s ON s.record = i.paper LEFT JOIN images m ON m.record = i.record "
)
_OPEN = "".join((ROWS, "WHERE NOT EXISTS (SELECT 1 FROM inbox_read r WHERE r.item = i.id) "))
_TAKEN_BY = (
    "SELECT a.paise, i.number, c.data FROM allocations a JOIN open_items i ON i.paper = a.credit "
    "JOIN standing s ON s.record = a.claim JOIN changes c ON c.entry = s.entry "
    "WHERE a.document = ? AND a.claim <> ? ORDER BY a.allocated_on DESC, s.seq DESC, a.claim"
)
_TAKERS_MAX = 3
_ON_IT = f"{_OPEN} AND i.kind IN ('leaning', 'refused') AND (i.winner = ? OR instr(i.told, ?)) ORDER BY i.stamp, i.id"
_GIVEN = (State.LIVE, State.CONTESTED)


Finder = Callable[[Connection], list[InboxItem]]
"""Finds what needs attention and is no answer of the service: it is there as long as the books say so."""

_finders: list[Finder] = []


class InboxRow(NamedTuple):
    """A row of the Inbox with what it tells, and how its paper stands now (None: no paper, or not known)."""

    id: str
    kind: str
    of: str
    record: Id
    paper: Id | None
    winner: Id | None
    device: Id
    user: str
    stamp: int
    seq: int
    told: Told
    paper_state: int | None
    paper_kind: str | None
    image: bytes | None = None
    """The record's fields as they stand, of a conflict."""


class Reader(NamedTuple):
    """Whose eyes the Inbox is read with: the device's, and its role."""

    device: Id
    role: str

    @property
    def is_owner(self) -> bool:
        """Whether held papers are this one's to decide."""
        return self.role == Role.OWNER


def tell_also(finder: Finder) -> None:
    """Let a room above tell of what it derives from the books; the roof names each finder once."""
    if finder not in _finders:
        _finders.append(finder)


def items(read: Connection) -> list[InboxItem]:
    """What needs attention, newest first, without what was read, undone or settled since."""
    reader = reader_of(read)
    return [*derived_items(read), *(worded(read, row, reader) for row in _open_rows(read, reader.device))]


class Matters(NamedTuple):
    """What needs attention, newest first after what the rooms derive; worded only where it is looked at."""

    derived: list[InboxItem]
    rows: list[InboxRow]
    reader: Reader

    def of(self, weight: Weight) -> "Matters":
        """Those that wait for a decision, or those that are there to be read."""
        owner = self.reader.is_owner
        derived = [each for each in self.derived if rules.weight_of(each.kind, each.choices) == weight]
        rows = [
            row for row in self.rows if rules.weight_of(row.kind, _choices(row, is_owner=owner)) == weight
        ]
        return Matters(derived, rows, self.reader)

    @property
    def total(self) -> int:
        """How many they are."""
        return len(self.derived) + len(self.rows)

    @property
    def ids(self) -> frozenset[str]:
        """Their ids."""
        return frozenset((*(each.id for each in self.derived), *(row.id for row in self.rows)))

    def worded(self, read: Connection, start: int, limit: int) -> list[InboxItem]:
        """So many of them from a place on, in words."""
        before = len(self.derived)
        rows = self.rows[max(0, start - before) : max(0, start + limit - before)]
        return [*self.derived[start : start + limit], *(worded(read, row, self.reader) for row in rows)]


def matters(read: Connection) -> Matters:
    """The same as `items`, for a list that is shown a page at a time."""
    reader = reader_of(read)
    return Matters(derived_items(read), _open_rows(read, reader.device), reader)


def item(read: Connection, item_id: str) -> InboxItem | None:
    """One of the items, in words; None when nothing of this id needs attention now."""
    found = open_row(read, item_id)
    if found is None:
        return next((each for each in derived_items(read) if each.id == item_id), None)
    return worded(read, found, reader_of(read))


def reader_of(read: Connection) -> Reader:
    """Who reads in this book."""
    meta = log.read_meta(read)
    return Reader(meta["device"], meta["role"])


def unread_count(read: Connection) -> int:
    """How many items there are."""
    return len(derived_items(read)) + len(_open_rows(read, log.read_meta(read)["device"]))


def derived_items(read: Connection) -> list[InboxItem]:
    """What the rooms above find in the books as they stand, without what was put aside."""
    found = found_items(read)
    if not found:
        return []
    aside = {row[0] for row in read.exec_driver_sql("SELECT item FROM inbox_read")}
    return [each for each in found if each.id not in aside]


def found_items(read: Connection) -> list[InboxItem]:
    """The same with what was put aside."""
    return [each for finder in _finders for each in finder(read)]


def open_row(read: Connection, item_id: str) -> InboxRow | None:
    """One row that still needs attention, by its id."""
    found = read.exec_driver_sql(f"{_OPEN} AND i.id = ?", (item_id,)).fetchone()
    return row_of(found) if found else None


def row_by_id(read: Connection, item_id: str) -> InboxRow | None:
    """One row, settled or not."""
    found = read.exec_driver_sql(f"{ROWS} WHERE i.id = ?", (item_id,)).fetchone()
    return row_of(found) if found else None


def refused_change(read: Connection, row: InboxRow) -> Any:
    """The body of the change that a row speaks of, as raw bytes of the log; None when it is gone."""
    found = read.exec_driver_sql("SELECT data FROM changes WHERE seq = ?", (row.seq,)).fetchone()
    return decode_change(found[0]).body if found else None


def _open_rows(read: Connection, device: Id) -> list[InboxRow]:
    found = read.exec_driver_sql(f"{_OPEN} ORDER BY i.stamp DESC, i.seq DESC, i.id").fetchall()
    told: set[tuple[str, Id]] = set()
    kept = []
    for row in map(row_of, found):
        if not needs_attention(read, row, device):
            continue
        if row.kind == Attention.CONTESTED and row.paper is not None:
            if (row.kind, row.paper) in told:  # two places wanted by one paper are one question
                continue
            told.add((row.kind, row.paper))
        kept.append(row)
    return kept


def row_of(found: Any) -> InboxRow:
    """A row as ROWS selects it."""
    *plain, told, state, kind, image = found
    return InboxRow._make((*plain, decode_told(told), state, kind, image))


def needs_attention(read: Connection, row: InboxRow, device: Id) -> bool:
    """Whether the books still say what a row tells."""
    if row.kind == Attention.CONTESTED:
        return row.paper_state == State.CONTESTED
    if row.kind == Attention.HELD:
        if not any(problem.code in rules.STANDS_NOWHERE for problem in row.told.problems):
            return row.paper_state == State.HELD
        return row.paper_state is None or any(problem.code == "ID_USED" for problem in row.told.problems)
    if row.kind == Attention.REFUSED and row.told.fields:
        return row.device == device
    if row.kind == Attention.REFUSED:  # a cancelled bill wants nothing; a bounced cheque leaves its bill open
        gone = row.paper_state in (State.CANCELLED, State.VOID)
        return not gone or row.of in rules.DECIDED_ONCE or row.paper_kind not in rules.PAPERS
    if row.kind == Attention.LEANING:
        return row.paper_state in _GIVEN and _state(read, row.winner) in (State.HELD, State.VOID)
    if row.kind == Attention.RELEASED:  # once the bills are paid again there is nothing left to do
        return _is_open(read, [wanted.paper for wanted in row.told.wanted])
    if row.kind == Attention.CONFLICT:
        image: Mapping[int, Any] = _IMAGE.decode(row.image) if row.image else {}
        return bool(image.get(row.told.field) != row.told.lost)
    return True


def _is_open(read: Connection, papers: list[Id]) -> bool:
    question = "SELECT 1 FROM open_items WHERE paper IN (RUN) AND open_paise > 0"
    return next(in_runs(read, question, papers), None) is not None


def worded(read: Connection, row: InboxRow, reader: Reader) -> InboxItem:
    """A row in words, with what this reader may do about it."""
    tells = {
        Attention.CONFLICT.value: _conflict,
        Attention.HELD.value: _held,
        Attention.CONTESTED.value: _contested,
        Attention.CLOCK.value: _clock,
        Attention.RELEASED.value: _released,
        Attention.LEANING.value: _leaning,
    }.get(row.kind, _refused)
    about, text, mine, theirs = tells(read, row, reader.device)
    choices = _choices(row, is_owner=reader.is_owner)
    return InboxItem(
        row.id, row.kind, about, text, mine, theirs, choices, row.of, row.record, row.paper, row.winner,
        instant_of(row.stamp), row.paper_kind or "",
    )  # fmt: skip


def _choices(row: InboxRow, *, is_owner: bool) -> tuple[str, ...]:
    return rules.choices_for(
        row.kind, row.told, paper_kind=row.paper_kind or "", of=row.of, is_owner=is_owner
    )


Worded = tuple[str, str, str | None, str | None]


def _conflict(read: Connection, row: InboxRow, device: Id) -> Worded:
    told = row.told
    label = rules.field_label(told.field_name)
    lost, won = (rules.value_text(told.field_name, value) for value in (told.lost_shown, told.won_shown))
    text = _("{field} was changed on two devices at once. {user}'s later “{value}” stands.").format(
        field=label, user=told.won_user, value=won
    )
    put_aside = rules.signed(lost, row.user, row.stamp)
    stands = rules.signed(won, told.won_user, told.won_stamp)
    mine, theirs = (stands, put_aside) if told.won_device == device else (put_aside, stands)
    return _record_name(read, row), text, mine, theirs


def _held(read: Connection, row: InboxRow, _device: Id) -> Worded:
    text = _("This paper is kept and shown, but counts nowhere until an owner decides. {reasons}").format(
        reasons=rules.held_reasons(row.of, row.told)
    )
    text = rules.with_leaning(text, _leaning_on(read, row))
    return rules.paper_name(row.of, row.told), text, rules.signed(row.told.number, row.user, row.stamp), None


def _contested(read: Connection, row: InboxRow, device: Id) -> Worded:
    told = row.told
    if told.winner_number:
        text = _("{number} was already given for the same thing; one of the two is too many.").format(
            number=told.winner_number
        )
    elif row.winner is not None:
        text = _("Another paper was already given for the same thing; one of the two is too many.")
    else:
        text = _("This paper was given, but what it was given for did not stand. {reasons}").format(
            reasons=rules.reasons(told)
        )
    mine, theirs = _sides(read, row, device, told.number)
    return rules.paper_name(row.paper_kind or row.of, told), text, mine, theirs


def _released(_read: Connection, row: InboxRow, _device: Id) -> Worded:
    text = rules.released_text(row.told)
    return rules.paper_name(row.paper_kind or row.of, row.told), text, rules.signed(
        row.told.number, row.user, row.stamp
    ), None  # fmt: skip


def _leaning(read: Connection, row: InboxRow, device: Id) -> Worded:
    text = rules.leaning_text(row.told.winner_number, is_void=_state(read, row.winner) == State.VOID)
    mine, theirs = _sides(read, row, device, row.told.number)
    return rules.paper_name(row.of, row.told), text, mine, theirs


def _leaning_on(read: Connection, row: InboxRow) -> list[str]:
    """What rests on a held paper, or was refused since it wanted something of it, oldest first."""
    found = map(row_of, read.exec_driver_sql(_ON_IT, (row.paper, row.paper)))
    return [
        rules.paper_name(each.of, each.told)
        if each.kind == Attention.LEANING
        else rules.claim_name(each.of, each.told)
        for each in found
        if needs_attention(read, each, each.device)
    ]


def _state(read: Connection, paper: Id | None) -> int | None:
    found: int | None = read.exec_driver_sql("SELECT state FROM standing WHERE record = ?", (paper,)).scalar()
    return found


def _clock(_read: Connection, row: InboxRow, _device: Id) -> Worded:
    told, seen = rules.moment_text(row.told.lost), rules.moment_text(row.stamp)
    text = _(
        "The clock of {user}'s device said {told} when it was {seen}. Its changes count from the time the service "
        "saw them. Please set the clock."
    ).format(user=row.user, told=told, seen=seen)
    return _("Clock"), text, None, None


def _refused(read: Connection, row: InboxRow, device: Id) -> Worded:
    told = row.told
    if told.fields:
        raw = refused_change(read, row)
        patch: Mapping[int, Any] = _IMAGE.decode(raw) if raw is not None else {}
        written = rules.signed(rules.patch_text(patch, told.fields), row.user, row.stamp)
        return _record_name(read, row), _refused_text(told), written, None
    mine, theirs = _sides(read, row, device, rules.wanted_text(told))
    return rules.claim_name(row.of, told), _refused_text(told), mine, theirs


def _sides(read: Connection, row: InboxRow, device: Id, did_not_stand: str) -> tuple[str | None, str | None]:
    ours: str | None = rules.signed(did_not_stand, row.user, row.stamp)
    winner = _winner(read, row) or _taken_by(read, row)
    return (ours, winner) if row.device == device else (winner, ours)


def _refused_text(told: Told) -> str:
    return _("This was not accepted. {reasons}").format(
        reasons=rules.reasons(told)
    ).strip()  # fmt: skip


def _record_name(read: Connection, row: InboxRow) -> str:
    image = _IMAGE.decode(row.image) if row.image else _image(read, row.record)
    name = image.get(row.told.name_field, "")
    return rules.record_name(row.of, name if isinstance(name, str) else "")


def _image(read: Connection, record: Id) -> Mapping[int, Any]:
    found = read.exec_driver_sql("SELECT image FROM images WHERE record = ?", (record,)).fetchone()
    return _IMAGE.decode(found[0]) if found else {}


def _winner(read: Connection, row: InboxRow) -> str | None:
    """The paper that has what was wanted, with who made it; None where the answer names none."""
    if row.winner is None:
        return None
    sql = "SELECT c.data FROM standing s JOIN changes c ON c.entry = s.entry WHERE s.record = ?"
    found = read.exec_driver_sql(sql, (row.winner,)).fetchone()
    if found is None:
        return row.told.winner_number or None
    change = decode_change(found[0])
    return rules.signed(row.told.winner_number, change.user, change.stamp)


def _taken_by(read: Connection, row: InboxRow) -> str | None:
    """What has settled the bills that a refused claim wanted, newest first; None where nothing has."""
    found = []
    for wanted in row.told.wanted:
        for paise, number, data in read.exec_driver_sql(_TAKEN_BY, (wanted.paper, row.record)):
            change = decode_change(data)
            text = _("{amount} from {number}").format(amount=money_text(paise), number=number)
            found.append(rules.signed(text, change.user, change.stamp))
    return "; ".join(found[:_TAKERS_MAX]) or None
