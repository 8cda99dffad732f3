"""What stands in the way of issuing, each named by its field; and drafts as they are kept."""

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.company.model import Address, Company, Registration
from core.errors import RuleBroken
from core.facts import Facts
from core.invoicing.commands import discard_draft, issue_document, save_draft
from core.invoicing.model import Charge, Document, Draft, DraftLine, Original
from core.invoicing.queries import draft, draft_rows, drafts_page
from core.invoicing.rules import problems_with_draft
from core.parties.model import Party
from tests.core.books import COMPANY, TODAY
from tests.core.invoicing.trade import BANYAN, BILL, GLOVES, LOTUS, PUMPS, WALK_IN, Trade, a_trade

replace = msgspec.structs.replace
FACTS = Facts.shipped()
READY = replace(BILL, party=b"p" * 16, dated_on=TODAY)
NOWHERE = replace(LOTUS, address=Address())
TOMORROW = TODAY + dt.timedelta(1)


def found(
    party: Party | None = LOTUS, company: Company = COMPANY, answers: Document | None = None, **changes: Any
) -> list[tuple[str, str]]:
    problems = problems_with_draft(
        replace(READY, **changes), company=company, party=party, facts=FACTS, today=TODAY, original=answers
    )
    assert all(problem.message for problem in problems)
    return [(problem.code, problem.field) for problem in problems]


def pumps(**changes: Any) -> tuple[DraftLine, ...]:
    return (GLOVES, replace(PUMPS, **changes))


