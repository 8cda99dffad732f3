"""The pre-flight over a real book: each thing in a return's way, with its rule, its remedy and the place to go."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.advances.commands import receive_advance
from core.changes.answer import Answer
from core.changes.change import Outcome
from core.company.commands import save_company
from core.company.model import Address
from core.errors import RuleBroken
from core.facts import Facts
from core.ids import Id, imported_id
from core.invoicing.commands import keep_imported, save_draft
from core.invoicing.model import Buyer, Document, Draft, Original
from core.problems import Problem
from core.returns import crossfoot
from core.returns.books import books_findings
from core.returns.commands import amend_document
from core.returns.finding import Finding
from core.returns.gstr1_parts import parts_of
from core.returns.model import Month, Reported, UsedNumber
from core.returns.paper_checks import paper_findings
from core.returns.preflight import preflight
from tests.core.books import COMPANY, TODAY, a_book
from tests.core.invoicing.trade import GLOVES, PUMPS, Trade, a_trade
from tests.core.order import Order
from tests.core.returns.books import DECEMBER, NOVEMBER, OCTOBER, bill, file, month, november, october

pytestmark = pytest.mark.slow
FACTS = Facts.shipped()


@pytest.fixture
def trade(tmp_path: Path) -> Iterator[Trade]:
    with a_trade(tmp_path) as made:
        yield made


def flown(trade: Trade, period: str = OCTOBER, today: dt.date = TODAY, **how: Any) -> dict[str, Finding]:
    """The findings by code."""
    found = trade.book.read(lambda read: preflight(read, period, today, FACTS, **how))
    assert all(finding.message and finding.severity in ("blocks", "warns") for finding in found)
    assert sorted(found, key=lambda finding: not finding.blocks) == found, "what blocks comes first"
    return {finding.code: finding for finding in found}


def test_a_clean_month_has_nothing_in_its_way(trade: Trade) -> None:
    first = bill(trade, october(3))
    bill(trade, october(4), party=trade.banyan)
    trade.credit(first, dated_on=october(9), confirmed=True)
    quiet = {"EWAY_UNKNOWN"}
    assert flown(trade).keys() <= quiet


def test_goods_above_the_limit_are_named_where_it_is_said_how_they_move(trade: Trade) -> None:
    for day in (3, 4, 5):
        bill(trade, october(day), lines=(msgspec.structs.replace(PUMPS, quantity_thousandths=90_000),))
    found = flown(trade)
    assert "EWAY_MISSING" not in found
    assert found["EWAY_UNKNOWN"].message.startswith("3 papers")
    assert not found["EWAY_UNKNOWN"].blocks


def test_papers_dated_in_the_period_but_not_issued_are_named(trade: Trade) -> None:
    draft = Draft(party=trade.lotus, dated_on=october(7), lines=(PUMPS,))
    record = trade.book.write("Draft", lambda work: save_draft(work, draft))
    finding = flown(trade)["DRAFT"]
    assert (finding.record, finding.blocks, finding.place) == (record, False, "invoices")


def test_a_late_paper_is_told_of_where_it_now_belongs(trade: Trade) -> None:
    bill(trade, october(3))
    file(trade.book)
    late = bill(trade, october(20))
    found = flown(trade, NOVEMBER)
    assert found["LATE"].document == late
    assert "20-10-2026" in found["LATE"].message
    assert found["BOOKS_LATE"].severity == "warns"
    assert "BOOKS_DIFFER" not in found
    assert "BOOKS_ELSEWHERE" in flown(trade, OCTOBER)


def test_a_bill_cancelled_in_the_next_month_explains_both_months(trade: Trade) -> None:
    gone = bill(trade, october(3))
    bill(trade, october(4))
    trade.cancel(gone, on=november(2))
    assert flown(trade).keys() & {"BOOKS_CANCELLED", "BOOKS_DIFFER"} == {"BOOKS_CANCELLED"}
    assert flown(trade, NOVEMBER).keys() & {"BOOKS_CANCELLED", "BOOKS_DIFFER"} == {"BOOKS_CANCELLED"}


def test_tax_that_the_ledger_lacks_blocks(trade: Trade) -> None:
    bill(trade, october(3))
    whole = month(trade.book, form="GSTR3B")
    paper = whole.documents[0]
    lines = tuple(
        msgspec.structs.replace(line, igst_paise=line.igst_paise + 700) for line in paper.document.lines
    )
    wrong = msgspec.structs.replace(paper, document=msgspec.structs.replace(paper.document, lines=lines))
    spoilt = msgspec.structs.replace(whole, documents=(wrong,))
    found = trade.book.read(lambda read: list(books_findings(read, spoilt, declared(spoilt))))
    assert [(finding.code, finding.blocks) for finding in found] == [("BOOKS_DIFFER", True)]


def test_the_advance_that_lies_unused_beside_open_bills_is_named(trade: Trade) -> None:
    trade.book.write(
        "Advance",
        lambda work: receive_advance(
            work, party=trade.lotus, dated_on=october(2), amount_paise=11_800, rate_bp=1_800, purpose="services",
            mode="neft", today=TODAY, date_confirmed=True,
        ),
    )  # fmt: skip
    bill(trade, october(3))
    found = flown(trade)
    assert found["ADVANCE_OPEN"].place == "receipts"
    assert "BOOKS_ADVANCES" in found
    assert "BOOKS_DIFFER" not in found
    [move] = month(trade.book).advances
    assert (move.what, move.taxable_paise, move.igst_paise) == ("received", 10_000, 1_800)


def test_an_earlier_return_that_was_not_filed_is_asked_for(trade: Trade) -> None:
    bill(trade, october(3))
    file(trade.book)
    bill(trade, november(2))
    assert "PREVIOUS_UNFILED" in flown(trade, DECEMBER, dt.date(2027, 1, 5))
    assert "PREVIOUS_UNFILED" not in flown(trade, NOVEMBER)


def test_papers_without_an_irn_block_once_the_turnover_asks_for_it(trade: Trade) -> None:
    company = msgspec.structs.replace(COMPANY, turnover_paise=12 * 10**9)
    trade.book.write("Company", lambda work: save_company(work, company))
    record = bill(trade, october(3))
    bill(trade, october(4), party=trade.banyan)
    finding = flown(trade, today=october(20))["IRN_MISSING"]
    assert (finding.document, finding.blocks) == (record, True)
    assert "02-11-2026" in finding.message, "thirty days from its date"
    assert "no more" in flown(trade)["IRN_MISSING"].message


def test_numbers_nobody_explains_block_where_bahi_gave_them(trade: Trade) -> None:
    whole = trade.document(bill(trade, october(1)))
    for number in ("A/26-27/0003", "A/26-27/0005"):
        paper = msgspec.structs.replace(
            whole, number=number, series="imported", origin="imported", stated=number.encode().ljust(16)
        )
        keep = imported_id("paper", "INV", "2026", number.casefold())
        trade.book.write("Keep", lambda work, keep=keep, paper=paper: keep_imported(work, keep, paper))
    bill(trade, october(2))
    assert "NUMBER_MISSING" not in flown(trade), "the fourth may still be given"
    bill(trade, october(3))
    finding = flown(trade)["NUMBER_MISSING"]
    assert (finding.number, finding.blocks, finding.place) == ("A/26-27/0004", True, "gst")


def test_filing_refuses_what_blocks_unless_told(trade: Trade) -> None:
    company = msgspec.structs.replace(COMPANY, turnover_paise=12 * 10**9)
    trade.book.write("Company", lambda work: save_company(work, company))
    bill(trade, october(3))
    with pytest.raises(RuleBroken) as refused:
        file(trade.book, despite=False)
    assert {problem.code for problem in refused.value.problems} == {"IRN_MISSING"}
    file(trade.book)


def test_a_gstr3b_asks_for_its_gstr1_and_not_for_the_particulars_of_papers(trade: Trade) -> None:
    company = msgspec.structs.replace(COMPANY, turnover_paise=12 * 10**9)
    trade.book.write("Company", lambda work: save_company(work, company))
    bill(trade, october(3))
    found = flown(trade, form="GSTR3B")
    assert not found["IRN_MISSING"].blocks
    assert not found["GSTR1_UNFILED"].blocks
    file(trade.book)
    assert "GSTR1_UNFILED" not in flown(trade, form="GSTR3B")
    file(trade.book, form="GSTR3B", despite=False)


def test_amending_what_no_return_told_blocks(trade: Trade) -> None:
    record = bill(trade, october(3))
    named = Original(trade.document(record).number, october(3))
    bill(trade, november(3), amends=named)
    found = flown(trade, NOVEMBER)
    assert found["AMENDS_UNFILED"].blocks
    file(trade.book)
    assert "AMENDS_UNFILED" not in flown(trade, NOVEMBER)


def test_a_correction_is_issued_for_what_a_return_told_alone(trade: Trade) -> None:
    record = bill(trade, october(3))
    whole = trade.document(record)
    named = Original(whole.number, october(3))
    draft = Draft(party=trade.lotus, dated_on=november(3), lines=(GLOVES,), amends=named)

    def amend(asked: Draft) -> Id:
        return trade.book.write(
            "Amend", lambda work: amend_document(work, asked, today=TODAY, date_confirmed=True)
        )

    with pytest.raises(RuleBroken, match="in no filed return"):
        amend(draft)
    with pytest.raises(RuleBroken, match="which document"):
        amend(msgspec.structs.replace(draft, amends=None))
    file(trade.book)
    corrected = amend(draft)
    [report] = month(trade.book, NOVEMBER).documents
    assert (report.id, report.amended) == (corrected, whole)
    assert "BOOKS_DIFFER" not in flown(trade, NOVEMBER)
    assert trade.book.verify().ok


def test_a_held_paper_waits_for_an_owner(tmp_path: Path) -> None:
    with a_trade(tmp_path, name="near.bahi") as near, a_book(tmp_path, name="far.bahi", company=None) as far:
        order = Order(near.book, far)
        bill(near, october(1))
        held = Answer(problems=(Problem("SERIES", "Not of its series."),))
        order.round(near.book, {"invoicing.issued": (Outcome.HELD, held)})
        found = far.read(lambda read: preflight(read, OCTOBER, TODAY, FACTS))
        [finding] = [finding for finding in found if finding.code == "HELD"]
        assert (finding.blocks, finding.place) == (True, "inbox")


def test_a_device_that_was_not_heard_of_may_hold_papers(tmp_path: Path) -> None:
    from tests.sync.fleet import a_fleet

    with a_fleet(tmp_path) as (_service, [desk, _van]):
        found = desk.book.read(lambda read: preflight(read, OCTOBER, TODAY, FACTS))
        assert "DEVICE_QUIET" in {finding.code for finding in found}


def a_paper(trade: Trade, **changes: Any) -> Document:
    """A settled invoice to Lotus, changed."""
    return msgspec.structs.replace(trade.document(bill(trade, october(3))), **changes)


def a_month(*papers: Document, **rest: Any) -> Month:
    reported = tuple(Reported(paper, bytes([n]) * 16) for n, paper in enumerate(papers))
    return Month(gstin="29AAKCN5519Q1ZK", supplier_state="29", period=OCTOBER, documents=reported, **rest)


def blamed(trade: Trade, **changes: Any) -> dict[str, Finding]:
    found = paper_findings(a_month(a_paper(trade, **changes)), FACTS)
    return {finding.code: finding for finding in found}


LOTUS = Buyer(b"p" * 16, "LOTUS", "Lotus Foods", "registered", "33AAFCL2204B1ZD", Address(state_code="33"))


ABROAD = msgspec.structs.replace(LOTUS, kind="overseas", gstin="")


def line(**changes: Any) -> Any:
    """The lines of a paper, the first one changed."""

    def changed(paper: Document) -> tuple[Any, ...]:
        return (msgspec.structs.replace(paper.lines[0], **changes), *paper.lines[1:])

    return changed


PAPERS = [
    ("NUMBER_LENGTH", True, {"number": "A" * 17}),
    ("NUMBER_CHARACTERS", True, {"number": "A_1"}),
    ("GSTIN_REQUIRED", True, {"buyer": msgspec.structs.replace(LOTUS, gstin="")}),
    ("GSTIN_CHECK_DIGIT", True, {"buyer": msgspec.structs.replace(LOTUS, gstin="33AAFCL2204B1ZE")}),
    ("GSTIN_CATEGORY_CONFLICT", True, {"buyer": msgspec.structs.replace(LOTUS, kind="uin")}),
    ("STATE_GSTIN", False, {"buyer": msgspec.structs.replace(LOTUS, address=Address(state_code="29"))}),
    ("PLACE_OF_SUPPLY", True, {"place_of_supply": ""}),
    ("PLACE_OF_SUPPLY", True, {"place_of_supply": "99"}),
    ("POS_ASSUMED", False, {"warnings": ("POS_ASSUMED",)}),
    ("OWN_GSTIN", False, {"buyer": msgspec.structs.replace(LOTUS, gstin="29AAKCN5519Q1ZK")}),
    ("HSN_MISSING", True, {"lines": line(hsn="")}),
    ("HSN_UNKNOWN", False, {"lines": line(hsn="00000000")}),
    ("UNIT_UNKNOWN", False, {"lines": line(unit="HOGSHEAD")}),
    ("RATE_UNLAWFUL", False, {"lines": line(rate_bp=2_800)}),
    ("RATE_UNLAWFUL", True, {"lines": line(rate_bp=1_337)}),
    ("LUT_MISSING", False, {"with_payment": False}),
    ("SHIPPING_BILL", False, {"place_of_supply": "96", "buyer": ABROAD}),
    ("NOTE_LATE", True, {"type": "CRN", "original": Original("A/1", dt.date(2025, 3, 31))}),
    ("AMENDMENT_LATE", True, {"amends": Original("A/1", dt.date(2025, 3, 31))}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "blocks", "changes"), PAPERS, ids=[f"{code}-{n}" for n, (code, *_) in enumerate(PAPERS)]
)
def test_each_fault_of_a_paper_is_named_with_its_rule(
    trade: Trade, code: str, blocks: bool, changes: dict[str, Any]
) -> None:
    paper = a_paper(trade)
    filled = {name: value(paper) if callable(value) else value for name, value in changes.items()}
    found = blamed(trade, **filled)
    assert code in found
    finding = found[code]
    assert finding.blocks is blocks
    assert finding.rule
    assert finding.document == b"\x00" * 16
    if "lines" in changes:
        assert finding.line == 1


def test_a_sound_paper_has_none_of_the_faults(trade: Trade) -> None:
    assert blamed(trade) == {}


def test_short_codes_are_told_by_the_turnover(trade: Trade) -> None:
    paper = a_paper(trade)
    short = msgspec.structs.replace(paper, lines=line(hsn="8413")(paper))
    assert "HSN_SHORT" not in {f.code for f in paper_findings(a_month(short), FACTS)}
    rich = a_month(short, turnover_paise=6 * 10**9)
    assert "HSN_SHORT" in {f.code for f in paper_findings(rich, FACTS)}


def test_one_number_on_two_papers_blocks(trade: Trade) -> None:
    paper = a_paper(trade)
    again = msgspec.structs.replace(paper, number=paper.number.lower())
    assert [f.code for f in paper_findings(a_month(paper, again), FACTS)] == ["DUPLICATE"]


def declared(whole: Month) -> crossfoot.Tax:
    return crossfoot.tax_of_3b(whole, parts_of(whole, FACTS))


def footed(whole: Month) -> list[Finding]:
    return list(crossfoot.crossfoot(whole, whole, declared(whole), FACTS))


def test_table_13_is_counted_against_the_papers(trade: Trade) -> None:
    paper = a_paper(trade)
    fits = a_month(paper, numbers=(UsedNumber(1, paper.number),))
    assert footed(fits) == []
    lacking = a_month(paper)
    assert [finding.code for finding in footed(lacking)] == ["TABLE_13"]


def test_table_12_is_summed_against_the_sections(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = a_paper(trade)
    whole = a_month(paper, numbers=(UsedNumber(1, paper.number),))
    monkeypatch.setattr(crossfoot, "hsn_rows", lambda *_given: {})
    assert [finding.code for finding in footed(whole)] == ["TABLE_12"]


def test_what_is_wrong_with_a_party_is_cured_at_the_party(trade: Trade) -> None:
    broken = blamed(trade, buyer=msgspec.structs.replace(LOTUS, gstin="33AAFCL2204B1ZE"))
    assert (broken["GSTIN_CHECK_DIGIT"].place, broken["GSTIN_CHECK_DIGIT"].record) == ("parties", LOTUS.party)
