"""The device's standing: the keeper of core.changes over the book's own tables."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from core.changes.digest import Digest
from core.changes.judge import DECIDED
from core.changes.keeper import Keeper
from core.changes.kind import NO_EFFECTS, Effects
from core.changes.standing import Recorded, Stand, State
from core.ids import Id
from core.store.engine import HAND, looked_up, written_by_hand

_BATCH = 500
_HELD = "/* kept */ SELECT record FROM standing WHERE (state = 2 OR state = 3) AND state = 2"
"""Answered from the index of the few papers that stand aside."""
_STAND = "SELECT kind, state, entry, hash, total_paise, open_paise, rests, seq FROM standing WHERE record = ?"
_VOIDED = (
    "/* kept */ SELECT p.place FROM places p JOIN standing s ON s.record = p.paper "
    f"WHERE p.place >= '{DECIDED}' AND p.place < '{DECIDED[:-1]}0' AND s.kind = 'inbox.voided'"
)
_image_encoder = msgspec.msgpack.Encoder()
_image_decoder = msgspec.msgpack.Decoder(dict[int, Any])


class BookStanding(Keeper):
    """The standing within one Work; `recorded` tells a paper as it was written."""

    def __init__(
        self, connection: Connection, digest: Digest, recorded: Callable[[Id], Recorded | None]
    ) -> None:
        super().__init__(digest)
        self._connection = connection
        self._recorded = recorded
        self._series: dict[str, Id] | None = None
        self._out: set[Id] | None = None
        self._begun: dict[Id, tuple[Stand, bytes]] = {}

    def begin_with(self, record: Id, stand: Stand, image: bytes) -> None:
        """Let a record of class *fields* that is not there yet stand so, with this image verbatim, no journal asked."""
        self.digest.add(record, stand)
        self._begun[record] = (stand, image)

    @property
    def out(self) -> set[Id]:
        """The papers that are held or voided; looked up once a Work, and followed from then on."""
        if self._out is None:
            driver: Any = self._connection.connection.driver_connection  # once a Work: no detours
            self._out = {bytes.fromhex(place.removeprefix(DECIDED)) for (place,) in driver.execute(_VOIDED)}
            self._out.update(record for (record,) in driver.execute(_HELD))
            for record in self.dirty_stands:
                self._follow(record, self.stands[record])
        return self._out

    def set_stand(self, record: Id, stand: Stand | None, *, fresh: bool = False) -> None:
        super().set_stand(record, stand, fresh=fresh)
        self._follow(record, stand)

    def _follow(self, record: Id, stand: Stand | None) -> None:
        """Keep `out` true of a record that stands otherwise now."""
        if self._out is None:
            return
        if stand is not None and stand.state in (State.HELD, State.VOID):
            self._out.add(record)
        else:
            self._out.discard(record)

    def forget(self) -> None:
        super().forget()
        self._begun.clear()
        self._out = None

    def warm(self, records: Iterable[Id]) -> None:
        """Load how these records stand in few statements; for whoever will ask for many of them."""
        if self._begun:
            self.flush()
        wanted = [record for record in set(records) if record not in self.stands]
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            self.stands.update(dict.fromkeys(batch))
            found = self._connection.exec_driver_sql(
                "/* kept */ SELECT record, kind, state, entry, hash, total_paise, open_paise, rests, seq FROM standing "
                f"WHERE record IN ({', '.join('?' * len(batch))})",
                tuple(batch),
            )
            self.stands.update({row[0]: Stand(row[1], State(row[2]), *row[3:]) for row in found})
            self._warm_images([record for record in batch if self.stands[record] is not None])

    def cool(self) -> None:
        """Write what changed and remember nothing of it."""
        self.flush()
        for kept in (self.stands, self.places, self.images):
            kept.clear()

    def load_stand(self, record: Id) -> Stand | None:
        if record in self._begun:
            return self._begun[record][0]
        found = looked_up(self._connection, _STAND, record)
        return Stand(found[0], State(found[1]), *found[2:]) if found else None

    def load_holder(self, place: str) -> Id | None:
        found = looked_up(self._connection, "SELECT paper FROM places WHERE place = ?", place)
        return found[0] if found else None

    def load_image(self, record: Id) -> Mapping[int, Any] | None:
        if record in self.stands and self.stands[record] is None:  # what is not known has no fields
            return None
        if record in self._begun:
            return _image_decoder.decode(self._begun[record][1])
        found = looked_up(self._connection, "SELECT image FROM images WHERE record = ?", record)
        return _image_decoder.decode(found[0]) if found else None

    def places_of(self, paper: Id) -> list[str]:
        self.flush()
        found = self._connection.exec_driver_sql("SELECT place FROM places WHERE paper = ?", (paper,))
        return [row[0] for row in found]

    def effects_of(self, paper: Id) -> Effects:
        found = self._recorded(paper)
        return found.kind.effects(paper, found.body) if found is not None else NO_EFFECTS

    def recorded(self, paper: Id) -> Recorded | None:
        return self._recorded(paper)

    def owns_series(self, device: Id, series: str) -> bool:
        if self._series is None:
            found = self._connection.exec_driver_sql("SELECT series, device FROM series")
            self._series = {row[0]: row[1] for row in found}
        return self._series.get(series) == device

    def forget_series(self) -> None:
        """Ask anew who owns which series."""
        self._series = None

    def seen_at(self, seqs: Mapping[Id, int]) -> None:
        """The service has confirmed the newest change of these records at these places. Nothing waits to be written."""
        assert not self.is_dirty
        sql = HAND + "UPDATE standing SET seq = ? WHERE record = ?"
        self._connection.exec_driver_sql(sql, [(seq, record) for record, seq in seqs.items()])
        for record in seqs:
            self.stands.pop(record, None)

    @property
    def is_dirty(self) -> bool:
        """Whether something waits to be written."""
        return bool(self._begun or self.dirty_stands or self.dirty_places or self.dirty_images)

    def flush(self) -> None:
        """Write what changed."""
        if self._begun:
            begun, self._begun = dict(sorted(self._begun.items())), {}
            self._put("standing", 9, [(record, *stand) for record, (stand, _image) in begun.items()])
            self._put("images", 2, [(record, image) for record, (_stand, image) in begun.items()])
        if self.dirty_stands:
            self._write(
                "standing", 9, "record",
                {record: self.stands[record] for record in sorted(self.dirty_stands)}, lambda stand: tuple(stand),
            )  # fmt: skip
            self.dirty_stands.clear()
        if self.dirty_places:
            self._write(
                "places", 2, "place", {p: self.places[p] for p in self.dirty_places}, lambda paper: (paper,)
            )
            self.dirty_places.clear()
        if self.dirty_images:
            images = {record: self.images[record] for record in sorted(self.dirty_images)}
            self._write("images", 2, "record", images, lambda image: (_image_encoder.encode(image),))
            self.dirty_images.clear()

    def _warm_images(self, records: list[Id]) -> None:
        """Load the fields of those of these records that have any."""
        wanted = [record for record in records if record not in self.images]
        self.images.update(dict.fromkeys(wanted))
        found = self._connection.exec_driver_sql(
            f"/* kept */ SELECT record, image FROM images WHERE record IN ({', '.join('?' * len(wanted))})",
            tuple(wanted),
        )
        self.images.update({record: _image_decoder.decode(image) for record, image in found})

    def _write(
        self,
        table: str,
        width: int,
        key: str,
        rows: Mapping[Any, Any],
        told: Callable[[Any], tuple[Any, ...]],
    ) -> None:
        kept = [(row_key, *told(value)) for row_key, value in rows.items() if value is not None]
        gone = [(row_key,) for row_key, value in rows.items() if value is None]
        if kept:
            self._put(table, width, kept)
        if gone:
            self._connection.exec_driver_sql(HAND + f"DELETE FROM {table} WHERE {key} = ?", gone)

    def _put(self, table: str, width: int, rows: list[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * width)
        written_by_hand(self._connection, HAND + f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)