def test_a_good_draft_has_no_problem() -> None:
    assert found() == []
    assert found(dated_on=None) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"type": "BILL"}, ("CHOICE", "type")),
        ({"rounding": "paise"}, ("CHOICE", "rounding")),
        ({"lines": ()}, ("REQUIRED", "lines")),
        ({"dated_on": TOMORROW}, ("FUTURE_DATE", "dated_on")),
        ({"dated_on": dt.date(2017, 6, 30)}, ("RANGE", "dated_on")),
        ({"due_on": TODAY - dt.timedelta(1)}, ("DUE_DATE", "due_on")),
        ({"place_of_supply": "99"}, ("PLACE_OF_SUPPLY", "place_of_supply")),
        ({"place_of_supply": "Goa"}, ("PLACE_OF_SUPPLY", "place_of_supply")),
        ({"with_payment": False}, ("CHOICE", "with_payment")),
        ({"discount_paise": -1}, ("RANGE", "discount_paise")),
        ({"discount_paise": 520_901}, ("NEGATIVE", "lines.1.price_tenthousandths")),
        ({"charges": (Charge("Freight", -1),)}, ("RANGE", "charges.1.paise")),
        ({"applicable_percent_bp": 0}, ("RANGE", "applicable_percent_bp")),
        ({"type": "CRN"}, ("REQUIRED", "original")),
        ({"original": Original("A/1", TODAY)}, ("CHOICE", "original")),
        ({"type": "CRN", "original": Original("A/1", TOMORROW)}, ("DATE", "dated_on")),
        ({"lines": pumps(description=" ")}, ("LINE", "lines.2.description")),
        ({"lines": pumps(quantity_thousandths=0)}, ("LINE", "lines.2.quantity_thousandths")),
        ({"lines": pumps(quantity_thousandths=10**14)}, ("LINE", "lines.2.quantity_thousandths")),
        ({"lines": pumps(price_tenthousandths=10**16)}, ("LINE", "lines.2.price_tenthousandths")),
        ({"lines": pumps(unit="")}, ("LINE", "lines.2.unit")),
        ({"lines": pumps(hsn="84-13")}, ("LINE", "lines.2.hsn")),
        ({"lines": pumps(treatment="free")}, ("LINE", "lines.2.treatment")),
        ({"lines": pumps(rate_bp=-1)}, ("LINE", "lines.2.rate_bp")),
        ({"lines": pumps(rate_bp=10_001)}, ("LINE", "lines.2.rate_bp")),
        ({"lines": pumps(cess_rate_bp=-1)}, ("LINE", "lines.2.cess_rate_bp")),
        ({"lines": pumps(cess_per_unit_tenthousandths=-1)}, ("LINE", "lines.2.cess_per_unit_tenthousandths")),
        (
            {"lines": pumps(discount_tenthousandths_pct=1_000_001)},
            ("LINE", "lines.2.discount_tenthousandths_pct"),
        ),
        ({"lines": pumps(discount_paise=1)}, ("LINE", "lines.2.discount_paise")),
        ({"lines": pumps(quantity_thousandths=-1_000)}, ("NEGATIVE", "lines.2.price_tenthousandths")),
        ({"lines": pumps(quantity_thousandths=10**12, price_tenthousandths=10**12)}, ("RANGE", "lines")),
        ({"lines": (replace(PUMPS, price_tenthousandths=0),)}, ("REQUIRED", "lines.1.price_tenthousandths")),
    ],
)
def test_each_fault_is_named_by_its_field(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert found(**changes) == [expected]


@pytest.mark.parametrize(
    ("party", "expected"),
    [
        (None, ("REQUIRED", "party")),
        (replace(LOTUS, name=" "), ("REQUIRED", "party")),
        (replace(LOTUS, registration=Registration("friend")), ("CHOICE", "party")),
        (replace(NOWHERE, registration=Registration("registered")), ("PLACE_OF_SUPPLY", "place_of_supply")),
        (
            replace(LOTUS, registration=Registration("sez", "33AAFCL2204B1ZD", "33")),
            ("REQUIRED", "with_payment"),
        ),
        (replace(NOWHERE, registration=Registration("overseas")), ("REQUIRED", "with_payment")),
    ],
)
def test_each_fault_of_the_party_is_named(party: Party | None, expected: tuple[str, str]) -> None:
    assert found(party=party) == [expected]


def test_several_faults_are_told_at_once() -> None:
    assert len(found(party=None, lines=pumps(rate_bp=-1, unit=""), dated_on=TOMORROW)) == 4


@pytest.mark.parametrize(
    "company",
    [
        replace(COMPANY, registration=Registration("unregistered", "", "29")),
        replace(COMPANY, composition=True),
    ],
)
def test_who_may_not_charge_tax_does_not(company: Company) -> None:
    assert found(company=company) == [("TAX_NOT_ALLOWED", f"lines.{at}.rate_bp") for at in (1, 2)]
    assert found(party=BANYAN, company=company, lines=pumps(treatment="exempt")[1:]) == []


def test_a_company_without_name_or_state_issues_nothing() -> None:
    fields = [field for _code, field in found(company=Company(composition=True))]
    assert fields[:2] == ["company.legal_name", "company.registration"]


@pytest.mark.parametrize(
    ("paise", "address", "refused"),
    [
        (49_999_99, Address(), False),
        (50_000_00, Address(), True),
        (50_000_00, Address(state_code="29"), True),
        (50_000_00, Address(city="Hosur"), True),
        (50_000_00, Address(city="Hosur", state_code="33"), False),
    ],
)
def test_rule_46e_asks_for_the_address_of_an_unregistered_buyer(
    paise: int, address: Address, refused: bool
) -> None:
    line = DraftLine("Pump", hsn="84138190", price_tenthousandths=100 * paise, rate_bp=0, treatment="nil")
    problems = found(party=replace(WALK_IN, address=address), lines=(line,), rounding="none")
    assert problems == ([("BUYER_ADDRESS", "party")] if refused else [])
    assert found(lines=(line,)) == [], "a registered buyer is known by the GSTIN"


def save(trade: Trade, one: Draft, record: bytes | None = None) -> bytes:
    return trade.book.write("Draft", lambda work: save_draft(work, one, record))


def test_a_draft_is_kept_listed_issued_and_gone(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        record = save(trade, replace(BILL, party=trade.banyan))
        kept = trade.book.read(lambda read: draft(read, record))
        assert kept is not None
        assert kept.owner == trade.book.actor().device
        [row] = trade.book.read(lambda read: drafts_page(read)).rows
        assert (row.id, row.party_name, row.lines, row.worth_paise) == (record, "Banyan Traders", 2, 520_900)
        document = trade.book.write(
            "Issue", lambda work: issue_document(work, kept, today=TODAY, draft_id=record)
        )
        assert trade.document(document).draft == record
        assert trade.book.read(lambda read: draft_rows(read, [record])) == []
        with pytest.raises(RuleBroken) as refused:
            save(trade, replace(kept, note="again"), record)
        assert refused.value.problems[0].code == "BILLED"
        with pytest.raises(RuleBroken) as refused:
            trade.book.write("Issue", lambda work: issue_document(work, kept, today=TODAY, draft_id=record))
        assert refused.value.problems[0].code == "TAKEN"
        assert trade.book.verify().ok


def test_an_unfinished_draft_is_kept(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        record = save(trade, Draft())
        [row] = trade.book.read(lambda read: drafts_page(read)).rows
        assert (row.id, row.party, row.party_name, row.dated_on) == (record, None, "", None)


def test_a_discarded_draft_leaves_the_list_and_comes_back(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        record = save(trade, replace(BILL, party=trade.lotus))
        trade.book.write("Discard", lambda work: discard_draft(work, record))
        assert trade.book.read(lambda read: drafts_page(read)).rows == []
        kept = trade.book.read(lambda read: draft(read, record))
        assert kept is not None
        assert kept.discarded
        save(trade, replace(kept, discarded=False), record)
        assert [row.id for row in trade.book.read(lambda read: drafts_page(read)).rows] == [record]
        assert trade.book.verify().ok


def test_another_device_s_draft_is_left_alone(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        with pytest.raises(RuleBroken) as refused:
            save(trade, replace(BILL, owner=b"o" * 16))
        assert [(p.code, p.field) for p in refused.value.problems] == [("OWNER", "owner")]


def test_an_absurd_draft_is_refused_before_it_is_kept(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade, pytest.raises(RuleBroken) as refused:
        save(trade, replace(BILL, lines=pumps(quantity_thousandths=10**18, price_tenthousandths=10**18)))
    assert refused.value.problems[0].field == "lines"


def test_drafts_come_newest_first_in_pages(tmp_path: Path) -> None:
    with a_trade(tmp_path) as trade:
        made = [save(trade, replace(BILL, party=trade.banyan, note=str(n))) for n in range(5)]
        first = trade.book.read(lambda read: drafts_page(read, limit=3))
        rest = trade.book.read(lambda read: drafts_page(read, limit=3, key=first.next_key))
        assert [row.id for row in (*first.rows, *rest.rows)] == made[::-1]
        assert BANYAN.name in {row.party_name for row in rest.rows}
