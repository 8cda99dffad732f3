"""Bugs planted where the field's promises are kept: each is found by one short history."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.errors import BahiError
from core.inbox.queries import items
from core.invoicing.commands import cancel_document
from core.store import carrying
from sync.server import belongings, scopes, snapshots, tables
from tests.sync.afield import Field, a_field, bill_to, left, pay
from tests.sync.fleet import TODAY

pytestmark = [pytest.mark.slow, pytest.mark.allow_logs, pytest.mark.timeout(120)]


def short_history(field: Field) -> None:
    """Gained, used, lost while something waits, and used again; with a merge at the end."""
    asha, office = field.out[0], field.office
    field.name(asha, 0, 2)
    field.settle()
    pay(asha.book, field.parties[2], field.bills[2])
    field.settle()
    field.name(asha, 0)
    late = pay(asha.book, field.parties[2], rupees=40)
    asha.sync()
    pay(asha.book, field.parties[0], field.bills[0])
    bill_to(office.book, field.parties[1])
    wrong = bill_to(office.book, field.parties[0])
    field.settle()
    office.book.write("c", lambda work: cancel_document(work, wrong, reason="Twice", on=TODAY))
    field.settle()
    assert left(office, late) == 40
    assert (left(office, field.bills[0]), left(office, field.bills[2])) == (0, 0)
    assert office.book.read(items) == []
    field.is_right(asha, 0)
    field.name(asha, 0, 1)
    field.settle()
    field.is_right(asha, 0, 1)


def nothing_is_hidden(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(scopes.Shown, "hidden", lambda _self, _entries: frozenset())


def snapshots_are_whole(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(snapshots, "_shown", lambda _shown, data: data)


def what_is_lost_counts_no_more(patch: pytest.MonkeyPatch) -> None:
    begun = scopes.Within.__init__

    def forgetful(self: Any, connection: Any, asking: Any, kinds: Any) -> None:
        begun(self, connection, asking, kinds)
        self._allowed = set(scopes.carried(connection, asking.tenant, asking.device))

    patch.setattr(scopes.Within, "__init__", forgetful)


def numbers_begin_anew(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(carrying, "_numbers_given", lambda _connection, _old: {})


def typing_and_the_older_log_stay(patch: pytest.MonkeyPatch) -> None:
    carry = carrying._carry
    patch.setattr(
        carrying, "_carry", lambda connection, **how: carry(connection, **{**how, "lets_go": False})
    )


def references_say_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(belongings, "_ids_in", lambda _body: iter(()))


def a_scope_keeps_its_number(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(belongings, "renew", lambda _connection, _tenant, _device: None)


def rows_of_the_lost_stay_carried(patch: pytest.MonkeyPatch) -> None:
    kept = tables.scopes.c

    def all_of_them(connection: Any, tenant: Any) -> dict[Any, set[Any]]:
        found: dict[Any, set[Any]] = {}
        asked = sa.select(kept.device, kept.party).where(kept.tenant == tenant)
        for device, party in connection.execute(asked):
            found.setdefault(device, set()).add(party)
        return found

    patch.setattr(belongings, "carriers", all_of_them)


PLANTED = (
    nothing_is_hidden,
    snapshots_are_whole,
    what_is_lost_counts_no_more,
    numbers_begin_anew,
    typing_and_the_older_log_stay,
    references_say_nothing,
    a_scope_keeps_its_number,
    rows_of_the_lost_stay_carried,
)


def test_without_a_bug_it_holds(tmp_path: Path) -> None:
    with a_field(tmp_path, devices=1) as field:
        short_history(field)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None]
) -> None:
    with a_field(tmp_path, devices=1) as field:
        plant(monkeypatch)
        with pytest.raises((AssertionError, BahiError)):
            short_history(field)
