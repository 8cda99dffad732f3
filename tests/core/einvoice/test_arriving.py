"""Registrations that come from another device: shown there too, and without effect while they are held."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.changes.change import Outcome
from core.changes.standing import State
from core.einvoice.commands import take_answer, take_cancellations
from core.einvoice.queries import cancelled_at_portal, registered
from core.ids import Id
from core.invoicing.queries import document_rows
from tests.core.books import a_book
from tests.core.einvoice import portal
from tests.core.invoicing.test_arriving import send
from tests.core.invoicing.trade import Trade, a_trade

pytestmark = pytest.mark.slow


@pytest.fixture
def near(tmp_path: Path) -> Iterator[Trade]:
    with a_trade(tmp_path, name="near.bahi", code="B") as trade:
        yield trade


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Book]:
    with a_book(tmp_path, name="far.bahi", company=None) as book:
        yield book


def issue(near: Trade) -> Id:
    """A paper with its IRN."""
    record = near.issue()
    told = json.dumps(portal.answer(near.document(record)))
    near.book.write("Answer", lambda work: take_answer(work, told, {}))
    return record


def test_a_registration_is_known_there_too(near: Trade, far: Book) -> None:
    record = issue(near)
    send(near, far)
    assert far.read(lambda read: registered(read, record)) == near.book.read(
        lambda read: registered(read, record)
    )
    assert far.verify().ok


def test_its_cancellation_too_and_the_paper_can_then_be_cancelled(near: Trade, far: Book) -> None:
    record = issue(near)
    known = near.book.read(lambda read: registered(read, record))
    assert known is not None
    told = json.dumps({"Irn": known.irn, "CancelDate": "2026-11-20 18:00:00"})
    near.book.write("Answer", lambda work: take_cancellations(work, told))
    near.cancel(record)
    send(near, far)
    assert far.read(lambda read: registered(read, record)) is None
    assert far.read(lambda read: cancelled_at_portal(read, record)) is not None
    [row] = far.read(lambda read: document_rows(read, [record]))
    assert row.state is State.CANCELLED
    assert far.verify().ok


def test_a_held_registration_is_no_irn(near: Trade, far: Book) -> None:
    record = issue(near)
    send(near, far, registered=Outcome.HELD)
    assert far.read(lambda read: registered(read, record)) is None
    assert far.verify().ok


def test_an_answer_tried_without_a_key_is_the_same_as_one_tried_with_it(near: Trade) -> None:
    record = issue(near)
    told = json.dumps(portal.answer(near.document(record)))
    keys = {"portal.pem": portal.public_pem()}
    (again,) = near.book.write("Answer", lambda work: take_answer(work, told, keys))
    assert (again.is_new, again.verified) == (False, True)
