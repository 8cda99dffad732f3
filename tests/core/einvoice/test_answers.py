"""The portal's answer taken into a real book: proved against its paper, kept once, all or nothing."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.company.commands import save_company
from core.einvoice.answers import read_answers
from core.einvoice.commands import note_cancelled, take_answer, take_cancellations
from core.einvoice.queries import (
    cancelled_at_portal,
    document_of_irn,
    registered,
    registrations,
    waiting,
)
from core.einvoice.upload import upload
from core.errors import RuleBroken
from core.ids import Id
from tests.core.books import COMPANY, TODAY
from tests.core.einvoice import portal
from tests.core.invoicing.trade import BILL, Trade, a_trade

pytestmark = pytest.mark.slow

KEYS = {"portal.pem": portal.public_pem()}
LARGE = msgspec.structs.replace(COMPANY, turnover_paise=60_000_000_00)


@pytest.fixture
def trade(tmp_path: Path) -> Iterator[Trade]:
    with a_trade(tmp_path, company=LARGE) as made:
        yield made


def take(trade: Trade, value: Any, **how: Any) -> Any:
    return trade.book.write("Answer", lambda work: take_answer(work, json.dumps(value), KEYS, **how))


def refused(trade: Trade, value: Any, **how: Any) -> list[str]:
    with pytest.raises(RuleBroken) as told:
        take(trade, value, **how)
    return [problem.code for problem in told.value.problems]


def known(trade: Trade, record: Id) -> Any:
    return trade.book.read(lambda read: registered(read, record))


def test_an_answer_is_kept_with_its_paper(trade: Trade) -> None:
    record = trade.issue()
    told = portal.answer(trade.document(record))
    (taken,) = take(trade, told)
    assert (taken.document, taken.is_new, taken.verified) == (record, True, True)
    found = known(trade, record)
    assert (found.irn, found.ack_number) == (told["Irn"], "232210036743849")
    assert found.acknowledged_at == dt.datetime(2026, 11, 20, 12, 30)
    assert (found.signed_qr, found.key_name) == (told["SignedQRCode"], "portal.pem")
    assert trade.book.read(lambda read: document_of_irn(read, told["Irn"])) == record


def test_the_same_answer_again_changes_nothing(trade: Trade) -> None:
    record = trade.issue()
    told = portal.answer(trade.document(record))
    take(trade, told)
    before = trade.book.verify()
    (again,) = take(trade, told)
    assert not again.is_new
    assert trade.book.verify() == before
    assert before.ok


@pytest.mark.parametrize("wrap", [lambda each: each, lambda each: {"success": True, "result": each},
                                  lambda each: {"Status": 1, "Data": json.dumps(each)}])  # fmt: skip
def test_answers_are_found_however_they_are_wrapped(trade: Trade, wrap: Any) -> None:
    record = trade.issue()
    take(trade, wrap(portal.answer(trade.document(record))))
    assert known(trade, record) is not None


def test_a_bulk_upload_is_kept_whole_or_not_at_all(trade: Trade) -> None:
    records = [trade.issue() for _ in range(3)]
    told = [portal.answer(trade.document(record)) for record in records]
    spoilt = [*told[:2], portal.answer(trade.document(records[2]), TotInvVal=1)]
    assert refused(trade, spoilt) == ["DIFFERS"]
    assert trade.book.read(lambda read: registrations(read, records)) == {}
    assert [
        each.document for each in take(trade, [*told, {"ErrorDetails": [{"ErrorMessage": "x"}]}])
    ] == records
    assert set(trade.book.read(lambda read: registrations(read, records))) == set(records)


@pytest.mark.parametrize(
    "changes",
    [
        {"TotInvVal": 6_087.01},
        {"DocDt": "19/11/2026"},
        {"BuyerGstin": "29AAKCN5519Q1ZK"},
        {"SellerGstin": "33AAFCL2204B1ZD"},
        {"DocTyp": "CRN"},
        {"TotInvVal": "nonsense"},
        {"Irn": "0" * 64},
    ],
)
def test_an_answer_that_says_otherwise_is_refused_with_both_sides(
    trade: Trade, changes: dict[str, Any]
) -> None:
    record = trade.issue()
    told = portal.answer(trade.document(record), **changes)
    with pytest.raises(RuleBroken) as why:
        take(trade, told, document=record)
    assert {problem.code for problem in why.value.problems} == {"DIFFERS"}
    assert str(next(iter(changes.values()))) in str(why.value)
    assert known(trade, record) is None


def test_another_papers_irn_is_refused(trade: Trade) -> None:
    one, other = trade.issue(), trade.issue()
    told = portal.answer(trade.document(one))
    told["Irn"] = portal.qr_payload(trade.document(other))["Irn"]
    assert "DIFFERS" in refused(trade, told)


def test_a_forged_signature_is_refused(trade: Trade) -> None:
    record = trade.issue()
    assert refused(trade, portal.answer(trade.document(record), name="forger")) == ["SIGNATURE"]


def test_an_answer_without_its_qr_waits_for_the_whole_one(trade: Trade) -> None:
    """The portal answers a second upload with the IRN alone; kept so, the paper would never get its QR."""
    record = trade.issue()
    told = portal.answer(trade.document(record))
    assert refused(trade, told | {"SignedQRCode": None, "SignedInvoice": None}) == ["ANSWER"]
    assert known(trade, record) is None
    take(trade, told)
    kept = known(trade, record)
    assert kept is not None
    assert kept.signed_qr == told["SignedQRCode"]


def test_a_cancelled_registration_without_qr_finds_its_paper_by_the_irn(trade: Trade) -> None:
    record = trade.issue()
    told = portal.answer(trade.document(record)) | {"SignedQRCode": None, "SignedInvoice": None}
    (taken,) = take(trade, told | {"Status": "CNL", "CancelDate": told["AckDt"]})
    assert (taken.document, taken.verified) == (record, None)
    assert known(trade, record) is None


def test_a_paper_of_another_book_is_refused(trade: Trade) -> None:
    document = trade.document(trade.issue())
    strange = msgspec.structs.replace(document, number="ZZ/9")
    assert refused(trade, portal.answer(strange)) == ["NO_DOCUMENT"]
    gone = {"SignedQRCode": "", "Status": "CNL", "CancelDate": "2026-11-20 12:30:00"}
    assert refused(trade, portal.answer(strange) | gone) == ["NO_DOCUMENT"]


def test_a_second_acknowledgement_of_one_paper_is_refused(trade: Trade) -> None:
    told = portal.answer(trade.document(trade.issue()))
    take(trade, told)
    assert refused(trade, told | {"AckNo": 7}) == ["IRN_TWICE"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({}, "NO_ANSWER"),
        ([1, "x", None], "NO_ANSWER"),
        (
            {"Status": "0", "ErrorDetails": [{"ErrorCode": "2150", "ErrorMessage": "Duplicate IRN"}]},
            "REFUSED_BY_PORTAL",
        ),
        ({"Irn": "xyz", "AckNo": 1, "AckDt": "2026-11-20 12:30:00"}, "ANSWER"),
        ({"Irn": "0" * 64, "AckNo": 1, "AckDt": "yesterday"}, "ANSWER"),
        ({"Irn": "0" * 64, "AckNo": 1, "AckDt": "2026-02-30 10:00:00"}, "ANSWER"),
        ({"Irn": "0" * 64, "AckNo": 1, "AckDt": "2026-11-20 12:30:00", "SignedQRCode": "x"}, "NOT_SIGNED"),
        ({"Irn": "0" * 64, "AckNo": 1, "AckDt": "2026-11-20 12:30:00", "Status": "CNL"}, "ANSWER"),
    ],
)
def test_files_that_hold_no_good_answer_are_refused(value: Any, code: str) -> None:
    with pytest.raises(RuleBroken) as told:
        read_answers(json.dumps(value), KEYS)
    assert [problem.code for problem in told.value.problems] == [code]


def test_what_is_no_json_is_refused() -> None:
    for text in ("", "{", "[" * 100_000):
        with pytest.raises(RuleBroken, match="no answer"):
            read_answers(text, KEYS)


def test_times_are_read_as_either_portal_writes_them() -> None:
    told = {"Irn": "0" * 64, "AckNo": 1, "AckDt": "2026-11-20 12:30:00", "EwbNo": 391009149369,
            "EwbDt": "05/10/2022 12:39:00 AM", "EwbValidTill": "06/10/2022 11:59:00 PM",
            "SignedQRCode": '{"Irn": ""}'}  # fmt: skip
    (found,) = read_answers(json.dumps(told), {})
    assert found.eway_number == "391009149369"
    assert found.eway_made_at == dt.datetime(2022, 10, 5, 0, 39)
    assert found.eway_valid_until == dt.datetime(2022, 10, 6, 23, 59)


def test_a_registered_paper_is_not_cancelled_before_the_portal_has_cancelled_its_irn(trade: Trade) -> None:
    record = trade.issue()
    take(trade, portal.answer(trade.document(record)))
    with pytest.raises(RuleBroken):
        trade.cancel(record)
    cancelled = {"Irn": known(trade, record).irn, "CancelDate": "2026-11-21 12:30:00"}
    told = json.dumps([cancelled])
    assert trade.book.write("Answer", lambda work: take_cancellations(work, told)) == [record]
    assert known(trade, record) is None
    noted = trade.book.read(lambda read: cancelled_at_portal(read, record))
    assert noted.at == dt.datetime(2026, 11, 21, 12, 30)
    trade.cancel(record)
    assert trade.book.verify().ok


def test_the_portal_cancels_within_a_day_alone(trade: Trade) -> None:
    record = trade.issue()

    def cancel(at: dt.datetime) -> Id:
        return trade.book.write("Cancel", lambda work: note_cancelled(work, record, at=at, reason="1"))

    with pytest.raises(RuleBroken, match="no standing IRN"):
        cancel(dt.datetime(2026, 11, 20, 13))
    take(trade, portal.answer(trade.document(record)))
    for late in (dt.datetime(2026, 11, 21, 12, 31), dt.datetime(2026, 11, 20, 12, 29)):
        with pytest.raises(RuleBroken, match="within 24 hours"):
            cancel(late)
    cancel(dt.datetime(2026, 11, 20, 13))
    with pytest.raises(RuleBroken, match="no standing IRN"):
        cancel(dt.datetime(2026, 11, 20, 14))


def test_cancellations_of_unknown_irns_are_refused(trade: Trade) -> None:
    told = json.dumps({"Irn": "0" * 64, "CancelDate": "2026-11-21 12:30:00"})
    with pytest.raises(RuleBroken, match="no paper with the IRN"):
        trade.book.write("Answer", lambda work: take_cancellations(work, told))


def test_what_waits_for_an_irn(trade: Trade) -> None:
    one, other = trade.issue(), trade.issue()
    trade.issue(party=trade.banyan)
    take(trade, portal.answer(trade.document(one)))
    trade.cancel(trade.issue())

    def rows() -> list[Id]:
        return trade.book.read(lambda read: [row.id for row in waiting(read, TODAY, TODAY)])

    assert rows() == [other]
    small = msgspec.structs.replace(LARGE, turnover_paise=0)
    trade.book.write("Company", lambda work: save_company(work, small))
    assert rows() == []


def test_an_upload_holds_what_can_be_sent_and_names_the_rest(trade: Trade) -> None:
    good, sent, gone, again = (trade.issue() for _ in range(4))
    shop = trade.issue(party=trade.banyan)
    take(trade, portal.answer(trade.document(sent)))
    take(trade, portal.answer(trade.document(gone)))
    at = dt.datetime(2026, 11, 20, 13)
    trade.book.write("Cancel", lambda work: note_cancelled(work, gone, at=at))
    trade.cancel(again)
    made = trade.book.read(lambda read: upload(read, [good, sent, gone, again, shop, good], TODAY))
    assert [paper["DocDtls"]["No"] for paper in made.papers] == [trade.document(good).number]
    assert [(each.code, each.field.partition(".")[0]) for each in made.problems] == [
        ("REGISTERED", trade.document(sent).number),
        ("IRN_USED", trade.document(gone).number),
        ("NOT_STANDING", trade.document(again).number),
        ("B2C", trade.document(shop).number),
        ("DUPLICATE_IRN", trade.document(good).number),
    ]


def test_an_upload_past_the_thirty_days_is_refused_at_ten_crore(trade: Trade) -> None:
    record = trade.issue(BILL, dated_on=dt.date(2026, 10, 20))
    assert trade.book.read(lambda read: upload(read, [record], TODAY)).problems == ()
    large = msgspec.structs.replace(LARGE, turnover_paise=100_000_000_00)
    trade.book.write("Company", lambda work: save_company(work, large))
    found = trade.book.read(lambda read: upload(read, [record], TODAY))
    assert [each.code for each in found.problems] == ["TOO_OLD"]
