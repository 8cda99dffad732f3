"""What becomes of a change at the gate, class by class; and that no bytes stop the queue."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.changes.change import Outcome, Role
from core.changes.digest import Digest
from core.changes.kind import Kind
from core.changes.stamp import stamp_at
from core.changes.standing import State
from core.invoicing.model import Buyer, Cancellation, Seller
from core.ledger.model import Allocation, AllocationLine, Posting
from core.milestones.model import Billing, Certification, Contract, Milestone, Worth
from core.parties.model import Party
from core.receipts.model import Receipt
from core.receipts.rules import postings_for
from sync.server.database import reading
from sync.server.standing import ServerStanding
from tests.sync.server.raw import RawDevice, a_second, a_tenant, patch

DAY = dt.date(2026, 11, 20)
PARTY, RECEIPT, OTHER = (bytes([n]) * 16 for n in (1, 2, 3))
CLAIM, SECOND, STAGE = (bytes([n]) * 16 for n in (4, 5, 6))
LOTUS = Party(name="Lotus Foods")


@pytest.fixture
def first(tmp_path: Path) -> Iterator[RawDevice]:
    device = a_tenant(tmp_path)
    yield device
    device.service.means.database.dispose()


def a_receipt(
    number: str = "AR/26-27/0001", *, series: str = "AR", party: bytes = PARTY, paise: int = 1000_00
) -> Receipt:
    return Receipt(
        number=number, series=series, dated_on=DAY, seller=Seller(legal_name="Nandi"),
        buyer=Buyer(party=party, name="Lotus Foods"), amount_paise=paise, mode="neft",
        postings=postings_for(paise, "neft", ()),
    )  # fmt: skip


def codes(entry: Any) -> list[str]:
    return [problem.code for problem in entry.answer.problems]


class TestFields:
    def test_a_record_is_applied_and_its_edits_merged(self, first: RawDevice) -> None:
        second = a_second(first)
        assert first.write("parties.edited", PARTY, patch(LOTUS)).outcome is Outcome.APPLIED
        assert first.write("parties.edited", PARTY, {6: "1"}, base=1).outcome is Outcome.APPLIED
        other = second.write("parties.edited", PARTY, {5: "a@b.in"}, base=1)
        assert (other.outcome, other.answer.lost) == (Outcome.APPLIED, ())

    @pytest.mark.parametrize(("ahead_us", "wins"), [(1_000_000, True), (-1_000_000, False)])
    def test_of_two_values_for_a_field_the_newest_stands_and_the_other_is_kept(
        self, first: RawDevice, ahead_us: int, wins: bool
    ) -> None:
        second = a_second(first)
        now = first.clock.now_us()
        first.write("parties.edited", PARTY, patch(LOTUS))
        first.write("parties.edited", PARTY, {6: "1"}, base=1, stamp=stamp_at(now))
        entry = second.write("parties.edited", PARTY, {6: "2"}, base=1, stamp=stamp_at(now + ahead_us))
        (lost,) = entry.answer.lost
        assert entry.outcome is Outcome.MERGED
        assert (lost.field, lost.value, lost.winner_value) == ((6, "1", "2") if wins else (6, "2", "1"))
        assert entry.answer.values == ({} if wins else {6: "1"})

    def test_equal_values_are_no_conflict(self, first: RawDevice) -> None:
        second = a_second(first)
        first.write("parties.edited", PARTY, patch(LOTUS))
        first.write("parties.edited", PARTY, {6: "1"}, base=1)
        assert second.write("parties.edited", PARTY, {6: "1"}, base=1).answer.lost == ()

    def test_ones_own_value_is_never_a_conflict(self, first: RawDevice) -> None:
        first.write("parties.edited", PARTY, patch(LOTUS))
        for phone in ("1", "2", "3"):
            assert first.write("parties.edited", PARTY, {6: phone}).outcome is Outcome.APPLIED

    @pytest.mark.parametrize(
        ("role", "kind"), [(Role.AUDITOR, "parties.edited"), (Role.BOOKKEEPER, "company.edited")]
    )
    def test_what_a_role_may_not_write_is_refused_and_alters_nothing(
        self, first: RawDevice, role: Role, kind: str
    ) -> None:
        entry = a_second(first, role).write(kind, PARTY, {1: "Other", 2: "Other"})
        assert entry.outcome is Outcome.REFUSED
        assert "ROLE" in codes(entry)
        assert _stand(first, PARTY) is None

    def test_a_record_against_its_own_rules_is_refused(self, first: RawDevice) -> None:
        entry = first.write("parties.edited", PARTY, {1: "X"})
        assert (entry.outcome, codes(entry)) == (Outcome.REFUSED, ["REQUIRED"])

    def test_a_papers_identity_cannot_be_written_over(self, first: RawDevice) -> None:
        first.write("parties.edited", PARTY, patch(LOTUS))
        first.write("receipts.recorded", RECEIPT, a_receipt())
        entry = first.write("parties.edited", RECEIPT, patch(LOTUS))
        assert (entry.outcome, codes(entry)) == (Outcome.REFUSED, ["ID_USED"])
        assert _stand(first, RECEIPT).kind == "receipts.recorded"

    def test_a_clock_a_year_ahead_wins_no_more_than_arrival(self, first: RawDevice) -> None:
        second = a_second(first)
        year_us = 365 * 86_400_000_000
        first.write("parties.edited", PARTY, patch(LOTUS))
        wild = first.write("parties.edited", PARTY, {6: "1"}, stamp=stamp_at(first.clock.now_us() + year_us))
        assert 0 < wild.answer.stamp < stamp_at(first.clock.now_us() + 3_600_000_000)
        assert wild.answer.flags == ("CLOCK_AHEAD",)
        later = stamp_at(second.clock.now_us() + 299_000_000)
        entry = second.write("parties.edited", PARTY, {6: "2"}, base=1, stamp=later)
        assert entry.answer.lost[0].winner_stamp <= wild.answer.stamp


class TestPapers:
    def test_a_good_paper_is_applied_and_open(self, first: RawDevice) -> None:
        first.write("parties.edited", PARTY, patch(LOTUS))
        assert first.write("receipts.recorded", RECEIPT, a_receipt()).outcome is Outcome.APPLIED
        assert _stand(first, RECEIPT).open_paise == 1000_00

    @pytest.mark.parametrize(
        ("receipt", "code"),
        [
            (a_receipt(series="BR", number="BR/26-27/0001"), "SERIES"),
            (a_receipt(party=OTHER), "PARTY"),
            (msgspec.structs.replace(a_receipt(), postings=(Posting("bank", 5),)), None),
        ],
        ids=["another's series", "an unknown party", "sums that do not agree"],
    )
    def test_a_bad_paper_is_held_never_refused(
        self, first: RawDevice, receipt: Receipt, code: str | None
    ) -> None:
        first.write("parties.edited", PARTY, patch(LOTUS))
        entry = first.write("receipts.recorded", RECEIPT, receipt)
        assert entry.outcome is Outcome.HELD
        assert codes(entry) if code is None else code in codes(entry)
        stand = _stand(first, RECEIPT)
        assert (stand.state, stand.open_paise) == (State.HELD, 0)

    def test_the_same_paper_again_is_a_duplicate(self, first: RawDevice) -> None:
        first.write("parties.edited", PARTY, patch(LOTUS))
        first.write("receipts.recorded", RECEIPT, a_receipt())
        assert first.write("receipts.recorded", RECEIPT, a_receipt()).outcome is Outcome.DUPLICATE

    def test_another_paper_under_a_used_identity_or_number_is_held_and_the_first_stands(
        self, first: RawDevice
    ) -> None:
        first.write("parties.edited", PARTY, patch(LOTUS))
        first.write("receipts.recorded", RECEIPT, a_receipt())
        other = first.write("receipts.recorded", RECEIPT, a_receipt(number="AR/26-27/0002", paise=5_00))
        assert (other.outcome, codes(other)) == (Outcome.HELD, ["ID_USED"])
        again = first.write("receipts.recorded", OTHER, a_receipt(paise=5_00))
        assert (again.outcome, codes(again)) == (Outcome.HELD, ["NUMBER_USED"])
        assert _stand(first, RECEIPT).open_paise == 1000_00

    def test_an_auditors_paper_is_held(self, first: RawDevice) -> None:
        first.write("parties.edited", PARTY, patch(LOTUS))
        entry = a_second(first, Role.AUDITOR).write("receipts.recorded", RECEIPT, a_receipt())
        assert entry.outcome is Outcome.HELD
        assert "ROLE" in codes(entry)


class TestClaims:
    @pytest.fixture
    def bills(self, first: RawDevice) -> RawDevice:
        first.write("parties.edited", PARTY, patch(LOTUS))
        first.write("receipts.recorded", RECEIPT, a_receipt())
        first.write("receipts.recorded", OTHER, a_receipt("AR/26-27/0002"))
        return first

    def test_the_first_to_arrive_has_it_and_the_second_is_told_of_it(self, bills: RawDevice) -> None:
        lines = (AllocationLine(OTHER, 600_00),)
        entry = bills.write("ledger.allocated", CLAIM, Allocation(RECEIPT, PARTY, DAY, lines))
        assert entry.outcome is Outcome.APPLIED
        assert (_stand(bills, RECEIPT).open_paise, _stand(bills, OTHER).open_paise) == (400_00, 400_00)
        again = bills.write("ledger.allocated", SECOND, Allocation(RECEIPT, PARTY, DAY, lines))
        assert (again.outcome, codes(again)) == (Outcome.REFUSED, ["OPEN_AMOUNT", "OPEN_AMOUNT"])
        assert again.answer.winner == OTHER
        assert _stand(bills, RECEIPT).open_paise == 400_00

    def test_the_same_claim_again_is_a_duplicate(self, bills: RawDevice) -> None:
        claim = Allocation(RECEIPT, PARTY, DAY, (AllocationLine(OTHER, 600_00),))
        bills.write("ledger.allocated", CLAIM, claim)
        assert bills.write("ledger.allocated", CLAIM, claim).outcome is Outcome.DUPLICATE
        assert _stand(bills, RECEIPT).open_paise == 400_00

    def test_a_claim_on_nothing_is_refused(self, bills: RawDevice) -> None:
        entry = bills.write("invoicing.cancelled", CLAIM, Cancellation(b"\x09" * 16, DAY, "wrong"))
        assert (entry.outcome, codes(entry)) == (Outcome.REFUSED, ["NOT_STANDING"])

    def test_of_two_papers_for_one_place_the_second_stands_contested(self, bills: RawDevice) -> None:
        contract = bytes([7]) * 16
        bills.write(
            "milestones.contracted",
            contract,
            patch(Contract(code="K", title="Plant", party=PARTY, value_paise=5_00)),
        )
        bills.write(
            "milestones.staged",
            STAGE,
            patch(Milestone(contract=contract, title="One", worth=Worth(paise=5_00))),
        )
        bills.write("milestones.certified", bytes([8]) * 16, Certification(STAGE, DAY, "E"))
        assert bills.write("milestones.billed", CLAIM, Billing(STAGE, RECEIPT)).outcome is Outcome.APPLIED
        entry = bills.write("milestones.billed", SECOND, Billing(STAGE, OTHER))
        assert (entry.outcome, codes(entry), entry.answer.winner) == (Outcome.REFUSED, ["TAKEN"], RECEIPT)
        assert (_stand(bills, RECEIPT).state, _stand(bills, OTHER).state) == (State.LIVE, State.CONTESTED)


class TestHostile:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "UNREADABLE"),
            (b"\xc1\xc1", "UNREADABLE"),
            (b"\x91" * 5000, "UNREADABLE"),
            (
                msgspec.msgpack.encode([1, 1, "u", "owner", "receipts.recorded", b"short", 1, 1, 0, []]),
                "UNREADABLE",
            ),
            (
                msgspec.msgpack.encode([9, 1, "u", "owner", "receipts.recorded", PARTY, 1, 1, 0, []]),
                "UNREADABLE",
            ),
            (msgspec.msgpack.encode([1, 1, "u", "owner", "future.kind", PARTY, 1, 1, 0, {}]), "UNKNOWN_KIND"),
            (
                msgspec.msgpack.encode([1, 1, "u", "owner", "receipts.recorded", PARTY, 99, 1, 0, []]),
                "UNKNOWN_KIND",
            ),
            (
                msgspec.msgpack.encode([1, 1, "u", "owner", "receipts.recorded", PARTY, 1, 1, 0, ["x"]]),
                "UNREADABLE",
            ),
        ],
        ids=[
            "empty",
            "garbage",
            "deep",
            "short id",
            "wrong number",
            "unknown kind",
            "newer schema",
            "wrong shape",
        ],
    )
    def test_what_cannot_be_read_is_held_without_effect(
        self, first: RawDevice, data: bytes, code: str
    ) -> None:
        (entry,) = first.send(data)
        assert (entry.outcome, codes(entry)) == (Outcome.HELD, [code])
        assert _stand(first, PARTY) is None
        after = first.write("parties.edited", PARTY, patch(LOTUS))
        assert (after.seq, after.outcome) == (2, Outcome.APPLIED)

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("ledger.allocated", ["x"]),
            ("ledger.allocated", [RECEIPT, PARTY, "2026-11-20", [[OTHER, (1 << 63) - 1]]]),
            ("parties.edited", {1: 5}),
            ("parties.edited", [1, 2]),
            ("parties.edited", {3: ["x", "y", "z", "w", 5]}),
        ],
    )
    def test_claims_and_fields_that_cannot_be_read_are_refused(
        self, first: RawDevice, kind: str, body: Any
    ) -> None:
        entry = first.write(kind, CLAIM, body)
        assert entry.outcome is Outcome.REFUSED
        assert _stand(first, CLAIM) is None

    def test_a_number_that_no_book_can_store_is_set_aside(self, first: RawDevice) -> None:
        first.write("parties.edited", PARTY, patch(LOTUS))
        huge = msgspec.to_builtins(a_receipt(), builtin_types=(bytes,))
        huge[5] = 1 << 63
        held = first.write("receipts.recorded", RECEIPT, huge)
        assert (held.outcome, codes(held)) == (Outcome.HELD, ["UNREADABLE"])
        refused = first.write("parties.edited", PARTY, {10: 1 << 63}, base=1)
        assert (refused.outcome, codes(refused)) == (Outcome.REFUSED, ["UNREADABLE"])
        drifting = first.write("parties.edited", PARTY, {10: 1e30}, base=1)
        assert (drifting.outcome, codes(drifting)) == (Outcome.REFUSED, ["UNREADABLE"])
        lookalike = b"\xcf\xff" * 8
        kept = first.write("parties.edited", lookalike, patch(LOTUS))
        assert kept.outcome is Outcome.APPLIED

    def test_a_rule_that_breaks_holds_the_paper_and_refuses_the_claim(
        self, first: RawDevice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first.write("parties.edited", PARTY, patch(LOTUS))

        def breaks(*_asked: object) -> None:
            raise ZeroDivisionError

        for name in ("receipts.recorded", "ledger.allocated"):
            kind: Kind[Any] = first.service.means.kinds[name]
            monkeypatch.setitem(first.service.means.kinds, name, dataclasses.replace(kind, admit=breaks))
        held = first.write("receipts.recorded", RECEIPT, a_receipt())
        assert (held.outcome, codes(held)) == (Outcome.HELD, ["UNJUDGED"])
        assert _stand(first, RECEIPT).state is State.HELD
        claim = Allocation(RECEIPT, PARTY, DAY, (AllocationLine(OTHER, 1),))
        assert codes(first.write("ledger.allocated", CLAIM, claim)) == ["UNREADABLE"]


def _stand(device: RawDevice, record: bytes) -> Any:
    with reading(device.service.means.database, device.tenant) as connection:
        return ServerStanding(connection, device.tenant, Digest(), device.service.means.kinds).stand(record)
