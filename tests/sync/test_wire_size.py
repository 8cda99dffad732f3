"""What a change costs on the wire."""

import random
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from core.parties.commands import save_party
from core.parties.model import Party
from core.store.work import Work
from sync.server import snapshots, tables
from sync.server.database import reading
from tests.sync.fleet import a_fleet

CHANGES = 4_000
BYTES_A_CHANGE_MAX = 40


@pytest.mark.slow
def test_plain_edits_cost_at_most_forty_bytes_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dice = random.Random(1)

    def edits(work: Work) -> None:
        parties = [
            (save_party(work, body), body) for body in (Party(name=f"P {n}") for n in range(CHANGES // 4))
        ]
        for _n in range(3):
            for record, body in parties:
                save_party(
                    work, msgspec.structs.replace(body, phone=f"+9198{dice.randrange(10**8):08d}"), record
                )

    with a_fleet(tmp_path, 2) as (service, (one, two)):
        one.book.write("Edits", edits)
        before = one.wire.bytes_sent, two.wire.bytes_received
        one.sync()
        two.sync()
        sent, received = one.wire.bytes_sent - before[0], two.wire.bytes_received - before[1]
        assert one.digest == two.digest
        facts = one.book.facts()
        snapshots.make(service.means, facts["tenant"])
        with reading(service.means.database, facts["tenant"]) as connection:
            kept = tables.snapshot_pages.c
            pages: int = connection.execute(sa.select(sa.func.sum(sa.func.length(kept.data)))).scalar_one()
    with capsys.disabled():
        print(f"\nbytes a change: {sent / CHANGES:.1f} up, {received / CHANGES:.1f} down")
        print(f"bytes a record of a snapshot: {pages / (CHANGES // 4):.1f}")
    assert sent / CHANGES <= BYTES_A_CHANGE_MAX
    assert received / CHANGES <= BYTES_A_CHANGE_MAX
    assert pages / (CHANGES // 4) <= BYTES_A_CHANGE_MAX
