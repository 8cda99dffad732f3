"""The service's standing: the keeper of core.changes over tables keyed by tenant, with the cells of every field."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.changes.change import decode_change
from core.changes.digest import Digest
from core.changes.keeper import Keeper, is_fields
from core.changes.kind import NO_EFFECTS, Effects, Kind
from core.changes.merge import Cells, values_in
from core.changes.record import decoded
from core.changes.standing import Recorded, Stand, State
from core.ids import Id
from sync.server import archive, tables
from sync.server.database import find, put_rows

_cells_decoder = msgspec.msgpack.Decoder(Cells)
_cells_encoder = msgspec.msgpack.Encoder()
_COLUMNS = (*Stand._fields, "cells")
_BATCH = 400


class ServerStanding(Keeper):
    """The standing of one tenant within one transaction."""

    def __init__(
        self, connection: Connection, tenant: Id, digest: Digest, kinds: Mapping[str, Kind[Any]]
    ) -> None:
        super().__init__(digest)
        self._connection = connection
        self._tenant = tenant
        self._kinds = kinds
        self._cells: dict[Id, Cells] = {}
        self._kept: dict[Id, bytes] = {}
        self._series: dict[str, Id] | None = None
        self._written: dict[Id, Recorded] = {}

    def warm(self, records: Iterable[Id], places: Iterable[str]) -> None:
        """Load what a page of changes will ask for, in few statements."""
        wanted = [record for record in set(records) if record not in self.stands]
        for batch in _batches(wanted):
            self.stands.update(dict.fromkeys(batch))
            for record, *row, cells in self._find(tables.standing, ("record", *_COLUMNS), record=batch):
                self.stands[record], self._kept[record] = _stand(row), cells
        for names in _batches([place for place in set(places) if place not in self.places]):
            self.places.update(dict.fromkeys(names))
            found = self._find(tables.places, ("place", "paper"), place=names)
            self.places.update({row[0]: row[1] for row in found})

    def load_stand(self, record: Id) -> Stand | None:
        found = self._find(tables.standing, _COLUMNS, record=record).fetchone()
        if found is None:
            return None
        *row, self._kept[record] = found
        return _stand(row)

    def load_holder(self, place: str) -> Id | None:
        found: Id | None = self._find(tables.places, ("paper",), place=place).scalar()
        return found

    def load_image(self, record: Id) -> Mapping[int, Any] | None:
        cells = self.cells(record)
        return values_in(cells) if cells else None

    def places_of(self, paper: Id) -> list[str]:
        found = {row[0] for row in self._find(tables.places, ("place",), paper=paper)}
        held = {place for place in found if self.places.get(place, paper) == paper}
        return sorted(held | {place for place, holder in self.places.items() if holder == paper})

    def effects_of(self, paper: Id) -> Effects:
        found = self.recorded(paper)
        return found.kind.effects(paper, found.body) if found is not None else NO_EFFECTS

    def recorded(self, paper: Id) -> Recorded | None:
        if paper in self._written:
            return self._written[paper]
        stand = self.stand(paper)
        kind = self._kinds.get(stand.kind) if stand else None
        if stand is None or kind is None or is_fields(kind):
            return None
        data = archive.data_at(self._connection, self._tenant, stand.entry)
        return Recorded(kind, decoded(kind.record, decode_change(data).body))

    def keep(self, paper: Id, kind: Kind[Any], body: Any) -> None:
        """Note a paper of this transaction; its entry is written at the end."""
        self._written[paper] = Recorded(kind, body)

    def owns_series(self, device: Id, series: str) -> bool:
        if self._series is None:
            self._series = {row[0]: row[1] for row in self._find(tables.series, ("series", "device"))}
        return self._series.get(series) == device

    def cells(self, record: Id) -> Cells:
        """The fields of a record with their writers; empty for one that has none."""
        if record not in self._cells:
            kept = self.stand(record) and self._kept.get(record)
            self._cells[record] = _cells_decoder.decode(kept) if kept else ()
        return self._cells[record]

    def set_cells(self, record: Id, cells: Cells) -> None:
        """Put the fields of a record; its image follows through `enact_fields`."""
        self._cells[record] = cells

    def flush(self) -> None:
        """Write what changed."""
        tenant, kept = self._tenant, self._kept
        kept.update({record: _cells_encoder.encode(self._cells[record]) for record in self.dirty_images})
        stands = [
            (tenant, record, *stand, kept.get(record, b""))
            for record in sorted(self.dirty_stands | self.dirty_images)
            if (stand := self.stands[record]) is not None
        ]
        put_rows(self._connection, tables.standing, stands)
        taken = {place: self.places[place] for place in sorted(self.dirty_places)}
        rows = [(tenant, place, paper) for place, paper in taken.items() if paper is not None]
        put_rows(self._connection, tables.places, rows)
        for freed in _batches([place for place, paper in taken.items() if paper is None]):
            held = tables.places.c
            self._connection.execute(
                sa.delete(tables.places).where(held.tenant == tenant, held.place.in_(freed))
            )
        for dirty in (self.dirty_stands, self.dirty_places, self.dirty_images):
            dirty.clear()

    def _find(
        self, table: sa.Table, columns: tuple[str, ...], **by: Any
    ) -> sa.CursorResult[*tuple[Any, ...]]:
        return find(self._connection, table, columns, tenant=self._tenant, **by)


def _stand(row: Any) -> Stand:
    return Stand(row[0], State(row[1]), *row[2:])


def _batches(wanted: list[Any]) -> Iterable[list[Any]]:
    return (wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH))
