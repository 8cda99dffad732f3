"""What device and service both know: every kind is whole, and every record survives the log."""

import re

import pytest

from core.book import PROJECTIONS
from core.catalogue import FEATURES, KINDS
from core.changes.kind import ChangeClass, Kind
from core.changes.record import from_image, image_of, patch_between
from core.inbox.rules import PAPERS, record_name
from core.store.tables import PROJECTED, UNLOGGED, metadata


def test_every_kind_has_a_class_and_a_projection_and_no_projection_is_left_over() -> None:
    assert set(PROJECTIONS) == set(KINDS)
    assert len(KINDS) == sum(len(feature.KINDS) for feature in FEATURES), "no name is used twice"
    assert {kind.change_class for kind in KINDS.values()} == set(ChangeClass)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_is_named_by_its_room_and_what_happened(kind: Kind) -> None:
    room = re.fullmatch(r"([a-z_]+)\.[a-z_]+", kind.name)
    assert room is not None
    assert kind.record.__module__ == f"core.{room[1]}.model"
    assert kind.roles, "somebody may write it"
    assert kind.schema >= 1


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if kind.change_class is ChangeClass.FIELDS], ids=lambda k: k.name
)
def test_a_record_of_fields_begins_blank_and_comes_back_from_its_image(kind: Kind) -> None:
    blank = kind.record()
    assert image_of(blank) == {}, "what stands at its default is not carried"
    assert from_image(kind.record, {}) == blank
    assert patch_between({}, {}, kind.record) == {}
    assert not kind.effects(b"\x01" * 16, blank).takes, "fields take nothing"


def test_kinds_are_called_by_their_name_in_the_inbox() -> None:
    assert all(record_name(name, "") != "Record" for name in KINDS)
    assert set(PAPERS) <= set(KINDS)


def test_each_table_is_made_by_the_log_or_named_as_unlogged() -> None:
    projected = {table.name for table in PROJECTED}
    assert projected | UNLOGGED | {"changes"} == set(metadata.tables)
    assert not projected & UNLOGGED
